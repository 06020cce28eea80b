//! What texts say of the bytes of other assets, said anew of the published ones.

use std::{fmt::Write as _, io};

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use crate::{asset::ClaimForm, body::Body};

/// `written` as it must be for `body`.
pub(super) fn renewed(form: ClaimForm, written: &str, body: &Body) -> io::Result<String> {
    let bytes = body.read()?;
    Ok(match form {
        ClaimForm::Integrity => integrity(written, &bytes),
        ClaimForm::Sha1 => hex(&Sha1::digest(&*bytes)),
        ClaimForm::Md5 => cut_as(written, hex(&Md5::digest(&*bytes))),
        ClaimForm::Size => bytes.len().to_string(),
    })
}

/// In the same algorithms as `written` (W3C Subresource Integrity).
fn integrity(written: &str, bytes: &[u8]) -> String {
    let hash = |token: &str| match token.split_once('-').map(|(algorithm, _)| algorithm) {
        Some("sha256") => Some(format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))),
        Some("sha384") => Some(format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))),
        Some("sha512") => Some(format!("sha512-{}", BASE64_STANDARD.encode(Sha512::digest(bytes)))),
        _ => None,
    };
    let mut hashes: Vec<String> = written.split_ascii_whitespace().filter_map(hash).collect();
    hashes.dedup();
    if hashes.is_empty() { written.to_owned() } else { hashes.join(" ") }
}

/// The digits of `hash` that `written` has; all of them where it is no such hash.
fn cut_as(written: &str, mut hash: String) -> String {
    if (8..hash.len()).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        hash.truncate(written.len());
    }
    hash
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_made_in_the_form_they_had() {
        let body = Body::from_bytes(b"abc".to_vec());
        for (form, written, expected) in [
            (ClaimForm::Size, "17", "3"),
            (ClaimForm::Sha1, "", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (ClaimForm::Md5, "0123456789abcdef0123456789abcdef", "900150983cd24fb0d6963f7d28e17f72"),
            (ClaimForm::Md5, "0123456789", "900150983c"),
            (ClaimForm::Md5, "v1", "900150983cd24fb0d6963f7d28e17f72"),
            (ClaimForm::Integrity, " sha256-AA md5-x ", "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
            (ClaimForm::Integrity, "md5-x", "md5-x"),
        ] {
            assert_eq!(renewed(form, written, &body).unwrap(), expected, "{form:?} {written}");
        }
    }
}
