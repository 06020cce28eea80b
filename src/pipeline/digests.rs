//! Which files came in with the bytes whose digests others write down.

use std::{collections::HashSet, io};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::gather::Asset;
use crate::{asset::Base, link::Lean, walk};

/// Tells each of `assets`, of which the first are those of `gathered`, by which digests others know it. Nothing is read
/// where nobody writes one.
pub(super) fn tell(gathered: &[Asset], assets: &mut [Lean]) -> io::Result<()> {
    let references = assets.iter().flat_map(|asset| &asset.references);
    let wanted: HashSet<Box<str>> =
        references.filter(|reference| reference.base == Base::Bytes).map(|reference| reference.url.clone()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    for (asset, lean) in gathered.iter().zip(assets).filter(|(asset, _)| !asset.is_made) {
        lean.known_as = digests(asset, &wanted)?.into_iter().filter(|digest| wanted.contains(digest)).collect();
    }
    Ok(())
}

/// The digests of a file by those algorithms that `wanted` are made with.
fn digests(asset: &Asset, wanted: &HashSet<Box<str>>) -> io::Result<Vec<Box<str>>> {
    let is_used = |algorithm: &str| wanted.iter().any(|digest| digest.starts_with(algorithm));
    let mut sha256 = is_used("sha256-").then(Sha256::new);
    let mut sha384 = is_used("sha384-").then(Sha384::new);
    let mut sha512 = is_used("sha512-").then(Sha512::new);
    walk::look_through(&asset.found, |part| {
        sha256.iter_mut().for_each(|hasher| hasher.update(part));
        sha384.iter_mut().for_each(|hasher| hasher.update(part));
        sha512.iter_mut().for_each(|hasher| hasher.update(part));
    })?;
    let written = |algorithm: &str, hash: &[u8]| format!("{algorithm}-{}", BASE64_STANDARD.encode(hash)).into();
    let all = [
        sha256.map(|hasher| written("sha256", &hasher.finalize())),
        sha384.map(|hasher| written("sha384", &hasher.finalize())),
        sha512.map(|hasher| written("sha512", &hasher.finalize())),
    ];
    Ok(all.into_iter().flatten().collect())
}
