//! Better names by what stands around their uses: names move to where the same surroundings have them already.

use super::{
    contexts::{Contexts, NONE, View},
    holders::{FIXED, FREE, Holders},
    pool::{Pool, SHORT},
    problem::Problem,
};

/// For how long names are improved. The number of sweeps is fixed, never timed: the same script gets the same names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sweeps {
    /// First, with all other names taken for one: bindings that are used alike get names alike.
    pub(crate) blank: usize,
    /// Then with the names as they have become, which is what the compressor will see.
    pub(crate) real: usize,
}

/// The surroundings that are compared, and the weight of each. Measured on half of a collection of libraries and
/// finished bundles; the other half, set aside, gains as much. Many short and long views together generalise better
/// than any few of them.
const VIEWS: [View; 8] = [
    View { before: 10, after: 0, sees_names: true, weight: 40 },
    View { before: 4, after: 0, sees_names: true, weight: 30 },
    View { before: 2, after: 0, sees_names: true, weight: 20 },
    View { before: 0, after: 8, sees_names: true, weight: 40 },
    View { before: 0, after: 4, sees_names: true, weight: 20 },
    View { before: 0, after: 2, sees_names: true, weight: 16 },
    View { before: 6, after: 6, sees_names: false, weight: 40 },
    View { before: 3, after: 3, sees_names: true, weight: 30 },
];

/// What a name gains from being common in the whole script.
const SHARE_WEIGHT: i32 = 4;

/// How many times likelier a name is where it was seen once.
const LIKELIER: u64 = 5;

/// At most so many others change their names for one.
const MOST_BLOCKERS: usize = 8;

/// Width of a row of counts: one-letter names, rounded up.
const ROW: usize = 64;

