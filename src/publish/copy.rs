//! Copying a file of the site as it is: the quickest way when nothing is known about its bytes, and a checked one when
//! names, siblings or headers were already made from them.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use super::PublishError;
use crate::{asset::Digest, interrupt::Interrupt};

/// What the bytes were when they were read first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Their number.
    pub bytes: u64,
    /// Their digest.
    pub digest: Digest,
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The file was copied; this many bytes.
    Whole(u64),
    /// The file is not what was expected: it was written meanwhile. Nothing was staged.
    SourceChanged,
}

/// How much is copied between two looks at the interrupt.
const STEP: u64 = 64 << 20;
const BUFFER: usize = 256 << 10;

/// Copies all of `from` to `to`. The system does it, by sharing blocks where it can.
pub(super) fn whole(from: &File, to: &File, interrupt: &Interrupt) -> Result<u64, Failure> {
    let mut copied = 0;
    loop {
        interrupt_point(interrupt)?;
        match io::copy(&mut from.take(STEP), &mut &*to).map_err(Failure::Either)? {
            0 => return Ok(copied),
            step => copied += step,
        }
    }
}

/// Copies `from` to `to` and compares on the way: what is staged is what was read, never a mix.
pub(super) fn checked(
    mut from: &File,
    mut to: &File,
    expected: Expected,
    interrupt: &Interrupt,
) -> Result<Copied, Failure> {
    if from.metadata().map_err(Failure::Reading)?.len() != expected.bytes {
        return Ok(Copied::SourceChanged);
    }
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; BUFFER];
    let mut copied = 0;
    loop {
        interrupt_point(interrupt)?;
        let length = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::Reading(error)),
        };
        hasher.update(&buffer[..length]);
        to.write_all(&buffer[..length]).map_err(Failure::Writing)?;
        copied += length as u64;
    }
    let is_same = copied == expected.bytes && hasher.finalize().as_bytes() == expected.digest.as_bytes();
    Ok(if is_same { Copied::Whole(copied) } else { Copied::SourceChanged })
}

fn interrupt_point(interrupt: &Interrupt) -> Result<(), Failure> {
    if interrupt.is_raised() { Err(Failure::Interrupted) } else { Ok(()) }
}

/// Which side failed.
#[derive(Debug)]
pub(super) enum Failure {
    Reading(io::Error),
    Writing(io::Error),
    /// The system copied by itself and does not say.
    Either(io::Error),
    Interrupted,
}

impl Failure {
    pub(super) fn explain(self, source: &Path, to: &Path, needed: u64) -> PublishError {
        match self {
            Self::Reading(error) => PublishError::Read { path: source.to_owned(), source: error },
            Self::Writing(error) => PublishError::write("write", to, error, needed),
            Self::Either(error) => PublishError::write("copy to", to, error, needed),
            Self::Interrupted => PublishError::Interrupted,
        }
    }
}
