//! The normal form of a block of declarations: four-sided shorthands apart, dead numbers gone, order kept where it
//! can matter.

use std::rc::Rc;

/// One declaration in canonical words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) value: String,
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

    /// `a{x}b{x}` is `a,b{x}`, unless an engine may refuse one of the selectors and then all of the list.
    pub(super) fn takes_selectors_of(&self, next: &Self) -> bool {
        self.context == next.context
            && self.block == next.block
            && self.selectors.len() + next.selectors.len() <= MAX_MERGED
            && !self.selectors.is_empty()
            && !next.selectors.is_empty()
            && self.selectors.iter().chain(&next.selectors).all(|selector| is_understood_everywhere(selector))
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

const OLD_PSEUDOS: &[&str] = &[
    "hover",
    "active",
    "focus",
    "visited",
    "link",
    "before",
    "after",
    "first-child",
    "last-child",
    "only-child",
    "first-line",
    "first-letter",
    "first-of-type",
    "last-of-type",
    "only-of-type",
    "nth-child",
    "nth-last-child",
    "nth-of-type",
    "nth-last-of-type",
    "checked",
    "disabled",
    "enabled",
    "empty",
    "root",
    "target",
    "not",
    "lang",
];

/// Whether every engine of the last fifteen years parses this selector.
pub(crate) fn is_understood_everywhere(selector: &str) -> bool {
    let is_plain = !selector.contains(['\\', '|', '&', '"']) && !selector.contains(" i]") && !selector.contains(" s]");
    is_plain
        && selector.split(':').skip(1).filter(|rest| !rest.is_empty()).all(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
            OLD_PSEUDOS.contains(&&rest[..end])
        })
        && !(selector.contains(":not(") && selector.contains(','))
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
    is_plain(value) || matches!(value, "none" | "solid" | "dotted" | "dashed" | "medium" | "currentcolor" | "#00000000")
}

/// Numbers with old units, and six-digit colours.
pub(crate) fn is_plain(value: &str) -> bool {
    const OLD_UNITS: &[&str] = &["", "%", "px", "em", "ex", "pt", "pc", "cm", "mm", "in", "s", "ms", "deg"];
    !value.is_empty()
        && value.split(' ').all(|word| {
            if let Some(hex) = word.strip_prefix('#') {
                return matches!(hex.len(), 3 | 6) && hex.bytes().all(|b| b.is_ascii_hexdigit());
            }
            let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
            unit.len() < word.len() && OLD_UNITS.contains(&unit)
        })
}

/// Properties of one family can override one another; those of different families cannot.
fn family(name: &str) -> &str {
    let bare = unprefixed(name);
    match bare {
        "top" | "right" | "bottom" | "left" => "inset",
        "width" | "height" | "inline-size" | "block-size" => "size",
        "line-height" => "font",
        "row-gap" | "column-gap" | "gap" | "grid-gap" | "grid-row-gap" | "grid-column-gap" => "gap",
        "columns" => "column",
        "word-wrap" => "overflow",
        "overflow-scrolling" => "touch",
        "page-break-before" | "page-break-after" | "page-break-inside" => "break",
        _ => match bare.split('-').next().unwrap_or(bare) {
            "align" | "justify" | "place" => "place",
            "min" | "max" => "size",
            first => first,
        },
    }
}

fn unprefixed(name: &str) -> &str {
    ["-webkit-", "-moz-", "-ms-", "-o-", "*", "_"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// Order within a family means nothing when no member can override another.
fn sort_members(mut members: Vec<Declaration>) -> Vec<Declaration> {
    let is_logical = |name: &str| {
        ["-inline", "-block", "inline-", "block-", "-start", "-end"].iter().any(|part| name.contains(part))
    };
    let overlaps = |a: &Declaration, b: &Declaration| {
        let (a, b) = (unprefixed(&a.name), unprefixed(&b.name));
        a == b
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
        important: declaration.important,
    };
    names.into_iter().zip(pick).map(part).collect()
}

/// `border` and `border-top` as widths, styles and colours, if each word of the value is one of these.
fn border(declaration: Declaration) -> Vec<Declaration> {
    const STYLES: &[&str] =
        &["none", "hidden", "dotted", "dashed", "solid", "double", "groove", "ridge", "inset", "outset"];
    let mut parts = ["medium", "none", "currentcolor"];
    for word in words(&declaration.value) {
        let slot = match word {
            _ if STYLES.contains(&word) => 1,
            "thin" | "medium" | "thick" => 0,
            "currentcolor" => 2,
            _ if word.starts_with('#') => 2,
            _ if is_plain(word) => 0,
            _ => return vec![declaration],
        };
        parts[slot] = word;
    }
    let important = declaration.important;
    let sides = match declaration.name.strip_prefix("border-") {
        Some(side) => vec![side],
        None => vec!["top", "right", "bottom", "left"],
    };
    let mut found = Vec::with_capacity(13);
    for side in &sides {
        for (what, part) in ["width", "style", "color"].into_iter().zip(parts) {
            found.push(Declaration { name: format!("border-{side}-{what}"), value: part.to_owned(), important });
        }
    }
    if sides.len() == 4 {
        // `border` alone also takes back a border image.
        found.push(Declaration { name: "border-image".to_owned(), value: "none".to_owned(), important });
    }
    found
}

/// The parts of a value, at its top-level spaces.
fn words(value: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 => {
                found.push(&value[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&value[start..]);
    found
}
