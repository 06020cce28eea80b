//! What is left out unless nobody could want it published, and how an installed `node_modules` is known.

use std::{ffi::OsStr, path::Path};

use super::secret;
use crate::finding::Severity;

/// `.git` is a file in a worktree or submodule: it then names a folder of the machine that built the site.
const VERSION_CONTROL: [&str; 5] = [".git", ".hg", ".svn", ".jj", "CVS"];

/// What version control keeps at the top of `root`, if that is a working copy.
#[must_use]
pub fn version_control(root: &Path) -> Option<&'static str> {
    VERSION_CONTROL.into_iter().find(|name| root.join(name).symlink_metadata().is_ok())
}

/// A rule that leaves something out by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// The store of a version control system.
    VersionControl,
    /// Notes that file managers leave in folders.
    DesktopNotes,
    /// Passwords and keys of a program that runs elsewhere.
    Environment,
    /// What we ourselves read at the top of a project.
    Configuration,
}

impl Rule {
    /// The rule that the entry at `place` falls under, if any.
    pub(super) fn at(place: &Path) -> Option<Self> {
        let is_configuration = place == Path::new("edgepress.toml");
        if is_configuration { Some(Self::Configuration) } else { Self::of(place.file_name()?) }
    }

    /// The rule that an entry named `name` falls under, if any.
    fn of(name: &OsStr) -> Option<Self> {
        match name.to_str()? {
            name if VERSION_CONTROL.contains(&name) => Some(Self::VersionControl),
            ".DS_Store" | "Thumbs.db" | "desktop.ini" => Some(Self::DesktopNotes),
            name if secret::is_environment(name) => Some(Self::Environment),
            _ => None,
        }
    }

    /// What would have been an accident is worth a warning.
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::VersionControl | Self::DesktopNotes | Self::Configuration => Severity::Info,
            Self::Environment => Severity::Warning,
        }
    }

    /// Whether a path of the site passes through something that this or another rule leaves out.
    pub(super) fn applies_within(place: &Path) -> Option<Self> {
        place.iter().find_map(Self::of)
    }

    /// What to say about `count` entries left out.
    pub(super) fn message(self, count: u64) -> String {
        let what = match self {
            Self::VersionControl => "version control data is left out",
            Self::DesktopNotes => "notes of a file manager are left out",
            Self::Environment => "environment variables of a program are left out: they often hold passwords",
            Self::Configuration => "the configuration of edgepress is left out",
        };
        match count {
            1 => what.to_owned(),
            _ => format!("{what} ({count} in all)"),
        }
    }
}

/// The `node_modules` folder that `place` proves to be filled by a package manager, if it does.
pub(super) fn installed_folder(place: &Path) -> Option<&Path> {
    // npm, pnpm, Yarn 1, Yarn 2 and later, Bun's cache marker.
    let is_note = matches!(
        place.file_name()?.to_str()?,
        ".package-lock.json" | ".modules.yaml" | ".yarn-integrity" | ".yarn-state.yml" | ".bun-tag"
    );
    let folder = place.parent()?;
    (is_note && folder.file_name()? == "node_modules").then_some(folder)
}
