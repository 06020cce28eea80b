//! Press: one asset's bytes in, fewer bytes of the same meaning out, or the reason why not.
//!
//! Everything here is pure: nothing but the kind, the options and the bytes may influence a result (no path, clock,
//! locale, environment or thread count), because results are cached under exactly these.

pub mod css;
mod embedded;
pub mod html;
pub mod jpeg;
pub mod js;
pub mod json;
mod mark;
pub mod picture;
pub mod png;
pub mod svg;
pub mod xml;

use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    asset::{Kind, Mention, Position, Reference, Span},
    maps,
    refs::{self, Scan},
};

/// How much work a press may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Level {
    /// Cheap codecs, for previews and hooks.
    Fast,
    /// The smallest that is worth its time.
    #[default]
    Default,
    /// Every candidate and slow searches, for a release.
    Max,
}

/// Which comments that carry a licence stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum LegalComments {
    /// `/*! */`, `@license` and `@preserve` stay where they are.
    #[default]
    Inline,
    /// Those of scripts and sheets move to `NAME.LEGAL.txt` beside them, and a comment says so; in pages they stay.
    Linked,
    /// As [`Self::Linked`], without the comment.
    External,
    /// None stays.
    None,
}

impl LegalComments {
    /// What it means inside pages and pictures, which have nothing beside them.
    fn inside(self) -> Self {
        if self == Self::None { self } else { Self::Inline }
    }

    /// Whether those of scripts and sheets go to a file of their own.
    #[must_use]
    pub fn moves(self) -> bool {
        matches!(self, Self::Linked | Self::External)
    }
}

/// Which metadata of a picture stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Metadata {
    /// Everything that can change how the picture looks stays (profile, gamma, orientation, animation); the rest goes.
    #[default]
    Safe,
    /// Everything stays.
    Keep,
}

/// Everything a press may be told. A kind's result depends only on the part it uses, see [`Options::canonical`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// How much work may be done.
    pub level: Level,
    /// Which licence comments stay in CSS and JS.
    pub legal_comments: LegalComments,
    /// The browsers that sheets must work in; none: all.
    pub css_targets: Option<css::Targets>,
    /// Which metadata stays in pictures.
    pub metadata: Metadata,
    /// Whether to press at all; references are found either way.
    pub scan_only: ScanOnly,
    /// Which steps pages go through.
    pub html: html::HtmlOptions,
    /// Where the sheets of the site keep white space in pages.
    pub white_space: html::WhiteSpace,
    /// Whether the result must tell where each part of it comes from.
    pub tracing: Tracing,
    /// What is taken out of scripts, and what is written in.
    pub script_edits: js::Edits,
    /// How much of a script may change.
    pub script_reach: js::Reach,
}

/// Whether a press tells where each part of its result comes from: only for assets that have a source map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tracing {
    /// It does not.
    #[default]
    Off,
    /// It does, and an inline map is composed with it.
    On,
}

/// Whether an asset is only scanned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScanOnly {
    /// It is pressed.
    #[default]
    No,
    /// The configuration turned its press off.
    Yes,
    /// An earlier run pressed it in this very way.
    AlreadyPressed,
    /// It is a page that browsers read by the rules of XML, whatever it looks like: its name says so to every server.
    Xhtml,
}

