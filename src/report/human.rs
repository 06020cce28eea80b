//! The report as a person likes to read it on a terminal: what was gained, what was left alone and why, whether the
//! budgets hold, what to look at, where the output is.

use super::{
    BudgetReport, Color, Detail, Renderer, Report, View,
    paint::Tone,
    place,
    summary::{FindingGroup, KindRow, Summary, change, reason_in_words, severity_words},
    table::{Align, lines},
};
use crate::{
    asset::ByteSize,
    finding::{Finding, Severity},
    text::{count, one_line, shorten, thousands, width, wrap},
};

/// Savings shown at most, unless everything is asked for.
const SAVINGS: usize = 5;
/// Findings of one code shown at most, unless everything is asked for.
const FINDINGS: usize = 3;
/// The narrowest and widest that lines are set.
const WIDTHS: (usize, usize) = (50, 120);

/// `--report human`.
pub(super) struct Human;

impl Renderer for Human {
    fn name(&self) -> &'static str {
        "human"
    }

    fn render(&self, report: &Report, view: &View) -> String {
        let page = Page { view: View { width: view.width.clamp(WIDTHS.0, WIDTHS.1), ..*view }, report };
        let summary = Summary::of(report);
        let sections = [
            page.kinds(&summary),
            page.savings(&summary),
            page.kept(&summary),
            page.budgets(),
            page.findings(&summary),
            page.ending(&summary),
        ];
        let filled: Vec<String> = sections.iter().filter(|lines| !lines.is_empty()).map(|l| l.join("\n")).collect();
        filled.join("\n\n") + "\n"
    }
}

struct Page<'a> {
    view: View,
    report: &'a Report,
}

