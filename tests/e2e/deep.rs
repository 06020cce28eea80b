//! Files that are deeper, wider or longer than any parser was made for: each is published, pressed or as it came.

use crate::{harness::Site, picture};

fn build(site: Site) {
    let site = site.flags(["--level", "fast"]);
    let output = site.build();
    let files = output.report["files"].as_array().unwrap();
    assert!(!files.is_empty());
    for file in files {
        let path = file["path"].as_str().unwrap();
        let source = std::fs::read(site.path("site").join(path)).unwrap();
        let published = output.bytes(path);
        assert!(published == source || published.len() < source.len(), "{path} is not what it was, and not smaller");
    }
}

#[test]
fn deep_scripts() {
    let pairs = |open: &str, close: &str, n: usize| format!("var a={}1{};", open.repeat(n), close.repeat(n));
    build(
        Site::new()
            .file("brackets.js", pairs("[", "]", 10_000))
            .file("parentheses.js", pairs("(", ")", 200_000))
            .file("functions.js", pairs("function(){return ", "}", 10_000))
            .file("unclosed.js", "(".repeat(1_000_000))
            .file("templates.js", pairs("`${", "}`", 10_000))
            .file("chain.js", format!("var a=1,b={};", vec!["a"; 100_000].join("+"))),
    );
}

/// Slow, so only on demand: swc follows such a chain for longer than any file may take.
#[test]
#[ignore = "takes minutes: `tests/run slow`"]
fn fifty_thousand_else_ifs() {
    let chain = (0..50_000).fold(String::new(), |text, n| text + &format!("if(a=={n})b();else "));
    build(Site::new().file("else-if.js", chain + ";"));
}

#[test]
fn deep_sheets() {
    build(
        Site::new()
            .file("rules.css", "a{".repeat(10_000) + &"}".repeat(10_000))
            .file("calc.css", format!("a{{width:{}1px{}}}", "calc(".repeat(10_000), ")".repeat(10_000)))
            .file("is.css", format!("{}a{}{{color:red}}", ":is(".repeat(10_000), ")".repeat(10_000)))
            .file("growing.css", "a,b{".repeat(18) + "color:red" + &"}".repeat(18))
            .file("unclosed.css", "@media print{".repeat(50_000)),
    );
}

#[test]
fn deep_pages_and_drawings() {
    let svg = |inside: String| format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>");
    build(
        Site::new()
            .file("elements.html", format!("<!doctype html>{}", "<div>".repeat(100_000)))
            .file("formatting.html", format!("<!doctype html>{}", "<b><i><a>".repeat(1_000)))
            .file("tables.html", format!("<!doctype html>{}", "<table><tr><td>".repeat(5_000)))
            .file("groups.svg", svg("<g>".repeat(50_000) + &"</g>".repeat(50_000)))
            .file("feed.xml", "<a>".repeat(50_000) + &"</a>".repeat(50_000))
            .file("lists.json", "[".repeat(500_000) + &"]".repeat(500_000)),
    );
}

#[test]
fn pictures_cut_anywhere_are_copied() {
    let whole = picture::png(32, 32);
    let mut site = Site::new();
    let places: Vec<usize> = (0..whole.len()).step_by(7).collect();
    for place in &places {
        site = site.file(&format!("{place}.png"), &whole[..*place]);
    }
    let site = site.flags(["--level", "fast", "--no-fingerprint"]);
    let output = site.build();
    for place in places {
        assert_eq!(output.bytes(&format!("{place}.png")), whole[..place], "cut at {place}");
    }
}
