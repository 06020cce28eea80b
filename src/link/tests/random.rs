//! Random sites in which one byte changes: names follow bytes, references lead where they led, and no order matters.
//!
//! `EDGEPRESS_CASES=100000 cargo test --release --lib link::tests::random` makes a hundred thousand changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;

use super::{Linked, NameMode, Naming, Settings, lean, linked_with, settings, text};
use crate::{
    asset::{
        AssetPath, Base, Digest, Kind, Reference, Role,
        url::{self, Target},
    },
    refs,
};

fn cases() -> u32 {
    std::env::var("EDGEPRESS_CASES").ok().and_then(|number| number.parse().ok()).unwrap_or(1_000)
}

const NETWORK: &str = "https://cdn.test/x/";
const MODULES: usize = 6;
const SHEETS: usize = 4;
const PICTURES: usize = 2;
const PAGES: usize = 2;

/// What each module, sheet and page names: in which way, and which.
type Edges = Vec<Vec<(u8, usize)>>;

type Files = Vec<(String, String)>;

/// Modules in three folders that import each other and themselves, now and later, start workers and use sheets and pictures;
/// sheets that import sheets in circles; pages that load some of all that.
fn site(edges: &Edges) -> Files {
    let modules = (0..MODULES).map(|n| (module_path(n), module(n, &edges[n])));
    let sheets = (0..SHEETS).map(|n| (format!("css/s{n}.css"), sheet(n, &edges[MODULES + n])));
    let pages = (0..PAGES).map(|n| (page_path(n), page(n, &edges[MODULES + SHEETS + n])));
    let pictures = (0..PICTURES).map(|n| (format!("p{n}.bin"), format!("picture {n}")));
    modules.chain(sheets).chain(pages).chain(pictures).collect()
}

fn module_path(n: usize) -> String {
    format!("{}m{n}.js", ["js/", "js/x/", ""][n % 3])
}

fn page_path(n: usize) -> String {
    format!("{}index.html", ["", "deep/"][n % 2])
}

/// From the folder of `from` to `to`.
fn relative(from: &str, to: &str) -> String {
    format!("./{}{to}", "../".repeat(from.matches('/').count()))
}

fn module(n: usize, edges: &[(u8, usize)]) -> String {
    let from = module_path(n);
    let to = |path: &str| relative(&from, path);
    let line = |(way, which): &(u8, usize)| match way % 8 {
        0 | 1 => format!("import '{}';", to(&module_path(which % MODULES))),
        2 => format!("import('{}');", to(&module_path(which % MODULES))),
        3 => format!("import '/{}';", module_path(which % MODULES)),
        4 => format!("import '{}';", to(&module_path(n))),
        5 => format!("new URL('{}', import.meta.url);", to(&format!("p{}.bin", which % PICTURES))),
        6 => format!("import '{}' with {{type: 'css'}};", to(&format!("css/s{}.css", which % SHEETS))),
        _ => format!("new Worker(new URL('{}', import.meta.url));", to(&module_path(which % MODULES))),
    };
    format!("{}export default '{n}';", edges.iter().map(line).collect::<String>())
}

fn sheet(n: usize, edges: &[(u8, usize)]) -> String {
    let line = |(way, which): &(u8, usize)| match way % 3 {
        0 => format!("@import 's{}.css';", which % SHEETS),
        1 => format!("@import url(/css/s{}.css);", which % SHEETS),
        _ => format!("a{{b:url(../p{}.bin)}}", which % PICTURES),
    };
    format!("{}a{{c:{n}}}", edges.iter().map(line).collect::<String>())
}

fn page(n: usize, edges: &[(u8, usize)]) -> String {
    let from = page_path(n);
    let to = |path: &str| relative(&from, path);
    let line = |(way, which): &(u8, usize)| match way % 4 {
        0 => format!("<script type=module src='{}'></script>", to(&module_path(which % MODULES))),
        1 => format!("<link rel=stylesheet href='{}'>", to(&format!("css/s{}.css", which % SHEETS))),
        2 => format!("<script type=module>import '{}'</script>", to(&module_path(which % MODULES))),
        _ => format!("<img src='/p{}.bin?v=1'>", which % PICTURES),
    };
    format!("<!doctype html><title>{n}</title>{}", edges.iter().map(line).collect::<String>())
}

fn link(files: &Files, settings: &Settings) -> Linked {
    linked_with(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>(), settings)
}

/// `files` with another byte in one of them.
fn changed(files: &Files, file: usize, at: usize, byte: u8) -> Files {
    let mut changed = files.clone();
    let text = &mut changed[file % files.len()].1;
    let at = at % text.len();
    text.replace_range(at..=at, &char::from(byte).to_string());
    changed
}

/// Every published path, with the asset that is there.
fn published(site: &Linked) -> BTreeMap<&str, usize> {
    let names = site.assets.iter().enumerate();
    let both = names.flat_map(|(index, asset)| {
        let old = asset.also_old_name.then_some((asset.path.as_str(), index));
        [Some((asset.name.as_str(), index)), old].into_iter().flatten()
    });
    both.collect()
}

/// What the import maps of all pages say, by the path that is asked for.
fn maps(site: &Linked) -> HashMap<String, String> {
    let pages = site.assets.iter().filter(|asset| asset.kind == Kind::Html);
    let entries = pages.flat_map(|page| {
        let scan = refs::scan(Kind::Html, text(page).as_bytes()).unwrap().1;
        let folder = page.name.folder().to_owned();
        scan.import_map
            .into_iter()
            .filter_map(move |(from, to)| Some((path_of(&from, &folder)?, path_of(&to, &folder)?)))
    });
    entries.collect()
}

