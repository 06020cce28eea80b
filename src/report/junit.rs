//! The report as `JUnit` XML, for CI systems that list tests: each budget is a test, and so is each kind of finding.

use std::fmt::Write as _;

use super::{BudgetReport, Renderer, Report, View, escape_markup, place, summary::Summary};
use crate::{
    asset::ByteSize,
    finding::{Code, Severity},
    text::thousands,
};

/// `--report junit`.
pub(super) struct JUnit;

impl Renderer for JUnit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn render(&self, report: &Report, _view: &View) -> String {
        let cases: Vec<(String, Option<String>)> =
            report.budgets.iter().map(budget_case).chain(finding_cases(report)).collect();
        let failures = cases.iter().filter(|(_, failure)| failure.is_some()).count();
        let sums = format!(
            "tests=\"{}\" failures=\"{failures}\" errors=\"0\" time=\"{:.3}\"",
            cases.len(),
            report.seconds.wall
        );
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {sums}>\n  <testsuite name=\"edgepress\" {sums}>\n"
        );
        for (name, failure) in cases {
            let _infallible = match failure {
                None => writeln!(out, "    {name}/>"),
                Some(failure) => writeln!(out, "    {name}>\n      {failure}\n    </testcase>"),
            };
        }
        out.push_str("  </testsuite>\n</testsuites>\n");
        out
    }
}

fn case(class: &str, name: &str) -> String {
    format!("<testcase classname=\"edgepress.{class}\" name=\"{}\"", escape_markup(name))
}

fn failure(message: &str, text: &str) -> String {
    format!("<failure message=\"{}\">{text}</failure>", escape_markup(message))
}

fn budget_case(budget: &BudgetReport) -> (String, Option<String>) {
    let amount = |n: u64| if budget.measure.is_some() { ByteSize(n).to_string() } else { thousands(n) };
    let failed = !budget.ok && budget.severity == Severity::Error;
    let failure = failed.then(|| {
        let parts: Vec<String> =
            budget.parts.iter().map(|part| format!("{} {}", amount(part.bytes), escape_markup(&part.path))).collect();
        failure(&format!("{} of {}", amount(budget.actual), amount(budget.limit)), &parts.join("\n"))
    });
    (case("budget", &budget.name), failure)
}

/// A test for each code, which fails if there is an error of that code. Budgets have tests of their own.
fn finding_cases(report: &Report) -> Vec<(String, Option<String>)> {
    let summary = Summary::of(report);
    let codes = Code::ALL.iter().filter(|code| **code != Code::Budget);
    codes
        .map(|code| {
            let errors = summary.findings.iter().find(|g| g.code == *code && g.severity == Severity::Error);
            let failed = errors.map(|group| {
                let lines = group.findings.iter().map(|f| escape_markup(&format!("{}: {}", place(f), f.message)));
                failure(&format!("{} errors", group.findings.len()), &lines.collect::<Vec<_>>().join("\n"))
            });
            (case("finding", code.name()), failed)
        })
        .collect()
}
