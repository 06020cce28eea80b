//! Ended at any moment, a build leaves the old output or the new one, and the next build clears away what it left.

#![cfg(unix)]

use std::{
    os::unix::process::ExitStatusExt,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::{
    harness::{Site, corpus},
    tree::Tree,
};

const ROUNDS: u32 = 10;

struct Scene {
    site: Site,
    old: Tree,
    new: Tree,
    takes: Duration,
}

/// An old output in `out`, and a site that has changed since.
fn scene() -> Option<Scene> {
    let site = Site::copy_of(&corpus("site-vite")?).variable("EDGEPRESS_NO_CACHE", "").flags(["--cache-dir", "cache"]);
    let old = site.build().tree;
    let site = site.file("new.css", "a { color : red }\n");
    let begin = Instant::now();
    let new = site.build_as("new").tree;
    Some(Scene { site, old, new, takes: begin.elapsed() })
}

impl Scene {
    /// Starts a build, sends `signal` after a part of its time; the exit code, or the signal that ended it.
    fn interrupt(&self, signal: &str, round: u32) -> (Option<i32>, Option<i32>) {
        let mut child = self.site.start(&["build", "site", "-o", "out", "--quiet"]);
        thread::sleep(self.takes * (round * 7 % ROUNDS) / (ROUNDS - 2));
        let _ = Command::new("kill").args([signal, &child.id().to_string()]).output();
        let status = child.wait().unwrap();
        (status.code(), status.signal())
    }

    /// The output is whole; puts the old one back and says whether the new one was there.
    fn judge(&self, what: &str) -> bool {
        let found = Tree::read(&self.site.path("out"));
        let is_new = found == self.new;
        if !is_new {
            found.must_be(&self.old, &format!("{what}: neither the new output, nor the old"));
        }
        is_new
    }

    /// The next run has nothing left to clear away.
    fn heals(&self, what: &str) {
        self.site.run(&["build", "site", "-o", "out"]).success();
        Tree::read(&self.site.path("out")).must_be(&self.new, what);
        let names: Vec<_> =
            std::fs::read_dir(self.site.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!names.iter().any(|name| name.to_string_lossy().contains(".out.edgepress")), "{names:?}");
        std::fs::remove_dir_all(self.site.path("out")).unwrap();
        self.old.write(&self.site.path("out"));
    }
}

#[test]
fn terminated() {
    let Some(scene) = scene() else { return };
    let mut stopped = 0;
    for round in 0..ROUNDS {
        let what = format!("round {round}");
        let end = scene.interrupt("-TERM", round);
        let is_new = scene.judge(&what);
        match end {
            (Some(0), None) => assert!(is_new, "{what}"),
            (Some(143), None) => assert!(!is_new, "{what}: 143 says that nothing was published"),
            // Before the program could listen.
            (None, Some(15)) => assert!(!is_new, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
        stopped += u32::from(end.0 == Some(143));
        scene.heals(&what);
    }
    assert!(stopped > 0, "no round came in time");
}

#[test]
fn killed() {
    let Some(scene) = scene() else { return };
    let mut stopped = 0;
    for round in 0..ROUNDS {
        let what = format!("round {round}");
        let end = scene.interrupt("-KILL", round);
        let is_new = scene.judge(&what);
        assert!(is_new || end == (None, Some(9)), "{what}: {end:?}");
        stopped += u32::from(end.1 == Some(9));
        scene.heals(&what);
    }
    assert!(stopped > 0, "no round came in time");
}
