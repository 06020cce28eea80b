//! The normal form of a block of declarations: four-sided shorthands apart, dead numbers gone, order kept where it
//! can matter.

use std::rc::Rc;

use super::{
    lexicon::{Block, Selectors},
    shorthands::expand,
};

/// One declaration in canonical words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Declaration {
    pub(super) name: Rc<str>,
    pub(super) value: Rc<str>,
    /// The value before words that few engines know became such that all know, where that makes a difference.
    pub(super) strict: Option<Rc<str>>,
    pub(super) important: bool,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) context: Rc<str>,
    pub(super) selectors: Rc<Selectors>,
    pub(super) block: Rc<Block>,
}

/// Longer lists are compared as they stand, so that reading a sheet takes linear time.
const MAX_MERGED: usize = 256;

impl Rule {
    /// `a{x}a{y}` is `a{x;y}`.
    pub(super) fn takes_block_of(&self, next: &Self) -> bool {
        self.context == next.context && self.selectors == next.selectors && !self.selectors.list.is_empty()
    }

    /// `a{x}b{x}` is `a,b{x}`, unless an engine may refuse some of the selectors and then all of the list.
    pub(super) fn takes_selectors_of(&self, next: &Self) -> bool {
        self.context == next.context
            && self.block == next.block
            && self.selectors.list.len() + next.selectors.list.len() <= MAX_MERGED
            && !self.selectors.list.is_empty()
            && !next.selectors.list.is_empty()
            && self.selectors.unknown.is_some()
            && self.selectors.unknown == next.selectors.unknown
    }
}

/// The words of each value decided: where a block says something about a property twice, one may be what older engines
/// fall back to, and must not be taken for what they know.
pub(super) fn settle(mut block: Vec<Declaration>) -> Vec<Declaration> {
    if block.iter().all(|declaration| declaration.strict.is_none()) {
        return block;
    }
    let names: Vec<Rc<str>> = block.iter().map(|declaration| declaration.name.clone()).collect();
    let is_twice = |name: &str| {
        let mut related = names.iter().map(|other| unprefixed(other)).filter(|other| {
            let (short, long) = if other.len() < name.len() { (*other, name) } else { (name, *other) };
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        related.nth(1).is_some()
    };
    for declaration in &mut block {
        if let Some(strict) = declaration.strict.take()
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
    if has_wall(&apart) {
        return apart;
    }
    by_family(&apart).into_iter().flat_map(|(_, members)| sort_members(members)).collect()
}

/// Whether a block says something about all properties, or something that cannot be read.
pub(super) fn has_wall(block: &[Declaration]) -> bool {
    block.iter().any(|declaration| matches!(&*declaration.name, "all" | "?"))
}

/// The declarations of each family, in order, the families by name.
pub(super) fn by_family(block: &[Declaration]) -> Vec<(&str, Vec<Declaration>)> {
    let mut order: Vec<(&str, usize)> = block.iter().enumerate().map(|(at, d)| (family(&d.name), at)).collect();
    order.sort_unstable();
    let parts = order.chunk_by(|one, other| one.0 == other.0);
    parts.map(|part| (part[0].0, part.iter().map(|&(_, at)| block[at].clone()).collect())).collect()
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
    if !name.starts_with(['-', '*', '_']) {
        return name;
    }
    ["-webkit-", "-moz-", "-ms-", "-o-", "-epub-", "-apple-", "-khtml-", "*", "_"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
}

/// Order within a family means nothing when no member can override another.
fn sort_members(mut members: Vec<Declaration>) -> Vec<Declaration> {
    if members.len() < 2 {
        return members;
    }
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
    if !matters {
        members.sort();
    }
    members
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
