//! Pack: siblings (`x.js.br`, `x.js.gz`, `x.js.zst`) of published assets, each decoded again before it counts.
//!
//! A body in, its encoded form out. Never keeps a form that saves too little, nor one that another implementation
//! does not decode to the very same bytes.

mod brotli;
mod encoding;
mod estimate;
mod gzip;
mod warm;
mod zstd;

use std::{
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
};

use serde::{Deserialize, Serialize};

pub use encoding::Encoding;
pub use estimate::{brotli_size, wire_size};

use crate::press::{Level, Note};

/// A sibling must save this many bytes, and [`WORTHWHILE_PER_CENT`]: less costs a server more in lookups than it saves
/// on the wire.
const WORTHWHILE_BYTES: usize = 64;
const WORTHWHILE_PER_CENT: usize = 2;

/// What packing made of one body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packed {
    /// Worth publishing.
    Sibling(#[serde(skip)] Vec<u8>),
    /// Encoded, but it saves too little to be published: its size, for budgets.
    NotWorthwhile(u64),
    /// The encoder failed, or the other implementation did not decode what it made.
    Refused(Note),
}

impl Packed {
    /// Bytes that travel when a client accepts this coding and the body itself has `plain` bytes.
    #[must_use]
    pub fn wire(&self, plain: u64) -> u64 {
        match self {
            Self::Sibling(body) => body.len() as u64,
            Self::NotWorthwhile(_) | Self::Refused(_) => plain,
        }
    }
}

/// Encodes `body` and proves the result.
#[must_use]
pub fn pack(body: &[u8], encoding: Encoding, level: Level) -> Packed {
    match catch_unwind(AssertUnwindSafe(|| encode(body, encoding, level))) {
        Ok(Ok(encoded)) if is_worthwhile(body.len(), encoded.len()) => Packed::Sibling(encoded),
        Ok(Ok(encoded)) => Packed::NotWorthwhile(encoded.len() as u64),
        Ok(Err(message)) => Packed::Refused(Note::new(message)),
        Err(_) => Packed::Refused(Note::new(format!("the {encoding} codec panicked"))),
    }
}

fn encode(body: &[u8], encoding: Encoding, level: Level) -> Result<Vec<u8>, String> {
    let encoded = match encoding {
        Encoding::Br => brotli::encode(body, level),
        Encoding::Gzip => gzip::encode(body, level),
        Encoding::Zstd => zstd::encode(body, level),
    }?;
    match decode(&encoded, encoding, body.len()) {
        Ok(decoded) if decoded == body => Ok(encoded),
        Ok(_) => Err(format!("the {encoding} form decodes to other bytes")),
        Err(error) => Err(format!("the {encoding} form does not decode: {error}")),
    }
}

/// What `encoded` decodes to, read no further than `limit` bytes and one (so that a longer result shows).
///
/// # Errors
/// When it is not valid in `encoding`.
pub fn decode(encoded: &[u8], encoding: Encoding, limit: usize) -> std::io::Result<Vec<u8>> {
    match encoding {
        Encoding::Br => brotli::decode(encoded, limit),
        Encoding::Gzip => gzip::decode(encoded, limit),
        Encoding::Zstd => zstd::decode(encoded, limit),
    }
}

fn read_up_to(reader: impl Read, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut decoded = Vec::with_capacity(limit + 1);
    reader.take(limit as u64 + 1).read_to_end(&mut decoded)?;
    Ok(decoded)
}

fn is_worthwhile(plain: usize, encoded: usize) -> bool {
    let saved = plain.saturating_sub(encoded);
    saved >= WORTHWHILE_BYTES && saved * 100 >= plain * WORTHWHILE_PER_CENT
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_coding_and_level_round_trips() {
        let body = "edgepress presses sites. ".repeat(400);
        for encoding in Encoding::ALL {
            for level in [Level::Fast, Level::Default, Level::Max] {
                let Packed::Sibling(encoded) = pack(body.as_bytes(), encoding, level) else { panic!("{encoding}") };
                assert!(encoded.len() < 150, "{encoding} {level:?}: {}", encoded.len());
                assert_eq!(decode(&encoded, encoding, body.len()).unwrap(), body.as_bytes());
            }
        }
    }

    #[test]
    fn what_saves_little_is_no_sibling() {
        assert!(matches!(pack(b"short", Encoding::Gzip, Level::Default), Packed::NotWorthwhile(_)));
        assert!(matches!(pack(b"", Encoding::Br, Level::Default), Packed::NotWorthwhile(_)));
    }

    #[test]
    fn decoding_stops_at_the_limit() {
        let encoded = gzip::encode(&vec![0; 1 << 20], Level::Fast).unwrap();
        assert_eq!(decode(&encoded, Encoding::Gzip, 10).unwrap().len(), 11);
    }

    /// What a thread of its own makes, whose encoders are new.
    fn made_afresh(body: &[u8], encoding: Encoding, level: Level) -> Vec<u8> {
        std::thread::scope(|scope| scope.spawn(|| encode(body, encoding, level)).join()).unwrap().unwrap()
    }

    proptest! {
        #[test]
        fn what_was_encoded_before_leaves_no_trace(
            bodies in proptest::collection::vec(("[a-f {}]{0,3}", 0_usize..9000), 1..6),
        ) {
            for (text, times) in bodies {
                let body = text.repeat(times);
                for encoding in Encoding::ALL {
                    for level in [Level::Fast, Level::Default] {
                        let warm = encode(body.as_bytes(), encoding, level).unwrap();
                        prop_assert!(warm == made_afresh(body.as_bytes(), encoding, level), "{encoding} {level:?}");
                    }
                }
            }
        }

        #[test]
        fn any_bytes_round_trip(body in proptest::collection::vec(any::<u8>(), 0..4000)) {
            for encoding in Encoding::ALL {
                prop_assert!(!matches!(pack(&body, encoding, Level::Fast), Packed::Refused(_)));
            }
        }
    }
}
