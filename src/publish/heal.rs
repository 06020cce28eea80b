//! Clears away what a killed run left. Called by the holder of the lock only, so nobody else is at work.
//!
//! | found | what happened | what is done |
//! | --- | --- | --- |
//! | old, no target | killed between the two renames of an exchange | old goes back in place |
//! | old, target | killed after them | old is removed |
//! | original that edgepress wrote | killed before an in-place exchange, or after that of a restore | it is removed |
//! | aside, no target | killed between the renames of an in-place exchange | aside goes back in place |
//! | aside, target | killed after them | aside is the original |
//! | earlier, no original | killed before an in-place exchange | earlier is the original again |
//! | earlier, original | killed after it | earlier is removed |
//! | staging | killed while writing, or while removing the old tree | it is removed |

use std::{fs, io, path::Path};

use super::{PublishError, beside::Beside, error::failed, layout};

/// Brings the names beside a target to what they are when no run was killed.
pub(super) fn heal(beside: &Beside) -> Result<(), PublishError> {
    if exists(&beside.old()) {
        settle(&beside.old(), &beside.target)?;
    }
    if layout::is_ours(&beside.original()) {
        remove(&beside.original())?;
    }
    if exists(&beside.aside()) {
        let place = if exists(&beside.target) { beside.original() } else { beside.target.clone() };
        settle(&beside.aside(), &place)?;
    }
    if exists(&beside.earlier()) {
        settle(&beside.earlier(), &beside.original())?;
    }
    remove(&beside.staging())
}

/// Puts `aside` back where it came from, unless something else is there by now.
fn settle(aside: &Path, place: &Path) -> Result<(), PublishError> {
    if exists(place) { remove(aside) } else { fs::rename(aside, place).map_err(failed("put back", aside)) }
}

pub(super) fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Removes a tree (or a file or link in its place) if it is there. Never follows links.
pub(super) fn remove(path: &Path) -> Result<(), PublishError> {
    remove_tree(path).map_err(failed("remove", path))
}

pub(super) fn remove_tree(path: &Path) -> io::Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
