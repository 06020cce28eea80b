//! Where white space shows because CSS says so.

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};

use super::options::Folding;

/// Classes, ids and tags to which some sheet gives a `white-space` that keeps blanks. Nesting, specificity and media
/// are ignored: what any rule may touch counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhiteSpace {
    names: Names,
    /// What a sheet makes an inline box.
    inline: Names,
    everything: bool,
    /// Whether a sheet may make any element an inline box.
    everything_inline: bool,
    knows_all_sheets: bool,
}

/// Names of elements, apart from what is around them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Names {
    classes: BTreeSet<Box<str>>,
    ids: BTreeSet<Box<str>>,
    tags: BTreeSet<Box<str>>,
}

impl Names {
    fn is_empty(&self) -> bool {
        self.classes.is_empty() && self.ids.is_empty() && self.tags.is_empty()
    }

    /// Whether it has the tag, the id or a class of an element.
    fn has(&self, tag: &str, hints: &Hints<'_>) -> bool {
        self.tags.contains(tag)
            || (!hints.id.is_empty() && self.ids.contains(&*hints.id))
            || (!self.classes.is_empty() && hints.class.split_ascii_whitespace().any(|c| self.classes.contains(c)))
    }

    fn extend(&mut self, other: Self) {
        self.classes.extend(other.classes);
        self.ids.extend(other.ids);
        self.tags.extend(other.tags);
    }
}

/// What the attributes of an element say about the white space in it; values have no character references.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints<'a> {
    pub(super) class: Cow<'a, str>,
    pub(super) id: Cow<'a, str>,
    pub(super) style: Cow<'a, str>,
    /// It says `contenteditable` or `xml:space`, whatever the value.
    pub(super) keeps: bool,
}

impl<'a> Hints<'a> {
    /// Takes in one attribute; of several of one name the first counts.
    pub(super) fn note(&mut self, name: &[u8], value: impl FnOnce() -> Cow<'a, str>) {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        let place = match name.len() {
            2 if is("id") => &mut self.id,
            5 if is("class") => &mut self.class,
            5 if is("style") => &mut self.style,
            9 if is("xml:space") => return self.keeps = true,
            15 if is("contenteditable") => return self.keeps = true,
            _ => return,
        };
        if place.is_empty() {
            *place = value();
        }
    }
}

/// What decides about blanks in a sheet.
const PROPERTIES: [&str; 3] = ["white-space", "text-wrap", "display"];

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
        for (at, name) in PROPERTIES.iter().flat_map(|name| lower.match_indices(name)) {
            let value = lower[at..].split([';', '}']).next().unwrap_or_default();
            match name {
                "display" if value.contains("inline") || value.contains("contents") => {
                    let names = names_of_list(prelude(&css[..at]));
                    self.everything_inline |= names.is_none();
                    self.inline.extend(names.unwrap_or_default());
                }
                "display" => {}
                _ if value.contains("pre") || value.contains("break-spaces") => {
                    let names = names_of_list(prelude(&css[..at]));
                    self.everything |= names.is_none();
                    self.names.extend(names.unwrap_or_default());
                }
                _ => {}
            }
        }
    }

    /// Everything it knows that matters to `folding`, as text that is equal for equal knowledge.
    #[must_use]
    pub fn canonical(&self, folding: Folding) -> String {
        let list = |names: &BTreeSet<Box<str>>| names.iter().map(|name| &**name).collect::<Vec<_>>().join(" ");
        let show = |Names { classes, ids, tags }: &Names| format!(".{} #{} {}", list(classes), list(ids), list(tags));
        let keeps = format!("{} {} {}", self.everything, self.knows_all_sheets, show(&self.names));
        match folding {
            Folding::Keep | Folding::Safe => keeps,
            Folding::Aggressive => format!("{keeps} / {} {}", self.everything_inline, show(&self.inline)),
        }
    }

    /// Whether white space inside an element may show. `tag` is in lower case.
    pub(super) fn keeps(&self, tag: &str, hints: &Hints<'_>) -> bool {
        self.everything
            || hints.keeps
            || (!hints.style.is_empty() && is_told(&hints.style))
            || (!self.knows_all_sheets && matches!(tag, "code" | "samp" | "kbd"))
            || self.names.has(tag, hints)
            || (!self.knows_all_sheets && hints.class.split_ascii_whitespace().any(is_telling))
    }

    /// Whether a sheet or its own style may make an element an inline box. `tag` is in lower case.
    pub(super) fn is_inline(&self, tag: &str, hints: &Hints<'_>) -> bool {
        self.everything_inline
            || (!hints.style.is_empty() && hints.style.to_ascii_lowercase().contains("display"))
            || self.inline.has(tag, hints)
            || hints.class.split_ascii_whitespace().any(|class| class.contains("inline"))
    }
}

