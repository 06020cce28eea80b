//! What a scan says, before its codes are known. Comes in: symbols and plain bits, in order. Goes out: how often each
//! symbol came, so that the best codes can be made; and then the coded data.

use super::code::Code;

/// Huffman tables that one scan can use: two for DC, two for AC.
pub(super) const TABLES: usize = 4;
/// What stands for "no symbol, only bits".
const PLAIN: u32 = 4 << 8;

/// Symbols of a scan, each with the bits that follow it.
#[derive(Debug)]
pub(super) struct Tokens {
    /// From the top: 11 bits for table and symbol or [`PLAIN`], 5 for how many bits follow, 16 for those bits.
    list: Vec<u32>,
    seen: Box<[[u32; 256]; TABLES]>,
}

fn token(index: u32, bits: u32, count: u32) -> u32 {
    index << 21 | count << 16 | bits
}

impl Tokens {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), seen: Box::new([[0; 256]; TABLES]) }
    }

    /// Forgets everything but keeps its memory.
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.seen.as_flattened_mut().fill(0);
    }

    /// Adds a symbol and the `count` bits after it, at most 16.
    pub(super) fn push(&mut self, table: u8, symbol: u8, bits: u32, count: u32) {
        let token = self.seen_token(table, symbol, bits, count);
        self.list.push(token);
    }

    /// Adds at most 64 bits without a symbol.
    pub(super) fn push_plain(&mut self, bits: u64, mut count: u32) {
        while count > 0 {
            let now = count.min(16);
            count -= now;
            let part = bits >> count & ((1 << now) - 1);
            self.list.push(token(PLAIN, u32::try_from(part).unwrap_or_default(), now));
        }
    }

    /// Leaves room for a symbol that is not known yet.
    pub(super) fn reserve(&mut self) -> usize {
        self.list.push(token(PLAIN, 0, 0));
        self.list.len() - 1
    }

    /// Says what stands at a place that was reserved.
    pub(super) fn fill(&mut self, place: usize, table: u8, symbol: u8, bits: u32, count: u32) {
        self.list[place] = self.seen_token(table, symbol, bits, count);
    }

    fn seen_token(&mut self, table: u8, symbol: u8, bits: u32, count: u32) -> u32 {
        self.seen[usize::from(table)][usize::from(symbol)] += 1;
        token(u32::from(table) << 8 | u32::from(symbol), bits, count)
    }

    /// The best code of each table; `None` for those not used.
    pub(super) fn codes(&self) -> [Option<Code>; TABLES] {
        self.seen.each_ref().map(|seen| seen.iter().any(|count| *count > 0).then(|| Code::best(seen)))
    }

    /// Appends the coded data to `out`.
    pub(super) fn write(&self, codes: &[Option<Code>; TABLES], out: &mut Vec<u8>) {
        let mut entries = [(0_u16, 0_u8); (TABLES << 8) + 1];
        for (table, code) in codes.iter().enumerate() {
            for (symbol, code, length) in code.iter().flat_map(Code::codes) {
                entries[table << 8 | usize::from(symbol)] = (code, length);
            }
        }
        let mut writer = BitWriter { out, word: 0, free: 64 };
        for token in &self.list {
            let (code, length) = entries[(token >> 21) as usize];
            let count = token >> 16 & 31;
            writer.put(u64::from(code) << count | u64::from(token & 0xFFFF), u32::from(length) + count);
        }
        writer.finish();
    }
}

/// Writes bits, most significant first, with a zero after each byte of ones only.
struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// The last bits put; those above have been written.
    word: u64,
    /// How many more bits go into `word`.
    free: u32,
}

