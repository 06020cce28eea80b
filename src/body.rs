//! Bodies: handles to bytes, so that a whole site never has to be in memory at once.

use std::{borrow::Cow, fs, io, path::PathBuf, sync::Arc};

use crate::asset::Digest;

/// The bytes of one asset, or where they are.
#[derive(Clone, Debug)]
pub struct Body {
    digest: Digest,
    length: u64,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Memory(Arc<[u8]>),
    /// A file of the site, which may change under our hands: read again, it must still have the same digest.
    File(PathBuf),
}

impl Body {
    /// A body in memory.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { digest: Digest::of(&bytes), length: bytes.len() as u64, place: Place::Memory(bytes.into()) }
    }

    /// The body that was read from `path` and had this digest and length.
    #[must_use]
    pub fn from_file(path: PathBuf, digest: Digest, length: u64) -> Self {
        Self { digest, length, place: Place::File(path) }
    }

    /// Digest of the bytes.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The file it still is, if it was not changed.
    #[must_use]
    pub fn file(&self) -> Option<&PathBuf> {
        match &self.place {
            Place::Memory(_) => None,
            Place::File(path) => Some(path),
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// When the file cannot be read, or ([`io::ErrorKind::InvalidData`]) has changed since it was first read.
    pub fn read(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.place {
            Place::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
            Place::File(path) => {
                let bytes = fs::read(path)?;
                if Digest::of(&bytes) != self.digest {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "it changed while the site was read"));
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }
}
