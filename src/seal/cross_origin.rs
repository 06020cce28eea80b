//! `crossorigin` in tags that lead to a delivery network: bytes of another origin can only be checked against an
//! integrity value, and fonts can only be preloaded, when they are fetched with CORS.

use super::{attribute, edits::Edit, elements};
use crate::refs::html::events::{Page, Tag};

/// The attributes that tags of `page` need because they lead to `network`.
pub(super) fn attributes(page: &Page<'_>, network: &str) -> Vec<Edit> {
    let tags = elements(page).map(|(_, tag)| tag).filter(|tag| needs_cors(page, tag, network));
    let insertion = |tag: &Tag| {
        let end = tag.name.range().end;
        (end..end, " crossorigin=anonymous".to_owned())
    };
    tags.map(insertion).collect()
}

fn needs_cors(page: &Page<'_>, tag: &Tag, network: &str) -> bool {
    let name = page.name(tag.name);
    let url = match name.as_str() {
        "script" => attribute(page, tag, "src"),
        "link" => attribute(page, tag, "href"),
        _ => return false,
    };
    let is_there = url.is_some_and(|url| url.trim().starts_with(network));
    if !is_there || attribute(page, tag, "crossorigin").is_some() {
        return false;
    }
    let has_integrity = attribute(page, tag, "integrity").is_some_and(|value| !value.trim().is_empty());
    let destination = attribute(page, tag, "as").unwrap_or_default().trim().to_ascii_lowercase();
    has_integrity || name.as_str() == "link" && matches!(destination.as_str(), "font" | "fetch")
}
