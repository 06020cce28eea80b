//! Pressing the output again changes no byte and no name.

use crate::{
    harness::{Site, real_sites},
    tree::Tree,
};

#[test]
fn the_output_of_the_output_is_the_output() {
    for folder in real_sites() {
        let site = Site::copy_of(&folder);
        let first = site.build_as("first").tree;
        site.run(&["build", "first", "-o", "second"]).success();
        let second = Tree::read(&site.path("second"));
        let is_ours = |path: &str| path == "edgepress.manifest.json";
        first.clone().without(is_ours).must_be(&second.clone().without(is_ours), &format!("{}", folder.display()));
        site.run(&["build", "second", "-o", "third"]).success();
        second.must_be(&Tree::read(&site.path("third")), &format!("{}: the third time", folder.display()));
    }
}

#[test]
fn what_is_pressed_already_is_not_pressed_again() {
    let script = "export function add(left, right) {\n  const sum = left + right;\n  return sum;\n}\n";
    let site = Site::new().file("index.html", "<script type=module src=a.js></script>").file("a.js", script);
    site.build_as("first");
    let reasons = |site: &Site, arguments: &[&str]| {
        site.run(arguments).success();
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(site.path("report.json")).unwrap()).unwrap();
        let files = report["files"].as_array().unwrap().clone();
        let reasons = files.iter().map(|file| file["kept_because"].as_str().unwrap_or_default().to_owned());
        reasons.filter(|reason| reason != "no-press").collect::<Vec<_>>()
    };
    let again = ["build", "first", "-o", "second", "--report", "json=report.json"];
    assert_eq!(reasons(&site, &again), ["already-pressed", "already-pressed"]);
    // In another way it is pressed, and found to be as small as it gets.
    let other = ["build", "first", "-o", "third", "--level", "max", "--report", "json=report.json"];
    assert!(!reasons(&site, &other).contains(&"already-pressed".to_owned()));
}

#[test]
fn what_only_has_the_name_of_a_manifest_is_the_same_again() {
    let app = r#"{ "name": "A", "icons": [{ "src": "/icon.png" }] }"#;
    let site = Site::new()
        .file("index.html", "<link rel=manifest href=/assets/manifest-P9przInP.json>")
        .file("assets/manifest-P9przInP.json", app)
        .file("assets/manifest-list.json", r#"{ "lists": [1, 2, 3] }"#);
    let first = site.build_as("first").tree;
    site.run(&["build", "first", "-o", "second"]).success();
    first.must_be(&Tree::read(&site.path("second")), "manifest and all");
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(site.path("first/edgepress.manifest.json")).unwrap()).unwrap();
    let tags = |name: &str| manifest["files"][name]["tags"].to_string();
    assert!(tags("assets/manifest-P9przInP.json").contains("web-manifest"), "{manifest:#}");
    assert!(tags("assets/manifest-list.json").contains("\"json\""), "{manifest:#}");
}
