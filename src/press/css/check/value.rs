//! The canonical words of a selector, a condition or a value. Forgotten: comments, white space that parts nothing,
//! quotes where a name would do, zeros of a number that say nothing, the unit of a zero length where it may go, the
//! spelling of a legacy colour, milliseconds for seconds, the case of keywords.

use std::fmt::Write;

use cssparser::{
    ParseError, Parser, ToCss, Token,
    color::{parse_hash_color, parse_named_color},
};

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Canon<'a> {
    Selector,
    Condition,
    /// The value of the property of this name.
    Value(&'a str),
    /// What we do not know.
    Text,
}

/// Reads to the end of what `parser` may read.
pub(super) fn canonical(parser: &mut Parser<'_, '_>, canon: Canon<'_>) -> String {
    let mut writer = Writer { canon, out: String::new(), functions: Vec::new(), space: false };
    writer.run(parser);
    let out = writer.out;
    match canon {
        Canon::Value(name) => special(name, out),
        Canon::Selector => out.replace("*:", ":").replace("::before", ":before").replace("::after", ":after"),
        _ => out,
    }
}

/// Values that have two names each.
fn special(name: &str, value: String) -> String {
    let bare = value.strip_suffix("!important").unwrap_or(&value);
    let rest = &value[bare.len()..];
    let other = match (name, bare) {
        ("font-weight", "bold") => "700",
        ("font-weight", "normal") => "400",
        ("background", "none" | "#00000000") => "0 0",
        ("transform" | "-webkit-transform" | "-ms-transform", "translate3d(0,0,0)" | "translatez(0)") => {
            "translate(0,0,0)"
        }
        ("transform-origin" | "-webkit-transform-origin" | "-ms-transform-origin" | "background-position", _) => {
            return format!("{}{rest}", position(bare));
        }
        ("flex-flow" | "-webkit-flex-flow" | "-ms-flex-flow", _) => {
            let words: Vec<_> = bare.split(' ').filter(|word| !matches!(*word, "row" | "nowrap")).collect();
            return format!("{}{rest}", words.join(" "));
        }
        ("transition" | "-webkit-transition" | "-moz-transition" | "-o-transition", _) if !bare.contains('(') => {
            return format!("{}{rest}", transitions(bare));
        }
        ("flex" | "-webkit-flex" | "-ms-flex", "1 1 0%" | "1 1" | "1") => "1",
        ("flex" | "-webkit-flex" | "-ms-flex", "0 0 auto" | "none") => "none",
        ("flex" | "-webkit-flex" | "-ms-flex", "1 1 auto" | "auto") => "auto",
        _ => return value,
    };
    format!("{other}{rest}")
}

/// Each transition with its times last, in order, and without the timing function that is the default.
fn transitions(value: &str) -> String {
    let is_time = |word: &&str| word.ends_with('s') && word.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let normal = |part: &str| {
        let (times, mut words): (Vec<_>, Vec<_>) = part.split(' ').filter(|word| *word != "ease").partition(is_time);
        words.extend(times);
        words.join(" ")
    };
    value.split(',').map(normal).collect::<Vec<_>>().join(",")
}

fn position(value: &str) -> String {
    let percent = |word: &str, is_first: bool| match (word, is_first) {
        ("left", true) | ("top", false) | ("0%", _) => "0".to_owned(),
        ("center", _) => "50%".to_owned(),
        ("right", true) | ("bottom", false) => "100%".to_owned(),
        _ => word.to_owned(),
    };
    match value.split(' ').collect::<Vec<_>>()[..] {
        ["left"] => "0 50%".to_owned(),
        ["right"] => "100% 50%".to_owned(),
        ["top"] => "50% 0".to_owned(),
        ["bottom"] => "50% 100%".to_owned(),
        [one] if !one.contains(',') => format!("{} 50%", percent(one, true)),
        [y @ ("top" | "bottom"), x] | [x, y] => {
            format!("{} {}", percent(x, true), percent(y, false))
        }
        _ => value.to_owned(),
    }
}

struct Writer<'a> {
    canon: Canon<'a>,
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
        let replaced = match name {
            "rgb" | "rgba" => legacy_rgb(arguments),
            "url" => {
                arguments.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map(|text| format!("url({text})"))
            }
            "translatex" => Some(format!("translate({arguments})")),
            "translate" => arguments.strip_suffix(",0").map(|first| format!("translate({first})")),
            "scale" => arguments.split_once(',').filter(|(x, y)| x == y).map(|(x, _)| format!("scale({x})")),
            "translate3d" if arguments == "0,0,0" => Some("translate(0,0,0)".to_owned()),
            "translatez" if arguments == "0" => Some("translate(0,0,0)".to_owned()),
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
            return if is_attribute_value { quoted(name) } else { name.to_owned() };
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
            Ok((r, g, b, a)) if matches!(self.canon, Canon::Value(_)) => hex(r, g, b, a),
            _ => format!("#{name}"),
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
        let is_flat = self.functions.iter().all(|name| name.starts_with("translate") || name == "drop-shadow");
        if number == "0" && is_length && is_flat && zero_needs_no_unit(property) {
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

fn hex(r: u8, g: u8, b: u8, alpha: f32) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
    let alpha = (alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
    if alpha == 255 { format!("#{r:02x}{g:02x}{b:02x}") } else { format!("#{r:02x}{g:02x}{b:02x}{alpha:02x}") }
}

/// `1,2,3,.5` with whole numbers as a hex colour.
fn legacy_rgb(arguments: &str) -> Option<String> {
    let mut parts = arguments.split(',');
    let mut byte = || parts.next()?.parse::<u8>().ok();
    let (r, g, b) = (byte()?, byte()?, byte()?);
    let alpha = match parts.next() {
        None => 1.0,
        Some(text) => text.parse::<f32>().ok()?,
    };
    parts.next().is_none().then(|| hex(r, g, b, alpha))
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
