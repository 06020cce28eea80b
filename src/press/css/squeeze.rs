//! Tokens in, the same tokens out with fewer bytes between them: comments and white space go where the grammar says
//! that they mean nothing, numbers lose zeros that say nothing, hex escapes lose a space that ends nothing.
//!
//! Never changes a value, an order or a name; custom properties, unknown at-rules and old filter functions stay as
//! they are apart from the white space around them.

mod space;

use std::{borrow::Cow, ops::Range};

use self::space::Gap;
use super::{
    selector,
    sheet::{Sheet, Statement},
    targets::Targets,
    token::{TokenKind, is_space, number_length},
    value,
};
use crate::{press::LegalComments, refs::css::source_map_url};

/// What a stretch of tokens is, which decides where its white space means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Value,
    Selector,
    /// The prelude of an at-rule we know.
    Condition,
    /// Anything else: white space shrinks to one space, never to none.
    Unknown,
}

/// Which words the tokens are printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// As they came.
    AsWritten,
    /// In fewer where that means the same; what is empty and says nothing goes.
    Shortest,
}

/// How statements are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) legal: LegalComments,
    pub(super) words: Words,
    /// The browsers whose syntax may be used.
    pub(super) targets: Option<Targets>,
}

/// Whether a comment stays.
pub(crate) fn stays(comment: &str, legal: LegalComments) -> bool {
    source_map_url(comment).is_some() || (is_legal(comment) && legal == LegalComments::Inline)
}

/// Whether a comment carries a licence.
pub(super) fn is_legal(comment: &str) -> bool {
    comment.starts_with("/*!") || comment.contains("@license") || comment.contains("@preserve")
}

/// One statement of a sheet, squeezed.
pub(super) fn statement(sheet: &Sheet, statement: &Statement, manner: Manner) -> String {
    let mut squeezer = Squeezer { sheet, manner, out: String::new() };
    squeezer.statement(statement);
    squeezer.out
}

/// The prelude of a group (`@media print`), squeezed.
pub(super) fn prelude(sheet: &Sheet, range: &Range<usize>, manner: Manner) -> String {
    let mut squeezer = Squeezer { sheet, manner, out: String::new() };
    squeezer.at_prelude(range);
    squeezer.out
}

/// A range of statements, squeezed.
pub(super) fn statements(sheet: &Sheet, range: Range<usize>, manner: Manner) -> String {
    let mut squeezer = Squeezer { sheet, manner, out: String::new() };
    for statement in sheet.statements(range) {
        squeezer.statement(&statement);
    }
    squeezer.out
}

struct Squeezer<'s, 'a> {
    sheet: &'s Sheet<'a>,
    manner: Manner,
    out: String,
}

