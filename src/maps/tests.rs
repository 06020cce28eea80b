//! The tests of the standard's own suite, where it is, and the invariants of composing.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::{Edit, GivenMap, Place, Positions, Step, compose};

#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn suite() -> Option<PathBuf> {
    let corpus = std::env::var_os("EDGEPRESS_CORPUS").map(PathBuf::from);
    let folder = corpus.map(|corpus| corpus.join("suites/source-map-tests")).filter(|folder| folder.is_dir());
    if folder.is_none() {
        eprintln!("skipped: no source-map-tests under EDGEPRESS_CORPUS");
    }
    folder
}

/// Source, line, column and name of a generated place.
fn look_up(map: &str, line: u64, column: u64) -> (Value, Value, Value, Value) {
    let given = GivenMap::read(map).unwrap();
    let written: Value = serde_json::from_str(&given.write(given.mappings(), &[], None)).unwrap();
    let place = |n: u64| u32::try_from(n).unwrap();
    let Some(origin) = given.mappings().covering(place(line), place(column)).and_then(|found| found.origin) else {
        return (Value::Null, Value::Null, Value::Null, Value::Null);
    };
    let root = written["sourceRoot"]
        .as_str()
        .filter(|root| !root.is_empty())
        .map(|root| format!("{root}/"))
        .unwrap_or_default();
    let source = match written["sources"][origin.source as usize].as_str() {
        Some(source) => Value::from(format!("{root}{source}")),
        None => Value::Null,
    };
    let name = origin.name.map_or(Value::Null, |name| written["names"][name as usize].clone());
    (source, origin.line.into(), origin.column.into(), name)
}

