//! Publish: finished bodies in, the output folder replaced as a whole or not at all. The only place that writes the
//! output tree.
//!
//! Everything is built in a staging folder beside the target, on the same filesystem, synced, and then exchanged with
//! the target in one step. A run that is stopped at any moment leaves the old tree or the new one, and the next run
//! over the same target clears away what it left. Nothing here knows what the files mean, and the site is never
//! written; `--in-place` builds beside the site and exchanges the two.
//!
//! # Names beside the target `out`
//! | name | what | seen when |
//! | --- | --- | --- |
//! | `.out.edgepress-lock` | the lock; dies with its process | a run is at work or was killed |
//! | `.out.edgepress-owner` | the lock where files cannot be locked | as above |
//! | `.out.edgepress-staging` | the new tree; after the exchange, the old one on its way out | a run is at work or was killed |
//! | `.out.edgepress-old` | the old tree, where two folders cannot be exchanged in one step | between two renames |
//! | `.out.edgepress-aside` | the same, where the old tree is to become the original | as above |
//! | `.out.edgepress-original` | the site as it was before `--in-place` | until `edgepress restore` |
//! | `.out.edgepress-earlier` | an older original, while a newer one takes its place | between two renames |
//!
//! Only the holder of the lock touches any of them, so fixed names are safe, and whatever exists when the lock is
//! taken was left by a run that was killed. `heal` tells from the names alone how far that run came.

mod beside;
mod copy;
mod error;
mod exchange;
mod heal;
mod layout;
mod lock;
mod owner;
mod restore;
mod space;
mod staging;
mod sync;

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

pub use copy::{Copied, Expected};
pub use error::{Class, LayoutProblem, PublishError};
pub use owner::Owner;
pub use restore::{Restored, restore};
pub use space::Lack;
pub use staging::Staging;

use crate::interrupt::Interrupt;

/// The file at the top of every tree that edgepress wrote: what it is known by.
pub const MANIFEST: &str = "edgepress.manifest.json";

/// Where the new tree goes.
#[derive(Clone, Copy, Debug)]
pub enum Destination<'a> {
    /// Into a folder of its own.
    Output {
        /// Which may exist or not; missing parents are made.
        path: &'a Path,
        /// What may be replaced there.
        overwrite: Overwrite,
    },
    /// In place of the site, which is kept for [`restore`].
    InPlace,
}

/// Which folders may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// An empty one, or one that edgepress wrote.
    Ours,
    /// Any: `--force`.
    Anything,
}

/// What [`Staging::open`] is told.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The folder that is read.
    pub site: &'a Path,
    /// Where the new tree goes.
    pub destination: Destination<'a>,
    /// How to wait for other runs and when to stop.
    pub patience: Patience<'a>,
}

/// How to wait for other runs over the same target, and when to stop.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// How long to wait for another run to finish.
    pub wait: Duration,
    /// Called once when waiting begins, with whom we wait for, as far as it is known.
    pub on_wait: &'a dyn Fn(Option<&Owner>),
    /// Ends waiting, writing and copying.
    pub interrupt: &'a Interrupt,
}

/// What a published file carries besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMeta {
    /// Unix permission bits; the umask is applied.
    pub mode: u32,
    /// Its time stamp.
    pub modified: SystemTime,
}

/// What [`Staging::publish`] did.
#[derive(Debug)]
pub struct Published {
    /// The folder that now has the new tree, without links in its path.
    pub output: PathBuf,
    /// How many files were written.
    pub files: u64,
    /// And how many bytes.
    pub bytes: u64,
    /// Where the site is kept that was replaced in place.
    pub original: Option<PathBuf>,
    /// What could not be synced or cleared away afterwards: the new tree is published all the same.
    pub trouble: Option<(PathBuf, std::io::Error)>,
}

#[cfg(test)]
mod tests;
