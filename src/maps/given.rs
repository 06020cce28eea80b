//! A source map as it came: read strictly, written again with other mappings and everything else as it was.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::mappings::{Mappings, Origin, Segment};

/// What is wrong with a map, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapError(String);

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Into<String>> From<T> for MapError {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

/// What may stand before a map so that no page can run it as a script.
const GUARD: &str = ")]}'";

/// Fields that say something of the generated text other than `mappings`: they would be wrong of another text.
const OF_THE_TEXT: [&str; 4] = ["scopes", "originalScopes", "generatedRanges", "rangeMappings"];

/// A map that was read and found valid.
#[derive(Debug)]
pub struct GivenMap<'a> {
    guard: &'a str,
    /// Keys and values as written, in order; of an index map those that one map in its place would have.
    fields: Vec<(String, Raw<'a>)>,
    mappings: Mappings,
    names: usize,
}

#[derive(Debug)]
enum Raw<'a> {
    Given(&'a RawValue),
    Made(String),
}

impl Raw<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Given(value) => value.get(),
            Self::Made(text) => text,
        }
    }
}

impl<'a> GivenMap<'a> {
    /// Reads a map; an index map becomes one map.
    ///
    /// # Errors
    /// What makes it invalid.
    pub fn read(text: &'a str) -> Result<Self, MapError> {
        let (guard, json) = match text.strip_prefix(GUARD) {
            Some(rest) => text.split_at(text.len() - rest.len() + rest.find('\n').map_or(rest.len(), |end| end + 1)),
            None => ("", text),
        };
        let fields = Fields::read(json)?;
        if fields.find("sections").is_some() { Self::from_index(guard, &fields) } else { Self::from_one(guard, fields) }
    }

    fn from_one(guard: &'a str, fields: Fields<'a>) -> Result<Self, MapError> {
        let one = One::read(&fields)?;
        let fields = fields.list.into_iter().map(|(key, value)| (key, Raw::Given(value))).collect();
        Ok(Self { guard, fields, mappings: one.mappings, names: one.names.len() })
    }

    fn from_index(guard: &'a str, fields: &Fields<'a>) -> Result<Self, MapError> {
        let flat = Flat::read(fields)?;
        let kept = fields.list.iter().filter(|(key, _)| key != "sections");
        let mut list: Vec<_> = kept.map(|(key, value)| (key.clone(), Raw::Given(value))).collect();
        let mut add = |key: &str, items: &[String]| list.push((key.to_owned(), Raw::Made(array(items))));
        add("sources", &flat.sources);
        if flat.contents.iter().any(|content| content != "null") {
            add("sourcesContent", &flat.contents);
        }
        if !flat.ignored.is_empty() {
            add("ignoreList", &flat.ignored);
        }
        add("names", &flat.names);
        list.push(("mappings".to_owned(), Raw::Made("\"\"".to_owned())));
        Ok(Self { guard, fields: list, names: flat.names.len(), mappings: Mappings::sorted(flat.segments) })
    }

    /// Its mappings.
    #[must_use]
    pub fn mappings(&self) -> &Mappings {
        &self.mappings
    }

    /// How many names it has.
    #[must_use]
    pub fn names(&self) -> usize {
        self.names
    }

    /// What each source holds, where the map tells.
    pub(super) fn contents(&self) -> Vec<Option<String>> {
        let value = self.fields.iter().find(|(key, _)| key == "sourcesContent");
        value.and_then(|(_, value)| serde_json::from_str(value.text()).ok()).unwrap_or_default()
    }

    /// The name of the generated file, if it says one.
    #[must_use]
    pub fn file(&self) -> Option<String> {
        let value = self.fields.iter().find(|(key, _)| key == "file")?;
        serde_json::from_str(value.1.text()).ok()
    }

