use std::{fs, path::PathBuf};

use super::*;

fn path(text: &str) -> AssetPath {
    AssetPath::new(text).unwrap()
}

fn kind_of(name: &str, content: &[u8]) -> Kind {
    let head = &content[..content.len().min(HEAD)];
    kind(&path(name), head, content.len() <= HEAD)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR";
const AVIF: &[u8] = b"\0\0\0\x1Cftypmif1\0\0\0\0mif1avifmiaf";
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";

#[test]
fn pictures_and_fonts_are_what_they_contain() {
    for (name, content, expected) in [
        ("a.png", PNG, Kind::Png),
        ("a.jpg", PNG, Kind::Png),
        ("a.css", PNG, Kind::Png),
        ("a", PNG, Kind::Png),
        ("a.svg", PNG, Kind::Png),
        ("a.png", b"\xFF\xD8\xFF\xE0", Kind::Jpeg),
        ("a.png", b"RIFF\0\0\0\0WEBPVP8 ", Kind::WebP),
        ("a.bin", b"GIF89a", Kind::Gif),
        ("a.bin", AVIF, Kind::Avif),
        ("a.png", b"", Kind::Opaque),
        ("a.png", b"\x89PNG", Kind::Opaque),
        ("a.png", LFS, Kind::Opaque),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Kind::Opaque),
        ("a.jpg", b"<!DOCTYPE HTML><title>404</title>", Kind::Opaque),
        ("a.ico", b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0", Kind::Ico),
        ("a.bin", b"\0\0\x01\0\x01\0\x10\x10\0\x07\x01\0\x20\0\x68\x04\0\0\x16\0\0\0", Kind::Opaque),
        ("a.woff2", b"wOF2\0\x01\0\0", Kind::Woff2),
        ("a.ttf", b"OTTO\0\x0B\0\x80\0\x03\0\x30CFF ", Kind::Otf),
        ("a.bin", b"\0\x01\0\0\0\x0F\0\x80\0\x03\0\x70DSIG", Kind::Ttf),
        ("a.mdb", b"\0\x01\0\0Standard Jet DB\0", Kind::Opaque),
        ("OTTO.txt", b"OTTO is a name, true it is.", Kind::Text),
        ("wOFF.txt", b"wOFF as a word", Kind::Text),
    ] {
        assert_eq!(kind_of(name, content), expected, "{name} {content:?}");
    }
}

#[test]
fn other_binary_kinds_need_a_name_as_well() {
    for (name, content, expected) in [
        ("a.wasm", &b"\0asm\x01\0\0\0"[..], Kind::Wasm),
        ("a.bin", b"\0asm\x01\0\0\0", Kind::Opaque),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isom", Kind::Video),
        ("a.m4a", b"\0\0\0\x18ftypM4A \0\0\0\0isom", Kind::Audio),
        ("a.mp4", b"\x1A\x45\xDF\xA3", Kind::Video),
        ("a.ogv", b"OggS\0\x02", Kind::Audio),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1", Kind::Opaque),
        ("a.docx", b"PK\x03\x04\x14\0", Kind::Opaque),
        ("a.zip", b"PK\x03\x04\x14\0", Kind::Archive),
        ("a.css", b"PK\x03\x04\x14\0", Kind::Opaque),
        ("a.css", b"\x1F\x8B\x08\0", Kind::Opaque),
        ("a.svgz", b"\x1F\x8B\x08\0", Kind::Archive),
        ("a.br", b"\x0B\x02\x80", Kind::Archive),
        ("a.pdf", b"%PDF-1.7\n", Kind::Pdf),
        ("a.mp3", b"\xFF\xFB\x90\x64", Kind::Audio),
        ("a.mp4", LFS, Kind::Opaque),
    ] {
        assert_eq!(kind_of(name, content), expected, "{name} {content:?}");
    }
}

#[test]
fn texts_are_what_they_are_named_unless_the_content_denies_it() {
    for (name, content, expected) in [
        ("a.html", &b"no markup at all"[..], Kind::Html),
        ("a.xhtml", b"<?xml version='1.0'?><html xmlns='x'>", Kind::Html),
        ("UPPER.CSS", b"a{}", Kind::Css),
        ("a.css", b"", Kind::Css),
        ("a.css", b"a{content:'\0'}", Kind::Opaque),
        ("a.css", b"\xFF\xFEa\0{\0}\0", Kind::Css),
        ("a.css", b"a{content:'\xE9'}", Kind::Css),
        ("a.css", b"\n<!DOCTYPE html><title>404</title>", Kind::Opaque),
        ("a.css", LFS, Kind::Opaque),
        ("a.js", b"\xEF\xBB\xBF<html><body>", Kind::Opaque),
        ("a.js", b"<!-- legal in a script\nx()", Kind::JsScript),
        ("a.cjs", b"x", Kind::JsScript),
        ("a.mjs", b"x", Kind::JsModule),
        ("a.js.map", b")]}'\n{\"version\":3,\"sources\":[],\"mappings\":\"\"}", Kind::SourceMap),
        ("a.map", b"{\"version\":3,\"sections\":[]}", Kind::SourceMap),
        ("a.map", b"{\"version\":3,\"file\":\"a.js\",\"names\":[\"one\",\"tw", Kind::SourceMap),
        ("a.map", b"", Kind::SourceMap),
        ("graph.map", b"<map id=\"a\" name=\"a\">\n<area href=\"b.html\"/>\n</map>\n", Kind::Text),
        ("level.map", b"IBSP.\x00\x00\x00\xff", Kind::Opaque),
        ("level1.map", b"wall 1 2 3", Kind::Text),
        ("a.js.map", b"not found", Kind::Opaque),
        ("a.svg", b"<html><svg></svg></html>", Kind::Opaque),
        ("a.svg", b"<?xml version='1.0'?><!-- c --><svg/>", Kind::Svg),
        ("a.svg", b"", Kind::Svg),
        ("a.svg", b"<p>", Kind::Opaque),
        ("a.xml", b"<svg/>", Kind::Xml),
        ("a.json", b"{\"name\":1}", Kind::Json),
        ("manifest.json", br#"{"name":"x","icons":[{"src":"a.png"}]}"#, Kind::WebManifest),
        ("pwa/manifest.json", br#"{"start_url":"/"}"#, Kind::WebManifest),
        ("assets/manifest-P9przInP.json", br#"{"name":"x","icons":[{"src":"/a.png"}]}"#, Kind::WebManifest),
        ("Manifest.de.json", br#"{"short_name":"x","display":"standalone"}"#, Kind::WebManifest),
        ("assets/manifest-P9przInP.json", br#"{"a.js":"a-P9przInP.js"}"#, Kind::BuildManifest),
        (
            "asset-manifest.json",
            br#"{"files":{"main.js":"/a.js"},"entrypoints":["a.js"],"name":"","icons":[]}"#,
            Kind::BuildManifest,
        ),
        ("manifest.json", br#"{"manifest_version":3,"name":"x","icons":{}}"#, Kind::Json),
        (
            "manifest.json",
            br#"{"index.html":{"file":"a.js","isEntry":true,"name":"x","icons":1}}"#,
            Kind::BuildManifest,
        ),
        ("a.webmanifest", b"{}", Kind::WebManifest),
        ("robots.txt", b"User-agent: *", Kind::Text),
        ("index.php", b"<?php echo 1;", Kind::Opaque),
        ("a.html.erb", b"<html>", Kind::Opaque),
        ("a.shtml", b"<html>", Kind::Opaque),
        ("_headers", b"/*\n", Kind::Opaque),
        ("no-extension", b"a{}", Kind::Opaque),
        ("a.ts", b"export const a: number = 1", Kind::Opaque),
    ] {
        assert_eq!(kind_of(name, content), expected, "{name} {:?}", String::from_utf8_lossy(content));
    }
}

#[test]
fn a_root_element_behind_a_long_comment_is_still_an_svg() {
    let content = format!("<!--{}--><svg/>", "x".repeat(2 * HEAD));
    assert_eq!(kind_of("a.svg", content.as_bytes()), Kind::Svg);
}

#[test]
fn disagreement_is_told() {
    let told = |name: &str, content: &[u8]| remark(&path(name), content, true).map(|f| (f.code, f.message));
    for (name, content, code, part) in [
        ("a.jpg", &b"<!doctype html><p>"[..], Code::Unparsable, "jpeg, but the content is an HTML page"),
        ("a.png", b"", Code::Unparsable, "png, but the content is empty"),
        ("a.bin", LFS, Code::Unparsable, "Git LFS pointer"),
        ("a.jpg", PNG, Code::Remark, "jpeg, but the content is png; treated as png"),
        ("a.css", b"PK\x03\x04", Code::Unparsable, "css, but the content is archive"),
    ] {
        let (found, message) = told(name, content).unwrap();
        assert_eq!(found, code, "{name}");
        assert!(message.contains(part), "{message}");
    }
    for (name, content) in [("a.png", PNG), ("a.css", b"a{}"), ("a.bin", b"\0\0"), ("a.ogv", b"OggS\0")] {
        assert_eq!(told(name, content), None, "{name}");
    }
}

#[test]
fn no_prefix_of_anything_panics() {
    for content in
        [PNG, AVIF, LFS, b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0", b"<!DOCTYPE svg [<!ENTITY"]
    {
        for end in 0..=content.len() {
            for name in ["a.png", "a.svg", "a.map", "a.json", "a.css", "a"] {
                let _ = (kind(&path(name), &content[..end], end % 2 == 0), remark(&path(name), &content[..end], true));
            }
        }
    }
}

/// The real pictures of the corpus are named rightly but for those that say so.
#[test]
#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn corpus_pictures() {
    let corpus = std::env::var_os("EDGEPRESS_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut seen = 0;
    for folder in ["images/png", "images/jpeg", "images/gif", "images/webp", "images/avif", "images/ico", "images/svg"]
    {
        let Ok(files) = fs::read_dir(corpus.join(folder)) else { continue };
        for file in files.map(|file| file.unwrap().path()) {
            let content = fs::read(&file).unwrap();
            let name = file.file_name().unwrap().to_str().unwrap();
            assert_eq!(Some(kind_of(name, &content)), name::kind(&path(name)), "{name}");
            seen += 1;
        }
    }
    if seen == 0 {
        eprintln!("skipped: no corpus");
    }
}
