//! The semantic check after pressing: two pictures in, read by roxmltree, refused unless they mean the same.
//!
//! Elements, text and instructions must be equal in order, attributes in any; attribute values must be equal or mean the same
//! (see [`meaning`]); places may differ by what [`Ground`] says nobody sees. What may be missing is listed here once more, apart from the writer's own rules.

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use roxmltree::{Attribute, Document, Node, NodeId, NodeType};

use super::{
    ground::{self, Ground, Reach},
    meaning::{self, Meaning},
    names,
};
use crate::press::{KeptBecause, Note, embedded, xml::gate::parse};

/// Refuses `after` unless it means what `before` means.
pub(super) fn check(before: &str, after: &str) -> Result<(), KeptBecause> {
    catch_unwind(AssertUnwindSafe(|| {
        let old = parse(before).map_err(KeptBecause::Unparsable)?;
        let new = parse(after).map_err(KeptBecause::WouldChangeMeaning)?;
        let refuse = |text: String| Err(KeptBecause::WouldChangeMeaning(Note::new(text)));
        let (old, new) = (said(&old), said(&new));
        let filled = ground::only_fills(before);
        if let Some((before, after)) = old.iter().zip(&new).find(|(before, after)| !before.is_alike(after, filled)) {
            return refuse(format!("a second parser reads {} instead of {}", after.name(), before.name()));
        }
        if old.len() != new.len() {
            return refuse("a second parser reads another number of nodes".to_owned());
        }
        Ok(())
    }))
    .unwrap_or_else(|_| Err(KeptBecause::Crashed(Note::new("the XML parser crashed"))))
}

/// One thing a picture says.
#[derive(Debug, PartialEq)]
enum Said<'a> {
    Element { namespace: Option<&'a str>, name: &'a str, depth: usize },
    Attribute { namespace: Option<&'a str>, name: &'a str, value: Meaning<'a>, tolerance: f64 },
    Text { text: Cow<'a, str>, depth: usize },
    Instruction(&'a str, Option<&'a str>),
}

impl Said<'_> {
    /// Whether `after` says the same, as exactly as places must be here; shapes may be only `filled`.
    fn is_alike(&self, after: &Self, filled: bool) -> bool {
        match (self, after) {
            (
                Self::Attribute { namespace, name, value, tolerance },
                Self::Attribute { namespace: other_namespace, name: other_name, value: other_value, .. },
            ) => {
                (namespace, name) == (other_namespace, other_name)
                    && (value.is_alike(other_value, *tolerance, filled) || holds_same_picture(name, value, other_value))
            }
            _ => self == after,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Element { name, .. } => format!("element {name}"),
            Self::Attribute { name, .. } => format!("attribute {name}"),
            Self::Text { .. } => "other text".to_owned(),
            Self::Instruction(target, _) => format!("instruction {target}"),
        }
    }
}

/// Whether both are links to a picture that stands in the link itself.
fn holds_same_picture(name: &str, before: &Meaning<'_>, after: &Meaning<'_>) -> bool {
    match (before, after) {
        (Meaning::Text(before), Meaning::Text(after)) => name == "href" && embedded::same(before, after),
        _ => false,
    }
}

fn said<'a>(document: &'a Document<'_>) -> Vec<Said<'a>> {
    let has_text = document.descendants().any(|node| matches!(node.tag_name().name(), "text" | "flowRoot"));
    let mut walk = Walk { open: Vec::new(), has_text, reach: reach(document), all: Vec::new() };
    for node in document.descendants() {
        walk.see(node);
    }
    walk.all
}

/// How far parts of the picture are drawn from where they stand.
fn reach(document: &Document<'_>) -> Reach {
    let mut scales = Vec::new();
    let mut open: Vec<(NodeId, Ground)> = Vec::new();
    for node in document.descendants().filter(Node::is_element) {
        let parent = node.parent().map(|parent| parent.id());
        while open.last().is_some_and(|(id, _)| Some(*id) != parent) {
            open.pop();
        }
        let ground = ground_of(node, open.last().map_or_else(Ground::root, |(_, ground)| *ground));
        scales.push(ground.scale());
        open.push((node.id(), ground));
    }
    Reach::of(document.input_text(), scales.into_iter())
}

