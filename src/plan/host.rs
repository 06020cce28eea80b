//! Hosts: what each must offer so that a table becomes its files, and so that those files can be proved.
//!
//! A new host is one file that implements [`Host`], one [`HostName`] and one line in [`of`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::{Artifact, Entry, Header, HeaderTable, Settings, cloudflare, headers_file::UserRules, netlify, nginx};
use crate::{asset::AssetPath, finding::Finding};

/// A place that serves the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostName {
    /// Netlify.
    Netlify,
    /// Cloudflare Pages.
    CloudflarePages,
    /// Static assets of Cloudflare Workers.
    CloudflareWorkers,
    /// nginx.
    Nginx,
}

/// A name that is no host's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a host; known are netlify, cloudflare-pages, cloudflare-workers and nginx")]
pub struct ParseHostNameError(String);

impl HostName {
    /// Every host.
    pub const ALL: [Self; 4] = [Self::Netlify, Self::CloudflarePages, Self::CloudflareWorkers, Self::Nginx];

    /// The name in configuration: `cloudflare-pages`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Netlify => "netlify",
            Self::CloudflarePages => "cloudflare-pages",
            Self::CloudflareWorkers => "cloudflare-workers",
            Self::Nginx => "nginx",
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for HostName {
    type Err = ParseHostNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|host| host.name() == text).ok_or_else(|| ParseHostNameError(text.to_owned()))
    }
}

/// What hosts make their files from.
pub(super) struct Draft<'a> {
    pub(super) table: &'a HeaderTable,
    pub(super) user: &'a UserRules,
    pub(super) settings: &'a Settings<'a>,
}

/// What a host made.
#[derive(Debug, Default)]
pub(super) struct Emission {
    pub(super) artifacts: Vec<Artifact>,
    pub(super) findings: Vec<Finding>,
    /// Files that the host serves with its own defaults, because it cannot be told; a finding speaks of each.
    pub(super) untold: BTreeSet<AssetPath>,
    /// Whether a missing file may be served with `immutable`; a finding and the host file speak of it.
    pub(super) misses_may_last: bool,
}

/// What a simulated host answers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Served {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
}

impl Served {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(&name.to_ascii_lowercase()).map_or("", String::as_str)
    }
}

/// A host as the plan sees it.
pub(super) trait Host: Sync {
    /// Its files for the table. Pure.
    fn emit(&self, draft: &Draft<'_>) -> Emission;

    /// The headers of `entry` that its files speak of; the others are left to what the host does by itself.
    fn told<'a>(&self, entry: &'a Entry) -> Vec<&'a Header>;

    /// Whether its grammar can speak of `url_path` at all.
    fn can_tell(&self, url_path: &str) -> bool;

    /// The URL paths by which a browser may ask for `path`.
    fn requests(&self, path: &AssetPath, base: &str) -> Vec<String>;

    /// A matcher that behaves as the host does with `artifacts`.
    fn simulate<'a>(&self, draft: &'a Draft<'a>, artifacts: &'a [Artifact]) -> Box<dyn Simulation + 'a>;
}

/// A simulated host with one set of files.
pub(super) trait Simulation {
    /// Answers a request for `url_path`, a path as it stands in a URL.
    fn serve(&self, url_path: &str) -> Served;
}

/// The host of that name.
pub(super) fn of(name: HostName) -> &'static dyn Host {
    match name {
        HostName::Netlify => &netlify::Netlify,
        HostName::CloudflarePages => &cloudflare::Cloudflare::Pages,
        HostName::CloudflareWorkers => &cloudflare::Cloudflare::Workers,
        HostName::Nginx => &nginx::Nginx,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_configuration() {
        for host in HostName::ALL {
            assert_eq!(serde_json::to_value(host).unwrap(), host.name());
            assert_eq!(host.name().parse(), Ok(host));
        }
        assert!("apache".parse::<HostName>().is_err());
    }
}
