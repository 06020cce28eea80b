//! EXIF, as far as it changes how a browser shows a picture: orientation, and a resolution that scales the picture.
//!
//! Comes in: the TIFF structure of an `eXIf` chunk or of an `APP1` segment. Goes out: as little of it as shows the same.
//! Never follows an offset out of the block.

use std::borrow::Cow;

const ORIENTATION: u16 = 0x0112;
const X_RESOLUTION: u16 = 0x011A;
const Y_RESOLUTION: u16 = 0x011B;
const RESOLUTION_UNIT: u16 = 0x0128;
const EXIF_FOLDER: u16 = 0x8769;
const PIXEL_WIDTH: u16 = 0xA002;
const PIXEL_HEIGHT: u16 = 0xA003;

/// A field may stand this many entries into its folder; real folders have at most some dozens.
const MOST_ENTRIES: u16 = 1024;

/// What must stay of `exif` in a picture of this size: nothing, the orientation alone, or (when it scales the picture
/// or cannot be understood, for a browser may read it better than we do) all of it.
pub(in crate::press) fn essential(exif: &[u8], width: u32, height: u32) -> Option<Cow<'_, [u8]>> {
    let Some(fields) = Fields::read(exif) else { return Some(Cow::Borrowed(exif)) };
    if fields.may_scale(width, height) {
        return Some(Cow::Borrowed(exif));
    }
    match fields.orientation {
        None | Some(0 | 1 | 9..) => None,
        Some(orientation) => Some(Cow::Owned(minimal(orientation))),
    }
}

/// The smallest EXIF that says nothing but an orientation.
fn minimal(orientation: u16) -> Vec<u8> {
    let [high, low] = orientation.to_be_bytes();
    let mut exif = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    // The value, left-aligned in its four bytes, and no next folder.
    exif.extend_from_slice(&[high, low, 0, 0, 0, 0, 0, 0]);
    exif
}

/// The fields that count.
#[derive(Debug, Default, PartialEq, Eq)]
struct Fields {
    orientation: Option<u16>,
    size: [Option<u32>; 2],
    /// Pixels per inch, as fractions.
    resolution: [Option<(u32, u32)>; 2],
    unit: Option<u16>,
}

impl Fields {
    fn read(exif: &[u8]) -> Option<Self> {
        let tiff = Tiff::open(exif)?;
        let mut fields = Self::default();
        let mut folder = None;
        for entry in tiff.entries(tiff.number(4)?)? {
            match entry.tag {
                // Some cameras write it as a longer number than they should, which some decoders accept: not ours to judge.
                ORIENTATION if fields.orientation.is_some() || !entry.is_short() => return None,
                ORIENTATION => fields.orientation = Some(tiff.short(entry.at + 8)?),
                X_RESOLUTION => fields.resolution[0] = tiff.fraction(tiff.number(entry.at + 8)?),
                Y_RESOLUTION => fields.resolution[1] = tiff.fraction(tiff.number(entry.at + 8)?),
                RESOLUTION_UNIT => fields.unit = tiff.short(entry.at + 8),
                EXIF_FOLDER => folder = Some(tiff.number(entry.at + 8)?),
                _ => {}
            }
        }
        if let Some(folder) = folder {
            for entry in tiff.entries(folder)? {
                let value =
                    if entry.is_short() { tiff.short(entry.at + 8).map(u32::from) } else { tiff.number(entry.at + 8) };
                match entry.tag {
                    PIXEL_WIDTH => fields.size[0] = value,
                    PIXEL_HEIGHT => fields.size[1] = value,
                    _ => {}
                }
            }
        }
        Some(fields)
    }

    /// Browsers lay out a picture by its resolution when EXIF gives one together with the size it leads to (HTML,
    /// "density-corrected natural width and height").
    fn may_scale(&self, width: u32, height: u32) -> bool {
        const INCH: u16 = 2;
        let along = |axis: usize, side: u32| match (self.size[axis], self.resolution[axis]) {
            (Some(size), Some(resolution)) if size != side => leads_to(side, resolution, size),
            _ => false,
        };
        let scaled = along(0, width) || along(1, height) || along(0, height) || along(1, width);
        scaled && self.unit.is_none_or(|unit| unit == INCH)
    }
}

/// Whether `side` pixels at this resolution are `size` CSS pixels (72 to the inch here), give or take one.
fn leads_to(side: u32, (dots, per): (u32, u32), laid_out: u32) -> bool {
    let [side, dots, per, laid_out] = [side, dots, per, laid_out].map(u128::from);
    (side * 72 * per).abs_diff(laid_out * dots) <= dots.max(72 * per)
}

/// The TIFF structure: two byte orders, folders of twelve-byte entries.
struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

struct Entry {
    at: usize,
    tag: u16,
    format: u16,
}

impl Entry {
    fn is_short(&self) -> bool {
        self.format == 3
    }
}

