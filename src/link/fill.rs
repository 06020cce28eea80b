//! Final names and final bytes, from the leaves of the graph to its roots, as bodies arrive.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
};

use super::{
    ASSETS_WORTH_A_THREAD, Lean, Link, Named, Naming, Refill, Settings, Ways, adopt, claims, graph,
    naming::{Decision, follows},
    resolve::Resolved,
};
use crate::{
    asset::{AssetPath, Claim, Digest, Kind, Span, url},
    body::Body,
    finding::{Code, Finding},
    maps::{self, SourceMaps},
    parallel,
    refs::manifest,
};

/// Longest published file name in bytes; siblings add up to four more and file systems allow 255.
const MAX_NAME: usize = 240;

/// Something in a body that follows its target.
#[derive(Clone, Copy, Debug)]
enum Hole {
    /// The file name of the target.
    Name(Span, usize),
    /// The address of the target on the delivery network, up to its query.
    Address(Span, usize),
    /// The file name under which an import map leads to the target, whatever that is called.
    Stable(Span, usize),
    /// What is said of the target's bytes.
    Claim(Claim, usize),
    /// The comment with an inline source map, which must follow what is filled in before it.
    InlineMap(Span),
    /// The comment that says where the source map is, which goes.
    MapComment(Span),
}

impl Hole {
    fn span(self) -> Span {
        match self {
            Self::Name(span, _)
            | Self::Address(span, _)
            | Self::Stable(span, _)
            | Self::Claim(Claim { span, .. }, _)
            | Self::InlineMap(span)
            | Self::MapComment(span) => span,
        }
    }

    fn target(self) -> Option<usize> {
        match self {
            Self::Name(_, target) | Self::Address(_, target) | Self::Claim(_, target) => Some(target),
            Self::Stable(..) | Self::InlineMap(_) | Self::MapComment(_) => None,
        }
    }
}

/// What the holes of assets depend on.
struct Terms<'a> {
    assets: &'a [Lean],
    resolved: &'a Resolved,
    decisions: &'a [Decision],
    ways: &'a Ways,
    source_maps: SourceMaps,
}

impl Terms<'_> {
    /// What is to stand in the place of the reference `number` of the asset `index`, which leads to `target`.
    fn hole(&self, index: usize, number: usize, target: usize) -> Option<Hole> {
        let (asset, reference) = (&self.assets[index], &self.assets[index].references[number]);
        if self.resolved.mapped.contains(&(index, number)) {
            return None;
        }
        if self.ways.cdn.as_ref().is_some_and(|cdn| cdn.takes(self.assets, index, reference, target)) {
            return Some(Hole::Address(reference.path(), target));
        }
        if let Some(stable) = self.ways.stable.name(asset, reference, target) {
            let is_other = *stable != self.assets[target].path;
            return is_other.then_some(Hole::Stable(reference.name, target));
        }
        let moves = follows(reference.role)
            && self.decisions[target].naming == Naming::Hashed
            && reference.name.start < reference.name.end;
        moves.then_some(Hole::Name(reference.name, target))
    }
}

fn holes_of(index: usize, terms: &Terms<'_>) -> Vec<Hole> {
    let asset = &terms.assets[index];
    let mut holes = Vec::new();
    for (number, (reference, target)) in asset.references.iter().zip(&terms.resolved.targets[index]).enumerate() {
        let Some(target) = *target else { continue };
        holes.extend(terms.hole(index, number, target));
        if let Some(claim) = reference.claim {
            holes.push(Hole::Claim(claim, target));
        }
    }
    if let Some(comment) = asset.source_map.filter(|_| !asset.is_pinned) {
        match terms.source_maps {
            SourceMaps::Keep if holes.is_empty() => {}
            SourceMaps::Keep => holes.push(Hole::InlineMap(comment)),
            SourceMaps::Hidden | SourceMaps::Drop => holes.push(Hole::MapComment(comment)),
        }
    }
    holes.sort_by_key(|hole| hole.span());
    // Two references may share one span (an import map's value and its integrity key never do; a repeated scan might).
    holes.dedup_by_key(|hole| hole.span());
    holes
}

