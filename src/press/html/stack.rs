//! Which elements are open at a place of a page, near enough to decide about white space. The oracle has the last word.

use super::context::{drops_blanks, implies_end, is_void, keeps_white_space};
use crate::refs::html::events::{Name, Namespace};

/// An open element.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one element")]
pub(super) struct Open {
    pub(super) name: Name,
    pub(super) namespace: Namespace,
    /// Whether white space in it is kept as written.
    pub(super) keeps: bool,
    /// Whether blanks directly in it have no box.
    pub(super) drops: bool,
    /// Whether lines begin and end at its borders.
    pub(super) is_block: bool,
    /// Whether it is a template or inside one.
    pub(super) is_template: bool,
}

/// What attributes and sheets say about an element.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looks {
    /// White space in it is kept as written.
    pub(super) keeps: bool,
    /// Lines begin and end at its borders.
    pub(super) is_block: bool,
}

/// The open elements, innermost last.
#[derive(Default)]
pub(super) struct Stack {
    open: Vec<Open>,
}

impl Stack {
    /// The innermost element.
    pub(super) fn top(&self) -> Option<&Open> {
        self.open.last()
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether white space here is kept as written.
    pub(super) fn keeps(&self) -> bool {
        self.top().is_some_and(|open| open.keeps)
    }

    /// Whether this is inside a template.
    pub(super) fn is_template(&self) -> bool {
        self.top().is_some_and(|open| open.is_template)
    }

    /// Whether the innermost element is this HTML element.
    pub(super) fn is_in(&self, tag: &str) -> bool {
        self.top().is_some_and(|open| open.namespace == Namespace::Html && open.name.as_str() == tag)
    }

    /// Whether the element that an end tag of `name` would end is a block.
    pub(super) fn ends_block(&self, name: Name) -> bool {
        self.open.iter().rev().find(|open| open.name == name).is_some_and(|open| open.is_block)
    }

    /// A start tag. `looks` tells what its attributes and its sheets say.
    pub(super) fn start(
        &mut self,
        name: Name,
        namespace: Namespace,
        self_closing: bool,
        looks: impl FnOnce() -> Looks,
    ) {
        let tag = name.as_str();
        if namespace == Namespace::Html {
            while self.top().is_some_and(|open| implies_end(open.name.as_str(), tag)) {
                self.open.pop();
            }
        }
        let is_empty = match namespace {
            Namespace::Html => is_void(tag),
            Namespace::Foreign => self_closing,
        };
        if !is_empty {
            let looks = looks();
            self.open.push(Open {
                name,
                namespace,
                keeps: self.keeps() || keeps_white_space(namespace, tag) || looks.keeps,
                drops: drops_blanks(namespace, tag),
                is_block: looks.is_block,
                is_template: self.is_template() || tag == "template",
            });
        }
    }

    /// An end tag. Those of `body` and `html` close nothing: what follows them still goes inside.
    pub(super) fn end(&mut self, name: Name) {
        if matches!(name.as_str(), "body" | "html") {
            return;
        }
        if let Some(index) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(index);
        }
    }
}
