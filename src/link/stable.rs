//! Modules under names that change without changing the modules that import them.
//!
//! A module keeps asking for `./b.js`, and each page says in an import map that this is `b-3k7m2q9x.js`; so one edit
//! renames one file. Import maps reach only what runs in a page: a module that a worker or something unproven may import,
//! or that a page without such a map runs, keeps an ordinary name, which is written into those that import it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Lean, Naming, adopt, is_bare, mentions::Witness, naming::Decision, resolve::Resolved};
use crate::{
    asset::{AssetPath, Base, Kind, Reference, Role},
    finding::{Code, Finding, Severity},
    plan::media_type::is_xhtml,
    seal,
};

/// How pages are to lead to a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The path under which modules ask for it.
    pub path: AssetPath,
    /// The queries they put behind it, each with its `?`; empty for none.
    pub queries: BTreeSet<Box<str>>,
}

/// The modules that import maps lead to.
#[derive(Debug, Default)]
pub(super) struct Stable {
    /// For each asset that is mapped, the path under which others ask for it.
    paths: BTreeMap<usize, AssetPath>,
    /// What the import map of each page must lead to.
    pub(super) pages: BTreeMap<usize, BTreeMap<usize, Asked>>,
    pub(super) findings: Vec<Finding>,
}

impl Stable {
    /// Decides which modules are mapped. Whoever is not and was to lose a bundler's hash for it keeps that after all.
    pub(super) fn of(
        assets: &[Lean],
        resolved: &Resolved,
        mentioned: &[Option<Witness>],
        decisions: &mut [Decision],
    ) -> Self {
        let graph = Graph { assets, resolved };
        let mut stable = Self::default();
        let refused = graph.refused_pages();
        let bound = graph.bound(mentioned, &refused);
        let pages: Vec<usize> = graph.pages().filter(|page| !refused.contains_key(page)).collect();
        let asked: BTreeMap<usize, BTreeMap<usize, BTreeSet<Box<str>>>> =
            pages.iter().map(|&page| (page, graph.asked_from(page))).collect();
        let wanted: BTreeSet<usize> = asked.values().flat_map(BTreeMap::keys).copied().collect();
        let is_free = |index: &usize| {
            decisions[*index].naming == Naming::Hashed && !decisions[*index].also_old_name && !bound.contains(index)
        };
        stable.paths = paths(assets, decisions, wanted.into_iter().filter(is_free));
        for (page, targets) in asked {
            let mapped = targets.into_iter().filter_map(|(target, queries)| {
                Some((target, Asked { path: stable.paths.get(&target)?.clone(), queries }))
            });
            let mapped: BTreeMap<usize, Asked> = mapped.collect();
            if !mapped.is_empty() {
                stable.pages.insert(page, mapped);
            }
        }
        for (index, decision) in decisions.iter_mut().enumerate().filter(|(_, decision)| decision.replaces_hash) {
            if !stable.paths.contains_key(&index) {
                *decision = Decision::adopted();
            }
        }
        stable.findings = refused.iter().map(|(page, why)| refusal(&assets[*page], why)).collect();
        stable
    }

    /// The path under which modules ask for `target`, when it is mapped.
    pub(super) fn path(&self, target: usize) -> Option<&AssetPath> {
        self.paths.get(&target)
    }

    /// The path to leave in the place of `reference`, when an import map leads on from there.
    pub(super) fn name(&self, asset: &Lean, reference: &Reference, target: usize) -> Option<&AssetPath> {
        self.paths.get(&target).filter(|_| is_mappable(asset, reference))
    }
}

fn refusal(page: &Lean, why: &str) -> Finding {
    let message = format!("takes no import map, so the modules it runs have ordinary names: {why}");
    Finding::new(Code::Remark, page.path.as_str(), message).severity(Severity::Info)
}

/// What the modules to be mapped are asked for as: without the hash of a bundler, where that is clear without it.
fn paths(assets: &[Lean], decisions: &[Decision], wanted: impl Iterator<Item = usize>) -> BTreeMap<usize, AssetPath> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let bare = |index: usize| {
        let path = &assets[index].path;
        if decisions[index].replaces_hash { adopt::without_hash(path) } else { Some(path.clone()) }
    };
    let found: Vec<(usize, AssetPath)> = wanted.filter_map(|index| Some((index, bare(index)?))).collect();
    for path in assets.iter().map(|asset| asset.path.as_str()).chain(found.iter().map(|(_, path)| path.as_str())) {
        *known.entry(path).or_default() += 1;
    }
    // A plain path is counted once as a file and once as wanted; a bare one must be nobody else's.
    let is_clear = |(index, path): &(usize, AssetPath)| {
        let expected = if decisions[*index].replaces_hash { 1 } else { 2 };
        known.get(path.as_str()) == Some(&expected) && is_plain(path.as_str())
    };
    found.iter().filter(|found| is_clear(found)).cloned().collect()
}

/// Whether a URL is spelled in the same way by everybody.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|b| {
        b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~' | b'@' | b'+' | b'?' | b'=' | b'&')
    })
}

/// Whether browsers look for `reference` in the import map of the page.
fn is_mappable(asset: &Lean, reference: &Reference) -> bool {
    let is_import = match asset.kind {
        Kind::JsModule => matches!(reference.role, Role::Module | Role::LazyModule),
        Kind::JsScript => reference.role == Role::LazyModule,
        _ => false,
    };
    is_import && reference.base == Base::Specifier && !is_bare(reference) && is_plain(&reference.url)
}

struct Graph<'a> {
    assets: &'a [Lean],
    resolved: &'a Resolved,
}