impl Options {
    /// The part of the options that a press of `kind` depends on, as canonical text for a cache key.
    #[must_use]
    pub fn canonical(&self, kind: Kind) -> String {
        match self.scan_only {
            ScanOnly::No => {}
            ScanOnly::Yes => return "scan only".to_owned(),
            ScanOnly::AlreadyPressed => return "scan only, already pressed".to_owned(),
            ScanOnly::Xhtml => return "scan only, XHTML".to_owned(),
        }
        match kind {
            Kind::Html => {
                let sheets = self.white_space.canonical(self.html.whitespace);
                let (legal, edits) = (self.legal_comments.inside(), self.script_edits.canonical());
                let (level, metadata, targets) = (self.level, self.metadata, self.canonical_targets());
                format!(
                    "level={level:?} legal={legal:?} metadata={metadata:?} {:?} white-space={sheets}{edits}{targets}",
                    self.html
                )
            }
            // Pictures may stand inside sheets and drawings.
            Kind::Css => {
                let (legal, metadata) = (self.legal_comments, self.metadata);
                let (level, tracing, targets) = (self.level, self.tracing, self.canonical_targets());
                format!("level={level:?} legal={legal:?} metadata={metadata:?} tracing={tracing:?}{targets}")
            }
            Kind::JsModule | Kind::JsScript => {
                let (edits, reach) = (self.script_edits.canonical(), self.script_reach);
                let (legal, tracing) = (self.legal_comments, self.tracing);
                format!("level={:?} legal={legal:?} tracing={tracing:?} reach={reach:?}{edits}", self.level)
            }
            Kind::Svg => {
                let (legal, metadata) = (self.legal_comments.inside(), self.metadata);
                format!("level={:?} legal={legal:?} metadata={metadata:?}", self.level)
            }
            Kind::Png | Kind::Jpeg => format!("level={:?} metadata={:?}", self.level, self.metadata),
            _ => String::new(),
        }
    }

    fn canonical_targets(&self) -> String {
        self.css_targets.map_or_else(String::new, |targets| format!(" {targets:?}"))
    }
}

/// Why an asset is published as it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptBecause {
    /// Its kind has no press.
    NoPress,
    /// Pressed, but not smaller.
    NotSmaller,
    /// The configuration says so, or a comment in the file.
    OptedOut,
    /// The site is the output of an earlier run, which pressed it in this very way.
    AlreadyPressed,
    /// It could not be read as what it claims to be.
    Unparsable(Note),
    /// The check after pressing found a difference that matters.
    WouldChangeMeaning(Note),
    /// It has something that we know we would damage, such as another character encoding or an entity declaration.
    Unsupported(Note),
    /// It is larger, deeper or more complex than the limits allow.
    TooLarge(Note),
    /// A codec crashed on it.
    Crashed(Note),
}

impl KeptBecause {
    /// A short stable name, for reports: `not-smaller`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPress => "no-press",
            Self::NotSmaller => "not-smaller",
            Self::OptedOut => "opted-out",
            Self::AlreadyPressed => "already-pressed",
            Self::Unparsable(_) => "unparsable",
            Self::WouldChangeMeaning(_) => "would-change-meaning",
            Self::Unsupported(_) => "unsupported",
            Self::TooLarge(_) => "too-large",
            Self::Crashed(_) => "crashed",
        }
    }

    /// What exactly, and where, if there is more to say than [`Self::code`].
    #[must_use]
    pub fn note(&self) -> Option<&Note> {
        match self {
            Self::NoPress | Self::NotSmaller | Self::OptedOut | Self::AlreadyPressed => None,
            Self::Unparsable(note)
            | Self::WouldChangeMeaning(note)
            | Self::Unsupported(note)
            | Self::TooLarge(note)
            | Self::Crashed(note) => Some(note),
        }
    }
}

/// One remark about one file, in one line of plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What there is to say. No path (reports add it), no line break.
    pub text: String,
    /// Where in the file as it came in; line 0 when it is about the whole file.
    pub at: Position,
}

impl Note {
    /// A remark about the whole file.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), at: Position::default() }
    }

    /// A remark about one place.
    #[must_use]
    pub fn at(text: impl Into<String>, at: Position) -> Self {
        Self { text: text.into(), at }
    }
}

/// What a press made of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressed {
    /// The kind, as parsing found it (a `.js` file turns out to be a module or a script).
    pub kind: Kind,
    /// The new bytes, or why the old ones stay.
    pub shrunk: Shrunk,
    /// Proven references, in order of their place in the body to be published.
    pub references: Vec<Reference>,
    /// Unproven mentions.
    pub mentions: Vec<Mention>,
    /// The page's `<base href>`.
    pub base: Option<Box<str>>,
    /// The entries of the page's import maps: specifier and URL.
    pub import_map: Vec<(Box<str>, Box<str>)>,
    /// Whether it is text that no parser could read: any file name in it may be a reference.
    pub opaque: bool,
    /// Remarks for the report, such as rules that could not be parsed and were passed through.
    pub notes: Vec<Note>,
    /// The comment of the body to be published that says where its source map is.
    pub source_map: Option<Span>,
    /// From the new bytes to the old ones, where [`Options::tracing`] asks for it.
    pub positions: Option<maps::Positions>,
    /// Legal comments that are no longer in the body, where [`LegalComments::moves`].
    pub legal: Vec<String>,
}

