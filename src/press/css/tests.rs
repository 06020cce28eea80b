//! The press as a whole: chains, hacks, limits, and real sheets.

#![expect(clippy::print_stderr, reason = "skipped tests say so")]

use std::path::{Path, PathBuf};

use super::{CssPlace, LARGE_BYTES, check, is_clear_for_large, press};
use crate::press::{KeptBecause, LegalComments, Options};

fn pressed(source: &str, place: CssPlace) -> String {
    match press(source, place, &Options::default()) {
        Ok(draft) => String::from_utf8(draft.bytes).unwrap(),
        Err(_) => source.to_owned(),
    }
}

/// In an element the shorter text wins whatever it weighs, so tables do not depend on brotli.
fn short(source: &str) -> String {
    pressed(source, CssPlace::Element)
}

#[test]
fn fallback_chains_survive() {
    for chain in [
        "height:100vh;height:100dvh",
        "color:red;color:oklch(60% .2 30)",
        "width:100%;width:-webkit-fill-available",
        "overflow:hidden;overflow:clip",
        "background:red;background:linear-gradient(red,#00f)",
        "background:red;background-image:linear-gradient(red,#00f)",
        "width:50%;width:calc(50% - 1px)",
        "width:10px;width:min(10px,50%)",
        "display:block;display:grid",
        "display:-webkit-box;display:-ms-flexbox;display:flex",
        "font-size:1em;font-size:clamp(1em,2vw,2em)",
        "background-image:url(a.png);background-image:image-set(url(a.png) 1x,url(b.png) 2x)",
        "text-decoration:underline;text-decoration:underline dotted",
        "width:fit-content;width:stretch",
        "aspect-ratio:1;aspect-ratio:16/9",
        "color:var(--a);color:var(--b)",
        "-webkit-box-shadow:0 0 1px red;box-shadow:0 0 2px red",
        "position:-webkit-sticky;position:sticky",
        "color:#000;color:rgba(0,0,0,var(--o))",
        "inset:0;top:0",
        "-ms-flex-pack:start;justify-content:flex-start",
        "background:-webkit-linear-gradient(left,red,#00f);background:linear-gradient(to right,red,#00f)",
        "*zoom:1;height:1px",
        "_height:1px;height:2px",
        "color:red\\9 ;color:#00f!ie",
        "margin-left:1px;margin-left:max(1px,2vw)",
    ] {
        let source = format!("a {{ {} ; }}\nb {{ top : 0 }}", chain.replace(':', " : ").replace(';', " ; "));
        let source = if chain.starts_with(['*', '_']) { format!("a {{ {chain} ; }}") } else { source };
        let output = short(&source);
        assert_eq!(output.matches(':').count(), source.matches(':').count(), "{chain}: {output}");
        assert!(check::same(&source, &output).is_ok(), "{chain}: {output}");
    }
}

#[test]
fn the_level_of_syntax_is_never_raised() {
    for (source, forbidden) in [
        ("a { top:0;right:0;bottom:0;left:0 }", "inset"),
        ("@media (min-width: 1px) { a { b:c } }", ">="),
        ("a { color: rgba(0, 0, 0, .5) }", "#"),
        ("a { x: 33.333333% }", "33.3333%"),
        ("a { width: 1e10px }", "2147483647"),
        ("a::before { content: \"\\e9\" }", "é"),
        ("a:not(.b):not(.c) { x:y } ", ":not(.b,"),
        ("a { b:c } a::-moz-x { b:c }", "a,a::"),
        (".x:-ms-input-placeholder { color: #999999 }", "placeholder-shown"),
        ("a { background: -webkit-linear-gradient(left, red, blue) }", "deg"),
    ] {
        let output = short(source);
        assert!(!output.contains(forbidden) && output.len() < source.len(), "{source}: {output}");
    }
}

