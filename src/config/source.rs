//! Finds and reads the written configuration: `edgepress.toml`, or the `edgepress` key of `package.json`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::{
    Layer, Origin,
    file::File,
    tree::{self, KeyPath, Problem, Step},
};
use crate::{asset::Position, error::Error};

const TOML: &str = "edgepress.toml";
const PACKAGE: &str = "package.json";

/// The files in which the configuration of a project may be written.
pub const FILES: [&str; 2] = [TOML, PACKAGE];

/// What the written configuration of the project in `root` says: of `explicit` if given, else of `edgepress.toml` or
/// the `edgepress` key of `package.json` in `root`. Without any, an empty layer.
///
/// # Errors
/// When it cannot be read, both exist, or something in it is wrong.
pub fn load(root: &Path, explicit: Option<&Path>) -> Result<Layer, Error> {
    if let Some(path) = explicit {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        let name = path.display().to_string();
        if path.extension().is_some_and(|extension| extension == "json") {
            return package_key(&name, &text)?.map_or_else(|| Err(no_key(&name)), |value| settle(&value, &name, None));
        }
        return parse_toml(&name, &text);
    }
    let toml = read(&root.join(TOML))?;
    let package = read(&root.join(PACKAGE))?;
    let package = package.as_deref().filter(|text| text.contains("edgepress"));
    let package = package.map(|text| package_key(PACKAGE, text)).transpose()?.flatten();
    match (toml, package) {
        (Some(_), Some(_)) => Err(Error::config(
            TOML,
            "there is also an `edgepress` key in package.json; which of the two counts?",
            "keep one of them",
        )),
        (Some(text), None) => parse_toml(TOML, &text),
        (None, Some(value)) => settle(&value, PACKAGE, None),
        (None, None) => Ok(Layer::default()),
    }
}

/// What `text`, the content of an `edgepress.toml` named `name`, says.
///
/// # Errors
/// When it is no TOML, or something in it is wrong.
pub fn parse_toml(name: &str, text: &str) -> Result<Layer, Error> {
    let value: Value = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or_else(Position::default, |span| Position::of(text.as_bytes(), span.start));
        Error::config(place(name, at), error.message().trim(), "")
    })?;
    settle(&value, name, Some(text))
}

fn settle(value: &Value, name: &str, text: Option<&str>) -> Result<Layer, Error> {
    let table = text.and_then(|text| DeTable::parse(text).ok());
    let position = |path: &KeyPath| match (text, &table) {
        (Some(text), Some(table)) => {
            offset(table.get_ref(), &path.0).map_or_else(Position::default, |at| Position::of(text.as_bytes(), at))
        }
        _ => Position::default(),
    };
    let origin = |path: &KeyPath| Origin::File { name: name.to_owned(), line: position(path).line };
    let failed = |problem: Problem| {
        Error::config(place(name, position(&problem.path)), problem.to_string(), problem.hint.clone())
    };
    if !value.is_object() {
        return Err(Error::config(name, "the `edgepress` key must be a table", ""));
    }
    let file: File = tree::read(value).map_err(failed)?;
    file.settle(&origin).map_err(failed)
}

/// Where the last step of `path` that exists stands.
fn offset(table: &DeTable<'_>, path: &[Step]) -> Option<usize> {
    let (Step::Key(key), rest) = path.split_first()? else { return None };
    let (name, value) = table.iter().find(|(name, _)| name.get_ref() == key)?;
    deeper(value.get_ref(), value.span().start, rest).or(Some(name.span().start))
}

fn deeper(value: &DeValue<'_>, start: usize, path: &[Step]) -> Option<usize> {
    match (value, path) {
        (_, []) => None,
        (DeValue::Table(table), _) => offset(table, path),
        (DeValue::Array(items), [Step::Index(index), rest @ ..]) => {
            let item = items.get(*index)?;
            deeper(item.get_ref(), item.span().start, rest).or(Some(item.span().start))
        }
        _ => Some(start),
    }
}

fn place(name: &str, at: Position) -> String {
    if at.line == 0 { name.to_owned() } else { format!("{name}:{}:{}", at.line, at.column) }
}

/// The `edgepress` key of a `package.json`.
fn package_key(name: &str, text: &str) -> Result<Option<Value>, Error> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| Error::config(name, format!("is no JSON: {error}"), ""))?;
    Ok(value.get("edgepress").cloned())
}

fn no_key(name: &str) -> Error {
    Error::config(name, "has no `edgepress` key", "add one, or name an edgepress.toml")
}

fn read(path: &PathBuf) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// A configuration that cannot be read is a matter of configuration: nothing was begun.
fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::config(path.display().to_string(), format!("could not read the configuration: {error}"), "check --config")
}
