//! The proof: two PNGs show the same, by a decoder that is not the codec's.
//!
//! Pixels are compared as 16-bit RGBA with the colours under full transparency; so are the frames of an animation with
//! their control data, and whatever else changes the look. Rows are streamed, so this needs little memory.

use std::{borrow::Cow, io::Cursor};

use super::{
    animation,
    chunks::{Png, broken, write},
    header::{Colour, Header},
    metadata::{LOOK, profile},
};
use crate::press::{KeptBecause, Note, picture::limits};

/// Checks that `after` shows what `before` shows.
pub(super) fn same(before: &Png<'_>, after: &Png<'_>) -> Result<(), KeptBecause> {
    let differs = |what: &str| Err(KeptBecause::WouldChangeMeaning(Note::new(format!("{what} would differ"))));
    if !same_look(before, after) {
        return differs("the colour profile or gamma");
    }
    if before.find(*b"acTL") != after.find(*b"acTL") {
        return differs("the animation");
    }
    if !same_pixels(&Still::main(before), &Still::main(after))? {
        return differs("pixels");
    }
    let (old, new) = (animation::frames(before), animation::frames(after));
    if old.len() != new.len() {
        return differs("the animation");
    }
    for (old, new) in old.iter().zip(&new) {
        if old.control != new.control || old.data.is_empty() != new.data.is_empty() {
            return differs("the animation");
        }
        if !old.data.is_empty() && !same_pixels(&Still::frame(before, old), &Still::frame(after, new))? {
            return differs("a frame");
        }
    }
    Ok(())
}

/// Chunks that change how the pixels look, equal byte for byte; a profile may be packed differently.
fn same_look(before: &Png<'_>, after: &Png<'_>) -> bool {
    LOOK.iter().all(|name| match (before.find(*name), after.find(*name)) {
        (Some(old), Some(new)) if name == b"iCCP" => {
            old == new || profile(old).is_some_and(|p| Some(p) == profile(new))
        }
        (old, new) => old == new,
    })
}

/// One picture of a PNG, as a PNG of its own.
struct Still<'a> {
    header: Header,
    palette: Vec<[u16; 4]>,
    key: Option<&'a [u8]>,
    file: Vec<u8>,
}

impl<'a> Still<'a> {
    fn main(png: &Png<'a>) -> Self {
        let data = png.chunks.iter().filter(|chunk| chunk.name == *b"IDAT").map(|chunk| chunk.data);
        Self::of(png, png.header.width, png.header.height, data)
    }

    fn frame(png: &Png<'a>, frame: &animation::Frame<'a>) -> Self {
        Self::of(png, frame.width(), frame.height(), frame.data.iter().copied())
    }

    fn of(png: &Png<'a>, width: u32, height: u32, data: impl Iterator<Item = &'a [u8]>) -> Self {
        let header = Header { width, height, ..png.header };
        let body = header.body(width, height);
        let palette = png.find(*b"PLTE").filter(|_| header.colour == Colour::Palette);
        let chunks = [(*b"IHDR", &body[..])].into_iter();
        let chunks = chunks.chain(palette.map(|palette| (*b"PLTE", palette)));
        let file = write(chunks.chain(data.map(|data| (*b"IDAT", data))));
        let key = png.find(*b"tRNS");
        Self {
            header,
            palette: palette.map_or_else(Vec::new, |p| widened_palette(p, key.unwrap_or_default())),
            key,
            file,
        }
    }

    fn same_layout(&self, other: &Self) -> bool {
        let layout = |still: &Self| (still.header.colour, still.header.depth);
        layout(self) == layout(other) && self.header.colour != Colour::Palette && self.key == other.key
    }

    /// Turns a row of packed samples into 16-bit RGBA; false when a palette index leads nowhere.
    fn widen(&self, row: &[u8], out: &mut Vec<[u16; 4]>) -> bool {
        out.clear();
        let width = usize::try_from(self.header.width).unwrap_or(usize::MAX);
        let samples = Samples { row, depth: self.header.depth };
        let scale = |sample: u16| widen_sample(sample, self.header.depth);
        let key =
            |at: usize| self.key.and_then(|key| key.get(at * 2..)?.first_chunk()).map(|key| u16::from_be_bytes(*key));
        match self.header.colour {
            Colour::Palette => {
                let colours = (0..width).map_while(|x| self.palette.get(usize::from(samples.get(x))));
                out.extend(colours.copied());
            }
            Colour::Grey => out.extend((0..width).map(|x| {
                let grey = samples.get(x);
                let alpha = if key(0) == Some(grey) { 0 } else { u16::MAX };
                [scale(grey), scale(grey), scale(grey), alpha]
            })),
            Colour::GreyAlpha => out.extend((0..width).map(|x| {
                let grey = scale(samples.get(x * 2));
                [grey, grey, grey, scale(samples.get(x * 2 + 1))]
            })),
            Colour::Rgb => out.extend((0..width).map(|x| {
                let rgb = [samples.get(x * 3), samples.get(x * 3 + 1), samples.get(x * 3 + 2)];
                let alpha = if [key(0), key(1), key(2)] == rgb.map(Some) { 0 } else { u16::MAX };
                [scale(rgb[0]), scale(rgb[1]), scale(rgb[2]), alpha]
            })),
            Colour::Rgba => {
                out.extend((0..width).map(|x| std::array::from_fn(|channel| scale(samples.get(x * 4 + channel)))));
            }
        }
        out.len() == width
    }
}

