//! Bodies: handles to bytes, so that a whole site never has to be in memory at once.
//!
//! What was not changed is read again from the site when it is needed. What was made in this run stays in memory up to
//! a budget of the whole process ([`spill_beyond`]); the rest goes to one nameless file that ends with the process.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::asset::{ByteSize, Digest};

/// The bytes of one asset, or where they are.
#[derive(Clone, Debug)]
pub struct Body {
    digest: Digest,
    length: u64,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Memory(Arc<Held>),
    /// A file of the site, which may change under our hands: read again, it must still have the same digest.
    File(Arc<Path>),
    Spilled(Arc<Spilled>),
}

impl Body {
    /// A body that was made.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::kept(bytes, &SHELF)
    }

    fn kept(bytes: Vec<u8>, shelf: &'static Shelf) -> Self {
        Self { digest: Digest::of(&bytes), length: bytes.len() as u64, place: shelf.keep(bytes) }
    }

    /// The body that was read from `path` and had this digest and length.
    #[must_use]
    pub fn from_file(path: Arc<Path>, digest: Digest, length: u64) -> Self {
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
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::Memory(_) | Place::Spilled(..) => None,
            Place::File(path) => Some(path),
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// When the file cannot be read, or ([`io::ErrorKind::InvalidData`]) has changed since it was first read.
    pub fn read(&self) -> io::Result<Cow<'_, [u8]>> {
        let bytes = match &self.place {
            Place::Memory(held) => return Ok(Cow::Borrowed(&held.bytes)),
            Place::File(path) => fs::read(path)?,
            Place::Spilled(spilled) => spilled.shelf.read(spilled.at, self.length)?,
        };
        if Digest::of(&bytes) != self.digest {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it changed while the site was read"));
        }
        Ok(Cow::Owned(bytes))
    }
}

/// Lets bodies that are made from now on stay in memory up to `budget` bytes together; what is more goes to a file
/// without a name in `folder`. Memory belongs to the process, and so does this setting; without it all stays in memory.
pub fn spill_beyond(budget: ByteSize, folder: &Path) {
    SHELF.bind(budget.0, folder);
}

/// Takes `bytes` off what may stay in memory, if that has a bound.
pub(crate) fn leave_room(bytes: u64) {
    SHELF.leave_room(bytes);
}

/// Where bodies that were made are kept.
#[derive(Debug)]
struct Shelf(Mutex<State>);

#[derive(Debug)]
struct State {
    budget: u64,
    /// Bytes in memory.
    held: u64,
    folder: PathBuf,
    file: Option<File>,
    /// Length of the file.
    end: u64,
    /// Bodies in the file.
    spilled: u64,
}

static SHELF: Shelf = Shelf::new();

/// Bytes in memory, which make room on the shelf when the last body that has them goes.
#[derive(Debug)]
struct Held {
    bytes: Box<[u8]>,
    shelf: &'static Shelf,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.shelf.state().held -= self.bytes.len() as u64;
    }
}

/// Bytes in the nameless file, which goes with the last of them.
#[derive(Debug)]
struct Spilled {
    at: u64,
    shelf: &'static Shelf,
}

impl Drop for Spilled {
    fn drop(&mut self) {
        let mut state = self.shelf.state();
        state.spilled -= 1;
        if state.spilled == 0 {
            state.file = None;
            state.end = 0;
        }
    }
}

impl Shelf {
    const fn new() -> Self {
        Self(Mutex::new(State { budget: u64::MAX, held: 0, folder: PathBuf::new(), file: None, end: 0, spilled: 0 }))
    }

    fn bind(&self, budget: u64, folder: &Path) {
        let mut state = self.state();
        state.budget = budget;
        folder.clone_into(&mut state.folder);
    }

    fn leave_room(&self, bytes: u64) {
        let mut state = self.state();
        if state.budget < u64::MAX {
            state.budget = state.budget.saturating_sub(bytes);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A disk that is full is no reason to lose what was made: then it stays in memory all the same.
    fn keep(&'static self, bytes: Vec<u8>) -> Place {
        let mut state = self.state();
        let length = bytes.len() as u64;
        if state.held.saturating_add(length) > state.budget
            && let Ok(at) = state.spill(&bytes)
        {
            return Place::Spilled(Arc::new(Spilled { at, shelf: self }));
        }
        state.held += length;
        drop(state);
        Place::Memory(Arc::new(Held { bytes: bytes.into(), shelf: self }))
    }

    fn read(&self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        let state = self.state();
        let mut file = state.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(at))?;
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl State {
    fn spill(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let mut file = match &self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile_in(&self.folder)?),
        };
        let at = self.end;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
        self.end += bytes.len() as u64;
        self.spilled += 1;
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes_of(body: &Body) -> Vec<u8> {
        body.read().unwrap().into_owned()
    }

    #[test]
    fn what_does_not_fit_is_spilled_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let shelf: &'static Shelf = Box::leak(Box::new(Shelf::new()));
        shelf.bind(2500, folder.path());
        let bodies: Vec<Body> = (0..6_u8).map(|n| Body::kept(vec![n; 1000], shelf)).collect();
        let spilled = |body: &&Body| matches!(body.place, Place::Spilled(..));
        assert_eq!(bodies.iter().filter(spilled).count(), 4);
        for (n, body) in (0..).zip(&bodies) {
            assert_eq!((bytes_of(body), body.len(), body.file()), (vec![n; 1000], 1000, None));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the file has no name");
        drop(bodies);
        assert!(shelf.state().file.is_none(), "the file goes with the last body in it");
        assert!(matches!(Body::kept(vec![7; 1000], shelf).place, Place::Memory(_)), "what is gone makes room");
        shelf.leave_room(2000);
        assert!(matches!(Body::kept(vec![7; 1000], shelf).place, Place::Spilled(_)), "room was left for others");
    }

    #[test]
    fn without_a_disk_it_stays_in_memory() {
        let shelf: &'static Shelf = Box::leak(Box::new(Shelf::new()));
        shelf.bind(0, Path::new("/nonexistent"));
        let body = Body::kept(vec![8; 10], shelf);
        assert!(matches!(body.place, Place::Memory(_)));
        assert_eq!(bytes_of(&body), [8; 10]);
    }

    #[test]
    fn a_file_that_changed_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), b"before").unwrap();
        let body = Body::from_file(file.path().into(), Digest::of(b"before"), 6);
        assert_eq!(bytes_of(&body), b"before");
        fs::write(file.path(), b"after!").unwrap();
        assert_eq!(body.read().unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
