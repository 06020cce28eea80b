//! Which chunks stay beside the pixels, and where. Comes in: a well-formed PNG. Goes out: the chunks to write again.
//!
//! [`Metadata::Safe`] keeps what can change how a browser shows the picture: `iCCP`, `sRGB`, `gAMA`, `cHRM`, `cICP`,
//! `mDCV`, `cLLI`, a `pHYs` whose pixels are not square, and from `eXIf` what turns or scales the picture. It drops
//! text, time, `bKGD`, `sBIT`, `hIST`, `sPLT`, print sizes, private chunks and `C2PA` manifests (which any change breaks).
//! [`Metadata::Keep`] keeps all of them and therefore also the layout of pixels that some of them describe.

use std::borrow::Cow;

use libdeflater::{CompressionLvl, Compressor, Decompressor};

use super::chunks::{BEFORE_PALETTE, Chunk, Png, odd};
use crate::press::{KeptBecause, Level, Metadata, Options, picture::exif};

/// A profile that unpacks to more stays packed as it is. Real ones have at most some hundred kilobytes.
const MOST_PROFILE: usize = 4 << 20;

/// The chunks that change how all pixels look.
pub(super) const LOOK: [[u8; 4]; 7] = [*b"iCCP", *b"sRGB", *b"gAMA", *b"cHRM", *b"cICP", *b"mDCV", *b"cLLI"];

/// Where a chunk stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    BeforePalette,
    BeforeData,
    AfterData,
}

/// A chunk to be written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extra<'a> {
    pub(super) place: Place,
    pub(super) name: [u8; 4],
    pub(super) data: Cow<'a, [u8]>,
}

/// Whether colour type and bit depth may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Anything that shows the same pixels.
    Free,
    /// Anything but grey for colour: a profile for colours must not sit on a grey picture.
    NoGrey,
    /// As it is: a kept chunk describes it.
    Fixed,
}

/// What goes along with the pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan<'a> {
    pub(super) extras: Vec<Extra<'a>>,
    pub(super) layout: Layout,
}

impl<'a> Plan<'a> {
    /// Decides for every chunk that is not part of the pixels.
    pub(super) fn of(png: &Png<'a>, options: &Options) -> Result<Self, KeptBecause> {
        let data = png.data_start();
        let mut extras = Vec::new();
        for (index, chunk) in png.chunks.iter().enumerate() {
            if is_pixels(chunk.name) {
                continue;
            }
            let kept = match options.metadata {
                Metadata::Safe => safe(png, chunk, options.level),
                Metadata::Keep => all(chunk)?,
            };
            let place = match () {
                () if index > data => Place::AfterData,
                () if BEFORE_PALETTE.contains(&chunk.name) => Place::BeforePalette,
                () => Place::BeforeData,
            };
            extras.extend(kept.map(|data| Extra { place, name: chunk.name, data }));
        }
        let layout = Layout::of(png, &extras, options.metadata);
        Ok(Self { extras, layout })
    }
}

impl Layout {
    fn of(png: &Png<'_>, extras: &[Extra<'_>], metadata: Metadata) -> Self {
        let any = |names: &[&[u8; 4]]| extras.iter().any(|extra| names.contains(&&extra.name));
        let palette_is_a_hint = png.has(*b"PLTE") && png.header.colour != super::header::Colour::Palette;
        if any(&[b"bKGD", b"sBIT", b"hIST"]) || (metadata == Metadata::Keep && palette_is_a_hint) {
            Self::Fixed
        } else if any(&[b"iCCP", b"cICP"]) {
            Self::NoGrey
        } else {
            Self::Free
        }
    }
}

/// Whether the codec takes care of this chunk.
pub(super) fn is_pixels(name: [u8; 4]) -> bool {
    matches!(&name, b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"acTL" | b"fcTL" | b"fdAT")
}

fn safe<'a>(png: &Png<'a>, chunk: &Chunk<'a>, level: Level) -> Option<Cow<'a, [u8]>> {
    match &chunk.name {
        b"iCCP" if level != Level::Fast => {
            Some(repacked_profile(chunk.data).map_or(Cow::Borrowed(chunk.data), Cow::Owned))
        }
        name if LOOK.contains(name) => Some(Cow::Borrowed(chunk.data)),
        b"pHYs" => (chunk.data.get(..4) != chunk.data.get(4..8)).then_some(Cow::Borrowed(chunk.data)),
        b"eXIf" => exif::essential(chunk.data, png.header.width, png.header.height),
        _ => None,
    }
}

fn all<'a>(chunk: &Chunk<'a>) -> Result<Option<Cow<'a, [u8]>>, KeptBecause> {
    const UNSAFE_BUT_KNOWN: [&[u8; 4]; 4] = [b"bKGD", b"hIST", b"sPLT", b"tIME"];
    match &chunk.name {
        // Offsets into the file as it was: wrong after any change, and only a hint for one decoder.
        b"iDOT" => Ok(None),
        b"caBX" => Err(odd("it carries signed content credentials, which any change would break")),
        name if chunk.is_safe_to_copy() || BEFORE_PALETTE.contains(name) || UNSAFE_BUT_KNOWN.contains(&name) => {
            Ok(Some(Cow::Borrowed(chunk.data)))
        }
        _ => Err(odd(format!("a private chunk, {}, that must not be copied into a changed file", chunk.label()))),
    }
}

/// The packed profile in an `iCCP`.
fn packed_profile(data: &[u8]) -> Option<&[u8]> {
    let name = data.iter().position(|byte| *byte == 0).filter(|length| (1..80).contains(length))?;
    data[name + 1..].strip_prefix(&[0])
}

/// The profile in an `iCCP`; `None` when it is damaged or too large.
pub(super) fn profile(data: &[u8]) -> Option<Vec<u8>> {
    let packed = packed_profile(data)?;
    // The unpacked size is not written anywhere; most profiles fit the first guess.
    [packed.len().saturating_mul(8).clamp(4096, MOST_PROFILE), MOST_PROFILE].into_iter().find_map(|room| {
        let mut profile = vec![0; room];
        let length = Decompressor::new().zlib_decompress(packed, &mut profile).ok()?;
        profile.truncate(length);
        Some(profile)
    })
}

/// The same `iCCP`, packed better; its name shows nowhere, so it becomes a short one.
fn repacked_profile(data: &[u8]) -> Option<Vec<u8>> {
    let profile = profile(data)?;
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut packed = vec![0; compressor.zlib_compress_bound(profile.len())];
    let length = compressor.zlib_compress(&profile, &mut packed).ok()?;
    let repacked = [b"icc\0\0", &packed[..length]].concat();
    (repacked.len() < data.len()).then_some(repacked)
}
