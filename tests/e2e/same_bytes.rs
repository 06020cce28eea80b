//! The same site gives the same bytes, whatever else is different; and what is published is sound.

use std::{fs, io::Read, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use sha2::{Digest, Sha384};

use crate::{
    harness::{HOST_FILES, Output, Site, is_hash, real_sites},
    tree::{Tree, every_path},
};

fn builds_of(folder: &Path) -> (Site, Output) {
    let site = Site::copy_of(folder);
    let before = Tree::read(&site.path("site"));
    let output = site.build_with("out", &["--jobs", "2"]);
    before.must_be(&Tree::read(&site.path("site")), "the site was written");
    (site, output)
}

#[test]
fn nothing_but_the_site_decides() {
    for folder in real_sites() {
        let name = folder.display();
        let (site, first) = builds_of(&folder);
        let again = |out: &str, flags: &[&str]| site.build_with(out, flags).tree;
        first.tree.must_be(&again("out", &[]), &format!("{name}: built again over the former output"));
        first.tree.must_be(&again("one", &["--jobs", "1"]), &format!("{name}: with one thread"));
        let elsewhere = Site::copy_of(&folder)
            .variable("TZ", "Asia/Tokyo")
            .variable("LANG", "tr_TR.UTF-8")
            .variable("LC_ALL", "tr_TR.UTF-8")
            .variable("TMPDIR", "/nowhere");
        fs::rename(elsewhere.path("site"), elsewhere.path("sité")).unwrap();
        elsewhere.run(&["build", "sité", "-o", "deep/er/out", "--jobs", "3"]).success();
        first.tree.must_be(&Tree::read(&elsewhere.path("deep/er/out")), &format!("{name}: in another place"));
        let beside = every_path(&elsewhere.path("deep")).len() - every_path(&elsewhere.path("deep/er/out")).len();
        assert_eq!(beside, 2, "only the two folders are there besides the output");
    }
}

/// While one long script holds everybody up, other bodies are packed on the chance that names in them stay. Here that of
/// the module does not: its name is a bundler's, but the page has an integrity value.
#[test]
fn a_wrong_guess_leaves_no_trace() {
    let line = |number: u32| format!("export const f{number} = (a, b) => a * {number} + b . c ( '{number}' ) ;\n");
    let long: String = (0..4_000).map(line).collect();
    let module = "console . log ( 'module' ) ; \n".repeat(50);
    let integrity = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(&module)));
    let tag = format!("<script type=module src=/assets/app-W1erjkBN.js integrity={integrity}></script>");
    let page =
        |number: u32| format!("<!doctype html><title>x</title>{tag}<p>{}", format!("{number} words ").repeat(60));
    let site = (0..40).fold(Site::new(), |site, number| site.file(&format!("{number}.html"), page(number)));
    let importer = format!("import '/assets/app-W1erjkBN.js' ;\n{}", "console . log ( 'x' ) ;\n".repeat(40));
    let site = site.file("assets/long.js", long).file("assets/app-W1erjkBN.js", module);
    let site = site.file("assets/main.js", importer);
    let alone = site.build_with("alone", &["--jobs", "1"]);
    assert!(alone.is_hashed("assets/app-W1erjkBN.js"), "{}", alone.record("assets/app-W1erjkBN.js"));
    assert!(alone.tree.files.contains_key("1.html.br"));
    for jobs in ["2", "8"] {
        site.build_with(jobs, &["--jobs", jobs]).tree.must_be(&alone.tree, &format!("{jobs} threads"));
    }
}

#[test]
fn a_cache_changes_nothing_but_time() {
    for folder in real_sites() {
        let (plain, first) = builds_of(&folder);
        drop(plain);
        let cached = Site::copy_of(&folder).variable("EDGEPRESS_NO_CACHE", "").flags(["--cache-dir", "cache"]);
        let (cold, warm) = (cached.build_as("cold"), cached.build_as("warm"));
        first.tree.must_be(&cold.tree, &format!("{}: cold cache", folder.display()));
        first.tree.must_be(&warm.tree, &format!("{}: warm cache", folder.display()));
        let uses = |output: &Output, what: &str| {
            output.report["files"].as_array().unwrap().iter().filter(|file| file["cache"] == what).count()
        };
        assert_eq!(uses(&cold, "hit"), 0, "{}", folder.display());
        assert_eq!(uses(&warm, "miss"), 0, "{}", folder.display());
        assert!(uses(&warm, "hit") > 0, "{}", folder.display());
        damage_every_entry(&cached.path("cache"));
        first.tree.must_be(&cached.build_as("damaged").tree, &format!("{}: damaged cache", folder.display()));
    }
}

fn damage_every_entry(cache: &Path) {
    for (path, mut bytes) in Tree::read(cache).files {
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 0x20;
        }
        fs::write(cache.join(path), bytes).unwrap();
    }
}

