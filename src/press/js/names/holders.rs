//! Who holds which name in which scope.

use super::{
    pool::{Pool, SHORT},
    problem::Problem,
};

/// Nobody.
pub(crate) const FREE: u32 = u32::MAX;
/// A name that stays.
pub(crate) const FIXED: u32 = u32::MAX - 1;

/// The holders of names of one letter, and which longer ones are taken.
pub(crate) struct Holders {
    /// [`SHORT`] holders per scope.
    short: Vec<u32>,
    /// The taken ones among them, as bits.
    taken: Vec<u64>,
    /// Bits of the longer names that are taken, per scope, counted from [`SHORT`].
    long: Vec<Vec<u64>>,
}

impl Holders {
    pub(crate) fn new(problem: &Problem, pool: &mut Pool) -> Self {
        let scopes = problem.parents.len();
        let mut holders =
            Self { short: vec![FREE; scopes * SHORT], taken: vec![0; scopes], long: vec![Vec::new(); scopes] };
        for fixed in &problem.fixed {
            if let Some(number) = pool.number(fixed.name.as_bytes()) {
                holders.put(&fixed.live, number, FIXED);
            }
        }
        holders
    }

    pub(crate) fn put(&mut self, live: &[u32], name: usize, holder: u32) {
        for &scope in live {
            let scope = scope as usize;
            let words = &mut self.long[scope];
            let (word, bit) = if name < SHORT {
                self.short[scope * SHORT + name] = holder;
                (&mut self.taken[scope], 1 << name)
            } else {
                let (word, bit) = ((name - SHORT) / 64, 1 << ((name - SHORT) % 64));
                if words.len() <= word {
                    words.resize(word + 1, 0);
                }
                (&mut words[word], bit)
            };
            if holder == FREE { *word &= !bit } else { *word |= bit }
        }
    }

    /// Who holds the one-letter name `name` in `scope`.
    pub(crate) fn holder(&self, scope: u32, name: usize) -> u32 {
        self.short[scope as usize * SHORT + name]
    }

    /// Bits of the one-letter names that are free in all of `live`.
    pub(crate) fn free_short(&self, live: &[u32]) -> u64 {
        let taken = live.iter().fold(0, |taken, &scope| taken | self.taken[scope as usize]);
        !taken & ((1 << SHORT) - 1)
    }

    /// The first longer name that is free in all of `live`.
    pub(crate) fn first_long(&self, live: &[u32]) -> usize {
        let words = |scope: u32| &self.long[scope as usize];
        let most = live.iter().map(|&scope| words(scope).len()).max().unwrap_or(0);
        for word in 0..most {
            let taken = live.iter().fold(0, |taken, &scope| taken | words(scope).get(word).copied().unwrap_or(0));
            if taken != u64::MAX {
                return SHORT + word * 64 + taken.trailing_ones() as usize;
            }
        }
        SHORT + most * 64
    }
}
