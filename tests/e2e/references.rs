//! References follow the files they name, in every language, and nothing else is touched.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256, Sha384};

use crate::harness::{Output, Site};

/// A page that loads `head`, so that what is in it has somebody to name it.
fn page(head: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>x</title>{head}</head><body><p>Hi</p></body></html>"
    )
}

/// `text` names the published file of each of `paths`, and none under the old name.
#[track_caller]
fn names_all(output: &Output, text: &str, paths: &[&str]) {
    for path in paths {
        let name = output.file_name(path);
        assert!(output.is_hashed(path), "{path} kept its name: {}", output.record(path));
        assert!(text.contains(&name), "no {name} in {text}");
        let old = path.rsplit('/').next().unwrap();
        // A hash may end like the old name.
        assert!(!text.replace(&name, "").contains(old), "still {old} in {text}");
    }
}

#[test]
fn a_css_url_follows_the_renamed_picture() {
    let site = Site::new()
        .file("index.html", page("<link rel=stylesheet href=css/a.css>"))
        .file("css/a.css", "@import 'b.css' screen;\na { background : url( ../i.png ) ; mask: url('../m.svg#x') }\n")
        .file("css/b.css", "b { background: image-set('../i.png' 1x, \"../j.png\" 2x) }\n")
        .file("m.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g id='x'><path d='M 0 0 L 10 10'/></g></svg>")
        .picture("i.png")
        .file("j.png", crate::picture::png(9, 9));
    let output = site.build();
    output.has_names(["css/a-#.css", "css/b-#.css", "i-#.png", "index.html", "j-#.png", "m-#.svg"]);
    names_all(&output, &output.text("index.html"), &["css/a.css"]);
    names_all(&output, &output.text("css/a.css"), &["css/b.css", "i.png", "m.svg"]);
    assert!(output.text("css/a.css").contains(&format!("{}#x", output.file_name("m.svg"))), "the fragment stays");
    names_all(&output, &output.text("css/b.css"), &["i.png", "j.png"]);
    assert_eq!(output.findings(), [""; 0]);
}

#[test]
fn members_of_a_module_cycle_are_named_together() {
    let site = |salt: &str| {
        Site::new()
            .file("index.html", page("<script type=module src=main.js></script>"))
            .file("main.js", "import { b } from './b.js';\nexport const a = () => b;\nconsole.log(a());\n")
            .file("b.js", "import { c } from './lib/c.js';\nexport const b = () => c;\n")
            .file(
                "lib/c.js",
                format!("import {{ a }} from '../main.js';\nexport const c = () => a;\nconsole.log('{salt}');\n"),
            )
            .file("lib/d.js", "export const d = 1;\n")
            .build()
    };
    let (one, other) = (site("one"), site("two"));
    one.has_names(["b-#.js", "index.html", "lib/c-#.js", "lib/d.js", "main-#.js"]);
    for (path, target) in
        [("main.js", "b.js"), ("b.js", "lib/c.js"), ("lib/c.js", "main.js"), ("index.html", "main.js")]
    {
        names_all(&one, &one.text(path), &[target]);
    }
    for path in ["main.js", "b.js", "lib/c.js"] {
        assert_ne!(one.name(path), other.name(path), "{path}");
    }
    assert_eq!(one.name("lib/d.js"), other.name("lib/d.js"));
}

