//! Snapshots: what the file system says of every file below a folder, to find out later whether anything changed.
//!
//! Contents are not read, but for files that were written within [`RACY`] of the snapshot: a change in the same tick of
//! the file system's clock would leave no trace, so these are remembered by their digest.

use std::{
    cmp::Ordering,
    collections::HashSet,
    fs::{self, Metadata},
    io, mem,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{asset::Digest, parallel::Turns};

/// Longer than the tick of any file system's clock (FAT: two seconds).
const RACY: Duration = Duration::from_secs(3);

/// How many entries of a folder are looked at in one turn, at most.
const ENTRIES_IN_A_TURN: usize = 128;

/// Whether files that are still warm are remembered by their contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warm {
    /// Others may be writing here.
    Read,
    /// Nobody else knows of the folder yet.
    Trust,
}

/// Every file, folder and link below a folder, in the order of the bytes of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    path: Box<Path>,
    stamp: Stamp,
    /// Of a file that was warm.
    digest: Option<Box<Digest>>,
}

/// What changes with every change of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stamp {
    /// Folders are known by what is in them.
    Folder {
        mode: u32,
    },
    Link {
        to: Box<Path>,
    },
    Other {
        bytes: u64,
        mode: u32,
        /// In nanoseconds since 1970.
        modified: i64,
        identity: Identity,
    },
}

/// What no program can set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    inode: u64,
    /// When the inode changed last, in nanoseconds since 1970.
    changed: i64,
    /// Whether the file has other names as well.
    is_shared: bool,
}

impl Snapshot {
    /// What is below `root` now, without the folders in `never_enter`, looked at on up to `threads` threads.
    ///
    /// # Errors
    /// When a folder or file cannot be read.
    pub fn of(root: &Path, never_enter: &[PathBuf], warm: Warm, threads: usize) -> io::Result<Self> {
        let now = SystemTime::now();
        let mut entries = Turns::take(threads, Turn::List(PathBuf::new()), |turn, turns| match turn {
            Turn::List(folder) => list(root, &folder, never_enter, turns).map(|()| Vec::new()),
            Turn::Look(found) => {
                let entries = found.iter().map(|found| look(found, warm, now)).collect::<io::Result<Vec<Entry>>>()?;
                let folders = entries.iter().filter(|entry| matches!(entry.stamp, Stamp::Folder { .. }));
                // Only after what was listed before is looked at: a listed folder is open until then, and systems allow
                // a process a few hundred.
                folders.for_each(|folder| turns.add_last(Turn::List(folder.path.to_path_buf())));
                Ok(entries)
            }
        })?;
        entries.sort_unstable_by(|a, b| in_order(&a.path, &b.path));
        entries.shrink_to_fit();
        Ok(Self { entries })
    }

    /// Whether all below `root`, which is `now`, is as it was then.
    #[must_use]
    pub fn is_like(&self, now: &Self, root: &Path) -> bool {
        self.entries.len() == now.entries.len()
            && self.entries.iter().zip(&now.entries).all(|(then, now)| then.is_like(now, root))
    }

    /// Whether `stored`, a snapshot as it is kept, says that all below `root` was as it is in this one.
    #[must_use]
    pub(crate) fn is_stored_as(&self, stored: &[u8], root: &Path) -> bool {
        // Most are the same to the byte.
        postcard::to_stdvec(self).is_ok_and(|now| now == stored)
            || postcard::from_bytes::<Self>(stored).is_ok_and(|then| then.is_like(self, root))
    }

    /// Whether `root` is now as it was then.
    #[must_use]
    pub fn is_still(&self, root: &Path, never_enter: &[PathBuf]) -> bool {
        Self::of(root, never_enter, Warm::Trust, 1).is_ok_and(|now| self.is_like(&now, root))
    }

    /// The files that are the same `now`, as far as that shows without reading them.
    #[must_use]
    pub(crate) fn same_files(&self, now: &Self) -> HashSet<&Path> {
        let same = self.entries.iter().filter(|then| {
            let found = now.find(&then.path).is_some_and(|now| now.stamp == then.stamp);
            found && then.digest.is_none() && matches!(then.stamp, Stamp::Other { .. })
        });
        same.map(|entry| &*entry.path).collect()
    }

    /// Whether the file `path` below `root` is at this moment as it was then.
    #[must_use]
    pub(crate) fn file_is_still(&self, root: &Path, path: &Path) -> bool {
        let now = || {
            let path = root.join(path);
            let metadata = path.symlink_metadata().ok().filter(Metadata::is_file)?;
            stamp(|| path, &metadata).ok()
        };
        self.find(path).is_some_and(|then| now().is_some_and(|now| now == then.stamp))
    }

    /// The same tree under `root` after its files lost their other names, which changes when they were changed last.
    /// `None` when anything else is not as it was.
    #[must_use]
    pub fn alone(self, root: &Path, threads: usize) -> Option<Self> {
        if !self.entries.iter().any(|entry| entry.stamp.is_shared()) {
            return Some(self);
        }
        let now = Self::of(root, &[], Warm::Trust, threads).ok()?;
        let is_same = |(then, now): (&Entry, &Entry)| {
            let is_same = then.stamp == now.stamp || then.stamp.is_shared() && then.stamp.is_alone(&now.stamp);
            then.path == now.path && is_same
        };
        let all_are = self.entries.len() == now.entries.len() && self.entries.iter().zip(&now.entries).all(is_same);
        all_are.then_some(now)
    }

