//! Refused by the system: every kind of call that publishing makes fails or kills at its first, second, third ...
//! occurrence (strace), and file systems that are full, out of inodes or read-only (mounts of our own).

use std::{fs, process::Command, time::Duration};

use edgepress::{
    interrupt::Interrupt,
    publish::{Patience, PublishError, restore},
};

use crate::{
    child::Job,
    tree::{Place, generation, write_site},
};

const FILES: usize = 12;

/// Calls that publishing makes, and an error each of them can really have.
const CALLS: &[(&str, &str)] = &[
    ("openat", "EIO"),
    ("mkdir", "ENOSPC"),
    ("write", "ENOSPC"),
    ("copy_file_range", "EIO"),
    ("linkat", "EMLINK"),
    ("utimensat", "EIO"),
    ("syncfs", "EIO"),
    ("renameat2", "EIO"),
    ("rename", "EIO"),
    ("fsync", "EIO"),
    ("unlink", "EIO"),
    ("unlinkat", "EIO"),
    ("flock", "EIO"),
];

fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn has_strace() -> bool {
    let has = works("strace", &["-o", "/dev/null", "true"]);
    if !has {
        eprintln!("skipped: strace is not there or may not trace");
    }
    has
}

fn job(place: &Place, generation: &str) -> Job {
    fs::write(place.path("site/copied"), crate::tree::body(generation)).unwrap();
    Job {
        site: place.path("site"),
        output: Some(place.path("out")),
        generation: generation.to_owned(),
        files: FILES,
        wait: Duration::ZERO,
    }
}

/// Runs a build with `fault` at occurrence `n` of `call`, then one without: old or new after the first, new after the
/// second, nothing left. Returns whether the fault struck.
fn strike(place: &Place, call: &str, fault: &str, n: u32) -> bool {
    let log = place.path("site/strace.log");
    // Only calls on our paths: the program's start is not what is tested.
    let inject = format!("inject={call}:{fault}:when={n}");
    let folder = place.0.path().to_str().unwrap();
    let mut wrapper = vec!["strace", "-f", "-qq", "-o", log.to_str().unwrap(), "-e", &inject, "-P", folder];
    let watched: Vec<String> =
        [".", "out", ".out.edgepress-staging", ".out.edgepress-lock", ".out.edgepress-old", "site/copied"]
            .iter()
            .map(|name| format!("{folder}/{name}"))
            .chain((0..FILES).map(|n| format!("{folder}/.out.edgepress-staging/{}", crate::tree::name(n))))
            .chain((0..7).map(|n| format!("{folder}/.out.edgepress-staging/{n}")))
            .chain([format!("{folder}/.out.edgepress-staging/edgepress.manifest.json")])
            .collect();
    wrapper.extend(watched.iter().flat_map(|path| ["-P", path]));
    let (old, new) = (generation(&place.path("out"), FILES), format!("{call} {fault} {n}"));
    let (code, said) = job(place, &new).run(&wrapper);
    let found = generation(&place.path("out"), FILES);
    let log = fs::read_to_string(&log).unwrap_or_default();
    let struck = log.contains("(INJECTED)") || log.contains("killed by SIGKILL");
    assert!(found == old || found == new, "{call} {fault} {n}: {found}");
    assert!(code != 0 || found == new, "{call} {fault} {n}: said it was published");
    assert!(
        found == old || code == 0 || fault.contains("KILL"),
        "{call} {fault} {n}: published, but said {code} {said}"
    );
    assert!(!said.contains("panicked"), "{call} {fault} {n}: {said}");
    let last = format!("after {new}");
    let (code, said) = job(place, &last).run(&[]);
    assert_eq!((code, generation(&place.path("out"), FILES)), (0, last), "{call} {fault} {n}: {said}");
    assert_eq!(place.names(), ["out", "site"], "{call} {fault} {n}");
    struck
}

#[test]
fn every_call_may_fail_or_be_the_last() {
    if !has_strace() {
        return;
    }
    let place = Place::new();
    assert_eq!(job(&place, "first").run(&[]).0, 0);
    let mut silent = Vec::new();
    for (call, error) in CALLS {
        for fault in [format!("error={error}"), "signal=KILL".to_owned()] {
            let struck = (1..=40).take_while(|n| strike(&place, call, &fault, *n)).count();
            eprintln!("{call} {fault}: struck {struck} times");
            if struck == 0 {
                silent.push(call);
            }
        }
    }
    // A first build renames, a later one exchanges; and what is on one disk may be shared instead of copied.
    assert!(silent.iter().all(|call| matches!(**call, "rename" | "copy_file_range")), "{silent:?}");
}

