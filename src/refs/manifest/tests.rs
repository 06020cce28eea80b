use super::*;

/// `url name-bytes claim-bytes` of each reference; `-` where there is none.
fn found(source: &str) -> Vec<String> {
    let Some(scan) = scan(source).unwrap() else { return vec!["no manifest".to_owned()] };
    let text = |span: Span| match &source[span.range()] {
        "" => "-".to_owned(),
        text => text.to_owned(),
    };
    let claim = |r: &Reference| {
        r.claim.map_or_else(|| "-".to_owned(), |claim| format!("{:?}={}", claim.form, text(claim.span)))
    };
    scan.references.iter().map(|r| format!("{} {} {}", r.url, text(r.name), claim(r))).collect()
}

#[test]
fn each_manifest_is_read_as_its_framework_reads_it() {
    for (source, expected) in [
        // Vite, Laravel's too.
        (
            r#"{"resources/js/app.js":{"file":"assets/app-W1erjkBN.js","src":"resources/js/app.js","isEntry":true,
                "imports":["_v.js"],"css":["assets/app-DB_ReeJG.css"],"assets":["assets/l.png"],"integrity":"sha384-A"}}"#,
            &[
                "assets/app-W1erjkBN.js app-W1erjkBN.js -",
                "assets/app-DB_ReeJG.css app-DB_ReeJG.css -",
                "assets/l.png l.png -",
                "assets/app-W1erjkBN.js - Integrity=sha384-A",
            ][..],
        ),
        // Laravel Mix.
        (
            r#"{"/js/app.js":"\/js\/app.js?id=0123456789abcdef0123","/css/app.css":"/css/app.css?id=v1"}"#,
            &[
                "/js/app.js?id=0123456789abcdef0123 app.js -",
                "/js/app.js?id=0123456789abcdef0123 - Md5=0123456789abcdef0123",
                "/css/app.css?id=v1 app.css -",
            ],
        ),
        // Propshaft, with and without integrity.
        (r#"{"a.css":"a-1f.css"}"#, &["a-1f.css a-1f.css -"]),
        (
            r#"{"a.css":{"digested_path":"x/a-1f.css","integrity":"sha256-B"}}"#,
            &["x/a-1f.css a-1f.css -", "x/a-1f.css - Integrity=sha256-B"],
        ),
        // webpack-assets-manifest.
        (
            r#"{"main.js":{"src":"js/main.js","integrity":"sha256-B"}}"#,
            &["js/main.js main.js -", "js/main.js - Integrity=sha256-B"],
        ),
        // Create React App, Symfony.
        (
            r#"{"files":{"main.js":"/static/js/main.js"},"entrypoints":["static/js/main.js"]}"#,
            &["/static/js/main.js main.js -", "static/js/main.js main.js -"],
        ),
        (
            r#"{"entrypoints":{"app":{"js":["/build/r.js"],"css":["/build/a.css"]}},"integrity":{"/build/r.js":"sha384-C"}}"#,
            &["/build/r.js r.js -", "/build/a.css a.css -", "/build/r.js r.js -", "/build/r.js - Integrity=sha384-C"],
        ),
        // Sprockets.
        (
            r#"{"files":{"a-1f.css":{"logical_path":"a.css","mtime":"x","size":12,"digest":"1f","integrity":"sha256-D"}},
                "assets":{"a.css":"a-1f.css"}}"#,
            &["a-1f.css a-1f.css -", "a-1f.css - Size=12", "a-1f.css - Integrity=sha256-D", "a-1f.css a-1f.css -"],
        ),
        // Django.
        (
            r#"{"paths":{"css/a.css":"css/a.27e20196a850.css"},"version":"1.1","hash":"0"}"#,
            &["css/a.27e20196a850.css a.27e20196a850.css -"],
        ),
        // Angular's service worker.
        (
            r#"{"configVersion":1,"index":"/index.html","assetGroups":[{"urls":["/a.js"],"patterns":["/b.js"]}],
                "hashTable":{"/a.js":"da39"}}"#,
            &["/index.html index.html -", "/a.js a.js -", "/a.js a.js -", "/a.js - Sha1=da39"],
        ),
        // Other files of these names.
        (r#"{"version":2,"routes":{"file":"x"}}"#, &["no manifest"]),
        (r#"["a.js"]"#, &["no manifest"]),
        (r#"[{"file":"a.js"}]"#, &["no manifest"]),
        ("{}", &["no manifest"]),
        ("", &["no manifest"]),
    ] {
        assert_eq!(found(source), expected, "{source}");
    }
}

#[test]
fn broken_text_is_an_error_with_a_place() {
    assert_eq!(scan("{\n\"a\":x}").unwrap_err().at.line, 2);
}
