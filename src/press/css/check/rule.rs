//! The normal form of a block of declarations: four-sided shorthands apart, dead numbers gone, order kept where it
//! can matter.

use std::rc::Rc;

use super::anatomy::Anatomy;

/// One declaration in canonical words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) value: String,
    /// The value before words that few engines know became such that all know, where that makes a difference.
    pub(super) strict: Option<String>,
    pub(super) important: bool,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) context: Rc<str>,
    pub(super) selectors: Vec<String>,
    pub(super) block: Vec<Declaration>,
}

/// Longer lists are compared as they stand, so that reading a sheet takes linear time.
const MAX_MERGED: usize = 256;

impl Rule {
    /// `a{x}a{y}` is `a{x;y}`.
    pub(super) fn takes_block_of(&self, next: &Self) -> bool {
        self.context == next.context && self.selectors == next.selectors && !self.selectors.is_empty()
    }

    /// `a{x}b{x}` is `a,b{x}`, unless an engine may refuse some of the selectors and then all of the list.
    pub(super) fn takes_selectors_of(&self, next: &Self) -> bool {
        self.context == next.context
            && self.block == next.block
            && self.selectors.len() + next.selectors.len() <= MAX_MERGED
            && !self.selectors.is_empty()
            && !next.selectors.is_empty()
            && {
                let mut unknown = self.selectors.iter().chain(&next.selectors).map(|text| Anatomy::of(text).unknown);
                let first = unknown.next();
                unknown.all(|other| Some(&other) == first.as_ref())
            }
    }

    pub(super) fn dedup_selectors(&mut self) {
        let mut seen = Vec::with_capacity(self.selectors.len());
        for selector in std::mem::take(&mut self.selectors) {
            if !seen.contains(&selector) {
                seen.push(selector);
            }
        }
        self.selectors = seen;
    }
}