#[test]
fn what_must_stay_stays() {
    for part in [
        "@charset \"utf-8\";",
        "/*! legal */",
        "/*# sourceMappingURL=a.map */",
        "@layer b,a;",
        "--x:#FFFFFF  007",
        "@unknown x { a { b : c } }",
    ] {
        let source = format!("{part}\na {{ color : red ; {} }}", if part.starts_with("--") { part } else { "" });
        let source = if part.starts_with("--") { source.replacen(part, "", 1) } else { source };
        let source = if part.starts_with("@charset") { format!("{source}b{{content:'é'}}") } else { source };
        assert!(short(&source).contains(part), "{part}: {}", short(&source));
    }
    let options = Options { legal_comments: LegalComments::None, ..Options::default() };
    let draft = press("/*! legal */a { b : c }", CssPlace::Element, &options).unwrap();
    assert_eq!(draft.bytes, b"a{b:c}");
}

#[test]
fn an_encoding_that_makes_no_difference_goes() {
    for (source, expected) in [
        ("@charset 'x';a { b : c }", "a{b:c}"),
        ("@charset \"utf-8\";@import 'd';a { b : c }", "@charset \"utf-8\";@import'd';a{b:c}"),
    ] {
        assert_eq!(short(source), expected, "{source}");
    }
}

#[test]
fn words_that_more_engines_know_never_end_a_chain() {
    for chain in ["color:#00f;color:rgb(255 0 0/1)", "color:#00f;color:#f00f", "width:9px;width:calc(1px*2)"] {
        let source = format!("a {{ {chain} }}");
        assert_eq!(short(&source).matches(':').count(), 2, "{chain}: {}", short(&source));
    }
}

#[test]
fn what_no_target_needs_goes() {
    let targets = super::Targets::parse("chrome 120, edge 120, firefox 120, safari 17").unwrap();
    let options = Options { css_targets: Some(targets), ..Options::default() };
    for (source, expected) in [
        ("a { height: 100vh; height: 100dvh }", "a{height:100dvh}"),
        ("a { width: 9px; width: min(10px, 50%) }", "a{width:min(10px,50%)}"),
        ("a { -webkit-transform: none; -ms-transform: none; transform: none }", "a{transform:none}"),
        ("a { -webkit-user-select: none; user-select: none }", "a{-webkit-user-select:none;user-select:none}"),
        ("a { color: rgba(0, 0, 0, .5) }", "a{color:#00000080}"),
        ("a { top: 0; right: 0; bottom: 0; left: 0 }", "a{inset:0}"),
        ("a { margin-inline-start: 1px; margin-inline-end: 1px }", "a{margin-inline:1px}"),
        ("@media (min-width: 1px) and (max-width: 9px) { a { b: c } }", "@media(width>=1px)and (width<=9px){a{b:c}}"),
        ("a { color: red; color: color(display-p3 1 0 0) }", "a{color:red;color:color(display-p3 1 0 0)}"),
        ("a { -ms-flex: 1; width: var(--x) }", "a{width:var(--x)}"),
    ] {
        let output = press(source, CssPlace::Element, &options).map(|draft| String::from_utf8(draft.bytes).unwrap());
        let output = output.unwrap_or_else(|_| source.to_owned());
        assert_eq!(check::Check::new(Some(targets)).same(source, &output), Ok(()), "{source}");
        assert_eq!(output, expected, "{source}");
    }
}

#[test]
fn files_are_put_in_an_order_that_compresses() {
    let rule = |name: usize, swapped: bool| {
        let (one, two) = ("color: #123456", "text-decoration-line: underline");
        let (one, two) = if swapped { (two, one) } else { (one, two) };
        format!(".class-{name} {{ {one}; {two}; z-index: {name} }}\n")
    };
    let source: String = (0..80).map(|name| rule(name, name % 3 == 0)).collect();
    let output = pressed(&source, CssPlace::File);
    let orders: std::collections::BTreeSet<bool> = output
        .split('}')
        .filter(|rule| rule.contains("color"))
        .map(|rule| rule.find("color:#123456") < rule.find("text-decoration"))
        .collect();
    assert_eq!(orders.len(), 1, "{output}");
    assert!(output.ends_with(";}"), "{output}");
    assert_eq!(check::same(&source, &output), Ok(()));
    assert_eq!(pressed(&output, CssPlace::File), output);
}

