//! Huffman codes and the bits they are read from.

/// How many bits the quick look-up takes.
const QUICK: u32 = 9;

/// A Huffman table as decoders need it.
#[derive(Clone, Debug)]
pub(super) struct Huffman {
    /// By the next [`QUICK`] bits: length of the code and its symbol; length 0 when the code is longer.
    quick: Box<[(u8, u8); 1 << QUICK]>,
    /// By length: the first code that is too large for it, aligned to 16 bits.
    limit: [u32; 17],
    /// By length: what to add to a code to get the index of its symbol.
    offset: [i32; 17],
    symbols: Vec<u8>,
}

impl Huffman {
    /// Builds a table from its code counts by length and its symbols; `None` when they are no prefix code.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut table =
            Self { quick: Box::new([(0, 0); 1 << QUICK]), limit: [0; 17], offset: [0; 17], symbols: symbols.to_vec() };
        let (mut code, mut index) = (0_u32, 0_usize);
        for (length, count) in (1_u32..).zip(counts) {
            let at = usize::try_from(length).ok()?;
            table.offset[at] = i32::try_from(index).ok()? - i32::try_from(code).ok()?;
            for _ in 0..*count {
                table.note(code, length, *symbols.get(index)?);
                (code, index) = (code + 1, index + 1);
            }
            if code > 1 << length {
                return None;
            }
            table.limit[at] = code << (16 - length);
            code <<= 1;
        }
        (index == symbols.len()).then_some(table)
    }

    fn note(&mut self, code: u32, length: u32, symbol: u8) {
        if length <= QUICK {
            let (first, count) = (code << (QUICK - length), 1 << (QUICK - length));
            for entry in self.quick.iter_mut().skip(first as usize).take(count) {
                *entry = (u8::try_from(length).unwrap_or_default(), symbol);
            }
        }
    }
}

/// Bits of one stretch of coded data without stuffing. Reads zeros after the end and remembers that it did.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    rest: &'a [u8],
    /// The next bits, at the top.
    buffer: u64,
    /// How many bits of `buffer` count.
    filled: u32,
    /// Bits that are not there but were lent.
    lent: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, buffer: 0, filled: 0, lent: 0 }
    }

    fn refill(&mut self) {
        if let Some(word) = self.rest.first_chunk::<8>() {
            self.buffer |= u64::from_be_bytes(*word) >> self.filled;
            let bytes = (63 - self.filled) / 8;
            self.rest = &self.rest[bytes as usize..];
            self.filled += bytes * 8;
            // Bits beyond `filled` are right already, but must not be mixed with themselves next time.
            self.buffer &= !(u64::MAX >> self.filled);
            return;
        }
        while self.filled <= 48 {
            let byte = if let Some((byte, rest)) = self.rest.split_first() {
                self.rest = rest;
                *byte
            } else {
                self.lent = self.lent.saturating_add(8);
                0
            };
            self.buffer |= u64::from(byte) << (56 - self.filled);
            self.filled += 8;
        }
    }

    fn peek(&mut self, count: u32) -> u32 {
        if self.filled < count {
            self.refill();
        }
        // At most 16 bits are ever asked for.
        u32::try_from(self.buffer >> 1 >> (63 - count)).unwrap_or_default()
    }

    fn skip(&mut self, count: u32) {
        self.buffer <<= count;
        self.filled -= count;
    }

    /// The next `count` bits, at most 16.
    pub(super) fn take(&mut self, count: u32) -> i32 {
        let bits = self.peek(count);
        self.skip(count);
        bits.cast_signed()
    }

    /// A number of `size` bits in the sign convention of the standard.
    pub(super) fn signed(&mut self, size: u32) -> i32 {
        if size == 0 {
            return 0;
        }
        let bits = self.take(size);
        if bits < 1 << (size - 1) { bits - (1 << size) + 1 } else { bits }
    }

    /// The next symbol; `None` when no code starts like this.
    pub(super) fn symbol(&mut self, table: &Huffman) -> Option<u8> {
        let ahead = self.peek(16);
        let (length, symbol) = table.quick[(ahead >> (16 - QUICK)) as usize];
        if length > 0 {
            self.skip(length.into());
            return Some(symbol);
        }
        let length = (QUICK + 1..=16).find(|length| ahead < table.limit[*length as usize])?;
        let index = (ahead >> (16 - length)).cast_signed() + table.offset[length as usize];
        self.skip(length);
        table.symbols.get(usize::try_from(index).ok()?).copied()
    }

    /// Whether more bits were taken than there are.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.lent > self.filled
    }

    /// Whether everything was taken but for the bits that fill up the last byte.
    pub(super) fn is_used_up(&self) -> bool {
        !self.is_overdrawn() && self.rest.is_empty() && self.filled - self.lent < 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_short_and_long_codes() {
        // 0, 10, 110 and 111000000000
        let counts = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        let table = Huffman::new(&counts, &[1, 2, 3, 9]).unwrap();
        let mut bits = Bits::new(&[0b0101_1011, 0b1000_0000, 0b0011_1111, 0b1111_1111]);
        let symbols: Vec<_> = (0..4).map(|_| bits.symbol(&table)).collect();
        assert_eq!(symbols, [1, 2, 3, 9].map(Some));
        assert_eq!(bits.symbol(&table), None);
    }

    #[test]
    fn over_full_codes_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Huffman::new(&counts, &[1, 2, 3]).is_none());
        counts[0] = 1;
        assert!(Huffman::new(&counts, &[1, 2]).is_none());
        assert!(Huffman::new(&counts, &[]).is_none());
    }

    #[test]
    fn counts_what_is_left_and_what_was_lent() {
        let bytes: Vec<u8> = (0..40).collect();
        let mut bits = Bits::new(&bytes);
        for byte in &bytes {
            assert!(!bits.is_used_up());
            assert_eq!((bits.take(3) << 5) | bits.take(5), i32::from(*byte));
        }
        assert!(bits.is_used_up() && !bits.is_overdrawn());
        bits.take(1);
        assert!(bits.is_overdrawn() && !bits.is_used_up());
    }

    #[test]
    fn signs_follow_the_standard() {
        let mut bits = Bits::new(&[0b0100_0110, 0b1100_0000]);
        let values: Vec<_> = [1, 1, 2, 2, 2, 2].map(|size| bits.signed(size)).to_vec();
        assert_eq!(values, [-1, 1, -3, -2, 2, 3]);
    }
}