impl Squeezer<'_, '_> {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Comment { token } => {
                if stays(self.sheet.text(*token), self.manner.legal) {
                    self.out.push_str(self.sheet.text(*token));
                }
            }
            Statement::Odd { whole } => self.out.push_str(self.sheet.slice(whole)),
            Statement::AtRule { whole } => self.at_rule(whole),
            Statement::Group { prelude, body } => {
                let start = self.out.len();
                self.at_prelude(prelude);
                self.out.push('{');
                for inner in self.sheet.statements(body.clone()) {
                    self.statement(&inner);
                }
                self.out.push('}');
                self.drop_empty(start);
            }
            Statement::Rule { whole, body } => {
                let head = whole.start..body.start - 1;
                let start = self.out.len();
                if self.sheet.at_name(whole.start).is_some() {
                    self.at_prelude(&head);
                } else {
                    self.selectors(&head);
                }
                self.block(body);
                self.drop_empty(start);
            }
        }
    }

    /// Drops what was written since `start` if it is a rule or group without anything in it. Layers and at-rules that
    /// make a name known say something even so.
    fn drop_empty(&mut self, start: usize) {
        let text = &self.out[start..];
        let is_style = !text.starts_with('@');
        // A counter style without symbols is none.
        let is_condition = ["@counter-style", "@media", "@supports", "@container", "@scope", "@starting-style"]
            .iter()
            .any(|name| text.starts_with(name));
        if self.manner.words == Words::Shortest && text.ends_with("{}") && (is_style || is_condition) {
            self.out.truncate(start);
        }
    }

    /// Drops a registration that lacks what it needs to be one (CSS Properties and Values 1, section 2).
    fn drop_void(&mut self, start: usize) {
        let text = self.out[start..].to_ascii_lowercase();
        let has = |name: &str| text.contains(&format!("{{{name}:")) || text.contains(&format!(";{name}:"));
        let is_void = text.starts_with("@property ") && !(has("syntax") && has("inherits"));
        if self.manner.words == Words::Shortest && is_void {
            self.out.truncate(start);
        }
    }

    fn selectors(&mut self, range: &Range<usize>) {
        let start = self.out.len();
        self.run(range, Mode::Selector);
        if self.manner.words == Words::Shortest {
            let short = selector::shortest(&self.out[start..]);
            self.out.truncate(start);
            self.out.push_str(&short);
        }
    }

    fn at_rule(&mut self, whole: &Range<usize>) {
        let start = self.out.len();
        let end = self.sheet.find_end(whole);
        let has_block = end < whole.end && self.sheet.kind(end) == TokenKind::OpenCurly;
        if has_block && is_unknown(&self.sheet.at_name(whole.start).unwrap_or_default()) {
            return self.run(whole, Mode::Unknown);
        }
        self.at_prelude(&(whole.start..end));
        if has_block {
            self.block(&(end + 1..whole.end - 1));
            self.drop_empty(start);
            self.drop_void(start);
        } else if end < whole.end {
            self.out.push(';');
        }
    }

    fn at_prelude(&mut self, range: &Range<usize>) {
        let mode = match self.sheet.at_name(range.start) {
            Some(name) if is_unknown(&name) => Mode::Unknown,
            _ => Mode::Condition,
        };
        let start = self.out.len();
        self.run(range, mode);
        if self.manner.words == Words::Shortest
            && let Some(short) = short_import(&self.out[start..]).or_else(|| self.short_media(&self.out[start..]))
        {
            self.out.truncate(start);
            self.out.push_str(&short);
        }
    }

    /// A media query without words that say nothing, in the syntax that all targets know.
    fn short_media(&self, prelude: &str) -> Option<String> {
        let list = prelude.strip_prefix("@media").filter(|list| !list.contains(['"', '\'', '/']))?;
        let queries = list.split(',').map(|query| match query.trim_start().strip_prefix("all and") {
            Some(rest) if rest.trim_start().starts_with('(') => rest.trim_start(),
            _ => query,
        });
        let short = format!("@media{}", queries.collect::<Vec<_>>().join(","));
        Some(self.short_ranges(&short).unwrap_or(short))
    }

    /// `(width>=1px)` for `(min-width:1px)`.
    fn short_ranges(&self, prelude: &str) -> Option<String> {
        if !self.manner.targets.is_some_and(|targets| targets.know("(width>=0)")) {
            return None;
        }
        let mut out = String::with_capacity(prelude.len());
        let mut parts = prelude.split('(');
        out.push_str(parts.next()?);
        for part in parts {
            out.push('(');
            match part.split_once(':') {
                Some(("min-width", rest)) => out.extend(["width>=", rest]),
                Some(("max-width", rest)) => out.extend(["width<=", rest]),
                Some(("min-height", rest)) => out.extend(["height>=", rest]),
                Some(("max-height", rest)) => out.extend(["height<=", rest]),
                _ => out.push_str(part),
            }
        }
        Some(out)
    }

    /// What stands between braces: declarations, nested rules and at-rules. Depth is limited by the caller.
    fn block(&mut self, body: &Range<usize>) {
        self.out.push('{');
        let mut at = body.start;
        let mut owes_semicolon = false;
        while at < body.end {
            match self.sheet.kind(at) {
                TokenKind::Whitespace | TokenKind::Semicolon => at += 1,
                TokenKind::Comment => {
                    if stays(self.sheet.text(at), self.manner.legal) {
                        self.settle(&mut owes_semicolon);
                        self.out.push_str(self.sheet.text(at));
                    }
                    at += 1;
                }
                _ => {
                    self.settle(&mut owes_semicolon);
                    (at, owes_semicolon) = self.item(&(at..body.end));
                }
            }
        }
        // An empty rule at the end went, and leaves what parted it from the rest.
        if !owes_semicolon && self.out.ends_with(';') {
            self.out.pop();
        }
        self.out.push('}');
    }

    fn settle(&mut self, owes_semicolon: &mut bool) {
        if std::mem::take(owes_semicolon) {
            self.out.push(';');
        }
    }

    /// One item of a block; gives where the next one starts, and whether a `;` must stand before it.
    fn item(&mut self, range: &Range<usize>) -> (usize, bool) {
        let sheet = self.sheet;
        let is_custom = sheet.text(range.start).starts_with("--");
        let colon = sheet.colon_after_name(range);
        let end = match colon {
            Some(colon) if is_custom => self.semicolon(&(colon..range.end)),
            _ => sheet.find_end(range),
        };
        if end < range.end && sheet.kind(end) == TokenKind::OpenCurly {
            let close = sheet.partner(end);
            if sheet.at_name(range.start).is_some() {
                self.at_rule(&(range.start..close + 1));
            } else {
                let start = self.out.len();
                self.run(&(range.start..end), Mode::Selector);
                self.block(&(end + 1..close));
                self.drop_empty(start);
            }
            return (close + 1, false);
        }
        match colon {
            _ if sheet.at_name(range.start).is_some() => self.at_prelude(&(range.start..end)),
            Some(colon) => self.declaration(range.start, colon, end, is_custom),
            None => self.run(&(range.start..end), Mode::Unknown),
        }
        (end, true)
    }

    fn semicolon(&self, range: &Range<usize>) -> usize {
        let mut at = range.start;
        while at < range.end && self.sheet.kind(at) != TokenKind::Semicolon {
            at = self.sheet.partner(at) + 1;
        }
        at.min(range.end)
    }

    fn declaration(&mut self, name: usize, colon: usize, end: usize, is_custom: bool) {
        let sheet = self.sheet;
        self.token(name, Mode::Unknown);
        self.out.push(':');
        if is_custom {
            let start = (colon + 1..end).find(|&i| sheet.kind(i) != TokenKind::Whitespace).unwrap_or(end);
            let value = sheet.slice(&sheet.trim_end(start..end));
            // `--x: ;` is valid everywhere, `--x:;` only in newer engines.
            self.out.push_str(if value.is_empty() && start > colon + 1 { " " } else { value });
            return;
        }
        let value = colon + 1..end;
        let text = sheet.slice(&value);
        let is_text =
            sheet.text(name).eq_ignore_ascii_case("unicode-range") || text.contains("rogid") || text.contains("ROGID");
        let start = self.out.len();
        self.run(&value, if is_text { Mode::Unknown } else { Mode::Value });
        if self.manner.words == Words::Shortest
            && let Some(short) = value::shortest(&sheet.text(name).to_ascii_lowercase(), self.out[start..].trim_start())
        {
            self.out.truncate(start);
            self.out.push_str(&short);
        }
    }

    /// A stretch of tokens without structure of its own.
    fn run(&mut self, range: &Range<usize>, mode: Mode) {
        let mut previous: Option<usize> = None;
        let mut gap = Gap::None;
        let mut inside: Vec<bool> = Vec::new();
        for index in range.clone() {
            let kind = self.sheet.kind(index);
            match kind {
                TokenKind::Whitespace => gap = Gap::Space,
                TokenKind::Comment if stays(self.sheet.text(index), self.manner.legal) => {
                    self.out.push_str(self.sheet.text(index));
                }
                TokenKind::Comment => gap = gap.max(Gap::Comment),
                _ => {
                    if let Some(previous) = previous {
                        self.gap(gap, previous, index, mode, inside.last().copied().unwrap_or(false));
                    }
                    self.token(index, mode);
                    self.track(index, &mut inside);
                    (previous, gap) = (Some(index), Gap::None);
                }
            }
        }
    }

    /// Remembers for each open bracket whether `+`, `~` and `>` in it may be no combinators.
    fn track(&self, index: usize, inside: &mut Vec<bool>) {
        match self.sheet.kind(index) {
            TokenKind::OpenSquare | TokenKind::OpenCurly => inside.push(true),
            TokenKind::OpenParen => inside.push(inside.last().copied().unwrap_or(false)),
            TokenKind::Function => inside.push(!is_selector_function(self.sheet.text(index))),
            TokenKind::CloseParen | TokenKind::CloseSquare | TokenKind::CloseCurly => {
                inside.pop();
            }
            _ => {}
        }
    }

    fn token(&mut self, index: usize, mode: Mode) {
        use TokenKind::{AtKeyword, Dimension, Function, Hash, Ident, Number, Percentage};
        let (kind, text) = (self.sheet.kind(index), self.sheet.text(index));
        match kind {
            Number | Percentage | Dimension if matches!(mode, Mode::Value | Mode::Condition) => {
                self.out.push_str(&shorter_number(text, kind == Number));
            }
            Ident | Function | AtKeyword | Hash if text.contains('\\') && mode != Mode::Unknown => {
                self.out.push_str(&shorter_escapes(text));
            }
            _ => self.out.push_str(text),
        }
    }
}

