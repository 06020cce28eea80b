//! What users of other tools complain about most, one row each: a small tree in, the whole tree out.
//!
//! In what is expected, `#` is our hash, `{css/a.css}` the published file name of `css/a.css`, `{sha384:css/a.css}` the
//! digest of its published bytes, and `*` any bytes.
//!
//! More of policies and integrity (38, 39) is in `security.rs`; of deployments (2 to 4) in `deploy.rs`.

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha384};

use crate::{
    harness::{Output, Site, without_hash},
    picture,
};

struct Row {
    /// What goes wrong elsewhere.
    complaint: &'static str,
    /// Path and text; a text of `PICTURE` is a small picture.
    files: &'static [(&'static str, &'static str)],
    /// Path and text of every file that is published, in order.
    published: &'static [(&'static str, &'static str)],
    /// Every finding.
    findings: &'static [&'static str],
}

/// Rows with a configuration.
const CONFIGURED: &[(&str, Row)] = &[
    (
        "[security]\ncsp = 'meta'\n",
        Row {
            complaint: "38: a policy does not know what the build does to inline code, nor JSON-LD",
            files: &[(
                "index.html",
                "<!doctype html><title>x</title><script type=application/ld+json>{ \"@type\": \"Thing\" }</script>\
                <style>p { color : red }</style><p onclick='go()'>Hi",
            )],
            published: &[(
                "index.html",
                // `openssl dgst -sha256 -binary | base64` of the two texts between their tags.
                "<!doctype html><meta data-edgepress http-equiv=content-security-policy content=\"script-src 'self' \
                'sha256-KL5dpSVcjoyGmB0tQRx7wKKsyD4Or/2ncV0kWRwce90='; style-src 'self' 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64='; object-src 'none'; base-uri 'self'\"><title>x</title>\
                <script type=application/ld+json>{\"@type\":\"Thing\"}</script><style>p{color:red}</style>\
                <p onclick=\"go()\">Hi",
            )],
            findings: &[
                "security index.html: 1 event handler attribute will not run under the Content-Security-Policy, the \
                first in \"onclick\"",
            ],
        },
    ),
    (
        "[security]\nsri = true\n",
        Row {
            complaint: "39: integrity is that of other bytes, and chunks that are loaded later have none",
            files: &[
                (
                    "index.html",
                    "<!doctype html><title>x</title><link rel=stylesheet href=a.css \
                    integrity=sha384-dqT/Axxfq4AeUogBjLX70ZUb0+uHY2icVX7r30TEGGnMXnoR4hQZ0BtshccPdlLK>\
                    <script type=module src=js/app.js></script>",
                ),
                ("a.css", "a { color : red }\n"),
                ("js/app.js", "console . log ( 1 ) ;\nimport ( './lazy.js' ) ;\n"),
                ("js/lazy.js", "console . log ( 2 ) ;\n"),
            ],
            published: &[
                ("a-#.css", "a{color:red}"),
                (
                    "index.html",
                    "<!doctype html><title>x</title><link rel=stylesheet href={a.css} integrity={sha384:a.css}>\
                    <script type=importmap data-edgepress>{\"integrity\":{\"./js/{js/lazy.js}\":\"{sha384:js/lazy.js}\"}}\
                    </script><script integrity={sha384:js/app.js} type=module src=js/{js/app.js}></script>",
                ),
                ("js/app-#.js", "console.log(1),import(\"./{js/lazy.js}\");"),
                ("js/lazy-#.js", "console.log(2);"),
            ],
            findings: &[],
        },
    ),
];

pub(crate) const PICTURE: &str = "PICTURE";
const ANYTHING: &str = "*";

