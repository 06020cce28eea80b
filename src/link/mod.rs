//! Link: which asset names which, what each will be called, and the bodies with the final names in them.
//!
//! Pressed assets in, [`Linked`] out. Names are decided from references alone ([`Linking::decide`]); bodies are filled in
//! one by one, as soon as all they name is final ([`Linking::arrive`]). A name is a function of the published bytes: import
//! cycles get one joint digest, and a name changes exactly when what is published under it changes. What cannot be proven
//! keeps its old name.

mod adopt;
mod broken;
mod cdn;
mod claims;
mod fill;
mod fixed;
mod graph;
mod mentions;
mod naming;
mod patterns;
mod reach;
mod remarks;
mod resolve;
mod stable;
mod uncovered;

use std::{collections::BTreeMap, io};

use serde::{Deserialize, Serialize};

pub use adopt::is_adopted;
pub(crate) use fill::edits;
pub use reach::{Reach, Reached};
pub use stable::Asked;

use self::{
    cdn::Cdn,
    fill::Filling,
    resolve::{Resolved, Resolver},
    stable::Stable,
};
use crate::{
    asset::{AssetPath, Base, Kind, Mention, Position, Reference, Role, Span},
    body::Body,
    config::{Globs, Integrity, Security},
    finding::{Code, Finding},
    maps::SourceMaps,
};

/// Resolving the references of an asset, or filling them in, takes some dozen microseconds, starting a thread about as long.
const ASSETS_WORTH_A_THREAD: usize = 64;

/// How an asset got its published name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Naming {
    /// Our content hash is in it.
    Hashed,
    /// A bundler's content hash was in it already.
    Adopted,
    /// The plain name it came with.
    Fixed,
}

impl Naming {
    /// The name in the manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hashed => "hashed",
            Self::Adopted => "adopted",
            Self::Fixed => "fixed",
        }
    }
}

/// What may be done to names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameMode {
    /// Hash plain names, adopt names that carry a hash.
    #[default]
    Content,
    /// Hash plain names, and put our hash in the place of another where all references are proven.
    Rehash,
    /// As content, but modules import each other under names that stay, and pages lead from those to the hashed ones.
    ImportMap,
    /// Adopt names that carry a hash, leave all others.
    Adopt,
    /// Leave every name; none counts as hashed.
    Off,
}

/// What the linker is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What may be done to names.
    pub mode: NameMode,
    /// Names to leave alone.
    pub keep: Globs,
    /// The URL path the site is served under, starting and ending in `/`; `None` finds it out from the references.
    pub base: Option<String>,
    /// The address of a delivery network that serves the same tree, with a `/` at its end; pages are to ask there.
    pub network: Option<String>,
    /// Whether a manifest of ours will name every asset that pages load.
    pub lists_all: bool,
    /// What pages are to say about what they load: they are final only when all they load is.
    pub security: Security,
    /// Whether comments that name source maps stay.
    pub source_maps: SourceMaps,
    /// Most threads that work at once.
    pub threads: usize,
}

/// One asset as the linker needs it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one asset")]
pub struct Lean {
    /// Where it stood.
    pub path: AssetPath,
    /// What it is.
    pub kind: Kind,
    /// The pressed (or kept) bytes, with the names they came with; `None` while they are not known. What may name
    /// others must be known.
    pub body: Option<Body>,
    /// Whether the bytes may differ from those that came in.
    pub may_change: bool,
    /// The digests, of those that others write down, that its bytes had when they came in.
    pub known_as: Box<[Box<str>]>,
    /// Whether it was published by a package manager and stays as it is, name and bytes.
    pub is_pinned: bool,
    /// Whether an earlier run published these very bytes under this very name, with our hash in it.
    pub has_our_name: bool,
    /// Proven references; spans point into `body`.
    pub references: Box<[Reference]>,
    /// Unproven mentions.
    pub mentions: Box<[Mention]>,
    /// The page's `<base href>`.
    pub base: Option<Box<str>>,
    /// The entries of the page's import maps: specifier and URL.
    pub import_map: Box<[(Box<str>, Box<str>)]>,
    /// Whether any file name in its text may be a reference.
    pub is_opaque: bool,
    /// The comment of `body` that says where its source map is.
    pub source_map: Option<Span>,
}

/// A part of a pressed body that has another length in the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refill {
    /// Where it stood.
    pub span: Span,
    /// How many characters stand there now.
    pub characters: u32,
}

