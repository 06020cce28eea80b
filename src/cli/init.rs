//! `edgepress init`: finds out what builds the site, writes a commented `edgepress.toml`, says what else to add.
//!
//! The folder of a project comes in; a [`Plan`] with all texts comes out, and [`write()`] puts the file there. Reads only
//! a few small files of known names, runs nothing.

mod detect;
mod texts;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::args::Existing;
use crate::error::Error;

pub use detect::{Detected, Pages, detect};

/// Everything that `init` writes and says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What was found.
    pub detected: Detected,
    /// The text of `edgepress.toml`.
    pub toml: String,
    /// What to add where, for people to read.
    pub advice: String,
}

/// Looks at the project in `root`.
///
/// # Errors
/// When `root` is no folder.
pub fn plan(root: &Path) -> Result<Plan, Error> {
    if !root.is_dir() {
        return Err(Error::usage(
            format!("{} is not a folder", root.display()),
            "name the folder of the project, or leave it out",
        ));
    }
    let detected = detect(root);
    Ok(Plan { toml: texts::toml(&detected), advice: texts::advice(&detected), detected })
}

/// Writes `toml` as `edgepress.toml` in `root` and says where it is.
///
/// # Errors
/// When there is one already and it is to stay, or it cannot be written.
pub fn write(root: &Path, toml: &str, existing: Existing) -> Result<PathBuf, Error> {
    let path = root.join("edgepress.toml");
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::usage(format!("{} is there already", path.display()), "--force replaces it")
        }
        _ => Error::input_output("write", &path, error),
    };
    match existing {
        // One system call decides and creates, so that no file can come between.
        Existing::Keep => {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
            file.write_all(toml.as_bytes()).map_err(failed)?;
        }
        Existing::Replace => {
            let draft = root.join(".edgepress.toml.new");
            fs::write(&draft, toml).and_then(|()| fs::rename(&draft, &path)).map_err(failed)?;
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests;
