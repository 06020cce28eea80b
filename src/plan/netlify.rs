//! Netlify: `_headers` in the folder that is published.
//!
//! How production joins rules that overlap is not documented, so none of ours do; its parser and matcher are what is
//! simulated (the last rule wins there).

use super::{
    Artifact, Entry, Header,
    cloudflare::Site,
    emit_headers,
    host::{Draft, Emission, Host, Simulation},
    pattern::Dialect,
};
use crate::asset::AssetPath;

/// Netlify.
pub(super) struct Netlify;

impl Host for Netlify {
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
        Box::new(Site::new(draft, artifacts, Dialect::Netlify, false))
    }
}
