//! What the text of a `script` element is, by its `type`.

/// What a `script` element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScriptKind {
    /// A classic script.
    Classic,
    /// A module.
    Module,
    /// An import map.
    ImportMap,
    /// JSON whose URLs are for search engines and prefetchers: JSON-LD, speculation rules.
    OutsideJson,
    /// Other JSON.
    Json,
    /// A data block that only the page's own scripts understand.
    Data,
}

const JAVASCRIPT: [&str; 16] = [
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

/// The kind of a script with these attributes (character references undone).
pub(crate) fn kind_of(kind: Option<&str>, language: Option<&str>) -> ScriptKind {
    let essence = match (kind, language) {
        (Some(kind), _) => kind.trim_ascii().to_ascii_lowercase(),
        (None, Some(language)) if !language.is_empty() => format!("text/{}", language.to_ascii_lowercase()),
        (None, _) => String::new(),
    };
    match essence.as_str() {
        // A `type` of blanks only is no type at all for none of the browsers; an empty one is.
        "" if kind.is_some_and(|kind| !kind.is_empty()) => ScriptKind::Data,
        "" => ScriptKind::Classic,
        "module" => ScriptKind::Module,
        "importmap" => ScriptKind::ImportMap,
        "speculationrules" | "application/ld+json" => ScriptKind::OutsideJson,
        "application/json" | "text/json" => ScriptKind::Json,
        essence if essence.ends_with("+json") => ScriptKind::Json,
        essence if JAVASCRIPT.contains(&essence) => ScriptKind::Classic,
        _ => ScriptKind::Data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_by_type() {
        for (kind, language, expected) in [
            (None, None, ScriptKind::Classic),
            (Some(""), Some("vbscript"), ScriptKind::Classic),
            (None, Some("VBScript"), ScriptKind::Data),
            (None, Some("JavaScript"), ScriptKind::Classic),
            (Some(" Text/JavaScript "), None, ScriptKind::Classic),
            (Some("text/javascript; charset=utf-8"), None, ScriptKind::Data),
            (Some("module"), None, ScriptKind::Module),
            (Some("application/ld+json"), None, ScriptKind::OutsideJson),
            (Some("application/geo+json"), None, ScriptKind::Json),
            (Some("text/x-handlebars"), None, ScriptKind::Data),
        ] {
            assert_eq!(kind_of(kind, language), expected, "{kind:?} {language:?}");
        }
    }
}
