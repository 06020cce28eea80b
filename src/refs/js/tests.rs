use super::*;

fn references(source: &str) -> Vec<(String, Role, Base, String)> {
    let scan = scan(source, JsPlace::File).unwrap();
    let name = |r: &Reference| source[r.name.range()].to_owned();
    scan.references.iter().map(|r| (r.url.to_string(), r.role, r.base, name(r))).collect()
}

#[test]
fn proven_references() {
    use Base::{Own, Page, Specifier};
    use Role::{LazyModule, Module, Resource, Script, ServiceWorker, SourceMap, Worker};
    for (source, url, role, base, name) in [
        ("import a from './x/a.js'", "./x/a.js", Module, Specifier, "a.js"),
        ("export * from \"/a.js?v\"", "/a.js?v", Module, Specifier, "a.js"),
        ("export {a} from './a.js'", "./a.js", Module, Specifier, "a.js"),
        ("import j from './d.json' with {type:'json'}", "./d.json", Module, Specifier, "d.json"),
        ("import('./a.js')", "./a.js", LazyModule, Specifier, "a.js"),
        ("import(`./a.js`)", "./a.js", LazyModule, Specifier, "a.js"),
        ("import.meta.resolve('./a.js')", "./a.js", LazyModule, Specifier, "a.js"),
        ("new URL('./a.png', import.meta.url)", "./a.png", Resource, Own, "a.png"),
        ("new Worker(new URL('w.js', import.meta.url), {type:'module'})", "w.js", Worker, Own, "w.js"),
        ("new SharedWorker('/w.js')", "/w.js", Worker, Page, "w.js"),
        ("navigator.serviceWorker.register('sw.js')", "sw.js", ServiceWorker, Page, "sw.js"),
        ("importScripts('a.js')", "a.js", Script, Own, "a.js"),
        ("CSS.paintWorklet.addModule('p.js')", "p.js", Worker, Page, "p.js"),
        ("c.audioWorklet.addModule(new URL('p.js', import.meta.url))", "p.js", Worker, Own, "p.js"),
        ("import.meta.resolve(`./a.js`)", "./a.js", LazyModule, Specifier, "a.js"),
        ("System.import('js/a.js')", "js/a.js", LazyModule, Page, "a.js"),
        ("System.register(['./a.js'], function (e) {})", "./a.js", Module, Specifier, "a.js"),
        ("x\n//# sourceMappingURL=a.js.map", "a.js.map", SourceMap, Own, "a.js.map"),
        (r"import '.\/\u0061.js'", "./a.js", Module, Specifier, r"\u0061.js"),
    ] {
        assert_eq!(references(source), [(url.to_owned(), role, base, name.to_owned())], "{source}");
    }
}

#[test]
fn the_source_map_comment_that_counts() {
    for (source, comment) in [
        ("x\n//# sourceMappingURL=a.map\n", Some("//# sourceMappingURL=a.map")),
        ("x /*# sourceMappingURL=a.map */ // y", Some("/*# sourceMappingURL=a.map */")),
        ("x\n//# sourceMappingURL=a.map\n//# sourceMappingURL=b.map", Some("//# sourceMappingURL=b.map")),
        ("x\n//# sourceMappingURL=a.map\ny", None),
        ("'//# sourceMappingURL=a.map'", None),
        ("//# sourceMappingURL=a.map", Some("//# sourceMappingURL=a.map")),
        ("x\n//# sourceMappingURL=data:application/json,{}", Some("//# sourceMappingURL=data:application/json,{}")),
    ] {
        let scan = scan(source, JsPlace::File).unwrap();
        assert_eq!(scan.source_map.map(|span| &source[span.range()]), comment, "{source}");
        let is_reference = comment.is_some_and(|comment| !comment.contains("data:"));
        assert_eq!(scan.references.len(), usize::from(is_reference), "{source}");
    }
}

#[test]
fn both_branches_of_a_conditional_import() {
    assert_eq!(references("import(x ? './a.js' : './b.js')").len(), 2);
}

#[test]
fn service_workers_fetch_their_lists_ahead() {
    let worker = |list: &str| format!("self.addEventListener('install', () => caches.open('v1')); const l = [{list}]");
    for (list, urls) in [
        ("'./a.css', '/', 'v1'", vec!["./a.css"]),
        ("{url: 'a.js', revision: null}, {'revision': 'x', \"url\": '/b.js'}", vec!["a.js", "/b.js"]),
        ("[f('a.js')]", vec![]),
        ("'./workbox-1a2b3c4d', './a.css'", vec!["./a.css"]),
    ] {
        let found = references(&worker(list));
        assert_eq!(found.iter().map(|(url, ..)| url.as_str()).collect::<Vec<_>>(), urls, "{list}");
        assert!(found.iter().all(|(_, role, ..)| *role == Role::Precache));
    }
    assert_eq!(references("const l = ['./a.css']"), []);
}

