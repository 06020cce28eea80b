//! Texts that may name a file, in places where nothing proves that they do.

use std::ops::Range;

/// Longer texts are data, not names.
const LONGEST: usize = 2048;

/// Whether `text` could name a file of the site: one word with a letter and a `.` or `/` in it.
pub(crate) fn could_name_a_file(text: &str) -> bool {
    text.len() <= LONGEST
        && text.bytes().any(|b| matches!(b, b'.' | b'/'))
        && text.chars().any(char::is_alphanumeric)
        && !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'%'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && !text.starts_with(['#', '<', '{'])
        && !text.starts_with("data:")
}

/// What stands between any two quotes of `text` and could name a file. Takes too much rather than too little: an
/// apostrophe or an escaped quote must not hide what comes after it.
pub(crate) fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split(['"', '\'', '`']).skip(1);
    pieces
        .filter(|piece| {
            !piece.contains(['(', ')', '{', '}', '<', '>']) && !piece.starts_with([',', ';', '=', '+', '.'])
        })
        .chain(text.split(['"', '\'', '`']).skip(1).filter(|piece| piece.starts_with("./") || piece.starts_with("../")))
        .filter(|piece| could_name_a_file(piece))
}

/// The insides of the `url(..)` of a value, without quotes: how SVG attributes and some `data-` attributes name files.
pub(crate) fn css_urls(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let found = lower.match_indices("url(").filter_map(|(open, _)| {
        let start = open + 4;
        let inside = &text[start..start + text[start..].find(')')?];
        let lead = inside.len() - inside.trim_start_matches(is_edge).len();
        let length = inside.trim_matches(is_edge).len();
        (length > 0).then_some(start + lead..start + lead + length)
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_other_texts() {
        for text in ["a.png", "/x", "img/", "https://a/b.js", "../é.svg", "a.png?x=1"] {
            assert!(could_name_a_file(text), "{text}");
        }
        for text in ["", "a", "1.5", "100.0%", "a b.png", "...", "#a.b", "data:image/png;base64,AA/=", "{a.b}"] {
            assert!(!could_name_a_file(text), "{text}");
        }
    }

    #[test]
    fn quoted_strings_are_found_in_broken_code() {
        for (text, expected) in [
            (r#"don't f("a.png", 'b.png')"#, &["a.png", "b.png"][..]),
            (r#"{"u":"img/p.png","v":"./q.js"}"#, &["img/p.png", "./q.js"]),
            ("f(a.b)+`c/d.js`;g.h()", &["c/d.js"]),
        ] {
            let mut found: Vec<_> = quoted(text).collect();
            found.sort_unstable();
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn css_urls_are_found_without_quotes() {
        let text = "x URL( 'a.svg#b' ) url(c) url()";
        let found: Vec<_> = css_urls(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["a.svg#b", "c"]);
    }
}
