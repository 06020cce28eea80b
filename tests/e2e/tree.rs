//! Whole trees: read, written, compared byte for byte with a readable difference.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

/// Every regular file beneath a folder, by its path with slashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Reads `folder`; one that is not there is empty.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        let entries = WalkDir::new(folder).into_iter().filter_map(Result::ok);
        for entry in entries.filter(|entry| entry.file_type().is_file()) {
            let path = entry.path().strip_prefix(folder).unwrap();
            files.insert(path.to_string_lossy().into_owned(), fs::read(entry.path()).unwrap());
        }
        Self { files }
    }

    /// Writes it as `folder`.
    pub(crate) fn write(&self, folder: &Path) {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// Without the files for which `is_out` says so.
    pub(crate) fn without(mut self, is_out: impl Fn(&str) -> bool) -> Self {
        self.files.retain(|path, _| !is_out(path));
        self
    }

    /// What is in one and not, or not the same, in the other.
    pub(crate) fn difference(&self, other: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, bytes) in &self.files {
            match other.files.get(path) {
                None => lines.push(format!("- {path}")),
                Some(others) if others != bytes => lines.push(format!("! {path}: {}", first_difference(bytes, others))),
                Some(_) => {}
            }
        }
        lines.extend(other.files.keys().filter(|path| !self.files.contains_key(*path)).map(|path| format!("+ {path}")));
        lines
    }

    /// Both are the same.
    #[track_caller]
    pub(crate) fn must_be(&self, other: &Self, what: &str) {
        let difference = self.difference(other);
        assert!(difference.is_empty(), "{what}: {} differences\n{}", difference.len(), difference.join("\n"));
    }
}

fn first_difference(one: &[u8], other: &[u8]) -> String {
    let at = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let around = |bytes: &[u8]| {
        let end = bytes.len().min(at + 40);
        String::from_utf8_lossy(&bytes[at.saturating_sub(20).min(end)..end]).into_owned()
    };
    format!("{} and {} bytes, differ at {at}: {:?} {:?}", one.len(), other.len(), around(one), around(other))
}

/// Every path beneath `folder`, links and folders too.
pub(crate) fn every_path(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        WalkDir::new(folder).into_iter().filter_map(Result::ok).map(|e| e.path().to_owned()).collect();
    paths.sort();
    paths
}
