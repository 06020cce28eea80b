//! The canonical words of a selector, a condition or a value. Forgotten: comments, white space that parts nothing,
//! quotes where a name would do, zeros of a number that say nothing, the unit of a zero length where it may go, the
//! spelling of a legacy colour, milliseconds for seconds, the case of keywords.

use std::fmt::Write;

use cssparser::{
    ParseError, Parser, ToCss, Token,
    color::{parse_hash_color, parse_named_color},
};

use super::{fold, forms, property::special, reader::split_selectors};
use crate::press::css::vocabulary::OLD_ELEMENTS;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Canon<'a> {
    Selector,
    Condition,
    /// The value of the property of this name.
    Value(&'a str),
    /// The same, but words that not all engines know stay apart from those that all know.
    Strict(&'a str),
    /// What we do not know.
    Text,
}

/// Reads to the end of what `parser` may read.
pub(super) fn canonical(parser: &mut Parser<'_, '_>, canon: Canon<'_>) -> String {
    let (canon, lowers) = match canon {
        Canon::Strict(name) => (Canon::Value(name), false),
        other => (other, true),
    };
    let mut writer = Writer { canon, lowers, out: String::new(), functions: Vec::new(), space: false };
    writer.run(parser);
    let out = writer.out;
    match canon {
        Canon::Value(name) => special(name, out),
        Canon::Selector => OLD_ELEMENTS
            .iter()
            .fold(without_universal(&out), |text, name| text.replace(&format!("::{name}"), &format!(":{name}"))),
        _ => out,
    }
}

/// Without each `*` that something else of the same compound follows (Selectors 4, section 5.2).
fn without_universal(selector: &str) -> String {
    let bytes = selector.as_bytes();
    let says_nothing = |at: usize| {
        let starts = at == 0
            || (matches!(bytes[at - 1], b' ' | b'>' | b'+' | b'~' | b',' | b'(') && !selector[..at].ends_with('\\'));
        starts && matches!(bytes.get(at + 1), Some(b':' | b'.' | b'#' | b'['))
    };
    let is_escaped = |at: usize| at >= 2 && bytes[at - 2] == b'\\';
    let mut out = String::with_capacity(selector.len());
    for (at, character) in selector.char_indices() {
        if character != '*' || is_escaped(at) || !says_nothing(at) {
            out.push(character);
        }
    }
    out
}

struct Writer<'a> {
    canon: Canon<'a>,
    lowers: bool,
    out: String,
    /// The lower-case names of the functions in hand; other brackets are empty names.
    functions: Vec<String>,
    space: bool,
}

