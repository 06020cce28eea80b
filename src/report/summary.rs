//! What people ask of a report first: sums by kind, the biggest savings, every reason for keeping, findings in groups.

use std::collections::BTreeMap;

use super::{CacheUse, FileReport, Outcome, Report};
use crate::{
    asset::Kind,
    finding::{Code, Finding, Severity},
};

/// The sums of one report.
#[derive(Debug)]
pub struct Summary<'a> {
    /// One row for each kind that occurs, in the order of the report.
    pub kinds: Vec<(Kind, KindRow)>,
    /// All kinds together.
    pub total: KindRow,
    /// Files that became smaller, by bytes saved, the most first.
    pub savings: Vec<&'a FileReport>,
    /// Reasons for keeping a file, with how many files each, the most first.
    pub kept: Vec<(&'a str, u64)>,
    /// Findings by severity (the worst first) and code.
    pub findings: Vec<FindingGroup<'a>>,
    /// Results from the cache, and all results.
    pub cache: (u64, u64),
}

/// Sums over some files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindRow {
    /// How many.
    pub files: u64,
    /// Bytes as they came in.
    pub before: u64,
    /// Bytes as they go out.
    pub after: u64,
    /// Bytes on the wire for a browser that takes brotli.
    pub brotli: u64,
}

/// Findings of one severity and code.
#[derive(Debug)]
pub struct FindingGroup<'a> {
    /// How bad.
    pub severity: Severity,
    /// What kind.
    pub code: Code,
    /// Them, in order.
    pub findings: Vec<&'a Finding>,
}

impl KindRow {
    fn add(&mut self, file: &FileReport) {
        self.files += 1;
        self.before += file.bytes_in;
        self.after += file.bytes_out;
        self.brotli += file.brotli_or_plain();
    }
}

impl<'a> Summary<'a> {
    /// Sums up `report`.
    #[must_use]
    pub fn of(report: &'a Report) -> Self {
        let mut kinds: BTreeMap<Kind, KindRow> = BTreeMap::new();
        let mut total = KindRow::default();
        for file in &report.files {
            kinds.entry(file.kind).or_default().add(file);
            total.add(file);
        }
        Self {
            kinds: kinds.into_iter().collect(),
            total,
            savings: savings(&report.files),
            kept: kept(&report.files),
            findings: group(&report.findings),
            cache: cache(&report.files),
        }
    }

    /// How many findings have `severity`.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        let groups = self.findings.iter().filter(|group| group.severity == severity);
        groups.map(|group| group.findings.len() as u64).sum()
    }
}

fn savings(files: &[FileReport]) -> Vec<&FileReport> {
    let mut smaller: Vec<_> = files.iter().filter(|file| file.saved() > 0).collect();
    smaller.sort_by(|a, b| b.saved().cmp(&a.saved()).then_with(|| a.path.cmp(&b.path)));
    smaller
}

fn kept(files: &[FileReport]) -> Vec<(&str, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for file in files.iter().filter(|file| file.result == Outcome::Kept) {
        *counts.entry(file.kept_because.as_deref().unwrap_or("no-press")).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    counts
}

fn group(findings: &[Finding]) -> Vec<FindingGroup<'_>> {
    let mut groups: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry((std::cmp::Reverse(finding.severity), finding.code)).or_default().push(finding);
    }
    groups
        .into_iter()
        .map(|((severity, code), mut findings)| {
            findings.sort();
            FindingGroup { severity: severity.0, code, findings }
        })
        .collect()
}

fn cache(files: &[FileReport]) -> (u64, u64) {
    let uses = files.iter().filter_map(|file| file.cache);
    uses.fold((0, 0), |(hits, all), used| (hits + u64::from(used == CacheUse::Hit), all + 1))
}

/// What a reason for keeping means, in words; the code itself when it is not one of ours.
pub(crate) fn reason_in_words(code: &str) -> &str {
    match code {
        "no-press" => "nothing to press in this kind of file",
        "not-smaller" => "already as small as we can make it",
        "opted-out" => "the configuration or the file says so",
        "already-pressed" => "pressed by an earlier run in the same way",
        "unparsable" => "could not be read as what it claims to be",
        "would-change-meaning" => "the check after pressing refused the result",
        "unsupported" => "holds something that pressing might damage",
        "too-large" => "beyond the limits of size or depth",
        "crashed" => "a codec crashed on it",
        other => other,
    }
}

/// How a severity is called, for one and for many.
pub(crate) fn severity_words(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Error => ("error", "errors"),
        Severity::Warning => ("warning", "warnings"),
        Severity::Info => ("remark", "remarks"),
    }
}

/// `part` of `whole`, as a change: `-45.0 %`; empty when there is nothing to compare with.
pub(crate) fn change(before: u64, after: u64) -> String {
    if before == 0 {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let percent = (after as f64 - before as f64) * 100.0 / before as f64;
    // Avoids "-0.0 %".
    if percent.abs() < 0.05 { "0.0 %".to_owned() } else { format!("{percent:+.1} %") }
}
