//! The report as Markdown, for the step summary of a workflow or a comment on a change.
//!
//! Names of files are hostile text here: what Markdown, HTML or a mention would act on is escaped.

use std::fmt::Write as _;

use super::{
    BudgetReport, Renderer, Report, View, place,
    summary::{KindRow, Summary, change, reason_in_words, severity_words},
};
use crate::{
    asset::ByteSize,
    finding::{Finding, Severity},
    text::{count, one_line, thousands},
};

/// How many findings are listed; a summary has a limit of size.
const FINDINGS: usize = 50;
/// How many savings are listed.
const SAVINGS: usize = 10;

/// `--report markdown`.
pub(super) struct Markdown;

impl Renderer for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn render(&self, report: &Report, _view: &View) -> String {
        let summary = Summary::of(report);
        let sections = [
            headline(report, &summary),
            kinds(&summary),
            budgets(&report.budgets),
            findings(&summary),
            savings(&summary),
            kept(&summary),
            footer(report),
        ];
        let filled: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
        filled.join("\n")
    }
}

/// `text` so that Markdown shows it as it is, in a paragraph or in a cell of a table.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // As entities: `\@` and `\#` would still be links on GitHub, `\|` still splits cells in some renderers.
            '|' | '`' | '@' | '#' | ':' | '\\' => {
                let _infallible = write!(out, "&#{};", u32::from(c));
            }
            '*' | '_' | '[' | ']' | '!' | '~' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A name of a file as code; HTML's element rather than backticks, which a name could close.
fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

fn headline(report: &Report, summary: &Summary<'_>) -> String {
    let exceeded = report.budgets.iter().filter(|budget| !budget.ok).count() as u64;
    let verdict = match (summary.count(Severity::Error), exceeded) {
        (0, 0) => "all well".to_owned(),
        (errors, 0) => count(errors, "error", "errors"),
        (_, exceeded) => count(exceeded, "budget exceeded", "budgets exceeded"),
    };
    let KindRow { files, before, after, brotli } = summary.total;
    format!(
        "## edgepress {}: {verdict}\n\n{} in {}: {} before, **{}** after ({}), **{}** as brotli.\n",
        report.command.name(),
        count(files, "file", "files"),
        code(&report.site),
        ByteSize(before),
        ByteSize(after),
        change(before, after),
        ByteSize(brotli),
    )
}

fn kinds(summary: &Summary<'_>) -> String {
    let mut out =
        "| kind | files | before | after | change | brotli |\n| --- | ---: | ---: | ---: | ---: | ---: |\n".to_owned();
    let mut row = |name: &str, row: &KindRow| {
        let _infallible = writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} |",
            thousands(row.files),
            ByteSize(row.before),
            ByteSize(row.after),
            change(row.before, row.after),
            ByteSize(row.brotli)
        );
    };
    summary.kinds.iter().for_each(|(kind, sums)| row(kind.name(), sums));
    row("**total**", &summary.total);
    out
}

fn budgets(budgets: &[BudgetReport]) -> String {
    if budgets.is_empty() {
        return String::new();
    }
    let mut out =
        "### Budgets\n\n| | budget | limit | actual | measured | heaviest |\n| --- | --- | ---: | ---: | --- | --- |\n"
            .to_owned();
    for budget in budgets {
        let mark = match (budget.ok, budget.severity) {
            (true, _) => "✅",
            (false, Severity::Error) => "❌",
            (false, Severity::Warning | Severity::Info) => "⚠️",
        };
        let heaviest = budget.page.as_deref().or_else(|| budget.parts.first().map(|part| part.path.as_str()));
        let _infallible = writeln!(
            out,
            "| {mark} | {} | {} | {} | {} | {} |",
            escape(&budget.name),
            amount(budget, budget.limit),
            amount(budget, budget.actual),
            budget.measure.map_or("files", |measure| measure.name()),
            heaviest.map(code).unwrap_or_default(),
        );
    }
    out
}

fn amount(budget: &BudgetReport, number: u64) -> String {
    if budget.measure.is_some() { ByteSize(number).to_string() } else { thousands(number) }
}

fn findings(summary: &Summary<'_>) -> String {
    let all: Vec<&Finding> = summary.findings.iter().flat_map(|group| group.findings.iter().copied()).collect();
    if all.is_empty() {
        return String::new();
    }
    let mut out = "### Findings\n\n".to_owned();
    for finding in all.iter().take(FINDINGS) {
        let (severity, _) = severity_words(finding.severity);
        let _infallible = writeln!(
            out,
            "- **{severity}** {} {}: {}",
            finding.code.name(),
            code(&place(finding)),
            escape(&finding.message)
        );
    }
    if let Some(more) = all.len().checked_sub(FINDINGS).filter(|more| *more > 0) {
        let _infallible = writeln!(out, "- and {} more", thousands(more as u64));
    }
    out
}

fn savings(summary: &Summary<'_>) -> String {
    if summary.savings.is_empty() {
        return String::new();
    }
    let mut out = "<details><summary>Biggest savings</summary>\n\n| file | before | after | change |\n| --- | ---: | ---: | ---: |\n".to_owned();
    for file in summary.savings.iter().take(SAVINGS) {
        let (before, after) = (ByteSize(file.bytes_in), ByteSize(file.bytes_out));
        let change = change(file.bytes_in, file.bytes_out);
        let _infallible = writeln!(out, "| {} | {before} | {after} | {change} |", code(&file.path));
    }
    out.push_str("\n</details>\n");
    out
}

fn kept(summary: &Summary<'_>) -> String {
    if summary.kept.is_empty() {
        return String::new();
    }
    let mut out = "<details><summary>Files left as they were</summary>\n\n| files | why |\n| ---: | --- |\n".to_owned();
    for (reason, files) in &summary.kept {
        let _infallible = writeln!(out, "| {} | {} |", thousands(*files), escape(reason_in_words(reason)));
    }
    out.push_str("\n</details>\n");
    out
}

fn footer(report: &Report) -> String {
    format!("<sub>edgepress {}, {:.2} s</sub>\n", escape(&report.version), report.seconds.wall)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_text() {
        let hostile = "a|b`c<script>@team #1 [x](http://e) ::error::\n# h";
        assert_eq!(
            code(hostile),
            "<code>a&#124;b&#96;c&lt;script&gt;&#64;team &#35;1 \\[x\\](http&#58;//e) &#58;&#58;error&#58;&#58;&#92;n&#35; h</code>"
        );
    }
}
