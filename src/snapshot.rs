//! Snapshots: what the file system says of every file below a folder, to find out later whether anything changed.
//!
//! Contents are not read, but for files that were written within [`RACY`] of the snapshot: a change in the same tick of
//! the file system's clock would leave no trace, so these are remembered by their digest.

use std::{
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::asset::Digest;

/// Longer than the tick of any file system's clock (FAT: two seconds).
const RACY: Duration = Duration::from_secs(3);

/// Whether files that are still warm are remembered by their contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warm {
    /// Others may be writing here.
    Read,
    /// Nobody else knows of the folder yet.
    Trust,
}

/// Every file, folder and link below a folder, in order of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    path: PathBuf,
    stamp: Stamp,
    /// Of a file that was warm.
    digest: Option<Digest>,
}

/// What changes with every change of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stamp {
    /// Folders are known by what is in them.
    Folder {
        mode: u32,
    },
    Link {
        to: PathBuf,
    },
    Other {
        bytes: u64,
        mode: u32,
        modified: Option<SystemTime>,
        identity: [i64; 3],
    },
}

impl Snapshot {
    /// What is below `root` now, without the folders in `never_enter`.
    ///
    /// # Errors
    /// When a folder or file cannot be read.
    pub fn of(root: &Path, never_enter: &[PathBuf], warm: Warm) -> io::Result<Self> {
        let now = SystemTime::now();
        let mut entries = Vec::new();
        let is_entered = |entry: &walkdir::DirEntry| !never_enter.iter().any(|folder| folder == entry.path());
        let walk = walkdir::WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(is_entered) {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let is_read = warm == Warm::Read && metadata.is_file() && is_warm(&metadata, now);
            entries.push(Entry {
                path: entry.path().strip_prefix(root).map_err(io::Error::other)?.to_owned(),
                stamp: stamp(entry.path(), &metadata)?,
                digest: if is_read { Some(digest(entry.path())?) } else { None },
            });
        }
        Ok(Self { entries })
    }

    /// Whether `root` is now as it was then.
    #[must_use]
    pub fn is_still(&self, root: &Path, never_enter: &[PathBuf]) -> bool {
        let Ok(now) = Self::of(root, never_enter, Warm::Trust) else { return false };
        let is_same = |(then, now): (&Entry, &Entry)| {
            let has_contents = |wanted| digest(&root.join(&then.path)).is_ok_and(|found| found == wanted);
            then.path == now.path && then.stamp == now.stamp && then.digest.is_none_or(has_contents)
        };
        self.entries.len() == now.entries.len() && self.entries.iter().zip(&now.entries).all(is_same)
    }
}

fn digest(path: &Path) -> io::Result<Digest> {
    Ok(Digest::of(&fs::read(path)?))
}

fn stamp(path: &Path, metadata: &Metadata) -> io::Result<Stamp> {
    Ok(if metadata.is_symlink() {
        Stamp::Link { to: fs::read_link(path)? }
    } else if metadata.is_dir() {
        Stamp::Folder { mode: mode(metadata) }
    } else {
        Stamp::Other {
            bytes: metadata.len(),
            mode: mode(metadata),
            modified: metadata.modified().ok(),
            identity: identity(metadata),
        }
    })
}

/// Whether something about the file changed so lately that the next change might not show.
fn is_warm(metadata: &Metadata, now: SystemTime) -> bool {
    let is_recent = |time: SystemTime| now.duration_since(time).map_or(true, |age| age < RACY);
    metadata.modified().map_or(true, is_recent) || changed(metadata).is_none_or(is_recent)
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(metadata)
}

#[cfg(not(unix))]
fn mode(metadata: &Metadata) -> u32 {
    u32::from(metadata.permissions().readonly())
}

/// Time of the last change of the inode, which no program can set, and its number.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> [i64; 3] {
    use std::os::unix::fs::MetadataExt;
    [metadata.ctime(), metadata.ctime_nsec(), metadata.ino().cast_signed()]
}

#[cfg(not(unix))]
fn identity(_metadata: &Metadata) -> [i64; 3] {
    [0; 3]
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, u32::try_from(metadata.ctime_nsec()).ok()?))
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("sub/a"), "one").unwrap();
        fs::write(folder.path().join("b"), "two").unwrap();
        folder
    }

    /// Puts the old times back, as archivers and editors may do.
    fn rewrite_in_secret(path: &Path, text: &str) {
        let times = fs::metadata(path).unwrap().modified().unwrap();
        fs::write(path, text).unwrap();
        fs::File::options().write(true).open(path).unwrap().set_modified(times).unwrap();
    }

    #[test]
    fn nothing_changed_is_seen() {
        let folder = folder();
        let then = Snapshot::of(folder.path(), &[], Warm::Read).unwrap();
        assert!(then.is_still(folder.path(), &[]));
        let stored = postcard::to_stdvec(&then).unwrap();
        assert_eq!(postcard::from_bytes::<Snapshot>(&stored).unwrap(), then);
    }

    type Change = fn(&Path);

    #[test]
    fn every_change_is_seen() {
        let changes: [(&str, Change); 6] = [
            ("same size, same time", |root| rewrite_in_secret(&root.join("sub/a"), "eno")),
            ("added", |root| fs::write(root.join("sub/c"), "").unwrap()),
            ("removed", |root| fs::remove_file(root.join("b")).unwrap()),
            ("renamed", |root| fs::rename(root.join("b"), root.join("c")).unwrap()),
            ("empty folder", |root| fs::create_dir(root.join("new")).unwrap()),
            ("replaced by a folder", |root| {
                fs::remove_file(root.join("b")).unwrap();
                fs::create_dir(root.join("b")).unwrap();
            }),
        ];
        for (what, change) in changes {
            let folder = folder();
            let then = Snapshot::of(folder.path(), &[], Warm::Read).unwrap();
            change(folder.path());
            assert!(!then.is_still(folder.path(), &[]), "{what}");
        }
    }

    /// The tick of the clock may be as long as it likes: what was warm is read again.
    #[test]
    fn a_thousand_quick_edits_are_seen() {
        let folder = folder();
        let path = folder.path().join("b");
        for round in 0..1_000_u32 {
            fs::write(&path, round.to_le_bytes()).unwrap();
            let then = Snapshot::of(folder.path(), &[], Warm::Read).unwrap();
            rewrite_in_secret(&path, "four");
            assert!(!then.is_still(folder.path(), &[]), "round {round}");
        }
    }
}
