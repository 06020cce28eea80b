//! Walk: a folder in, the sorted list of its files out, with findings about what was left out or looks risky.
//!
//! Reads folders and file attributes, never a file's content (but see [`open`] and [`read`], which the later stages
//! use). Writes nothing, opens no FIFO, socket or device, and never leaves the site: a link is followed only when
//! what it leads to lies beneath the root. The result does not depend on the order in which the disk lists names.
//!
//! # What is left out
//! Nothing goes missing silently: every rule that left something out is one `skipped` finding with the first path and
//! the number of files or folders.
//!
//! * Version control (`.git`, `.hg`, `.svn`, `.jj`, `CVS`): history and often credentials. No host serves it on purpose.
//! * What desktops scatter (`.DS_Store`, `Thumbs.db`, `desktop.ini`): lists the names of files that were never
//!   published, and nothing refers to it.
//! * `.env`, `.env.local` and kin (a warning, as it is an accident), but not `.env.example`: no page asks for them, and bots do.
//! * `edgepress.toml` at the top: ours, and kept where the result takes the place of the site.
//! * Links that lead nowhere, out of the site or round in circles; FIFOs, sockets and devices.
//!
//! Other dot files and folders stay: `.well-known`, `.nojekyll`, `.htaccess` and `.vite` all have readers.
//!
//! # `node_modules`
//! Two different things have that name. A bundler that preserves modules writes `dist/node_modules/…` as part of the
//! program: pages import those files, so they are files like any other. A package manager fills it as a store of
//! sources: hand-made sites load a few files from it by a `<script src="node_modules/…">`, so dropping it would break
//! them, but pressing thousands of files that nobody asks for would not be what anyone wants. The second kind is known
//! by the note each package manager leaves inside; such folders are listed in [`Tree::installed`] to be published as
//! they are, under their own names, and named in one finding that says how to leave them out.
//!
//! # Secrets
//! Other files that look like secrets are named in a `secret` warning (`--strict` fails on it) and still published: they are
//! in a folder that is about to be uploaded with or without us, a file that quietly disappears hides the accident
//! instead of ending it, and a key may be a sample that belongs to a page.
//!
//! # Projects
//! Whoever gives the folder of a project instead of what its build wrote gets a warning that says what would be published and
//! which folder may be meant.

mod default;
mod links;
mod portability;
mod project;
mod secret;
mod source;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use globset::GlobSet;

use crate::{
    asset::AssetPath,
    finding::{Code, Finding},
};

pub use default::version_control;
pub use secret::private_key;
pub(crate) use source::mode;
pub use source::{Reading, look_through, open, read};

/// What to take from a site.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Paths (and whole folders) that match are left out, without a finding: the user asked for it.
    pub exclude: GlobSet,
    /// When given, only files that match are taken.
    pub include: Option<GlobSet>,
    /// Folders of ours inside the site, such as the cache: never entered.
    pub never_enter: Vec<PathBuf>,
    /// Whether our configuration stays: where the result takes the place of the site, the next run looks for it there.
    pub keeps_configuration: bool,
}

/// What [`walk`] found.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Every file with a UTF-8 name, sorted by path.
    pub files: Vec<Found>,
    /// Every file whose name is not UTF-8, sorted: to be copied byte for byte under its own name.
    pub odd: Vec<OddName>,
    /// `node_modules` folders that a package manager filled: to be published as they are, see the module's text.
    pub installed: Vec<AssetPath>,
    /// What was left out, and what looks risky; sorted.
    pub findings: Vec<Finding>,
}

impl Tree {
    /// Whether `path` lies in a folder of [`Tree::installed`].
    #[must_use]
    pub fn is_installed(&self, path: &AssetPath) -> bool {
        let inside =
            |folder: &AssetPath| path.as_str().strip_prefix(folder.as_str()).is_some_and(|r| r.starts_with('/'));
        self.installed.iter().any(inside)
    }
}

/// One file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its place in the site.
    pub path: AssetPath,
    /// Where to read it: for a followed link, what it leads to. Shared with the bodies that are still this file.
    pub source: Arc<Path>,
    /// Its length when it was found.
    pub bytes: u64,
    /// When it was last written.
    pub modified: SystemTime,
    /// Unix permission bits without setuid, setgid and sticky; `0o644` where there are none.
    pub mode: u32,
}

/// One file whose path is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddName {
    /// Its place in the site, relative to the root.
    pub path: PathBuf,
    /// Where to read it.
    pub source: PathBuf,
    /// Its length when it was found.
    pub bytes: u64,
    /// When it was last written.
    pub modified: SystemTime,
    /// As [`Found::mode`].
    pub mode: u32,
}

