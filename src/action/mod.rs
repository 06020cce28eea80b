//! Actions: the pure functions everything costly goes through, and the one seam they are called by.
//!
//! An action is (what to do, canonical options, input bytes) -> outcome. Nothing else may influence it: no path, clock,
//! locale, thread count or environment. So an outcome can come from this process, from the local cache, or later from
//! somewhere else, and be the same.

mod cache;
mod isolation;
mod pool;
#[cfg(unix)]
pub mod workers;
#[cfg(not(unix))]
#[path = "workers_elsewhere.rs"]
pub mod workers;

use std::{borrow::Cow, time::Instant};

use serde::{Deserialize, Serialize};

pub use cache::{Cache, CacheStats};
pub use isolation::Isolation;
pub use pool::{Crew, Pool, Urgency, WORKER_NAME, Weight};
use workers::Workers;

use crate::{
    asset::{Digest, Kind},
    pack::{self, Encoding, Packed},
    press::{self, KeptBecause, Level, Options, Pressed, Shrunk},
};

/// The versions of all codecs and of our own code around them (see `build.rs`).
const CODECS: &str = env!("EDGEPRESS_CODECS");

/// What to do with some bytes.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one per thread, and nearly all are a press")]
pub enum Action<'a> {
    /// Make an asset smaller and find its references.
    Press {
        /// What the bytes are.
        kind: Kind,
        /// How to press.
        options: Cow<'a, Options>,
    },
    /// Encode a published body.
    Pack {
        /// In which coding.
        encoding: Encoding,
        /// How hard to try.
        level: Level,
    },
}

/// What an action made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "one at a time per thread")]
pub enum Outcome {
    /// Of [`Action::Press`].
    Pressed(Pressed),
    /// Of [`Action::Pack`].
    Packed(Packed),
}

impl Outcome {
    /// The bytes that were made, if any: kept apart when an outcome is stored.
    fn body(&self) -> &[u8] {
        match self {
            Self::Pressed(Pressed { shrunk: Shrunk::Smaller(body), .. }) | Self::Packed(Packed::Sibling(body)) => body,
            Self::Pressed(_) | Self::Packed(_) => &[],
        }
    }

    /// Whether it would be the same tomorrow: a crash may have been the fault of the day.
    fn is_lasting(&self) -> bool {
        match self {
            Self::Pressed(pressed) => !matches!(pressed.shrunk, Shrunk::Kept(KeptBecause::Crashed(_))),
            Self::Packed(packed) => !matches!(packed, Packed::Refused(_)),
        }
    }

    fn set_body(&mut self, bytes: Vec<u8>) {
        if let Self::Pressed(Pressed { shrunk: Shrunk::Smaller(body), .. }) | Self::Packed(Packed::Sibling(body)) = self
        {
            *body = bytes;
        }
    }
}

impl Action<'_> {
    /// The key of this action on `input`.
    #[must_use]
    pub fn key(&self, input: &Digest) -> Digest {
        key(CODECS, &self.what(), input)
    }

    /// All that its outcome depends on but the input: two actions of one recipe are one function.
    #[must_use]
    pub fn recipe(&self) -> Digest {
        Digest::of_parts([b"edgepress recipe 1".as_slice(), CODECS.as_bytes(), self.what().as_bytes()])
    }

    fn what(&self) -> String {
        match self {
            Self::Press { kind, options } => format!("press {kind} {}", options.canonical(*kind)),
            Self::Pack { encoding, level } => format!("pack {encoding} {level:?}"),
        }
    }

    /// Performs the action in this process.
    #[must_use]
    pub fn perform(&self, input: &[u8]) -> Outcome {
        match self {
            Self::Press { kind, options } => Outcome::Pressed(press::press(*kind, input, options)),
            Self::Pack { encoding, level } => Outcome::Packed(pack::pack(input, *encoding, *level)),
        }
    }
}

fn key(codecs: &str, what: &str, input: &Digest) -> Digest {
    Digest::of_parts([b"edgepress action 1".as_slice(), codecs.as_bytes(), what.as_bytes(), input.as_bytes()])
}

/// Where an outcome came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Origin {
    /// From the cache.
    Hit,
    /// Made in this run.
    Miss,
}

/// An outcome with its story.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was made.
    pub outcome: Outcome,
    /// Where it came from.
    pub origin: Origin,
    /// Seconds it took here.
    pub seconds: f64,
}

/// Performs actions, through the cache if there is one.
#[derive(Debug, Default)]
pub struct Runner {
    cache: Option<Cache>,
    workers: Option<Workers>,
}

impl Runner {
    /// A runner with or without a cache.
    #[must_use]
    pub fn new(cache: Option<Cache>) -> Self {
        Self { cache, workers: None }
    }

    /// The same, with what may die performed by `workers`.
    #[must_use]
    pub fn isolated(self, workers: Option<Workers>) -> Self {
        Self { workers, ..self }
    }

    /// The outcome of `action` on `input`, whose digest is `digest`.
    #[must_use]
    pub fn run(&self, action: &Action, input: &[u8], digest: &Digest) -> Done {
        let start = Instant::now();
        let key = action.key(digest);
        let found = self.cache.as_ref().and_then(|cache| cache.get(&key));
        let origin = if found.is_some() { Origin::Hit } else { Origin::Miss };
        let outcome = found.unwrap_or_else(|| {
            let outcome = self.perform(action, input);
            if let Some(cache) = self.cache.as_ref().filter(|_| outcome.is_lasting()) {
                cache.put(&key, &outcome);
            }
            outcome
        });
        Done { outcome, origin, seconds: start.elapsed().as_secs_f64() }
    }

    fn perform(&self, action: &Action, input: &[u8]) -> Outcome {
        let isolated = self.workers.as_ref().and_then(|workers| workers.perform(action, input));
        isolated.unwrap_or_else(|| action.perform(input))
    }

    /// The most memory that workers held together, in bytes.
    #[must_use]
    pub fn peak_of_workers(&self) -> u64 {
        self.workers.as_ref().map_or(0, Workers::peak)
    }

    /// The cache, if there is one.
    #[must_use]
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_codecs_have_other_keys() {
        let input = Digest::of(b"a{}");
        let action = Action::Pack { encoding: Encoding::Gzip, level: Level::Fast };
        assert_eq!(action.key(&input), key(CODECS, "pack gzip Fast", &input));
        assert_ne!(action.key(&input), key("of another build", "pack gzip Fast", &input));
    }
}
