//! What stands: bodies that the last build published and that its output still has, which need be neither made nor
//! written again.
//!
//! Comes from the record of the last build (see [`crate::last_build`]) and from what the file system says of its output.
//! Only a help: where nothing stands, everything is made, and the result is the same.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use crate::{
    asset::{AssetPath, Digest, Kind},
    body::Body,
    pack::Encoding,
    publish::FileMeta,
    snapshot::Snapshot,
};

/// One body as it was published, with all that was made of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Made {
    /// The names it has.
    pub names: Vec<AssetPath>,
    /// What it is.
    pub kind: Kind,
    /// Its digest.
    pub digest: Digest,
    /// Permission bits it was to have.
    pub mode: u32,
    /// The time it was to have.
    pub modified: SystemTime,
    /// Its subresource integrity.
    pub integrity: Arc<str>,
    /// What became of it in each coding.
    pub forms: Vec<(Encoding, Form)>,
}

/// What became of a body in one coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Published beside it.
    Sibling {
        /// Digest of the sibling.
        digest: Digest,
        /// Its size.
        bytes: u64,
    },
    /// Worth it, but only measured.
    Measured(u64),
    /// Not smaller.
    NotWorthwhile,
}

impl Made {
    /// Every file it is published as, with the digest of each.
    fn files(&self) -> impl Iterator<Item = (String, Digest)> + '_ {
        self.names.iter().flat_map(|name| {
            let sibling = move |(encoding, form): &(Encoding, Form)| match form {
                Form::Sibling { digest, .. } => Some((encoding.beside(name.as_str()), *digest)),
                Form::Measured(_) | Form::NotWorthwhile => None,
            };
            std::iter::once((name.to_string(), self.digest)).chain(self.forms.iter().filter_map(sibling))
        })
    }
}

/// What stands of an output.
#[derive(Debug, Default)]
pub struct Standing {
    output: PathBuf,
    /// The output as the last build left it.
    then: Snapshot,
    made: Vec<Made>,
    by_body: HashMap<(Digest, Kind), usize>,
    by_file: HashMap<String, (Digest, usize)>,
}

impl Standing {
    /// Of what was `made` in `output`, which was `then` right after: what is the same `now`.
    #[must_use]
    pub fn new(output: &Path, made: Vec<Made>, then: Snapshot, now: &Snapshot) -> Self {
        let mut standing = Self { output: output.to_owned(), made, ..Self::default() };
        let same = then.same_files(now);
        for (index, made) in standing.made.iter().enumerate() {
            let files: Vec<(String, Digest)> = made.files().collect();
            if files.iter().all(|(name, _)| same.contains(Path::new(name))) {
                standing.by_body.insert((made.digest, made.kind), index);
                standing.by_file.extend(files.into_iter().map(|(name, digest)| (name, (digest, index))));
            }
        }
        drop(same);
        standing.then = then;
        standing
    }

    /// Whether nothing stands.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_body.is_empty()
    }

    /// What was made of a body of this digest and kind.
    #[must_use]
    pub fn of(&self, digest: &Digest, kind: Kind) -> Option<&Made> {
        self.by_body.get(&(*digest, kind)).map(|index| &self.made[*index])
    }

    /// The sibling of `made` in a coding, as it lies in the output.
    #[must_use]
    pub fn sibling(&self, made: &Made, encoding: Encoding, digest: Digest, bytes: u64) -> Option<Body> {
        let name = encoding.beside(made.names.first()?.as_str());
        Some(Body::from_file(self.output.join(name).into(), digest, bytes))
    }

    /// The time of the file `name` of the output, which had these bytes after the last build.
    #[must_use]
    pub fn modified(&self, name: &str, digest: &Digest) -> Option<SystemTime> {
        self.by_file.get(name).filter(|(found, _)| found == digest).map(|(_, index)| self.made[*index].modified)
    }

    /// Whether the file `name` of the output has these bytes and attributes at this moment.
    #[must_use]
    pub fn has(&self, name: &str, digest: &Digest, meta: FileMeta) -> bool {
        self.by_file.get(name).is_some_and(|(found, index)| {
            let made = &self.made[*index];
            let is_alike = found == digest && made.mode == meta.mode && made.modified == meta.modified;
            is_alike && self.then.file_is_still(&self.output, Path::new(name))
        })
    }
}
