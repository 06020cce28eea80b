//! The report as workflow commands of GitHub Actions: findings and broken budgets appear beside the files.
//!
//! GitHub shows ten annotations of each severity per step, so the worst come first and remarks are left out.

use std::fmt::Write as _;

use super::{BudgetReport, Renderer, Report, View, from_repository, summary::Summary};
use crate::{
    asset::ByteSize,
    finding::{Finding, Severity},
    text::{one_line, thousands},
};

/// `--report github`.
pub(super) struct GitHub;

impl Renderer for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn render(&self, report: &Report, _view: &View) -> String {
        let mut out = String::new();
        for budget in report.budgets.iter().filter(|budget| !budget.ok) {
            let _infallible = writeln!(out, "{}", over_budget(report, budget));
        }
        // Budget findings would repeat what was just said.
        let summary = Summary::of(report);
        let groups = summary.findings.iter().filter(|group| group.severity > Severity::Info);
        for group in groups.filter(|group| group.code != crate::finding::Code::Budget) {
            for finding in &group.findings {
                let _infallible = writeln!(out, "{}", annotation(report, finding));
            }
        }
        out
    }
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn over_budget(report: &Report, budget: &BudgetReport) -> String {
    let amount = |n: u64| if budget.measure.is_some() { ByteSize(n).to_string() } else { thousands(n) };
    let unit = budget.measure.map_or("files", |measure| measure.name());
    let file = budget
        .page
        .as_ref()
        .map_or_else(String::new, |page| format!("file={},", escape_property(&from_repository(&report.site, page))));
    let message = format!("{}: {} of {} {unit}", budget.name, amount(budget.actual), amount(budget.limit));
    format!("::{} {file}title=budget exceeded::{}", command(budget.severity), escape_data(&message))
}

fn annotation(report: &Report, finding: &Finding) -> String {
    let mut properties = Vec::new();
    if !finding.path.is_empty() {
        properties.push(format!("file={}", escape_property(&from_repository(&report.site, &finding.path))));
    }
    if finding.line > 0 {
        properties.push(format!("line={}", finding.line));
    }
    if finding.line > 0 && finding.column > 0 {
        properties.push(format!("col={}", finding.column));
    }
    properties.push(format!("title={}", escape_property(finding.code.name())));
    let hint = if finding.hint.is_empty() { String::new() } else { format!("\n{}", finding.hint) };
    let message = escape_data(&format!("{}{hint}", finding.message));
    format!("::{} {}::{message}", command(finding.severity), properties.join(","))
}

/// The text of a command: what would end the line, and the escape character itself, as GitHub undoes it; whatever
/// else a terminal would obey, as text.
fn escape_data(text: &str) -> String {
    one_line(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")).into_owned()
}

/// A property of a command: also what would end the property.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{finding::Code, report::sample};

    #[test]
    fn a_name_cannot_forge_a_command() {
        let mut report = sample::small();
        report.site = "./dist/".to_owned();
        let finding = Finding::new(Code::Unparsable, "a,b:c\n::error::x%.js", "100% wrong\r\n::set-output::")
            .at(crate::asset::Position { line: 3, column: 7 });
        assert_eq!(
            annotation(&report, &finding),
            "::warning file=dist/a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax%25.js,line=3,col=7,title=unparsable::100%25 wrong%0D%0A::set-output::"
        );
    }
}
