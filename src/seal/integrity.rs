//! Integrity values in tags: `script src`, and `link` of stylesheets, modules and their preloads.

use std::collections::BTreeSet;

use super::{Context, attribute, base_href, edits::Edit, elements};
use crate::{
    asset::AssetPath,
    refs::html::{
        events::{Page, Tag},
        scripts::{self, ScriptKind},
    },
};

/// What is to be done to the tags of a page.
pub(super) struct Tags {
    pub(super) edits: Vec<Edit>,
    /// Modules whose tags carry a value.
    pub(super) covered: BTreeSet<AssetPath>,
}

/// What a tag asks for.
struct Request {
    url: String,
    is_module: bool,
}

/// The values that tags of `page` are to get. A value that is there already was made anew when names were filled in.
pub(super) fn of_tags(page: &Page<'_>, context: &Context) -> Result<Tags, String> {
    let base_href = base_href(page);
    let mut tags = Tags { edits: Vec::new(), covered: BTreeSet::new() };
    for (_, tag) in elements(page) {
        let Some(request) = request(page, tag) else { continue };
        let Some((path, loaded)) = context.find(&request.url, base_href.as_deref()) else { continue };
        if request.is_module {
            tags.covered.insert(path.clone());
        }
        if attribute(page, tag, "integrity").is_none_or(|value| value.trim().is_empty()) {
            let value = loaded.integrity().map_err(|error| format!("{path} cannot be read again: {error}"))?;
            tags.edits.push(insertion(page, tag, value));
        }
    }
    Ok(tags)
}

fn request(page: &Page<'_>, tag: &Tag) -> Option<Request> {
    match page.name(tag.name).as_str() {
        "script" => {
            let is_module = match kind_of(page, tag) {
                ScriptKind::Module => true,
                ScriptKind::Classic => false,
                _ => return None,
            };
            Some(Request { url: attribute(page, tag, "src")?, is_module })
        }
        "link" => {
            let rel = attribute(page, tag, "rel")?;
            let has = |wanted: &str| rel.split_ascii_whitespace().any(|token| token.eq_ignore_ascii_case(wanted));
            let destination = || attribute(page, tag, "as").unwrap_or_default().trim().to_ascii_lowercase();
            // A preload without the value of what it is for would be fetched a second time.
            let takes = has("stylesheet")
                || has("modulepreload")
                || has("preload") && matches!(destination().as_str(), "script" | "style");
            takes.then_some(())?;
            Some(Request { url: attribute(page, tag, "href")?, is_module: has("modulepreload") })
        }
        _ => None,
    }
}

/// The kind of the `script` element `tag`.
pub(super) fn kind_of(page: &Page<'_>, tag: &Tag) -> ScriptKind {
    scripts::kind_of(attribute(page, tag, "type").as_deref(), attribute(page, tag, "language").as_deref())
}

/// The attribute goes first: what comes before and after the name of a tag needs no look at quotes and slashes, and of
/// two attributes of one name the first counts.
fn insertion(page: &Page<'_>, tag: &Tag, value: &str) -> Edit {
    let empty = page.attributes(tag).iter().find(|attribute| page.name(attribute.name).as_str() == "integrity");
    let after_name = tag.name.range().end;
    match empty.map(|attribute| (attribute.name.range().end, attribute.value)) {
        // `integrity` and `integrity=""`.
        Some((end, None)) => (end..end, format!("=\"{value}\"")),
        Some((_, Some(span))) if is_quoted(page, span.range().start) => (span.range(), value.to_owned()),
        _ if page.source.get(after_name).is_some_and(u8::is_ascii_whitespace) => {
            (after_name..after_name, format!(" integrity={value}"))
        }
        _ => (after_name..after_name, format!(" integrity=\"{value}\"")),
    }
}

fn is_quoted(page: &Page<'_>, start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| page.source.get(at));
    before.is_some_and(|byte| matches!(byte, b'"' | b'\''))
}
