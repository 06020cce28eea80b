//! `build --watch`: every change is published, however it is made, until somebody ends it.
#![cfg(unix)]

use std::{
    fs,
    process::Child,
    time::{Duration, Instant},
};

use crate::harness::Site;

struct Watching {
    site: Site,
    child: Child,
}

impl Watching {
    fn start(site: Site) -> Self {
        let child = site.command(&["build", "site", "-o", "out", "--watch", "--quiet"]).spawn().unwrap();
        Self { site, child }
    }

    /// Waits until the output holds `text` at `path` (`None`: no such file).
    #[track_caller]
    fn wait_for(&mut self, path: &str, text: Option<&str>) {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            let found = fs::read_to_string(self.site.path("out").join(path)).ok();
            if found.as_deref() == text {
                return;
            }
            assert_eq!(self.child.try_wait().unwrap(), None, "it ended by itself");
            assert!(Instant::now() < until, "{path}: {found:?} instead of {text:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn end(self) {
        let id = i32::try_from(self.child.id()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), rustix::process::Signal::INT)
            .unwrap();
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_change_is_published() {
    let site = Site::new().file("robots.txt", "1").file("index.html", "<p>1");
    let mut watching = Watching::start(site);
    let path = watching.site.path("site");
    watching.wait_for("robots.txt", Some("1"));
    fs::write(path.join("robots.txt"), "2").unwrap();
    watching.wait_for("robots.txt", Some("2"));
    // As editors save.
    fs::write(path.join("robots.txt~"), "3").unwrap();
    fs::rename(path.join("robots.txt~"), path.join("robots.txt")).unwrap();
    watching.wait_for("robots.txt", Some("3"));
    fs::create_dir(path.join("new")).unwrap();
    fs::write(path.join("new/humans.txt"), "4").unwrap();
    watching.wait_for("new/humans.txt", Some("4"));
    fs::remove_file(path.join("new/humans.txt")).unwrap();
    watching.wait_for("new/humans.txt", None);
    // As bundlers build.
    fs::remove_dir_all(&path).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    fs::create_dir(&path).unwrap();
    fs::write(path.join("robots.txt"), "5").unwrap();
    watching.wait_for("robots.txt", Some("5"));
    fs::write(watching.site.path("edgepress.toml"), "exclude = [\"robots.txt\"]\n").unwrap();
    watching.wait_for("robots.txt", None);
    // A mistake is told, and can be mended.
    fs::write(watching.site.path("edgepress.toml"), "exclude = 1\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    fs::write(watching.site.path("edgepress.toml"), "").unwrap();
    watching.wait_for("robots.txt", Some("5"));
    watching.end();
}

#[test]
fn what_is_wrong_at_the_start_ends_it() {
    Site::new().config("levle = 1\n").run(&["build", "site", "-o", "out", "--watch"]).code(2);
    Site::new().run(&["build", "nowhere", "-o", "out", "--watch"]).code(2);
}
