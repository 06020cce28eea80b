//! Pack every published body whose siblings were not made at its press, and sort out the siblings that came along.

use std::io;

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha384};

use super::{Gathered, PressedAsset, Tools};
use crate::{
    action::{Action, Origin, Outcome, Weighted},
    asset::{Digest, Kind},
    config::Config,
    error::Error,
    finding::{Code, Finding},
    judge::Weighed,
    link::{Linked, Named},
    pack::{self, Encoding},
    walk::{self, Found},
};

/// What can be said of a body once it is final.
#[derive(Clone, Debug, Default)]
pub struct Siblings {
    /// The body it was said of.
    of: Option<Digest>,
    /// Its compressed forms, by encoding.
    made: Vec<(Encoding, pack::Packed)>,
    /// Its subresource integrity: `sha384-...`.
    integrity: String,
}

/// A compressed copy to publish.
#[derive(Clone, Debug)]
pub struct Sibling {
    /// Its coding.
    pub encoding: Encoding,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// One asset, ready to be published.
#[derive(Clone, Debug)]
pub struct PackedAsset {
    /// Name, bytes and references.
    pub named: Named,
    /// What the press said.
    pub pressed: crate::press::Pressed,
    /// Bytes as they came in.
    pub bytes_in: u64,
    /// Bytes after its press, before names were filled in.
    pub pressed_bytes: u64,
    /// Where the press result came from.
    pub origin: Option<Origin>,
    /// Seconds the press took in this run.
    pub seconds: f64,
    /// Copies to publish beside it.
    pub siblings: Vec<Sibling>,
    /// Subresource integrity of the published bytes: `sha384-...`.
    pub integrity: String,
    /// Whether its text is known to be UTF-8.
    pub is_utf8: bool,
    /// Bytes that travel with each coding, whether or not it is published.
    pub wire: Vec<(Encoding, u64)>,
}

impl PackedAsset {
    /// Bytes that travel to a client that accepts `encoding`.
    #[must_use]
    pub fn wire(&self, encoding: Encoding) -> u64 {
        let measured = self.wire.iter().find(|(found, _)| *found == encoding);
        measured.map_or(self.named.body.len(), |(_, bytes)| *bytes)
    }

    fn weighed(&self) -> Weighed<'_> {
        Weighed {
            path: self.named.path.as_str(),
            name: self.named.name.as_str(),
            kind: self.named.kind,
            identity: self.named.body.len(),
            gzip: self.wire(Encoding::Gzip),
            brotli: self.wire(Encoding::Br),
            links: &self.named.links,
        }
    }
}

/// All assets, ready to be published.
#[derive(Clone, Debug)]
pub struct Packed {
    /// In the order of [`Gathered::assets`].
    pub assets: Vec<PackedAsset>,
    /// The URL path the site is served under.
    pub base: String,
    /// From press, link and pack.
    pub findings: Vec<Finding>,
}

impl Packed {
    /// As budgets see them.
    #[must_use]
    pub fn weighed(&self) -> Vec<Weighed<'_>> {
        self.assets.iter().map(PackedAsset::weighed).collect()
    }
}

/// Every coding that is published or measured.
fn encodings(config: &Config) -> impl Iterator<Item = Encoding> + '_ {
    // Brotli and gzip sizes are part of every report and the measure of budgets.
    Encoding::ALL.into_iter().filter(|encoding| *encoding != Encoding::Zstd || config.encodings.contains(encoding))
}

/// The siblings of one final body.
pub(super) fn siblings(kind: Kind, body: &[u8], digest: &Digest, config: &Config, tools: &Tools) -> Siblings {
    let integrity = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(body)));
    if !kind.is_compressible() {
        return Siblings { of: Some(*digest), made: Vec::new(), integrity };
    }
    let make = |encoding| {
        let action = Action::Pack { encoding, level: config.level };
        match tools.runner.run(&action, body, digest).outcome {
            Outcome::Packed(packed) => Some((encoding, packed)),
            Outcome::Pressed(_) => None,
        }
    };
    Siblings { of: Some(*digest), made: encodings(config).filter_map(make).collect(), integrity }
}

