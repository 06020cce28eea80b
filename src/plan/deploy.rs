//! What whoever deploys by copying does, and in which order: published files and the tree before them in, the turn of
//! each upload, the siblings to remove, the addresses to purge and the files to prune out.
//!
//! ```text
//! assets > files > pages > stale > purge > prune
//! ```
//!
//! New assets come first, under names that nobody asks for yet. Pages come when all they name is there. A sibling that a file
//! has no more would be served in its place, so it goes before the network in front forgets what it has. Only then does the
//! last go that no page names any more.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Artifact, Encoding, Entry, HeaderTable, MANIFEST_NAME, Naming, PolicyClass, Previous, PublishedFile,
    default_policy, requests,
};
use crate::asset::AssetPath;

/// When a file is uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Upload {
    /// First: its name follows its content, so nobody asks for it yet.
    Assets,
    /// Next: it keeps its name, and pages may load it.
    Files,
    /// Last: it leads browsers and robots to the others.
    Pages,
}

impl Upload {
    pub(super) fn of(file: &PublishedFile) -> Self {
        match default_policy(file) {
            PolicyClass::Immutable => Self::Assets,
            PolicyClass::Html
            | PolicyClass::ErrorPage
            | PolicyClass::ServiceWorker
            | PolicyClass::Version
            | PolicyClass::Crawler
            | PolicyClass::Feed => Self::Pages,
            PolicyClass::WebManifest
            | PolicyClass::Icon
            | PolicyClass::Challenge
            | PolicyClass::Media
            | PolicyClass::Unhashed => Self::Files,
        }
    }

    /// The name in the manifest.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Assets => "assets",
            Self::Files => "files",
            Self::Pages => "pages",
        }
    }
}

/// What is to be done at a place that has the tree before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Deploy {
    /// Siblings that files which stay have no more, sorted.
    pub(super) stale: Vec<String>,
    /// URL paths whose answer is not what it was, sorted.
    pub(super) purge: Vec<String>,
    /// Files that are not there any more, siblings included, sorted.
    pub(super) prune: Vec<String>,
}

impl Deploy {
    /// From `previous` to `files` with the headers of `table`, `artifacts` beside them, below `base`.
    pub(super) fn new(
        previous: &Previous,
        files: &[PublishedFile],
        table: &HeaderTable,
        artifacts: &[Artifact],
        base: &str,
    ) -> Self {
        let now = Names::of(files, artifacts);
        let mut purge = self::purge(previous, files, table, base);
        let former: BTreeSet<String> = if previous.is_repeated_by(files) {
            // The same build once more: what was to be done still is.
            purge.extend(previous.deploy.purge.iter().cloned());
            previous.deploy.stale.iter().chain(&previous.deploy.prune).cloned().collect()
        } else {
            previous.files.iter().flat_map(|known| known.file.names()).collect()
        };
        let gone = former.into_iter().filter(|name| now.can_lose(name));
        let is_stale = |name: &String| Encoding::ALL.iter().any(|encoding| now.has_without(name, *encoding));
        let (stale, prune) = gone.partition(is_stale);
        Self { stale, purge: purge.into_iter().collect(), prune }
    }
}

/// Files that keep their name and are not what they were: other bytes, other headers, new (an answer that there is none
/// may be cached) or gone.
fn purge(previous: &Previous, files: &[PublishedFile], table: &HeaderTable, base: &str) -> BTreeSet<String> {
    let is_fixed = |file: &&PublishedFile| file.naming == Naming::Fixed;
    let now: BTreeMap<&AssetPath, &PublishedFile> =
        files.iter().filter(is_fixed).map(|file| (&file.path, file)).collect();
    let then = previous.current().filter(|known| is_fixed(&&known.file));
    let then: BTreeMap<&AssetPath, _> = then.map(|known| (&known.file.path, known)).collect();
    let is_same = |path: &AssetPath| match (now.get(path), then.get(path), table.get(path)) {
        (Some(now), Some(then), Some(entry)) => now.digest == then.file.digest && has_headers(entry, &then.headers),
        _ => false,
    };
    let all: BTreeSet<&AssetPath> = now.keys().chain(then.keys()).copied().collect();
    let changed = all.into_iter().filter(|path| !is_same(path));
    let urls = changed.flat_map(|path| requests::pretty(path, base).into_iter().chain(requests::plain(path, base)));
    urls.collect()
}

fn has_headers(entry: &Entry, headers: &BTreeMap<String, String>) -> bool {
    let is_there = |name: &str, value: &str| headers.get(name).is_some_and(|had| had == value);
    entry.headers.len() == headers.len() && entry.headers.iter().all(|header| is_there(header.name, &header.value))
}

/// Every name of a tree, in lower case: where names ignore case, `A.js` is `a.js`.
struct Names(BTreeSet<String>);

impl Names {
    fn of(files: &[PublishedFile], artifacts: &[Artifact]) -> Self {
        let ours = artifacts.iter().map(|artifact| artifact.path.as_str()).chain([MANIFEST_NAME]);
        let names = files.iter().flat_map(PublishedFile::names).chain(ours.map(str::to_owned));
        Self(names.map(|name| name.to_lowercase()).collect())
    }

    /// Whether `name` is that of a sibling in this coding of a file that is there.
    fn has_without(&self, name: &str, encoding: Encoding) -> bool {
        let file = name.strip_suffix(encoding.extension()).and_then(|name| name.strip_suffix('.'));
        file.is_some_and(|file| !self.can_lose(file))
    }

    fn can_lose(&self, name: &str) -> bool {
        !self.0.contains(&name.to_lowercase())
    }
}
