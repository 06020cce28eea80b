//! Guesses: bodies that are packed before it is known whether they stay as they are.
//!
//! Only threads with nothing else to do take such work, and a digest tells in the end whether it was of use. So nothing
//! depends on a guess but time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{PressedAsset, gather::Asset};
use crate::{
    asset::{Digest, Kind, Reference, Role, url},
    config::Config,
    link::{self, NameMode},
};

/// What is packed on the chance that it stays, and what such a chance depends on.
pub(super) struct Guesses<'env> {
    open: BTreeMap<usize, Guess>,
    /// File names of the site that published names may differ from; a name that a bundler hashed mostly stays. `None` where
    /// nearly every body will change.
    fickle: Option<BTreeSet<&'env str>>,
}

struct Guess {
    digest: Digest,
    is_wrong: Arc<AtomicBool>,
}

/// What became of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// There was none.
    None,
    /// It was right: the work is done, or will be.
    Right,
    /// What is still to be done for it will not be.
    Wrong,
}

impl<'env> Guesses<'env> {
    /// None yet, about a site of `assets`.
    pub(super) fn new(assets: &'env [Asset], config: &Config) -> Self {
        let paths = || assets.iter().map(|asset| &asset.found.path);
        let plain = || {
            let plain = paths().zip(link::is_adopted(paths())).filter(|(_, is_adopted)| !is_adopted);
            plain.map(|(path, _)| path.file_name()).collect()
        };
        let fickle = match config.name_mode {
            _ if config.network().is_some() => None,
            NameMode::Rehash | NameMode::ImportMap => None,
            NameMode::Adopt | NameMode::Off => Some(BTreeSet::new()),
            NameMode::Content => Some(plain()),
        };
        Self { open: BTreeMap::new(), fickle }
    }

    /// Whether a pressed body will probably be final: no name in it is likely to change.
    pub(super) fn spare(&self, pressed: &PressedAsset) -> bool {
        let pressed = &pressed.pressed;
        let Some(fickle) = self.fickle.as_ref().filter(|_| pressed.kind != Kind::SourceMap) else { return false };
        let is_spared = |reference: &Reference| {
            let name = url::file_name_range(&reference.url);
            reference.role != Role::Digest && !fickle.contains(&reference.url[name])
        };
        pressed.references.iter().all(is_spared)
    }

    /// Notes that the body of asset `index` will probably be the one of this digest. What is given turns true once it is known
    /// that it is not.
    pub(super) fn open(&mut self, index: usize, digest: Digest) -> Arc<AtomicBool> {
        let is_wrong = Arc::<AtomicBool>::default();
        self.open.insert(index, Guess { digest, is_wrong: Arc::clone(&is_wrong) });
        is_wrong
    }

    /// The digest that is guessed for asset `index`.
    pub(super) fn digest(&self, index: usize) -> Option<Digest> {
        self.open.get(&index).map(|guess| guess.digest)
    }

    /// The body of asset `index` is the one of this digest.
    pub(super) fn settle(&mut self, index: usize, digest: &Digest) -> Settled {
        match self.open.remove(&index) {
            None => Settled::None,
            Some(guess) if guess.digest == *digest => Settled::Right,
            Some(guess) => {
                guess.is_wrong.store(true, Ordering::Relaxed);
                Settled::Wrong
            }
        }
    }
}
