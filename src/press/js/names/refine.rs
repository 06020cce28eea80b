//! Better names by what stands around their uses: names move to where the same surroundings have them already.

use super::{
    contexts::{Contexts, NONE, View},
    holders::{FIXED, FREE, Holders},
    pool::{Pool, SHORT},
    problem::Problem,
};

/// How names are judged, and for how long.
#[derive(Clone, Debug)]
pub(crate) struct Tuning {
    pub(crate) views: Vec<View>,
    pub(crate) sweeps: usize,
    /// What a name gains from being common in the whole script.
    pub(crate) share_weight: i32,
}

/// Width of a row of counts: one-letter names, rounded up.
const ROW: usize = 64;

/// Improves `names` in place, sweep by sweep.
pub(crate) fn refine(problem: &Problem, holders: &mut Holders, names: &mut [usize], pool: &mut Pool, tuning: &Tuning) {
    let uses = Uses::of(problem);
    for _ in 0..tuning.sweeps {
        let texts: Vec<Vec<u8>> = names.iter().map(|&name| pool.name(name).to_vec()).collect();
        let contexts = Contexts::of(problem, &texts, &tuning.views);
        let mut sweep = Sweep::new(problem, &uses, contexts, tuning, names);
        let mut moves = 0;
        for binding in 0..problem.bindings.len() {
            moves += usize::from(sweep.improve(binding, holders, names));
        }
        if moves == 0 {
            break;
        }
    }
}

/// The uses of each binding.
struct Uses {
    starts: Vec<usize>,
    list: Vec<u32>,
}

impl Uses {
    fn of(problem: &Problem) -> Self {
        let mut starts = vec![0; problem.bindings.len() + 1];
        for slot in &problem.slots {
            starts[slot.binding as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let (mut next, mut list) = (starts.clone(), vec![0; problem.slots.len()]);
        for (number, slot) in (0..).zip(&problem.slots) {
            let at = &mut next[slot.binding as usize];
            list[*at] = number;
            *at += 1;
        }
        Self { starts, list }
    }

    fn of_binding(&self, binding: usize) -> &[u32] {
        &self.list[self.starts[binding]..self.starts[binding + 1]]
    }
}

/// One pass over all bindings with the surroundings as they were at its start.
struct Sweep<'a> {
    problem: &'a Problem,
    uses: &'a Uses,
    views: usize,
    contexts: Contexts,
    /// How often each one-letter name stands in each context.
    counts: Vec<u16>,
    /// What the next use of the name there gains.
    gains: Vec<i16>,
    /// By view and count.
    worth: Vec<[i16; KNOWN]>,
    /// What each one-letter name gains anywhere.
    shares: [i32; SHORT],
}

/// Counts from here on are worth the same.
const KNOWN: usize = 64;

impl<'a> Sweep<'a> {
    fn new(problem: &'a Problem, uses: &'a Uses, contexts: Contexts, tuning: &Tuning, names: &[usize]) -> Self {
        let worth = tuning.views.iter().map(|view| worth(view.weight)).collect();
        let rows = contexts.count * ROW;
        let mut sweep = Self {
            problem,
            uses,
            views: tuning.views.len(),
            contexts,
            counts: vec![0; rows],
            gains: vec![0; rows],
            worth,
            shares: shares(uses, names, tuning.share_weight),
        };
        for (binding, &name) in names.iter().enumerate() {
            sweep.count(binding, name, 1);
        }
        sweep
    }

    /// Adds `by` to the counts of `name` around all uses of `binding`.
    fn count(&mut self, binding: usize, name: usize, by: i16) {
        if name >= SHORT {
            return;
        }
        for &number in self.uses.of_binding(binding) {
            for &context in &self.contexts.of_use[number as usize * self.views..][..self.views] {
                if context == NONE {
                    continue;
                }
                let at = context as usize * ROW + name;
                self.counts[at] = self.counts[at].saturating_add_signed(by);
                let known = usize::from(self.counts[at]).min(KNOWN - 1);
                self.gains[at] = self.worth[usize::from(self.contexts.view[context as usize])][known];
            }
        }
    }

    /// What each one-letter name would gain `binding`, whose own uses are not counted.
    fn score(&self, binding: usize) -> [i32; SHORT] {
        let uses = self.uses.of_binding(binding);
        let mut sum = [0_i32; ROW];
        for &number in uses {
            for &context in &self.contexts.of_use[number as usize * self.views..][..self.views] {
                if context == NONE {
                    continue;
                }
                let row = &self.gains[context as usize * ROW..][..ROW];
                for (total, &gain) in sum.iter_mut().zip(row) {
                    *total += i32::from(gain);
                }
            }
        }
        let count = i32::try_from(uses.len()).unwrap_or(i32::MAX);
        std::array::from_fn(|name| sum[name].saturating_add(self.shares[name].saturating_mul(count)))
    }

