//! PNG. Comes in: a file. Goes out: a smaller file with the same pixels at full depth, or why there is none.
//!
//! The file is read as chunks first and refused when anything about it is broken, irregular or too large; the codec
//! sees pixels only, metadata goes around it; a decoder of other authors then compares every pixel of every frame.
//! Never lossy: also the colours of fully transparent pixels stay.

mod animation;
mod check;
mod chunks;
mod header;
mod metadata;
mod squeeze;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chunks::{Png, admit, write};
use metadata::{Extra, Place, Plan, is_pixels};

use super::{Draft, KeptBecause, Note, Options};

/// Presses one PNG. Pure.
///
/// # Errors
/// Why the picture must stay as it is.
pub fn press(source: &[u8], options: &Options) -> Result<Draft, KeptBecause> {
    let png = Png::read(source)?;
    admit(&png)?;
    let plan = Plan::of(&png, options)?;
    let core = core(&png);
    let squeezed = squeeze::squeeze(&core, &png.header, plan.layout, options.level)?;
    drop(core);
    let squeezed = Png::read(&squeezed)?;
    let bytes = assemble(&squeezed, &png, &plan);
    if bytes.len() >= source.len() {
        return Err(KeptBecause::NotSmaller);
    }
    check::same(&png, &Png::read(&bytes)?)?;
    Ok(Draft { bytes, notes: notes(&png) })
}

/// Working memory that a press of the PNG that starts with `head` may need; `None` when it is no PNG.
pub(super) fn weight(head: &[u8]) -> Option<u64> {
    chunks::header_of(head).map(|header| header.weight())
}

fn notes(png: &Png<'_>) -> Vec<Note> {
    let after_end = (png.trailing > 0)
        .then(|| Note::new(format!("{} bytes after the end of the picture were dropped", png.trailing)));
    after_end.into_iter().collect()
}

/// The picture with nothing but what makes its pixels.
fn core(png: &Png<'_>) -> Vec<u8> {
    let header = png.header.body(png.header.width, png.header.height);
    let pixels = png.chunks.iter().filter(|chunk| is_pixels(chunk.name));
    write([(*b"IHDR", &header[..])].into_iter().chain(pixels.map(|chunk| (chunk.name, chunk.data))))
}

/// The squeezed pixels with the kept chunks of `original` around them.
fn assemble(squeezed: &Png<'_>, original: &Png<'_>, plan: &Plan<'_>) -> Vec<u8> {
    let header = squeezed.header.body(squeezed.header.width, squeezed.header.height);
    let (before, data) = squeezed.chunks.split_at(squeezed.data_start());
    let extras = |place| plan.extras.iter().filter(move |extra| extra.place == place).map(named);
    // A palette that is only a hint does not pass through the codec.
    let hint =
        (plan.layout == metadata::Layout::Fixed && !squeezed.has(*b"PLTE")).then(|| original.find(*b"PLTE")).flatten();
    let hint = hint.map(|palette| (*b"PLTE", palette));
    write(
        [(*b"IHDR", &header[..])]
            .into_iter()
            .chain(extras(Place::BeforePalette))
            .chain(hint)
            .chain(before.iter().map(|chunk| (chunk.name, chunk.data)))
            .chain(extras(Place::BeforeData))
            .chain(data.iter().map(|chunk| (chunk.name, chunk.data)))
            .chain(extras(Place::AfterData)),
    )
}

fn named<'a>(extra: &'a Extra<'_>) -> ([u8; 4], &'a [u8]) {
    (extra.name, Cow::as_ref(&extra.data))
}
