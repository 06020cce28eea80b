//! Pack: what is made of one final body, and how all of it becomes the packed site.

use std::{collections::BTreeMap, io, sync::Arc, time::SystemTime};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha384};

use super::{Gathered, PressedAsset, Tools};
use crate::{
    action::{Action, Origin, Outcome, Weight},
    asset::{AssetPath, Digest, Kind},
    body::Body,
    config::Config,
    error::Error,
    finding::{Code, Finding},
    judge::Weighed,
    link::Named,
    pack::{self, Encoding},
    press::{Note, Shrunk},
    seal::Sealed,
    standing::{self, Standing},
    walk::{self, Found},
};

/// One thing that is made of a final body.
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
    Integrity(Arc<str>),
    /// In one coding, with the seconds it took.
    Encoded(Encoding, Form, f64),
    /// What came with the site in this coding, if it still holds the published bytes.
    Brought(Encoding, Option<Body>),
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
    /// Each with the seconds it took.
    made: Vec<(Encoding, Form, f64)>,
    brought: Vec<(Encoding, Option<Body>)>,
    /// `sha384-...`.
    integrity: Option<Arc<str>>,
}

impl Siblings {
    /// All that was made of the body before.
    pub(super) fn take_over(&mut self, standing: Self) {
        (self.made, self.integrity) = (standing.made, standing.integrity);
    }

    /// As if nothing had been made yet.
    pub(super) fn forget(&mut self) {
        (self.made, self.integrity) = (Vec::new(), None);
    }

    pub(super) fn add(&mut self, made: Made) {
        match made {
            Made::Integrity(integrity) => self.integrity = Some(integrity),
            Made::Encoded(encoding, form, seconds) => self.made.push((encoding, form, seconds)),
            Made::Brought(encoding, body) => self.brought.push((encoding, body)),
        }
    }
}

/// What the last build made of a body, where its output still has it.
pub(super) fn standing(standing: &Standing, digest: &Digest, kind: Kind) -> Option<Siblings> {
    let known = standing.of(digest, kind)?;
    let form = |(encoding, form): &(Encoding, standing::Form)| {
        let form = match *form {
            standing::Form::Sibling { digest, bytes } => {
                Form::Sibling(standing.sibling(known, *encoding, digest, bytes)?)
            }
            standing::Form::Measured(bytes) => Form::Measured(bytes),
            standing::Form::NotWorthwhile => Form::NotWorthwhile,
        };
        Some((*encoding, form, 0.0))
    };
    let made: Option<_> = known.forms.iter().map(form).collect();
    Some(Siblings { made: made?, integrity: Some(Arc::clone(&known.integrity)), ..Siblings::default() })
}

/// A compressed copy to publish.
#[derive(Clone, Debug)]
pub struct Sibling {
    /// Its coding.
    pub encoding: Encoding,
    /// Its bytes.
    pub body: Body,
    /// Whether it came with the site.
    pub is_brought: bool,
}

/// One asset, ready to be published.
#[derive(Clone, Debug)]
pub struct PackedAsset {
    /// Name, bytes and references.
    pub named: Named,
    /// Whether its press made it smaller, or why not; the bytes are in `named`.
    pub shrunk: Shrunk,
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
    pub integrity: Arc<str>,
    /// Whether its text is known to be UTF-8.
    pub is_utf8: bool,
    /// The Content-Security-Policy to send with it, when that goes into a header.
    pub content_policy: Option<String>,
    /// Bytes that travel with each coding, whether or not it is published.
    pub wire: Vec<(Encoding, u64)>,
    /// Seconds that each of these took in this run.
    pub pack_seconds: Vec<f64>,
    /// Whether each encoder's result passed its proof.
    pub is_proved: bool,
}

impl PackedAsset {
    /// Bytes that travel to a client that accepts `encoding`.
    #[must_use]
    pub fn wire(&self, encoding: Encoding) -> u64 {
        let measured = self.wire.iter().find(|(found, _)| *found == encoding);
        measured.map_or(self.named.body.len(), |(_, bytes)| *bytes)
    }

