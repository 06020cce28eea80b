//! Gzip: encoded by libdeflate (or zopfli at the highest level), checked by flate2 on zlib-rs.

use libdeflater::{CompressionLvl, Compressor};

use super::warm::{self, Kept};
use crate::press::Level;

/// `body` as one gzip member without a time or a name, so that equal bodies give equal bytes.
///
/// # Errors
/// What the encoder said.
pub(super) fn encode(body: &[u8], level: Level) -> Result<Vec<u8>, String> {
    let effort = match level {
        Level::Fast => 6,
        Level::Default | Level::Max => 12,
    };
    let quick = deflate(body, effort)?;
    if level != Level::Max {
        return Ok(quick);
    }
    let slow = zopfli(body)?;
    Ok(if slow.len() < quick.len() { slow } else { quick })
}

fn deflate(body: &[u8], effort: u8) -> Result<Vec<u8>, String> {
    let make = || {
        let level = CompressionLvl::new(effort.into()).map_err(|error| format!("{error:?}"))?;
        Ok(Compressor::new(level))
    };
    warm::with(&KEPT, (effort, body), make, |compressor, body| {
        let mut encoded = vec![0; compressor.gzip_compress_bound(body.len())];
        let length = compressor.gzip_compress(body, &mut encoded).map_err(|error| error.to_string())?;
        encoded.truncate(length);
        Ok(encoded)
    })
}

thread_local! {
    static KEPT: Kept<Compressor> = const { Kept::new(Vec::new()) };
}

fn zopfli(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoded = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Gzip, body, &mut encoded)
        .map_err(|error| error.to_string())?;
    Ok(encoded)
}

/// What `encoded` decodes to, never more than `limit` bytes and one.
///
/// # Errors
/// What the decoder said.
pub(super) fn decode(encoded: &[u8], limit: usize) -> std::io::Result<Vec<u8>> {
    super::read_up_to(flate2::read::MultiGzDecoder::new(encoded), limit)
}
