//! One call of lightningcss: rules in, shorter rules out, or nothing when it refuses or crashes. Never trusted.

use std::{
    fmt::Write,
    panic::{AssertUnwindSafe, catch_unwind},
};

use lightningcss::{
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet},
    targets::Features,
};

use super::{
    targets::Targets,
    token::{TokenKind, tokens},
};

/// How much lightningcss may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// Parse and print: every declaration stays, each in its shortest words.
    Print,
    /// Also merge and combine.
    Minify,
}

/// `source` in other words. `error_recovery` is off: it would delete what it cannot read.
pub(super) fn rewrite(source: &str, effort: Effort, known: Option<Targets>) -> Option<String> {
    let know = |name| known.is_some_and(|targets| targets.know(name));
    let targets = profile(source, know("#rgba"), know("red 0 1px"));
    let work = || {
        let mut sheet = StyleSheet::parse(source, ParserOptions::default()).ok()?;
        if effort == Effort::Minify {
            sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).ok()?;
        }
        let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() }).ok()?;
        Some(printed.code)
    };
    let text = catch_unwind(AssertUnwindSafe(work)).ok().flatten()?;
    let text = if source.is_ascii() { escaped(text) } else { text };
    Some(if has_inset(source) || know("inset:") { text } else { sides(&text) })
}

/// `text` in plain ASCII: lightningcss writes `\f101` as the character itself, which would need an encoding.
fn escaped(text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_ascii() {
            out.push(character);
            continue;
        }
        let _ = write!(out, "\\{:x}", u32::from(character));
        // More digits would belong to the escape, and so would a white space.
        if characters.peek().is_some_and(|next| next.is_ascii_hexdigit() || next.is_ascii_whitespace()) {
            out.push(' ');
        }
    }
    out
}

fn has_inset(source: &str) -> bool {
    source.to_ascii_lowercase().contains("inset:")
}

/// `text` with each `inset` as the four sides it stands for: engines that know these may not know that (Chrome 87).
fn sides(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("inset:") {
        let (before, after) = (&rest[..at], &rest[at + "inset:".len()..]);
        let value = &after[..after.find([';', '}']).unwrap_or(after.len())];
        out.push_str(before);
        match before.ends_with(['{', ';']).then(|| four_sides(value)).flatten() {
            Some(four) => out.push_str(&four),
            None => out.push_str(&rest[at..rest.len() - after.len() + value.len()]),
        }
        rest = &after[value.len()..];
    }
    out + rest
}

fn four_sides(value: &str) -> Option<String> {
    let (value, important) = match value.strip_suffix("!important") {
        Some(value) => (value, "!important"),
        None => (value, ""),
    };
    let [top, right, bottom, left] = match value.split(' ').collect::<Vec<_>>()[..] {
        _ if value.contains(['(', '"']) => return None,
        [all] => [all; 4],
        [y, x] => [y, x, y, x],
        [top, x, bottom] => [top, x, bottom, x],
        [top, right, bottom, left] => [top, right, bottom, left],
        _ => return None,
    };
    Some(format!("top:{top}{important};right:{right}{important};bottom:{bottom}{important};left:{left}{important}"))
}

/// Without targets nothing may be written in a newer syntax than the input's.
fn profile(source: &str, knows_hex_alpha: bool, knows_two_stops: bool) -> lightningcss::targets::Targets {
    let mut include = Features::MediaRangeSyntax;
    if !knows_two_stops {
        include |= Features::DoublePositionGradients;
    }
    if !knows_hex_alpha && !has_hex_alpha(source) {
        include |= Features::HexAlphaColors;
    }
    lightningcss::targets::Targets { browsers: None, include, exclude: Features::empty() }
}

fn has_hex_alpha(source: &str) -> bool {
    has_alpha_after_slash(source)
        || source.contains('#')
            && tokens(source).list.iter().any(|token| {
                let text = token.text(source);
                token.kind == TokenKind::Hash
                    && matches!(text.len(), 5 | 9)
                    && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
            })
}

/// Whether a colour is written as `rgb(0 0 0/.5)`: engines that know this know eight digits as well.
fn has_alpha_after_slash(source: &str) -> bool {
    let mut rest = source;
    while let Some(at) = rest.find("rgb").into_iter().chain(rest.find("hsl")).min() {
        rest = &rest[at + 3..];
        let arguments = rest.strip_prefix('a').unwrap_or(rest).strip_prefix('(');
        let arguments = arguments.and_then(|inner| inner.split(')').next());
        if arguments.is_some_and(|inner| inner.contains('/') && !inner.contains([',', '(', '*'])) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{escaped, sides};

    #[test]
    fn plain_ascii_stays_plain_ascii() {
        for (text, expected) in [
            ("a{b:'\u{f101}'}", "a{b:'\\f101'}"),
            ("a{b:'\u{e9}a\u{e9} g'}", "a{b:'\\e9 a\\e9  g'}"),
            ("a{b:c}", "a{b:c}"),
        ] {
            assert_eq!(escaped(text.to_owned()), expected);
        }
    }

    #[test]
    fn inset_is_said_as_four_sides() {
        for (text, expected) in [
            ("a{inset:0}", "a{top:0;right:0;bottom:0;left:0}"),
            (
                "a{x:y;inset:0 1px 2px auto!important;z:w}",
                "a{x:y;top:0!important;right:1px!important;bottom:2px!important;left:auto!important;z:w}",
            ),
            ("a{inset:calc(1px + 1%)}", "a{inset:calc(1px + 1%)}"),
            ("a{--inset:0}", "a{--inset:0}"),
        ] {
            assert_eq!(sides(text), expected);
        }
    }
}
