//! Configuration, in three layers: written ([`file::File`], serde), typed on the command line or in the environment
//! (both [`Layer`]s, all optional), and running ([`Config`]: no `Option` that means "default", globs compiled,
//! contradictions refused).
//!
//! Precedence: flag > environment `EDGEPRESS_*` > `edgepress.toml`, or the `edgepress` key of `package.json` >
//! defaults. Every value remembers where it came from. Nothing here prints.

pub mod budget;
mod env;
pub mod file;
mod globs;
pub mod hosts;
mod html;
mod merge;
pub mod security;
mod show;
mod source;
pub mod suggest;
mod targets;
pub mod tree;

use std::{collections::BTreeMap, fmt, num::NonZeroUsize, path::PathBuf, time::Duration};

pub use crate::{link::NameMode, pack::Encoding, plan::ListForm};
pub use budget::{Budget, BudgetScope, BudgetSeverity, Limit, Measure};
pub use env::Environment;
pub use globs::{Glob, Globs};
pub use html::{Html, HtmlRule};
pub use merge::merge;
pub use security::{ContentPolicy, Integrity, Security};
pub use show::Shown;
pub use source::{FILES, load, parse_toml};
pub use targets::SheetTargets;

use crate::{
    action::Isolation,
    asset::ByteSize,
    maps::SourceMaps,
    plan,
    press::{
        LegalComments, Level, Metadata, Options,
        css::Targets,
        html::{Comments, Folding, HtmlOptions, InlineCode},
        js::Edits,
    },
};

/// The running configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// How much work may be done.
    pub level: Level,
    /// Hosts to write files for, by name, each once.
    pub hosts: Vec<&'static str>,
    /// URL path under which the site is served, starting and ending with `/`; `None` finds it out from the references.
    pub base: Option<String>,
    /// Which files are taken.
    pub include: Globs,
    /// Which of those are left out.
    pub exclude: Globs,
    /// How published names are made.
    pub name_mode: NameMode,
    /// Files that keep their name.
    pub name_keep: Globs,
    /// The browsers that sheets must work in; none: all.
    pub css_targets: Option<Targets>,
    /// What becomes of source maps.
    pub source_maps: SourceMaps,
    /// Which licence comments stay in CSS and JS.
    pub legal_comments: LegalComments,
    /// Which steps pages go through.
    pub html: HtmlOptions,
    /// Where some pages go through others.
    pub html_rules: Vec<HtmlRule>,
    /// What is taken out of scripts, and what is written in.
    pub script_edits: Edits,
    /// Which metadata stays in pictures.
    pub metadata: Metadata,
    /// Which siblings are written, each once, in order.
    pub encodings: Vec<Encoding>,
    /// Which manifests to write for frameworks on a server.
    pub manifests: Vec<ListForm>,
    /// What pages say about the scripts and styles they accept.
    pub security: Security,
    /// Assets of this many earlier builds stay published.
    pub keep_builds: u32,
    /// Where the tree is that was published before.
    pub previous: Previous,
    /// Cache-Control by glob; the first that matches counts, before the default policies.
    pub policies: Vec<Policy>,
    /// Limits.
    pub budgets: Vec<Budget>,
    /// Files that are published as they came in.
    pub press_off: Globs,
    /// Scripts in which variables are renamed and nothing else is changed.
    pub press_names: Globs,
    /// Where results are kept.
    pub cache: Cache,
    /// How many threads work.
    pub jobs: NonZeroUsize,
    /// How much memory big work may take.
    pub memory: Memory,
    /// What is performed by other processes.
    pub isolation: Isolation,
    /// How long a run waits for another that writes the same output.
    pub patience: Duration,
    /// Which findings fail the run.
    pub strictness: Strictness,
    /// Every value with where it came from, in the order of the documentation.
    pub shown: Vec<Shown>,
}

impl Config {
    /// What a press is told.
    #[must_use]
    pub fn press_options(&self) -> Options {
        Options {
            level: self.level,
            legal_comments: self.legal_comments,
            css_targets: self.css_targets,
            script_edits: self.script_edits.clone(),
            metadata: self.metadata,
            html: self.html,
            ..Options::default()
        }
    }

