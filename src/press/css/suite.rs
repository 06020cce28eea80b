//! css-minify-tests, a suite of small cases by other hands: how many we reach, and why not the others.
//!
//! Reached means as short as expected or shorter, and of the same meaning by our check. The table in
//! `docs/css-minify-tests.md` is written anew with `EDGEPRESS_BLESS=1 cargo test --lib css::suite`; a count that falls,
//! or a case without a reason, fails.

#![expect(clippy::print_stderr, reason = "skipped tests say so")]

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use super::{CssPlace, check, press};
use crate::press::Options;

/// Why cases are not reached: the starts of their names, then the reason.
const REASONS: &[(&[&str], &str)] = &[
    (
        &[
            "charset/0004",
            "colors/0017",
            "colors/0020",
            "colors/0033",
            "colors/0063",
            "container/0005",
            "container/0006",
            "counter-style/0001",
            "font-face/0004",
            "media/0005",
            "media/0006",
            "media/0007",
            "media/0009",
            "nesting/0007",
            "nesting/0010",
            "nesting/0011",
            "nesting/0012",
            "nesting/0020",
            "nesting/0028",
            "nesting/0029",
            "selectors-advanced/0011",
            "shorthands/0009",
            "shorthands/0023",
            "shorthands/0024",
            "shorthands/0025",
            "shorthands/0064",
            "values/0068",
        ],
        "raises the level of syntax or needs another encoding: engines that read the input may not read the output",
    ),
    (
        &[
            "duplicates/0014",
            "shorthands/0066",
            "shorthands/0067",
            "shorthands/0071",
            "shorthands/0072",
            "shorthands/0047",
        ],
        "the earlier declaration may be what an engine falls back to; it stays",
    ),
    (
        &[
            "shorthands/0016",
            "shorthands/0030",
            "shorthands/0042",
            "shorthands/0043",
            "shorthands/0044",
            "shorthands/0045",
            "shorthands/0046",
            "shorthands/0048",
            "shorthands/0049",
            "shorthands/0050",
            "shorthands/0052",
            "shorthands/0076",
            "shorthands/0077",
            "shorthands/0079",
        ],
        "the shorthand also resets what the input leaves to other rules, or would drop a reference",
    ),
    (
        &[
            "colors/0018",
            "colors/0021",
            "colors/0024",
            "colors/0028",
            "colors/0029",
            "colors/0037",
            "colors/0038",
            "colors/0039",
            "colors/0041",
            "colors/0042",
            "colors/0043",
            "colors/0044",
            "colors/0060",
            "colors/0061",
            "colors/0068",
            "colors/0071",
            "colors/0079",
            "colors/0080",
            "combined/0004",
            "gradients/",
            "transforms/0001",
            "transforms/0005",
            "values/0037",
            "values/0051",
            "values/0052",
        ],
        "the computed value would read otherwise (colour space, `none`, gradient stops, 3D)",
    ),
    (
        &["colors/0046", "colors/0048", "colors/0049", "colors/0050", "colors/0051", "colors/0054"],
        "numbers keep their digits",
    ),
    (
        &[
            "comments/0007",
            "duplicates/0013",
            "shorthands/0061",
            "shorthands/0062",
            "values/0070",
            "whitespace/0021",
            "zero-units/0012",
            "escaping/0012",
            "comments/0005",
            "container/0003",
        ],
        "the text of custom properties is what scripts read; it stays",
    ),
    (
        &[
            "anchor/0003",
            "anchor/0004",
            "counter-style/0002",
            "empty-rules/0007",
            "layer/0001",
            "layer/0002",
            "merging/0006",
            "property/0005",
            "property/0006",
        ],
        "at-rules that make a name known stay as they are, in their order",
    ),
    (
        &[
            "nesting/0013",
            "nesting/0014",
            "nesting/0015",
            "nesting/0016",
            "nesting/0018",
            "nesting/0026",
            "duplicates/0011",
            "selectors-advanced/0001",
            "selectors-advanced/0007",
            "selectors-advanced/0023",
        ],
        "engines that do not know nesting, `:is()` or `:not()` in `:not()` drop the rule today and would apply it then",
    ),
    (
        &["nesting/0032"],
        "`:is(#a,.b)` is as specific as its `#a`: written apart, `.b` would lose against rules that it beats today",
    ),
    (
        &["selectors-advanced/0005", "selectors-advanced/0006", "selectors-advanced/0010", "selectors-advanced/0012"],
        "true only of the elements that HTML gives this state; raises the level of syntax where the other word is newer",
    ),
    (
        &["selectors-advanced/0016"],
        "raises the level of syntax: `:any-link` is younger than `:link` and `:visited`, and the list would hide that",
    ),
    (
        &["selectors-advanced/0018", "selectors-advanced/0019"],
        "not written yet: neighbouring lists of `:where()` are not joined",
    ),
    (&["media/0010"], "`@custom-media` is a draft that no engine knows; a tool that reads it may want the space"),
    (&["values/0075"], "`\"\" \"\"` and `none` are two computed values of `quotes`"),
    (&["nesting/", "page/0004"], "nested rules are squeezed only"),
    (&["values/0076"], "references keep the words they are written in"),
];

struct Case {
    name: String,
    source: String,
    expected: String,
}

fn cases() -> Vec<Case> {
    let corpus = std::env::var_os("EDGEPRESS_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    };
    let mut found: Vec<Case> = folders(&corpus.join("suites/css-minify-tests"))
        .iter()
        .flat_map(|group| folders(group))
        .filter_map(|case| {
            let text = |name| std::fs::read_to_string(case.join(name)).ok().map(|text| text.trim().to_owned());
            let group = case.parent()?.file_name()?.to_str()?;
            let name = format!("{group}/{}", case.file_name()?.to_str()?);
            Some(Case { name, source: text("source.css")?, expected: text("expected.css")? })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl Case {
    fn output(&self) -> String {
        match press(&self.source, CssPlace::Element, &Options::default()) {
            Ok(draft) => String::from_utf8(draft.bytes).unwrap(),
            Err(_) => self.source.clone(),
        }
    }

    fn reason(&self) -> &'static str {
        let fits = |starts: &[&str]| starts.iter().any(|start| self.name.starts_with(start));
        REASONS.iter().find(|(starts, _)| fits(starts)).map_or("not written yet", |(_, reason)| reason)
    }
}

fn cell(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    let short: String = text.chars().take(90).collect();
    if short.len() < text.len() { format!("`{short}` …") } else { format!("`{short}`") }
}

#[test]
fn the_count_is_the_committed_one() {
    let cases = cases();
    if cases.is_empty() {
        eprintln!("skipped: no css-minify-tests");
        return;
    }
    let mut rows = String::new();
    let mut reached = 0;
    for case in &cases {
        let output = case.output();
        assert_eq!(check::same(&case.source, &output), Ok(()), "{}", case.name);
        if output.len() <= case.expected.len() {
            reached += 1;
        } else {
            let over = output.len() - case.expected.len();
            writeln!(rows, "| {} | {over} | {} | {} |", case.name, cell(&case.expected), case.reason()).unwrap();
        }
    }
    let page = format!(
        "# css-minify-tests\n\n{reached} of {} cases are as short as expected or shorter and mean the same. Made by\n\
         `EDGEPRESS_BLESS=1 cargo test --lib css::suite`; CI fails when it differs.\n\n\
         | case not reached | bytes over | expected | reason |\n| --- | ---: | --- | --- |\n{rows}",
        cases.len()
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/css-minify-tests.md");
    if std::env::var_os("EDGEPRESS_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page);
}
