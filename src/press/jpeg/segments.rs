//! A JPEG as its segments. Comes in: bytes. Goes out: every segment from `SOI` to `EOI`, scans with their coded data, or
//! the reason why not. Decoders forgive much here; this reader forgives nothing, for what is forgiven is guessed.

use crate::press::{KeptBecause, Note};

pub(super) const SOF_BASELINE: u8 = 0xC0;
pub(super) const SOF_EXTENDED: u8 = 0xC1;
pub(super) const SOF_PROGRESSIVE: u8 = 0xC2;
pub(super) const DHT: u8 = 0xC4;
pub(super) const SOI: u8 = 0xD8;
pub(super) const EOI: u8 = 0xD9;
pub(super) const SOS: u8 = 0xDA;
pub(super) const DQT: u8 = 0xDB;
pub(super) const DRI: u8 = 0xDD;
pub(super) const APP0: u8 = 0xE0;
pub(super) const APP1: u8 = 0xE1;
pub(super) const APP2: u8 = 0xE2;
pub(super) const APP11: u8 = 0xEB;
pub(super) const APP14: u8 = 0xEE;
pub(super) const APP15: u8 = 0xEF;
pub(super) const COM: u8 = 0xFE;

/// One segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    /// What follows the length.
    pub(super) body: &'a [u8],
    /// The coded data after a scan's header, with its stuffing and restart markers; empty for all others.
    pub(super) coded: &'a [u8],
}

impl Segment<'_> {
    /// Whether this carries no part of the picture itself.
    pub(super) fn is_metadata(&self) -> bool {
        matches!(self.marker, APP0..=APP15 | COM)
    }
}

/// A JPEG whose segments are all there.
#[derive(Clone, Debug)]
pub(super) struct Jpeg<'a> {
    /// All segments between `SOI` and `EOI`.
    pub(super) segments: Vec<Segment<'a>>,
    /// What follows `EOI`.
    pub(super) trailing: &'a [u8],
}

impl<'a> Jpeg<'a> {
    /// Reads `source`.
    pub(super) fn read(source: &'a [u8]) -> Result<Self, KeptBecause> {
        let mut rest = source.strip_prefix(&[0xFF, SOI]).ok_or_else(|| broken("no JPEG signature"))?;
        let mut segments = Vec::new();
        loop {
            let at = source.len() - rest.len();
            match take_segment(&mut rest) {
                Ok(Some(segment)) => segments.push(segment),
                Ok(None) => return Ok(Self { segments, trailing: rest }),
                Err(what) => return Err(broken(format!("{what} at byte {at}"))),
            }
        }
    }

    /// The segments before the first scan.
    pub(super) fn head(&self) -> &[Segment<'a>] {
        let first_scan = self.segments.iter().position(|segment| segment.marker == SOS);
        &self.segments[..first_scan.unwrap_or(self.segments.len())]
    }

    /// The segments that are the picture.
    pub(super) fn picture(&self) -> impl Iterator<Item = &Segment<'a>> {
        self.segments.iter().filter(|segment| !segment.is_metadata())
    }
}

/// The next segment; `None` at the end of the picture.
pub(super) fn take_segment<'a>(rest: &mut &'a [u8]) -> Result<Option<Segment<'a>>, &'static str> {
    let fill = rest.iter().take_while(|byte| **byte == 0xFF).count();
    let marker = match (fill, rest.get(fill)) {
        (_, None) => return Err("it ends in the middle"),
        (0, _) => return Err("no marker where one must be"),
        (_, Some(marker)) => *marker,
    };
    *rest = &rest[fill + 1..];
    if marker == EOI {
        return Ok(None);
    }
    if matches!(marker, 0..=0xBF | 0xD0..=0xD8) {
        return Err("a marker that must not stand here");
    }
    let cut_off = "it ends in the middle of a segment";
    let length = rest.first_chunk().map(|length| usize::from(u16::from_be_bytes(*length))).ok_or(cut_off)?;
    let (segment, after) = rest.split_at_checked(length).ok_or(cut_off)?;
    let body = segment.get(2..).ok_or("a segment of no length")?;
    let (coded, after) = after.split_at(if marker == SOS { coded_length(after) } else { 0 });
    *rest = after;
    Ok(Some(Segment { marker, body, coded }))
}

/// How much of `data` is coded data: up to the first marker that is no restart.
fn coded_length(data: &[u8]) -> usize {
    memchr::memchr_iter(0xFF, data).find(|at| !matches!(data.get(at + 1), Some(0 | 0xD0..=0xD7))).unwrap_or(data.len())
}

/// Writes one segment; the body must be one that came out of a segment, or short.
pub(super) fn write_segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&u16::try_from(body.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(body);
}

pub(super) fn broken(text: impl Into<String>) -> KeptBecause {
    KeptBecause::Unparsable(Note::new(text))
}

pub(super) fn odd(text: impl Into<String>) -> KeptBecause {
    KeptBecause::Unsupported(Note::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_segments_and_coded_data() {
        let file = b"\xFF\xD8\xFF\xFE\0\x04hi\xFF\xFF\xDA\0\x02ab\xFF\0c\xFF\xD0d\xFF\xD9zz";
        let jpeg = Jpeg::read(file).unwrap();
        let comment = Segment { marker: COM, body: b"hi", coded: b"" };
        let scan = Segment { marker: SOS, body: b"", coded: b"ab\xFF\0c\xFF\xD0d" };
        assert_eq!(jpeg.segments, [comment, scan]);
        assert_eq!(jpeg.head(), [comment]);
        assert_eq!(jpeg.trailing, b"zz");
    }

    #[test]
    fn refuses_what_is_cut_off_or_out_of_place() {
        for file in [
            &b""[..],
            b"\xFF\xD8",
            b"\xFF\xD8\xFF",
            b"\xFF\xD8\xFF\xFF",
            b"\xFF\xD8\xFF\xFE\0\x05hi",
            b"\xFF\xD8\xFF\xFE\0\x01\xFF\xD9",
            b"\xFF\xD8x\xFF\xD9",
            b"\xFF\xD8\xFF\xD0\xFF\xD9",
            b"\xFF\xD8\xFF\xD8\xFF\xD9",
            b"\xFF\xD8\xFF\xDA\0\x02abc",
            b"\xFF\xD8\xFF\xDA\0\x02abc\xFF",
        ] {
            assert!(Jpeg::read(file).is_err(), "{}", file.escape_ascii());
        }
    }
}
