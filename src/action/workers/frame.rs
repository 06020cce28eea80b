//! Frames: how a request and its answer travel between the run and a worker.
//!
//! A frame is the length of its head (4 bytes), the length of its body (8 bytes), both little-endian, then both. What
//! comes in is believed no further than the limits that the reader gives: the other side may have gone mad.

use std::io::{self, Read, Write};

/// Heads hold descriptions and references, never bodies.
const LONGEST_HEAD: u64 = 256 << 20;

/// What travels in one direction at once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// A value that postcard wrote.
    pub(super) head: Vec<u8>,
    /// Raw bytes.
    pub(super) body: Vec<u8>,
}

pub(super) fn write(to: &mut impl Write, head: &[u8], body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(head.len()).map_err(io::Error::other)?;
    let mut start = Vec::with_capacity(12 + head.len());
    start.extend_from_slice(&length.to_le_bytes());
    start.extend_from_slice(&(body.len() as u64).to_le_bytes());
    start.extend_from_slice(head);
    to.write_all(&start)?;
    to.write_all(body)
}

/// The next frame, with a body of at most `longest` bytes; `None` when the other side is done.
pub(super) fn read(from: &mut impl Read, longest: u64) -> io::Result<Option<Frame>> {
    let mut lengths = [0; 12];
    let begun = loop {
        match from.read(&mut lengths[..1]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            begun => break begun?,
        }
    };
    if begun == 0 {
        return Ok(None);
    }
    from.read_exact(&mut lengths[1..])?;
    let [a, b, c, d, body @ ..] = lengths;
    let (head, body) = (u64::from(u32::from_le_bytes([a, b, c, d])), u64::from_le_bytes(body));
    if head > LONGEST_HEAD || body > longest {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is longer than it can be"));
    }
    Ok(Some(Frame { head: exactly(from, head)?, body: exactly(from, body)? }))
}

/// Memory grows with what arrives, not with what was promised.
fn exactly(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(1 << 20)).unwrap_or_default());
    from.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, b"head", b"some body").unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = [written(), written()].concat();
        let mut from = bytes.as_slice();
        for _ in 0..2 {
            let frame = read(&mut from, 9).unwrap().unwrap();
            assert_eq!((frame.head.as_slice(), frame.body.as_slice()), (b"head".as_slice(), b"some body".as_slice()));
        }
        assert_eq!(read(&mut from, 9).unwrap(), None);
    }

    #[test]
    fn a_cut_frame_is_an_error() {
        for end in 1..written().len() {
            assert!(read(&mut &written()[..end], 9).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn lengths_are_not_believed() {
        assert!(read(&mut written().as_slice(), 8).is_err());
        assert!(read(&mut [0xFF_u8; 12].as_slice(), u64::MAX).is_err());
        let mut promise = written();
        promise[4..12].copy_from_slice(&(1_u64 << 62).to_le_bytes());
        assert!(read(&mut promise.as_slice(), u64::MAX).is_err());
    }
}
