//! The names beside a target.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use crate::asset::Digest;

/// Names longer than this are shortened, so that ours still fit into 255 bytes.
const LONGEST: usize = 200;

/// The target and the folder it stands in. Both without links.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) target: PathBuf,
    pub(super) parent: PathBuf,
    stem: OsString,
}

impl Beside {
    pub(super) fn new(parent: &Path, name: &OsStr) -> Self {
        Self { target: parent.join(name), parent: parent.to_owned(), stem: stem(name) }
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.name("lock")
    }

    pub(super) fn owner(&self) -> PathBuf {
        self.name("owner")
    }

    pub(super) fn staging(&self) -> PathBuf {
        self.name("staging")
    }

    pub(super) fn old(&self) -> PathBuf {
        self.name("old")
    }

    pub(super) fn original(&self) -> PathBuf {
        self.name("original")
    }

    pub(super) fn aside(&self) -> PathBuf {
        self.name("aside")
    }

    pub(super) fn earlier(&self) -> PathBuf {
        self.name("earlier")
    }

    fn name(&self, what: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.stem);
        name.push(".edgepress-");
        name.push(what);
        self.parent.join(name)
    }
}

fn stem(name: &OsStr) -> OsString {
    let bytes = name.as_encoded_bytes();
    if bytes.len() <= LONGEST {
        return name.to_owned();
    }
    let start: String = name.to_string_lossy().chars().take(40).collect();
    OsString::from(format!("{start}-{}", Digest::of(bytes).short()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_differ() {
        let name = |name: &str| Beside::new(Path::new("/p"), OsStr::new(name)).original();
        assert_eq!(name("out"), Path::new("/p/.out.edgepress-original"));
        let (long, other) = ("日".repeat(85), format!("{}x", "日".repeat(84)));
        assert!(name(&long).file_name().unwrap().len() < 255);
        assert_ne!(name(&long), name(&other));
    }
}
