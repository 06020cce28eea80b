//! The table: published files, configured policies and the site's own rules in, the headers of each file out.
//!
//! For `Cache-Control` the site's own host file comes first, then the first `[[policy]]` that matches, then the default
//! class. Never asks what a host can express.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use globset::{GlobBuilder, GlobMatcher};

use super::{
    Encoding, PlanError, PolicyClass, PolicyRule, PublishedFile, Settings, default_policy, headers_file::UserRules,
    media_type,
};
use crate::asset::{AssetPath, Kind};

pub(super) const CACHE_CONTROL: &str = "Cache-Control";
pub(super) const CONTENT_TYPE: &str = "Content-Type";
pub(super) const NOSNIFF: &str = "X-Content-Type-Options";
pub(super) const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
pub(super) const ROBOTS: &str = "X-Robots-Tag";
pub(super) const CONTENT_POLICY: &str = "Content-Security-Policy";

/// Every header that the table may hold, in its order.
pub(super) const MANAGED: [&str; 6] = [CACHE_CONTROL, CONTENT_TYPE, NOSNIFF, ALLOW_ORIGIN, ROBOTS, CONTENT_POLICY];

/// One response header.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Header {
    /// Its name, as usually written.
    pub name: &'static str,
    /// Its value: visible ASCII and spaces.
    pub value: String,
}

/// Where the `Cache-Control` of a file comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The default of its class.
    Class(PolicyClass),
    /// The `[[policy]]` with this glob.
    Policy(String),
    /// A host file that came with the site.
    UserFile,
}

impl Source {
    /// For reports: the name of the class, `policy` or `user-file`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Class(class) => class.name(),
            Self::Policy(_) => "policy",
            Self::UserFile => "user-file",
        }
    }
}

/// The headers of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where its `Cache-Control` comes from.
    pub source: Source,
    /// Its headers, in a fixed order. Most files share one of a few sets.
    pub headers: Arc<[Header]>,
    /// The headers that a `_headers` file of the site speaks of; we add none of them there.
    pub(super) owned: Vec<&'static str>,
    /// Whether hosts that go by extension give it another type than the table.
    pub(super) has_unusual_type: bool,
    /// Whether brotli is its only compressed copy that servers choose by themselves.
    pub(super) has_only_brotli: bool,
}

impl Entry {
    /// The value of header `name`.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.as_str())
    }
}

/// Path to headers, for every published file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderTable {
    entries: BTreeMap<AssetPath, Entry>,
}

impl HeaderTable {
    /// The entry of a published path.
    #[must_use]
    pub fn get(&self, path: &AssetPath) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Every entry, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&AssetPath, &Entry)> {
        self.entries.iter()
    }
}

pub(super) fn build(
    files: &[PublishedFile],
    user_files: &BTreeMap<AssetPath, Vec<u8>>,
    user: &UserRules,
    settings: &Settings<'_>,
) -> Result<HeaderTable, PlanError> {
    check_base(settings.base)?;
    let policies = settings.policies.iter().map(compile).collect::<Result<Vec<_>, _>>()?;
    let (mut entries, mut sets) = (BTreeMap::new(), BTreeSet::new());
    for file in files.iter().filter(|file| !user_files.contains_key(&file.path)) {
        let policy =
            policies.iter().find(|(glob, _)| glob.is_match(file.path.as_str()) || glob.is_match(file.logical.as_str()));
        let user = user.effective(&file.path, settings.base);
        let mut entry = entry(file, policy.map(|(_, rule)| *rule), &user, settings);
        entry.headers = shared(entry.headers, &mut sets);
        if entries.insert(file.path.clone(), entry).is_some() {
            return Err(PlanError::PublishedTwice { path: file.path.clone() });
        }
    }
    Ok(HeaderTable { entries })
}

/// The same headers, in the one place where all that are equal are kept.
fn shared(headers: Arc<[Header]>, sets: &mut BTreeSet<Arc<[Header]>>) -> Arc<[Header]> {
    if let Some(known) = sets.get(&headers) {
        return Arc::clone(known);
    }
    sets.insert(Arc::clone(&headers));
    headers
}

