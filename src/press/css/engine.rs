//! One call of lightningcss: rules in, shorter rules out, or nothing when it refuses or crashes. Never trusted.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lightningcss::{
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet},
    targets::{Features, Targets},
};

use super::token::{TokenKind, tokens};

/// How much lightningcss may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// Parse and print: every declaration stays, each in its shortest words.
    Print,
    /// Also merge and combine.
    Minify,
}

/// `source` in other words. `error_recovery` is off: it would delete what it cannot read.
pub(super) fn rewrite(source: &str, effort: Effort) -> Option<String> {
    let targets = profile(source);
    let work = || {
        let mut sheet = StyleSheet::parse(source, ParserOptions::default()).ok()?;
        if effort == Effort::Minify {
            sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).ok()?;
        }
        let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() }).ok()?;
        Some(printed.code)
    };
    let text = catch_unwind(AssertUnwindSafe(work)).ok().flatten()?;
    Some(if has_inset(source) { text } else { sides(&text) })
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
fn profile(source: &str) -> Targets {
    let mut include = Features::MediaRangeSyntax | Features::DoublePositionGradients;
    if !has_hex_alpha(source) {
        include |= Features::HexAlphaColors;
    }
    Targets { browsers: None, include, exclude: Features::empty() }
}

fn has_hex_alpha(source: &str) -> bool {
    source.contains('#')
        && tokens(source).list.iter().any(|token| {
            let text = token.text(source);
            token.kind == TokenKind::Hash
                && matches!(text.len(), 5 | 9)
                && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

#[cfg(test)]
mod tests {
    use super::sides;

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
