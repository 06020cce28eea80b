//! Source maps in step: once names are final, the map of each script and sheet is composed with what its press and the
//! filling in of names did.
//!
//! A map keeps its name, and no asset's bytes or name depend on its bytes, so it may come last: there is no cycle
//! between a script, its map and the map's `file`. A map that cannot be read is told and published as it was.

use std::{
    collections::{BTreeMap, HashMap},
    io,
};

use super::{Gathered, PressedAsset};
use crate::{
    asset::{Kind, Role},
    body::Body,
    config::Config,
    error::Error,
    finding::{Code, Finding},
    link::{self, Linked, Named, Refill},
    maps::{self, GivenMap, SourceMaps, Step},
    press::{KeptBecause, Shrunk},
};

/// One map, and the asset whose published text it must map.
#[derive(Clone, Copy, Debug)]
struct Pair {
    map: usize,
    of: usize,
}

/// Puts every map in step with what it maps.
pub(super) fn keep_in_step(
    gathered: &Gathered,
    pressed: &mut [Option<Box<PressedAsset>>],
    linked: &mut Linked,
    config: &Config,
) -> Result<(), Error> {
    if config.source_maps == SourceMaps::Drop {
        return Ok(());
    }
    for pair in pairs(gathered, pressed, linked) {
        let Some(of) = &pressed[pair.of] else { continue };
        let made = composed(of, &linked.assets[pair.of], &linked.assets[pair.map].body);
        let source = &*gathered.assets[pair.map].found.source;
        match made.map_err(|error| Error::input_output("read again", source, error))? {
            Made::Same => {}
            Made::New(text) => replace(pressed[pair.map].as_deref_mut(), &mut linked.assets[pair.map], text),
            Made::Refused(what) => {
                let asset = &linked.assets[pair.map];
                let message =
                    format!("is published as it was, which does not fit {}: {what}", linked.assets[pair.of].name);
                linked.findings.push(Finding::new(Code::SourceMap, asset.path.as_str(), message));
            }
        }
    }
    Ok(())
}

/// The map `map` of `of`, in step with its press: what becomes of it where no name in `of`, nor its own, will change.
pub(super) fn guessed(of: &PressedAsset, map: &Body) -> Option<Body> {
    if of.body.file().is_some() {
        return Some(map.clone());
    }
    match in_step(of, &[], map, |file| Some(file.to_owned())) {
        Ok(Made::Same) => Some(map.clone()),
        Ok(Made::New(text)) => Some(Body::from_bytes(text.into_bytes())),
        Ok(Made::Refused(_)) | Err(_) => None,
    }
}

/// Maps with what they map: by the comment that names them, or by standing beside it under the same name.
fn pairs(gathered: &Gathered, pressed: &[Option<Box<PressedAsset>>], linked: &mut Linked) -> Vec<Pair> {
    let by_path: HashMap<&str, usize> =
        linked.assets.iter().enumerate().map(|(index, asset)| (asset.path.as_str(), index)).collect();
    let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (of, asset) in linked.assets.iter().enumerate() {
        let Some(from) = pressed[of].as_ref() else { continue };
        if !(asset.kind.is_js() || asset.kind == Kind::Css) || gathered.assets[of].is_pinned {
            continue;
        }
        let named = asset.links.iter().find(|link| link.role == Role::SourceMap).map(|link| link.target);
        let beside = || by_path.get(beside(asset.path.as_str()).as_str()).copied();
        // A comment that names no file of the site has a map in it, or one elsewhere.
        let found = if from.pressed.source_map.is_some() { named } else { beside() };
        if let Some(map) = found.filter(|&map| linked.assets[map].kind == Kind::SourceMap) {
            users.entry(map).or_default().push(of);
        }
    }
    let mut pairs = Vec::new();
    for (map, users) in users {
        let path = linked.assets[map].path.as_str();
        let own = users.iter().find(|&&of| beside(linked.assets[of].path.as_str()) == path);
        let Some(&of) = own.or(users.first()) else { continue };
        pairs.push(Pair { map, of });
        let others = users.iter().filter(|&&other| {
            other != of && pressed[other].as_ref().is_some_and(|it| is_moved(it, &linked.assets[other]))
        });
        let mut findings: Vec<Finding> = others.map(|&other| shared(linked, map, of, other)).collect();
        linked.findings.append(&mut findings);
    }
    pairs
}

/// Where a map without a comment stands.
pub(super) fn beside(path: &str) -> String {
    format!("{path}.map")
}

fn is_moved(pressed: &PressedAsset, named: &Named) -> bool {
    pressed.body.file().is_none() || !named.refills.is_empty()
}

fn shared(linked: &Linked, map: usize, of: usize, other: usize) -> Finding {
    let [map, of, other] = [map, of, other].map(|index| &linked.assets[index].path);
    Finding::new(
        Code::SourceMap,
        map.as_str(),
        format!("maps both {of} and {other}: it is in step with the first only"),
    )
}

fn replace(pressed: Option<&mut PressedAsset>, named: &mut Named, text: String) {
    if let Some(pressed) = pressed {
        let is_smaller = (text.len() as u64) < pressed.bytes_in;
        pressed.pressed.shrunk =
            if is_smaller { Shrunk::Smaller(Vec::new()) } else { Shrunk::Kept(KeptBecause::NotSmaller) };
    }
    named.body = Body::from_bytes(text.into_bytes());
}

/// What became of one map.
enum Made {
    Same,
    New(String),
    Refused(String),
}

fn composed(pressed: &PressedAsset, of: &Named, map: &Body) -> io::Result<Made> {
    let is_renamed = of.name != of.path;
    if !is_renamed && !is_moved(pressed, of) {
        return Ok(Made::Same);
    }
    in_step(pressed, &of.refills, map, |file| file_in_step(file, of))
}

/// The map in step with the press and the `refills` of what it maps; `rename` says what it calls that file.
fn in_step(
    pressed: &PressedAsset,
    refills: &[Refill],
    map: &Body,
    rename: impl Fn(&str) -> Option<String>,
) -> io::Result<Made> {
    let body = pressed.body.read()?;
    let text = map.read()?;
    let (Ok(body), Ok(text)) = (std::str::from_utf8(&body), std::str::from_utf8(&text)) else {
        return Ok(Made::Refused("it is not UTF-8".to_owned()));
    };
    let is_pressed = pressed.body.file().is_none();
    let positions = pressed.pressed.positions.as_ref();
    if is_pressed && positions.is_none() {
        return Ok(Made::Refused("where its parts come from is not known".to_owned()));
    }
    let edits = link::edits(body, refills);
    let new = || -> Result<String, maps::MapError> {
        let given = GivenMap::read(text)?;
        let (mappings, added) = maps::compose(&given, Step { positions, edits: &edits })?;
        let file = given.file().and_then(|file| rename(&file));
        Ok(given.write(&mappings, &added, file.as_deref()))
    };
    Ok(match new() {
        Ok(new) if new == text => Made::Same,
        Ok(new) => Made::New(new),
        Err(error) => Made::Refused(error.to_string()),
    })
}

/// The `file` of a map whose file got a new name.
fn file_in_step(file: &str, of: &Named) -> Option<String> {
    let folder = file.strip_suffix(of.path.file_name())?;
    Some(format!("{folder}{}", of.name.file_name()))
}

#[cfg(test)]
mod tests;
