//! swc's compressor and its mangler.

use swc_core::ecma::{
    ast::{EsVersion, Pass},
    minifier::{
        optimize,
        option::{CompressOptions, ExtraOptions, MangleOptions, MinifyOptions, TopLevelOptions},
    },
    transforms::base::fixer::paren_remover,
};

use super::{
    guard, names, parameters,
    source::{Marks, Tree},
    writes::OuterWrites,
};
use crate::press::{KeptBecause, Level, Note};

/// How freely code is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merging {
    /// Expressions may move across statements.
    Free,
    /// They stay: what swc gets wrong most often.
    Off,
}

/// `tree`, compressed; its names are still to be chosen.
///
/// # Errors
/// [`KeptBecause::WouldChangeMeaning`] where a write has moved into another function.
pub(super) fn compress(mut tree: Tree, merging: Merging, level: Level) -> Result<Tree, KeptBecause> {
    let before = OuterWrites::of(&tree.program);
    // The compressor takes parentheses for a leaf of the tree: it merges writes into functions inside of them.
    paren_remover(Some(&tree.comments)).process(&mut tree.program);
    guard::guard(&mut tree.program, tree.marks.unresolved);
    parameters::assign(&mut tree.program);
    let compress = Some(options(merging, level, tree.is_module));
    let mut tree = run(tree, &MinifyOptions { compress, ..MinifyOptions::default() });
    guard::unguard(&mut tree.program);
    match before.first_new(&OuterWrites::of(&tree.program)) {
        None => Ok(tree),
        Some(name) => {
            let what = format!("a write to {name:?} would move into another function");
            Err(KeptBecause::WouldChangeMeaning(Note::new(what)))
        }
    }
}

/// `tree` with the short names that swc chooses.
pub(super) fn mangle(tree: Tree) -> Tree {
    let mangle = Some(MangleOptions { top_level: Some(tree.is_module), ..MangleOptions::default() });
    let mut mangled = run(tree, &MinifyOptions { mangle, ..MinifyOptions::default() });
    names::write_once(&mut mangled.program);
    mangled
}

fn run(tree: Tree, options: &MinifyOptions) -> Tree {
    let Marks { unresolved: unresolved_mark, top_level: top_level_mark } = tree.marks;
    let extra = ExtraOptions { unresolved_mark, top_level_mark, mangle_name_cache: None };
    let program = optimize(tree.program, tree.map.clone(), Some(&tree.comments), None, options, &extra);
    Tree { program, ..tree }
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
