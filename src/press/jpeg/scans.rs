//! Strict entropy decoding. Comes in: segments and a frame. Goes out: every quantised coefficient, or why there are none.
//!
//! Ordinary decoders conceal damage. This one takes a file only if each scan ends exactly where its data ends, every
//! code exists, restarts stand where they must, and all scans together give every bit of every coefficient once.

use super::{
    bits::{Bits, Huffman},
    frame::Frame,
    segments::{DHT, DRI, Jpeg, SOS, Segment, broken, odd},
};
use crate::press::KeptBecause;

/// The coefficients of one block, in zigzag order.
pub(super) type Block = [i16; 64];

/// The blocks of each component, padded to whole MCUs, row by row.
pub(super) type Planes = Vec<Vec<Block>>;

/// How many bits a coefficient of an 8-bit picture can have.
const COEFFICIENT_BITS: u32 = 10;
/// How many bits the difference of two DC coefficients can have.
const DIFFERENCE_BITS: u32 = 11;

/// Why a scan cannot be decoded.
const DAMAGED: &str = "the coded data is damaged";

/// Decodes all scans of `jpeg`.
pub(super) fn decode(jpeg: &Jpeg<'_>, frame: &Frame) -> Result<Planes, KeptBecause> {
    let blocks = |component: &super::frame::Component| vec![[0; 64]; component.padded.0 * component.padded.1];
    let mut decoder = Decoder {
        frame,
        planes: frame.components.iter().map(blocks).collect(),
        progress: vec![[None; 64]; frame.components.len()],
        dc: [const { None }; 4],
        ac: [const { None }; 4],
        restart: 0,
    };
    for segment in &jpeg.segments {
        match segment.marker {
            DHT => decoder.tables(segment.body).ok_or_else(|| broken("a damaged Huffman table"))?,
            DRI => decoder.restart = restart(segment.body).ok_or_else(|| broken("a damaged restart interval"))?,
            SOS => decoder.scan(segment)?,
            _ => {}
        }
    }
    if decoder.progress.iter().flatten().any(|state| *state != Some(0)) {
        return Err(odd("not all of the picture is there"));
    }
    Ok(decoder.planes)
}

fn restart(body: &[u8]) -> Option<usize> {
    Some(u16::from_be_bytes(body.try_into().ok()?).into())
}

struct Decoder<'a> {
    frame: &'a Frame,
    planes: Planes,
    /// Per component and coefficient: the lowest bit that has been decoded.
    progress: Vec<[Option<u8>; 64]>,
    dc: [Option<Huffman>; 4],
    ac: [Option<Huffman>; 4],
    restart: usize,
}

/// The header of a scan.
struct Scan {
    /// Index into the frame, DC and AC table of each component.
    components: Vec<(usize, usize, usize)>,
    /// First and last coefficient.
    band: (usize, usize),
    /// The bit before (0: none yet) and the bit now.
    high: u8,
    low: u8,
}

impl Scan {
    fn read(body: &[u8], frame: &Frame) -> Option<Self> {
        let (count, rest) = body.split_first()?;
        let (raw, rest) = rest.split_at_checked(usize::from(*count) * 2)?;
        let [start, end, bits] = *rest else { return None };
        let component = |raw: &[u8; 2]| {
            let index = frame.components.iter().position(|component| component.id == raw[0])?;
            let (dc, ac) = (usize::from(raw[1] >> 4), usize::from(raw[1] & 15));
            (dc < 4 && ac < 4).then_some((index, dc, ac))
        };
        let components: Vec<_> = raw.as_chunks::<2>().0.iter().map(component).collect::<Option<_>>()?;
        let ordered = components.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let scan = Self { components, band: (start.into(), end.into()), high: bits >> 4, low: bits & 15 };
        (ordered && scan.is_allowed(frame)).then_some(scan)
    }

    fn is_allowed(&self, frame: &Frame) -> bool {
        let many = self.components.len() > 1;
        let blocks = |c: &(usize, usize, usize)| {
            let (across, down) = frame.components[c.0].sampling;
            usize::from(across) * usize::from(down)
        };
        let room = !many || self.components.iter().map(blocks).sum::<usize>() <= 10;
        let (start, end) = self.band;
        let shape = if frame.progressive {
            let band = if start == 0 { end == 0 } else { !many && start <= end && end < 64 };
            band && self.low <= 13 && (self.high == 0 || self.high == self.low + 1)
        } else {
            (start, end, self.high, self.low) == (0, 63, 0, 0)
        };
        !self.components.is_empty() && room && shape
    }

    fn is_dc(&self) -> bool {
        self.band.0 == 0
    }
}

