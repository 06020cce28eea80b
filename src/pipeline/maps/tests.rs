//! Whole sites through the pipeline: what is published is read back with the maps beside it.

use std::{collections::BTreeMap, fs};

use crate::{
    action::{Pool, Runner},
    asset::ByteSize,
    config::Config,
    finding::{Code, Finding},
    interrupt::Interrupt,
    maps::{GivenMap, Lines, Mappings, Origin, Place, Segment, SourceMaps},
    pipeline::{Stopwatch, Tools, run},
    press::LegalComments,
    progress::Silent,
    standing::Standing,
};

/// A site as published: text by the path it came from, names by path, findings.
struct Site {
    texts: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    findings: Vec<Finding>,
}

fn site(files: &[(&str, String)], change: impl FnOnce(&mut Config)) -> Site {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut config = Config::default();
    change(&mut config);
    let (runner, pool) = (Runner::new(None), Pool::new(std::num::NonZeroUsize::new(2), ByteSize(1 << 30)));
    let interrupt = Interrupt::default();
    let standing = Standing::default();
    let tools = Tools {
        runner: &runner,
        pool: &pool,
        progress: &Silent,
        interrupt: &interrupt,
        standing: &standing,
        former: None,
    };
    let finished =
        run(folder.path(), &crate::walk::Selection::default(), &config, &tools, &mut Stopwatch::default()).unwrap();
    let assets = &finished.packed.assets;
    let text = |body: &crate::body::Body| String::from_utf8(body.read().unwrap().into_owned()).unwrap();
    Site {
        texts: assets.iter().map(|asset| (asset.named.path.to_string(), text(&asset.named.body))).collect(),
        names: assets
            .iter()
            .map(|asset| (asset.named.path.to_string(), asset.named.name.file_name().to_owned()))
            .collect(),
        findings: finished.findings,
    }
}

impl Site {
    fn findings(&self, code: Code) -> Vec<&str> {
        self.findings.iter().filter(|finding| finding.code == code).map(|finding| finding.path.as_str()).collect()
    }
}

const PAGE: &str =
    "<!doctype html><title>x</title><link rel=stylesheet href=a.css><script type=module src=a.js></script><p>x";

/// As a bundler might write it: a module whose import moves what follows it on its line.
const SCRIPT: &str = "/*! Licence */\n// A note that goes, long enough for whatever may be written in the place of the licence above it to be shorter still.\nimport { second } from './b.js'; const firstNumber = second.alpha + 12345 ;\n\
    export function   compute ( argument ) {\n  return argument.beta + firstNumber + 'some text' + second.gamma ;\n}\ncompute(second.delta) ;\n";

const OTHER: &str = "export const second = { alpha : 1 , beta : 2 } ;\n";

const SHEET: &str = "/*! Licence */\n/* A note that goes, long enough for whatever may be written in the place of the licence above it to be shorter still. */\n.alpha { color : red ; margin : 0px }\n@media print { .beta { background : url( 'i.txt' ) } .gamma { top : 12345px } }\n";

