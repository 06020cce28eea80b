//! The proof of a seal, by a parser that did not make it.

use super::{
    MARK, attribute, elements,
    integrity::kind_of,
    policy::{hash, needs_hash},
    text,
};
use crate::{
    press::html::oracle::tree::{self, Data, Element, Id, NONE, Scripting, Tree},
    refs::html::events::{EventKind, Page},
};

/// Whether `after` is `before` but for integrity values, `crossorigin` and the elements that carry our mark.
pub(super) fn same_page(before: &str, after: &str) -> Result<(), String> {
    if before == after {
        return Ok(());
    }
    let parse = |source: &str| tree::parse(source.trim_start_matches('\u{feff}'), Scripting::On);
    let (Some(before), Some(after)) = (parse(before), parse(after)) else {
        return Err("it makes far more nodes than it has bytes".to_owned());
    };
    let (left, right) = (walk(&before)?, walk(&after)?);
    let difference = left.iter().zip(&right).find(|(a, b)| !same(a, b));
    if before.quirks != after.quirks || difference.is_some() || left.len() != right.len() {
        return Err("with what was to be added it would be another page".to_owned());
    }
    Ok(())
}

/// Whether `policy` allows every inline script and style that the scanner sees in `page`.
pub(super) fn covers(policy: &str, page: &Page<'_>) -> Result<(), String> {
    for (index, tag) in elements(page) {
        let is_asked = match page.name(tag.name).as_str() {
            "style" => true,
            "script" => attribute(page, tag, "src").is_none() && needs_hash(kind_of(page, tag)),
            _ => false,
        };
        let inside = page.events.get(index + 1).filter(|event| is_asked && matches!(event.kind, EventKind::Text(_)));
        let Some(inside) = inside else { continue };
        let seen = text(page, inside.span).replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
        if hash(&seen).is_some_and(|hash| !policy.contains(&hash)) {
            return Err("two parsers do not see the same inline code".to_owned());
        }
    }
    Ok(())
}

/// What a walk through a tree meets.
enum Item<'t> {
    Doctype,
    Element(&'t Element),
    Text(String),
    Comment(&'t str),
    /// The text of an import map, which gets entries.
    ImportMap,
    End,
}

fn same(a: &Item<'_>, b: &Item<'_>) -> bool {
    match (a, b) {
        (Item::Element(a), Item::Element(b)) => a.name == b.name && same_attributes(a, b),
        (Item::Text(a), Item::Text(b)) => a == b,
        (Item::Comment(a), Item::Comment(b)) => a == b,
        (Item::Doctype, Item::Doctype) | (Item::ImportMap, Item::ImportMap) | (Item::End, Item::End) => true,
        _ => false,
    }
}

/// A value may have been added, or put where there was an empty one.
fn same_attributes(before: &Element, after: &Element) -> bool {
    let carries = |element: &Element| element.attributes.iter().any(|a| is_integrity(a) && !a.value.trim().is_empty());
    let is_filled = !carries(before) && carries(after);
    let kept = |element: &'_ Element| {
        let is_added = |attribute: &html5ever::Attribute| {
            is_filled && is_integrity(attribute)
                || is_cross_origin(attribute) && !before.attributes.iter().any(is_cross_origin)
        };
        let all = element.attributes.iter().filter(|attribute| !is_added(attribute));
        all.map(|attribute| (attribute.name.clone(), attribute.value.clone())).collect::<Vec<_>>()
    };
    kept(before) == kept(after)
}

fn is_cross_origin(attribute: &html5ever::Attribute) -> bool {
    &*attribute.name.local == "crossorigin"
}

fn is_integrity(attribute: &html5ever::Attribute) -> bool {
    &*attribute.name.local == "integrity"
}

/// All of `tree` but our elements, which must stand in the head if they are to work.
fn walk(tree: &Tree) -> Result<Vec<Item<'_>>, String> {
    enum Step {
        Node(Id, bool),
        End,
    }
    let (mut items, mut open) = (Vec::new(), vec![Step::Node(0, false)]);
    while let Some(step) = open.pop() {
        let Step::Node(id, is_in_head) = step else {
            items.push(Item::End);
            continue;
        };
        let node = tree.node(id);
        if node.next != NONE {
            open.push(Step::Node(node.next, is_in_head));
        }
        match &node.data {
            Data::Root => {}
            Data::Doctype(..) => items.push(Item::Doctype),
            Data::Comment(comment) => items.push(Item::Comment(comment)),
            Data::Text(text) => match items.last_mut() {
                Some(Item::Text(before)) => before.push_str(text),
                _ => items.push(Item::Text(text.to_string())),
            },
            Data::Element(element) if is_marked(element) => {
                if &*element.name.local == "meta" && !is_in_head {
                    return Err("a policy would not stand in its head".to_owned());
                }
                continue;
            }
            Data::Element(element) => {
                items.push(Item::Element(element));
                open.push(Step::End);
                if is_import_map(element) {
                    items.push(Item::ImportMap);
                    continue;
                }
                if element.contents != NONE {
                    open.push(Step::Node(element.contents, false));
                }
            }
        }
        if node.first != NONE {
            let is_head = matches!(&node.data, Data::Element(element) if &*element.name.local == "head");
            open.push(Step::Node(node.first, is_head));
        }
    }
    Ok(items)
}

fn is_marked(element: &Element) -> bool {
    matches!(&*element.name.local, "meta" | "script") && element.attributes.iter().any(|a| &*a.name.local == MARK)
}

fn is_import_map(element: &Element) -> bool {
    let is_map =
        |a: &html5ever::Attribute| &*a.name.local == "type" && a.value.trim().eq_ignore_ascii_case("importmap");
    &*element.name.local == "script" && element.attributes.iter().any(is_map)
}