const ROWS: &[Row] = &[
    Row {
        complaint: "5: a hash that spells a word is blocked, 12: relative imports give 404 without a bundler",
        files: &[
            ("index.html", "<!doctype html><title>x</title><script type=module src=js/main.js></script>"),
            ("js/main.js", "export { a } from './lib/a.js' ;\nimport '../b.js' ;\nconsole . log ( 1 ) ;\n"),
            ("js/lib/a.js", "export const a = 1 ;\n"),
            ("b.js", "export const b = 2 ;\n"),
        ],
        published: &[
            ("b-#.js", "export const b=2;"),
            ("index.html", "<!doctype html><title>x</title><script type=module src=js/{js/main.js}></script>"),
            ("js/lib/a-#.js", "export const a=1;"),
            ("js/main-#.js", "export{a}from\"./lib/{js/lib/a.js}\";import\"../{b.js}\";console.log(1);"),
        ],
        findings: &[],
    },
    Row {
        complaint: "8: a source map that is missing stops everything",
        files: &[
            ("index.html", "<!doctype html><title>x</title><link rel=stylesheet href=a.css>"),
            ("a.css", "a { color : red }\n/*# sourceMappingURL=a.css.map */\n"),
        ],
        published: &[
            ("a-#.css", "a{color:red}/*# sourceMappingURL=a.css.map */"),
            ("index.html", "<!doctype html><title>x</title><link rel=stylesheet href={a.css}>"),
        ],
        findings: &["missing-source-map a.css: \"a.css.map\" leads to no file"],
    },
    Row {
        complaint: "9: a picture that is missing stops everything",
        files: &[
            ("index.html", "<!doctype html><title>x</title><link rel=stylesheet href=a.css>"),
            ("a.css", "a { background : url( vendor/x.png ) }\n"),
        ],
        published: &[
            ("a-#.css", "a{background:url(vendor/x.png)}"),
            ("index.html", "<!doctype html><title>x</title><link rel=stylesheet href={a.css}>"),
        ],
        findings: &["broken-reference a.css: \"vendor/x.png\" leads to no file"],
    },
    Row {
        complaint: "10: modules that import each other never get names",
        files: &[
            ("index.html", "<!doctype html><title>x</title><script type=module src=a.js></script>"),
            ("a.js", "import './b.js' ;\nexport const a = 1 ;\n"),
            ("b.js", "import { a } from './a.js' ;\nimport './b.js' ;\nconsole . log ( a ) ;\n"),
        ],
        published: &[
            ("a-#.js", "import\"./{b.js}\";export const a=1;"),
            ("b-#.js", "import{a}from\"./{a.js}\";import\"./{b.js}\";console.log(a);"),
            ("index.html", "<!doctype html><title>x</title><script type=module src={a.js}></script>"),
        ],
        findings: &[],
    },
    Row {
        complaint: "11, 14: strings and comments are taken for references",
        files: &[
            ("index.html", "<!doctype html><title>x</title><script src=app.js></script><p id=app>app.js</p>"),
            ("app.js", "// import './app.js'\ndocument . getElementById ( 'app' ) . title = 'app' ;\n"),
        ],
        published: &[
            ("app-#.js", "document.getElementById(\"app\").title=\"app\";"),
            ("index.html", "<!doctype html><title>x</title><script src={app.js}></script><p id=app>app.js</p>"),
        ],
        findings: &[],
    },
    Row {
        complaint: "13: what a bundler hashed is hashed again",
        files: &[
            ("index.html", "<!doctype html><title>x</title><script type=module src=assets/index-W1erjkBN.js></script>"),
            ("assets/index-W1erjkBN.js", "import './lib-DB_ReeJG.js' ;\nconsole . log ( 1 )\n"),
            ("assets/lib-DB_ReeJG.js", "console . log ( 2 )\n"),
        ],
        published: &[
            ("assets/index-W1erjkBN.js", "import\"./lib-DB_ReeJG.js\";console.log(1);"),
            ("assets/lib-DB_ReeJG.js", "console.log(2);"),
            ("index.html", "<!doctype html><title>x</title><script type=module src=assets/index-W1erjkBN.js></script>"),
        ],
        findings: &[],
    },
    Row {
        complaint: "15: the name of a style sheet is found in that of its map",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=stylesheet href=x.css><link rel=stylesheet href=ax.css>",
            ),
            ("x.css", "a { color : red }\n/*# sourceMappingURL=x.css.map */\n"),
            ("ax.css", "b { color : red }\n"),
            ("x.css.map", "{\"version\":3,\"sources\":[\"x.scss\"],\"names\":[],\"mappings\":\"AAAA\"}"),
        ],
        published: &[
            ("ax-#.css", "b{color:red}"),
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=stylesheet href={x.css}><link rel=stylesheet href={ax.css}>",
            ),
            ("x-#.css", ANYTHING),
            ("x.css.map", ANYTHING),
        ],
        findings: &[],
    },
    Row {
        complaint: "16: maps are wrong after names were put in",
        files: &[
            ("index.html", "<!doctype html><title>x</title><script type=module src=a.js></script>"),
            // Line 2, column 1 of the result came from `x.ts`, line 1.
            ("a.js", "import './b.js' ;\nconsole . log ( 1 ) ;\n//# sourceMappingURL=a.js.map\n"),
            ("b.js", "console . log ( 2 ) ;\n"),
            ("a.js.map", "{\"version\":3,\"sources\":[\"x.ts\"],\"names\":[],\"mappings\":\";AAAA\"}"),
        ],
        published: &[
            ("a-#.js", "import\"./{b.js}\";console.log(1);\n//# sourceMappingURL={a.js.map}"),
            // Column 24 of line 1 did.
            ("a.js.map", "{\"version\":3,\"sources\":[\"x.ts\"],\"names\":[],\"mappings\":\"wBAAA\"}"),
            ("b-#.js", "console.log(2);"),
            ("index.html", "<!doctype html><title>x</title><script type=module src={a.js}></script>"),
        ],
        findings: &[],
    },
    Row {
        complaint: "45: .well-known is left out or changed",
        files: &[(".well-known/assetlinks.json", "[ { \"relation\" : [ ] } ]\n"), (".well-known/a b", "x\n")],
        published: &[(".well-known/a b", "x\n"), (".well-known/assetlinks.json", ANYTHING)],
        findings: &[],
    },
    Row {
        complaint: "46: pictures beside the bundle have no version, 47: the manifest keeps its name and its icons do not",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=manifest href=app.webmanifest><img src=i/a.png?v=1 alt=x>",
            ),
            ("app.webmanifest", "{ \"name\": \"x\", \"icons\": [ { \"src\": \"i/b.png\" } ] }"),
            ("i/a.png", PICTURE),
            ("i/b.png", PICTURE),
        ],
        published: &[
            ("app.webmanifest", "{\"name\":\"x\",\"icons\":[{\"src\":\"i/{i/b.png}\"}]}"),
            ("i/a-#.png", ANYTHING),
            ("i/b-#.png", ANYTHING),
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=manifest href=app.webmanifest><img src=i/{i/a.png}?v=1 alt=x>",
            ),
        ],
        findings: &[],
    },
    Row {
        complaint: "47: licences are lost",
        files: &[
            ("index.html", "<!doctype html><title>x</title><script src=a.js></script><link rel=stylesheet href=a.css>"),
            ("a.js", "/*! Licence of a */\nconsole . log ( 1 )\n"),
            ("a.css", "/*! Licence of b */\na { color : red }\n"),
        ],
        published: &[
            ("a-#.css", "/*! Licence of b */a{color:red}"),
            ("a-#.js", "/*! Licence of a */console.log(1);"),
            (
                "index.html",
                "<!doctype html><title>x</title><script src={a.js}></script><link rel=stylesheet href={a.css}>",
            ),
        ],
        findings: &[],
    },
];

