//! Folding: request paths with labels in, rules that never overlap out, as few wildcards as the limit allows.
//!
//! Exact paths come first, because a wildcard also speaks of files that are missing. Only when there are more than the
//! limit allows are whole folders (`/assets/*`) and one extension of a folder (`/assets/*.js`) folded, the largest
//! first, and only where every known path that the wildcard matches has the same label. Overlapping rules are the job
//! of [`super::ordered`].

use std::{collections::BTreeMap, ops::Bound};

use super::pattern::{Dialect, Pattern, fold};

/// A number that stands for one set of headers.
pub(super) type Label = usize;

/// One path that browsers may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// As it stands in a URL.
    pub(super) url: String,
    /// The headers it should get; none where the host's default is right or nothing may be said.
    pub(super) label: Option<Label>,
    /// Whether a rule without wildcard can name it.
    pub(super) is_literal: bool,
    /// Whether the site's own rules say something about it that `! Name` would take away.
    pub(super) is_shared: bool,
}

/// A rule: a pattern and what it gives.
pub(super) type Rules = BTreeMap<String, Label>;

/// What text of `url` follows the last dot, when it is plain enough to stand beside a `*`.
pub(super) fn suffix(url: &str) -> Option<&str> {
    let name = &url[url.rfind('/').map_or(0, |slash| slash + 1)..];
    let (_, suffix) = name.rsplit_once('.')?;
    let is_plain = !suffix.is_empty() && suffix.bytes().all(|b| b.is_ascii_alphanumeric());
    is_plain.then_some(suffix)
}

/// Every folder of `url` from `base` inwards, each with its `/`.
pub(super) fn folders<'a>(url: &'a str, base: &str) -> impl Iterator<Item = &'a str> {
    let first = base.len() - 1;
    url.char_indices().filter(move |(at, c)| *at >= first && *c == '/').map(|(at, _)| &url[..=at])
}

/// Rules for `targets`: at most `limit` if that can be done.
pub(super) fn disjoint(targets: &[Target], base: &str, limit: usize, dialects: &[Dialect]) -> Rules {
    let mut rules: Rules = targets
        .iter()
        .filter(|target| target.is_literal)
        .filter_map(|target| Some((target.url.clone(), target.label?)))
        .collect();
    if rules.len() <= limit {
        return rules;
    }
    let known: Vec<_> = dialects.iter().map(|dialect| Known::new(targets, *dialect)).collect();
    let mut chosen: Vec<Wildcard<'_>> = Vec::new();
    for (wildcard, label) in candidates(targets, base) {
        if rules.len() <= limit {
            break;
        }
        let text = wildcard.text();
        if chosen.iter().any(|other| other.overlaps(&wildcard)) || !known.iter().all(|k| k.agrees(&text, label)) {
            continue;
        }
        for url in wildcard.matched(&rules) {
            rules.remove(&url);
        }
        rules.insert(text, label);
        chosen.push(wildcard);
    }
    rules
}

/// `/folder/*` or `/folder/*.suffix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wildcard<'a> {
    folder: &'a str,
    suffix: Option<&'a str>,
}

impl Wildcard<'_> {
    fn text(&self) -> String {
        match self.suffix {
            Some(suffix) => format!("{}*.{suffix}", self.folder),
            None => format!("{}*", self.folder),
        }
    }

    fn matches(&self, url: &str) -> bool {
        url.starts_with(self.folder) && self.suffix.is_none_or(|own| suffix(url) == Some(own))
    }

    /// The rules that it replaces: all of them start with its folder.
    fn matched(&self, rules: &Rules) -> Vec<String> {
        let from = rules.range::<str, _>((Bound::Included(self.folder), Bound::Unbounded)).map(|(url, _)| url);
        from.take_while(|url| url.starts_with(self.folder)).filter(|url| self.matches(url)).cloned().collect()
    }

    /// Case does not count, so that it holds for every dialect.
    fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.folder.to_lowercase(), other.folder.to_lowercase());
        let may_share_name = match (self.suffix, other.suffix) {
            (Some(own), Some(others)) => own.eq_ignore_ascii_case(others),
            _ => true,
        };
        may_share_name && (a.starts_with(&b) || b.starts_with(&a))
    }
}

