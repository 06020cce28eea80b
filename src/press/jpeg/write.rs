//! The entropy coder. Comes in: coefficients and the scans to make of them. Goes out: the segments from the frame header
//! to the last scan, each scan with the best Huffman tables for it. Never changes a coefficient, never writes restarts.

use super::{
    frame::Frame,
    scans::{Block, Planes},
    script::{Scan, is_rgb},
    segments::{DHT, SOF_BASELINE, SOF_PROGRESSIVE, SOS, write_segment},
    tokens::Tokens,
};

/// The first table for AC, and the only one of scans that have but one component.
const AC: u8 = 2;
/// How many blocks one run can skip.
const LONGEST_RUN: u32 = 0x7FFF;
/// "Sixteen zeros."
const SIXTEEN: u8 = 0xF0;

/// How the coefficients are laid out in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Sequential,
    Progressive,
}

/// Appends the frame and all `scans` of it to `out`.
pub(super) fn write(out: &mut Vec<u8>, frame: &Frame, planes: &Planes, mode: Mode, scans: &[Scan]) {
    write_frame(out, frame, mode);
    let mut coder = Coder { frame, planes, tokens: Tokens::new(), run: 0, run_at: 0 };
    for scan in scans {
        coder.tokens.clear();
        coder.scan(scan, mode);
        coder.write(out, scan);
    }
}

fn write_frame(out: &mut Vec<u8>, frame: &Frame, mode: Mode) {
    let marker = if mode == Mode::Progressive { SOF_PROGRESSIVE } else { SOF_BASELINE };
    let [h0, h1] = frame.height.to_be_bytes();
    let [w0, w1] = frame.width.to_be_bytes();
    let count = u8::try_from(frame.components.len()).unwrap_or_default();
    let mut body = vec![8, h0, h1, w0, w1, count];
    for component in &frame.components {
        body.extend([component.id, component.sampling.0 << 4 | component.sampling.1, component.table]);
    }
    write_segment(out, marker, &body);
}

struct Coder<'a> {
    frame: &'a Frame,
    planes: &'a Planes,
    tokens: Tokens,
    /// Blocks that have nothing more in this band, and the place kept for saying so.
    run: u32,
    run_at: usize,
}

