//! The `srcset` attribute: which URLs it lists.

use std::ops::Range;

/// The places of the URLs of `value`, split as the HTML standard does: a URL ends at white space, and a comma
/// separates only after one or behind a descriptor outside parentheses.
pub(crate) fn candidates(value: &str) -> Vec<Range<usize>> {
    let bytes = value.as_bytes();
    let mut candidates = Vec::new();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().take_while(|b| b.is_ascii_whitespace() || **b == b',').count();
        if at == bytes.len() {
            return candidates;
        }
        let start = at;
        at += bytes[at..].iter().take_while(|b| !b.is_ascii_whitespace()).count();
        let url = value[start..at].trim_end_matches(',');
        candidates.push(start..start + url.len());
        if url.len() == at - start {
            at = end_of_descriptors(bytes, at);
        }
    }
}

fn end_of_descriptors(bytes: &[u8], start: usize) -> usize {
    let mut is_in_parentheses = false;
    for (offset, byte) in bytes[start..].iter().enumerate() {
        match byte {
            b'(' => is_in_parentheses = true,
            b')' => is_in_parentheses = false,
            b',' if !is_in_parentheses => return start + offset + 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_split_as_the_standard_says() {
        let expected: &[(&str, &[&str])] = &[
            ("a.png", &["a.png"]),
            (" a.png 1x, b.png 2x ", &["a.png", "b.png"]),
            ("a.png, b.png 2x", &["a.png", "b.png"]),
            ("a.png,b.png 2x", &["a.png,b.png"]),
            ("a.png 100w,b.png 200w", &["a.png", "b.png"]),
            ("data:image/png;base64,AA== 1x, b.png 2x", &["data:image/png;base64,AA==", "b.png"]),
            ("a.png x(1,2), b.png", &["a.png", "b.png"]),
            (",, ,a.png,,,", &["a.png"]),
            ("", &[]),
            ("\n", &[]),
        ];
        for (value, urls) in expected {
            let found: Vec<_> = candidates(value).into_iter().map(|range| &value[range]).collect();
            assert_eq!(&found, urls, "{value:?}");
        }
    }
}
