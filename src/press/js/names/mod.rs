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
mod tallies;
mod template;
#[cfg(test)]
mod tests;
mod wishes;

use swc_core::{
    common::{SourceMap, sync::Lrc},
    ecma::ast::Program,
};

use self::{collect::Collected, holders::Holders, pool::Pool, problem::Problem, refine::Sweeps};
use crate::{pack, press::Level};

pub(super) use rename::write_once;

/// Gives the bindings of `program`, which was parsed from `text`, the names chosen for it. False where the work would be
/// out of bounds; `program` is then of no use.
pub(super) fn rename(program: &mut Program, map: &Lrc<SourceMap>, text: &str, ascii_only: bool, level: Level) -> bool {
    rename::shorten_labels(program);
    let Some(collected) = collect::collect(program) else { return false };
    let Some(template) = template::template(program, &collected.ids, map, text, ascii_only) else { return false };
    let Collected { bindings, fixed, parents, .. } = collected;
    let problem = Problem { literals: template.literals, slots: template.slots, bindings, fixed, parents };
    rename::rename_all(program, &template.marks, &choose(&problem, level));
    write_once(program);
    true
}

/// The best of several choices under a quick brotli.
fn choose(problem: &Problem, level: Level) -> Vec<Vec<u8>> {
    let size = |names: &Vec<Vec<u8>>| pack::brotli_size(&problem.fill(names), 9);
    let solved = courses(level).iter().map(|&sweeps| solve(problem, sweeps));
    solved.reduce(|best, other| if size(&other) < size(&best) { other } else { best }).unwrap_or_default()
}

/// The courses to try.
fn courses(level: Level) -> &'static [Sweeps] {
    match level {
        Level::Fast | Level::Default => &[Sweeps { blank: 1, real: 2 }],
        Level::Max => &[Sweeps { blank: 2, real: 3 }, Sweeps { blank: 3, real: 8 }, Sweeps { blank: 0, real: 8 }],
    }
}

fn solve(problem: &Problem, sweeps: Sweeps) -> Vec<Vec<u8>> {
    let mut pool = Pool::new(problem);
    let mut holders = Holders::new(problem, &mut pool);
    let mut names = start::start(problem, &mut holders);
    refine::refine(problem, &mut holders, &mut names, &mut pool, sweeps);
    names.iter().map(|&name| pool.name(name).to_vec()).collect()
}
