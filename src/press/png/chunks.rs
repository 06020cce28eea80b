//! A PNG as its chunks. Comes in: bytes. Goes out: a signature, a sane `IHDR`, chunks whose checksums are right and
//! whose order is that of the standard, and an `IEND`; or the reason why not. Never inflates anything.

use super::{animation, header::Header};
use crate::press::{KeptBecause, Note, picture::limits};

/// The first eight bytes of every PNG.
const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// One chunk, in the bytes it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk<'a> {
    pub(super) name: [u8; 4],
    pub(super) data: &'a [u8],
}

impl Chunk<'_> {
    /// Whether a decoder that does not know this chunk must give up.
    pub(super) fn is_critical(&self) -> bool {
        self.name[0].is_ascii_uppercase()
    }

    /// Whether an editor that does not know this chunk may copy it into a changed file.
    pub(super) fn is_safe_to_copy(&self) -> bool {
        self.name[3].is_ascii_lowercase()
    }

    /// The name, for messages.
    pub(super) fn label(&self) -> String {
        self.name.escape_ascii().to_string()
    }
}

/// A well-formed PNG.
#[derive(Clone, Debug)]
pub(super) struct Png<'a> {
    pub(super) header: Header,
    /// All chunks between `IHDR` and `IEND`, in file order.
    pub(super) chunks: Vec<Chunk<'a>>,
    /// Bytes after `IEND`, which belong to no picture.
    pub(super) trailing: usize,
}

impl<'a> Png<'a> {
    /// Reads and checks `source`.
    pub(super) fn read(source: &'a [u8]) -> Result<Self, KeptBecause> {
        let Some(mut rest) = source.strip_prefix(SIGNATURE) else {
            return Err(broken("no PNG signature"));
        };
        let first = take_chunk(&mut rest, source.len())?;
        let header = (first.name == *b"IHDR").then(|| Header::parse(first.data)).flatten();
        let header = header.ok_or_else(|| broken("no usable IHDR"))?;
        let mut chunks = Vec::new();
        loop {
            let chunk = take_chunk(&mut rest, source.len())?;
            if chunk.name == *b"IEND" {
                break;
            }
            chunks.push(chunk);
        }
        let png = Self { header, chunks, trailing: rest.len() };
        png.check_order()?;
        animation::check(&png)?;
        Ok(png)
    }

    /// The data of the first chunk called `name`.
    pub(super) fn find(&self, name: [u8; 4]) -> Option<&'a [u8]> {
        self.chunks.iter().find(|chunk| chunk.name == name).map(|chunk| chunk.data)
    }

    /// Whether there is a chunk called `name`.
    pub(super) fn has(&self, name: [u8; 4]) -> bool {
        self.find(name).is_some()
    }

    /// The index of the first `IDAT`; the number of chunks when there is none.
    pub(super) fn data_start(&self) -> usize {
        self.chunks.iter().position(|chunk| chunk.name == *b"IDAT").unwrap_or(self.chunks.len())
    }

    /// Decoders differ on what breaks these rules, so nothing that does is touched.
    fn check_order(&self) -> Result<(), KeptBecause> {
        let data = self.data_start();
        if data == self.chunks.len() {
            return Err(broken("no IDAT"));
        }
        let after = self.chunks[data..].iter().skip_while(|chunk| chunk.name == *b"IDAT");
        if after.clone().any(|chunk| matches!(&chunk.name, b"IDAT" | b"PLTE" | b"tRNS" | b"IHDR" | b"acTL")) {
            return Err(odd("a chunk stands after the picture data that must not"));
        }
        self.check_single()?;
        let critical = self.chunks.iter().find(|c| c.is_critical() && !matches!(&c.name, b"IDAT" | b"PLTE" | b"IHDR"));
        if let Some(critical) = critical {
            return Err(odd(format!("an unknown critical chunk, {}", critical.label())));
        }
        let palette = self.chunks.iter().position(|chunk| chunk.name == *b"PLTE");
        if palette.is_some_and(|at| self.chunks[at..data].iter().any(|chunk| BEFORE_PALETTE.contains(&chunk.name))) {
            return Err(odd("a colour chunk stands after the palette, where it counts for some decoders only"));
        }
        self.check_palette(palette)
    }

    fn check_single(&self) -> Result<(), KeptBecause> {
        for name in BEFORE_PALETTE.iter().chain([b"PLTE", b"tRNS", b"acTL", b"eXIf", b"IHDR"]) {
            let limit = usize::from(name != b"IHDR");
            if self.chunks.iter().filter(|chunk| chunk.name == *name).count() > limit {
                return Err(odd(format!("more than one {}", name.escape_ascii())));
            }
        }
        Ok(())
    }

    fn check_palette(&self, at: Option<usize>) -> Result<(), KeptBecause> {
        use super::header::Colour;

        let transparency = self.chunks.iter().position(|chunk| chunk.name == *b"tRNS");
        let entries = at.map_or(0, |at| self.chunks[at].data.len() / 3);
        if at.is_some_and(|at| {
            !(3..=768).contains(&self.chunks[at].data.len()) || entries * 3 != self.chunks[at].data.len()
        }) {
            return Err(broken("the palette has no whole number of colours from 1 to 256"));
        }
        let length = transparency.map(|at| self.chunks[at].data.len());
        let sane = match (self.header.colour, length) {
            (Colour::Palette, None) => at.is_some(),
            (Colour::Palette, Some(length)) => at.is_some() && at < transparency && (1..=entries).contains(&length),
            (Colour::Grey, Some(length)) => at.is_none() && length == 2 && self.keys_fit(),
            (Colour::Rgb, Some(length)) => length == 6 && self.keys_fit(),
            (Colour::Grey | Colour::GreyAlpha, None) => at.is_none(),
            (Colour::Rgb | Colour::Rgba, None) => true,
            (Colour::GreyAlpha | Colour::Rgba, Some(_)) => false,
        };
        if sane { Ok(()) } else { Err(odd("palette or transparency do not go with this kind of picture")) }
    }

    /// Whether the transparent colour is one that a sample of this depth can have.
    fn keys_fit(&self) -> bool {
        let keys = self.find(*b"tRNS").unwrap_or_default().as_chunks::<2>().0;
        keys.iter().all(|key| u32::from(u16::from_be_bytes(*key)) < 1 << self.header.depth)
    }
}

