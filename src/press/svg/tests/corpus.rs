//! Properties over the pictures of the corpus.
#![expect(clippy::print_stderr, reason = "figures, and what was skipped, are for the reader of the test run")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{super::press, render};
use crate::{
    pack::brotli_size,
    press::{KeptBecause, Options},
};

/// The corpus, if it is there.
pub(super) fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("EDGEPRESS_CORPUS").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no corpus");
    None
}

/// Every picture below `folder`, in order.
pub(super) fn pictures(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(text) = fs::read_to_string(&path).ok().filter(|_| name.contains(".svg")) {
                // A case of svgo's plugin tests: input, `@@@`, expected.
                let text = text.split("@@@").next().unwrap_or_default().trim_start();
                let text = if path.extension().is_some_and(|extension| extension == "txt") {
                    &text[text.find("===").map_or(0, |n| n + 3)..]
                } else {
                    text
                };
                found.push((path, text.trim_start().to_owned()));
            }
        }
    }
    found.sort();
    found
}

pub(super) fn ids(source: &str) -> BTreeSet<String> {
    let document = crate::press::xml::gate::parse(source).unwrap();
    let drawn = |node: &roxmltree::Node<'_, '_>| {
        !node.ancestors().any(|node| {
            let namespace = node.tag_name().namespace();
            node.tag_name().name() == "metadata" || namespace.is_some_and(super::super::names::is_editor)
        })
    };
    let ids = document.descendants().filter(drawn).filter_map(|node| node.attribute("id").map(str::to_owned));
    ids.collect()
}

#[derive(Default)]
struct Tally {
    files: usize,
    kept: usize,
    before: usize,
    after: usize,
    wire_before: usize,
    wire_after: usize,
    refused: Vec<String>,
    damaged: Vec<String>,
}

fn tally(folder: &Path, draws: bool) -> Tally {
    let mut tally = Tally::default();
    let options = Options::default();
    for (path, source) in pictures(folder) {
        tally.files += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let draft = press(source.as_bytes(), &options);
        if let Err(why @ (KeptBecause::WouldChangeMeaning(_) | KeptBecause::Crashed(_))) = &draft {
            tally.refused.push(format!("{name}: {why:?}"));
        }
        tally.kept += usize::from(draft.is_err());
        let after = draft.map_or(source.clone(), |draft| String::from_utf8(draft.bytes).unwrap());
        assert!(after.len() <= source.len(), "{name} grew");
        if after != source {
            assert_eq!(ids(&source), ids(&after), "{name}");
            assert_eq!(press(after.as_bytes(), &options).err(), Some(KeptBecause::NotSmaller), "{name} twice");
            if draws && !render::alike(&source, &after) {
                tally.damaged.push(name);
            }
        }
        tally.before += source.len();
        tally.after += after.len();
        tally.wire_before += brotli_size(source.as_bytes(), 11);
        tally.wire_after += brotli_size(after.as_bytes(), 11);
    }
    tally
}

fn check(folder: &Path, draws: bool) {
    let tally = tally(folder, draws);
    eprintln!(
        "{}: {} files, {} kept, {} -> {} bytes, brotli {} -> {}, refused {:?}, damaged {:?}",
        folder.display(),
        tally.files,
        tally.kept,
        tally.before,
        tally.after,
        tally.wire_before,
        tally.wire_after,
        tally.refused,
        tally.damaged
    );
    assert!(tally.damaged.is_empty() && tally.refused.is_empty());
}

#[test]
fn corpus_pictures_are_drawn_alike() {
    let Some(corpus) = corpus() else { return };
    for folder in ["images/svg", "site-small", "site-vite", "site-photo", "suites/svgo-plugins"] {
        check(&corpus.join(folder), true);
    }
}

#[test]
fn resvg_suite_is_drawn_alike() {
    let Some(corpus) = corpus() else { return };
    check(&corpus.join("suites/resvg"), true);
}

#[test]
#[ignore = "needs EDGEPRESS_ICONS, a folder of pictures"]
fn icons_are_drawn_alike() {
    check(Path::new(&std::env::var_os("EDGEPRESS_ICONS").unwrap()), true);
}

#[test]
fn hostile_pictures_are_kept() {
    let Some(corpus) = corpus() else { return };
    for (file, code) in [
        ("bombs/deep-groups.svg", "too-large"),
        ("bombs/entities.svg", "unsupported"),
        ("bombs/external-entity.svg", "unsupported"),
        ("images/empty.svg", "not-smaller"),
        ("text/bad.svg", "unparsable"),
        ("text/html-named.svg", "unparsable"),
        ("text/latin1.svg", "unsupported"),
    ] {
        let source = fs::read(corpus.join("bad").join(file)).unwrap();
        assert_eq!(press(&source, &Options::default()).map_err(|why| why.code()), Err(code), "{file}");
    }
}
