//! The cases of svgo's plugins, by other hands: how many we reach, and why not the others.
//!
//! Reached means that what the plugin is meant to save is saved: the case as pressed is no longer than its expected result
//! pressed. The table in `docs/svgo-plugins.md` is written anew with `EDGEPRESS_BLESS=1 cargo test --lib svg::tests::suite`. That
//! all of them are drawn alike is shown by `corpus_pictures_are_drawn_alike`.

#![expect(clippy::print_stderr, reason = "skipped tests say so")]

use std::{fmt::Write as _, fs, path::Path};

use super::{super::press, corpus::corpus};
use crate::press::Options;

/// Why the cases of a plugin are not reached: the starts of their names, then the reason.
const REASONS: &[(&[&str], &str)] = &[
    (
        &[
            "addAttributes",
            "addClasses",
            "prefixIds",
            "removeAttributesBySelector",
            "removeAttrs",
            "removeDesc",
            "removeDimensions",
            "removeElementsByAttr",
            "removeRasterImages",
            "removeScripts",
            "removeStyleElement",
            "removeTitle",
            "removeViewBox",
            "removeXlink",
            "removeXMLNS",
        ],
        "says something else afterwards, which nobody asked for",
    ),
    (&["cleanupIds"], "ids may be pointed at from outside"),
    (
        &["inlineStyles", "mergeStyles", "minifyStyles", "convertStyleToAttrs"],
        "sheets stay in one piece, and classes are what others hold on to",
    ),
    (
        &[
            "collapseGroups",
            "convertEllipseToCircle",
            "convertOneStopGradients",
            "convertShapeToPath",
            "mergePaths",
            "moveElemsAttrsToGroup",
            "moveGroupAttrsToElems",
            "removeEmptyContainers",
            "removeEmptyText",
            "removeHiddenElems",
            "removeNonInheritableGroupAttrs",
            "removeOffCanvasPaths",
            "removeUselessDefs",
            "reusePaths",
            "sortDefsChildren",
        ],
        "elements stay as they are, in their order",
    ),
    (
        &["removeUnknownsAndDefaults", "removeUselessStrokeAndFill", "removeDeprecatedAttrs", "removeEmptyAttrs"],
        "a value that holds anyway may guard against one that is inherited where the picture is used",
    ),
    (&["convertTransform"], "transforms are written shorter, never multiplied"),
    (&["cleanupAttrs"], "white space in values that scripts read stays"),
    (
        &["convertPathData"],
        "made for a fixed number of digits without a viewBox; without one nothing is rounded, and curves do not become arcs",
    ),
    (&["cleanupListOfValues", "cleanupNumericValues"], "without a viewBox nothing is rounded"),
    (&["removeComments", "removeUnusedNS", "removeEditorsNSData"], "something in the picture may depend on it"),
];

struct Case {
    name: String,
    source: String,
    expected: String,
}

fn cases(folder: &Path) -> Vec<Case> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<Case> = files
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".svg.txt")?.to_owned();
            let text = fs::read_to_string(&path).ok()?;
            let body = text.split_once("===").map_or(text.as_str(), |(_, body)| body);
            let mut parts = body.split("@@@").map(|part| part.trim().to_owned());
            Some(Case { name, source: parts.next()?, expected: parts.next()? })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// How a picture comes out, and why it stays if it does.
fn pressed(source: &str) -> (usize, &'static str) {
    match press(source.as_bytes(), &Options::default()) {
        Ok(draft) => (draft.bytes.len(), ""),
        Err(why) => (source.len(), why.code()),
    }
}

fn reason(name: &str, kept: &'static str) -> String {
    let fits = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    let known = REASONS.iter().find(|(starts, _)| fits(starts)).map_or("not written yet", |(_, reason)| reason);
    if matches!(kept, "" | "not-smaller") { known.to_owned() } else { format!("kept: {kept}") }
}

#[test]
fn the_count_is_the_committed_one() {
    let cases = corpus().map(|corpus| cases(&corpus.join("suites/svgo-plugins"))).unwrap_or_default();
    if cases.is_empty() {
        eprintln!("skipped: no svgo-plugins");
        return;
    }
    let (mut rows, mut reached) = (String::new(), 0);
    for Case { name, source, expected } in &cases {
        let ((ours, kept), (theirs, _)) = (pressed(source), pressed(expected));
        if ours <= theirs {
            reached += 1;
        } else {
            writeln!(rows, "| {name} | {} | {ours} | {theirs} | {} |", source.len(), reason(name, kept)).unwrap();
        }
    }
    let page = format!(
        "# svgo-plugins\n\n{reached} of {} cases are as short as the expected result, pressed, or shorter. Made by\n\
         `EDGEPRESS_BLESS=1 cargo test --lib svg::tests::suite`; CI fails when it differs.\n\n\
         | case not reached | bytes | pressed | expected, pressed | reason |\n| --- | ---: | ---: | ---: | --- |\n{rows}",
        cases.len()
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/svgo-plugins.md");
    if std::env::var_os("EDGEPRESS_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page);
}