/// Chunks that count only before `PLTE` and `IDAT`; all but `sBIT` change how the picture looks.
pub(super) const BEFORE_PALETTE: [[u8; 4]; 8] =
    [*b"cHRM", *b"gAMA", *b"iCCP", *b"sBIT", *b"sRGB", *b"cICP", *b"mDCV", *b"cLLI"];

fn take_chunk<'a>(rest: &mut &'a [u8], total: usize) -> Result<Chunk<'a>, KeptBecause> {
    let at = total - rest.len();
    let cut_off = || broken(format!("it ends in the middle, in the chunk at byte {at}"));
    let (length, body) = rest.split_first_chunk::<4>().ok_or_else(cut_off)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok().filter(|length| *length < 1 << 31);
    let end = length.and_then(|length| length.checked_add(4)).ok_or_else(cut_off)?;
    let (named, after) = body.split_at_checked(end).ok_or_else(cut_off)?;
    let (checksum, after) = after.split_first_chunk::<4>().ok_or_else(cut_off)?;
    let (name, data) = named.split_first_chunk::<4>().ok_or_else(cut_off)?;
    if !name.iter().all(u8::is_ascii_alphabetic) {
        return Err(broken(format!("no chunk name at byte {}", at + 4)));
    }
    if libdeflater::crc32(named) != u32::from_be_bytes(*checksum) {
        return Err(broken(format!("the checksum of {} at byte {at} is wrong", name.escape_ascii())));
    }
    *rest = after;
    Ok(Chunk { name: *name, data })
}

/// Writes one chunk.
pub(super) fn write_chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    // A chunk's data came from a chunk or is a few bytes of ours, so its length always fits.
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(&name);
    out.extend_from_slice(data);
    let checksum = libdeflater::crc32(&out[start..]);
    out.extend_from_slice(&checksum.to_be_bytes());
}

/// A PNG of these chunks; the closing `IEND` is added.
pub(super) fn write<'a>(chunks: impl IntoIterator<Item = ([u8; 4], &'a [u8])>) -> Vec<u8> {
    let mut out = SIGNATURE.to_vec();
    for (name, data) in chunks {
        write_chunk(&mut out, name, data);
    }
    write_chunk(&mut out, *b"IEND", &[]);
    out
}

pub(super) fn broken(text: impl Into<String>) -> KeptBecause {
    KeptBecause::Unparsable(Note::new(text))
}

pub(super) fn odd(text: impl Into<String>) -> KeptBecause {
    KeptBecause::Unsupported(Note::new(text))
}

/// The header of the PNG that starts with `head`.
pub(super) fn header_of(head: &[u8]) -> Option<Header> {
    let body = head.strip_prefix(SIGNATURE)?.strip_prefix(&[0, 0, 0, 13])?.strip_prefix(b"IHDR")?;
    Header::parse(body.get(..13)?)
}

/// Refuses what is too large to work on, judged by what the header declares.
pub(super) fn admit(png: &Png<'_>) -> Result<(), KeptBecause> {
    let header = &png.header;
    let pixels = animation::frames(png).iter().fold(header.pixels(), |sum, frame| sum.saturating_add(frame.pixels()));
    if Header::admits(pixels) && header.weight() <= limits::MOST_MEMORY {
        return Ok(());
    }
    Err(limits::too_large(header.width, header.height, header.weight()))
}
