//! The tree that was published before: its manifest in, what it had of each file out, and what of that stays.
//!
//! A page that is open while a new build is deployed asks for the assets it knows. Names that follow the content never
//! stand for anything else, so the assets of earlier builds can stay for a while beside the new ones.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Charset, Encoding, Naming, PublishedFile, Sibling, deploy::Deploy, manifest::SCHEMA, table::CONTENT_TYPE};
use crate::asset::{AssetPath, Digest, Kind};

/// A tree that was published before, as its manifest tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    pub(super) files: Vec<Known>,
    pub(super) deploy: Deploy,
}

/// One file of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) file: PublishedFile,
    pub(super) headers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Manifest {
    schema: u32,
    files: BTreeMap<AssetPath, Record>,
    #[serde(default)]
    earlier: Vec<EarlierRecord>,
    #[serde(flatten)]
    deploy: Deploy,
}

#[derive(Deserialize)]
struct EarlierRecord {
    logical: AssetPath,
    #[serde(flatten)]
    record: Record,
}

#[derive(Deserialize)]
struct Record {
    name: AssetPath,
    naming: Naming,
    digest: String,
    press: Option<String>,
    size: u64,
    integrity: String,
    siblings: BTreeMap<Encoding, SiblingRecord>,
    headers: BTreeMap<String, String>,
    tags: (Kind, String),
    #[serde(default)]
    builds_ago: u32,
    #[serde(default)]
    elsewhere: bool,
    #[serde(default)]
    also: Vec<Record>,
}

#[derive(Deserialize)]
struct SiblingRecord {
    size: u64,
}

impl Previous {
    /// Reads the manifest of a tree that edgepress wrote.
    ///
    /// # Errors
    /// With what is wrong, where it is none, or one of another schema.
    pub fn parse(manifest: &[u8]) -> Result<Self, String> {
        let manifest: Manifest = serde_json::from_slice(manifest).map_err(|error| error.to_string())?;
        if manifest.schema != SCHEMA {
            return Err(format!("its schema is {}, not {SCHEMA}", manifest.schema));
        }
        let mut files = Vec::new();
        let earlier = manifest.earlier.into_iter().map(|EarlierRecord { logical, record }| (logical, record));
        for (logical, mut record) in manifest.files.into_iter().chain(earlier) {
            for also in std::mem::take(&mut record.also) {
                files.push(known(logical.clone(), also)?);
            }
            files.push(known(logical, record)?);
        }
        Ok(Self { files, deploy: manifest.deploy })
    }

    /// Every file of it, those of earlier builds included.
    pub fn into_files(self) -> impl Iterator<Item = PublishedFile> {
        self.files.into_iter().map(|known| known.file)
    }

    /// What the build right before published itself.
    pub(super) fn current(&self) -> impl Iterator<Item = &Known> {
        self.files.iter().filter(|known| known.file.builds_ago == 0)
    }

    /// Whether `published` is what the build right before published: then it is the same build once more.
    #[must_use]
    pub fn is_repeated_by(&self, published: &[PublishedFile]) -> bool {
        let of_build = |file: &&PublishedFile| file.builds_ago == 0;
        let now: BTreeSet<_> = published.iter().filter(of_build).map(|file| (&file.path, &file.digest)).collect();
        let then: BTreeSet<_> = self.current().map(|known| (&known.file.path, &known.file.digest)).collect();
        now == then
    }

    /// Files of earlier builds that stay beside `published`, each with its age: those whose names follow their content,
    /// that this build does not publish, and that are from one of the last `keep` builds.
    #[must_use]
    pub fn staying(&self, published: &[PublishedFile], keep: u32) -> Vec<PublishedFile> {
        let step = u32::from(!self.is_repeated_by(published));
        let taken = Taken::by(published);
        let older = self
            .files
            .iter()
            .map(|Known { file, .. }| PublishedFile { builds_ago: file.builds_ago + step, ..file.clone() });
        older
            .filter(|file| file.naming != Naming::Fixed && (1..=keep).contains(&file.builds_ago))
            .filter(|file| taken.leaves(&file.path))
            .collect()
    }
}

/// Paths of a tree, and the folders they need.
struct Taken<'a> {
    files: BTreeSet<&'a str>,
    folders: BTreeSet<&'a str>,
}

impl<'a> Taken<'a> {
    fn by(published: &'a [PublishedFile]) -> Self {
        let files: BTreeSet<&str> = published.iter().map(|file| file.path.as_str()).collect();
        let folders = files.iter().flat_map(|path| folders(path)).collect();
        Self { files, folders }
    }

    /// Whether there can be a file `path` besides.
    fn leaves(&self, path: &AssetPath) -> bool {
        let path = path.as_str();
        let is_free = !self.files.contains(path) && !self.folders.contains(path);
        is_free && folders(path).all(|folder| !self.files.contains(folder))
    }
}

/// Every folder above `path`.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

fn known(logical: AssetPath, record: Record) -> Result<Known, String> {
    let digest = |text: &str| Digest::from_hex(text).ok_or_else(|| format!("{} has no digest", record.name));
    let charset = match record.headers.get(CONTENT_TYPE) {
        Some(value) if value.contains("charset=utf-8") => Charset::Utf8,
        _ => Charset::Unknown,
    };
    let sibling =
        |(encoding, sibling): (&Encoding, &SiblingRecord)| Sibling { encoding: *encoding, bytes: sibling.size };
    let file = PublishedFile {
        logical,
        kind: record.tags.0,
        naming: record.naming,
        bytes: record.size,
        digest: digest(record.digest.strip_prefix("blake3-").unwrap_or_default())?,
        press: record.press.as_deref().map(digest).transpose()?,
        integrity: record.integrity.into(),
        siblings: record.siblings.iter().map(sibling).collect(),
        is_service_worker: false,
        content_policy: None,
        charset,
        builds_ago: record.builds_ago,
        is_elsewhere: record.elsewhere,
        path: record.name,
    };
    Ok(Known { file, headers: record.headers })
}
