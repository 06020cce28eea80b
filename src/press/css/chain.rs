//! Whether a block has a fallback chain: a property given twice so that older engines take the first value.

use std::{collections::HashMap, ops::Range};

use super::{check::is_plain, living::words, sheet::Sheet, targets::Targets, token::TokenKind};

/// Keywords and functions that every engine knows, so that what stands before them is dead, not a fallback.
const OLD_WORDS: &[&str] = &[
    "none",
    "auto",
    "solid",
    "dotted",
    "dashed",
    "double",
    "transparent",
    "normal",
    "hidden",
    "bold",
    "italic",
    "left",
    "right",
    "center",
    "top",
    "bottom",
    "repeat",
    "no-repeat",
    "repeat-x",
    "repeat-y",
    "middle",
    "baseline",
];

/// Whether a declaration between the braces `body` must not be combined with an earlier one.
pub(super) fn has_chain(sheet: &Sheet, body: &Range<usize>, targets: Option<Targets>) -> bool {
    let mut seen: HashMap<String, Vec<String>> = HashMap::new();
    let mut at = body.start;
    while at < body.end {
        let start = sheet.skip_gaps(&(at..body.end));
        let end = sheet.find_end(&(start..body.end));
        if end < body.end && sheet.kind(end) == TokenKind::OpenCurly {
            let close = sheet.partner(end);
            if has_chain(sheet, &(end + 1..close), targets) {
                return true;
            }
            at = close + 1;
            continue;
        }
        if let Some(colon) = sheet.colon_after_name(&(start..end)) {
            let name = sheet.text(start).to_ascii_lowercase();
            let value = plain_text(sheet, colon + 1..end);
            let is_known = targets.is_some_and(|targets| targets.accept(&name, &words(&value)));
            if !is_known && is_fallback(&seen, &name, &value) {
                return true;
            }
            seen.entry(name).or_default().push(value);
        }
        at = end + 1;
    }
    false
}

/// Whether an earlier declaration may be what an engine falls back to when it refuses this one.
fn is_fallback(seen: &HashMap<String, Vec<String>>, name: &str, value: &str) -> bool {
    let is_same = |earlier: &String| earlier == value || (is_old(earlier) && is_old(value));
    if seen.get(name).is_some_and(|values| !values.iter().all(is_same)) {
        return true;
    }
    let mut shorthand = name;
    while let Some((shorter, _)) = shorthand.rsplit_once('-').filter(|(shorter, _)| !shorter.is_empty()) {
        if seen.contains_key(shorter) && !is_old(value) {
            return true;
        }
        shorthand = shorter;
    }
    !is_old(value) && seen.keys().any(|known| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('-')))
}

fn is_old(value: &str) -> bool {
    value.trim_end_matches("!important").split(' ').all(is_old_word)
}

fn is_old_word(word: &str) -> bool {
    let is_colour = || cssparser::color::parse_named_color(word).is_ok() && word != "rebeccapurple";
    is_plain(word) || OLD_WORDS.contains(&word) || is_colour()
}

fn plain_text(sheet: &Sheet, range: Range<usize>) -> String {
    let start = sheet.skip_gaps(&range);
    sheet.slice(&sheet.trim_end(start..range.end)).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::css::token::tokens;

    #[test]
    fn chains_are_told_from_dead_declarations() {
        for (block, expected) in [
            ("height:100vh;height:100dvh", true),
            ("color:red;color:oklch(1 0 0)", true),
            ("background:red;background-image:linear-gradient(red,blue)", true),
            ("background-color:red;background:linear-gradient(red,blue)", true),
            ("display:-webkit-box;display:flex", true),
            ("color:#000;color:#111", false),
            ("color:red;color:red", false),
            ("border:1px solid blue;border:2px solid red", false),
            ("color:red;color:rebeccapurple", true),
            ("margin:1px;margin-top:2px", false),
            ("margin:1px;margin-top:calc(1px + 2vw)", true),
            ("border:1px solid;border-top:none", false),
            ("0%{top:1px;top:1vh}", true),
            ("top:1px;bottom:1vh", false),
        ] {
            let Ok(sheet) = Sheet::new(block, tokens(block)) else { panic!("{block}") };
            assert_eq!(has_chain(&sheet, &(0..sheet.tokens.len()), None), expected, "{block}");
        }
    }
}
