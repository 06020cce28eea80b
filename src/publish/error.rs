//! Why nothing was published.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Owner, space::Lack};
use crate::asset::ByteSize;

/// Why nothing was published. Whatever it says, the target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Output and site stand where one would damage the other, or the output cannot be replaced as a whole.
    #[error("{output} {problem}", output = output.display())]
    Layout {
        /// The output as given.
        output: PathBuf,
        /// What is wrong with it.
        problem: LayoutProblem,
    },
    /// The output has something that edgepress did not write.
    #[error("{output} was not written by edgepress: it holds {saw}", output = output.display())]
    Foreign {
        /// The output as given.
        output: PathBuf,
        /// How many entries, and the first few.
        saw: String,
    },
    /// Another run is at work on the same output.
    #[error("another run is at work on {output}{by}; waited {seconds} s", output = output.display(),
        by = owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default(), seconds = waited.as_secs())]
    Locked {
        /// The output.
        output: PathBuf,
        /// Who is at work, if known.
        owner: Option<Owner>,
        /// How long we waited.
        waited: Duration,
    },
    /// The folder beside which everything is built cannot be written.
    #[error("cannot write in {path}", path = path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk is full.
    #[error("{lack} while writing {path}: {needed} more needed, {free} free", path = path.display())]
    NoSpace {
        /// The file that did not fit, or the folder when looking ahead.
        path: PathBuf,
        /// What there is too little of.
        lack: Lack,
        /// Bytes of the file, or of everything when looking ahead.
        needed: ByteSize,
        /// Bytes that are free.
        free: ByteSize,
    },
    /// Anything else that the system refused in the output.
    #[error("could not {action} {path}", path = path.display())]
    Write {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the site could not be read.
    #[error("could not read {path}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Two bodies for one published path, as far as the file system can tell.
    #[error("{path} would be published twice")]
    Twice {
        /// The published path.
        path: String,
    },
    /// A published path that could leave the output.
    #[error("{path:?} is not a relative path of plain segments")]
    BadPath {
        /// The path.
        path: String,
    },
    /// A staged tree without its manifest, by which the next run would know it, or with half a file.
    #[error("the new tree is not complete")]
    Incomplete,
    /// `restore` on a folder that was not pressed in place, or that was written again since.
    #[error("{site} {why}", site = site.display())]
    NothingToRestore {
        /// The folder as given.
        site: PathBuf,
        /// Why not.
        why: &'static str,
    },
    /// The interrupt was raised.
    #[error("interrupted")]
    Interrupted,
}

/// How output and site stand to each other, or what the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutProblem {
    /// They are one folder.
    #[error("is the site itself")]
    SameAsSite,
    /// The output lies in the site.
    #[error("lies inside the site")]
    InsideSite,
    /// The site lies in the output.
    #[error("contains the site")]
    ContainsSite,
    /// The top of the file system, which has nothing beside it.
    #[error("is the top of a file system")]
    Top,
    /// A file or something stranger.
    #[error("is not a folder")]
    NotAFolder,
    /// A link to nothing.
    #[error("is a link that leads nowhere")]
    Dangling,
    /// Another file system is mounted there.
    #[error("is a mount point, which cannot be exchanged")]
    MountPoint,
}

/// What sort of failure it is, for exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The command cannot mean this.
    Usage,
    /// The system refused.
    InputOutput,
    /// Another run holds the lock.
    Locked,
    /// The run was interrupted.
    Interrupted,
    /// A mistake of ours.
    Bug,
}

impl PublishError {
    /// What sort of failure it is.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Layout { .. } | Self::Foreign { .. } | Self::NothingToRestore { .. } => Class::Usage,
            Self::Locked { .. } => Class::Locked,
            Self::NotWritable { .. }
            | Self::NoSpace { .. }
            | Self::Write { .. }
            | Self::Read { .. }
            | Self::Twice { .. } => Class::InputOutput,
            Self::BadPath { .. } | Self::Incomplete => Class::Bug,
            Self::Interrupted => Class::Interrupted,
        }
    }

    /// What to try next, if there is anything to advise.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Layout { problem, .. } => problem.hint(),
            Self::Foreign { .. } => Some("choose a new or empty folder, or replace all of it with --force"),
            Self::Locked { owner: Some(owner), .. } if !owner.is_here() => {
                Some("if that run is dead, delete the .edgepress-owner file beside the output")
            }
            Self::Locked { .. } => Some("wait for it to finish, or write to another folder"),
            Self::NotWritable { .. } => {
                Some("the new tree is built beside the output, so its parent must be writable too")
            }
            Self::NoSpace { .. } => {
                Some("the old and the new tree exist side by side for a moment: make room for both")
            }
            Self::Twice { .. } => {
                Some("on this disk two names that differ by case or Unicode form are one: rename one")
            }
            Self::Write { .. }
            | Self::Read { .. }
            | Self::BadPath { .. }
            | Self::Incomplete
            | Self::NothingToRestore { .. }
            | Self::Interrupted => None,
        }
    }

    /// Something that the system refused, in words.
    pub(super) fn write(action: &'static str, path: &Path, source: io::Error, needed: u64) -> Self {
        let path = path.to_owned();
        match Lack::of(&source, &path) {
            Some(lack) => {
                let free = ByteSize(super::space::free_bytes(&path));
                Self::NoSpace { path, lack, needed: ByteSize(needed), free }
            }
            None => Self::Write { action, path, source },
        }
    }
}

impl LayoutProblem {
    fn hint(self) -> Option<&'static str> {
        match self {
            Self::SameAsSite => Some("give another folder with -o, or use --in-place"),
            Self::InsideSite | Self::ContainsSite => Some("give a folder beside the site, such as -o ../out"),
            Self::Top => Some("give a folder with a name"),
            Self::MountPoint => Some("give a folder inside it"),
            Self::NotAFolder | Self::Dangling => None,
        }
    }
}

/// `map_err` for what has no size.
pub(super) fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> PublishError + 'a {
    move |source| PublishError::write(action, path, source, 0)
}