fn widened_palette(palette: &[u8], alpha: &[u8]) -> Vec<[u16; 4]> {
    let alpha = alpha.iter().copied().chain(std::iter::repeat(u8::MAX));
    let colours = palette.as_chunks::<3>().0.iter().zip(alpha);
    colours.map(|([r, g, b], a)| [*r, *g, *b, a].map(|sample| u16::from(sample) * 257)).collect()
}

/// Every depth divides 16 bits evenly, so this loses nothing and maps equal shades of two depths to one value.
fn widen_sample(sample: u16, depth: u8) -> u16 {
    match depth {
        1 => sample * 0xFFFF,
        2 => sample * 0x5555,
        4 => sample * 0x1111,
        8 => sample * 0x0101,
        _ => sample,
    }
}

/// A row of packed samples.
struct Samples<'a> {
    row: &'a [u8],
    depth: u8,
}

impl Samples<'_> {
    fn get(&self, index: usize) -> u16 {
        let byte = |at: usize| u16::from(self.row.get(at).copied().unwrap_or_default());
        match self.depth {
            16 => byte(index * 2) << 8 | byte(index * 2 + 1),
            8 => byte(index),
            depth => {
                let depth = usize::from(depth);
                let per_byte = 8 / depth;
                let shift = 8 - depth * (index % per_byte + 1);
                byte(index / per_byte) >> shift & ((1 << depth) - 1)
            }
        }
    }
}

/// The rows of a still: streamed, or all at once when they are interlaced.
enum Rows {
    Streamed(Box<png::Reader<Cursor<Vec<u8>>>>),
    Whole { pixels: Vec<u8>, line: usize, next: usize },
}

impl Rows {
    fn open(still: &Still<'_>) -> Result<Self, png::DecodingError> {
        let mut options = png::DecodeOptions::default();
        options.set_ignore_adler32(false);
        let mut decoder = png::Decoder::new_with_options(Cursor::new(still.file.clone()), options);
        decoder.set_limits(png::Limits { bytes: usize::try_from(limits::MOST_MEMORY).unwrap_or(usize::MAX) });
        let mut reader = decoder.read_info()?;
        if !still.header.interlaced {
            return Ok(Self::Streamed(Box::new(reader)));
        }
        let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let line = reader.next_frame(&mut pixels)?.line_size;
        Ok(Self::Whole { pixels, line, next: 0 })
    }

    fn next(&mut self) -> Result<Option<Cow<'_, [u8]>>, png::DecodingError> {
        match self {
            Self::Streamed(reader) => Ok(reader.next_row()?.map(|row| Cow::Borrowed(row.data()))),
            Self::Whole { pixels, line, next } => {
                let start = *next * *line;
                *next += 1;
                Ok(pixels.get(start..start + *line).filter(|row| !row.is_empty()).map(Cow::Borrowed))
            }
        }
    }
}

fn same_pixels(before: &Still<'_>, after: &Still<'_>) -> Result<bool, KeptBecause> {
    if (before.header.width, before.header.height) != (after.header.width, after.header.height) {
        return Ok(false);
    }
    limits::guarded("png", || compare(before, after))?
}

fn compare(before: &Still<'_>, after: &Still<'_>) -> Result<bool, KeptBecause> {
    let unreadable = |error: png::DecodingError| broken(format!("the picture data cannot be read: {error}"));
    let (mut old, mut new) = (Rows::open(before).map_err(unreadable)?, Rows::open(after).map_err(unreadable)?);
    let raw = before.same_layout(after);
    let (mut old_row, mut new_row) = (Vec::new(), Vec::new());
    let mut rows = 0;
    while let Some(row) = old.next().map_err(unreadable)? {
        let Some(other) = new.next().map_err(unreadable)? else { return Ok(false) };
        rows += 1;
        if raw && row == other {
            continue;
        }
        if !before.widen(&row, &mut old_row) {
            return Err(broken("a pixel has a colour that the palette does not have"));
        }
        if !after.widen(&other, &mut new_row) || old_row != new_row {
            return Ok(false);
        }
    }
    Ok(rows == before.header.height && new.next().map_err(unreadable)?.is_none())
}
