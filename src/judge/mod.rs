//! Judge: published sizes against budgets.
//!
//! Files with their sizes and what they load in, one verdict per budget out, and a finding for each that is exceeded.

mod first_load;

pub use first_load::first_load;

use crate::{
    asset::{ByteSize, Kind},
    config::{Budget, BudgetScope, Limit, Measure},
    finding::{Code, Finding, Severity},
    link::Link,
    report::{BudgetReport, Part},
};

/// One published file, as budgets see it.
#[derive(Clone, Debug)]
pub struct Weighed<'a> {
    /// Path in the site as it came in.
    pub path: &'a str,
    /// Path in the output.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
    /// Bytes as published.
    pub identity: u64,
    /// Bytes that travel to a client that accepts gzip.
    pub gzip: u64,
    /// Bytes that travel to a client that accepts brotli.
    pub brotli: u64,
    /// What it names; targets are indices into the list of files.
    pub links: &'a [Link],
}

impl Weighed<'_> {
    fn measured(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Identity => self.identity,
            Measure::Gzip => self.gzip,
            Measure::Brotli => self.brotli,
        }
    }
}

/// How many of the heaviest parts a verdict lists.
const MOST_PARTS: usize = 10;

/// Holds `files` against `budgets`.
#[must_use]
pub fn judge(files: &[Weighed], budgets: &[Budget]) -> (Vec<BudgetReport>, Vec<Finding>) {
    let verdicts: Vec<BudgetReport> = budgets.iter().map(|budget| verdict(files, budget)).collect();
    let findings = verdicts.iter().filter(|verdict| !verdict.ok).map(finding).collect();
    (verdicts, findings)
}

fn verdict(files: &[Weighed], budget: &Budget) -> BudgetReport {
    let select = |matches: &dyn Fn(&Weighed) -> bool| -> Vec<usize> {
        (0..files.len()).filter(|&index| matches(&files[index])).collect()
    };
    let (page, members) = match &budget.scope {
        BudgetScope::Glob(glob) => (None, select(&|file| glob.is_match(file.path) || glob.is_match(file.name))),
        BudgetScope::Kinds(kinds) => (None, select(&|file| kinds.contains(&file.kind))),
        BudgetScope::Total => (None, select(&|_| true)),
        BudgetScope::Page(glob) => {
            let pages = select(&|file| file.kind == Kind::Html && glob.is_match(file.path));
            heaviest_page(files, &pages, &budget.limit)
        }
    };
    let mut parts: Vec<Part> = members.iter().map(|&index| part(&files[index], &budget.limit)).collect();
    let actual = amount(files, &members, &budget.limit);
    parts.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    parts.truncate(MOST_PARTS);
    let (limit, measure) = match budget.limit {
        Limit::Bytes { max, measure } => (max.0, Some(measure)),
        Limit::Count(count) => (count, None),
    };
    BudgetReport {
        name: budget.name.clone(),
        limit,
        actual,
        ok: actual <= limit,
        measure,
        severity: Severity::from(budget.severity),
        page: page.map(|index| files[index].path.to_owned()),
        parts,
    }
}

fn measure_of(limit: &Limit) -> Measure {
    match limit {
        Limit::Bytes { measure, .. } => *measure,
        Limit::Count(_) => Measure::Identity,
    }
}

fn part(file: &Weighed, limit: &Limit) -> Part {
    Part { path: file.path.to_owned(), bytes: file.measured(measure_of(limit)) }
}

fn amount(files: &[Weighed], members: &[usize], limit: &Limit) -> u64 {
    match limit {
        Limit::Bytes { measure, .. } => members.iter().map(|&index| files[index].measured(*measure)).sum(),
        Limit::Count(_) => members.len() as u64,
    }
}

/// The page that weighs most with all it loads at first, and what that is.
fn heaviest_page(files: &[Weighed], pages: &[usize], limit: &Limit) -> (Option<usize>, Vec<usize>) {
    let loads = pages.iter().map(|&page| (page, first_load(files, page)));
    let heaviest = loads.max_by_key(|(page, load)| (amount(files, load, limit), std::cmp::Reverse(*page)));
    heaviest.map_or((None, Vec::new()), |(page, load)| (Some(page), load))
}

fn finding(verdict: &BudgetReport) -> Finding {
    let amount = |number: u64| match verdict.measure {
        Some(_) => ByteSize(number).to_string(),
        None => format!("{number} files"),
    };
    let measure = verdict.measure.map_or(String::new(), |measure| format!(" ({})", measure.name()));
    let message =
        format!("budget {:?}: {} is over {}{measure}", verdict.name, amount(verdict.actual), amount(verdict.limit));
    let finding = Finding::new(Code::Budget, verdict.page.as_deref().unwrap_or_default(), message);
    let finding = finding.severity(verdict.severity);
    match verdict.parts.first() {
        Some(part) => finding.hint(format!("the largest part is {} with {}", part.path, ByteSize(part.bytes))),
        None => finding,
    }
}

#[cfg(test)]
mod tests;
