use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::url;

/// A range of bytes in one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// From a range; positions past 4 GiB saturate (bodies that large are never parsed).
    #[must_use]
    pub fn new(range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clamp(range.start), end: clamp(range.end) }
    }

    /// As a range for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same span `by` bytes further on: of a part within its whole.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start as usize + by..self.end as usize + by)
    }
}

/// Line and column, both from 1; columns count characters (as editors do), not bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column in characters, from 1; 0 when unknown.
    pub column: u32,
}

impl Position {
    /// Position of byte `offset` of `text`.
    #[must_use]
    pub fn of(text: &[u8], offset: usize) -> Self {
        let before = &text[..offset.min(text.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let newlines = memchr::memchr_iter(b'\n', before).count();
        let characters = before[line_start..].iter().filter(|&&b| b & 0xC0 != 0x80).count();
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { line: clamp(newlines + 1), column: clamp(characters + 1) }
    }
}

/// How a reference is used. Decides what a page loads at first, what may be renamed, and which findings make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// `<link rel=stylesheet>` and CSS `@import`.
    Stylesheet,
    /// `<script src>` without `type=module`, and `importScripts`.
    Script,
    /// `<script type=module src>`, static `import`/`export from`.
    Module,
    /// `import()`, and import-map values: loaded later.
    LazyModule,
    /// `new Worker(...)`, `new SharedWorker(...)`, worklets.
    Worker,
    /// `navigator.serviceWorker.register(...)`: the target must keep its name.
    ServiceWorker,
    /// An entry of a service worker's list of what to fetch ahead: follows its target, and asks nothing of it.
    Precache,
    /// Pictures, fonts, media, `url()` in CSS, `new URL(.., import.meta.url)`, data: whatever is fetched as it is.
    Resource,
    /// What browsers take from the page's own origin only, or give less to from another: `<use>` and other links of SVG,
    /// `<object>`, `<embed>`, `<track>`.
    Embedded,
    /// `rel=preload`, `modulepreload`, `prefetch`: a hint that must follow the name of its target.
    Preload,
    /// A name in a build manifest, from which a framework on the server takes it: follows its target.
    Listed,
    /// `<link rel=manifest>`.
    Manifest,
    /// `<link rel=icon>` and kin, icons of a web manifest.
    Icon,
    /// `<a href>`, `<area>`, `<form action>`, `<iframe src>`, canonical links: a page or a download; keeps its name.
    Navigation,
    /// `og:image`, `twitter:image`, JSON-LD: fetched by others from outside, who may have stored the old name.
    Outside,
    /// `sourceMappingURL`.
    SourceMap,
    /// A digest of the target's bytes, which names it by nothing else: it follows those bytes, and asks for nothing.
    Digest,
}

impl Role {
    /// The name in reports: `lazy-module`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stylesheet => "stylesheet",
            Self::Script => "script",
            Self::Module => "module",
            Self::LazyModule => "lazy-module",
            Self::Worker => "worker",
            Self::ServiceWorker => "service-worker",
            Self::Precache => "precache",
            Self::Resource => "resource",
            Self::Embedded => "embedded",
            Self::Preload => "preload",
            Self::Listed => "listed",
            Self::Manifest => "manifest",
            Self::Icon => "icon",
            Self::Navigation => "navigation",
            Self::Outside => "outside",
            Self::SourceMap => "source-map",
            Self::Digest => "digest",
        }
    }
}

/// Against what the URL is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// The file it stands in; in a page, the page's `<base href>` if it has one.
    Own,
    /// The page that runs the script: `new Worker("w.js")`, `register("sw.js")` in a script file.
    Page,
    /// A module specifier: the file it stands in when it starts with `/`, `./`, `../` or a scheme, else the import map.
    Specifier,
    /// The folder of the file it stands in or the one above it (and so on) that has the file: what bundlers write
    /// relative to their output folder, whichever that is.
    Above,
    /// No URL but a digest: the file that came in with those bytes.
    Bytes,
}

/// What a text says of the bytes of the asset it names, so that it must be said anew when they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The bytes of the published body that say it, without quotes.
    pub span: Span,
    /// How it is said.
    pub form: ClaimForm,
}

/// How a [`Claim`] is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimForm {
    /// Subresource integrity.
    Integrity,
    /// SHA-1 in hexadecimal.
    Sha1,
    /// MD5 in hexadecimal, cut to the length it was written with.
    Md5,
    /// The number of bytes.
    Size,
}

impl Claim {
    /// Subresource integrity, written at `span`.
    #[must_use]
    pub fn integrity(span: Span) -> Self {
        Self { span, form: ClaimForm::Integrity }
    }
}

/// A proven mention of one asset in another, found by a parser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The URL, with the escapes of its language undone, percent-encoding kept, white space trimmed.
    pub url: Box<str>,
    /// Where the URL starts in the published body.
    pub start: u32,
    /// The bytes of the published body that hold the last path segment of the URL (the file name), still escaped.
    /// A new name, percent-encoded, replaces exactly these. Empty when the URL has no file name.
    pub name: Span,
    /// How the target is used.
    pub role: Role,
    /// Against what it is resolved.
    pub base: Base,
    /// What is said of the target's bytes.
    pub claim: Option<Claim>,
    /// Where it stands in the file as it came in.
    pub at: Position,
}

