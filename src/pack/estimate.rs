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
    super::brotli::encode_at(body, quality).map_or(body.len(), |encoded| encoded.len())
}