fn is_selector_function(function: &str) -> bool {
    ["is(", "not(", "where(", "has(", "matches(", "-webkit-any(", "-moz-any(", "host(", "slotted("]
        .iter()
        .any(|known| function.eq_ignore_ascii_case(known))
}

/// At-rules whose grammar we do not know: any white space in them may mean something.
fn is_unknown(name: &str) -> bool {
    !matches!(
        name,
        "media"
            | "supports"
            | "container"
            | "layer"
            | "import"
            | "namespace"
            | "font-face"
            | "keyframes"
            | "-webkit-keyframes"
            | "-moz-keyframes"
            | "-o-keyframes"
            | "page"
            | "property"
            | "counter-style"
            | "font-feature-values"
            | "font-palette-values"
            | "starting-style"
            | "scope"
            | "view-transition"
            | "position-try"
            | "-ms-viewport"
            | "viewport"
            | "-moz-document"
            | "document"
    )
}

/// `@import "a.css"` for `@import url(a.css)`.
fn short_import(prelude: &str) -> Option<String> {
    let rest = prelude.strip_prefix("@import ")?;
    let (inner, after) = rest.strip_prefix("url(")?.split_once(')')?;
    let inner = inner.trim_matches(|c: char| c.is_ascii_whitespace());
    let bare = inner.trim_matches(['"', '\'']);
    if bare.contains(['"', '\'', '\\', '(']) || bare.is_empty() {
        return None;
    }
    Some(format!("@import\"{bare}\"{}", after.trim_start()))
}