/// "Left alone" is an answer with a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shrunk {
    /// Fewer bytes (or as many, with fewer on the wire).
    Smaller(#[serde(skip)] Vec<u8>),
    /// The bytes that came in.
    Kept(KeptBecause),
}

/// What one language's press made, before it is checked and judged by [`press`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The new bytes.
    pub bytes: Vec<u8>,
    /// Remarks for the report.
    pub notes: Vec<Note>,
}

/// A draft, what it names, and where its bytes come from.
struct Checked {
    draft: Draft,
    after: Scan,
    positions: Option<maps::Positions>,
    legal: Vec<String>,
    /// Parts of the source that the configuration took out, with what they name.
    removed: Vec<Span>,
}

impl Checked {
    /// Of what has no source map, and nothing to move or to take out.
    fn plain(draft: Draft, after: Scan) -> Self {
        Self { draft, after, positions: None, legal: Vec::new(), removed: Vec::new() }
    }
}

/// Presses one asset and finds its references, before and after. Pure, and never panics.
///
/// The references after must be those before; if a press lost or made up one, the asset is kept as it came in.
#[must_use]
pub fn press(kind: Kind, source: &[u8], options: &Options) -> Pressed {
    catch_unwind(AssertUnwindSafe(|| press_unguarded(kind, source, options))).unwrap_or_else(|_| Pressed {
        kind,
        shrunk: Shrunk::Kept(KeptBecause::Crashed(Note::new("its press panicked"))),
        opaque: kind.is_text(),
        ..unread(kind, KeptBecause::NoPress)
    })
}

fn press_unguarded(kind: Kind, source: &[u8], options: &Options) -> Pressed {
    match (options.scan_only, kind) {
        (ScanOnly::Yes, _) => scan(kind, source, KeptBecause::OptedOut),
        (ScanOnly::AlreadyPressed, _) => scan(kind, source, KeptBecause::AlreadyPressed),
        (ScanOnly::Xhtml, _) => {
            let why = "its name says that it is XHTML, which is read by the rules of XML";
            scan(kind, source, KeptBecause::Unsupported(Note::new(why)))
        }
        (ScanOnly::No, Kind::JsModule | Kind::JsScript) => press_script(kind, source, options),
        (ScanOnly::No, Kind::Html) => press_html(source, &with_comments_inside(options)),
        (ScanOnly::No, Kind::Svg) => press_other(kind, source, &with_comments_inside(options)),
        (ScanOnly::No, _) => press_other(kind, source, options),
    }
}

fn scan(kind: Kind, source: &[u8], kept: KeptBecause) -> Pressed {
    match refs::scan(kind, source) {
        Ok((kind, found)) => as_it_came(kind, found, kept),
        Err(kept) => unread(kind, kept),
    }
}

/// Pages and pictures have no text beside them for comments to move to.
fn with_comments_inside(options: &Options) -> Cow<'_, Options> {
    if !options.legal_comments.moves() {
        return Cow::Borrowed(options);
    }
    Cow::Owned(Options { legal_comments: options.legal_comments.inside(), ..options.clone() })
}

fn press_other(kind: Kind, source: &[u8], options: &Options) -> Pressed {
    let (kind, before) = match refs::scan(kind, source) {
        Ok(scanned) => scanned,
        Err(kept) => return unread(kind, kept),
    };
    let drafted = draft(kind, source, options).and_then(|draft| {
        let (draft, positions) = traced(kind, source, draft, options);
        let (_, after) = refs::scan(kind, &draft.bytes)
            .map_err(|_| KeptBecause::WouldChangeMeaning(Note::new("the result cannot be read again")))?;
        let moves = kind == Kind::Css && options.legal_comments.moves();
        let legal = if moves { css::legal_comments(text(source)?) } else { Vec::new() };
        checked(source, &before, Checked { draft, after, positions, legal, removed: Vec::new() })
    });
    settle(kind, before, drafted)
}

