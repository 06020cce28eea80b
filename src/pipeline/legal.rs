//! Legal comments that were taken out of scripts and sheets: one text file beside each.

use super::{Gathered, PressedAsset, gather::Asset, press::untouched};
use crate::{
    asset::{AssetPath, Kind, Role, Span},
    body::Body,
    press::{KeptBecause, Pressed, Shrunk},
    walk::Found,
};

/// Where the legal comments of an asset go.
pub(super) fn beside(path: &str) -> String {
    format!("{path}.LEGAL.txt")
}

/// Adds a comment to a pressed body that says where its legal comments went. Returns whether it is still smaller than the
/// `bytes_in` it came with.
pub(super) fn link(pressed: &mut Pressed, asset: &Asset, bytes_in: usize) -> bool {
    if pressed.legal.is_empty() {
        return true;
    }
    let Shrunk::Smaller(bytes) = &mut pressed.shrunk else { return true };
    let name = beside(asset.found.path.file_name());
    let comment = format!("/*! For license information please see {} */\n", name.replace("*/", "*%2F"));
    // The comment that says where the source map is stays the last.
    let at = pressed.source_map.map_or(bytes.len(), |span| span.range().start);
    let comment = if bytes[..at].ends_with(b"\n") { comment } else { format!("\n{comment}") };
    bytes.splice(at..at, comment.bytes());
    let moved = |span: Span| if span.range().start >= at { span.shifted(comment.len()) } else { span };
    pressed.source_map = pressed.source_map.map(moved);
    for reference in pressed.references.iter_mut().filter(|reference| reference.role == Role::SourceMap) {
        reference.name = moved(reference.name);
    }
    bytes.len() < bytes_in
}

/// The files that the legal comments of all pressed assets go to, each with the asset they were in.
pub(super) fn files(gathered: &Gathered, pressed: &[Option<Box<PressedAsset>>]) -> Vec<(usize, Asset, PressedAsset)> {
    let file = |(index, pressed): (usize, &Option<Box<PressedAsset>>)| {
        let pressed = &pressed.as_ref()?.pressed;
        if pressed.legal.is_empty() || matches!(pressed.shrunk, Shrunk::Kept(_)) {
            return None;
        }
        let of = &gathered.assets[index];
        let path = AssetPath::new(beside(of.found.path.as_str())).ok()?;
        let found = Found { path, ..of.found.clone() };
        let asset = Asset { found, kind: Kind::Text, is_pinned: false, before: None, pixel_memory: 0, is_made: true };
        Some((index, asset, made(pressed.legal.join("\n\n") + "\n")))
    };
    pressed.iter().enumerate().filter_map(file).collect()
}

fn made(text: String) -> PressedAsset {
    PressedAsset {
        pressed: untouched(Kind::Text, KeptBecause::NoPress),
        bytes_in: 0,
        body: Body::from_bytes(text.into_bytes()),
        origin: None,
        recipe: None,
        seconds: 0.0,
        is_utf8: true,
        findings: Vec::new(),
        integrity: None,
    }
}
