//! When nothing changed there is nothing to do; whatever changed is seen.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use crate::harness::{Output, Site, repository};

fn site() -> Site {
    Site::new()
        .file("index.html", "<link rel=stylesheet href=a.css><p> Hello </p>")
        .file("a.css", "p { color : red }")
        .file("b.txt", "one")
        .variable("EDGEPRESS_NO_CACHE", "")
        .flags(["--cache-dir", "cache"])
}

fn is_unchanged(output: &Output) -> bool {
    output.report["unchanged"].as_bool().unwrap()
}

#[test]
fn a_second_build_of_the_same_does_nothing() {
    let site = site();
    let first = site.build_as("out");
    let second = site.build_as("out");
    assert_eq!((is_unchanged(&first), is_unchanged(&second)), (false, true));
    first.tree.must_be(&second.tree, "nothing changed");
    for key in ["files", "wire", "output", "budgets"] {
        let as_hits = first.report[key].to_string().replace("\"miss\"", "\"hit\"");
        assert_eq!(as_hits, second.report[key].to_string(), "{key}");
    }
    assert!(site.surroundings().files.keys().all(|path| !path.contains("edgepress-staging")));
}

type Change = fn(&Site);

#[test]
fn every_change_leads_to_a_build() {
    let changes: [(&str, Change); 9] = [
        ("a file of the same size", |site| fs::write(site.path("site/b.txt"), "two").unwrap()),
        ("a new file", |site| fs::write(site.path("site/c.txt"), "").unwrap()),
        ("a file less", |site| fs::remove_file(site.path("site/b.txt")).unwrap()),
        ("the configuration", |site| fs::write(site.path("edgepress.toml"), "[names]\nmode = \"off\"\n").unwrap()),
        ("a published file", |site| fs::write(site.path("out/b.txt"), "two").unwrap()),
        ("a published file less", |site| fs::remove_file(site.path("out/b.txt")).unwrap()),
        ("a file that was not published", |site| fs::write(site.path("out/x"), "").unwrap()),
        ("no output any more", |site| fs::remove_dir_all(site.path("out")).unwrap()),
        ("a damaged memory", |site| {
            for record in fs::read_dir(site.path("cache/v1/built")).unwrap() {
                let path = record.unwrap().path();
                let mut bytes = fs::read(&path).unwrap();
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                fs::write(path, bytes).unwrap();
            }
        }),
    ];
    for (what, change) in changes {
        let site = site();
        site.build_as("out");
        change(&site);
        let rebuilt = site.build_as("out");
        assert!(!is_unchanged(&rebuilt), "{what}");
        rebuilt.tree.must_be(&site.build_as("fresh").tree, what);
        assert!(is_unchanged(&site.build_as("out")), "{what}: and then nothing");
    }
}

fn inodes(site: &Site, output: &Output) -> Vec<u64> {
    let inode = |path| fs::metadata(site.path("out").join(output.name(path))).unwrap().ino();
    ["a.css", "c.js", "index.html"].map(inode).to_vec()
}

#[test]
fn what_stands_is_not_written_again() {
    let site = site().file("c.js", "console . log ( 'c' ) ;\n".repeat(40));
    let first = site.build_as("out");
    let inodes_before = inodes(&site, &first);
    fs::write(site.path("site/b.txt"), "another text").unwrap();
    let second = site.build_as("out");
    assert!(!is_unchanged(&second));
    assert_eq!(inodes(&site, &second), inodes_before);
    second.tree.must_be(&site.build_as("fresh").tree, "one file changed");
    assert!(is_unchanged(&site.build_as("out")), "and then nothing");
    fs::remove_dir_all(site.path("cache/v1/built")).unwrap();
    site.build_as("out").tree.must_be(&second.tree, "without a memory");
}

fn append(site: &Site, path: &str, text: &str) {
    let path = site.path("site").join(path);
    fs::write(&path, fs::read_to_string(&path).unwrap() + text).unwrap();
}

/// Edits of a whole site one after the other, each built over the build before.
#[test]
fn builds_over_builds_are_like_fresh_ones() {
    let demo = repository().join("fixtures/demo");
    let site =
        Site::copy_of(&demo).variable("EDGEPRESS_NO_CACHE", "").flags(["--cache-dir", "cache", "--level", "fast"]);
    let edits: [(&str, Change); 8] = [
        ("a sheet", |site| append(site, "css/parts.css", "\n.new { color: red }\n")),
        ("a script that others import", |site| append(site, "js/money.js", "\nconsole.log('new');\n")),
        ("a page", |site| append(site, "about.html", "<p>new</p>")),
        ("a picture less", |site| fs::remove_file(site.path("site/pictures/fog.jpg")).unwrap()),
        ("a picture renamed", |site| {
            fs::rename(site.path("site/pictures/noon.jpg"), site.path("site/pictures/midday.jpg")).unwrap();
        }),
        ("permissions", |site| {
            fs::set_permissions(site.path("site/css/base.css"), fs::Permissions::from_mode(0o600)).unwrap();
        }),
        ("a time", |site| {
            let file = fs::File::options().write(true).open(site.path("site/css/type.css")).unwrap();
            file.set_modified(std::time::UNIX_EPOCH).unwrap();
        }),
        ("another base", |site| fs::write(site.path("edgepress.toml"), "base = \"/shop/\"\n").unwrap()),
    ];
    site.build_as("out");
    for (what, edit) in edits {
        edit(&site);
        let over = site.build_as("out");
        over.tree.must_be(&site.build_as(&format!("fresh, {what}")).tree, what);
        assert!(is_unchanged(&site.build_as("out")), "{what}: and then nothing");
    }
}

type Damage = fn(&std::path::Path);

/// Whatever happened to a published file meanwhile, it is not taken over.
#[test]
fn only_what_stands_is_taken_over() {
    let changes: [(&str, Damage); 4] = [
        ("edited in secret", |path| {
            let time = fs::metadata(path).unwrap().modified().unwrap();
            let edited = fs::read(path).unwrap().iter().map(|byte| byte ^ 1).collect::<Vec<_>>();
            fs::write(path, edited).unwrap();
            fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
        }),
        ("removed", |path| fs::remove_file(path).unwrap()),
        ("replaced by a folder", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
        ("replaced by a link", |path| {
            fs::rename(path, path.with_extension("moved")).unwrap();
            std::os::unix::fs::symlink(path.with_extension("moved"), path).unwrap();
        }),
    ];
    for (what, change) in changes {
        for sibling in ["", ".br"] {
            let site = site().file("c.js", "console . log ( 'c' ) ;\n".repeat(40));
            let first = site.build_as("out");
            change(&site.path("out").join(format!("{}{sibling}", first.name("c.js"))));
            fs::write(site.path("site/b.txt"), "another text").unwrap();
            site.build_as("out").tree.must_be(&site.build_as("fresh").tree, &format!("{what}{sibling}"));
        }
    }
}

#[test]
fn a_policy_that_failed_fails_again() {
    let site = site().config("[[budget]]\nname = \"small\"\ntotal = true\nmeasure = \"identity\"\nmax = 1\n");
    for _ in 0..2 {
        site.run(&["build", "site", "-o", "out"]).code(1);
    }
}