#[test]
fn a_late_import_stays_dead() {
    assert_eq!(short("a { }\n@import 'b.css';"), "a{}@import 'b.css';");
}

#[test]
fn monospace_that_is_said_twice_stays_twice() {
    for source in
        ["pre{font-family:monospace,monospace;font-size:1em}", "pre{font-size:1em;font-family:monospace,monospace}"]
    {
        assert_eq!(short(source), source);
    }
    assert_eq!(pressed("font-family:monospace,monospace", CssPlace::Attribute), "font-family:monospace,monospace");
    assert_eq!(short("a{font-family:serif,monospace,serif}"), "a{font-family:serif,monospace}");
}

#[test]
fn attributes_are_declarations_and_need_no_new_quotes() {
    for (source, expected) in [
        ("color : red ; ", "color:red"),
        ("margin-top:0px;margin-right:0px;margin-bottom:0px;margin-left:0px", "margin:0"),
        ("font-family : 'a b c9!'", "font-family:'a b c9!'"),
        ("height: 100vh; height: 100dvh;", "height:100vh;height:100dvh"),
    ] {
        assert_eq!(pressed(source, CssPlace::Attribute), expected, "{source}");
    }
    assert!(matches!(
        press("a } b { c : d", CssPlace::Attribute, &Options::default()),
        Err(KeptBecause::Unparsable(_))
    ));
}

#[test]
fn hostile_nesting_is_refused_on_a_small_stack() {
    let work = || {
        for (open, close) in
            [("a{", "}"), ("a{b:calc(", ")"), (":is(", ")"), ("@media x{", "}"), ("[", "]"), ("a{b:(", ")")]
        {
            for depth in [20, 60, 10_000] {
                let mut source = format!("{}{}", open.repeat(depth), close.repeat(depth));
                if open.starts_with("a{b") {
                    source = format!("a{{b:{}1px{}}}", &open[4..].repeat(depth), ")".repeat(depth));
                }
                let _ = press(&source, CssPlace::File, &Options::default());
            }
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn rejected_rules_are_published_and_counted() {
    let draft = press("b { c : d }\na { *zoom : 1 }", CssPlace::Element, &Options::default()).unwrap();
    assert_eq!(String::from_utf8(draft.bytes).unwrap(), "b{c:d}a{*zoom : 1}");
    assert_eq!((draft.notes.len(), draft.notes[0].at.line), (1, 2));
}

fn sheets(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sheets(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "css") {
            found.push(path);
        }
    }
}

#[test]
fn real_sheets_mean_the_same_and_stay_pressed() {
    let corpus = std::env::var_os("EDGEPRESS_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut paths = Vec::new();
    for folder in ["site-small", "site-photo", "site-vite", "bad"] {
        sheets(&corpus.join(folder), &mut paths);
    }
    if paths.is_empty() {
        eprintln!("skipped: no corpus");
        return;
    }
    for path in paths {
        let Ok(source) = std::fs::read_to_string(&path) else { continue };
        let output = pressed(&source, CssPlace::File);
        if output != source {
            let bare = source.trim_start_matches('\u{FEFF}');
            assert_eq!(check::same(bare, output.trim_start_matches('\u{FEFF}')), Ok(()), "{}", path.display());
        }
        assert_eq!(pressed(&output, CssPlace::File), output, "twice: {}", path.display());
    }
}

#[test]
fn small_gains_of_large_sheets_are_believed_unless_only_the_order_changed() {
    let (large, small) = (100_000, LARGE_BYTES);
    for (quick, length, source, is_believed) in [
        ((9_960, 10_000), 99_000, large, true),
        ((9_970, 10_000), 99_000, large, false),
        ((9_960, 10_000), 99_950, large, false),
        ((9_960, 10_000), 64_000, small, false),
    ] {
        assert_eq!(is_clear_for_large(quick, (length, source)), is_believed, "{quick:?} {length} {source}");
    }
}
