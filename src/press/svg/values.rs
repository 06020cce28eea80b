//! Attribute values: a raw value in, a shorter one of the same meaning out, or nothing where none is known.
//!
//! Never touches a value with references in it (`&`), names (`id`, `class` beyond its white space), words, or what it
//! does not know; rounds places only, as far as [`Outlining`] allows.

use super::{
    colour, fixed, number,
    path::{self, Precision, Style},
};

/// How outlines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outlining {
    pub(super) precision: Precision,
    pub(super) style: Style,
}

/// The shorter value of `attribute` on `element` (both without a prefix).
pub(super) fn shorten(element: &str, attribute: &str, value: &str, outlining: Outlining) -> Option<String> {
    if value.contains('&') {
        return None;
    }
    let short = match attribute {
        "d" => path::rewrite(value, outlining.precision, outlining.style),
        "points" => number_list(value, Separator::WhereNeeded, outlining.precision.digits),
        "viewBox" => number_list(value, Separator::Space, None),
        "transform" | "gradientTransform" | "patternTransform" => functions(value),
        "class" => Some(value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")),
        "style" => declarations(value),
        "fill" | "stroke" | "stop-color" | "flood-color" | "lighting-color" | "color" => colour::shorten(value),
        _ if is_place(element, attribute) => place(value, outlining.precision.digits).or_else(|| length(value)),
        _ if is_length(element, attribute) => length(value),
        _ => None,
    };
    short.filter(|short| short.len() < value.len() || (attribute == "class" && short != value))
}

/// Whether an attribute holds one length or number, of which `px` is the unit that goes without saying.
fn is_length(element: &str, attribute: &str) -> bool {
    match attribute {
        "cx" | "cy" | "r" | "rx" | "ry" | "fx" | "fy" | "x1" | "y1" | "x2" | "y2" | "width" | "height" => {
            !element.starts_with("fe")
        }
        "x" | "y" => matches!(element, "svg" | "rect" | "image" | "use" | "pattern" | "mask" | "filter" | "symbol"),
        "stroke-width" | "stroke-miterlimit" | "stroke-dashoffset" | "opacity" | "fill-opacity" | "stroke-opacity"
        | "stop-opacity" | "flood-opacity" => true,
        "offset" => element == "stop",
        _ => false,
    }
}

/// Whether an attribute says where or how large a shape is, and nothing else.
fn is_place(element: &str, attribute: &str) -> bool {
    let names: &[&str] = match element {
        "rect" => &["x", "y", "width", "height", "rx", "ry"],
        "circle" => &["cx", "cy", "r"],
        "ellipse" => &["cx", "cy", "rx", "ry"],
        "line" => &["x1", "y1", "x2", "y2"],
        _ => &[],
    };
    names.contains(&attribute)
}

/// A length in user units, rounded; `None` when nothing would be left of it.
fn place(value: &str, digits: Option<u32>) -> Option<String> {
    let number = length(value).filter(|number| number::length(number) == Some(number.len()))?;
    let mut out = String::with_capacity(number.len());
    let steps = fixed::rounded(&number, digits?).filter(|steps| *steps != 0)?;
    fixed::write(steps, digits?, &mut out);
    (out.len() < number.len()).then_some(out)
}

fn length(value: &str) -> Option<String> {
    let trimmed = value.trim_matches([' ', '\t', '\n', '\r']);
    let (digits, unit) = trimmed.split_at(number::length(trimmed)?);
    let known = matches!(unit, "" | "px" | "%" | "em" | "ex" | "rem" | "in" | "cm" | "mm" | "pt" | "pc" | "vw" | "vh");
    known.then(|| format!("{}{}", number::shorten_plainly(digits), if unit == "px" { "" } else { unit }))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    WhereNeeded,
    /// Scripts split such a value at its spaces.
    Space,
}

fn number_list(value: &str, separator: Separator, round_to: Option<u32>) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = skip_space(value);
    let mut after_point = false;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(number::length(rest)?);
        let short = match separator {
            Separator::WhereNeeded => {
                round_to.and_then(|to| rounded(number, to)).unwrap_or_else(|| number::shorten(number))
            }
            Separator::Space => number::shorten_plainly(number),
        };
        let joins =
            separator == Separator::WhereNeeded && (short.starts_with('-') || (after_point && short.starts_with('.')));
        if !(out.is_empty() || joins) {
            out.push(' ');
        }
        after_point = short.contains('.') && !short.contains('e');
        out.push_str(&short);
        let gap = skip_space(after);
        rest = match gap.strip_prefix(',') {
            Some(after) if !skip_space(after).is_empty() => skip_space(after),
            // A comma with nothing behind it is a fault.
            Some(_) => return None,
            None => gap,
        };
    }
    Some(out)
}

