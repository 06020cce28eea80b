//! `_headers`: text in, rules out, and what those rules do to the headers of a URL path, per dialect.
//!
//! Also splits a file into the site's own text and the part between our markers. Never changes the site's text.

use std::collections::BTreeMap;

use super::{
    HostName,
    pattern::{Dialect, Pattern, Wildcards, fold, placeholder},
    requests,
    table::MANAGED,
};
use crate::{
    asset::AssetPath,
    finding::{Code, Finding},
};

pub(super) const FILE_NAME: &str = "_headers";
pub(super) const BEGIN: &str = "# edgepress:begin";
pub(super) const END: &str = "# edgepress:end";
/// Cloudflare skips what exceeds these.
pub(super) const MAX_RULES: usize = 100;
pub(super) const MAX_LINE: usize = 2000;

/// One block of a `_headers` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) path: String,
    pub(super) unset: Vec<String>,
    /// Names in lower case.
    pub(super) set: BTreeMap<String, String>,
}

/// The rules of one file, ready to be asked.
#[derive(Debug)]
pub(super) struct RuleSet {
    dialect: Dialect,
    rules: Vec<Rule>,
    /// Rules without wildcard, by the path that they match.
    exact: BTreeMap<String, Vec<usize>>,
    wild: Wildcards,
}

