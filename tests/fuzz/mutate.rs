//! Turns good input into bad: the same sequence for the same seed.

/// Numbers that look random and are the same in each run (xorshift).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % end
    }

    /// One of `items`.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &'a [&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// Bytes that parsers tend to stumble over.
const ODD: [u8; 14] = [0, 1, 9, 10, 13, 0x1b, b'"', b'\\', 0x7f, 0x80, 0xbf, 0xc0, 0xf4, 0xff];

/// Changes `input` in one to eight ways; `others` may lend parts, `tokens` are words of the language.
pub(crate) fn mutate(dice: &mut Dice, input: &[u8], others: &[Vec<u8>], tokens: &[&str]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.below(8) {
        once(dice, &mut bytes, others, tokens);
    }
    bytes.truncate(1 << 20);
    bytes
}

fn once(dice: &mut Dice, bytes: &mut Vec<u8>, others: &[Vec<u8>], tokens: &[&str]) {
    let at = dice.below(bytes.len() + 1);
    let longest = if dice.below(4) == 0 { 4000 } else { 16 };
    let length = dice.below(longest).min(bytes.len() - at);
    match dice.below(9) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 if at < bytes.len() => bytes[at] = ODD[dice.below(ODD.len())],
        2 => drop(bytes.drain(at..at + length)),
        3 => bytes.truncate(at),
        4 => {
            let part = bytes[at..at + length].to_vec();
            bytes.splice(at..at, part);
        }
        5 => {
            let other = &others[dice.below(others.len())];
            let from = dice.below(other.len() + 1);
            let part = other[from..(from + 1 + dice.below(2000)).min(other.len())].to_vec();
            bytes.splice(at..at + length, part);
        }
        6 if !tokens.is_empty() => drop(bytes.splice(at..at, dice.pick(tokens).bytes())),
        // Nesting is what recursion dies of.
        7 if !tokens.is_empty() => {
            let times = 1 << dice.below(15);
            bytes.splice(at..at, dice.pick(tokens).repeat(times).into_bytes());
        }
        _ => bytes.insert(at, u8::try_from(dice.below(256)).unwrap()),
    }
}