    /// Whether `path` is taken from the site at all.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        self.include.is_match(path) && !self.exclude.is_match(path)
    }

    /// Which steps the page at `path` goes through.
    #[must_use]
    pub fn html_options(&self, path: &str) -> HtmlOptions {
        html::options_of(path, self.html, &self.html_rules)
    }

    /// Whether `path` is to be pressed; if not, it is published as it came in.
    #[must_use]
    pub fn presses(&self, path: &str) -> bool {
        !self.press_off.is_match(path)
    }

    /// Whether `path` must keep its name because the configuration says so.
    #[must_use]
    pub fn keeps_name(&self, path: &str) -> bool {
        self.name_mode == NameMode::Off || self.name_keep.is_match(path)
    }

    /// The URL path the site is served under, where that is given; else it is found out from the references.
    #[must_use]
    pub fn base_path(&self) -> Option<&str> {
        self.base.as_deref().filter(|base| !is_address(base))
    }

    /// The address of the delivery network that pages ask for what they load, with a `/` at its end.
    #[must_use]
    pub fn network(&self) -> Option<&str> {
        self.base.as_deref().filter(|base| is_address(base))
    }

    /// Whether the tree that was published before matters.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        self.keep_builds > 0 || self.previous != Previous::Output
    }

    /// Whether pages are worked on once more when all they name is final.
    #[must_use]
    pub fn seals_pages(&self) -> bool {
        self.security.seals_pages() || self.network().is_some() || self.name_mode == NameMode::ImportMap
    }

    /// The configured Cache-Control of `path`, if any policy matches.
    #[must_use]
    pub fn cache_control(&self, path: &str) -> Option<&str> {
        self.policies.iter().find(|policy| policy.glob.is_match(path)).map(|policy| policy.cache_control.as_str())
    }

    /// Every value with where it came from, as TOML with comments, for `--print-config`.
    #[must_use]
    pub fn print(&self) -> String {
        show::print(&self.shown)
    }
}

impl Default for Config {
    /// The configuration of a run without file, flags or environment.
    fn default() -> Self {
        merge::defaults()
    }
}

/// Cache-Control of the files that a glob matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Which files, by their path in the site as it came in.
    pub glob: Glob,
    /// The value of the header.
    pub cache_control: String,
}

/// Where results are kept from run to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cache {
    /// Nowhere.
    Off,
    /// In this folder.
    At(PathBuf),
}

/// Where the tree is that was published before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Previous {
    /// In the output, until it is replaced.
    #[default]
    Output,
    /// In this folder, or what this manifest tells of.
    At(PathBuf),
}

/// How much memory big work may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// A share of what the machine or the container has.
    #[default]
    Share,
    /// At most this.
    AtMost(ByteSize),
}

