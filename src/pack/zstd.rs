//! Zstandard: encoded by libzstd, checked by ruzstd.

use zstd::bulk::Compressor;

use crate::press::Level;

/// Largest window a browser must accept: 8 MiB (RFC 9659).
const MAX_WINDOW_LOG: u32 = 23;

/// `body` as one frame.
///
/// # Errors
/// What the encoder said.
pub(super) fn encode(body: &[u8], level: Level) -> Result<Vec<u8>, String> {
    let effort = match level {
        Level::Fast => 6,
        Level::Default | Level::Max => 19,
    };
    let mut compressor = Compressor::new(effort).map_err(|error| error.to_string())?;
    compressor
        .set_parameter(zstd::zstd_safe::CParameter::WindowLog(MAX_WINDOW_LOG))
        .map_err(|error| error.to_string())?;
    compressor.compress(body).map_err(|error| error.to_string())
}

/// What `encoded` decodes to, never more than `limit` bytes and one.
///
/// # Errors
/// What the decoder said.
pub(super) fn decode(encoded: &[u8], limit: usize) -> std::io::Result<Vec<u8>> {
    let decoder = ruzstd::decoding::StreamingDecoder::new(encoded).map_err(std::io::Error::other)?;
    super::read_up_to(decoder, limit)
}
