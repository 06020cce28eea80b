//! Published files out of thin air, for tests.

use super::{Charset, Encoding, Naming, PublishedFile, Sibling};
use crate::asset::{AssetPath, Digest, Kind};

pub(crate) fn path(text: &str) -> AssetPath {
    AssetPath::new(text).unwrap()
}

pub(crate) fn file(text: &str, kind: Kind, naming: Naming) -> PublishedFile {
    let siblings = if kind.is_compressible() {
        vec![Sibling { encoding: Encoding::Br, bytes: 40 }, Sibling { encoding: Encoding::Gzip, bytes: 50 }]
    } else {
        Vec::new()
    };
    PublishedFile {
        path: path(text),
        logical: path(text),
        kind,
        naming,
        bytes: 100,
        digest: Digest::of(text.as_bytes()),
        press: None,
        integrity: "sha384-x".into(),
        siblings,
        is_service_worker: false,
        content_policy: None,
        charset: if kind.is_text() { Charset::Utf8 } else { Charset::Unknown },
        builds_ago: 0,
        is_elsewhere: false,
    }
}
