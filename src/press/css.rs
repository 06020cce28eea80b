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

/// A candidate that is longer than another one by more than this share of it weighs more, too.
const SHORTER: usize = 32;

/// What a `style` attribute is wrapped in to be read as a rule.
const WRAPPER: &str = "a{";

/// Sheets above this are weighed against their source by the brotli that packs only where quick brotli is in real doubt.
const LARGE_BYTES: usize = 64 << 10;

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
    let (mut best, notes) = press.best()?;
    // A byte order mark tells the encoding: plain ASCII needs none.
    if !best.text.is_ascii() {
        best.text.insert_str(0, mark);
    }
    press.judge(source, best, notes)
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

/// Whether `gathered` is so much shorter than `text` that it weighs less as well.
fn is_clear(gathered: &str, text: &str) -> bool {
    gathered.len() + text.len() / SHORTER < text.len()
}

/// Whether a gain under quick brotli, 1/64 at most, is one under the brotli that packs, too; each pair is of the new text
/// and the old one. In large sheets, where packing to find out costs most, a third of a percent is, unless it is a matter
/// of order alone (of 33 such sheets one is then 0.09 % larger; docs/notes/2026-11-30-css-cost.md says how that was measured).
fn is_clear_for_large((new, old): (usize, usize), (length, source): (usize, usize)) -> bool {
    source > LARGE_BYTES && new + old / 300 < old && length + source / 1000 < source
}

/// A candidate, and what it weighs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Weighed {
    /// By the brotli that decides: the quick one or, once settled, the one that packs.
    size: usize,
    text: String,
    /// By quick brotli.
    quick: usize,
    is_settled: bool,
}

impl Weighed {
    /// By the brotli that packs.
    fn packed(&self) -> usize {
        if self.is_settled { self.size } else { brotli_size(self.text.as_bytes(), 11) }
    }
}

/// Quick brotli cannot tell candidates apart that are nearly as light as `best`. Small ones are weighed again; of large
/// ones the one that is changed least goes first.
fn settle_close_calls(weighed: &mut [Weighed], best: usize) {
    let close = weighed.partition_point(|one| one.size <= best + best / CLOSE_CALL);
    let few = &mut weighed[..close.min(FEW)];
    if few.len() > 1 && few.iter().all(|one| one.text.len() <= CHEAP_BYTES) {
        for one in few.iter_mut() {
            one.size = brotli_size(one.text.as_bytes(), 11);
            one.is_settled = true;
        }
        return few.sort();
    }
    let close = &mut weighed[..close];
    let even = close.partition_point(|one| one.size <= best + best / 1000);
    close[..even].sort_by_key(|one| std::cmp::Reverse(one.text.len()));
}

struct Press<'a> {
    sheet: &'a Sheet<'a>,
    place: CssPlace,
    options: &'a Options,
    shift: usize,
}

