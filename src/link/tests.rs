use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{
    asset::Digest,
    refs,
    seal::{Context, Lead, seal},
};

mod random;

/// A site as a map of path to text, linked.
fn linked_with(files: &[(&str, &str)], settings: &Settings) -> Linked {
    let assets: Vec<Lean> = files.iter().map(|(path, text)| lean(path, text)).collect();
    let bodies: Vec<Body> = assets.iter().filter_map(|asset| asset.body.clone()).collect();
    let mut linking = Linking::decide(assets, settings).unwrap();
    // Whatever arrives first, the result is the same: the order here is any.
    let mut arrival: Vec<usize> = (0..bodies.len()).collect();
    arrival.sort_by_key(|index| Digest::of(&index.to_le_bytes()).short());
    let mut finished = Vec::new();
    for some in arrival.chunks(3) {
        let mut ready = linking.arrive(some.iter().map(|&index| (index, bodies[index].clone()))).unwrap();
        while let Some(index) = ready.pop() {
            finished.push(index);
            if linking.reach(index).is_some() {
                let body = sealed(&linking, index, settings);
                ready.extend(linking.sealed(index, body).unwrap());
            }
        }
    }
    finished.sort_unstable();
    assert_eq!(finished, (0..bodies.len()).collect::<Vec<_>>(), "each is final once");
    linking.finish()
}

/// One asset, with what the scanner of its language finds in it; what no scanner can read may name anything.
fn lean(path: &str, text: &str) -> Lean {
    let path = AssetPath::new(path).unwrap();
    let scanned = refs::scan(kind_of(&path), text.as_bytes());
    let is_opaque = scanned.is_err();
    let (kind, scan) = scanned.unwrap_or_else(|_| (kind_of(&path), refs::Scan::default()));
    Lean {
        path,
        kind,
        body: Some(Body::from_bytes(text.as_bytes().to_vec())),
        may_change: false,
        known_as: [format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text))).into()].into(),
        is_pinned: false,
        has_our_name: false,
        references: scan.references.into(),
        mentions: scan.mentions.into(),
        base: scan.base,
        import_map: scan.import_map.into(),
        is_opaque,
        source_map: scan.source_map,
    }
}

/// The page `index` with what its modules need to find each other.
fn sealed(linking: &Linking, index: usize, settings: &Settings) -> Body {
    let lead = |(target, asked): (usize, &Asked)| Lead {
        asked: asked.clone(),
        path: linking.name(target).clone(),
        is_on_network: linking.is_on_network(target),
    };
    let context = Context {
        logical: linking.name(index).clone(),
        path: linking.name(index).clone(),
        base: linking.base().to_owned(),
        network: settings.network.clone(),
        leads: linking.asked(index).map(lead).collect(),
        security: Security::default(),
        loaded: BTreeMap::new(),
        elsewhere: BTreeSet::new(),
        has_wasm: false,
    };
    let sealed = seal(&linking.body(index).read().unwrap(), &context);
    assert_eq!(sealed.findings, [], "{}", context.path);
    sealed.bytes.map_or_else(|| linking.body(index).clone(), Body::from_bytes)
}

fn kind_of(path: &AssetPath) -> Kind {
    match path.extension() {
        "js" => Kind::JsScript,
        "css" => Kind::Css,
        "html" => Kind::Html,
        "svg" => Kind::Svg,
        "xml" => Kind::Xml,
        _ => Kind::Opaque,
    }
}

fn settings() -> Settings {
    Settings {
        mode: NameMode::Content,
        keep: Globs::default(),
        base: Some("/".to_owned()),
        network: None,
        lists_all: false,
        security: Security::default(),
        source_maps: SourceMaps::Keep,
        threads: 2,
    }
}

fn linked(files: &[(&str, &str)]) -> Linked {
    linked_with(files, &settings())
}

fn text(asset: &Named) -> String {
    String::from_utf8(asset.body.read().unwrap().into_owned()).unwrap()
}

fn by_path(linked: &Linked) -> BTreeMap<&str, &Named> {
    linked.assets.iter().map(|asset| (asset.path.as_str(), asset)).collect()
}

