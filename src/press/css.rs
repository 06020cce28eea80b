//! CSS: a sheet in, a shorter sheet of the same meaning out, or the reason why not.
//!
//! The text is cut into tokens and statements by our own reader ([`token`], [`sheet`]). Candidates are made: one
//! only squeezed ([`squeeze`]), others where lightningcss rewrites runs of rules ([`plan`], [`engine`]). The one that
//! weighs least under brotli is read again by another parser ([`check`]) before it is believed. Fallback chains, rules
//! that no parser accepts, custom properties, the order of everything and the syntax level stay as they came.

mod blocks;
mod chain;
mod check;
mod engine;
mod gather;
mod living;
mod order;
mod plan;
mod positions;
mod selector;
pub(crate) mod sheet;
mod squeeze;
#[cfg(test)]
mod suite;
mod targets;
#[cfg(test)]
mod tests;
pub(crate) mod token;
mod value;
mod vocabulary;

use std::borrow::Cow;

use super::{Draft, KeptBecause, Level, Note, Options};
use crate::{asset::Position, pack::brotli_size};
use check::Check;
use order::{Ends, Order, Orderly};
use plan::{Effort, Terms};
pub(super) use positions::positions;
use sheet::{Sheet, Statement};
use squeeze::{Manner, Words};
pub use targets::Targets;

/// Sheets above this many bytes stay as they are.
const MAX_BYTES: usize = 64 << 20;

/// Brackets nested deeper than this could overflow the stack of a parser.
const MAX_DEPTH: usize = 64;

/// Candidates that quick brotli sees within this share of the best are weighed again by the brotli that packs.
const CLOSE_CALL: usize = 50;

/// But only up to this size: packing costs more than all the rest of the press.
const CHEAP_BYTES: usize = 16 << 10;

/// And only so many of them.
const FEW: usize = 4;

/// How many of the best candidates are also tried with their declarations in other orders.
const ORDERED: usize = 2;

/// What a `style` attribute is wrapped in to be read as a rule.
const WRAPPER: &str = "a{";

/// Sheets below this are written with no `;` that they do not need.
const SHORT_BYTES: usize = 4 << 10;

/// Where a piece of CSS stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CssPlace {
    /// A `.css` file.
    File,
    /// The text of a `<style>` element.
    Element,
    /// The (entity-decoded) value of a `style` attribute: declarations only.
    Attribute,
}

/// Presses one sheet. Pure.
///
/// # Errors
/// Why the sheet must stay as it is.
pub fn press(source: &str, place: CssPlace, options: &Options) -> Result<Draft, KeptBecause> {
    refuse(source)?;
    let (body, mark) = match source.strip_prefix('\u{FEFF}') {
        Some(body) => (body, "\u{FEFF}"),
        None => (source, ""),
    };
    let wrapped = match place {
        CssPlace::Attribute => Cow::Owned(format!("{WRAPPER}{body}}}")),
        CssPlace::File | CssPlace::Element => Cow::Borrowed(body),
    };
    let shift = if place == CssPlace::Attribute { WRAPPER.len() } else { 0 };
    let at = |offset: usize| Position::of(source.as_bytes(), (offset + mark.len()).saturating_sub(shift));
    let sheet = read(&wrapped, place).map_err(|reason| reason.placed(at))?;
    let press = Press { sheet: &sheet, place, options, shift };
    let (text, notes) = press.best()?;
    // A byte order mark tells the encoding: plain ASCII needs none.
    let text = if text.is_ascii() { text } else { format!("{mark}{text}") };
    press.judge(source, text, notes)
}

/// The comments of a sheet that carry a licence, each once.
pub(super) fn legal_comments(source: &str) -> Vec<String> {
    let comments = token::tokens(source).list.into_iter().filter(|token| token.kind == token::TokenKind::Comment);
    let mut legal: Vec<String> = Vec::new();
    for text in comments.map(|token| token.text(source)).filter(|text| squeeze::is_legal(text)) {
        if !legal.iter().any(|known| known == text) {
            legal.push(text.to_owned());
        }
    }
    legal
}

/// What need not be tried.
fn refuse(source: &str) -> Result<(), KeptBecause> {
    if source.len() > MAX_BYTES {
        return Err(KeptBecause::TooLarge(Note::new("more than 64 MiB of CSS")));
    }
    match memchr::memchr(0, source.as_bytes()) {
        Some(nul) => {
            Err(KeptBecause::Unsupported(Note::at("has a NUL character", Position::of(source.as_bytes(), nul))))
        }
        None => Ok(()),
    }
}