#[test]
fn strings_are_no_references() {
    for source in ["'./a.js'", "document.getElementById('app')", "f('a.png')", "// import './a.js'", "/import '.a.js'/"]
    {
        assert_eq!(references(source), [], "{source}");
    }
}

#[test]
fn mentions() {
    use MentionHow::{ComputedImport, Prefix, Whole};
    for (source, expected) in [
        ("f('img/a.png')", vec![("img/a.png", Whole)]),
        ("f('img/' + x + '.png')", vec![("img/", Prefix), ("img/", Prefix)]),
        ("import(`./lang/${x}.js`)", vec![("./lang/", ComputedImport), ("./lang/", Prefix)]),
        ("import(x)", vec![("", ComputedImport)]),
        ("import('./lang/' + x)", vec![("./lang/", ComputedImport)]),
        ("f('hello world.', 'a b/c', 'x')", vec![]),
        ("f('https://x.y/z.js')", vec![("https://x.y/z.js", Whole)]),
    ] {
        let scan = scan(source, JsPlace::File).unwrap();
        let found: Vec<_> = scan.mentions.iter().map(|m| (&*m.text, m.how)).collect();
        for mention in &expected {
            assert!(found.contains(mention), "{source}: {found:?} lacks {mention:?}");
        }
        assert_eq!(found.is_empty(), expected.is_empty(), "{source}: {found:?}");
    }
}

#[test]
fn tables_of_bundlers_are_read() {
    use Base::{Above, Own};
    let vite = |list: &str| format!("const d=(i,m=d,f=(m.f||(m.f=[{list}])))=>i.map(i=>f[i]);");
    for (source, expected) in [
        (vite("'assets/a.js','./b.css'"), vec![("assets/a.js", Above), ("./b.css", Own)]),
        ("m.f ||= ['assets/a.js']".to_owned(), vec![("assets/a.js", Above)]),
        ("g.viteFileDeps = ['assets/a.js']".to_owned(), vec![("assets/a.js", Above)]),
        (vite("'a'"), vec![]),
        (vite("'a.js', f()"), vec![]),
        (
            "p(() => import('./a.js').then(m => m.x), ['assets/a.js', 'assets/a.css'])".to_owned(),
            vec![("./a.js", Base::Specifier), ("assets/a.js", Above), ("assets/a.css", Above)],
        ),
        ("p(() => import('./a.js'), ['b.js'])".to_owned(), vec![("./a.js", Base::Specifier)]),
    ] {
        let found = references(&source);
        let found: Vec<_> = found.iter().map(|(url, _, base, _)| (url.as_str(), *base)).collect();
        assert_eq!(found, expected, "{source}");
    }
    let scan = scan(&vite("'assets/a.js'"), JsPlace::File).unwrap();
    assert_eq!(scan.mentions, [], "what is proven is no mention");
}

#[test]
fn computed_names_of_chunks_are_enumerated() {
    for (source, expected) in [
        ("r.u = e => 'c/' + ({1: 'a'}[e] || e) + '.' + {1: 'f1', 2: 'f2'}[e] + '.js'", &["c/a.f1.js", "c/2.f2.js"][..]),
        ("r.u = e => 7 === e ? 'c/x.js' : 'c/y.js'", &["c/x.js", "c/y.js"]),
        ("r.u = function (e) { if (e === 'm') return 'm.js'; return `c/${{3: 'q'}[e]}.js` }", &["c/q.js", "m.js"]),
        ("r.miniCssF = e => ({})[e]", &[]),
        ("r.k = e => 'css/' + {4: 'z'}[e] + '.css'", &["css/z.css"]),
        // Whoever has a name for any key: what it begins with counts.
        ("r.u = e => 'c/' + e + '.js'", &["c/", "c/", ".js"]),
        ("r.u = e => 5 === e ? 'c/v.js' : 'c/' + e + '.js'", &["c/v.js", "c/v.js", "c/", "c/", ".js"]),
        ("(self.webpackChunkx = self.webpackChunkx || []).push([[1], {}])", &[""]),
    ] {
        let scan = scan(source, JsPlace::File).unwrap();
        let mentions: Vec<_> = scan.mentions.iter().map(|mention| &*mention.text).collect();
        assert_eq!(mentions, expected, "{source}");
        assert_eq!(scan.references, [], "{source}");
    }
}

