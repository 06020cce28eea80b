//! The oracle: whether two pages make the same tree, but for what readers of the page cannot see.
//!
//! html5ever builds both trees; it shares no code with the pass. They are equal when a walk meets the same elements
//! (names, attributes in order, text, doctype, quirks mode, template contents), where
//! - runs of space, tab and line break count as one, outside elements that keep them by name, by `style`, or by a rule
//!   of a sheet: CSS collapses them before layout;
//! - text of blanks only directly inside elements that make no box for it (heads, tables, choices) is passed over;
//! - blanks at the beginning of the body are passed over: the beginning of a line has none;
//! - comments that only people read are passed over, and texts on both sides of one are one text;
//! - the tokens of `class` count, not the blanks between them;
//! - inline code is compared as it stands, or as what our own press made of it, which has its own proof.

pub(crate) mod tree;

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use html5ever::{Attribute, ns};

use self::tree::{Data, Element, Id, NONE, Scripting, Tree};
use super::{
    comments::{self, Purpose},
    context::{Runs, drops_blanks, is_blank, is_block, keeps_white_space, same_folded},
    inline::Inline,
    survey::Facts,
    white_space::Hints,
};
use crate::{
    press::{KeptBecause, LegalComments, Note},
    refs::html::events::Namespace,
};

/// The trees of a page.
pub(super) struct Oracle {
    on: Tree,
    /// Only of pages with `noscript`: else it would be the same tree.
    off: Option<Tree>,
}

/// What the comparison must know.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) legal: LegalComments,
}

impl Oracle {
    /// Parses `page`.
    ///
    /// # Errors
    /// When the parser crashes on it or makes far more nodes than it has bytes.
    pub(super) fn of(page: &str, facts: &Facts<'_>) -> Result<Self, KeptBecause> {
        let parse = || {
            let on = tree::parse(page, Scripting::On)?;
            let off = if facts.has_noscript { Some(tree::parse(page, Scripting::Off)?) } else { None };
            Some(Self { on, off })
        };
        match catch_unwind(AssertUnwindSafe(parse)) {
            Ok(Some(oracle)) => Ok(oracle),
            Ok(None) => Err(KeptBecause::TooLarge(Note::new("it makes far more nodes than it has bytes"))),
            Err(_) => Err(KeptBecause::Crashed(Note::new("the HTML parser crashed on it"))),
        }
    }

    /// Compares the trees of the page with those of `other`.
    ///
    /// # Errors
    /// The first difference, in words.
    pub(super) fn compare(&self, other: &Self, rules: Rules<'_>, inline: &Inline<'_>) -> Result<(), String> {
        compare(&self.on, &other.on, rules, inline)?;
        match (&self.off, &other.off) {
            (Some(mine), Some(theirs)) => compare(mine, theirs, rules, inline),
            (None, None) => Ok(()),
            _ => Err("a noscript came or went".to_owned()),
        }
    }
}

fn compare(before: &Tree, after: &Tree, rules: Rules<'_>, inline: &Inline<'_>) -> Result<(), String> {
    if before.quirks != after.quirks {
        return Err("the quirks mode changed".to_owned());
    }
    let (mut left, mut right) = (Walk::new(before, rules), Walk::new(after, rules));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ok(()),
            (Some(a), Some(b)) if same(&a, &b, inline) => {}
            (a, b) => return Err(format!("{} became {}", describe(a.as_ref()), describe(b.as_ref()))),
        }
    }
}

