//! For tests: real pictures, if they are at hand.

use std::{fs, path::PathBuf};

/// The files in a folder of the corpus whose names end in `ending`, by name; none (said aloud) without a corpus.
pub(in crate::press) fn files(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("EDGEPRESS_CORPUS").map_or_else(beside, PathBuf::from);
    let Ok(entries) = fs::read_dir(corpus.join(folder)) else {
        #[expect(clippy::print_stderr, reason = "a test that did nothing should say so")]
        {
            eprintln!("skipped: no corpus for {folder}");
        }
        return Vec::new();
    };
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), fs::read(corpus.join(folder).join(&name)).unwrap())).collect()
}
