//! What happens where a site is served while a new build of it is deployed by copying files: at no moment does a page, new,
//! old or still open somewhere, ask for an asset that is not there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::Value;

use crate::{
    harness::{Output, Site},
    tree::Tree,
};

const KEEP_ONE: &str = "[deploy]\nkeep = 1\n";

const PAGE: &str = "<!doctype html><html lang=en><title>x</title><link rel=stylesheet href=/css/a.css>\
    <script type=module src=/js/app.js></script><p>WORDS</p>";

/// A site whose lazy chunk, sheet and page say `words`.
fn write(site: Site, words: &str) -> Site {
    let page = |extra: &str| PAGE.replace("WORDS", &format!("{words}{extra}"));
    let css =
        format!("@import 'b.css';\np {{ color : red ; background : url( ../i/a.png ) }} .{words} {{ color : blue }}\n");
    site.file("index.html", page(""))
        .file("about/index.html", page(" about"))
        .file("404.html", "<!doctype html><html lang=en><title>x</title><p>Not here")
        .file("css/a.css", css.repeat(3))
        .file("css/b.css", "b { color : red }\n")
        .file("js/app.js", "document . querySelector('p') . onclick = () => import('./chunk.js') ;\n")
        .file("js/chunk.js", format!("console . log ( '{words}' ) ;\n"))
        .file("robots.txt", "User-agent: *\n")
        .picture("i/a.png")
}