/// Systems without an exchange in one step, and without locks.
#[test]
fn older_systems_publish_as_well() {
    if !has_strace() {
        return;
    }
    let place = Place::new();
    assert_eq!(job(&place, "first").run(&[]).0, 0);
    for inject in ["inject=renameat2:error=EINVAL", "inject=flock:error=ENOLCK", "inject=syncfs:error=ENOSYS"] {
        let (code, said) = job(&place, inject).run(&["strace", "-f", "-qq", "-o", "/dev/null", "-e", inject]);
        assert_eq!((code, generation(&place.path("out"), FILES)), (0, inject.to_owned()), "{said}");
        assert_eq!(place.names(), ["out", "site"], "{inject}");
    }
    for n in 1..=3 {
        let kill = format!("inject=rename:signal=KILL:when={n}");
        let wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=renameat2:error=EINVAL", "-e", &kill];
        job(&place, &kill).run(&wrapper);
        let last = format!("after {n}");
        assert_eq!(job(&place, &last).run(&[]).0, 0);
        assert_eq!(generation(&place.path("out"), FILES), last);
        assert_eq!(place.names(), ["out", "site"], "{kill}");
    }
}

/// In place there is one more tree to lose: the site itself. Killed at each step, with and without an exchange in one.
#[test]
fn a_site_in_place_survives_a_kill_at_every_step() {
    if !has_strace() {
        return;
    }
    let place = Place::new();
    let site = place.path("site");
    let interrupt = Interrupt::new();
    let patience = Patience { wait: Duration::ZERO, on_wait: &|_| {}, interrupt: &interrupt };
    let job = |generation: &str| Job {
        site: site.clone(),
        output: None,
        generation: generation.to_owned(),
        files: FILES,
        wait: Duration::ZERO,
    };
    for exchange in ["inject=renameat2:error=EINVAL", "inject=none:error=EIO"] {
        for (call, n) in
            ["rename", "renameat2", "unlinkat", "rmdir"].iter().flat_map(|call| (1..=5).map(move |n| (call, n)))
        {
            for has_earlier in [false, true] {
                if has_earlier {
                    write_site(&site, "earlier", FILES);
                    assert_eq!(job("earlier pressed").run(&[]).0, 0);
                }
                let built = format!("{exchange} {call} {n} {has_earlier}");
                write_site(&site, &built, FILES);
                let kill = format!("inject={call}:signal=KILL:when={n}");
                let mut wrapper = vec!["strace", "-f", "-qq", "-o", "/dev/null", "-e", &kill];
                if *call != "renameat2" && exchange.contains("renameat2") {
                    wrapper.extend(["-e", exchange]);
                }
                job("pressed").run(&wrapper);
                // Between two renames there is no site for a moment: a restore puts back what is missing first.
                let restored = restore(&site, patience);
                assert_eq!(generation(&site, FILES), built, "{restored:?}");
                assert!(matches!(restored, Ok(_) | Err(PublishError::NothingToRestore { .. })), "{restored:?}");
                let _ = fs::remove_dir_all(place.path(".site.edgepress-original"));
                assert_eq!(place.names(), ["site"], "{built}");
            }
        }
    }
}

/// Runs a job on a mount that lives in a namespace of its own, where `script` may refer to its folder as `$0`.
fn on_mount(options: &str, files: usize, after: &str) -> Option<(i32, String)> {
    let place = Place::new();
    let job = Job { files, ..job(&place, "mounted") };
    fs::create_dir(place.path("disk")).unwrap();
    let job = Job { output: Some(place.path("disk/out")), ..job };
    let disk = place.path("disk").display().to_string();
    let script = format!(
        "mount -t tmpfs -o {options} none '{disk}' || exit 99; {after}; \"$0\" \"$@\"; code=$?; \
         test -z \"$(ls -A '{disk}')\" || exit 98; exit $code"
    );
    let script = script.replace("DISK", &disk);
    let (code, said) = job.run(&["unshare", "-rm", "sh", "-c", &script]);
    if code == 99 || said.contains("unshare") {
        eprintln!("skipped: no mounts here ({})", said.trim());
        return None;
    }
    Some((code, said))
}

#[test]
fn full_disks_are_named_and_left_empty() {
    for (options, files, after, expected) in [
        ("size=256k", 200, "true", "no space left while writing"),
        ("size=64m,nr_inodes=30", 200, "true", "no inodes left"),
        ("size=64m", 5, "mount -o remount,ro none DISK", "cannot write in"),
    ] {
        let Some((code, said)) = on_mount(options, files, after) else { return };
        assert_eq!(code, 3, "{options}: {said}");
        assert!(said.contains(expected), "{options}: {said}");
    }
    let Some((code, said)) = on_mount("size=64m", 5, "true") else { return };
    assert_eq!(code, 98, "without a fault the output is there: {said}");
}
