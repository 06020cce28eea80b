//! What all picture kinds share: sizes from headers, limits, EXIF. Never decodes pixels.

#[cfg(test)]
pub(in crate::press) mod corpus;
pub(in crate::press) mod exif;
pub(in crate::press) mod limits;
mod probe;

pub use probe::{Dimensions, probe};

use crate::asset::Kind;

/// Memory for anything that is not a picture with a press: some copies of the file.
const COPIES: u64 = 4;

/// Bytes of working memory that a press of this asset may need: for admitting big work against a budget.
///
/// `source_head` is the beginning of the file (the first 64 KiB are enough for nearly all), `len` its whole length. What
/// a press would refuse as too large weighs no more than the file, because the refusal comes before any decoding.
#[must_use]
pub fn weight(kind: Kind, source_head: &[u8], len: u64) -> u64 {
    let pixels = match kind {
        Kind::Png => super::png::weight(source_head),
        // A frame header behind more metadata than that is rare: then judged by the length, and rather too high.
        Kind::Jpeg => super::jpeg::weight(source_head).or(Some((len.saturating_mul(32)).min(limits::MOST_MEMORY))),
        _ => None,
    };
    let pixels = pixels.filter(|weight| *weight <= limits::MOST_MEMORY).unwrap_or_default();
    pixels.saturating_add(len.saturating_mul(COPIES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weight_follows_pixels_but_not_refused_ones() {
        let header = |side: u32| {
            let side = side.to_be_bytes();
            [b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR", &side[..], &side, &[8, 6, 0, 0, 0]].concat()
        };
        assert!(weight(Kind::Png, &header(1000), 10_000) > 4_000_000 * 2);
        assert_eq!(weight(Kind::Png, &header(60_000), 100), 400);
        assert_eq!(weight(Kind::Png, b"", 100), 400);
        assert_eq!(weight(Kind::Css, &header(1000), 100), 400);
    }
}
