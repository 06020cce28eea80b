use std::borrow::Cow;

use crate::asset::Digest;

/// Bytes of `body` under a quick brotli (quality 5): a cheap judge between candidates that will travel as brotli.
///
/// Falls back to the plain length if the encoder refuses, which it does for no input we know.
#[must_use]
pub fn wire_size(body: &[u8]) -> usize {
    brotli_size(body, 5)
}

/// As [`wire_size`], with another quality (0 to 11).
#[must_use]
pub fn brotli_size(body: &[u8], quality: u8) -> usize {
    let body = without_hashes(body);
    super::brotli::encode_at(&body, quality).map_or(body.len(), |encoded| encoded.len())
}

/// `body` without the hashes that we put in file names. Names are filled in after sizes were compared: a text that comes
/// in again with them must weigh what it weighed, or pressing an output would change what was a close decision.
fn without_hashes(body: &[u8]) -> Cow<'_, [u8]> {
    let is_hash = |at: usize| body.get(at + 9) == Some(&b'.') && Digest::is_short_bytes(&body[at + 1..at + 9]);
    let mut hashes = memchr::memchr_iter(b'-', body).filter(|&at| is_hash(at)).peekable();
    if hashes.peek().is_none() {
        return Cow::Borrowed(body);
    }
    let (mut out, mut from) = (Vec::with_capacity(body.len()), 0);
    for at in hashes {
        out.extend_from_slice(&body[from..at]);
        from = at + 9;
    }
    out.extend_from_slice(&body[from..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_ours_weigh_nothing() {
        for (body, rest) in [
            ("url(a-3k7m2q9x.png),url(b.png)", "url(a.png),url(b.png)"),
            ("a-3k7m2q9x", "a-3k7m2q9x"),
            ("a-overview.png", "a-overview.png"),
            ("-01234567.-", ".-"),
        ] {
            assert_eq!(without_hashes(body.as_bytes()), rest.as_bytes(), "{body}");
        }
    }
}