/// A script, with or without a byte order mark.
fn press_script(kind: Kind, source: &[u8], options: &Options) -> Pressed {
    match mark::split(source) {
        Some(rest) => mark::put_back(press_plain_script(kind, rest, options)),
        None => press_plain_script(kind, source, options),
    }
}

/// As [`press_other`]: the parsers of a script also see its references, so it is not read again for them.
fn press_plain_script(kind: Kind, source: &[u8], options: &Options) -> Pressed {
    let place = if kind == Kind::JsModule { js::JsPlace::ModuleFile } else { js::JsPlace::File };
    match text(source).and_then(|text| js::press_scanned(text, place, options)) {
        Ok(js::Pressing { kind, before, drafted }) => {
            let drafted = drafted.and_then(|drafted| checked(source, &before, drafted));
            settle(kind, before, drafted)
        }
        Err(kept) => unread(kind, kept),
    }
}

/// As [`press_other`]: the reader of pages also sees their references, so they are not read again for them.
fn press_html(source: &[u8], options: &Options) -> Pressed {
    match html::press_scanned(source, options) {
        Ok(html::Pressing { before, drafted }) => {
            let drafted = drafted.and_then(|(draft, after)| checked(source, &before, Checked::plain(draft, after)));
            settle(Kind::Html, before, drafted)
        }
        Err(kept) => unread(Kind::Html, kept),
    }
}

fn settle(kind: Kind, before: Scan, drafted: Result<Checked, KeptBecause>) -> Pressed {
    match drafted {
        Ok(Checked { draft, after, positions, legal, .. }) => Pressed {
            legal,
            kind,
            shrunk: Shrunk::Smaller(draft.bytes),
            references: after.references,
            mentions: before.mentions,
            base: before.base,
            import_map: before.import_map,
            opaque: false,
            notes: draft.notes,
            source_map: after.source_map,
            positions,
        },
        Err(kept) => as_it_came(kind, before, kept),
    }
}

fn as_it_came(kind: Kind, scan: Scan, kept: KeptBecause) -> Pressed {
    Pressed {
        kind,
        shrunk: Shrunk::Kept(kept),
        references: scan.references,
        mentions: scan.mentions,
        base: scan.base,
        import_map: scan.import_map,
        opaque: false,
        notes: Vec::new(),
        source_map: scan.source_map,
        positions: None,
        legal: Vec::new(),
    }
}

/// A text whose references cannot be known.
pub(crate) fn unread(kind: Kind, kept: KeptBecause) -> Pressed {
    Pressed {
        kind,
        shrunk: Shrunk::Kept(kept),
        references: Vec::new(),
        mentions: Vec::new(),
        base: None,
        import_map: Vec::new(),
        opaque: true,
        notes: Vec::new(),
        source_map: None,
        positions: None,
        legal: Vec::new(),
    }
}

fn draft(kind: Kind, source: &[u8], options: &Options) -> Result<Draft, KeptBecause> {
    match kind {
        Kind::Css => press_sheet(text(source)?, options),
        Kind::Json | Kind::WebManifest | Kind::BuildManifest | Kind::SourceMap => json::press(text(source)?),
        Kind::Svg => svg::press(source, options),
        Kind::Xml => xml::press(source),
        Kind::Png => png::press(source, options),
        Kind::Jpeg => jpeg::press(source, options),
        // Scripts and pages are pressed where their references are read.
        Kind::JsScript
        | Kind::JsModule
        | Kind::Html
        | Kind::Text
        | Kind::Gif
        | Kind::WebP
        | Kind::Avif
        | Kind::Ico
        | Kind::Woff
        | Kind::Woff2
        | Kind::Ttf
        | Kind::Otf
        | Kind::Eot
        | Kind::Wasm
        | Kind::Audio
        | Kind::Video
        | Kind::Pdf
        | Kind::Archive
        | Kind::Opaque => Err(KeptBecause::NoPress),
    }
}

