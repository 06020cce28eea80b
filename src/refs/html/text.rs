//! Parts of decoded values that still know their raw bytes.

use std::ops::Range;

use super::json::{self, JsonString};
use crate::asset::Decoded;

/// The part of `decoded` at `range` of its text.
pub(crate) fn part(decoded: &Decoded, range: Range<usize>) -> Decoded {
    from_characters(decoded, range, |_| true)
}

/// `decoded` without the tabs and line breaks that URL parsers drop wherever they stand.
pub(crate) fn without_line_breaks(decoded: &Decoded) -> Decoded {
    let text = decoded.text();
    if !text.trim().contains(['\t', '\n', '\r']) {
        return decoded.clone();
    }
    let start = text.len() - text.trim_start().len();
    from_characters(decoded, start..text.trim_end().len(), |c| !matches!(c, '\t' | '\n' | '\r'))
}

fn from_characters(decoded: &Decoded, range: Range<usize>, keep: impl Fn(char) -> bool) -> Decoded {
    let text = &decoded.text()[range.clone()];
    let pieces = text.char_indices().map(|(at, c)| {
        let end = at + c.len_utf8();
        let kept = if keep(c) { &text[at..end] } else { "" };
        (kept, decoded.raw(range.start + at..range.start + end).range())
    });
    let end = decoded.raw(range.end..range.end).range();
    Decoded::from_pieces(pieces.chain([("", end.start..end.start)]))
}

/// A JSON string that stands in `text`, with its escapes undone.
pub(crate) fn json_part(text: &Decoded, string: &JsonString) -> Decoded {
    let inner = json::decode(&text.text()[string.raw.clone()], string.raw.start);
    let pieces = inner.text().char_indices().map(|(at, c)| {
        let end = at + c.len_utf8();
        (&inner.text()[at..end], text.raw(inner.raw(at..end).range()).range())
    });
    let end = text.raw(string.raw.end..string.raw.end).range();
    Decoded::from_pieces(pieces.chain([("", end)]))
}

/// The words of a text that is split at white space.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_ascii_whitespace().map(|word| {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        start..start + word.len()
    })
}

/// Where `<meta http-equiv=refresh>` leads: the URL in `5; url='x'`.
pub(crate) fn refresh_target(content: &str) -> Option<Range<usize>> {
    let after_time = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
    let after = after_time.strip_prefix([';', ',']).unwrap_or(after_time).trim_start();
    let url = match after.get(..3).filter(|word| word.eq_ignore_ascii_case("url")) {
        Some(_) => after[3..].trim_start().strip_prefix('=').map_or(after, str::trim_start),
        None => after,
    };
    let url = match url.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => url[1..].split(quote).next().unwrap_or_default(),
        None => url.trim_end(),
    };
    let start = url.as_ptr().addr() - content.as_ptr().addr();
    (!url.is_empty()).then_some(start..start + url.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_targets_are_read_as_the_standard_says() {
        for (content, target) in [
            ("5; url=a.html", Some("a.html")),
            ("0;URL = 'a b.html' x", Some("a b.html")),
            ("0, a.html ", Some("a.html")),
            ("5", None),
            ("5;", None),
            ("", None),
            ("3;url=\"x", Some("x")),
        ] {
            assert_eq!(refresh_target(content).map(|range| &content[range]), target, "{content}");
        }
    }
}
