//! References: what one asset's text says about other assets, found by the parser of its language.
//!
//! Bytes in, [`Scan`] out. Never resolves, never rewrites; spans point into the bytes that were scanned.

pub mod css;
pub mod js;

use crate::asset::{Mention, Reference};

/// What a scanner found in one text, in order of place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Proven references.
    pub references: Vec<Reference>,
    /// Texts that may name assets, unproven.
    pub mentions: Vec<Mention>,
}
