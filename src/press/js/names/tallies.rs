//! How often each one-letter name stands in each context, and what its next use there gains.
//!
//! Most contexts have a few uses only, so they hold a short list of names; the others have a row for all names. What does
//! not fit into the processor's caches takes most of the time here.

use super::contexts::NONE;

/// Width of a row: one-letter names, rounded up.
pub(super) const ROW: usize = 64;

/// Contexts with more uses than this have a row.
const MOST_LISTED: usize = 15;

/// Counts from here on are worth the same.
const KNOWN: usize = 64;

/// How many times likelier a name is where it was seen once.
const LIKELIER: u64 = 5;

/// Where the counts of a context are.
#[derive(Clone, Copy)]
enum Place {
    Nowhere,
    Row(usize),
    List { start: usize, end: usize },
}

/// A [`Place`] in 32 bits, so that many of them are at hand.
#[derive(Clone, Copy)]
struct Address(u32);

impl Address {
    const LENGTH_BITS: u32 = 4;
    const NOWHERE: Self = Self(u32::MAX);

    /// Of the row with this number.
    fn row(number: usize) -> Self {
        Self::new(number, 0)
    }

    /// Of a list of `length`, up to [`MOST_LISTED`].
    fn list(start: usize, length: usize) -> Self {
        Self::new(start, length)
    }

    /// What lies too far out to be told is not counted.
    fn new(start: usize, length: usize) -> Self {
        let parts = u32::try_from(start).ok().filter(|start| start.leading_zeros() > Self::LENGTH_BITS);
        let Some((start, length)) = parts.zip(u32::try_from(length).ok()) else { return Self::NOWHERE };
        Self(start << Self::LENGTH_BITS | length)
    }

    fn place(self) -> Place {
        let (start, length) = ((self.0 >> Self::LENGTH_BITS) as usize, (self.0 as usize) & MOST_LISTED);
        match length {
            _ if self.0 == Self::NOWHERE.0 => Place::Nowhere,
            0 => Place::Row(start * ROW),
            _ => Place::List { start, end: start + length },
        }
    }
}

/// A one-letter name and how often it stands in a context; a count of zero ends the list.
#[derive(Clone, Copy, Default)]
struct Listed {
    name: u8,
    count: u8,
}

/// The counts of all contexts of `V` views.
pub(crate) struct Tallies<const V: usize> {
    /// For each use, one address per view.
    of_use: Vec<[Address; V]>,
    lists: Vec<Listed>,
    row_counts: Vec<u16>,
    /// What the next use of each name gains, kept beside its count so that whole rows can be added up.
    row_gains: Vec<i16>,
    /// By view and count.
    worth: [[i16; KNOWN]; V],
    /// The gains of so many uses fit into 16 bits.
    at_once: usize,
}

impl<const V: usize> Tallies<V> {
    /// For uses with these contexts, one per view, and what a repetition is worth in each view. Nothing is counted yet.
    pub(crate) fn new(contexts: &[[u32; V]], weights: [i32; V]) -> Self {
        let count = contexts.iter().flatten().filter(|context| **context != NONE).max().map_or(0, |&last| last + 1);
        let mut uses = vec![0_usize; count as usize];
        for &context in contexts.iter().flatten().filter(|context| **context != NONE) {
            uses[context as usize] += 1;
        }
        let (mut rows, mut listed) = (0, 0);
        let addresses: Vec<Address> = uses
            .iter()
            .map(|&uses| {
                if uses > MOST_LISTED {
                    rows += 1;
                    Address::row(rows - 1)
                } else {
                    listed += uses;
                    Address::list(listed - uses, uses)
                }
            })
            .collect();
        let address = |context| addresses.get(context as usize).copied().unwrap_or(Address::NOWHERE);
        let worth = weights.map(worth);
        let most: i32 = worth.iter().map(|worth| i32::from(worth[KNOWN - 1])).sum();
        Self {
            of_use: contexts.iter().map(|contexts| contexts.map(address)).collect(),
            lists: vec![Listed::default(); listed],
            row_counts: vec![0; rows * ROW],
            row_gains: vec![0; rows * ROW],
            worth,
            at_once: usize::try_from(i32::from(i16::MAX) / most.max(1)).unwrap_or(1).max(1),
        }
    }

    /// One more use of `name` where the use with this number stands.
    pub(crate) fn add(&mut self, number: usize, name: usize) {
        self.change(number, name, 1);
    }

    /// One use less.
    pub(crate) fn remove(&mut self, number: usize, name: usize) {
        self.change(number, name, -1);
    }

    fn change(&mut self, number: usize, name: usize, by: i16) {
        for (address, worth) in self.of_use[number].iter().zip(&self.worth) {
            match address.place() {
                Place::Nowhere => {}
                Place::Row(start) => {
                    let count = &mut self.row_counts[start + name];
                    *count = count.saturating_add_signed(by);
                    self.row_gains[start + name] = worth[usize::from(*count).min(KNOWN - 1)];
                }
                Place::List { start, end } => change_list(&mut self.lists[start..end], name, by),
            }
        }
    }