fn build(site: &Site, words: &str) -> Output {
    for entry in fs::read_dir(site.path("site")).unwrap() {
        let path = entry.unwrap().path();
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    for (path, bytes) in Tree::read(&write(Site::new(), words).path("site")).files {
        let path = site.path("site").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    site.build()
}

/// Every name in the manifest that `is_wanted`, with its siblings.
fn names(output: &Output, is_wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let manifest = output.manifest();
    let also = |record: &Value| record["also"].as_array().cloned().unwrap_or_default();
    let records = manifest["files"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|record| also(record).into_iter().chain([record.clone()]));
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let with_siblings = |record: Value| {
        let siblings: Vec<String> = record["siblings"].as_object().unwrap().values().map(name).collect();
        siblings.into_iter().chain([name(&record)])
    };
    records.filter(is_wanted).flat_map(with_siblings).collect()
}

fn list(output: &Output, key: &str) -> Vec<String> {
    output.manifest()[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn earlier(output: &Output) -> Vec<(String, u64)> {
    let manifest = output.manifest();
    let earlier = manifest["earlier"].as_array().cloned().unwrap_or_default();
    let line =
        |record: &Value| (record["logical"].as_str().unwrap().to_owned(), record["builds_ago"].as_u64().unwrap());
    earlier.iter().map(line).collect()
}

/// Names with our hash that a text mentions.
fn mentioned(text: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(text);
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.')));
    words.filter(|word| crate::harness::without_hash(word) != *word).map(str::to_owned).collect()
}

/// What `pages` and all that they lead to mention, and `host` does not have.
fn missing(host: &Tree, pages: &[Vec<u8>]) -> Vec<String> {
    let by_file_name: BTreeMap<&str, &Vec<u8>> =
        host.files.iter().map(|(path, bytes)| (path.rsplit('/').next().unwrap(), bytes)).collect();
    let (mut seen, mut missing) = (BTreeSet::new(), Vec::new());
    let mut open: Vec<String> = pages.iter().flat_map(|page| mentioned(page)).collect();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        match by_file_name.get(name.as_str()) {
            Some(bytes) => open.extend(mentioned(bytes)),
            None => missing.push(name),
        }
    }
    missing
}

fn is_page(path: &str) -> bool {
    path.rsplit('.').next() == Some("html")
}

fn pages(tree: &Tree) -> Vec<Vec<u8>> {
    tree.files.iter().filter(|(path, _)| is_page(path)).map(|(_, bytes)| bytes.clone()).collect()
}

/// A host, what the network in front of it has of its pages, and the pages that are open somewhere.
struct Served {
    host: Tree,
    cached: BTreeMap<String, Vec<u8>>,
    open: Vec<Vec<u8>>,
}

impl Served {
    fn with(tree: &Tree) -> Self {
        let cached = tree.files.iter().filter(|(path, _)| is_page(path));
        let cached = cached.map(|(path, bytes)| (format!("/{path}"), bytes.clone())).collect();
        Self { host: tree.clone(), cached, open: pages(tree) }
    }

    /// Whatever anybody can see now.
    fn missing(&self) -> Vec<String> {
        let seen: Vec<Vec<u8>> =
            pages(&self.host).into_iter().chain(self.cached.values().cloned()).chain(self.open.clone()).collect();
        missing(&self.host, &seen)
    }

    fn upload(&mut self, output: &Output, name: &str) {
        self.host.files.insert(name.to_owned(), output.tree.files[name].clone());
    }
}

/// Every order within a turn is as good as another: forwards and backwards.
#[test]
fn at_no_moment_of_a_deployment_is_an_asset_missing() {
    for is_reversed in [false, true] {
        let site = Site::new().config(KEEP_ONE);
        let first = build(&site, "one");
        let mut served = Served::with(&first.tree);
        let second = build(&site, "two");
        for turn in ["assets", "files", "pages"] {
            let mut names = names(&second, |record| record["upload"] == turn);
            if is_reversed {
                names.reverse();
            }
            for name in names {
                served.upload(&second, &name);
                assert_eq!(served.missing(), [""; 0], "{turn}: {name}");
            }
        }
        for name in list(&second, "stale") {
            assert!(served.host.files.remove(&name).is_some(), "{name} was never there");
        }
        let purged: BTreeSet<String> = list(&second, "purge").into_iter().collect();
        served.cached.retain(|url, _| !purged.contains(url));
        assert!(served.cached.keys().eq(["/404.html"]), "{:?}", served.cached.keys());
        for name in list(&second, "prune") {
            assert!(served.host.files.remove(&name).is_some(), "{name} was never there");
            assert_eq!(served.missing(), [""; 0], "without {name}");
        }
        let is_ours = |path: &str| path == "_headers" || path.starts_with("edgepress.");
        let here = second.tree.clone().without(is_ours);
        served.host.clone().without(is_ours).must_be(&here, "in the end the host has what was built");
    }
}

/// The check above sees what it is there for.
#[test]
fn in_another_order_assets_are_missing() {
    let site = Site::new().config(KEEP_ONE);
    let first = build(&site, "one");
    let mut served = Served::with(&first.tree);
    let second = build(&site, "two");
    served.upload(&second, "index.html");
    assert!(!served.missing().is_empty(), "pages first");
    let mut served = Served::with(&first.tree);
    served.host.files.remove(&first.name("js/chunk.js"));
    assert_eq!(served.missing(), [first.name("js/chunk.js").trim_start_matches("js/")], "old chunks gone");
}

/// 2 of what others are blamed for: old chunks are gone, pages that are open crash.
#[test]
fn assets_of_earlier_builds_stay_for_as_many_builds() {
    let site = Site::new().config(KEEP_ONE);
    let first = build(&site, "one");
    assert_eq!(earlier(&first), []);
    let second = build(&site, "two");
    let age = |age: u64| ["css/a.css", "js/app.js", "js/chunk.js"].map(|path| (path.to_owned(), age));
    assert_eq!(earlier(&second), age(1), "what did not change is no earlier asset");
    second.has_names([
        "404.html",
        "about/index.html",
        "css/a-#.css",
        "css/a-#.css",
        "css/b-#.css",
        "i/a-#.png",
        "index.html",
        "js/app-#.js",
        "js/app-#.js",
        "js/chunk-#.js",
        "js/chunk-#.js",
        "robots.txt",
    ]);
    for path in ["css/a.css", "js/app.js", "js/chunk.js"] {
        let name = first.name(path);
        for name in [name.clone(), format!("{name}.br"), format!("{name}.gz")] {
            assert_eq!(second.tree.files.get(&name), first.tree.files.get(&name), "{name}");
        }
    }
    assert!(first.tree.files.contains_key(&format!("{}.br", first.name("css/a.css"))), "siblings are looked at");
    assert_eq!(second.report["earlier"]["files"], 3);
    assert_eq!(second.findings(), first.findings());
    let third = build(&site, "three");
    assert_eq!(earlier(&third), age(1));
    let gone = first.name("js/chunk.js");
    assert!(!third.tree.files.contains_key(&gone) && list(&third, "prune").contains(&gone));
    assert!(third.tree.files.contains_key(&second.name("js/chunk.js")));
}

/// Only one build counts as many times as it is made.
#[test]
fn the_same_build_once_more_is_the_same_tree() {
    let site = Site::new().config("[deploy]\nkeep = 2\n");
    build(&site, "one");
    let second = build(&site, "two");
    build(&site, "two").tree.must_be(&second.tree, "once more");
    let back = build(&site, "one");
    assert!(
        earlier(&back).iter().all(|(_, age)| *age == 1),
        "what was earlier is of this build again: {:?}",
        earlier(&back)
    );
    let chunks = back.tree.files.keys().filter(|name| name.contains("chunk") && name.rsplit('.').next() == Some("js"));
    assert_eq!(chunks.count(), 2);
}

/// 4 of what others are blamed for: pages stay old in front of the host.
#[test]
fn what_changed_under_its_name_is_purged_and_nothing_else() {
    let site = Site::new().config(KEEP_ONE);
    let first = build(&site, "one");
    assert_eq!(list(&first, "purge").len(), 7, "all that keeps its name, at first: {:?}", list(&first, "purge"));
    assert_eq!(list(&first, "prune"), [""; 0]);
    let second = build(&site, "two");
    let pages = ["/", "/about/", "/about/index.html", "/index.html"];
    assert_eq!(list(&second, "purge"), pages);
    fs::remove_file(site.path("site/robots.txt")).unwrap();
    let third = site.build();
    assert_eq!(list(&third, "purge"), ["/robots.txt"]);
    let site = site.config(&format!("{KEEP_ONE}[[policy]]\nglob = \"404.html\"\ncache_control = \"no-cache\"\n"));
    let urls = ["/404", "/404.html", "/robots.txt"];
    assert_eq!(list(&site.build(), "purge"), urls, "the same bytes once more, with other headers");
}

/// The last output is not here; its manifest is enough to know what the host has.
#[test]
fn a_manifest_is_enough_where_the_host_keeps_what_it_has() {
    let site = Site::new().config(KEEP_ONE);
    let first = build(&site, "one");
    for previous in ["live", "live/edgepress.manifest.json"] {
        let site = write(Site::new().config(KEEP_ONE), "two");
        let site = site.beside("live/edgepress.manifest.json", &first.tree.files["edgepress.manifest.json"]);
        let second = site.build_with("out", &["--previous", previous]);
        let manifest = second.manifest();
        let records = manifest["earlier"].as_array().unwrap();
        assert_eq!(records.len(), 3);
        assert!(records.iter().all(|record| record["elsewhere"] == true));
        assert!(!second.tree.files.contains_key(&first.name("js/chunk.js")));
        assert_eq!(list(&second, "prune"), [""; 0], "kept at the host");
        second.finds("earlier-build", "");
    }
}

#[test]
fn a_first_deployment_has_nothing_before_it() {
    let site = write(Site::new(), "one");
    let output = site.build_with("out", &["--previous", "live"]);
    output.finds("earlier-build", "");
    let said = &output.report["findings"].as_array().unwrap()[0];
    assert_eq!(said["severity"], "info");
    assert_eq!((list(&output, "purge").len(), list(&output, "prune").len()), (7, 0));
    let site = site.beside("live/edgepress.manifest.json", "{ \"schema\": 1 ");
    let output = site.build_with("other", &["--previous", "live"]);
    assert_eq!(output.report["findings"].as_array().unwrap()[0]["severity"], "warning");
}

/// Nothing goes out under an old name that is not what was published under it.
#[test]
fn what_was_touched_since_does_not_stay() {
    let site = Site::new().config(KEEP_ONE);
    let first = build(&site, "one");
    let (chunk, sheet) = (first.name("js/chunk.js"), first.name("css/a.css"));
    fs::write(site.path("out").join(&chunk), "alert(1)").unwrap();
    fs::write(site.path("out").join(format!("{sheet}.br")), "alert(1)").unwrap();
    let second = build(&site, "two");
    second.finds("earlier-build", &chunk);
    assert!(!second.tree.files.contains_key(&chunk) && !second.tree.files.contains_key(&format!("{chunk}.gz")));
    assert!(second.tree.files.contains_key(&sheet) && second.tree.files.contains_key(&format!("{sheet}.gz")));
    assert!(!second.tree.files.contains_key(&format!("{sheet}.br")));
    assert_eq!(
        list(&second, "prune").iter().filter(|name| name.contains("chunk")).count(),
        1,
        "{:?}",
        list(&second, "prune")
    );
}

/// What a build publishes itself comes first, be it a file or a folder.
#[test]
fn names_of_the_new_build_are_its_own() {
    let site = Site::new().config(KEEP_ONE);
    let chunk = build(&site, "one").name("js/chunk.js");
    let site = write(site, "two").file(&format!("{chunk}/x.txt"), "text");
    let second = site.build();
    assert!(second.tree.files.contains_key(&format!("{chunk}/x.txt")));
    assert_eq!(earlier(&second).len(), 2);
}

#[test]
fn in_place_there_is_no_earlier_output() {
    let site = write(Site::new().config(KEEP_ONE), "one");
    site.run(&["build", "site", "--in-place"]).fails(
        2,
        "deploy.keep needs an earlier build, which --in-place does not leave",
        "add --previous PATH with the folder or the manifest of what is deployed, or publish with -o OUT",
    );
    site.run(&["build", "site", "--in-place", "--previous", "live"]).code(0);
}

/// A build that would lead to the same is not made again, unless the tree before it is another.
#[test]
fn another_tree_before_leads_to_a_build() {
    let site = write(Site::new(), "one").variable("EDGEPRESS_NO_CACHE", "").flags([
        "--cache-dir",
        "cache",
        "--previous",
        "live",
    ]);
    assert_eq!(site.build().report["unchanged"], false);
    assert_eq!(site.build().report["unchanged"], true);
    let manifest = fs::read(site.path("out/edgepress.manifest.json")).unwrap();
    let site = site.beside("live/edgepress.manifest.json", manifest);
    assert_eq!(site.build().report["unchanged"], false);
}

/// Servers and `rsync` compare time and size. Where only a hash in a page changed, its size did not.
#[test]
fn what_is_not_the_same_has_another_time() {
    let long_ago = UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let variants = [("with a cache", ""), ("without", "1")];
    for (what, no_cache) in variants {
        let site = write(Site::new(), "one").file("copied.txt", "text");
        let site = site.variable("EDGEPRESS_NO_CACHE", no_cache);
        let site = if no_cache.is_empty() { site.flags(["--cache-dir", "cache"]) } else { site };
        let age = || {
            for path in Tree::read(&site.path("site")).files.into_keys() {
                fs::File::options()
                    .write(true)
                    .open(site.path("site").join(path))
                    .unwrap()
                    .set_modified(long_ago)
                    .unwrap();
            }
        };
        let looked_at = |output: &Output, path: &str| {
            let metadata = fs::metadata(site.path("out").join(output.name(path))).unwrap();
            (metadata.modified().unwrap(), metadata.len())
        };
        age();
        let first = site.build();
        let page = looked_at(&first, "index.html");
        assert!(page.0 > long_ago, "{what}: made now");
        assert_eq!(looked_at(&first, "copied.txt").0, long_ago, "{what}: as it came");
        assert_eq!(looked_at(&first, "js/chunk.js").0, long_ago, "{what}: its name says what it is");
        fs::write(site.path("site/js/chunk.js"), "console . log ( 'two' ) ;\n").unwrap();
        age();
        let second = site.build();
        assert_ne!(first.text("index.html"), second.text("index.html"));
        let other = looked_at(&second, "index.html");
        assert_eq!(page.1, other.1, "{what}: the size is the same");
        assert!(page.0 < other.0, "{what}: the time is not");
        let not_found = |output: &Output| looked_at(output, "404.html");
        if no_cache.is_empty() {
            fs::write(site.path("site/js/chunk.js"), "console . log ( 'three' ) ;\n").unwrap();
            let kept = not_found(&second);
            assert_eq!(not_found(&site.build()), kept, "what stays keeps its time");
        }
    }
}

/// Assets of earlier builds have our hash in their names, and keep it where the output is a site once more.
#[test]
fn an_output_with_earlier_assets_pressed_again_is_the_same() {
    let site = Site::new().config(KEEP_ONE);
    build(&site, "one");
    let second = build(&site, "two");
    assert_eq!(earlier(&second).len(), 3);
    let is_ours = |path: &str| path == "_headers" || path.starts_with("edgepress.");
    let again = Site::copy_of_tree(&second.tree).build();
    again.tree.without(is_ours).must_be(&second.tree.clone().without(is_ours), "pressed again");
}