    /// The map with these mappings, with `added` after its names, and with `file` where it says one.
    #[must_use]
    pub fn write(&self, mappings: &Mappings, added: &[String], file: Option<&str>) -> String {
        let has_names = self.fields.iter().any(|(key, _)| key == "names");
        let mut out = format!("{}{{", self.guard);
        for (key, value) in &self.fields {
            match key.as_str() {
                "mappings" => {
                    if !has_names && !added.is_empty() {
                        push(&mut out, "names", &with_names("[]", added));
                    }
                    push(&mut out, key, &format!("\"{}\"", mappings.encode()));
                }
                "names" => push(&mut out, key, &with_names(value.text(), added)),
                "file" if file.is_some() => push(&mut out, key, &quoted(file.unwrap_or_default())),
                key if OF_THE_TEXT.contains(&key) => {}
                key => push(&mut out, key, value.text()),
            }
        }
        out.push('}');
        out
    }
}

fn push(out: &mut String, key: &str, value: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push_str(&quoted(key));
    out.push(':');
    out.push_str(value);
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// The array `names` with `added` at its end.
fn with_names(names: &str, added: &[String]) -> String {
    let inner = names.trim().trim_start_matches('[').trim_end_matches(']').trim();
    let given = (!inner.is_empty()).then(|| inner.to_owned());
    array(&given.into_iter().chain(added.iter().map(|name| quoted(name))).collect::<Vec<_>>())
}

/// The keys and values of an object, as written.
#[derive(Debug)]
struct Fields<'a> {
    list: Vec<(String, &'a RawValue)>,
}

impl<'a> Fields<'a> {
    fn read(json: &'a str) -> Result<Self, MapError> {
        let what = |error: serde_json::Error| format!("it is no JSON object ({error})");
        Ok(serde_json::from_str(json).map_err(what)?)
    }

    /// The value of `key`; of several the last counts, as for every reader of JSON in browsers.
    fn find(&self, key: &str) -> Option<&'a RawValue> {
        self.list.iter().rev().find(|(found, _)| found == key).map(|(_, value)| *value)
    }

    fn get<T: Deserialize<'a>>(&self, key: &str) -> Result<Option<T>, MapError> {
        let wrong = |_| MapError(format!("`{key}` is not what it must be"));
        self.find(key).map(|value| serde_json::from_str(value.get()).map_err(wrong)).transpose()
    }

    fn list(&self, key: &str) -> Result<Option<Vec<&'a RawValue>>, MapError> {
        self.get(key)
    }

    /// A list of strings; also of null where `or_null`.
    fn texts(&self, key: &str, or_null: bool) -> Result<Option<Vec<&'a RawValue>>, MapError> {
        let list = self.list(key)?;
        let is_text = |value: &&RawValue| value.get().starts_with('"') || or_null && value.get() == "null";
        if list.iter().flatten().all(is_text) { Ok(list) } else { Err(format!("`{key}` has more than strings").into()) }
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    list.push(entry);
                }
                Ok(Fields { list })
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// The parts of a map that is no index.
struct One<'a> {
    root: Option<String>,
    sources: Vec<&'a RawValue>,
    contents: Vec<&'a RawValue>,
    ignored: Vec<u32>,
    names: Vec<&'a RawValue>,
    mappings: Mappings,
}

impl<'a> One<'a> {
    fn read(fields: &Fields<'a>) -> Result<Self, MapError> {
        check_version(fields)?;
        fields.get::<Option<String>>("file")?;
        let root = fields.get::<Option<String>>("sourceRoot")?.flatten();
        let sources = fields.texts("sources", true)?.ok_or("it has no `sources`")?;
        let contents = fields.texts("sourcesContent", true)?.unwrap_or_default();
        let names = fields.texts("names", false)?.unwrap_or_default();
        let older = fields.get("x_google_ignoreList").ok().flatten();
        let ignored: Vec<u32> = fields.get("ignoreList")?.or(older).unwrap_or_default();
        if ignored.iter().any(|&index| index as usize >= sources.len()) {
            return Err("`ignoreList` names a source that is not there".into());
        }
        let text: String = fields.get("mappings")?.ok_or("it has no `mappings`")?;
        let mappings = Mappings::decode(&text).map_err(|what| format!("in `mappings`, {what}"))?;
        let is_known = |origin: Origin| {
            (origin.source as usize) < sources.len() && origin.name.is_none_or(|name| (name as usize) < names.len())
        };
        if mappings.segments().iter().filter_map(|segment| segment.origin).any(|origin| !is_known(origin)) {
            return Err("`mappings` names a source or a name that is not there".into());
        }
        Ok(Self { root, sources, contents, ignored, names, mappings })
    }

