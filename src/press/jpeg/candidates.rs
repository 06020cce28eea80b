//! Ways to write the same picture. Comes in: segments and coefficients. Goes out: the shortest file found.
//!
//! Restart markers are not written again: they help to resume damaged transmissions only.

use std::borrow::Cow;

use super::{
    frame::Frame,
    metadata::Kept,
    scans::Planes,
    script,
    segments::{DHT, DQT, EOI, Jpeg, SOI, SOS, Segment, write_segment},
    write::{self, Mode},
};
use crate::press::Level;

/// Above this many bytes a sequential file is practically never the smaller one.
const SEQUENTIAL_PAYS: usize = 64 << 10;

/// The shortest way to write the picture; also as it came in, with other metadata.
pub(super) fn shortest(
    jpeg: &Jpeg<'_>,
    frame: &Frame,
    planes: &Planes,
    metadata: &[Kept<'_>],
    level: Level,
) -> Vec<u8> {
    let mut best = as_it_came(metadata, jpeg);
    for mode in modes(jpeg, frame, level) {
        let candidate = coded(metadata, frame, planes, mode);
        if candidate.len() < best.len() {
            best = candidate;
        }
    }
    best
}

fn modes(jpeg: &Jpeg<'_>, frame: &Frame, level: Level) -> Vec<Mode> {
    let length: usize = jpeg.picture().map(|segment| segment.coded.len()).sum();
    let mut modes = Vec::new();
    if level != Level::Fast || frame.progressive {
        modes.push(Mode::Progressive);
    }
    if level == Level::Fast && !frame.progressive || level == Level::Max || length < SEQUENTIAL_PAYS {
        modes.push(Mode::Sequential);
    }
    modes
}

/// A file with the picture coded again.
pub(super) fn coded(metadata: &[Kept<'_>], frame: &Frame, planes: &Planes, mode: Mode) -> Vec<u8> {
    let mut out = head(metadata);
    write_segment(&mut out, DQT, &quantisation(frame));
    let scans = match mode {
        Mode::Sequential => script::sequential(frame),
        Mode::Progressive => script::progressive(frame),
    };
    write::write(&mut out, frame, planes, mode, &scans);
    out.extend_from_slice(&[0xFF, EOI]);
    out
}

fn head(metadata: &[Kept<'_>]) -> Vec<u8> {
    let mut out = vec![0xFF, SOI];
    for (marker, body) in metadata {
        write_segment(&mut out, *marker, body);
    }
    out
}

/// The body of one segment with every quantisation table in use.
fn quantisation(frame: &Frame) -> Vec<u8> {
    let used = |slot: &u8| frame.components.iter().any(|component| component.table == *slot);
    let table = |slot: u8| frame.tables[usize::from(slot)].map(|table| [&[slot][..], &table].concat());
    (0..4).filter(used).filter_map(table).flatten().collect()
}

/// A file with the segments of the picture as they are; tables that stand together share a segment.
fn as_it_came(metadata: &[Kept<'_>], jpeg: &Jpeg<'_>) -> Vec<u8> {
    let mut out = head(metadata);
    let picture: Vec<Segment<'_>> = jpeg.picture().copied().collect();
    for group in picture.chunk_by(|one, next| one.marker == next.marker && matches!(one.marker, DHT | DQT)) {
        for segment in joined(group) {
            write_segment(&mut out, segment.0, &segment.1);
        }
        out.extend_from_slice(group.first().filter(|segment| segment.marker == SOS).map_or(&[], |scan| scan.coded));
    }
    out.extend_from_slice(&[0xFF, EOI]);
    out
}

fn joined<'a>(group: &[Segment<'a>]) -> Vec<(u8, Cow<'a, [u8]>)> {
    let length: usize = group.iter().map(|segment| segment.body.len()).sum();
    match group {
        [first, _, ..] if length < 60_000 => {
            vec![(first.marker, group.iter().flat_map(|segment| segment.body).copied().collect())]
        }
        _ => group.iter().map(|segment| (segment.marker, Cow::Borrowed(segment.body))).collect(),
    }
}