    /// What each one-letter name would gain where these uses stand, all together.
    pub(crate) fn gains(&self, uses: &[u32]) -> [i32; ROW] {
        let mut sum = [0_i32; ROW];
        for some in uses.chunks(self.at_once) {
            // Narrow numbers are added up twice as many at a time.
            let mut narrow = [0_i16; ROW];
            some.iter().for_each(|&number| self.add_gains(number as usize, &mut narrow));
            for (total, gain) in sum.iter_mut().zip(narrow) {
                *total += i32::from(gain);
            }
        }
        sum
    }

    fn add_gains(&self, number: usize, sum: &mut [i16; ROW]) {
        for (address, worth) in self.of_use[number].iter().zip(&self.worth) {
            match address.place() {
                Place::Nowhere => {}
                Place::Row(start) => {
                    for (total, &gain) in sum.iter_mut().zip(&self.row_gains[start..start + ROW]) {
                        *total += gain;
                    }
                }
                Place::List { start, end } => {
                    for listed in self.lists[start..end].iter().take_while(|listed| listed.count > 0) {
                        sum[usize::from(listed.name) % ROW] += worth[usize::from(listed.count) % KNOWN];
                    }
                }
            }
        }
    }

    /// What is lost when the use with this number goes from one name to another.
    pub(crate) fn loss(&self, number: usize, from: usize, to: usize) -> i32 {
        let lost = self.of_use[number].iter().zip(&self.worth).map(|(address, worth)| {
            let [from, to] = match address.place() {
                Place::Nowhere => return 0,
                Place::Row(start) => [from, to].map(|name| usize::from(self.row_counts[start + name])),
                Place::List { start, end } => [from, to].map(|name| listed(&self.lists[start..end], name)),
            };
            // Its own use is among the counts of the name it has.
            i32::from(worth[from.saturating_sub(1).min(KNOWN - 1)]) - i32::from(worth[to.min(KNOWN - 1)])
        });
        lost.sum()
    }
}

fn listed(list: &[Listed], name: usize) -> usize {
    let found = list.iter().take_while(|listed| listed.count > 0).find(|listed| usize::from(listed.name) == name);
    found.map_or(0, |listed| usize::from(listed.count))
}

fn change_list(list: &mut [Listed], name: usize, by: i16) {
    let used = list.iter().position(|listed| listed.count == 0).unwrap_or(list.len());
    let at = list[..used].iter().position(|listed| usize::from(listed.name) == name);
    match at {
        Some(at) => {
            let count = i16::from(list[at].count) + by;
            list[at].count = u8::try_from(count).unwrap_or(0);
            if count <= 0 {
                list.swap(at, used - 1);
            }
        }
        // A list is as long as its context has uses: there is room for each.
        None if by > 0 && used < list.len() => {
            list[used] = Listed { name: u8::try_from(name).unwrap_or(0), count: 1 };
        }
        None => {}
    }
}

/// What a count is worth: the logarithm of how much likelier it makes the name.
fn worth(weight: i32) -> [i16; KNOWN] {
    std::array::from_fn(|count| {
        let ratio = (count as u64 * LIKELIER + 1) << 8;
        i16::try_from(i64::from(weight) * (log2(ratio) - log2(1 << 8)) / 256).unwrap_or(i16::MAX)
    })
}

/// 256 times the logarithm to base two, in whole numbers, so that it is the same everywhere.
pub(crate) fn log2(value: u64) -> i64 {
    let value = value.max(1);
    let whole = value.ilog2();
    let mut mantissa = if whole >= 31 { value >> (whole - 31) } else { value << (31 - whole) };
    let mut result = i64::from(whole);
    for _ in 0..8 {
        mantissa = (mantissa * mantissa) >> 31;
        result <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            result |= 1;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::press::js::names::pool::SHORT;

    const _: () = assert!(SHORT <= ROW && MOST_LISTED < 1 << Address::LENGTH_BITS);

    proptest! {
        /// Lists and rows say what plain counting says.
        #[test]
        fn counts_are_right(
            contexts in proptest::collection::vec([0_u32..6, 0_u32..40], 1..80),
            steps in proptest::collection::vec((any::<prop::sample::Index>(), 0..SHORT), 0..120),
        ) {
            let mut tallies = Tallies::new(&contexts.iter().map(|[one, other]| [*one, 6 + *other]).collect::<Vec<_>>(), [40, 7]);
            let mut names: Vec<Option<usize>> = vec![None; contexts.len()];
            for (use_, name) in steps {
                let number = use_.index(contexts.len());
                if let Some(old) = names[number].replace(name) {
                    tallies.remove(number, old);
                }
                tallies.add(number, name);
            }
            for (number, at) in contexts.iter().enumerate() {
                let sum = tallies.gains(&[u32::try_from(number).unwrap(); 2]);
                let count = |view: usize, name: usize| {
                    contexts.iter().zip(&names).filter(|(other, held)| other[view] == at[view] && **held == Some(name)).count()
                };
                for (name, sum) in sum.into_iter().enumerate().take(SHORT) {
                    let gain = i32::from(worth(40)[count(0, name)]) + i32::from(worth(7)[count(1, name)]);
                    prop_assert_eq!(sum, 2 * gain);
                }
            }
        }
    }
}
