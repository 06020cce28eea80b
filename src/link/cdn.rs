//! Which assets pages ask a delivery network for, when the site's base is an address of one.
//!
//! The network passes on the tree that the site's own host serves, so whatever is not rewritten still works. References in
//! pages become addresses there; sheets and scripts that come from there name each other relatively as before, and only
//! what they name from the top of the host is rewritten. Some assets must come from the page's own origin ("home").

use std::collections::BTreeSet;

use super::{Lean, is_bare, mentions::Witness, resolve::Resolved};
use crate::{
    asset::{AssetPath, Base, Kind, Mention, MentionHow, Reference, Role, url},
    finding::{Code, Finding},
};

/// The network, and what does not come from there.
#[derive(Debug)]
pub(super) struct Cdn {
    /// `https://cdn.example/x/`.
    base: String,
    /// For each asset, why it must come from the page's own origin.
    home: Vec<Option<&'static str>>,
}

impl Cdn {
    /// Decides what may come from `base`.
    pub(super) fn of(base: &str, assets: &[Lean], resolved: &Resolved, mentioned: &[Option<Witness>]) -> Self {
        let seed = |(index, asset): (usize, &Lean)| {
            let is_module_on_its_own = asset.kind == Kind::JsModule && mentioned[index].is_some();
            let unproven = "something unproven may ask for this module, which would then run twice";
            seed(asset, &resolved.targets[index], assets).or(is_module_on_its_own.then_some(unproven))
        };
        let mut cdn = Self { base: base.to_owned(), home: assets.iter().enumerate().map(seed).collect() };
        cdn.spread(assets, resolved);
        cdn
    }

    /// Whoever imports what stays home must stay too, or it would look for it on the network; so must what is imported
    /// from home, or it would run twice.
    fn spread(&mut self, assets: &[Lean], resolved: &Resolved) {
        let edges: Vec<(usize, usize, bool)> = imports(assets, resolved).collect();
        let because = "it is imported by, or imports, what must come from the page's own origin";
        loop {
            let mut has_changed = false;
            for &(from, to, is_module) in &edges {
                let stays_too = match (self.home[from], self.home[to]) {
                    (None, Some(_)) => from,
                    (Some(_), None) if is_module => to,
                    _ => continue,
                };
                self.home[stays_too] = Some(because);
                has_changed = true;
            }
            if !has_changed {
                return;
            }
        }
    }

    /// Whether `asset` itself may come from the network.
    pub(super) fn has(&self, asset: usize) -> bool {
        self.home[asset].is_none()
    }

    /// Whether the reference of the asset `from` to the asset `to` is to lead to the network.
    pub(super) fn takes(&self, assets: &[Lean], from: usize, reference: &Reference, to: usize) -> bool {
        let is_whole = matches!(reference.base, Base::Own | Base::Specifier) && !is_bare(reference);
        let is_written = reference.path().start < reference.path().end && reference.name.start < reference.name.end;
        let kind = assets[from].kind;
        let from_page = kind == Kind::Html;
        let from_top = (kind == Kind::Css || kind.is_js()) && self.has(from) && reference.url.starts_with('/');
        is_whole
            && is_written
            && self.has(to)
            && goes(reference.role)
            && assets[to].kind.is_loaded()
            && !points_into(reference, assets[to].kind)
            && (from_page || from_top)
    }

    /// The address of the published file `path` on the network.
    pub(super) fn address(&self, path: &AssetPath) -> String {
        url::of_path(path, &self.base)
    }

    /// What pages name and the network does not serve, with the reason.
    pub(super) fn findings(&self, assets: &[Lean], resolved: &Resolved) -> Vec<Finding> {
        let pages = (0..assets.len()).filter(|&index| assets[index].kind == Kind::Html);
        let named = pages.flat_map(|page| assets[page].references.iter().zip(&resolved.targets[page]));
        let kept: BTreeSet<usize> =
            named.filter(|(reference, _)| goes(reference.role)).filter_map(|(_, target)| *target).collect();
        let finding = |index: usize| {
            let reason = self.home[index].filter(|_| assets[index].kind.is_loaded())?;
            let message = format!("comes from the page's own origin, not from {}: {reason}", self.base);
            Some(Finding::new(Code::Remark, assets[index].path.as_str(), message))
        };
        kept.into_iter().filter_map(finding).collect()
    }
}

/// Why an asset must come from the page's own origin, by what it says itself.
fn seed(asset: &Lean, targets: &[Option<usize>], assets: &[Lean]) -> Option<&'static str> {
    if asset.kind == Kind::Html {
        return None;
    }
    let computes_from_top =
        |mention: &Mention| mention.how == MentionHow::ComputedImport && mention.text.starts_with('/');
    if asset.mentions.iter().any(computes_from_top) {
        return Some("it imports modules under computed addresses of the page's origin");
    }
    asset.references.iter().zip(targets).find_map(|(reference, target)| {
        let points = || target.is_some_and(|target| points_into(reference, assets[target].kind));
        let is_script = target.is_some_and(|target| assets[target].kind.is_js());
        match reference.role {
            Role::Worker | Role::ServiceWorker | Role::Resource
                if reference.base == Base::Own && asset.kind.is_js() && is_script =>
            {
                Some("it starts a worker that stands beside it, which browsers allow from the page's own origin only")
            }
            _ if asset.kind == Kind::Css && points() => {
                Some("it points into an SVG file, which browsers allow from the page's own origin only")
            }
            _ => None,
        }
    })
}

/// Each asset that takes in another, with that other, and whether it is a module (which runs once for each address).
fn imports<'a>(assets: &'a [Lean], resolved: &'a Resolved) -> impl Iterator<Item = (usize, usize, bool)> + 'a {
    let of_asset = move |from: usize| {
        assets[from].references.iter().zip(&resolved.targets[from]).filter_map(move |(reference, target)| {
            let to = (*target).filter(|to| *to != from)?;
            let takes_in = matches!(reference.role, Role::Stylesheet | Role::Script | Role::Module | Role::LazyModule);
            let is_module = matches!(reference.role, Role::Module | Role::LazyModule) && assets[to].kind.is_js();
            takes_in.then_some((from, to, is_module))
        })
    };
    (0..assets.len()).filter(|&from| assets[from].kind != Kind::Html).flat_map(of_asset)
}

/// Whether what is used in this way may come from another origin.
fn goes(role: Role) -> bool {
    match role {
        Role::Stylesheet
        | Role::Script
        | Role::Module
        | Role::LazyModule
        | Role::Resource
        | Role::Preload
        | Role::Icon => true,
        Role::Worker
        | Role::ServiceWorker
        | Role::Precache
        | Role::Embedded
        | Role::Listed
        | Role::Manifest
        | Role::Navigation
        | Role::Outside
        | Role::SourceMap
        | Role::Digest => false,
    }
}

/// `url(shapes.svg#clip)`.
fn points_into(reference: &Reference, kind: Kind) -> bool {
    kind == Kind::Svg && reference.url.contains('#')
}
