//! The names to choose from, shortest first, and among equals those of letters that the script uses anyway.

use rustc_hash::{FxHashMap, FxHashSet};

use super::problem::Problem;

/// Letters a name may start with; digits may follow.
const FIRST: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_";
const FOLLOWING: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_0123456789";

/// How many names have one letter.
pub(crate) const SHORT: usize = FIRST.len();

/// Words with a meaning, up to four letters: five are needed only where more than fourteen million names meet.
const RESERVED: [&str; 26] = [
    "as", "do", "if", "in", "is", "of", "NaN", "for", "get", "let", "new", "set", "try", "var", "case", "else", "enum",
    "eval", "from", "null", "this", "true", "type", "void", "with", "any",
];

/// Names by number.
pub(crate) struct Pool {
    first: Vec<u8>,
    following: Vec<u8>,
    names: Vec<Vec<u8>>,
    numbers: FxHashMap<Vec<u8>, usize>,
    avoided: FxHashSet<Vec<u8>>,
    next: usize,
}

impl Pool {
    /// For the script of `problem`. Names of three letters and more that stay in it are never made.
    pub(crate) fn new(problem: &Problem) -> Self {
        let mut counts = [0_usize; 256];
        for &byte in &problem.literals {
            counts[usize::from(byte)] += 1;
        }
        let by_use = |letters: &[u8]| {
            let mut letters = letters.to_vec();
            letters.sort_by_key(|&letter| std::cmp::Reverse(counts[usize::from(letter)]));
            letters
        };
        let reserved = RESERVED.iter().map(|word| word.as_bytes());
        let fixed = problem.fixed.iter().map(|fixed| fixed.name.as_bytes()).filter(|name| name.len() > 2);
        let mut pool = Self {
            first: by_use(FIRST),
            following: by_use(FOLLOWING),
            names: Vec::new(),
            numbers: FxHashMap::default(),
            avoided: reserved.chain(fixed).map(<[u8]>::to_vec).collect(),
            next: 0,
        };
        pool.name(SHORT - 1);
        pool
    }

    /// The name with this number.
    pub(crate) fn name(&mut self, number: usize) -> &[u8] {
        while self.names.len() <= number {
            let name = self.made(self.next);
            self.next += 1;
            if !self.avoided.contains(&name) {
                self.numbers.insert(name.clone(), self.names.len());
                self.names.push(name);
            }
        }
        &self.names[number]
    }

    /// The number of `name`, if it has at most two letters and could be made here.
    pub(crate) fn number(&mut self, name: &[u8]) -> Option<usize> {
        if name.len() == 2 {
            self.name(SHORT + FIRST.len() * FOLLOWING.len() - RESERVED.len());
        }
        self.numbers.get(name).copied().filter(|_| name.len() <= 2)
    }

    /// All combinations of letters in order of length.
    fn made(&self, mut index: usize) -> Vec<u8> {
        let (mut block, mut length) = (SHORT, 1);
        while index >= block {
            index -= block;
            block *= self.following.len();
            length += 1;
        }
        let mut name = vec![self.first[index % SHORT]];
        index /= SHORT;
        for _ in 1..length {
            name.push(self.following[index % self.following.len()]);
            index /= self.following.len();
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::js::names::problem::Fixed;

    #[test]
    fn names_are_valid_and_all_different() {
        let literals = b"function(){return this}".to_vec();
        let fixed = vec![Fixed { name: "ttt".to_owned(), live: vec![0] }];
        let mut pool = Pool::new(&Problem { literals, fixed, ..Problem::default() });
        let names: Vec<_> = (0..20_000).map(|number| String::from_utf8(pool.name(number).to_vec()).unwrap()).collect();
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert!(names.windows(2).all(|pair| pair[0].len() <= pair[1].len()));
        assert!(["t", "n", "i"].contains(&names[0].as_str()), "{}", names[0]);
        assert!(names.iter().all(|name| !name.starts_with(|c: char| c.is_ascii_digit())));
        for word in ["do", "if", "in", "as", "of", "new", "let", "ttt"] {
            assert!(!names.iter().any(|name| name == word), "{word}");
        }
        assert_eq!((pool.number(b"do"), pool.number(b"nope")), (None, None));
        assert_eq!(pool.number(names[60].as_bytes()), Some(60));
    }
}