/// One asset with its final name and bytes.
#[derive(Clone, Debug)]
pub struct Named {
    /// Where it stood.
    pub path: AssetPath,
    /// What it is called now.
    pub name: AssetPath,
    /// Whether it is also published under its old name, because something unproven may ask for it.
    pub also_old_name: bool,
    /// How it got its name.
    pub naming: Naming,
    /// What it is.
    pub kind: Kind,
    /// The bytes to publish.
    pub body: Body,
    /// What filling in names did to its pressed body, in order.
    pub refills: Vec<Refill>,
    /// The assets it names.
    pub links: Vec<Link>,
    /// Why it has this name, for `explain`.
    pub reason: &'static str,
}

/// One resolved reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The asset it leads to (index into [`Linked::assets`]).
    pub target: usize,
    /// How that is used.
    pub role: Role,
    /// Where it stands in the file as it came in.
    pub at: Position,
}

/// A site whose names are final.
#[derive(Clone, Debug)]
pub struct Linked {
    /// Every asset, in the order they came in.
    pub assets: Vec<Named>,
    /// The URL path the site is served under.
    pub base: String,
    /// Broken and unproven references.
    pub findings: Vec<Finding>,
}

/// A site whose names are decided, and whose bodies are filled in as they arrive.
#[derive(Debug)]
pub struct Linking {
    filling: Filling,
    /// For each asset, the references that lead to others.
    links: Vec<Vec<Link>>,
    /// What each page that is to be sealed loads.
    reaches: BTreeMap<usize, Reach>,
    base: String,
    findings: Vec<Finding>,
    /// Which assets something names, or which nobody is to be told of.
    is_named: Vec<bool>,
}

/// Ways for references to lead to assets other than by a published name in the place of the old one.
#[derive(Debug, Default)]
struct Ways {
    cdn: Option<Cdn>,
    stable: Stable,
}

impl Ways {
    fn of(
        assets: &[Lean],
        found: &Resolved,
        mentioned: &[Option<mentions::Witness>],
        decisions: &mut [naming::Decision],
        settings: &Settings,
    ) -> Self {
        let cdn = settings.network.as_deref().map(|network| Cdn::of(network, assets, found, mentioned));
        let stable = match settings.mode {
            NameMode::ImportMap => Stable::of(assets, found, mentioned, decisions),
            NameMode::Content | NameMode::Rehash | NameMode::Adopt | NameMode::Off => Stable::default(),
        };
        Self { cdn, stable }
    }

    /// Whether the page `index` is worked on once more when all it names is final.
    fn are_said_in(&self, index: usize) -> bool {
        self.cdn.is_some() || self.stable.pages.contains_key(&index)
    }
}

/// Which assets something names, proven or not; installed packages are nobody's to leave out.
fn is_named(assets: &[Lean], resolved: &Resolved, mentioned: &[Option<mentions::Witness>]) -> Vec<bool> {
    let mut is_named: Vec<bool> =
        assets.iter().zip(mentioned).map(|(asset, witness)| asset.is_pinned || witness.is_some()).collect();
    for (index, targets) in resolved.targets.iter().enumerate() {
        targets.iter().flatten().filter(|target| **target != index).for_each(|target| is_named[*target] = true);
    }
    is_named
}

impl Linking {
    /// Decides what every asset is called, up to the digest in it.
    ///
    /// # Errors
    /// When a body that stayed on disk cannot be read again.
    pub fn decide(mut assets: Vec<Lean>, settings: &Settings) -> io::Result<Self> {
        for asset in &mut assets {
            asset.may_change |= settings.source_maps != SourceMaps::Keep && asset.source_map.is_some();
        }
        let base = settings.base.clone().unwrap_or_else(|| resolve::detect_base(&assets));
        let found = Resolver::new(&assets, &base, settings.network.as_deref()).resolve_all(settings.threads);
        let mentioned = mentions::find(&assets, &base, &found, settings.threads)?;
        let mut decisions = naming::decide(&assets, &found, &mentioned, settings);
        let ways = Ways::of(&assets, &found, &mentioned, &mut decisions, settings);
        let mut findings = broken::findings(&assets, &found.broken);
        findings.extend(naming::explain_mentions(&assets, &mentioned, &decisions));
        if settings.source_maps == SourceMaps::Drop {
            findings.retain(|finding| finding.code != Code::MissingSourceMap);
        }
        findings.extend(ways.cdn.iter().flat_map(|cdn| cdn.findings(&assets, &found)));
        findings.extend_from_slice(&ways.stable.findings);
        if settings.security.integrity == Integrity::Add {
            findings.extend(uncovered::findings(&assets, &found));
        }
        let is_named = is_named(&assets, &found, &mentioned);
        let is_page = |asset: &Lean| asset.kind == Kind::Html && !asset.is_pinned;
        let is_sealed =
            |&page: &usize| (settings.security.seals_pages() || ways.are_said_in(page)) && is_page(&assets[page]);
        let pages = (0..assets.len()).filter(is_sealed);
        let reaches: BTreeMap<usize, Reach> = pages.map(|page| (page, reach::of(page, &assets, &found))).collect();
        let waits = waits(&reaches, &ways.stable, settings.security);
        let links = assets.iter().zip(&found.targets).map(|(asset, targets)| links(asset, targets)).collect();
        let mut filling = Filling::new(assets, &found, decisions, ways, &waits, settings);
        findings.extend(filling.seal(reaches.keys().copied()));
        Ok(Self { filling, links, reaches, base, findings, is_named })
    }