#[test]
fn an_import_map_follows() {
    let map = r#"<script type="importmap">{
      "imports": { "app": "./js/app.js", "lib/": "./js/lib/", "tool": "/js/tool.js" },
      "scopes": { "/js/": { "tool": "./js/other.js" } }
    }</script><script type="module">import "app"</script>"#;
    let output = Site::new()
        .file("index.html", page(map))
        .file("js/app.js", "import 'tool';\nimport 'lib/a.js';\nconsole.log( 'app' )\n")
        .file("js/tool.js", "console.log( 'tool' )\n")
        .file("js/other.js", "console.log( 'other' )\n")
        .file("js/lib/a.js", "console.log( 'a' )\n")
        .build();
    let text = output.text("index.html");
    assert!(text.contains(&output.file_name("js/app.js")), "{text}");
    assert!(text.contains(&output.file_name("js/other.js")), "{text}");
    let map: serde_json::Value = serde_json::from_str(
        text.split_once("importmap").unwrap().1.split_once('>').unwrap().1.split_once("</script").unwrap().0,
    )
    .unwrap();
    let published = |url: &serde_json::Value| {
        let url = url.as_str().unwrap().trim_start_matches("./").trim_start_matches('/').to_owned();
        assert!(output.tree.files.contains_key(&url), "{url} is not published");
    };
    published(&map["imports"]["app"]);
    published(&map["imports"]["tool"]);
    published(&map["scopes"]["/js/"]["tool"]);
    let prefix = map["imports"]["lib/"].as_str().unwrap().trim_start_matches("./").to_owned();
    let app = output.text("js/app.js");
    let specifier = app.split(['"', '\'']).find(|text| text.starts_with("lib/")).unwrap_or_else(|| panic!("{app}"));
    let reached = specifier.replacen("lib/", &prefix, 1);
    assert!(output.tree.files.contains_key(&reached), "{reached} is not published: {app}");
}

#[test]
fn every_candidate_of_a_srcset_follows() {
    let body = r#"<img src="p/s.png" srcset="p/s.png 1x, p/m.png 2x , ./p/l.png 3x" alt=x>
      <picture><source srcset="p/m.png 640w, p/l.png 1280w" sizes="50vw"><img src="p/s.png" alt></picture>
      <link rel=preload as=image imagesrcset="p/s.png 1x, p/l.png 2x" href="p/s.png">"#;
    let site = Site::new().file("index.html", page(body));
    let site = [("p/s.png", 4), ("p/m.png", 8), ("p/l.png", 12)]
        .into_iter()
        .fold(site, |site, (path, size)| site.file(path, crate::picture::png(size, size)));
    let output = site.build();
    output.has_names(["index.html", "p/l-#.png", "p/m-#.png", "p/s-#.png"]);
    names_all(&output, &output.text("index.html"), &["p/s.png", "p/m.png", "p/l.png"]);
}

#[test]
fn a_computed_import_leaves_its_targets_where_they_were() {
    let output = Site::new()
        .file("index.html", page("<script type=module src=main.js></script>"))
        .file("main.js", "import './lang/en.js';\nconst l = navigator.language;\nawait import(`./lang/${l}.js`);\n")
        .file("lang/en.js", "export default 'hello'\n")
        .file("lang/fr.js", "export default 'bonjour'\n")
        .build();
    output.has_names(["index.html", "lang/en.js", "lang/fr.js", "main-#.js"]);
    output.finds("unproven-reference", "main.js");
}

#[test]
fn a_picture_that_something_mentions_is_published_twice() {
    let output = Site::new()
        .file("index.html", page("<img src=i.png alt=x><div data-src=i.png></div><script src=s.js></script>"))
        .file("s.js", "document.querySelector('div').style.backgroundImage = 'url(' + 'i.png' + ')'\n")
        .picture("i.png")
        .build();
    output.has_names(["i-#.png", "i.png", "index.html", "s-#.js"]);
    assert!(output.text("index.html").contains(&format!("src={}", output.name("i.png"))));
    assert_eq!(output.bytes("i.png"), output.tree.files["i.png"], "the same bytes under both names");
    assert_eq!(output.record("i.png")["also"][0]["name"], "i.png");
    assert!(output.findings().iter().any(|line| line.starts_with("unproven-reference ")), "{:?}", output.findings());
}

/// A site whose page is drawn again by its script, as `VitePress`, Next, React Router and Nuxt do.
fn drawn_again(folder: &str) -> Site {
    let draw =
        format!("import {{ h }} from './h.js';\nexport default () => h('img', {{ src: '{folder}logo.png' }});\n");
    let flight =
        format!("<script>self.__next_f=[[1,\"[\\\"img\\\",{{\\\"src\\\":\\\"{folder}b.png\\\"}}]\"]]</script>");
    let body = format!(
        "<img src={folder}logo.png alt=x><img src={folder}b.png alt=x><img src={folder}plain.png alt=x>{flight}\
         <script type=module src={folder}assets/app.js></script>"
    );
    Site::new()
        .file("index.html", page(&body))
        .file("assets/app.js", draw)
        .file(
            "assets/h.js",
            "export const h = (name, attributes) => Object.assign(document.createElement(name), attributes)\n",
        )
        .picture("logo.png")
        .file("b.png", crate::picture::png(8, 8))
        .file("plain.png", crate::picture::png(12, 12))
}

