//! Whether a site is the folder of a project, with its sources, instead of what a build made of them.

use super::Tree;
use crate::{
    asset::AssetPath,
    finding::{Code, Finding},
};

/// Files at the top that only who builds a site has a use for.
const OF_BUILDS: [&str; 14] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "tsconfig.json",
    "Gemfile.lock",
    "composer.lock",
    "Cargo.lock",
    "uv.lock",
    "poetry.lock",
    "mkdocs.yml",
    "angular.json",
];

/// Beginnings of the names of files that configure a build: `vite.config.ts`.
const CONFIGURATIONS: [&str; 9] =
    ["vite", "next", "nuxt", "astro", "svelte", "webpack", "rollup", "rsbuild", "eleventy"];

/// Folders that builds write, the most usual first.
const OUTPUTS: [&str; 8] = ["dist", "build", "out", "public", "_site", "site", ".output/public", "docs"];

/// How many signs are named.
const NAMED: usize = 4;

/// A warning if files at the top are those of a project.
pub(super) fn finding(tree: &Tree) -> Option<Finding> {
    let at_top = tree.files.iter().map(|file| file.path.as_str()).filter(|path| !path.contains('/'));
    let files = at_top.filter(|name| is_of_builds(name));
    let installed = tree.installed.iter().map(AssetPath::as_str).filter(|folder| *folder == "node_modules");
    let signs: Vec<&str> = installed.chain(files).collect();
    let first = signs.first()?;
    let more = match signs.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let names = signs[..signs.len().min(NAMED)].join(", ");
    let message =
        format!("looks like the sources of a site, not like what its build wrote: {names}{more} will be published");
    let hint = match OUTPUTS.iter().find(|folder| has_page(tree, folder)) {
        Some(folder) => format!("did you mean its folder {folder}?"),
        None => {
            "give the folder that the build writes, or leave out what is no part of the site with --exclude".to_owned()
        }
    };
    Some(Finding::new(Code::SourceTree, first, message).hint(hint))
}

fn is_of_builds(name: &str) -> bool {
    let is_configuration = || {
        let stem = name.strip_prefix('.').unwrap_or(name).split_once(".config.").map(|(stem, _)| stem);
        stem.is_some_and(|stem| CONFIGURATIONS.contains(&stem))
    };
    OF_BUILDS.contains(&name) || is_configuration()
}

fn has_page(tree: &Tree, folder: &str) -> bool {
    let page = format!("{folder}/index.html");
    tree.files.binary_search_by(|file| file.path.as_str().cmp(&page)).is_ok()
}