impl RuleSet {
    pub(super) fn parse(text: &str, dialect: Dialect) -> Self {
        let rules = match dialect {
            Dialect::Netlify => netlify_rules(text),
            Dialect::Cloudflare => cloudflare_rules(text),
        };
        let (mut exact, mut wild) = (BTreeMap::<String, Vec<usize>>::new(), Wildcards::default());
        for (index, rule) in rules.iter().enumerate() {
            let Some(pattern) = Pattern::new(&rule.path, dialect) else { continue };
            match pattern.literal() {
                Some(literal) => exact.entry(literal.to_owned()).or_default().push(index),
                None => wild.add(index, pattern),
            }
        }
        Self { dialect, rules, exact, wild }
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Applies every rule that matches `url_path` to `headers` (names in lower case).
    pub(super) fn apply(&self, url_path: &str, headers: &mut BTreeMap<String, String>) {
        let mut ours = Vec::new();
        for rule in self.matching(url_path) {
            for name in &rule.unset {
                headers.remove(&name.to_ascii_lowercase());
            }
            for (name, value) in &rule.set {
                let joins = self.dialect == Dialect::Cloudflare && ours.contains(&name);
                match headers.get_mut(name) {
                    Some(before) if joins => *before = format!("{before}, {value}"),
                    _ => drop(headers.insert(name.clone(), value.clone())),
                }
                ours.push(name);
            }
        }
    }

    fn matching(&self, url_path: &str) -> impl Iterator<Item = &Rule> {
        let folded = fold(url_path, self.dialect);
        let mut found: Vec<usize> = self.exact.get(&folded).cloned().unwrap_or_default();
        if self.dialect == Dialect::Netlify
            && let Some(without) = folded.strip_suffix('/')
        {
            found.extend(self.exact.get(without).into_iter().flatten());
        }
        found.extend(self.wild.matching(&folded));
        found.sort_unstable();
        found.into_iter().map(|index| &self.rules[index])
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn netlify_rules(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in lines(text) {
        if line.starts_with('/') {
            rules.push(Rule { path: line.to_owned(), unset: Vec::new(), set: BTreeMap::new() });
        } else if let (Some(rule), Some((name, value))) = (rules.last_mut(), pair(line)) {
            add(rule, name, &value.split(',').map(str::trim).collect::<Vec<_>>().join(", "));
        }
    }
    rules
}

fn pair(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    (!name.is_empty() && !value.is_empty()).then_some((name, value))
}

fn add(rule: &mut Rule, name: &str, value: &str) {
    let joined = match rule.set.get(&name.to_ascii_lowercase()) {
        Some(before) => format!("{before}, {value}"),
        None => value.to_owned(),
    };
    rule.set.insert(name.to_ascii_lowercase(), joined);
}

fn cloudflare_rules(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut current: Option<Rule> = None;
    for line in lines(text).filter(|line| line.encode_utf16().count() <= MAX_LINE) {
        if line.starts_with('/') || line.split_whitespace().next().is_some_and(|word| word.contains("://")) {
            if rules.len() >= MAX_RULES {
                break;
            }
            close(&mut rules, current.take());
            let path = line.starts_with('/').then(|| normal_path(line));
            // Rules for another host name are counted but never match a path.
            current =
                Some(Rule { path: path.unwrap_or_else(|| line.to_owned()), unset: Vec::new(), set: BTreeMap::new() });
        } else if let Some(rule) = &mut current {
            match pair(line) {
                Some((name, value)) if !name.contains(' ') => add(rule, name, value),
                None if !line.contains(':') && line.starts_with("! ") => rule.unset.push(line[2..].to_owned()),
                _ => {}
            }
        }
    }
    close(&mut rules, current);
    // Of two blocks with one path the later replaces the earlier, in the earlier's place.
    let mut unique: Vec<Rule> = Vec::new();
    for rule in rules {
        match unique.iter_mut().find(|known| known.path == rule.path) {
            Some(known) => *known = rule,
            None => unique.push(rule),
        }
    }
    unique
}

fn close(rules: &mut Vec<Rule>, rule: Option<Rule>) {
    rules.extend(rule.filter(|rule| !rule.set.is_empty() || !rule.unset.is_empty()));
}

/// The path as a URL has it: without query and fragment, escaped.
pub(super) fn normal_path(line: &str) -> String {
    const ESCAPED: &percent_encoding::AsciiSet =
        &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}').add(b'^');
    let path = &line[..line.find(['?', '#']).unwrap_or(line.len())];
    percent_encoding::utf8_percent_encode(path, ESCAPED).to_string()
}

/// What the site's own `_headers` says.
#[derive(Debug)]
pub(super) struct UserRules {
    /// The site's own text, our part taken out.
    pub(super) text: String,
    /// Whether there is a file that is no text; it stays as it is.
    pub(super) is_unreadable: bool,
    pub(super) netlify: RuleSet,
    pub(super) cloudflare: RuleSet,
    dialects: Vec<Dialect>,
    /// Whether our part was in it.
    pub(super) has_ours: bool,
    has_broken_markers: bool,
}

impl UserRules {
    pub(super) fn read(user_files: &BTreeMap<AssetPath, Vec<u8>>, hosts: &[HostName]) -> Self {
        let bytes = user_files.iter().find(|(path, _)| path.as_str() == FILE_NAME).map_or(&[][..], |(_, bytes)| bytes);
        let whole = std::str::from_utf8(bytes);
        let (text, has_broken_markers) = without_ours(whole.unwrap_or_default());
        let mut dialects: Vec<_> = hosts.iter().filter_map(|host| dialect_of(*host)).collect();
        dialects.sort_unstable();
        dialects.dedup();
        if dialects.is_empty() {
            // Nobody reads the file, but it still says what its author wants.
            dialects.push(Dialect::Netlify);
        }
        Self {
            is_unreadable: whole.is_err(),
            netlify: RuleSet::parse(&text, Dialect::Netlify),
            cloudflare: RuleSet::parse(&text, Dialect::Cloudflare),
            has_ours: whole.is_ok_and(|whole| whole.len() != text.len()),
            text,
            dialects,
            has_broken_markers,
        }
    }

    pub(super) fn rules(&self, dialect: Dialect) -> &RuleSet {
        match dialect {
            Dialect::Netlify => &self.netlify,
            Dialect::Cloudflare => &self.cloudflare,
        }
    }

    /// The managed headers that the site's rules speak of for `path`, under any of its forms; empty where they take
    /// one away.
    pub(super) fn effective(&self, path: &AssetPath, base: &str) -> BTreeMap<String, String> {
        let mut effective = BTreeMap::new();
        for dialect in &self.dialects {
            let rules = self.rules(*dialect);
            if rules.rules().is_empty() {
                continue;
            }
            for url in requests::pretty(path, base).iter().chain(&requests::plain(path, base)) {
                speaks_of(rules, url, &mut effective);
            }
        }
        effective
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let finding = |message: &str| Finding::new(Code::HostLimit, FILE_NAME, message);
        let mut findings = Vec::new();
        if self.has_broken_markers {
            findings.push(finding("a marker of ours stands alone; the text beside it is taken as yours"));
        }
        if self.is_unreadable {
            findings.push(finding("it is not UTF-8, so no headers were added to it").hint("save it as UTF-8"));
        }
        if self.cloudflare.rules.iter().any(|rule| !rule.path.starts_with('/') && is_managed(rule)) {
            findings.push(finding(
                "a rule for one host name sets headers that are planned too; on that host name both are sent",
            ));
        }
        let substitutes = |rule: &Rule| {
            is_managed(rule)
                && rule
                    .set
                    .values()
                    .any(|value| value.match_indices(':').any(|(at, _)| placeholder(&value[at..]).is_some()))
        };
        if self.cloudflare.rules.iter().any(substitutes) {
            findings.push(finding("a value holds a placeholder; what it becomes is not checked"));
        }
        findings
    }
}

fn is_managed(rule: &Rule) -> bool {
    rule.set.keys().any(|name| MANAGED.iter().any(|managed| managed.eq_ignore_ascii_case(name)))
}

fn speaks_of(rules: &RuleSet, url: &str, effective: &mut BTreeMap<String, String>) {
    const UNTOUCHED: &str = "\0";
    let mut headers: BTreeMap<_, _> =
        MANAGED.iter().map(|name| (name.to_ascii_lowercase(), UNTOUCHED.to_owned())).collect();
    rules.apply(url, &mut headers);
    for name in MANAGED.iter().map(|name| name.to_ascii_lowercase()) {
        match headers.remove(&name) {
            Some(value) if value == UNTOUCHED => {}
            touched => drop(effective.entry(name).or_insert_with(|| touched.unwrap_or_default())),
        }
    }
}

pub(super) fn dialect_of(host: HostName) -> Option<Dialect> {
    match host {
        HostName::Netlify => Some(Dialect::Netlify),
        HostName::CloudflarePages | HostName::CloudflareWorkers => Some(Dialect::Cloudflare),
        HostName::Nginx => None,
    }
}

/// `text` without the part between our markers, and whether a marker stands alone.
fn without_ours(text: &str) -> (String, bool) {
    let (mut kept, mut held) = (String::new(), None::<String>);
    let mut is_broken = false;
    for line in text.split_inclusive('\n') {
        match (line.trim(), &mut held) {
            (BEGIN, None) => held = Some(String::new()),
            (END, Some(_)) => held = None,
            (BEGIN | END, _) => is_broken = true,
            (_, Some(inside)) => inside.push_str(line),
            (_, None) => kept.push_str(line),
        }
    }
    // Without an end we cannot know what is ours.
    is_broken |= held.is_some();
    kept.push_str(&held.unwrap_or_default());
    (kept, is_broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(text: &str, dialect: Dialect, url: &str) -> Vec<(String, String)> {
        let mut headers = BTreeMap::from([("cache-control".to_owned(), "default".to_owned())]);
        RuleSet::parse(text, dialect).apply(url, &mut headers);
        headers.into_iter().collect()
    }

    #[test]
    fn cloudflare_joins_and_unsets() {
        let text =
            "/*\n  Cache-Control: a\n  X-A: 1\n/b/*\n  Cache-Control: b\n/b/c\n  ! Cache-Control\n  Cache-Control: c\n";
        let value = |url| headers(text, Dialect::Cloudflare, url)[0].1.clone();
        assert_eq!((value("/x"), value("/b/x"), value("/b/c")), ("a".into(), "a, b".into(), "c".into()));
    }

    #[test]
    fn netlify_lets_the_last_win_and_joins_within_a_block() {
        let text = "/*\n  Cache-Control: a\n/b/*\n  cache-control: b\n  Cache-Control: c ,d\n  ! Cache-Control\n";
        let value = |url| headers(text, Dialect::Netlify, url)[0].1.clone();
        assert_eq!((value("/x"), value("/b/x")), ("a".into(), "b, c, d".into()));
    }

    #[test]
    fn cloudflare_replaces_a_block_of_the_same_path() {
        let text = "/a b\n  X: 1\n/*\n  Z: 2\n/a%20b\n  Y: 3\n";
        let rules = RuleSet::parse(text, Dialect::Cloudflare);
        assert_eq!(rules.rules().iter().map(|rule| rule.path.as_str()).collect::<Vec<_>>(), ["/a%20b", "/*"]);
        assert_eq!(rules.rules()[0].set.keys().collect::<Vec<_>>(), ["y"]);
    }

    #[test]
    fn our_part_is_taken_out_and_nothing_else() {
        for (text, kept, broken) in [
            ("", "", false),
            ("/a\n  X: 1\n", "/a\n  X: 1\n", false),
            ("/a\n# edgepress:begin\n/b\n# edgepress:end\n/c", "/a\n/c", false),
            ("/a\r\n  # edgepress:begin\r\n/b\r\n# edgepress:end\r\n", "/a\r\n", false),
            ("# edgepress:begin\n/b\n", "/b\n", true),
            ("/b\n# edgepress:end\n", "/b\n", true),
        ] {
            assert_eq!(without_ours(text), (kept.to_owned(), broken), "{text:?}");
        }
    }
}
