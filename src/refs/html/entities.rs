//! Character references, as the HTML standard reads them in text and in attribute values.

use std::{borrow::Cow, ops::Range};

use html5ever::data::NAMED_ENTITIES;

use crate::asset::Decoded;

/// Where a character reference stands: `&copy=` is one in text and none in an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntityPlace {
    /// In text.
    Text,
    /// In an attribute value.
    Attribute,
}

/// A character reference at the beginning of some text.
pub(crate) struct Entity {
    /// What it stands for.
    pub(crate) text: String,
    /// How many bytes it takes.
    pub(crate) length: usize,
}

/// The longest name of a character reference.
const LONGEST_NAME: usize = 33;

/// The character reference that `text` begins with.
pub(crate) fn entity_at(text: &str, place: EntityPlace) -> Option<Entity> {
    let rest = text.strip_prefix('&')?;
    match rest.strip_prefix('#') {
        Some(number) => numeric(number),
        None => named(rest, place),
    }
}

fn numeric(rest: &str) -> Option<Entity> {
    let (digits, radix, lead) = match rest.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 3),
        None => (rest, 10, 2),
    };
    let count = digits.bytes().take_while(|&b| char::from(b).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    // Past the last code point every number means the replacement character, so an overflow may be any of them.
    let code = u32::from_str_radix(&digits[..count], radix).unwrap_or(u32::MAX);
    let semicolon = usize::from(digits[count..].starts_with(';'));
    Some(Entity { text: character(code).to_string(), length: lead + count + semicolon })
}

/// What a numeric reference means: some C1 controls are read as windows-1252.
fn character(code: u32) -> char {
    const C1: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match code {
        0 => '\u{fffd}',
        0x80..=0x9f => C1[(code - 0x80) as usize],
        _ => char::from_u32(code).unwrap_or('\u{fffd}'),
    }
}

fn named(rest: &str, place: EntityPlace) -> Option<Entity> {
    let letters = rest.bytes().take(LONGEST_NAME).take_while(u8::is_ascii_alphanumeric).count();
    let full = letters + usize::from(rest[letters..].starts_with(';'));
    (1..=full).rev().find_map(|length| {
        let name = &rest[..length];
        let &(first, second) = NAMED_ENTITIES.get(name).filter(|code| code.0 != 0)?;
        let follower = rest.as_bytes().get(length);
        let is_bare = !name.ends_with(';');
        let is_word_ahead = follower.is_some_and(|&b| b == b'=' || b.is_ascii_alphanumeric());
        if place == EntityPlace::Attribute && is_bare && is_word_ahead {
            return None;
        }
        let text = [first, second].into_iter().filter(|&code| code != 0).filter_map(char::from_u32).collect();
        Some(Entity { text, length: length + 1 })
    })
}

/// `raw`, written at byte `start`, with its character references undone.
pub(crate) fn decode(raw: &str, start: usize, place: EntityPlace) -> Decoded {
    if memchr::memchr(b'&', raw.as_bytes()).is_none() {
        return Decoded::plain(raw, start);
    }
    let pieces = pieces(raw, place);
    Decoded::from_pieces(pieces.iter().map(|(text, range)| (&**text, range.start + start..range.end + start)))
}

/// As [`decode`], without places.
pub(crate) fn decode_text(raw: &str, place: EntityPlace) -> Cow<'_, str> {
    if memchr::memchr(b'&', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    pieces(raw, place).into_iter().map(|(text, _)| text).collect::<String>().into()
}

fn pieces(raw: &str, place: EntityPlace) -> Vec<(String, Range<usize>)> {
    let mut pieces = Vec::new();
    let (mut plain, mut at) = (0, 0);
    while let Some(ampersand) = memchr::memchr(b'&', &raw.as_bytes()[at..]) {
        at += ampersand;
        let Some(entity) = entity_at(&raw[at..], place) else {
            at += 1;
            continue;
        };
        pieces.push((raw[plain..at].to_owned(), plain..at));
        pieces.push((entity.text, at..at + entity.length));
        at += entity.length;
        plain = at;
    }
    pieces.push((raw[plain..].to_owned(), plain..raw.len()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::Span;

    #[test]
    fn references_are_read_as_the_standard_says() {
        for (raw, text, attribute) in [
            ("a&amp;b", "a&b", "a&b"),
            ("&copy", "©", "©"),
            ("&copy=1", "©=1", "&copy=1"),
            ("&copyx", "©x", "&copyx"),
            ("&notit;", "¬it;", "&notit;"),
            ("&notin;", "∉", "∉"),
            ("&#x41;&#65&#;&#x;", "AA&#;&#x;", "AA&#;&#x;"),
            ("&#128;&#0;&#xD800;&#99999999999;", "€\u{fffd}\u{fffd}\u{fffd}", "€\u{fffd}\u{fffd}\u{fffd}"),
            ("&nosuch; & &&lt;", "&nosuch; & &<", "&nosuch; & &<"),
            ("&NotEqualTilde;", "≂̸", "≂̸"),
            ("é&eacute;", "éé", "éé"),
        ] {
            assert_eq!(decode_text(raw, EntityPlace::Text), text, "{raw} in text");
            assert_eq!(decode_text(raw, EntityPlace::Attribute), attribute, "{raw} in an attribute");
        }
    }

    #[test]
    fn places_are_those_of_the_raw_bytes() {
        let decoded = decode("a&amp;b/c", 10, EntityPlace::Attribute);
        assert_eq!(decoded.text(), "a&b/c");
        assert_eq!(decoded.raw(1..2), Span::new(11..16));
        assert_eq!(decoded.raw(4..5), Span::new(18..19));
    }
}