impl Writer<'_> {
    fn run(&mut self, parser: &mut Parser<'_, '_>) {
        loop {
            let start = parser.position();
            let token = match parser.next_including_whitespace_and_comments() {
                Ok(token) => token.clone(),
                Err(_) => return,
            };
            match &token {
                Token::WhiteSpace(_) => self.space = true,
                Token::Comment(_) => {}
                Token::Function(name) => self.function(parser, &name.to_ascii_lowercase()),
                Token::ParenthesisBlock => self.bracket(parser, "(", ")"),
                Token::SquareBracketBlock => self.bracket(parser, "[", "]"),
                Token::CurlyBracketBlock => self.bracket(parser, "{", "}"),
                _ => {
                    let raw = parser.slice_from(start);
                    let word = self.word(&token, raw);
                    self.put(&word);
                }
            }
        }
    }

    /// Writes a word, and the space before it if that parts anything.
    fn put(&mut self, word: &str) {
        let space = std::mem::take(&mut self.space);
        if space && self.parts(word) {
            self.out.push(' ');
        }
        self.out.push_str(word);
    }

    fn parts(&self, next: &str) -> bool {
        let last = self.out.bytes().last();
        let first = next.bytes().next();
        let is_tight = match (last, first) {
            (None | Some(b',' | b'(' | b'['), _) | (_, Some(b',' | b')' | b']')) => true,
            _ if self.canon == Canon::Text => false,
            (Some(b'/' | b'!'), _) | (_, Some(b'/' | b'!')) => true,
            // A hash or a string is the same token whatever stands beside it.
            (Some(b'"'), _) | (_, Some(b'"')) => matches!(self.canon, Canon::Value(_) | Canon::Condition),
            (_, Some(b'#')) if matches!(self.canon, Canon::Value(_)) => true,
            (Some(b'<' | b'>' | b'='), _) | (_, Some(b'<' | b'>' | b'=')) if self.canon == Canon::Condition => {
                !self.functions.is_empty()
            }
            (Some(b')'), Some(first)) if self.canon == Canon::Condition => first.is_ascii_alphabetic(),
            (Some(b'*'), _) | (_, Some(b'*')) if self.is_in_math() => true,
            (Some(b'>' | b'~' | b'+' | b'='), _) | (_, Some(b'>' | b'~' | b'=')) => self.canon == Canon::Selector,
            (_, Some(b'+')) => next == "+" && self.canon == Canon::Selector,
            (Some(b')'), Some(first)) => matches!(self.canon, Canon::Value(_)) && !matches!(first, b'+' | b'-'),
            (Some(b':'), _) | (_, Some(b':')) => {
                self.canon == Canon::Condition && self.functions.last().is_some_and(String::is_empty)
            }
            _ => false,
        };
        !is_tight
    }

    fn is_in_math(&self) -> bool {
        self.functions.iter().any(|name| name == "calc" || name == "-webkit-calc" || name == "-moz-calc")
    }

    fn bracket(&mut self, parser: &mut Parser<'_, '_>, open: &str, close: &str) {
        self.put(open);
        self.functions.push(String::new());
        self.nested(parser);
        self.space = false;
        self.out.push_str(close);
        self.functions.pop();
    }

    fn nested(&mut self, parser: &mut Parser<'_, '_>) {
        let _ = parser.parse_nested_block(|inner| {
            self.space = false;
            self.run(inner);
            Ok::<_, ParseError<'_, ()>>(())
        });
    }

    fn function(&mut self, parser: &mut Parser<'_, '_>, name: &str) {
        self.put(name);
        let start = self.out.len();
        self.out.push('(');
        self.functions.push(name.to_owned());
        self.nested(parser);
        self.space = false;
        self.out.push(')');
        self.functions.pop();
        let arguments = &self.out[start + 1..self.out.len() - 1];
        let replaced = match (name, self.canon) {
            ("url", canon) => {
                arguments.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map(|text| match canon {
                    Canon::Condition => arguments.to_owned(),
                    _ => format!("url({text})"),
                })
            }
            // A list that forgives says each selector once (Selectors 4, section 4.2).
            ("is" | "where", Canon::Selector) => Some(format!("{name}({})", split_selectors(arguments).join(","))),
            (_, Canon::Selector) => nth(name, arguments),
            ("linear-gradient" | "radial-gradient", Canon::Value(_)) => forms::gradient(name, arguments),
            (_, Canon::Value(property)) => fold::function(name, arguments, self.lowers).map(|folded| {
                let is_zero = folded == "0px" && self.functions.is_empty() && zero_needs_no_unit(property);
                if is_zero { "0".to_owned() } else { folded }
            }),
            _ => None,
        };
        if let Some(replaced) = replaced {
            self.out.truncate(start - name.len());
            self.out.push_str(&replaced);
        }
    }

    fn word(&self, token: &Token<'_>, raw: &str) -> String {
        match token {
            Token::Ident(name) => self.ident(name),
            Token::Hash(name) | Token::IDHash(name) => self.hash(name),
            Token::QuotedString(text) => self.string(text),
            Token::UnquotedUrl(url) if self.canon == Canon::Condition => quoted(url),
            Token::UnquotedUrl(url) => format!("url({})", quoted(url).trim_matches('"')),
            Token::Number { .. } => decimal(raw, 0),
            Token::Percentage { .. } => format!("{}%", decimal(raw.trim_end_matches('%'), 0)),
            Token::Dimension { unit, .. } => self.dimension(raw, unit),
            _ => token.to_css_string(),
        }
    }

    /// Names that authors make up keep their case; keywords have none.
    fn ident(&self, name: &str) -> String {
        let Canon::Value(property) = self.canon else {
            let is_attribute_value = self.canon == Canon::Selector && self.out.ends_with('=');
            return if is_attribute_value { quoted(name) } else { identifier(name) };
        };
        let made_up =
            ["animation", "font", "grid", "counter", "content", "name", "will", "transition", "quotes", "list"];
        if made_up.iter().any(|part| property.contains(part)) {
            return name.to_owned();
        }
        let lower = name.to_ascii_lowercase();
        if takes_colours(property) {
            if lower == "transparent" {
                return "#00000000".to_owned();
            }
            if let Ok((r, g, b)) = parse_named_color(&lower) {
                return hex(r, g, b, 1.0);
            }
        }
        lower
    }

    fn hash(&self, name: &str) -> String {
        match parse_hash_color(name.as_bytes()) {
            Ok((r, g, b, a))
                if matches!(self.canon, Canon::Value(_)) && (self.lowers || matches!(name.len(), 3 | 6)) =>
            {
                hex(r, g, b, a)
            }
            _ => format!("#{}", identifier(name)),
        }
    }

    fn string(&self, text: &str) -> String {
        let generic = [
            "serif",
            "sans-serif",
            "monospace",
            "cursive",
            "fantasy",
            "system-ui",
            "inherit",
            "initial",
            "unset",
            "default",
            "math",
            "emoji",
        ];
        let is_name = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_alphabetic())
                && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let is_names = text.split(' ').all(is_name)
            && !generic.contains(&text.to_ascii_lowercase().as_str())
            && !text.to_ascii_lowercase().starts_with("ui-");
        match self.canon {
            Canon::Value("font-family" | "font") if is_names => text.to_owned(),
            _ => quoted(text),
        }
    }

    fn dimension(&self, raw: &str, unit: &str) -> String {
        let number = &raw[..crate::press::css::token::number_length(raw.as_bytes())];
        let unit = unit.to_ascii_lowercase();
        if unit == "ms" {
            return format!("{}s", decimal(number, -3));
        }
        let number = decimal(number, 0);
        let Canon::Value(property) = self.canon else { return format!("{number}{unit}") };
        let is_length = matches!(
            unit.as_str(),
            "px" | "em" | "rem" | "ex" | "ch" | "vw" | "vh" | "vmin" | "vmax" | "cm" | "mm" | "in" | "pt" | "pc"
        );
        let is_turn = matches!(unit.as_str(), "deg" | "rad" | "grad" | "turn")
            && self.functions.last().is_some_and(|name| name.starts_with("rotate") || name.starts_with("skew"));
        let is_flat = self.functions.iter().all(|name| name.starts_with("translate") || name == "drop-shadow");
        if number == "0" && (is_turn || (is_length && is_flat && zero_needs_no_unit(property))) {
            number
        } else {
            format!("{number}{unit}")
        }
    }
}

