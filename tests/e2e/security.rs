//! What pages say about the scripts and styles they accept is true of the published bytes.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256, Sha384};

use crate::{
    harness::{Output, Site, repository},
    tree::Tree,
};

const PAGE: &str = "<!doctype html>
<html lang=en>
<head>
  <meta charset=utf-8>
  <title>x</title>
  <link rel=preload as=script href=js/old.js>
  <link rel=modulepreload href=js/main.js>
  <link rel=stylesheet href=css/a.css>
  <style>p { color : red }</style>
  <script src=js/old.js></script>
  <script type=module src=js/main.js></script>
  <script>\r\n  document.title = 'set ' + 1;\r\n</script>
  <script type=application/ld+json>{ \"@context\": \"https://schema.org\", \"@type\": \"Thing\" }</script>
</head>
<body><p>Hi</p></body>
</html>
";

fn site(security: &str) -> Site {
    Site::new()
        .file("index.html", PAGE)
        .file("deep/down/index.html", PAGE.replace("=js/", "=../../js/").replace("=css/", "=../../css/"))
        .file("css/a.css", "a { color : red }\n")
        .file("js/old.js", "console.log( 'old' )\n")
        .file("js/main.js", "import { part } from './part.js';\npart();\nimport('./later.js?v=1')\n")
        .file("js/part.js", "export function part() { console.log( 'part' ) }\n")
        .file("js/later.js", "import { part } from './part.js';\nexport default part\n")
        .config(&format!("[security]\n{security}\n"))
}

fn integrity(output: &Output, path: &str) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(output.bytes(path))))
}

#[test]
fn what_integrity_cannot_cover_is_told() {
    let output = Site::new()
        .file(
            "index.html",
            "<!doctype html><title>x</title><link rel=stylesheet href=a.css><script type=module src=m.js></script>",
        )
        .file("a.css", "@import 'b.css';\n")
        .file("b.css", "a { color : red }\n")
        .file("m.js", "new Worker( new URL('./w.js', import.meta.url) );\nimport(`./${document.title}.js`);\n")
        .file("w.js", "postMessage( 1 )\n")
        .config("[security]\nsri = true\n")
        .build();
    let told: Vec<String> = output.findings().into_iter().filter(|line| line.starts_with("security ")).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for (path, what) in
        [("a.css", "b.css is imported"), ("m.js", "w.js runs as a worker"), ("m.js", "computed import()")]
    {
        assert!(
            told.iter().any(|line| line.starts_with(&format!("security {path}: ")) && line.contains(what)),
            "{told:?}"
        );
    }
}

/// The output pressed again is the output.
#[track_caller]
fn is_stable(site: &Site, output: &Output) {
    site.run(&["build", "out", "-o", "again"]).success();
    let is_ours = |path: &str| path == "edgepress.manifest.json";
    output.tree.clone().without(is_ours).must_be(&Tree::read(&site.path("again")).without(is_ours), "pressed again");
}

#[test]
fn tags_and_imports_get_the_integrity_of_published_bytes() {
    let site = site("sri = true");
    let output = site.build();
    output.has_names([
        "css/a-#.css",
        "deep/down/index.html",
        "index.html",
        "js/later-#.js",
        "js/main-#.js",
        "js/old-#.js",
        "js/part-#.js",
    ]);
    let value = |path: &str| integrity(&output, path);
    let name = |path: &str| output.name(path);
    for (page, up, start) in [("index.html", "", "./"), ("deep/down/index.html", "../../", "../../")] {
        let text = output.text(page);
        let tags = [
            format!("<link integrity={} rel=preload as=script href={up}{}>", value("js/old.js"), name("js/old.js")),
            format!("<link integrity={} rel=modulepreload href={up}{}>", value("js/main.js"), name("js/main.js")),
            format!("<link integrity={} rel=stylesheet href={up}{}>", value("css/a.css"), name("css/a.css")),
            format!("<script integrity={} src={up}{}></script>", value("js/old.js"), name("js/old.js")),
            format!("<script integrity={} type=module src={up}{}></script>", value("js/main.js"), name("js/main.js")),
        ];
        for tag in tags {
            assert!(text.contains(&tag), "no {tag} in {text}");
        }
        let later = format!("\"{start}{}?v=1\":\"{}\"", name("js/later.js"), value("js/later.js"));
        let part = format!("\"{start}{}\":\"{}\"", name("js/part.js"), value("js/part.js"));
        let map = format!("<script type=importmap data-edgepress>{{\"integrity\":{{{later},{part}}}}}</script>");
        assert!(text.contains(&map), "no {map} in {text}");
        assert!(text.find("importmap") < text.find("modulepreload"), "an import map comes before modules: {text}");
    }
    assert_eq!(output.findings(), [""; 0]);
    is_stable(&site, &output);
}

