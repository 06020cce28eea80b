//! The time stamp of a published file: asset and source in, the time out.
//!
//! Servers make their `ETag` of time and size, and tools that copy compare the same two. A page in which only hashes
//! changed has the size that it had: with the time of its source as well, browsers would be told that nothing is new, and
//! would go on asking for assets that are gone. So what we made has the time it was made first, and keeps that as long
//! as its bytes stay.

use std::time::SystemTime;

use super::PackedAsset;
use crate::{link::Naming, standing::Standing, walk::Found};

/// The time of `asset`, which came in as `found`. `now` is that of this build, in whose output some files stand.
pub(super) fn of(asset: &PackedAsset, found: &Found, standing: &Standing, now: SystemTime) -> SystemTime {
    let is_as_it_came = asset.named.body.file() == Some(&*found.source);
    // Other bytes would have another name.
    let is_in_its_name = asset.named.naming == Naming::Hashed && !asset.named.also_old_name;
    if is_as_it_came || is_in_its_name {
        return found.modified;
    }
    let stands = |name| standing.modified(name, asset.named.body.digest());
    asset.names().find_map(|name| stands(name.as_str())).unwrap_or(now)
}
