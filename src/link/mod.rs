//! Link: which asset names which, what each will be called, and the bodies with the final names in them.
//!
//! Pressed assets in, [`Linked`] out. A name is a function of the published bytes: import cycles get one joint digest,
//! and a name changes exactly when what is published under it changes. What cannot be proven keeps its old name.

mod adopt;
mod fill;
mod fixed;
mod graph;
mod mentions;
mod naming;
mod resolve;

use std::io;

use serde::{Deserialize, Serialize};

pub use adopt::is_adopted;

use self::{naming::Decision, resolve::Resolver};
use crate::{
    asset::{AssetPath, Base, Kind, Mention, Position, Reference, Role},
    body::Body,
    config::Globs,
    finding::Finding,
};

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
}

/// One asset as the linker needs it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one asset")]
pub struct Lean {
    /// Where it stood.
    pub path: AssetPath,
    /// What it is.
    pub kind: Kind,
    /// The pressed (or kept) bytes, with the names they came with.
    pub body: Body,
    /// Whether the bytes differ from those that came in.
    pub is_changed: bool,
    /// Whether it was published by a package manager and stays as it is, name and bytes.
    pub is_pinned: bool,
    /// Whether an earlier run published these very bytes under this very name, with our hash in it.
    pub has_our_name: bool,
    /// Proven references; spans point into `body`.
    pub references: Vec<Reference>,
    /// Unproven mentions.
    pub mentions: Vec<Mention>,
    /// The page's `<base href>`.
    pub base: Option<Box<str>>,
    /// Whether any file name in its text may be a reference.
    pub is_opaque: bool,
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

/// Names every asset and fills the names in.
///
/// # Errors
/// When a body that stayed on disk cannot be read again.
pub fn link(assets: Vec<Lean>, settings: &Settings) -> io::Result<Linked> {
    let base = settings.base.clone().unwrap_or_else(|| resolve::detect_base(&assets));
    let resolver = Resolver::new(&assets, &base);
    let mut found = resolver.resolve_all();
    let mentioned = mentions::find(&assets, &base, &found)?;
    let mut decisions = naming::decide(&assets, &found, &mentioned, settings);
    let mut findings = std::mem::take(&mut found.findings);
    findings.extend(naming::explain_mentions(&assets, &mentioned, &decisions));
    let (names, bodies) = fill::fill(&assets, &found, &mut decisions)?;
    let parts = assets.into_iter().zip(found.targets).zip(decisions).zip(names.into_iter().zip(bodies));
    let finished = parts.map(|(((asset, targets), decision), final_parts)| {
        let (name, body) = final_parts;
        finish(asset, &targets, &decision, name, body)
    });
    Ok(Linked { assets: finished.collect(), base, findings })
}

fn finish(asset: Lean, targets: &[Option<usize>], decision: &Decision, name: AssetPath, body: Body) -> Named {
    let to_link = |(reference, target): (&Reference, &Option<usize>)| {
        Some(Link { target: (*target)?, role: reference.role, at: reference.at })
    };
    let links = asset.references.iter().zip(targets).filter_map(to_link).collect();
    Named {
        also_old_name: decision.also_old_name && name != asset.path,
        naming: decision.naming,
        name,
        kind: asset.kind,
        body,
        links,
        reason: decision.reason,
        path: asset.path,
    }
}

/// Whether a URL of this base can only be resolved by knowing the page.
fn needs_page(reference: &Reference) -> bool {
    reference.base == Base::Page && !reference.url.starts_with('/')
}

#[cfg(test)]
mod tests;
