//! HTML: white space folded where no reader can see it, notes for people dropped, tags in their short form, inline
//! code pressed by the press of its language.
//!
//! A page in, a page that makes the same tree out (see [`oracle`]), or the reason why not. Never drops optional tags,
//! never reorders, never touches what it does not understand. A page that begins as XML does (`<?xml`) is HTML to browsers
//! when its name says so, and may be XML to other readers (XHTML 1.0, appendix C): of it only white space and notes go.

mod comments;
mod context;
mod hydration;
mod inline;
mod options;
pub(crate) mod oracle;
mod pass;
mod stack;
mod survey;
mod tags;
mod white_space;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use options::{Comments, Folding, HtmlOptions, InlineCode};
pub use white_space::WhiteSpace;

use self::{
    inline::Inline,
    oracle::{Oracle, Rules},
    pass::{Plan, Quotes, Reach},
    survey::Facts,
};
use super::{Draft, KeptBecause, Level, Note, Options};
use crate::{
    asset::Position,
    pack::brotli_size,
    refs::{
        Scan,
        html::{
            self, encoding,
            events::{self, Page, Parts},
        },
    },
};

/// Larger pages stay as they are.
const LARGEST: usize = 64 << 20;

/// The pass is repeated on its own output until nothing changes, at most this often.
const MOST_ROUNDS: usize = 3;

/// Up to this size, `max` also tries the page without the quotes it does not need. Measured on 390 pages: leaving them
/// away saves raw bytes and costs brotli bytes (0.1 to 1.7 % of a site), because no page can do without all of them.
const LARGEST_TO_COMPARE: usize = 128 << 10;

/// Presses one page. Pure.
///
/// # Errors
/// Why the page must stay as it is.
pub fn press(source: &[u8], options: &Options) -> Result<Draft, KeptBecause> {
    let text = readable(source)?;
    let page = events::read(source).map_err(KeptBecause::Unparsable)?;
    guarded(&page, text, options).map(|(draft, _)| draft)
}

/// A page with its references before and after.
pub(super) struct Pressing {
    pub(super) before: Scan,
    pub(super) drafted: Result<(Draft, Scan), KeptBecause>,
}

/// As [`press`], with the references of the page and of its draft: reading pages is a good part of the work.
///
/// # Errors
/// Why the references cannot be known.
pub(super) fn press_scanned(source: &[u8], options: &Options) -> Result<Pressing, KeptBecause> {
    let text = match readable(source) {
        Ok(text) => text,
        Err(kept) => {
            let before = html::scan(source).map_err(KeptBecause::Unparsable)?;
            return Ok(Pressing { before, drafted: Err(kept) });
        }
    };
    let page = events::read(source).map_err(KeptBecause::Unparsable)?;
    let before = html::scan_page(&page).map_err(KeptBecause::Unparsable)?;
    let drafted = guarded(&page, text, options).and_then(|(draft, parts)| {
        let unread = |_| KeptBecause::WouldChangeMeaning(Note::new("the result cannot be read again"));
        let after = html::scan_page(&parts.of(&draft.bytes)).map_err(unread)?;
        Ok((draft, after))
    });
    Ok(Pressing { before, drafted })
}

fn guarded(page: &Page<'_>, text: &str, options: &Options) -> Result<(Draft, Parts), KeptBecause> {
    catch_unwind(AssertUnwindSafe(|| press_page(page, text, options)))
        .unwrap_or_else(|_| Err(KeptBecause::Crashed(Note::new("the HTML press crashed on it"))))
}

/// The text of `source`, when it is UTF-8.
fn readable(source: &[u8]) -> Result<&str, KeptBecause> {
    let unsupported = |why: &str| KeptBecause::Unsupported(Note::new(why));
    if source.len() > LARGEST {
        return Err(KeptBecause::TooLarge(Note::new("larger than 64 MiB")));
    }
    if encoding::utf16(source).is_some() {
        return Err(unsupported("it is UTF-16"));
    }
    std::str::from_utf8(source).map_err(|error| {
        let at = Position::of(source, error.valid_up_to());
        KeptBecause::Unsupported(Note::at("it is not UTF-8", at))
    })
}

