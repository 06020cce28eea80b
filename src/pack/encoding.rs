use std::fmt;

use serde::{Deserialize, Serialize};

/// A content coding that siblings are made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Encoding {
    /// Brotli, RFC 7932.
    Br,
    /// Gzip, RFC 1952.
    Gzip,
    /// Zstandard, RFC 8878, with the web's window limit (RFC 9659).
    Zstd,
}

impl Encoding {
    /// Every coding, best first.
    pub const ALL: [Self; 3] = [Self::Br, Self::Gzip, Self::Zstd];

    /// As in `Accept-Encoding`: `br`.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Br => "br",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Of the sibling's file name, without the dot: `gz`.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Br => "br",
            Self::Gzip => "gz",
            Self::Zstd => "zst",
        }
    }

    /// What the sibling of the file `name` in this coding is called.
    #[must_use]
    pub fn beside(self, name: &str) -> String {
        format!("{name}.{}", self.extension())
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.token())
    }
}
