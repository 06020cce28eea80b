//! What configuration and flags do to the output.

use crate::harness::{HOST_FILES, Run, Site};

/// A page with a sheet, a script and a picture.
fn site() -> Site {
    Site::new()
        .file("index.html", "<!doctype html><title>x</title><link rel=stylesheet href=a.css><script src=js/b.js></script><img src=i.png alt=x>")
        .file("a.css", "a { color : red }\n")
        .file("js/b.js", "console . log ( 'a number of words, so that it packs well, words and words and words' )\n")
        .picture("i.png")
}

#[test]
fn names_can_stay() {
    let output = site().build_with("out", &["--no-fingerprint"]);
    output.has_names(["a.css", "i.png", "index.html", "js/b.js"]);
    assert_eq!(output.text("a.css").trim_end(), "a{color:red}", "still pressed");
    let by_variable = site().variable("EDGEPRESS_NO_FINGERPRINT", "yes").build();
    output.tree.must_be(&by_variable.tree, "the same by environment");
    let by_file = site().config("[names]\nmode = 'off'\n").build();
    output.tree.must_be(&by_file.tree, "the same by file");
    site().config("[names]\nmode = 'adopt'\n").build().has_names(["a.css", "i.png", "index.html", "js/b.js"]);
}

#[test]
fn some_names_can_stay() {
    let output = site().config("[names]\nkeep = ['js/**', '*.png']\n").build();
    output.has_names(["a-#.css", "i.png", "index.html", "js/b.js"]);
    assert!(output.text("index.html").contains("src=js/b.js"));
}

#[test]
fn some_files_can_go_unpressed() {
    let site = site().file("a.css", "a { background : url( i.png ) }\n").config("[rules.'*.css']\npress = 'off'\n");
    let output = site.build();
    assert_eq!(
        output.text("a.css"),
        format!("a {{ background : url( {} ) }}\n", output.name("i.png")),
        "only the name"
    );
    assert_eq!(output.file("a.css")["kept_because"], "opted-out");
}

#[test]
fn a_policy_of_ones_own_wins() {
    let toml = "[[policy]]\nglob = 'js/**'\ncache_control = 'public, max-age=77'\n";
    let output = site().config(toml).build();
    assert_eq!(output.record("js/b.js")["headers"]["Cache-Control"], "public, max-age=77");
    assert_eq!(output.record("a.css")["headers"]["Cache-Control"], "public, max-age=31536000, immutable");
    let headers = String::from_utf8(output.tree.files["_headers"].clone()).unwrap();
    assert!(headers.contains("max-age=77") && headers.contains("immutable"), "{headers}");
    let nginx = String::from_utf8(output.tree.files["edgepress.nginx.conf"].clone()).unwrap();
    assert!(nginx.contains("max-age=77"), "{nginx}");
}

#[test]
fn hosts_decide_which_files_there_are() {
    for (hosts, files) in [
        ("netlify", vec!["_headers"]),
        ("nginx", vec!["edgepress.locations.conf", "edgepress.nginx.conf"]),
        ("nginx,cloudflare-pages", vec!["_headers", "edgepress.locations.conf", "edgepress.nginx.conf"]),
    ] {
        let output = site().build_with("out", &["--host", hosts]);
        let found: Vec<_> = output.tree.files.keys().filter(|name| HOST_FILES[..3].contains(&name.as_str())).collect();
        assert_eq!(found, files, "{hosts}");
    }
}

#[test]
fn the_sites_own_headers_file_is_merged() {
    let own = "# mine\n/*\n  X-Frame-Options: DENY\n/special/*\n  X-Robots-Tag: noindex\n";
    let output = site().file("_headers", own).build_with("out", &["--host", "netlify"]);
    let headers = String::from_utf8(output.tree.files["_headers"].clone()).unwrap();
    for text in ["X-Frame-Options: DENY", "X-Robots-Tag: noindex", "Cache-Control: public, max-age=31536000, immutable"]
    {
        assert!(headers.contains(text), "no {text} in {headers}");
    }
    let again = Site::copy_of_tree(&output.tree).build_with("out", &["--host", "netlify"]);
    let twice = String::from_utf8(again.tree.files["_headers"].clone()).unwrap();
    assert_eq!(
        twice.matches("X-Frame-Options: DENY").count(),
        headers.matches("X-Frame-Options: DENY").count(),
        "{twice}"
    );
}

#[test]
fn stale_siblings_are_replaced() {
    let output = site().file("js/b.js.gz", "stale").file("js/b.js.br", "stale").file("a.css.zst", "stale").build();
    output.finds("stale-sibling", "js/b.js.gz");
    output.finds("stale-sibling", "js/b.js.br");
    output.finds("stale-sibling", "a.css.zst");
    assert!(output.tree.files.values().all(|bytes| bytes != b"stale"), "a stale sibling was published");
    assert!(!output.tree.files.contains_key("js/b.js.gz"));
}

#[test]
fn siblings_are_those_asked_for() {
    let text = "words and words and words and words and words and words and words and words ".repeat(20);
    let of = |encodings: &str| {
        let site = Site::new().file("a.txt", &text).config(&format!("[siblings]\nencodings = {encodings}\n"));
        site.build().tree.files.into_keys().filter(|name| name.starts_with("a.txt")).collect::<Vec<_>>()
    };
    assert_eq!(of("[]"), ["a.txt"]);
    assert_eq!(of("['gzip']"), ["a.txt", "a.txt.gz"]);
    assert_eq!(of("['zstd', 'br']"), ["a.txt", "a.txt.br", "a.txt.zst"]);
}