pub(crate) fn site(files: &[(&str, &str)]) -> Site {
    files.iter().fold(Site::new(), |site, (path, text)| match *text {
        PICTURE => site.file(path, picture::png(8, 8)),
        text => site.file(path, text),
    })
}

/// `text` with the published names in the places of `{path}`.
pub(crate) fn with_names(text: &str, output: &Output, files: &[(&str, &str)]) -> String {
    files.iter().fold(text.to_owned(), |text, (path, _)| {
        let (name, digest) = (format!("{{{path}}}"), format!("{{sha384:{path}}}"));
        let text = if text.contains(&name) { text.replace(&name, &output.file_name(path)) } else { text };
        if text.contains(&digest) { text.replace(&digest, &integrity(output, path)) } else { text }
    })
}

fn integrity(output: &Output, path: &str) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(output.bytes(path))))
}

#[test]
fn nothing_of_what_others_are_blamed_for_happens() {
    for (config, row) in ROWS.iter().map(|row| (&"", row)).chain(CONFIGURED.iter().map(|(config, row)| (config, row))) {
        let output = site(row.files).config(config).build();
        let is_extra = |name: &str| output.names().iter().all(|known| *known != without_hash(name));
        let mut published: Vec<(String, &Vec<u8>)> = output
            .tree
            .files
            .iter()
            .filter(|(name, _)| !is_extra(name))
            .map(|(name, bytes)| (without_hash(name), bytes))
            .collect();
        published.sort();
        let names: Vec<&str> = published.iter().map(|(name, _)| name.as_str()).collect();
        let expected: Vec<&str> = row.published.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, expected, "{}", row.complaint);
        for ((name, bytes), (_, text)) in published.iter().zip(row.published).filter(|(_, (_, text))| *text != ANYTHING)
        {
            let text = with_names(text, &output, row.files);
            assert_eq!(String::from_utf8_lossy(bytes).trim_end(), text.trim_end(), "{name}: {}", row.complaint);
        }
        assert_eq!(output.findings(), row.findings, "{}", row.complaint);
    }
}

