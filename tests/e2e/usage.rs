//! Bad usage: one clear line, a hint, exit 2 or 3, and nothing written.

use std::fs;

use crate::harness::{Run, Site};

const PAGE: &str = "<!doctype html><title>x</title><p>  hello  </p>\n";

fn site() -> Site {
    Site::new().file("index.html", PAGE)
}

/// Runs `arguments` in `site`, whose surroundings must not change by a byte.
#[track_caller]
fn refused(site: &Site, arguments: &[&str]) -> Run {
    let before = (site.surroundings(), crate::tree::every_path(&site.path("")));
    let run = site.run(arguments);
    before.0.must_be(&site.surroundings(), "a refused run wrote something");
    assert_eq!(before.1, crate::tree::every_path(&site.path("")), "a refused run made or removed something");
    run
}

#[test]
fn a_site_that_is_not_there() {
    for (name, what) in [("nowhere", "does not exist"), ("page.html", "is not a folder")] {
        let site = site().beside("page.html", PAGE);
        for line in [vec!["build", name, "-o", "out"], vec!["check", name], vec!["explain", name, "index.html"]] {
            refused(&site, &line).fails(
                2,
                &format!("the site {name} {what}"),
                "build the site first, then name the folder that the build wrote, such as dist or public",
            );
        }
    }
}

#[test]
fn a_site_without_files() {
    let site = site().beside("dist/a", "");
    fs::remove_file(site.path("dist/a")).unwrap();
    for line in [vec!["build", "dist", "-o", "out"], vec!["check", "dist"]] {
        refused(&site, &line).fails(
            2,
            "the site dist is empty",
            "build the site first, then name the folder that the build wrote, such as dist or public",
        );
    }
}

#[test]
fn hosts_that_nobody_asked_for_do_not_fail_a_build() {
    // Hashed and plain names side by side: more rules than Cloudflare takes.
    let picture = |n: usize| format!("<svg xmlns='http://www.w3.org/2000/svg'><title>{n}</title></svg>");
    let named: String = (0..120).map(|n| format!("<img alt=x src=i/a{n}.svg>")).collect();
    let site = Site::new().file("index.html", format!("<!doctype html><title>x</title>{named}"));
    let site =
        (0..240).fold(site, |site, n| site.file(&format!("i/{}{}.svg", ["a", "b"][n / 120], n % 120), picture(n)));
    let run =
        |more: &[&str]| site.run(&[&["build", "site", "-o", "out", "--strict", "--report", "json"], more].concat());
    let quiet = run(&[]).success().json();
    let limits = |report: &serde_json::Value, severity: &str| {
        let is_it = |f: &&serde_json::Value| f["code"] == "host-limit" && f["severity"] == severity;
        report["findings"].as_array().unwrap().iter().filter(is_it).count()
    };
    assert!(limits(&quiet, "info") > 0 && limits(&quiet, "warning") == 0, "{quiet}");
    let asked = run(&["--host", "netlify,cloudflare-pages"]);
    assert!(limits(&asked.json(), "warning") > 0, "{}", asked.json());
}

#[test]
fn an_output_that_would_damage_the_site() {
    for (out, what, hint) in [
        ("site/out", "lies inside the site", "give a folder beside the site, such as -o ../out"),
        ("site/a/b", "lies inside the site", "give a folder beside the site, such as -o ../out"),
        ("site", "is the site itself", "give another folder with -o, or use --in-place"),
        ("./site/", "is the site itself", "give another folder with -o, or use --in-place"),
        (".", "contains the site", "give a folder beside the site, such as -o ../out"),
    ] {
        refused(&site(), &["build", "site", "-o", out]).fails(2, &format!("{out} {what}"), hint);
        refused(&site(), &["build", "site", "-o", out, "--force"]).fails(2, &format!("{out} {what}"), hint);
    }
}

#[cfg(unix)]
#[test]
fn a_link_does_not_hide_that_the_output_is_in_the_site() {
    let site = site();
    std::os::unix::fs::symlink("site", site.path("link")).unwrap();
    for out in ["link", "link/out"] {
        refused(&site, &["build", "site", "-o", out]).code(2);
    }
}

#[test]
fn an_output_that_is_a_file() {
    let site = site().beside("out", "mine");
    refused(&site, &["build", "site", "-o", "out"]).fails(2, "out is not a folder", "");
}

#[test]
fn an_output_of_somebody_else() {
    let site = site().beside("out/thesis.txt", "mine");
    let run = refused(&site, &["build", "site", "-o", "out"]).code(2);
    assert!(run.stderr.starts_with("error: out was not written by edgepress: it holds "), "{}", run.stderr);
    assert!(run.stderr.contains("thesis.txt") && run.stderr.contains("--force"), "{}", run.stderr);
    site.run(&["build", "site", "-o", "out", "--force"]).success();
    assert!(!site.path("out/thesis.txt").exists(), "the output is replaced as a whole");
}

#[test]
fn an_empty_output_is_nobodys() {
    let site = site();
    fs::create_dir(site.path("out")).unwrap();
    site.run(&["build", "site", "-o", "out"]).success();
}

#[test]
fn an_output_that_cannot_be_written() {
    let site = site().beside("file", "");
    let run = refused(&site, &["build", "site", "-o", "file/out"]).code(3);
    assert!(run.stderr.starts_with("error: ") && run.stderr.contains("file"), "{}", run.stderr);
    assert!(run.stderr.lines().count() <= 2, "{}", run.stderr);
    for out in ["/proc/edgepress/out", "/sys/edgepress"] {
        let run = refused(&site, &["build", "site", "-o", out]).code(3);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains("\nhint: "), "{}", run.stderr);
    }
}