#[test]
fn files_are_chosen_by_globs() {
    site().build_with("out", &["--exclude", "js/**", "--exclude", "*.png"]).has_names(["a-#.css", "index.html"]);
    site().build_with("out", &["--include", "*.css"]).has_names(["a.css"]);
    let output = site().config("exclude = ['**/*.js']\n").build();
    output.has_names(["a-#.css", "i-#.png", "index.html"]);
    output.finds("broken-reference", "index.html");
}

#[test]
fn a_flag_beats_the_environment_and_that_the_file() {
    let site = site()
        .config("level = 'max'\nbase = '/file'\nexclude = ['x']\n")
        .variable("EDGEPRESS_BASE", "/variable")
        .variable("EDGEPRESS_LEVEL", "default");
    let run = site.run(&["build", "site", "--print-config", "--level", "fast"]).success();
    for (key, value, origin) in [
        ("level", "\"fast\"", "--level"),
        ("base", "\"/variable/\"", "EDGEPRESS_BASE"),
        ("exclude", "[\"x\"]", "edgepress.toml:3"),
    ] {
        let line = run
            .stdout
            .lines()
            .find(|line| line.starts_with(&format!("{key} = ")))
            .unwrap_or_else(|| panic!("{}", run.stdout));
        assert!(line.contains(value) && line.contains(origin), "{line}");
    }
    assert!(!site.path("out").exists());
}

#[test]
fn package_json_may_hold_the_configuration() {
    let output =
        site().beside("package.json", r#"{ "name": "x", "edgepress": { "names": { "mode": "off" } } }"#).build();
    output.has_names(["a.css", "i.png", "index.html", "js/b.js"]);
}

#[test]
fn a_dry_run_does_everything_but_publish() {
    let site = site();
    let before = crate::tree::every_path(&site.path(""));
    let run = site.run(&["build", "site", "-o", "out", "--dry-run", "--report", "json"]).success();
    assert_eq!(before, crate::tree::every_path(&site.path("")), "a dry run wrote something");
    assert_eq!(run.json()["published"], serde_json::Value::Null);
    let built = site.build();
    assert_eq!(run.json()["files"], built.report["files"]);
}

#[test]
fn in_place_exchanges_the_site() {
    let site = site();
    let expected = site.build_as("other").tree;
    site.run(&["build", "site", "--in-place"]).success();
    expected.must_be(&crate::tree::Tree::read(&site.path("site")), "in place as beside");
}

#[test]
fn in_place_the_configuration_stays_for_the_next_run() {
    let site = site().beside("site/edgepress.toml", "level = \"fast\"\n");
    let arguments = ["build", ".", "--in-place", "--report", "json"];
    for _ in 0..2 {
        let output = site.command(&arguments).current_dir(site.path("site")).output().unwrap();
        let report = Run::of(output, &arguments).success().json();
        assert_eq!(report["level"], "fast");
        assert!(site.path("site/edgepress.toml").is_file());
    }
    site.build_as("other").finds("skipped", "edgepress.toml");
}

#[test]
fn a_working_copy_is_not_exchanged() {
    let site = site().beside("site/.git/HEAD", "ref: refs/heads/main\n");
    let before = crate::tree::every_path(&site.path(""));
    let hint = "give a folder beside it, such as -o ../out";
    site.run(&["build", "site", "--in-place"]).fails(2, "site holds .git, which --in-place would take out of it", hint);
    assert_eq!(before, crate::tree::every_path(&site.path("")));
}

#[test]
fn installed_packages_are_copied_as_they_are() {
    let script = "console . log ( 1 )\n";
    let page = "<script type=module src=node_modules/x/index.js></script>";
    let site = || Site::new().file("node_modules/x/index.js", script).file("index.html", page);
    site().build().has_names(["index.html", "node_modules/x/index-#.js"]);
    let installed = site().file("node_modules/.package-lock.json", "{}").build();
    assert_eq!(installed.name("node_modules/x/index.js"), "node_modules/x/index.js");
    assert_eq!(installed.text("node_modules/x/index.js"), script);
    installed.finds("kept", "node_modules");
}

#[test]
fn twins_by_case_stay_two() {
    let output = Site::new()
        .file("index.html", "<link rel=stylesheet href=Style.css><link rel=stylesheet href=style.css>")
        .file("Style.css", "a { color : red }\n")
        .file("style.css", "a { color : red }\n")
        .build();
    output.has_names(["Style-#.css", "index.html", "style.css"]);
    assert_ne!(
        output.name("Style.css").to_lowercase(),
        output.name("style.css").to_lowercase(),
        "one file where case is ignored"
    );
    output.finds("name-portability", "style.css");
}

#[test]
fn a_sheet_that_is_no_utf_8_is_kept() {
    let sheet = b"a { content : '\xe9' }\n";
    let output = Site::new().file("a.css", sheet).file("index.html", "<link rel=stylesheet href=a.css>").build();
    assert_eq!(output.bytes("a.css"), sheet);
}

#[test]
fn a_plain_name_that_is_cached_for_long_is_told() {
    let build = |glob: &str| {
        Site::new()
            .file("index.html", "<!doctype html><title>x</title><link rel=stylesheet href=a.css><script>f('i.png')</script><img src=i.png alt=x>")
            .file("a.css", "a { color : red }\n")
            .picture("i.png")
            .config(&format!("[[policy]]\nglob = \"{glob}\"\ncache_control = \"public, max-age=31536000\"\n"))
            .build()
    };
    let told = |output: &crate::harness::Output| {
        output.findings().into_iter().filter(|line| line.starts_with("long-cache")).collect::<Vec<_>>()
    };
    let all = told(&build("**"));
    assert_eq!(all.len(), 1);
    assert!(all[0].ends_with(": i.png"), "hashed names may be cached for long: {all:?}");
    assert_eq!(told(&build("*.css")), [""; 0]);
}
