//! Source maps (ECMA-426): a map that came with an asset in, the map of what is published in its place out.
//!
//! A given map leads from an asset as it came in to what its authors wrote. A press adds one step before it, filling in
//! names another; [`compose`] puts the steps together. Sources, their contents, names, ignore lists, debug ids and every
//! field we do not know stay as written. Nothing here fails a run: what cannot be read is told and left as it was.

mod align;
mod comment;
mod compose;
mod given;
mod inline;
mod lines;
mod mappings;
#[cfg(test)]
mod tests;

pub use align::align;
pub use comment::{is_inline, url_in};
pub use compose::{Step, compose};
pub use given::{GivenMap, MapError};
pub use inline::{composed_inline, moved_inline};
pub use lines::{Edit, Lines, Place};
pub use mappings::{Mappings, Origin, Segment};

use serde::{Deserialize, Serialize};

/// What becomes of source maps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum SourceMaps {
    /// Published in step with what they map, and named where they were named.
    #[default]
    Keep,
    /// Published in step with what they map, but no longer named.
    Hidden,
    /// Left out, and no longer named.
    Drop,
}

/// From places in a pressed body to places in what came in, as compact as a source map writes it. The only source is the
/// asset itself; names are what renamed identifiers were called there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions {
    /// As the `mappings` of a source map.
    pub mappings: String,
    /// As its `names`.
    pub names: Vec<String>,
}

impl Positions {
    /// From segments in any order; of several at one place the last counts.
    #[must_use]
    pub fn new(segments: Vec<Segment>, names: Vec<String>) -> Self {
        Self { mappings: Mappings::sorted(segments).encode(), names }
    }
}
