//! Sizes and frame counts from headers. Comes in: the file or its beginning. Goes out: what it declares, if it declares
//! anything sane. Never decodes, never allocates by what a file says, and stops where the bytes stop.

use crate::asset::Kind;

/// What a picture declares about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Pixels across, as stored (an orientation may turn them).
    pub width: u32,
    /// Pixels down, as stored.
    pub height: u32,
    /// Frames seen in the bytes given; 1 for a still picture and where counting would need decoding.
    pub frames: u32,
}

impl Dimensions {
    fn still(width: u32, height: u32) -> Option<Self> {
        (width > 0 && height > 0).then_some(Self { width, height, frames: 1 })
    }

    fn with_frames(self, frames: u32) -> Self {
        Self { frames: frames.max(1), ..self }
    }

    /// Pixels of all frames if each had the full size.
    #[must_use]
    pub fn pixels(&self) -> u64 {
        u64::from(self.width).saturating_mul(self.height.into()).saturating_mul(self.frames.into())
    }
}

/// What the picture `source` of this kind declares; `None` for other kinds and for what cannot be read.
#[must_use]
pub fn probe(kind: Kind, source: &[u8]) -> Option<Dimensions> {
    match kind {
        Kind::Png => png(source),
        Kind::Jpeg => jpeg(source),
        Kind::Gif => gif(source),
        Kind::WebP => webp(source),
        Kind::Avif => avif(source),
        Kind::Ico => ico(source),
        _ => None,
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes).into())
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes).into())
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn png(source: &[u8]) -> Option<Dimensions> {
    let rest = source.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    (rest.get(4..8)? == b"IHDR").then_some(())?;
    let still = Dimensions::still(be32(rest, 8)?, be32(rest, 12)?)?;
    let mut at = 8 + 13 + 4;
    while let (Some(length), Some(name)) = (be32(rest, at), rest.get(at + 4..at + 8)) {
        match name {
            b"acTL" => return be32(rest, at + 8).map(|frames| still.with_frames(frames)),
            b"IDAT" => break,
            _ => at = at.checked_add(usize::try_from(length).ok()?.checked_add(12)?)?,
        }
    }
    Some(still)
}

fn jpeg(source: &[u8]) -> Option<Dimensions> {
    source.starts_with(&[0xFF, 0xD8]).then_some(())?;
    let mut at = 2;
    loop {
        let [0xFF, marker] = *source.get(at..)?.first_chunk()? else { return None };
        match marker {
            0xFF => at += 1,
            0xC4 | 0xC8 | 0xCC | 0xD0..=0xFE | 0 | 1 => {
                matches!(marker, 0xDB..=0xFE | 0xC4 | 0xC8 | 0xCC).then_some(())?;
                at += 2 + usize::try_from(be16(source, at + 2)?).ok()?.max(2);
            }
            0xC0..=0xCF => return Dimensions::still(be16(source, at + 7)?, be16(source, at + 5)?),
            _ => return None,
        }
    }
}

fn gif(source: &[u8]) -> Option<Dimensions> {
    let rest = source.strip_prefix(b"GIF87a").or_else(|| source.strip_prefix(b"GIF89a"))?;
    let still = Dimensions::still(le16(rest, 0)?, le16(rest, 2)?)?;
    Some(still.with_frames(gif_frames(rest)))
}

/// Counts image blocks as far as the bytes go.
fn gif_frames(rest: &[u8]) -> u32 {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 7 + rest.get(4).map_or(0, |flags| table(*flags));
    let mut frames = 0_u32;
    loop {
        at = match rest.get(at) {
            Some(0x21) => at + 2,
            Some(0x2C) => {
                let Some(flags) = rest.get(at + 9) else { return frames };
                frames = frames.saturating_add(1);
                at + 11 + table(*flags)
            }
            _ => return frames,
        };
        // Sub-blocks, each led by its length, the last one empty.
        loop {
            let Some(length) = rest.get(at) else { return frames };
            at += 1 + usize::from(*length);
            if *length == 0 {
                break;
            }
        }
    }
}

