//! What must be known of a whole page before its first byte is written.

use std::borrow::Cow;

use super::{
    comments,
    context::Runs,
    hydration,
    options::{Comments, Folding, InlineCode},
    stack::{Looks, Stack},
    white_space::WhiteSpace,
};
use crate::{
    asset::{Position, Span},
    press::{KeptBecause, Note, Options},
    refs::html::{
        encoding::{self, Encoding},
        entities::{EntityPlace, decode_text},
        events::{EventKind, Namespace, Page, Tag, TextKind},
    },
};

/// Browsers flatten what is nested deeper than half of this; parsers take quadratic time on it.
pub(super) const DEEPEST: usize = 1024;

/// What the page is like.
#[expect(clippy::struct_excessive_bools, reason = "facts of a page that do not depend on each other")]
pub(super) struct Facts<'a> {
    pub(super) encoding: Encoding,
    /// A script takes over the rendered nodes, or the reader of the page must see all white space.
    pub(super) keeps_white_space: bool,
    /// The same for comments.
    pub(super) keeps_comments: bool,
    /// Hashes of its inline code are written down somewhere, or the configuration says so.
    pub(super) keeps_code: bool,
    /// The page may be read as XML as well: tags, character references and code stay as they are written.
    pub(super) keeps_form: bool,
    /// Blanks beside the tags of blocks may go.
    pub(super) trims: bool,
    pub(super) has_noscript: bool,
    pub(super) runs: Runs,
    pub(super) white_space: Cow<'a, WhiteSpace>,
}

/// Reads the page for its facts.
///
/// # Errors
/// When the page must stay as it is.
pub(super) fn survey<'a>(page: &Page<'_>, sheets: &'a WhiteSpace, options: &Options) -> Result<Facts<'a>, KeptBecause> {
    let encoding = encoding::declared(page);
    if encoding == Encoding::Other || (encoding == Encoding::AsciiCompatible && !page.source.is_ascii()) {
        return Err(KeptBecause::Unsupported(Note::new("it declares another encoding than UTF-8")));
    }
    let is_ascii = page.source.is_ascii();
    let has = |mark: &str| memchr::memmem::find(page.source, mark.as_bytes()).is_some();
    let keeps_form = begins_as_xml(page.source);
    let (has_percent_code, has_braces) = (has("<%"), has("{{"));
    let mut facts = Facts {
        encoding,
        keeps_white_space: options.html.whitespace == Folding::Keep,
        keeps_comments: options.html.comments == Comments::Keep,
        keeps_code: keeps_form || options.html.inline == InlineCode::Keep,
        keeps_form,
        trims: options.html.whitespace == Folding::Aggressive,
        has_noscript: false,
        runs: if !is_ascii && has_wide(page) { Runs::LineBreak } else { Runs::Space },
        white_space: Cow::Borrowed(sheets),
    };
    let mut stack = Stack::default();
    for (index, event) in page.events.iter().enumerate() {
        let refuse = |why: &str| {
            let at = Position::of(page.source, event.span.range().start);
            Err(KeptBecause::Unsupported(Note::at(why, at)))
        };
        let bytes = page.bytes(event.span);
        match &event.kind {
            EventKind::Start(tag) => {
                if has_template_name(page, tag) {
                    return refuse("it has template code inside a tag");
                }
                facts.note_tag(page, index, tag);
                stack.start(page.name(tag.name), tag.namespace, tag.self_closing, Looks::default);
                if stack.depth() > DEEPEST {
                    return Err(KeptBecause::TooLarge(Note::new(format!("nested deeper than {DEEPEST} elements"))));
                }
            }
            EventKind::End(name) => stack.end(page.name(*name)),
            EventKind::Text(TextKind::Data) if has_percent_code && memchr::memmem::find(bytes, b"<%").is_some() => {
                return refuse("it has template code");
            }
            EventKind::Text(TextKind::Data) if has_braces && memchr::memmem::find(bytes, b"{{").is_some() => {
                facts.runs = Runs::LineBreak;
            }
            EventKind::Comment if is_server_code(bytes) => return refuse("it has server code"),
            EventKind::Comment => facts.note_comment(page, event.span, options),
            EventKind::Text(_) | EventKind::Doctype | EventKind::Other => {}
        }
    }
    Ok(facts)
}