    /// The names it is published under.
    pub fn names(&self) -> impl Iterator<Item = &AssetPath> {
        std::iter::once(&self.named.name).chain(self.named.also_old_name.then_some(&self.named.path))
    }

    /// For the record of this build: what was made of the body, which is published with the time `modified`; `None` where
    /// something failed its proof.
    pub(super) fn made(&self, found: &Found, modified: SystemTime) -> Option<standing::Made> {
        let form = |(encoding, wire): &(Encoding, u64)| {
            let own = self.siblings.iter().find(|sibling| sibling.encoding == *encoding && !sibling.is_brought);
            let form = match own.map(|sibling| &sibling.body) {
                Some(body) => standing::Form::Sibling { digest: *body.digest(), bytes: body.len() },
                None if *wire < self.named.body.len() => standing::Form::Measured(*wire),
                None => standing::Form::NotWorthwhile,
            };
            (*encoding, form)
        };
        self.is_proved.then(|| standing::Made {
            names: self.names().cloned().collect(),
            kind: self.named.kind,
            digest: *self.named.body.digest(),
            mode: found.mode,
            modified,
            integrity: Arc::clone(&self.integrity),
            forms: self.wire.iter().map(form).collect(),
        })
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

/// Bodies up to this size are packed in one job: handing out several would cost more than sharing them gains.
const SMALL: u64 = 32 << 10;

/// All that is to be made of a body of this kind and size, in jobs. What is not small has a job for each thing: the last
/// file of a run keeps all cores busy.
pub(super) fn jobs(kind: Kind, bytes: u64, config: &Config) -> Vec<Vec<Task>> {
    let tasks: Vec<Task> = tasks(kind, config).collect();
    let together = if bytes <= SMALL { tasks.len() } else { 1 };
    tasks.chunks(together).map(<[Task]>::to_vec).collect()
}

/// What a job of `tasks` on `bytes` needs: one after the other, so the memory is that of the largest.
pub(super) fn weight(tasks: &[Task], bytes: u64) -> Weight {
    let weights = || tasks.iter().map(|task| task.weight(bytes));
    Weight {
        cost: weights().map(|weight| weight.cost).sum(),
        memory: weights().map(|weight| weight.memory).max().unwrap_or_default(),
    }
}

/// All that is to be made of a body of this kind, heaviest first.
fn tasks(kind: Kind, config: &Config) -> impl Iterator<Item = Task> {
    // Brotli and gzip sizes are part of every report and the measure of budgets.
    let publishes_zstd = config.encodings.contains(&Encoding::Zstd);
    let encodings = Encoding::ALL.into_iter().filter(move |encoding| *encoding != Encoding::Zstd || publishes_zstd);
    let encodings = encodings.filter(move |_| kind.is_compressible());
    encodings.map(Task::Encode).chain(std::iter::once(Task::Integrity))
}

impl Task {
    fn weight(self, bytes: u64) -> Weight {
        match self {
            Self::Integrity => Weight { cost: 0, memory: 0 },
            Self::Encode(Encoding::Br) => Weight { cost: bytes * 4, memory: bytes * 8 + (24 << 20) },
            Self::Encode(_) => Weight { cost: bytes, memory: bytes * 2 + (12 << 20) },
        }
    }

    pub(super) fn perform(self, body: &[u8], digest: &Digest, config: &Config, tools: &Tools) -> Option<Made> {
        let encoding = match self {
            Self::Integrity => return Some(Made::Integrity(integrity(body).into())),
            Self::Encode(encoding) => encoding,
        };
        let done = tools.runner.run(&Action::Pack { encoding, level: config.level }, body, digest);
        match done.outcome {
            Outcome::Packed(packed) => Some(Made::Encoded(encoding, Form::of(packed, encoding, config), done.seconds)),
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
    parts: impl Iterator<Item = Result<(PressedAsset, Siblings, Named, Sealed), Error>>,
    base: String,
    mut findings: Vec<Finding>,
) -> Result<Packed, Error> {
    let mut assets = Vec::with_capacity(parts.size_hint().0);
    for (index, part) in parts.enumerate() {
        let (pressed, mut siblings, named, sealed) = part?;
        let brought = std::mem::take(&mut siblings.brought);
        findings.extend(pressed.findings.iter().cloned());
        findings.extend(sealed.findings);
        let mut asset = packed(pressed, siblings, named, &mut findings);
        asset.content_policy = sealed.policy;
        if let Some(found) = gathered.siblings.get(&index) {
            keep_or_replace(&mut asset, found, brought, &mut findings);
        }
        assets.push(asset);
    }
    Ok(Packed { assets, made: Vec::new(), base, findings })
}

fn unreadable(found: &Found, error: io::Error) -> Error {
    Error::input_output("read again", &*found.source, error)
}

fn packed(pressed: PressedAsset, made: Siblings, named: Named, findings: &mut Vec<Finding>) -> PackedAsset {
    let (mut siblings, mut wire, mut pack_seconds, mut is_proved) = (Vec::new(), Vec::new(), Vec::new(), true);
    let Siblings { made: mut encoded, integrity, .. } = made;
    encoded.sort_by_key(|(encoding, ..)| *encoding);
    for (encoding, form, seconds) in encoded {
        pack_seconds.push(seconds);
        wire.push((encoding, form.wire(named.body.len())));
        match form {
            Form::Sibling(body) => siblings.push(Sibling { encoding, body, is_brought: false }),
            Form::Measured(_) | Form::NotWorthwhile => {}
            Form::Refused(note) => {
                is_proved = false;
                findings.push(Finding::new(Code::VerificationRefused, named.path.as_str(), note.text));
            }
        }
    }
    PackedAsset {
        named,
        shrunk: pressed.pressed.shrunk,
        bytes_in: pressed.bytes_in,
        pressed_bytes: pressed.body.len(),
        origin: pressed.origin,
        recipe: pressed.recipe,
        seconds: pressed.seconds,
        siblings,
        wire,
        pack_seconds,
        is_proved,
        integrity: integrity.unwrap_or_default(),
        is_utf8: pressed.is_utf8,
        content_policy: None,
    }
}

/// What looking at a sibling that came with the site takes: both bodies, and one decoded.
pub(super) fn weight_of_brought(found: &Found, bytes: u64) -> Weight {
    Weight { cost: bytes, memory: found.bytes + bytes * 2 + (4 << 20) }
}

/// The sibling that came with the site as `found`, if it still holds the bytes of `published`. It stays where it is.
pub(super) fn brought(found: &Found, encoding: Encoding, published: &Body) -> Result<Made, Error> {
    let published = published.read().map_err(|error| unreadable(found, error))?;
    let reading = walk::read(found).map_err(|error| unreadable(found, error))?;
    let is_fresh = pack::decode(&reading.bytes, encoding, published.len()).is_ok_and(|body| body == *published);
    let body = || Body::from_file(Arc::clone(&found.source), Digest::of(&reading.bytes), reading.bytes.len() as u64);
    Ok(Made::Brought(encoding, is_fresh.then(body)))
}

/// A sibling that came with the site is kept where we make none and it still holds the published bytes.
fn keep_or_replace(
    asset: &mut PackedAsset,
    found: &[(Encoding, Found)],
    brought: Vec<(Encoding, Option<Body>)>,
    findings: &mut Vec<Finding>,
) {
    let mut brought: BTreeMap<Encoding, Option<Body>> = brought.into_iter().collect();
    for (encoding, found) in found {
        let is_ours = asset.siblings.iter().any(|sibling| sibling.encoding == *encoding);
        match brought.remove(encoding).flatten() {
            Some(_) if is_ours => {}
            Some(body) => asset.siblings.push(Sibling { encoding: *encoding, body, is_brought: true }),
            None => {
                let done = if is_ours { "replaced" } else { "left out" };
                let message = format!("does not hold what is published as {}: {done}", asset.named.name);
                findings.push(Finding::new(Code::StaleSibling, found.path.as_str(), message));
            }
        }
    }
}