#[test]
fn flags_that_are_wrong() {
    for (flags, message, hint) in [
        (&["--colour"][..], "unknown flag --colour", "did you mean --color?"),
        (&["--hots", "nginx"], "unknown flag --hots", "did you mean --host?"),
        (&["--in-place"], "--out and --in-place contradict each other", "keep one of them"),
        (&["--quiet", "--verbose"], "--quiet and --verbose contradict each other", "keep one of them"),
        (&["--no-cache", "--cache-dir", "c"], "--no-cache and --cache-dir contradict each other", "keep one of them"),
        (
            &["--host", "ngnix"],
            "--host names \"ngnix\", which is no host that edgepress knows",
            "did you mean `nginx`?",
        ),
        (&["--level", "fats"], "--level cannot be \"fats\"", "did you mean fast?"),
        (&["--jobs", "0"], "--jobs cannot be \"0\"", "write a number from 1 to 1024"),
        (&["--jobs", "many"], "--jobs cannot be \"many\"", "write a number from 1 to 1024"),
        (&["--memory", "1 kB"], "--memory cannot be as little as 1.0 kB", "the least is 64 MiB"),
        (&["--base", "docs"], "--base must start with /: \"docs\"", "write \"/docs\""),
        (
            &["--report", "yaml"],
            "--report knows no format \"yaml\"",
            "choose one of: human, json, markdown, html, github, sarif, junit",
        ),
        (&["--out", "again"], "--out is given twice", "keep one of them"),
    ] {
        let line: Vec<&str> = ["build", "site", "-o", "out"].iter().chain(flags).copied().collect();
        refused(&site(), &line).fails(2, message, hint);
    }
    refused(&site(), &["build", "site"]).fails(
        2,
        "build needs to know where to publish",
        "add -o OUT; --dry-run does everything but publish",
    );
    refused(&site(), &["biuld", "site"]).fails(2, "there is no command \"biuld\"", "did you mean build?");
}

#[test]
fn a_configuration_that_is_wrong() {
    for (text, message, hint) in [
        ("levle = 'max'", "edgepress.toml:1:1: `levle` is not a key that edgepress knows", "did you mean `level`?"),
        (
            "[names]\nkeeps = []",
            "edgepress.toml:2:1: `names.keeps` is not a key that edgepress knows",
            "did you mean `keep`?",
        ),
        (
            "hosts = ['ngnix']",
            "edgepress.toml:1:10: `hosts[0]` names \"ngnix\", which is no host that edgepress knows",
            "did you mean `nginx`?",
        ),
        (
            "[[budget]]\nglob = '*.js'\ntotal = true\nmax = 1",
            "edgepress.toml:1:1: `budget[0]` has both `glob` and `total`",
            "keep one of them; make a second [[budget]] for the other (glob, kind, page, total)",
        ),
        (
            "[[budget]]\ntotal = true",
            "edgepress.toml:1:1: `budget[0]` does not say a limit",
            "give it one of: max, count, grow",
        ),
        (
            "[[budget]]\ntotal = true\nmax = 'much'",
            "edgepress.toml:3:1: `budget[0].max` is not a size: \"much\"",
            "write it like \"170 kB\" or \"170 KiB\"",
        ),
        (
            "[[budget]]\nkind = 'jss'\nmax = 1",
            "edgepress.toml:2:1: `budget[0].kind` is no kind of file: \"jss\"",
            "did you mean `js`?",
        ),
        (
            "[[policy]]\nglob = '*'\ncache_control = 'no-store, immutable'",
            "edgepress.toml:3:1: `policy[0].cache_control` says both no-store and immutable, which contradict each other",
            "keep one of them",
        ),
    ] {
        refused(&site().config(text), &["build", "site", "-o", "out"]).fails(2, message, hint);
        refused(&site().config(text), &["check", "site"]).fails(2, message, hint);
    }
}

#[test]
fn a_configuration_that_is_no_toml_or_not_there() {
    let run = refused(&site().config("level = \n"), &["build", "site", "-o", "out"]).code(2);
    assert!(run.stderr.starts_with("error: edgepress.toml:1:"), "{}", run.stderr);
    let run = refused(&site(), &["build", "site", "-o", "out", "--config", "other.toml"]);
    assert!(run.stderr.starts_with("error: ") && run.stderr.contains("other.toml"), "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"));
}

#[test]
fn an_environment_that_is_wrong() {
    let site = site().variable("EDGEPRESS_LEVLE", "max");
    let run = refused(&site, &["build", "site", "-o", "out"]).code(2);
    assert!(run.stderr.contains("EDGEPRESS_LEVEL"), "{}", run.stderr);
    let site = Site::new().variable("EDGEPRESS_LEVEL", "most");
    let run = refused(&site, &["build", "site", "-o", "out"]).code(2);
    assert!(run.stderr.starts_with("error: environment: EDGEPRESS_LEVEL "), "{}", run.stderr);
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let site = site().beside("file", "");
    let run = site.run(&["build", "site", "-o", "out", "--report", "json=file/report.json"]).code(3);
    assert!(run.stderr.starts_with("error: could not write the report to file/report.json"), "{}", run.stderr);
    assert!(!site.path("out").exists(), "exit 3 means that nothing was published");
}

#[test]
fn help_and_version_are_no_errors() {
    Site::new().run(&["--version"]).success().says("edgepress ");
    Site::new().run(&["build", "--help"]).success().says("Example:");
    Site::new().run(&[]).code(2).says("Usage: edgepress");
}
