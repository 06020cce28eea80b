//! Integrity of what is imported: entries in the page's import map, or in one of our own.
//!
//! A tag's value covers one file; a module's imports, and those that come later, can only be covered by the `integrity`
//! of an import map (HTML standard, 8.1.5.4). Keys are URLs as modules ask for them, so an import under a URL
//! that is spelled in another way is not covered, and not broken either.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::utf8_percent_encode;

use super::{Context, MARK, attribute, base_href, edits, elements, integrity::kind_of, text};
use crate::{
    asset::{AssetPath, Kind, Span, url},
    refs::html::{
        events::{EventKind, Page, Tag},
        json,
        scripts::ScriptKind,
    },
};

/// `page` with the integrity of every module that it imports and that none of its tags covers.
pub(super) fn with_integrity(
    page: &Page<'_>,
    context: &Context,
    covered: &BTreeSet<AssetPath>,
) -> Result<String, String> {
    let whole = text(page, Span::new(0..page.source.len()));
    let entries = entries(page, context, covered)?;
    let edit = match first_map(page) {
        _ if entries.is_empty() => None,
        Some((start, map)) => into_map(map, "integrity", &entries)?.map(|(at, new)| (start + at..start + at, new)),
        None => first_script(page).map(|at| {
            let map = format!("<script type=importmap {MARK}>{{{}}}</script>", member("integrity", &entries));
            (at..at, map)
        }),
    };
    Ok(edits::apply(whole, edit.into_iter().collect()))
}

type Entries = BTreeMap<String, String>;

fn entries(page: &Page<'_>, context: &Context, covered: &BTreeSet<AssetPath>) -> Result<Entries, String> {
    let base_href = base_href(page);
    let Some(folder) = context.folder(base_href.as_deref()) else { return Ok(Entries::new()) };
    let start = if names_from_the_top(page) { Start::Top(&context.base) } else { Start::Folder(&folder) };
    let mut entries = Entries::new();
    for (path, loaded) in &context.loaded {
        let start = match &context.network {
            Some(network) if loaded.is_on_network => Start::Top(network),
            _ => start,
        };
        let can_be_imported = loaded.kind.is_js() || matches!(loaded.kind, Kind::Css | Kind::Json | Kind::Wasm);
        let is_open = loaded.is_imported || loaded.is_module_of_page && !covered.contains(path);
        if !can_be_imported || !is_open {
            continue;
        }
        let value = loaded.integrity().map_err(|error| format!("{path} cannot be read again: {error}"))?;
        for spelled in start.spellings(path) {
            for query in loaded.queries.iter().filter(|query| is_plain(query)) {
                entries.insert(format!("{spelled}{query}"), value.to_owned());
            }
        }
    }
    Ok(entries)
}

fn is_plain(query: &str) -> bool {
    query.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\' | b'<' | b'>'))
}

/// How keys begin.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    /// At the top of the host, below this base.
    Top(&'a str),
    /// In this folder.
    Folder(&'a str),
}

impl Start<'_> {
    /// The URL of `path`, as browsers spell it and, where that differs, as our references do.
    pub(super) fn spellings(self, path: &AssetPath) -> BTreeSet<String> {
        let folder: Vec<_> = path
            .folder()
            .split_terminator('/')
            .map(|part| utf8_percent_encode(part, url::IN_PATH).to_string())
            .collect();
        let names =
            [utf8_percent_encode(path.file_name(), url::IN_PATH).to_string(), url::encode_file_name(path.file_name())];
        let names = names.into_iter();
        match self {
            Self::Top(base) => names.map(|name| format!("{base}{}", joined(&folder, &name))).collect(),
            Self::Folder(from) => {
                let from: Vec<_> = from
                    .split_terminator('/')
                    .map(|part| utf8_percent_encode(part, url::IN_PATH).to_string())
                    .collect();
                let shared = from.iter().zip(&folder).take_while(|(a, b)| a == b).count();
                let up = if from.len() == shared { "./".to_owned() } else { "../".repeat(from.len() - shared) };
                names.map(|name| format!("{up}{}", joined(&folder[shared..], &name))).collect()
            }
        }
    }
}

fn joined(folder: &[String], name: &str) -> String {
    folder.iter().map(|part| format!("{part}/")).chain([name.to_owned()]).collect()
}

/// Whether the page itself writes its scripts and sheets from the top of the host; else it may be served in any folder.
pub(super) fn names_from_the_top(page: &Page<'_>) -> bool {
    elements(page).any(|(_, tag)| {
        let url = match page.name(tag.name).as_str() {
            "script" => attribute(page, tag, "src"),
            "link" => attribute(page, tag, "href"),
            _ => None,
        };
        url.is_some_and(|url| url.trim_start().starts_with('/') && !url.trim_start().starts_with("//"))
    })
}

/// `"integrity":{..}`.
pub(super) fn member(name: &str, entries: &Entries) -> String {
    format!("\"{name}\":{{{}}}", list(entries))
}

fn list(entries: &Entries) -> String {
    // No key or value holds what JSON or a script would have to escape.
    let entries: Vec<_> = entries.iter().map(|(key, value)| format!("\"{key}\":\"{value}\"")).collect();
    entries.join(",")
}

