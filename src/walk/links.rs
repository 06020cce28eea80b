//! The descent itself: which entries are entered, followed, taken or left out.

use std::{
    fs::Metadata,
    io,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use super::{WalkError, Walker, default::Rule, portability};
use crate::finding::Code;

/// Links to folders inside links to folders that are still followed.
const NESTED_LINKS: usize = 8;

/// Files that may be reached through links to folders. A dozen folders that all link to each other make more.
const LINKED_FILES: u64 = 2_000_000;

/// Walks the real folder `folder`, whose place in the site is `place`. `chain` has the real folder of each link that
/// led here.
pub(super) fn descend(
    walker: &mut Walker<'_>,
    folder: &Path,
    place: &Path,
    chain: &mut Vec<PathBuf>,
) -> Result<(), WalkError> {
    // Sorting lists each folder at once and closes it, so no depth of the tree runs out of file descriptors.
    let mut entries = WalkDir::new(folder).min_depth(1).follow_root_links(false).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let place = place.join(inside);
        let is_folder = entry.file_type().is_dir();
        if is_left_out(walker, &entry, &place) {
            if is_folder {
                entries.skip_current_dir();
            }
            continue;
        }
        warn_of_name(walker, &place);
        if entry.file_type().is_symlink() {
            follow(walker, &entry, &place, chain)?;
        } else if !is_folder {
            visit(walker, &entry, &place, chain)?;
        }
    }
    Ok(())
}

fn is_left_out(walker: &mut Walker<'_>, entry: &DirEntry, place: &Path) -> bool {
    if walker.is_excluded(place) || walker.is_ours(entry.path()) {
        return true;
    }
    let keeps = walker.selection.keeps_configuration;
    let rule = Rule::at(place).filter(|rule| !(keeps && *rule == Rule::Configuration));
    if let Some(rule) = rule {
        walker.leave_out(rule, place);
    }
    rule.is_some()
}

fn warn_of_name(walker: &mut Walker<'_>, place: &Path) {
    if let Some(trouble) = place.file_name().and_then(|name| name.to_str()).and_then(portability::trouble) {
        walker.find(
            Code::NamePortability,
            place,
            &trouble,
            "rename it if the site is ever served from or built on Windows",
        );
    }
}

/// An entry that is neither folder nor link.
fn visit(walker: &mut Walker<'_>, entry: &DirEntry, place: &Path, chain: &[PathBuf]) -> Result<(), WalkError> {
    let metadata = entry.metadata().map_err(|error| unreadable(entry.path(), error))?;
    if !metadata.is_file() {
        skip(walker, place, &format!("{} is not published", special(&metadata)));
        return Ok(());
    }
    take(walker, place, entry.path(), &metadata, chain)
}

fn take(
    walker: &mut Walker<'_>,
    place: &Path,
    source: &Path,
    metadata: &Metadata,
    chain: &[PathBuf],
) -> Result<(), WalkError> {
    if !chain.is_empty() {
        walker.linked += 1;
        if walker.linked > LINKED_FILES {
            return Err(WalkError::TooManyLinked { path: place.to_owned(), limit: LINKED_FILES });
        }
    }
    walker.notice_install(place);
    walker.take(place, source, metadata);
    Ok(())
}

/// A link: taken, entered, or left out with a reason.
fn follow(walker: &mut Walker<'_>, entry: &DirEntry, place: &Path, chain: &mut Vec<PathBuf>) -> Result<(), WalkError> {
    let (target, metadata) = match resolve(walker, entry.path()) {
        Ok(found) => found,
        Err(reason) => {
            skip(walker, place, &reason);
            return Ok(());
        }
    };
    if metadata.is_file() {
        return take(walker, place, &target, &metadata, chain);
    }
    if !metadata.is_dir() {
        skip(walker, place, &format!("a link to {} is not followed", special(&metadata)));
        return Ok(());
    }
    let holder = entry.path().parent().unwrap_or(entry.path()).to_owned();
    if chain.iter().chain([&holder]).any(|folder| folder.starts_with(&target)) {
        skip(walker, place, "a link that leads back to a folder it lies in is not followed");
        return Ok(());
    }
    if chain.len() >= NESTED_LINKS {
        skip(walker, place, &format!("a link inside {NESTED_LINKS} other links is not followed"));
        return Ok(());
    }
    chain.push(holder);
    let result = descend(walker, &target, place, chain);
    chain.pop();
    result
}

/// Where a link leads, if it may be followed; otherwise why not.
fn resolve(walker: &Walker<'_>, link: &Path) -> Result<(PathBuf, Metadata), String> {
    let target = link.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "a link that leads nowhere is not published".to_owned(),
        _ => format!("a link that cannot be followed is not published ({error})"),
    })?;
    let Ok(inside) = target.strip_prefix(walker.root) else {
        return Err("a link that leads out of the site is not followed".to_owned());
    };
    if Rule::applies_within(inside).is_some() || walker.is_ours(&target) {
        return Err("a link to something that is left out is not followed".to_owned());
    }
    let metadata =
        target.symlink_metadata().map_err(|error| format!("a link whose target cannot be read ({error})"))?;
    Ok((target, metadata))
}

fn skip(walker: &mut Walker<'_>, place: &Path, reason: &str) {
    walker.find(Code::Skipped, place, reason, "");
}

fn special(metadata: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return "a FIFO";
        } else if kind.is_socket() {
            return "a socket";
        } else if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    let _ = metadata;
    "something that is no regular file"
}

fn unreadable(folder: &Path, error: walkdir::Error) -> WalkError {
    let path = error.path().unwrap_or(folder).to_owned();
    let source = error.into_io_error().unwrap_or_else(|| io::Error::other("the folder contains itself"));
    WalkError::Unreadable { path, source }
}
