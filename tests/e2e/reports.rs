//! Reports: where they go, and what the JSON one promises.

use std::fs;

use serde_json::Value;

use crate::harness::Site;

fn site() -> Site {
    Site::new()
        .file(
            "index.html",
            "<!doctype html><title>x</title><link rel=stylesheet href=css/a.css><script src=gone.js></script>",
        )
        .file("css/a.css", "a { background : url( ../i.png ) }\n")
        .picture("i.png")
        .config("[[budget]]\nname = 'all'\ntotal = true\nmax = '1 MB'\n")
}

#[test]
fn the_json_report_has_what_it_promises() {
    let run = site().run(&["build", "site", "-o", "out", "--report", "json"]).success();
    let report = run.json();
    let is = |value: &Value, what: &str| match what {
        "number" => value.is_number(),
        "text" => value.is_string(),
        "list" => value.is_array(),
        _ => value.is_boolean(),
    };
    for (pointer, what) in [
        ("/schema", "number"),
        ("/version", "text"),
        ("/level", "text"),
        ("/input/files", "number"),
        ("/input/bytes", "number"),
        ("/output/files", "number"),
        ("/output/bytes", "number"),
        ("/wire/identity", "number"),
        ("/wire/gzip", "number"),
        ("/wire/brotli", "number"),
        ("/wire/zstd", "number"),
        ("/seconds/wall", "number"),
        ("/seconds/cpu", "number"),
        ("/peak_rss", "number"),
        ("/stages/0/name", "text"),
        ("/stages/0/seconds", "number"),
        ("/files/0/path", "text"),
        ("/files/0/output", "text"),
        ("/files/0/kind", "text"),
        ("/files/0/bytes_in", "number"),
        ("/files/0/bytes_out", "number"),
        ("/files/0/gzip", "number"),
        ("/files/0/brotli", "number"),
        ("/files/0/result", "text"),
        ("/files/0/cache", "text"),
        ("/files/0/policy", "text"),
        ("/files/0/references/0", "text"),
        ("/budgets/0/name", "text"),
        ("/budgets/0/limit", "number"),
        ("/budgets/0/actual", "number"),
        ("/budgets/0/ok", "boolean"),
        ("/findings/0/code", "text"),
        ("/findings/0/severity", "text"),
        ("/findings/0/path", "text"),
        ("/findings/0/line", "number"),
        ("/findings/0/column", "number"),
        ("/findings/0/message", "text"),
        ("/findings/0/hint", "text"),
    ] {
        let value = report.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {report:#}"));
        assert!(is(value, what), "{pointer} is no {what}: {value}");
    }
    assert_eq!(report["files"][0]["path"], "css/a.css");
    assert_eq!(report["files"][0]["references"][0], "i.png");
    assert_eq!(report["files"][0]["policy"], "immutable");
}

#[test]
fn every_format_can_go_to_a_file() {
    let site = site();
    for (format, sign) in [
        ("human", "Findings"),
        ("json", "\"schema\": 1"),
        ("markdown", "|"),
        ("html", "<!doctype html>"),
        ("github", "::warning "),
        ("sarif", "\"version\": \"2.1.0\""),
        ("junit", "<testsuites"),
    ] {
        let target = format!("{format}=reports/{format}.txt");
        let run = site.run(&["check", "site", "--report", &target]).success();
        let on_screen = run.stdout.contains("A full download");
        assert_eq!(on_screen, format != "human", "the screen has the report for people unless that went to a file");
        let text = fs::read_to_string(site.path(&format!("reports/{format}.txt"))).unwrap();
        assert!(text.to_lowercase().contains(&sign.to_lowercase()), "no {sign} in {format}:\n{text}");
        let run = site.run(&["check", "site", "--report", format]).success();
        assert!(run.stdout.to_lowercase().contains(&sign.to_lowercase()), "{format}");
    }
    assert_eq!(fs::read_dir(site.path("reports")).unwrap().count(), 7, "no leftovers");
}

#[test]
fn quiet_is_quiet_and_a_pipe_has_no_colours() {
    let run = site().run(&["build", "site", "-o", "out", "--quiet"]).success();
    assert_eq!(run.stdout, "");
    let run = site().run(&["build", "site", "-o", "out"]).success();
    assert!(!run.stdout.contains('\u{1b}'), "{:?}", run.stdout);
    let run = site().run(&["build", "site", "-o", "out", "--color", "always"]).success();
    assert!(run.stdout.contains('\u{1b}'));
}