/// The start tags that take effect where they stand: not those inside a template.
fn live_elements<'p>(page: &'p Page<'_>) -> impl Iterator<Item = (usize, &'p Tag)> {
    let mut depth = 0_usize;
    page.events.iter().enumerate().filter_map(move |(index, event)| match &event.kind {
        EventKind::Start(tag) if page.name(tag.name).as_str() == "template" => {
            depth += 1;
            None
        }
        EventKind::End(name) if page.name(*name).as_str() == "template" => {
            depth = depth.saturating_sub(1);
            None
        }
        EventKind::Start(tag) if depth == 0 => Some((index, tag)),
        _ => None,
    })
}

/// The text of the page's first import map, and where it begins.
pub(super) fn first_map<'p>(page: &Page<'p>) -> Option<(usize, &'p str)> {
    let is_map = |tag: &Tag| page.name(tag.name).as_str() == "script" && kind_of(page, tag) == ScriptKind::ImportMap;
    let (index, _) = live_elements(page).find(|(_, tag)| is_map(tag))?;
    let inside = page.events.get(index + 1).filter(|event| matches!(event.kind, EventKind::Text(_)))?;
    Some((inside.span.range().start, text(page, inside.span)))
}

/// Where the first script or preloaded module begins: an import map must come before.
pub(super) fn first_script(page: &Page<'_>) -> Option<usize> {
    let is_first = |tag: &Tag| match page.name(tag.name).as_str() {
        "script" => matches!(kind_of(page, tag), ScriptKind::Classic | ScriptKind::Module),
        "link" => attribute(page, tag, "rel").is_some_and(|rel| rel.to_ascii_lowercase().contains("modulepreload")),
        _ => false,
    };
    let (index, _) = live_elements(page).find(|(_, tag)| is_first(tag))?;
    Some(page.events[index].span.range().start)
}

/// What to insert into the member `name` of the import map `map`, and where; nothing when it has all of `entries`.
pub(super) fn into_map(map: &str, name: &str, entries: &Entries) -> Result<Option<(usize, String)>, String> {
    let broken = || "its import map cannot be read".to_owned();
    let parsed: serde_json::Map<String, serde_json::Value> = serde_json::from_str(map).map_err(|_| broken())?;
    let Some(found) = parsed.get(name) else {
        let open = map.find('{').ok_or_else(broken)? + 1;
        let comma = if parsed.is_empty() { "" } else { "," };
        return Ok(Some((open, format!("{}{comma}", member(name, entries)))));
    };
    let known = found.as_object().ok_or_else(broken)?;
    let missing: Entries = entries
        .iter()
        .filter(|(key, _)| !known.contains_key(*key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let is_key = |string: &json::JsonString| string.is_key && string.path.is_empty();
    let keys = json::strings(map);
    let key = keys.iter().find(|key| is_key(key) && &map[key.raw.clone()] == name).ok_or_else(broken)?;
    let open = key.raw.end + map[key.raw.end..].find('{').ok_or_else(broken)? + 1;
    let comma = if known.is_empty() { "" } else { "," };
    Ok(Some((open, format!("{}{comma}", list(&missing)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_urls_from_where_the_page_stands() {
        let spelled = |start: Start<'_>, path: &str| -> Vec<String> {
            start.spellings(&AssetPath::new(path).unwrap()).into_iter().collect()
        };
        for (folder, path, expected) in [
            ("", "a.js", "./a.js"),
            ("", "js/a.js", "./js/a.js"),
            ("blog/", "js/a.js", "../js/a.js"),
            ("blog/x/", "blog/js/a.js", "../js/a.js"),
            ("js/", "js/a.js", "./a.js"),
            ("", "ü/a b.js", "./%C3%BC/a%20b.js"),
        ] {
            assert_eq!(spelled(Start::Folder(folder), path), [expected], "{path} from {folder}");
        }
        assert_eq!(spelled(Start::Top("/shop/"), "js/a(1).js"), ["/shop/js/a%281%29.js", "/shop/js/a(1).js"]);
    }

    #[test]
    fn entries_go_into_the_map_that_is_there() {
        let entries = Entries::from([("./a.js".to_owned(), "sha384-x".to_owned())]);
        for (map, expected) in [
            ("{}", Some(r#"{"integrity":{"./a.js":"sha384-x"}}"#)),
            (r#" {"imports":{}}"#, Some(r#" {"integrity":{"./a.js":"sha384-x"},"imports":{}}"#)),
            (r#"{"integrity" : { }}"#, Some(r#"{"integrity" : {"./a.js":"sha384-x" }}"#)),
            (
                r#"{"imports":{"integrity":"./i.js"},"integrity":{"./b.js":"y"}}"#,
                Some(r#"{"imports":{"integrity":"./i.js"},"integrity":{"./a.js":"sha384-x","./b.js":"y"}}"#),
            ),
            (r#"{"integrity":{"./a.js":"sha384-x"}}"#, None),
        ] {
            let made =
                into_map(map, "integrity", &entries).unwrap().map(|(at, new)| edits::apply(map, vec![(at..at, new)]));
            assert_eq!(made.as_deref(), expected, "{map}");
        }
        assert!(into_map("{", "integrity", &entries).is_err());
        assert!(into_map("[]", "integrity", &entries).is_err());
    }
}