/// Presses a sheet, and first the pictures in it. Where its parts must be traced to the source, those stay.
fn press_sheet(source: &str, options: &Options) -> Result<Draft, KeptBecause> {
    let lighter = (options.tracing == Tracing::Off).then(|| embedded::press_sheet(source, options)).flatten();
    let Some(lighter) = lighter else { return css::press(source, css::CssPlace::File, options) };
    match css::press(&lighter, css::CssPlace::File, options) {
        // Comments that move to a file of their own must leave the sheet.
        Err(_) if !options.legal_comments.moves() => Ok(Draft { bytes: lighter.into_bytes(), notes: Vec::new() }),
        pressed => pressed,
    }
}

/// `source` as text, if it is UTF-8.
fn text(source: &[u8]) -> Result<&str, KeptBecause> {
    std::str::from_utf8(source).map_err(|error| {
        let at = Position::of(source, error.valid_up_to());
        KeptBecause::Unsupported(Note::at("it is not UTF-8", at))
    })
}

/// Where the parts of a sheet come from, if that is asked for; a script's press knows it itself.
fn traced(kind: Kind, source: &[u8], mut draft: Draft, options: &Options) -> (Draft, Option<maps::Positions>) {
    if kind != Kind::Css || options.tracing == Tracing::Off {
        return (draft, None);
    }
    let (Ok(before), Ok(after)) = (std::str::from_utf8(source), std::str::from_utf8(&draft.bytes)) else {
        return (draft, None);
    };
    let positions = css::positions(before, after);
    let comment = refs::css::scan(before, css::CssPlace::File).source_map.map(|span| &before[span.range()]);
    draft.bytes = with_inline_map(after.to_owned(), comment, &positions, &mut draft.notes).into_bytes();
    (draft, Some(positions))
}

/// `text` with the map that stands in its `comment` composed with `positions`. A map that cannot be read stays, with a note.
fn with_inline_map(
    mut text: String,
    comment: Option<&str>,
    positions: &maps::Positions,
    notes: &mut Vec<Note>,
) -> String {
    let found =
        comment.and_then(|comment| Some((text.rfind(comment)?, comment, maps::composed_inline(comment, positions)?)));
    match found {
        Some((at, comment, Ok(new))) => text.replace_range(at..at + comment.len(), &new),
        Some((_, _, Err(error))) => notes.push(Note::new(format!("its inline source map stays as it was: {error}"))),
        None => {}
    }
    text
}

/// The draft, if it is smaller and names exactly what the source names.
fn checked(source: &[u8], before: &Scan, mut checked: Checked) -> Result<Checked, KeptBecause> {
    let after = &mut checked.after;
    if checked.draft.bytes.len() >= source.len() {
        return Err(KeptBecause::NotSmaller);
    }
    let mut places: BTreeMap<_, Vec<Position>> = BTreeMap::new();
    let removed = &checked.removed;
    let is_left =
        |reference: &&Reference| !removed.iter().any(|part| (part.start..part.end).contains(&reference.name.start));
    for reference in before.references.iter().filter(is_left).rev() {
        places.entry(identity(reference)).or_default().push(reference.at);
    }
    for reference in &mut after.references {
        let Some(found) = places.get_mut(&identity(reference)) else {
            return Err(KeptBecause::WouldChangeMeaning(Note::new(format!(
                "a reference to {:?} would appear",
                reference.url
            ))));
        };
        reference.at = if found.len() > 1 { found.pop().unwrap_or_default() } else { found[0] };
    }
    let named: std::collections::BTreeSet<_> = after.references.iter().map(identity).collect();
    if let Some(lost) = before.references.iter().filter(is_left).find(|reference| !named.contains(&identity(reference)))
    {
        let note = Note::at(format!("the reference to {:?} would be lost", lost.url), lost.at);
        return Err(KeptBecause::WouldChangeMeaning(note));
    }
    Ok(checked)
}

/// A URL that holds what it names counts by what that is: a picture in it may be pressed, which its own press proves.
fn identity(reference: &Reference) -> (Box<str>, crate::asset::Role, crate::asset::Base) {
    let url = &reference.url;
    let end = if embedded::is_candidate(url) { url.find(',').unwrap_or(url.len()) } else { url.len() };
    (url[..end].into(), reference.role, reference.base)
}
