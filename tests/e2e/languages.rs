//! Every language that names files, one row each: a small tree in; the names that are published, and what texts say.
//!
//! In what is expected, `#` is our hash and `{css/a.css}` the published file name of `css/a.css`.

use crate::peers::{PICTURE, site, with_names};

struct Row {
    language: &'static str,
    /// Path and text; a text of `PICTURE` is a small picture.
    files: &'static [(&'static str, &'static str)],
    /// The name of every file that is published, in order.
    names: &'static [&'static str],
    /// A file as it came in, and what its published text holds.
    says: &'static [(&'static str, &'static [&'static str])],
}

const ROWS: &[Row] = &[
    Row {
        language: "JSON-LD, og and twitter: others may have stored the address",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><meta property=og:image content=/i/a.png><meta name=twitter:image content=https://x.test/i/b.png>\
                 <script type=application/ld+json>{\"@context\":\"https://schema.org\",\"logo\":\"/i/c.png\"}</script>\
                 <img src=i/a.png alt=x><img src=i/b.png alt=x><img src=i/c.png alt=x>",
            ),
            ("i/a.png", PICTURE),
            ("i/b.png", PICTURE),
            ("i/c.png", PICTURE),
        ],
        names: &["i/a-#.png", "i/a.png", "i/b-#.png", "i/b.png", "i/c-#.png", "i/c.png", "index.html"],
        says: &[(
            "index.html",
            &[
                "content=/i/a.png",
                "https://x.test/i/b.png",
                "\"/i/c.png\"",
                "src=i/{i/a.png}",
                "src=i/{i/b.png}",
                "src=i/{i/c.png}",
            ],
        )],
    },
    Row {
        language: "speculation rules and meta refresh lead to pages",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><meta http-equiv=refresh content=\"9; url=next.html\">\
                 <script type=speculationrules>{\"prefetch\":[{\"urls\":[\"/next.html\"]}]}</script>",
            ),
            ("next.html", "<!doctype html><title>y</title>"),
        ],
        names: &["index.html", "next.html"],
        says: &[("index.html", &["url=next.html", "\"/next.html\""])],
    },
    Row {
        language: "a page in srcdoc",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><iframe srcdoc=\"<img src='i/a.png?x=1&amp;amp;y'>\"></iframe>",
            ),
            ("i/a.png", PICTURE),
        ],
        names: &["i/a-#.png", "index.html"],
        says: &[("index.html", &["i/{i/a.png}?x=1&amp;amp;y"])],
    },
    Row {
        language: "imagesrcset, source and poster",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=preload as=image imagesrcset='a.png 1x, b.png 2x'>\
                 <picture><source srcset='b.png 2x'><img src=a.png alt=x></picture><video poster=c.png></video>",
            ),
            ("a.png", PICTURE),
            ("b.png", PICTURE),
            ("c.png", PICTURE),
        ],
        names: &["a-#.png", "b-#.png", "c-#.png", "index.html"],
        says: &[(
            "index.html",
            &["{a.png} 1x", "{b.png} 2x", "source srcset='{b.png} 2x'", "src={a.png}", "poster={c.png}"],
        )],
    },
    Row {
        language: "<base href>",
        files: &[
            (
                "deep/er/index.html",
                "<!doctype html><base href=/><title>x</title><img src=i/a.png alt=x><link rel=stylesheet href=./a.css>",
            ),
            ("i/a.png", PICTURE),
            ("a.css", "a { color : red }\n"),
        ],
        names: &["a-#.css", "deep/er/index.html", "i/a-#.png"],
        says: &[("deep/er/index.html", &["src=i/{i/a.png}", "href=./{a.css}"])],
    },
    Row {
        language: "SVG islands",
        files: &[
            ("index.html", "<!doctype html><title>x</title><svg><use href='s.svg#a'/><image xlink:href=a.png /></svg>"),
            ("s.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g id='a'><path d='M 0 0 L 9 9'/></g></svg>"),
            ("a.png", PICTURE),
        ],
        names: &["a-#.png", "index.html", "s-#.svg"],
        says: &[("index.html", &["{s.svg}#a", "{a.png}"])],
    },
    Row {
        language: "image-set, src() and @font-face",
        files: &[
            ("index.html", "<!doctype html><title>x</title><link rel=stylesheet href=a.css>"),
            (
                "a.css",
                "@font-face { font-family : x ; src : url( f.woff2 ) format( 'woff2' ) }\n\
                 a { background : image-set( 'a.png' 1x , url( b.png ) 2x ) }\nb { background : src( 'c.png' ) }\n/* url(d.png) */\n",
            ),
            ("f.woff2", "wOF2"),
            ("a.png", PICTURE),
            ("b.png", PICTURE),
            ("c.png", PICTURE),
        ],
        names: &["a-#.css", "a-#.png", "b-#.png", "c-#.png", "f-#.woff2", "index.html"],
        says: &[("a.css", &["{f.woff2}", "{a.png}", "{b.png}", "{c.png}"])],
    },
    Row {
        language: "import.meta.resolve, template literals without holes, re-exports, new URL",
        files: &[
            ("index.html", "<!doctype html><title>x</title><script type=module src=a.js></script>"),
            (
                "a.js",
                "export * from './b.js' ;\nimport(`./c.js`) ;\nconsole . log ( import.meta.resolve('./d.js') , new URL('./i.png', import.meta.url) )\n",
            ),
            ("b.js", "export const b = 1 ;\n"),
            ("c.js", "export const c = 1 ;\n"),
            ("d.js", "export const d = 1 ;\n"),
            ("i.png", PICTURE),
        ],
        names: &["a-#.js", "b-#.js", "c-#.js", "d-#.js", "i-#.png", "index.html"],
        says: &[("a.js", &["./{b.js}", "./{c.js}", "./{d.js}", "./{i.png}"])],
    },
    Row {
        language: "workers, worklets and importScripts",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><script>CSS.paintWorklet.addModule('js/p.js')</script><script type=module src=js/a.js></script>",
            ),
            (
                "js/a.js",
                "new Worker( new URL('./w.js', import.meta.url) ) ;\nnew SharedWorker( '/js/s.js' ) ;\nx . audioWorklet . addModule ( new URL('./q.js', import.meta.url) ) ;\n",
            ),
            ("js/p.js", "registerPaint( 'x', class {} )\n"),
            ("js/q.js", "registerProcessor( 'x', class {} )\n"),
            ("js/s.js", "onconnect = function () {}\n"),
            ("js/w.js", "importScripts( 'lib.js' , './lib/two.js' ) ;\n"),
            ("js/lib.js", "var a = 1 ;\n"),
            ("js/lib/two.js", "var b = 2 ;\n"),
        ],
        names: &[
            "index.html",
            "js/a-#.js",
            "js/lib-#.js",
            "js/lib/two-#.js",
            "js/p-#.js",
            "js/q-#.js",
            "js/s-#.js",
            "js/w-#.js",
        ],
        says: &[
            ("index.html", &["js/{js/p.js}"]),
            ("js/a.js", &["./{js/w.js}", "/js/{js/s.js}", "./{js/q.js}"]),
            ("js/w.js", &["\"{js/lib.js}\"", "./lib/{js/lib/two.js}"]),
        ],
    },
    Row {
        language: "a list of Workbox",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=stylesheet href=a.css><script>navigator.serviceWorker.register('/sw.js')</script>",
            ),
            ("a.css", "a { color : red }\n"),
            (
                "sw.js",
                "importScripts( 'workbox-sw.js' ) ;\nworkbox . precaching . precacheAndRoute( [ { url : 'a.css' , revision : '0123456789abcdef0123456789abcdef' } ] ) ;\n",
            ),
            ("workbox-sw.js", "var workbox = { } ;\n"),
        ],
        names: &["a-#.css", "index.html", "sw.js", "workbox-sw.js"],
        says: &[("sw.js", &["{a.css}", "workbox-sw.js"])],
    },
    Row {
        language: "a feed and a sitemap keep what they name",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=alternate type=application/rss+xml href=feed.xml><img src=i/a.png alt=x><img src=i/b.png alt=x>",
            ),
            (
                "feed.xml",
                "<rss version=\"2.0\"><channel><image><url>https://x.test/i/a.png</url></image></channel></rss>\n",
            ),
            (
                "sitemap.xml",
                "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>https://x.test/</loc></url></urlset>\n",
            ),
            ("i/a.png", PICTURE),
            ("i/b.png", PICTURE),
        ],
        names: &["feed.xml", "i/a-#.png", "i/a.png", "i/b-#.png", "index.html", "sitemap.xml"],
        says: &[("feed.xml", &["https://x.test/i/a.png"])],
    },
    Row {
        language: "browserconfig.xml",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><meta name=msapplication-config content=/browserconfig.xml>",
            ),
            (
                "browserconfig.xml",
                "<browserconfig><msapplication><tile><square70x70logo src=\"/t/s.png\"/></tile></msapplication></browserconfig>\n",
            ),
            ("t/s.png", PICTURE),
        ],
        names: &["browserconfig.xml", "index.html", "t/s-#.png"],
        says: &[("browserconfig.xml", &["/t/{t/s.png}"])],
    },
    Row {
        language: "_redirects keep what they lead to, Link lines of _headers follow",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><link rel=stylesheet href=/css/a.css><img src=i/a.png alt=x>",
            ),
            ("_redirects", "/old.png  /i/a.png  301\n"),
            ("_headers", "/*\n  Link: </css/a.css>; rel=preload; as=style\n"),
            ("css/a.css", "a { color : red }\n"),
            ("i/a.png", PICTURE),
        ],
        names: &["_redirects", "css/a-#.css", "css/a.css", "i/a-#.png", "i/a.png", "index.html"],
        says: &[("index.html", &["/css/{css/a.css}"]), ("_redirects", &["/i/a.png"])],
    },
    Row {
        language: "names that a run time of webpack puts together, and a container of module federation",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><script src=run.js></script><script src=c/a.js></script><link rel=prefetch as=script href=c/b.js><script src=remoteEntry.js></script>",
            ),
            (
                "run.js",
                "( ( ) => { var r = { } ; r . u = e => 'c/' + { 1 : 'a' , 2 : 'b' } [ e ] + '.js' ; r . p = '/' } ) ( )\n",
            ),
            ("c/a.js", "( self . webpackChunkx = self . webpackChunkx || [ ] ) . push ( [ [ 1 ] , { } ] )\n"),
            ("c/b.js", "( self . webpackChunkx = self . webpackChunkx || [ ] ) . push ( [ [ 2 ] , { } ] )\n"),
            ("remoteEntry.js", "var shop = { } ;\n"),
        ],
        names: &["c/a-#.js", "c/a.js", "c/b.js", "index.html", "remoteEntry.js", "run-#.js"],
        says: &[("index.html", &["c/{c/a.js}", "c/b.js", "remoteEntry.js"]), ("run.js", &["c/"])],
    },
    Row {
        language: "Rollup's System.register and AMD",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><script src=s.js></script><script src=amd/main.js></script><script src=amd/dep.js></script>",
            ),
            ("s.js", "System . register ( [ './t.js' ] , function ( ) { return { execute : function ( ) { } } } ) ;\n"),
            ("t.js", "System . register ( [ ] , function ( ) { return { execute : function ( ) { } } } ) ;\n"),
            ("amd/main.js", "define ( [ './dep' ] , function ( dep ) { return dep } ) ;\n"),
            ("amd/dep.js", "define ( [ ] , function ( ) { return 1 } ) ;\n"),
        ],
        names: &["amd/dep-#.js", "amd/dep.js", "amd/main-#.js", "index.html", "s-#.js", "t-#.js"],
        says: &[("s.js", &["./{t.js}"]), ("amd/main.js", &["./dep"])],
    },
    Row {
        language: "what a server puts in front of a name is not known",
        files: &[
            (
                "index.html",
                "<!doctype html><title>x</title><script src=\"{{ base }}/js/a.js\"></script><script src=js/a.js></script><script>window . config = '{{ config }}' ;</script><img src=__PREFIX__/i/b.png alt=x><img src=i/b.png alt=x>",
            ),
            ("js/a.js", "console . log ( 1 )\n"),
            ("i/b.png", PICTURE),
        ],
        names: &["i/b-#.png", "i/b.png", "index.html", "js/a-#.js", "js/a.js"],
        says: &[(
            "index.html",
            &[
                "window . config = '{{ config }}' ;",
                "{{ base }}/js/a.js",
                "js/{js/a.js}",
                "__PREFIX__/i/b.png",
                "i/{i/b.png}",
            ],
        )],
    },
];