/// Wildcards whose known paths all have one label, those that replace the most rules first.
fn candidates<'a>(targets: &'a [Target], base: &str) -> Vec<(Wildcard<'a>, Label)> {
    let mut tally: BTreeMap<Wildcard<'a>, (Option<Label>, usize)> = BTreeMap::new();
    for target in targets {
        for folder in folders(&target.url, base) {
            for suffix in
                [None, suffix(&target.url)].into_iter().take(if suffix(&target.url).is_some() { 2 } else { 1 })
            {
                let (label, count) = tally.entry(Wildcard { folder, suffix }).or_insert((target.label, 0));
                if *label != target.label {
                    *label = None;
                }
                *count += usize::from(target.is_literal);
            }
        }
    }
    // A folder that starts with an unlabelled path has no label from the start, one that is mixed loses it.
    let mut found: Vec<_> = tally
        .into_iter()
        .filter(|(_, (_, count))| *count > 1)
        .filter_map(|(wildcard, (label, count))| Some((wildcard, label?, count)))
        .collect();
    // Of equals the narrowest, which speaks of the fewest missing files.
    let depth = |wildcard: &Wildcard<'_>| (wildcard.folder.len(), wildcard.suffix.is_some());
    found.sort_by(|a, b| b.2.cmp(&a.2).then(depth(&b.0).cmp(&depth(&a.0))).then(a.0.cmp(&b.0)));
    found.into_iter().map(|(wildcard, label, _)| (wildcard, label)).collect()
}

/// Every known path as one dialect compares it, sorted.
struct Known {
    dialect: Dialect,
    urls: Vec<(String, Option<Label>)>,
}

impl Known {
    fn new(targets: &[Target], dialect: Dialect) -> Self {
        let mut urls: Vec<_> = targets.iter().map(|target| (fold(&target.url, dialect), target.label)).collect();
        urls.sort_unstable();
        Self { dialect, urls }
    }

    /// Whether every known path that the pattern `text` matches has `label`.
    fn agrees(&self, text: &str, label: Label) -> bool {
        let Some(pattern) = Pattern::new(text, self.dialect) else { return false };
        let start = self.urls.partition_point(|(url, _)| url.as_str() < pattern.prefix());
        self.urls[start..]
            .iter()
            .take_while(|(url, _)| url.starts_with(pattern.prefix()))
            .all(|(url, own)| *own == Some(label) || !pattern.matches(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold_all(urls: &[(&str, Option<Label>)], limit: usize, dialects: &[Dialect]) -> Vec<(String, Label)> {
        let target = |(url, label): &(&str, Option<Label>)| Target {
            url: (*url).into(),
            label: *label,
            is_literal: true,
            is_shared: false,
        };
        let targets: Vec<_> = urls.iter().map(target).collect();
        disjoint(&targets, "/", limit, dialects).into_iter().collect()
    }

    const BOTH: &[Dialect] = &[Dialect::Netlify, Dialect::Cloudflare];

    #[test]
    fn exact_while_it_fits_then_the_largest_folder() {
        let urls =
            [("/", None), ("/a/x.js", Some(1)), ("/a/y.js", Some(1)), ("/a/b/z.css", Some(1)), ("/r.txt", Some(2))];
        assert_eq!(fold_all(&urls, 4, BOTH).len(), 4);
        assert_eq!(fold_all(&urls, 3, BOTH), [("/a/*".to_owned(), 1), ("/r.txt".to_owned(), 2)]);
    }

    #[test]
    fn one_extension_of_a_mixed_folder() {
        let urls = [("/", None), ("/about", None), ("/x.js", Some(1)), ("/b/y.js", Some(1)), ("/z.png", Some(2))];
        assert_eq!(fold_all(&urls, 2, BOTH), [("/*.js".to_owned(), 1), ("/z.png".to_owned(), 2)]);
    }

    #[test]
    fn a_folder_that_another_name_starts_with_is_not_folded_for_netlify() {
        let urls = [("/a/x.js", Some(1)), ("/a/y.css", Some(1)), ("/ab.css", Some(2)), ("/ac.js", Some(3))];
        assert!(fold_all(&urls, 3, &[Dialect::Cloudflare]).contains(&("/a/*".to_owned(), 1)));
        assert!(!fold_all(&urls, 3, BOTH).contains(&("/a/*".to_owned(), 1)));
    }

    #[test]
    fn unlabelled_paths_are_never_covered() {
        let urls = [("/a/", None), ("/a/x.js", Some(1)), ("/a/y.js", Some(1)), ("/a/z", None)];
        assert_eq!(fold_all(&urls, 1, BOTH), [("/a/*.js".to_owned(), 1)]);
        let urls = [("/a/x.js", Some(1)), ("/a/y.js", Some(1)), ("/a/z.js", None)];
        assert_eq!(fold_all(&urls, 1, BOTH).len(), 2);
    }
}