#[test]
fn what_a_page_and_its_script_ask_for_by_one_path_has_one_name() {
    for folder in ["/", "/docs/"] {
        let output = drawn_again(folder).build();
        output.has_names(["assets/app-#.js", "assets/h-#.js", "b.png", "index.html", "logo.png", "plain-#.png"]);
        let html = output.text("index.html");
        assert!(html.contains(&format!("{folder}logo.png")) && html.contains(&format!("{folder}b.png")), "{html}");
        assert!(html.contains(&output.name("plain.png")), "{html}");
    }
}

#[test]
fn a_base_that_a_server_fills_in_is_part_of_addresses_and_of_no_host_file() {
    let body = "<link rel=stylesheet href=/{{BASE_PATH}}/a.css><script src=/{{BASE_PATH}}/js/a.js></script>";
    let output = Site::new()
        .file("index.html", page(body))
        .file("a.css", "p { color: red }\n")
        .file("js/a.js", "console.log( 'here' )\n")
        .build();
    output.has_names(["a-#.css", "index.html", "js/a-#.js"]);
    assert!(output.text("index.html").contains(&format!("/{{{{BASE_PATH}}}}/{}", output.name("js/a.js"))));
    assert!(!String::from_utf8_lossy(&output.tree.files["_headers"]).contains("BASE_PATH"));
}

#[test]
fn what_an_address_above_the_top_may_mean_keeps_its_name() {
    // A browser stays at the top: `../../i.png` of the second page is the picture too, unless the site lies in a folder.
    let site = Site::new()
        .file("index.html", page("<link rel=icon href=i.png>"))
        .file("report.html", page("<link rel=icon href=../../i.png>"))
        .picture("i.png");
    site.build().has_names(["i-#.png", "i.png", "index.html", "report.html"]);
}