fn path_of(url: &str, folder: &str) -> Option<String> {
    let target = match url::below(url, NETWORK) {
        Some(inside) => url::resolve(&format!("/{inside}"), "", "/"),
        None => url::resolve(url, folder, "/"),
    };
    match target {
        Target::Site(path) => Some(path),
        Target::Elsewhere | Target::Itself | Target::Outside => None,
    }
}

/// Every reference of every file leads to what it led to before.
fn leads_where_it_led(files: &Files, site: &Linked) -> Result<(), TestCaseError> {
    let index_of: HashMap<&str, usize> = files.iter().enumerate().map(|(n, (path, _))| (path.as_str(), n)).collect();
    let (names, maps) = (published(site), maps(site));
    for (asset, (path, source)) in site.assets.iter().zip(files) {
        let before = lean(path, source);
        if before.is_opaque {
            continue;
        }
        let after = refs::scan(asset.kind, text(asset).as_bytes()).unwrap().1;
        // What an import map says stands there and nowhere else in this role.
        let is_own = |reference: &&Reference| (reference.role, reference.base) != (Role::LazyModule, Base::Own);
        let (old, new) = (before.references.iter().filter(is_own), after.references.iter().filter(is_own));
        prop_assert_eq!(old.clone().count(), new.clone().count(), "{}", path);
        for (old, new) in old.zip(new) {
            // `'\js/m.js'` is `js/m.js`, which no module can ask for, though there is such a path.
            let is_bare = old.base == Base::Specifier && !old.url.starts_with(['.', '/']);
            let asked = path_of(&old.url, before.path.folder()).filter(|_| !is_bare);
            let Some(target) = asked.and_then(|asked| index_of.get(asked.as_str())) else { continue };
            let asked = path_of(&new.url, asset.name.folder()).unwrap_or_default();
            let led = maps.get(&asked).filter(|_| new.base == Base::Specifier).unwrap_or(&asked);
            prop_assert_eq!(names.get(led.as_str()), Some(target), "{} in {}: {}", &old.url, path, text(asset));
        }
    }
    Ok(())
}

/// Equal name if and only if equal bytes, and no name has ever stood for others.
fn names_follow_bytes(before: &Linked, after: &Linked) -> Result<(), TestCaseError> {
    let mut known: HashMap<AssetPath, Digest> = HashMap::new();
    for (old, new) in before.assets.iter().zip(&after.assets) {
        if old.naming == Naming::Hashed && new.naming == Naming::Hashed {
            prop_assert_eq!(old.name == new.name, text(old) == text(new), "{}: {} {}", old.path, text(old), text(new));
        }
        for asset in [old, new].into_iter().filter(|asset| asset.naming == Naming::Hashed) {
            let digest = *asset.body.digest();
            prop_assert_eq!(*known.entry(asset.name.clone()).or_insert(digest), digest, "{}", asset.name);
        }
    }
    Ok(())
}

/// The same site, its files in another order.
fn order_is_nothing(files: &Files, site: &Linked, settings: &Settings) -> Result<(), TestCaseError> {
    let reversed: Files = files.iter().rev().cloned().collect();
    let other = link(&reversed, settings);
    for (one, other) in site.assets.iter().zip(other.assets.iter().rev()) {
        prop_assert_eq!((&one.name, text(one)), (&other.name, text(other)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn one_changed_byte(
        edges in proptest::collection::vec(proptest::collection::vec((0..24_u8, 0..12_usize), 0..4), MODULES + SHEETS + PAGES),
        (file, at, byte) in (0..MODULES + SHEETS + PAGES + PICTURES, 0..1_000_usize, 33..127_u8),
        mode in prop_oneof![Just(NameMode::Content), Just(NameMode::ImportMap), Just(NameMode::Rehash)],
        has_network in any::<bool>(),
    ) {
        let settings = Settings { mode, network: has_network.then(|| NETWORK.to_owned()), ..settings() };
        let files = site(&edges);
        let other = changed(&files, file, at, byte);
        let (before, after) = (link(&files, &settings), link(&other, &settings));
        names_follow_bytes(&before, &after)?;
        leads_where_it_led(&files, &before)?;
        leads_where_it_led(&other, &after)?;
        order_is_nothing(&other, &after, &settings)?;
    }
}

/// In import-map mode a changed module changes its own name and no other, wherever a page leads to it.
#[test]
fn an_edit_renames_one_module() {
    let files = |salt: &str| -> Files {
        vec![
            ("index.html".to_owned(), "<script type=module src=m0.js></script>".to_owned()),
            ("m0.js".to_owned(), "import './m1.js'".to_owned()),
            ("m1.js".to_owned(), "import './m2.js'; import './m0.js'".to_owned()),
            ("m2.js".to_owned(), format!("import './m1.js'; f('{salt}')")),
        ]
    };
    let settings = Settings { mode: NameMode::ImportMap, ..settings() };
    let (one, other) = (link(&files("a"), &settings), link(&files("b"), &settings));
    let renamed: BTreeSet<&str> = one
        .assets
        .iter()
        .zip(&other.assets)
        .filter(|(one, other)| one.name != other.name)
        .map(|(one, _)| one.path.as_str())
        .collect();
    assert_eq!(renamed, BTreeSet::from(["m2.js"]));
}
