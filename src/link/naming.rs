//! What each asset may be called, and why.

use std::collections::BTreeMap;

use super::{
    Lean, NameMode, Naming, Settings, adopt, fixed,
    mentions::{Hold, Witness, address_path},
    reach,
    resolve::Resolved,
};
use crate::{
    asset::{ClaimForm, Kind, Role},
    config::Integrity,
    finding::{Code, Finding},
};

/// Why assets have their old names alone that pages could ask for under others.
const ASKED: &str = "something unproven asks for it by its whole path: under two names it would travel twice";
const HINTED: &str =
    "pages only hint at it, and something unproven may ask for it: under two names it would travel twice";
const FOUND: &str = "something unproven finds it by its name among what the page loads";

/// What was decided about one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) naming: Naming,
    /// Published under its old name as well.
    pub(super) also_old_name: bool,
    /// Our hash takes the place of the one in its name.
    pub(super) replaces_hash: bool,
    pub(super) reason: &'static str,
}

impl Decision {
    pub(super) fn fixed(reason: &'static str) -> Self {
        Self { naming: Naming::Fixed, also_old_name: false, replaces_hash: false, reason }
    }

    fn hashed(also_old_name: bool, reason: &'static str) -> Self {
        Self { naming: Naming::Hashed, also_old_name, ..Self::fixed(reason) }
    }

    pub(super) fn adopted() -> Self {
        Self { naming: Naming::Adopted, ..Self::fixed("its name carries a hash already") }
    }
}

/// How one asset is named by the others.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, gathered from many references")]
struct Uses {
    /// A reference that can follow a new name.
    movable: bool,
    /// One that does more than hint: a page that only preloads what a script loads must not ask for it under another name.
    is_loaded: bool,
    /// Links and addresses that others may have stored.
    addressed: bool,
    /// A framework reads its name from a manifest; templates that nobody sees here may have it written out.
    is_listed: bool,
    is_module: bool,
    is_service_worker: bool,
    has_integrity: bool,
}

impl Uses {
    /// A manifest of ours names it: templates find it there, and those that do not will ask for the old name.
    fn list(&mut self) {
        self.addressed |= !self.movable;
        (self.movable, self.is_loaded) = (true, true);
    }
}

/// Whether a reference of this role is rewritten when its target gets a new name.
pub(super) fn follows(role: Role) -> bool {
    match role {
        Role::Stylesheet
        | Role::Script
        | Role::Module
        | Role::LazyModule
        | Role::Worker
        | Role::Precache
        | Role::Listed
        | Role::Resource
        | Role::Embedded
        | Role::Preload
        | Role::Icon => true,
        Role::ServiceWorker | Role::Manifest | Role::Navigation | Role::Outside | Role::SourceMap | Role::Digest => {
            false
        }
    }
}

pub(super) fn decide(
    assets: &[Lean],
    resolved: &Resolved,
    mentioned: &[Option<Witness>],
    settings: &Settings,
) -> Vec<Decision> {
    let mut uses = uses(assets, resolved, settings.security.integrity);
    if settings.lists_all {
        uses.iter_mut().zip(assets).filter(|(_, asset)| asset.kind.is_loaded()).for_each(|(uses, _)| uses.list());
    }
    let adopted = adopt::is_adopted(assets.iter().map(|asset| &asset.path));
    let decide = |(index, asset): (usize, &Lean)| {
        decide_one(asset, uses[index], adopted[index], mentioned[index].as_ref(), settings)
    };
    assets.iter().enumerate().map(decide).collect()
}

fn decide_one(
    asset: &Lean,
    uses: Uses,
    is_adopted: bool,
    mentioned: Option<&Witness>,
    settings: &Settings,
) -> Decision {
    let is_mentioned = mentioned.is_some();
    if settings.mode == NameMode::Off {
        return Decision::fixed("names are left alone by configuration");
    }
    if asset.is_pinned {
        return Decision::fixed("installed by a package manager, published as it is");
    }
    if settings.keep.is_match(asset.path.as_str()) {
        return Decision::fixed("kept by configuration");
    }
    if let Some(reason) = fixed::reason(&asset.path, asset.kind) {
        return Decision::fixed(reason);
    }
    if uses.is_service_worker {
        return Decision::fixed("service workers keep their names");
    }
    if asset.has_our_name && settings.mode != NameMode::Adopt {
        return Decision::hashed(false, "an earlier run put our hash in its name");
    }
    if is_adopted {
        return decide_adopted(asset, uses, is_mentioned, settings.mode);
    }
    if settings.mode == NameMode::Adopt {
        return Decision::fixed("only names that carry a hash count, by configuration");
    }
    if !uses.movable {
        return Decision::fixed("no proven reference could follow a new name");
    }
    if is_mentioned && (uses.is_module || asset.kind == Kind::JsModule) {
        return Decision::fixed(
            "a module under two names would run twice, and something unproven may ask for this one",
        );
    }
    if uses.is_listed && (uses.is_module || asset.kind == Kind::JsModule) {
        return Decision::fixed(
            "a module under two names would run twice, and templates may have this one written out",
        );
    }
    if is_mentioned && !uses.is_loaded {
        return Decision::fixed(HINTED);
    }
    match mentioned.map(|witness| witness.hold) {
        Some(Hold::Asks) => return Decision::fixed(ASKED),
        Some(Hold::Finds) => return Decision::fixed(FOUND),
        Some(Hold::Loose) | None => {}
    }
    match (is_mentioned, uses.addressed || uses.is_listed) {
        (true, _) => Decision::hashed(true, "something unproven may ask for the old name"),
        (_, true) => Decision::hashed(true, "links or others from outside know the old name"),
        (false, false) => Decision::hashed(false, "all references are proven"),
    }
}