#[test]
fn a_module_follows_the_name_of_what_it_imports() {
    let site = linked(&[
        ("a.js", "import './x/b.js?v=1'; import './a.css' with {type:'css'}"),
        ("x/b.js", "export {}"),
        ("a.css", ""),
    ]);
    let site = by_path(&site);
    let b = site["x/b.js"];
    assert_eq!(b.naming, Naming::Hashed);
    assert!(Digest::is_short(&b.name.file_name()[2..10]), "{:?}", b.name);
    assert_eq!(
        text(site["a.js"]),
        format!("import './{}?v=1'; import './{}' with {{type:'css'}}", b.name, site["a.css"].name)
    );
    assert_eq!(site["a.js"].name.as_str(), "a.js", "nobody names it");
}

#[test]
fn a_name_is_the_digest_of_the_published_bytes() {
    let site = linked(&[("a.js", "import './b.js'"), ("b.js", "import './c.js'"), ("c.js", "export {}")]);
    for asset in &site.assets[1..] {
        assert!(asset.name.as_str().contains(&Digest::of(&asset.body.read().unwrap()).short()));
    }
}

#[test]
fn cycles_and_self_imports_are_named() {
    let files =
        [("main.js", "import './a.js'"), ("a.js", "import './b.js'"), ("b.js", "import './a.js'; import './b.js'")];
    let one = linked(&files);
    let names: BTreeSet<_> = one.assets.iter().map(|asset| asset.name.clone()).collect();
    assert_eq!(names.len(), 3);
    let b = by_path(&one)["b.js"];
    assert!(text(b).contains(b.name.as_str()), "{}", text(b));
    let two = linked(&[files[0], files[1], ("b.js", "import './a.js'; import './b.js';")]);
    for path in ["a.js", "b.js"] {
        assert_ne!(by_path(&one)[path].name, by_path(&two)[path].name, "{path}");
    }
}

#[test]
fn a_name_that_stays_in_a_cycle_is_part_of_the_others() {
    let files = [
        ("a.css", "@import 'b.css';"),
        ("b.css", "@import 'a.css';"),
        ("m.js", "import './b.css' with {type:'css'}"),
        ("s.js", "f('b.css')"),
    ];
    let (hashed, stays) = (linked(&files[..3]), linked(&files));
    assert_eq!((hashed.assets[1].naming, stays.assets[1].naming), (Naming::Hashed, Naming::Fixed));
    assert_ne!(text(&hashed.assets[0]), text(&stays.assets[0]));
    assert_ne!(hashed.assets[0].name, stays.assets[0].name);
}

#[test]
fn computed_imports_leave_their_targets_alone() {
    let site = linked(&[
        ("main.js", "import './lang/en.js'; import(`./lang/${x}.js`); import './other.js'"),
        ("lang/en.js", "export {}"),
        ("other.js", "export {}"),
    ]);
    let files = by_path(&site);
    assert_eq!(files["lang/en.js"].naming, Naming::Fixed);
    assert_eq!(files["other.js"].naming, Naming::Hashed);
    assert!(
        site.findings
            .iter()
            .any(|finding| finding.code == crate::finding::Code::UnprovenReference && finding.line == 1)
    );
}

#[test]
fn a_mentioned_picture_keeps_its_old_name_too() {
    for script in ["img.src = 'i/a.svg'", "x = 'i/' + n + '.svg'", "x = `/i/${n}`", "fetch('../i/a.svg?x')"] {
        let site = linked(&[("a.css", "p{background:url(i/a.svg)}"), ("i/a.svg", "<svg/>"), ("s.js", script)]);
        let asset = by_path(&site)["i/a.svg"];
        assert!(asset.also_old_name && asset.naming == Naming::Hashed, "{script}");
    }
}

