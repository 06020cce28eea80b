//! What each page runs and is styled by: for the integrity of what it imports, and for the origins it asks.
//!
//! Resolved references in, one [`Reach`] per page out. Mentions and workers are no part of it: neither carries an
//! integrity value, and a worker is not read with the page's import map.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lean, resolve::Resolved};
use crate::asset::{Kind, Reference, Role};

/// An asset that a page runs, or is styled by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Whether a script imports it.
    pub is_imported: bool,
    /// Whether the page itself names it as a module, by a tag or by an import.
    pub is_module_of_page: bool,
    /// The queries that imports put behind its URL, each with its `?`; empty for none.
    pub queries: BTreeSet<Box<str>>,
}

/// All that a page runs or is styled by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// By index of the asset.
    pub assets: BTreeMap<usize, Reached>,
    /// URLs of other origins, with what is asked for there.
    pub elsewhere: BTreeSet<(Role, Box<str>)>,
    /// Whether something it runs names WebAssembly.
    pub has_wasm: bool,
}

/// The reach of the asset `page`.
pub(super) fn of(page: usize, assets: &[Lean], resolved: &Resolved) -> Reach {
    let mut reach = Reach::default();
    let mut seen = BTreeSet::from([page]);
    let mut open = vec![page];
    while let Some(index) = open.pop() {
        for (reference, target) in assets[index].references.iter().zip(&resolved.targets[index]) {
            let Some(target) = *target else {
                reach.note_elsewhere(reference);
                continue;
            };
            reach.has_wasm |= assets[target].kind == Kind::Wasm && index != page;
            if target == page || !(index == page && loads(reference.role) || imports(reference.role)) {
                continue;
            }
            reach.note(target, reference, index == page);
            if seen.insert(target) {
                open.push(target);
            }
        }
    }
    reach
}

impl Reach {
    fn note(&mut self, target: usize, reference: &Reference, is_of_page: bool) {
        let reached = self.assets.entry(target).or_default();
        if matches!(reference.role, Role::Module | Role::LazyModule) {
            reached.is_module_of_page |= is_of_page;
            reached.is_imported |= !is_of_page;
            reached.queries.insert(reference.query().into());
        }
    }

    fn note_elsewhere(&mut self, reference: &Reference) {
        let is_absolute = reference.url.starts_with("//") || reference.url.contains("://");
        if is_absolute && (loads(reference.role) || imports(reference.role)) {
            self.elsewhere.insert((reference.role, reference.url.clone()));
        }
    }
}

/// Whether a page's reference of this role can carry an integrity value.
pub(super) fn loads(role: Role) -> bool {
    matches!(role, Role::Stylesheet | Role::Script | Role::Module | Role::LazyModule | Role::Preload)
}

/// Whether a script or sheet takes in what it names with this role.
fn imports(role: Role) -> bool {
    matches!(role, Role::Stylesheet | Role::Module | Role::LazyModule)
}