/// Assets that name each other, filled in together; most are alone.
#[derive(Debug)]
struct Component {
    /// In order of index.
    members: Vec<usize>,
    /// Bodies of members and other components that are not there yet.
    missing: usize,
    /// Components that name this one.
    named_by: Vec<usize>,
}

/// Bodies on their way to being final.
#[derive(Debug)]
pub(super) struct Filling {
    assets: Vec<Lean>,
    decisions: Vec<Decision>,
    ways: Ways,
    holes: Vec<Vec<Hole>>,
    names: Vec<AssetPath>,
    /// Empty until they arrive, then as pressed, then final.
    bodies: Vec<Body>,
    refills: Vec<Vec<Refill>>,
    components: Vec<Component>,
    /// The component of each asset.
    component_of: Vec<usize>,
    /// Assets that others must not rely on before they are sealed.
    to_seal: BTreeSet<usize>,
    /// Paths that came in, case folded: a new name must be new on every file system.
    taken: BTreeSet<String>,
    threads: usize,
}

impl Filling {
    /// `waits` says what else must be final before an asset, besides what it has holes for.
    pub(super) fn new(
        mut assets: Vec<Lean>,
        resolved: &Resolved,
        mut decisions: Vec<Decision>,
        ways: Ways,
        waits: &BTreeMap<usize, Vec<usize>>,
        settings: &Settings,
    ) -> Self {
        let taken = assets.iter().map(|asset| asset.path.as_str().to_lowercase()).collect();
        keep_twins(&assets, &mut decisions);
        let terms =
            Terms { assets: &assets, resolved, decisions: &decisions, ways: &ways, source_maps: settings.source_maps };
        let holes: Vec<Vec<Hole>> = (0..assets.len()).map(|index| holes_of(index, &terms)).collect();
        let (components, component_of) = components(&holes, waits);
        assets.iter_mut().for_each(forget_what_decided);
        Self {
            names: assets.iter().map(|asset| asset.path.clone()).collect(),
            bodies: vec![Body::from_bytes(Vec::new()); assets.len()],
            refills: vec![Vec::new(); assets.len()],
            assets,
            decisions,
            ways,
            holes,
            components,
            component_of,
            to_seal: BTreeSet::new(),
            taken,
            threads: settings.threads,
        }
    }

    /// Takes the pressed bodies of some assets, each with its index; says which assets are final now.
    pub(super) fn arrive(&mut self, bodies: impl IntoIterator<Item = (usize, Body)>) -> io::Result<Vec<usize>> {
        let mut told = Vec::new();
        for (index, body) in bodies {
            self.bodies[index] = body;
            told.push(self.component_of[index]);
        }
        self.tell(&told)
    }

    /// Asks for a seal on each of `pages` that stands alone: who names itself in a circle is part of its own seal. Says
    /// which do not.
    pub(super) fn seal(&mut self, pages: impl Iterator<Item = usize>) -> Vec<Finding> {
        let is_alone = |page: &usize| self.components[self.component_of[*page]].members.len() == 1;
        let (alone, circular): (BTreeSet<usize>, BTreeSet<usize>) = pages.partition(is_alone);
        self.to_seal = alone;
        let message = "not sealed: something that it loads is made of its own bytes, as a list with revisions is";
        let finding = |page: usize| Finding::new(Code::Security, self.assets[page].path.as_str(), message);
        circular.into_iter().map(finding).collect()
    }

    pub(super) fn ways(&self) -> &Ways {
        &self.ways
    }

    pub(super) fn is_to_seal(&self, index: usize) -> bool {
        self.to_seal.contains(&index)
    }

