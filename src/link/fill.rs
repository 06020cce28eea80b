//! Final names and final bytes, in one walk from the leaves of the graph to its roots.

use std::{collections::BTreeSet, io};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::{
    Lean, Naming, graph,
    naming::{Decision, follows},
    resolve::Resolved,
};
use crate::{
    asset::{AssetPath, Digest, Span, url},
    body::Body,
};

/// Longest published file name in bytes; siblings add up to four more and file systems allow 255.
const MAX_NAME: usize = 240;

/// Something in a body that follows its target.
#[derive(Clone, Copy, Debug)]
enum Hole {
    /// The file name of the target.
    Name(Span, usize),
    /// The integrity value of the target.
    Integrity(Span, usize),
}

impl Hole {
    fn span(self) -> Span {
        match self {
            Self::Name(span, _) | Self::Integrity(span, _) => span,
        }
    }

    fn target(self) -> usize {
        match self {
            Self::Name(_, target) | Self::Integrity(_, target) => target,
        }
    }
}

/// The published path and the final body of every asset. `decisions` change where a new name is taken already.
pub(super) fn fill(
    assets: &[Lean],
    resolved: &Resolved,
    decisions: &mut [Decision],
) -> io::Result<(Vec<AssetPath>, Vec<Body>)> {
    let holes: Vec<Vec<Hole>> = assets.iter().zip(&resolved.targets).map(|(a, t)| holes_of(a, t, decisions)).collect();
    let edges: Vec<Vec<usize>> = holes.iter().map(|holes| holes.iter().map(|hole| hole.target()).collect()).collect();
    let mut filling = Filling {
        assets,
        decisions,
        names: assets.iter().map(|asset| asset.path.clone()).collect(),
        bodies: assets.iter().map(|asset| asset.body.clone()).collect(),
        taken: assets.iter().map(|asset| asset.path.as_str().to_lowercase()).collect(),
    };
    for component in graph::components(&edges) {
        match component.as_slice() {
            [only] if !edges[*only].contains(only) => filling.single(*only, &holes[*only])?,
            members => filling.cycle(members, &holes)?,
        }
    }
    Ok((filling.names, filling.bodies))
}

fn holes_of(asset: &Lean, targets: &[Option<usize>], decisions: &[Decision]) -> Vec<Hole> {
    let mut holes = Vec::new();
    for (reference, target) in asset.references.iter().zip(targets) {
        let Some(target) = *target else { continue };
        if follows(reference.role)
            && decisions[target].naming == Naming::Hashed
            && reference.name.start < reference.name.end
        {
            holes.push(Hole::Name(reference.name, target));
        }
        if let Some(span) = reference.integrity {
            holes.push(Hole::Integrity(span, target));
        }
    }
    holes.sort_by_key(|hole| hole.span());
    // Two references may share one span (an import map's value and its integrity key never do; a repeated scan might).
    holes.dedup_by_key(|hole| hole.span());
    holes
}

struct Filling<'a> {
    assets: &'a [Lean],
    decisions: &'a mut [Decision],
    names: Vec<AssetPath>,
    bodies: Vec<Body>,
    /// Published paths so far, case folded: a new name must be new on every file system.
    taken: BTreeSet<String>,
}

