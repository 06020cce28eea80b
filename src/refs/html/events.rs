//! A page as a flat list of events (tags, text, comments), each with its bytes. Read by `lol_html`, used as a scanner
//! only: it never rewrites. End tags are what lies between its events, so every byte of the page is in one event.

use std::{
    cell::RefCell,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use lol_html::{HtmlRewriter, Settings, doc_comments, doc_text, doctype, element, html_content::TextType};

use crate::{asset::Span, press::Note};

/// A page cut into events.
pub(crate) struct Page<'a> {
    /// The bytes that were read.
    pub(crate) source: &'a [u8],
    /// `source` as text, when it is UTF-8.
    text: Option<&'a str>,
    /// In order of place; together they cover `source` without overlap.
    pub(crate) events: Vec<Event>,
    attributes: Vec<Attribute>,
}

/// The events of a page apart from its bytes.
pub(crate) struct Parts {
    events: Vec<Event>,
    attributes: Vec<Attribute>,
}

impl Parts {
    /// In order of place.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    /// Joins them with the bytes they were read from.
    pub(crate) fn of(self, source: &[u8]) -> Page<'_> {
        Page { source, text: std::str::from_utf8(source).ok(), events: self.events, attributes: self.attributes }
    }
}

/// One piece of a page.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// What it is.
    pub(crate) kind: EventKind,
    /// Its bytes.
    pub(crate) span: Span,
}

/// What an event is.
#[derive(Clone, Debug)]
pub(crate) enum EventKind {
    /// A start tag.
    Start(Tag),
    /// An end tag; the span is that of its name.
    End(Span),
    /// Text.
    Text(TextKind),
    /// A comment, also a bogus one such as `<?xml ?>`.
    Comment,
    /// A document type.
    Doctype,
    /// Borders of CDATA sections, and whatever parsers drop.
    Other,
}

/// A start tag.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    /// The bytes of its name.
    pub(crate) name: Span,
    /// Where the element belongs.
    pub(crate) namespace: Namespace,
    /// Whether it ends in `/>`.
    pub(crate) self_closing: bool,
    attributes: Range<u32>,
}

/// The namespace of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// HTML.
    Html,
    /// SVG or `MathML` inside HTML.
    Foreign,
}

/// An attribute as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    /// The bytes of its name.
    pub(crate) name: Span,
    /// The bytes of its value without quotes; `None` when there is no `=`.
    pub(crate) value: Option<Span>,
}

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// Text with character references.
    Data,
    /// The text of `title` and `textarea`: character references, no tags.
    RcData,
    /// The text of `style`, `script`, `noscript` and kin, or a CDATA section: exactly what is written.
    Raw,
}

impl<'a> Page<'a> {
    /// The attributes of `tag`, in order, duplicates included.
    pub(crate) fn attributes(&self, tag: &Tag) -> &[Attribute] {
        &self.attributes[tag.attributes.start as usize..tag.attributes.end as usize]
    }

    /// The bytes of `span`.
    pub(crate) fn bytes(&self, span: Span) -> &'a [u8] {
        &self.source[span.range()]
    }

    /// The text of `span`, when it is UTF-8.
    pub(crate) fn text(&self, span: Span) -> Option<&'a str> {
        match self.text {
            Some(text) => text.get(span.range()),
            None => std::str::from_utf8(self.bytes(span)).ok(),
        }
    }

    /// The events without the bytes.
    pub(crate) fn into_parts(self) -> Parts {
        Parts { events: self.events, attributes: self.attributes }
    }

    /// The lower-case name in `span`.
    pub(crate) fn name(&self, span: Span) -> Name {
        Name::new(self.bytes(span))
    }
}

/// A lower-case tag or attribute name, kept without allocating. No name of the standards is longer than it holds; longer
/// ones are cut, which makes them equal to none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    bytes: [u8; 31],
    len: u8,
}

impl Name {
    /// The lower-case form of `written`.
    pub(crate) fn new(written: &[u8]) -> Self {
        let length = written.len().min(31);
        let mut bytes = [0; 31];
        bytes[..length].copy_from_slice(&written[..length]);
        bytes.make_ascii_lowercase();
        Self { bytes, len: u8::try_from(length).unwrap_or(31) }
    }

    /// As text; empty when it is not UTF-8.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

/// Cuts `source` into events: strictly, else laxly.
///
/// # Errors
/// When neither way reads the page, or the reader reports spans that do not fit the bytes.
pub(crate) fn read(source: &[u8]) -> Result<Page<'_>, Note> {
    attempt(source, Strictness::Strict).or_else(|_| attempt(source, Strictness::Lax))
}

