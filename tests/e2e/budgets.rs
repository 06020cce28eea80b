//! Budgets of every scope, and what makes a run fail.

use serde_json::json;

use crate::harness::{Site, findings};

fn site(toml: &str) -> Site {
    Site::new()
        .file("index.html", "<!doctype html><title>x</title><link rel=stylesheet href=a.css><script type=module src=m.js></script><img src=i.png alt=x>")
        .file("light.html", "<!doctype html><title>light</title>")
        .file("a.css", "a { color : red }\n")
        .file("m.js", "import './n.js'; import('./later.js')\n")
        .file("n.js", "console.log( 'n' )\n")
        .file("later.js", "console.log( 'later' )\n")
        .picture("i.png")
        .config(toml)
}

#[test]
fn every_scope_is_measured() {
    let toml = "[[budget]]\nname = 'glob'\nglob = '*.js'\nmeasure = 'identity'\nmax = '1 MB'\n\
                [[budget]]\nname = 'kind'\nkind = 'js'\nmeasure = 'identity'\nmax = '1 MB'\n\
                [[budget]]\nname = 'page'\npage = '*.html'\nmeasure = 'identity'\nmax = '1 MB'\n\
                [[budget]]\nname = 'total'\ntotal = true\nmeasure = 'identity'\nmax = '1 MB'\n\
                [[budget]]\nname = 'count'\ntotal = true\ncount = 7\n";
    let output = site(toml).build();
    let size = |paths: &[&str]| paths.iter().map(|path| output.bytes(path).len()).sum::<usize>();
    let budgets = output.report["budgets"].as_array().unwrap();
    let actual: Vec<_> = budgets.iter().map(|budget| (&budget["name"], &budget["actual"], &budget["ok"])).collect();
    let yes = json!(true);
    assert_eq!(
        actual,
        [
            (&json!("glob"), &json!(size(&["m.js", "n.js", "later.js"])), &yes),
            (&json!("kind"), &json!(size(&["m.js", "n.js", "later.js"])), &yes),
            (&json!("page"), &json!(size(&["index.html", "a.css", "m.js", "n.js"])), &yes),
            (
                &json!("total"),
                &json!(size(&["index.html", "light.html", "a.css", "m.js", "n.js", "later.js", "i.png"])),
                &yes
            ),
            (&json!("count"), &json!(7), &yes),
        ]
    );
    assert_eq!(budgets[2]["page"], "index.html");
}

#[test]
fn one_byte_too_many_fails_the_run() {
    for scope in ["glob = '*.js'", "kind = 'js'", "page = '*.html'", "total = true"] {
        for measure in ["identity", "gzip", "brotli"] {
            let budget = |max: u64| format!("[[budget]]\nname = 'b'\n{scope}\nmeasure = '{measure}'\nmax = {max}\n");
            let actual = site(&budget(1_000_000)).build().report["budgets"][0]["actual"].as_u64().unwrap();
            site(&budget(actual)).run(&["check", "site"]).success();
            let over = site(&budget(actual - 1));
            over.run(&["check", "site"]).code(1).says("budget");
            over.run(&["build", "site", "-o", "out"]).code(1);
        }
    }
}

#[test]
fn a_budget_that_only_warns_fails_strict_runs_only() {
    let site = site("[[budget]]\nname = 'b'\ntotal = true\ncount = 1\nseverity = 'warning'\n");
    let run = site.run(&["check", "site", "--report", "json"]).success();
    assert_eq!(findings(&run.json()), ["budget : budget \"b\": 7 files is over 1 files"]);
    assert_eq!(run.json()["findings"][0]["severity"], "warning");
    site.run(&["check", "site", "--strict"]).code(1);
    site.run(&["build", "site", "-o", "out", "--strict"]).code(1);
}

#[test]
fn strict_fails_on_any_warning() {
    let site = Site::new().file("index.html", "<script src=gone.js></script>");
    site.run(&["check", "site"]).success();
    site.run(&["check", "site", "--strict"]).code(1);
}

#[test]
fn strict_fails_on_what_cannot_be_proven() {
    let site = Site::new()
        .file("index.html", "<!doctype html><title>x</title><script type=module src=a.js></script>")
        .file("a.js", "import './l/b.js';\nimport('./l/' + navigator.language);\n")
        .file("l/b.js", "export const b = 1;\n");
    site.run(&["check", "site"]).success();
    site.run(&["check", "site", "--strict"]).code(1);
}
