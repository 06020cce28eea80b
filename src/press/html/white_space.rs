//! Where white space shows because CSS says so.

use std::collections::BTreeSet;

/// Classes, ids and tags to which some sheet gives a `white-space` that keeps blanks. Nesting, specificity and media
/// are ignored: what any rule may touch counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhiteSpace {
    names: BTreeSet<Box<str>>,
    everything: bool,
    knows_all_sheets: bool,
}

/// Class names that promise kept blanks, for pages whose sheets are not known.
const TELLING: [&str; 12] = [
    "pre",
    "prewrap",
    "preline",
    "preformatted",
    "preserve",
    "verbatim",
    "code",
    "codehilite",
    "highlight",
    "hljs",
    "console",
    "terminal",
];

impl WhiteSpace {
    /// For a page whose sheets are all given to [`WhiteSpace::add_sheet`]: nothing is guessed from names.
    #[must_use]
    pub fn of_known_sheets() -> Self {
        Self { knows_all_sheets: true, ..Self::default() }
    }

    /// Takes in what `css` says.
    pub fn add_sheet(&mut self, css: &str) {
        let lower = css.to_ascii_lowercase();
        for property in ["white-space", "text-wrap"] {
            for (at, _) in lower.match_indices(property) {
                let value = lower[at..].split([';', '}']).next().unwrap_or_default();
                if ["pre", "break-spaces"].iter().any(|kept| value.contains(kept)) {
                    self.add_selectors(prelude(&css[..at]));
                }
            }
        }
    }

    fn add_selectors(&mut self, prelude: &str) {
        for selector in prelude.split(',') {
            let last = selector.trim().rsplit([' ', '>', '+', '~', '\n', '\t']).next().unwrap_or_default();
            let names = names_of(last);
            self.everything |= names.is_empty();
            self.names.extend(names);
        }
    }

    /// Whether white space inside an element may show. `tag` is in lower case; values have no character references.
    pub(super) fn keeps(&self, tag: &str, attribute: impl Fn(&str) -> Option<String>) -> bool {
        if self.everything || attribute("contenteditable").is_some() || attribute("xml:space").is_some() {
            return true;
        }
        let style = attribute("style").unwrap_or_default().to_ascii_lowercase();
        if style.contains("white-space") || style.contains("text-wrap") {
            return true;
        }
        if !self.knows_all_sheets && matches!(tag, "code" | "samp" | "kbd") || self.names.contains(tag) {
            return true;
        }
        let class = attribute("class").unwrap_or_default();
        class.split_ascii_whitespace().any(|class| self.names.contains(&*format!(".{class}")) || self.guesses(class))
            || attribute("id").is_some_and(|id| self.names.contains(&*format!("#{id}")))
    }

    fn guesses(&self, class: &str) -> bool {
        let mut parts = class.split(|c: char| !c.is_ascii_alphanumeric());
        !self.knows_all_sheets && parts.any(|part| TELLING.iter().any(|name| part.eq_ignore_ascii_case(name)))
    }
}

/// The selectors of the rule whose declarations begin in `before`.
fn prelude(before: &str) -> &str {
    let Some(open) = before.rfind('{') else { return "" };
    let start = before[..open].rfind(['{', '}', ';']).map_or(0, |at| at + 1);
    &before[start..open]
}

/// The classes and ids of a compound selector, else its tag; empty when any element may match.
fn names_of(compound: &str) -> BTreeSet<Box<str>> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii();
    let mut names = BTreeSet::new();
    for (at, sign) in compound.match_indices(['.', '#']) {
        let name: String = compound[at + 1..].chars().take_while(|&c| is_name(c)).collect();
        if !name.is_empty() {
            names.insert(format!("{sign}{name}").into());
        }
    }
    // An escape in a name or a functional pseudo-class: too much to follow, so any element may match.
    if compound.contains(['\\', '(']) {
        return BTreeSet::new();
    }
    let tag: String = compound.chars().take_while(|&c| is_name(c)).collect();
    if names.is_empty() && !tag.is_empty() {
        names.insert(tag.to_ascii_lowercase().into());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_tell_where_blanks_show() {
        let mut known = WhiteSpace::of_known_sheets();
        known.add_sheet("a{color:red} .x b.y , div > #z{margin:0;white-space:pre-wrap} q{white-space:nowrap} PRE,code{white-space : pre}");
        let keeps = |tag: &str, name: &'static str, value: &'static str| {
            known.keeps(tag, move |wanted| (wanted == name).then(|| value.to_owned()))
        };
        assert!(keeps("b", "class", "a y"));
        assert!(keeps("div", "id", "z"));
        assert!(keeps("code", "", ""));
        assert!(keeps("p", "style", "white-space:pre"));
        for (tag, name, value) in [("b", "class", "x"), ("q", "", ""), ("p", "class", "hljs"), ("samp", "", "")] {
            assert!(!keeps(tag, name, value), "{tag} {name} {value}");
        }
    }

    #[test]
    fn unknown_sheets_are_guessed_at() {
        let unknown = WhiteSpace::default();
        let keeps = |class: &'static str| unknown.keeps("p", move |name| (name == "class").then(|| class.to_owned()));
        assert!(keeps("a whitespace-pre-wrap") && keeps("code-block"));
        assert!(!keeps("prefix expressed"));
        assert!(unknown.keeps("code", |_| None));
    }

    #[test]
    fn a_selector_for_anything_keeps_everything() {
        for css in ["*{white-space:pre}", ":is(a,b){white-space:pre}", ".a\\:b{white-space:pre}"] {
            let mut known = WhiteSpace::of_known_sheets();
            known.add_sheet(css);
            assert!(known.keeps("p", |_| None), "{css}");
        }
    }
}
