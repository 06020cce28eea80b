//! Merges what flags, environment and file say into the running [`Config`].
//!
//! What only flags and the environment can say is shown as a comment, so that what is shown is a configuration.
//!
//! Three [`Layer`]s come in, the highest first; the value of the highest that says something counts, whole (lists are
//! replaced, not joined).

use std::{collections::BTreeMap, num::NonZeroUsize, path::Path, time::Duration};

use super::{
    AUTO_BASE, Cache, Config, ContentPolicy, Encoding, Environment, Globs, Integrity, Layer, Memory, NameMode, Origin,
    Previous, Security, SheetTargets, Shown, Sourced, Strictness, hosts,
    show::{self, Show},
};
use crate::{
    action::Isolation,
    maps::SourceMaps,
    press::{
        LegalComments, Level, Metadata,
        html::{Comments, Folding, HtmlOptions, InlineCode},
        js::{Edits, Fate},
    },
};

/// Merges `layers`, the highest first; `root` is the folder of the project, for the default place of the cache.
#[must_use]
pub fn merge(layers: [Layer; 3], environment: &Environment, root: &Path) -> Config {
    let mut shown = Vec::new();
    let [mut a, mut b, mut c] = layers;
    macro_rules! pick {
        ($key:literal, $field:ident, $default:expr) => {{
            let found = a.$field.take().or_else(|| b.$field.take()).or_else(|| c.$field.take());
            settle($key, found, || $default, &mut shown)
        }};
    }
    let level = pick!("level", level, Level::Default);
    let hosts = pick!("hosts", hosts, hosts::DEFAULT.to_vec());
    let base = base(a.base.take().or_else(|| b.base.take()).or_else(|| c.base.take()), &mut shown);
    let include = pick!("include", include, Globs::everything());
    let exclude = pick!("exclude", exclude, Globs::default());
    let name_mode = pick!("names.mode", name_mode, NameMode::Content);
    let name_keep = pick!("names.keep", name_keep, Globs::default());
    let manifests = pick!("names.manifests", manifests, Vec::new());
    let css_targets = pick!("css.targets", css_targets, SheetTargets::default());
    let source_maps = pick!("js.source_maps", source_maps, SourceMaps::Keep);
    let legal_comments = pick!("js.legal_comments", legal_comments, LegalComments::Inline);
    let html = HtmlOptions {
        whitespace: pick!("html.whitespace", whitespace, Folding::default()),
        comments: pick!("html.comments", comments, Comments::default()),
        inline: pick!("html.inline", inline, InlineCode::default()),
    };
    let drop_console = pick!("js.drop_console", drop_console, false);
    let drop_debugger = pick!("js.drop_debugger", drop_debugger, false);
    let define = pick!("js.define", define, BTreeMap::new());
    let metadata = pick!("images.metadata", metadata, Metadata::Safe);
    let encodings = pick!("siblings.encodings", encodings, vec![Encoding::Br, Encoding::Gzip]);
    let integrity = pick!("security.sri", sri, Integrity::Keep);
    let policy = pick!("security.csp", csp, ContentPolicy::Off);
    let keep_builds = pick!("deploy.keep", keep_builds, 0);
    let press_off = pick!("rules", press_off, Globs::default());
    let press_names = a.press_names.or(b.press_names).or(c.press_names);
    let html_rules = a.html_rules.take().or_else(|| b.html_rules.take()).or_else(|| c.html_rules.take());
    let html_rules = html_rules.unwrap_or_else(|| Sourced::new(Vec::new(), Origin::Default));
    if let Some(last) = shown.last_mut() {
        last.value = show::rules(&press_off, press_names.as_ref().map(|sourced| &sourced.value), &html_rules.value);
        if let Some(sourced) = press_names.as_ref().filter(|_| last.origin == Origin::Default) {
            last.origin = sourced.origin.clone();
        }
        if last.origin == Origin::Default {
            last.origin = html_rules.origin;
        }
    }
    let press_names = press_names.map(|sourced| sourced.value).unwrap_or_default();
    let policies = all("policy", [a.policies, b.policies, c.policies], &mut shown);
    let budgets = all("budget", [a.budgets, b.budgets, c.budgets], &mut shown);
    let cache = pick!("# --cache-dir", cache, Cache::At(environment.default_cache_dir(root)));
    let previous = pick!("# --previous", previous, Previous::Output);
    let jobs = pick!("# --jobs", jobs, std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let memory = pick!("# --memory", memory, Memory::Share);
    let isolation = pick!("# --isolation", isolation, Isolation::Auto);
    let patience = pick!("# --wait", patience, Duration::from_mins(1));
    let strictness = pick!("# --strict", strictness, Strictness::Lenient);
    Config {
        level,
        hosts,
        base,
        include,
        exclude,
        name_mode,
        name_keep,
        css_targets: css_targets.targets,
        source_maps,
        legal_comments,
        script_edits: Edits { console: fate(drop_console), debugger: fate(drop_debugger), define },
        metadata,
        encodings,
        manifests,
        security: Security { integrity, policy },
        keep_builds,
        previous,
        policies,
        budgets,
        press_off,
        html,
        html_rules: html_rules.value,
        press_names,
        cache,
        jobs,
        memory,
        isolation,
        patience,
        strictness,
        shown,
    }
}

fn fate(drop: bool) -> Fate {
    if drop { Fate::Goes } else { Fate::Stays }
}

/// The configuration without any layer. A library that is told nothing writes no cache anywhere.
pub(super) fn defaults() -> Config {
    let no_cache = Layer { cache: Some(Sourced::new(Cache::Off, Origin::Default)), ..Layer::default() };
    merge([no_cache, Layer::default(), Layer::default()], &Environment::default(), Path::new(""))
}

/// The base has no default value: without one it is found out from the references.
fn base(found: Option<Sourced<String>>, shown: &mut Vec<Shown>) -> Option<String> {
    let (value, origin) = match &found {
        Some(Sourced { value, origin }) => (value.show(), origin.clone()),
        None => (AUTO_BASE.to_owned().show(), Origin::Default),
    };
    shown.push(Shown { key: "base".to_owned(), value, origin });
    found.map(|sourced| sourced.value).filter(|base| base != AUTO_BASE)
}

fn settle<T: Show>(
    key: &'static str,
    found: Option<Sourced<T>>,
    default: impl FnOnce() -> T,
    shown: &mut Vec<Shown>,
) -> T {
    let Sourced { value, origin } = found.unwrap_or_else(|| Sourced::new(default(), Origin::Default));
    shown.push(Shown { key: key.to_owned(), value: value.show(), origin });
    value
}

/// The list of the highest layer that has one, each item with its own origin.
fn all<T: Show>(key: &'static str, lists: [Vec<Sourced<T>>; 3], shown: &mut Vec<Shown>) -> Vec<T> {
    let list = lists.into_iter().find(|list| !list.is_empty()).unwrap_or_default();
    if list.is_empty() {
        shown.push(Shown { key: key.to_owned(), value: "[]".to_owned(), origin: Origin::Default });
    }
    let mut values = Vec::new();
    for (i, Sourced { value, origin }) in list.into_iter().enumerate() {
        shown.push(Shown { key: format!("{key}[{i}]"), value: value.show(), origin });
        values.push(value);
    }
    values
}