#[test]
fn what_is_published_is_what_the_manifest_says() {
    for folder in real_sites() {
        let (_, output) = builds_of(&folder);
        let manifest = output.manifest();
        let mut published = 0;
        for (path, record) in manifest["files"].as_object().unwrap() {
            let also = record["also"].as_array().into_iter().flatten();
            for record in std::iter::once(record).chain(also) {
                published += 1 + check_record(&output, path, record);
            }
            let bytes_in = fs::metadata(folder.join(path)).unwrap().len();
            assert_eq!(output.file(path)["bytes_in"], bytes_in, "{path}");
        }
        let extra = output.tree.files.keys().filter(|name| HOST_FILES.contains(&name.as_str())).count();
        assert_eq!(
            published + extra,
            output.tree.files.len(),
            "{}: files that the manifest does not know",
            folder.display()
        );
        assert_eq!(
            manifest["files"].as_object().unwrap().len(),
            Tree::read(&folder).files.len(),
            "{}",
            folder.display()
        );
        not_larger_than_before(&output);
    }
}

/// Checks one record; returns how many siblings it has.
fn check_record(output: &Output, path: &str, record: &Value) -> usize {
    let name = record["name"].as_str().unwrap();
    let bytes = &output.tree.files[name];
    assert_eq!(record["size"], bytes.len(), "{path}");
    let integrity = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)));
    assert_eq!(record["integrity"], integrity.as_str(), "{path}");
    let has_hash = crate::harness::without_hash(name) != name;
    match record["naming"].as_str().unwrap() {
        "hashed" => assert!(has_hash, "{path} is called hashed, yet has the name {name}"),
        "adopted" | "fixed" => assert_eq!(name, path, "only a new hash changes a name"),
        other => panic!("{other}"),
    }
    let siblings = record["siblings"].as_object().unwrap();
    for (encoding, sibling) in siblings {
        let packed = &output.tree.files[sibling["name"].as_str().unwrap()];
        assert_eq!(sibling["size"], packed.len(), "{path}");
        assert!(packed.len() < bytes.len(), "{path}: a sibling that saves nothing");
        assert!(decoded(encoding, packed) == *bytes, "{path}: its {encoding} sibling holds something else");
    }
    siblings.len()
}

fn decoded(encoding: &str, packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    match encoding {
        "br" => brotli::Decompressor::new(packed, 4096).read_to_end(&mut bytes).unwrap(),
        "gzip" => MultiGzDecoder::new(packed).read_to_end(&mut bytes).unwrap(),
        other => panic!("{other}"),
    };
    bytes
}

/// New names are longer than the old ones: a page may grow by their hashes, and by nothing else.
fn not_larger_than_before(output: &Output) {
    for file in output.report["files"].as_array().unwrap() {
        let (before, after) = (file["bytes_in"].as_u64().unwrap(), file["bytes_out"].as_u64().unwrap());
        // A map follows what it maps: more changes of names are more to say.
        if file["references"].as_array().unwrap().is_empty() && file["kind"] != "source-map" {
            assert!(after <= before, "{} grew from {before} to {after}", file["path"]);
        }
    }
    assert!(output.report["output"]["bytes"].as_u64().unwrap() > 0);
}

#[test]
fn hashes_are_of_our_alphabet() {
    let output =
        Site::new().file("a.css", "a { color : red }").file("index.html", "<link rel=stylesheet href=a.css>").build();
    let name = output.name("a.css");
    assert!(is_hash(name.strip_prefix("a-").unwrap().strip_suffix(".css").unwrap()), "{name}");
}

#[test]
fn one_changed_byte_renames_exactly_what_it_changes() {
    let folder = crate::harness::repository().join("fixtures/demo");
    let site = Site::copy_of(&folder);
    let before = site.build_as("before");
    let pairs = before.manifest();
    for path in pairs["files"].as_object().unwrap().keys() {
        let Some(changed) = with_one_byte_changed(path, &fs::read(folder.join(path)).unwrap()) else { continue };
        let site = Site::copy_of(&folder).file(path, changed);
        let after = site.build_as("after");
        for other in pairs["files"].as_object().unwrap().keys() {
            let same_bytes = before.bytes(other) == after.bytes(other);
            let same_name = before.name(other) == after.name(other);
            let both_hashed = before.is_hashed(other) && after.is_hashed(other);
            if both_hashed {
                assert_eq!(same_name, same_bytes, "{other} after a change in {path}");
            } else {
                assert!(same_name, "{other} after a change in {path}");
            }
        }
    }
}

/// A change that stays through pressing: another digit in the last number, or another letter in a string.
fn with_one_byte_changed(path: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let text = ["css", "js", "json", "svg"].iter().any(|extension| path.ends_with(&format!(".{extension}")));
    let at = bytes.iter().rposition(u8::is_ascii_digit).filter(|_| text)?;
    let mut changed = bytes.to_vec();
    changed[at] = if changed[at] == b'7' { b'5' } else { b'7' };
    Some(changed)
}
