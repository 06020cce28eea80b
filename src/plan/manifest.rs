//! `edgepress.manifest.json`: published files and their table in, the deployable truth as JSON out.
//!
//! Keys come in a fixed order, files sorted by logical path. A file that is published under two names (hashed for the
//! references that could be rewritten, plain for those that could not) has the hashed one first and the other under
//! `also`. Files of earlier builds that stay come after all others, under `earlier`, then what a deployer
//! removes and purges.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{
    Entry, Header, HeaderTable, Naming, PublishedFile, Sibling,
    deploy::{Deploy, Upload},
};
use crate::asset::AssetPath;

/// The name of the manifest in the output.
pub const MANIFEST_NAME: &str = "edgepress.manifest.json";
/// What a record takes, and somewhat more.
const BYTES_PER_FILE: usize = 1_024;
/// Rises when a reader of the former would misread the new.
pub(super) const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Manifest<'a> {
    schema: u32,
    base: &'a str,
    files: BTreeMap<&'a AssetPath, Record<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<EarlierRecord<'a>>,
    #[serde(flatten)]
    deploy: Option<&'a Deploy>,
}

#[derive(Serialize)]
struct EarlierRecord<'a> {
    logical: &'a AssetPath,
    #[serde(flatten)]
    record: Record<'a>,
}

/// One file; its texts are made while it is written, as there may be a hundred thousand of them.
struct Record<'a> {
    file: &'a PublishedFile,
    entry: &'a Entry,
    also: Vec<Record<'a>>,
}

#[derive(Serialize)]
struct Written<'a> {
    name: &'a AssetPath,
    naming: &'static str,
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    press: Option<String>,
    size: u64,
    #[serde(rename = "type")]
    media_type: &'a str,
    integrity: &'a str,
    siblings: BTreeMap<&'static str, SiblingRecord>,
    #[serde(serialize_with = "as_map")]
    headers: &'a [Header],
    tags: [&'static str; 2],
    upload: &'static str,
    #[serde(skip_serializing_if = "is_of_this_build")]
    builds_ago: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    elsewhere: bool,
    #[serde(skip_serializing_if = "<[Record]>::is_empty")]
    also: &'a [Record<'a>],
}

#[derive(Serialize)]
struct SiblingRecord {
    name: String,
    size: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_of_this_build(builds_ago: &u32) -> bool {
    *builds_ago == 0
}

fn as_map<S: Serializer>(headers: &&[Header], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(headers.iter().map(|header| (header.name, &header.value)))
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { file, entry, also } = self;
        let sibling = |own: &Sibling| {
            let name = format!("{}.{}", file.path, own.encoding.extension());
            (own.encoding.token(), SiblingRecord { name, size: own.bytes })
        };
        let written = Written {
            name: &file.path,
            naming: file.naming.name(),
            digest: format!("blake3-{}", file.digest),
            press: file.press.map(|recipe| recipe.to_string()),
            size: file.bytes,
            media_type: entry.value(super::table::CONTENT_TYPE).unwrap_or_default(),
            integrity: &file.integrity,
            siblings: file.siblings.iter().map(sibling).collect(),
            headers: &entry.headers,
            tags: [file.kind.name(), entry.source.name()],
            upload: Upload::of(file).name(),
            builds_ago: file.builds_ago,
            elsewhere: file.is_elsewhere,
            also,
        };
        written.serialize(serializer)
    }
}

pub(super) fn write(files: &[PublishedFile], table: &HeaderTable, base: &str, deploy: Option<&Deploy>) -> Vec<u8> {
    let mut sorted: Vec<_> = files.iter().collect();
    // Names with a hash first, then by name.
    sorted.sort_by_key(|file| (file.naming == Naming::Fixed, &file.path));
    let mut records: BTreeMap<&AssetPath, Record<'_>> = BTreeMap::new();
    let mut earlier = Vec::new();
    for file in sorted {
        let Some(entry) = table.get(&file.path) else { continue };
        let record = Record { file, entry, also: Vec::new() };
        if file.builds_ago > 0 {
            earlier.push(EarlierRecord { logical: &file.logical, record });
            continue;
        }
        match records.get_mut(&file.logical) {
            Some(first) => first.also.push(record),
            None => drop(records.insert(&file.logical, record)),
        }
    }
    let manifest = Manifest { schema: SCHEMA, base, files: records, earlier, deploy };
    // Room for all of it from the start: to grow it would be copied, and be there twice.
    let mut json = Vec::with_capacity(files.len() * BYTES_PER_FILE);
    // Nothing in it can fail to be written: text keys, no floats.
    if serde_json::to_writer_pretty(&mut json, &manifest).is_err() {
        json.clear();
    }
    json.push(b'\n');
    json
}