#[test]
fn what_a_script_asks_for_by_its_whole_path_has_that_name_alone() {
    let page = "<img src=/i/a.svg><script src=s.js></script>";
    let asking = [
        ("s.js", "h('img',{src:'/i/a.svg'})"),
        ("s.js", "s('<p><img src=\"/i/a.svg\" alt=\"\"></p>')"),
        ("s.js", "d=JSON.parse('{\"logo\":\"/i/a.svg?v=1\"}')"),
        ("b.html", "<script>self.__next_f.push([1,\"[\\\"img\\\",{\\\"src\\\":\\\"/i/a.svg\\\"}]\"])</script>"),
        ("b.html", "<script type=application/json>{\"src\":\"/i/a.svg\"}</script>"),
        ("b.html", "<x-island props=\"{&quot;src&quot;:&quot;/i/a.svg&quot;}\"></x-island>"),
    ];
    for file in asking {
        let other = if file.0 == "s.js" { ("b.html", "") } else { ("s.js", "f('a.svg')") };
        let site = linked(&[("index.html", page), ("i/a.svg", "<svg/>"), other, file]);
        let asset = by_path(&site)["i/a.svg"];
        assert_eq!((asset.naming, asset.also_old_name), (Naming::Fixed, false), "{file:?}");
        assert!(text(by_path(&site)["index.html"]).contains("src=/i/a.svg"));
        assert!(site.findings.iter().any(|found| found.message.contains("the old name alone")), "{:?}", site.findings);
    }
    // The end of a path, the beginning of one, and what readers of a feed see ask for nothing here.
    let silent = [("s.js", "f('a.svg')"), ("s.js", "f('/i/'+n)"), ("feed.xml", "<rss><a>/i/a.svg</a></rss>")];
    for file in silent {
        let site = linked(&[("index.html", page), ("i/a.svg", "<svg/>"), file]);
        let asset = by_path(&site)["i/a.svg"];
        assert!(asset.naming == Naming::Hashed && asset.also_old_name, "{file:?}");
    }
}

#[test]
fn what_pages_only_hint_at_has_the_name_that_scripts_ask_for() {
    let hint = "<link rel=preload as=fetch crossorigin href=/data/one.json><link rel=prefetch href=/data/two.json>";
    let script = ("s.js", "fetch(`/data/${n}.json`);f('one.json')");
    let data = [("data/one.json", "[1]"), ("data/two.json", "[2]")];
    let site = linked(&[("index.html", hint), script, data[0], data[1]]);
    for (path, naming) in [("data/one.json", Naming::Fixed), ("data/two.json", Naming::Fixed)] {
        let asset = by_path(&site)[path];
        assert_eq!((asset.naming, asset.also_old_name), (naming, false), "{path}");
    }
    assert!(text(by_path(&site)["index.html"]).contains("href=/data/one.json"));
    // What a page loads as well, or nothing unproven may ask for, gets a name of ours.
    let loads = "<link rel=preload as=style href=a.css><link rel=stylesheet href=a.css><link rel=prefetch href=b.css>";
    let site = linked(&[("index.html", loads), ("s.js", "f('a.css')"), ("a.css", "a{}"), ("b.css", "b{}")]);
    let names = ["a.css", "b.css"].map(|path| (by_path(&site)[path].naming, by_path(&site)[path].also_old_name));
    assert_eq!(names, [(Naming::Hashed, true), (Naming::Hashed, false)]);
}