/// 1: one edit renames most chunks.
#[test]
fn an_edit_renames_what_publishes_other_bytes_and_nothing_else() {
    let build = |salt: &str| {
        Site::new()
            .file("index.html", "<!doctype html><title>x</title><script type=module src=a.js></script>")
            .file("a.js", "import './b.js';\nimport './d.js';\nconsole.log('a')\n")
            .file("b.js", "import './c.js';\nconsole.log('b')\n")
            .file("c.js", format!("console.log('{salt}')\n"))
            .file("d.js", "import('./e.js');\nconsole.log('d')\n")
            .file("e.js", "console.log('e')\n")
            .build()
    };
    let (one, other) = (build("one"), build("two"));
    for (path, is_renamed) in [("a.js", true), ("b.js", true), ("c.js", true), ("d.js", false), ("e.js", false)] {
        assert_eq!(one.name(path) != other.name(path), is_renamed, "{path}");
    }
}

/// 40: a host refuses the file of headers for its many rules.
#[test]
fn headers_of_many_files_fit_into_few_rules() {
    let numbers = || (0..150).map(|number| format!("{number:03}"));
    let links: String = numbers().map(|number| format!("<link rel=stylesheet href=/c/{number}/a.css>")).collect();
    let site = Site::new().file("index.html", format!("<!doctype html><title>x</title>{links}"));
    let site = numbers().fold(site, |site, number| {
        site.file(&format!("c/{number}/a.css"), format!("a {{ order : {number} }}\n"))
            .file(&format!("data/{number}.json"), format!("[ \"{number}\" ]\n"))
            .file(&format!("p{number}/index.html"), "<!doctype html><title>x</title><p>Page")
    });
    let output = site.build_with("out", &["--host", "netlify,cloudflare-pages"]);
    let mut names: Vec<String> = numbers().map(|number| format!("c/{number}/a-#.css")).collect();
    names.extend(numbers().map(|number| format!("data/{number}.json")));
    names.push("index.html".to_owned());
    names.extend(numbers().map(|number| format!("p{number}/index.html")));
    assert_eq!(output.names(), names);
    let headers = String::from_utf8(output.tree.files["_headers"].clone()).unwrap();
    let rules = headers.lines().filter(|line| line.starts_with('/')).count();
    assert!((1..=100).contains(&rules), "{rules} rules\n{headers}");
    let folded = "a file that is missing under a * rule may be answered with immutable, and stay missing";
    assert_eq!(output.findings(), [format!("host-limit _headers: {folded}")]);
}

/// 6 and 7: names depend on the folder, on the number of threads, or on line ends that mean nothing.
#[test]
fn names_depend_on_published_bytes_only() {
    let tree = |end: &str| {
        let text = |lines: &[&str]| lines.join(end);
        Site::new()
            .file(
                "index.html",
                text(&[
                    "<!doctype html><title>x</title>",
                    "<link rel=stylesheet href=a.css>",
                    "<script src=a.js></script>",
                ]),
            )
            .file("a.css", text(&["a {", "  color : red", "}", ""]))
            .file("a.js", text(&["console . log (", "  1", ")", ""]))
    };
    let unix = tree("\n").build();
    for output in [tree("\r\n").build(), tree("\n").build_with("another/folder", &["--jobs", "1"])] {
        for path in ["a.css", "a.js"] {
            assert_eq!((output.name(path), output.bytes(path)), (unix.name(path), unix.bytes(path)), "{path}");
        }
    }
}