    /// Takes the sealed body of `index`; says which others are final now.
    pub(super) fn sealed(&mut self, index: usize, body: Body) -> io::Result<Vec<usize>> {
        self.bodies[index] = body;
        let told = std::mem::take(&mut self.components[self.component_of[index]].named_by);
        self.tell(&told)
    }

    pub(super) fn name(&self, index: usize) -> &AssetPath {
        &self.names[index]
    }

    /// Each of `told` misses one body less, and who names what is final by that another one, in waves of those that do not
    /// wait for each other; says which assets are final by that.
    fn tell(&mut self, told: &[usize]) -> io::Result<Vec<usize>> {
        let mut finished = Vec::new();
        let mut wave = self.count_down(told);
        while !wave.is_empty() {
            let (mut ready, mut told) = (Vec::new(), Vec::new());
            for number in wave {
                let component = &mut self.components[number];
                if !component.members.iter().any(|member| self.to_seal.contains(member)) {
                    told.append(&mut component.named_by);
                }
                ready.push(std::mem::take(&mut component.members));
            }
            finished.extend(self.complete_all(ready)?);
            wave = self.count_down(&told);
        }
        Ok(finished)
    }

    /// Those of `told` that miss nothing now.
    fn count_down(&mut self, told: &[usize]) -> Vec<usize> {
        let mut ready = Vec::new();
        for &number in told {
            self.components[number].missing -= 1;
            if self.components[number].missing == 0 {
                ready.push(number);
            }
        }
        ready
    }

    pub(super) fn body(&self, index: usize) -> &Body {
        &self.bodies[index]
    }

    /// Every asset with its published name and body.
    pub(super) fn finish(self) -> impl Iterator<Item = Filled> {
        let bodies = self.bodies.into_iter().zip(self.refills);
        let parts = self.assets.into_iter().zip(self.decisions).zip(self.names.into_iter().zip(bodies));
        parts.map(|((asset, decision), (name, (body, refills)))| Filled { asset, decision, name, body, refills })
    }

    /// Completes components that do not wait for each other; says which assets are in them.
    fn complete_all(&mut self, components: Vec<Vec<usize>>) -> io::Result<Vec<usize>> {
        let names_itself = |index: usize| self.holes[index].iter().any(|hole| hole.target() == Some(index));
        let is_alone = |members: &Vec<usize>| members.len() == 1 && !names_itself(members[0]);
        let (alone, circles): (Vec<_>, Vec<_>) = components.into_iter().partition(is_alone);
        let mut finished = alone.concat();
        let filled = parallel::try_map(self.threads, ASSETS_WORTH_A_THREAD, &finished, |&index| self.completed(index))?;
        for (&index, filled) in finished.iter().zip(filled) {
            self.single(index, filled);
        }
        for members in circles {
            self.cycle(&members)?;
            finished.extend(members);
        }
        Ok(finished)
    }

    fn single(&mut self, index: usize, filled: Option<(Body, Vec<Refill>)>) {
        let pressed = *self.bodies[index].digest();
        self.put(index, filled);
        let digest = *self.bodies[index].digest();
        let is_named = self.assets[index].has_our_name && digest == pressed;
        if self.decisions[index].naming == Naming::Hashed && !is_named {
            self.rename(index, &digest);
        }
    }

    /// Members of a cycle name each other, so no one's bytes can be final first: their digests are made of all their
    /// bytes with the names of members left open.
    fn cycle(&mut self, members: &[usize]) -> io::Result<()> {
        // By path: the order in which assets came in must not decide names.
        let mut members = members.to_vec();
        members.sort_by_key(|&member| &self.assets[member].path);
        let ranks: HashMap<usize, usize> = members.iter().enumerate().map(|(rank, &member)| (member, rank)).collect();
        if !self.are_named(&members)? {
            let mut isolated = Vec::new();
            for &member in &members {
                let (body, _) = self.filled(member, |hole| self.left_open(hole, &ranks))?;
                isolated.push(Digest::of(&body));
            }
            let joint = Digest::of_parts(isolated.iter().map(|digest| digest.as_bytes().as_slice()));
            for (rank, &member) in members.iter().enumerate() {
                if self.decisions[member].naming == Naming::Hashed {
                    let digest = Digest::of_parts([joint.as_bytes().as_slice(), &rank.to_le_bytes()]);
                    self.rename(member, &digest);
                }
            }
        }
        for member in self.in_order_of_claims(&members) {
            let filled = self.completed(member)?;
            self.put(member, filled);
        }
        Ok(())
    }

