//! Generated pages: schemas, completions, manual pages. Checked in under `docs/` and compared by a test.

use std::io;

use clap_complete::Shell as CompletionShell;
use serde_json::Value;

use super::args::{self, SchemaOf, Shell};
use crate::{config::file::File, error::Error, report::Report};

/// The JSON Schema of `of`, pretty, ending in a line break.
#[must_use]
pub fn schema(of: SchemaOf) -> String {
    let schema = match of {
        SchemaOf::Config => schemars::schema_for!(File),
        SchemaOf::Report => schemars::generate::SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<Report>(),
    };
    let mut schema = schema.to_value();
    if of == SchemaOf::Config {
        forbid_null(&mut schema);
    }
    format!("{schema:#}\n")
}

/// A key that is absent says nothing; `null` is refused by the reader, so the schema must not offer it.
fn forbid_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(forbid_null),
        Value::Object(map) => {
            map.values_mut().for_each(forbid_null);
            if map.get("default").is_some_and(Value::is_null) {
                map.remove("default");
            }
            let alternatives = map.get_mut("anyOf").and_then(Value::as_array_mut);
            if let Some(alternatives) = alternatives {
                alternatives.retain(|one| one.get("type").and_then(Value::as_str) != Some("null"));
            }
            match map.get_mut("type") {
                Some(Value::Array(types)) => types.retain(|one| one.as_str() != Some("null")),
                _ => return,
            }
            if let Some([only]) = map.get("type").and_then(Value::as_array).map(Vec::as_slice) {
                map.insert("type".to_owned(), only.clone());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The completions for `shell`.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let shell = match shell {
        Shell::Bash => CompletionShell::Bash,
        Shell::Zsh => CompletionShell::Zsh,
        Shell::Fish => CompletionShell::Fish,
        Shell::PowerShell => CompletionShell::PowerShell,
    };
    let mut page = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "edgepress", &mut page);
    page
}

/// The manual pages of all commands: file name and content, that of `edgepress` itself first.
///
/// # Errors
/// Never in practice: pages are made in memory.
pub fn manual() -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut command = args::command();
    command.build();
    let mut pages = Vec::new();
    collect(&command, "edgepress", &mut pages).map_err(|error| Error::bug(error.to_string()))?;
    Ok(pages)
}

fn collect(command: &clap::Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let mut page = Vec::new();
    // No date: the same source makes the same page.
    clap_mangen::Man::new(command.clone()).date("").render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    let below = command.get_subcommands().filter(|command| command.get_name() != "help");
    below.into_iter().try_for_each(|sub| collect(sub, &format!("{name}-{}", sub.get_name()), pages))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;

    fn checked_in(name: &str, text: &str) {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert!(expected == text, "docs/{name} is not what the source says; UPDATE_SNAPSHOTS=1 writes it anew");
    }

    #[test]
    fn schemas_are_those_checked_in() {
        checked_in("edgepress.schema.json", &schema(SchemaOf::Config));
        checked_in("report.schema.json", &schema(SchemaOf::Report));
    }

    #[test]
    fn the_schema_of_the_configuration_offers_no_null() {
        let text = schema(SchemaOf::Config);
        assert!(!text.contains("null"), "{text}");
    }

    #[test]
    fn the_schema_knows_every_key_of_a_report() {
        let schema: serde_json::Value = serde_json::from_str(&schema(SchemaOf::Report)).unwrap();
        let keys = [
            "schema", "version", "level", "input", "output", "wire", "seconds", "peak_rss", "stages", "files",
            "budgets", "findings",
        ];
        for key in keys {
            assert!(schema["properties"][key].is_object(), "{key}");
        }
    }

    #[test]
    fn every_shell_gets_completions() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
            let text = String::from_utf8(completions(shell)).unwrap();
            assert!(text.contains("no-fingerprint"), "{shell:?}");
            let name = format!("{shell:?}").to_lowercase();
            checked_in(&format!("completions/edgepress.{name}"), &text);
        }
    }

    #[test]
    fn every_command_has_a_manual_page() {
        let pages = manual().unwrap();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "edgepress.1",
                "edgepress-build.1",
                "edgepress-check.1",
                "edgepress-explain.1",
                "edgepress-restore.1",
                "edgepress-init.1",
                "edgepress-cache.1",
                "edgepress-cache-stats.1",
                "edgepress-cache-clear.1",
                "edgepress-cache-gc.1",
                "edgepress-schema.1",
                "edgepress-completions.1",
                "edgepress-man.1",
            ]
        );
        assert_eq!(pages, manual().unwrap());
        for (name, page) in pages {
            checked_in(&format!("man/{name}"), &String::from_utf8(page).unwrap());
        }
    }
}
