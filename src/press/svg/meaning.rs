//! What an attribute value means, for comparing two spellings. Written apart from [`super::values`], with the standard
//! library's number parser, so that a fault there shows here.

use super::{
    names,
    outline::{self, Stroke},
};

/// What a value means. Two values of equal meaning are drawn alike.
#[derive(Debug, PartialEq)]
pub(super) enum Meaning<'a> {
    /// Nothing but itself.
    Text(&'a str),
    /// Words, with white space folded.
    Words(Vec<&'a str>),
    /// Numbers between names, in order.
    Numbers(Vec<Item<'a>>),
    /// What a path draws.
    Path(Vec<Stroke>),
    /// Places, as pairs of numbers.
    Places(Vec<f64>),
    /// Red, green, blue.
    Colour([u8; 3]),
    /// Where or how large a shape is, in user units.
    Length(f64),
    /// Declarations of a style attribute: name and value.
    Declarations(Vec<(&'a str, Worth<'a>)>),
}

impl Meaning<'_> {
    /// Whether both mean the same, places being alike within `tolerance` and outlines perhaps only `filled`.
    pub(super) fn is_alike(&self, other: &Self, tolerance: f64, filled: bool) -> bool {
        match (self, other) {
            (Self::Path(before), Self::Path(after)) => outline::alike(before, after, tolerance, filled),
            (Self::Places(before), Self::Places(after)) => {
                let near = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance;
                before.len() == after.len() && before.iter().zip(after).all(near)
            }
            // A shape without a size is not drawn.
            (Self::Length(a), Self::Length(b)) => (a - b).abs() <= tolerance && (*a == 0.0) == (*b == 0.0),
            _ => self == other,
        }
    }
}

/// What the value of a property means.
#[derive(Debug, PartialEq)]
pub(super) enum Worth<'a> {
    Colour([u8; 3]),
    Number(f64),
    Text(&'a str),
}

/// A part of a value that is read as numbers.
#[derive(Debug, PartialEq)]
pub(super) enum Item<'a> {
    Number(f64),
    Name(&'a str),
}

/// What `value` means; `None` when it only says what holds anyway.
pub(super) fn of<'a>(element: &str, attribute: &str, value: &'a str) -> Option<Meaning<'a>> {
    let text = Meaning::Text(value);
    let meaning = match attribute {
        "d" => outline::strokes(value).map(Meaning::Path),
        "points" => places(value).map(Meaning::Places),
        "class" => Some(Meaning::Words(value.split_ascii_whitespace().collect())),
        "style" => declarations(value).map(Meaning::Declarations),
        "fill" | "stroke" | "stop-color" | "flood-color" | "lighting-color" | "color" => {
            colour(value.trim()).map(Meaning::Colour)
        }
        "x" | "y" | "width" | "height" | "rx" | "ry" | "cx" | "cy" | "r" | "x1" | "y1" | "x2" | "y2"
            if ["rect", "circle", "ellipse", "line"].contains(&element) =>
        {
            length(value).map(Meaning::Length)
        }
        "viewBox" | "transform" | "gradientTransform" | "patternTransform" | "cx" | "cy" | "r" | "rx" | "ry" | "fx"
        | "fy" | "x1" | "y1" | "x2" | "y2" | "x" | "y" | "width" | "height" | "stroke-width" | "stroke-miterlimit"
        | "stroke-dashoffset" | "opacity" | "fill-opacity" | "stroke-opacity" | "stop-opacity" | "flood-opacity"
        | "offset" => items(value).map(Meaning::Numbers),
        "type" if element == "style" => return (value != "text/css").then_some(text),
        "version" | "baseProfile" if element == "svg" => return (!is_known_version(value)).then_some(text),
        "enable-background" => return None,
        _ => None,
    };
    let silent = meaning.as_ref().is_some_and(|meaning| is_initial(element, attribute, meaning));
    (!silent).then_some(meaning.unwrap_or(text))
}

fn is_known_version(value: &str) -> bool {
    ["1.0", "1.1", "none", "full", "basic", "tiny"].contains(&value)
}

/// The initial value of a property that is not inherited.
fn is_initial(element: &str, attribute: &str, meaning: &Meaning<'_>) -> bool {
    let number = match meaning {
        Meaning::Declarations(declarations) => return declarations.is_empty(),
        Meaning::Length(number) => *number,
        Meaning::Numbers(items) => {
            let [Item::Number(number)] = items[..] else { return false };
            number
        }
        _ => return false,
    };
    match attribute {
        "x" | "y" => ["svg", "rect", "image", "use"].contains(&element) && number == 0.0,
        "opacity" => number.to_bits() == 1_f64.to_bits(),
        "stop-opacity" => element == "stop" && number.to_bits() == 1_f64.to_bits(),
        _ => false,
    }
}

/// Numbers and names; `px` is left out, commas, brackets and white space only separate.
fn items(value: &str) -> Option<Vec<Item<'_>>> {
    let mut items = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        let Some(first) = rest.chars().next() else { return Some(items) };
        if first.is_ascii_alphabetic() || matches!(first, '(' | ')' | '%') {
            let end = if first.is_ascii_alphabetic() {
                rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len())
            } else {
                1
            };
            let (name, after) = rest.split_at(end);
            items.extend((name != "px").then_some(Item::Name(name)));
            rest = after;
        } else {
            let (number, after) = number(rest)?;
            items.push(Item::Number(number));
            rest = after;
        }
    }
}

