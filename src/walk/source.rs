//! Reading a file that was found: never hangs on what took its place, and tells whether it changed meanwhile.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, Read},
    path::Path,
};

use super::Found;

/// How much of a large file is looked at in one go.
const PART: usize = 256 << 10;

/// The bytes of a file, and whether they are those of the file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What was read. All later work must be about these bytes, whatever happens to the file.
    pub bytes: Vec<u8>,
    /// The file was written between being found and being read to its end.
    pub changed: bool,
}

/// Opens a regular file for reading. Anything else that may have taken its place is an error, without waiting.
pub fn open(path: &Path) -> io::Result<File> {
    open_with_metadata(path).map(|(file, _)| file)
}

fn open_with_metadata(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Opening a FIFO waits for a writer without this flag; on regular files it means nothing.
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata)) } else { Err(io::Error::other("it is no longer a regular file")) }
}

/// Reads a whole file that [`super::walk`] found: as long as it is when opened, so that a file that someone appends to
/// without end is read to an end.
pub fn read(found: &Found) -> io::Result<Reading> {
    let (file, before) = open_with_metadata(&found.source)?;
    let mut bytes = Vec::new();
    let length = usize::try_from(before.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    bytes.try_reserve_exact(length).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    (&file).take(before.len()).read_to_end(&mut bytes)?;
    let changed = has_changed(found, &before, &file.metadata()?, bytes.len() as u64);
    Ok(Reading { bytes, changed })
}

/// Shows a whole file, as [`read`] would read it, to `look` in parts: for files that may be larger than the memory.
/// Returns its length and whether it changed meanwhile.
pub fn look_through(found: &Found, mut look: impl FnMut(&[u8])) -> io::Result<(u64, bool)> {
    let (file, before) = open_with_metadata(&found.source)?;
    let mut rest = (&file).take(before.len());
    let mut part = vec![0; PART];
    let mut bytes = 0;
    loop {
        match rest.read(&mut part) {
            Ok(0) => break,
            Ok(length) => {
                look(&part[..length]);
                bytes += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((bytes, has_changed(found, &before, &file.metadata()?, bytes)))
}

fn has_changed(found: &Found, before: &Metadata, after: &Metadata, bytes: u64) -> bool {
    let is_same = |metadata: &Metadata| {
        metadata.len() == found.bytes && metadata.modified().is_ok_and(|modified| modified == found.modified)
    };
    !is_same(before) || !is_same(after) || bytes != found.bytes
}

/// The permission bits to publish with.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        metadata.permissions().mode() & 0o777
    }
    #[cfg(not(unix))]
    {
        if metadata.permissions().readonly() { 0o444 } else { 0o644 }
    }
}
