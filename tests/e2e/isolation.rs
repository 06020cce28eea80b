//! Workers die, hang and grow: one file stays as it was, the rest is pressed.

use std::{
    fs,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use crate::{
    harness::{Output, Run, Site},
    tree::Tree,
    wrapped::{children, has_strace, is_alive, send, worked},
};

/// A script that keeps its worker busy for seconds.
fn long_script() -> String {
    let function = |n: u32| {
        format!(
            "function f{n}(list, limit) {{\n  var total = 0;\n  for (var i = 0; i < list.length; i++) {{\n    \
             if (list[i] > limit) {{ total += list[i] * {n} }} else {{ total -= limit }}\n  }}\n  return total\n}}\n"
        )
    };
    format!("import './x.js';\n{}", (0..32_000_u32).map(function).collect::<String>())
}

fn site() -> Site {
    Site::new()
        .file("index.html", "<!doctype html>\n<title> x </title>\n<script type=module src=long.js></script>\n")
        .file("long.js", long_script())
        .file("x.js", "export const a = 1 ;\n")
        .file("a.css", "a { color : red }\n")
        .flags(["--level", "fast", "--jobs", "1", "--report", "json=report.json"])
}

/// Waits until a worker of `run` is well under way; `None` when the run is over first.
fn busy_worker(run: &mut Child) -> Option<u32> {
    while run.try_wait().unwrap().is_none() {
        if let Some(worker) = children(run.id()).into_iter().find(|&child| worked(child) > 4) {
            return Some(worker);
        }
        thread::sleep(Duration::from_millis(2));
    }
    None
}

fn end_of(run: Child) -> Run {
    Run::of(run.wait_with_output().unwrap(), &["build"])
}

fn output(site: &Site) -> Output {
    let report = fs::read(site.path("report.json")).unwrap();
    Output { tree: Tree::read(&site.path("out")), report: serde_json::from_slice(&report).unwrap() }
}

const BUILD: [&str; 4] = ["build", "site", "-o", "out"];

#[test]
fn a_worker_that_dies_costs_one_file() {
    let site = site();
    let mut run = site.start(&BUILD);
    send("-ABRT", busy_worker(&mut run).expect("no worker was seen at work"));
    end_of(run).code(0);
    let output = output(&site);
    assert!(
        output.findings().contains(&"crashed long.js: its worker died of SIGABRT".to_owned()),
        "{:?}",
        output.findings()
    );
    assert_eq!(output.file("long.js")["kept_because"], "crashed");
    // Its references are known all the same.
    assert!(output.text("long.js").contains(&output.file_name("x.js")));
    assert_eq!(output.text("a.css"), "a{color:red}");
}

#[test]
fn a_worker_that_is_killed_is_tried_again() {
    let site = site();
    let undisturbed = site.build_as("undisturbed").tree;
    let mut run = site.start(&BUILD);
    send("-KILL", busy_worker(&mut run).expect("no worker was seen at work"));
    end_of(run).success();
    Tree::read(&site.path("out")).must_be(&undisturbed, "after a kill");
}

#[test]
fn too_little_memory_costs_one_file() {
    let site = site().file("long.js", long_script()).flags(["--memory", "64 MiB"]);
    site.run(&BUILD).code(0);
    let output = output(&site);
    let expected = "crashed long.js: it takes more memory than --memory allows";
    assert!(output.findings().contains(&expected.to_owned()), "{:?}", output.findings());
    assert_eq!(output.text("a.css"), "a{color:red}");
}

#[test]
fn workers_end_with_their_run() {
    for signal in ["-KILL", "-TERM"] {
        let site = site();
        let mut run = site.start(&BUILD);
        let worker = busy_worker(&mut run).expect("no worker was seen at work");
        send(signal, run.id());
        let end = end_of(run);
        if signal == "-TERM" {
            end.code(143);
        }
        let begin = Instant::now();
        while is_alive(worker) && begin.elapsed() < Duration::from_mins(1) {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(!is_alive(worker), "{signal}: the worker goes on alone");
        assert!(!site.path("out").exists(), "{signal}");
    }
}

#[test]
fn isolation_changes_nothing() {
    let site = Site::copy_of(&crate::harness::repository().join("fixtures/demo")).flags(["--level", "fast"]);
    let off = site.build_with("off", &["--isolation", "off"]).tree;
    off.must_be(&site.build_with("auto", &["--isolation", "auto"]).tree, "auto");
    off.must_be(&site.build_with("on", &["--isolation", "on"]).tree, "on");
}

#[test]
fn what_is_known_starts_no_worker() {
    if !has_strace() {
        return;
    }
    let site = Site::new()
        .file("a.css", "a { color : red }")
        .file("index.html", "<!doctype html><title>x</title>")
        .variable("EDGEPRESS_NO_CACHE", "")
        .flags(["--cache-dir", "cache"]);
    let started = || site.traced("execve", &BUILD).matches("--edgepress-worker").count();
    assert!(started() >= 1, "cold");
    assert_eq!(started(), 0, "warm");
}