    /// Members whose names are known, so that each has its last bytes before another says something of them; where they wait
    /// for each other, the first.
    fn in_order_of_claims(&self, members: &[usize]) -> Vec<usize> {
        let places: HashMap<usize, usize> =
            members.iter().enumerate().map(|(place, &member)| (member, place)).collect();
        let (mut waits, mut waited_for) = (vec![0_usize; members.len()], vec![Vec::new(); members.len()]);
        for (place, &member) in members.iter().enumerate() {
            for hole in &self.holes[member] {
                let Hole::Claim(_, target) = hole else { continue };
                if let Some(&other) = places.get(target).filter(|&&other| other != place) {
                    waits[place] += 1;
                    waited_for[other].push(place);
                }
            }
        }
        let mut rest: BTreeSet<usize> = (0..members.len()).collect();
        let mut ready: BTreeSet<usize> = rest.iter().copied().filter(|&place| waits[place] == 0).collect();
        let mut order = Vec::with_capacity(members.len());
        while let Some(next) = ready.pop_first().or_else(|| rest.first().copied()) {
            rest.remove(&next);
            order.push(members[next]);
            for &other in &waited_for[next] {
                waits[other] -= 1;
                if waits[other] == 0 && rest.contains(&other) {
                    ready.insert(other);
                }
            }
        }
        order
    }

    /// What stands for a member of a cycle until its name and bytes are known. A name that stays is known already.
    fn left_open(&self, hole: Hole, ranks: &HashMap<usize, usize>) -> Option<String> {
        let target = hole.target()?;
        let is_known = self.decisions[target].naming != Naming::Hashed && !matches!(hole, Hole::Claim(..));
        let rank = ranks.get(&target).filter(|_| !is_known)?;
        Some(format!("\0{rank}/{}", self.assets[target].path.file_name()))
    }