fn places(value: &str) -> Option<Vec<f64>> {
    let number = |item| if let Item::Number(number) = item { Some(number) } else { None };
    items(value)?.into_iter().map(number).collect()
}

/// The longest start of `text` that is a number, tried from the longest run of number characters down: slow and plain.
pub(super) fn number(text: &str) -> Option<(f64, &str)> {
    let is_part = |(at, c): (usize, char)| {
        let before = text[..at].chars().next_back();
        let after_e = matches!(before, Some('e' | 'E'));
        c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E') || (matches!(c, '+' | '-') && (at == 0 || after_e))
    };
    let run = text.char_indices().find(|&part| !is_part(part)).map_or(text.len(), |(at, _)| at);
    let run = run.min(400);
    let second_point = text[..run].match_indices('.').nth(1).map_or(run, |(at, _)| at);
    (1..=second_point).rev().find_map(|end| {
        let head = text.get(..end)?;
        let ends_well = head.ends_with(|c: char| c.is_ascii_digit());
        // Minus zero is zero.
        let number = ends_well.then(|| head.parse::<f64>().ok()).flatten()? + 0.0;
        Some((number, &text[end..]))
    })
}

/// The number of a length in user units.
fn length(value: &str) -> Option<f64> {
    let [Item::Number(number)] = items(value)?[..] else { return None };
    Some(number)
}

fn declarations<'a>(value: &'a str) -> Option<Vec<(&'a str, Worth<'a>)>> {
    let parts = value.split(';').map(str::trim).filter(|part| !part.is_empty());
    let pair = |part: &'a str| part.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
    let known = |(name, _): &(&str, &str)| *name != "enable-background";
    let parts: Vec<_> = parts.map(pair).collect::<Option<_>>()?;
    Some(parts.into_iter().filter(known).map(|(name, value)| (name, worth(name, value))).collect())
}

fn worth<'a>(name: &str, value: &'a str) -> Worth<'a> {
    let number = || value.parse::<f64>().ok().filter(|number| number.is_finite()).map(Worth::Number);
    let known = if name.ends_with("color") || name == "fill" || name == "stroke" {
        colour(value).map(Worth::Colour)
    } else if name.ends_with("opacity") || name == "stroke-width" || name == "stroke-miterlimit" {
        number()
    } else {
        None
    };
    known.unwrap_or(Worth::Text(value))
}

fn colour(value: &str) -> Option<[u8; 3]> {
    let named = names::COLOURS.iter().find(|(name, _)| value.eq_ignore_ascii_case(name));
    if let Some((_, rgb)) = named {
        return rgb.to_be_bytes()[1..].try_into().ok();
    }
    if let Some(list) = value.strip_prefix("rgb(").and_then(|list| list.strip_suffix(')')) {
        let parts: Vec<u8> = list.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
        return parts.try_into().ok();
    }
    let digits = value.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let digit = |at: usize| u8::from_str_radix(digits.get(at..=at)?, 16).ok();
    match digits.len() {
        3 => Some([digit(0)? * 17, digit(1)? * 17, digit(2)? * 17]),
        6 => Some([digit(0)? * 16 + digit(1)?, digit(2)? * 16 + digit(3)?, digit(4)? * 16 + digit(5)?]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn equal_spellings_mean_the_same() {
        for (element, attribute, left, right, expected) in [
            ("path", "d", "M0,0 L1.50 0", "M0 0H1.5", true),
            ("path", "d", "m1 1 2 0 0 3", "m1 1h2v3", true),
            ("path", "d", "m1 1L5 5L5 7", "m1 1L5 5V7", true),
            ("path", "d", "m1 1L5 1", "m1 1H5", true),
            ("path", "d", "M0 0a1 1 0 0 1 .5.5", "M0 0a1 1 0 01.5.5", true),
            ("path", "d", "M0 0l1e3 5", "M0 0l1000 5", true),
            ("path", "d", "M0 0z", "M0 0Z", true),
            ("rect", "width", "10px", "10", true),
            ("rect", "width", "10em", "10", false),
            ("g", "transform", "translate(1,-2)", "translate(1-2)", true),
            ("g", "transform", "translate(1,2)", "scale(1 2)", false),
            ("g", "fill", "#FF0000", "red", true),
            ("g", "fill", "#fe0000", "red", false),
            ("g", "style", " a : b ;", "a:b", true),
            ("g", "style", "fill:#FF0000;opacity:0.5;enable-background:new", "fill:red;opacity:.5", true),
            ("g", "style", "fill:red", "fill:blue", false),
            ("circle", "r", "1.50px", "1.5", true),
            ("circle", "r", "0", "1", false),
            ("g", "id", "a ", "a", false),
        ] {
            let (one, other) = (of(element, attribute, left).unwrap(), of(element, attribute, right).unwrap());
            assert_eq!(one.is_alike(&other, 0.0, false), expected, "{left} and {right}");
        }
        assert_eq!(of("g", "opacity", "1"), None);
        assert!(of("g", "fill-opacity", "1").is_some());
    }
}
