//! The base is the address of a delivery network: pages ask there for what may come from another origin, and only for that.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha384};

use crate::{
    harness::{Output, Site},
    tree::Tree,
};

const NETWORK: &str = "https://cdn.test/x/";

const PAGE: &str = "<!doctype html>
<html lang=en>
<head>
  <meta charset=utf-8>
  <title>x</title>
  <link rel=manifest href=/app.webmanifest>
  <link rel=icon href=/i/icon.png>
  <link rel=preload as=font type=font/woff2 href=/f/a.woff2>
  <link rel=stylesheet href=css/a.css?v=2>
  <link rel=stylesheet href=/css/clip.css>
  <script src=/js/old.js></script>
  <script type=module src=./js/main.js></script>
  <script type=module src=./js/home.js></script>
  <style>h1 { background : url( /i/a.png ) }</style>
</head>
<body>
  <h1>Hi</h1><a href=/about.html>About</a>
  <img src=i/a.png srcset='i/a.png 1x, /i/b.png#x 2x' alt=x>
  <svg><use href=/i/shapes.svg#a></use></svg>
  <script>navigator.serviceWorker.register('/sw.js')</script>
</body>
</html>
";

fn site() -> Site {
    Site::new()
        .file("index.html", PAGE)
        .file("about.html", "<!doctype html><title>x</title><p>About\n")
        .file("app.webmanifest", r#"{ "name": "x", "icons": [ { "src": "/i/icon.png" } ] }"#)
        .file(
            "css/a.css",
            "@font-face { font-family : x ; src : url( /f/a.woff2 ) }\na { background : url( ../i/b.png ) }\n",
        )
        .file("css/clip.css", "a { clip-path : url( ../i/shapes.svg#a ) }\n")
        .file("f/a.woff2", b"wOF2 x")
        .picture("i/a.png")
        .file("i/b.png", crate::picture::png(4, 4))
        .file("i/icon.png", crate::picture::png(5, 5))
        .file(
            "i/shapes.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><clipPath id='a'><path d='M 0 0 L 9 9 L 0 9'/></clipPath></svg>",
        )
        .file("js/old.js", "console . log ( 'old' )\n")
        .file(
            "js/main.js",
            "import './part.js';\nimport '/js/other.js';\nconsole . log ( new URL('/i/a.png', import.meta.url) )\n",
        )
        .file("js/part.js", "console . log ( 'part' )\n")
        .file("js/other.js", "console . log ( 'other' )\n")
        .file("js/home.js", "import './shared.js';\nnew Worker( new URL('./worker.js', import.meta.url) )\n")
        .file("js/shared.js", "console . log ( 'shared' )\n")
        .file("js/worker.js", "postMessage( 1 )\n")
        .file("sw.js", "self.addEventListener( 'fetch', () => {} )\n")
}

/// The address of `path` on the network.
fn there(output: &Output, path: &str) -> String {
    format!("{NETWORK}{}", output.name(path))
}

#[test]
fn pages_ask_the_network() {
    let site = site();
    let output = site.build_with("out", &["--base", NETWORK]);
    let page = output.text("index.html");
    for path in ["i/icon.png", "f/a.woff2", "css/a.css", "js/old.js", "js/main.js", "i/a.png", "i/b.png"] {
        assert!(page.contains(&there(&output, path)), "{path} in {page}");
    }
    assert!(page.contains(&format!("{}?v=2", there(&output, "css/a.css"))), "the query stays: {page}");
    assert!(page.contains(&format!("{}#x 2x", there(&output, "i/b.png"))), "the fragment stays: {page}");
    for home in ["href=/app.webmanifest", "href=/about.html", "/sw.js"] {
        assert!(page.contains(home), "{home} in {page}");
    }
    for (path, folder) in [("css/clip.css", "/css/"), ("i/shapes.svg", "/i/"), ("js/home.js", "./js/")] {
        assert!(page.contains(&format!("{folder}{}", output.file_name(path))), "{path} in {page}");
        assert!(!page.contains(&there(&output, path)), "{path} in {page}");
    }
    let preload = page.split('<').find(|tag| tag.starts_with("link") && tag.contains("woff2")).unwrap();
    assert!(preload.contains("crossorigin"), "a font is only preloaded with CORS: {preload}");
    output.finds("remark", "js/home.js");
    output.finds("remark", "css/clip.css");
}

#[test]
fn what_comes_from_the_network_names_the_rest_of_it() {
    let output = site().build_with("out", &["--base", NETWORK]);
    let main = output.text("js/main.js");
    assert!(main.contains(&format!("\"./{}\"", output.file_name("js/part.js"))), "{main}");
    for path in ["js/other.js", "i/a.png"] {
        assert!(main.contains(&there(&output, path)), "{path} in {main}");
    }
    let sheet = output.text("css/a.css");
    assert!(sheet.contains(&there(&output, "f/a.woff2")), "{sheet}");
    assert!(sheet.contains(&format!("../i/{}", output.file_name("i/b.png"))), "{sheet}");
    let home = output.text("js/home.js");
    assert!(!home.contains("cdn.test") && home.contains(&output.file_name("js/shared.js")), "{home}");
    let icons = output.text("app.webmanifest");
    assert!(
        icons.contains(&format!("/i/{}", output.file_name("i/icon.png"))) && !icons.contains("cdn.test"),
        "{icons}"
    );
}

#[test]
fn integrity_needs_cors() {
    let site = site().config("[security]\nsri = true\ncsp = \"meta\"\n");
    let output = site.build_with("out", &["--base", NETWORK]);
    let page = output.text("index.html");
    let tag = |path: &str| {
        let name = output.file_name(path);
        page.split('<')
            .find(|tag| tag.contains(&name) && !tag.contains('{'))
            .unwrap_or_else(|| panic!("no {name} in {page}"))
    };
    for path in ["css/a.css", "js/old.js", "js/main.js"] {
        let expected = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(output.bytes(path))));
        assert!(tag(path).contains(&expected) && tag(path).contains("crossorigin=anonymous"), "{}", tag(path));
    }
    assert!(!tag("js/home.js").contains("crossorigin"), "{}", tag("js/home.js"));
    assert!(page.contains(&format!("\"{}\":\"sha384-", there(&output, "js/part.js"))), "imports are covered: {page}");
    assert!(page.contains("script-src 'self'") && page.contains("https://cdn.test"), "{page}");
}

#[test]
fn every_answer_allows_other_origins() {
    let output = site().build_with("out", &["--base", NETWORK]);
    for path in ["css/a.css", "i/a.png", "js/old.js"] {
        assert_eq!(output.record(path)["headers"]["Access-Control-Allow-Origin"], "*", "{path}");
    }
    assert!(output.record("index.html")["headers"].get("Access-Control-Allow-Origin").is_none());
}

#[test]
fn pressed_again_for_the_network_it_stays() {
    let site = site();
    let output = site.build_with("out", &["--base", NETWORK]);
    site.run(&["build", "out", "-o", "again", "--base", NETWORK]).success();
    let is_ours = |path: &str| path == "edgepress.manifest.json";
    output.tree.clone().without(is_ours).must_be(&Tree::read(&site.path("again")).without(is_ours), "pressed again");
}

#[test]
fn addresses_of_hosts_are_checked() {
    for base in ["//cdn.test/x/", "ftp://cdn.test/", "https:///x/", "https://cdn.test/a/../b/"] {
        site().run(&["build", "site", "-o", "out", "--base", base]).code(2);
    }
}
