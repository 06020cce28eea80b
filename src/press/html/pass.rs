//! Writes a page anew from its events: white space folded, notes dropped, tags in their short form. Every byte that
//! is not understood is copied.

use std::borrow::Cow;

use super::{
    comments::{self, Purpose},
    context::{belongs_in_head, is_blank, is_block},
    inline::{Inline, Piece},
    stack::{Looks, Stack},
    survey::Facts,
    tags,
    white_space::Hints,
};
use crate::{
    asset::Span,
    press::LegalComments,
    refs::html::{
        encoding::Encoding,
        entities::{EntityPlace, decode_text, entity_at},
        events::{Attribute, EventKind, Name, Namespace, Page, Tag, TextKind},
        scripts,
    },
};

/// How much of the page is written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Only notes go and tags are shortened; text and inline code stay.
    Plain,
    /// White space is folded, but no blank goes altogether: on misnested pages a lone one can reopen elements.
    Fold,
    /// All that keeps the tree: blanks that never have a box go.
    Full,
    /// Blanks beside the tags of blocks go as well.
    Trim,
}

/// Whether quotes are left away where HTML allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// Where the page has them: a page that mixes both kinds grows under brotli.
    AsWritten,
    /// Only where needed.
    Needed,
}

/// What a pass is told.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) reach: Reach,
    pub(super) quotes: Quotes,
    pub(super) legal: LegalComments,
}

/// Where in the page the writer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing that belongs in a body came yet: blanks go nowhere.
    BeforeBody,
    /// Directly behind `<body>`.
    BodyBegins,
    InBody,
    /// Behind `</body>`: blanks would still go into the body, at its end.
    AfterBody,
    /// And the blank at its end is written: all that follow it are the same one.
    AfterLastBlank,
}

impl Phase {
    fn is_after_body(self) -> bool {
        matches!(self, Self::AfterBody | Self::AfterLastBlank)
    }
}

/// Writes `page` as `plan` says.
pub(super) fn write(page: &Page<'_>, plan: Plan<'_>, inline: &mut Inline<'_>) -> Vec<u8> {
    let mut writer = Writer {
        page,
        plan,
        inline,
        stack: Stack::default(),
        out: Vec::with_capacity(page.source.len()),
        blank: None,
        is_only_blank: true,
        is_beside_block: false,
        phase: Phase::BeforeBody,
        is_ignoring: false,
        piece: None,
    };
    for event in &page.events {
        writer.event(&event.kind, event.span);
    }
    writer.finish()
}

struct Writer<'a, 'o> {
    page: &'a Page<'a>,
    plan: Plan<'a>,
    inline: &'a mut Inline<'o>,
    stack: Stack,
    out: Vec<u8>,
    /// White space that was read and not yet written; whether it holds a line break.
    blank: Option<bool>,
    /// Whether there was only white space since the last tag.
    is_only_blank: bool,
    /// Whether that tag was one of a block.
    is_beside_block: bool,
    phase: Phase,
    is_ignoring: bool,
    /// What the text that comes next is, when the start tag before it told.
    piece: Option<Piece>,
}