impl Filling<'_> {
    fn single(&mut self, index: usize, holes: &[Hole]) -> io::Result<()> {
        self.complete(index, holes)?;
        let is_named =
            self.assets[index].has_our_name && self.bodies[index].digest() == self.assets[index].body.digest();
        if self.decisions[index].naming == Naming::Hashed && !is_named {
            let digest = *self.bodies[index].digest();
            self.rename(index, &digest);
        }
        Ok(())
    }

    /// Members of a cycle name each other, so no one's bytes can be final first: their digests are made of all their
    /// bytes with the names of members left open.
    fn cycle(&mut self, members: &[usize], holes: &[Vec<Hole>]) -> io::Result<()> {
        if self.are_named(members, holes)? {
            return members.iter().try_for_each(|&member| self.complete(member, &holes[member]));
        }
        let mut isolated = Vec::new();
        for &member in members {
            let body = self.filled(member, &holes[member], |target| {
                members
                    .binary_search(&target)
                    .ok()
                    .map(|rank| format!("\0{rank}/{}", self.assets[target].path.file_name()))
            })?;
            isolated.push(Digest::of(&body));
        }
        let joint = Digest::of_parts(isolated.iter().map(|digest| digest.as_bytes().as_slice()));
        for (rank, &member) in members.iter().enumerate() {
            if self.decisions[member].naming == Naming::Hashed {
                let digest = Digest::of_parts([joint.as_bytes().as_slice(), &rank.to_le_bytes()]);
                self.rename(member, &digest);
            }
        }
        members.iter().try_for_each(|&member| self.complete(member, &holes[member]))
    }

    /// Whether each member of a cycle that is to have a hash has ours from an earlier run, and its bytes stay.
    fn are_named(&self, members: &[usize], holes: &[Vec<Hole>]) -> io::Result<bool> {
        for &member in members.iter().filter(|&&member| self.decisions[member].naming == Naming::Hashed) {
            let asset = &self.assets[member];
            let stays = || Ok::<_, io::Error>(Digest::of(&self.filled(member, &holes[member], |_| None)?));
            if !asset.has_our_name || stays()? != *asset.body.digest() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Fills every hole of `index` from what is final by now.
    fn complete(&mut self, index: usize, holes: &[Hole]) -> io::Result<()> {
        if !holes.is_empty() {
            let body = self.filled(index, holes, |_| None)?;
            self.bodies[index] = Body::from_bytes(body);
        }
        Ok(())
    }

    fn filled(&self, index: usize, holes: &[Hole], open: impl Fn(usize) -> Option<String>) -> io::Result<Vec<u8>> {
        let source = self.assets[index].body.read()?;
        let mut filled = Vec::with_capacity(source.len() + holes.len() * 12);
        let mut at = 0;
        for &hole in holes {
            let range = hole.span().range();
            if range.start < at || range.end > source.len() {
                continue;
            }
            filled.extend_from_slice(&source[at..range.start]);
            let written = &source[range.clone()];
            let text = match open(hole.target()) {
                Some(text) => text,
                None => self.text_for(hole, written)?,
            };
            filled.extend_from_slice(text.as_bytes());
            at = range.end;
        }
        filled.extend_from_slice(&source[at..]);
        Ok(filled)
    }

    fn text_for(&self, hole: Hole, written: &[u8]) -> io::Result<String> {
        let as_written = || String::from_utf8_lossy(written).into_owned();
        match hole {
            Hole::Name(_, target) if self.names[target] == self.assets[target].path => Ok(as_written()),
            Hole::Name(_, target) => Ok(url::encode_file_name(self.names[target].file_name())),
            Hole::Integrity(_, target) => integrity(&as_written(), &self.bodies[target]),
        }
    }

    fn rename(&mut self, index: usize, digest: &Digest) {
        let name = hashed_name(&self.assets[index].path, digest);
        match name.filter(|name| self.taken.insert(name.as_str().to_lowercase())) {
            Some(name) => self.names[index] = name,
            None => {
                self.decisions[index] = Decision {
                    naming: Naming::Fixed,
                    also_old_name: false,
                    reason: "its hashed name is taken by another file",
                };
            }
        }
    }
}

/// `css/a.min.css` becomes `css/a.min-3k7m2q9x.css`; a stem that would be too long is cut.
fn hashed_name(path: &AssetPath, digest: &Digest) -> Option<AssetPath> {
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

/// The integrity of `body` in the same algorithms as `written` (W3C Subresource Integrity).
fn integrity(written: &str, body: &Body) -> io::Result<String> {
    let bytes = body.read()?;
    let hash = |token: &str| match token.split_once('-').map(|(algorithm, _)| algorithm) {
        Some("sha256") => Some(format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(&bytes)))),
        Some("sha384") => Some(format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(&bytes)))),
        Some("sha512") => Some(format!("sha512-{}", BASE64_STANDARD.encode(Sha512::digest(&bytes)))),
        _ => None,
    };
    let mut hashes: Vec<String> = written.split_ascii_whitespace().filter_map(hash).collect();
    hashes.dedup();
    Ok(if hashes.is_empty() { written.to_owned() } else { hashes.join(" ") })
}
