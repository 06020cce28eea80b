//! Waits for changes of a site: a burst of them, however editors and bundlers make them, counts once.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::{error::Error, interrupt::Interrupt};

/// A burst is over when nothing happened for this long.
const QUIET: Duration = Duration::from_millis(80);

/// A burst that does not end counts after this.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often we look whether to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// Watches a folder and some files beside it.
pub(super) struct Watch {
    site: PathBuf,
    /// The folder above the site, in which a bundler may make it anew, and the folders of other files.
    beside: Vec<PathBuf>,
    files: Vec<PathBuf>,
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
}

impl Watch {
    /// Watches `site`, and `files` (which need not exist). What changes from now on is seen.
    ///
    /// # Errors
    /// When the system cannot watch so much.
    pub(super) fn new(site: &Path, files: &[PathBuf]) -> Result<Self, Error> {
        let site = site.canonicalize().map_err(|error| Error::input_output("watch", site, error))?;
        let files: Vec<PathBuf> = files.iter().filter_map(|file| std::path::absolute(file).ok()).collect();
        let mut beside: Vec<PathBuf> =
            std::iter::once(&site).chain(&files).filter_map(|path| path.parent()).map(Path::to_owned).collect();
        beside.sort();
        beside.dedup();
        let (tell, events) = channel();
        let watcher = notify::recommended_watcher(tell).map_err(|error| cannot(&site, &error))?;
        let mut watch = Self { site, beside, files, watcher, events };
        for folder in watch.beside.clone() {
            watch.watcher.watch(&folder, RecursiveMode::NonRecursive).map_err(|error| cannot(&folder, &error))?;
        }
        watch.enter_site()?;
        Ok(watch)
    }

    /// Waits for the end of the next burst of changes; whether there was one before `interrupt` was raised.
    ///
    /// # Errors
    /// When the site can no longer be watched.
    pub(super) fn next(&mut self, interrupt: &Interrupt) -> Result<bool, Error> {
        let mut burst: Option<(Instant, Instant)> = None;
        loop {
            let now = Instant::now();
            if interrupt.is_raised() {
                return Ok(false);
            }
            if burst.is_some_and(|(first, last)| now - last >= QUIET || now - first >= PATIENCE) {
                // The folder may be another one by now, and what is in it too.
                self.enter_site()?;
                return Ok(true);
            }
            match self.events.recv_timeout(if burst.is_some() { QUIET } else { GLANCE }) {
                Ok(event) if self.matters(&event) => {
                    let now = Instant::now();
                    burst = Some((burst.map_or(now, |(first, _)| first), now));
                }
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
            }
        }
    }

    /// A site that is not there for the moment comes back with an event of its folder.
    fn enter_site(&mut self) -> Result<(), Error> {
        let _ = self.watcher.unwatch(&self.site);
        match self.watcher.watch(&self.site, RecursiveMode::Recursive) {
            Err(error) if self.site.is_dir() => Err(cannot(&self.site, &error)),
            _ => Ok(()),
        }
    }

    /// Lost events count as well: better one build too many.
    fn matters(&self, event: &notify::Result<Event>) -> bool {
        let Ok(event) = event else { return true };
        let is_ours = |path: &PathBuf| path.starts_with(&self.site) || self.files.contains(path);
        event.need_rescan() || !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(is_ours)
    }
}

fn cannot(path: &Path, error: &notify::Error) -> Error {
    Error::input_output("watch", path, std::io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What happens in `site` after `change`: whether it was noticed within a second.
    fn notices(watch: &mut Watch, change: impl FnOnce()) -> bool {
        change();
        let interrupt = Interrupt::new();
        let timer = interrupt.clone();
        let alarm = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(1));
            timer.raise();
        });
        let noticed = watch.next(&interrupt).unwrap();
        alarm.join().unwrap();
        noticed
    }

    #[test]
    fn edits_of_every_kind_are_noticed() {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::create_dir(path("site")).unwrap();
        fs::write(path("site/a"), "1").unwrap();
        let mut watch = Watch::new(&path("site"), &[path("edgepress.toml")]).unwrap();
        assert!(notices(&mut watch, || fs::write(path("site/a"), "2").unwrap()), "written");
        assert!(notices(&mut watch, || {
            fs::write(path("site/.a.swp"), "3").unwrap();
            fs::rename(path("site/.a.swp"), path("site/a")).unwrap();
        }));
        assert!(notices(&mut watch, || fs::create_dir_all(path("site/new/deep")).unwrap()), "a new folder");
        assert!(notices(&mut watch, || fs::write(path("site/new/deep/b"), "").unwrap()), "in the new folder");
        assert!(notices(&mut watch, || fs::write(path("edgepress.toml"), "").unwrap()), "the configuration");
        assert!(!notices(&mut watch, || fs::write(path("elsewhere"), "").unwrap()), "a file beside");
        assert!(!notices(&mut watch, || drop(fs::read(path("site/a")).unwrap())), "only read");
        assert!(notices(&mut watch, || fs::remove_dir_all(path("site")).unwrap()), "the site is gone");
        assert!(notices(&mut watch, || fs::create_dir(path("site")).unwrap()), "the site is back");
        assert!(notices(&mut watch, || fs::write(path("site/a"), "4").unwrap()), "in the site that came back");
    }
}