impl Writer<'_, '_> {
    fn event(&mut self, kind: &EventKind, span: Span) {
        let piece = self.piece.take();
        match kind {
            EventKind::Start(tag) => self.start(tag, span),
            EventKind::End(name) => self.end(*name, span),
            EventKind::Text(kind) => self.text(*kind, span, piece),
            EventKind::Comment => self.comment(span),
            EventKind::Doctype => self.doctype(span),
            EventKind::Other => {
                self.settle();
                self.copy(span);
                (self.is_only_blank, self.is_beside_block) = (false, false);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let is_at_body_end = self.stack.depth() == 0 || self.stack.is_in("body") || self.stack.is_in("html");
        if is_at_body_end && self.drops() {
            self.settle_at_body_end();
        } else {
            self.settle();
        }
        self.out
    }

    /// As [`Self::settle`] at the end of the body, where blanks stand in several places and are one. Nobody sees it, until a
    /// script or a sheet puts a word behind it.
    fn settle_at_body_end(&mut self) {
        if self.trims() || self.phase == Phase::AfterLastBlank {
            self.blank = None;
        }
        let has_last_blank = self.phase == Phase::AfterLastBlank || self.blank.is_some();
        self.phase = if has_last_blank { Phase::AfterLastBlank } else { Phase::AfterBody };
        self.settle();
    }

    fn copy(&mut self, span: Span) {
        self.out.extend_from_slice(self.page.bytes(span));
    }

    /// Whether tags stay as they are written.
    fn keeps_form(&self) -> bool {
        self.is_ignoring || self.plan.facts.keeps_form
    }

    fn folds(&self) -> bool {
        self.plan.reach >= Reach::Fold && !self.plan.facts.keeps_white_space
    }

    fn drops(&self) -> bool {
        self.plan.reach >= Reach::Full && !self.plan.facts.keeps_white_space
    }

    fn trims(&self) -> bool {
        self.plan.reach == Reach::Trim && !self.plan.facts.keeps_white_space
    }

    /// Whether white space held back stands at the beginning of a line.
    fn is_line_start(&self) -> bool {
        self.trims() && self.is_only_blank && self.is_beside_block
    }

    /// Writes the white space that was held back.
    fn settle(&mut self) {
        if let Some(has_line_break) = self.blank.take() {
            self.out.push(if self.plan.facts.runs.fold(has_line_break) == '\n' { b'\n' } else { b' ' });
        }
    }

    /// As [`Self::settle`] before a tag: blanks that have no box go.
    fn settle_before_tag(&mut self, is_block: bool) {
        if (self.trims() && is_block) || self.is_line_start() {
            self.blank = None;
        }
        let is_outside = match self.phase {
            Phase::BeforeBody => true,
            Phase::BodyBegins => self.is_only_blank,
            Phase::InBody | Phase::AfterBody | Phase::AfterLastBlank => false,
        };
        let drops = match self.stack.top() {
            None => is_outside,
            Some(open) => {
                self.is_only_blank
                    && (open.drops && !self.phase.is_after_body() || open.name.as_str() == "body" && is_outside)
            }
        };
        if drops && self.drops() {
            self.blank = None;
        }
        self.settle();
    }

    fn start(&mut self, tag: &Tag, span: Span) {
        let name = self.page.name(tag.name);
        let looks = self.looks(name, tag);
        self.settle_before_tag(looks.is_block);
        self.advance_phase(name, tag.namespace);
        if self.keeps_form() {
            self.copy(span);
        } else {
            tags::write_start(&mut self.out, self.page, tag, self.plan, self.inline);
        }
        self.stack.start(name, tag.namespace, tag.self_closing, || looks);
        self.is_beside_block = looks.is_block;
        self.piece = self.piece_of(name, tag);
        self.is_only_blank = true;
    }

    fn looks(&self, name: Name, tag: &Tag) -> Looks {
        let (facts, tag_name) = (self.plan.facts, name.as_str());
        let hints = hints(self.page, tag);
        let may_be_block = self.trims() && tag.namespace == Namespace::Html && is_block(tag_name);
        Looks {
            keeps: facts.white_space.keeps(tag_name, &hints),
            is_block: may_be_block && !facts.white_space.is_inline(tag_name, &hints),
        }
    }

    fn advance_phase(&mut self, name: Name, namespace: Namespace) {
        let is_body = namespace == Namespace::Html && name.as_str() == "body";
        self.phase = match self.phase {
            Phase::BeforeBody if is_body => Phase::BodyBegins,
            Phase::BeforeBody if namespace == Namespace::Html && belongs_in_head(name.as_str()) => Phase::BeforeBody,
            _ => Phase::InBody,
        };
    }

    fn piece_of(&self, name: Name, tag: &Tag) -> Option<Piece> {
        let is_open = self.plan.reach != Reach::Plain && !self.plan.facts.keeps_code && !self.is_ignoring;
        if !is_open || tag.namespace != Namespace::Html {
            return None;
        }
        let value = |wanted| attribute_value(self.page, tag, wanted);
        match name.as_str() {
            "style" => {
                let kind = value("type").unwrap_or_default();
                (kind.is_empty() || kind.eq_ignore_ascii_case("text/css")).then_some(Piece::Style)
            }
            "script" if value("src").is_none() => {
                Piece::of_script(scripts::kind_of(value("type").as_deref(), value("language").as_deref()))
            }
            _ => None,
        }
    }

    fn end(&mut self, name: Span, span: Span) {
        let name = self.page.name(name);
        let is_block = self.trims() && self.stack.ends_block(name);
        let ends_body = matches!(name.as_str(), "body" | "html");
        if ends_body && (self.stack.is_in("body") || self.stack.depth() == 0) && self.drops() {
            self.settle_at_body_end();
        } else {
            self.settle_before_tag(is_block);
            if ends_body {
                self.phase = Phase::AfterBody;
            } else if self.phase == Phase::BodyBegins {
                self.phase = Phase::InBody;
            }
        }
        self.stack.end(name);
        if self.keeps_form() {
            self.copy(span);
        } else {
            tags::write_end(&mut self.out, self.page.bytes(span));
        }
        (self.is_only_blank, self.is_beside_block) = (true, is_block);
    }

    fn text(&mut self, kind: TextKind, span: Span, piece: Option<Piece>) {
        let Some(raw) = self.page.text(span) else {
            self.settle();
            return self.copy(span);
        };
        match kind {
            TextKind::Data if self.is_ignoring || self.plan.reach == Reach::Plain => self.literal(raw),
            TextKind::Data if self.stack.keeps() || !self.folds() => {
                self.settle();
                self.characters(raw);
                self.is_only_blank = false;
                self.note_body(raw);
            }
            TextKind::Data => self.folded(raw),
            TextKind::RcData => self.literal(raw),
            TextKind::Raw => {
                let pressed = piece.and_then(|piece| self.inline.press(piece, raw));
                self.literal(pressed.as_deref().unwrap_or(raw));
            }
        }
    }

    fn literal(&mut self, raw: &str) {
        self.settle();
        self.out.extend_from_slice(raw.as_bytes());
        self.is_only_blank = false;
        if self.stack.depth() == 0 || self.stack.is_in("body") {
            self.note_body(raw);
        }
    }

    fn note_body(&mut self, text: &str) {
        if !text.bytes().all(|b| b.is_ascii_whitespace()) {
            self.phase = Phase::InBody;
        }
    }

    fn folded(&mut self, raw: &str) {
        let mut rest = raw;
        while !rest.is_empty() {
            let blanks = rest.bytes().take_while(|&b| is_blank(b)).count();
            if blanks > 0 {
                let has_line_break = memchr::memchr2(b'\n', b'\r', &rest.as_bytes()[..blanks]).is_some();
                self.blank = Some(self.blank.unwrap_or(false) | has_line_break);
                rest = &rest[blanks..];
            }
            let words = words_length(rest);
            if words > 0 {
                let is_outside = matches!(self.phase, Phase::BeforeBody | Phase::BodyBegins);
                if self.is_line_start() || (self.drops() && self.is_only_blank && is_outside) {
                    self.blank = None;
                }
                self.settle();
                self.characters(&rest[..words]);
                (self.is_only_blank, self.phase) = (false, Phase::InBody);
                rest = &rest[words..];
            }
        }
    }

    /// Text with those character references undone that are safe and shorter as characters.
    fn characters(&mut self, raw: &str) {
        if self.plan.facts.keeps_form {
            return self.out.extend_from_slice(raw.as_bytes());
        }
        let mut at = 0;
        while let Some(offset) = memchr::memchr(b'&', &raw.as_bytes()[at..]) {
            self.out.extend_from_slice(&raw.as_bytes()[at..at + offset]);
            at += offset;
            match entity_at(&raw[at..], EntityPlace::Text) {
                Some(entity) if entity.text.chars().all(|c| may_be_written(c, self.plan.facts.encoding)) => {
                    self.out.extend_from_slice(entity.text.as_bytes());
                    at += entity.length;
                }
                _ => {
                    self.out.push(b'&');
                    at += 1;
                }
            }
        }
        self.out.extend_from_slice(&raw.as_bytes()[at..]);
    }

    fn comment(&mut self, span: Span) {
        let text = comments::text_of(self.page.bytes(span));
        let purpose = text.map_or(Purpose::Kept, |text| comments::purpose(text, self.plan.legal));
        let is_open = !self.is_ignoring && !self.stack.is_template() && !self.plan.facts.keeps_comments;
        match purpose {
            Purpose::Ignore => self.is_ignoring = true,
            Purpose::End => self.is_ignoring = false,
            Purpose::Note if is_open && self.may_join() => return,
            Purpose::Note | Purpose::Kept | Purpose::Hydration => {}
        }
        self.settle_before_tag(false);
        self.copy(span);
        (self.is_only_blank, self.is_beside_block) = (true, false);
        if self.phase == Phase::BodyBegins {
            self.phase = Phase::InBody;
        }
    }

    /// Whether what stands before and behind a comment means the same without it.
    fn may_join(&self) -> bool {
        let is_first_in_pre = self.is_only_blank && ["pre", "listing"].iter().any(|tag| self.stack.is_in(tag));
        if is_first_in_pre || self.out.ends_with(b"<") {
            return false;
        }
        let tail = &self.out[self.out.len().saturating_sub(40)..];
        let reference = tail.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
        self.blank.is_some() || tail.len() == reference || tail[tail.len() - reference - 1] != b'&'
    }

    fn doctype(&mut self, span: Span) {
        self.settle_before_tag(false);
        let bytes = self.page.bytes(span);
        let words: Vec<_> = bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let is_html = match words[..] {
            [mark, name] => mark.eq_ignore_ascii_case(b"<!doctype") && name.eq_ignore_ascii_case(b"html>"),
            [mark, name, b">"] => mark.eq_ignore_ascii_case(b"<!doctype") && name.eq_ignore_ascii_case(b"html"),
            _ => false,
        };
        self.out.extend_from_slice(if is_html && !self.keeps_form() { b"<!doctype html>" } else { bytes });
    }
}

/// The decoded value of an attribute of `tag`; empty when it has none, `None` when it is not there.
fn attribute_value<'a>(page: &Page<'a>, tag: &Tag, wanted: &str) -> Option<Cow<'a, str>> {
    let is_wanted = |attribute: &&Attribute| page.bytes(attribute.name).eq_ignore_ascii_case(wanted.as_bytes());
    let attribute = page.attributes(tag).iter().find(is_wanted)?;
    attribute.value.map_or(Some(Cow::Borrowed("")), |span| decoded(page, span))
}

