//! `names.mode = "import-map"`: one edit renames one module, and everybody still finds it.

use serde_json::Value;

use crate::{
    harness::{Output, Site},
    tree::Tree,
};

fn site(leaf: &str) -> Site {
    let page = |up: &str, more: &str| {
        format!(
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>x</title>{more}<script type=module src={up}js/main.js></script></head><body><p>Hi</p></body></html>"
        )
    };
    Site::new()
        .file("index.html", page("", ""))
        .file("deep/index.html", page("../", "<link rel=modulepreload href=../js/lib/leaf.js>"))
        .file("policy.html", page("", "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">").replace("main", "strict"))
        .file("plain.html", "<!doctype html><title>x</title><p>No script\n")
        .file("js/main.js", "import { a } from './a.js';\nconsole . log ( a )\n")
        .file("js/a.js", "import { leaf } from './lib/leaf.js?v=1';\nexport const a = () => import('./later.js') ;\nconsole . log ( leaf )\n")
        .file("js/later.js", "import { a } from './a.js';\nexport default a\n")
        .file("js/lib/leaf.js", format!("export const leaf = '{leaf}' ;\n"))
        .file("js/strict.js", "import './shared.js';\nconsole . log ( 'strict' )\n")
        .file("js/shared.js", "console . log ( 'shared' )\n")
        .file("js/work.js", "new Worker( new URL('./worker.js', import.meta.url), { type: 'module' } )\n")
        .file("js/worker.js", "import './tool.js';\n")
        .file("js/tool.js", "console . log ( 'tool' )\n")
        .config("[names]\nmode = \"import-map\"\n")
}

/// The import map of a page.
fn map(output: &Output, page: &str) -> Value {
    let text = output.text(page);
    let (_, rest) = text.split_once("data-edgepress=names>").unwrap_or_else(|| panic!("no map in {text}"));
    serde_json::from_str(rest.split_once("</script").unwrap().0).unwrap()
}

#[test]
fn one_edit_renames_one_module() {
    let (one, other) = (site("one").build(), site("two").build());
    for (path, is_renamed) in [
        ("js/main.js", false),
        ("js/a.js", false),
        ("js/later.js", false),
        ("js/lib/leaf.js", true),
        ("js/strict.js", false),
    ] {
        assert!(one.is_hashed(path), "{path}: {}", one.record(path));
        assert_eq!(one.name(path) != other.name(path), is_renamed, "{path}");
    }
    assert!(one.text("js/a.js").contains("\"./lib/leaf.js?v=1\""), "{}", one.text("js/a.js"));
}

#[test]
fn pages_lead_to_what_modules_ask_for() {
    let output = site("one").build();
    for (page, up) in [("index.html", "./"), ("deep/index.html", "../")] {
        let expected = serde_json::json!({ "imports": {
            format!("{up}js/a.js"): format!("{up}{}", output.name("js/a.js")),
            format!("{up}js/later.js"): format!("{up}{}", output.name("js/later.js")),
            format!("{up}js/lib/leaf.js?v=1"): format!("{up}{}?v=1", output.name("js/lib/leaf.js")),
        } });
        assert_eq!(map(&output, page), expected, "{page}");
    }
    let deep = output.text("deep/index.html");
    assert!(deep.contains(&format!("modulepreload href=../{}", output.name("js/lib/leaf.js"))), "{deep}");
    assert!(deep.find("importmap").unwrap() < deep.find("modulepreload").unwrap(), "{deep}");
    assert!(!output.text("plain.html").contains("importmap"));
}

#[test]
fn where_no_map_leads_on_modules_name_each_other() {
    let output = site("one").build();
    assert!(!output.text("policy.html").contains("importmap"));
    output.finds("remark", "policy.html");
    for (from, to) in [("js/strict.js", "js/shared.js"), ("js/worker.js", "js/tool.js")] {
        assert!(output.text(from).contains(&output.file_name(to)), "{}", output.text(from));
    }
}

#[test]
fn names_of_a_bundler_become_plain_in_between() {
    let build = |salt: &str| {
        Site::new()
            .file("index.html", "<!doctype html><html lang=en><head><title>x</title><script type=module src=./assets/index-W1erjkBN.js></script></head><body></body></html>")
            .file("assets/index-W1erjkBN.js", "import './lib-DB_ReeJG.js';\nimport('./lazy-CXf-crI0.js');\n")
            .file("assets/lib-DB_ReeJG.js", "console . log ( 'lib' )\n")
            .file("assets/lazy-CXf-crI0.js", format!("console . log ( '{salt}' )\n"))
            .config("[names]\nmode = \"import-map\"\n")
            .build()
    };
    let (one, other) = (build("one"), build("two"));
    one.has_names(["assets/index-W1erjkBN.js", "assets/lazy-#.js", "assets/lib-#.js", "index.html"]);
    let index = one.text("assets/index-W1erjkBN.js");
    assert!(index.contains("\"./lib.js\"") && index.contains("\"./lazy.js\""), "{index}");
    assert_eq!(
        map(&one, "index.html")["imports"]["./assets/lazy.js"],
        format!("./{}", one.name("assets/lazy-CXf-crI0.js"))
    );
    assert_ne!(one.name("assets/lazy-CXf-crI0.js"), other.name("assets/lazy-CXf-crI0.js"));
    assert_eq!(index, other.text("assets/index-W1erjkBN.js"));
}

#[test]
fn pressed_again_it_stays_with_integrity_or_without() {
    for more in ["", "[security]\nsri = true\ncsp = \"meta\"\n"] {
        let site = site("one").config(&format!("[names]\nmode = \"import-map\"\n{more}"));
        let output = site.build();
        site.run(&["build", "out", "-o", "again"]).success();
        let is_ours = |path: &str| path == "edgepress.manifest.json";
        output
            .tree
            .clone()
            .without(is_ours)
            .must_be(&Tree::read(&site.path("again")).without(is_ours), "pressed again");
        // Without the mode the map that is there still leads on.
        site.run(&["build", "out", "-o", "plain", "--config", "/dev/null"]).success();
        let kept = Tree::read(&site.path("plain"));
        assert!(kept.files.contains_key(&output.name("js/lib/leaf.js")), "{:?}", kept.files.keys());
    }
}
