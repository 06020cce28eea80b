//! Trees without pages: frameworks on a server find their files by a manifest, so that is what has to come out right.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384};

use crate::harness::{Output, Site};

const SCRIPT: &str = "export const greeting = 'hello' ;\nconsole . log ( greeting )\n";
const CLASSIC: &str = "( function ( ) { console . log ( 'hello' ) } ) ( )\n";
const SHEET: &str = "a { color : #ff0000 ; background : url( logo.png ) }\n";

fn json_of(output: &Output, path: &str) -> Value {
    serde_json::from_str(&output.text(path)).unwrap_or_else(|error| panic!("{error} in {}", output.text(path)))
}

/// `name` is a file of the output.
#[track_caller]
fn is_published(output: &Output, name: &str) {
    assert!(output.tree.files.contains_key(name), "{name} is not published: {:?}", output.names());
}

#[test]
fn laravel_finds_what_vite_made() {
    let manifest = json!({
        "resources/js/app.js": {"file": "assets/app-W1erjkBN.js", "src": "resources/js/app.js", "isEntry": true,
            "css": ["assets/app-DB_ReeJG.css"], "assets": ["assets/logo-CXf-crI0.png"]},
        "resources/css/plain.css": {"file": "assets/plain.css", "src": "resources/css/plain.css", "isEntry": true,
            "integrity": format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(CLASSIC)))},
    });
    let output = Site::new()
        .file("build/manifest.json", serde_json::to_string_pretty(&manifest).unwrap())
        .file("build/assets/app-W1erjkBN.js", SCRIPT)
        .file("build/assets/app-DB_ReeJG.css", SHEET.replace("logo.png", "logo-CXf-crI0.png"))
        .picture("build/assets/logo-CXf-crI0.png")
        .file("build/assets/plain.css", "p { color : #ff0000 }\n")
        .file("index.php", "<?php require 'build/manifest.json';")
        .build();
    output.has_names([
        "build/assets/app-DB_ReeJG.css",
        "build/assets/app-W1erjkBN.js",
        "build/assets/logo-CXf-crI0.png",
        "build/assets/plain-#.css",
        "build/assets/plain.css",
        "build/manifest.json",
        "index.php",
    ]);
    let published = json_of(&output, "build/manifest.json");
    assert_eq!(published["resources/js/app.js"], manifest["resources/js/app.js"], "adopted names stay");
    let plain = &published["resources/css/plain.css"];
    is_published(&output, &format!("build/{}", plain["file"].as_str().unwrap()));
    assert_eq!(plain["src"], "resources/css/plain.css", "what was compiled is no file of ours");
    let integrity =
        format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(output.bytes("build/assets/plain.css"))));
    assert_eq!(plain["integrity"], integrity.as_str());
    assert_eq!(output.findings(), [""; 0]);
}

#[test]
fn vite_keeps_its_manifest_in_a_hidden_folder() {
    let manifest = json!({"src/main.css": {"file": "css/main.css", "src": "src/main.css"}});
    let output = Site::new()
        .file(".vite/manifest.json", manifest.to_string())
        .file("css/main.css", "p { color : #ff0000 }\n")
        .build();
    let name = json_of(&output, ".vite/manifest.json")["src/main.css"]["file"].as_str().unwrap().to_owned();
    assert_eq!(name, output.name("css/main.css"));
    assert!(output.is_hashed("css/main.css"));
}

