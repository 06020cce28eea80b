//! The shortest prefix code for symbols of given frequencies. Comes in: how often each symbol is written. Goes out: the
//! Huffman table of the file and each symbol's bits. Codes have 16 bits at most, and none consists of ones only.

/// The longest code that the format has.
const LONGEST: usize = 16;

/// A Huffman table as coders need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code {
    /// How many codes there are of each length.
    counts: [u8; LONGEST],
    /// The symbols in order of their codes.
    symbols: Vec<u8>,
}

impl Code {
    /// The best code for symbols that are seen so often.
    pub(super) fn best(seen: &[u32; 256]) -> Self {
        let often = |symbol: u8| seen[usize::from(symbol)];
        let mut symbols: Vec<u8> = (0..=u8::MAX).filter(|symbol| often(*symbol) > 0).collect();
        // Frequent symbols first; the order of equals decides nothing, but it must be one.
        symbols.sort_by_key(|symbol| (std::cmp::Reverse(often(*symbol)), *symbol));
        // The code of ones only goes to something that is never written, which makes it one of the longest.
        let never = std::iter::once(0);
        let rising: Vec<u64> = never.chain(symbols.iter().rev().map(|symbol| often(*symbol).into())).collect();
        let lengths = lengths(&rising);
        let mut counts = [0; LONGEST];
        for length in &lengths[1..] {
            counts[*length - 1] += 1;
        }
        Self { counts, symbols }
    }

    /// The table as it stands in a file.
    pub(super) fn table(&self) -> impl Iterator<Item = u8> {
        self.counts.iter().chain(&self.symbols).copied()
    }

    /// Each symbol with its code and the length of that.
    pub(super) fn codes(&self) -> impl Iterator<Item = (u8, u16, u8)> {
        let lengths = (1_u8..).zip(self.counts).flat_map(|(length, count)| std::iter::repeat_n(length, count.into()));
        let mut last = (0_u32, 0_u8);
        self.symbols.iter().zip(lengths).map(move |(symbol, length)| {
            let code = last.0 << (length - last.1);
            last = (code + 1, length);
            // No code has more than 16 bits.
            (*symbol, u16::try_from(code).unwrap_or_default(), length)
        })
    }
}

/// The best code lengths of at most [`LONGEST`] bits for `rising` weights, by the method called package-merge.
fn lengths(rising: &[u64]) -> Vec<usize> {
    let mut packages: Vec<u64> = Vec::new();
    let mut levels = Vec::with_capacity(LONGEST);
    for _ in 0..LONGEST {
        let (weights, single) = merged(rising, &packages);
        packages = weights.as_chunks::<2>().0.iter().map(|[one, other]| one + other).collect();
        levels.push(single);
    }
    let mut lengths = vec![0; rising.len()];
    let mut taken = (rising.len() * 2).saturating_sub(2);
    for single in levels.iter().rev() {
        let singles = single[..taken].iter().filter(|single| **single).count();
        lengths[..singles].iter_mut().for_each(|length| *length += 1);
        taken = (taken - singles) * 2;
    }
    // A symbol alone still needs a bit.
    for length in &mut lengths {
        *length = (*length).max(1);
    }
    lengths
}

/// Both lists in one rising order, and which entries are `singles`.
fn merged(singles: &[u64], packages: &[u64]) -> (Vec<u64>, Vec<bool>) {
    let (mut singles, mut packages) = (singles.iter().peekable(), packages.iter().peekable());
    std::iter::from_fn(|| {
        let single = match (singles.peek(), packages.peek()) {
            (Some(single), Some(package)) => single <= package,
            (single, _) => single.is_some(),
        };
        let next = if single { singles.next() } else { packages.next() };
        next.map(|weight| (*weight, single))
    })
    .unzip()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::press::jpeg::bits::{Bits, Huffman};

    fn seen(often: &[(u8, u32)]) -> [u32; 256] {
        let mut seen = [0; 256];
        for (symbol, count) in often {
            seen[usize::from(*symbol)] = *count;
        }
        seen
    }

    #[test]
    fn frequent_symbols_get_short_codes() {
        for (often, expected) in [
            (&[][..], &[][..]),
            (&[(7, 3)], &[(7, 0b0, 1)]),
            (&[(7, 3), (9, 1)], &[(7, 0b0, 1), (9, 0b10, 2)]),
            (&[(1, 8), (2, 4), (3, 2), (4, 2)], &[(1, 0b0, 1), (2, 0b10, 2), (3, 0b110, 3), (4, 0b1110, 4)]),
        ] {
            let codes: Vec<_> = Code::best(&seen(often)).codes().collect();
            assert_eq!(codes, expected, "{often:?}");
        }
    }

    #[test]
    fn no_code_is_too_long() {
        let mut fibonacci = [(0_u8, 1_u32); 30];
        for at in 2..30 {
            fibonacci[at] = (u8::try_from(at).unwrap(), fibonacci[at - 1].1 + fibonacci[at - 2].1);
        }
        fibonacci[1].0 = 1;
        let code = Code::best(&seen(&fibonacci));
        assert_eq!(code.codes().map(|(.., length)| length).max(), Some(16));
        assert_eq!(code.symbols.len(), 30);
    }

    proptest! {
        #[test]
        fn every_code_is_read_back_and_beats_what_could_be(often in prop::collection::vec((any::<u8>(), 1_u32..1 << 20), 1..256)) {
            let seen = seen(&often);
            let code = Code::best(&seen);
            let table: Vec<u8> = code.table().collect();
            let reader = Huffman::new(table[..16].try_into().unwrap(), &table[16..]).unwrap();
            let (mut bits, mut entropy, mut total) = (0.0, 0.0, 0.0);
            for (symbol, code, length) in code.codes() {
                prop_assert!(code != u16::MAX >> (16 - length), "ones only");
                let aligned = (code << (16 - length)).to_be_bytes();
                prop_assert_eq!(Bits::new(&aligned).symbol(&reader), Some(symbol));
                let count = f64::from(seen[usize::from(symbol)]);
                bits += count * f64::from(length);
                total += count;
                entropy -= count * count.log2();
            }
            entropy += total * total.log2();
            prop_assert!(bits <= entropy + 1.5 * total, "{bits} bits for {entropy}");
        }
    }
}
