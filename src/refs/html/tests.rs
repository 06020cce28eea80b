use super::*;

/// `role url` of each reference, after checking that its name span holds the file name's raw bytes.
fn found(page: &str) -> Vec<String> {
    let scan = scan(page.as_bytes()).unwrap();
    let mut found = Vec::new();
    for reference in &scan.references {
        let name = &page.as_bytes()[reference.name.range()];
        let raw = String::from_utf8_lossy(name);
        assert!(!raw.contains(['/', '"']) || raw.contains('&'), "{raw} of {} in {page}", reference.url);
        assert!(reference.at.line > 0);
        assert!(reference.start <= reference.name.start, "{page}");
        found.push(format!("{:?} {}", reference.role, reference.url));
    }
    found
}

fn mentioned(page: &str) -> Vec<String> {
    scan(page.as_bytes())
        .unwrap()
        .mentions
        .iter()
        .map(|mention| format!("{:?} {}", mention.how, mention.text))
        .collect()
}

#[test]
fn url_attributes_have_their_roles() {
    let expected: &[(&str, &[&str])] = &[
        ("<link rel=stylesheet href=a.css>", &["Stylesheet a.css"]),
        ("<LINK REL='icon' HREF='i.png'>", &["Icon i.png"]),
        ("<link rel=icon href=''>", &[]),
        ("<link rel=manifest href=m.json>", &["Manifest m.json"]),
        ("<link rel=canonical href=/x.html>", &["Navigation /x.html"]),
        ("<script src=a.js></script>", &["Script a.js"]),
        ("<script type=module src=a.js></script>", &["Module a.js"]),
        (
            "<img src=a.png src=b.png srcset='c.png 1x, d.png 2x'>",
            &["Resource a.png", "Resource c.png", "Resource d.png"],
        ),
        ("<link rel=preload as=image imagesrcset='a.png 1x,b.png 2x'>", &["Preload a.png", "Preload b.png"]),
        (
            "<video poster=p.jpg src=v.mp4><source src=w.webm><track src=t.vtt></video>",
            &["Resource p.jpg", "Resource v.mp4", "Resource w.webm", "Embedded t.vtt"],
        ),
        ("<a href=b.html ping='p q'>x</a>", &["Navigation b.html", "Navigation p", "Navigation q"]),
        ("<a href='#x'>x</a><img src=data:,x>", &[]),
        ("<form action=f><button formaction=g>", &["Navigation f", "Navigation g"]),
        (
            "<iframe src=i.html></iframe><embed src=e.swf><object data=o.svg></object><input type=image src=n.png>",
            &["Navigation i.html", "Embedded e.swf", "Embedded o.svg", "Resource n.png"],
        ),
        (
            "<svg><use href='s.svg#a'/><image xlink:href=i.png /><path fill='url(#g)' mask=\"url('m.svg#a')\"/></svg>",
            &["Embedded s.svg#a", "Resource i.png", "Resource m.svg#a"],
        ),
        ("<meta http-equiv=refresh content='5; url=n.html'>", &["Navigation n.html"]),
        (
            "<meta property=og:image content=https://x.y/a.png><meta property=og:image:width content=1.5>",
            &["Outside https://x.y/a.png"],
        ),
        ("<img src='a&amp;b/c&eacute;.png'>", &["Resource a&b/cé.png"]),
        ("<img src=' a\n b.png '>", &["Resource a b.png"]),
        ("<noscript><img src=n.png></noscript>", &["Resource n.png"]),
        ("<template><img src=t.png></template>", &["Resource t.png"]),
        (
            "<iframe srcdoc=\"<img src='a&amp;amp;b.png'><p>&lt;img src=x.png&gt;\"></iframe>",
            &["Resource a&b.png", "Resource x.png"],
        ),
        ("<!--[if IE]><script src=ie.js></script><![endif]--><!-- <img src=no.png> -->", &["Script ie.js"]),
        (
            r#"<script type=application/ld+json>{"@context":"https://schema.org","logo":"\/l.png"}</script>"#,
            &["Outside /l.png"],
        ),
        (
            "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"/next.html\"]}]}</script>",
            &["Outside /next.html"],
        ),
    ];
    for (page, references) in expected {
        assert_eq!(&found(page), references, "{page}");
    }
}

