use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{asset::Digest, refs};

/// A site as a map of path to text, linked.
fn linked_with(files: &[(&str, &str)], settings: &Settings) -> Linked {
    let lean = |(path, text): &(&str, &str)| {
        let path = AssetPath::new(*path).unwrap();
        let (kind, scan) = refs::scan(kind_of(&path), text.as_bytes()).unwrap();
        Lean {
            path,
            kind,
            body: Some(Body::from_bytes(text.as_bytes().to_vec())),
            may_change: false,
            is_pinned: false,
            has_our_name: false,
            references: scan.references,
            mentions: scan.mentions,
            base: scan.base,
            import_map: scan.import_map,
            is_opaque: false,
            source_map: scan.source_map,
        }
    };
    let assets: Vec<Lean> = files.iter().map(lean).collect();
    let bodies: Vec<Body> = assets.iter().filter_map(|asset| asset.body.clone()).collect();
    let mut linking = Linking::decide(assets, settings).unwrap();
    // Whatever arrives first, the result is the same: the order here is any.
    let mut arrival: Vec<usize> = (0..bodies.len()).collect();
    arrival.sort_by_key(|index| Digest::of(&index.to_le_bytes()).short());
    let mut finished: Vec<usize> =
        arrival.into_iter().flat_map(|index| linking.arrive(index, bodies[index].clone()).unwrap()).collect();
    finished.sort_unstable();
    assert_eq!(finished, (0..bodies.len()).collect::<Vec<_>>(), "each is final once");
    linking.finish()
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
        security: Security::default(),
        source_maps: SourceMaps::Keep,
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
}

/// How many random sites are tried: `EDGEPRESS_CASES=100000 cargo test --release --lib names_follow_bytes`.
fn cases() -> u32 {
    std::env::var("EDGEPRESS_CASES").ok().and_then(|number| number.parse().ok()).unwrap_or(1_500)
}

const MODULES: usize = 7;
const SHEETS: usize = 4;

/// A random site: modules that import each other and themselves, now and later, use sheets and pictures; sheets that
/// import sheets in circles. `edges` holds for each module and sheet what it names, `salt` goes into one of the files.
fn site(edges: &[Vec<(u8, usize)>], mutated: usize, salt: u8) -> Vec<(String, String)> {
    let comment = |n: usize| if n == mutated { salt } else { 0 };
    let module = |n: usize| {
        let lines = edges[n].iter().map(|(way, to)| match way % 5 {
            0 => format!("import './m{}.js';", to % MODULES),
            1 => format!("import('./m{}.js');", to % MODULES),
            2 => format!("new URL('p{}.bin', import.meta.url);", to % 2),
            3 => format!("import './s{}.css' with {{type: 'css'}};", to % SHEETS),
            _ => format!("import './m{n}.js';"),
        });
        (format!("m{n}.js"), format!("{}f('{}')", lines.collect::<String>(), comment(n)))
    };
    let sheet = |n: usize| {
        let lines = edges[MODULES + n].iter().map(|(way, to)| match way % 2 {
            0 => format!("@import 's{}.css';", to % SHEETS),
            _ => format!("a{{b:url(p{}.bin)}}", to % 2),
        });
        (format!("s{n}.css"), format!("{}/*{}*/", lines.collect::<String>(), comment(MODULES + n)))
    };
    let picture = |n: usize| (format!("p{n}.bin"), format!("{n}{}", comment(MODULES + SHEETS + n)));
    (0..MODULES).map(module).chain((0..SHEETS).map(sheet)).chain((0..2).map(picture)).collect()
}

fn linked_site(files: &[(String, String)]) -> Linked {
    linked(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    /// Equal name if and only if equal published bytes, cycles included; every reference resolves; the order in which
    /// files come in changes nothing.
    #[test]
    fn names_follow_bytes(
        edges in proptest::collection::vec(proptest::collection::vec((0..10_u8, 0..7_usize), 0..4), MODULES + SHEETS),
        mutated in 0..MODULES + SHEETS + 2,
    ) {
        let (before, mut files) = (linked_site(&site(&edges, mutated, 0)), site(&edges, mutated, 1));
        let after = linked_site(&files);
        for (old, new) in before.assets.iter().zip(&after.assets) {
            if old.naming == Naming::Hashed {
                prop_assert_eq!(old.name == new.name, text(old) == text(new), "{:?}", old.path);
            }
        }
        files.reverse();
        let mut reversed = linked_site(&files);
        reversed.assets.reverse();
        for (one, other) in after.assets.iter().zip(&reversed.assets) {
            prop_assert_eq!((&one.name, text(one)), (&other.name, text(other)));
        }
        let names: BTreeSet<String> = after.assets.iter().map(|asset| asset.name.to_string()).collect();
        for asset in after.assets.iter().filter(|asset| asset.kind != Kind::Opaque) {
            let scan = refs::scan(asset.kind, text(asset).as_bytes()).unwrap().1;
            for reference in &scan.references {
                let name = reference.url.trim_start_matches("./");
                prop_assert!(names.contains(name), "{} in {}", reference.url, asset.path);
            }
        }
    }
}

/// How much memory linking takes can be seen with `EDGEPRESS_FILES=100000` and the peak of the process.
#[test]
fn many_small_files_are_linked() {
    let many = std::env::var("EDGEPRESS_FILES").ok().and_then(|number| number.parse().ok()).unwrap_or(5_000_usize);
    let files: Vec<(String, String)> = (0..many)
        .map(|n| (format!("c{n}.css"), format!("@import 'c{}.css';a{{b:url(p.bin)}}", (n * 7 + 1) % many)))
        .chain([("p.bin".to_owned(), "p".to_owned())])
        .collect();
    let site = linked_site(&files);
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
