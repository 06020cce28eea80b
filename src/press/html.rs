//! HTML: white space folded where no reader can see it, notes for people dropped, tags in their short form, inline
//! code pressed by the press of its language.
//!
//! A page in, a page that makes the same tree out (see [`oracle`]), or the reason why not. Never drops optional tags,
//! never reorders, never touches what it does not understand.

mod comments;
mod context;
mod inline;
mod oracle;
mod pass;
mod stack;
mod survey;
mod tags;
mod white_space;

use std::panic::{AssertUnwindSafe, catch_unwind};

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
    refs::html::{
        encoding,
        events::{self, Page},
    },
};

/// Larger pages stay as they are.
const LARGEST: usize = 64 << 20;

/// The pass is repeated on its own output until nothing changes, at most this often.
const MOST_ROUNDS: usize = 3;

/// Up to this size, `max` also tries the page without the quotes it does not need. Measured on 390 pages: leaving them
/// away saves raw bytes and costs brotli bytes (0.1 to 1.7 % of a site), because no page can do without all of them.
const LARGEST_TO_COMPARE: usize = 128 << 10;

/// Presses one page whose sheets are not known. Pure.
///
/// # Errors
/// Why the page must stay as it is.
pub fn press(source: &[u8], options: &Options) -> Result<Draft, KeptBecause> {
    press_styled(source, options, &options.white_space)
}

/// As [`press()`], with what the site's sheets say about white space.
///
/// # Errors
/// Why the page must stay as it is.
pub fn press_styled(source: &[u8], options: &Options, sheets: &WhiteSpace) -> Result<Draft, KeptBecause> {
    if source.len() > LARGEST {
        return Err(KeptBecause::TooLarge(Note::new("larger than 64 MiB")));
    }
    let text = readable(source)?;
    catch_unwind(AssertUnwindSafe(|| press_text(text, options, sheets)))
        .unwrap_or_else(|_| Err(KeptBecause::Crashed(Note::new("the HTML press crashed on it"))))
}

/// The text of `source`, when it is UTF-8 and not XML.
fn readable(source: &[u8]) -> Result<&str, KeptBecause> {
    let unsupported = |why: &str| KeptBecause::Unsupported(Note::new(why));
    if encoding::utf16(source).is_some() {
        return Err(unsupported("it is UTF-16"));
    }
    let text = std::str::from_utf8(source).map_err(|error| {
        let at = Position::of(source, error.valid_up_to());
        KeptBecause::Unsupported(Note::at("it is not UTF-8", at))
    })?;
    if text.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml") {
        return Err(unsupported("it is XHTML, which may be read by the rules of XML"));
    }
    Ok(text)
}

fn press_text(source: &str, options: &Options, sheets: &WhiteSpace) -> Result<Draft, KeptBecause> {
    let page = events::read(source.as_bytes()).map_err(KeptBecause::Unparsable)?;
    let facts = survey::survey(&page, sheets, options)?;
    let before = Oracle::of(source, &facts)?;
    let mut inline = Inline::new(options, facts.encoding);
    let mut difference = String::new();
    for reach in [Reach::Full, Reach::Fold, Reach::Plain] {
        let bytes = smallest(&page, reach, &facts, options, &mut inline)?;
        if bytes.len() >= source.len() {
            return Err(KeptBecause::NotSmaller);
        }
        match verify(&before, &bytes, &facts, options, &inline)? {
            Ok(()) => {
                let notes = (reach == Reach::Plain)
                    .then(|| Note::new(format!("only comments and tags were pressed: {difference}")));
                return Ok(Draft { bytes, notes: notes.into_iter().collect() });
            }
            Err(found) => difference = found,
        }
    }
    Err(KeptBecause::WouldChangeMeaning(Note::new(difference)))
}

fn verify(
    before: &Oracle,
    bytes: &[u8],
    facts: &Facts,
    options: &Options,
    inline: &Inline<'_>,
) -> Result<Result<(), String>, KeptBecause> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| KeptBecause::Crashed(Note::new("the HTML press wrote no UTF-8")))?;
    let after = Oracle::of(text, facts)?;
    Ok(before.compare(&after, Rules { facts, legal: options.legal_comments }, inline))
}

/// The smallest candidate, which another pass would not change.
fn smallest(
    page: &Page<'_>,
    reach: Reach,
    facts: &Facts,
    options: &Options,
    inline: &mut Inline<'_>,
) -> Result<Vec<u8>, KeptBecause> {
    let mut candidate = |quotes| stable(page, Plan { facts, reach, quotes, legal: options.legal_comments }, inline);
    let first = candidate(Quotes::AsWritten)?;
    if options.level != Level::Max || first.len() > LARGEST_TO_COMPARE {
        return Ok(first);
    }
    let unquoted = candidate(Quotes::Needed)?;
    let is_smaller = first.len() >= page.source.len() || brotli_size(&unquoted, 11) < brotli_size(&first, 11);
    Ok(if is_smaller { unquoted } else { first })
}

fn stable(page: &Page<'_>, plan: Plan<'_>, inline: &mut Inline<'_>) -> Result<Vec<u8>, KeptBecause> {
    let mut current = pass::write(page, plan, inline);
    for _ in 1..MOST_ROUNDS {
        let page = events::read(&current).map_err(KeptBecause::Unparsable)?;
        let next = pass::write(&page, plan, inline);
        if next == current {
            break;
        }
        current = next;
    }
    Ok(current)
}

#[cfg(test)]
mod tests;
