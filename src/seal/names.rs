//! The import map that leads modules from the names they ask for to the published ones.
//!
//! A page and what it asks for in, the page with that map before its first script out. [`can_take`] says beforehand, of the
//! page with its old names, whether this will work: modules rely on it when their names are decided.

use std::collections::BTreeMap;

use super::{
    Context, MARK, NAMES, attribute, base_href, check_encoding, edits, elements,
    import_map::{self, Start},
    policy, proof, read,
};
use crate::{asset::AssetPath, link::Asked, refs::html::events::Page};

/// One module that the page, or what it runs, asks for.
#[derive(Clone, Debug)]
pub struct Lead {
    /// How it is asked for.
    pub asked: Asked,
    /// Its published path.
    pub path: AssetPath,
    /// Whether it is asked for on the delivery network.
    pub is_on_network: bool,
}

/// Whether an import map of ours would work in the page `source`, and leave the rest of it as it is.
///
/// # Errors
/// Why not.
pub fn can_take(source: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(source).map_err(|_| "its text is not UTF-8")?;
    let page = read(text)?;
    check_encoding(&page)?;
    if policy::existing(&page).is_some() {
        return Err("it has a Content-Security-Policy of its own".to_owned());
    }
    check_base(&page)?;
    if let Some((start, map)) = import_map::first_map(&page) {
        check_map(&page, map, start)?;
    }
    let sample = BTreeMap::from([("./~a.js".to_owned(), "./~b.js".to_owned())]);
    proof::same_page(text, &with_entries(&page, text, &sample)?)
}

/// A document inside the page has no part in its map, and the base must be known where the map stands.
fn check_base(page: &Page<'_>) -> Result<(), String> {
    if elements(page).any(|(_, tag)| attribute(page, tag, "srcdoc").is_some()) {
        return Err("it has another page in a srcdoc attribute".to_owned());
    }
    let base = elements(page).find(|(_, tag)| page.name(tag.name).as_str() == "base").map(|(index, _)| index);
    let start = base.map(|index| page.events[index].span.range().start);
    let script = import_map::first_script(page).ok_or("it has no script")?;
    if start.is_some_and(|start| start > script) || base_href(page).is_some_and(|href| href.contains("//")) {
        return Err("its <base> comes after a script, or leads to another origin".to_owned());
    }
    Ok(())
}

/// A map that says something of URLs could contradict ours.
fn check_map(page: &Page<'_>, map: &str, start: usize) -> Result<(), String> {
    if import_map::first_script(page).is_some_and(|script| script < start) {
        return Err("it has an import map after a script".to_owned());
    }
    let map: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(map).map_err(|_| "its import map cannot be read")?;
    let is_empty = |name: &str| map.get(name).and_then(|value| value.as_object()).is_none_or(serde_json::Map::is_empty);
    let is_url = |key: &String| key.starts_with(['/', '.']) || key.contains("://");
    let imports = map.get("imports").and_then(|value| value.as_object());
    let is_ours = elements(page).any(|(_, tag)| attribute(page, tag, MARK).as_deref() == Some(NAMES));
    if !is_empty("scopes") || !is_ours && imports.is_some_and(|imports| imports.keys().any(is_url)) {
        return Err("it has an import map for URLs already".to_owned());
    }
    Ok(())
}

/// `text`, the text of `page`, with the leads of `context`.
pub(super) fn with_leads(page: &Page<'_>, text: &str, context: &Context) -> Result<String, String> {
    let folder = context.folder(base_href(page).as_deref()).ok_or("its <base> leads to another site")?;
    let mut entries = BTreeMap::new();
    for lead in &context.leads {
        let start = match &context.network {
            Some(network) if lead.is_on_network => Start::Top(network),
            _ if import_map::names_from_the_top(page) => Start::Top(&context.base),
            _ => Start::Folder(&folder),
        };
        let spelled = |path: &AssetPath| start.spellings(path).into_iter().next().unwrap_or_default();
        let (from, to) = (spelled(&lead.asked.path), spelled(&lead.path));
        for query in lead.asked.queries.iter().filter(|_| from != to) {
            entries.insert(format!("{from}{query}"), format!("{to}{query}"));
        }
    }
    with_entries(page, text, &entries)
}

fn with_entries(page: &Page<'_>, text: &str, entries: &BTreeMap<String, String>) -> Result<String, String> {
    if entries.is_empty() {
        return Ok(text.to_owned());
    }
    let edit = match import_map::first_map(page) {
        Some((start, map)) => {
            import_map::into_map(map, "imports", entries)?.map(|(at, new)| (start + at..start + at, new))
        }
        None => {
            let at = import_map::first_script(page).ok_or("it has no script")?;
            let map = format!(
                "<script type=importmap {MARK}={NAMES}>{{{}}}</script>",
                import_map::member("imports", entries)
            );
            Some((at..at, map))
        }
    };
    Ok(edits::apply(text, edit.into_iter().collect()))
}
