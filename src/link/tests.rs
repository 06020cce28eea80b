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
        _ => Kind::Opaque,
    }
}

fn settings() -> Settings {
    Settings {
        mode: NameMode::Content,
        keep: Globs::default(),
        base: Some("/".to_owned()),
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

/// Module `n` of a random site.
fn module(imports: &[usize], salt: u8) -> String {
    let imports: Vec<String> = imports.iter().map(|n| format!("import './m{n}.js';")).collect();
    format!("{}f('{salt}')", imports.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Equal name if and only if equal published bytes, cycles included; every reference resolves.
    #[test]
    fn names_follow_bytes(
        edges in proptest::collection::vec(proptest::collection::vec(0..7_usize, 0..4), 7),
        mutated in 0..7_usize,
    ) {
        let site = |salt: u8| {
            let texts: Vec<(String, String)> = edges.iter().enumerate()
                .map(|(n, imports)| (format!("m{n}.js"), module(imports, if n == mutated { salt } else { 0 }))).collect();
            let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            linked(&files)
        };
        let (before, after) = (site(0), site(1));
        for (old, new) in before.assets.iter().zip(&after.assets) {
            if old.naming == Naming::Hashed {
                prop_assert_eq!(old.name == new.name, text(old) == text(new), "{:?}", old.path);
            }
        }
        let names: BTreeSet<String> = after.assets.iter().map(|asset| asset.name.to_string()).collect();
        for asset in &after.assets {
            let scan = refs::scan(asset.kind, text(asset).as_bytes()).unwrap().1;
            for reference in &scan.references {
                prop_assert!(names.contains(&reference.url[2..]), "{} in {}", reference.url, asset.path);
            }
        }
    }
}
