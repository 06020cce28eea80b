//! The commands besides `build`.

use std::{fs, process::Command};

use crate::{
    harness::{Run, Site, findings, repository},
    tree::{Tree, every_path},
};

fn site() -> Site {
    Site::new()
        .file(
            "index.html",
            "<!doctype html><title>x</title>\n<link rel=stylesheet href=a.css><script src=js/b.js></script>",
        )
        .file("a.css", "a { color : red }\n")
        .file("js/b.js", "console . log ( 1 )\n")
}

#[test]
fn check_writes_nothing() {
    let site = site();
    let before = every_path(&site.path(""));
    site.run(&["check", "site"]).success().says("js-script");
    assert_eq!(before, every_path(&site.path("")));
}

#[test]
fn explain_tells_the_story_of_a_file() {
    let site = site();
    let output = site.build();
    for file in ["a.css", "site/a.css"] {
        let run = site.run(&["explain", "site", file]).success();
        for text in ["a.css", &output.name("a.css"), "index.html:2:", "Cache-Control", "immutable", "brotli", "press"] {
            assert!(run.stdout.contains(text), "no {text:?} in\n{}", run.stdout);
        }
    }
    site.run(&["explain", "site", "a.ccs"]).fails(2, "the site site has no file a.ccs", "did you mean a.css?");
}

#[test]
fn explain_tells_how_long_each_coding_took() {
    let rules: String = (0..4_000_u32).map(|index| format!(".c{} {{ margin: {index}px }}\n", index * 7_919)).collect();
    let site = site().file("long.css", rules);
    let run = site.run(&["explain", "site", "long.css", "--no-cache"]).success();
    for coding in ["brotli", "gzip"] {
        let line = run.stdout.lines().find(|line| line.trim_start().starts_with(coding)).unwrap();
        assert!(line.contains(" ms") && !line.contains(" 0.0 ms"), "{line}");
    }
}

#[test]
fn init_writes_a_configuration_that_works() {
    let site = site()
        .beside("package.json", r#"{ "scripts": { "build": "vite build" }, "devDependencies": { "vite": "^7.0.0" } }"#);
    let run = site.run(&["init"]).success().says("wrote ./edgepress.toml");
    assert!(run.stdout.contains("\"postbuild\"") || run.stdout.contains("edgepress build dist"), "{}", run.stdout);
    let text = fs::read_to_string(site.path("edgepress.toml")).unwrap();
    assert!(text.contains("200 kB") && text.lines().any(|line| line.starts_with('#')), "{text}");
    site.run(&["check", "site"]).success();
    site.build();
    let run = site.run(&["init"]).code(2);
    assert!(run.stderr.contains("edgepress.toml") && run.stderr.contains("--force"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(site.path("edgepress.toml")).unwrap(), text);
    site.run(&["init", "--force"]).success();
}

#[test]
fn the_cache_is_counted_trimmed_and_cleared() {
    let site = site().variable("EDGEPRESS_NO_CACHE", "").flags(["--cache-dir", "cache"]);
    site.run(&["cache", "stats"]).success().says("0 results, 0 B, in cache");
    let output = site.build();
    assert!(output.report["files"].as_array().unwrap().iter().any(|file| file["cache"] == "miss"));
    let stats = site.run(&["cache", "stats"]).success().stdout;
    let entries: usize = stats.split(' ').next().unwrap().parse().unwrap();
    assert!(entries >= 3, "{stats}");
    site.run(&["cache", "gc", "--max", "1 GB"]).success().says("0 results, 0 B, removed from cache");
    site.run(&["cache", "gc", "--max", "0 B"]).success().says(&format!("{entries} results, "));
    site.build();
    site.run(&["cache", "clear"]).success().says(&format!("{entries} results, "));
    site.run(&["cache", "stats"]).success().says("0 results, ");
    Site::new().run(&["cache", "stats"]).fails(
        2,
        "the cache is turned off",
        "leave out --no-cache, or name a folder with --cache-dir",
    );
}

#[test]
fn generated_pages_are_those_committed() {
    let same = |run: Run, page: &str| {
        let committed = fs::read_to_string(repository().join("docs").join(page)).unwrap();
        assert_eq!(run.success().stdout, committed, "docs/{page}");
    };
    let site = Site::new();
    same(site.run(&["schema", "config"]), "edgepress.schema.json");
    same(site.run(&["schema", "report"]), "report.schema.json");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        same(site.run(&["completions", shell]), &format!("completions/edgepress.{shell}"));
    }
    site.run(&["man", "--out", "man"]).success();
    Tree::read(&site.path("man")).must_be(&Tree::read(&repository().join("docs/man")), "docs/man");
}

/// A scratch repository whose top is the place of `site`.
fn repository_of(site: &Site) -> Option<()> {
    let git = |arguments: &[&str]| Command::new("git").arg("-C").arg(site.path("")).args(arguments).output();
    let made = git(&["init", "-q"]).inspect_err(|error| eprintln!("skipped: no git: {error}")).ok()?;
    assert!(made.status.success());
    Some(())
}

fn git(site: &Site, arguments: &[&str]) {
    let run = Command::new("git").arg("-C").arg(site.path("")).args(arguments).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn staged_files_are_checked_as_they_are_staged() {
    let site = site()
        .file("odd name é.json", "{ \"a\": 1 }")
        .config("[[budget]]\nname = 'b'\nglob = '**/*.css'\nmeasure = 'identity'\nmax = 20\n");
    if repository_of(&site).is_none() {
        return;
    }
    let empty = site.run(&["check", "--staged", "--report", "json"]).success().json();
    assert_eq!(empty["files"].as_array().unwrap().len(), 0);
    git(&site, &["add", "-A"]);
    let paths = |run: &Run| -> Vec<String> {
        run.json()["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
    };
    let run = site.run(&["check", "--staged", "--report", "json"]).success();
    assert!(paths(&run).contains(&"site/odd name é.json".to_owned()), "{:?}", paths(&run));
    // What lies in the folder does not matter, what is staged does.
    fs::write(site.path("site/a.css"), "a { color : rgb( 1, 2, 3 ) ; margin : 0 ; padding : 0 }").unwrap();
    site.run(&["check", "--staged"]).success();
    git(&site, &["add", "-A"]);
    let run = site.run(&["check", "--staged", "--report", "json"]).code(1);
    assert_eq!(findings(&run.json()).len(), 1);
    assert!(findings(&run.json())[0].starts_with("budget "), "{:?}", findings(&run.json()));
    fs::write(site.path("site/js/b.js"), "let = = 1").unwrap();
    git(&site, &["add", "-A"]);
    let run = site.run(&["check", "--staged", "--report", "json"]).code(1);
    assert!(
        findings(&run.json()).iter().any(|line| line.starts_with("unparsable site/js/b.js: ")),
        "{:?}",
        findings(&run.json())
    );
}

#[test]
fn staged_needs_a_repository() {
    let site = site();
    let run = site.run(&["check", "--staged"]).code(3);
    assert!(run.stderr.starts_with("error: could not ask git about .: "), "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"));
}