#[test]
fn every_language_is_followed() {
    for row in ROWS {
        let output = site(row.files).build();
        // In what order two files of one stem come is for their hashes to say.
        let mut names = output.names();
        names.sort();
        assert_eq!(names, row.names, "{}", row.language);
        for (path, texts) in row.says {
            let published = output.text(path);
            for text in *texts {
                let text = with_names(text, &output, row.files);
                assert!(published.contains(&text), "{}: {path} lacks {text}: {published}", row.language);
            }
        }
    }
}

#[test]
fn links_of_host_files_follow() {
    let output = site(ROWS.iter().find(|row| row.language.contains("_headers")).unwrap().files).build();
    let headers = String::from_utf8(output.tree.files["_headers"].clone()).unwrap();
    assert!(headers.contains(&format!("Link: </css/{}>; rel=preload", output.file_name("css/a.css"))), "{headers}");
}

#[test]
fn the_output_pressed_again_is_the_output() {
    for row in ROWS {
        let site = site(row.files);
        let output = site.build();
        site.run(&["build", "out", "-o", "again"]).success();
        let is_ours = |path: &str| path == "edgepress.manifest.json";
        let again = crate::tree::Tree::read(&site.path("again")).without(is_ours);
        output.tree.clone().without(is_ours).must_be(&again, row.language);
    }
}
