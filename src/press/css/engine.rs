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
    catch_unwind(AssertUnwindSafe(work)).ok().flatten()
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