/// Why a sheet cannot be read, at a byte of what was read.
enum Unreadable {
    Open(usize),
    Deep,
    NoDeclarations,
}

impl Unreadable {
    fn placed(self, at: impl Fn(usize) -> Position) -> KeptBecause {
        match self {
            Self::Open(offset) => KeptBecause::Unparsable(Note::at("opens here and is never closed", at(offset))),
            Self::Deep => KeptBecause::TooLarge(Note::new(format!("brackets nest deeper than {MAX_DEPTH}"))),
            Self::NoDeclarations => KeptBecause::Unparsable(Note::new("is not a list of declarations")),
        }
    }
}

fn read(source: &str, place: CssPlace) -> Result<Sheet<'_>, Unreadable> {
    let tokens = token::tokens(source);
    if let Some(offset) = tokens.unclosed {
        return Err(Unreadable::Open(offset));
    }
    if token::depth(&tokens.list) > MAX_DEPTH {
        return Err(Unreadable::Deep);
    }
    let sheet = Sheet::new(source, tokens).map_err(Unreadable::Open)?;
    let is_one_rule = || matches!(&sheet.statements(0..sheet.tokens.len())[..], [Statement::Rule { .. }]);
    if place == CssPlace::Attribute && !is_one_rule() {
        return Err(Unreadable::NoDeclarations);
    }
    Ok(sheet)
}

/// Quick brotli cannot tell candidates apart that are nearly as light as `best`. Small ones are weighed again; of large
/// ones the one that is changed least goes first.
fn settle_close_calls(weighed: &mut [(usize, String)], best: usize) {
    let close = weighed.partition_point(|(size, _)| *size <= best + best / CLOSE_CALL);
    let few = &mut weighed[..close.min(FEW)];
    if few.len() > 1 && few.iter().all(|(_, text)| text.len() <= CHEAP_BYTES) {
        for (size, text) in few.iter_mut() {
            *size = brotli_size(text.as_bytes(), 11);
        }
        return few.sort();
    }
    let close = &mut weighed[..close];
    let even = close.partition_point(|(size, _)| *size <= best + best / 1000);
    close[..even].sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
}

struct Press<'a> {
    sheet: &'a Sheet<'a>,
    place: CssPlace,
    options: &'a Options,
    shift: usize,
}

