//! Entries in, the same entries out in an order that forgets what the cascade forgets.
//!
//! Two rules may change places when no element can tell: when their properties cannot override one another, or when
//! one is more specific than the other, as order decides only among equals (CSS Cascade 5, section 6.1). So within a
//! run of plain rules of one context, all that counts is, for each family of properties and each specificity, the
//! order of (selector, declarations). Everything else (at-rules, nested rules, `all`) stands where it stands.

use std::{collections::BTreeMap, fmt, rc::Rc};

use super::{
    anatomy::{Anatomy, Specificity},
    reader::Entry,
    rule::{Declaration, Rule, family, normal_block},
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
    groups: BTreeMap<(String, Specificity), Vec<Item>>,
}

/// Selectors that have the same declarations of one family.
#[derive(Clone, Debug, PartialEq)]
struct Item {
    selectors: Vec<String>,
    block: Vec<Declaration>,
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
    pub(super) fn difference(&self, other: &Self) -> String {
        let (Self::Run(ours), Self::Run(theirs)) = (self, other) else { return self.to_string() };
        for (key, items) in &ours.groups {
            let Some(others) = theirs.groups.get(key) else {
                return items.first().map_or_else(String::new, Item::text);
            };
            if let Some((item, _)) = items.iter().zip(others).find(|(a, b)| a != b) {
                return item.text();
            }
            if items.len() != others.len() {
                let longer = if items.len() > others.len() { items } else { others };
                return longer[items.len().min(others.len())].text();
            }
        }
        let new = theirs.groups.iter().find(|(key, _)| !ours.groups.contains_key(*key));
        new.and_then(|(_, items)| items.first()).map_or_else(|| other.to_string(), Item::text)
    }
}

impl Item {
    fn text(&self) -> String {
        let block: Vec<_> = self.block.iter().map(|d| format!("{}:{}", d.name, d.value)).collect();
        format!("{}{{{}}}", self.selectors.join(","), block.join(";"))
    }
}

/// Brings entries into the order that counts.
pub(super) fn stretches(entries: Vec<Entry>) -> Vec<Stretch> {
    let mut sorter = Sorter { found: Vec::new(), open: None };
    for entry in entries {
        match entry {
            Entry::Rule(rule) => sorter.rule(rule),
            Entry::Mark(..) => sorter.fix(entry),
        }
    }
    sorter.close();
    sorter.found
}

struct Sorter {
    found: Vec<Stretch>,
    open: Option<Run>,
}

impl Sorter {
    fn close(&mut self) {
        if let Some(mut run) = self.open.take() {
            for items in run.groups.values_mut() {
                *items = settled(std::mem::take(items));
            }
            self.found.push(Stretch::Run(run));
        }
    }

    fn fix(&mut self, entry: Entry) {
        self.close();
        self.found.push(Stretch::Fixed(entry));
    }

    fn rule(&mut self, rule: Rule) {
        let Some(units) = units(&rule) else { return self.fix_rule(rule) };
        if self.open.as_ref().is_none_or(|run| run.context != rule.context) {
            self.close();
        }
        let run = self.open.get_or_insert_with(|| Run { context: rule.context.clone(), groups: BTreeMap::new() });
        for (family, block) in families(rule.block) {
            for (specificity, selectors) in &units {
                let item = Item { selectors: selectors.clone(), block: block.clone() };
                run.groups.entry((family.clone(), *specificity)).or_default().push(item);
            }
        }
    }

    /// Rules that stay in place, side by side, are one when they differ in one thing only.
    fn fix_rule(&mut self, rule: Rule) {
        self.close();
        if let Some(Stretch::Fixed(Entry::Rule(last))) = self.found.last_mut() {
            if last.takes_block_of(&rule) {
                last.block.extend(rule.block);
                last.block = normal_block(std::mem::take(&mut last.block));
                return;
            }
            if last.takes_selectors_of(&rule) {
                last.selectors.extend(rule.selectors);
                last.dedup_selectors();
                return;
            }
        }
        self.found.push(Stretch::Fixed(Entry::Rule(rule)));
    }
}

/// The selectors that stand or fall alone, sorted, by specificity; none if the rule must stay where it is.
fn units(rule: &Rule) -> Option<BTreeMap<Specificity, Vec<String>>> {
    let is_plain = !rule.context.contains('&')
        && !rule.selectors.is_empty()
        && rule.block.iter().all(|d| d.name != "all" && d.name != "?");
    if !is_plain {
        return None;
    }
    let anatomies: Vec<Anatomy> = rule.selectors.iter().map(|selector| Anatomy::of(selector)).collect();
    let stand_or_fall_alike = anatomies.windows(2).all(|pair| pair[0].unknown == pair[1].unknown);
    let weights = anatomies.iter().map(|anatomy| anatomy.specificity).collect::<Option<Vec<_>>>()?;
    if stand_or_fall_alike {
        let mut found: BTreeMap<Specificity, Vec<String>> = BTreeMap::new();
        for (selector, weight) in rule.selectors.iter().zip(weights) {
            found.entry(weight).or_default().push(selector.clone());
        }
        found.values_mut().for_each(|selectors| selectors.sort());
        return Some(found);
    }
    // One list, whose members must all weigh the same to have one place among the others.
    let weight = weights[0];
    weights.iter().all(|other| *other == weight).then(|| BTreeMap::from([(weight, vec![rule.selectors.join(",")])]))
}

fn families(block: Vec<Declaration>) -> BTreeMap<String, Vec<Declaration>> {
    let mut found: BTreeMap<String, Vec<Declaration>> = BTreeMap::new();
    for declaration in block {
        found.entry(family(&declaration.name).to_owned()).or_default().push(declaration);
    }
    found
}

/// Neighbours with the same selectors or the same declarations become one, until there are none.
fn settled(items: Vec<Item>) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        let mut item = item;
        while let Some(last) = found.last() {
            if last.selectors == item.selectors {
                let mut block = last.block.clone();
                block.extend(item.block);
                item.block = normal_block(block);
            } else if last.block == item.block {
                item.selectors.extend(last.selectors.iter().cloned());
                item.selectors.sort();
                item.selectors.dedup();
            } else {
                break;
            }
            found.pop();
        }
        found.push(item);
    }
    found
}