impl Page<'_> {
    fn paint(&self, tone: Tone, text: &str) -> String {
        self.view.color.paint(tone, text)
    }

    fn heading(&self, text: &str) -> String {
        self.paint(Tone::Heading, text)
    }

    /// `all` or the first `some`, as the view wants it.
    fn most(&self, some: usize) -> usize {
        match self.view.detail {
            Detail::Short => some,
            Detail::Full => usize::MAX,
        }
    }

    /// A file's name, safe and short enough for `columns`.
    fn name(&self, path: &str, columns: usize) -> String {
        let name = one_line(path);
        match self.view.detail {
            Detail::Short => shorten(&name, columns.max(12)).into_owned(),
            Detail::Full => name.into_owned(),
        }
    }

    fn kinds(&self, summary: &Summary<'_>) -> Vec<String> {
        let mut rows = vec![["", "files", "before", "after", "change", "brotli"].map(str::to_owned).to_vec()];
        rows.extend(summary.kinds.iter().map(|(kind, row)| sums(kind.name(), row)));
        rows.push(sums("total", &summary.total));
        // On a narrow terminal the column that can be worked out from its neighbours goes first.
        if self.view.width < 60 {
            for row in &mut rows {
                row.remove(2);
            }
        }
        let aligns = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right];
        let mut lines = lines(&rows, &aligns[..rows[0].len()]);
        if let Some(first) = lines.first_mut() {
            *first = self.paint(Tone::Dim, first);
        }
        if let Some(last) = lines.last_mut() {
            *last = self.paint(Tone::Strong, last);
        }
        lines
    }

    fn savings(&self, summary: &Summary<'_>) -> Vec<String> {
        let shown = summary.savings.len().min(self.most(SAVINGS));
        if shown == 0 {
            return Vec::new();
        }
        let rows: Vec<Vec<String>> = summary.savings[..shown]
            .iter()
            .map(|file| {
                vec![
                    format!("  {}", ByteSize(file.saved())),
                    change(file.bytes_in, file.bytes_out),
                    self.name(&file.path, self.view.width.saturating_sub(24)),
                ]
            })
            .collect();
        let mut out = vec![self.heading("Biggest savings")];
        out.extend(lines(&rows, &[Align::Right, Align::Right, Align::Left]));
        out.extend(self.more(summary.savings.len() - shown, "file", "files"));
        out
    }

    fn kept(&self, summary: &Summary<'_>) -> Vec<String> {
        if summary.kept.is_empty() {
            return Vec::new();
        }
        let rows: Vec<Vec<String>> = summary
            .kept
            .iter()
            .map(|(reason, files)| {
                vec![format!("  {}", thousands(*files)), one_line(reason_in_words(reason)).into_owned()]
            })
            .collect();
        let mut out = vec![self.heading("Left as they were")];
        out.extend(lines(&rows, &[Align::Right, Align::Left]));
        out
    }

    fn budgets(&self) -> Vec<String> {
        if self.report.budgets.is_empty() {
            return Vec::new();
        }
        let columns = self.view.width.saturating_sub(44).max(6);
        let rows: Vec<Vec<String>> = self
            .report
            .budgets
            .iter()
            .map(|budget| {
                let name = shorten(&one_line(&budget.name), columns).into_owned();
                let of = format!("of {}", amount(budget, budget.limit));
                vec![
                    format!("  {}", verdict(budget).0),
                    name,
                    amount(budget, budget.actual),
                    of,
                    unit(budget).to_owned(),
                ]
            })
            .collect();
        let aligns = [Align::Left, Align::Left, Align::Right, Align::Left, Align::Left];
        let mut out = vec![self.heading("Budgets")];
        for (line, budget) in lines(&rows, &aligns).into_iter().zip(&self.report.budgets) {
            let (word, tone) = verdict(budget);
            out.push(line.replacen(word, &self.paint(tone, word), 1));
            out.extend(self.parts(budget));
        }
        out
    }

    /// What weighs most in a budget that is exceeded.
    fn parts(&self, budget: &BudgetReport) -> Vec<String> {
        if budget.ok && self.view.detail == Detail::Short {
            return Vec::new();
        }
        let columns = self.view.width.saturating_sub(22);
        let page = budget.page.iter().map(|page| format!("        {}", self.name(page, columns)));
        let most = self.most(FINDINGS);
        let parts = budget
            .parts
            .iter()
            .take(most)
            .map(|part| format!("        {:>9}  {}", amount(budget, part.bytes), self.name(&part.path, columns)));
        page.chain(parts).map(|line| self.paint(Tone::Dim, &line)).collect()
    }

    fn findings(&self, summary: &Summary<'_>) -> Vec<String> {
        if summary.findings.is_empty() {
            return Vec::new();
        }
        let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .map(|severity| (severity_words(severity), summary.count(severity)))
            .filter(|(_, number)| *number > 0)
            .map(|((one, many), number)| count(number, one, many))
            .collect();
        let mut out = vec![format!("{}: {}", self.heading("Findings"), counts.join(", "))];
        let mut hidden = 0;
        for group in &summary.findings {
            let shown =
                group.findings.len().min(self.most(if group.severity == Severity::Info { 1 } else { FINDINGS }));
            hidden += group.findings.len() - shown;
            out.extend(self.group(group, shown));
        }
        out.extend(self.more(hidden, "finding", "findings"));
        out
    }

    fn group(&self, group: &FindingGroup<'_>, shown: usize) -> Vec<String> {
        let (severity, _) = severity_words(group.severity);
        let times = if group.findings.len() > 1 { format!(" ({})", group.findings.len()) } else { String::new() };
        let tone = match group.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Warning,
            Severity::Info => Tone::Dim,
        };
        let mut out = vec![format!("  {} {}{times}", self.paint(tone, severity), group.code.name())];
        let mut hint = "";
        for finding in &group.findings[..shown] {
            // The same advice once.
            let advice = if finding.hint == hint { "" } else { finding.hint.as_str() };
            hint = finding.hint.as_str();
            out.extend(self.finding(finding, advice));
        }
        out
    }

    /// One finding: on one line if it fits, else its place on a line of its own.
    fn finding(&self, finding: &Finding, hint: &str) -> Vec<String> {
        let columns = self.view.width.saturating_sub(4);
        let (place, message) = (self.name(&place(finding), columns), one_line(&finding.message).into_owned());
        let mut out = if width(&place) + 2 + width(&message) <= columns {
            vec![format!("    {}  {message}", self.paint(Tone::Strong, &place))]
        } else {
            let message = wrap(&message, columns.saturating_sub(2));
            let mut out = vec![format!("    {}", self.paint(Tone::Strong, &place))];
            out.extend(message.iter().map(|line| format!("      {line}")));
            out
        };
        if !hint.is_empty() {
            let hint = wrap(&format!("hint: {}", one_line(hint)), columns.saturating_sub(2));
            out.extend(hint.iter().map(|line| format!("      {}", self.paint(Tone::Dim, line))));
        }
        out
    }

    fn more(&self, hidden: usize, one: &str, many: &str) -> Option<String> {
        let text =
            format!("  and {} (--verbose)", count(hidden as u64, &format!("more {one}"), &format!("more {many}")));
        (hidden > 0).then(|| self.paint(Tone::Dim, &text))
    }

    fn ending(&self, summary: &Summary<'_>) -> Vec<String> {
        let report = self.report;
        let wire = report.wire;
        let mut out = wrap(
            &format!(
                "A full download: {} plain, {} gzip, {} brotli.",
                ByteSize(wire.identity),
                ByteSize(wire.gzip),
                ByteSize(wire.brotli)
            ),
            self.view.width,
        );
        if report.earlier.files > 0 {
            let (files, bytes) = (count(report.earlier.files, "asset", "assets"), ByteSize(report.earlier.bytes));
            out.extend(wrap(&format!("Of earlier builds {files} stay ({bytes})."), self.view.width));
        }
        out.extend(wrap(&self.effort(summary), self.view.width));
        if self.view.detail == Detail::Full {
            let stages = report.stages.iter().map(|stage| format!("{} {:.2} s", one_line(&stage.name), stage.seconds));
            out.extend(wrap(&format!("Stages: {}.", stages.collect::<Vec<_>>().join(", ")), self.view.width));
        }
        out.push(match &report.published {
            Some(out) if report.unchanged => {
                self.paint(Tone::Good, &format!("Nothing changed: {} is as the last build left it", one_line(out)))
            }
            Some(out) => self.paint(Tone::Good, &format!("Written to {}", one_line(out))),
            None => self.paint(Tone::Dim, "Nothing was written."),
        });
        out
    }

    fn effort(&self, summary: &Summary<'_>) -> String {
        let report = self.report;
        let level = match report.level {
            crate::press::Level::Fast => "fast",
            crate::press::Level::Default => "default",
            crate::press::Level::Max => "max",
        };
        let memory = match report.peak_rss {
            0 => String::new(),
            bytes => format!(", {} of memory", ByteSize(bytes)),
        };
        let cache = match summary.cache {
            (0, _) => String::new(),
            (hits, all) => format!(", {} of {} results from the cache", thousands(hits), thousands(all)),
        };
        format!("{:.2} s at level {level} ({:.2} s of work){memory}{cache}.", report.seconds.wall, report.seconds.cpu)
    }
}

fn sums(name: &str, row: &KindRow) -> Vec<String> {
    let size = |bytes| ByteSize(bytes).to_string();
    let change = change(row.before, row.after);
    vec![name.to_owned(), thousands(row.files), size(row.before), size(row.after), change, size(row.brotli)]
}

fn verdict(budget: &BudgetReport) -> (&'static str, Tone) {
    match (budget.ok, budget.severity) {
        (true, _) => ("kept", Tone::Good),
        (false, Severity::Error) => ("OVER", Tone::Bad),
        (false, Severity::Warning | Severity::Info) => ("over", Tone::Warning),
    }
}

fn amount(budget: &BudgetReport, number: u64) -> String {
    if budget.measure.is_some() { ByteSize(number).to_string() } else { thousands(number) }
}

fn unit(budget: &BudgetReport) -> &'static str {
    budget.measure.map_or("files", |measure| measure.name())
}

impl Color {
    /// Whether a person who set `NO_COLOR`, or whose terminal is none, gets colours.
    #[must_use]
    pub fn automatic(is_terminal: bool, no_color: Option<&str>, term: Option<&str>) -> Self {
        if is_terminal && no_color.is_none() && term != Some("dumb") { Self::Ansi } else { Self::Plain }
    }
}