impl Reference {
    /// A digest of a file's bytes, written as `text` at `span`.
    #[must_use]
    pub fn digest(text: &str, span: Span, at: Position) -> Self {
        let name = Span { start: span.start, end: span.start };
        let claim = Some(Claim::integrity(span));
        Self { url: text.into(), start: span.start, name, role: Role::Digest, base: Base::Bytes, claim, at }
    }

    /// A reference whose URL is `decoded`, standing at `at`.
    #[must_use]
    pub fn new(decoded: &Decoded, role: Role, base: Base, at: Position) -> Self {
        let text = decoded.text();
        let lead = text.len() - text.trim_start().len();
        let url = text.trim();
        let name = url::file_name_range(url);
        let name = decoded.raw(name.start + lead..name.end + lead);
        Self { url: url.into(), start: decoded.raw(lead..lead).start, name, role, base, claim: None, at }
    }

    /// The bytes that hold the URL up to its query or fragment.
    #[must_use]
    pub fn path(&self) -> Span {
        Span { start: self.start, end: self.name.end }
    }

    /// The query of the URL, with its `?`; empty without one.
    #[must_use]
    pub fn query(&self) -> &str {
        let url = &self.url[..self.url.find('#').unwrap_or(self.url.len())];
        url.find('?').map_or("", |at| &url[at..])
    }
}

/// Text with the escapes of its language undone, which still knows the raw bytes of each of its parts.
#[derive(Clone, Debug)]
pub struct Decoded {
    text: String,
    /// Raw offset of each byte of `text`, and of its end; empty when `text` stands raw at `start`.
    offsets: Vec<u32>,
    start: usize,
}

impl Decoded {
    /// `text` stands in the body at byte `start` exactly as it is.
    #[must_use]
    pub fn plain(text: &str, start: usize) -> Self {
        Self { text: text.to_owned(), offsets: Vec::new(), start }
    }

    /// Built from pieces: each some decoded text and the raw range it was written as, in order and without gaps.
    #[must_use]
    pub fn from_pieces<'a>(pieces: impl IntoIterator<Item = (&'a str, Range<usize>)>) -> Self {
        let mut decoded = Self { text: String::new(), offsets: Vec::new(), start: 0 };
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut end = 0;
        for (text, raw) in pieces {
            let verbatim = text.len() == raw.len();
            decoded.text.push_str(text);
            decoded.offsets.extend((0..text.len()).map(|i| clamp(raw.start + if verbatim { i } else { 0 })));
            end = raw.end;
        }
        decoded.offsets.push(clamp(end));
        decoded
    }

    /// The decoded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The raw bytes that `range` of the text was written as.
    #[must_use]
    pub fn raw(&self, range: Range<usize>) -> Span {
        if self.offsets.is_empty() {
            return Span::new(range).shifted(self.start);
        }
        Span::new(self.offsets[range.start] as usize..self.offsets[range.end] as usize)
    }
}

/// A text that may name an asset but is not a proven reference. Whatever it may reach also keeps its old name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The text, with escapes undone.
    pub text: Box<str>,
    /// What is known about it.
    pub how: MentionHow,
    /// Where it stands in the file as it came in.
    pub at: Position,
}

/// What stands between the two texts of a [`MentionHow::Swap`].
pub const SWAP: char = '\0';

/// What is known about a [`Mention`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MentionHow {
    /// A complete string, such as `"img/a.png"` in a script or in a `data-` attribute.
    Whole,
    /// The beginning of something put together at run time, such as `"img/"` or the head of a template literal.
    Prefix,
    /// The beginning (possibly empty) of a computed `import()`: it will load a module, and which one cannot be proven.
    ComputedImport,
    /// A run time asks for the very file this stands in, by a name it computes. The text is empty.
    Itself,
    /// A regular expression that addresses are compared with, to find one by its name: `/(^|\/)ckeditor\.js$/`.
    Pattern,
    /// A part of an address that is replaced, and what comes in its place, with [`SWAP`] between them: `"_off"` and `"_on"`. A `$`
    /// behind the first means that only the end of an address is replaced.
    Swap,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_escaped_text() {
        // a&amp;b/x.css written at offset 10
        let decoded = Decoded::from_pieces([("a", 10..11), ("&", 11..16), ("b/x.css", 16..23)]);
        let reference = Reference::new(&decoded, Role::Stylesheet, Base::Own, Position::default());
        assert_eq!(&*reference.url, "a&b/x.css");
        assert_eq!((reference.name, reference.path()), (Span::new(18..23), Span::new(10..23)));
    }

    #[test]
    fn a_name_leaves_query_fragment_and_space_alone() {
        let decoded = Decoded::plain(" /i/p.svg?v=1#a/b ", 100);
        let reference = Reference::new(&decoded, Role::Resource, Base::Own, Position::default());
        assert_eq!(&*reference.url, "/i/p.svg?v=1#a/b");
        assert_eq!((reference.name, reference.path()), (Span::new(104..109), Span::new(101..109)));
        assert_eq!(reference.query(), "?v=1");
    }

    #[test]
    fn positions_count_characters() {
        assert_eq!(Position::of("é\nüa".as_bytes(), 5), Position { line: 2, column: 2 });
    }
}
