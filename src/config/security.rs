//! `[security]`: what pages say about the scripts and styles they accept.

use serde::{Deserialize, Serialize};

/// Whether pages say which bytes they expect of scripts and stylesheets (W3C Subresource Integrity).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Integrity {
    /// What is there is kept right; nothing is added.
    #[default]
    Keep,
    /// Everything that can carry a value gets one.
    Add,
}

/// Whether pages get a Content-Security-Policy made of their final bytes, and where it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum ContentPolicy {
    /// None is made.
    #[default]
    Off,
    /// A `meta` element at the beginning of each page.
    Meta,
    /// A header per page in the host files.
    Header,
}

impl ContentPolicy {
    /// The word in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Meta => "meta",
            Self::Header => "header",
        }
    }
}

/// What pages are to say about the scripts and styles they accept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Which bytes they expect.
    pub integrity: Integrity,
    /// Where scripts and styles may come from.
    pub policy: ContentPolicy,
}

impl Security {
    /// Whether pages are worked on once more when all they name is final.
    #[must_use]
    pub fn seals_pages(self) -> bool {
        self != Self::default()
    }
}