fn webp(source: &[u8]) -> Option<Dimensions> {
    let rest = source.strip_prefix(b"RIFF")?;
    (rest.get(4..8)? == b"WEBP").then_some(())?;
    let body = rest.get(16..)?;
    match rest.get(8..12)? {
        b"VP8X" => {
            let still = Dimensions::still(le24(body, 4)? + 1, le24(body, 7)? + 1)?;
            Some(still.with_frames(webp_frames(rest)))
        }
        b"VP8L" => {
            (*body.first()? == 0x2F).then_some(())?;
            let bits = le32(body, 1)?;
            Dimensions::still((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        }
        b"VP8 " => {
            (body.get(3..6)? == b"\x9D\x01\x2A").then_some(())?;
            Dimensions::still(le16(body, 6)? & 0x3FFF, le16(body, 8)? & 0x3FFF)
        }
        _ => None,
    }
}

fn webp_frames(rest: &[u8]) -> u32 {
    let (mut at, mut frames) = (8, 0_u32);
    while let (Some(name), Some(length)) = (rest.get(at..at + 4), le32(rest, at + 4)) {
        frames = frames.saturating_add(u32::from(name == b"ANMF"));
        let Some(next) = usize::try_from(length).ok().and_then(|length| at.checked_add(8 + length + (length & 1)))
        else {
            break;
        };
        at = next;
    }
    frames
}

/// The largest extent (`ispe`) of any item: that of the whole picture also when it is put together from tiles.
fn avif(source: &[u8]) -> Option<Dimensions> {
    (source.get(4..8)? == b"ftyp").then_some(())?;
    let meta = boxes(source).find(|(name, _)| name == b"meta")?.1.get(4..)?;
    let properties = boxes(meta).find(|(name, _)| name == b"iprp")?.1;
    let properties = boxes(properties).find(|(name, _)| name == b"ipco")?.1;
    let extents = boxes(properties).filter(|(name, _)| name == b"ispe");
    let sizes = extents.filter_map(|(_, body)| Dimensions::still(be32(body, 4)?, be32(body, 8)?));
    sizes.max_by_key(Dimensions::pixels)
}

/// The boxes in `bytes`, each as its name and its body; the last one may be cut off.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let declared = be32(rest, 0)?;
        let name = *rest.get(4..)?.first_chunk()?;
        let (start, length) = match declared {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(rest.get(8..)?.first_chunk().map(|long| u64::from_be_bytes(*long))?).ok()?),
            length => (8, usize::try_from(length).ok()?),
        };
        let (whole, after) = rest.split_at(length.max(start).min(rest.len()));
        rest = after;
        Some((name, whole.get(start..)?))
    })
}

/// The largest entry; an icon holds the same picture in several sizes, not frames.
fn ico(source: &[u8]) -> Option<Dimensions> {
    let rest = source.strip_prefix(&[0, 0, 1, 0])?;
    let count = usize::try_from(le16(rest, 0)?).ok()?;
    let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
    let entries = rest.get(2..)?.as_chunks::<16>().0.iter().take(count);
    entries.filter_map(|entry| Dimensions::still(side(entry[0]), side(entry[1]))).max_by_key(Dimensions::pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_headers_declare() {
        let gif = b"GIF89a\x03\0\x02\0\x80\0\0abcdef\x21\xF9\x04\0\0\0\0\0\x2C\0\0\0\0\x03\0\x02\0\0\x02\x01x\0\x2C\0\0\0\0\x03\0\x02\0\0\x02\x01x\0\x3B";
        let webp = b"RIFF\x20\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x09\0\0\x13\0\0ANMF\x02\0\0\0abANMF\x01\0\0\0a\0";
        let avif = b"\0\0\0\x10ftypavif\0\0\0\0\0\0\0\x3Cmeta\0\0\0\0\0\0\0\x30iprp\0\0\0\x28ipco\0\0\0\x14ispe\0\0\0\0\0\0\0\x05\0\0\0\x06\0\0\0\x08pixi";
        let jpeg = b"\xFF\xD8\xFF\xE0\0\x04ab\xFF\xFF\xC2\0\x0B\x08\0\x07\0\x09";
        let png =
            b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR\0\0\0\x04\0\0\0\x05\x08\x06\0\0\0CRC!\0\0\0\x08acTL\0\0\0\x07\0\0\0\0";
        for (kind, source, expected) in [
            (Kind::Gif, &gif[..], (3, 2, 2)),
            (Kind::WebP, webp, (10, 20, 2)),
            (Kind::WebP, b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2F\x04\xC0\x01\0", (5, 8, 1)),
            (Kind::WebP, b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0abc\x9D\x01\x2A\x05\0\x06\0", (5, 6, 1)),
            (Kind::Avif, avif, (5, 6, 1)),
            (Kind::Jpeg, jpeg, (9, 7, 1)),
            (Kind::Png, png, (4, 5, 7)),
            (
                Kind::Ico,
                b"\0\0\x01\0\x02\0\x10\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                (256, 32, 1),
            ),
        ] {
            let (width, height, frames) = expected;
            let expected = Some(Dimensions { width, height, frames });
            assert_eq!(probe(kind, source), expected, "{kind}");
            // The beginning of a file never panics, nor does anything after it.
            for cut in 0..source.len() {
                let _ = probe(kind, &source[..cut]);
                let mut bent = source.to_vec();
                bent[cut] ^= 0xFF;
                let _ = probe(kind, &bent);
            }
        }
        assert_eq!(probe(Kind::Css, jpeg), None);
    }
}