pub(super) fn pack(
    gathered: &Gathered,
    pressed: Vec<PressedAsset>,
    linked: Linked,
    config: &Config,
    tools: &Tools,
) -> Result<Packed, Error> {
    let waits = |(pressed, named): &(PressedAsset, Named)| pressed.siblings.of.as_ref() != Some(named.body.digest());
    let mut both: Vec<(PressedAsset, Named)> = pressed.into_iter().zip(linked.assets).collect();
    let waiting: Vec<Weighted<usize>> =
        (0..both.len()).filter(|&index| waits(&both[index])).map(|index| weighted(index, &both[index].1)).collect();
    tools.progress.stage("pack", waiting.iter().map(|item| both[item.item].1.body.len()).sum());
    let made = tools.pool.map(&waiting, |&index| {
        let named = &both[index].1;
        if tools.interrupt.is_raised() {
            return Err(Error::Interrupted(crate::error::Signal::Interrupt));
        }
        let body = named.body.read().map_err(|error| unreadable(&gathered.assets[index].found, error))?;
        let siblings = siblings(named.kind, &body, named.body.digest(), config, tools);
        tools.progress.advance(named.body.len());
        Ok((index, siblings))
    });
    for made in made.map_err(|error| Error::input_output("start threads for", std::path::Path::new("pack"), error))? {
        let (index, siblings) = made?;
        both[index].0.siblings = siblings;
    }
    let mut findings = linked.findings;
    let mut assets = Vec::with_capacity(both.len());
    for (index, (pressed, named)) in both.into_iter().enumerate() {
        findings.extend(pressed.findings.iter().cloned());
        let mut asset = finish(pressed, named, config, &mut findings);
        if let Some(brought) = gathered.siblings.get(&index) {
            keep_or_replace(&mut asset, brought, &mut findings)?;
        }
        assets.push(asset);
    }
    Ok(Packed { assets, base: linked.base, findings })
}

fn weighted(index: usize, named: &Named) -> Weighted<usize> {
    let bytes = named.body.len();
    Weighted { item: index, cost: if named.kind.is_compressible() { bytes } else { 0 }, memory: bytes * 8 + (24 << 20) }
}

fn unreadable(found: &Found, error: io::Error) -> Error {
    Error::input_output("read again", &found.source, error)
}

fn finish(pressed: PressedAsset, named: Named, config: &Config, findings: &mut Vec<Finding>) -> PackedAsset {
    let mut siblings = Vec::new();
    let mut wire = Vec::new();
    for (encoding, packed) in pressed.siblings.made {
        wire.push((encoding, packed.wire(named.body.len())));
        match packed {
            pack::Packed::Sibling(body) if config.encodings.contains(&encoding) => {
                siblings.push(Sibling { encoding, body });
            }
            pack::Packed::Sibling(_) | pack::Packed::NotWorthwhile(_) => {}
            pack::Packed::Refused(note) => {
                findings.push(Finding::new(Code::VerificationRefused, named.path.as_str(), note.text));
            }
        }
    }
    PackedAsset {
        named,
        pressed: pressed.pressed,
        bytes_in: pressed.bytes_in,
        pressed_bytes: pressed.body.len(),
        origin: pressed.origin,
        seconds: pressed.seconds,
        siblings,
        wire,
        integrity: pressed.siblings.integrity,
        is_utf8: pressed.is_utf8,
    }
}

/// A sibling that came with the site is kept where we make none and it still holds the published bytes.
fn keep_or_replace(
    asset: &mut PackedAsset,
    brought: &[(Encoding, Found)],
    findings: &mut Vec<Finding>,
) -> Result<(), Error> {
    for (encoding, found) in brought {
        let published = asset.named.body.read().map_err(|error| unreadable(found, error))?;
        let reading = walk::read(found).map_err(|error| unreadable(found, error))?;
        let is_fresh = pack::decode(&reading.bytes, *encoding, published.len()).is_ok_and(|body| body == *published);
        let is_ours = asset.siblings.iter().any(|sibling| sibling.encoding == *encoding);
        drop(published);
        if is_fresh && !is_ours {
            asset.siblings.push(Sibling { encoding: *encoding, body: reading.bytes });
        } else if !is_fresh {
            let done = if is_ours { "replaced" } else { "left out" };
            let message = format!("does not hold what is published as {}: {done}", asset.named.name);
            findings.push(Finding::new(Code::StaleSibling, found.path.as_str(), message));
        }
    }
    Ok(())
}
