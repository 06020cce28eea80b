//! Entries in, the same entries out in an order that forgets what the cascade forgets.
//!
//! Two rules may change places when no element can tell: when their properties cannot override one another, or when
//! one is more specific than the other, as order decides only among equals (CSS Cascade 5, section 6.1). So within a
//! run of plain rules of one context, all that counts is, for each family of properties and each specificity, the
//! order of (selector, declarations). Everything else (at-rules, nested rules, `all`) stands where it stands.

use std::{collections::BTreeMap, fmt, rc::Rc};

use super::{
    anatomy::Specificity,
    lexicon::{Lexicon, Number},
    reader::Entry,
    rule::Rule,
};

/// A stretch of a sheet.
#[derive(Debug, PartialEq)]
pub(super) enum Stretch {
    /// An entry that stays where it is.
    Fixed(Entry),
    /// Rules of one context, taken apart.
    Run(Run),
}

/// The declarations of a run: by family and specificity, in order.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    context: Rc<str>,
    groups: BTreeMap<(Number, Specificity), Vec<Item>>,
}

/// Selectors that have the same declarations of one family.
#[derive(Clone, Debug, PartialEq)]
struct Item {
    selectors: Rc<[Number]>,
    part: Number,
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(entry) => write!(f, "{entry}"),
            Self::Run(run) => write!(f, "{} ..", run.context),
        }
    }
}

impl Stretch {
    /// The first place where this stretch and `other` differ, in a few words.
    pub(super) fn difference(&self, other: &Self, lexicon: &Lexicon) -> String {
        let (Self::Run(ours), Self::Run(theirs)) = (self, other) else { return self.to_string() };
        let text = |item: &Item| item.text(lexicon);
        for (key, items) in &ours.groups {
            let Some(others) = theirs.groups.get(key) else {
                return items.first().map_or_else(String::new, text);
            };
            if let Some((item, _)) = items.iter().zip(others).find(|(a, b)| a != b) {
                return text(item);
            }
            if items.len() != others.len() {
                let longer = if items.len() > others.len() { items } else { others };
                return text(&longer[items.len().min(others.len())]);
            }
        }
        let new = theirs.groups.iter().find(|(key, _)| !ours.groups.contains_key(*key));
        new.and_then(|(_, items)| items.first()).map_or_else(|| other.to_string(), text)
    }
}

impl Item {
    fn text(&self, lexicon: &Lexicon) -> String {
        let selectors: Vec<&str> = self.selectors.iter().map(|&selector| lexicon.name(selector)).collect();
        let block: Vec<_> = lexicon.said(self.part).iter().map(|d| format!("{}:{}", d.name, d.value)).collect();
        format!("{}{{{}}}", selectors.join(","), block.join(";"))
    }
}

/// Brings entries into the order that counts.
pub(super) fn stretches(entries: Vec<Entry>, lexicon: &mut Lexicon) -> Vec<Stretch> {
    let mut sorter = Sorter { found: Vec::new(), open: None, lexicon };
    for entry in entries {
        match entry {
            Entry::Rule(rule) => sorter.rule(rule),
            Entry::Mark(..) => sorter.fix(entry),
        }
    }
    sorter.close();
    sorter.found
}

struct Sorter<'l> {
    found: Vec<Stretch>,
    open: Option<Run>,
    lexicon: &'l mut Lexicon,
}

impl Sorter<'_> {
    fn close(&mut self) {
        if let Some(mut run) = self.open.take() {
            for items in run.groups.values_mut() {
                *items = settled(std::mem::take(items), self.lexicon);
            }
            self.found.push(Stretch::Run(run));
        }
    }

    fn fix(&mut self, entry: Entry) {
        self.close();
        self.found.push(Stretch::Fixed(entry));
    }

    fn rule(&mut self, rule: Rule) {
        let may_move = !rule.block.is_wall && !rule.context.contains('&');
        let Some(units) = rule.selectors.units.as_ref().filter(|_| may_move) else { return self.fix_rule(rule) };
        if self.open.as_ref().is_none_or(|run| run.context != rule.context) {
            self.close();
        }
        let run = self.open.get_or_insert_with(|| Run { context: rule.context.clone(), groups: BTreeMap::new() });
        for &(family, part) in &rule.block.parts {
            for (specificity, selectors) in units {
                let item = Item { selectors: selectors.clone(), part };
                run.groups.entry((family, *specificity)).or_default().push(item);
            }
        }
    }

    /// Rules that stay in place, side by side, are one when they differ in one thing only.
    fn fix_rule(&mut self, rule: Rule) {
        self.close();
        if let Some(Stretch::Fixed(Entry::Rule(last))) = self.found.last_mut() {
            if last.takes_block_of(&rule) {
                let block = [&last.block.declarations[..], &rule.block.declarations].concat();
                last.block = Rc::new(self.lexicon.normal(block));
                return;
            }
            if last.takes_selectors_of(&rule) {
                let mut list: Vec<String> = Vec::with_capacity(last.selectors.list.len() + rule.selectors.list.len());
                for selector in last.selectors.list.iter().chain(&rule.selectors.list) {
                    if !list.iter().any(|known| **known == **selector) {
                        list.push(selector.to_string());
                    }
                }
                last.selectors = Rc::new(self.lexicon.selectors(list));
                return;
            }
        }
        self.found.push(Stretch::Fixed(Entry::Rule(rule)));
    }
}

/// Neighbours with the same selectors or the same declarations become one, until there are none.
fn settled(items: Vec<Item>, lexicon: &mut Lexicon) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        let mut item = item;
        while let Some(last) = found.last() {
            if last.selectors == item.selectors {
                item.part = lexicon.joined(last.part, item.part);
            } else if last.part == item.part {
                let mut selectors = [&last.selectors[..], &item.selectors].concat();
                selectors.sort_unstable();
                selectors.dedup();
                item.selectors = selectors.into();
            } else {
                break;
            }
            found.pop();
        }
        found.push(item);
    }
    found
}