    /// A source with the root that stands before all of them.
    fn rooted(&self, source: &RawValue) -> String {
        let root = self.root.as_deref().filter(|root| !root.is_empty());
        let text: Option<String> = serde_json::from_str(source.get()).unwrap_or_default();
        match (root, text) {
            (Some(root), Some(text)) if !text.starts_with('/') && !text.contains("://") => {
                quoted(&format!("{}/{text}", root.trim_end_matches('/')))
            }
            _ => source.get().to_owned(),
        }
    }
}

fn check_version(fields: &Fields<'_>) -> Result<(), MapError> {
    match fields.find("version").map(RawValue::get) {
        Some("3") => Ok(()),
        _ => Err("its `version` is not 3".into()),
    }
}

/// Several maps as one.
#[derive(Default)]
struct Flat {
    sources: Vec<String>,
    contents: Vec<String>,
    ignored: Vec<String>,
    names: Vec<String>,
    segments: Vec<Segment>,
}

#[derive(Deserialize)]
struct Section<'a> {
    offset: Offset,
    #[serde(borrow)]
    map: &'a RawValue,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Offset {
    line: u32,
    column: u32,
}

impl Flat {
    fn read(fields: &Fields<'_>) -> Result<Self, MapError> {
        check_version(fields)?;
        fields.get::<Option<String>>("file")?;
        if fields.find("mappings").is_some() {
            return Err("it has both `sections` and `mappings`".into());
        }
        let sections: Vec<Section> = fields.get("sections")?.unwrap_or_default();
        let mut flat = Self::default();
        for (index, section) in sections.iter().enumerate() {
            let next = sections.get(index + 1).map(|next| next.offset);
            if next.is_some_and(|next| next <= section.offset) {
                return Err("its `sections` are not in order".into());
            }
            let one = One::read(&Fields::read(section.map.get())?)?;
            flat.add(&one, section.offset, next)?;
        }
        Ok(flat)
    }

    fn add(&mut self, one: &One<'_>, at: Offset, next: Option<Offset>) -> Result<(), MapError> {
        let (first_source, first_name) = (index(self.sources.len()), index(self.names.len()));
        let null = || "null".to_owned();
        for (number, source) in one.sources.iter().enumerate() {
            self.sources.push(one.rooted(source));
            self.contents.push(one.contents.get(number).map_or_else(null, |content| content.get().to_owned()));
        }
        self.names.extend(one.names.iter().map(|name| name.get().to_owned()));
        self.ignored.extend(one.ignored.iter().map(|ignored| (ignored + first_source).to_string()));
        for segment in one.mappings.segments() {
            let column = if segment.line == 0 { segment.column.saturating_add(at.column) } else { segment.column };
            let line = segment.line.saturating_add(at.line);
            match next {
                Some(next) if line > next.line => return Err("one of its `sections` reaches into the next".into()),
                // Where the next begins, or behind that on its first line, the next knows better. Those who put bundles
                // together let sections end with the line feed that others count as the start of a line.
                Some(next) if (line, column) >= (next.line, next.column) => continue,
                _ => {}
            }
            let moved = |origin: Origin| Origin {
                source: origin.source + first_source,
                name: origin.name.map(|name| name + first_name),
                ..origin
            };
            self.segments.push(Segment { line, column, origin: segment.origin.map(moved) });
        }
        Ok(())
    }
}

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