fn zero_needs_no_unit(property: &str) -> bool {
    let bare = property.trim_start_matches("-webkit-").trim_start_matches("-moz-").trim_start_matches("-ms-");
    [
        "margin",
        "padding",
        "border",
        "outline",
        "background",
        "box-shadow",
        "text-shadow",
        "transform",
        "min-",
        "max-",
        "filter",
    ]
    .iter()
    .any(|start| bare.starts_with(start))
        || matches!(
            bare,
            "width"
                | "height"
                | "top"
                | "right"
                | "bottom"
                | "left"
                | "font-size"
                | "flex-basis"
                | "gap"
                | "row-gap"
                | "column-gap"
                | "inset"
                | "vertical-align"
                | "letter-spacing"
                | "text-indent"
                | "word-spacing"
        )
}

fn takes_colours(property: &str) -> bool {
    ["color", "background", "border", "outline", "shadow", "fill", "stroke", "text-decoration", "column-rule"]
        .iter()
        .any(|part| property.contains(part))
}

pub(super) fn hex(r: u8, g: u8, b: u8, alpha: f32) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
    let alpha = (alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
    if alpha == 255 { format!("#{r:02x}{g:02x}{b:02x}") } else { format!("#{r:02x}{g:02x}{b:02x}{alpha:02x}") }
}

/// `2n+1` for `odd` and the like (CSS Syntax 3, section 6), and the pseudo-classes that are short for them
/// (Selectors 4, section 14).
fn nth(name: &str, arguments: &str) -> Option<String> {
    let kind = name.strip_prefix("nth-")?;
    let (step, offset) = steps(&arguments.replace(' ', "").to_ascii_lowercase())?;
    Some(match (kind, step, offset) {
        ("child" | "of-type", 0, 1) => format!("first-{kind}"),
        ("last-child" | "last-of-type", 0, 1) => kind.to_owned(),
        (_, 0, _) => format!("{name}({offset})"),
        _ => format!("{name}({step}n{offset:+})"),
    })
}

fn steps(text: &str) -> Option<(i64, i64)> {
    match text {
        "odd" => return Some((2, 1)),
        "even" => return Some((2, 0)),
        _ => {}
    }
    let Some((step, offset)) = text.split_once('n') else { return Some((0, text.parse().ok()?)) };
    let step = match step {
        "" | "+" => 1,
        "-" => -1,
        _ => step.parse().ok()?,
    };
    Some((step, if offset.is_empty() { 0 } else { offset.parse().ok()? }))
}

fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let _ = cssparser::serialize_identifier(name, &mut out);
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let _ = cssparser::serialize_string(text, &mut out);
    out
}

/// A number, times a power of ten, without zeros that say nothing: every digit that counts is kept.
fn decimal(raw: &str, shift: i64) -> String {
    let (mantissa, exponent) = raw.split_once(['e', 'E']).unwrap_or((raw, "0"));
    let Ok(exponent) = exponent.parse::<i64>() else { return raw.to_owned() };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa.trim_start_matches('+')),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).unwrap_or(0) + exponent + shift;
    let lead = digits.len() - digits.trim_start_matches('0').len();
    let digits = digits.trim_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let point = point - i64::try_from(lead).unwrap_or(0);
    plain(sign, digits, point)
}

fn plain(sign: &str, digits: &str, point: i64) -> String {
    let mut out = sign.to_owned();
    match usize::try_from(point) {
        Ok(point) if point >= digits.len() && point <= 40 => {
            let _ = write!(out, "{digits}{}", "0".repeat(point - digits.len()));
        }
        Ok(point) if point > 0 && point <= 40 => {
            let _ = write!(out, "{}.{}", &digits[..point], &digits[point..]);
        }
        _ if (-40..=0).contains(&point) => {
            let _ = write!(out, ".{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)));
        }
        _ => {
            let _ = write!(out, "{digits}e{point}");
        }
    }
    out
}
