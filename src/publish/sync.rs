//! What was written reaches the disk before it is published, so that no power loss turns it into empty files.

use std::{fs::File, io, path::Path};

/// Syncs a whole tree. `root` is its open top folder, opened before the first file was written: the system then also
/// reports writes that failed in the background since.
pub(super) fn tree(root: &File, path: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::io::Errno;
        // One call for all files: thousands of single ones take many times as long.
        match rustix::fs::syncfs(root) {
            Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => {}
            synced => return Ok(synced?),
        }
    }
    let _ = root;
    one_by_one(path)
}

/// Starts to write out what is waiting on the file system of `root`, most of it from the programs that ran before: the
/// sync of the tree would have to wait for that. Whether it works does not matter.
pub(super) fn ahead(root: &Path) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        // Opened for this: what went wrong is told once for each opened file, and others are to hear of it.
        let opened = File::open(root);
        let write_out = move || drop(opened.map(rustix::fs::syncfs));
        drop(std::thread::Builder::new().name("sync-ahead".to_owned()).spawn(write_out));
    }
    let _ = root;
}

fn one_by_one(path: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(path).contents_first(true) {
        let entry = entry?;
        if entry.file_type().is_file() || cfg!(unix) {
            File::open(entry.path())?.sync_all()?;
        }
    }
    Ok(())
}

/// Syncs the names in a folder.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    // Windows has no such thing as a folder that can be opened and synced.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn files_sync_one_by_one_too() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/b"), "x").unwrap();
        super::one_by_one(folder.path()).unwrap();
    }
}
