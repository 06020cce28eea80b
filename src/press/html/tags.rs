//! Tags in their short form.

use std::borrow::Cow;

use super::{
    context::fold_tokens,
    inline::{Inline, Piece},
    pass::{Plan, Quotes, Reach, may_be_written},
    survey::has_template_code,
};
use crate::{
    asset::Span,
    press::embedded,
    refs::html::{
        entities::{EntityPlace, decode_text, entity_at},
        events::{Attribute, Namespace, Page, Tag},
    },
};

/// Whether something follows an attribute that could be taken for a part of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follower {
    /// Another attribute.
    Attribute,
    /// `>`.
    End,
    /// `/>`.
    Slash,
}

/// Writes a start tag.
pub(super) fn write_start(out: &mut Vec<u8>, page: &Page<'_>, tag: &Tag, plan: Plan<'_>, inline: &mut Inline<'_>) {
    out.push(b'<');
    write_name(out, page.bytes(tag.name), tag.namespace);
    let is_closed = tag.self_closing && tag.namespace == Namespace::Foreign;
    let attributes = page.attributes(tag);
    for (index, attribute) in attributes.iter().enumerate() {
        let follower = match (index + 1 == attributes.len(), is_closed) {
            (false, _) => Follower::Attribute,
            (true, false) => Follower::End,
            (true, true) => Follower::Slash,
        };
        out.push(b' ');
        write_attribute(out, page, tag, *attribute, follower, plan, inline);
    }
    out.extend_from_slice(if is_closed { b"/>" } else { b">" });
}

/// Writes an end tag.
pub(super) fn write_end(out: &mut Vec<u8>, written: &[u8]) {
    let name = written.get(2..).unwrap_or_default();
    let length = name.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(name.len());
    out.extend_from_slice(b"</");
    out.extend(name[..length].iter().map(u8::to_ascii_lowercase));
    out.push(b'>');
}

fn write_name(out: &mut Vec<u8>, name: &[u8], namespace: Namespace) {
    match namespace {
        Namespace::Html => out.extend(name.iter().map(u8::to_ascii_lowercase)),
        Namespace::Foreign => out.extend_from_slice(name),
    }
}

fn write_attribute(
    out: &mut Vec<u8>,
    page: &Page<'_>,
    tag: &Tag,
    attribute: Attribute,
    follower: Follower,
    plan: Plan<'_>,
    inline: &mut Inline<'_>,
) {
    write_name(out, page.bytes(attribute.name), tag.namespace);
    let Some(span) = attribute.value.filter(|span| !span.range().is_empty()) else { return };
    let raw = page.text(span).unwrap_or_default();
    if is_plain(page, attribute, raw, plan) {
        return write_plain(out, raw);
    }
    let value = decode_text(raw, EntityPlace::Attribute);
    let may_write = |(c, had)| had || may_be_written(c, plan.facts.encoding) || (' '..='~').contains(&c);
    let is_readable = !raw.contains('&') || value.chars().map(|c| (c, !c.is_ascii() && raw.contains(c))).all(may_write);
    if has_template_code(raw.as_bytes()) || !is_readable {
        return copy_value(out, page, span);
    }
    let name = page.name(attribute.name);
    let rewritten = match name.as_str() {
        "class" => Some(fold_tokens(&value)),
        "style" if plan.reach != Reach::Plain && !plan.facts.keeps_code => inline.press(Piece::StyleAttribute, &value),
        "src" | "href" | "poster" | "xlink:href" if plan.reach != Reach::Plain && embedded::is_candidate(&value) => {
            inline.press(Piece::Picture, &value)
        }
        _ => None,
    };
    let value = rewritten.map_or(value, Cow::Owned);
    if !value.is_empty() {
        out.push(b'=');
        let may_unquote = plan.quotes == Quotes::Needed || quote_of(page, span).is_none();
        write_value(out, &value, may_unquote, follower);
    }
}

/// Whether a value stays as it is, in double quotes: most do.
fn is_plain(page: &Page<'_>, attribute: Attribute, raw: &str, plan: Plan<'_>) -> bool {
    let may_stand = match attribute.value.and_then(|value| quote_of(page, value)) {
        Some(b'"') => plan.quotes == Quotes::AsWritten,
        Some(_) => plan.quotes == Quotes::AsWritten && !has_template_code(raw.as_bytes()),
        None => false,
    };
    let name = page.bytes(attribute.name);
    let is_rewritten = name.eq_ignore_ascii_case(b"style")
        || raw.starts_with("data:image/")
        || (name.eq_ignore_ascii_case(b"class") && !is_folded(raw));
    may_stand && !is_rewritten && memchr::memchr2(b'&', b'"', raw.as_bytes()).is_none()
}

/// Whether class tokens stand with one space between them already.
fn is_folded(raw: &str) -> bool {
    let mut was_space = true;
    let is_folded = raw.bytes().all(|byte| {
        let is_bad = matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c) || (byte == b' ' && was_space);
        was_space = byte == b' ';
        !is_bad
    });
    is_folded && !was_space
}

fn write_plain(out: &mut Vec<u8>, raw: &str) {
    out.extend_from_slice(b"=\"");
    out.extend_from_slice(raw.as_bytes());
    out.push(b'"');
}

/// Copies a value with the quotes it has.
fn copy_value(out: &mut Vec<u8>, page: &Page<'_>, span: Span) {
    let quote = quote_of(page, span);
    out.push(b'=');
    out.extend(quote);
    out.extend_from_slice(page.bytes(span));
    out.extend(quote);
}

/// The quote before a value, if it has one.
fn quote_of(page: &Page<'_>, value: Span) -> Option<u8> {
    let before = value.range().start.checked_sub(1)?;
    page.source.get(before).copied().filter(|byte| matches!(byte, b'"' | b'\''))
}

fn write_value(out: &mut Vec<u8>, value: &str, may_unquote: bool, follower: Follower) {
    let escaped = escape_ampersands(value);
    let needs_quotes = escaped.contains([' ', '\t', '\n', '\r', '\u{c}', '"', '\'', '=', '<', '>', '`'])
        || follower == Follower::Slash
        || (follower == Follower::End && escaped.ends_with('/'));
    if may_unquote && !needs_quotes {
        out.extend_from_slice(escaped.as_bytes());
        return;
    }
    let count = |quote: u8| memchr::memchr_iter(quote, escaped.as_bytes()).count();
    let (quote, written) = if count(b'\"') > count(b'\'') {
        (b'\'', escaped.replace('\'', "&#39;"))
    } else {
        (b'"', escaped.replace('"', "&#34;"))
    };
    out.push(quote);
    out.extend_from_slice(written.as_bytes());
    out.push(quote);
}

/// `value` with each `&` escaped that would begin a character reference.
fn escape_ampersands(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len() + 8);
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        escaped.push_str(before);
        escaped.push_str(if entity_at(from, EntityPlace::Attribute).is_some() { "&amp;" } else { "&" });
        rest = &from[1..];
    }
    escaped.push_str(rest);
    escaped
}