fn rounded(number: &str, digits: u32) -> Option<String> {
    let mut out = String::new();
    fixed::write(fixed::rounded(number, digits)?, digits, &mut out);
    Some(out)
}

/// `name(numbers) name(numbers)`, as transforms are written.
fn functions(value: &str) -> Option<String> {
    const NAMES: [&str; 6] = ["matrix", "translate", "scale", "rotate", "skewX", "skewY"];
    let mut out = String::with_capacity(value.len());
    let mut rest = skip_space(value);
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (arguments, after) = after.split_once(')')?;
        let name = name.trim_end_matches([' ', '\t', '\n', '\r']);
        if !NAMES.contains(&name) || arguments.trim().is_empty() {
            return None;
        }
        out.push_str(name);
        out.push('(');
        out.push_str(&number_list(arguments, Separator::WhereNeeded, None)?);
        out.push(')');
        rest = skip_space(after);
        rest = rest.strip_prefix(',').map_or(rest, skip_space);
    }
    Some(out)
}

/// Declarations without the white space around their names, values and ends, colours and numbers in their short form.
/// Anything that needs a real CSS parser (strings, comments, escapes, blocks) is left alone.
fn declarations(value: &str) -> Option<String> {
    if value.contains(['"', '\'', '\\', '{', '}', '[', '<', '@']) || value.contains("/*") {
        return None;
    }
    let space: &[char] = &[' ', '\t', '\n', '\r', '\u{c}'];
    let mut parts = Vec::new();
    for part in statements(value)?.into_iter().map(|part| part.trim_matches(space)).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once(':')?;
        let name = name.trim_matches(space);
        // Custom properties keep the white space of their value.
        if name.is_empty() || name.starts_with("--") || name.contains(space) {
            return None;
        }
        let value = value.trim_matches(space);
        if name != "enable-background" {
            parts.push(format!("{name}:{}", property(name, value).as_deref().unwrap_or(value)));
        }
    }
    Some(parts.join(";"))
}

