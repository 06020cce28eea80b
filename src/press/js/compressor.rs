//! swc's compressor and its mangler.

use swc_core::ecma::{
    ast::{EsVersion, Pass, Program},
    minifier::{
        optimize,
        option::{CompressOptions, ExtraOptions, MangleOptions, MinifyOptions, TopLevelOptions},
    },
    transforms::base::fixer::paren_remover,
};

use super::{guard, names, source::Source, writes::OuterWrites};
use crate::press::{KeptBecause, Level, Note};

/// How freely code is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merging {
    /// Expressions may move across statements.
    Free,
    /// They stay: what swc gets wrong most often.
    Off,
}

/// `program`, which is that of `source` or means the same, compressed; its names are still to be chosen.
///
/// # Errors
/// [`KeptBecause::WouldChangeMeaning`] where a write has moved into another function.
pub(super) fn compress(
    source: &Source,
    program: &Program,
    merging: Merging,
    level: Level,
) -> Result<Program, KeptBecause> {
    let mut program = program.clone();
    // The compressor takes parentheses for a leaf of the tree: it merges writes into functions inside of them.
    paren_remover(Some(&source.comments)).process(&mut program);
    guard::guard(&mut program);
    let compress = Some(options(merging, level, source.is_module));
    let program = run(source, program, MinifyOptions { compress, ..MinifyOptions::default() });
    match OuterWrites::of(&source.program).first_new(&OuterWrites::of(&program)) {
        None => Ok(program),
        Some(name) => {
            let what = format!("a write to {name:?} would move into another function");
            Err(KeptBecause::WouldChangeMeaning(Note::new(what)))
        }
    }
}

/// `program`, which came from `source`, with the short names that swc chooses.
pub(super) fn mangle(source: &Source, program: Program) -> Program {
    let mangle = Some(MangleOptions { top_level: Some(source.is_module), ..MangleOptions::default() });
    let mut mangled = run(source, program, MinifyOptions { mangle, ..MinifyOptions::default() });
    names::write_once(&mut mangled);
    mangled
}

fn run(source: &Source, program: Program, options: MinifyOptions) -> Program {
    let (unresolved_mark, top_level_mark) = (source.marks.unresolved, source.marks.top_level);
    let extra = ExtraOptions { unresolved_mark, top_level_mark, mangle_name_cache: None };
    optimize(program, source.map.clone(), Some(&source.comments), None, &options, &extra)
}

/// Measured under brotli: `passes` 3, no `loops` and no `negate_iife` are the smallest. `evaluate` off costs nothing
/// there and avoids most of what constant folding is known to get wrong; `pristine_globals` off lets pages patch
/// globals; the syntax level of the source is never raised.
fn options(merging: Merging, level: Level, is_module: bool) -> CompressOptions {
    let merges = merging == Merging::Free;
    let defaults = CompressOptions::default();
    CompressOptions {
        sequences: if merges { defaults.sequences } else { 0 },
        collapse_vars: merges,
        side_effects: merges,
        passes: match level {
            Level::Fast => 1,
            Level::Default => 3,
            Level::Max => 4,
        },
        ecma: EsVersion::Es5,
        evaluate: false,
        loops: false,
        negate_iife: false,
        pristine_globals: false,
        keep_fargs: true,
        reduce_vars: true,
        drop_debugger: false,
        module: is_module,
        top_level: is_module.then_some(TopLevelOptions { functions: true }),
        ..defaults
    }
}