/// `0.50px` as `.5px`. A number without unit stays a non-integer: where an integer is asked for, `1.0` is invalid.
fn shorter_number(text: &str, is_bare: bool) -> Cow<'_, str> {
    let (number, unit) = text.split_at(number_length(text.as_bytes()));
    let Some((whole, fraction)) = number.split_once('.') else { return Cow::Borrowed(text) };
    if fraction.contains(['e', 'E']) {
        return Cow::Borrowed(text);
    }
    let sign = &whole[..whole.len() - whole.trim_start_matches(['+', '-']).len()];
    let digits = whole[sign.len()..].trim_start_matches('0');
    let kept = fraction.trim_end_matches('0');
    let short = match (digits, kept) {
        (_, "") if is_bare => format!("{sign}{digits}.0"),
        ("", "") => format!("{sign}0{unit}"),
        (_, "") => format!("{sign}{digits}{unit}"),
        _ => format!("{sign}{digits}.{kept}{unit}"),
    };
    Cow::Owned(short)
}

/// Without the space after a hex escape that the next character ends as well. At the end of a name it stays: what
/// follows is not known here.
fn shorter_escapes(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let hex = bytes[at + 1..].iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
        at += if hex == 0 { 2 } else { 1 + hex };
        let ends_itself =
            bytes.get(at + 1).is_some_and(|next| !next.is_ascii_hexdigit() && !is_space(*next) && *next != b'(');
        if hex > 0 && bytes.get(at) == Some(&b' ') && ends_itself {
            out.push_str(&text[copied..at]);
            at += 1;
            copied = at;
        }
    }
    out.push_str(&text[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::css::token::tokens;

    fn squeezed(source: &str) -> String {
        let Ok(sheet) = Sheet::new(source, tokens(source)) else { panic!("{source}") };
        statements(
            &sheet,
            0..sheet.tokens.len(),
            Manner { legal: LegalComments::Inline, words: Words::AsWritten, targets: None },
        )
    }

    #[test]
    fn white_space_goes_only_where_it_means_nothing() {
        for (source, expected) in [
            ("a , b  >  c  d + e ~ f { color : red ; }", "a,b>c d+e~f{color:red}"),
            ("a :hover{x:y}a:hover{x:y}", "a :hover{x:y}a:hover{x:y}"),
            ("a{width:calc( 1px + -2px * 3 )}", "a{width:calc(1px + -2px * 3)}"),
            ("a{color:red ! important}", "a{color:red!important}"),
            ("a{font:12px / 1.5 a , b}", "a{font:12px/1.5 a,b}"),
            (
                "@media screen and ( min-width : 1px ) , print { a { b : c } }",
                "@media screen and (min-width :1px),print{a{b:c}}",
            ),
            ("@supports selector(a : hover){a{b:c}}", "@supports selector(a : hover){a{b:c}}"),
            ("a[ href = 'x' i ]{b:c}", "a[href = 'x' i]{b:c}"),
            ("a:nth-child( 2n + 1 ):not( b > c ){b:c}", "a:nth-child(2n + 1):not(b>c){b:c}"),
            ("a{;;b:c;;d:e;}", "a{b:c;d:e}"),
            ("a{*zoom : 1;_height:1px;b:c\\9 ;}", "a{*zoom : 1;_height:1px;b:c\\9 }"),
            ("a{filter:progid:A.B(x = 1 , y)}", "a{filter:progid:A.B(x = 1 , y)}"),
            ("a{--x:  { a : b }  ;--y: ;--z:;c:d}", "a{--x:{ a : b };--y: ;--z:;c:d}"),
            ("a{unicode-range:U+26, U+0-7F}", "a{unicode-range:U+26, U+0-7F}"),
            ("@unknown  x  { a {  b : c } }", "@unknown x { a { b : c } }"),
            ("@font-face { src : url( x ) , local( 'a' ) }", "@font-face{src:url( x ),local('a')}"),
            ("a{b:c;& :hover{d:e}f:g}", "a{b:c;& :hover{d:e}f:g}"),
            ("a{@media print { b : c }@apply x ;d:e}", "a{@media print{b:c}@apply x;d:e}"),
            ("a> .5b{c:d}", "a> .5b{c:d}"),
            ("a + .b{c:d}a + 5{c:d}", "a+.b{c:d}a+ 5{c:d}"),
            ("<!-- a{b:c} -->", "a{b:c}"),
            ("@import url(a.css)  print ;@charset \"x\";", "@import url(a.css) print;@charset \"x\";"),
        ] {
            assert_eq!(squeezed(source), expected, "{source}");
        }
    }

    #[test]
    fn comments_go_without_joining_what_they_parted() {
        for (source, expected) in [
            ("a/**/b{c:d}", "a/**/b{c:d}"),
            ("a/**/ b{c:/**/d/**/}", "a b{c:d}"),
            ("a/**/:hover{c:x/**/(y)}", "a:hover{c:x/**/(y)}"),
            (
                "/*! x */a{/*@license*/b:c;/* no */d:e}/*# sourceMappingURL=x */",
                "/*! x */a{/*@license*/b:c;d:e}/*# sourceMappingURL=x */",
            ),
        ] {
            assert_eq!(squeezed(source), expected, "{source}");
        }
    }

    #[test]
    fn numbers_and_escapes_lose_what_says_nothing() {
        for (source, expected) in [
            (
                "a{b:0.50 1.0 +0.5px -0.0px 10.0% 1.0e3 0px 33.333333%}",
                "a{b:.5 1.0 +.5px -0px 10% 1.0e3 0px 33.333333%}",
            ),
            (".\\32 xl\\:a{b:c}", ".\\32xl\\:a{b:c}"),
            (".\\32 0 b{c:d}.\\31 {c:d}.a\\31 \\32 x{c:d}", ".\\32 0 b{c:d}.\\31 {c:d}.a\\31\\32x{c:d}"),
        ] {
            assert_eq!(squeezed(source), expected, "{source}");
        }
    }
}