    fn find(&self, path: &Path) -> Option<&Entry> {
        let place = self.entries.binary_search_by(|entry| in_order(&entry.path, path)).ok()?;
        self.entries.get(place)
    }
}

impl Entry {
    fn is_like(&self, now: &Self, root: &Path) -> bool {
        let has_contents = |wanted: &Digest| match &now.digest {
            Some(found) => **found == *wanted,
            None => digest(&root.join(&self.path)).is_ok_and(|found| found == *wanted),
        };
        self.path == now.path && self.stamp == now.stamp && self.digest.as_deref().is_none_or(has_contents)
    }
}

impl Stamp {
    fn is_shared(&self) -> bool {
        matches!(self, Self::Other { identity: Identity { is_shared: true, .. }, .. })
    }

    /// Whether `now` is the same file, with no other name any more.
    fn is_alone(&self, now: &Self) -> bool {
        match (self, now) {
            (
                Self::Other { bytes, mode, modified, identity },
                Self::Other { identity: found @ Identity { is_shared: false, .. }, .. },
            ) => {
                let expected = Identity { inode: identity.inode, ..*found };
                *now == Self::Other { bytes: *bytes, mode: *mode, modified: *modified, identity: expected }
            }
            _ => false,
        }
    }
}

/// An entry of a folder, with its path below the root.
type Found = (Box<Path>, fs::DirEntry);

/// What a thread does at a time.
enum Turn {
    /// Lists the folder of this path below the root.
    List(PathBuf),
    /// Looks at some entries of a folder.
    Look(Vec<Found>),
}

/// Lists what is in `folder`, which is below `root`, to be looked at meanwhile. The folder stays open as long as any of it
/// is held.
fn list(root: &Path, folder: &Path, never_enter: &[PathBuf], turns: &Turns<Turn>) -> io::Result<()> {
    let mut some = Vec::new();
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        if never_enter.is_empty() || !never_enter.contains(&entry.path()) {
            some.push((folder.join(entry.file_name()).into(), entry));
        }
        if some.len() == ENTRIES_IN_A_TURN {
            turns.add_first(Turn::Look(mem::take(&mut some)));
        }
    }
    turns.add_first(Turn::Look(some));
    Ok(())
}

fn look((path, entry): &Found, warm: Warm, now: SystemTime) -> io::Result<Entry> {
    let metadata = entry.metadata()?;
    let is_read = warm == Warm::Read && metadata.is_file() && is_warm(&metadata, now);
    Ok(Entry {
        path: path.clone(),
        stamp: stamp(|| entry.path(), &metadata)?,
        digest: if is_read { Some(Box::new(digest(&entry.path())?)) } else { None },
    })
}

/// The order of entries: comparing paths part by part would take longer than looking at the files.
fn in_order(a: &Path, b: &Path) -> Ordering {
    a.as_os_str().cmp(b.as_os_str())
}

fn digest(path: &Path) -> io::Result<Digest> {
    Ok(Digest::of(&fs::read(path)?))
}

fn stamp(path: impl FnOnce() -> PathBuf, metadata: &Metadata) -> io::Result<Stamp> {
    Ok(if metadata.is_symlink() {
        Stamp::Link { to: fs::read_link(path())?.into() }
    } else if metadata.is_dir() {
        Stamp::Folder { mode: mode(metadata) }
    } else {
        Stamp::Other {
            bytes: metadata.len(),
            mode: mode(metadata),
            modified: modified(metadata),
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

#[cfg(unix)]
fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}

#[cfg(unix)]
fn modified(metadata: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    nanoseconds(metadata.mtime(), metadata.mtime_nsec())
}

#[cfg(not(unix))]
fn modified(metadata: &Metadata) -> i64 {
    let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok();
    let since = metadata.modified().ok().and_then(since).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    Identity {
        inode: metadata.ino(),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        is_shared: metadata.nlink() > 1,
    }
}

#[cfg(not(unix))]
fn identity(_metadata: &Metadata) -> Identity {
    Identity::default()
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
        let then = Snapshot::of(folder.path(), &[], Warm::Read, 2).unwrap();
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
            let then = Snapshot::of(folder.path(), &[], Warm::Read, 2).unwrap();
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
            let then = Snapshot::of(folder.path(), &[], Warm::Read, 2).unwrap();
            rewrite_in_secret(&path, "four");
            assert!(!then.is_still(folder.path(), &[]), "round {round}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_loses_its_other_name_is_the_same_file() {
        let root = folder();
        let shared = root.path().join("sub/a");
        fs::hard_link(&shared, root.path().join("name")).unwrap();
        let other = tempfile::tempdir().unwrap();
        fs::rename(root.path().join("name"), other.path().join("name")).unwrap();
        let then = Snapshot::of(root.path(), &[], Warm::Trust, 2).unwrap();
        assert_eq!(then.clone().alone(root.path(), 2).as_ref(), Some(&then), "it still has its other name");
        fs::remove_file(other.path().join("name")).unwrap();
        let now = then.clone().alone(root.path(), 2).unwrap();
        assert!(now.is_still(root.path(), &[]));
        for (what, change) in [("the shared one", "sub/a"), ("another", "b")] {
            fs::write(root.path().join(change), "another text").unwrap();
            assert!(then.clone().alone(root.path(), 2).is_none(), "{what}");
            let same = now.same_files(&Snapshot::of(root.path(), &[], Warm::Trust, 2).unwrap());
            assert!(!same.contains(Path::new(change)) && !now.file_is_still(root.path(), Path::new(change)), "{what}");
        }
    }
}