/// The policy that the inline texts of a page need, read from the published page.
fn expected_policy(page: &str) -> String {
    let between = |text: &str, open: &str, close: &str| {
        let mut found: Vec<String> = text
            .split(open)
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .filter(|(tag, _)| !tag.contains("src="))
            .map(|(_, rest)| rest.split(close).next().unwrap().replace("\r\n", "\n"))
            .map(|inside| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(inside))))
            .collect();
        found.sort();
        found.join(" ")
    };
    let (scripts, styles) = (between(page, "<script", "</script"), between(page, "<style", "</style"));
    format!("script-src 'self' {scripts}; style-src 'self' {styles}; object-src 'none'; base-uri 'self'")
}

#[test]
fn a_policy_in_the_page_allows_its_final_inline_code() {
    let site = site("sri = true\ncsp = 'meta'");
    let output = site.build();
    for page in ["index.html", "deep/down/index.html"] {
        let text = output.text(page);
        let policy = expected_policy(&text);
        let meta = format!(
            "<meta charset=utf-8><meta data-edgepress http-equiv=content-security-policy content=\"{policy}\">"
        );
        assert!(text.contains(&meta), "no {meta} in {text}");
        assert_eq!(text.matches("content-security-policy").count(), 1);
    }
    assert_eq!(output.findings(), [""; 0]);
    is_stable(&site, &output);
}

#[test]
fn a_policy_in_headers_is_told_to_every_host() {
    let site = site("csp = 'header'").flags(["--host", "netlify,cloudflare-pages,cloudflare-workers,nginx"]);
    let output = site.build();
    let policy = expected_policy(&output.text("index.html"));
    assert_eq!(output.record("index.html")["headers"]["Content-Security-Policy"], policy);
    assert!(output.record("js/old.js")["headers"]["Content-Security-Policy"].is_null());
    for file in ["_headers", "edgepress.nginx.conf"] {
        let text = String::from_utf8(output.tree.files[file].clone()).unwrap();
        assert!(text.contains(&policy), "no {policy} in {text}");
    }
    assert!(!output.text("index.html").contains("data-edgepress"));
    is_stable(&site, &output);
}

#[test]
fn pages_keep_what_they_say_themselves() {
    let page = |head: &str| format!("<!doctype html><title>x</title>{head}<p onclick='go()'>x");
    let own = "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">";
    let output = Site::new()
        .file("index.html", page(own))
        .file("other.html", page(""))
        .config("[security]\ncsp = 'meta'\n")
        .build();
    assert!(!output.text("index.html").contains("data-edgepress"));
    output.finds("security", "index.html");
    let handlers = "1 event handler attribute will not run under the Content-Security-Policy, the first in \"onclick\"";
    assert!(output.findings().contains(&format!("security other.html: {handlers}")), "{:?}", output.findings());
}

#[test]
fn policies_that_do_not_fit_leave_the_rules_to_assets() {
    let mut site = Site::new().config("[security]\ncsp = 'header'\n").flags(["--host", "cloudflare-pages"]);
    for n in 0..60 {
        site = site.file(
            &format!("p{n}.html"),
            format!("<!doctype html><title>x</title><script src=a.js></script><script>f({n})</script>"),
        );
    }
    let output = site.file("a.js", "console.log( 'a' )\n").build();
    let text = String::from_utf8(output.tree.files["_headers"].clone()).unwrap();
    assert!(!text.contains("Content-Security-Policy") && text.contains("immutable"), "{text}");
    output.finds("host-limit", "p0.html");
}

#[test]
fn the_demo_is_sealed_once_and_for_all() {
    let site = Site::copy_of(&repository().join("fixtures/demo")).config("[security]\nsri = true\ncsp = 'meta'\n");
    let output = site.build();
    assert!(output.text("index.html").contains("data-edgepress"));
    is_stable(&site, &output);
}