#[test]
fn import_maps_are_followed() {
    let page = r#"<script type=importmap>{"imports":{"a":"./a.js","lib/":"./js/lib/","/b.js":"/c.js","n":null},
        "scopes":{"/s/":{"d":"./d.js"}},"integrity":{"./a.js":"sha384-AA"}}</script>"#;
    let scan = scan(page.as_bytes()).unwrap();
    let urls: Vec<_> = scan.references.iter().map(|reference| &*reference.url).collect();
    assert_eq!(urls, ["./a.js", "/b.js", "/c.js", "./d.js", "./a.js"]);
    assert!(scan.references.iter().all(|reference| reference.role == Role::LazyModule));
    let integrity = scan.references[4].claim.unwrap().span;
    assert_eq!(&page[integrity.range()], "sha384-AA");
    assert_eq!(mentioned(page), ["Prefix ./js/lib/", "Prefix /s/"]);
}

#[test]
fn integrity_goes_with_its_reference() {
    let page = "<script integrity='sha384-x' src=a.js></script><link rel=stylesheet href=b.css integrity=sha256-y>";
    let scan = scan(page.as_bytes()).unwrap();
    let values: Vec<_> = scan.references.iter().map(|r| &page[r.claim.unwrap().span.range()]).collect();
    assert_eq!(values, ["sha384-x", "sha256-y"]);
}

#[test]
fn names_are_the_raw_bytes() {
    for (page, name) in [
        ("<a href='x/a&amp;b.html?c=/d#e'>", "a&amp;b.html"),
        ("<img srcset=' i/a.png?x/y 1x'>", "a.png"),
        ("<iframe srcdoc=\"&lt;img src='i/p.png'&gt;\">", "p.png"),
        ("<img src='a/\nb\n.png'>", "b\n.png"),
        ("<script type=importmap>{\"imports\":{\"a\":\".\\/x\\u002ejs\"}}</script>", "x\\u002ejs"),
        ("<a href=dir/>", ""),
    ] {
        let scan = scan(page.as_bytes()).unwrap();
        assert_eq!(&page[scan.references[0].name.range()], name, "{page}");
    }
}

#[test]
fn what_may_name_a_file_is_mentioned() {
    let expected: &[(&str, &[&str])] = &[
        ("<img data-src=a.png>", &["Whole a.png"]),
        ("<img data-srcset='a.png 1x, b.png 2x'>", &["Whole a.png", "Whole b.png"]),
        ("<div data-bg='{\"u\":\"img/p.png\"}' class=w-1/2 title='a b.c'>", &["Whole img/p.png"]),
        ("<div data-bg='url(a.png)'>", &["Whole a.png"]),
        ("<p>img/p.png</p>", &[]),
        ("<script type=text/template><img src=\"t.png\"></script>", &["Whole t.png"]),
        ("<script type=application/json>{\"a\":\"x\\/y.png\"}</script>", &["Whole x/y.png"]),
        ("<meta name=x content=y.xml>", &["Whole y.xml"]),
        ("<img :src=\"'a/' + b + '.png'\">", &["Whole a/"]),
    ];
    for (page, mentions) in expected {
        assert_eq!(&mentioned(page), mentions, "{page}");
    }
}

#[test]
fn the_base_is_told() {
    let page = "<base target=x><base href=' /b/ '><base href=/c/>";
    assert_eq!(scan(page.as_bytes()).unwrap().base.as_deref(), Some("/b/"));
}

#[test]
fn other_encodings_have_mentions_only() {
    let utf16: Vec<u8> = "\u{feff}<img src=é.png>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let scanned = scan(&utf16).unwrap();
    assert!(scanned.references.is_empty());
    assert_eq!(&*scanned.mentions[0].text, "é.png");
    let latin1 = scan(b"<meta charset=latin1><img src=a.png><img src=\xE9.png>").unwrap();
    assert_eq!((latin1.references.len(), latin1.mentions.len()), (1, 1));
}

#[test]
fn nested_pages_end() {
    let page = "<noscript>".repeat(20_000);
    scan(page.as_bytes()).unwrap();
    let page = "<iframe srcdoc='<iframe srcdoc=\"<iframe srcdoc=a.png>\">'>";
    scan(page.as_bytes()).unwrap();
}

#[test]
fn references_of_one_long_line_are_found_quickly() {
    let page = "<img src=a.png data-x=b.png>".repeat(40_000);
    let started = std::time::Instant::now();
    assert_eq!(scan(page.as_bytes()).unwrap().references.len(), 40_000);
    assert!(started.elapsed().as_secs() < 20);
}
