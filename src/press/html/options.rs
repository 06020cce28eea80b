//! What a press of pages may be told, step by step. In each choice the more careful comes first.

use serde::{Deserialize, Serialize};

/// The steps of a press of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HtmlOptions {
    /// What becomes of white space.
    pub whitespace: Folding,
    /// What becomes of comments that only people read.
    pub comments: Comments,
    /// What becomes of inline code and data.
    pub inline: InlineCode,
}

/// What becomes of white space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Folding {
    /// It stays as written.
    Keep,
    /// Runs are folded where CSS folds them; only blanks that never have a box go.
    #[default]
    Safe,
    /// Blanks beside the tags of blocks go as well. That shows where a sheet makes a block an inline box and edgepress
    /// cannot see the sheet.
    Aggressive,
}

/// What becomes of comments that only people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Comments {
    /// They stay.
    Keep,
    /// They go.
    #[default]
    Drop,
}

/// What becomes of `<style>`, `style=`, `<script>` and JSON blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum InlineCode {
    /// They stay as written.
    Keep,
    /// They are pressed as their language.
    #[default]
    Press,
}

impl Folding {
    /// As the configuration writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Safe => "safe",
            Self::Aggressive => "aggressive",
        }
    }
}

impl Comments {
    /// As the configuration writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Drop => "drop",
        }
    }
}

impl InlineCode {
    /// As the configuration writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Press => "press",
        }
    }
}