/// Pages have about one event in so many bytes: what is set aside for them at first.
const BYTES_PER_EVENT: usize = 24;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Strict,
    Lax,
}

fn attempt(source: &[u8], strictness: Strictness) -> Result<Page<'_>, Note> {
    let text = std::str::from_utf8(source).ok();
    let events = Vec::with_capacity(source.len() / BYTES_PER_EVENT);
    let tape = RefCell::new(Tape { page: Page { source, text, events, attributes: Vec::new() }, covered: 0 });
    let outcome = catch_unwind(AssertUnwindSafe(|| run(source, &tape, strictness)));
    match outcome {
        Ok(Ok(())) => Ok(tape.into_inner().finish()),
        Ok(Err(message)) => Err(Note::new(message)),
        Err(_) => Err(Note::new("the HTML scanner crashed on it")),
    }
}

fn run(source: &[u8], tape: &RefCell<Tape<'_>>, strictness: Strictness) -> Result<(), String> {
    let settings = Settings::new()
        .with_strict(strictness == Strictness::Strict)
        .with_adjust_charset_on_meta_tag(false)
        .append_element_content_handler(element!("*", |element| {
            let span = element.start_tag().source_location().bytes();
            let namespace = match element.namespace_uri() {
                "http://www.w3.org/1999/xhtml" => Namespace::Html,
                _ => Namespace::Foreign,
            };
            let self_closing = element.is_self_closing();
            tape.borrow_mut().start(span, namespace, self_closing, element.attributes()).map_err(Into::into)
        }))
        .append_document_content_handler(doc_text!(|text| {
            tape.borrow_mut().text(text.source_location().bytes(), text.text_type());
            Ok(())
        }))
        .append_document_content_handler(doc_comments!(|comment| {
            tape.borrow_mut().push(EventKind::Comment, comment.source_location().bytes());
            Ok(())
        }))
        .append_document_content_handler(doctype!(|doctype| {
            tape.borrow_mut().push(EventKind::Doctype, doctype.source_location().bytes());
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(source).map_err(|error| error.to_string())?;
    rewriter.end().map_err(|error| error.to_string())
}

/// Collects events while the reader runs.
struct Tape<'a> {
    page: Page<'a>,
    /// Where the last event ends.
    covered: usize,
}

impl<'a> Tape<'a> {
    /// An event that the reader reports. What it did not report before it are end tags and other bytes.
    fn push(&mut self, kind: EventKind, range: Range<usize>) {
        if range.start > self.covered {
            self.gap(self.covered..range.start);
        }
        self.covered = self.covered.max(range.end);
        self.page.events.push(Event { kind, span: Span::new(range) });
    }

    fn start(
        &mut self,
        range: Range<usize>,
        namespace: Namespace,
        self_closing: bool,
        attributes: &[lol_html::html_content::Attribute<'_>],
    ) -> Result<(), &'static str> {
        let count = |length: usize| u32::try_from(length).map_err(|_| "more attributes than can be counted");
        let first = count(self.page.attributes.len())?;
        for attribute in attributes {
            let attribute =
                self.checked(attribute, &range).ok_or("the HTML scanner reports a place that is not there")?;
            self.page.attributes.push(attribute);
        }
        let name_start = range.start + 1;
        let rest = self.page.source.get(name_start..range.end).unwrap_or_default();
        let name = Span::new(name_start..name_start + name_length(rest));
        let tag = Tag { name, namespace, self_closing, attributes: first..count(self.page.attributes.len())? };
        self.push(EventKind::Start(tag), range);
        Ok(())
    }

    /// Trusts reported spans only when they lie in the tag, the name has the bytes of no other part of a tag, and the
    /// value stands between two equal quotes, or behind the `=`.
    fn checked(&self, attribute: &lol_html::html_content::Attribute<'_>, tag: &Range<usize>) -> Option<Attribute> {
        let source = self.page.source;
        let name = attribute.name_source_location()?.bytes();
        let is_name = tag.start < name.start && name.end < tag.end && !name.is_empty();
        if !is_name || source[name.start - 1..name.end].iter().skip(1).any(|b| b.is_ascii_whitespace() || *b == b'>') {
            return None;
        }
        let Some(location) = attribute.value_source_location() else {
            return Some(Attribute { name: Span::new(name), value: None });
        };
        let value = location.bytes();
        if value.start <= name.end || value.end >= tag.end || value.end < value.start {
            return None;
        }
        let (before, behind) = (source[value.start - 1], source[value.end]);
        let is_quoted = matches!(before, b'"' | b'\'') && before == behind;
        let is_bare =
            (before == b'=' || before.is_ascii_whitespace()) && (behind.is_ascii_whitespace() || behind == b'>');
        (is_quoted || is_bare).then(|| Attribute { name: Span::new(name), value: Some(Span::new(value)) })
    }

    fn text(&mut self, range: Range<usize>, kind: TextType) {
        if range.is_empty() {
            return;
        }
        let kind = match kind {
            TextType::Data => TextKind::Data,
            TextType::RCData => TextKind::RcData,
            TextType::PlainText | TextType::RawText | TextType::ScriptData | TextType::CDataSection => TextKind::Raw,
        };
        let start = Span::new(range.clone()).start;
        match self.page.events.last_mut() {
            Some(Event { kind: EventKind::Text(last), span }) if *last == kind && span.end == start => {
                span.end = Span::new(range.clone()).end;
            }
            _ => return self.push(EventKind::Text(kind), range),
        }
        self.covered = self.covered.max(range.end);
    }

    fn finish(mut self) -> Page<'a> {
        if self.covered < self.page.source.len() {
            self.gap(self.covered..self.page.source.len());
        }
        self.page
    }

    fn gap(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let rest = &self.page.source[at..range.end];
            let (kind, length) = gap_event(rest, at);
            self.page.events.push(Event { kind, span: Span::new(at..at + length) });
            at += length;
        }
    }
}