/// Improves `names` in place, sweep by sweep.
pub(crate) fn refine(problem: &Problem, holders: &mut Holders, names: &mut [usize], pool: &mut Pool, sweeps: Sweeps) {
    let uses = Uses::of(problem);
    let mut order: Vec<usize> = (0..problem.bindings.len()).collect();
    order.sort_by_key(|&binding| std::cmp::Reverse(uses.of_binding(binding).len()));
    let blank = VIEWS.map(|view| View { sees_names: false, ..view });
    for sweep in 0..sweeps.blank + sweeps.real {
        let views = if sweep < sweeps.blank { &blank } else { &VIEWS };
        let texts: Vec<Vec<u8>> = names.iter().map(|&name| pool.name(name).to_vec()).collect();
        let contexts = Contexts::of(problem, &texts, views);
        let mut sweep = Sweep::new(problem, &uses, contexts, names);
        for &binding in &order {
            sweep.improve(binding, holders, names);
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
    contexts: Contexts,
    /// How often each one-letter name stands in each context.
    counts: Vec<u16>,
    /// What the next use of the name there gains.
    gains: Vec<i16>,
    /// By view and count.
    worth: [[i16; KNOWN]; VIEWS.len()],
    /// What each one-letter name gains anywhere.
    shares: [i32; SHORT],
}

/// Counts from here on are worth the same.
const KNOWN: usize = 64;

impl<'a> Sweep<'a> {
    fn new(problem: &'a Problem, uses: &'a Uses, contexts: Contexts, names: &[usize]) -> Self {
        let worth = VIEWS.map(|view| worth(view.weight));
        let rows = contexts.count * ROW;
        let mut sweep = Self {
            problem,
            uses,
            contexts,
            counts: vec![0; rows],
            gains: vec![0; rows],
            worth,
            shares: shares(uses, names),
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
            for &context in &self.contexts.of_use[number as usize * VIEWS.len()..][..VIEWS.len()] {
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
            for &context in &self.contexts.of_use[number as usize * VIEWS.len()..][..VIEWS.len()] {
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
    fn improve(&mut self, binding: usize, holders: &mut Holders, names: &mut [usize]) {
        let old = names[binding];
        self.count(binding, old, -1);
        let (name, blockers) = self.best(binding, old, holders);
        if name != old {
            self.exchange(binding, (old, name), &blockers, holders, names);
        }
        self.count(binding, name, 1);
    }

    /// The best name for `binding`, and who has to give it up.
    fn best(&self, binding: usize, old: usize, holders: &Holders) -> (usize, Vec<usize>) {
        let score = self.score(binding);
        let now = if old < SHORT { score[old] } else { i32::MIN };
        let free = holders.free_short(&self.problem.bindings[binding].live);
        let (mut most, mut best) = (0, (old, Vec::new()));
        for (name, &value) in score.iter().enumerate() {
            let gain = value.saturating_sub(now);
            if gain <= most || name == old {
                continue;
            }
            if free >> name & 1 == 1 {
                (most, best) = (gain, (name, Vec::new()));
            } else if old < SHORT
                && let Some((loss, blockers)) = self.blockers(binding, (old, name), gain - most, holders)
            {
                (most, best) = (gain - loss, (name, blockers));
            }
        }
        best
    }

    /// Gives `binding` the name `name`, and `old` to those who hold it.
    fn exchange(
        &mut self,
        binding: usize,
        (old, name): (usize, usize),
        blockers: &[usize],
        holders: &mut Holders,
        names: &mut [usize],
    ) {
        let live = |binding: usize| &self.problem.bindings[binding].live;
        holders.put(live(binding), old, FREE);
        for &blocker in blockers {
            holders.put(live(blocker), name, FREE);
        }
        for &blocker in blockers {
            holders.put(live(blocker), old, number(blocker));
            names[blocker] = old;
        }
        holders.put(live(binding), name, number(binding));
        names[binding] = name;
        for &blocker in blockers {
            self.count(blocker, name, -1);
            self.count(blocker, old, 1);
        }
    }

    /// Who must take `old` so that `binding` can have `name`, and what that loses; `None` if it cannot be, or loses `most`.
    fn blockers(
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
            let ours = |&scope: &u32| [FREE, number(binding)].contains(&holders.holder(scope, old));
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
            for &context in &self.contexts.of_use[number as usize * VIEWS.len()..][..VIEWS.len()] {
                if context == NONE {
                    continue;
                }
                let view = usize::from(self.contexts.view[context as usize]);
                // Its own use is among the counts of the name it has.
                let own = usize::from(self.counts[context as usize * ROW + from]).saturating_sub(1).min(KNOWN - 1);
                loss += i32::from(self.worth[view][own]) - i32::from(self.gains[context as usize * ROW + to]);
            }
        }
        loss + (self.shares[from] - self.shares[to]).saturating_mul(i32::try_from(uses.len()).unwrap_or(i32::MAX))
    }
}

/// A binding as [`Holders`] knows it.
fn number(binding: usize) -> u32 {
    u32::try_from(binding).unwrap_or(FREE)
}

/// What a count is worth: the logarithm of how much likelier it makes the name.
fn worth(weight: i32) -> [i16; KNOWN] {
    std::array::from_fn(|count| {
        let ratio = (count as u64 * LIKELIER + 1) << 8;
        i16::try_from(i64::from(weight) * (log2(ratio) - log2(1 << 8)) / 256).unwrap_or(i16::MAX)
    })
}

fn shares(uses: &Uses, names: &[usize]) -> [i32; SHORT] {
    let mut counts = [0_u64; SHORT];
    for (binding, &name) in names.iter().enumerate().filter(|(_, name)| **name < SHORT) {
        counts[name] += uses.of_binding(binding).len() as u64;
    }
    let total: u64 = counts.iter().sum::<u64>().max(1);
    counts.map(|count| {
        let share = log2((count * 1024 / total + 8) << 8);
        i32::try_from(i64::from(SHARE_WEIGHT) * share / 256).unwrap_or(0)
    })
}

/// 256 times the logarithm to base two, in whole numbers, so that it is the same everywhere.
fn log2(value: u64) -> i64 {
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