/// Whether a `style` attribute speaks of white space.
fn is_told(style: &str) -> bool {
    let lower = style.to_ascii_lowercase();
    lower.contains("white-space") || lower.contains("text-wrap")
}

/// Whether a class name promises kept blanks.
fn is_telling(class: &str) -> bool {
    let mut parts = class.split(|c: char| !c.is_ascii_alphanumeric());
    parts.any(|part| TELLING.iter().any(|name| part.eq_ignore_ascii_case(name)))
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

/// The names of the elements that a list of selectors may match; `None` when any element may.
fn names_of_list(prelude: &str) -> Option<Names> {
    let positive = without_negations(prelude);
    let known = |names: Names| (!names.is_empty()).then_some(names);
    if positive.contains('(') {
        // Which part of a functional selector names the element is too much to follow: all of it counts.
        return known(names_of(&positive));
    }
    let mut all = Names::default();
    for selector in positive.split(',') {
        let last = selector.trim().rsplit([' ', '>', '+', '~', '\n', '\t']).next().unwrap_or_default();
        all.extend(known(names_of(last))?);
    }
    Some(all)
}

/// The classes and ids of a compound selector, else its tags; empty when any element may match.
fn names_of(compound: &str) -> Names {
    let mut names = Names::default();
    for (at, sign) in compound.match_indices(['.', '#']) {
        let name = identifier(&compound[at + 1..]);
        if !name.is_empty() {
            let set = if sign == "." { &mut names.classes } else { &mut names.ids };
            set.insert(name.into());
        }
    }
    if !names.is_empty() {
        return names;
    }
    let is_functional = compound.contains('(');
    // Outside of functions only the beginning of a compound is a tag; `:hover` and the like are none.
    if is_functional || compound.starts_with(|c: char| c.is_alphabetic()) {
        let words = compound.split(|c: char| !is_name(c)).filter(|word| word.starts_with(|c: char| c.is_alphabetic()));
        let words = words.take(if is_functional { usize::MAX } else { 1 });
        names.tags.extend(words.map(|word| word.to_ascii_lowercase().into()));
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

    fn hints(name: &str, value: &'static str) -> Hints<'static> {
        let mut hints = Hints::default();
        hints.note(name.as_bytes(), || value.into());
        hints
    }

    #[test]
    fn sheets_tell_where_blanks_show() {
        let mut known = WhiteSpace::of_known_sheets();
        known.add_sheet("a{color:red} .x b.y , div > #z{margin:0;white-space:pre-wrap} q{white-space:nowrap} PRE,code{white-space : pre}");
        let keeps = |tag: &str, name: &str, value: &'static str| known.keeps(tag, &hints(name, value));
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
        let keeps = |class: &'static str| unknown.keeps("p", &hints("class", class));
        assert!(keeps("a whitespace-pre-wrap") && keeps("code-block"));
        assert!(!keeps("prefix expressed"));
        assert!(unknown.keeps("code", &Hints::default()));
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
            assert_eq!(known.keeps(tag, &hints("class", class)), kept, "{css} {tag} {class}");
        }
    }

    #[test]
    fn a_selector_for_anything_keeps_everything() {
        for css in ["*{white-space:pre}", ":not(.a){white-space:pre}", "[x]{white-space:pre}"] {
            let mut known = WhiteSpace::of_known_sheets();
            known.add_sheet(css);
            assert!(known.keeps("p", &Hints::default()), "{css}");
        }
    }
}
