//! Names chosen for the wire: a resolved program in, the same program with short names out.
//!
//! Choosing names is colouring a graph: bindings that are visible at one place need different names, all others may
//! share them. Any such colouring is right; the one chosen here lets equal surroundings have equal names, so that the
//! compressor on the wire sees repetitions. What the choice is worth is for the caller to measure, and that the
//! program is still the same for [`super::proof`] to show: nothing here is trusted.

mod collect;
mod contexts;
mod holders;
mod pool;
mod problem;
mod refine;
mod rename;
mod start;
mod template;
#[cfg(test)]
mod tests;

use swc_core::{
    common::{SourceMap, sync::Lrc},
    ecma::ast::{Id, Program},
};

use self::{holders::Holders, pool::Pool, problem::Problem, refine::Sweeps};
use crate::{pack, press::Level};

/// The names chosen for a program.
pub(super) struct Chosen {
    ids: Vec<Id>,
    names: Vec<Vec<u8>>,
}

impl Chosen {
    /// Renames `program`, for which they were chosen.
    pub(super) fn apply(&self, program: &mut Program) {
        rename::rename_all(program, &self.ids, &self.names);
    }
}

/// Chooses names for `program`, whose labels and private names are [short](shorten_labels) already. `None` where the
/// work would be out of bounds.
pub(super) fn choose(program: &Program, map: &Lrc<SourceMap>, ascii_only: bool, level: Level) -> Option<Chosen> {
    let (problem, ids) = pose(program, map, ascii_only)?;
    let size = |names: &Vec<Vec<u8>>| pack::brotli_size(&problem.fill(names), 9);
    let solved = effort(level).iter().map(|&sweeps| solve(&problem, sweeps));
    let names = solved.reduce(|best, other| if size(&other) < size(&best) { other } else { best })?;
    Some(Chosen { ids, names })
}

/// The courses to try; the best one under a quick brotli is taken.
fn effort(level: Level) -> &'static [Sweeps] {
    match level {
        Level::Fast | Level::Default => &[Sweeps { blank: 2, real: 3 }],
        Level::Max => &[Sweeps { blank: 2, real: 3 }, Sweeps { blank: 3, real: 8 }, Sweeps { blank: 0, real: 8 }],
    }
}

pub(super) use rename::shorten_labels;

fn pose(program: &Program, map: &Lrc<SourceMap>, ascii_only: bool) -> Option<(Problem, Vec<Id>)> {
    let collected = collect::collect(program)?;
    let (literals, slots) = template::template(program, &collected.ids, map, ascii_only)?;
    let collect::Collected { ids, bindings, fixed, parents } = collected;
    Some((Problem { literals, slots, bindings, fixed, parents }, ids))
}

fn solve(problem: &Problem, sweeps: Sweeps) -> Vec<Vec<u8>> {
    let mut pool = Pool::new(problem);
    let mut holders = Holders::new(problem, &mut pool);
    let mut names = start::start(problem, &mut holders);
    refine::refine(problem, &mut holders, &mut names, &mut pool, sweeps);
    names.iter().map(|&name| pool.name(name).to_vec()).collect()
}
