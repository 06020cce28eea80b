//! The report as one HTML page that needs nothing else: no script, no font, no network.

use std::fmt::Write as _;

use super::{
    BudgetReport, FileReport, Outcome, Renderer, Report, View, escape_markup, place,
    summary::{KindRow, Summary, change, reason_in_words, severity_words},
};
use crate::{
    asset::ByteSize,
    finding::Severity,
    text::{count, thousands},
};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--good:#2a8a4a;--bad:#c62f2f;--warn:#b07a00}\
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}\
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:left;overflow-wrap:anywhere}\
th{font-weight:600}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
tfoot td{font-weight:600}.good{color:var(--good)}.error{color:var(--bad)}.warning{color:var(--warn)}\
code{font:13px/1.4 ui-monospace,monospace}td code{display:inline-block;min-width:9rem}\
span{white-space:nowrap}.box{overflow-x:auto}";

/// `--report html`.
pub(super) struct Html;

impl Renderer for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn render(&self, report: &Report, _view: &View) -> String {
        let summary = Summary::of(report);
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width,initial-scale=1\">\n<title>edgepress {}</title>\n<style>{STYLE}</style>\n\
             {}{}{}{}{}{}</html>\n",
            escape_markup(&report.site),
            headline(report, &summary),
            kinds(&summary),
            budgets(&report.budgets),
            findings(&summary),
            kept(&summary),
            files(&report.files),
        )
    }
}

fn headline(report: &Report, summary: &Summary<'_>) -> String {
    let KindRow { files, before, after, brotli } = summary.total;
    format!(
        "<h1>edgepress {} <code>{}</code></h1>\n<p>{}: {} before, <strong>{}</strong> after ({}), \
         <strong>{}</strong> as brotli. Version {}, {:.2} s.</p>\n",
        report.command.name(),
        escape_markup(&report.site),
        count(files, "file", "files"),
        ByteSize(before),
        ByteSize(after),
        change(before, after),
        ByteSize(brotli),
        escape_markup(&report.version),
        report.seconds.wall,
    )
}

/// A table; columns whose heading starts with `#` are numbers.
fn table(title: &str, headings: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let class =
        |i: usize| if headings.get(i).is_some_and(|heading| heading.starts_with('#')) { " class=n" } else { "" };
    let mut out = format!("<h2>{title}</h2>\n<div class=box><table>\n<thead><tr>");
    for (i, heading) in headings.iter().enumerate() {
        let _infallible = write!(out, "<th{}>{}", class(i), heading.trim_start_matches('#'));
    }
    out.push_str("\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (i, cell) in row.iter().enumerate() {
            let _infallible = write!(out, "<td{}>{cell}", class(i));
        }
        out.push('\n');
    }
    out.push_str("</table></div>\n");
    out
}

fn sums(name: &str, row: &KindRow) -> Vec<String> {
    vec![
        name.to_owned(),
        thousands(row.files),
        ByteSize(row.before).to_string(),
        ByteSize(row.after).to_string(),
        change(row.before, row.after),
        ByteSize(row.brotli).to_string(),
    ]
}

fn kinds(summary: &Summary<'_>) -> String {
    let mut rows: Vec<_> = summary.kinds.iter().map(|(kind, row)| sums(kind.name(), row)).collect();
    rows.push(sums("<strong>total</strong>", &summary.total));
    table("Kinds", &["kind", "#files", "#before", "#after", "#change", "#brotli"], &rows)
}

fn budgets(budgets: &[BudgetReport]) -> String {
    let row = |budget: &BudgetReport| {
        let amount = |n: u64| if budget.measure.is_some() { ByteSize(n).to_string() } else { thousands(n) };
        let verdict = match (budget.ok, budget.severity) {
            (true, _) => "<span class=good>kept</span>",
            (false, Severity::Error) => "<span class=error>exceeded</span>",
            (false, Severity::Warning | Severity::Info) => "<span class=warning>exceeded</span>",
        };
        let parts = budget
            .parts
            .iter()
            .map(|part| format!("{} <code>{}</code>", amount(part.bytes), escape_markup(&part.path)));
        vec![
            verdict.to_owned(),
            escape_markup(&budget.name),
            amount(budget.limit),
            amount(budget.actual),
            budget.measure.map_or("files", |measure| measure.name()).to_owned(),
            parts.collect::<Vec<_>>().join("<br>"),
        ]
    };
    let rows: Vec<_> = budgets.iter().map(row).collect();
    table("Budgets", &["", "budget", "#limit", "#actual", "measured", "heaviest"], &rows)
}

fn findings(summary: &Summary<'_>) -> String {
    let all = summary.findings.iter().flat_map(|group| group.findings.iter());
    let rows: Vec<_> = all
        .map(|finding| {
            let (severity, _) = severity_words(finding.severity);
            vec![
                format!("<span class={severity}>{severity}</span>"),
                format!("<span>{}</span>", finding.code.name()),
                format!("<code>{}</code>", escape_markup(&place(finding))),
                escape_markup(&finding.message),
                escape_markup(&finding.hint),
            ]
        })
        .collect();
    table("Findings", &["", "code", "place", "what", "hint"], &rows)
}

fn kept(summary: &Summary<'_>) -> String {
    let row = |(reason, files): &(&str, u64)| vec![thousands(*files), escape_markup(reason_in_words(reason))];
    table("Left as they were", &["#files", "why"], &summary.kept.iter().map(row).collect::<Vec<_>>())
}

fn files(files: &[FileReport]) -> String {
    let row = |file: &FileReport| {
        let why = match file.result {
            Outcome::Smaller => file.candidate.as_deref().unwrap_or_default(),
            Outcome::Kept => file.kept_because.as_deref().unwrap_or_default(),
        };
        vec![
            format!("<code>{}</code>", escape_markup(&file.path)),
            file.kind.name().to_owned(),
            ByteSize(file.bytes_in).to_string(),
            ByteSize(file.bytes_out).to_string(),
            change(file.bytes_in, file.bytes_out),
            file.brotli.map(|bytes| ByteSize(bytes).to_string()).unwrap_or_default(),
            escape_markup(why),
            escape_markup(&file.policy),
        ]
    };
    let headings = ["file", "kind", "#before", "#after", "#change", "#brotli", "how, or why kept", "policy"];
    table("Files", &headings, &files.iter().map(row).collect::<Vec<_>>())
}