    /// Whether each member of a cycle that is to have a hash has ours from an earlier run, and its bytes stay.
    fn are_named(&self, members: &[usize]) -> io::Result<bool> {
        for &member in members.iter().filter(|&&member| self.decisions[member].naming == Naming::Hashed) {
            let stays = || Ok::<_, io::Error>(Digest::of(&self.filled(member, |_| None)?.0));
            if !self.assets[member].has_our_name || stays()? != *self.bodies[member].digest() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The body of `index` with every hole filled from what is final by now, and where it differs; `None` without holes.
    fn completed(&self, index: usize) -> io::Result<Option<(Body, Vec<Refill>)>> {
        if self.holes[index].is_empty() {
            return Ok(None);
        }
        let (mut body, refills) = self.filled(index, |_| None)?;
        if self.assets[index].kind == Kind::BuildManifest {
            body = manifest::sealed(&self.bodies[index].read()?, &body).unwrap_or(body);
        }
        Ok(Some((Body::from_bytes(body), refills)))
    }

    fn put(&mut self, index: usize, filled: Option<(Body, Vec<Refill>)>) {
        if let Some((body, refills)) = filled {
            (self.bodies[index], self.refills[index]) = (body, refills);
        }
    }

    fn filled(&self, index: usize, open: impl Fn(Hole) -> Option<String>) -> io::Result<(Vec<u8>, Vec<Refill>)> {
        let mut refills = Vec::new();
        let source = self.bodies[index].read()?;
        let holes = &self.holes[index];
        let mut filled = Vec::with_capacity(source.len() + holes.len() * 12);
        let mut at = 0;
        for &hole in holes {
            let range = hole.span().range();
            if range.start < at || range.end > source.len() {
                continue;
            }
            filled.extend_from_slice(&source[at..range.start]);
            let written = &source[range.clone()];
            let text = match (hole, open(hole)) {
                (_, Some(text)) => text,
                (Hole::InlineMap(_), None) => moved_map(&source, written, &refills),
                (_, None) => self.text_for(hole, written)?,
            };
            if text.as_bytes() != written {
                let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
                refills.push(Refill { span: hole.span(), characters });
            }
            if matches!(hole, Hole::MapComment(_)) && filled.ends_with(b"\n") {
                filled.pop();
            }
            filled.extend_from_slice(text.as_bytes());
            at = range.end;
        }
        filled.extend_from_slice(&source[at..]);
        Ok((filled, refills))
    }

    fn text_for(&self, hole: Hole, written: &[u8]) -> io::Result<String> {
        let as_written = || String::from_utf8_lossy(written).into_owned();
        match hole {
            Hole::Name(_, target) if self.names[target] == self.assets[target].path => Ok(as_written()),
            Hole::Name(_, target) => Ok(url::encode_file_name(self.names[target].file_name())),
            Hole::Address(_, target) => Ok(self.address(target).unwrap_or_else(as_written)),
            Hole::Stable(_, target) => Ok(self.stable_name(target).unwrap_or_else(as_written)),
            Hole::Claim(claim, target) => claims::renewed(claim.form, &as_written(), &self.bodies[target]),
            Hole::InlineMap(_) => Ok(as_written()),
            Hole::MapComment(_) => Ok(String::new()),
        }
    }

    fn address(&self, target: usize) -> Option<String> {
        self.ways.cdn.as_ref().map(|cdn| cdn.address(&self.names[target]))
    }

    fn stable_name(&self, target: usize) -> Option<String> {
        self.ways.stable.path(target).map(|path| url::encode_file_name(path.file_name()))
    }

    fn rename(&mut self, index: usize, digest: &Digest) {
        let name = hashed_name(&self.assets[index].path, self.decisions[index], digest);
        match name.filter(|name| !self.taken.contains(&name.as_str().to_lowercase())) {
            Some(name) => self.names[index] = name,
            None => self.decisions[index] = Decision::fixed(TAKEN),
        }
    }
}

/// Names are decided and holes known: what led to them is not looked at again, and there is more of it than of the rest.
fn forget_what_decided(asset: &mut Lean) {
    asset.body = None;
    asset.references = Box::default();
    asset.mentions = Box::default();
    asset.import_map = Box::default();
}

const TAKEN: &str = "its hashed name is taken by another file";

/// Of assets whose hashed names could be the same on some file system, only the first gets one.
fn keep_twins(assets: &[Lean], decisions: &mut [Decision]) {
    let mut seen = BTreeSet::new();
    let hashed = assets.iter().zip(decisions).filter(|(_, decision)| decision.naming == Naming::Hashed);
    for (asset, decision) in hashed {
        let pattern = hashed_name(&asset.path, *decision, &Digest::of(b""));
        if !pattern.is_some_and(|pattern| seen.insert(pattern.as_str().to_lowercase())) {
            *decision = Decision::fixed(TAKEN);
        }
    }
}

/// What must be filled in together, and what waits for what.
fn components(holes: &[Vec<Hole>], waits: &BTreeMap<usize, Vec<usize>>) -> (Vec<Component>, Vec<usize>) {
    let mut edges: Vec<Vec<usize>> =
        holes.iter().map(|holes| holes.iter().filter_map(|hole| hole.target()).collect()).collect();
    for (&index, others) in waits {
        edges[index].extend(others);
    }
    let mut component_of = vec![0; holes.len()];
    let mut components: Vec<Component> = Vec::new();
    for (number, members) in graph::components(&edges).into_iter().enumerate() {
        for &member in &members {
            component_of[member] = number;
        }
        let named: BTreeSet<usize> =
            members.iter().flat_map(|&member| &edges[member]).map(|&target| component_of[target]).collect();
        let others: Vec<usize> = named.into_iter().filter(|&other| other != number).collect();
        let missing = members.len() + others.len();
        for other in others {
            components[other].named_by.push(number);
        }
        components.push(Component { members, missing, named_by: Vec::new() });
    }
    (components, component_of)
}

/// An asset whose name and body are final.
pub(super) struct Filled {
    asset: Lean,
    decision: Decision,
    name: AssetPath,
    body: Body,
    refills: Vec<Refill>,
}

impl Filled {
    /// With the assets that it names.
    pub(super) fn named(self, links: Vec<Link>) -> Named {
        let Self { asset, decision, name, body, refills } = self;
        Named {
            links,
            also_old_name: decision.also_old_name && name != asset.path,
            naming: decision.naming,
            name,
            kind: asset.kind,
            body,
            refills,
            reason: decision.reason,
            path: asset.path,
        }
    }
}

/// The comment `written` at the end of `source` with the map in it moved along with `refills`, or as it was when there is
/// no map in it or none that can be read.
fn moved_map(source: &[u8], written: &[u8], refills: &[Refill]) -> String {
    let comment = String::from_utf8_lossy(written).into_owned();
    let Ok(source) = std::str::from_utf8(source) else { return comment };
    maps::moved_inline(&comment, &edits(source, refills)).unwrap_or(comment)
}

/// What `refills` did, in lines and columns of the pressed body.
pub(crate) fn edits(pressed: &str, refills: &[Refill]) -> Vec<maps::Edit> {
    if refills.is_empty() {
        return Vec::new();
    }
    let lines = maps::Lines::of(pressed);
    let edit = |refill: &Refill| {
        let range = refill.span.range();
        maps::Edit { from: lines.place(range.start), to: lines.place(range.end), columns: refill.characters }
    };
    refills.iter().map(edit).collect()
}

/// `css/a.min.css` becomes `css/a.min-3k7m2q9x.css`, and where the hash of a bundler is replaced so does
/// `css/a.min-W1erjkBN.css`; a stem that would be too long is cut.
fn hashed_name(path: &AssetPath, decision: Decision, digest: &Digest) -> Option<AssetPath> {
    let bare = decision.replaces_hash.then(|| adopt::without_hash(path)).flatten();
    let path = bare.as_ref().unwrap_or(path);
    let extension = path.extension();
    let tail =
        if extension.is_empty() { format!("-{}", digest.short()) } else { format!("-{}.{extension}", digest.short()) };
    let mut stem = path.file_name();
    if !extension.is_empty() {
        stem = &stem[..stem.len() - extension.len() - 1];
    }
    let mut length = stem.len().min(MAX_NAME.saturating_sub(tail.len()));
    while !stem.is_char_boundary(length) {
        length -= 1;
    }
    path.with_file_name(&format!("{}{tail}", &stem[..length])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_stems_are_cut() {
        let named = |name: &str| {
            let path = AssetPath::new(name).unwrap();
            hashed_name(&path, Decision::fixed("a test"), &Digest::of(b"x")).unwrap().as_str().to_owned()
        };
        assert!(named("a/b.css").starts_with("a/b-"));
        for long in [format!("{}.css", "x".repeat(251)), format!("{}.css", "\u{65e5}".repeat(83)), "y".repeat(255)] {
            let name = named(&long);
            assert!(name.len() <= MAX_NAME && name.contains('-'), "{name}");
            assert_eq!(name.rsplit_once('.').is_some_and(|(_, end)| end == "css"), long.contains(".css"));
        }
    }
}
