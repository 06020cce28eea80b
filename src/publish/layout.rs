//! Where site and output stand to each other. Decides before anything is written.

use std::{
    ffi::OsString,
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::{LayoutProblem, MANIFEST, Overwrite, PublishError, beside::Beside, heal};

/// Settles where `output` really is and refuses what would damage the site.
pub(super) fn settle(output: &Path, site: &Path) -> Result<Beside, PublishError> {
    let refuse = |problem| PublishError::Layout { output: output.to_owned(), problem };
    let site = canonical(site)?;
    if output.is_symlink() && !output.exists() {
        return Err(refuse(LayoutProblem::Dangling));
    }
    let target = resolve(output)?;
    let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(refuse(LayoutProblem::Top));
    };
    if let Some(problem) = overlap(&target, &site) {
        return Err(refuse(problem));
    }
    check_kind(&target).map_err(refuse)?;
    Ok(Beside::new(parent, name))
}

/// Settles where the site is that is to be replaced in place. It may be missing for now, where a run was killed
/// between two renames: see [`check_site`].
pub(super) fn settle_in_place(site: &Path) -> Result<Beside, PublishError> {
    let refuse = |problem| PublishError::Layout { output: site.to_owned(), problem };
    let target = resolve(site)?;
    check_kind(&target).map_err(refuse)?;
    let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(refuse(LayoutProblem::Top));
    };
    let beside = Beside::new(parent, name);
    let was_killed = heal::exists(&beside.old()) || heal::exists(&beside.aside());
    if was_killed { Ok(beside) } else { check_site(&target).map(|()| beside) }
}

/// Whether the site is there.
pub(super) fn check_site(site: &Path) -> Result<(), PublishError> {
    canonical(site).map(drop)
}

/// Refuses a folder that has something of someone else.
pub(super) fn check_content(output: &Path, overwrite: Overwrite) -> Result<(), PublishError> {
    if overwrite == Overwrite::Anything || is_ours(output) {
        return Ok(());
    }
    let read = |source| PublishError::Read { path: output.to_owned(), source };
    let entries = match fs::read_dir(output) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(read)?,
    };
    let names: Result<Vec<OsString>, _> = entries.map(|entry| Ok(entry?.file_name())).collect();
    let mut names = names.map_err(read)?;
    names.sort_unstable();
    if names.is_empty() {
        Ok(())
    } else {
        Err(PublishError::Foreign { output: output.to_owned(), saw: in_words(&names) })
    }
}

/// Whether edgepress wrote this folder.
pub(super) fn is_ours(folder: &Path) -> bool {
    folder.join(MANIFEST).symlink_metadata().is_ok_and(|metadata| metadata.is_file())
}

fn in_words(names: &[OsString]) -> String {
    let first: Vec<_> = names.iter().take(3).map(|name| format!("{:?}", name.to_string_lossy())).collect();
    match names.len() {
        1..=3 => first.join(", "),
        count => format!("{count} entries such as {}", first.join(", ")),
    }
}

fn canonical(path: &Path) -> Result<PathBuf, PublishError> {
    path.canonicalize().map_err(|source| PublishError::Read { path: path.to_owned(), source })
}

/// The real path of something that may not exist yet: links above it are followed.
fn resolve(path: &Path) -> Result<PathBuf, PublishError> {
    let failed = |source| PublishError::Read { path: path.to_owned(), source };
    let absolute = std::path::absolute(path).map_err(failed)?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    let mut real = loop {
        match existing.canonicalize() {
            Ok(real) => break real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        missing.push(existing.components().next_back());
        existing = existing.parent().unwrap_or(Path::new("/"));
    };
    for component in missing.into_iter().rev().flatten() {
        match component {
            Component::ParentDir => drop(real.pop()),
            Component::Normal(name) => real.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Ok(real)
}

fn overlap(target: &Path, site: &Path) -> Option<LayoutProblem> {
    if is_same(target, site) {
        Some(LayoutProblem::SameAsSite)
    } else if target.ancestors().any(|above| is_same(above, site)) {
        Some(LayoutProblem::InsideSite)
    } else if site.ancestors().any(|above| is_same(above, target)) {
        Some(LayoutProblem::ContainsSite)
    } else {
        None
    }
}

/// Whether two real paths are one folder, which names alone do not tell: bind mounts, disks that ignore case.
fn is_same(a: &Path, b: &Path) -> bool {
    a == b || identity(a).is_some_and(|identity| Some(identity) == self::identity(b))
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        path.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

fn check_kind(target: &Path) -> Result<(), LayoutProblem> {
    match target.metadata() {
        Ok(metadata) if !metadata.is_dir() => Err(LayoutProblem::NotAFolder),
        Ok(_) if is_mount_point(target) => Err(LayoutProblem::MountPoint),
        _ => Ok(()),
    }
}

#[cfg(target_os = "linux")]
fn is_mount_point(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, path, AtFlags::empty(), StatxFlags::empty())
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn is_mount_point(path: &Path) -> bool {
    let device = |path: &Path| identity(path).map(|(device, _)| device);
    path.parent().is_some_and(|parent| device(parent) != device(path))
}
