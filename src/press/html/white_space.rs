//! Where white space shows because CSS says so.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Classes, ids and tags to which some sheet gives a `white-space` that keeps blanks. Nesting, specificity and media
/// are ignored: what any rule may touch counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        let positive = without_negations(prelude);
        if positive.contains('(') {
            // Which part of a functional selector names the element is too much to follow: all of it counts.
            let names = names_of(&positive);
            self.everything |= names.is_empty();
            self.names.extend(names);
            return;
        }
        for selector in positive.split(',') {
            let last = selector.trim().rsplit([' ', '>', '+', '~', '\n', '\t']).next().unwrap_or_default();
            let names = names_of(last);
            self.everything |= names.is_empty();
            self.names.extend(names);
        }
    }

    /// Everything it knows, as text that is equal for equal knowledge.
    #[must_use]
    pub fn canonical(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(|name| &**name).collect();
        format!("{} {} {}", self.everything, self.knows_all_sheets, names.join(" "))
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

/// `prelude` without what `:not()` and `:has()` hold: that says what an element is not, or what is around it.
fn without_negations(prelude: &str) -> String {
    let mut text = prelude.to_owned();
    while let Some(start) = [":not(", ":has("].iter().filter_map(|name| text.find(name)).min() {
        let mut depth = 0;
        let end = text[start..].char_indices().find_map(|(at, c)| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            (c == ')' && depth == 0).then_some(start + at + 1)
        });
        text.replace_range(start..end.unwrap_or(text.len()), "");
    }
    text
}

/// The classes and ids of a compound selector, else its tags; empty when any element may match.
fn names_of(compound: &str) -> BTreeSet<Box<str>> {
    let mut names = BTreeSet::new();
    for (at, sign) in compound.match_indices(['.', '#']) {
        let name = identifier(&compound[at + 1..]);
        if !name.is_empty() {
            names.insert(format!("{sign}{name}").into());
        }
    }
    if names.is_empty() {
        let words = compound.split(|c: char| !is_name(c)).filter(|word| word.starts_with(|c: char| c.is_alphabetic()));
        let is_functional = compound.contains('(');
        // Outside of functions only the beginning of a compound is a tag; `:hover` and the like are none.
        names.extend(
            words.take(if is_functional { usize::MAX } else { 1 }).map(|word| word.to_ascii_lowercase().into()),
        );
        if !is_functional && !compound.starts_with(|c: char| c.is_alphabetic()) {
            names.clear();
        }
    }
    names
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii()
}

/// The identifier that `text` begins with, its escapes undone (CSS Syntax, section 4.3.7).
fn identifier(text: &str) -> String {
    let mut name = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next_if(|&c| is_name(c) || c == '\\') {
        if c != '\\' {
            name.push(c);
            continue;
        }
        let mut digits = String::new();
        while let Some(digit) = rest.next_if(|c| c.is_ascii_hexdigit() && digits.len() < 6) {
            digits.push(digit);
        }
        if digits.is_empty() {
            name.extend(rest.next());
        } else {
            name.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            rest.next_if(char::is_ascii_whitespace);
        }
    }
    name
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
    fn escapes_and_functions_are_followed() {
        for (css, tag, class, kept) in [
            (r".lg\:pre-x{white-space:pre}", "p", "lg:pre-x", true),
            (r".lg\:pre-x{white-space:pre}", "p", "other", false),
            (r".\32xl\:w{white-space:pre}", "p", "2xl:w", true),
            (":where(.poem){white-space:pre-line}", "p", "poem", true),
            (":is(a,b){white-space:pre}", "b", "", true),
            (":is(a,b){white-space:pre}", "p", "", false),
            (".a:not(.b){white-space:pre}", "p", "a", true),
            (".a:not(.b){white-space:pre}", "p", "c", false),
        ] {
            let mut known = WhiteSpace::of_known_sheets();
            known.add_sheet(css);
            let keeps = known.keeps(tag, |name| (name == "class").then(|| class.to_owned()));
            assert_eq!(keeps, kept, "{css} {tag} {class}");
        }
    }

    #[test]
    fn a_selector_for_anything_keeps_everything() {
        for css in ["*{white-space:pre}", ":not(.a){white-space:pre}", "[x]{white-space:pre}"] {
            let mut known = WhiteSpace::of_known_sheets();
            known.add_sheet(css);
            assert!(known.keeps("p", |_| None), "{css}");
        }
    }
}
