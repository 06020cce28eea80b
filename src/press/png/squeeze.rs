//! The codec: fewer bytes for the same pixels, by oxipng.
//!
//! One thread and no deadline, so that the bytes depend on nothing but the picture and the level. Colours under full
//! transparency stay. Interlacing goes: it makes the file larger, and what it changes is the way to the picture only.

use oxipng::{Deflater, FilterStrategy, IndexSet, StripChunks, ZopfliOptions, indexset};

use super::{
    chunks::{broken, header_of, odd},
    header::Header,
    metadata::Layout,
};
use crate::press::{KeptBecause, Level, picture::limits};

/// Bytes of samples up to which a picture counts as an icon, a drawing, a photograph; what has more is huge. The larger
/// the picture, the dearer each of its bytes: time goes where it saves most (measured on icons, screenshots, photographs).
const ICON: u64 = 64 << 10;
const DRAWING: u64 = 1 << 20;
const PHOTOGRAPH: u64 = 48 << 20;

/// Packs the pixels of `core`, a PNG without metadata.
///
/// A picture that turns out to need far fewer samples is then worth the effort of a smaller one. That is spent at once,
/// or a second press of the result would find it.
pub(super) fn squeeze(core: &[u8], header: &Header, layout: Layout, level: Level) -> Result<Vec<u8>, KeptBecause> {
    let mut squeezed = once(core, header, layout, level)?;
    let mut now = *header;
    while let Some(next) = header_of(&squeezed).filter(|next| class(next) < class(&now)) {
        squeezed = once(&squeezed, &next, layout, level)?;
        now = next;
    }
    Ok(squeezed)
}

/// How large a picture is, for the effort it gets: 0 for icons.
fn class(header: &Header) -> usize {
    [ICON, DRAWING, PHOTOGRAPH].iter().filter(|limit| header.unpacked() > **limit).count()
}

fn once(core: &[u8], header: &Header, layout: Layout, level: Level) -> Result<Vec<u8>, KeptBecause> {
    let squeezed = attempt(core, header, layout, level)?;
    if level != Level::Max {
        return Ok(squeezed);
    }
    // A filter that is best for one compressor need not be for another.
    let other = attempt(core, header, layout, Level::Default)?;
    Ok(if other.len() < squeezed.len() { other } else { squeezed })
}

fn attempt(core: &[u8], header: &Header, layout: Layout, level: Level) -> Result<Vec<u8>, KeptBecause> {
    let options = options(header, layout, level);
    limits::guarded("oxipng", || oxipng::optimize_from_memory(core, &options))?.map_err(|error| match error {
        oxipng::PngError::APNGOutOfOrder => odd("an irregular animation"),
        error => broken(format!("the picture data cannot be read: {error}")),
    })
}

fn options(header: &Header, layout: Layout, level: Level) -> oxipng::Options {
    let (filters, deflater) = effort(header, level);
    let free = layout != Layout::Fixed;
    oxipng::Options {
        filters,
        deflater,
        interlace: Some(false),
        optimize_alpha: false,
        bit_depth_reduction: free,
        color_type_reduction: free,
        palette_reduction: free,
        grayscale_reduction: layout == Layout::Free,
        strip: StripChunks::None,
        timeout: None,
        ..oxipng::Options::default()
    }
}

fn effort(header: &Header, level: Level) -> (IndexSet<FilterStrategy>, Deflater) {
    let few = || indexset! { FilterStrategy::NONE, FilterStrategy::Bigrams };
    let some =
        || indexset! { FilterStrategy::NONE, FilterStrategy::SUB, FilterStrategy::Entropy, FilterStrategy::Bigrams };
    match (level, header.unpacked()) {
        (Level::Fast, _) => (few(), libdeflate(5)),
        (Level::Default, ..=ICON) => (some(), libdeflate(12)),
        (Level::Default, ..=DRAWING) => (some(), libdeflate(11)),
        (Level::Default, ..=PHOTOGRAPH) => (some(), libdeflate(10)),
        (Level::Default, _) => (few(), libdeflate(7)),
        // Zopfli takes some ten seconds per megabyte of samples, for less than one percent.
        (Level::Max, ..=DRAWING) => (all_filters(), Deflater::Zopfli(ZopfliOptions::default())),
        (Level::Max, ..=PHOTOGRAPH) => (all_filters(), libdeflate(12)),
        (Level::Max, _) => (some(), libdeflate(11)),
    }
}

fn libdeflate(compression: u8) -> Deflater {
    Deflater::Libdeflater { compression }
}

fn all_filters() -> IndexSet<FilterStrategy> {
    indexset! {
        FilterStrategy::NONE,
        FilterStrategy::SUB,
        FilterStrategy::UP,
        FilterStrategy::AVERAGE,
        FilterStrategy::PAETH,
        FilterStrategy::MinSum,
        FilterStrategy::Entropy,
        FilterStrategy::Bigrams,
        FilterStrategy::BigEnt,
        FilterStrategy::Brute { num_lines: 8, level: 5 },
    }
}