fn press_page(page: &Page<'_>, text: &str, options: &Options) -> Result<(Draft, Parts), KeptBecause> {
    let facts = survey::survey(page, &options.white_space, options)?;
    let mut inline = Inline::new(options, facts.encoding);
    let mut before: Option<Oracle> = None;
    let mut difference = String::new();
    let boldest = if facts.trims { Reach::Trim } else { Reach::Full };
    for reach in [Reach::Trim, Reach::Full, Reach::Fold, Reach::Plain].into_iter().filter(|reach| *reach <= boldest) {
        let Candidate { bytes, parts } = smallest(page, reach, &facts, options, &mut inline)?;
        if bytes.len() >= text.len() {
            return Err(KeptBecause::NotSmaller);
        }
        let before = match &mut before {
            Some(before) => before,
            none => none.insert(Oracle::of(text, &facts)?),
        };
        match verify(before, &bytes, &facts, options, &inline)?.and_then(|()| same_ignored(page, &bytes, &parts)) {
            Ok(()) => {
                let notes = (reach == Reach::Plain)
                    .then(|| Note::new(format!("only comments and tags were pressed: {difference}")));
                return Ok((Draft { bytes, notes: notes.into_iter().collect() }, parts));
            }
            Err(found) => difference = found,
        }
    }
    Err(KeptBecause::WouldChangeMeaning(Note::new(difference)))
}

fn verify(
    before: &Oracle,
    bytes: &[u8],
    facts: &Facts<'_>,
    options: &Options,
    inline: &Inline<'_>,
) -> Result<Result<(), String>, KeptBecause> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| KeptBecause::Crashed(Note::new("the HTML press wrote no UTF-8")))?;
    let after = Oracle::of(text, facts)?;
    Ok(before.compare(&after, Rules { facts, legal: options.legal_comments }, inline))
}

/// Whether what the page asks to ignore is in `bytes` as it was.
fn same_ignored(page: &Page<'_>, bytes: &[u8], parts: &Parts) -> Result<(), String> {
    let same = comments::ignored(page.source, &page.events).eq(comments::ignored(bytes, parts.events()));
    if same { Ok(()) } else { Err("a part between ignore comments changed".to_owned()) }
}

/// A page as a pass wrote it, with what the reader sees in it.
struct Candidate {
    bytes: Vec<u8>,
    parts: Parts,
}

/// The smallest candidate, which another pass would not change.
fn smallest(
    page: &Page<'_>,
    reach: Reach,
    facts: &Facts<'_>,
    options: &Options,
    inline: &mut Inline<'_>,
) -> Result<Candidate, KeptBecause> {
    let mut candidate = |quotes| stable(page, Plan { facts, reach, quotes, legal: options.legal_comments }, inline);
    let first = candidate(Quotes::AsWritten)?;
    if options.level != Level::Max || first.bytes.len() > LARGEST_TO_COMPARE {
        return Ok(first);
    }
    let unquoted = candidate(Quotes::Needed)?;
    let is_smaller =
        first.bytes.len() >= page.source.len() || brotli_size(&unquoted.bytes, 11) < brotli_size(&first.bytes, 11);
    Ok(if is_smaller { unquoted } else { first })
}

fn stable(page: &Page<'_>, plan: Plan<'_>, inline: &mut Inline<'_>) -> Result<Candidate, KeptBecause> {
    let mut bytes = pass::write(page, plan, inline);
    for _ in 1..MOST_ROUNDS {
        let page = events::read(&bytes).map_err(KeptBecause::Unparsable)?;
        let next = pass::write(&page, plan, inline);
        if next == bytes {
            let parts = page.into_parts();
            return Ok(Candidate { bytes, parts });
        }
        bytes = next;
    }
    let parts = events::read(&bytes).map_err(KeptBecause::Unparsable)?.into_parts();
    Ok(Candidate { bytes, parts })
}

#[cfg(test)]
mod tests;