    /// Gives `binding` the name that gains most, if need be by exchange with those who hold it.
    fn improve(&mut self, binding: usize, holders: &mut Holders, names: &mut [usize]) -> bool {
        let old = names[binding];
        let live = &self.problem.bindings[binding].live;
        self.count(binding, old, -1);
        let score = self.score(binding);
        let now = if old < SHORT { score[old] } else { i32::MIN };
        let free = holders.free_short(live);
        let mut best = (0, old, Vec::new());
        for (name, &value) in score.iter().enumerate() {
            let gain = value.saturating_sub(now);
            if gain <= best.0 || name == old {
                continue;
            }
            if free >> name & 1 == 1 {
                best = (gain, name, Vec::new());
            } else if old < SHORT
                && let Some((loss, blockers)) = self.exchange(binding, (old, name), gain - best.0, holders)
                && gain - loss > best.0
            {
                best = (gain - loss, name, blockers);
            }
        }
        let (_, name, blockers) = best;
        if name != old {
            holders.put(live, old, FREE);
            for &blocker in &blockers {
                holders.put(&self.problem.bindings[blocker].live, name, FREE);
            }
            for &blocker in &blockers {
                holders.put(&self.problem.bindings[blocker].live, old, blocker as u32);
                self.count(blocker, name, -1);
                self.count(blocker, old, 1);
                names[blocker] = old;
            }
            holders.put(live, name, binding as u32);
            names[binding] = name;
        }
        self.count(binding, name, 1);
        name != old
    }

    /// Who must take `old` so that `binding` can have `name`, and what that loses; `None` if it cannot be.
    fn exchange(
        &self,
        binding: usize,
        (old, name): (usize, usize),
        most: i32,
        holders: &Holders,
    ) -> Option<(i32, Vec<usize>)> {
        let mut blockers: Vec<usize> = Vec::new();
        let mut loss = 0;
        for &scope in &self.problem.bindings[binding].live {
            let holder = holders.holder(scope, name);
            if holder == FREE || blockers.contains(&(holder as usize)) {
                continue;
            }
            if holder == FIXED || blockers.len() == MOST_BLOCKERS {
                return None;
            }
            blockers.push(holder as usize);
            let live = &self.problem.bindings[holder as usize].live;
            let ours = |&scope: &u32| [FREE, binding as u32].contains(&holders.holder(scope, old));
            if !live.iter().all(ours) {
                return None;
            }
            loss += self.loss(holder as usize, name, old);
            if loss >= most {
                return None;
            }
        }
        Some((loss, blockers))
    }

    /// What `binding` loses when it goes from `from` to `to`.
    fn loss(&self, binding: usize, from: usize, to: usize) -> i32 {
        let uses = self.uses.of_binding(binding);
        let mut loss = 0;
        for &number in uses {
            for &context in &self.contexts.of_use[number as usize * self.views..][..self.views] {
                if context == NONE {
                    continue;
                }
                let view = usize::from(self.contexts.view[context as usize]);
                // Its own use is among the counts of the name it has.
                let own = usize::from(self.counts[context as usize * ROW + from]).saturating_sub(1).min(KNOWN - 1);
                loss += i32::from(self.worth[view][own]) - i32::from(self.gains[context as usize * ROW + to]);
            }
        }
        loss + (self.shares[from] - self.shares[to]).saturating_mul(uses.len() as i32)
    }
}

/// At most so many others change their names for one.
const MOST_BLOCKERS: usize = 4;

/// What a count is worth: the logarithm of how much likelier it makes the name.
fn worth(weight: i32) -> [i16; KNOWN] {
    std::array::from_fn(|count| {
        let ratio = (count as u64 * 20 + 1) << 8;
        i16::try_from(i64::from(weight) * (log2(ratio) - log2(1 << 8)) / 256).unwrap_or(i16::MAX)
    })
}

fn shares(uses: &Uses, names: &[usize], weight: i32) -> [i32; SHORT] {
    let mut counts = [0_u64; SHORT];
    for (binding, &name) in names.iter().enumerate().filter(|(_, name)| **name < SHORT) {
        counts[name] += uses.of_binding(binding).len() as u64;
    }
    let total: u64 = counts.iter().sum::<u64>().max(1);
    counts.map(|count| {
        let share = log2((count * 1024 / total + 8) << 8);
        i32::try_from(i64::from(weight) * share / 256).unwrap_or(0)
    })
}

/// 256 times the logarithm to base two, in whole numbers, so that it is the same everywhere.
fn log2(value: u64) -> i64 {
    let value = value.max(1);
    let whole = 63 - value.leading_zeros();
    let mut mantissa = if whole >= 31 { value >> (whole - 31) } else { value << (31 - whole) };
    let mut result = i64::from(whole);
    for _ in 0..8 {
        mantissa = mantissa * mantissa >> 31;
        result <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            result |= 1;
        }
    }
    result
}
