//! The proof: two JPEGs show the same. Both files are read by libjpeg-turbo-rs, a port of the decoder in browsers, which
//! had no part in making either; it must find the coefficients that our strict reader found, in both.
//!
//! Equal coefficients under equal quantisation are equal pixels in every decoder. Where that is cheap or time does not
//! matter, the pixels themselves are compared too, by the decoder of `image`.

use std::io::Cursor;

use image::{ImageDecoder, codecs::jpeg::JpegDecoder};
use libjpeg_turbo_rs::{ComponentCoefficients, JpegCoefficients};

use super::{
    frame::{Component, Frame},
    scans::Planes,
    segments::{Jpeg, odd},
};
use crate::press::{KeptBecause, Level, Note, picture::limits};

/// Up to this many bytes the pixels are compared at every level: there it costs a millisecond or two.
const SMALL: usize = 64 << 10;

/// Checks that `before` and `after` have the coefficients `planes`, and all else that makes the pixels of `frame`.
pub(super) fn same(
    before: &[u8],
    frame: &Frame,
    planes: &Planes,
    after: &[u8],
    level: Level,
) -> Result<(), KeptBecause> {
    let differs = |what: &str| Err(KeptBecause::WouldChangeMeaning(Note::new(format!("{what} would differ"))));
    if !same_frame(frame, &Frame::read(&Jpeg::read(after)?)?) {
        return differs("the frame");
    }
    // One after the other: the coefficients of a large picture fill much memory.
    let (Some(old), Some(new)) = (look(before, frame, planes)?, look(after, frame, planes)?) else {
        return differs("coefficients");
    };
    if old != new {
        return differs("colours");
    }
    if (level == Level::Max || before.len() <= SMALL) && pixels(before)? != pixels(after)? {
        return differs("pixels");
    }
    Ok(())
}

fn same_frame(old: &Frame, new: &Frame) -> bool {
    let in_use = |frame: &Frame| -> Vec<_> {
        frame.components.iter().map(|component| frame.tables[usize::from(component.table)]).collect()
    };
    (old.width, old.height) == (new.width, new.height) && old.components == new.components && in_use(old) == in_use(new)
}

/// What else makes pixels of coefficients: the quantisation of each component, and how the colours are mixed.
type Look = (Vec<[u16; 64]>, bool, Option<u8>);

/// How the coefficients of `file` are to be shown; `None` when they are not `planes`.
fn look(file: &[u8], frame: &Frame, planes: &Planes) -> Result<Option<Look>, KeptBecause> {
    let read = coefficients(file)?;
    let table = |component: &ComponentCoefficients| read.quant_tables.get(usize::from(component.quant_table_index));
    let tables: Option<Vec<_>> = read.components.iter().map(|component| table(component).copied()).collect();
    let look = tables.map(|tables| (tables, read.saw_jfif_marker, read.adobe_transform));
    Ok(look.filter(|_| shows(&read, frame, planes)))
}

fn coefficients(file: &[u8]) -> Result<JpegCoefficients, KeptBecause> {
    limits::guarded("libjpeg-turbo-rs", || libjpeg_turbo_rs::read_coefficients(file))?
        .map_err(|error| unreadable(&error))
}

/// Whether a file that was read has this frame and these coefficients where they show.
fn shows(read: &JpegCoefficients, frame: &Frame, planes: &Planes) -> bool {
    let same = |(component, plane, read): (&Component, &Vec<_>, &ComponentCoefficients)| {
        let stride = component.padded.0;
        let rows = plane.chunks(stride).zip(read.blocks.chunks(stride)).take(component.visible.1);
        (read.blocks_x, read.blocks_y) == component.padded
            && (read.h_sampling, read.v_sampling, read.component_id)
                == (component.sampling.0, component.sampling.1, component.id)
            && rows.into_iter().all(|(old, new)| old[..component.visible.0] == new[..component.visible.0])
    };
    let parts = frame.components.iter().zip(planes).zip(&read.components);
    (read.width, read.height) == (frame.width, frame.height)
        && read.components.len() == frame.components.len()
        && parts.map(|((component, plane), read)| (component, plane, read)).all(same)
}

fn pixels(file: &[u8]) -> Result<Vec<u8>, KeptBecause> {
    let decode = || {
        let decoder = JpegDecoder::new(Cursor::new(file))?;
        let length = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
        let mut pixels = vec![0; length];
        decoder.read_image(&mut pixels)?;
        Ok(pixels)
    };
    limits::guarded("image", decode)?.map_err(|error: image::ImageError| unreadable(&error))
}

fn unreadable(error: &dyn std::fmt::Display) -> KeptBecause {
    odd(format!("the checking decoder cannot read it: {error}"))
}