/// A map that leads from each word of `text` to the same place of a source with `lines` more lines before it.
fn map(file: &str, text: &str, lines: u32) -> String {
    let places = Lines::of(text);
    let is_word = |c: char| c.is_alphanumeric() || c == '\'';
    let starts = text.char_indices().filter(|&(at, c)| is_word(c) && !text[..at].ends_with(is_word));
    let segment = |(at, _)| {
        let Place { line, column } = places.place(at);
        Segment { line, column, origin: Some(Origin { source: 0, line: line + lines, column, name: None }) }
    };
    let mappings = Mappings::sorted(starts.map(segment).collect()).encode();
    let source = serde_json::Value::from("\n".repeat(lines as usize) + text);
    format!(r#"{{"version":3,"file":"{file}","sources":["o.ts"],"sourcesContent":[{source}],"mappings":"{mappings}"}}"#)
}

fn source_of(map: &str) -> String {
    let map: serde_json::Value = serde_json::from_str(map).unwrap();
    map["sourcesContent"][0].as_str().unwrap().to_owned()
}

/// Each of `words` in `text` leads to the same word of the source.
#[track_caller]
fn leads_back(text: &str, map: &str, words: &[&str]) {
    let (source, given) = (source_of(map), GivenMap::read(map).unwrap());
    let (from, to) = (Lines::of(text), Lines::of(&source));
    for word in words {
        let at = text.find(word).unwrap_or_else(|| panic!("no {word} in {text}"));
        let Place { line, column } = from.place(at);
        let segment = given.mappings().covering(line, column).unwrap_or_else(|| panic!("{word} is not mapped: {text}"));
        let origin = segment.origin.unwrap();
        let found = &source[to.offset(Place { line: origin.line, column: origin.column }).unwrap()..];
        assert!(segment.column == column && found.starts_with(word), "{word} leads to {found:?} in {text}");
    }
}

const WORDS: [&str; 6] = ["12345", "beta", "gamma", "delta", "alpha", "return"];

fn scripts(comment: &str, a_map: String) -> Vec<(&'static str, String)> {
    vec![
        ("index.html", PAGE.to_owned()),
        ("a.js", format!("{SCRIPT}{comment}")),
        ("a.js.map", a_map),
        ("b.js", OTHER.to_owned()),
        ("a.css", SHEET.to_owned()),
        ("a.css.map", map("a.css", SHEET, 7)),
        ("i.txt", "x".to_owned()),
    ]
}

#[test]
fn named_maps_follow_press_and_names() {
    let comment = "//# debugId=85314830-023f-4cf1-a267-535f4e37bb17\n//# sourceMappingURL=a.js.map\n";
    let site = site(&scripts(comment, map("a.js", SCRIPT, 3)), |_| {});
    let (text, map) = (&site.texts["a.js"], &site.texts["a.js.map"]);
    assert!(text.contains(&site.names["b.js"]) && site.names["b.js"] != "b.js", "{text}");
    leads_back(text, map, &WORDS);
    assert!(map.contains(&format!(r#""file":"{}""#, site.names["a.js"])), "{map}");
    assert!(map.contains(r#""names":["#) && map.contains("firstNumber"), "{map}");
    assert!(
        text.ends_with("//# debugId=85314830-023f-4cf1-a267-535f4e37bb17\n//# sourceMappingURL=a.js.map"),
        "{text}"
    );
    assert_eq!((site.names["a.js.map"].as_str(), site.findings(Code::SourceMap).len()), ("a.js.map", 0));
}

#[test]
fn maps_without_a_comment_follow_too() {
    let site = site(&scripts("", map("a.js", SCRIPT, 3)), |_| {});
    leads_back(&site.texts["a.js"], &site.texts["a.js.map"], &WORDS);
    assert!(!site.texts["a.js"].contains("sourceMappingURL"));
    leads_back(&site.texts["a.css"], &site.texts["a.css.map"], &["alpha", "beta", "12345px", "red", "gamma"]);
}

#[test]
fn kept_scripts_with_new_names_in_them_are_moved_along() {
    let script =
        "import{second}from'./b.js';export function f(a){return a.beta+12345+second.gamma+second.alpha}f(second.delta)";
    let mut files = scripts("", map("a.js", script, 3));
    files[1].1 = script.to_owned();
    let site = site(&files, |_| {});
    leads_back(&site.texts["a.js"], &site.texts["a.js.map"], &WORDS);
}

#[test]
fn inline_maps_stay_inline() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let head = "//# sourceMappingURL=data:application/json;charset=utf-8;base64,";
    let comment = format!("{head}{}", BASE64_STANDARD.encode(map("a.js", SCRIPT, 3)));
    let mut files = scripts(&comment, String::new());
    files.remove(2);
    let text = &site(&files, |_| {}).texts["a.js"];
    let payload = &text[text.find(head).unwrap() + head.len()..];
    let map = String::from_utf8(BASE64_STANDARD.decode(payload).unwrap()).unwrap();
    leads_back(text, &map, &WORDS);
    for fate in [SourceMaps::Hidden, SourceMaps::Drop] {
        let text = &site(&files, |config| config.source_maps = fate).texts["a.js"];
        assert!(!text.contains("sourceMappingURL") && text.contains("beta"), "{text}");
    }
}

#[test]
fn hidden_maps_are_published_and_not_named() {
    let files = scripts("//# sourceMappingURL=a.js.map", map("a.js", SCRIPT, 3));
    let site = site(&files, |config| config.source_maps = SourceMaps::Hidden);
    assert!(!site.texts["a.js"].contains("sourceMappingURL"));
    leads_back(&site.texts["a.js"], &site.texts["a.js.map"], &WORDS);
}

#[test]
fn dropped_maps_are_neither() {
    let files = scripts("//# sourceMappingURL=a.js.map", map("a.js", SCRIPT, 3));
    let site = site(&files, |config| config.source_maps = SourceMaps::Drop);
    assert!(!site.texts["a.js"].contains("sourceMappingURL") && !site.texts.contains_key("a.js.map"));
    assert_eq!(site.findings(Code::MissingSourceMap), [""; 0]);
}

#[test]
fn index_maps_become_one_map() {
    let one = map("a.js", SCRIPT, 3);
    let index =
        format!(r#"{{"version":3,"file":"a.js","sections":[{{"offset":{{"line":0,"column":0}},"map":{one}}}]}}"#);
    let site = site(&scripts("//# sourceMappingURL=a.js.map", index), |_| {});
    leads_back(&site.texts["a.js"], &site.texts["a.js.map"], &WORDS);
}

#[test]
fn bad_and_missing_maps_fail_nothing() {
    let bad = r#"{"version":3,"sources":[],"mappings":"!"}"#;
    let files = scripts("//# sourceMappingURL=a.js.map", bad.to_owned());
    let with = site(&files, |_| {});
    assert_eq!((with.findings(Code::SourceMap), with.texts["a.js.map"].as_str()), (vec!["a.js.map"], bad));
    let without = site(&[&files[..2], &files[3..]].concat(), |_| {});
    assert_eq!(without.findings(Code::MissingSourceMap), ["a.js"]);
    assert!(!Code::MissingSourceMap.can_fail() && !Code::SourceMap.can_fail());
}

#[test]
fn a_map_of_two_scripts_fits_the_one_it_stands_beside() {
    let mut files = scripts("//# sourceMappingURL=a.js.map", map("a.js", SCRIPT, 3));
    files[3].1 = format!("{OTHER}//# sourceMappingURL=a.js.map");
    let site = site(&files, |_| {});
    assert_eq!(site.findings(Code::SourceMap), ["a.js.map"]);
    leads_back(&site.texts["a.js"], &site.texts["a.js.map"], &WORDS);
}

#[test]
fn legal_comments_move_to_a_file_beside() {
    let files = scripts("//# sourceMappingURL=a.js.map", map("a.js", SCRIPT, 3));
    for moves in [LegalComments::Linked, LegalComments::External] {
        let site = site(&files, |config| config.legal_comments = moves);
        for path in ["a.js", "a.css"] {
            let (text, legal) = (&site.texts[path], format!("{path}.LEGAL.txt"));
            assert!(!text.contains("/*! Licence */"), "{text}");
            assert_eq!(text.contains(&legal), moves == LegalComments::Linked, "{text}");
            assert_eq!((site.texts[&legal].as_str(), &site.names[&legal]), ("/*! Licence */\n", &legal));
        }
        assert!(site.texts["a.js"].ends_with("//# sourceMappingURL=a.js.map"));
        leads_back(&site.texts["a.js"], &site.texts["a.js.map"], &WORDS);
    }
}

#[test]
fn legal_comments_stay_where_a_file_of_that_name_stands() {
    let mut files = scripts("", map("a.js", SCRIPT, 3));
    files.push(("a.js.LEGAL.txt", "theirs".to_owned()));
    let site = site(&files, |config| config.legal_comments = LegalComments::Linked);
    assert!(site.texts["a.js"].contains("/*! Licence */") && site.texts["a.js.LEGAL.txt"] == "theirs");
}
