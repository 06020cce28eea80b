//! JPEG. Comes in: a file. Goes out: a smaller file with the same coefficients and pixels, or why there is none.
//!
//! The file is read strictly first: what decoders would have to conceal is left alone. The coefficients are coded again,
//! progressively where that is shorter, then both files are read by a decoder of other authors and compared.
//! Never lossy; never touches arithmetic coding, 12 bits, lossless JPEG, or files of several pictures.

mod bits;
mod candidates;
mod check;
mod code;
mod frame;
mod metadata;
mod scans;
mod script;
mod segments;
#[cfg(test)]
mod tests;
mod tokens;
mod write;

use frame::Frame;
pub(super) use frame::declared_weight as weight;
use segments::Jpeg;

use super::{Draft, KeptBecause, Options};

/// Presses one JPEG. Pure.
///
/// # Errors
/// Why the picture must stay as it is.
pub fn press(source: &[u8], options: &Options) -> Result<Draft, KeptBecause> {
    let jpeg = Jpeg::read(source)?;
    let frame = Frame::read(&jpeg)?;
    let metadata = metadata::plan(&jpeg, options.metadata, (frame.width, frame.height))?;
    let planes = scans::decode(&jpeg, &frame)?;
    let bytes = candidates::shortest(&jpeg, &frame, &planes, &metadata, options.level);
    if bytes.len() >= source.len() {
        return Err(KeptBecause::NotSmaller);
    }
    check::same(source, &frame, &planes, &bytes, options.level)?;
    Ok(Draft { bytes, notes: Vec::new() })
}
