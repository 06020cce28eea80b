//! Plan: the published files in; one table of headers, the manifest and a header file per host out.
//!
//! ```text
//! files + [[policy]] + the site's own host files > table > manifest, with what is to be done where the last tree is
//!                                                        > host files, folded under each host's limits > proof
//! ```
//!
//! The proof is part of the job: each host's matcher is simulated over what was emitted, for every file under every
//! form a browser may ask for it, and must serve what the table says. Never reads or writes a disk, never compresses,
//! never renames.
//!
//! Where a host cannot express something, the file gets that host's own default, which is to ask again each time:
//! slower, never wrong; and a finding says so.

mod cloudflare;
mod deploy;
mod emit_headers;
mod fold;
mod headers_file;
mod host;
pub(crate) mod links;
mod lists;
mod long_cache;
mod manifest;
pub(crate) mod media_type;
mod netlify;
mod nginx;
mod nginx_reader;
mod ordered;
mod pattern;
mod policy;
mod previous;
mod requests;
mod table;
mod verify;

use std::{collections::BTreeMap, sync::Arc};

use self::deploy::Deploy;
use crate::{
    asset::{AssetPath, Digest, Kind},
    finding::Finding,
    parallel,
};

pub use crate::{link::Naming, pack::Encoding};
pub use host::{HostName, ParseHostNameError};
pub use lists::{ListForm, Listed};
pub use manifest::MANIFEST_NAME;
pub use media_type::content_type;
pub use policy::{PolicyClass, default_policy};
pub use previous::Previous;
pub use table::{Entry, Header, HeaderTable, Source, is_base};

/// What is known of the encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Charset {
    /// Its bytes are UTF-8 and it does not claim to be anything else.
    Utf8,
    /// Anything else, and whatever is not text.
    Unknown,
}

/// A compressed copy beside a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// Its coding.
    pub encoding: Encoding,
    /// Its size.
    pub bytes: u64,
}

/// One file of the output tree, siblings left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFile {
    /// Where it is published.
    pub path: AssetPath,
    /// Where it was in the site as it came in.
    pub logical: AssetPath,
    /// What it is.
    pub kind: Kind,
    /// How its published name came to be.
    pub naming: Naming,
    /// Its size, not compressed.
    pub bytes: u64,
    /// Digest of its bytes.
    pub digest: Digest,
    /// The recipe it was pressed by, for a run over this output.
    pub press: Option<Digest>,
    /// Subresource integrity of its bytes: `sha384-...`.
    pub integrity: Arc<str>,
    /// Its compressed copies.
    pub siblings: Vec<Sibling>,
    /// Whether some page registers it as a service worker.
    pub is_service_worker: bool,
    /// The Content-Security-Policy to send with it.
    pub content_policy: Option<String>,
    /// Whether its text is known to be UTF-8.
    pub charset: Charset,
    /// How many builds ago a site had it last; 0 for what this one has.
    pub builds_ago: u32,
    /// Whether it is an earlier one that only the place has where the last tree was deployed.
    pub is_elsewhere: bool,
}

impl PublishedFile {
    /// Its path and those of its siblings.
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let sibling = |sibling: &Sibling| sibling.encoding.beside(self.path.as_str());
        std::iter::once(self.path.to_string()).chain(self.siblings.iter().map(sibling))
    }
}

/// One `[[policy]]` of the configuration. The first that matches a published or logical path wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// Which files; `*` stays within a folder, `**` does not.
    pub glob: String,
    /// The value of `Cache-Control`.
    pub cache_control: String,
}

/// What the configuration says about planning.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The URL path under which the output is served: starts and ends with `/`.
    pub base: &'a str,
    /// The hosts to write files for.
    pub hosts: &'a [HostName],
    /// The configured policies, first match first.
    pub policies: &'a [PolicyRule],
    /// How many threads may work on it; the plan is the same with any number.
    pub threads: usize,
    /// Whether pages ask a delivery network of another origin for what they load.
    pub has_network: bool,
    /// The tree published before, where the manifest is to say what changes at a place that has it.
    pub previous: Option<&'a Previous>,
}

/// A file to add to the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Where.
    pub path: AssetPath,
    /// What is in it.
    pub contents: Vec<u8>,
}

/// What the plan stage made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Every published file with its headers.
    pub table: HeaderTable,
    /// The bytes of [`MANIFEST_NAME`].
    pub manifest: Vec<u8>,
    /// The host files, sorted by path. A user's file of the same path is part of the contents and is to be replaced.
    pub artifacts: Vec<Artifact>,
    /// What a host cannot express, and what may surprise.
    pub findings: Vec<Finding>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The base is not a URL path.
    #[error("the base {base:?} is not a URL path that starts and ends with \"/\"")]
    Base {
        /// As configured.
        base: String,
    },
    /// A policy's glob cannot be read.
    #[error("the policy glob {glob:?} cannot be read")]
    PolicyGlob {
        /// As configured.
        glob: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// A policy's value cannot be a header.
    #[error("the policy for {glob:?} has a Cache-Control that cannot be sent: {value:?}")]
    PolicyValue {
        /// As configured.
        glob: String,
        /// As configured.
        value: String,
    },
    /// Two published files claim one path.
    #[error("{path} is published twice")]
    PublishedTwice {
        /// The path.
        path: AssetPath,
    },
    /// What we emitted does not serve what the table says. A bug of ours.
    #[error("{host} would serve {url} with {header}: {served:?} instead of {expected:?}; this is a bug in edgepress")]
    Mismatch {
        /// Which host.
        host: HostName,
        /// What was asked for.
        url: String,
        /// Which header differs.
        header: String,
        /// What the table says.
        expected: String,
        /// What the simulated host says.
        served: String,
    },
}

/// Plans the headers of `files`. `user_files` are host files that the site brought along, such as `_headers`, by path.
pub fn plan(
    files: &[PublishedFile],
    user_files: &BTreeMap<AssetPath, Vec<u8>>,
    settings: &Settings<'_>,
) -> Result<Plan, PlanError> {
    let user = headers_file::UserRules::read(user_files, settings.hosts);
    let table = table::build(files, user_files, &user, settings)?;
    let draft = host::Draft { table: &table, user: &user, settings };
    let mut findings = user.findings();
    findings.extend(long_cache::findings(files, &table));
    let mut artifacts = BTreeMap::new();
    let mut emissions = Vec::new();
    for name in settings.hosts {
        let mut emission = host::of(*name).emit(&draft);
        findings.append(&mut emission.findings);
        artifacts.extend(emission.artifacts.drain(..).map(|artifact| (artifact.path, artifact.contents)));
        emissions.push((*name, emission));
    }
    let artifacts: Vec<_> = artifacts.into_iter().map(|(path, contents)| Artifact { path, contents }).collect();
    let prove = |(name, emission): &(HostName, host::Emission)| verify::prove(*name, &draft, &artifacts, emission);
    parallel::try_map(settings.threads, 1, &emissions, prove)?;
    findings.sort();
    findings.dedup();
    let deploy = settings.previous.map(|previous| Deploy::new(previous, files, &table, &artifacts, settings.base));
    let manifest = manifest::write(files, &table, settings.base, deploy.as_ref());
    Ok(Plan { table, manifest, artifacts, findings })
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
