//! What is worth knowing of a linked site: files that nothing names, files that are there twice. One remark each.

use std::collections::HashMap;

use super::Named;
use crate::{
    asset::{ByteSize, Digest, Kind},
    finding::{Code, Finding},
};

/// Smaller files are not worth a word when they are there twice.
const WORTH_TELLING: u64 = 1_024;

/// How many names a remark gives.
const EXAMPLES: usize = 3;

/// Style sheets, scripts, pictures, fonts and source maps that nothing in the site names. Only where there are pages:
/// elsewhere a server's templates name them.
pub(super) fn unreferenced(assets: &[Named], is_named: &[bool]) -> Vec<Finding> {
    let is_page = |asset: &Named| asset.kind == Kind::Html;
    if !assets.iter().any(is_page) || assets.iter().any(|asset| asset.kind == Kind::BuildManifest) {
        return Vec::new();
    }
    let unnamed = || assets.iter().zip(is_named).filter(|(_, is_named)| !**is_named).map(|(a, _)| a);
    let maps: Vec<&Named> = unnamed().filter(|asset| asset.kind == Kind::SourceMap).collect();
    let others: Vec<&Named> = unnamed().filter(|asset| is_loaded(asset)).collect();
    let tell = |found: Vec<&Named>, what: &str, hint: &str| {
        let bytes: u64 = found.iter().map(|asset| asset.body.len()).sum();
        let names: Vec<&str> = found.iter().map(|asset| asset.path.as_str()).collect();
        let message = format!("{what}: {} ({})", examples(&names), ByteSize(bytes));
        (!found.is_empty()).then(|| Finding::new(Code::Unreferenced, "", message).hint(hint))
    };
    let told = [
        tell(others, "no page, style sheet or script names", "leave them out with `exclude`, if nobody asks for them"),
        tell(maps, "no script or style sheet names its source map", "leave them out with `exclude`"),
    ];
    told.into_iter().flatten().collect()
}

/// Whether a page or something that a page names would load it.
fn is_loaded(asset: &Named) -> bool {
    use Kind::{Avif, Css, Eot, Gif, Jpeg, JsModule, JsScript, Otf, Png, Svg, Ttf, WebP, Woff, Woff2};
    let by_name = super::fixed::reason(&asset.path, asset.kind).is_some();
    !by_name
        && matches!(
            asset.kind,
            Avif | Css | Eot | Gif | Jpeg | JsModule | JsScript | Otf | Png | Svg | Ttf | WebP | Woff | Woff2
        )
}

/// Files with the same published bytes under different names.
pub(super) fn duplicates(assets: &[Named]) -> Vec<Finding> {
    let mut by_bytes: HashMap<&Digest, Vec<&Named>> = HashMap::new();
    for asset in assets.iter().filter(|asset| asset.body.len() >= WORTH_TELLING) {
        by_bytes.entry(asset.body.digest()).or_default().push(asset);
    }
    let mut groups: Vec<Vec<&Named>> = by_bytes.into_values().filter(|group| group.len() > 1).collect();
    if groups.is_empty() {
        return Vec::new();
    }
    let wasted = |group: &Vec<&Named>| group[0].body.len() * (group.len() as u64 - 1);
    groups.sort_by(|a, b| wasted(b).cmp(&wasted(a)).then_with(|| a[0].path.cmp(&b[0].path)));
    let bytes = groups.iter().map(wasted).sum();
    let pairs: Vec<String> = groups.iter().map(|group| format!("{} = {}", group[0].path, group[1].path)).collect();
    let names: Vec<&str> = pairs.iter().map(String::as_str).collect();
    let message =
        format!("the same bytes under several names: {} ({} more than once)", examples(&names), ByteSize(bytes));
    vec![Finding::new(Code::Duplicate, "", message)]
}

fn examples(names: &[&str]) -> String {
    let shown = names[..names.len().min(EXAMPLES)].join(", ");
    match names.len().saturating_sub(EXAMPLES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