impl BitWriter<'_> {
    /// Writes the lower `count` bits, at most 32; there must be none above.
    fn put(&mut self, bits: u64, count: u32) {
        if count <= self.free {
            self.word = self.word << count | bits;
            self.free -= count;
        } else {
            let over = count - self.free;
            self.flush(self.word << self.free | bits >> over);
            self.word = bits;
            self.free = 64 - over;
        }
    }

    fn flush(&mut self, word: u64) {
        const TOPS: u64 = 0x8080_8080_8080_8080;
        const ONES: u64 = 0x0101_0101_0101_0101;
        let bytes = word.to_be_bytes();
        // A byte of ones is one whose top bit is set and goes when one is added; a carry may cry wolf.
        if word & TOPS & !word.wrapping_add(ONES) == 0 {
            self.out.extend_from_slice(&bytes);
        } else {
            self.stuffed(&bytes);
        }
    }

    fn stuffed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.out.push(*byte);
            if *byte == 0xFF {
                self.out.push(0);
            }
        }
    }

    /// Fills the last byte with ones.
    fn finish(mut self) {
        let pad = self.free % 8;
        self.put((1 << pad) - 1, pad);
        let left = (64 - self.free) as usize / 8;
        let bytes = self.word.checked_shl(self.free).unwrap_or_default().to_be_bytes();
        self.stuffed(&bytes[..left]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::press::jpeg::bits::{Bits, Huffman};

    fn unstuffed(coded: &[u8]) -> Vec<u8> {
        let after_ones = |at: usize| at > 0 && coded[at - 1] == 0xFF;
        (0..coded.len()).filter(|at| !after_ones(*at)).map(|at| coded[at]).collect()
    }

    #[test]
    fn bytes_of_ones_are_stuffed_and_the_end_is_filled_with_ones() {
        for (parts, expected) in [
            (&[][..], &[][..]),
            (&[(0, 1)], &[0x7F]),
            (&[(0xFFFF, 16)], &[0xFF, 0, 0xFF, 0]),
            (&[(1, 1)], &[0xFF, 0]),
            (&[(0xFEFF, 16), (0xFE01, 16), (0x7F80, 16), (0, 16)], &[0xFE, 0xFF, 0, 0xFE, 1, 0x7F, 0x80, 0, 0]),
        ] {
            let mut tokens = Tokens::new();
            for (bits, count) in parts {
                tokens.push_plain(*bits, *count);
            }
            let mut out = Vec::new();
            tokens.write(&tokens.codes(), &mut out);
            assert_eq!(out, expected, "{parts:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(parts in prop::collection::vec((0_u8..5, any::<u8>(), any::<u64>(), 0_u32..=16), 0..500)) {
            let mut tokens = Tokens::new();
            let cut = |bits: u64, count: u32| u32::try_from(bits & ((1 << count) - 1)).unwrap();
            for (table, symbol, bits, count) in &parts {
                match table {
                    4 => tokens.push_plain(*bits, *count * 4),
                    3 => {
                        let place = tokens.reserve();
                        tokens.fill(place, 3, *symbol, cut(*bits, *count), *count);
                    }
                    _ => tokens.push(*table, *symbol, cut(*bits, *count), *count),
                }
            }
            let codes = tokens.codes();
            let mut out = Vec::new();
            tokens.write(&codes, &mut out);
            let plain = unstuffed(&out);
            let readers = codes.map(|code| {
                let table: Vec<u8> = code?.table().collect();
                Huffman::new(table[..16].try_into().unwrap(), &table[16..])
            });
            let mut reader = Bits::new(&plain);
            for (table, symbol, bits, count) in &parts {
                if *table < 4 {
                    prop_assert_eq!(reader.symbol(readers[usize::from(*table)].as_ref().unwrap()), Some(*symbol));
                    prop_assert_eq!(reader.take(*count).cast_unsigned(), cut(*bits, *count));
                } else {
                    for part in (0..*count * 4).rev() {
                        prop_assert_eq!(reader.take(1).cast_unsigned(), cut(*bits >> part, 1));
                    }
                }
            }
            prop_assert!(reader.is_used_up());
        }
    }
}