/// The parts between semicolons, brackets counted.
fn statements(value: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            b';' if depth == 0 => {
                parts.push(&value[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&value[start..]);
    (depth == 0).then_some(parts)
}

/// The value of a property in its short form.
fn property(name: &str, value: &str) -> Option<String> {
    match name {
        "fill" | "stroke" | "stop-color" | "flood-color" | "lighting-color" | "color" => colour::shorten(value),
        "opacity" | "fill-opacity" | "stroke-opacity" | "stop-opacity" | "flood-opacity" | "stroke-width"
        | "stroke-miterlimit" => (number::length(value) == Some(value.len())).then(|| number::shorten_plainly(value)),
        _ => None,
    }
    .filter(|short| short.len() <= value.len())
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}

/// Whether an attribute says what holds without it. Only what is neither inherited nor different per use: no
/// ancestor, style sheet or user of the element can make a difference.
pub(super) fn goes_without_saying(element: &str, attribute: &str, value: &str) -> bool {
    let is = |number: &str| length(value).as_deref() == Some(number) && !value.contains('%');
    match attribute {
        "type" => element == "style" && value == "text/css",
        "style" => declarations(value).is_some_and(|left| left.is_empty()),
        "version" => element == "svg" && matches!(value, "1.0" | "1.1"),
        "baseProfile" => element == "svg" && matches!(value, "none" | "full" | "basic" | "tiny"),
        "x" | "y" => matches!(element, "svg" | "rect" | "image" | "use") && is("0"),
        "opacity" => is("1"),
        "stop-opacity" => element == "stop" && is("1"),
        // Only renderers of the last decade knew it, and only for filters that read the background.
        "enable-background" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Outlining, Precision, Style, goes_without_saying, path::Vertices, shorten};

    const EXACT: Outlining = Outlining {
        precision: Precision { digits: None, vertices: Vertices::Free, opens: false },
        style: Style::Relative,
    };

    #[test]
    fn shortens_values() {
        for (element, attribute, value, expected) in [
            ("polygon", "points", " 0.5,1.0 -2 3 .5 0.5", Some(".5 1-2 3 .5.5")),
            ("polygon", "points", "1,2,", None),
            ("svg", "viewBox", "0,0\n 24.0 -24", Some("0 0 24 -24")),
            ("g", "transform", "translate( 1.0 , -2 ) scale(0.5 0.5)", Some("translate(1-2)scale(.5.5)")),
            ("g", "transform", "translate(1px)", None),
            ("g", "transform", "rotate(45deg)", None),
            ("rect", "width", "10.0px", Some("10")),
            ("rect", "width", "auto", None),
            ("svg", "height", "100.0%", Some("100%")),
            ("text", "x", "1.0 2.0", None),
            ("stop", "offset", "0.50", Some(".5")),
            ("g", "class", " a  b ", Some("a b")),
            ("g", "style", " fill : red ; stroke:  none;", Some("fill:red;stroke:none")),
            ("g", "style", "font: a, 'b;c' ", None),
            (
                "g",
                "style",
                "fill:#FF0000; opacity:0.50;stroke:url( #A; ) ",
                Some("fill:red;opacity:.5;stroke:url( #A; )"),
            ),
            ("g", "style", "stroke-width:1.0px;enable-background:new 0 0 9 9;", Some("stroke-width:1.0px")),
            ("g", "style", "fill:url(#a", None),
            ("g", "style", "--a: 1 ;", None),
            ("g", "fill", "#FFAA00", Some("#fa0")),
            ("g", "fill", "url(#A)", None),
            ("g", "id", " a ", None),
            ("path", "d", "M0 0&#10;L1.0 1", None),
            ("feTurbulence", "width", "1.0", None),
        ] {
            assert_eq!(shorten(element, attribute, value, EXACT).as_deref(), expected, "{element} {attribute}={value}");
        }
    }

    #[test]
    fn rounds_shapes_but_never_to_nothing() {
        let precision = Precision { digits: Some(1), vertices: Vertices::Free, opens: false };
        let coarse = Outlining { precision, ..EXACT };
        for (element, attribute, value, expected) in [
            ("circle", "r", "1.26px", Some("1.3")),
            ("circle", "r", "0.04", Some(".04")),
            ("circle", "r", "1.26em", None),
            ("rect", "x", "-10.04", Some("-10")),
            ("image", "x", "-10.04", None),
        ] {
            assert_eq!(
                shorten(element, attribute, value, coarse).as_deref(),
                expected,
                "{element} {attribute}={value}"
            );
        }
    }

    #[test]
    fn knows_what_goes_without_saying() {
        for (element, attribute, value, expected) in [
            ("svg", "x", "0px", true),
            ("mask", "x", "0", false),
            ("rect", "y", "0.0", true),
            ("rect", "y", "0%", false),
            ("g", "opacity", "1.0", true),
            ("g", "fill-opacity", "1", false),
            ("svg", "version", "1.1", true),
            ("svg", "version", "2", false),
            ("style", "type", "text/css", true),
            ("g", "style", " enable-background:new ;", true),
            ("g", "style", "fill:red", false),
        ] {
            assert_eq!(goes_without_saying(element, attribute, value), expected, "{element} {attribute}={value}");
        }
    }
}