/// The value in `span`, its character references undone.
fn decoded<'a>(page: &Page<'a>, span: Span) -> Option<Cow<'a, str>> {
    page.text(span).map(|raw| decode_text(raw, EntityPlace::Attribute))
}

/// What the attributes of `tag` say about white space.
fn hints<'a>(page: &Page<'a>, tag: &Tag) -> Hints<'a> {
    let mut hints = Hints::default();
    for attribute in page.attributes(tag) {
        hints.note(page.bytes(attribute.name), || {
            attribute.value.and_then(|span| decoded(page, span)).unwrap_or_default()
        });
    }
    hints
}

/// How much of `text` is words with single spaces between them, which is written as it stands.
fn words_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(|&b| is_blank(b)) {
        at += offset;
        let is_single = bytes[at] == b' ' && bytes.get(at + 1).is_some_and(|&b| !is_blank(b));
        if at == 0 || !is_single {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Whether a character may replace its reference: it must not be markup, invisible, or change what is around it.
pub(super) fn may_be_written(c: char, encoding: Encoding) -> bool {
    let is_visible = matches!(
        c,
        '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{590}'
            | '\u{1e00}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{2070}'..='\u{20cf}'
            | '\u{2100}'..='\u{2e7f}' | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{3131}'..='\u{318e}'
            | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e000}'..='\u{f8ff}' | '\u{1f300}'..='\u{1f3fa}'
            | '\u{1f400}'..='\u{1faff}'
    );
    matches!(c, '"' | '\'' | '>') || (is_visible && encoding == Encoding::Utf8)
}
