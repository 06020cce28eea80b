//! Two folders change places.

use std::{fs, io, path::Path};

/// Puts `new` in the place of `target`, and what was there in the place of `new`; `old` is a free name for the moment
/// in between, where the system cannot do both at once.
pub(super) fn exchange(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    if at_once(new, target)? {
        return Ok(());
    }
    fs::rename(target, old)?;
    if let Err(error) = fs::rename(new, target) {
        fs::rename(old, target)?;
        return Err(error);
    }
    fs::rename(old, new)
}

/// Whether both changed places in one step; `false` when the system or file system cannot.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn at_once(new: &Path, target: &Path) -> io::Result<bool> {
    use rustix::{
        fs::{CWD, RenameFlags, renameat_with},
        io::Errno,
    };
    match renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn at_once(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}
