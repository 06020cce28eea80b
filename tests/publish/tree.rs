//! Trees that are all of one generation, so that a mix is seen.

use std::{
    fs,
    path::{Path, PathBuf},
};

use edgepress::publish::MANIFEST;

/// The site and the target in a folder of their own.
pub(crate) struct Place(pub(crate) tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.path("site")).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What stands in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(self.0.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Published path of file number `n`.
pub(crate) fn name(n: usize) -> String {
    format!("{}/{n}.txt", n % 7)
}

/// Whether file number `n` is the same in every generation.
pub(crate) fn lasts(n: usize) -> bool {
    n % 5 == 4
}

/// Body of file number `n` in a generation.
pub(crate) fn body_of(n: usize, generation: &str) -> Vec<u8> {
    body(if lasts(n) { "of all generations" } else { generation })
}

/// Body of every file that does not last: long enough to be seen half-written.
pub(crate) fn body(generation: &str) -> Vec<u8> {
    format!("{generation}\n").repeat(500).into_bytes()
}

/// The generation of a whole tree of `files` files (and its manifest); panics on a mix.
pub(crate) fn generation(folder: &Path, files: usize) -> String {
    let first = fs::read_to_string(folder.join(name(0))).unwrap();
    let generation = first.lines().next().unwrap().to_owned();
    for n in 0..files {
        let found = fs::read(folder.join(name(n))).unwrap();
        assert!(found == body_of(n, &generation), "file {n} is not whole or not of generation {generation}");
    }
    let count = walkdir::WalkDir::new(folder).into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file());
    let manifest = usize::from(folder.join(MANIFEST).exists());
    assert_eq!(count.count(), files + manifest, "something is left of another generation");
    generation
}

/// A tree as a site generator writes it.
pub(crate) fn write_site(folder: &Path, generation: &str, files: usize) {
    let _ = fs::remove_dir_all(folder);
    for n in 0..files {
        let path = folder.join(name(n));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body_of(n, generation)).unwrap();
    }
}
