//! Good files to start from: the demo that is in the repository, small files of our own, and the corpus where it is.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

/// Pictures are decoded many times over: small ones get further.
const LARGEST: u64 = 60_000;

fn repository() -> PathBuf {
    env::var_os("EDGEPRESS_REPOSITORY").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

fn corpus() -> PathBuf {
    let beside = || repository().join("../shared/corpus");
    env::var_os("EDGEPRESS_CORPUS").map_or_else(beside, PathBuf::from).join("bad")
}

/// Every small file of these extensions, in order, and `own`.
pub(crate) fn files(extensions: &[&str], own: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let folders = [repository().join("fixtures/demo"), corpus()];
    let wanted = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        extensions.contains(&extension)
    };
    let small = |path: &Path| path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST);
    let found = folders.iter().flat_map(|folder| WalkDir::new(folder).sort_by_file_name().into_iter().flatten());
    let read = found
        .filter(|entry| wanted(entry.path()) && small(entry.path()))
        .filter_map(|entry| fs::read(entry.path()).ok());
    own.iter().cloned().chain(read).collect()
}