/// Whether `base` is a URL path that host files can hold: it is written into them as it is, so it may have only what means
/// itself in all of them.
#[must_use]
pub fn is_base(base: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~' | b'%');
    let is_path = base.starts_with('/') && base.ends_with('/') && !base.contains("//") && base.bytes().all(is_plain);
    is_path && !base.split('/').any(|segment| matches!(segment, "." | ".."))
}

fn check_base(base: &str) -> Result<(), PlanError> {
    if is_base(base) { Ok(()) } else { Err(PlanError::Base { base: base.to_owned() }) }
}

fn compile(rule: &PolicyRule) -> Result<(GlobMatcher, &PolicyRule), PlanError> {
    let glob = rule.glob.clone();
    if !is_value(&rule.cache_control) {
        return Err(PlanError::PolicyValue { glob, value: rule.cache_control.clone() });
    }
    match GlobBuilder::new(&rule.glob).literal_separator(true).build() {
        Ok(compiled) => Ok((compiled.compile_matcher(), rule)),
        Err(source) => Err(PlanError::PolicyGlob { glob, source }),
    }
}

/// Whether `value` may stand in a header and in every host file: not empty, visible ASCII and inner spaces, nothing
/// that a host substitutes (`$` in nginx, `:name` in Cloudflare), no quotes or backslashes.
fn is_value(value: &str) -> bool {
    let is_plain = |b: u8| matches!(b, b' '..=b'~') && !matches!(b, b'$' | b':' | b'"' | b'\\');
    !value.is_empty() && value.trim() == value && value.bytes().all(is_plain)
}

fn entry(
    file: &PublishedFile,
    policy: Option<&PolicyRule>,
    user: &BTreeMap<String, String>,
    settings: &Settings<'_>,
) -> Entry {
    let class = default_policy(file);
    let by_class = (Source::Class(class), class.cache_control().to_owned());
    let by_policy = |rule: &PolicyRule| (Source::Policy(rule.glob.clone()), squeeze(&rule.cache_control));
    let (mut source, cache_control) = policy.map_or(by_class, by_policy);
    let mut headers = vec![
        Header { name: CACHE_CONTROL, value: cache_control },
        Header { name: CONTENT_TYPE, value: media_type::content_type(file) },
        Header { name: NOSNIFF, value: "nosniff".to_owned() },
    ];
    if needs_cors(file.kind) || settings.has_network && file.kind != Kind::Html {
        headers.push(Header { name: ALLOW_ORIGIN, value: "*".to_owned() });
    }
    if file.kind == Kind::SourceMap {
        headers.push(Header { name: ROBOTS, value: "noindex".to_owned() });
    }
    if let Some(policy) = &file.content_policy {
        headers.push(Header { name: CONTENT_POLICY, value: policy.clone() });
    }
    let owned: Vec<_> = MANAGED.into_iter().filter(|name| user.contains_key(&name.to_ascii_lowercase())).collect();
    for name in &owned {
        overrule(&mut headers, name, user.get(&name.to_ascii_lowercase()).map_or("", String::as_str));
    }
    if owned.contains(&CACHE_CONTROL) {
        source = Source::UserFile;
    }
    let has = |encoding| file.siblings.iter().any(|sibling| sibling.encoding == encoding);
    let has_only_brotli = has(Encoding::Br) && !has(Encoding::Gzip);
    let headers = headers.into();
    Entry { source, headers, owned, has_unusual_type: media_type::needs_telling(file), has_only_brotli }
}

/// One space after each comma, as all hosts make it.
fn squeeze(value: &str) -> String {
    value.split(',').map(str::trim).collect::<Vec<_>>().join(", ")
}

/// Fonts and modules are always fetched with CORS; the header is what lets another host name of the site use them.
fn needs_cors(kind: Kind) -> bool {
    matches!(kind, Kind::JsModule | Kind::Woff | Kind::Woff2 | Kind::Ttf | Kind::Otf | Kind::Eot)
}

/// What the site says about a header; an empty value takes it away.
fn overrule(headers: &mut Vec<Header>, name: &'static str, value: &str) {
    let place = |name| MANAGED.iter().position(|known| *known == name);
    headers.retain(|header| header.name != name);
    if !value.is_empty() {
        headers.push(Header { name, value: value.to_owned() });
        headers.sort_by_key(|header| place(header.name));
    }
}
