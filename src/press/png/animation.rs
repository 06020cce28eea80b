//! Animated PNG: `acTL`, `fcTL`, `fdAT`. What is irregular is refused, since players differ on it.

use super::chunks::{Chunk, Png, odd};
use crate::press::KeptBecause;

/// One frame: its `fcTL` without the sequence number, and its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Size, place, delay, disposal and blending, as stored.
    pub(super) control: &'a [u8; 22],
    /// The compressed data in pieces; empty when the frame is the still picture (`IDAT`).
    pub(super) data: Vec<&'a [u8]>,
}

impl Frame<'_> {
    fn field(&self, at: usize) -> u32 {
        self.control[at..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
    }

    pub(super) fn width(&self) -> u32 {
        self.field(0)
    }

    pub(super) fn height(&self) -> u32 {
        self.field(4)
    }

    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.width()) * u64::from(self.height())
    }

    fn fits(&self, png: &Png<'_>) -> bool {
        let inside = |start: u32, side: u32, whole: u32| side > 0 && u64::from(start) + u64::from(side) <= whole.into();
        let header = &png.header;
        let whole = !self.data.is_empty() || (self.width(), self.height()) == (header.width, header.height);
        whole
            && inside(self.field(8), self.width(), header.width)
            && inside(self.field(12), self.height(), header.height)
            && self.control[20] <= 2
            && self.control[21] <= 1
    }
}

/// The frames in playing order; none when nothing moves. Only for what [`check`] accepted.
pub(super) fn frames<'a>(png: &Png<'a>) -> Vec<Frame<'a>> {
    let mut frames: Vec<Frame<'a>> = Vec::new();
    for chunk in &png.chunks {
        match &chunk.name {
            b"fcTL" => {
                if let Some(control) = chunk.data.get(4..).and_then(<[u8]>::first_chunk) {
                    frames.push(Frame { control, data: Vec::new() });
                }
            }
            b"fdAT" => {
                if let (Some(frame), Some(data)) = (frames.last_mut(), chunk.data.get(4..)) {
                    frame.data.push(data);
                }
            }
            _ => {}
        }
    }
    frames
}

/// Refuses animations that break a rule of the format.
pub(super) fn check(png: &Png<'_>) -> Result<(), KeptBecause> {
    let parts = || png.chunks.iter().filter(|chunk| matches!(&chunk.name, b"fcTL" | b"fdAT"));
    let Some(control) = png.find(*b"acTL") else {
        return if parts().next().is_none() { Ok(()) } else { Err(odd("parts of an animation without acTL")) };
    };
    let numbered = (0_u32..).zip(parts()).all(|(number, chunk)| {
        let length = if chunk.name == *b"fcTL" { chunk.data.len() == 26 } else { chunk.data.len() > 4 };
        length && chunk.data.starts_with(&number.to_be_bytes())
    });
    let data = png.data_start();
    let frames = frames(png);
    let declared = control.first_chunk().map(|count| u32::from_be_bytes(*count));
    let regular = control.len() == 8
        && numbered
        && frames_are_whole(&png.chunks, data)
        && !frames.is_empty()
        && declared.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count == frames.len()))
        && frames.iter().all(|frame| frame.fits(png));
    if regular { Ok(()) } else { Err(odd("an irregular animation")) }
}

/// At most one `fcTL` before the still picture and no `fdAT`; after it, each `fcTL` is followed by its `fdAT`s at once.
fn frames_are_whole(chunks: &[Chunk<'_>], data: usize) -> bool {
    let (before, after) = chunks.split_at(data);
    let count = |name: &[u8; 4]| before.iter().filter(|chunk| chunk.name == *name).count();
    let followed = after
        .iter()
        .zip(after.iter().skip(1).map(Some).chain([None]))
        .all(|(chunk, next)| chunk.name != *b"fcTL" || next.is_some_and(|next| next.name == *b"fdAT"));
    let led = after.windows(2).all(|pair| pair[1].name != *b"fdAT" || matches!(&pair[0].name, b"fcTL" | b"fdAT"));
    count(b"fcTL") <= 1 && count(b"fdAT") == 0 && followed && led
}