impl Decoder<'_> {
    fn tables(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((kind, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total)?;
            let tables = match kind >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return None,
            };
            *tables.get_mut(usize::from(kind & 15))? = Some(Huffman::new(counts, symbols)?);
            body = rest;
        }
        Some(())
    }

    fn scan(&mut self, segment: &Segment<'_>) -> Result<(), KeptBecause> {
        let scan = Scan::read(segment.body, self.frame).ok_or_else(|| broken("an impossible scan"))?;
        self.advance(&scan)?;
        let (across, down) = match scan.components[..] {
            [(only, ..)] => self.frame.components[only].visible,
            _ => self.frame.mcus,
        };
        let total = across * down;
        let interval = if self.restart == 0 { total } else { self.restart };
        let mut stretches = Stretches::of(segment.coded);
        for (index, start) in (0..total).step_by(interval.max(1)).enumerate() {
            let expected = (index > 0).then(|| u8::try_from((index - 1) % 8).unwrap_or_default());
            let bytes = stretches.next(expected).ok_or_else(|| broken("a restart is missing or out of order"))?;
            let range = start..total.min(start + interval);
            self.stretch(&scan, bytes, range, across).ok_or_else(|| broken(DAMAGED))?;
        }
        if stretches.is_empty() { Ok(()) } else { Err(broken("more coded data than picture")) }
    }

    /// Notes which bits this scan brings, and refuses bits that came before or out of turn.
    fn advance(&mut self, scan: &Scan) -> Result<(), KeptBecause> {
        let before = (scan.high > 0).then_some(scan.high);
        for (component, ..) in &scan.components {
            let progress = &mut self.progress[*component];
            let turn = scan.is_dc() || progress[0].is_some();
            let band = &mut progress[scan.band.0..=scan.band.1];
            if !turn || band.iter().any(|state| *state != before) {
                return Err(odd("scans that repeat or skip a part of the picture"));
            }
            band.fill(Some(scan.low));
        }
        Ok(())
    }

    /// Decodes the MCUs of one restart interval.
    fn stretch(&mut self, scan: &Scan, bytes: &[u8], mcus: std::ops::Range<usize>, across: usize) -> Option<()> {
        let mut state = State { bits: Bits::new(bytes), predicted: [0; 4], run: 0 };
        for mcu in mcus {
            let (x, y) = (mcu % across, mcu / across);
            if let [(component, dc, ac)] = scan.components[..] {
                let at = y * self.frame.components[component].padded.0 + x;
                self.block(scan, &mut state, (component, dc, ac), at)?;
            } else {
                self.mcu(scan, &mut state, x, y)?;
            }
            if state.bits.is_overdrawn() {
                return None;
            }
        }
        (state.run == 0 && state.bits.is_used_up()).then_some(())
    }

    fn mcu(&mut self, scan: &Scan, state: &mut State<'_>, x: usize, y: usize) -> Option<()> {
        for part in &scan.components {
            let component = &self.frame.components[part.0];
            let (across, down) = (usize::from(component.sampling.0), usize::from(component.sampling.1));
            let stride = component.padded.0;
            for row in 0..down {
                for column in 0..across {
                    self.block(scan, state, *part, (y * down + row) * stride + x * across + column)?;
                }
            }
        }
        Some(())
    }

    fn block(
        &mut self,
        scan: &Scan,
        state: &mut State<'_>,
        (component, dc, ac): (usize, usize, usize),
        at: usize,
    ) -> Option<()> {
        let block = self.planes[component].get_mut(at)?;
        let (dc, ac) = (self.dc[dc].as_ref(), self.ac[ac].as_ref());
        match (self.frame.progressive, scan.is_dc(), scan.high) {
            (false, ..) => {
                state.first_dc(block, dc?, component, 0)?;
                state.sequential_ac(block, ac?)
            }
            (true, true, 0) => state.first_dc(block, dc?, component, scan.low),
            (true, true, _) => {
                block[0] |= i16::try_from(state.bits.take(1)).ok()? << scan.low;
                Some(())
            }
            (true, false, 0) => state.first_ac(block, ac?, scan),
            (true, false, _) => state.refine_ac(block, ac?, scan),
        }
    }
}

/// What lasts from block to block within a restart interval.
struct State<'a> {
    bits: Bits<'a>,
    predicted: [i32; 4],
    /// Blocks that are still to be skipped.
    run: u32,
}