impl Coder<'_> {
    /// The places of the DC and the AC table that a component uses: the first component mostly carries the picture.
    fn tables(&self, component: usize) -> (u8, u8) {
        if component == 0 || is_rgb(self.frame) { (0, AC) } else { (1, AC + 1) }
    }

    fn scan(&mut self, scan: &Scan, mode: Mode) {
        let low = scan.low;
        let mut predicted = [0; 4];
        match (mode, scan.band.0, scan.high) {
            (Mode::Sequential, ..) => self.each(scan, |coder, component, block| {
                let (dc, ac) = coder.tables(component);
                coder.first_dc(dc, block, &mut predicted[component], 0);
                coder.sequential_ac(ac, block);
            }),
            (Mode::Progressive, 0, 0) => self.each(scan, |coder, component, block| {
                let (dc, _) = coder.tables(component);
                coder.first_dc(dc, block, &mut predicted[component], low);
            }),
            (Mode::Progressive, 0, _) => self.each(scan, |coder, _, block| {
                coder.tokens.push_plain(u64::from(block[0] >> low & 1 == 1), 1);
            }),
            (Mode::Progressive, _, 0) => self.each(scan, |coder, _, block| coder.first_ac(block, scan)),
            (Mode::Progressive, ..) => self.each(scan, |coder, _, block| coder.refine_ac(block, scan)),
        }
        self.end_run();
    }

    /// Calls `code` for each block of the scan, in its order, with the component it belongs to.
    fn each(&mut self, scan: &Scan, mut code: impl FnMut(&mut Self, usize, &Block)) {
        let planes = self.planes;
        if let [component] = scan.components[..] {
            let (visible, padded) = (self.frame.components[component].visible, self.frame.components[component].padded);
            for row in planes[component].chunks(padded.0).take(visible.1) {
                row[..visible.0].iter().for_each(|block| code(self, component, block));
            }
            return;
        }
        for y in 0..self.frame.mcus.1 {
            for x in 0..self.frame.mcus.0 {
                for component in &scan.components {
                    let layout = &self.frame.components[*component];
                    let (across, down) = (usize::from(layout.sampling.0), usize::from(layout.sampling.1));
                    for row in y * down..(y + 1) * down {
                        let start = row * layout.padded.0 + x * across;
                        let blocks = &planes[*component][start..start + across];
                        for block in blocks {
                            code(self, *component, block);
                        }
                    }
                }
            }
        }
    }

    fn first_dc(&mut self, table: u8, block: &Block, predicted: &mut i16, low: u8) {
        let value = block[0] >> low;
        // Coefficients have at most 12 bits.
        let difference = value.wrapping_sub(*predicted);
        *predicted = value;
        let (size, bits) = sized(difference);
        self.tokens.push(table, size, bits, size.into());
    }

    fn sequential_ac(&mut self, table: u8, block: &Block) {
        let next = self.first_values(table, block, at_least(block, 0) & !1, 1, 0);
        if next < 64 {
            self.tokens.push(table, 0, 0, 0);
        }
    }

    fn first_ac(&mut self, block: &Block, scan: &Scan) {
        let values = at_least(block, scan.low) & mask(scan.band);
        if values != 0 {
            self.end_run();
        }
        if self.first_values(AC, block, values, scan.band.0, scan.low) <= scan.band.1 {
            self.extend_run();
        }
    }

    /// Codes those coefficients that `values` names, and the zeros between them; where the rest begins.
    fn first_values(&mut self, table: u8, block: &Block, mut values: u64, start: u8, low: u8) -> u8 {
        let mut next = start;
        while values != 0 {
            let at = trailing(values);
            values &= values - 1;
            let zeros = self.zeros(table, at - next);
            let value = block[usize::from(at)];
            let (size, bits) = sized(if value < 0 { -(-value >> low) } else { value >> low });
            self.tokens.push(table, zeros << 4 | size, bits, size.into());
            next = at + 1;
        }
        next
    }

    /// Codes whole sixteens of zeros; how many are left.
    fn zeros(&mut self, table: u8, count: u8) -> u8 {
        (0..count / 16).for_each(|_| self.tokens.push(table, SIXTEEN, 0, 0));
        count % 16
    }

    fn refine_ac(&mut self, block: &Block, scan: &Scan) {
        let band = mask(scan.band);
        let (mut values, known) = (at_least(block, scan.low) & band, at_least(block, scan.low + 1));
        let mut fresh = values & !known;
        let (mut next, mut zeros) = (scan.band.0, 0);
        let mut corrections = Corrections::default();
        while values != 0 {
            let at = trailing(values);
            values &= values - 1;
            zeros += at - next;
            next = at + 1;
            // Zeros after the last fresh coefficient belong to the run.
            while zeros > 15 && fresh != 0 {
                self.end_run();
                self.tokens.push(AC, SIXTEEN, 0, 0);
                corrections.write(&mut self.tokens);
                zeros -= 16;
            }
            let value = block[usize::from(at)];
            if known >> at & 1 == 1 {
                corrections.push(value.unsigned_abs() >> scan.low & 1 == 1);
                continue;
            }
            fresh &= fresh - 1;
            self.end_run();
            self.tokens.push(AC, zeros << 4 | 1, u32::from(value > 0), 1);
            corrections.write(&mut self.tokens);
            zeros = 0;
        }
        if zeros > 0 || next <= scan.band.1 || corrections.count > 0 {
            self.extend_run();
            corrections.write(&mut self.tokens);
        }
    }

    fn extend_run(&mut self) {
        if self.run == LONGEST_RUN {
            self.end_run();
        }
        if self.run == 0 {
            self.run_at = self.tokens.reserve();
        }
        self.run += 1;
    }

    fn end_run(&mut self) {
        if let Some(size) = self.run.checked_ilog2() {
            let symbol = u8::try_from(size << 4).unwrap_or_default();
            self.tokens.fill(self.run_at, AC, symbol, self.run - (1 << size), size);
            self.run = 0;
        }
    }

    /// Writes the tables, the header and the coded data of a scan.
    fn write(&self, out: &mut Vec<u8>, scan: &Scan) {
        let codes = self.tokens.codes();
        let mut tables = Vec::new();
        for (code, kind) in codes.iter().zip([0x00, 0x01, 0x10, 0x11]) {
            tables.extend(code.iter().flat_map(|code| std::iter::once(kind).chain(code.table())));
        }
        if !tables.is_empty() {
            write_segment(out, DHT, &tables);
        }
        let mut header = vec![u8::try_from(scan.components.len()).unwrap_or_default()];
        for component in &scan.components {
            let (dc, ac) = self.tables(*component);
            // Only tables that this scan uses are named.
            let slot = |table: u8| if codes[usize::from(table)].is_some() { table % 2 } else { 0 };
            header.extend([self.frame.components[*component].id, slot(dc) << 4 | slot(ac)]);
        }
        header.extend([scan.band.0, scan.band.1, scan.high << 4 | scan.low]);
        write_segment(out, SOS, &header);
        self.tokens.write(&codes, out);
    }
}

/// Bits that correct known coefficients, until the symbol before them is known.
#[derive(Default)]
struct Corrections {
    bits: u64,
    count: u32,
}

impl Corrections {
    fn push(&mut self, bit: bool) {
        self.bits = self.bits << 1 | u64::from(bit);
        self.count += 1;
    }

    fn write(&mut self, tokens: &mut Tokens) {
        tokens.push_plain(self.bits, self.count);
        *self = Self::default();
    }
}

/// How many bits a value has, and these bits in the sign convention of the standard.
fn sized(value: i16) -> (u8, u32) {
    let magnitude = value.unsigned_abs();
    let size = 16 - magnitude.leading_zeros();
    let bits = if value < 0 { !magnitude } else { magnitude };
    (u8::try_from(size).unwrap_or_default(), u32::from(bits) & ((1 << size) - 1))
}

fn trailing(set: u64) -> u8 {
    u8::try_from(set.trailing_zeros()).unwrap_or_default()
}

/// The coefficients of a band, as a set of bits.
fn mask((first, last): (u8, u8)) -> u64 {
    u64::MAX << first & u64::MAX >> (63 - last)
}

/// The coefficients of `block` that have any bit at or above `low`, as a set of bits.
fn at_least(block: &Block, low: u8) -> u64 {
    /// Moves the lowest bit of each byte into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut flags = [0_u8; 64];
    for (flag, value) in flags.iter_mut().zip(block) {
        *flag = u8::from(value.unsigned_abs() >> low != 0);
    }
    let eight = |flags: &[u8; 8]| u64::from_le_bytes(*flags).wrapping_mul(GATHER) >> 56;
    flags.as_chunks::<8>().0.iter().rev().fold(0, |set, flags| set << 8 | eight(flags))
}
