//! Undoes `--in-place`: the site as it was comes back, what edgepress wrote goes.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{Patience, PublishError, error::failed, exchange::exchange, heal, layout, lock::Lock, sync};

/// What [`restore`] did.
#[derive(Debug)]
pub struct Restored {
    /// The site, without links in its path.
    pub site: PathBuf,
    /// What could not be cleared away afterwards; the site is restored all the same.
    pub leftover: Option<(PathBuf, io::Error)>,
}

/// Puts the site back that was replaced in place.
pub fn restore(site: &Path, patience: Patience<'_>) -> Result<Restored, PublishError> {
    let beside = layout::settle_in_place(site)?;
    let lock = Lock::take(&beside, patience)?;
    heal::heal(&beside)?;
    layout::check_site(&beside.target)?;
    let nothing = |why| Err(PublishError::NothingToRestore { site: site.to_owned(), why });
    let original = beside.original();
    if !heal::exists(&original) {
        return nothing("was not pressed in place: there is no original beside it");
    }
    // A newer build stands there: it must not be lost for an older one.
    if !layout::is_ours(&beside.target) {
        return nothing("was written again since it was pressed in place");
    }
    // A run killed from here on leaves either site whole, and a pressed tree under the original's name, which the next
    // run knows as such and removes.
    exchange(&original, &beside.target, &beside.old()).map_err(failed("restore", &beside.target))?;
    sync::folder(&beside.parent).map_err(failed("sync", &beside.parent))?;
    let leftover = heal::remove_tree(&original).err().map(|error| (original, error));
    drop(lock);
    Ok(Restored { site: beside.target, leftover })
}