#[test]
fn what_a_script_finds_by_its_name_keeps_it() {
    let page = "<link rel=stylesheet href=leaflet.css><script src=leaflet.js></script><script src=ckeditor.js></script>\
        <script src=trumbowyg.min.js></script><script src=goog/base.js></script><script src=goog/database.js></script>";
    let files = [
        ("index.html", page),
        ("goog/base.js", "if(a.src.substr(l-7,7)=='base.js')f()"),
        ("goog/database.js", "g()"),
        ("leaflet.css", ".p{background:url(images/marker-icon.png)}"),
        ("images/marker-icon.png", "x"),
        ("leaflet.js", r#"u={i:"marker-icon.png"};s(/^(.*)marker-icon\.png$/);q('link[href$="leaflet.css"]')"#),
        ("ckeditor.js", r"a.src.match(/(^|.*[\\\/])ckeditor\.js(?:\?.*|;.*)?$/i)"),
        ("trumbowyg.min.js", r"a.src.match('trumbowyg(\.min)?\.js')"),
    ];
    let site = linked(&files);
    let names = by_path(&site);
    for path in ["leaflet.css", "images/marker-icon.png", "ckeditor.js", "trumbowyg.min.js", "goog/base.js"] {
        assert_eq!((names[path].naming, names[path].also_old_name), (Naming::Fixed, false), "{path}");
    }
    for path in ["leaflet.js", "goog/database.js"] {
        assert_eq!(names[path].naming, Naming::Hashed, "{path}");
    }
    assert!(site.findings.iter().any(|found| found.message.contains("by name")), "{:?}", site.findings);
}

#[test]
fn pictures_that_a_script_changes_into_each_other_keep_their_names() {
    let page = "<img src=i/menu_off.gif><img src=i/menu_on.gif><img src=i/else_off.gif><script src=s.js></script>";
    let pictures = ["i/menu_off.gif", "i/menu_on.gif", "i/else_off.gif"].map(|path| (path, "x"));
    let script = ("s.js", "m.src=m.src.replace('_off','_on')");
    let site = linked(&[("index.html", page), script, pictures[0], pictures[1], pictures[2]]);
    let naming = pictures.map(|(path, _)| by_path(&site)[path].naming);
    assert_eq!(naming, [Naming::Fixed, Naming::Fixed, Naming::Hashed]);
}

#[test]
fn pictures_that_a_script_makes_a_longer_name_of_keep_theirs() {
    let page = "<img src=i/a.png><img src=i/b.png><img src=i/c.jpg><img src=i/d.png onmouseover=\"this.src=this.src.split('.png')[0]+'-on.png'\"><script src=r.js></script>";
    let pictures = ["i/a.png", "i/a-on.png", "i/b.png", "i/c.jpg", "i/c@2x.jpg", "i/d.png"].map(|path| (path, "x"));
    let script = ("r.js", r"p.replace(/\.\w+$/,function(m){return'@2x'+m})");
    let files: Vec<_> = [("index.html", page), script].into_iter().chain(pictures).collect();
    let site = linked(&files);
    let names = by_path(&site);
    for path in ["i/a.png", "i/a-on.png", "i/c.jpg", "i/c@2x.jpg"] {
        assert_eq!((names[path].naming, names[path].also_old_name), (Naming::Fixed, false), "{path}");
    }
    for path in ["i/b.png", "i/d.png"] {
        assert_eq!(names[path].naming, Naming::Hashed, "{path}");
    }
}

#[test]
fn what_a_script_gets_to_by_another_end_of_its_own_name_keeps_it() {
    let script = r"u=location.origin+location.pathname.replace(/\.js$/i,'.wasm')";
    let page =
        "<link rel=stylesheet href=x.js.css><link rel=stylesheet href=x.wasm.css><script>new Worker('e.js')</script>";
    let styles = [("x.js.css", "a{}"), ("x.wasm.css", "b{}")];
    let site = linked(&[("index.html", page), ("e.js", script), ("e.wasm", "\0asm"), styles[0], styles[1]]);
    let naming = ["e.js", "e.wasm", "x.js.css"].map(|path| by_path(&site)[path].naming);
    assert_eq!(naming, [Naming::Fixed, Naming::Fixed, Naming::Hashed]);
}

#[test]
fn a_script_that_adds_the_base_itself_asks_for_the_whole_path_too() {
    let below = Settings { base: Some("/docs/".to_owned()), ..settings() };
    for (text, naming) in
        [("/docs/i/a.svg", Naming::Fixed), ("/i/a.svg", Naming::Fixed), ("/x/i/a.svg", Naming::Hashed)]
    {
        let script = format!("h('{text}')");
        let files = [("index.html", "<img src=/docs/i/a.svg>"), ("i/a.svg", "<svg/>"), ("s.js", &*script)];
        assert_eq!(by_path(&linked_with(&files, &below))["i/a.svg"].naming, naming, "{text}");
    }
}

#[test]
fn hashed_names_are_adopted_unless_integrity_pins_them() {
    let site = linked(&[("m.js", "import './index-W1erjkBN.js'"), ("index-W1erjkBN.js", "export {}")]);
    let asset = by_path(&site)["index-W1erjkBN.js"];
    assert_eq!((asset.naming, asset.name.as_str()), (Naming::Adopted, "index-W1erjkBN.js"));
}

#[test]
fn names_can_be_left_alone() {
    let files = [("m.js", "import './a.js'; import './b.js'"), ("a.js", ""), ("b.js", "")];
    let off = linked_with(&files, &Settings { mode: NameMode::Off, ..settings() });
    assert!(off.assets.iter().all(|asset| asset.naming == Naming::Fixed && asset.name == asset.path));
    let keep = Globs::new(&["a.*"]).unwrap();
    let kept = linked_with(&files, &Settings { keep, ..settings() });
    assert_eq!(kept.assets.iter().filter(|asset| asset.naming == Naming::Hashed).count(), 1);
}

#[test]
fn a_taken_name_is_not_taken_twice() {
    let plain = linked(&[("m.js", "import './a.js'"), ("a.js", "")]);
    let taken = by_path(&plain)["a.js"].name.to_string();
    let site = linked(&[("m.js", "import './a.js'"), ("a.js", ""), (&taken, "other")]);
    assert_eq!(by_path(&site)["a.js"].name.as_str(), "a.js");
    assert_eq!(text(by_path(&site)["m.js"]), "import './a.js'");
}

#[test]
fn the_base_is_found_out() {
    let files = [("m.js", "import '/shop/a.js'; import '/shop/b.js'; import '/c.js'"), ("a.js", ""), ("b.js", "")];
    let site = linked_with(&files, &Settings { base: None, ..settings() });
    assert_eq!(site.base, "/shop/");
    assert!(by_path(&site)["a.js"].naming == Naming::Hashed);
}

#[test]
fn page_relative_workers_need_agreement() {
    let script = ("js/s.js", "new Worker('w.js')");
    let page = ("index.html", "<script src=js/s.js></script>");
    let site = linked(&[page, script, ("w.js", "1")]);
    assert_eq!(by_path(&site)["w.js"].naming, Naming::Hashed);
    let site = linked(&[page, ("sub/index.html", "<script src=../js/s.js></script>"), script, ("w.js", "1")]);
    assert_eq!(by_path(&site)["w.js"].naming, Naming::Fixed);
}

#[test]
fn broken_references_are_found_with_the_nearest_name() {
    let site = linked(&[("m.js", "\nimport './Helper.js'"), ("helper.js", "")]);
    let finding = &site.findings[0];
    assert_eq!((finding.line, finding.column), (2, 8));
    assert!(finding.hint.contains("helper.js"), "{finding:?}");
    let site = linked(&[("blog/index.html", "<img src=img/d.png>"), ("img/d.png", "")]);
    assert_eq!(site.findings[0].hint, "from here it is \"blog/img/d.png\", and there is \"img/d.png\"");
}

/// How much memory linking takes can be seen with `EDGEPRESS_FILES=100000` and the peak of the process.
#[test]
fn many_small_files_are_linked() {
    let many = std::env::var("EDGEPRESS_FILES").ok().and_then(|number| number.parse().ok()).unwrap_or(5_000_usize);
    let files: Vec<(String, String)> = (0..many)
        .map(|n| (format!("c{n}.css"), format!("@import 'c{}.css';a{{b:url(p.bin)}}", (n * 7 + 1) % many)))
        .chain([("p.bin".to_owned(), "p".to_owned())])
        .collect();
    let site = linked(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
    assert!(site.assets.iter().all(|asset| asset.naming != Naming::Adopted));
    assert!(site.assets.iter().filter(|asset| asset.naming == Naming::Hashed).count() > many / 2);
}

#[test]
fn a_hash_in_a_name_is_replaced_where_all_is_proven() {
    let rehash = Settings { mode: NameMode::Rehash, ..settings() };
    let site = linked_with(
        &[
            ("m.js", "import './assets/index-W1erjkBN.js'; import './assets/lib-DB_ReeJG.js'"),
            ("assets/index-W1erjkBN.js", "export {}"),
            ("assets/lib-DB_ReeJG.js", "f('lib-DB_ReeJG.js')"),
        ],
        &rehash,
    );
    let site = by_path(&site);
    assert_eq!(site["assets/lib-DB_ReeJG.js"].naming, Naming::Adopted, "something unproven names it");
    let index = site["assets/index-W1erjkBN.js"];
    let name = index.name.file_name();
    assert!(name.starts_with("index-") && !name.contains("W1erjkBN"), "{name}");
    assert!(text(site["m.js"]).contains(name));
}

#[test]
fn tables_of_vite_follow() {
    let table = "const d=(i,m=d,f=(m.f||(m.f=['assets/b.js','assets/c.css'])))=>i.map(i=>f[i]);import './b.js'";
    let files = [("out/assets/a.js", table), ("out/assets/b.js", "export {}"), ("out/assets/c.css", "")];
    let site = linked(&files);
    let site = by_path(&site);
    let text = text(site["out/assets/a.js"]);
    for path in ["out/assets/b.js", "out/assets/c.css"] {
        assert!(text.contains(site[path].name.file_name()) && site[path].naming == Naming::Hashed, "{text}");
        assert!(!site[path].also_old_name);
    }
    // Two files it may mean: nothing is proven.
    let two = linked(&[files[0], files[1], files[2], ("assets/c.css", "a{}")]);
    assert_eq!(by_path(&two)["out/assets/c.css"].naming, Naming::Fixed);
}

#[test]
fn chunks_that_webpack_finds_by_computed_names_keep_them() {
    let chunk = "(self.webpackChunkx=self.webpackChunkx||[]).push([[1],{}])";
    let page = "<script src=main.js></script><script src=run.js></script><link rel=stylesheet href=css/a.css>";
    let run = "r.u=e=>e+'.js';r.miniCssF=e=>'css/'+{1:'a'}[e]+'.css'";
    let site = linked(&[("index.html", page), ("main.js", chunk), ("run.js", run), ("css/a.css", "")]);
    let site = by_path(&site);
    assert!(site["main.js"].also_old_name && site["css/a.css"].also_old_name && !site["run.js"].also_old_name);
}

#[test]
fn a_target_that_is_missing_in_many_places_is_one_finding() {
    let page = "<img src=gone.png>".repeat(40);
    let site =
        linked(&[("index.html", &page), ("b.html", &page), ("Gone.png", "x"), ("i/logo.css", "@import 'lgoo.css'")]);
    let found: Vec<_> = site.findings.iter().map(|f| (f.path.as_str(), f.message.as_str(), f.hint.as_str())).collect();
    let many = "\"gone.png\" leads to no file, here and in 79 other places (2 files in all)";
    let hint = "\"Gone.png\" differs only in case: it works only on case-insensitive servers";
    assert!(found.contains(&("index.html", many, hint)), "{found:?}");
    assert!(found.iter().any(|(path, _, hint)| *path == "i/logo.css" && hint.contains("logo.css")), "{found:?}");
    assert_eq!(found.iter().filter(|(_, message, _)| message.contains("gone")).count(), 1);
}

#[test]
fn what_nothing_names_and_what_is_there_twice_is_told_once() {
    let bytes = "x".repeat(2_000);
    let site = linked(&[
        ("index.html", "<img src=a.bin><img src=b.bin>"),
        ("a.bin", &bytes),
        ("b.bin", &bytes),
        ("c.css", ""),
    ]);
    let found: Vec<_> = site.findings.iter().map(|f| f.code.name()).collect();
    assert_eq!(found, ["unreferenced", "duplicate"]);
}

#[test]
fn bare_specifiers_lead_through_the_import_map_and_stay_as_they_are() {
    let map = r#"<script type=importmap>{"imports":{"app":"./js/app.js","lib/":"./js/lib/"},"scopes":{"/x/":{"two":"./js/a.js"}}}</script>
        <script type=module>import 'app'; import 'lib/b.js'; import 'other'</script>"#;
    let site = linked(&[
        ("index.html", map),
        ("js/app.js", "import 'two'"),
        ("js/a.js", "export {}"),
        ("js/lib/b.js", "export {}"),
    ]);
    let to = |path: &str| -> Vec<&str> {
        let links = &by_path(&site)[path].links;
        links.iter().filter(|l| l.role == Role::Module).map(|l| site.assets[l.target].path.as_str()).collect()
    };
    assert_eq!((to("index.html"), to("js/app.js")), (vec!["js/app.js", "js/lib/b.js"], vec!["js/a.js"]));
    let files = by_path(&site);
    assert!(text(files["index.html"]).contains("import 'app'; import 'lib/b.js'"));
    assert_eq!(text(files["js/app.js"]), "import 'two'");
    assert!(text(files["index.html"]).contains(files["js/app.js"].name.file_name()));
    assert_eq!(files["js/lib/b.js"].naming, Naming::Fixed, "a whole folder is mapped");
}

#[test]
fn addresses_of_this_site_keep_what_they_lead_to() {
    for other in [
        ("index.html", "<meta property=og:image content=https://x.test/i/a.svg>"),
        ("index.html", "<script type=application/ld+json>{\"image\":\"https://x.test/i/a.svg\"}</script>"),
        ("s.js", "f('https://x.test/i/a.svg?v=1')"),
        ("feed.xml", "<rss><enclosure url='//x.test/i/a.svg'/></rss>"),
    ] {
        let site = linked(&[("a.css", "p{background:url(i/a.svg)}"), ("i/a.svg", "<svg/>"), other]);
        assert!(by_path(&site)["i/a.svg"].also_old_name, "{other:?}");
    }
    let elsewhere = ("index.html", "<meta property=og:image content=https://cdn.test/lib/i/a.svg>");
    let site = linked(&[("a.css", "p{background:url(i/a.svg)}"), ("i/a.svg", "<svg/>"), elsewhere]);
    assert!(!by_path(&site)["i/a.svg"].also_old_name);
}
