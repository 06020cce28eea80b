//! Shorthands as the longhands they stand for, where every word of the value can be placed.

use super::rule::{Declaration, is_plain, words};

/// Four-sided shorthands and `border` as what they stand for.
pub(super) fn expand(declaration: Declaration) -> Vec<Declaration> {
    let sides: Option<[String; 4]> = match &*declaration.name {
        name @ ("margin" | "padding" | "scroll-margin" | "scroll-padding") => {
            Some(["top", "right", "bottom", "left"].map(|side| format!("{name}-{side}")))
        }
        "border-width" | "border-style" | "border-color" => {
            let what = &declaration.name["border-".len()..];
            Some(["top", "right", "bottom", "left"].map(|side| format!("border-{side}-{what}")))
        }
        "border-radius" if !declaration.value.contains('/') => Some(
            ["top-left", "top-right", "bottom-right", "bottom-left"].map(|corner| format!("border-{corner}-radius")),
        ),
        "border" | "border-top" | "border-right" | "border-bottom" | "border-left" => return border(declaration),
        "border-radius" => return ellipses(declaration),
        "overflow" => return overflow(declaration),
        "flex" | "-webkit-flex" => return flex(declaration),
        "outline" => return outline(declaration),
        _ => None,
    };
    let Some(names) = sides.filter(|_| !declaration.value.contains("var(")) else { return vec![declaration] };
    let words = words(&declaration.value);
    let pick = match words.len() {
        1 => [0, 0, 0, 0],
        2 => [0, 1, 0, 1],
        3 => [0, 1, 2, 1],
        4 => [0, 1, 2, 3],
        _ => return vec![declaration],
    };
    names.iter().zip(pick).map(|(name, index)| longhand(&declaration, name, words[index])).collect()
}

fn longhand(of: &Declaration, name: &str, value: &str) -> Declaration {
    Declaration { name: name.into(), value: value.into(), strict: None, important: of.important }
}

/// CSS Overflow 3, section 3.1.
fn overflow(declaration: Declaration) -> Vec<Declaration> {
    let (x, y) = match words(&declaration.value)[..] {
        [both] if !both.contains('(') => (both, both),
        [x, y] if !declaration.value.contains('(') => (x, y),
        _ => return vec![declaration],
    };
    vec![longhand(&declaration, "overflow-x", x), longhand(&declaration, "overflow-y", y)]
}

/// CSS Flexbox 1, section 7.1. A missing basis is `0%`, as all engines have it.
fn flex(declaration: Declaration) -> Vec<Declaration> {
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let (grow, shrink, basis) = match words(&declaration.value)[..] {
        _ if declaration.value.contains("var(") || declaration.value.contains("env(") => return vec![declaration],
        ["none"] => ("0", "0", "auto"),
        ["auto"] => ("1", "1", "auto"),
        [grow] if is_number(grow) => (grow, "1", "0%"),
        [grow, shrink] if is_number(grow) && is_number(shrink) => (grow, shrink, "0%"),
        [grow, basis] if is_number(grow) => (grow, "1", basis),
        [grow, shrink, basis] if is_number(grow) && is_number(shrink) => (grow, shrink, basis),
        _ => return vec![declaration],
    };
    let part = |part: &str, value| longhand(&declaration, &format!("{}-{part}", declaration.name), value);
    vec![part("grow", grow), part("shrink", shrink), part("basis", basis)]
}

/// `outline` as width, style and colour (CSS Basic UI 4, section 3.1).
fn outline(declaration: Declaration) -> Vec<Declaration> {
    let initial = ["medium", "none", "auto"];
    let Some(parts) = line(&declaration.value, initial, |word| LINES.contains(&word) || word == "auto") else {
        return vec![declaration];
    };
    let named = ["outline-width", "outline-style", "outline-color"].into_iter().zip(parts);
    named.map(|(name, part)| longhand(&declaration, name, part)).collect()
}

/// Corners with two radii each.
fn ellipses(declaration: Declaration) -> Vec<Declaration> {
    let Some((across, down)) = declaration.value.split_once('/') else { return vec![declaration] };
    let (Some(across), Some(down)) = (four(across), four(down)) else { return vec![declaration] };
    let corners = ["top-left", "top-right", "bottom-right", "bottom-left"];
    let radius = |(corner, (x, y)): (&str, (&str, &str))| {
        let name = format!("border-{corner}-radius");
        if x == y { longhand(&declaration, &name, x) } else { longhand(&declaration, &name, &format!("{x} {y}")) }
    };
    corners.into_iter().zip(across.into_iter().zip(down)).map(radius).collect()
}

/// One to four words as four.
fn four(value: &str) -> Option<[&str; 4]> {
    if value.contains("var(") {
        return None;
    }
    match words(value)[..] {
        [all] => Some([all; 4]),
        [a, b] => Some([a, b, a, b]),
        [a, b, c] => Some([a, b, c, b]),
        [a, b, c, d] => Some([a, b, c, d]),
        _ => None,
    }
}

/// The width, style and colour of a line; `None` if a word of the value is none of these. What it does not say is as in
/// `parts`.
fn line<'a>(value: &'a str, mut parts: [&'a str; 3], is_style: impl Fn(&str) -> bool) -> Option<[&'a str; 3]> {
    for word in words(value) {
        let slot = match word {
            _ if is_style(word) => 1,
            "thin" | "medium" | "thick" => 0,
            "currentcolor" => 2,
            _ if word.starts_with('#') => 2,
            _ if is_plain(word) => 0,
            _ => return None,
        };
        parts[slot] = word;
    }
    Some(parts)
}

const LINES: &[&str] = &["none", "hidden", "dotted", "dashed", "solid", "double", "groove", "ridge", "inset", "outset"];

/// `border` and `border-top` as widths, styles and colours, if each word of the value is one of these.
fn border(declaration: Declaration) -> Vec<Declaration> {
    let initial = ["medium", "none", "currentcolor"];
    let Some(parts) = line(&declaration.value, initial, |word| LINES.contains(&word)) else {
        return vec![declaration];
    };
    let sides = match declaration.name.strip_prefix("border-") {
        Some(side) => vec![side],
        None => vec!["top", "right", "bottom", "left"],
    };
    let mut found = Vec::with_capacity(13);
    for side in &sides {
        for (what, part) in ["width", "style", "color"].into_iter().zip(parts) {
            found.push(longhand(&declaration, &format!("border-{side}-{what}"), part));
        }
    }
    if sides.len() == 4 {
        // `border` alone also takes back a border image.
        found.push(longhand(&declaration, "border-image", "none"));
    }
    found
}
