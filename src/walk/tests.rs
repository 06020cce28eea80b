use std::fs;

use globset::{Glob, GlobSetBuilder};
use tempfile::TempDir;

use super::*;
use crate::finding::Severity;

fn site(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
    folder
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.files.iter().map(|file| file.path.as_str()).collect()
}

fn findings(tree: &Tree, code: Code) -> Vec<(&str, &str)> {
    tree.findings.iter().filter(|f| f.code == code).map(|f| (f.path.as_str(), f.message.as_str())).collect()
}

fn globs(patterns: &[&str]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).unwrap());
    }
    set.build().unwrap()
}

#[test]
fn files_come_sorted_by_their_whole_path() {
    let site = site(&["a/b.css", "a-b.css", "a.css", "Z.css", ".well-known/security.txt", ".nojekyll"]);
    let tree = walk(site.path(), &Selection::default()).unwrap();
    let expected = [".nojekyll", ".well-known/security.txt", "Z.css", "a-b.css", "a.css", "a/b.css"];
    assert_eq!(paths(&tree), expected);
    assert_eq!(tree.findings, []);
    assert_eq!(tree.files[0].bytes, 1);
}

#[test]
fn what_nobody_publishes_is_left_out_and_counted() {
    let site = site(&["index.html", ".git/config", "sub/.git", "a/.DS_Store", "b/.DS_Store", "c/Thumbs.db"]);
    let tree = walk(site.path(), &Selection::default()).unwrap();
    assert_eq!(paths(&tree), ["index.html"]);
    let expected = [
        (".git", "version control data is left out (2 in all)"),
        ("a/.DS_Store", "notes of a file manager are left out (3 in all)"),
    ];
    assert_eq!(findings(&tree, Code::Skipped), expected);
    assert!(tree.findings.iter().all(|finding| finding.severity == Severity::Info));
}

#[test]
fn the_selection_is_obeyed_without_a_word() {
    let site = site(&["a.css", "b.js", "drafts/x.css", "cache/entry", "deep/drafts/y.css"]);
    let selection = Selection {
        exclude: globs(&["drafts"]),
        include: Some(globs(&["**/*.css", "cache/*"])),
        never_enter: vec![site.path().join("cache")],
        ..Selection::default()
    };
    let tree = walk(site.path(), &selection).unwrap();
    assert_eq!(paths(&tree), ["a.css", "deep/drafts/y.css"]);
    assert_eq!(tree.findings, []);
}

#[test]
fn modules_of_a_bundle_are_files_and_installed_packages_are_named() {
    let site = site(&["node_modules/x/index.js", "app/node_modules/.package-lock.json", "app/node_modules/y/index.js"]);
    let tree = walk(site.path(), &Selection::default()).unwrap();
    assert_eq!(tree.files.len(), 3);
    let is_installed: Vec<_> = tree.files.iter().map(|file| tree.is_installed(&file.path)).collect();
    assert_eq!(is_installed, [true, true, false]);
    assert_eq!(
        findings(&tree, Code::Kept),
        [("app/node_modules", "installed packages are published as they are, not pressed")]
    );
}

#[test]
fn secrets_are_named_and_published() {
    let site = site(&["a/.env.example", "id_rsa"]);
    let tree = walk(site.path(), &Selection::default()).unwrap();
    assert_eq!(tree.files.len(), 2);
    assert_eq!(findings(&tree, Code::Secret), [("id_rsa", "a private SSH key will be published")]);
}

