//! Cloudflare Pages and the static assets of Workers: one grammar, one difference, which is what a miss gets.
//!
//! Simulates: pretty addresses, the headers that the platform sets by itself, rules on redirects and misses too, and
//! the `no-store` that Pages puts on every miss.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Artifact, Entry, Header, emit_headers,
    headers_file::{FILE_NAME, RuleSet},
    host::{Draft, Emission, Host, Served, Simulation},
    pattern::Dialect,
    requests,
};
use crate::asset::AssetPath;

/// The two products.
pub(super) enum Cloudflare {
    Pages,
    Workers,
}

impl Host for Cloudflare {
    fn emit(&self, draft: &Draft<'_>) -> Emission {
        emit_headers::emit(draft)
    }

    fn told<'a>(&self, entry: &'a Entry) -> Vec<&'a Header> {
        emit_headers::told(entry)
    }

    fn can_tell(&self, url_path: &str) -> bool {
        emit_headers::can_tell(url_path)
    }

    fn requests(&self, path: &AssetPath, base: &str) -> Vec<String> {
        emit_headers::requests(path, base)
    }

    fn simulate<'a>(&self, draft: &'a Draft<'a>, artifacts: &'a [Artifact]) -> Box<dyn Simulation + 'a> {
        Box::new(Site::new(draft, artifacts, Dialect::Cloudflare, matches!(self, Self::Pages)))
    }
}

/// A site on a host that reads `_headers`.
pub(super) struct Site {
    rules: RuleSet,
    dialect: Dialect,
    is_pages: bool,
    ok: BTreeSet<String>,
    redirects: BTreeSet<String>,
    has_error_page: bool,
}

impl Site {
    pub(super) fn new(draft: &Draft<'_>, artifacts: &[Artifact], dialect: Dialect, is_pages: bool) -> Self {
        let file = artifacts.iter().find(|artifact| artifact.path.as_str() == FILE_NAME);
        let text = file.map_or(draft.user.text.as_bytes(), |artifact| &artifact.contents);
        let paths = || draft.table.iter().map(|(path, _)| path);
        let base = draft.settings.base;
        Self {
            rules: RuleSet::parse(&String::from_utf8_lossy(text), dialect),
            dialect,
            is_pages,
            ok: paths().flat_map(|path| requests::pretty(path, base)).collect(),
            redirects: paths().flat_map(|path| requests::plain(path, base)).collect(),
            has_error_page: paths().any(|path| path.as_str() == "404.html"),
        }
    }

    fn status(&self, url_path: &str) -> u16 {
        if self.ok.contains(url_path) {
            return 200;
        }
        match (self.redirects.contains(url_path), self.dialect) {
            // Netlify serves the plain form as well.
            (true, Dialect::Netlify) => 200,
            (true, Dialect::Cloudflare) => 308,
            // Pages takes a site without an error page for a single-page application.
            (false, _) if self.is_pages && !self.has_error_page => 200,
            (false, _) => 404,
        }
    }
}

impl Simulation for Site {
    fn serve(&self, url_path: &str) -> Served {
        let status = self.status(url_path);
        let mut headers = BTreeMap::new();
        if status == 200 {
            headers.insert("cache-control".to_owned(), "public, max-age=0, must-revalidate".to_owned());
        }
        if self.is_pages {
            headers.insert("access-control-allow-origin".to_owned(), "*".to_owned());
            headers.insert("x-content-type-options".to_owned(), "nosniff".to_owned());
        }
        self.rules.apply(url_path, &mut headers);
        if self.is_pages && status == 404 {
            headers.insert("cache-control".to_owned(), "no-store".to_owned());
        }
        Served { status, headers }
    }
}
