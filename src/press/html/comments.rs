//! Which comments of a page mean something.

use crate::{
    asset::Span,
    press::LegalComments,
    refs::html::events::{Event, EventKind},
};

/// Begins a part of the page that is published as written.
const IGNORE: &str = "edgepress:ignore";
/// Ends it.
const END: &str = "edgepress:end";

/// Comments by which frameworks find their way in rendered pages, as a whole.
const MARKS: [&str; 20] = [
    "$",
    "/$",
    "$?",
    "$!",
    "$~",
    "&",
    "/&",
    "[",
    "[!",
    "[-1",
    "]",
    "#",
    "/",
    "!$",
    "/t",
    "container",
    "v-if",
    "au-start",
    "au-end",
    "__ENDBLOCK__",
];

/// And those that carry something after these beginnings.
const MARKED: [&str; 31] = [
    // Knockout, Lit, Qwik, Angular, Astro, Svelte.
    "ko ",
    "/ko",
    "lit-",
    "/lit-",
    "?lit",
    "lit$",
    "qv ",
    "/qv",
    "t=",
    "bindings=",
    "ngetn",
    "ngtns",
    "directive:",
    "astro:",
    "HTML_TAG",
    "ssr:",
    // Vue, Blazor, Fresh, Leptos, Dioxus, Yew, Marko, Ember, Livewire.
    "teleport ",
    "Blazor",
    "frsh",
    "/frsh",
    "leptos",
    "hk=",
    "node-id",
    "<[",
    "</[",
    "M_",
    "M#",
    "F#",
    "%+",
    "%-",
    "__BLOCK__",
];

/// What a comment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Notes for people: goes.
    Note,
    /// Read by servers, old browsers, crawlers or lawyers: stays.
    Kept,
    /// Read by a script that takes over the rendered page: every comment and blank of the page stays.
    Hydration,
    /// Begins a part to leave alone.
    Ignore,
    /// Ends it.
    End,
}

/// The purpose of a comment with this text (what stands between `<!--` and `-->`).
pub(super) fn purpose(text: &str, legal: LegalComments) -> Purpose {
    let trimmed = text.trim();
    if trimmed == IGNORE {
        return Purpose::Ignore;
    }
    if trimmed == END {
        return Purpose::End;
    }
    if is_kept(text, trimmed, legal) {
        return Purpose::Kept;
    }
    let is_short_sign = trimmed.len() <= 3 && !trimmed.contains(|c: char| c.is_alphabetic() || matches!(c, '-' | '='));
    let is_mark = MARKS.contains(&trimmed) || MARKED.iter().any(|mark| trimmed.starts_with(mark));
    // React puts a blank one between two texts, Vue and Lit an empty one where nothing is shown.
    if trimmed.is_empty() {
        return if text.len() <= 1 { Purpose::Hydration } else { Purpose::Kept };
    }
    if is_short_sign || is_mark || is_numbered(trimmed) {
        return Purpose::Hydration;
    }
    Purpose::Note
}

/// Whether the comment at `span` has a line of `source` to itself: people leave empty ones there, frameworks write none.
pub(super) fn is_alone(source: &[u8], span: Span) -> bool {
    let range = span.range();
    let before = source[..range.start].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    let after = source[range.end..].iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    [before, after].into_iter().all(|byte| byte.is_none_or(|byte| *byte == b'\n'))
}

/// The parts of a page that its comments ask to leave alone, with the comments around them.
pub(super) fn ignored<'a>(source: &'a [u8], events: &'a [Event]) -> impl Iterator<Item = &'a [u8]> {
    let mut comments = events.iter().filter(|event| matches!(event.kind, EventKind::Comment)).map(|event| event.span);
    std::iter::from_fn(move || {
        let is = |span: &Span, mark: &str| text_of(&source[span.range()]).is_some_and(|text| text.trim() == mark);
        let begin = comments.find(|span| is(span, IGNORE))?;
        let end = comments.find(|span| is(span, END)).map_or(source.len(), |span| span.range().end);
        Some(&source[begin.range().start..end])
    })
}

/// The text of a comment, without its borders; `None` for bogus comments.
pub(super) fn text_of(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix("<!--")?;
    Some(["--!>", "-->", "->", ">"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text))
}

/// A mark of Stencil: `r.1` for a root, `t.1.0.2` for a text, and so on.
fn is_numbered(text: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (letter, numbers) = text.split_once('.').unwrap_or_default();
    matches!(letter, "r" | "t" | "o" | "c" | "s" | "l") && numbers.split('.').all(number)
}

fn is_kept(text: &str, trimmed: &str, legal: LegalComments) -> bool {
    let is_legal = text.starts_with('!') && !text.starts_with("!$")
        || trimmed.contains("@license")
        || trimmed.contains("@preserve")
        || trimmed.contains("@cc_on");
    (is_legal && legal == LegalComments::Inline)
        || text.starts_with("[if")
        || text.starts_with("<![endif]")
        || trimmed.ends_with("<![endif]")
        || (text.starts_with('#') && text.len() > 3)
        || text.starts_with("esi")
        || text.starts_with('?')
        || trimmed.starts_with("googleo")
        || trimmed.eq_ignore_ascii_case("noindex")
        || trimmed.eq_ignore_ascii_case("/noindex")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_told_by_text() {
        for (text, expected) in [
            (" note ", Purpose::Note),
            (" ====== ", Purpose::Note),
            (" / Header ", Purpose::Note),
            (" /.container-fluid ", Purpose::Note),
            ("#main", Purpose::Kept),
            (" container of the menu ", Purpose::Note),
            (" [todo] rename ", Purpose::Note),
            ("! kept ", Purpose::Kept),
            (" @license MIT ", Purpose::Kept),
            ("[if lt IE 9]><b><![endif]", Purpose::Kept),
            ("<![endif]", Purpose::Kept),
            ("# include virtual=\"/a\" ", Purpose::Kept),
            ("?php echo 1 ?", Purpose::Kept),
            ("googleoff: index", Purpose::Kept),
            ("\n\n", Purpose::Kept),
            (" r.1 was here ", Purpose::Note),
            (" e.g. 1.2 ", Purpose::Note),
            ("", Purpose::Hydration),
            (" ", Purpose::Hydration),
            ("Blazor:{\"type\":\"server\"}", Purpose::Hydration),
            ("t.1.0.2", Purpose::Hydration),
            ("r.1", Purpose::Hydration),
            ("%+b:0%", Purpose::Hydration),
            ("leptos-view", Purpose::Hydration),
            ("$", Purpose::Hydration),
            ("/$", Purpose::Hydration),
            ("[", Purpose::Hydration),
            ("#", Purpose::Hydration),
            (" ko if: x ", Purpose::Hydration),
            ("v-if", Purpose::Hydration),
            ("lit-part 1x=", Purpose::Hydration),
            (" edgepress:ignore ", Purpose::Ignore),
            (" edgepress:end", Purpose::End),
        ] {
            assert_eq!(purpose(text, LegalComments::Inline), expected, "{text:?}");
        }
        assert_eq!(purpose("! kept ", LegalComments::None), Purpose::Note);
    }
}