impl<'a> Tiff<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.first_chunk()? {
            b"MM\0\x2A" => true,
            b"II\x2A\0" => false,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn number(&self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn fraction(&self, at: u32) -> Option<(u32, u32)> {
        let at = usize::try_from(at).ok()?;
        Some((self.number(at)?, self.number(at + 4)?))
    }

    /// The entries of the folder at `start`; `None` when they are not all there.
    fn entries(&self, start: u32) -> Option<Vec<Entry>> {
        let start = usize::try_from(start).ok()?;
        let count = self.short(start).filter(|count| *count <= MOST_ENTRIES)?;
        let entry = |index: u16| {
            let at = start + 2 + usize::from(index) * 12;
            self.bytes.get(at..at + 12)?;
            Some(Entry { at, tag: self.short(at)?, format: self.short(at + 2)? })
        };
        (0..count).map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An EXIF block of short fields, in either byte order; a second list makes the EXIF folder. Resolutions
    /// point at a fraction (value / 1) at the end, the horizontal one first.
    fn exif(big_endian: bool, main: &[(u16, u16)], folder: &[(u16, u16)]) -> Vec<u8> {
        let short = |n: u16| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
        let long = |n: u32| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
        let mut bytes = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        bytes.extend(short(42));
        bytes.extend(long(8));
        let with_folder = usize::from(!folder.is_empty());
        bytes.extend(short(u16::try_from(main.len() + with_folder).unwrap()));
        let field = |bytes: &mut Vec<u8>, tag, value| {
            bytes.extend(short(tag));
            if matches!(tag, X_RESOLUTION | Y_RESOLUTION) {
                bytes.extend(short(5));
                bytes.extend(long(1));
                bytes.extend(long(if tag == X_RESOLUTION { 512 } else { 520 }));
            } else {
                bytes.extend(short(3));
                bytes.extend(long(1));
                bytes.extend([short(value), [0; 2]].concat());
            }
        };
        for (tag, value) in main {
            field(&mut bytes, *tag, *value);
        }
        if with_folder == 1 {
            bytes.extend(short(EXIF_FOLDER));
            bytes.extend(short(4));
            bytes.extend(long(1));
            bytes.extend(long(u32::try_from(bytes.len() + 8).unwrap()));
        }
        bytes.extend(long(0));
        if with_folder == 1 {
            bytes.extend(short(u16::try_from(folder.len()).unwrap()));
            for (tag, value) in folder {
                field(&mut bytes, *tag, *value);
            }
            bytes.extend(long(0));
        }
        bytes.resize(512, 0);
        for tag in [X_RESOLUTION, Y_RESOLUTION] {
            let value = main.iter().find(|(name, _)| *name == tag).map_or(0, |(_, value)| *value);
            bytes.extend(long(value.into()));
            bytes.extend(long(1));
        }
        bytes
    }

    #[test]
    fn keeps_what_turns_or_scales_and_nothing_else() {
        let nothing = |exif: Vec<u8>| assert_eq!(essential(&exif, 100, 50), None);
        let all = |exif: Vec<u8>| assert_eq!(essential(&exif, 100, 50).as_deref(), Some(&exif[..]));
        for big_endian in [true, false] {
            let exif = |main: &[_], folder: &[_]| exif(big_endian, main, folder);
            nothing(exif(&[(0x010F, 7)], &[]));
            nothing(exif(&[(ORIENTATION, 1)], &[]));
            nothing(exif(&[(ORIENTATION, 9)], &[]));
            let inch = |dots, unit| [(X_RESOLUTION, dots), (Y_RESOLUTION, dots), (RESOLUTION_UNIT, unit)];
            let half = [(PIXEL_WIDTH, 50), (PIXEL_HEIGHT, 25)];
            nothing(exif(&inch(72, 2), &[(PIXEL_WIDTH, 100), (PIXEL_HEIGHT, 50)]));
            nothing(exif(&inch(300, 2), &[(PIXEL_WIDTH, 100), (PIXEL_HEIGHT, 50)]));
            nothing(exif(&inch(72, 2), &half));
            nothing(exif(&inch(144, 3), &half));
            nothing(exif(&[(0x010F, 7)], &half));
            all(exif(&inch(144, 2), &half));
            all(exif(&inch(144, 2)[..2], &half));
            all(exif(&[(ORIENTATION, 6), (ORIENTATION, 1)], &[]));
            let turned = exif(&[(0x010F, 7), (ORIENTATION, 6)], &[]);
            assert_eq!(essential(&turned, 100, 50).as_deref(), Some(&minimal(6)[..]));
        }
        all(b"not EXIF".to_vec());
        all(b"MM\0\x2A\0\0\0\x08\0\x05".to_vec());
        all(b"MM\0\x2A\xFF\xFF\xFF\xFF".to_vec());
    }

    #[test]
    fn the_minimal_block_reads_back_and_is_stable() {
        for orientation in 2..=8 {
            let block = minimal(orientation);
            assert_eq!(Fields::read(&block).unwrap().orientation, Some(orientation));
            assert_eq!(essential(&block, 1, 1).as_deref(), Some(&block[..]));
        }
    }
}
