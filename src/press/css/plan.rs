//! A sheet in, its shortest checked text out: rules that lightningcss may merge go to it in runs, all others are
//! printed one by one or squeezed, and order never changes.
//!
//! What lightningcss is never given: preludes of groups, imports, layers, unknown at-rules, custom properties, nested
//! rules and comments that stay. What it gives back is used only if the check finds it equal.

use std::ops::Range;

use super::{
    chain::has_chain,
    check,
    engine::rewrite,
    sheet::{Sheet, Statement, is_gap},
    squeeze::{self, Manner, Words},
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

/// Rewrites every statement of `sheet`. Positions of notes are those of the source, `shift` bytes earlier.
pub(super) fn rich(sheet: &Sheet, effort: Effort, legal: LegalComments, shift: usize) -> Plan {
    let mut planner =
        Planner { sheet, effort, legal, shift, run: Vec::new(), plan: Plan { text: String::new(), notes: Vec::new() } };
    planner.statements(0..sheet.tokens.len());
    planner.plan
}

/// A rule that may be merged with its neighbours.
struct Mergeable {
    /// As it came, squeezed.
    before: String,
    /// As lightningcss wrote it when it saw nothing else.
    alone: String,
}

struct Planner<'s, 'a> {
    sheet: &'s Sheet<'a>,
    effort: Effort,
    legal: LegalComments,
    shift: usize,
    run: Vec<Mergeable>,
    plan: Plan,
}

impl Planner<'_, '_> {
    fn statements(&mut self, range: Range<usize>) {
        for statement in self.sheet.statements(range) {
            match &statement {
                Statement::Comment { token } if !squeeze::stays(self.sheet.text(*token), self.legal) => {}
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
        let is_same = short == before || check::same(&filled(&before), &filled(&short)).is_ok();
        self.plan.text.push_str(if is_same { &short } else { &before });
        self.plan.text.push('{');
        let inner = self.plan.text.len();
        self.statements(body.clone());
        if self.plan.text.len() == inner && check::same(&format!("{before}{{}}"), "").is_ok() {
            self.plan.text.truncate(start);
        } else {
            self.plan.text.push('}');
        }
    }

    /// In plain ASCII no encoding makes a difference, unless sheets that this one imports take it over.
    fn is_idle_charset(&self, whole: &Range<usize>) -> bool {
        let source = self.sheet.source;
        self.sheet.at_name(whole.start).as_deref() == Some("charset")
            && source.is_ascii()
            && !source.to_ascii_lowercase().contains("@import")
    }

    fn manner(&self, words: Words) -> Manner {
        Manner { legal: self.legal, words }
    }

    fn as_written(&self, statement: &Statement) -> String {
        squeeze::statement(self.sheet, statement, self.manner(Words::AsWritten))
    }

    fn fixed(&mut self, statement: &Statement) {
        self.flush();
        let before = self.as_written(statement);
        let short = squeeze::statement(self.sheet, statement, self.manner(Words::Shortest));
        let is_same = short == before || check::same(&before, &short).is_ok();
        self.plan.text.push_str(if is_same { &short } else { &before });
    }

    fn remark(&mut self, what: &str, whole: &Range<usize>) {
        let start = self.sheet.start(whole);
        let excerpt: String = self.sheet.source[start..].chars().take_while(|c| !c.is_control()).take(40).collect();
        let source = &self.sheet.source.as_bytes()[self.shift..];
        self.plan
            .notes
            .push(Note::at(format!("`{excerpt}` {what}"), Position::of(source, start.saturating_sub(self.shift))));
    }

    fn rule(&mut self, statement: &Statement, whole: &Range<usize>, body: &Range<usize>) {
        if self.must_stay(whole, body) {
            return self.fixed(statement);
        }
        let before = self.as_written(statement);
        let may_merge = self.effort == Effort::Minify && !has_chain(self.sheet, body);
        if may_merge && let Some(alone) = checked(&before, Effort::Minify) {
            self.run.push(Mergeable { before, alone });
            return;
        }
        self.flush();
        let printed = rewrite(&before, Effort::Print);
        if printed.is_none() {
            self.remark("is not valid CSS and is published as written", whole);
        }
        let printed = printed.or_else(|| Some(before.clone())).and_then(|text| accept(&before, &text));
        self.plan.text.push_str(&printed.filter(|text| text.len() < before.len()).unwrap_or(before));
    }

    /// Whether the rule has something that lightningcss would rewrite in ways we do not check.
    fn must_stay(&self, whole: &Range<usize>, body: &Range<usize>) -> bool {
        let sheet = self.sheet;
        let is_keyframes = sheet.at_name(whole.start).is_some_and(|name| name.ends_with("keyframes"));
        let is_nested =
            !is_keyframes && body.clone().any(|i| matches!(sheet.kind(i), TokenKind::OpenCurly | TokenKind::AtKeyword));
        is_nested
            || whole.clone().any(|i| match sheet.kind(i) {
                TokenKind::Comment => squeeze::stays(sheet.text(i), self.legal),
                TokenKind::Ident => sheet.text(i).starts_with("--"),
                TokenKind::Number | TokenKind::Percentage | TokenKind::Dimension => has_many_digits(sheet.text(i)),
                _ => false,
            })
            || body.clone().all(|i| is_gap(sheet.kind(i)))
    }

    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        merge(&run, &mut self.plan.text);
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

/// Writes a run of rules, merged as far as the check allows: halves until it does.
fn merge(run: &[Mergeable], out: &mut String) {
    match run {
        [] => {}
        [only] => out.push_str(&only.alone),
        _ => {
            let before: String = run.iter().map(|rule| rule.before.as_str()).collect();
            if let Some(text) = checked(&before, Effort::Minify) {
                return out.push_str(&text);
            }
            let (left, right) = run.split_at(run.len() / 2);
            merge(left, out);
            merge(right, out);
        }
    }
}

fn checked(before: &str, effort: Effort) -> Option<String> {
    rewrite(before, effort).and_then(|text| accept(before, &text))
}

/// `text` squeezed, if it means what `before` meant and needs no encoding that `before` did not need.
fn accept(before: &str, text: &str) -> Option<String> {
    if before.is_ascii() && !text.is_ascii() {
        return None;
    }
    let sheet = Sheet::new(text, tokens(text)).ok()?;
    let printed =
        |words| squeeze::statements(&sheet, 0..sheet.tokens.len(), Manner { legal: LegalComments::None, words });
    [Words::Shortest, Words::AsWritten].map(printed).into_iter().find(|short| check::same(before, short).is_ok())
}
