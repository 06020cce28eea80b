//! Which segments stay beside the picture. Comes in: the segments. Goes out: those to write again, or a reason not to
//! touch the file at all.
//!
//! [`Metadata::Safe`] keeps what can change how a browser shows the picture: `JFIF` (density, without its thumbnail),
//! ICC profiles, the Adobe colour transform, what turns or scales the picture from EXIF, and the XMP of panoramas, which
//! viewers in pages read. It drops comments, thumbnails, XMP, IPTC and the rest of EXIF. [`Metadata::Keep`] keeps all.
//! Files of several pictures (gain maps, MPO, motion photos) point into themselves by offset and are left alone.

use std::borrow::Cow;

use memchr::memmem;

use super::segments::{APP0, APP1, APP2, APP11, APP14, Jpeg, Segment, odd};
use crate::press::{KeptBecause, Metadata, picture::exif};

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENDED_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const ICC: &[u8] = b"ICC_PROFILE\0";

/// Words in XMP that say that there is more in the file than one picture.
const SEVERAL_PICTURES: [&[u8]; 5] = [b"hdrgm:", b"HDRGainMap", b"Container:Directory", b"MotionPhoto", b"MicroVideo"];

/// A segment to be written again.
pub(super) type Kept<'a> = (u8, Cow<'a, [u8]>);

/// Decides for every metadata segment.
pub(super) fn plan<'a>(
    jpeg: &Jpeg<'a>,
    metadata: Metadata,
    (width, height): (u16, u16),
) -> Result<Vec<Kept<'a>>, KeptBecause> {
    if jpeg.trailing.iter().any(|byte| !matches!(byte, 0 | b'\n' | b'\r' | b' ' | 0xFF)) {
        return Err(odd("more data follows the picture"));
    }
    let all = || jpeg.segments.iter().filter(|segment| segment.is_metadata());
    if all().any(is_one_of_several) {
        return Err(odd("a gain map or another picture in the same file"));
    }
    if all().any(is_extension) {
        return Err(odd("an extension layer beside the picture"));
    }
    let late = jpeg.segments[jpeg.head().len()..].iter().filter(|segment| segment.is_metadata());
    if late.clone().any(|segment| look_of(segment, jpeg).is_some()) {
        return Err(odd("metadata that comes after a part of the picture"));
    }
    match metadata {
        Metadata::Keep if all().any(is_signed) => {
            Err(odd("it carries signed content credentials, which any change would break"))
        }
        Metadata::Keep => Ok(all().map(|segment| (segment.marker, Cow::Borrowed(segment.body))).collect()),
        Metadata::Safe => Ok(all().filter_map(|segment| safe(segment, jpeg, (width, height))).collect()),
    }
}

fn is_one_of_several(segment: &Segment<'_>) -> bool {
    match segment.marker {
        APP1 if segment.body.starts_with(XMP) || segment.body.starts_with(EXTENDED_XMP) => {
            SEVERAL_PICTURES.iter().any(|word| memmem::find(segment.body, word).is_some())
        }
        APP2 => segment.body.starts_with(b"MPF\0") || segment.body.starts_with(b"urn:iso:std:iso:ts:21496:"),
        _ => false,
    }
}

/// `APP11` holds boxes: `jumb` is metadata, all others are layers of JPEG XT.
fn is_extension(segment: &Segment<'_>) -> bool {
    segment.marker == APP11 && segment.body.starts_with(b"JP") && !is_signed(segment)
}

fn is_signed(segment: &Segment<'_>) -> bool {
    segment.marker == APP11 && segment.body.get(12..16) == Some(b"jumb")
}

/// How a segment takes part in the look of the picture.
enum Look {
    Jfif,
    Exif,
    Whole,
}

fn look_of(segment: &Segment<'_>, jpeg: &Jpeg<'_>) -> Option<Look> {
    let body = segment.body;
    match segment.marker {
        APP0 if body.starts_with(b"JFIF\0") => Some(Look::Jfif),
        APP1 if body.starts_with(EXIF) && exif_count(jpeg) == 1 => Some(Look::Exif),
        APP1 if body.starts_with(b"Exif\0") => Some(Look::Whole),
        APP1 if body.starts_with(XMP) && memmem::find(body, b"GPano:").is_some() => Some(Look::Whole),
        APP2 if body.starts_with(ICC) => Some(Look::Whole),
        APP14 if body.starts_with(b"Adobe") => Some(Look::Whole),
        _ => None,
    }
}

/// Decoders disagree on which of several counts, so several stay as they are.
fn exif_count(jpeg: &Jpeg<'_>) -> usize {
    jpeg.segments.iter().filter(|segment| segment.marker == APP1 && segment.body.starts_with(b"Exif\0")).count()
}

fn safe<'a>(segment: &Segment<'a>, jpeg: &Jpeg<'a>, (width, height): (u16, u16)) -> Option<Kept<'a>> {
    let body = match look_of(segment, jpeg)? {
        Look::Jfif => without_thumbnail(segment.body),
        Look::Whole => Cow::Borrowed(segment.body),
        Look::Exif => match exif::essential(&segment.body[EXIF.len()..], width.into(), height.into())? {
            Cow::Borrowed(_) => Cow::Borrowed(segment.body),
            Cow::Owned(block) => Cow::Owned([EXIF, &block].concat()),
        },
    };
    Some((segment.marker, body))
}

fn without_thumbnail(jfif: &[u8]) -> Cow<'_, [u8]> {
    match jfif.first_chunk::<12>() {
        Some(fields) if jfif.len() > 14 => Cow::Owned([&fields[..], &[0, 0]].concat()),
        _ => Cow::Borrowed(jfif),
    }
}
