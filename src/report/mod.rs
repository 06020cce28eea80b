//! Report: what a run did, as one value, and the formats it can be told in.
//!
//! The stages fill a [`Report`]; each [`Renderer`] turns it into text. Nothing here prints or writes: callers decide
//! where a text goes. Order is fixed: files by path, findings as they sort, keys as they stand here.

mod github;
mod html;
#[cfg(feature = "cli")]
mod human;
mod json;
mod junit;
mod markdown;
#[cfg(feature = "cli")]
pub mod paint;
mod sarif;
pub(crate) mod summary;
#[cfg(feature = "cli")]
mod table;

use serde::{Deserialize, Serialize};

use crate::{
    asset::Kind,
    config::Measure,
    finding::{Finding, Severity},
    press::{KeptBecause, Level},
};
pub use summary::{KindRow, Summary};

/// The number of the JSON report's schema; grows when a key goes or changes its meaning.
pub const SCHEMA: u32 = 1;

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(title = "edgepress report"))]
pub struct Report {
    /// Number of this schema.
    pub schema: u32,
    /// Version of edgepress.
    pub version: String,
    /// How much work was done.
    pub level: Level,
    /// What was asked for.
    pub command: Command,
    /// The site, as it was named.
    pub site: String,
    /// Where the output was published, as it was named; null when nothing was.
    pub published: Option<String>,
    /// Whether site, output and configuration were as the last build left them, so that there was nothing to do.
    #[serde(default)]
    pub unchanged: bool,
    /// What came in.
    pub input: Totals,
    /// What goes out, without siblings.
    pub output: Totals,
    /// What stays of earlier builds besides, without siblings.
    #[serde(default)]
    pub earlier: Totals,
    /// What a full download would weigh, by encoding.
    pub wire: Wire,
    /// Time taken.
    pub seconds: Seconds,
    /// The most memory held, in bytes; 0 when unknown.
    pub peak_rss: u64,
    /// Time by stage, in order.
    pub stages: Vec<Stage>,
    /// Every file, by path.
    pub files: Vec<FileReport>,
    /// Every budget, in the order of the configuration.
    pub budgets: Vec<BudgetReport>,
    /// Every finding, by path and place.
    pub findings: Vec<Finding>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Command {
    /// `edgepress build`.
    Build,
    /// `edgepress check`.
    Check,
}

impl Command {
    /// As it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Check => "check",
        }
    }
}

/// A number of files and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Totals {
    /// How many.
    pub files: u64,
    /// How large, together.
    pub bytes: u64,
}

/// What a full download would weigh: each file in that encoding if it has it, else as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Wire {
    /// Without encoding.
    pub identity: u64,
    /// With gzip.
    pub gzip: u64,
    /// With brotli.
    pub brotli: u64,
    /// With Zstandard.
    pub zstd: u64,
}

/// Time taken, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Seconds {
    /// By the clock.
    pub wall: f64,
    /// By all cores together.
    pub cpu: f64,
}

/// Time taken by one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Stage {
    /// Its name: walk, press, link, pack, ...
    pub name: String,
    /// By the clock.
    pub seconds: f64,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct FileReport {
    /// Path in the site as it came in.
    pub path: String,
    /// Path in the output.
    pub output: String,
    /// What it is.
    pub kind: Kind,
    /// Size as it came in.
    pub bytes_in: u64,
    /// Size as it goes out.
    pub bytes_out: u64,
    /// Size of its gzip sibling; null without one.
    pub gzip: Option<u64>,
    /// Size of its brotli sibling; null without one.
    pub brotli: Option<u64>,
    /// Size of its Zstandard sibling; null without one.
    pub zstd: Option<u64>,
    /// Whether its bytes became fewer.
    pub result: Outcome,
    /// Why it was kept: `not-smaller`, `unparsable`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_because: Option<String>,
    /// What exactly, if there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_note: Option<String>,
    /// Which of several ways to press it won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<String>,
    /// Whether the result was known from an earlier run; null when there was nothing to do.
    pub cache: Option<CacheUse>,
    /// Which class of Cache-Control it gets.
    pub policy: String,
    /// Paths of the files it names, in the site as it came in.
    pub references: Vec<String>,
}

