//! Faults of the machine met by the whole program: exit code, message and the state of the tree. What publishing does
//! under faults is tested call by call in `tests/publish`.

use std::{fs, os::unix::fs::PermissionsExt, process::Command, thread, time::Duration};

use crate::{
    harness::{Run, Site},
    tree::Tree,
    wrapped::{children, has_namespaces, has_strace},
};

const BUILD: [&str; 4] = ["build", "site", "-o", "out"];

fn site() -> Site {
    Site::new()
        .file("index.html", "<!doctype html>\n<link rel=stylesheet href=css/a.css>\n<script src=a.js></script>\n")
        .file("css/a.css", "a { color : red ; background : url(../dot.png) }\n")
        .file("a.js", "console . log ( 'a' ) ;\n".repeat(30))
        .picture("dot.png")
        .flags(["--level", "fast"])
}

/// Nothing was published and nothing is left.
#[track_caller]
fn nothing_is_there(site: &Site) {
    let names: Vec<String> =
        fs::read_dir(site.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.iter().any(|name| name.contains("out")), "{names:?}");
}

#[test]
fn a_full_disk() {
    if !has_namespaces() {
        return;
    }
    let big = (0..60_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_769).to_le_bytes()).collect::<Vec<u8>>();
    let site = site().file("big.bin", big);
    let run = site.on_small_disk("size=128k", &["build", "site", "-o", "disk/out"]).code(3);
    assert!(run.stderr.starts_with("error: no space left while writing"), "{}", run.stderr);
    assert!(run.stderr.contains(" more needed, ") && run.stderr.contains(" free\nhint: "), "{}", run.stderr);
    assert!(run.stderr.ends_with("make room for both\n"), "the disk still holds something: {}", run.stderr);
}

#[test]
fn no_inodes() {
    if !has_namespaces() {
        return;
    }
    let mut site = site();
    for n in 0..40 {
        site = site.file(&format!("many/{n}.txt"), "x");
    }
    let run = site.on_small_disk("size=64m,nr_inodes=20", &["build", "site", "-o", "disk/out"]).code(3);
    assert!(run.stderr.starts_with("error: no inodes left"), "{}", run.stderr);
    assert!(run.stderr.ends_with("make room for both\n"), "the disk still holds something: {}", run.stderr);
}

#[test]
fn a_cache_without_room() {
    if !has_namespaces() {
        return;
    }
    let site = site().variable("EDGEPRESS_NO_CACHE", "").flags(["--cache-dir", "disk/cache"]);
    let run = site.on_small_disk("size=64m,nr_inodes=4", &BUILD).code(0);
    assert_eq!(run.stderr.matches("note: no results could be kept in disk/cache").count(), 1, "{}", run.stderr);
    assert!(site.path("out/index.html").exists());
}

#[test]
fn an_input_that_cannot_be_read() {
    if !has_strace() {
        return;
    }
    for (injection, path) in [
        ("inject=read:error=EIO", "css/a.css"),
        ("inject=openat:error=EACCES", "a.js"),
        ("inject=openat:error=EIO", "dot.png"),
    ] {
        let site = site();
        let watched = site.path("site").join(path).canonicalize().unwrap();
        let run = site.injected(&["-P", watched.to_str().unwrap(), "-e", injection], &BUILD).code(3);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(path), "{injection}: {}", run.stderr);
        nothing_is_there(&site);
    }
}

#[test]
fn interrupted_calls_are_repeated() {
    if !has_strace() {
        return;
    }
    let site = site();
    let expected = site.build_as("expected").tree;
    // The first calls of a process are those of the loader, which is not ours.
    for call in ["read", "write"] {
        let injection = format!("inject={call}:error=EINTR:when=14+9");
        site.injected(&["-e", &injection], &BUILD).success();
        Tree::read(&site.path("out")).must_be(&expected, call);
    }
}

#[test]
fn a_machine_without_threads_or_processes() {
    if !has_strace() {
        return;
    }
    let site = site();
    let expected = site.build_as("expected").tree;
    // The first thread has the disk take up what waits for it, the second belongs to the crew.
    for call in ["clone3", "clone", "vfork"] {
        let injection = format!("inject={call}:error=EAGAIN:when=3+");
        site.injected(&["-e", &injection], &BUILD).success();
        Tree::read(&site.path("out")).must_be(&expected, call);
    }
}

#[test]
fn few_file_descriptors() {
    let mut site = site();
    for n in 0..300 {
        site = site.file(&format!("{}/{n}.txt", n % 30), format!("text {n}\n"));
    }
    let expected = site.build_as("expected").tree;
    site.wrapped(&["sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\""], &BUILD).success();
    Tree::read(&site.path("out")).must_be(&expected, "with 64 descriptors");
}

/// A build of a site with a script that keeps the only worker busy; when that has begun, `late.json`, which is read after
/// it, meets its `fate`.
fn build_while(fate: impl FnOnce(&std::path::Path), flags: &[&str]) -> (Site, Run) {
    let long = (0..6000).fold(String::new(), |text, n| text + &format!("function f{n} ( a ) {{ return a + {n} }}\n"));
    let site = site().file("long.js", long).file("late.json", "{ \"a\" : 1 }").flags(["--jobs", "1"]);
    let mut arguments = vec!["build", "site", "-o", "out", "--report", "json=report.json"];
    arguments.extend(flags);
    let mut run = site.start(&arguments);
    while children(run.id()).is_empty() && run.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    fate(&site.path("site/late.json"));
    let end = Run::of(run.wait_with_output().unwrap(), &arguments);
    (site, end)
}

