//! The frame: size, components, quantisation. Comes in: segments. Goes out: a frame of the one kind we press (8 bits,
//! Huffman-coded, sequential or progressive, 1, 3 or 4 components), or what it is instead.

use super::segments::{
    DHT, DQT, DRI, Jpeg, SOF_BASELINE, SOF_EXTENDED, SOF_PROGRESSIVE, SOI, SOS, Segment, broken, odd, take_segment,
};
use crate::press::{KeptBecause, picture::limits};

/// One colour plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Blocks per MCU, across and down.
    pub(super) sampling: (u8, u8),
    /// Which quantisation table.
    pub(super) table: u8,
    /// Blocks that show something, across and down.
    pub(super) visible: (usize, usize),
    /// Blocks with those that only fill the last MCUs.
    pub(super) padded: (usize, usize),
}

/// A frame that we can press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) progressive: bool,
    pub(super) components: Vec<Component>,
    /// MCUs of an interleaved scan, across and down.
    pub(super) mcus: (usize, usize),
    /// Quantisation tables by slot, in file (zigzag) order.
    pub(super) tables: [Option<[u8; 64]>; 4],
}

impl Frame {
    /// Finds the frame of `jpeg` and its tables.
    pub(super) fn read(jpeg: &Jpeg<'_>) -> Result<Self, KeptBecause> {
        let mut frames = jpeg.segments.iter().filter(|segment| is_frame(segment.marker));
        let header = frames.next().ok_or_else(|| broken("no frame header"))?;
        if frames.next().is_some() {
            return Err(odd("more than one frame"));
        }
        let mut frame = Self::header(header)?;
        if jpeg.head().iter().all(|segment| segment.marker != header.marker) {
            return Err(broken("a scan before the frame header"));
        }
        let late = &jpeg.segments[jpeg.head().len()..];
        if late.iter().any(|segment| segment.marker == DQT) {
            return Err(odd("quantisation tables that change between scans"));
        }
        if let Some(other) = jpeg.picture().find(|segment| !is_known(segment.marker)) {
            return Err(odd(format!("a segment of the kind FF{:02X}", other.marker)));
        }
        frame.tables = tables(jpeg)?;
        if frame.components.iter().any(|c| frame.tables.get(usize::from(c.table)).is_none_or(Option::is_none)) {
            return Err(broken("a quantisation table is missing"));
        }
        Ok(frame)
    }

    fn header(segment: &Segment<'_>) -> Result<Self, KeptBecause> {
        let progressive = match segment.marker {
            SOF_BASELINE | SOF_EXTENDED => false,
            SOF_PROGRESSIVE => true,
            0xC3 | 0xC7 | 0xCB | 0xCF => return Err(odd("lossless JPEG")),
            0xC5 | 0xC6 => return Err(odd("hierarchical JPEG")),
            _ => return Err(odd("arithmetic coding")),
        };
        let [depth, h0, h1, w0, w1, count, components @ ..] = segment.body else {
            return Err(broken("a frame header that is too short"));
        };
        if *depth != 8 {
            return Err(odd(format!("{depth} bits per sample")));
        }
        let (width, height) = (u16::from_be_bytes([*w0, *w1]), u16::from_be_bytes([*h0, *h1]));
        if width == 0 || height == 0 {
            return Err(odd("a size that is not in its header"));
        }
        let (components, rest) = components.as_chunks::<3>();
        if usize::from(*count) != components.len() || !rest.is_empty() {
            return Err(broken("a frame header of the wrong length"));
        }
        if !matches!(components.len(), 1 | 3 | 4) {
            return Err(odd(format!("{} components", components.len())));
        }
        Self::layout((width, height), progressive, components)
    }

    fn layout((width, height): (u16, u16), progressive: bool, raw: &[[u8; 3]]) -> Result<Self, KeptBecause> {
        let sampling = |raw: &[u8; 3]| (raw[1] >> 4, raw[1] & 15);
        let sane = |(across, down): (u8, u8)| (1..=4).contains(&across) && (1..=4).contains(&down);
        let twins = raw.iter().enumerate().any(|(at, one)| raw[..at].iter().any(|other| other[0] == one[0]));
        if twins || !raw.iter().all(|raw| sane(sampling(raw))) {
            return Err(broken("impossible components"));
        }
        let most = |pick: fn((u8, u8)) -> u8| raw.iter().map(|raw| pick(sampling(raw))).max().map_or(1, usize::from);
        let (across, down) = (most(|s| s.0), most(|s| s.1));
        let (width_px, height_px) = (usize::from(width), usize::from(height));
        let mcus = (width_px.div_ceil(across * 8), height_px.div_ceil(down * 8));
        let component = |raw: &[u8; 3]| {
            let (h, v) = sampling(raw);
            let (h_blocks, v_blocks) = (usize::from(h), usize::from(v));
            Component {
                id: raw[0],
                sampling: (h, v),
                table: raw[2],
                visible: ((width_px * h_blocks).div_ceil(across * 8), (height_px * v_blocks).div_ceil(down * 8)),
                padded: (mcus.0 * h_blocks, mcus.1 * v_blocks),
            }
        };
        let components = raw.iter().map(component).collect();
        let frame = Self { width, height, progressive, components, mcus, tables: [None; 4] };
        if frame.weight() > limits::MOST_MEMORY {
            return Err(limits::too_large(width.into(), height.into(), frame.weight()));
        }
        Ok(frame)
    }

    /// Working memory of a press: the coefficients and either those that the check reads, with its pixels, or at worst
    /// twice as much again for the symbols of one scan; and some copies of the file. Never less than three times the
    /// coefficients.
    pub(super) fn weight(&self) -> u64 {
        let blocks: usize = self.components.iter().map(|c| c.padded.0 * c.padded.1).sum();
        let pixels = u64::from(self.width) * u64::from(self.height);
        (blocks as u64) * (64 * 2 * 2) + pixels * 8 + (4 << 20)
    }
}

/// Working memory for the JPEG that starts with `head`: more than there is when it would be refused, `None` when its
/// frame header is not there.
pub(in crate::press) fn declared_weight(head: &[u8]) -> Option<u64> {
    let mut rest = head.strip_prefix(&[0xFF, SOI])?;
    while let Ok(Some(segment)) = take_segment(&mut rest) {
        if is_frame(segment.marker) {
            return Some(Frame::header(&segment).map_or(u64::MAX, |frame| frame.weight()));
        }
    }
    None
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

fn is_known(marker: u8) -> bool {
    matches!(marker, SOF_BASELINE | SOF_EXTENDED | SOF_PROGRESSIVE | DHT | SOS | DQT | DRI)
}

fn tables(jpeg: &Jpeg<'_>) -> Result<[Option<[u8; 64]>; 4], KeptBecause> {
    let mut tables = [None; 4];
    for segment in jpeg.head().iter().filter(|segment| segment.marker == DQT) {
        let mut rest = segment.body;
        while let Some((kind, after)) = rest.split_first() {
            let (table, after) = match kind >> 4 {
                0 => after.split_first_chunk::<64>().map(|(table, after)| (*table, after)),
                1 => return Err(odd("quantisation of 16 bits")),
                _ => None,
            }
            .ok_or_else(|| broken("a damaged quantisation table"))?;
            let slot = tables.get_mut(usize::from(kind & 15)).ok_or_else(|| broken("a damaged quantisation table"))?;
            *slot = Some(table);
            rest = after;
        }
    }
    Ok(tables)
}
