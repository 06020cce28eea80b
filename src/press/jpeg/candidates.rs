//! Ways to write the same picture. Comes in: segments and coefficients. Goes out: the shortest file found.
//!
//! The coder is libjpeg-turbo-rs. Restart markers are not written again: they help to resume damaged transmissions only.

use std::borrow::Cow;

use libjpeg_turbo_rs::{ComponentCoefficients, JpegCoefficients};

use super::{
    frame::Frame,
    metadata::Kept,
    scans::Planes,
    segments::{DHT, DQT, EOI, Jpeg, SOI, SOS, Segment, write_segment},
};
use crate::press::{KeptBecause, Level, picture::limits};

/// Above this many bytes a sequential file is practically never the smaller one.
const SEQUENTIAL_PAYS: usize = 64 << 10;

/// The shortest way to write the picture; also as it came in, with other metadata.
pub(super) fn shortest(
    jpeg: &Jpeg<'_>,
    frame: &Frame,
    planes: Planes,
    metadata: &[Kept<'_>],
    level: Level,
) -> Result<(Vec<u8>, Planes), KeptBecause> {
    let as_it_came: Vec<Segment<'_>> = jpeg.picture().copied().collect();
    let mut best = assemble(metadata, &as_it_came, None);
    let coefficients = coefficients(frame, planes);
    let tables = quantisation(frame);
    let length: usize = as_it_came.iter().map(|segment| segment.coded.len()).sum();
    let mut try_one = |write: &dyn Fn() -> libjpeg_turbo_rs::Result<Vec<u8>>| {
        // What the coder refuses is no candidate; that costs nothing but a chance.
        let Ok(file) = limits::guarded("libjpeg-turbo-rs", write)? else { return Ok(()) };
        let Ok(written) = Jpeg::read(&file) else { return Ok(()) };
        let picture: Vec<_> = written.picture().filter(|segment| segment.marker != DQT).copied().collect();
        let candidate = assemble(metadata, &picture, Some(&tables));
        if candidate.len() < best.len() {
            best = candidate;
        }
        Ok::<(), KeptBecause>(())
    };
    if level != Level::Fast || frame.progressive {
        try_one(&|| libjpeg_turbo_rs::write_coefficients_progressive(&coefficients, None))?;
    }
    if level == Level::Fast && !frame.progressive || level == Level::Max || length < SEQUENTIAL_PAYS {
        try_one(&|| libjpeg_turbo_rs::write_coefficients_optimized(&coefficients))?;
    }
    Ok((best, coefficients.components.into_iter().map(|component| component.blocks).collect()))
}

fn coefficients(frame: &Frame, planes: Planes) -> JpegCoefficients {
    let component = |(component, blocks): (&super::frame::Component, _)| ComponentCoefficients {
        blocks,
        blocks_x: component.padded.0,
        blocks_y: component.padded.1,
        h_sampling: component.sampling.0,
        v_sampling: component.sampling.1,
        quant_table_index: component.table,
        component_id: component.id,
    };
    JpegCoefficients {
        width: frame.width,
        height: frame.height,
        data_precision: 8,
        components: frame.components.iter().zip(planes).map(component).collect(),
        // Placeholders, one per slot: the tables in the file are written from those that came in.
        quant_tables: vec![[1; 64]; 4],
        restart_interval: 0,
        density_unit: 0,
        x_density: 1,
        y_density: 1,
        saw_jfif_marker: true,
        adobe_transform: None,
    }
}

/// The body of one segment with every quantisation table in use.
fn quantisation(frame: &Frame) -> Vec<u8> {
    let used = |slot: &u8| frame.components.iter().any(|component| component.table == *slot);
    let table = |slot: u8| frame.tables[usize::from(slot)].map(|table| [&[slot][..], &table].concat());
    (0..4).filter(used).filter_map(table).flatten().collect()
}

/// A file of `metadata` and `picture`; Huffman tables that stand together share a segment.
fn assemble(metadata: &[Kept<'_>], picture: &[Segment<'_>], tables: Option<&[u8]>) -> Vec<u8> {
    let mut out = vec![0xFF, SOI];
    for (marker, body) in metadata {
        write_segment(&mut out, *marker, body);
    }
    if let Some(tables) = tables {
        write_segment(&mut out, DQT, tables);
    }
    for group in picture.chunk_by(|one, next| one.marker == DHT && next.marker == DHT) {
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