#[test]
fn laravel_mix_gets_new_names_and_versions() {
    let output = Site::new()
        .file(
            "mix-manifest.json",
            r#"{ "/js/app.js": "/js/app.js?id=0123456789abcdef0123", "/css/app.css": "/css/app.css" }"#,
        )
        .file("js/app.js", CLASSIC)
        .file("css/app.css", SHEET.replace("logo.png", "../logo.png"))
        .picture("logo.png")
        .build();
    // Templates may have a name written out, so the old ones stay as well.
    output.has_names(["css/app-#.css", "css/app.css", "js/app-#.js", "js/app.js", "logo-#.png", "mix-manifest.json"]);
    let manifest = json_of(&output, "mix-manifest.json");
    assert_eq!(manifest["/css/app.css"], format!("/{}", output.name("css/app.css")));
    let script = manifest["/js/app.js"].as_str().unwrap();
    let (name, version) = script.split_once("?id=").unwrap();
    assert_eq!(name, format!("/{}", output.name("js/app.js")));
    assert_eq!(version.len(), 20);
    assert_ne!(version, "0123456789abcdef0123", "it is the hash of the published bytes");
}

#[test]
fn propshaft_finds_what_it_asks_for() {
    // What Propshaft does: the logical path is looked up, and the file is served from the folder of the manifest.
    let resolve = |output: &Output, logical: &str| {
        let entry = json_of(output, "assets/.manifest.json")[logical].clone();
        let path = entry.get("digested_path").unwrap_or(&entry).as_str().unwrap().to_owned();
        is_published(output, &format!("assets/{path}"));
        (path, entry)
    };
    let tree = |manifest: &str| {
        Site::new()
            .file("assets/.manifest.json", manifest)
            .file("assets/application-8f3a6c1e.css", SHEET.replace("logo.png", "logo-0a1b2c3d.png"))
            .file("assets/plain.css", "p { color : #ff0000 }\n")
            .picture("assets/logo-0a1b2c3d.png")
            .build()
    };
    let plain = tree(
        r#"{"application.css":"application-8f3a6c1e.css","logo.png":"logo-0a1b2c3d.png","plain.css":"plain.css"}"#,
    );
    assert_eq!(resolve(&plain, "application.css").0, "application-8f3a6c1e.css");
    assert_eq!(resolve(&plain, "logo.png").0, "logo-0a1b2c3d.png");
    assert_eq!(format!("assets/{}", resolve(&plain, "plain.css").0), plain.name("assets/plain.css"));
    assert!(plain.is_hashed("assets/plain.css"));
    let pinned = tree(
        r#"{"application.css":{"digested_path":"application-8f3a6c1e.css","integrity":"sha256-AAAA"},"logo.png":{"digested_path":"logo-0a1b2c3d.png"}}"#,
    );
    // Its bytes changed under a name that integrity pins: a cached copy would be refused, so it has a new name.
    let (path, entry) = resolve(&pinned, "application.css");
    assert_ne!(path, "application-8f3a6c1e.css");
    let digest = Sha256::digest(&pinned.tree.files[&format!("assets/{path}")]);
    assert_eq!(entry["integrity"], format!("sha256-{}", BASE64_STANDARD.encode(digest)));
}

#[test]
fn sprockets_finds_its_files_and_their_sizes() {
    let digest = "4ad2f3b6c1e0".repeat(5) + "4ad2";
    let name = format!("application-{digest}.css");
    let manifest = json!({
        "files": {&name: {"logical_path": "application.css", "mtime": "2026-11-20T00:00:00+00:00", "size": 9999, "digest": digest}},
        "assets": {"application.css": name},
    });
    let place = "assets/.sprockets-manifest-0123456789abcdef0123456789abcdef.json";
    let output = Site::new()
        .file(place, manifest.to_string())
        .file(&format!("assets/{name}"), "p { color : #ff0000 }\n")
        .build();
    let published = json_of(&output, place);
    let file = published["assets"]["application.css"].as_str().unwrap();
    is_published(&output, &format!("assets/{file}"));
    let bytes = output.tree.files[&format!("assets/{file}")].len();
    assert_eq!(published["files"][file]["size"], bytes);
    assert_eq!(published["files"][file]["digest"], digest.as_str(), "it is in the name, which stays");
}

