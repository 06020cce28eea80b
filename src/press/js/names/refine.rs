//! Better names by what stands around their uses: names move to where the same surroundings have them already.

use super::{
    contexts::{self, View},
    holders::{FIXED, FREE, Holders},
    pool::{Pool, SHORT},
    problem::Problem,
    tallies::{Tallies, log2},
    wishes::Wishes,
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

/// At most so many others change their names for one.
const MOST_BLOCKERS: usize = 8;

/// Improves `names` in place, sweep by sweep.
pub(crate) fn refine(problem: &Problem, holders: &mut Holders, names: &mut [usize], pool: &mut Pool, sweeps: Sweeps) {
    let (uses, wishes) = (Uses::of(problem), Wishes::of(problem, pool));
    let mut order: Vec<usize> = (0..problem.bindings.len()).collect();
    order.sort_by_key(|&binding| std::cmp::Reverse(uses.of_binding(binding).len()));
    let blank = VIEWS.map(|view| View { sees_names: false, ..view });
    for sweep in 0..sweeps.blank + sweeps.real {
        let views = if sweep < sweeps.blank { &blank } else { &VIEWS };
        let texts: Vec<Vec<u8>> = names.iter().map(|&name| pool.name(name).to_vec()).collect();
        let contexts = contexts::of(problem, &texts, views);
        let mut sweep = Sweep::new(problem, (&uses, &wishes), &contexts, names);
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
    wishes: &'a Wishes,
    tallies: Tallies<{ VIEWS.len() }>,
    /// What each one-letter name gains anywhere.
    shares: [i32; SHORT],
}

impl<'a> Sweep<'a> {
    fn new(
        problem: &'a Problem,
        (uses, wishes): (&'a Uses, &'a Wishes),
        contexts: &[[u32; VIEWS.len()]],
        names: &[usize],
    ) -> Self {
        let tallies = Tallies::new(contexts, VIEWS.map(|view| view.weight));
        let mut sweep = Self { problem, uses, wishes, tallies, shares: shares(uses, names) };
        for (binding, &name) in names.iter().enumerate() {
            sweep.add(binding, name);
        }
        sweep
    }

    /// Counts `name` around all uses of `binding`.
    fn add(&mut self, binding: usize, name: usize) {
        if name < SHORT {
            self.uses.of_binding(binding).iter().for_each(|&number| self.tallies.add(number as usize, name));
        }
    }

    /// Counts it no more.
    fn remove(&mut self, binding: usize, name: usize) {
        if name < SHORT {
            self.uses.of_binding(binding).iter().for_each(|&number| self.tallies.remove(number as usize, name));
        }
    }

    /// What each one-letter name would gain `binding`, whose own uses are not counted.
    fn score(&self, binding: usize) -> [i32; SHORT] {
        let uses = self.uses.of_binding(binding);
        let sum = self.tallies.gains(uses);
        let count = i32::try_from(uses.len()).unwrap_or(i32::MAX);
        let mut score: [i32; SHORT] =
            std::array::from_fn(|name| sum[name].saturating_add(self.shares[name].saturating_mul(count)));
        for &(name, gain) in self.wishes.of_binding(binding) {
            score[usize::from(name)] = score[usize::from(name)].saturating_add(gain);
        }
        score
    }

    /// Gives `binding` the name that gains most, if need be by exchange with those who hold it.
    fn improve(&mut self, binding: usize, holders: &mut Holders, names: &mut [usize]) {
        let old = names[binding];
        self.remove(binding, old);
        let (name, blockers) = self.best(binding, old, holders);
        if name != old {
            self.exchange(binding, (old, name), &blockers, holders, names);
        }
        self.add(binding, name);
    }

    /// The best name for `binding`, and who has to give it up.
    fn best(&self, binding: usize, old: usize, holders: &Holders) -> (usize, Vec<usize>) {
        let score = self.score(binding);
        let now = if old < SHORT { score[old] } else { i32::MIN };
        let free = holders.free_short(&self.problem.bindings[binding].live);
        let gain = |name: usize| score[name].saturating_sub(now);
        let (mut most, mut best) = (0, (old, Vec::new()));
        for name in (0..SHORT).filter(|name| free >> name & 1 == 1) {
            if gain(name) > most {
                (most, best) = (gain(name), (name, Vec::new()));
            }
        }
        // To find out who holds a name takes time: the names that gain most come first, and the rest need no look.
        let is_held = |name: &usize| old < SHORT && free >> name & 1 == 0 && *name != old && gain(*name) > most;
        let mut held: Vec<usize> = (0..SHORT).filter(is_held).collect();
        held.sort_by_key(|&name| std::cmp::Reverse(gain(name)));
        for name in held {
            if gain(name) <= most {
                break;
            }
            if let Some((loss, blockers)) = self.blockers(binding, (old, name), gain(name) - most, holders) {
                (most, best) = (gain(name) - loss, (name, blockers));
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
            self.remove(blocker, name);
            self.add(blocker, old);
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
        let loss: i32 = uses.iter().map(|&number| self.tallies.loss(number as usize, from, to)).sum();
        let shares =
            (self.shares[from] - self.shares[to]).saturating_mul(i32::try_from(uses.len()).unwrap_or(i32::MAX));
        loss + shares + self.wishes.gain(binding, from) - self.wishes.gain(binding, to)
    }
}

/// A binding as [`Holders`] knows it.
fn number(binding: usize) -> u32 {
    u32::try_from(binding).unwrap_or(FREE)
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