/// Why a site could not be walked.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// There is nothing at the root.
    #[error("there is no folder {path}", path = path.display())]
    Missing {
        /// The root as given.
        path: PathBuf,
    },
    /// The root is a file or something stranger.
    #[error("{path} is not a folder", path = path.display())]
    NotAFolder {
        /// The root as given.
        path: PathBuf,
    },
    /// A folder could not be listed or a file could not be looked at.
    #[error("could not read {path}", path = path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Links to folders multiply the tree without end.
    #[error("links to folders make more than {limit} files of this site; the last one seen is {path}", path = path.display())]
    TooManyLinked {
        /// The file at which counting stopped.
        path: PathBuf,
        /// How many are allowed.
        limit: u64,
    },
}

/// Lists the files of the site at `root`.
pub fn walk(root: &Path, selection: &Selection) -> Result<Tree, WalkError> {
    let root = open_root(root)?;
    let never_enter = selection.never_enter.iter().map(|p| p.canonicalize().unwrap_or_else(|_| p.clone())).collect();
    let mut walker =
        Walker { root: &root, selection, never_enter, linked: 0, left_out: BTreeMap::new(), tree: Tree::default() };
    links::descend(&mut walker, &root, Path::new(""), &mut Vec::new())?;
    Ok(walker.finish())
}

fn open_root(root: &Path) -> Result<PathBuf, WalkError> {
    let path = root.to_owned();
    let canonical = match root.canonicalize() {
        Ok(canonical) => canonical,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(WalkError::Missing { path }),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(WalkError::NotAFolder { path }),
        Err(source) => return Err(WalkError::Unreadable { path, source }),
    };
    if canonical.is_dir() { Ok(canonical) } else { Err(WalkError::NotAFolder { path }) }
}

/// The state of one walk.
struct Walker<'a> {
    root: &'a Path,
    selection: &'a Selection,
    never_enter: Vec<PathBuf>,
    /// Files reached through links to folders.
    linked: u64,
    left_out: BTreeMap<default::Rule, (PathBuf, u64)>,
    tree: Tree,
}

impl Walker<'_> {
    fn find(&mut self, code: Code, place: &Path, message: &str, hint: &str) {
        self.tree.findings.push(Finding::new(code, &slashed(place), message).hint(hint));
    }

    fn leave_out(&mut self, rule: default::Rule, place: &Path) {
        self.left_out.entry(rule).or_insert_with(|| (place.to_owned(), 0)).1 += 1;
    }

    fn is_excluded(&self, place: &Path) -> bool {
        self.selection.exclude.is_match(place)
    }

    fn is_ours(&self, folder: &Path) -> bool {
        self.never_enter.iter().any(|ours| folder.starts_with(ours))
    }

    /// Takes one regular file, whose place in the site is `place` and which is to be read at `source`.
    fn take(&mut self, place: &Path, source: &Path, metadata: &std::fs::Metadata) {
        if self.selection.include.as_ref().is_some_and(|include| !include.is_match(place)) {
            return;
        }
        let (bytes, mode) = (metadata.len(), source::mode(metadata));
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let Some(path) = asset_path(place) else {
            let hint = "no page can refer to it by a readable URL: give it a UTF-8 name";
            self.find(Code::NamePortability, place, "the name is not UTF-8; the file is copied as it is", hint);
            let (path, source) = (place.to_owned(), source.to_owned());
            return self.tree.odd.push(OddName { path, source, bytes, modified, mode });
        };
        if let Some(what) = secret::by_name(&path) {
            let hint = format!("leave it out with --exclude '{path}'");
            self.find(Code::Secret, place, &format!("{what} will be published"), &hint);
        }
        self.tree.files.push(Found { path, source: source.into(), bytes, modified, mode });
    }

    /// Notices what a package manager leaves in the folder it fills.
    fn notice_install(&mut self, place: &Path) {
        let Some(folder) = default::installed_folder(place).and_then(asset_path) else { return };
        if !self.tree.installed.contains(&folder) {
            self.tree.installed.push(folder);
        }
    }

    fn finish(mut self) -> Tree {
        for (rule, (first, count)) in std::mem::take(&mut self.left_out) {
            let finding = Finding::new(Code::Skipped, &slashed(&first), rule.message(count));
            self.tree.findings.push(finding.severity(rule.severity()));
        }
        for folder in self.tree.installed.clone() {
            let message = "installed packages are published as they are, not pressed";
            let hint = format!("leave them out with --exclude '{folder}'");
            self.find(Code::Kept, Path::new(folder.as_str()), message, &hint);
        }
        self.tree.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.tree.odd.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.tree.installed.sort_unstable();
        self.tree.findings.extend(portability::twins(&self.tree.files));
        self.tree.findings.extend(project::finding(&self.tree));
        self.tree.findings.sort_unstable();
        self.tree
    }
}

/// `place` as an [`AssetPath`], if it is UTF-8.
fn asset_path(place: &Path) -> Option<AssetPath> {
    let segments: Option<Vec<&str>> = place.iter().map(|segment| segment.to_str()).collect();
    AssetPath::new(segments?.join("/")).ok()
}

/// `place` for people, with `/` everywhere.
fn slashed(place: &Path) -> String {
    place.iter().map(|segment| segment.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests;