#[test]
fn symfony_and_create_react_app_follow() {
    let output = Site::new()
        .file("build/entrypoints.json", r#"{"entrypoints":{"app":{"js":["/build/app.js"],"css":["/build/app.css"]}}}"#)
        .file("build/manifest.json", r#"{"build/app.js":"/build/app.js","build/app.css":"/build/app.css"}"#)
        .file("asset-manifest.json", r#"{"files":{"app.css":"/build/app.css"},"entrypoints":["build/app.css"]}"#)
        .file("build/app.js", CLASSIC)
        .file("build/app.css", "p { color : #ff0000 }\n")
        .build();
    let (script, sheet) = (format!("/{}", output.name("build/app.js")), format!("/{}", output.name("build/app.css")));
    assert!(output.is_hashed("build/app.js") && output.is_hashed("build/app.css"));
    let entries = json_of(&output, "build/entrypoints.json");
    assert_eq!(entries["entrypoints"]["app"], json!({"js": [script], "css": [sheet]}));
    let manifest = json_of(&output, "build/manifest.json");
    assert_eq!(manifest, json!({"build/app.js": script, "build/app.css": sheet}), "keys are logical names");
    assert_eq!(json_of(&output, "asset-manifest.json")["entrypoints"][0], sheet[1..]);
}

#[test]
fn angulars_service_worker_knows_the_published_bytes() {
    let table = |name: &str| {
        json!({
            "configVersion": 1, "index": "/index.html",
            "assetGroups": [{"name": "app", "urls": ["/index.html", name], "patterns": []}],
            "hashTable": {"/index.html": "0", name: "0"},
        })
    };
    let page = "<!doctype html><html lang=en><head><title>x</title><script src=main.js></script></head><body> <p>Hi</p> </body></html>";
    let output = Site::new()
        .file("index.html", page)
        .file("main.js", CLASSIC)
        .file("ngsw.json", table("/main.js").to_string())
        .build();
    let published = json_of(&output, "ngsw.json");
    let name = format!("/{}", output.name("main.js"));
    assert!(output.is_hashed("main.js"));
    assert_eq!(published["assetGroups"][0]["urls"], json!(["/index.html", name]));
    let hash = |bytes: &[u8]| sha1::Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(
        published["hashTable"],
        json!({"/index.html": hash(&output.bytes("index.html")), name: hash(&output.bytes("main.js"))})
    );
}

#[test]
fn a_page_of_a_precache_list_gets_a_new_revision() {
    let page = "<!doctype html><html lang=en><head><title>x</title><script src=main.js></script><script>navigator.serviceWorker.register('sw.js')</script></head><body> <p>Hi</p> </body></html>";
    let worker = "importScripts('workbox.js');precacheAndRoute([{url:'index.html',revision:'11112222333344445555666677778888'},{url:'main.js',revision:'11112222333344445555666677778888'}])\n";
    let output = Site::new()
        .file("index.html", page)
        .file("main.js", CLASSIC)
        .file("sw.js", worker)
        .file("workbox.js", "self . x = 1\n")
        .build();
    let text = output.text("sw.js");
    assert!(!text.contains("11112222333344445555666677778888"), "{text}");
    assert!(text.contains(&output.file_name("main.js")), "{text}");
    assert_eq!(output.name("sw.js"), "sw.js");
}

/// As Blazor has it: what starts the application asks for integrity, and so does the worker for all that it fetches ahead.
#[test]
fn digests_in_scripts_and_data_follow_the_bytes() {
    let digest = |bytes: &[u8]| format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)));
    let page = "<!doctype html><html lang=en><head><title>x</title><link rel=stylesheet href=app.css></head><body> <p>Hi</p> <script src=start.js></script><script>navigator.serviceWorker.register('worker.js')</script></body></html>";
    let start =
        format!("load ( 'boot' , \"{}\" ) ; load ( 'gone' , '{}' )\n", digest(CLASSIC.as_bytes()), digest(b"gone"));
    let boot = json!({"entry": "A", "resources": {"runtime": {"dotnet.7.0.1.js": digest(CLASSIC.as_bytes())}}});
    let sheet = "p { color : #ff0000 }\n";
    let pretty = serde_json::to_string_pretty(&boot).unwrap();
    let bodies = [("index.html", page), ("app.css", sheet), ("boot.json", &*pretty), ("start.js", &*start)];
    let entries = bodies.map(|(url, body)| json!({"hash": digest(body.as_bytes()), "url": url}));
    let list = format!("self . assetsManifest = {}\n", json!({"version": "a", "assets": entries}));
    let worker = "importScripts ( 'list.js' ) ; addEventListener ( 'install' , event => event . waitUntil ( caches . open ( 'a' ) ) )\n";
    let mut site = Site::new().file("dotnet.7.0.1.js", CLASSIC).file("list.js", list).file("worker.js", worker);
    for (path, body) in bodies {
        site = site.file(path, body);
    }
    let output = site.build();
    let classic = digest(&output.bytes("dotnet.7.0.1.js"));
    assert_ne!(classic, digest(CLASSIC.as_bytes()), "it is pressed");
    assert_eq!(json_of(&output, "boot.json")["resources"]["runtime"]["dotnet.7.0.1.js"], classic.as_str());
    let start = output.text("start.js");
    assert!(start.contains(&classic) && start.contains(&digest(b"gone")), "{start}");
    let list = output.text("list.js");
    for (path, _) in bodies {
        assert!(list.contains(&digest(&output.bytes(path))), "{path}: {list}");
        assert!(list.contains(&output.file_name(path)), "{path}: {list}");
    }
    assert!(output.is_hashed("app.css") && !output.tree.files.contains_key("app.css"), "{:?}", output.names());
    assert_eq!(output.findings(), [""; 0]);
}

