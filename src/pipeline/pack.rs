//! Pack: what is made of one final body, and how all of it becomes the packed site.

use std::io;

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha384};

use super::{Gathered, PressedAsset, Tools};
use crate::{
    action::{Action, Origin, Outcome, Weight},
    asset::{Digest, Kind},
    body::Body,
    config::Config,
    error::Error,
    finding::{Code, Finding},
    judge::Weighed,
    link::Named,
    pack::{self, Encoding},
    press::Note,
    seal::Sealed,
    walk::{self, Found},
};

/// One thing that is made of a final body. Each is a job of its own: the last file of a run keeps all cores busy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// Its subresource integrity.
    Integrity,
    /// Its compressed form.
    Encode(Encoding),
}

/// What a [`Task`] made.
#[derive(Debug)]
pub(super) enum Made {
    Integrity(String),
    Encoded(Encoding, Form),
}

/// What became of a body in one coding.
#[derive(Debug)]
pub(super) enum Form {
    /// To be published.
    Sibling(Body),
    /// Worth it, but only measured: the configuration does not publish this coding.
    Measured(u64),
    NotWorthwhile,
    Refused(Note),
}

/// All that was made of a final body.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    made: Vec<(Encoding, Form)>,
    /// `sha384-...`.
    integrity: String,
}

impl Siblings {
    pub(super) fn add(&mut self, made: Made) {
        match made {
            Made::Integrity(integrity) => self.integrity = integrity,
            Made::Encoded(encoding, form) => self.made.push((encoding, form)),
        }
    }
}

/// A compressed copy to publish.
#[derive(Clone, Debug)]
pub struct Sibling {
    /// Its coding.
    pub encoding: Encoding,
    /// Its bytes.
    pub body: Body,
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
    /// How it was pressed, if that need not be done again.
    pub recipe: Option<Digest>,
    /// Seconds the press took in this run.
    pub seconds: f64,
    /// Copies to publish beside it.
    pub siblings: Vec<Sibling>,
    /// Subresource integrity of the published bytes: `sha384-...`.
    pub integrity: String,
    /// Whether its text is known to be UTF-8.
    pub is_utf8: bool,
    /// The Content-Security-Policy to send with it, when that goes into a header.
    pub content_policy: Option<String>,
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
    /// Those at the end of `assets` that were made in this run and are not among the gathered ones yet.
    pub made: Vec<super::Asset>,
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

/// All that is to be made of a body of this kind, heaviest first.
pub(super) fn tasks(kind: Kind, config: &Config) -> impl Iterator<Item = Task> {
    // Brotli and gzip sizes are part of every report and the measure of budgets.
    let publishes_zstd = config.encodings.contains(&Encoding::Zstd);
    let encodings = Encoding::ALL.into_iter().filter(move |encoding| *encoding != Encoding::Zstd || publishes_zstd);
    let encodings = encodings.filter(move |_| kind.is_compressible());
    encodings.map(Task::Encode).chain(std::iter::once(Task::Integrity))
}

impl Task {
    pub(super) fn weight(self, bytes: u64) -> Weight {
        match self {
            Self::Integrity => Weight { cost: 0, memory: 0 },
            Self::Encode(Encoding::Br) => Weight { cost: bytes * 4, memory: bytes * 8 + (24 << 20) },
            Self::Encode(_) => Weight { cost: bytes, memory: bytes * 2 + (12 << 20) },
        }
    }

    pub(super) fn perform(self, body: &[u8], digest: &Digest, config: &Config, tools: &Tools) -> Option<Made> {
        let encoding = match self {
            Self::Integrity => return Some(Made::Integrity(integrity(body))),
            Self::Encode(encoding) => encoding,
        };
        match tools.runner.run(&Action::Pack { encoding, level: config.level }, body, digest).outcome {
            Outcome::Packed(packed) => Some(Made::Encoded(encoding, Form::of(packed, encoding, config))),
            Outcome::Pressed(_) => None,
        }
    }
}

impl Form {
    fn of(packed: pack::Packed, encoding: Encoding, config: &Config) -> Self {
        match packed {
            pack::Packed::Sibling(bytes) if config.encodings.contains(&encoding) => {
                Self::Sibling(Body::from_bytes(bytes))
            }
            pack::Packed::Sibling(bytes) => Self::Measured(bytes.len() as u64),
            pack::Packed::NotWorthwhile(_) => Self::NotWorthwhile,
            pack::Packed::Refused(note) => Self::Refused(note),
        }
    }

    /// Bytes that travel when a client accepts this coding and the body itself has `plain` bytes.
    fn wire(&self, plain: u64) -> u64 {
        match self {
            Self::Sibling(body) => body.len(),
            Self::Measured(bytes) => *bytes,
            Self::NotWorthwhile | Self::Refused(_) => plain,
        }
    }
}

/// Subresource integrity of `body` in the one algorithm we publish.
pub(super) fn integrity(body: &[u8]) -> String {
    let mut integrity = Integrity::default();
    integrity.update(body);
    integrity.finish()
}

/// Subresource integrity under way.
#[derive(Default)]
pub(super) struct Integrity(Sha384);

impl Integrity {
    pub(super) fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    pub(super) fn finish(self) -> String {
        format!("sha384-{}", BASE64_STANDARD.encode(self.0.finalize()))
    }
}

/// Puts together what was made of every asset; sorts out the siblings that came along.
pub(super) fn finish(
    gathered: &Gathered,
    parts: Vec<(PressedAsset, Siblings, Named, Sealed)>,
    base: String,
    mut findings: Vec<Finding>,
) -> Result<Packed, Error> {
    let mut assets = Vec::with_capacity(parts.len());
    for (index, (pressed, siblings, named, sealed)) in parts.into_iter().enumerate() {
        findings.extend(pressed.findings.iter().cloned());
        findings.extend(sealed.findings);
        let mut asset = packed(pressed, siblings, named, &mut findings);
        asset.content_policy = sealed.policy;
        if let Some(brought) = gathered.siblings.get(&index) {
            keep_or_replace(&mut asset, brought, &mut findings)?;
        }
        assets.push(asset);
    }
    Ok(Packed { assets, made: Vec::new(), base, findings })
}

fn unreadable(found: &Found, error: io::Error) -> Error {
    Error::input_output("read again", &found.source, error)
}

fn packed(pressed: PressedAsset, made: Siblings, named: Named, findings: &mut Vec<Finding>) -> PackedAsset {
    let mut siblings = Vec::new();
    let mut wire = Vec::new();
    let Siblings { made: mut encoded, integrity } = made;
    encoded.sort_by_key(|(encoding, _)| *encoding);
    for (encoding, form) in encoded {
        wire.push((encoding, form.wire(named.body.len())));
        match form {
            Form::Sibling(body) => siblings.push(Sibling { encoding, body }),
            Form::Measured(_) | Form::NotWorthwhile => {}
            Form::Refused(note) => {
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
        recipe: pressed.recipe,
        seconds: pressed.seconds,
        siblings,
        wire,
        integrity,
        is_utf8: pressed.is_utf8,
        content_policy: None,
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
            asset.siblings.push(Sibling { encoding: *encoding, body: Body::from_bytes(reading.bytes) });
        } else if !is_fresh {
            let done = if is_ours { "replaced" } else { "left out" };
            let message = format!("does not hold what is published as {}: {done}", asset.named.name);
            findings.push(Finding::new(Code::StaleSibling, found.path.as_str(), message));
        }
    }
    Ok(())
}