/// The first event of bytes that the reader did not report, and its length.
fn gap_event(rest: &[u8], at: usize) -> (EventKind, usize) {
    for border in [&b"<![CDATA["[..], b"]]>", b"</>"] {
        if rest.len() >= border.len() && rest[..border.len()].eq_ignore_ascii_case(border) {
            return (EventKind::Other, border.len());
        }
    }
    match rest {
        [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => {
            let length = name_length(&rest[2..]);
            match end_of_tag(rest, 2 + length) {
                Some(end) => (EventKind::End(Span::new(at + 2..at + 2 + length)), end),
                None => (EventKind::Other, rest.len()),
            }
        }
        _ => (EventKind::Other, rest.len()),
    }
}

fn name_length(text: &[u8]) -> usize {
    text.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(text.len())
}

/// One past the `>` of the tag whose attributes begin at `at`; quoted values may hold a `>`.
fn end_of_tag(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match text.get(at)? {
            b'>' => return Some(at + 1),
            b'=' => {
                at += 1;
                while text.get(at)?.is_ascii_whitespace() {
                    at += 1;
                }
                let quote = text[at];
                if matches!(quote, b'"' | b'\'') {
                    at += 1 + memchr::memchr(quote, text.get(at + 1..)?)? + 1;
                }
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<String> {
        let page = read(source.as_bytes()).unwrap();
        let mut end = 0;
        let kinds = page.events.iter().map(|event| {
            assert_eq!(event.span.range().start, end, "events cover {source:?}");
            end = event.span.range().end;
            let text = String::from_utf8_lossy(page.bytes(event.span)).into_owned();
            match &event.kind {
                EventKind::Start(tag) => format!("S{text}{}", page.attributes(tag).len()),
                EventKind::End(name) => format!("E{}", page.name(*name).as_str()),
                EventKind::Text(kind) => format!("{kind:?}:{text}"),
                EventKind::Comment => format!("C{text}"),
                EventKind::Doctype => format!("D{text}"),
                EventKind::Other => format!("O{text}"),
            }
        });
        let kinds = kinds.collect();
        assert_eq!(end, source.len(), "events cover {source:?}");
        kinds
    }

    #[test]
    fn every_byte_is_in_one_event() {
        let expected: &[(&str, &[&str])] = &[
            ("<!doctype html><p a=1 b>x</p >y", &["D<!doctype html>", "S<p a=1 b>2", "Data:x", "Ep", "Data:y"]),
            ("<b><i>x</b a='>'></I>", &["S<b>0", "S<i>0", "Data:x", "Eb", "Ei"]),
            ("<svg><![CDATA[a<b]]></svg>", &["S<svg>0", "O<![CDATA[", "Raw:a<b", "O]]>", "Esvg"]),
            ("a</>b<?x?>", &["Data:a", "O</>", "Data:b", "C<?x?>"]),
            ("<p", &["O<p"]),
            ("<title>a&amp;<b></title>", &["S<title>0", "RcData:a&amp;<b>", "Etitle"]),
        ];
        for (source, kinds_expected) in expected {
            assert_eq!(&kinds(source), kinds_expected, "{source}");
        }
    }

    #[test]
    fn what_the_strict_reader_refuses_is_read_laxly() {
        assert!(!kinds("<select><iframe>x</iframe></select>").is_empty());
    }

    #[test]
    fn a_hundred_thousand_open_elements_are_read() {
        assert_eq!(read("<div>".repeat(100_000).as_bytes()).unwrap().events.len(), 100_000);
    }
}
