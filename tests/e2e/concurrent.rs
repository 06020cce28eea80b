//! Runs side by side: on one output, on one cache, and while the cache goes away under them.

use std::{
    fs,
    process::Child,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crate::{
    harness::{Run, Site},
    tree::Tree,
    wrapped::children,
};

/// Rounds: `CONCURRENT_ROUNDS`, or 3.
fn rounds() -> u32 {
    std::env::var("CONCURRENT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

fn site() -> Site {
    let mut site = Site::new()
        .file("index.html", "<!doctype html>\n<link rel=stylesheet href=a.css>\n<script src=a.js></script>\n")
        .file("a.css", "a { color : red ; background : url(dot.png) }\n")
        .picture("dot.png");
    for n in 0..20 {
        site = site.file(&format!("js/{n}.js"), format!("console . log ( 'script' , {n} ) ;\n").repeat(20));
    }
    site.file("a.js", "console . log ( 'a' ) ;\n").variable("EDGEPRESS_NO_CACHE", "").flags([
        "--level",
        "fast",
        "--cache-dir",
        "cache",
    ])
}

fn end_of(run: Child) -> Run {
    Run::of(run.wait_with_output().unwrap(), &["build"])
}

#[test]
fn eight_runs_on_one_output_and_one_cache() {
    let site = site();
    let expected = site.build_as("expected");
    fs::remove_dir_all(site.path("cache")).unwrap();
    for round in 0..rounds() {
        let runs: Vec<Child> =
            (0..8).map(|_| site.start(&["build", "site", "-o", "out", "--quiet", "--wait", "600"])).collect();
        for run in runs {
            end_of(run).code(0);
        }
        Tree::read(&site.path("out")).must_be(&expected.tree, &format!("round {round}"));
        if round % 2 == 0 {
            fs::remove_dir_all(site.path("cache")).unwrap();
        }
    }
    let beside: Vec<String> =
        fs::read_dir(site.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!beside.iter().any(|name| name.contains("edgepress")), "{beside:?}");
}

#[test]
fn a_cache_that_goes_away_is_no_trouble() {
    let site = site();
    let expected = site.build_as("expected").tree;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let _ = fs::remove_dir_all(site.path("cache"));
                thread::sleep(Duration::from_millis(1));
            }
        });
        let ends: Vec<Run> = (0..4).map(|_| site.run(&["build", "site", "-o", "out"])).collect();
        done.store(true, Ordering::Relaxed);
        for end in ends {
            end.code(0);
        }
    });
    Tree::read(&site.path("out")).must_be(&expected, "while the cache went away");
}

#[test]
fn a_run_that_does_not_wait_ends_with_4() {
    let long = (0..6000).fold(String::new(), |text, n| text + &format!("function f{n} ( a ) {{ return a + {n} }}\n"));
    let site = Site::new().file("long.js", long);
    let mut first = site.start(&["build", "site", "-o", "out"]);
    // Workers are started when the output is locked already.
    while children(first.id()).is_empty() {
        assert!(first.try_wait().unwrap().is_none(), "the first run was over too soon");
        thread::sleep(Duration::from_millis(1));
    }
    let second = site.run(&["build", "site", "-o", "out", "--wait", "0"]).code(4);
    assert!(second.stderr.contains("error: another run is at work on "), "{}", second.stderr);
    assert!(
        second.stderr.contains("waited 0 s\nhint: wait for it to finish, or write to another folder\n"),
        "{}",
        second.stderr
    );
    end_of(first).code(0);
    site.run(&["build", "site", "-o", "out", "--wait", "0"]).code(0);
}
