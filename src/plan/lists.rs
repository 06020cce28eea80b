//! Manifests that are written on request, in the forms from which frameworks on the server read the names of files.
//!
//! Published files in, one [`Artifact`] for each form out. A manifest that came with the site is not one of these: it is
//! rewritten where it stands.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Artifact;
use crate::{
    asset::{AssetPath, Kind, Role},
    link::Link,
    refs::manifest,
};

/// Whose manifest is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum ListForm {
    /// `.vite/manifest.json`.
    Vite,
    /// Propshaft's `.manifest.json`.
    Propshaft,
    /// Django's `staticfiles.json`.
    Django,
    /// `mix-manifest.json`.
    LaravelMix,
}

/// One file that manifests are about.
#[derive(Clone, Debug)]
pub struct Listed<'a> {
    /// Where it stood.
    pub logical: &'a AssetPath,
    /// Where it is published.
    pub path: &'a AssetPath,
    /// What it is.
    pub kind: Kind,
    /// What it names, as indices into the files.
    pub links: &'a [Link],
}

impl ListForm {
    /// The word in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vite => "vite",
            Self::Propshaft => "propshaft",
            Self::Django => "django",
            Self::LaravelMix => "laravel-mix",
        }
    }

    /// Where the framework looks for it.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Vite => ".vite/manifest.json",
            Self::Propshaft => ".manifest.json",
            Self::Django => "staticfiles.json",
            Self::LaravelMix => "mix-manifest.json",
        }
    }

    /// The manifest of `files`; `None` when its path is not one of a site.
    #[must_use]
    pub fn write(self, files: &[Listed<'_>]) -> Option<Artifact> {
        let contents = match self {
            Self::Vite => vite(files),
            Self::Propshaft => pairs(files, ""),
            Self::Django => django(files),
            Self::LaravelMix => pairs(files, "/"),
        };
        let mut contents = serde_json::to_vec_pretty(&contents).ok()?;
        if self == Self::Django {
            contents = manifest::with_hash(&contents).unwrap_or(contents);
        }
        contents.push(b'\n');
        Some(Artifact { path: AssetPath::new(self.path()).ok()?, contents })
    }
}

/// Whether a template would ask for it: pages are served, not named.
fn is_listed(kind: Kind) -> bool {
    !matches!(kind, Kind::Html | Kind::SourceMap | Kind::BuildManifest)
}

fn pairs(files: &[Listed<'_>], start: &str) -> Value {
    let pair = |file: &Listed<'_>| (format!("{start}{}", file.logical), Value::String(format!("{start}{}", file.path)));
    let pairs: BTreeMap<String, Value> = files.iter().filter(|file| is_listed(file.kind)).map(pair).collect();
    Value::Object(pairs.into_iter().collect())
}

fn django(files: &[Listed<'_>]) -> Value {
    json!({ "paths": pairs(files, ""), "version": "1.1", "hash": "" })
}

fn vite(files: &[Listed<'_>]) -> Value {
    let chunk = |file: &Listed<'_>| {
        let named = |roles: &[Role], key: bool| -> Vec<String> {
            let links =
                file.links.iter().filter(|link| roles.contains(&link.role)).filter_map(|link| files.get(link.target));
            let names = links.map(|to| if key { to.logical.to_string() } else { to.path.to_string() });
            names.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let mut chunk = Map::new();
        chunk.insert("file".to_owned(), file.path.as_str().into());
        chunk.insert("src".to_owned(), file.logical.as_str().into());
        if file.kind.is_js() || file.kind == Kind::Css {
            chunk.insert("isEntry".to_owned(), true.into());
        }
        for (key, names) in [
            ("imports", named(&[Role::Module], true)),
            ("dynamicImports", named(&[Role::LazyModule], true)),
            ("assets", named(&[Role::Resource], false)),
        ] {
            if !names.is_empty() {
                chunk.insert(key.to_owned(), names.into());
            }
        }
        (file.logical.to_string(), Value::Object(chunk))
    };
    let chunks: BTreeMap<String, Value> = files.iter().filter(|file| is_listed(file.kind)).map(chunk).collect();
    Value::Object(chunks.into_iter().collect())
}