/// What a walk meets.
enum Item<'t> {
    Doctype([&'t str; 3]),
    Element(&'t Element),
    /// Text, and how it is to be compared.
    Text(Cow<'t, str>, Reading),
    Comment(&'t str),
    End,
}

/// How two texts are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As they stand.
    Exact,
    /// As they stand, or as our own press made one from the other.
    Code,
    /// Each run of white space counts as what it would be folded to.
    Folded(Runs),
}

fn same(before: &Item<'_>, after: &Item<'_>, inline: &Inline<'_>) -> bool {
    match (before, after) {
        (Item::Doctype(a), Item::Doctype(b)) => a == b,
        (Item::Element(a), Item::Element(b)) => a.name == b.name && same_attributes(a, b, inline),
        (Item::Text(a, Reading::Exact), Item::Text(b, _)) => a == b,
        (Item::Text(a, Reading::Code), Item::Text(b, _)) => a == b || inline.made(a, b),
        (Item::Text(a, Reading::Folded(runs)), Item::Text(b, _)) => a == b || same_folded(a, b, *runs),
        (Item::Comment(a), Item::Comment(b)) => a == b,
        (Item::End, Item::End) => true,
        _ => false,
    }
}

fn same_attributes(a: &Element, b: &Element, inline: &Inline<'_>) -> bool {
    a.attributes.len() == b.attributes.len()
        && a.attributes.iter().zip(&b.attributes).all(|(a, b)| a.name == b.name && same_value(a, b, inline))
}

fn same_value(a: &Attribute, b: &Attribute, inline: &Inline<'_>) -> bool {
    a.value == b.value
        || match &*a.name.local {
            "class" => a.value.split_ascii_whitespace().eq(b.value.split_ascii_whitespace()),
            "style" | "src" | "href" | "poster" => inline.made(&a.value, &b.value),
            _ => false,
        }
}

fn describe(item: Option<&Item<'_>>) -> String {
    let short = |text: &str| text.chars().take(40).collect::<String>().escape_debug().to_string();
    match item {
        None => "the end of the page".to_owned(),
        Some(Item::Doctype(..)) => "the doctype".to_owned(),
        Some(Item::Element(element)) => format!("<{}>", &*element.name.local),
        Some(Item::Text(text, _)) => format!("text \"{}\"", short(text)),
        Some(Item::Comment(text)) => format!("comment \"{}\"", short(text)),
        Some(Item::End) => "an end tag".to_owned(),
    }
}

/// One element on the way.
#[expect(clippy::struct_excessive_bools, reason = "facts of an element that do not depend on each other")]
struct Frame {
    /// The child that comes next.
    child: Id,
    /// What comes behind the children: the contents of a template come first.
    later: Id,
    keeps: bool,
    drops: bool,
    is_body: bool,
    /// Whether lines begin and end at its borders, and blanks there may go.
    is_block: bool,
    /// The same of the child met last.
    is_behind_block: bool,
    is_code: bool,
    is_template: bool,
    /// Whether no child was met yet.
    is_first: bool,
}

/// A walk over a tree in document order.
struct Walk<'t> {
    tree: &'t Tree,
    rules: Rules<'t>,
    frames: Vec<Frame>,
}

impl<'t> Walk<'t> {
    fn new(tree: &'t Tree, rules: Rules<'t>) -> Self {
        let keeps = rules.facts.keeps_white_space;
        let root = Frame {
            child: tree.node(0).first,
            later: NONE,
            keeps,
            drops: !keeps,
            is_body: false,
            is_block: false,
            is_behind_block: false,
            is_code: false,
            is_template: false,
            is_first: true,
        };
        Self { tree, rules, frames: vec![root] }
    }

    fn next(&mut self) -> Option<Item<'t>> {
        loop {
            let frame = self.frames.last_mut()?;
            if frame.child == NONE {
                if frame.later != NONE {
                    frame.child = std::mem::replace(&mut frame.later, NONE);
                    continue;
                }
                self.frames.pop();
                return Some(Item::End);
            }
            let id = frame.child;
            let node = self.tree.node(id);
            match &node.data {
                Data::Text(_) => {
                    if let Some(item) = self.text() {
                        return Some(item);
                    }
                }
                Data::Comment(text) if self.passes_over(text) => {
                    if let Some(item) = self.text() {
                        return Some(item);
                    }
                }
                Data::Comment(text) => {
                    self.step(node.next);
                    return Some(Item::Comment(text));
                }
                Data::Doctype(name, public, system) => {
                    self.step(node.next);
                    return Some(Item::Doctype([name, public, system]));
                }
                Data::Element(element) => {
                    self.step(node.next);
                    let is_block = self.is_block(element);
                    if let Some(frame) = self.frames.last_mut() {
                        frame.is_behind_block = is_block;
                    }
                    self.enter(element, node.first);
                    return Some(Item::Element(element));
                }
                Data::Root => self.step(node.next),
            }
        }
    }

    fn step(&mut self, next: Id) {
        if let Some(frame) = self.frames.last_mut() {
            (frame.child, frame.is_first, frame.is_behind_block) = (next, false, false);
        }
    }

    fn enter(&mut self, element: &Element, first: Id) {
        let (namespace, tag) = (namespace_of(element), &*element.name.local);
        let above = self.frames.last();
        let keeps = above.is_some_and(|frame| frame.keeps)
            || keeps_white_space(namespace, tag)
            || self.rules.facts.white_space.keeps(tag, &hints(element));
        let is_template = above.is_some_and(|frame| frame.is_template) || tag == "template";
        let contents = match element.contents {
            NONE => NONE,
            contents => self.tree.node(contents).first,
        };
        self.frames.push(Frame {
            child: if contents == NONE { first } else { contents },
            later: if contents == NONE { NONE } else { first },
            keeps,
            drops: !self.rules.facts.keeps_white_space && drops_blanks(namespace, tag),
            is_block: self.is_block(element),
            is_behind_block: false,
            is_body: namespace == Namespace::Html && tag == "body" && !keeps,
            is_code: matches!(tag, "style" | "script"),
            is_template,
            is_first: true,
        });
    }

    /// Whether blanks before, behind, and at the borders of `element` may go.
    fn is_block(&self, element: &Element) -> bool {
        let (facts, tag) = (self.rules.facts, &*element.name.local);
        facts.trims
            && !facts.keeps_white_space
            && namespace_of(element) == Namespace::Html
            && is_block(tag)
            && !facts.white_space.is_inline(tag, &hints(element))
    }

    fn is_block_node(&self, id: Id) -> bool {
        matches!(&self.tree.node(id).data, Data::Element(element) if self.is_block(element))
    }

    fn passes_over(&self, comment: &str) -> bool {
        let is_template = self.frames.last().is_some_and(|frame| frame.is_template);
        !is_template
            && !self.rules.facts.keeps_comments
            && comments::purpose(comment, self.rules.legal) == Purpose::Note
    }

    /// The text that begins at the next child, over all comments that are passed over.
    fn text(&mut self) -> Option<Item<'t>> {
        let frame = self.frames.last()?;
        let (is_first, mut id, mut text) = (frame.is_first, frame.child, Cow::Borrowed(""));
        let starts_line = frame.is_behind_block || (is_first && frame.is_block);
        while id != NONE {
            let node = self.tree.node(id);
            match &node.data {
                Data::Text(part) if text.is_empty() => text = Cow::Borrowed(part),
                Data::Text(part) => text.to_mut().push_str(part),
                Data::Comment(comment) if self.passes_over(comment) => {}
                _ => break,
            }
            id = node.next;
        }
        self.step(id);
        let frame = self.frames.last()?;
        let reading = match (frame.keeps, frame.is_code) {
            (true, true) => Reading::Code,
            (true, false) => Reading::Exact,
            (false, _) => Reading::Folded(self.rules.facts.runs),
        };
        if !frame.keeps && frame.drops && text.bytes().all(is_blank) {
            return None;
        }
        let ends_line = if id == NONE { frame.is_block } else { self.is_block_node(id) };
        if !frame.keeps {
            text = trimmed(text, starts_line || is_first && frame.is_body, ends_line);
        }
        (!text.is_empty()).then_some(Item::Text(text, reading))
    }
}

fn trimmed(text: Cow<'_, str>, at_start: bool, at_end: bool) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(trim(text, at_start, at_end)),
        Cow::Owned(text) => Cow::Owned(trim(&text, at_start, at_end).to_owned()),
    }
}

fn trim(text: &str, at_start: bool, at_end: bool) -> &str {
    let is_blank = |c: char| u8::try_from(c).is_ok_and(is_blank);
    let text = if at_start { text.trim_start_matches(is_blank) } else { text };
    if at_end { text.trim_end_matches(is_blank) } else { text }
}

fn namespace_of(element: &Element) -> Namespace {
    if element.name.ns == ns!(html) { Namespace::Html } else { Namespace::Foreign }
}

/// What the attributes of `element` say about white space.
fn hints(element: &Element) -> Hints<'_> {
    let mut hints = Hints::default();
    for attribute in &element.attributes {
        match &attribute.name.prefix {
            None => hints.note(attribute.name.local.as_bytes(), || Cow::Borrowed(&*attribute.value)),
            Some(prefix) => hints.keeps |= &**prefix == "xml" && &*attribute.name.local == "space",
        }
    }
    hints
}

#[cfg(test)]
mod tests;