impl Press<'_> {
    /// The best candidate that passes the check.
    fn best(&self) -> Result<(Weighed, Vec<Note>), KeptBecause> {
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
        let mut spare = Vec::new();
        for text in std::mem::take(&mut rewritten) {
            let Some(gathered) = gather::gathered(&text) else {
                rewritten.push(text);
                continue;
            };
            let others = if is_clear(&gathered, &text) { &mut spare } else { &mut rewritten };
            others.push(text);
            rewritten.push(gathered);
        }
        rewritten.retain(|text| self.may_rewrite(text));
        spare.retain(|text| self.may_rewrite(text));
        let mut candidates: Vec<String> = rewritten.into_iter().map(|text| self.without_last_semicolon(text)).collect();
        let shortest = candidates.iter().map(String::len).min().unwrap_or(usize::MAX);
        if plain.len() <= shortest.saturating_add(shortest / SHORTER) {
            candidates.push(plain);
        } else {
            spare.push(plain);
        }
        let mut refusal = String::new();
        for best in self.ranked(candidates).into_iter().chain(spare.into_iter().map(|text| self.weighed(text))) {
            match check.same(self.sheet.source, &best.text) {
                Ok(()) => return Ok((Weighed { text: self.unwrap(best.text), ..best }, merged.notes)),
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
    fn ranked(&self, mut candidates: Vec<String>) -> Vec<Weighed> {
        candidates.sort();
        candidates.dedup();
        if self.place != CssPlace::File {
            // What stands inside a page is not compressed alone.
            candidates.sort_by_key(String::len);
            let unweighed = |text: String| Weighed { size: text.len(), quick: 0, is_settled: false, text };
            return candidates.into_iter().map(unweighed).collect();
        }
        let mut weighed: Vec<Weighed> = candidates.iter().map(|text| self.weighed(self.as_it_stands(text))).collect();
        weighed.sort();
        if self.options.level > Level::Fast {
            let best = &weighed[..weighed.len().min(ORDERED)];
            let arranged: Vec<Weighed> = best.iter().flat_map(|one| self.arranged(&one.text)).collect();
            weighed.extend(arranged);
        }
        weighed.sort();
        if let Some(best) = weighed.first().map(|best| best.size)
            && self.options.level == Level::Default
        {
            settle_close_calls(&mut weighed, best);
        }
        weighed
    }

    /// `text` in the order it is in.
    fn as_it_stands(&self, text: &str) -> String {
        Orderly::read(text).map_or_else(|| text.to_owned(), |sheet| self.with_ends(&sheet, Order::AsWritten))
    }

    /// `text` in other orders, with those rules gathered that say the same then, if that is worth it.
    fn arranged(&self, text: &str) -> Vec<Weighed> {
        let Some(sheet) = Orderly::read(text) else { return Vec::new() };
        let in_order = |order| {
            let arranged = self.with_ends(&sheet, order);
            match gather::gathered(&arranged) {
                Some(gathered) if is_clear(&gathered, &arranged) => self.as_it_stands(&gathered),
                _ => arranged,
            }
        };
        [Order::Rare, Order::Steady].map(|order| self.weighed(in_order(order))).into()
    }

    /// It must not be longer than the source even where that compresses better; in a short sheet nothing recurs.
    fn with_ends(&self, sheet: &Orderly, order: Order) -> String {
        let is_short = sheet.length(Ends::Needed) < SHORT_BYTES;
        let ends = if is_short || sheet.length(Ends::All) > self.sheet.source.len() { Ends::Needed } else { Ends::All };
        sheet.ordered(order, ends)
    }

    fn weighed(&self, text: String) -> Weighed {
        let size = self.weigh(&text);
        Weighed { size, quick: size, is_settled: false, text }
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

    /// Whether the text weighs less than the source on the wire. A small gain under a quick brotli may be a loss under
    /// the one that packs, so that one decides it.
    fn is_lighter(&self, best: &Weighed, source: &str) -> bool {
        let (new, old) = (best.quick, self.weigh(source));
        // Less than a thousandth is not worth a new name, and would let a second press go on for ever.
        if new + old / 1000 >= old {
            return false;
        }
        let is_clear = self.options.level != Level::Default
            || new + old / 64 < old
            || is_clear_for_large((new, old), (best.text.len(), source.len()));
        is_clear || best.packed() < brotli_size(source.as_bytes(), 11)
    }

    /// The input is a candidate too.
    fn judge(&self, source: &str, best: Weighed, notes: Vec<Note>) -> Result<Draft, KeptBecause> {
        let text = &best.text;
        let is_smaller = match self.place {
            // What stands inside a page is not compressed alone.
            CssPlace::Attribute | CssPlace::Element => text.len() < source.len(),
            CssPlace::File => text.len() <= source.len() && text != source && self.is_lighter(&best, source),
        };
        if is_smaller { Ok(Draft { bytes: best.text.into_bytes(), notes }) } else { Err(KeptBecause::NotSmaller) }
    }
}
