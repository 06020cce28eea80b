//! String literals as written, with their escapes undone and every part still traceable to its raw bytes.

use std::ops::Range;

use crate::asset::Decoded;

/// Decodes the inside of a string or substitution-free template literal, which stands raw at `start`.
///
/// `None` when an escape is malformed or stands for a lone surrogate: such a text names no file.
pub(crate) fn decode_string(raw: &str, start: usize) -> Option<Decoded> {
    if !raw.contains(['\\', '\r']) {
        return Some(Decoded::plain(raw, start));
    }
    let mut pieces: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let rest = &raw[at..];
        let (text, length) = if rest.starts_with('\\') {
            escape(rest)?
        } else {
            let plain = rest.find('\\').unwrap_or(rest.len());
            (rest[..plain].to_owned(), plain)
        };
        pieces.push((text, start + at..start + at + length));
        at += length;
    }
    Some(Decoded::from_pieces(pieces.iter().map(|(text, range)| (text.as_str(), range.clone()))))
}

/// The text of the escape that `rest` starts with, and its raw length.
fn escape(rest: &str) -> Option<(String, usize)> {
    let kind = rest[1..].chars().next()?;
    let simple = |c: char| Some((c.to_string(), 1 + kind.len_utf8()));
    match kind {
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'v' => simple('\u{b}'),
        '\r' if rest[2..].starts_with('\n') => Some((String::new(), 3)),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some((String::new(), 1 + kind.len_utf8())),
        '0' if !rest[2..].starts_with(|c: char| c.is_ascii_digit()) => simple('\0'),
        '0'..='9' => None,
        'x' => hex(rest.get(2..4)?).map(|c| (c.to_string(), 4)),
        'u' if rest[2..].starts_with('{') => {
            let close = rest.find('}')?;
            hex(&rest[3..close]).map(|c| (c.to_string(), close + 1))
        }
        'u' => unicode(rest),
        other => simple(other),
    }
}

fn unicode(rest: &str) -> Option<(String, usize)> {
    let first = u32::from_str_radix(rest.get(2..6)?, 16).ok()?;
    if let Some(c) = char::from_u32(first) {
        return Some((c.to_string(), 6));
    }
    let low = rest.get(6..12)?.strip_prefix("\\u")?;
    let units = [u16::try_from(first).ok()?, u16::from_str_radix(low, 16).ok()?];
    String::from_utf16(&units).ok().map(|text| (text, 12))
}

fn hex(digits: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::Span;

    #[test]
    fn escapes_are_undone() {
        for (raw, text) in [
            ("a.js", Some("a.js")),
            (r".\/a\x2ejs", Some("./a.js")),
            (r"\u0061\u{62}", Some("ab")),
            (r"\ud83d\ude00", Some("😀")),
            (r"\ud83d", None),
            (r"\101", None),
            ("a\\\nb", Some("ab")),
            (r"\q", Some("q")),
        ] {
            let decoded = decode_string(raw, 0);
            assert_eq!(decoded.as_ref().map(Decoded::text), text, "{raw}");
        }
    }

    #[test]
    fn raw_places_survive_escapes() {
        let decoded = decode_string(r"img\/a.png", 50).unwrap();
        assert_eq!(decoded.text(), "img/a.png");
        assert_eq!(decoded.raw(4..9), Span::new(55..60));
    }
}