    /// Takes the pressed bodies of some assets, each with its index; says which assets are final now, but for their seal.
    ///
    /// # Errors
    /// When a body that stayed on disk cannot be read again.
    pub fn arrive(&mut self, bodies: impl IntoIterator<Item = (usize, Body)>) -> io::Result<Vec<usize>> {
        self.filling.arrive(bodies)
    }

    /// What the asset `index` loads, if it is a page that must be sealed before it is final.
    #[must_use]
    pub fn reach(&self, index: usize) -> Option<&Reach> {
        self.reaches.get(&index).filter(|_| self.filling.is_to_seal(index))
    }

    /// Takes the sealed body of a page that was said to be final; says which assets are final now by that.
    ///
    /// # Errors
    /// When a body that stayed on disk cannot be read again.
    pub fn sealed(&mut self, index: usize, body: Body) -> io::Result<Vec<usize>> {
        self.filling.sealed(index, body)
    }

    /// The modules that the import map of the page `index` must lead to, each with how it is asked for.
    pub fn asked(&self, index: usize) -> impl Iterator<Item = (usize, &Asked)> {
        self.filling.ways().stable.pages.get(&index).into_iter().flatten().map(|(target, asked)| (*target, asked))
    }

    /// Whether the asset `index` is asked for on the delivery network, if there is one.
    #[must_use]
    pub fn is_on_network(&self, index: usize) -> bool {
        self.filling.ways().cdn.as_ref().is_some_and(|cdn| cdn.has(index))
    }

    /// The URL path the site is served under.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The published name of the asset `index`, once it is final.
    #[must_use]
    pub fn name(&self, index: usize) -> &AssetPath {
        self.filling.name(index)
    }

    /// The published body of the asset `index`, once it is final.
    #[must_use]
    pub fn body(&self, index: usize) -> &Body {
        self.filling.body(index)
    }

    /// The linked site, when every body has arrived.
    #[must_use]
    pub fn finish(self) -> Linked {
        let Self { filling, links, base, mut findings, is_named, .. } = self;
        let assets: Vec<Named> = filling.finish().zip(links).map(|(filled, links)| filled.named(links)).collect();
        findings.extend(remarks::unreferenced(&assets, &is_named));
        findings.extend(remarks::duplicates(&assets));
        Linked { assets, base, findings }
    }
}

/// The references of `asset` that lead to assets, as `targets` says.
fn links(asset: &Lean, targets: &[Option<usize>]) -> Vec<Link> {
    let link = |(reference, target): (&Reference, &Option<usize>)| {
        Some(Link { target: (*target)?, role: reference.role, at: reference.at })
    };
    asset.references.iter().zip(targets).filter_map(link).collect()
}

/// Whether it is a specifier that only an import map makes a URL of: what it leads to is named there, not here.
fn is_bare(reference: &Reference) -> bool {
    let url = &reference.url;
    let is_url = ["/", "./", "../"].iter().any(|start| url.starts_with(start)) || url.contains("://");
    reference.base == Base::Specifier && !is_url
}

/// For each page, what must be final before it: integrity values and import maps are made of what is final.
fn waits(reaches: &BTreeMap<usize, Reach>, stable: &Stable, security: Security) -> BTreeMap<usize, Vec<usize>> {
    let mut waits: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (page, reach) in reaches.iter().filter(|_| security.integrity == Integrity::Add) {
        waits.entry(*page).or_default().extend(reach.assets.keys());
    }
    for (page, asked) in &stable.pages {
        waits.entry(*page).or_default().extend(asked.keys());
    }
    waits
}

/// Whether a URL of this base can only be resolved by knowing the page.
fn needs_page(reference: &Reference) -> bool {
    reference.base == Base::Page && !reference.url.starts_with('/')
}

#[cfg(test)]
mod tests;
