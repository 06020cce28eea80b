//! SVG: bytes in, a smaller picture that looks and behaves the same out.
//!
//! What says nothing goes (comments, declarations, white space, editors' notes) and values are written shorter; the
//! rest is copied raw. Places in paths are rounded to what can be seen (see [`ground`]). Never removes or renames an id,
//! a class, a viewBox, a title, a description or an ARIA attribute, never expands an entity. A picture that runs scripts
//! keeps every node.

mod colour;
mod fixed;
mod gate;
mod ground;
mod meaning;
mod names;
mod number;
mod outline;
mod path;
mod survey;
mod values;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};

use self::{
    path::Style,
    survey::{Freedom, Survey},
    write::Plan,
};
use super::{
    Draft, KeptBecause, Level, Note, Options, embedded,
    xml::markup::{self, Markup},
};
use crate::pack::brotli_size;

/// Largest picture that is read.
const MAX_BYTES: usize = 16_000_000;

/// A picture is written until nothing changes, at most this often.
const MOST_ROUNDS: usize = 4;

/// Largest picture whose candidates are compared by their size on the wire.
const JUDGED_BYTES: usize = 1_000_000;

/// Presses one picture. Pure.
///
/// # Errors
/// Why the picture must stay as it is.
pub fn press(source: &[u8], options: &Options) -> Result<Draft, KeptBecause> {
    catch_unwind(AssertUnwindSafe(|| press_text(source, options)))
        .unwrap_or_else(|_| Err(KeptBecause::Crashed(Note::new("the SVG pass crashed"))))
}

fn press_text(source: &[u8], options: &Options) -> Result<Draft, KeptBecause> {
    if source.is_empty() {
        return Err(KeptBecause::NotSmaller);
    }
    let text = markup::decode(source, MAX_BYTES)?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let markup = Markup::read(body)?;
    markup.check_prolog()?;
    check_root(&markup)?;
    let survey = Survey::of(&markup);
    let pictures = if survey.freedom > Freedom::Tags { embedded::press_markup(&markup, options) } else { None };
    let out = match pictures {
        Some(lighter) => with_light_pictures(body, lighter, options)?,
        None => smallest(&markup, &survey, body, options)?,
    };
    let mark = &text[..text.len() - body.len()];
    Ok(Draft { bytes: format!("{mark}{out}").into_bytes(), notes: Vec::new() })
}

/// As [`smallest`] of `lighter`, which is `original` with its pictures pressed; that alone is worth it.
fn with_light_pictures(original: &str, lighter: String, options: &Options) -> Result<String, KeptBecause> {
    let markup = Markup::read(&lighter)?;
    if let Ok(out) = smallest(&markup, &Survey::of(&markup), original, options) {
        return Ok(out);
    }
    gate::check(original, &lighter)?;
    Ok(lighter)
}

/// The first candidate that passes the gate or, at the highest level, the one that travels lightest.
///
/// Only the best encoder could judge better than the order of the candidates, and it costs ten times what pressing and
/// checking do. As the input takes part, a second run finds nothing better.
fn smallest(
    markup: &Markup<'_>,
    survey: &Survey<'_>,
    original: &str,
    options: &Options,
) -> Result<String, KeptBecause> {
    let body = markup.source;
    let judges = options.level == Level::Max && body.len() <= JUDGED_BYTES;
    let mut reason = KeptBecause::NotSmaller;
    let mut candidates: Vec<String> = Vec::new();
    for plan in plans(survey.freedom, judges) {
        let out = written(markup, survey, plan, options)?;
        if out.len() >= body.len() || candidates.contains(&out) {
            continue;
        }
        match gate::check(original, &out) {
            Ok(()) if judges => candidates.push(out),
            Ok(()) if plan.rounds => return Ok(out),
            Ok(()) => return Ok(tried_again(out, original, options)),
            Err(why) => reason = why,
        }
    }
    if candidates.is_empty() {
        return Err(reason);
    }
    candidates.push(body.to_owned());
    candidates.sort_by_cached_key(|candidate| (brotli_size(candidate.as_bytes(), 11), candidate.len()));
    candidates.into_iter().next().filter(|best| best.len() < body.len()).ok_or(reason)
}

/// What an exact plan wrote may be such that rounding it passes: a second run would find that.
fn tried_again(out: String, original: &str, options: &Options) -> String {
    let smaller = Markup::read(&out).and_then(|markup| smallest(&markup, &Survey::of(&markup), original, options));
    smaller.unwrap_or(out)
}

/// As `plan` says, until writing it again changes nothing: what was dropped may have been the last to need a prefix.
fn written(markup: &Markup<'_>, survey: &Survey<'_>, plan: Plan, options: &Options) -> Result<String, KeptBecause> {
    let mut out = write::write(markup, survey, plan, options);
    for _ in 1..MOST_ROUNDS {
        let markup = Markup::read(&out)?;
        let again = write::write(&markup, &Survey::of(&markup), plan, options);
        if again.len() >= out.len() {
            break;
        }
        out = again;
    }
    Ok(out)
}

/// What is tried, the best first.
fn plans(freedom: Freedom, every_style: bool) -> impl Iterator<Item = Plan> {
    let first = Plan { freedom: Freedom::Values, style: Style::Balanced, rounds: true };
    let further: &[Style] = if every_style { &[Style::Relative, Style::Shortest] } else { &[] };
    let styles = further.iter().map(move |&style| Plan { style, ..first });
    let exact = Plan { rounds: false, ..first };
    let less = [Freedom::Layout, Freedom::Tags].map(move |freedom| Plan { freedom, ..first });
    std::iter::once(first).chain(styles).chain([exact]).chain(less).filter(move |plan| plan.freedom <= freedom)
}

/// An error page or a feed that is named like a picture is not one.
fn check_root(markup: &Markup<'_>) -> Result<(), KeptBecause> {
    let root = markup.root().ok_or_else(|| KeptBecause::Unparsable(Note::new("has no root element")))?;
    if root.local_name() != "svg" {
        return Err(KeptBecause::Unparsable(Note::new("its root element is not svg")));
    }
    if root.name() == "svg" && root.attribute("xmlns").is_some_and(|uri| uri != names::SVG) {
        return Err(KeptBecause::Unsupported(Note::new("its root element is not in the namespace of SVG")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
