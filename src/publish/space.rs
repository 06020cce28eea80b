//! How much room there is, and what exactly ran out.

use std::{fmt, io, path::Path};

/// What there is too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Bytes.
    Space,
    /// Inodes: room for more files, however small.
    Inodes,
    /// The user's share.
    Quota,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Space => "no space left",
            Self::Inodes => "no inodes left (too many files for this file system)",
            Self::Quota => "disk quota exceeded",
        })
    }
}

impl Lack {
    /// What `error`, seen at `path`, says is lacking, if that is what it says.
    pub(super) fn of(error: &io::Error, path: &Path) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull if room(path).is_some_and(|room| room.files == Some(0)) => Some(Self::Inodes),
            io::ErrorKind::StorageFull => Some(Self::Space),
            io::ErrorKind::QuotaExceeded => Some(Self::Quota),
            _ => None,
        }
    }
}

/// What a file system still takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) bytes: u64,
    /// `None` where files are not counted.
    pub(super) files: Option<u64>,
}

/// The room at `path` or at the nearest folder above it that exists.
pub(super) fn room(path: &Path) -> Option<Room> {
    #[cfg(unix)]
    {
        let found = path.ancestors().find_map(|path| rustix::fs::statvfs(path).ok())?;
        let bytes = found.f_bavail.saturating_mul(found.f_frsize);
        Some(Room { bytes, files: (found.f_files > 0).then_some(found.f_favail) })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

pub(super) fn free_bytes(path: &Path) -> u64 {
    room(path).map_or(0, |room| room.bytes)
}
