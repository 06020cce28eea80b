//! What is in a picture, and so how far the pass may go. Tokens in, [`Survey`] out.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ground::{self, Ground, Reach},
    names,
    path::Vertices,
};
use crate::press::xml::markup::{Attribute, Markup, Tag, What, split_name};

/// How far the pass may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Freedom {
    /// White space inside tags only: scripts or HTML content may look at every node.
    Tags,
    /// Comments and white space between elements too: style sheets or animation depend on the elements.
    Layout,
    /// Values and elements that nothing depends on too.
    Values,
}

/// What is in a picture.
#[derive(Clone, Debug)]
pub(super) struct Survey<'a> {
    /// How far the pass may go.
    pub(super) freedom: Freedom,
    /// Whether there is text on which `xml:space` could act.
    pub(super) has_text: bool,
    /// Prefixes that stand for the namespace of an editor wherever they stand.
    pub(super) editor_prefixes: Vec<&'a str>,
    /// Prefixes that are declared and mentioned nowhere.
    pub(super) unused_prefixes: Vec<&'a str>,
    /// Prefixes of elements that something points at: those elements stay, and so does their prefix.
    needed_prefixes: BTreeSet<&'a str>,
    /// How far parts of the picture are drawn from where they stand.
    pub(super) reach: Reach,
    /// Whether vertices of lines are free to go.
    pub(super) vertices: Vertices,
    /// Whether shapes are filled and nothing else.
    pub(super) only_fills: bool,
    /// Whatever stands behind a `#` anywhere: elements of these ids may be pointed at.
    pub(super) pointers: BTreeSet<&'a str>,
}

/// Each declared prefix with what it means; `None` when it means two things.
type Declared<'a> = BTreeMap<&'a str, Option<&'a str>>;

/// More prefixes than this are nobody's drawing; none of them is looked for.
const MAX_PREFIXES: usize = 64;

impl<'a> Survey<'a> {
    /// Looks over `markup`.
    pub(super) fn of(markup: &Markup<'a>) -> Self {
        let mut declared = Declared::new();
        let mut survey = Self {
            freedom: Freedom::Values,
            has_text: false,
            editor_prefixes: Vec::new(),
            unused_prefixes: Vec::new(),
            needed_prefixes: BTreeSet::new(),
            reach: Reach::of(markup.source, scales(markup).into_iter()),
            vertices: if markup.source.contains("marker") { Vertices::Kept } else { Vertices::Free },
            only_fills: ground::only_fills(markup.source),
            pointers: pointers(markup.source),
        };
        let mut in_style = false;
        for token in &markup.tokens {
            let text = markup.text(token);
            match token.what {
                What::Start | What::Empty => {
                    let tag = Tag::new(text, token.span.start);
                    survey.see_tag(&tag, &mut declared);
                    in_style = token.what == What::Start && tag.local_name() == "style";
                }
                What::End => in_style = false,
                What::Text | What::CData | What::Entity if in_style => survey.see_style(text),
                What::Instruction if text.starts_with("<?xml-stylesheet") => survey.limit(Freedom::Layout),
                _ => {}
            }
        }
        survey.sort_prefixes(markup.source, &declared);
        survey
    }

    fn limit(&mut self, freedom: Freedom) {
        self.freedom = self.freedom.min(freedom);
    }

    fn see_tag(&mut self, tag: &Tag<'a>, declared: &mut Declared<'a>) {
        match tag.local_name() {
            "script" | "foreignObject" | "handler" | "listener" => self.limit(Freedom::Tags),
            "animate" | "set" | "animateMotion" | "animateTransform" | "animateColor" | "discard" => {
                self.limit(Freedom::Layout);
            }
            "text" | "flowRoot" => self.has_text = true,
            _ => {}
        }
        let (prefix, _) = split_name(tag.name());
        if !prefix.is_empty() && tag.attribute("id").is_some_and(|id| self.pointers.contains(id)) {
            self.needed_prefixes.insert(prefix);
        }
        for attribute in tag.attributes() {
            self.see_attribute(&attribute, declared);
        }
    }

    fn see_attribute(&mut self, attribute: &Attribute<'a>, declared: &mut Declared<'a>) {
        let (prefix, local) = split_name(attribute.name);
        if prefix == "xmlns" {
            let steady = declared.get(local).is_none_or(|meaning| *meaning == Some(attribute.value));
            declared.insert(local, steady.then_some(attribute.value));
        }
        // An event handler, or a URL that may be a script: `&` could hide the word.
        let runs = attribute.name.starts_with("on") || (local == "href" && is_script_url(attribute.value));
        if runs {
            self.limit(Freedom::Tags);
        }
    }

    /// Rules that count elements or look at attributes forbid dropping or rewriting any.
    fn see_style(&mut self, text: &str) {
        let counts =
            ["[", "+", "~", ":nth", ":first", ":last", ":only", ":empty", ":has", ":not", "@import", "attr(", "\\"];
        if text.starts_with('&') || counts.iter().any(|needle| text.contains(needle)) {
            self.limit(Freedom::Layout);
        }
    }

    /// A prefix that means two things in one file is left alone.
    fn sort_prefixes(&mut self, source: &str, declared: &Declared<'a>) {
        if declared.len() > MAX_PREFIXES {
            return;
        }
        for (prefix, uri) in declared.iter().filter_map(|(prefix, uri)| Some((*prefix, (*uri)?))) {
            if names::is_editor(uri) {
                self.editor_prefixes.extend((!self.needed_prefixes.contains(prefix)).then_some(prefix));
            } else if !source.contains(&format!("{prefix}:")) {
                self.unused_prefixes.push(prefix);
            }
        }
    }
}

/// What transforms make of a length, at every element.
fn scales(markup: &Markup<'_>) -> Vec<f64> {
    let mut open: Vec<Ground> = Vec::new();
    let mut scales = Vec::new();
    for token in &markup.tokens {
        if matches!(token.what, What::Start | What::Empty) {
            let tag = Tag::new(markup.text(token), token.span.start);
            let ground = open.last().copied().unwrap_or_else(Ground::root).inside_tag(&tag);
            scales.push(ground.scale());
            open.extend((token.what == What::Start).then_some(ground));
        } else if token.what == What::End {
            open.pop();
        }
    }
    scales
}

fn pointers(source: &str) -> BTreeSet<&str> {
    let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ')' | '<' | '>' | ';' | ',' | '&');
    let pointer = |(at, _): (usize, &str)| {
        let rest = &source[at + 1..];
        &rest[..rest.find(end).unwrap_or(rest.len())]
    };
    source.match_indices('#').map(pointer).collect()
}

fn is_script_url(value: &str) -> bool {
    let start: String = value.chars().filter(|c| !c.is_ascii_whitespace()).take(11).collect();
    value.contains("&#") || start.eq_ignore_ascii_case("javascript:")
}
