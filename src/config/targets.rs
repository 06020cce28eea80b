//! `[css] targets`: the browsers that sheets must work in, as a browserslist query.

use std::{fs, path::Path};

use serde_json::Value;

use super::Origin;
use crate::press::css::Targets;

/// The query that means what the project says itself, as for other tools.
const OF_THE_PROJECT: &str = "browserslist config";

/// A query and what it means. An empty one means all browsers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetTargets {
    /// As it was written, or as the project says.
    pub query: String,
    /// None: all browsers.
    pub targets: Option<Targets>,
}

impl SheetTargets {
    /// Reads a query that was written at `origin`. The project's own is that of the folder with the configuration file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(query: &str, origin: &Origin) -> Result<Self, String> {
        let query = query.trim().to_owned();
        if query.is_empty() {
            return Ok(Self::default());
        }
        // The project's own query takes the place of the words that mean it: whether anything changed since the last
        // build is told from what is shown.
        let query = if query.eq_ignore_ascii_case(OF_THE_PROJECT) { of_project(folder_of(origin))? } else { query };
        let targets = Targets::parse(&query)?;
        Ok(Self { query, targets: Some(targets) })
    }
}

fn folder_of(origin: &Origin) -> &Path {
    match origin {
        Origin::File { name, .. } => Path::new(name).parent().unwrap_or(Path::new("")),
        Origin::Default | Origin::Variable(_) | Origin::Flag(_) => Path::new(""),
    }
}

/// The query of a project: of `.browserslistrc`, or else of `package.json`.
fn of_project(folder: &Path) -> Result<String, String> {
    if let Ok(text) = fs::read_to_string(folder.join(".browserslistrc")) {
        return Ok(of_file(&text));
    }
    let package = fs::read_to_string(folder.join("package.json"))
        .map_err(|_| "finds neither `.browserslistrc` nor `package.json` beside this file".to_owned())?;
    let package: Value =
        serde_json::from_str(&package).map_err(|error| format!("cannot read package.json: {error}"))?;
    of_package(&package).ok_or_else(|| "finds no `browserslist` in package.json".to_owned())
}

/// The lines for production of a `.browserslistrc`: those in sections of that name, or else those before any section.
fn of_file(text: &str) -> String {
    let (mut general, mut production) = (Vec::new(), Vec::new());
    let mut section: Option<&str> = None;
    for line in text.lines().map(|line| line.split('#').next().unwrap_or("").trim()).filter(|line| !line.is_empty()) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(names) => section = Some(names),
            None if section.is_none() => general.push(line),
            None if section.is_some_and(is_production) => production.push(line),
            None => {}
        }
    }
    if production.is_empty() { general.join(",") } else { production.join(",") }
}

fn is_production(names: &str) -> bool {
    names.split_ascii_whitespace().any(|name| name == "production")
}

/// A text, a list of texts, or these by environment.
fn of_package(package: &Value) -> Option<String> {
    let query = package.get("browserslist")?;
    let query = query.get("production").or_else(|| query.get("defaults")).unwrap_or(query);
    match query {
        Value::String(text) => Some(text.clone()),
        Value::Array(texts) => Some(texts.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(",")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Origin, SheetTargets, of_file};

    #[test]
    fn lines_for_production_count() {
        for (text, expected) in [
            ("chrome 90\n# no\nsafari 15 # yes\n", "chrome 90,safari 15"),
            ("chrome 90\n[development]\nchrome 1\n[production staging]\nchrome 95\n", "chrome 95"),
            ("[development]\nchrome 1\n", ""),
        ] {
            assert_eq!(of_file(text), expected, "{text}");
        }
    }

    #[test]
    fn the_query_of_the_project_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let origin = Origin::File { name: folder.path().join("edgepress.toml").display().to_string(), line: 1 };
        let read = || SheetTargets::new("browserslist config", &origin).map(|found| found.targets);
        let is = |query: &str| SheetTargets::new(query, &origin).map(|found| found.targets);
        assert!(read().is_err());
        for (package, query) in [
            (r#"{"browserslist":"chrome 90"}"#, "chrome 90"),
            (r#"{"browserslist":["chrome 90","safari 15"]}"#, "chrome 90, safari 15"),
            (r#"{"browserslist":{"production":["edge 90"],"development":["edge 100"]}}"#, "edge 90"),
        ] {
            fs::write(folder.path().join("package.json"), package).unwrap();
            assert_eq!(read(), is(query), "{package}");
        }
        fs::write(folder.path().join(".browserslistrc"), "firefox 100\n").unwrap();
        assert_eq!(read(), is("firefox 100"));
        fs::write(folder.path().join(".browserslistrc"), "[development]\nfirefox 100\n").unwrap();
        assert!(read().is_err());
    }
}
