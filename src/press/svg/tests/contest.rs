//! How the press compares with SVGO, whose results pass the gates that ours pass: each is drawn alike and says the same.
#![expect(clippy::print_stderr, reason = "figures are for the reader of the test run")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{super::press, corpus, render};
use crate::{pack::brotli_size, press::Options};

/// What a picture says beyond what is drawn: kinds of elements and attributes that people, scripts and other files rely on.
fn said(source: &str) -> Option<Vec<String>> {
    const ELEMENTS: [&str; 12] =
        ["symbol", "a", "view", "text", "title", "desc", "font", "glyph", "script", "style", "animate", "image"];
    let document = crate::press::xml::gate::parse(source).ok()?;
    let mut said: Vec<String> = Vec::new();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        if ELEMENTS.contains(&name) {
            said.push(name.to_owned());
        }
        for attribute in node.attributes() {
            let kind = attribute.name();
            if ["viewBox", "role", "lang", "tabindex"].contains(&kind) || kind.starts_with("aria-") {
                said.push(format!("{kind}={}", attribute.value()));
            }
        }
    }
    said.sort();
    Some(said)
}

#[derive(Default)]
struct Tally {
    files: usize,
    input: usize,
    ours: usize,
    /// Of ours, how many are drawn otherwise: they count as the input.
    ours_look_other: usize,
    theirs: usize,
    theirs_with_ids: usize,
    /// Of theirs: missing, saying something else, and drawn otherwise.
    missing: usize,
    says_other: usize,
    looks_other: usize,
    seconds: Duration,
    /// How much smaller theirs is, and of which file.
    lost: Vec<(usize, PathBuf)>,
}

fn refused(count: &mut usize) -> Option<String> {
    *count += 1;
    None
}

fn contest(folder: &Path, theirs: &Path) -> Tally {
    let mut tally = Tally::default();
    let options = Options::default();
    for (path, source) in corpus::pictures(folder) {
        let start = Instant::now();
        let ours =
            press(source.as_bytes(), &options).map_or(source.clone(), |draft| String::from_utf8(draft.bytes).unwrap());
        tally.seconds += start.elapsed();
        let result = fs::read_to_string(theirs.join(path.strip_prefix(folder).unwrap())).ok();
        let passed = match result {
            None => refused(&mut tally.missing),
            Some(text) if said(&source) != said(&text) => refused(&mut tally.says_other),
            Some(text) if !render::alike(&source, &text) => refused(&mut tally.looks_other),
            passed => passed,
        };
        let size = |text: &str| brotli_size(text.as_bytes(), 11);
        let input = size(&source);
        let is_alike = ours == source || render::alike(&source, &ours);
        tally.ours_look_other += usize::from(!is_alike);
        let our_size = if is_alike { size(&ours).min(input) } else { input };
        let their_size = passed.as_deref().map_or(input, size).min(input);
        let keeps_ids = passed.is_some_and(|text| corpus::ids(&source) == corpus::ids(&text));
        tally.files += 1;
        tally.input += input;
        tally.ours += our_size;
        tally.theirs += their_size;
        tally.theirs_with_ids += if keeps_ids { their_size } else { input };
        if let Some(more) = our_size.checked_sub(their_size).filter(|more| *more > 0) {
            tally.lost.push((more, path));
        }
    }
    tally.lost.sort();
    tally
}

#[test]
#[ignore = "needs EDGEPRESS_ICONS, a folder of pictures, and EDGEPRESS_SVGO, what benches/svgo.mjs made of them"]
fn is_smaller_than_svgo_behind_the_same_gates() {
    let [folder, theirs] =
        ["EDGEPRESS_ICONS", "EDGEPRESS_SVGO"].map(|name| PathBuf::from(std::env::var_os(name).unwrap()));
    let tally = contest(&folder, &theirs);
    eprintln!(
        "{}: {} files, brotli {} -> {}, {} look otherwise; svgo {} ({} where it keeps ids), of which {} missing, {} say and {} look otherwise; {:.2} s; smaller there {}",
        folder.display(),
        tally.files,
        tally.input,
        tally.ours,
        tally.ours_look_other,
        tally.theirs,
        tally.theirs_with_ids,
        tally.missing,
        tally.says_other,
        tally.looks_other,
        tally.seconds.as_secs_f64(),
        tally.lost.len()
    );
    for (more, path) in tally.lost.iter().rev().take(25) {
        eprintln!("  {more} bytes: {}", path.display());
    }
    assert!(tally.files > 0 && tally.ours < tally.theirs);
}
