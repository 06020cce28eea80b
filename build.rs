//! Names what can influence a press or pack result, for cache keys: the codecs' versions and our own code around them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders whose code decides what bytes come out of an action.
const ACTION_CODE: [&str; 6] = ["src/press", "src/refs", "src/pack", "src/ecma", "src/asset", "src/maps"];

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for folder in ACTION_CODE {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root.join(folder), &mut files);
    }
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=Cargo.lock");
    files.sort();
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for file in files {
        let relative = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        hash.update(relative.as_bytes());
        hash.update(&fs::read(&file).unwrap_or_default());
    }
    println!("cargo::rustc-env=EDGEPRESS_CODECS={:016x}", hash.0);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// FNV-1a, which does not change between compiler versions as the standard hasher may.
struct Fnv(u64);

impl Fnv {
    fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