#[test]
fn names_in_markup_style_and_json_of_strings_are_mentions() {
    for (source, expected) in [
        ("f('<img src=\\\"i/a.png\\\" srcset=\\\"i/b.png 2x\\\">')", &["i/a.png", "i/b.png"][..]),
        ("f('a { b: url(i/c.png) }')", &["i/c.png"]),
        (r#"JSON.parse('{"1":"x.1f.js","2":"y.js"}')"#, &["x.1f.js", "y.js"]),
        (r#"JSON.parse('{"1":"y.js?v=2"}')"#, &[r#"{"1":"y.js?v=2"}"#, "y.js?v"]),
        ("f('url(c.png?v=1)', '[id].js')", &["url(c.png?v=1)", "c.png?v", "[id].js"]),
        ("f(`<use href='s.svg#${x}'>`)", &["s.svg#"]),
        ("f('version 1.5, e.g. this. End')", &[]),
    ] {
        let scan = scan(source, JsPlace::File).unwrap();
        let mentions: Vec<_> = scan.mentions.iter().map(|mention| &*mention.text).collect();
        assert_eq!(mentions, expected, "{source}");
    }
}

#[test]
fn what_addresses_are_compared_with_is_a_pattern() {
    for (source, expected) in [
        (r"s.src.match(/(^|\/)ckeditor\.js$/i)", &[r"(?i)(^|\/)ckeditor\.js$"][..]),
        (r"x = new RegExp('app\\.js')", &[r"app\.js"]),
        (r"x = RegExp('app\\.js')", &[r"app\.js"]),
        (r"s.src.match('app(\.min)?\.js')", &["app(.min)?.js"]),
        ("s.src.search('app.js')", &["app.js"]),
        ("s.src.indexOf('app.js')", &[r"app\.js"]),
        ("s.src.replace('/a/app.js', '')", &[r"/a/app\.js"]),
        ("s.src.startsWith('/a/app.js')", &[r"/a/app\.js"]),
        ("s.src.substr(l - 6, 6) == 'app.js'", &[r"(?:^|/)app\.js$"]),
        ("'/a/app.js' !== url.pathname", &[r"/a/app\.js$"]),
        ("switch (name) { case 'app.js': f(); case g: default: }", &[r"(?:^|/)app\.js$"]),
        ("x === 'app'; x + 'app.js' == y; case_('app.js')", &[]),
        ("q('link[href$=\"leaflet.css\"]')", &[r"leaflet\.css"]),
        ("f('app.js'); /[a-z]+/.test(x); a.b('x'); s.split('.js')", &[]),
    ] {
        let scan = scan(source, JsPlace::File).unwrap();
        let patterns = scan.mentions.iter().filter(|mention| mention.how == MentionHow::Pattern);
        assert_eq!(patterns.map(|mention| &*mention.text).collect::<Vec<_>>(), expected, "{source}");
    }
}

#[test]
fn parts_of_addresses_that_are_replaced_are_swaps() {
    for (source, expected) in [
        ("i.src = i.src.replace('_off', '_on')", &["_off\0_on"][..]),
        (r"i.src.replace(/-small\.jpg/g, '.jpg')", &["-small.jpg\0.jpg"]),
        (r"location.pathname.replace(/\.js$/i, '.wasm')", &[".js$\0.wasm"]),
        (r"s.replace(/a\$/, 'b'); s.replace(/$/, 'b'); s.replace('a$', 'b')", &[]),
        ("s.replaceAll('thumbs', 'large')", &["thumbs\0large"]),
        ("i.src = i.src.split('.png')[0] + '-on.png'", &[".png$\0-on.png"]),
        ("s.slice(0, -3) + '.wasm'; `${s}-dark.css`", &[".js$\0.wasm", ".css$\0-dark.css"]),
        (r"s.replace(/\.(gif|png)$/, '_on.gif')", &[".gif$\0_on.gif"]),
        ("'-on.png'; a + 'on.png'; a + '-on'; a + '.css'; a + '- x.png'; a + '-a/b.png'", &[]),
        ("s.replace(/a+/, 'b'); s.replace('/', ''); s.replace('a', f); s.replace('ab', '$1'); s.other('ab', 'c')", &[]),
    ] {
        let scan = scan(source, JsPlace::File).unwrap();
        let swaps = scan.mentions.iter().filter(|mention| mention.how == MentionHow::Swap);
        assert_eq!(swaps.map(|mention| &*mention.text).collect::<Vec<_>>(), expected, "{source}");
    }
}

#[test]
fn a_density_goes_with_every_picture() {
    let ends = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];
    let expected: Vec<String> = ends.iter().map(|end| format!(".{end}$\0@2x.{end}")).collect();
    for source in [r"s.replace(/\.\w+$/, m => '@2x' + m)", r"s.replace(/(\.\w+)$/, '@2x$1')", "`${stem}@2x${end}`"] {
        let scan = scan(source, JsPlace::File).unwrap();
        let swaps = scan.mentions.iter().filter(|mention| mention.how == MentionHow::Swap);
        assert_eq!(swaps.map(|mention| mention.text.to_string()).collect::<Vec<_>>(), expected, "{source}");
    }
}

#[test]
fn revisions_go_with_their_entries() {
    let source = "precacheAndRoute([{url: '/', revision: 'abc'}, {url: 'a.1f.js', revision: null}])";
    let scan = scan(source, JsPlace::File).unwrap();
    let claims: Vec<_> = scan.references.iter().map(|r| r.claim.map(|claim| &source[claim.span.range()])).collect();
    assert_eq!(claims, [Some("abc"), None]);
}