/// The name of an asset that carries a bundler's hash.
fn decide_adopted(asset: &Lean, uses: Uses, is_mentioned: bool, mode: NameMode) -> Decision {
    let can_move = uses.movable && mode != NameMode::Adopt;
    if can_move && mode == NameMode::Rehash && !is_mentioned && !uses.addressed {
        let reason = "our hash replaces the one in its name, by configuration";
        return Decision { replaces_hash: true, ..Decision::hashed(false, reason) };
    }
    if can_move && mode == NameMode::ImportMap && uses.is_module && !is_mentioned && !uses.addressed {
        let reason = "our hash replaces the one in its name, which an import map leads to";
        return Decision { replaces_hash: true, ..Decision::hashed(false, reason) };
    }
    // A cached copy of the old bytes under the same name would fail a new integrity check.
    if can_move && asset.may_change && uses.has_integrity {
        return Decision::hashed(is_mentioned, "its bytes changed under a name that integrity pins");
    }
    Decision::adopted()
}

fn uses(assets: &[Lean], resolved: &Resolved, integrity: Integrity) -> Vec<Uses> {
    let mut uses = vec![Uses::default(); assets.len()];
    for (index, (asset, targets)) in assets.iter().zip(&resolved.targets).enumerate() {
        for (number, (reference, target)) in asset.references.iter().zip(targets).enumerate() {
            let Some(target) = *target else { continue };
            let of_target = &mut uses[target];
            let is_mapped = resolved.mapped.contains(&(index, number));
            let is_movable = follows(reference.role) && reference.role != Role::Precache && !is_mapped;
            of_target.movable |= is_movable;
            // Lists in scripts are of what these load themselves.
            of_target.is_loaded |= is_movable && (reference.role != Role::Preload || asset.kind.is_js());
            of_target.addressed |= matches!(reference.role, Role::Navigation | Role::Outside);
            of_target.is_listed |= reference.role == Role::Listed;
            of_target.is_module |= matches!(reference.role, Role::Module | Role::LazyModule);
            of_target.is_service_worker |= reference.role == Role::ServiceWorker;
            let is_sealed = integrity == Integrity::Add && reach::loads(reference.role);
            of_target.has_integrity |= is_sealed;
            of_target.has_integrity |= reference.claim.is_some_and(|claim| claim.form == ClaimForm::Integrity);
        }
    }
    uses
}

/// One finding per text that made assets keep their names.
pub(super) fn explain_mentions(assets: &[Lean], mentioned: &[Option<Witness>], decisions: &[Decision]) -> Vec<Finding> {
    let mut by_witness: BTreeMap<&Witness, Vec<usize>> = BTreeMap::new();
    for (index, witness) in mentioned.iter().enumerate() {
        let matters = decisions[index].naming == Naming::Hashed || decisions[index].reason.contains("unproven");
        // Whoever has a whole address, as pages give it to others, gets the old name: nothing is left to prove.
        let is_address = |witness: &&Witness| address_path(&witness.text).is_some();
        if let Some(witness) = witness.as_ref().filter(|witness| matters && !is_address(witness)) {
            by_witness.entry(witness).or_default().push(index);
        }
    }
    let finding = |(witness, targets): (&Witness, Vec<usize>)| {
        let first = &assets[targets[0]].path;
        let others = match targets.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let kept = match decisions[targets[0]].naming {
            Naming::Hashed => "kept under the old name as well",
            Naming::Adopted | Naming::Fixed => "kept under the old name alone",
        };
        let message = match witness.text.as_str() {
            "" => format!("a name that is put together at run time may be {first}{others}: {kept}"),
            text if witness.hold == Hold::Finds => format!("{text:?} finds {first}{others} by name: {kept}"),
            text => format!("{text:?} may name {first}{others}: {kept}"),
        };
        Finding::new(Code::UnprovenReference, assets[witness.asset].path.as_str(), message)
            .at(witness.at)
            .hint("a literal URL, or new URL(\"...\", import.meta.url), can be proven")
    };
    by_witness.into_iter().map(finding).collect()
}