impl Facts<'_> {
    fn note_comment(&mut self, page: &Page<'_>, span: Span, options: &Options) {
        let is_mark = |text: &str| comments::purpose(text, options.legal_comments) == comments::Purpose::Hydration;
        let is_left = |text: &str| text.trim().is_empty() && comments::is_alone(page.source, span);
        if comments::text_of(page.bytes(span)).is_some_and(|text| is_mark(text) && !is_left(text)) {
            self.note_hydration();
        }
    }

    /// A script takes over the rendered nodes: all of them stay.
    fn note_hydration(&mut self) {
        (self.keeps_white_space, self.keeps_comments) = (true, true);
    }

    fn note_tag(&mut self, page: &Page<'_>, index: usize, tag: &Tag) {
        let name = page.name(tag.name);
        let content = || page.events.get(index + 1).filter(|event| matches!(event.kind, EventKind::Text(_)));
        if hydration::is_marked(page, tag) {
            self.note_hydration();
        }
        self.keeps_white_space |= hydration::is_filled_root(page, index, tag);
        match name.as_str() {
            "noscript" => self.has_noscript = true,
            "meta" => self.keeps_code |= is_hash_policy(page, tag),
            "script" if content().is_some_and(|script| hydration::hands_over(page.bytes(script.span))) => {
                self.note_hydration();
            }
            "style" if tag.namespace == Namespace::Html => {
                if let Some(event) = content() {
                    self.white_space.to_mut().add_sheet(page.text(event.span).unwrap_or_default());
                }
            }
            _ => {}
        }
        for attribute in page.attributes(tag) {
            let name = page.bytes(attribute.name);
            if matches!(name, [b':' | b'@', ..] | [b'v' | b'V', b'-', ..]) {
                self.runs = Runs::LineBreak;
            }
        }
    }
}

fn has_wide(page: &Page<'_>) -> bool {
    std::str::from_utf8(page.source).is_ok_and(|text| text.chars().any(is_wide))
}

/// Characters between which browsers drop a line break: ideographs, kana, Hangul, full-width forms.
fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11FF | 0x2E80..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x1B000..=0x1B2FF | 0x20000..=0x3FFFF)
}

fn begins_as_xml(page: &[u8]) -> bool {
    page.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(page).trim_ascii_start().starts_with(b"<?xml")
}

fn is_server_code(comment: &[u8]) -> bool {
    comment.starts_with(b"<?") && !comment.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"<?xml"))
}

fn has_template_name(page: &Page<'_>, tag: &Tag) -> bool {
    page.attributes(tag).iter().any(|attribute| has_template_code(page.bytes(attribute.name)))
}

/// Whether this part of a tag holds the marks of a template language.
pub(super) fn has_template_code(bytes: &[u8]) -> bool {
    let mut before = 0;
    bytes.iter().any(|&byte| {
        let pair = [std::mem::replace(&mut before, byte), byte];
        matches!(&pair, b"{{" | b"}}" | b"{%" | b"%}" | b"<%" | b"%>" | b"<?" | b"?>" | b"{#")
    })
}

fn is_hash_policy(page: &Page<'_>, tag: &Tag) -> bool {
    let value = |name: &str| {
        let attribute = page.attributes(tag).iter().find(|attribute| page.name(attribute.name).as_str() == name)?;
        let raw = std::str::from_utf8(page.bytes(attribute.value?)).ok()?;
        Some(decode_text(raw, EntityPlace::Attribute).to_ascii_lowercase())
    };
    let is_policy = value("http-equiv").is_some_and(|kind| kind.trim().starts_with("content-security-policy"));
    is_policy
        && value("content")
            .is_some_and(|policy| ["'sha256-", "'sha384-", "'sha512-"].iter().any(|hash| policy.contains(hash)))
}
