//! When nothing changed there is nothing to do; whatever changed is seen.

use std::fs;

use crate::harness::{Output, Site};

fn site() -> Site {
    Site::new()
        .file("index.html", "<link rel=stylesheet href=a.css><p> Hello </p>")
        .file("a.css", "p { color : red }")
        .file("b.txt", "one")
        .variable("EDGEPRESS_NO_CACHE", "")
        .flags(["--cache-dir", "cache"])
}

fn is_unchanged(output: &Output) -> bool {
    output.report["unchanged"].as_bool().unwrap()
}

#[test]
fn a_second_build_of_the_same_does_nothing() {
    let site = site();
    let first = site.build_as("out");
    let second = site.build_as("out");
    assert_eq!((is_unchanged(&first), is_unchanged(&second)), (false, true));
    first.tree.must_be(&second.tree, "nothing changed");
    for key in ["files", "wire", "output", "budgets"] {
        let as_hits = first.report[key].to_string().replace("\"miss\"", "\"hit\"");
        assert_eq!(as_hits, second.report[key].to_string(), "{key}");
    }
    assert!(site.surroundings().files.keys().all(|path| !path.contains("edgepress-staging")));
}

type Change = fn(&Site);

#[test]
fn every_change_leads_to_a_build() {
    let changes: [(&str, Change); 9] = [
        ("a file of the same size", |site| fs::write(site.path("site/b.txt"), "two").unwrap()),
        ("a new file", |site| fs::write(site.path("site/c.txt"), "").unwrap()),
        ("a file less", |site| fs::remove_file(site.path("site/b.txt")).unwrap()),
        ("the configuration", |site| fs::write(site.path("edgepress.toml"), "[names]\nmode = \"off\"\n").unwrap()),
        ("a published file", |site| fs::write(site.path("out/b.txt"), "two").unwrap()),
        ("a published file less", |site| fs::remove_file(site.path("out/b.txt")).unwrap()),
        ("a file that was not published", |site| fs::write(site.path("out/x"), "").unwrap()),
        ("no output any more", |site| fs::remove_dir_all(site.path("out")).unwrap()),
        ("a damaged memory", |site| {
            for record in fs::read_dir(site.path("cache/v1/built")).unwrap() {
                let path = record.unwrap().path();
                let mut bytes = fs::read(&path).unwrap();
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                fs::write(path, bytes).unwrap();
            }
        }),
    ];
    for (what, change) in changes {
        let site = site();
        site.build_as("out");
        change(&site);
        let rebuilt = site.build_as("out");
        assert!(!is_unchanged(&rebuilt), "{what}");
        rebuilt.tree.must_be(&site.build_as("fresh").tree, what);
        assert!(is_unchanged(&site.build_as("out")), "{what}: and then nothing");
    }
}

#[test]
fn a_policy_that_failed_fails_again() {
    let site = site().config("[[budget]]\nname = \"small\"\ntotal = true\nmeasure = \"identity\"\nmax = 1\n");
    for _ in 0..2 {
        site.run(&["build", "site", "-o", "out"]).code(1);
    }
}
