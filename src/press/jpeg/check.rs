//! The proof: two JPEGs show the same. Coefficients are read by our strict decoder, pixels by the one of `image`; the
//! coder was a third.

use std::io::Cursor;

use image::{ImageDecoder, codecs::jpeg::JpegDecoder};

use super::{
    frame::Frame,
    scans::{self, Planes},
    segments::{Jpeg, odd},
};
use crate::press::{KeptBecause, Note, picture::limits};

/// Checks that `after` has the coefficients `planes` of `before`, and its pixels.
pub(super) fn same(before: &[u8], frame: &Frame, planes: &Planes, after: &[u8]) -> Result<(), KeptBecause> {
    let differs = |what: &str| Err(KeptBecause::WouldChangeMeaning(Note::new(format!("{what} would differ"))));
    if !same_coefficients(frame, planes, after)? {
        return differs("coefficients");
    }
    let (old, new) = (pixels(before)?, pixels(after)?);
    if old == new { Ok(()) } else { differs("pixels") }
}

fn same_coefficients(frame: &Frame, planes: &Planes, after: &[u8]) -> Result<bool, KeptBecause> {
    let jpeg = Jpeg::read(after)?;
    let written = Frame::read(&jpeg)?;
    let in_use = |frame: &Frame| -> Vec<_> {
        frame.components.iter().map(|component| frame.tables[usize::from(component.table)]).collect()
    };
    if (written.width, written.height) != (frame.width, frame.height)
        || written.components != frame.components
        || in_use(&written) != in_use(frame)
    {
        return Ok(false);
    }
    let written = scans::decode(&jpeg, &written)?;
    Ok(frame.components.iter().zip(planes.iter().zip(&written)).all(|(component, (old, new))| {
        let stride = component.padded.0;
        let rows = old.chunks(stride).zip(new.chunks(stride)).take(component.visible.1);
        rows.into_iter().all(|(old, new)| old[..component.visible.0] == new[..component.visible.0])
    }))
}

fn pixels(file: &[u8]) -> Result<Vec<u8>, KeptBecause> {
    let decode = || {
        let decoder = JpegDecoder::new(Cursor::new(file))?;
        let length = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
        let mut pixels = vec![0; length];
        decoder.read_image(&mut pixels)?;
        Ok(pixels)
    };
    limits::guarded("image", decode)?
        .map_err(|error: image::ImageError| odd(format!("the checking decoder cannot read it: {error}")))
}