/// Which findings fail a run, besides errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// None.
    #[default]
    Lenient,
    /// Warnings too.
    Strict,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A file, and a line in it (0 when unknown).
    File {
        /// The file as it was found.
        name: String,
        /// The line, from 1; 0 when unknown.
        line: u32,
    },
    /// An environment variable.
    Variable(&'static str),
    /// A flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line: 0 } => f.write_str(name),
            Self::File { name, line } => write!(f, "{name}:{line}"),
            Self::Variable(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// `value`, which came from `origin`.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// What one source says; `None` where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of `Config`")]
pub struct Layer {
    pub level: Option<Sourced<Level>>,
    pub hosts: Option<Sourced<Vec<&'static str>>>,
    pub base: Option<Sourced<String>>,
    pub include: Option<Sourced<Globs>>,
    pub exclude: Option<Sourced<Globs>>,
    pub name_mode: Option<Sourced<NameMode>>,
    pub name_keep: Option<Sourced<Globs>>,
    pub css_targets: Option<Sourced<SheetTargets>>,
    pub source_maps: Option<Sourced<SourceMaps>>,
    pub legal_comments: Option<Sourced<LegalComments>>,
    pub drop_console: Option<Sourced<bool>>,
    pub drop_debugger: Option<Sourced<bool>>,
    pub define: Option<Sourced<BTreeMap<String, String>>>,
    pub metadata: Option<Sourced<Metadata>>,
    pub encodings: Option<Sourced<Vec<Encoding>>>,
    pub manifests: Option<Sourced<Vec<ListForm>>>,
    pub keep_builds: Option<Sourced<u32>>,
    pub previous: Option<Sourced<Previous>>,
    pub sri: Option<Sourced<Integrity>>,
    pub csp: Option<Sourced<ContentPolicy>>,
    pub policies: Vec<Sourced<Policy>>,
    pub budgets: Vec<Sourced<Budget>>,
    pub press_off: Option<Sourced<Globs>>,
    pub whitespace: Option<Sourced<Folding>>,
    pub comments: Option<Sourced<Comments>>,
    pub inline: Option<Sourced<InlineCode>>,
    pub html_rules: Option<Sourced<Vec<HtmlRule>>>,
    pub press_names: Option<Sourced<Globs>>,
    pub cache: Option<Sourced<Cache>>,
    pub jobs: Option<Sourced<NonZeroUsize>>,
    pub memory: Option<Sourced<Memory>>,
    pub isolation: Option<Sourced<Isolation>>,
    pub patience: Option<Sourced<Duration>>,
    pub strictness: Option<Sourced<Strictness>>,
}

/// What is wrong with one value, and what to try next (may be empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong, to follow the name of the value.
    pub message: String,
    /// What to try next.
    pub hint: String,
}

impl Complaint {
    /// A complaint with advice.
    #[must_use]
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// Reads the name of a level.
///
/// # Errors
/// When there is no such level.
pub fn parse_level(text: &str) -> Result<Level, Complaint> {
    match text {
        "fast" => Ok(Level::Fast),
        "default" => Ok(Level::Default),
        "max" => Ok(Level::Max),
        _ => Err(Complaint::new(format!("cannot be {text:?}"), suggest::hint(text, &["fast", "default", "max"]))),
    }
}

/// Reads a number of threads.
///
/// # Errors
/// When it is no number from 1 to 1024.
pub fn parse_jobs(text: &str) -> Result<NonZeroUsize, Complaint> {
    let jobs = text.parse().ok().filter(|jobs: &NonZeroUsize| jobs.get() <= 1024);
    jobs.ok_or_else(|| Complaint::new(format!("cannot be {text:?}"), "write a number from 1 to 1024"))
}

/// Reads an amount of memory.
///
/// # Errors
/// When it is no size, or less than 64 MiB, which no run can keep to.
pub fn parse_memory(text: &str) -> Result<Memory, Complaint> {
    let size: ByteSize = text
        .parse()
        .map_err(|_| Complaint::new(format!("cannot be {text:?}"), "write it like \"512 MiB\" or \"2 GiB\""))?;
    if size.0 < 64 << 20 {
        return Err(Complaint::new(format!("cannot be as little as {size}"), "the least is 64 MiB"));
    }
    Ok(Memory::AtMost(size))
}

/// Reads what is to be isolated.
///
/// # Errors
/// When it is none of the three.
pub fn parse_isolation(text: &str) -> Result<Isolation, Complaint> {
    let all = [Isolation::Auto, Isolation::On, Isolation::Off];
    let found = all.into_iter().find(|isolation| isolation.name() == text);
    found.ok_or_else(|| Complaint::new(format!("cannot be {text:?}"), suggest::hint(text, &all.map(Isolation::name))))
}

/// Reads how many seconds to wait.
///
/// # Errors
/// When it is no number of seconds, or more than a day.
pub fn parse_patience(text: &str) -> Result<Duration, Complaint> {
    let seconds = text.parse().ok().filter(|seconds: &u64| *seconds <= 86_400);
    let seconds =
        seconds.ok_or_else(|| Complaint::new(format!("cannot be {text:?}"), "write seconds, at most 86400"))?;
    Ok(Duration::from_secs(seconds))
}

/// The base that is found out from the references.
pub const AUTO_BASE: &str = "auto";

fn is_address(base: &str) -> bool {
    base.contains("://")
}

/// Checks the URL path under which the site is served, or the address of a delivery network; adds the `/` at its end.
///
/// # Errors
/// When it is no absolute URL path, and no address of a host with one.
pub fn check_base(text: &str) -> Result<String, Complaint> {
    let complaint = |message: &str, hint: &str| Err(Complaint::new(format!("{message}: {text:?}"), hint));
    if let Some((origin, path)) = split_address(text) {
        return match check_base(path) {
            Ok(path) => Ok(format!("{origin}{path}")),
            Err(why) => complaint(&why.message[..why.message.find(": ").unwrap_or(why.message.len())], &why.hint),
        };
    }
    if is_address(text) || text.starts_with("//") {
        return complaint(
            "is no address of a host",
            "write a path, such as \"/docs/\", or \"https://cdn.example/docs/\"",
        );
    }
    if text == AUTO_BASE {
        return Ok(text.to_owned());
    }
    if !text.starts_with('/') {
        return complaint("must start with /", &format!("write \"/{text}\""));
    }
    let allowed = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '\'' | '<' | '>' | '\\');
    if !text.chars().all(allowed) {
        return complaint("has a character that no URL path may hold", "percent-encode it; leave out ? and #");
    }
    if text.split('/').any(|segment| matches!(segment, "." | "..")) || text.contains("//") {
        return complaint("has an empty, \".\" or \"..\" segment", "write the path as browsers ask for it");
    }
    let base = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
    if plan::is_base(&base) {
        Ok(base)
    } else {
        complaint("has a character that host files cannot hold", "name the folder with letters, digits and - _ . ~")
    }
}

/// `https://cdn.example` and `/docs/`; the path of an address without one is `/`.
fn split_address(text: &str) -> Option<(&str, &str)> {
    let host_start = ["https://", "http://"].iter().find(|scheme| text.starts_with(**scheme))?.len();
    let host_end = text[host_start..].find('/').map_or(text.len(), |slash| host_start + slash);
    let host = &text[host_start..host_end];
    let is_host =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'));
    is_host.then(|| (&text[..host_end], if host_end == text.len() { "/" } else { &text[host_end..] }))
}

/// Directives of Cache-Control that exclude each other.
const CONTRADICTIONS: &[(&str, &str)] = &[
    ("public", "private"),
    ("no-store", "max-age"),
    ("no-store", "s-maxage"),
    ("no-store", "immutable"),
    ("no-store", "public"),
    ("no-cache", "immutable"),
];

/// Checks the value of a Cache-Control header.
///
/// # Errors
/// When it is empty, would break out of its line, or contradicts itself.
pub fn check_cache_control(text: &str) -> Result<String, Complaint> {
    let trimmed = text.trim();
    let hint = "write directives and commas, such as \"public, max-age=900\"";
    if trimmed.is_empty() {
        return Err(Complaint::new("is empty", hint));
    }
    if !trimmed.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        return Err(Complaint::new(format!("has a character that no header may hold: {text:?}"), hint));
    }
    let names: Vec<String> = trimmed
        .split(',')
        .map(|directive| directive.split('=').next().unwrap_or_default().trim().to_ascii_lowercase())
        .collect();
    if names.iter().any(|name| name.is_empty() || name.contains(' ')) {
        return Err(Complaint::new(format!("is no list of directives: {text:?}"), hint));
    }
    let has = |name: &str| names.iter().any(|other| other == name);
    match CONTRADICTIONS.iter().find(|(one, other)| has(one) && has(other)) {
        Some((one, other)) => {
            Err(Complaint::new(format!("says both {one} and {other}, which contradict each other"), "keep one of them"))
        }
        None => Ok(trimmed.to_owned()),
    }
}

#[cfg(test)]
mod tests;
