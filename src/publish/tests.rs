use std::{cell::Cell, fs, sync::mpsc, thread};

use tempfile::TempDir;

use super::*;
use crate::asset::Digest;

/// A folder with a site in it and room for outputs beside.
struct Place {
    folder: TempDir,
    interrupt: Interrupt,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        tree(&folder.path().join("site"), &[("index.html", "site")]);
        Self { folder, interrupt: Interrupt::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn patience(&self, wait: Duration) -> Patience<'_> {
        Patience { wait, on_wait: &|_| {}, interrupt: &self.interrupt }
    }

    fn open_at(&self, destination: Destination<'_>) -> Result<Staging, PublishError> {
        let patience = self.patience(Duration::from_millis(30));
        Staging::open(&Request { site: &self.path("site"), destination, patience })
    }

    fn open(&self, output: &str, overwrite: Overwrite) -> Result<Staging, PublishError> {
        self.open_at(Destination::Output { path: &self.path(output), overwrite })
    }

    fn build(&self, output: &str, text: &str) -> Published {
        finish(self.open(output, Overwrite::Ours).unwrap(), text)
    }

    fn press_in_place(&self, text: &str) -> Published {
        finish(self.open_at(Destination::InPlace).unwrap(), text)
    }

    fn restore(&self) -> Result<Restored, PublishError> {
        restore(&self.path("site"), self.patience(Duration::ZERO))
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| format!("{path}: {error}"))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

const META: FileMeta = FileMeta { mode: 0o644, modified: SystemTime::UNIX_EPOCH };

fn finish(staging: Staging, text: &str) -> Published {
    staging.write(MANIFEST, b"{}", META).unwrap();
    staging.write("index.html", text.as_bytes(), META).unwrap();
    let published = staging.publish().unwrap();
    assert!(published.trouble.is_none(), "{:?}", published.trouble);
    published
}

fn tree(folder: &Path, files: &[(&str, &str)]) {
    fs::create_dir_all(folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// A tree as edgepress leaves it.
fn ours(folder: &Path, text: &str) {
    tree(folder, &[(MANIFEST, "{}"), ("index.html", text)]);
}

#[test]
fn a_new_output_appears_whole_with_its_parents() {
    let place = Place::new();
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let staging = place.open("deep/er/out", Overwrite::Ours).unwrap();
    staging.write(MANIFEST, b"{}", META).unwrap();
    staging.write("css/a b.css", b"a{}", FileMeta { mode: 0o4755, modified }).unwrap();
    assert!(!place.path("deep/er/out").exists());
    let published = staging.publish().unwrap();
    assert_eq!((published.files, published.bytes), (2, 5));
    assert_eq!(published.output, place.path("deep/er/out"));
    assert_eq!(place.text("deep/er/out/css/a b.css"), "a{}");
    let metadata = fs::metadata(place.path("deep/er/out/css/a b.css")).unwrap();
    assert_eq!(metadata.modified().unwrap(), modified);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7700, 0o700);
    assert_eq!(fs::read_dir(place.path("deep/er")).unwrap().count(), 1);
}

#[test]
fn an_output_is_replaced_as_a_whole() {
    let place = Place::new();
    place.build("out", "one");
    fs::write(place.path("out/stale.html"), "x").unwrap();
    place.build("out", "two");
    assert_eq!(place.text("out/index.html"), "two");
    assert!(!place.path("out/stale.html").exists());
    assert_eq!(place.names(), ["out", "site"]);
}

#[test]
fn what_others_wrote_is_refused_unless_forced() {
    let place = Place::new();
    fs::create_dir(place.path("out")).unwrap();
    place.build("out", "into an empty folder");
    let files = [("b.txt", "b"), ("a.txt", "a"), ("d", "d"), ("c", "c")];
    tree(&place.path("mine"), &files);
    let error = place.open("mine", Overwrite::Ours).unwrap_err();
    assert!(error.to_string().contains(r#"it holds 4 entries such as "a.txt", "b.txt", "c""#), "{error}");
    assert_eq!(error.class(), Class::Usage);
    assert!(error.hint().unwrap().contains("--force"));
    assert_eq!(place.text("mine/a.txt"), "a");
    finish(place.open("mine", Overwrite::Anything).unwrap(), "forced");
    assert_eq!(fs::read_dir(place.path("mine")).unwrap().count(), 2);
    assert_eq!(place.names(), ["mine", "out", "site"]);
}

#[test]
fn an_output_that_would_damage_the_site_is_refused() {
    let place = Place::new();
    tree(&place.path("site/sub"), &[]);
    tree(&place.path("empty"), &[]);
    fs::write(place.path("file"), "x").unwrap();
    for (output, problem) in [
        ("site", LayoutProblem::SameAsSite),
        ("site/", LayoutProblem::SameAsSite),
        ("empty/../site/sub/..", LayoutProblem::SameAsSite),
        ("site/out", LayoutProblem::InsideSite),
        ("site/not/there/yet", LayoutProblem::InsideSite),
        ("not/there/../../site/x", LayoutProblem::InsideSite),
        ("", LayoutProblem::ContainsSite),
        (".", LayoutProblem::ContainsSite),
        ("file", LayoutProblem::NotAFolder),
    ] {
        match place.open(output, Overwrite::Anything) {
            Err(PublishError::Layout { problem: found, .. }) => assert_eq!(found, problem, "{output}"),
            other => panic!("{output}: {other:?}"),
        }
    }
    assert_eq!(place.names(), ["empty", "file", "site"]);
    assert_eq!(fs::read_dir(place.path("site")).unwrap().count(), 2);
    let top = place.open_at(Destination::Output { path: Path::new("/"), overwrite: Overwrite::Anything });
    assert!(matches!(top, Err(PublishError::Layout { .. })));
}

#[cfg(unix)]
#[test]
fn links_to_output_and_site_are_seen_through() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    tree(&place.path("releases/5"), &[]);
    symlink("releases/5", place.path("current")).unwrap();
    symlink("site", place.path("alias")).unwrap();
    symlink("nowhere", place.path("dangling")).unwrap();
    place.build("current", "through a link");
    assert_eq!(place.text("releases/5/index.html"), "through a link");
    assert!(place.path("current").is_symlink());
    for (output, problem) in [
        ("alias", LayoutProblem::SameAsSite),
        ("alias/x", LayoutProblem::InsideSite),
        ("dangling", LayoutProblem::Dangling),
    ] {
        let error = place.open(output, Overwrite::Ours).unwrap_err();
        assert!(matches!(error, PublishError::Layout { problem: found, .. } if found == problem), "{output}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_mount_point_is_refused() {
    let place = Place::new();
    let error = place.open_at(Destination::Output { path: Path::new("/proc"), overwrite: Overwrite::Anything });
    assert!(matches!(error, Err(PublishError::Layout { problem: LayoutProblem::MountPoint, .. })), "{error:?}");
}

#[test]
fn nothing_remains_of_a_run_that_gave_up() {
    let place = Place::new();
    let staging = place.open("deep/er/out", Overwrite::Ours).unwrap();
    staging.write("a/b", b"x", META).unwrap();
    drop(staging);
    assert_eq!(place.names(), ["site"]);
    place.build("out", "one");
    place.open("out", Overwrite::Ours).unwrap();
    assert_eq!(place.text("out/index.html"), "one");
    assert_eq!(place.names(), ["out", "site"]);
}

#[test]
fn each_path_is_written_once_and_stays_inside() {
    let place = Place::new();
    let staging = place.open("out", Overwrite::Ours).unwrap();
    staging.write("a", b"x", META).unwrap();
    assert!(matches!(staging.write("a", b"x", META), Err(PublishError::Twice { path }) if path == "a"));
    for path in ["", "/etc/x", "../x", "a/../../x", "./x"] {
        assert!(matches!(staging.write(path, b"x", META), Err(PublishError::BadPath { .. })), "{path}");
    }
    assert!(matches!(staging.publish(), Err(PublishError::Incomplete)), "there is no manifest");
    assert_eq!(place.names(), ["site"]);
}

#[test]
fn a_copy_is_what_was_expected_or_nothing() {
    let place = Place::new();
    let source = place.path("site/index.html");
    let staging = place.open("out", Overwrite::Ours).unwrap();
    let expected = |text: &str| Some(Expected { bytes: text.len() as u64, digest: Digest::of(text.as_bytes()) });
    let copy = |to: &str, expected| staging.copy(Path::new(to), &source, expected, META).unwrap();
    assert_eq!(copy("plain", None), Copied::Whole(4));
    assert_eq!(copy("same", expected("site")), Copied::Whole(4));
    assert_eq!(copy("shorter", expected("si")), Copied::SourceChanged);
    assert_eq!(copy("other", expected("etis")), Copied::SourceChanged);
    assert_eq!(copy("other", expected("site")), Copied::Whole(4));
    let missing = staging.copy(Path::new("x"), &place.path("site/none"), None, META);
    assert!(matches!(missing, Err(PublishError::Read { path, .. }) if path.ends_with("none")));
    staging.write(MANIFEST, b"{}", META).unwrap();
    assert_eq!(staging.publish().unwrap().files, 4);
    assert_eq!(place.text("out/other"), "site");
    assert!(!place.path("out/shorter").exists() && !place.path("out/x").exists());
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_are_copied_byte_for_byte() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let place = Place::new();
    let name = Path::new(OsStr::from_bytes(b"\xE9/\xFF.css"));
    let staging = place.open("out", Overwrite::Ours).unwrap();
    staging.copy(name, &place.path("site/index.html"), None, META).unwrap();
    staging.write(MANIFEST, b"{}", META).unwrap();
    staging.publish().unwrap();
    assert_eq!(fs::read(place.path("out").join(name)).unwrap(), b"site");
}

#[test]
fn an_interrupt_ends_every_step() {
    let place = Place::new();
    let staging = place.open("out", Overwrite::Ours).unwrap();
    staging.write(MANIFEST, b"{}", META).unwrap();
    place.interrupt.raise();
    assert!(matches!(staging.write("a", b"x", META), Err(PublishError::Interrupted)));
    let copied = staging.copy(Path::new("b"), &place.path("site/index.html"), None, META);
    assert!(matches!(copied, Err(PublishError::Interrupted)));
    assert!(matches!(staging.publish(), Err(PublishError::Interrupted)));
    assert!(matches!(place.open("out", Overwrite::Ours), Err(PublishError::Interrupted)));
    assert_eq!(place.names(), ["site"]);
}

#[test]
fn a_second_run_waits_or_gives_up() {
    let place = Place::new();
    let first = place.open("out", Overwrite::Ours).unwrap();
    match place.open("out", Overwrite::Ours) {
        Err(error @ PublishError::Locked { .. }) => {
            assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
            assert_eq!(error.class(), Class::Locked);
        }
        other => panic!("{other:?}"),
    }
    let (send, waiting) = mpsc::channel();
    thread::scope(|scope| {
        let (output, site) = (place.path("out"), place.path("site"));
        let place = &place;
        scope.spawn(move || {
            let told = Cell::new(0);
            let interrupt = Interrupt::new();
            let on_wait = |owner: Option<&Owner>| {
                assert!(owner.is_some());
                told.set(told.get() + 1);
                send.send(()).unwrap();
            };
            let patience = Patience { wait: Duration::from_mins(1), on_wait: &on_wait, interrupt: &interrupt };
            let destination = Destination::Output { path: &output, overwrite: Overwrite::Ours };
            finish(Staging::open(&Request { site: &site, destination, patience }).unwrap(), "second");
            assert_eq!(told.get(), 1);
            assert_eq!(place.text("out/index.html"), "second");
        });
        waiting.recv().unwrap();
        finish(first, "first");
    });
    assert_eq!(place.names(), ["out", "site"]);
}

/// What a kill at each point leaves, made by hand, and what the next run makes of it.
#[test]
fn each_state_that_a_kill_leaves_is_healed() {
    type Make = fn(&Place);
    let rows: [(&str, Make, &str, Option<&str>); 8] = [
        (
            "while staging",
            |p| {
                ours(&p.path("out"), "old");
                tree(&p.path(".out.edgepress-staging"), &[("a", "")]);
            },
            "old",
            None,
        ),
        (
            "lock file",
            |p| {
                ours(&p.path("out"), "old");
                tree(&p.path(""), &[(".out.edgepress-lock", "1 1 x")]);
            },
            "old",
            None,
        ),
        (
            "between renames",
            |p| {
                ours(&p.path(".out.edgepress-old"), "old");
                ours(&p.path(".out.edgepress-staging"), "new");
            },
            "old",
            None,
        ),
        (
            "after renames",
            |p| {
                ours(&p.path(".out.edgepress-old"), "old");
                ours(&p.path("out"), "new");
            },
            "new",
            None,
        ),
        (
            "in place, before",
            |p| {
                tree(&p.path("out"), &[("index.html", "site")]);
                ours(&p.path(".out.edgepress-original"), "new");
                tree(&p.path(".out.edgepress-earlier"), &[("index.html", "earlier")]);
            },
            "site",
            Some("earlier"),
        ),
        (
            "in place, after",
            |p| {
                ours(&p.path("out"), "new");
                tree(&p.path(".out.edgepress-original"), &[("index.html", "site")]);
                tree(&p.path(".out.edgepress-earlier"), &[("index.html", "earlier")]);
            },
            "new",
            Some("site"),
        ),
        (
            "in place, between renames",
            |p| {
                tree(&p.path(".out.edgepress-aside"), &[("index.html", "site")]);
                ours(&p.path(".out.edgepress-original"), "new");
            },
            "site",
            None,
        ),
        (
            "in place, after renames",
            |p| {
                ours(&p.path("out"), "new");
                tree(&p.path(".out.edgepress-aside"), &[("index.html", "site")]);
                tree(&p.path(".out.edgepress-earlier"), &[("index.html", "earlier")]);
            },
            "new",
            Some("site"),
        ),
    ];
    for (state, make, target, original) in rows {
        let place = Place::new();
        make(&place);
        drop(place.open("out", Overwrite::Anything).unwrap());
        assert_eq!(place.text("out/index.html"), target, "{state}");
        match original {
            Some(text) => {
                assert_eq!(place.text(".out.edgepress-original/index.html"), text, "{state}");
                assert_eq!(place.names(), [".out.edgepress-original", "out", "site"], "{state}");
            }
            None => assert_eq!(place.names(), ["out", "site"], "{state}"),
        }
    }
}

#[test]
fn in_place_can_be_undone() {
    let place = Place::new();
    assert!(matches!(place.restore(), Err(PublishError::NothingToRestore { .. })));
    let published = place.press_in_place("pressed");
    assert_eq!(published.original, Some(place.path(".site.edgepress-original")));
    assert_eq!(place.text("site/index.html"), "pressed");
    place.press_in_place("pressed again");
    assert_eq!(place.text("site/index.html"), "pressed again");
    assert_eq!(place.restore().unwrap().site, place.path("site"));
    assert_eq!(place.text("site/index.html"), "site");
    assert_eq!(place.names(), ["site"]);
    assert_eq!(fs::read_dir(place.path("site")).unwrap().count(), 1);
}

#[test]
fn a_site_built_again_is_not_lost_for_an_older_original() {
    let place = Place::new();
    place.press_in_place("pressed");
    fs::remove_dir_all(place.path("site")).unwrap();
    tree(&place.path("site"), &[("index.html", "newer")]);
    assert!(matches!(place.restore(), Err(PublishError::NothingToRestore { .. })));
    assert_eq!(place.text("site/index.html"), "newer");
    place.press_in_place("pressed newer");
    place.restore().unwrap();
    assert_eq!(place.text("site/index.html"), "newer");
    assert_eq!(place.names(), ["site"]);
}

#[test]
fn looking_ahead_for_room() {
    let place = Place::new();
    let staging = place.open("out", Overwrite::Ours).unwrap();
    staging.room_for(1, 1).unwrap();
    #[cfg(unix)]
    {
        let error = staging.room_for(u64::MAX, 1).unwrap_err();
        assert!(error.to_string().starts_with("no space left while writing "), "{error}");
        assert_eq!(error.class(), Class::InputOutput);
    }
}