/// The first section ends with a line feed, and maps the empty line behind it, where the second begins.
#[test]
fn sections_that_touch_become_one_map() {
    let section = |line: u32, source: &str, mappings: &str| {
        let map = format!(r#"{{"version":3,"sources":["{source}"],"names":[],"mappings":"{mappings}"}}"#);
        format!(r#"{{"offset":{{"line":{line},"column":0}},"map":{map}}}"#)
    };
    let index = |sections: &[String]| format!(r#"{{"version":3,"sections":[{}]}}"#, sections.join(","));
    let touching = index(&[section(0, "a", "AAAA;AACA"), section(1, "b", "AAAA")]);
    let sources = [look_up(&touching, 0, 0), look_up(&touching, 1, 0)].map(|(source, ..)| source);
    assert_eq!(sources, ["a", "b"].map(Value::from));
    let reaching = index(&[section(0, "a", "AAAA;AACA;AACA"), section(1, "b", "AAAA")]);
    assert!(GivenMap::read(&reaching).is_err());
}

#[test]
fn the_suite_of_the_standard() {
    let Some(folder) = suite() else { return };
    let list: Value = serde_json::from_slice(&fs::read(folder.join("source-map-spec-tests.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for test in list["tests"].as_array().unwrap() {
        let name = test["name"].as_str().unwrap();
        let map = fs::read_to_string(folder.join("resources").join(test["sourceMapFile"].as_str().unwrap())).unwrap();
        let read = GivenMap::read(&map);
        if read.is_ok() != (test["sourceMapIsValid"] == true) {
            wrong.push(format!("{name}: {:?}", read.err()));
            continue;
        }
        for action in test["testActions"].as_array().into_iter().flatten().filter(|a| a["actionType"] == "checkMapping")
        {
            let found =
                look_up(&map, action["generatedLine"].as_u64().unwrap(), action["generatedColumn"].as_u64().unwrap());
            let expected = (
                action["originalSource"].clone(),
                action["originalLine"].clone(),
                action["originalColumn"].clone(),
                action["mappedName"].clone(),
            );
            if found != expected {
                wrong.push(format!("{name}: {found:?} is not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_suite_of_the_standard_composed() {
    let Some(folder) = suite() else { return };
    let list: Value = serde_json::from_slice(&fs::read(folder.join("source-map-spec-tests.json")).unwrap()).unwrap();
    let read = |name: &Value| fs::read_to_string(folder.join("resources").join(name.as_str().unwrap())).unwrap();
    let mut checked = 0;
    for test in list["tests"].as_array().unwrap() {
        let actions = test["testActions"].as_array().into_iter().flatten();
        for action in actions.filter(|action| action["actionType"] == "checkMappingTransitive") {
            // The published text's own map first, then the one it came with, and so on.
            let mut outer = read(&test["sourceMapFile"]);
            for inner in action["intermediateMaps"].as_array().unwrap() {
                let outer_map: Value = serde_json::from_str(&outer).unwrap();
                let positions = Positions {
                    mappings: outer_map["mappings"].as_str().unwrap().to_owned(),
                    names: serde_json::from_value(outer_map["names"].clone()).unwrap(),
                };
                let inner = read(inner);
                let given = GivenMap::read(&inner).unwrap();
                let step = Step { positions: Some(&positions), edits: &[] };
                let (mappings, added) = compose(&given, step).unwrap();
                outer = given.write(&mappings, &added, None);
            }
            let place = |key: &str| action[key].as_u64().unwrap();
            let found = look_up(&outer, place("generatedLine"), place("generatedColumn"));
            let expected =
                (action["originalSource"].clone(), action["originalLine"].clone(), action["originalColumn"].clone());
            assert_eq!((found.0, found.1, found.2), expected, "{action}");
            checked += 1;
        }
    }
    assert_eq!(checked, 16);
}

#[test]
fn every_other_field_stays_as_written() {
    let map = r#"{"version":3,"x_one":{"a" : 1.0},"file":"a.js","sourceRoot":"r","sources":["a\u0041.ts",null],
        "sourcesContent":["\ud800",null],"x_google_ignoreList":[1],"names":["n"],"debugId":"d","mappings":"AAAA,IACEA","scopes":"x"}"#;
    let given = GivenMap::read(map).unwrap();
    let positions = Positions { mappings: "AAAA,CAAGA".to_owned(), names: vec!["inner".to_owned()] };
    let step = Step { positions: Some(&positions), edits: &[] };
    let (mappings, added) = compose(&given, step).unwrap();
    assert_eq!(
        given.write(&mappings, &added, Some("b.js")),
        r#"{"version":3,"x_one":{"a" : 1.0},"file":"b.js","sourceRoot":"r","sources":["a\u0041.ts",null],"sourcesContent":["\ud800",null],"x_google_ignoreList":[1],"names":["n"],"debugId":"d","mappings":"AAAA"}"#
    );
    assert_eq!(given.file().as_deref(), Some("a.js"));
}

#[test]
fn names_of_renamed_identifiers_are_added() {
    // What was renamed before it came in has another name in the source: that of the text that came in is none.
    for (content, names, mappings) in [
        (r#"["x\n  inner = 1"]"#, r#","names":["inner"]"#, "AAAA,CACEA"),
        (r#"["x\n  innermost = 1"]"#, "", "AAAA,CACE"),
        ("[null]", "", "AAAA,CACE"),
    ] {
        let map = |names: &str, mappings: &str| {
            format!(r#"{{"version":3,"sources":["a"],"sourcesContent":{content}{names},"mappings":"{mappings}"}}"#)
        };
        let text = map("", "AAAA,IACE");
        let given = GivenMap::read(&text).unwrap();
        let positions = Positions { mappings: "AAAA,CAAIA".to_owned(), names: vec!["inner".to_owned()] };
        let (composed, added) = compose(&given, Step { positions: Some(&positions), edits: &[] }).unwrap();
        assert_eq!(given.write(&composed, &added, None), map(names, mappings));
    }
}

#[test]
fn a_guard_line_stays() {
    let map = ")]}'\n{\"version\":3,\"sources\":[],\"mappings\":\"\"}";
    let given = GivenMap::read(map).unwrap();
    assert_eq!(given.write(given.mappings(), &[], None), map);
}

#[test]
fn text_that_nobody_wrote_stays_so() {
    let given = GivenMap::read(r#"{"version":3,"sources":["a"],"mappings":"AAAA,E,EAAE"}"#).unwrap();
    let positions = Positions { mappings: "AAAA,CAAE,CAAE".to_owned(), names: Vec::new() };
    let step = Step { positions: Some(&positions), edits: &[] };
    assert_eq!(compose(&given, step).unwrap().0.encode(), "AAAA,C,CAAE");
}

#[test]
fn edits_move_what_follows_on_their_line() {
    let given = GivenMap::read(r#"{"version":3,"sources":["a"],"mappings":"AAAA,IAAI,IAAI,IAAI;IAAA"}"#).unwrap();
    let at = |column| Place { line: 0, column };
    // Columns 3..6 become 1 column, 10..11 become 5.
    let edits = [Edit { from: at(3), to: at(6), columns: 1 }, Edit { from: at(10), to: at(11), columns: 5 }];
    let (moved, _) = compose(&given, Step { positions: None, edits: &edits }).unwrap();
    let columns: Vec<_> = moved.segments().iter().map(|segment| (segment.line, segment.column)).collect();
    assert_eq!(columns, [(0, 0), (0, 3), (0, 6), (0, 14), (1, 4)]);
}
