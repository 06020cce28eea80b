//! The check after pressing: two documents in, read by roxmltree, refused unless they say the same.
//!
//! Only comments, and white space where [`Vocabulary`] gives it no meaning, may differ. Never looks at raw bytes.

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use roxmltree::{Document, Node, NodeType, ParsingOptions};

use super::vocabulary::Vocabulary;
use crate::{
    asset::Position,
    press::{KeptBecause, Note, xml::markup::one_line},
};

/// Refuses `after` unless it says what `before` said.
pub(super) fn check(before: &str, after: &str, vocabulary: Vocabulary) -> Result<(), KeptBecause> {
    catch_unwind(AssertUnwindSafe(|| {
        let old = parse(before).map_err(KeptBecause::Unparsable)?;
        let new = parse(after).map_err(KeptBecause::WouldChangeMeaning)?;
        if said(&old, vocabulary) == said(&new, vocabulary) {
            return Ok(());
        }
        Err(KeptBecause::WouldChangeMeaning(Note::new("a second parser reads another tree")))
    }))
    .unwrap_or_else(|_| Err(KeptBecause::Crashed(Note::new("the XML parser crashed"))))
}

/// `text` as a tree.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, Note> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let pos = error.pos();
        Note::at(one_line(&error.to_string()), Position { line: pos.row, column: pos.col })
    })
}

/// One thing a document says.
#[derive(Debug, PartialEq, Eq)]
enum Said<'a> {
    Element { namespace: Option<&'a str>, name: &'a str, depth: usize },
    Attribute { namespace: Option<&'a str>, name: &'a str, value: &'a str },
    Text(Cow<'a, str>, usize),
    Instruction(&'a str, Option<&'a str>),
}

fn said<'a>(document: &'a Document<'_>, vocabulary: Vocabulary) -> Vec<Said<'a>> {
    let mut all = Vec::new();
    let mut levels = Depth::default();
    for node in document.descendants() {
        let depth = levels.of(node);
        match node.node_type() {
            NodeType::Element => say_element(node, depth, &mut all),
            NodeType::Text if is_free(node, vocabulary) => {}
            NodeType::Text => say_text(node.text().unwrap_or_default(), depth, &mut all),
            NodeType::PI => all.extend(node.pi().map(|pi| Said::Instruction(pi.target, pi.value))),
            NodeType::Comment | NodeType::Root => {}
        }
    }
    all
}

fn say_element<'a>(node: Node<'a, '_>, depth: usize, all: &mut Vec<Said<'a>>) {
    let tag = node.tag_name();
    all.push(Said::Element { namespace: tag.namespace(), name: tag.name(), depth });
    all.extend(node.attributes().map(|attribute| Said::Attribute {
        namespace: attribute.namespace(),
        name: attribute.name(),
        value: attribute.value(),
    }));
}

/// Two texts of one parent with nothing but a comment between them are one.
fn say_text<'a>(text: &'a str, depth: usize, all: &mut Vec<Said<'a>>) {
    match all.last_mut() {
        Some(Said::Text(before, level)) if *level == depth => before.to_mut().push_str(text),
        _ => all.push(Said::Text(Cow::Borrowed(text), depth)),
    }
}

/// The depth of each node of a walk in document order, without climbing to the root for each.
#[derive(Default)]
struct Depth {
    open: Vec<roxmltree::NodeId>,
}

impl Depth {
    fn of(&mut self, node: Node<'_, '_>) -> usize {
        let parent = node.parent().map(|parent| parent.id());
        while self.open.last().copied() != parent && self.open.pop().is_some() {}
        self.open.push(node.id());
        self.open.len()
    }
}

/// White space in a parent that holds only elements. Judged here by the parsed parent, not by the raw bytes that the
/// writer saw.
fn is_free(text: Node<'_, '_>, vocabulary: Vocabulary) -> bool {
    let blank = text.text().is_some_and(|text| text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')));
    let only_elements = |parent: Node<'_, '_>| {
        let name = parent.tag_name();
        let prefix = name.namespace().and_then(|uri| parent.lookup_prefix(uri));
        let qualified = prefix.map_or_else(|| name.name().to_owned(), |prefix| format!("{prefix}:{}", name.name()));
        vocabulary.holds_only_elements(&qualified)
    };
    blank && text.parent().is_some_and(only_elements)
}
