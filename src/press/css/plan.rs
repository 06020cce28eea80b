//! A sheet in, its shortest checked text out: rules that lightningcss may merge go to it in runs, all others are
//! printed one by one or squeezed, and order never changes.
//!
//! What lightningcss is never given: preludes of groups, imports, layers, unknown at-rules, custom properties, nested
//! rules and comments that stay. What it gives back is used only if the check finds it equal.

use std::ops::Range;

use super::{
    chain::has_chain,
    check::{Check, is_idle},
    engine::rewrite,
    living::living,
    sheet::{Sheet, Statement, is_gap},
    squeeze::{self, Manner, Words},
    targets::Targets,
    token::{TokenKind, tokens},
};
use crate::{
    asset::Position,
    press::{LegalComments, Note},
};

pub(super) use super::engine::Effort;

/// The text, and what was found on the way.
pub(super) struct Plan {
    pub(super) text: String,
    pub(super) notes: Vec<Note>,
}

/// What does not change while a sheet is rewritten.
#[derive(Clone, Copy)]
pub(super) struct Terms<'c> {
    pub(super) legal: LegalComments,
    pub(super) targets: Option<Targets>,
    /// How many bytes before the source were added: notes stand that much earlier.
    pub(super) shift: usize,
    pub(super) check: &'c Check,
}

/// Rewrites every statement of `sheet`.
pub(super) fn rich<'s>(sheet: &'s Sheet, effort: Effort, terms: Terms<'s>) -> Plan {
    let mut planner = Planner {
        sheet,
        effort,
        terms,
        needs_no_encoding: is_idle(sheet.source),
        run: Vec::new(),
        plan: Plan { text: String::new(), notes: Vec::new() },
    };
    planner.statements(0..sheet.tokens.len());
    planner.plan
}

/// A rule that lightningcss may rewrite, and with which effort.
struct Rewritable {
    effort: Effort,
    /// As it came, squeezed.
    before: String,
    /// Where it stands in the source, for remarks.
    whole: Range<usize>,
}

struct Planner<'s, 'a> {
    sheet: &'s Sheet<'a>,
    effort: Effort,
    terms: Terms<'s>,
    needs_no_encoding: bool,
    /// Rules of one effort, side by side.
    run: Vec<Rewritable>,
    plan: Plan,
}

impl Planner<'_, '_> {
    fn statements(&mut self, range: Range<usize>) {
        for statement in self.sheet.statements(range) {
            match &statement {
                Statement::Comment { token } if !squeeze::stays(self.sheet.text(*token), self.terms.legal) => {}
                Statement::Rule { whole, body } => self.rule(&statement, whole, body),
                Statement::Group { prelude, body } => self.group(prelude, body),
                Statement::AtRule { whole } if self.is_idle_charset(whole) => self.flush(),
                Statement::Odd { whole } => {
                    self.remark("could not be parsed and is published as written", whole);
                    self.fixed(&statement);
                }
                Statement::Comment { .. } | Statement::AtRule { .. } => self.fixed(&statement),
            }
        }
        self.flush();
    }

    fn group(&mut self, prelude: &Range<usize>, body: &Range<usize>) {
        self.flush();
        let start = self.plan.text.len();
        let before = squeeze::prelude(self.sheet, prelude, self.manner(Words::AsWritten));
        let short = squeeze::prelude(self.sheet, prelude, self.manner(Words::Shortest));
        let filled = |head: &str| format!("{head}{{a{{b:c}}}}");
        let is_same = short == before || self.is_same(&filled(&before), &filled(&short));
        self.plan.text.push_str(if is_same { &short } else { &before });
        self.plan.text.push('{');
        let inner = self.plan.text.len();
        self.statements(body.clone());
        if self.plan.text.len() == inner && self.is_same(&format!("{before}{{}}"), "") {
            self.plan.text.truncate(start);
        } else {
            self.plan.text.push('}');
        }
    }

    /// In plain ASCII no encoding makes a difference, unless sheets that this one imports take it over.
    fn is_idle_charset(&self, whole: &Range<usize>) -> bool {
        self.needs_no_encoding && self.sheet.at_name(whole.start).as_deref() == Some("charset")
    }

    fn manner(&self, words: Words) -> Manner {
        Manner { legal: self.terms.legal, words, targets: self.terms.targets }
    }

    fn as_written(&self, statement: &Statement) -> String {
        squeeze::statement(self.sheet, statement, self.manner(Words::AsWritten))
    }

    fn fixed(&mut self, statement: &Statement) {
        self.flush();
        let before = self.as_written(statement);
        let short = squeeze::statement(self.sheet, statement, self.manner(Words::Shortest));
        let living = self.terms.targets.and_then(|targets| living(&short, targets));
        let candidates = [living, Some(short), Some(before.clone())];
        let chosen = candidates.into_iter().flatten().find(|text| *text == before || self.is_same(&before, text));
        let chosen = chosen.unwrap_or(before);
        // Saying again what was just said changes no order.
        let is_said = chosen.starts_with("@layer ") && chosen.ends_with(';') && self.plan.text.ends_with(&chosen);
        if !is_said {
            self.plan.text.push_str(&chosen);
        }
    }

    /// A rule without what no target needs.
    fn needed(&self, statement: &Statement) -> String {
        let before = self.as_written(statement);
        let living = self.terms.targets.and_then(|targets| living(&before, targets));
        living.filter(|living| self.is_same(&before, living)).unwrap_or(before)
    }