/// The words of each value decided: where a block says something about a property twice, one may be what older engines
/// fall back to, and must not be taken for what they know.
pub(super) fn settle(mut block: Vec<Declaration>) -> Vec<Declaration> {
    let mut names: Vec<String> = block.iter().map(|d| unprefixed(&d.name).to_owned()).collect();
    names.sort();
    let is_twice = |name: &str| {
        let mut related = names.iter().filter(|other| {
            let (short, long) = if other.len() < name.len() { (other.as_str(), name) } else { (name, other.as_str()) };
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        related.nth(1).is_some()
    };
    for declaration in &mut block {
        if let Some(strict) = declaration.strict.take()
            && strict != declaration.value
            && is_twice(unprefixed(&declaration.name))
        {
            declaration.value = strict;
        }
    }
    block
}

/// Longer blocks are compared as they stand, for the same reason.
const MAX_SORTED: usize = 2_000;

/// The normal form of a block. Applying it again changes nothing.
pub(super) fn normal_block(block: Vec<Declaration>) -> Vec<Declaration> {
    let mut apart: Vec<Declaration> = block.into_iter().flat_map(expand).collect();
    if apart.len() > MAX_SORTED {
        return apart;
    }
    drop_overridden(&mut apart);
    if apart.iter().any(|d| d.name == "all" || d.name == "?") {
        return apart;
    }
    let mut families: Vec<(String, Vec<Declaration>)> = Vec::new();
    for declaration in apart {
        let name = family(&declaration.name);
        match families.iter_mut().find(|(known, _)| known == name) {
            Some((_, members)) => members.push(declaration),
            None => families.push((name.to_owned(), vec![declaration])),
        }
    }
    families.sort();
    families.into_iter().flat_map(|(_, members)| sort_members(members)).collect()
}

/// A declaration whose name comes again later with the same value says nothing, as does one where both values are
/// plain numbers or colours that every engine knows.
fn drop_overridden(block: &mut Vec<Declaration>) {
    let mut index = 0;
    while index < block.len() {
        let (this, later) = (&block[index], &block[index + 1..]);
        let is_dead = later.iter().any(|other| {
            other.name == this.name
                && other.important == this.important
                && (other.value == this.value || (is_known(&this.value) && is_known(&other.value)))
        });
        if is_dead {
            block.remove(index);
        } else {
            index += 1;
        }
    }
}

fn is_known(value: &str) -> bool {
    const OLD: &[&str] = &[
        "none",
        "solid",
        "dotted",
        "dashed",
        "double",
        "medium",
        "auto",
        "normal",
        "hidden",
        "italic",
        "left",
        "right",
        "center",
        "top",
        "bottom",
        "middle",
        "baseline",
        "repeat",
        "no-repeat",
        "repeat-x",
        "repeat-y",
    ];
    matches!(value, "currentcolor" | "#00000000")
        || words(value).into_iter().all(|word| is_plain(word) || OLD.contains(&word))
}

/// Numbers with old units, and six-digit colours.
pub(crate) fn is_plain(value: &str) -> bool {
    const OLD_UNITS: &[&str] = &["", "%", "px", "em", "ex", "pt", "pc", "cm", "mm", "in", "s", "ms", "deg"];
    !value.is_empty()
        && words(value).into_iter().all(|word| {
            if let Some(hex) = word.strip_prefix('#') {
                return matches!(hex.len(), 3 | 6) && hex.bytes().all(|b| b.is_ascii_hexdigit());
            }
            let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
            unit.len() < word.len() && OLD_UNITS.contains(&unit)
        })
}

/// Properties of one family can override one another; those of different families cannot.
pub(in crate::press::css) fn family(name: &str) -> &str {
    if name.starts_with("--") {
        return name;
    }
    let bare = unprefixed(name);
    match bare {
        "top" | "right" | "bottom" | "left" => "inset",
        "width" | "height" | "inline-size" | "block-size" => "size",
        "line-height" => "font",
        // `grid` took gaps back once.
        "row-gap" | "column-gap" | "gap" => "grid",
        "white-space" | "white-space-collapse" => "text",
        "alignment-baseline" | "baseline-shift" | "baseline-source" => "vertical",
        "columns" => "column",
        "word-wrap" => "overflow",
        "overflow-scrolling" => "touch",
        "page-break-before" | "page-break-after" | "page-break-inside" => "break",
        "column-break-before" | "column-break-after" | "column-break-inside" => "break",
        // Other names for members of other families.
        "flex-align" | "flex-pack" | "flex-item-align" | "flex-line-pack" => "place",
        "flex-order" => "order",
        "color-adjust" => "print",
        "glyph-orientation-vertical" | "glyph-orientation-horizontal" => "text",
        "logical-width" | "logical-height" => "size",
        "max-lines" | "block-ellipsis" | "continue" => "line",
        _ => match bare.split('-').next().unwrap_or(bare) {
            "align" | "justify" | "place" => "place",
            "min" | "max" => "size",
            first => first,
        },
    }
}

fn unprefixed(name: &str) -> &str {
    ["-webkit-", "-moz-", "-ms-", "-o-", "-epub-", "-apple-", "-khtml-", "*", "_"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
}

/// Order within a family means nothing when no member can override another.
fn sort_members(mut members: Vec<Declaration>) -> Vec<Declaration> {
    let is_logical = |name: &str| {
        ["-inline", "-block", "inline-", "block-", "-start", "-end"].iter().any(|part| name.contains(part))
    };
    let overlaps = |a: &Declaration, b: &Declaration| {
        let is_said_twice = a.value == b.value && a.important == b.important;
        let (a, b) = (unprefixed(&a.name), unprefixed(&b.name));
        (a == b && !is_said_twice)
            || a.strip_prefix(b).is_some_and(|rest| rest.starts_with('-'))
            || b.strip_prefix(a).is_some_and(|rest| rest.starts_with('-'))
    };
    let matters = members.iter().any(|d| is_logical(&d.name) || d.name.starts_with("--"))
        || members.iter().enumerate().any(|(i, a)| members[i + 1..].iter().any(|b| overlaps(a, b)));
    if !matters || members.len() == 1 {
        members.sort();
    }
    members
}

/// Four-sided shorthands and `border` as what they stand for.
fn expand(declaration: Declaration) -> Vec<Declaration> {
    let sides: Option<[String; 4]> = match declaration.name.as_str() {
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
    let part = |(name, index): (String, usize)| Declaration {
        name,
        value: words[index].to_owned(),
        strict: None,
        important: declaration.important,
    };
    names.into_iter().zip(pick).map(part).collect()
}

fn longhands(declaration: &Declaration, parts: &[(String, String)]) -> Vec<Declaration> {
    let part = |(name, value): &(String, String)| Declaration {
        name: name.clone(),
        value: value.clone(),
        strict: None,
        important: declaration.important,
    };
    parts.iter().map(part).collect()
}

/// CSS Overflow 3, section 3.1.
fn overflow(declaration: Declaration) -> Vec<Declaration> {
    let (x, y) = match words(&declaration.value)[..] {
        [both] if !both.contains('(') => (both, both),
        [x, y] if !declaration.value.contains('(') => (x, y),
        _ => return vec![declaration],
    };
    longhands(&declaration, &[("overflow-x".to_owned(), x.to_owned()), ("overflow-y".to_owned(), y.to_owned())])
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
    let name = |part: &str| format!("{}-{part}", declaration.name);
    longhands(
        &declaration,
        &[(name("grow"), grow.to_owned()), (name("shrink"), shrink.to_owned()), (name("basis"), basis.to_owned())],
    )
}

/// `outline` as width, style and colour (CSS Basic UI 4, section 3.1).
fn outline(declaration: Declaration) -> Vec<Declaration> {
    let initial = ["medium", "none", "auto"];
    let Some(parts) = line(&declaration.value, initial, |word| LINES.contains(&word) || word == "auto") else {
        return vec![declaration];
    };
    let named = ["outline-width", "outline-style", "outline-color"].into_iter().zip(parts);
    longhands(&declaration, &named.map(|(name, part)| (name.to_owned(), part.to_owned())).collect::<Vec<_>>())
}

/// Corners with two radii each.
fn ellipses(declaration: Declaration) -> Vec<Declaration> {
    let Some((across, down)) = declaration.value.split_once('/') else { return vec![declaration] };
    let (Some(across), Some(down)) = (four(across), four(down)) else { return vec![declaration] };
    let corners = ["top-left", "top-right", "bottom-right", "bottom-left"];
    let parts: Vec<_> = corners
        .into_iter()
        .zip(across.into_iter().zip(down))
        .map(|(corner, (x, y))| {
            (format!("border-{corner}-radius"), if x == y { x.to_owned() } else { format!("{x} {y}") })
        })
        .collect();
    longhands(&declaration, &parts)
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
    let important = declaration.important;
    let sides = match declaration.name.strip_prefix("border-") {
        Some(side) => vec![side],
        None => vec!["top", "right", "bottom", "left"],
    };
    let mut found = Vec::with_capacity(13);
    for side in &sides {
        for (what, part) in ["width", "style", "color"].into_iter().zip(parts) {
            found.push(Declaration {
                name: format!("border-{side}-{what}"),
                value: part.to_owned(),
                strict: None,
                important,
            });
        }
    }
    if sides.len() == 4 {
        // `border` alone also takes back a border image.
        found.push(Declaration { name: "border-image".to_owned(), value: "none".to_owned(), strict: None, important });
    }
    found
}

/// The parts of a value, at its top-level spaces.
pub(super) fn words(value: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 => {
                found.push(&value[start..at]);
                start = at + 1;
                continue;
            }
            _ => {}
        }
        // The space after a closing bracket and before a hash is none in canonical words.
        let next = value.as_bytes().get(at + 1);
        let is_end = (byte == b')' && next.is_some_and(|next| !matches!(next, b' ' | b')' | b'/' | b',')))
            || (byte != b' ' && next == Some(&b'#'));
        if depth == 0 && is_end {
            found.push(&value[start..=at]);
            start = at + 1;
        }
    }
    found.push(&value[start..]);
    found
}
