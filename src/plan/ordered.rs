//! Ordered folding, for Cloudflare alone: request paths with labels in, rules where a later one undoes an earlier one.
//!
//! Paths are grouped by extension, so rules of two groups never meet. In each group the cheapest tree of
//! `/folder/*.ext` rules with exact exceptions is found. Needs a host that applies rules in the order of the file and
//! knows `! Name`.

use std::collections::BTreeMap;

use super::fold::{Label, Target, folders, suffix};

/// The cost of something that no rule can put right.
const IMPOSSIBLE: usize = 1_000_000;

/// What did not fit: paths of one extension and label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dropped {
    pub(super) suffix: String,
    pub(super) label: Label,
    pub(super) urls: Vec<String>,
}

/// One rule of a list in which the order matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) pattern: String,
    pub(super) label: Label,
    /// What an earlier rule says about the same paths.
    pub(super) instead_of: Option<Label>,
}

/// At most `limit` rules, in order, and what had to be left to the host's default for that.
pub(super) fn ordered(targets: &[Target], base: &str, limit: usize) -> (Vec<Step>, Vec<Dropped>) {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    for target in targets {
        groups.entry(suffix(&target.url).unwrap_or_default()).or_default().add(target, base);
    }
    let mut solved: BTreeMap<&str, Vec<Step>> =
        groups.iter().map(|(suffix, group)| (*suffix, group.solve(suffix, base))).collect();
    let mut dropped = Vec::new();
    while solved.values().map(Vec::len).sum::<usize>() > limit {
        let Some((suffix, label)) = heaviest(&solved) else { break };
        let Some(group) = groups.get_mut(suffix) else { break };
        dropped.push(Dropped { suffix: suffix.to_owned(), label, urls: group.drop_label(label) });
        solved.insert(suffix, group.solve(suffix, base));
    }
    (solved.into_values().flatten().collect(), dropped)
}

/// The extension and label with the most rules.
fn heaviest<'a>(solved: &BTreeMap<&'a str, Vec<Step>>) -> Option<(&'a str, Label)> {
    let mut weights: BTreeMap<(&str, Label), usize> = BTreeMap::new();
    for (suffix, rules) in solved {
        for step in rules {
            *weights.entry((*suffix, step.label)).or_default() += 1;
        }
    }
    weights.into_iter().max_by_key(|(_, weight)| *weight).map(|(key, _)| key)
}

/// The paths of one extension, by folder.
#[derive(Default)]
struct Group<'a> {
    folders: BTreeMap<&'a str, Folder<'a>>,
    labels: Vec<Label>,
}

#[derive(Default)]
struct Folder<'a> {
    leaves: Vec<Leaf<'a>>,
    children: Vec<&'a str>,
}

struct Leaf<'a> {
    url: &'a str,
    label: Option<Label>,
    is_literal: bool,
    is_shared: bool,
}

impl Leaf<'_> {
    fn cost(&self, inherited: Option<Label>) -> usize {
        match self.label {
            label if label == inherited => 0,
            Some(_) if self.is_literal && (inherited.is_none() || !self.is_shared) => 1,
            // Left to the default is better than wrong.
            Some(_) if inherited.is_none() => 0,
            _ => IMPOSSIBLE,
        }
    }
}

/// What each folder costs under each inherited label, and the label it then takes.
type Costs<'a> = BTreeMap<(&'a str, Option<Label>), (usize, Option<Label>)>;

impl<'a> Group<'a> {
    fn add(&mut self, target: &'a Target, base: &str) {
        let mut parent: Option<&str> = None;
        for folder in folders(&target.url, base) {
            if !self.folders.contains_key(folder) {
                self.folders.insert(folder, Folder::default());
                if let Some(parent) = parent.and_then(|parent| self.folders.get_mut(parent)) {
                    parent.children.push(folder);
                }
            }
            parent = Some(folder);
        }
        let leaf =
            Leaf { url: &target.url, label: target.label, is_literal: target.is_literal, is_shared: target.is_shared };
        if let Some(folder) = parent.and_then(|parent| self.folders.get_mut(parent)) {
            folder.leaves.push(leaf);
        }
        self.labels.extend(target.label.filter(|label| !self.labels.contains(label)));
    }