impl Press<'_> {
    /// The best candidate that passes the check.
    fn best(&self) -> Result<(String, Vec<Note>), KeptBecause> {
        let legal = self.options.legal_comments;
        let as_written = Manner { legal, words: Words::AsWritten, targets: None };
        let plain = squeeze::statements(self.sheet, 0..self.sheet.tokens.len(), as_written);
        let check = Check::new(self.options.css_targets);
        let terms = Terms { legal, targets: self.options.css_targets, shift: self.shift, check: &check };
        let merged = plan::rich(self.sheet, Effort::Minify, terms);
        let mut rewritten = vec![merged.text];
        if self.options.level > Level::Fast {
            // Merging moves declarations; where little can be merged, their old order may compress better.
            rewritten.push(plan::rich(self.sheet, Effort::Print, terms).text);
        }
        let gathered: Vec<_> = rewritten.iter().filter_map(|text| gather::gathered(text)).collect();
        rewritten.extend(gathered);
        rewritten.retain(|text| self.may_rewrite(text));
        let mut candidates: Vec<String> = rewritten.into_iter().map(|text| self.without_last_semicolon(text)).collect();
        candidates.push(plain);
        let mut refusal = String::new();
        for text in self.ranked(candidates) {
            match check.same(self.sheet.source, &text) {
                Ok(()) => return Ok((self.unwrap(text), merged.notes)),
                Err(difference) => refusal = difference,
            }
        }
        Err(KeptBecause::WouldChangeMeaning(Note::new(refusal)))
    }

    /// The end of a file ends a statement as well.
    fn without_last_semicolon(&self, mut text: String) -> String {
        if self.place != CssPlace::Attribute && text.ends_with(';') {
            text.pop();
        }
        text
    }

    /// The candidates, best first.
    fn ranked(&self, mut candidates: Vec<String>) -> Vec<String> {
        candidates.sort();
        candidates.dedup();
        if self.place != CssPlace::File {
            // What stands inside a page is not compressed alone.
            candidates.sort_by_key(String::len);
            return candidates;
        }
        let arranged: Vec<String> =
            candidates.iter().flat_map(|text| self.arranged(text, &[Order::AsWritten])).collect();
        let mut weighed = self.weighed(arranged);
        if self.options.level > Level::Fast {
            let best = &weighed[..weighed.len().min(ORDERED)];
            let orders = &[Order::Rare, Order::Steady];
            let arranged: Vec<String> = best.iter().flat_map(|(_, text)| self.arranged(text, orders)).collect();
            weighed.extend(self.weighed(arranged));
        }
        weighed.sort();
        if let Some(&(best, _)) = weighed.first()
            && self.options.level == Level::Default
        {
            settle_close_calls(&mut weighed, best);
        }
        weighed.into_iter().map(|(_, text)| text).collect()
    }

    /// `text` in other orders, each also with those rules gathered that say the same then.
    fn arranged(&self, text: &str, orders: &[Order]) -> Vec<String> {
        let Some(sheet) = Orderly::read(text) else { return vec![text.to_owned()] };
        let mut found = Vec::new();
        for &order in orders {
            found.push(self.with_ends(&sheet, order));
            if order != Order::AsWritten
                && let Some(gathered) = gather::gathered(&sheet.ordered(order, Ends::Needed))
            {
                found.extend(Orderly::read(&gathered).map(|sheet| self.with_ends(&sheet, Order::AsWritten)));
            }
        }
        found
    }

    /// It must not be longer than the source even where that compresses better; in a short sheet nothing recurs.
    fn with_ends(&self, sheet: &Orderly, order: Order) -> String {
        let (needed, all) = (sheet.ordered(order, Ends::Needed), sheet.ordered(order, Ends::All));
        if needed.len() < SHORT_BYTES || all.len() > self.sheet.source.len() { needed } else { all }
    }

    fn weighed(&self, texts: Vec<String>) -> Vec<(usize, String)> {
        let mut weighed: Vec<_> = texts.into_iter().map(|text| (self.weigh(&text), text)).collect();
        weighed.sort();
        weighed
    }

    /// Whether the rewritten text may stand where the old one stood.
    fn may_rewrite(&self, text: &str) -> bool {
        let has = |quote| text.contains(quote) && !self.sheet.source.contains(quote);
        match self.place {
            // It must need no other quotes around it than before.
            CssPlace::Attribute => !has('"') && !has('\'') && !self.has_late_import(),
            CssPlace::Element => !text.to_ascii_lowercase().contains("</style") && !self.has_late_import(),
            CssPlace::File => !self.has_late_import(),
        }
    }

    /// An `@import` after rules is dead; it must not come to life because those rules went.
    fn has_late_import(&self) -> bool {
        let mut has_rules = false;
        self.sheet.statements(0..self.sheet.tokens.len()).iter().any(|statement| match statement {
            Statement::AtRule { whole } => {
                let name = self.sheet.at_name(whole.start).unwrap_or_default();
                has_rules && matches!(name.as_str(), "import" | "namespace")
            }
            Statement::Comment { .. } => false,
            _ => {
                has_rules = true;
                false
            }
        })
    }

    fn unwrap(&self, text: String) -> String {
        match self.place {
            CssPlace::Attribute => {
                let open = text.find('{').map_or(0, |brace| brace + 1);
                text[open..].strip_suffix('}').unwrap_or(&text[open..]).to_owned()
            }
            CssPlace::File | CssPlace::Element => text,
        }
    }

    fn weigh(&self, text: &str) -> usize {
        let quality = match self.options.level {
            Level::Fast => 5,
            Level::Default => 5,
            Level::Max => 11,
        };
        brotli_size(text.as_bytes(), quality)
    }

    /// Whether `text` weighs less than the source on the wire. A small gain under a quick brotli may be a loss under
    /// the one that packs, so that one decides it.
    fn is_lighter(&self, text: &str, source: &str) -> bool {
        let (new, old) = (self.weigh(text), self.weigh(source));
        let is_clear = self.options.level != Level::Default || new + old / 64 < old;
        // Less than a thousandth is not worth a new name, and would let a second press go on for ever.
        new + old / 1000 < old && (is_clear || brotli_size(text.as_bytes(), 11) < brotli_size(source.as_bytes(), 11))
    }

    /// The input is a candidate too.
    fn judge(&self, source: &str, text: String, notes: Vec<Note>) -> Result<Draft, KeptBecause> {
        let is_smaller = match self.place {
            // What stands inside a page is not compressed alone.
            CssPlace::Attribute | CssPlace::Element => text.len() < source.len(),
            CssPlace::File => text.len() <= source.len() && text != source && self.is_lighter(&text, source),
        };
        if is_smaller { Ok(Draft { bytes: text.into_bytes(), notes }) } else { Err(KeptBecause::NotSmaller) }
    }
}