impl State<'_> {
    fn first_dc(&mut self, block: &mut Block, table: &Huffman, component: usize, low: u8) -> Option<()> {
        let size = u32::from(self.bits.symbol(table)?);
        if size > DIFFERENCE_BITS {
            return None;
        }
        let predicted = &mut self.predicted[component];
        *predicted += self.bits.signed(size);
        let value = predicted.checked_shl(low.into()).filter(|value| value.abs() < 1 << DIFFERENCE_BITS)?;
        block[0] = i16::try_from(value).ok()?;
        Some(())
    }

    fn sequential_ac(&mut self, block: &mut Block, table: &Huffman) -> Option<()> {
        let mut at = 1;
        while at < 64 {
            let symbol = self.bits.symbol(table)?;
            let (zeros, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            match (zeros, size) {
                (0, 0) => return Some(()),
                (15, 0) => at += 16,
                (_, 1..=COEFFICIENT_BITS) => {
                    *block.get_mut(at + zeros)? = i16::try_from(self.bits.signed(size)).ok()?;
                    at += zeros + 1;
                }
                _ => return None,
            }
        }
        (at == 64).then_some(())
    }

    fn first_ac(&mut self, block: &mut Block, table: &Huffman, scan: &Scan) -> Option<()> {
        if self.run > 0 {
            self.run -= 1;
            return Some(());
        }
        let (mut at, end) = scan.band;
        while at <= end {
            let symbol = self.bits.symbol(table)?;
            let (zeros, size) = (symbol >> 4, u32::from(symbol & 15));
            match (zeros, size) {
                (15, 0) => at += 16,
                (_, 0) => {
                    self.run = self.run_length(zeros) - 1;
                    return Some(());
                }
                _ if size + u32::from(scan.low) <= COEFFICIENT_BITS => {
                    at += usize::from(zeros);
                    let value = i16::try_from(self.bits.signed(size)).ok()?;
                    *block.get_mut(at).filter(|_| at <= end)? = value << scan.low;
                    at += 1;
                }
                _ => return None,
            }
        }
        (at == end + 1).then_some(())
    }

    /// How many blocks, this one included, have nothing more in the band.
    fn run_length(&mut self, size: u8) -> u32 {
        (1 << size) + self.bits.take(size.into()).cast_unsigned()
    }

    fn refine_ac(&mut self, block: &mut Block, table: &Huffman, scan: &Scan) -> Option<()> {
        let (mut at, end) = scan.band;
        let bit = 1_i16 << scan.low;
        while self.run == 0 && at <= end {
            let symbol = self.bits.symbol(table)?;
            let (zeros, size) = (symbol >> 4, symbol & 15);
            let fresh = match (zeros, size) {
                (0..15, 0) => {
                    self.run = self.run_length(zeros);
                    break;
                }
                (_, 0) => 0,
                (_, 1) if self.bits.take(1) == 1 => bit,
                (_, 1) => -bit,
                _ => return None,
            };
            at = self.refine_past(block, (at, end), zeros, bit)?;
            if fresh != 0 {
                block[at] = fresh;
            }
            at += 1;
        }
        if self.run > 0 {
            for value in &mut block[at..=end] {
                self.refine(value, bit);
            }
            self.run -= 1;
        }
        Some(())
    }

    /// Refines known coefficients until `zeros` unknown ones are passed; where the one after those stands.
    fn refine_past(&mut self, block: &mut Block, (at, end): (usize, usize), zeros: u8, bit: i16) -> Option<usize> {
        let mut left = zeros;
        for (index, value) in block.iter_mut().enumerate().take(end + 1).skip(at) {
            if *value != 0 {
                self.refine(value, bit);
            } else if left == 0 {
                return Some(index);
            } else {
                left -= 1;
            }
        }
        None
    }

    fn refine(&mut self, value: &mut i16, bit: i16) {
        if *value != 0 && self.bits.take(1) == 1 {
            *value += if *value > 0 { bit } else { -bit };
        }
    }
}

/// Coded data cut at its restart markers, with the stuffing taken out.
struct Stretches<'a> {
    rest: Option<&'a [u8]>,
    plain: Vec<u8>,
}

impl<'a> Stretches<'a> {
    fn of(coded: &'a [u8]) -> Self {
        Self { rest: Some(coded), plain: Vec::new() }
    }

    fn is_empty(&self) -> bool {
        self.rest.is_none_or(<[u8]>::is_empty)
    }

    /// The bytes up to the next restart; the stretch must begin with the restart of this number, if any.
    fn next(&mut self, restart: Option<u8>) -> Option<&[u8]> {
        let mut rest = self.rest?;
        if let Some(number) = restart {
            rest = rest.strip_prefix(&[0xFF, 0xD0 + number])?;
        }
        self.plain.clear();
        loop {
            let Some(at) = memchr::memchr(0xFF, rest) else {
                self.plain.extend_from_slice(rest);
                self.rest = Some(&[]);
                break;
            };
            if rest.get(at + 1) != Some(&0) {
                self.plain.extend_from_slice(&rest[..at]);
                self.rest = Some(&rest[at..]);
                break;
            }
            self.plain.extend_from_slice(&rest[..=at]);
            rest = &rest[at + 2..];
        }
        Some(&self.plain)
    }
}