    fn is_same(&self, before: &str, after: &str) -> bool {
        before == after || self.terms.check.same(before, after).is_ok()
    }

    fn remark(&mut self, what: &str, whole: &Range<usize>) {
        let start = self.sheet.start(whole);
        let excerpt: String = self.sheet.source[start..].chars().take_while(|c| !c.is_control()).take(40).collect();
        let source = &self.sheet.source.as_bytes()[self.terms.shift..];
        self.plan.notes.push(Note::at(
            format!("`{excerpt}` {what}"),
            Position::of(source, start.saturating_sub(self.terms.shift)),
        ));
    }

    fn rule(&mut self, statement: &Statement, whole: &Range<usize>, body: &Range<usize>) {
        if self.must_stay(whole, body) {
            return self.fixed(statement);
        }
        let may_merge = self.effort == Effort::Minify && !has_chain(self.sheet, body, self.terms.targets);
        let effort = if may_merge { Effort::Minify } else { Effort::Print };
        if self.run.last().is_some_and(|last| last.effort != effort) {
            self.flush();
        }
        self.run.push(Rewritable { effort, before: self.needed(statement), whole: whole.clone() });
    }

    /// Whether the rule has something that lightningcss would rewrite in ways we do not check.
    fn must_stay(&self, whole: &Range<usize>, body: &Range<usize>) -> bool {
        let sheet = self.sheet;
        let is_keyframes = sheet.at_name(whole.start).is_some_and(|name| name.ends_with("keyframes"));
        let is_nested =
            !is_keyframes && body.clone().any(|i| matches!(sheet.kind(i), TokenKind::OpenCurly | TokenKind::AtKeyword));
        is_nested
            || whole.clone().any(|i| match sheet.kind(i) {
                TokenKind::Comment => squeeze::stays(sheet.text(i), self.terms.legal),
                TokenKind::Ident => sheet.text(i).starts_with("--"),
                TokenKind::Number | TokenKind::Percentage | TokenKind::Dimension => has_many_digits(sheet.text(i)),
                _ => false,
            })
            || body.clone().all(|i| is_gap(sheet.kind(i)))
    }

    /// Rewrites the run in hand: in one go if the check allows it, else without the rules that it refuses alone.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        if let Some(text) = self.together(&run) {
            return self.plan.text.push_str(&text);
        }
        let alone: Vec<Option<String>> = run.iter().map(|rule| self.checked(&rule.before, rule.effort)).collect();
        let mut start = 0;
        for (at, rule) in run.iter().enumerate() {
            if alone[at].is_none() {
                self.merge(&run[start..at], &alone[start..at]);
                self.refused(rule);
                start = at + 1;
            }
        }
        self.merge(&run[start..], &alone[start..]);
    }

    /// A rule that may not be minified is printed, or else squeezed.
    fn refused(&mut self, rule: &Rewritable) {
        let printed = rewrite(&rule.before, Effort::Print, self.terms.targets);
        if printed.is_none() {
            self.remark("is not valid CSS and is published as written", &rule.whole);
        }
        let before = &rule.before;
        let printed = [printed.as_ref(), Some(before)].into_iter().flatten().find_map(|text| self.accept(before, text));
        self.plan.text.push_str(&printed.filter(|text| text.len() < before.len()).unwrap_or_else(|| before.clone()));
    }

    /// A run of rules, rewritten as one text if the check allows it.
    fn together(&self, run: &[Rewritable]) -> Option<String> {
        let effort = run.first()?.effort;
        let before: String = run.iter().map(|rule| rule.before.as_str()).collect();
        self.checked(&before, effort)
    }

    /// Writes a run of rules that are accepted alone, merged as far as the check allows: halves until it does.
    fn merge(&mut self, run: &[Rewritable], alone: &[Option<String>]) {
        match (run, alone) {
            ([], _) => {}
            ([_], [only]) => self.plan.text.push_str(only.as_deref().unwrap_or_default()),
            _ if run[0].effort == Effort::Print => {
                alone.iter().flatten().for_each(|text| self.plan.text.push_str(text));
            }
            _ => match self.together(run) {
                Some(text) => self.plan.text.push_str(&text),
                None => {
                    let middle = run.len() / 2;
                    self.merge(&run[..middle], &alone[..middle]);
                    self.merge(&run[middle..], &alone[middle..]);
                }
            },
        }
    }

    fn checked(&self, before: &str, effort: Effort) -> Option<String> {
        let text = rewrite(before, effort, self.terms.targets).and_then(|text| self.accept(before, &text))?;
        // Merging pays elsewhere; printing must pay here.
        (effort == Effort::Minify || text.len() <= before.len()).then_some(text)
    }

    /// `text` squeezed, if it means what `before` meant and needs no encoding that `before` did not need.
    fn accept(&self, before: &str, text: &str) -> Option<String> {
        if before.is_ascii() && !text.is_ascii() {
            return None;
        }
        let sheet = Sheet::new(text, tokens(text)).ok()?;
        let manner = |words| Manner { legal: LegalComments::None, words, targets: self.terms.targets };
        let printed = |words| squeeze::statements(&sheet, 0..sheet.tokens.len(), manner(words));
        [Words::Shortest, Words::AsWritten].into_iter().map(printed).find(|short| self.is_same(before, short))
    }
}

/// More digits than lightningcss prints.
fn has_many_digits(number: &str) -> bool {
    number
        .bytes()
        .take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'))
        .filter(u8::is_ascii_digit)
        .count()
        > 6
}
