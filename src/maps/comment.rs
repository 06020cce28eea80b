//! The comment that says where the map is, and maps that stand in it.

use std::ops::Range;

use base64::{
    Engine, alphabet,
    engine::GeneralPurposeConfig,
    engine::{DecodePaddingMode, GeneralPurpose},
    prelude::BASE64_STANDARD,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::MapError;

/// Bundlers differ in whether they pad.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What need not be escaped in a data URL that stands in a comment.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':').remove(b',').remove(b';');

/// The URL in a whole `//# sourceMappingURL=` or `/*# sourceMappingURL= */` comment (or the older form with `@`).
#[must_use]
pub fn url_in(comment: &str) -> Option<Range<usize>> {
    let end = comment.strip_suffix("*/").unwrap_or(comment).len();
    let start = url_start(comment.get(2..end)?)? + 2;
    let length = comment[start..end].find(char::is_whitespace).unwrap_or(end - start);
    (length > 0).then_some(start..start + length)
}

fn url_start(body: &str) -> Option<usize> {
    let rest = body.strip_prefix(['#', '@'])?.trim_start().strip_prefix("sourceMappingURL=")?;
    Some(body.len() - rest.len())
}

/// Whether a map stands in the URL itself.
#[must_use]
pub fn is_inline(url: &str) -> bool {
    url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// The map that stands in a `data:` URL.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn inline(url: &str) -> Result<String, MapError> {
    let (head, payload) = url.split_once(',').ok_or("its data URL has no data")?;
    let bytes = if is_base64(head) {
        FORGIVING.decode(payload).map_err(|_| "its data URL is no base64")?
    } else {
        percent_decode_str(payload).collect()
    };
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".into())
}

/// The `data:` URL with another map in it, written the same way.
#[must_use]
pub(super) fn with_inline(url: &str, map: &str) -> String {
    let head = url.split_once(',').map_or(url, |(head, _)| head);
    if is_base64(head) {
        format!("{head},{}", BASE64_STANDARD.encode(map))
    } else {
        format!("{head},{}", utf8_percent_encode(map, ESCAPED))
    }
}

fn is_base64(head: &str) -> bool {
    head.rsplit(';').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("base64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_found() {
        for (comment, url) in [
            ("//# sourceMappingURL=a.js.map", Some("a.js.map")),
            ("//@ sourceMappingURL=a.map ", Some("a.map")),
            ("/*# sourceMappingURL=a.map */", Some("a.map")),
            ("/*#sourceMappingURL=a.map*/", Some("a.map")),
            ("//# sourceMappingURL=", None),
            ("// sourceMappingURL=a.map", None),
            ("/*", None),
        ] {
            assert_eq!(url_in(comment).map(|range| &comment[range]), url, "{comment}");
        }
    }

    #[test]
    fn inline_maps_are_read_and_written() {
        for head in
            ["data:application/json;base64", "data:application/json;charset=utf-8;base64", "data:application/json"]
        {
            let url = with_inline(&format!("{head},x"), "{\"é\":1}");
            assert!(url.starts_with(head) && is_inline(&url), "{url}");
            assert_eq!(inline(&url).unwrap(), "{\"é\":1}");
        }
        assert_eq!(inline("data:;base64,e30").unwrap(), "{}");
        assert!(inline("data:;base64,!").is_err() && inline("data:").is_err());
    }
}
