//! One run at a time on one target.
//!
//! The lock is an advisory lock on a file, so it dies with its process whatever kills it. Where the file system has no
//! such locks (some network shares), a file that names its owner stands in: it can outlive its process, which is seen
//! when the owner was on this machine and is reported otherwise.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{Patience, PublishError, beside::Beside, error::failed, owner::Owner};

/// How long to sleep between two tries.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(200);

/// A lock that is held. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    owner_path: Option<PathBuf>,
    file: Option<File>,
}

/// One try to take the lock.
enum Attempt {
    Held(Lock),
    Busy(Option<Owner>),
}

impl Lock {
    /// Takes the lock of a target, waiting for its holder as long as `patience` lasts.
    pub(super) fn take(beside: &Beside, patience: Patience<'_>) -> Result<Self, PublishError> {
        let begin = Instant::now();
        let mut pause = SHORTEST;
        let mut told = false;
        loop {
            if patience.interrupt.is_raised() {
                return Err(PublishError::Interrupted);
            }
            let owner = match attempt(beside)? {
                Attempt::Held(lock) => return Ok(lock),
                Attempt::Busy(owner) => owner,
            };
            let waited = begin.elapsed();
            let Some(left) = patience.wait.checked_sub(waited).filter(|left| !left.is_zero()) else {
                return Err(PublishError::Locked { output: beside.target.clone(), owner, waited });
            };
            if !told {
                (patience.on_wait)(owner.as_ref());
                told = true;
            }
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(LONGEST);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file goes while it is still locked: who opened it meanwhile sees that it is no longer the one in place.
        for path in self.owner_path.iter().chain([&self.path]) {
            let _ = fs::remove_file(path);
        }
        drop(self.file.take());
    }
}

fn attempt(beside: &Beside) -> Result<Attempt, PublishError> {
    let path = beside.lock();
    loop {
        let file = open(&path, beside)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Attempt::Busy(Owner::read(&path))),
            Err(TryLockError::Error(error)) if has_no_locks(&error) => return attempt_owner(beside, path),
            Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
        }
        // Its last holder may have removed it between our opening and our locking.
        if is_in_place(&file, &path) {
            let _ = file.set_len(0).and_then(|()| (&file).write_all(Owner::this().to_line().as_bytes()));
            return Ok(Attempt::Held(Lock { path, owner_path: None, file: Some(file) }));
        }
    }
}

fn open(path: &Path, beside: &Beside) -> Result<File, PublishError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    // In a folder that others can write too, the name could be a link to a file of ours.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    options.open(path).map_err(|source| match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            PublishError::NotWritable { path: beside.parent.clone(), source }
        }
        _ => failed("create", path)(source),
    })
}

fn is_in_place(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: io::Result<fs::Metadata>| metadata.map(|m| (m.dev(), m.ino())).ok();
        let here = identity(file.metadata());
        here.is_some() && here == identity(fs::symlink_metadata(path))
    }
    #[cfg(not(unix))]
    {
        // Windows does not remove a file that someone holds open.
        let _ = file;
        path.exists()
    }
}

fn has_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    let no_locks = error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error());
    #[cfg(not(unix))]
    let no_locks = false;
    no_locks || error.kind() == io::ErrorKind::Unsupported
}

/// The stand-in: whoever creates the owner file holds the lock.
fn attempt_owner(beside: &Beside, lock: PathBuf) -> Result<Attempt, PublishError> {
    let path = beside.owner();
    if let Some(dead) = Owner::read(&path).filter(Owner::is_dead) {
        remove_dead(&path, &dead);
    }
    let line = Owner::this().to_line();
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => {
            let held = Lock { path: lock, owner_path: Some(path.clone()), file: None };
            file.write_all(line.as_bytes()).map_err(failed("write", &path))?;
            Ok(Attempt::Held(held))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Attempt::Busy(Owner::read(&path))),
        Err(error) => Err(failed("create", &path)(error)),
    }
}

/// Removes the owner file of a dead process, but not one that another run has put in its place meanwhile.
fn remove_dead(path: &Path, dead: &Owner) {
    let mut taken = path.as_os_str().to_owned();
    taken.push(format!("-{}", std::process::id()));
    let taken = PathBuf::from(taken);
    if fs::rename(path, &taken).is_ok() {
        if Owner::read(&taken).as_ref() != Some(dead) {
            let _ = fs::hard_link(&taken, path);
        }
        let _ = fs::remove_file(&taken);
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn an_owner_file_holds_while_its_owner_lives() {
        let folder = tempfile::tempdir().unwrap();
        let beside = Beside::new(folder.path(), OsStr::new("out"));
        let Ok(Attempt::Held(held)) = attempt_owner(&beside, beside.lock()) else { panic!("not held") };
        assert!(
            matches!(attempt_owner(&beside, beside.lock()), Ok(Attempt::Busy(Some(owner))) if owner == Owner::this())
        );
        drop(held);
        assert!(!beside.owner().exists());

        let mut child = std::process::Command::new("true").spawn().unwrap();
        fs::write(
            beside.owner(),
            Owner::this().to_line().replacen(&std::process::id().to_string(), &child.id().to_string(), 1),
        )
        .unwrap();
        child.wait().unwrap();
        assert!(matches!(attempt_owner(&beside, beside.lock()), Ok(Attempt::Held(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "all is cleared away");
    }
}