fn ground_of(node: Node<'_, '_>, parent: Ground) -> Ground {
    parent.inside(node.tag_name().name(), |name| node.attribute(name))
}

/// A walk in document order that knows the open elements, without climbing to the root for each node.
struct Walk<'a> {
    open: Vec<Open>,
    has_text: bool,
    reach: Reach,
    all: Vec<Said<'a>>,
}

struct Open {
    id: NodeId,
    /// Nothing in here says anything to a renderer.
    silent: bool,
    /// White space in here counts.
    counts: bool,
    ground: Ground,
}

impl<'a> Walk<'a> {
    fn see(&mut self, node: Node<'a, '_>) {
        let parent = node.parent().map(|parent| parent.id());
        while self.open.last().map(|open| open.id) != parent && self.open.pop().is_some() {}
        let (silent, counts, ground) =
            self.open.last().map_or((false, false, Ground::root()), |open| (open.silent, open.counts, open.ground));
        let silent = silent || is_silent(node);
        let counts = counts || self.counts(node);
        let ground = if node.is_element() { ground_of(node, ground) } else { ground };
        self.open.push(Open { id: node.id(), silent, counts, ground });
        if !silent {
            // Two steps: one for the rounded place, one for a control point that a shorthand mirrors.
            let tolerance = ground.digits(self.reach).map_or(0.0, |digits| 2.0 * 10_f64.powi(-digits.cast_signed()));
            self.say(node, counts, tolerance);
        }
    }

    fn say(&mut self, node: Node<'a, '_>, counts: bool, tolerance: f64) {
        let depth = self.open.len();
        match node.node_type() {
            NodeType::Element => {
                let tag = node.tag_name();
                self.all.push(Said::Element { namespace: tag.namespace(), name: tag.name(), depth });
                let space = (Some(names::XML), "space");
                let counts = |a: &Attribute<'_, '_>| self.has_text || (a.namespace(), a.name()) != space;
                // Their order says nothing.
                let mut attributes: Vec<_> = node.attributes().filter(counts).collect();
                attributes.sort_by_key(|attribute| (attribute.namespace(), attribute.name()));
                self.all.extend(attributes.into_iter().filter_map(|a| say_attribute(node, a, tolerance)));
            }
            NodeType::Text => self.say_text(node.text().unwrap_or_default(), depth, counts),
            NodeType::PI => self.all.extend(node.pi().map(|pi| Said::Instruction(pi.target, pi.value))),
            NodeType::Comment | NodeType::Root => {}
        }
    }

    fn say_text(&mut self, text: &'a str, depth: usize, counts: bool) {
        let blank = text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        if blank && !counts {
            return;
        }
        match self.all.last_mut() {
            // Two texts of one parent with nothing but a comment between them are one.
            Some(Said::Text { text: before, depth: level }) if *level == depth => before.to_mut().push_str(text),
            _ => self.all.push(Said::Text { text: Cow::Borrowed(text), depth }),
        }
    }

    fn counts(&self, node: Node<'_, '_>) -> bool {
        let preserves = || node.attribute((names::XML, "space")) == Some("preserve");
        let tag = node.tag_name();
        let is_svg = matches!(tag.namespace(), None | Some(names::SVG));
        node.is_element() && (!is_svg || names::holds_characters(tag.name()) || (self.has_text && preserves()))
    }
}

/// Descriptions for other programs: `metadata`, and elements of editors.
fn is_silent(node: Node<'_, '_>) -> bool {
    let tag = node.tag_name();
    let is_metadata = tag.name() == "metadata" && matches!(tag.namespace(), None | Some(names::SVG));
    node.is_element() && (is_metadata || tag.namespace().is_some_and(names::is_editor))
}