impl<'a> Graph<'a> {
    fn pages(&self) -> impl Iterator<Item = usize> + use<'a> {
        let assets = self.assets;
        (0..assets.len()).filter(|&index| assets[index].kind == Kind::Html)
    }

    /// The references of `from` that lead to assets, with their numbers.
    fn numbered(&self, from: usize) -> impl Iterator<Item = (usize, &'a Reference, usize)> + use<'a> {
        let (assets, resolved) = (self.assets, self.resolved);
        let pairs = assets[from].references.iter().zip(&resolved.targets[from]).enumerate();
        pairs.filter_map(|(number, (reference, target))| Some((number, reference, (*target)?)))
    }

    fn targets(&self, from: usize) -> impl Iterator<Item = (&'a Reference, usize)> + use<'a> {
        self.numbered(from).map(|(_, reference, target)| (reference, target))
    }

    /// Pages that run modules and take no import map, with the reason.
    fn refused_pages(&self) -> BTreeMap<usize, String> {
        let runs_modules =
            |page: &usize| self.targets(*page).any(|(reference, to)| runs(reference.role) && self.is_script(to));
        let policy = self.assets.iter().any(says_policy);
        let refusal = |page: usize| {
            let asset = &self.assets[page];
            if asset.is_pinned {
                return Some((page, "it is published as it is".to_owned()));
            }
            if is_xhtml(&asset.path) {
                return Some((page, "it is XHTML".to_owned()));
            }
            if policy {
                return Some((page, "a host file of the site has a Content-Security-Policy".to_owned()));
            }
            let body = asset.body.as_ref().and_then(|body| body.read().ok());
            let refused = body.map_or_else(|| Err("it cannot be read".to_owned()), |body| seal::can_take_names(&body));
            refused.err().map(|why| (page, why))
        };
        self.pages().filter(runs_modules).filter_map(refusal).collect()
    }

    fn is_script(&self, index: usize) -> bool {
        self.assets[index].kind.is_js()
    }

    /// What is asked for where no import map leads on, and all that it runs.
    fn bound(&self, mentioned: &[Option<Witness>], refused: &BTreeMap<usize, String>) -> BTreeSet<usize> {
        let speaks_of_pages = self.speaks_of_pages();
        let mut open: Vec<usize> = (0..self.assets.len())
            .filter(|&index| self.is_script(index) && (mentioned[index].is_some() || speaks_of_pages.contains(&index)))
            .collect();
        for from in 0..self.assets.len() {
            let is_refused = refused.contains_key(&from);
            open.extend(
                self.targets(from).filter(|(r, _)| is_refused || self.leaves_page(from, r.role)).map(|(_, to)| to),
            );
        }
        self.closure(open)
    }

    /// Whether what `from` names in this role runs, or may run, outside of a page's own scripts.
    fn leaves_page(&self, from: usize, role: Role) -> bool {
        match (self.assets[from].kind, role) {
            (_, Role::Worker | Role::ServiceWorker | Role::Navigation | Role::Outside | Role::Embedded) => true,
            (Kind::Html, _) | (_, Role::Preload | Role::Precache | Role::SourceMap | Role::Digest) => false,
            (kind, Role::Resource | Role::Script) if kind.is_js() => true,
            (kind, _) => !kind.is_js(),
        }
    }

    fn closure(&self, mut open: Vec<usize>) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        while let Some(index) = open.pop() {
            if self.is_script(index) && seen.insert(index) {
                open.extend(self.targets(index).filter(|(r, _)| runs(r.role)).map(|(_, to)| to));
            }
        }
        seen
    }

    /// Scripts with something in them that is made of a page's bytes, and whoever names those: no page can wait for them.
    fn speaks_of_pages(&self) -> BTreeSet<usize> {
        let speaks =
            |index: &usize| self.targets(*index).any(|(r, to)| r.claim.is_some() && self.assets[to].kind == Kind::Html);
        let scripts = (0..self.assets.len()).filter(|&index| self.is_script(index));
        let mut found: BTreeSet<usize> = scripts.clone().filter(speaks).collect();
        loop {
            let more: Vec<usize> = scripts
                .clone()
                .filter(|index| !found.contains(index) && self.targets(*index).any(|(_, to)| found.contains(&to)))
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    /// What modules ask for through the import map of `page`, with the queries they put behind it.
    fn asked_from(&self, page: usize) -> BTreeMap<usize, BTreeSet<Box<str>>> {
        let mut asked: BTreeMap<usize, BTreeSet<Box<str>>> = BTreeMap::new();
        let (mut seen, mut open) = (BTreeSet::from([page]), vec![page]);
        while let Some(index) = open.pop() {
            for (number, reference, to) in self.numbered(index).filter(|(_, r, _)| runs(r.role)) {
                if is_mappable(&self.assets[index], reference) && !self.resolved.mapped.contains(&(index, number)) {
                    asked.entry(to).or_default().insert(reference.query().into());
                }
                if self.is_script(to) && seen.insert(to) {
                    open.push(to);
                }
            }
        }
        asked
    }
}

fn runs(role: Role) -> bool {
    matches!(role, Role::Script | Role::Module | Role::LazyModule)
}

/// Whether a host file gives pages a policy, which would have to allow one more inline script.
fn says_policy(asset: &Lean) -> bool {
    asset.path.file_name() == "_headers"
        && asset
            .body
            .as_ref()
            .and_then(|body| body.read().ok())
            .is_some_and(|body| String::from_utf8_lossy(&body).to_ascii_lowercase().contains("content-security-policy"))
}