#[test]
fn workers_manifest_and_crawler_files_keep_their_names() {
    let output = Site::new()
        .file(
            "index.html",
            page("<link rel=manifest href=app.webmanifest><link rel=icon href=favicon.ico><script>navigator.serviceWorker.register('worker/offline.js')</script><img src=i.png alt=x>"),
        )
        .file("worker/offline.js", "self.addEventListener( 'fetch', () => {} )\n")
        .file("app.webmanifest", r#"{ "name": "x", "icons": [ { "src": "i.png", "sizes": "8x8" } ] }"#)
        .file("favicon.ico", [0, 0, 1, 0])
        .file("robots.txt", "User-agent: *\nSitemap: https://example.com/sitemap.xml\n")
        .file("sitemap.xml", "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>")
        .file(".well-known/security.txt", "Contact: mailto:x@example.com\n")
        .picture("i.png")
        .build();
    for path in
        ["worker/offline.js", "app.webmanifest", "favicon.ico", "robots.txt", "sitemap.xml", ".well-known/security.txt"]
    {
        assert_eq!(output.name(path), path);
    }
    names_all(&output, &output.text("app.webmanifest"), &["i.png"]);
    let headers = output.record("worker/offline.js")["headers"].clone();
    assert!(!headers["Cache-Control"].as_str().unwrap().contains("immutable"), "{headers}");
}

#[test]
fn a_page_that_is_xhtml_by_name_keeps_its_form_whatever_its_document_type() {
    let text = "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head><title>x</title>\n\
                <script src=\"a.js\"></script>\n</head>\n<body>\n<br/>\n<p>x</p>\n</body>\n</html>\n";
    for (path, security) in [("a.xhtml", ""), ("b.xht", "[security]\nsri = true\ncsp = \"meta\"\n")] {
        let output = Site::new().file(path, text).file("a.js", "console . log ( 1 )\n").config(security).build();
        assert_eq!(output.text(path), text.replace("a.js", &output.file_name("a.js")), "{path}");
        assert!(output.is_hashed("a.js"), "{path}");
        assert_eq!(output.findings().iter().any(|text| text.contains("not sealed: it is XHTML")), !security.is_empty());
    }
}

#[test]
fn integrity_is_that_of_the_published_bytes() {
    let script = "console . log ( 'a  b' )\n";
    let sheet = "a { color : #ff0000 }\n";
    let sri = |hash: &str, digest: &[u8]| format!("{hash}-{}", BASE64_STANDARD.encode(digest));
    let (one, two) = (sri("sha384", &Sha384::digest(script)), sri("sha256", &Sha256::digest(sheet)));
    let head = format!(
        "<script src=a.js integrity=\"{one}\" crossorigin=anonymous></script><link rel=stylesheet href=a.css integrity='{two}'>"
    );
    let output = Site::new().file("index.html", page(&head)).file("a.js", script).file("a.css", sheet).build();
    assert_ne!(output.bytes("a.js"), script.as_bytes(), "it was pressed");
    let text = output.text("index.html");
    assert!(text.contains(&sri("sha384", &Sha384::digest(output.bytes("a.js")))), "{text}");
    assert!(text.contains(&sri("sha256", &Sha256::digest(output.bytes("a.css")))), "{text}");
    names_all(&output, &text, &["a.js", "a.css"]);
}

#[test]
fn the_base_is_found_out_or_given() {
    let site = || {
        Site::new()
            .file("index.html", page("<link rel=stylesheet href=/repo/a.css><script src=/repo/js/b.js></script>"))
            .file("a.css", "a { background: url( /repo/i.png ) }\n")
            .file("js/b.js", "console . log ( 1 )\n")
            .picture("i.png")
    };
    let found = site().build();
    assert_eq!(found.manifest()["base"], "/repo/");
    found.has_names(["a-#.css", "i-#.png", "index.html", "js/b-#.js"]);
    let text = found.text("index.html");
    assert!(text.contains(&format!("/repo/{}", found.name("a.css"))), "{text}");
    let given = site().build_with("out", &["--base", "/repo"]);
    found.tree.must_be(&given.tree, "the base as it was found out");
    let other = site().build_with("out", &["--base", "/"]);
    other.has_names(["a.css", "i.png", "index.html", "js/b.js"]);
    other.finds("broken-reference", "index.html");
}

#[test]
fn every_language_is_followed_under_a_base() {
    let output = Site::new()
        .file(
            "index.html",
            page("<link rel=manifest href=/shop/app.webmanifest><link rel=stylesheet href=/shop/css/a.css><script type=module src=js/a.js></script><img src=i/a.png srcset='/shop/i/a.png 1x, ./i/b.png 2x' alt=x>"),
        )
        .file("app.webmanifest", r#"{ "start_url": "/shop/", "icons": [ { "src": "/shop/i/a.png" }, { "src": "i/b.png" } ] }"#)
        .file("css/a.css", "@import '/shop/css/b.css';\na { background : url( /shop/i/a.png ) ; mask : url( ../i/b.png ) }\n")
        .file("css/b.css", "a { color : red }\n")
        .file("js/a.js", "import '/shop/js/b.js';\nimport './c.js';\nconsole . log ( new URL('/shop/i/b.png', import.meta.url) )\n")
        .file("js/b.js", "console . log ( 'b' )\n")
        .file("js/c.js", "console . log ( 'c' )\n")
        .picture("i/a.png")
        .file("i/b.png", crate::picture::png(4, 4))
        .build_with("out", &["--base", "/shop/"]);
    let name = |path: &str| output.file_name(path);
    for (path, expected) in [
        (
            "index.html",
            vec![
                format!("/shop/css/{}", name("css/a.css")),
                format!("src=js/{}", name("js/a.js")),
                format!("/shop/i/{} 1x, ./i/{} 2x", name("i/a.png"), name("i/b.png")),
            ],
        ),
        ("app.webmanifest", vec![format!("\"/shop/i/{}\"", name("i/a.png")), format!("\"i/{}\"", name("i/b.png"))]),
        (
            "css/a.css",
            vec![
                format!("/shop/css/{}", name("css/b.css")),
                format!("/shop/i/{}", name("i/a.png")),
                format!("../i/{}", name("i/b.png")),
            ],
        ),
        (
            "js/a.js",
            vec![
                format!("/shop/js/{}", name("js/b.js")),
                format!("./{}", name("js/c.js")),
                format!("/shop/i/{}", name("i/b.png")),
            ],
        ),
    ] {
        let text = output.text(path);
        for part in expected {
            assert!(text.contains(&part), "no {part} in {text}");
        }
    }
    for path in ["css/a.css", "css/b.css", "js/a.js", "js/b.js", "js/c.js", "i/a.png", "i/b.png"] {
        let is_alone = output.record(path)["also"].as_array().is_none_or(Vec::is_empty);
        assert!(output.is_hashed(path) && is_alone, "{path}: {}", output.record(path));
    }
    assert_eq!(output.findings(), [""; 0]);
}

#[test]
fn inline_styles_and_scripts_are_pressed_and_followed() {
    let output = Site::new()
        .file(
            "index.html",
            page("<style>\n  a { background : url( 'i.png' ) }\n</style><script type=module>\n  import './m.js' ;\n  console . log ( 1 + 1 )\n</script>"),
        )
        .file("m.js", "export  const  x = 1 ;\n")
        .picture("i.png")
        .build();
    let text = output.text("index.html");
    names_all(&output, &text, &["i.png", "m.js"]);
    assert!(text.contains(&format!("<style>a{{background:url({})}}</style>", output.name("i.png"))), "{text}");
    assert!(text.contains(&format!("import\"./{}\";console.log(2)", output.name("m.js"))), "{text}");
}

#[test]
fn a_source_map_stays_beside_its_script() {
    let output = Site::new()
        .file("index.html", page("<script src=js/a.js></script>"))
        .file("js/a.js", "console . log ( 1 )\n//# sourceMappingURL=a.js.map\n")
        .file("js/a.js.map", r#"{"version":3,"sources":["a.ts"],"names":[],"mappings":"AAAA"}"#)
        .build();
    output.has_names(["index.html", "js/a-#.js", "js/a.js.map"]);
    let text = output.text("js/a.js");
    assert!(
        text.ends_with("//# sourceMappingURL=a.js.map") || text.ends_with("//# sourceMappingURL=a.js.map\n"),
        "{text}"
    );
}

#[test]
fn broken_references_are_found_and_left() {
    let output = Site::new()
        .file("index.html", page("<script src=gone.js></script>\n<img src=I.png alt=x>"))
        .picture("i.png")
        .build();
    assert_eq!(
        output.findings(),
        [
            "broken-reference index.html: \"I.png\" leads to no file",
            "broken-reference index.html: \"gone.js\" leads to no file",
            "unreferenced : no page, style sheet or script names: i.png (71 B)"
        ]
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
    );
    assert!(output.report["findings"][2]["hint"].as_str().unwrap().contains("i.png"));
    assert!(output.text("index.html").contains("gone.js"));
}

#[test]
fn odd_characters_in_names_are_written_as_urls_want_them() {
    let output = Site::new()
        .file("index.html", page("<link rel=stylesheet href='a%20b.css'><img src='100%25.png' alt=x><img src='caf%C3%A9.png' alt=x><img src='日本.png' alt=x>"))
        .file("a b.css", "a { color : red }\n")
        .file("100%.png", crate::picture::png(3, 3))
        .file("café.png", crate::picture::png(4, 4))
        .file("日本.png", crate::picture::png(5, 5))
        .build();
    output.has_names(["100%-#.png", "a b-#.css", "café-#.png", "index.html", "日本-#.png"]);
    assert_eq!(output.findings(), [""; 0]);
    let again = Site::copy_of_tree(&output.tree).build();
    assert_eq!(again.findings(), [""; 0], "every reference of the output resolves");
}