fn say_attribute<'a>(node: Node<'a, '_>, attribute: Attribute<'a, '_>, tolerance: f64) -> Option<Said<'a>> {
    let (namespace, name) = (attribute.namespace(), attribute.name());
    if namespace.is_some_and(names::is_editor) {
        return None;
    }
    let is_svg = matches!(node.tag_name().namespace(), None | Some(names::SVG));
    let value = if namespace.is_none() && is_svg {
        meaning::of(node.tag_name().name(), name, attribute.value())?
    } else {
        Meaning::Text(attribute.value())
    };
    Some(Said::Attribute { namespace, name, value, tolerance })
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn tells_damage_from_pressing() {
        let same = true;
        for (before, after, expected) in [
            ("<svg> <!-- c --> <g id='a'/></svg>", "<svg><g id=\"a\"/></svg>", same),
            ("<svg><g id='a'/></svg>", "<svg><g/></svg>", !same),
            ("<svg><g id='a'/></svg>", "<svg/>", !same),
            ("<svg><g/><g/></svg>", "<svg><g><g/></g></svg>", !same),
            ("<svg><text> a </text></svg>", "<svg><text>a</text></svg>", !same),
            ("<svg><text> </text></svg>", "<svg><text/></svg>", !same),
            ("<svg><text>a<!-- -->b</text></svg>", "<svg><text>ab</text></svg>", same),
            ("<svg viewBox='0 0 1 1'/>", "<svg/>", !same),
            ("<svg><path d='M0 0L1.0 0'/></svg>", "<svg><path d='M0 0H1'/></svg>", same),
            ("<svg><path d='M0 0L1 0'/></svg>", "<svg><path d='M0 0V1'/></svg>", !same),
            ("<svg><path d='M0 0L1.5 0'/></svg>", "<svg><path d='M0 0L1.4 0'/></svg>", !same),
            (
                "<svg viewBox='0 0 99 99'><path d='M0 0L1.5004 0'/></svg>",
                "<svg viewBox='0 0 99 99'><path d='M0 0h1.5'/></svg>",
                same,
            ),
            (
                "<svg viewBox='0 0 9 9'><path d='M0 0L1.5004 0'/></svg>",
                "<svg viewBox='0 0 9 9'><path d='M0 0h1.5'/></svg>",
                !same,
            ),
            (
                "<svg><font><glyph d='M0 0L1.5004 0'/></font></svg>",
                "<svg><font><glyph d='M0 0h1.5'/></font></svg>",
                same,
            ),
            (
                "<svg><font><font-face units-per-em='1'/><glyph d='M0 0L1.5004 0'/></font></svg>",
                "<svg><font><font-face units-per-em='1'/><glyph d='M0 0h1.5'/></font></svg>",
                !same,
            ),
            ("<svg><path d='M0 0h1v1z'/></svg>", "<svg><path d='M0 0h1v1'/></svg>", same),
            ("<svg stroke='red'><path d='M0 0h1v1z'/></svg>", "<svg stroke='red'><path d='M0 0h1v1'/></svg>", !same),
            ("<svg><path id='a' d='M0 0h1v1z'/></svg>", "<svg><path id='a' d='M0 0h1v1'/></svg>", !same),
            ("<svg><metadata>x</metadata></svg>", "<svg/>", same),
            ("<svg><title>x</title></svg>", "<svg/>", !same),
            ("<svg><g class='a  b'/></svg>", "<svg><g class='a b'/></svg>", same),
            ("<svg><g id='a' class='b'/></svg>", "<svg><g class='b' id='a'/></svg>", same),
            ("<svg><g id='a' class='b'/></svg>", "<svg><g class='a' id='b'/></svg>", !same),
            ("<svg xml:space='preserve'/>", "<svg/>", same),
            ("<svg xml:space='preserve'><text/></svg>", "<svg><text/></svg>", !same),
            ("<svg><g class='a b'/></svg>", "<svg><g class='a'/></svg>", !same),
            ("<svg><?xml-stylesheet href='a'?></svg>", "<svg/>", !same),
        ] {
            assert_eq!(check(before, after).is_ok(), expected, "{before} -> {after}");
        }
    }
}
