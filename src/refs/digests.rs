//! Digests of whole files in texts: lists for service workers and what starts an application say so what a file must be.

use std::ops::Range;

/// What each algorithm is called, and how many characters its digests have in base64, and how many of these fill up.
const ALGORITHMS: [(&str, usize, usize); 3] = [("sha256-", 44, 1), ("sha384-", 64, 0), ("sha512-", 88, 2)];

/// Where `text` has digests, each in the form of subresource integrity.
pub(super) fn in_text(text: &str) -> impl Iterator<Item = Range<usize>> {
    memchr::memmem::find_iter(text.as_bytes(), "sha").filter_map(|start| {
        let (name, length, filling) = ALGORITHMS.iter().find(|(name, ..)| text[start..].starts_with(name))?;
        let range = start..start + name.len() + length;
        let hash = text.get(start + name.len()..range.end)?;
        let digits = hash.trim_end_matches('=');
        let is_whole = digits.bytes().all(is_digit) && hash.len() - digits.len() == *filling;
        let is_part = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric())
            || text[range.end..].bytes().next().is_some_and(|next| is_digit(next) || next == b'=');
        (is_whole && !is_part).then_some(range)
    })
}

/// Whether `text` is one digest and nothing else.
pub(super) fn is_one(text: &str) -> bool {
    in_text(text).next() == Some(0..text.len())
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_whole() {
        let [short, middle, long] = [
            format!("sha256-{}=", "a+/".repeat(15).get(..43).unwrap()),
            format!("sha384-{}", "Az09".repeat(16)),
            format!("sha512-{}==", "b/".repeat(43)),
        ];
        for digest in [&short, &middle, &long] {
            assert!(is_one(digest), "{digest}");
            let list = format!("a {digest} {digest}|x");
            assert_eq!(in_text(&list).map(|range| &list[range]).collect::<Vec<_>>(), [digest, digest]);
            for other in [
                format!("x{digest}"),
                format!("{digest}="),
                format!("{digest}A"),
                digest[..digest.len() - 1].to_owned(),
            ] {
                assert_eq!(in_text(&other).count(), 0, "{other}");
            }
        }
        for other in ["", "sha", "sha256-", "sha256-\u{e4}", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="] {
            assert_eq!(in_text(other).count(), 0, "{other}");
        }
        assert_eq!(in_text(&short.replace('=', "a")).count(), 0, "of no such length");
    }
}