    fn drop_label(&mut self, label: Label) -> Vec<String> {
        self.labels.retain(|known| *known != label);
        let mut dropped = Vec::new();
        for leaf in self.folders.values_mut().flat_map(|folder| &mut folder.leaves) {
            if leaf.label == Some(label) {
                leaf.label = None;
                dropped.push(leaf.url.to_owned());
            }
        }
        dropped
    }

    fn solve(&self, suffix: &str, base: &str) -> Vec<Step> {
        let mut costs = Costs::new();
        // Deeper folders sort after the folders they are in.
        for (name, folder) in self.folders.iter().rev() {
            let inheritable = self.labels.iter().copied().map(Some).chain([None]);
            let kept: Vec<_> = inheritable.map(|label| (label, kept_cost(folder, label, &costs))).collect();
            // Without an extension there is no wildcard to speak with.
            let changed = kept.iter().filter(|(label, _)| label.is_some() && !suffix.is_empty());
            let changed = changed.min_by_key(|(_, cost)| *cost).copied();
            for (label, cost) in &kept {
                let best = match changed {
                    Some((other, other_cost)) if other_cost + 1 < *cost => (other_cost + 1, other),
                    _ => (*cost, *label),
                };
                costs.insert((name, *label), best);
            }
        }
        let mut rules = Vec::new();
        if let Some(top) = self.folders.keys().find(|name| name.len() <= base.len()) {
            self.write(top, suffix, &costs, &mut rules);
        }
        rules
    }

    /// Broad rules before the exceptions from them. Walks with a list of its own: folders may be deep.
    fn write(&self, top: &'a str, suffix: &str, costs: &Costs<'a>, rules: &mut Vec<Step>) {
        let mut open = vec![(top, None)];
        while let Some((name, inherited)) = open.pop() {
            let (Some((_, own)), Some(folder)) = (costs.get(&(name, inherited)), self.folders.get(name)) else {
                continue;
            };
            if let Some(label) = own.filter(|_| *own != inherited) {
                rules.push(Step { pattern: format!("{name}*.{suffix}"), label, instead_of: inherited });
            }
            let exceptions = folder.leaves.iter().filter(|leaf| leaf.is_literal && leaf.label != *own);
            let step =
                |leaf: &Leaf<'_>| Some(Step { pattern: leaf.url.to_owned(), label: leaf.label?, instead_of: *own });
            rules.extend(exceptions.filter_map(step));
            open.extend(folder.children.iter().rev().map(|child| (*child, *own)));
        }
    }
}

fn kept_cost(folder: &Folder<'_>, label: Option<Label>, costs: &Costs<'_>) -> usize {
    let leaves: usize = folder.leaves.iter().map(|leaf| leaf.cost(label)).sum();
    let children = folder.children.iter().filter_map(|child| costs.get(&(*child, label)));
    leaves + children.map(|(cost, _)| *cost).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(urls: &[(&str, Option<Label>)], limit: usize) -> (Vec<Step>, Vec<Dropped>) {
        let target = |(url, label): &(&str, Option<Label>)| Target {
            url: (*url).into(),
            label: *label,
            is_literal: true,
            is_shared: false,
        };
        let targets: Vec<_> = urls.iter().map(target).collect();
        ordered(&targets, "/", limit)
    }

    #[test]
    fn a_broad_rule_and_its_exceptions() {
        let urls = [("/", None), ("/a.js", Some(1)), ("/b.js", Some(1)), ("/x/c.js", Some(1)), ("/sw.js", Some(2))];
        let (rules, dropped) = solve(&urls, 2);
        let rules: Vec<_> = rules.iter().map(|step| (step.pattern.as_str(), step.label, step.instead_of)).collect();
        assert_eq!(rules, [("/*.js", 1, None), ("/sw.js", 2, Some(1))]);
        assert!(dropped.is_empty());
    }

    #[test]
    fn never_over_a_path_that_must_keep_the_default() {
        let (rules, _) = solve(&[("/a.js", Some(1)), ("/b.js", Some(1)), ("/user.js", None)], 9);
        assert_eq!(rules.len(), 2);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let urls = [("/1.png", Some(1)), ("/2.png", Some(2)), ("/3.png", Some(3)), ("/a.js", Some(1))];
        let (rules, dropped) = solve(&urls, 2);
        assert!(rules.len() <= 2);
        assert!(dropped.iter().all(|d| d.suffix == "png" && d.urls.len() == 1), "{dropped:?}");
    }
}