#[test]
fn an_input_that_changes_meanwhile() {
    for (flags, code) in [(vec![], 0), (vec!["--strict"], 1)] {
        let (site, end) = build_while(|late| fs::write(late, "{ \"a\" : 22222222 }").unwrap(), &flags);
        end.code(code);
        let report: serde_json::Value = serde_json::from_slice(&fs::read(site.path("report.json")).unwrap()).unwrap();
        let findings = crate::harness::findings(&report);
        assert!(findings.iter().any(|line| line.starts_with("input-changed late.json: ")), "{findings:?}");
        let late = fs::read(site.path("out/late.json")).unwrap();
        assert_eq!(late, b"{\"a\":22222222}", "what was read is what is published");
    }
}

#[test]
fn an_input_that_vanishes_meanwhile() {
    let (site, end) = build_while(|late| fs::remove_file(late).unwrap(), &[]);
    let end = end.code(3);
    assert!(end.stderr.starts_with("error: ") && end.stderr.contains("late.json"), "{}", end.stderr);
    nothing_is_there(&site);
}

fn set_time(path: &std::path::Path, time: std::time::SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn an_edit_of_the_same_size_and_time_is_seen() {
    let site = site().variable("EDGEPRESS_NO_CACHE", "").flags(["--cache-dir", "cache"]);
    let path = site.path("site/css/a.css");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    let before = site.build();
    let edited = fs::read_to_string(&path).unwrap().replace("red", "tan");
    fs::write(&path, edited).unwrap();
    set_time(&path, time);
    let after = site.build();
    assert!(after.text("css/a.css").contains("tan"));
    assert_ne!(before.name("css/a.css"), after.name("css/a.css"));
}

#[test]
fn clocks_do_not_matter() {
    let site = site();
    let expected = site.build_as("now").tree;
    for seconds in [315_532_801, 4_291_747_200] {
        for path in ["site/a.js", "site/css/a.css", "site/index.html"] {
            set_time(&site.path(path), std::time::UNIX_EPOCH + Duration::from_secs(seconds));
        }
        expected.must_be(&site.build_as("then").tree, &format!("at {seconds}"));
    }
}

/// Before the new tree takes the place of the old one, all of it is on the disk.
#[test]
fn the_tree_is_synced_before_it_is_shown() {
    if !has_strace() {
        return;
    }
    let trace = site().traced("write,copy_file_range,syncfs,fsync,fdatasync,rename,renameat2", &BUILD);
    let staged = |line: &str| line.contains(".out.edgepress-staging");
    let position = |wanted: &dyn Fn(&str) -> bool| {
        trace.lines().enumerate().filter(|(_, line)| wanted(line)).map(|(index, _)| index).last()
    };
    let last_write = position(&|line| staged(line) && (line.contains("write(") || line.contains("copy_file_range(")));
    let sync = position(&|line| (line.contains("syncfs(") || line.contains("fsync(")) && staged(line));
    let shown = position(&|line| line.contains("rename") && staged(line));
    assert!(last_write < sync && sync < shown, "{last_write:?} {sync:?} {shown:?}\n{trace}");
}

/// Bookkeeping: what ten thousand more files cost in memory.
#[test]
fn a_file_more_costs_little_memory() {
    let peak = |files: usize| {
        let mut site = Site::new();
        fs::create_dir(site.path("site/d")).unwrap();
        for n in 0..files {
            fs::write(site.path(&format!("site/d/{n}.bin")), format!("\u{1}{n}")).unwrap();
        }
        site = site.flags(["--level", "fast", "--isolation", "off", "--quiet"]);
        site.build().report["peak_rss"].as_u64().unwrap()
    };
    let (few, many) = (peak(1_000), peak(11_000));
    let each = many.saturating_sub(few) / 10_000;
    eprintln!("{each} bytes for each file");
    assert!(each < 5_120, "{each} bytes for each file");
}

/// Slow, so only on demand: a script of 50 MB within a budget of 200 MB.
#[test]
#[ignore = "takes minutes: `tests/run slow`"]
fn fifty_megabytes_of_script() {
    let part = "function f(list,limit){var total=0;for(var i=0;i<list.length;i++){total+=list[i]*limit}return total}\n";
    let site = Site::new().file("huge.js", part.repeat(500_000)).flags(["--level", "fast", "--memory", "200 MB"]);
    let output = site.build();
    assert_eq!(output.file("huge.js")["result"], "kept");
    let peak = output.report["peak_rss"].as_u64().unwrap();
    assert!(peak < 800_000_000, "{peak}");
}

#[test]
fn an_unreadable_file_is_named() {
    // As somebody else: root may read everything.
    let site = site();
    let Ok(status) =
        Command::new("setpriv").args(["--reuid=65534", "--regid=65534", "--clear-groups", "true"]).status()
    else {
        eprintln!("skipped: no setpriv");
        return;
    };
    if !status.success() {
        eprintln!("skipped: may not become somebody else");
        return;
    }
    let path = site.path("site/css/a.css");
    fs::set_permissions(site.path(""), fs::Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let run = site.wrapped(&wrapper, &BUILD);
    if run.stderr.contains("Permission denied") && run.stderr.contains("setpriv") {
        eprintln!("skipped: somebody else cannot reach the program");
        return;
    }
    let run = run.code(3);
    assert!(run.stderr.contains("css/a.css"), "{}", run.stderr);
    nothing_is_there(&site);
}