impl FileReport {
    /// A file that is published as it came in, for no reason but that nobody gave it another fate yet.
    #[must_use]
    pub fn new(path: &str, kind: Kind, bytes: u64) -> Self {
        Self {
            path: path.to_owned(),
            output: path.to_owned(),
            kind,
            bytes_in: bytes,
            bytes_out: bytes,
            gzip: None,
            brotli: None,
            zstd: None,
            result: Outcome::Kept,
            kept_because: None,
            kept_note: None,
            candidate: None,
            cache: None,
            policy: String::new(),
            references: Vec::new(),
        }
    }

    /// The same file, kept for `reason`.
    #[must_use]
    pub fn kept(mut self, reason: &KeptBecause) -> Self {
        self.result = Outcome::Kept;
        self.kept_because = Some(reason.code().to_owned());
        self.kept_note = reason.note().map(|note| match note.at.line {
            0 => note.text.clone(),
            line => format!("line {line}, column {}: {}", note.at.column, note.text),
        });
        self
    }

    /// What a browser that takes brotli downloads.
    #[must_use]
    pub fn brotli_or_plain(&self) -> u64 {
        self.brotli.unwrap_or(self.bytes_out)
    }

    /// Bytes saved by pressing.
    #[must_use]
    pub fn saved(&self) -> u64 {
        self.bytes_in.saturating_sub(self.bytes_out)
    }
}

/// Whether a file's bytes became fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// They did.
    Smaller,
    /// It was left as it was.
    Kept,
}

/// Whether a result was known from an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum CacheUse {
    /// It was.
    Hit,
    /// It had to be made.
    Miss,
}

/// How a budget was kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct BudgetReport {
    /// Its name.
    pub name: String,
    /// The most it allows: bytes, or files when `measure` is null.
    pub limit: u64,
    /// What was found; of the heaviest page when it is about pages.
    pub actual: u64,
    /// Whether it was kept.
    pub ok: bool,
    /// Which bytes count; null when files are counted.
    pub measure: Option<Measure>,
    /// What it means when it is exceeded.
    pub severity: Severity,
    /// The heaviest page, when it is about pages.
    pub page: Option<String>,
    /// What weighs most, heaviest first.
    pub parts: Vec<Part>,
}

/// One file's share of a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Part {
    /// Path in the site as it came in.
    pub path: String,
    /// Its bytes, as the budget measures them.
    pub bytes: u64,
}

/// How a report is to be shown to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether colours are understood and wanted.
    pub color: Color,
    /// How much is told.
    pub detail: Detail,
}

/// Whether text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// With escape sequences.
    Ansi,
    /// Plain text.
    Plain,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What matters most, and how much more there is.
    Short,
    /// Everything.
    Full,
}

impl Default for View {
    fn default() -> Self {
        Self { width: 80, color: Color::Plain, detail: Detail::Short }
    }
}

/// One format of a report.
pub trait Renderer: Sync {
    /// The name after `--report`.
    fn name(&self) -> &'static str;

    /// The whole text, ending in a line break.
    fn render(&self, report: &Report, view: &View) -> String;
}

/// Every format, in the order of the documentation. A new one is a file of its own and a line here.
pub static RENDERERS: &[&dyn Renderer] = &[
    #[cfg(feature = "cli")]
    &human::Human,
    &json::Json,
    &markdown::Markdown,
    &html::Html,
    &github::GitHub,
    &sarif::Sarif,
    &junit::JUnit,
];

/// The format named `name`.
#[must_use]
pub fn renderer(name: &str) -> Option<&'static dyn Renderer> {
    RENDERERS.iter().copied().find(|renderer| renderer.name() == name)
}

/// `text` with the five characters that matter in XML and HTML escaped, and those that XML cannot hold replaced.
fn escape_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::text::one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// The place of a finding as editors write it: `path:line:column`.
fn place(finding: &Finding) -> String {
    match (finding.path.as_str(), finding.line, finding.column) {
        ("", ..) => "(whole run)".to_owned(),
        (path, 0, _) => path.to_owned(),
        (path, line, 0) => format!("{path}:{line}"),
        (path, line, column) => format!("{path}:{line}:{column}"),
    }
}

/// `site/path`, as a tool that starts at the top of a repository finds it.
fn from_repository(site: &str, path: &str) -> String {
    let site = site.replace('\\', "/");
    let site = site.trim_start_matches("./").trim_end_matches('/');
    if site.is_empty() || site == "." { path.to_owned() } else { format!("{site}/{path}") }
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