#[test]
fn what_is_no_manifest_stays_as_it_is() {
    let text = r#"{"version":2,"routes":[{"src":"/a","dest":"/b.css"}]}"#;
    let output = Site::new().file("manifest.json", text).file("b.css", "p{color:red}").build();
    assert_eq!(output.text("manifest.json"), text);
    output.has_names(["b.css", "manifest.json"]);
}

#[test]
fn manifests_are_written_on_request() {
    let site = Site::new()
        .file("index.html", "<!doctype html><title>x</title><link rel=stylesheet href=css/app.css>")
        .file("css/app.css", SHEET.replace("logo.png", "../logo.png"))
        .file("js/app.js", SCRIPT)
        .file("js/old.js", CLASSIC)
        .picture("logo.png")
        .config("[names]\nmanifests = [\"vite\", \"propshaft\", \"django\", \"laravel-mix\"]\n");
    let output = site.build();
    let read = |path: &str| -> Value { serde_json::from_slice(&output.tree.files[path]).unwrap() };
    for path in ["css/app.css", "js/app.js", "js/old.js", "logo.png"] {
        assert!(output.is_hashed(path), "{path}");
        let name = output.name(path);
        assert_eq!(read(".vite/manifest.json")[path]["file"], name.as_str());
        assert_eq!(read(".manifest.json")[path], name.as_str());
        assert_eq!(read("staticfiles.json")["paths"][path], name.as_str());
        assert_eq!(read("mix-manifest.json")[format!("/{path}")], format!("/{name}"));
        is_published(&output, &name);
    }
    is_published(&output, "js/app.js");
    assert!(!output.tree.files.contains_key("css/app.css"), "the page follows, so nobody needs its old name");
    assert!(read(".manifest.json").get("index.html").is_none());
    assert_eq!(read("staticfiles.json")["hash"].as_str().unwrap().len(), 12);
    assert_eq!(read(".vite/manifest.json")["css/app.css"]["assets"], json!([output.name("logo.png")]));
    // What was written is read and kept in step by the next run.
    let again = Site::copy_of_tree(&output.tree).build();
    assert_eq!(json_of(&again, "staticfiles.json"), read("staticfiles.json"));
}