#[test]
fn environments_and_our_configuration_are_left_out() {
    let site = site(&[".env", "a/.ENV.local", "edgepress.toml", "a/edgepress.toml", "index.html"]);
    let tree = walk(site.path(), &Selection::default()).unwrap();
    assert_eq!(paths(&tree), ["a/edgepress.toml", "index.html"]);
    let expected = [
        (
            ".env",
            "environment variables of a program are left out: they often hold passwords (2 in all)",
            Severity::Warning,
        ),
        ("edgepress.toml", "the configuration of edgepress is left out", Severity::Info),
    ];
    let found: Vec<_> = tree.findings.iter().map(|f| (f.path.as_str(), f.message.as_str(), f.severity)).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_folder_of_a_project_is_noticed() {
    let of = |files: &[&str]| {
        let site = site(files);
        let tree = walk(site.path(), &Selection::default()).unwrap();
        let found = tree.findings.into_iter().find(|finding| finding.code == Code::SourceTree);
        found.map(|finding| (finding.path, finding.message, finding.hint))
    };
    let (path, message, hint) =
        of(&["package.json", "package-lock.json", "vite.config.ts", "src/a.ts", "dist/index.html"]).unwrap();
    assert_eq!((path.as_str(), hint.as_str()), ("package-lock.json", "did you mean its folder dist?"));
    assert!(message.ends_with("package-lock.json, vite.config.ts will be published"), "{message}");
    assert!(of(&["node_modules/.package-lock.json", "index.html"]).is_some());
    for site in [&["package.json", "index.html"][..], &["src/a.js", "a/yarn.lock"], &["vite.js", "config.json"]] {
        assert_eq!(of(site), None, "{site:?}");
    }
}

#[test]
fn a_root_that_is_no_folder_is_an_error_with_its_path() {
    let site = site(&["file"]);
    let error = |path: &str| walk(&site.path().join(path), &Selection::default()).unwrap_err().to_string();
    assert!(error("nowhere").starts_with("there is no folder ") && error("nowhere").ends_with("nowhere"));
    assert!(error("file").ends_with("file is not a folder"));
    assert!(error("file/below").ends_with("is not a folder"));
}

#[test]
fn a_changed_file_is_noticed() {
    let site = site(&["a.css"]);
    let tree = walk(site.path(), &Selection::default()).unwrap();
    assert_eq!(read(&tree.files[0]).unwrap(), Reading { bytes: b"x".to_vec(), changed: false });
    fs::write(site.path().join("a.css"), "longer").unwrap();
    assert_eq!(read(&tree.files[0]).unwrap(), Reading { bytes: b"longer".to_vec(), changed: true });
    fs::remove_file(site.path().join("a.css")).unwrap();
    assert!(read(&tree.files[0]).is_err());
}

#[cfg(unix)]
mod unix {
    use std::{
        ffi::OsStr,
        os::unix::{
            ffi::OsStrExt,
            fs::{PermissionsExt, symlink},
            net::UnixListener,
        },
        process::Command,
    };

    use super::*;

    #[test]
    fn links_stay_beneath_the_root_and_end() {
        let outside = site(&["secret"]);
        let site = site(&["real/a.css", "deep/er/b.css", ".git/config"]);
        for (name, to) in [
            ("file.css", "real/a.css"),
            ("folder", "real"),
            ("broken", "nowhere"),
            ("self", "self"),
            ("here", "."),
            ("up", ".."),
            ("deep/er/back", "../../deep"),
            ("config", ".git/config"),
            ("etc", "/etc"),
        ] {
            symlink(to, site.path().join(name)).unwrap();
        }
        symlink(outside.path().join("secret"), site.path().join("outside")).unwrap();
        let tree = walk(site.path(), &Selection::default()).unwrap();
        assert_eq!(paths(&tree), ["deep/er/b.css", "file.css", "folder/a.css", "real/a.css"]);
        assert_eq!(*tree.files[1].source, site.path().canonicalize().unwrap().join("real/a.css"));
        let skipped: Vec<_> = findings(&tree, Code::Skipped).into_iter().map(|(path, _)| path).collect();
        assert_eq!(skipped, [".git", "broken", "config", "deep/er/back", "etc", "here", "outside", "self", "up"]);
    }

    #[test]
    fn folders_that_link_to_each_other_end() {
        let site = site(&["a/a.css", "b/b.css", "c/c.css"]);
        for (from, to) in [("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("b", "c"), ("c", "b")] {
            symlink(format!("../{to}"), site.path().join(from).join(format!("to-{to}"))).unwrap();
        }
        let tree = walk(site.path(), &Selection::default()).unwrap();
        // Each of three folders reaches the others in every order, itself never again: 3 * (1 + 2 + 2).
        assert_eq!(tree.files.len(), 15);
    }

    #[test]
    fn special_files_are_never_opened() {
        let site = site(&["a.css"]);
        let fifo = site.path().join("fifo.css");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let _socket = UnixListener::bind(site.path().join("socket.js")).unwrap();
        let tree = walk(site.path(), &Selection::default()).unwrap();
        assert_eq!(paths(&tree), ["a.css"]);
        let expected = [("fifo.css", "a FIFO is not published"), ("socket.js", "a socket is not published")];
        assert_eq!(findings(&tree, Code::Skipped), expected);
        assert!(open(&fifo).is_err());
    }

    #[test]
    fn odd_names_and_modes() {
        let site = site(&["run.js", "co:lon.css", "ends."]);
        let odd = site.path().join(OsStr::from_bytes(b"latin1-\xE9.css"));
        fs::write(&odd, "x").unwrap();
        fs::set_permissions(site.path().join("run.js"), fs::Permissions::from_mode(0o6755)).unwrap();
        let tree = walk(site.path(), &Selection::default()).unwrap();
        assert_eq!(paths(&tree), ["co:lon.css", "ends.", "run.js"]);
        assert_eq!(tree.files[2].mode, 0o755);
        assert_eq!(tree.odd.len(), 1);
        assert_eq!(tree.odd[0].path.as_os_str().as_bytes(), b"latin1-\xE9.css");
        assert_eq!(findings(&tree, Code::NamePortability).len(), 3);
    }

    /// The generator of awkward trees that comes with the corpus.
    #[test]
    #[expect(clippy::print_stderr, reason = "says that it was skipped")]
    fn the_odd_tree_of_the_corpus() {
        let corpus = std::env::var_os("EDGEPRESS_CORPUS")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("python3").arg(corpus.join("make-odd-tree")).arg(folder.path()).output();
        if !made.is_ok_and(|made| made.status.success()) {
            return eprintln!("skipped: no corpus or no python3");
        }
        let tree = walk(folder.path(), &Selection::default()).unwrap();
        assert!(tree.files.len() > 3020, "{}", tree.files.len());
        assert!(tree.files.is_sorted_by(|a, b| a.path < b.path));
        assert_eq!(tree.odd.len(), 1);
        let skipped = findings(&tree, Code::Skipped);
        for path in
            ["link-broken.css", "link-loop", "link-self.css", "link-outside.txt", "link-up", "fifo.css", "socket.js"]
        {
            assert!(skipped.iter().any(|(found, _)| *found == path), "{path} in {skipped:?}");
        }
        assert_eq!(skipped.len(), 7, "{skipped:?}");
        let expected =
            ["hard-link.css", "link-dir/target.css", "link-file.css", "nfc/cafe\u{301}.css", "unreadable.css"];
        for path in expected {
            assert!(paths(&tree).contains(&path), "{path}");
        }
    }
}
