//! Fills an `explain` story from a finished site.

use super::explain::{Referrer, Step, Story};
use crate::{
    error::Error,
    pack::Encoding,
    pipeline::{Finished, PackedAsset},
    report::Report,
};

/// Everything there is to tell about `file`.
///
/// # Errors
/// When the site has no such file.
pub(super) fn of(finished: &Finished, report: &Report, file: &str) -> Result<Story, Error> {
    let mut story = Story::new(report, file)?;
    let assets = &finished.packed.assets;
    let Some(index) = assets.iter().position(|asset| asset.named.path.as_str() == story.file.path) else {
        return Ok(story);
    };
    let asset = &assets[index];
    story.steps = steps(asset);
    story.referrers = referrers(assets, index);
    story.headers = headers(finished, asset);
    story.digest = asset.named.body.digest().to_string();
    asset.named.reason.clone_into(&mut story.name_because);
    if asset.named.also_old_name {
        story.name_because.push_str("; published under its old name as well");
    }
    Ok(story)
}

fn steps(asset: &PackedAsset) -> Vec<Step> {
    let published = asset.named.body.len();
    let pressed = asset.pressed_bytes;
    let step =
        |name: &str, note: String, before, after, seconds| Step { name: name.to_owned(), note, before, after, seconds };
    let mut steps = vec![step("press", String::new(), asset.bytes_in, pressed, Some(asset.seconds))];
    if !asset.named.links.is_empty() {
        let note = format!("{} references resolved", asset.named.links.len());
        steps.push(step("link", note, pressed, published, None));
    }
    for ((encoding, bytes), seconds) in asset.wire.iter().zip(&asset.pack_seconds) {
        let is_published = asset.siblings.iter().any(|sibling| sibling.encoding == *encoding);
        let note = if is_published { String::new() } else { "no sibling: it would save too little".to_owned() };
        steps.push(step(encoding_name(*encoding), note, published, *bytes, Some(*seconds)));
    }
    steps
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Br => "brotli",
        Encoding::Gzip => "gzip",
        Encoding::Zstd => "zstd",
    }
}

fn referrers(assets: &[PackedAsset], index: usize) -> Vec<Referrer> {
    let mut found = Vec::new();
    for asset in assets {
        for link in asset.named.links.iter().filter(|link| link.target == index) {
            found.push(Referrer {
                path: asset.named.path.to_string(),
                line: link.at.line,
                column: link.at.column,
                role: link.role.name().to_owned(),
            });
        }
    }
    found.sort();
    found
}

fn headers(finished: &Finished, asset: &PackedAsset) -> Vec<(String, String)> {
    let entry = finished.plan.table.get(&asset.named.name);
    let headers = entry.into_iter().flat_map(|entry| entry.headers.iter());
    headers.map(|header| (header.name.to_owned(), header.value.clone())).collect()
}
