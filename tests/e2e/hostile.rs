//! Broken, hostile and odd input: the run ends well, in time, within its memory, and nothing is damaged.

use std::{collections::BTreeMap, fs, process::Command, time::Instant};

use crate::{
    harness::{Site, corpus},
    tree::{Tree, every_path},
};

/// Files whose class in `EXPECT.tsv` the notes refute: docs/notes/2026-11-20-bad-corpus.md.
const PRESSED_ALTHOUGH_KEEP: [&str; 1] = ["bombs/pillow-png-decompression-dos.png"];

#[test]
fn the_bad_corpus_is_survived() {
    let Some(bad) = corpus("bad") else { return };
    let site = Site::copy_of(&bad);
    let begin = Instant::now();
    let output = site.build();
    assert!(begin.elapsed().as_secs() < 60, "it took {:?}", begin.elapsed());
    assert!(output.report["peak_rss"].as_u64().unwrap() < 1_000_000_000, "{}", output.report["peak_rss"]);
    let mut wrong = Vec::new();
    for (path, class) in expectations(&fs::read_to_string(bad.join("EXPECT.tsv")).unwrap()) {
        // A sibling that came along is no file of its own.
        if path == "refs/index.html.gz" {
            continue;
        }
        let (before, after) = (fs::read(bad.join(&path)).unwrap(), output.bytes(&path));
        let may_differ =
            class.starts_with("ok") || class.ends_with("-or-ok") || PRESSED_ALTHOUGH_KEEP.contains(&path.as_str());
        if before != after && !may_differ {
            wrong.push(format!("{path}: changed, although {class}"));
        }
        if after.len() > before.len() && output.file(&path)["references"].as_array().unwrap().is_empty() {
            wrong.push(format!("{path}: grew"));
        }
        wrong.extend(damage(&path, &before, &after));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn expectations(table: &str) -> BTreeMap<String, String> {
    let row = |line: &str| {
        let mut cells = line.split('\t');
        Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
    };
    table.lines().skip(1).filter_map(row).collect()
}

/// What can be said cheaply of any pressed text.
fn damage(path: &str, before: &[u8], after: &[u8]) -> Option<String> {
    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    if has(after, "\u{fffd}") && !has(before, "\u{fffd}") {
        return Some(format!("{path}: has replacement characters now"));
    }
    if [".json", ".webmanifest", ".map"].iter().any(|extension| path.ends_with(extension)) {
        let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
        let has_references = has(before, "icons");
        return (!has_references && value(before) != value(after)).then(|| format!("{path}: says something else"));
    }
    if before.is_empty() != after.is_empty() && !path.contains("only-") {
        return Some(format!("{path}: {} bytes became {}", before.len(), after.len()));
    }
    None
}

#[test]
fn an_odd_tree_is_copied_and_nothing_else() {
    let Some(make) = corpus("make-odd-tree") else { return };
    let site = Site::new().beside("secret/outside.txt", "not of the site");
    let run = Command::new("python3").arg(make).arg(site.path("site")).output();
    let Ok(run) = run.inspect_err(|error| eprintln!("skipped: no python3: {error}")) else { return };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    #[cfg(unix)]
    std::os::unix::fs::symlink(site.path("secret"), site.path("site/link-secret")).unwrap();
    let before = every_path(&site.path("site"));
    let output = site.build();
    assert_eq!(before, every_path(&site.path("site")), "the site was written");
    let names = output.tree.files.keys().cloned().collect::<Vec<_>>();
    assert!(
        !names.iter().any(|name| name.contains("outside") || name.contains("link-loop/") || name.contains("link-up/")),
        "{names:?}"
    );
    for path in ["fifo.css", "socket.js", "link-outside.txt", "link-secret"] {
        output.finds("skipped", path);
        assert!(!site.path("out").join(path).exists(), "{path}");
    }
    regular_files_arrive(&site, &output.tree);
    assert!(output.findings().iter().any(|line| line.starts_with("name-portability ")), "{:#?}", output.findings());
    assert_eq!(mode(&site, "out/run.js") & 0o111, 0o111, "a script stays executable");
}

/// Every regular file is published under its name (nothing names any of them), pressed or byte for byte.
fn regular_files_arrive(site: &Site, published: &Tree) {
    let source = Tree::read(&site.path("site"));
    for (path, bytes) in &source.files {
        let after = published.files.get(path).unwrap_or_else(|| panic!("{path:?} is missing"));
        assert!(after == bytes || after.len() < bytes.len(), "{path:?} is larger than before");
    }
    let random = "big/random.bin";
    assert!(source.files[random] == published.files[random]);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let odd = std::ffi::OsStr::from_bytes(b"latin1-\xe9.css");
        let read = |folder: &str| fs::read(site.path(folder).join(odd)).unwrap();
        assert_eq!(read("site"), read("out"));
    }
}

#[cfg(unix)]
fn mode(site: &Site, path: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(site.path(path)).unwrap().permissions().mode()
}

#[test]
fn a_large_video_is_never_in_memory() {
    let site = Site::new().file("index.html", "<video src=v.mp4></video>").file("v.mp4", b"\0\0\0\x18ftypmp42");
    let video = std::fs::File::options().write(true).open(site.path("site/v.mp4")).unwrap();
    video.set_len(300_000_000).unwrap();
    let output = site.build_as("out");
    let held = output.report["peak_rss"].as_u64().unwrap();
    assert!(held < 100_000_000, "{held}");
    assert!(output.tree.files.iter().any(|(path, body)| path.starts_with("v-") && body.len() == 300_000_000));
}
