//! The jobs that can be asked for.

use std::path::PathBuf;

use super::{SchemaOf, Shell};
use crate::asset::ByteSize;

/// A job.
#[derive(Debug, PartialEq)]
pub enum Task {
    /// `edgepress build`.
    Build {
        /// The site.
        site: PathBuf,
        /// What becomes of the result.
        destination: Destination,
        /// How often.
        repeat: Repeat,
    },
    /// `edgepress check`.
    Check {
        /// The site.
        site: PathBuf,
        /// How much of it.
        extent: Extent,
    },
    /// `edgepress explain`.
    Explain {
        /// The site.
        site: PathBuf,
        /// Path of the file in it, or from here.
        file: String,
    },
    /// `edgepress restore`.
    Restore {
        /// The folder that was pressed in place.
        site: PathBuf,
    },
    /// `edgepress init`.
    Init {
        /// Folder of the project.
        root: PathBuf,
        /// What happens to a file that is there.
        existing: Existing,
    },
    /// `edgepress cache`.
    Cache(CacheTask),
    /// `edgepress schema`.
    Schema(SchemaOf),
    /// `edgepress completions`.
    Completions(Shell),
    /// `edgepress man`.
    Man {
        /// Folder for the pages of all commands; without it, the first page is printed.
        out: Option<PathBuf>,
    },
}

/// How often a job is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Once.
    Once,
    /// Now, and again whenever something changes.
    OnChange,
}

/// What becomes of the result of a build.
#[derive(Debug, PartialEq, Eq)]
pub enum Destination {
    /// Published as a folder of its own.
    Folder {
        /// Which.
        path: PathBuf,
        /// Whether it may replace what edgepress did not write.
        force: bool,
    },
    /// Exchanged with the site.
    InPlace,
    /// Nothing: a dry run.
    Nowhere,
}

/// How much of a site is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Site,
    /// What git has staged.
    Staged,
}

/// What happens to a file that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays.
    Keep,
    /// It is replaced.
    Replace,
}

/// A job about the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheTask {
    /// Count.
    Stats,
    /// Empty it.
    Clear,
    /// Make it no larger than this.
    Gc {
        /// The most bytes that stay.
        max: ByteSize,
    },
}
