//! The tree that html5ever builds, as one vector of nodes. Nothing here recurses, building and dropping included.

use std::{
    borrow::Cow,
    cell::{Cell, Ref, RefCell},
};

use html5ever::{
    Attribute, ParseOpts, QualName,
    interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink},
    parse_document,
    tendril::{StrTendril, TendrilSink},
    tree_builder::TreeBuilderOpts,
};

/// A node's place in its tree.
pub(crate) type Id = u32;

/// No node.
pub(crate) const NONE: Id = u32::MAX;

/// What a node is.
pub(crate) enum Data {
    /// The document, or the contents of a template.
    Root,
    /// Name, public and system identifier.
    Doctype(StrTendril, StrTendril, StrTendril),
    Text(StrTendril),
    Comment(StrTendril),
    Element(Element),
}

/// An element.
pub(crate) struct Element {
    pub(crate) name: QualName,
    pub(crate) attributes: Vec<Attribute>,
    /// What a template holds; else [`NONE`].
    pub(crate) contents: Id,
    is_integration_point: bool,
}

/// One node and its relatives.
pub(crate) struct Node {
    pub(crate) data: Data,
    parent: Id,
    previous: Id,
    pub(crate) next: Id,
    pub(crate) first: Id,
    last: Id,
}

/// A parsed page.
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) quirks: QuirksMode,
}

impl Tree {
    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }
}

/// Pages that make more nodes than this per byte (formatting that is reopened over and over) are given up.
const NODES_PER_BYTE: usize = 2;
/// What every page may make.
const NODES_AT_LEAST: usize = 100_000;
/// Text is fed in pieces of this size, with a look at the number of nodes between them.
const PIECE: usize = 8 * 1024;

/// Whether scripts run in the browser that is modelled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripting {
    On,
    Off,
}

/// Parses `source`; `None` when it makes too many nodes.
pub(crate) fn parse(source: &str, scripting: Scripting) -> Option<Tree> {
    let tree_builder = TreeBuilderOpts { scripting_enabled: scripting == Scripting::On, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(Sink::new(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let most = NODES_AT_LEAST + source.len() * NODES_PER_BYTE;
    let mut rest = source;
    while !rest.is_empty() {
        let mut length = rest.len().min(PIECE);
        while !rest.is_char_boundary(length) {
            length -= 1;
        }
        let (piece, after) = rest.split_at(length);
        parser.process(StrTendril::from(piece));
        rest = after;
        if parser.tokenizer.sink.sink.nodes.borrow().len() > most {
            return None;
        }
    }
    Some(parser.finish())
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    quirks: Cell<QuirksMode>,
}

impl Sink {
    fn new() -> Self {
        let sink = Self { nodes: RefCell::new(Vec::new()), quirks: Cell::new(QuirksMode::NoQuirks) };
        sink.add(Data::Root);
        sink
    }

    fn add(&self, data: Data) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { data, parent: NONE, previous: NONE, next: NONE, first: NONE, last: NONE });
        Id::try_from(nodes.len() - 1).unwrap_or(NONE)
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        let node = &mut nodes[id as usize];
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
        if parent == NONE {
            return;
        }
        match previous {
            NONE => nodes[parent as usize].first = next,
            _ => nodes[previous as usize].next = next,
        }
        match next {
            NONE => nodes[parent as usize].last = previous,
            _ => nodes[next as usize].previous = previous,
        }
    }

    /// Puts `id`, which has no parent, before `next` (at the end when that is [`NONE`]).
    fn insert(&self, parent: Id, next: Id, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        let previous = match next {
            NONE => std::mem::replace(&mut nodes[parent as usize].last, id),
            _ => std::mem::replace(&mut nodes[next as usize].previous, id),
        };
        match previous {
            NONE => nodes[parent as usize].first = id,
            _ => nodes[previous as usize].next = id,
        }
        let node = &mut nodes[id as usize];
        (node.parent, node.previous, node.next) = (parent, previous, next);
    }

    fn place(&self, parent: Id, next: Id, child: NodeOrText<Id>) {
        match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                self.insert(parent, next, id);
            }
            NodeOrText::AppendText(text) => {
                let previous = match next {
                    NONE => self.nodes.borrow()[parent as usize].last,
                    _ => self.nodes.borrow()[next as usize].previous,
                };
                if previous != NONE
                    && let Data::Text(existing) = &mut self.nodes.borrow_mut()[previous as usize].data
                {
                    existing.push_tendril(&text);
                    return;
                }
                let id = self.add(Data::Text(text));
                self.insert(parent, next, id);
            }
        }
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner(), quirks: self.quirks.get() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| match &nodes[*target as usize].data {
            Data::Element(element) => &element.name,
            // The tree builder promises to ask for elements only; a panic is caught and keeps the page.
            Data::Root | Data::Doctype(..) | Data::Text(_) | Data::Comment(_) => unreachable!("not an element"),
        })
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Id {
        let contents = if flags.template { self.add(Data::Root) } else { NONE };
        let is_integration_point = flags.mathml_annotation_xml_integration_point;
        self.add(Data::Element(Element { name, attributes, contents, is_integration_point }))
    }

    fn create_comment(&self, text: StrTendril) -> Id {
        self.add(Data::Comment(text))
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> Id {
        self.add(Data::Comment(data))
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.place(*parent, NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        let parent = self.nodes.borrow()[*element as usize].parent;
        match parent {
            NONE => self.place(*previous, NONE, child),
            _ => self.place(parent, *element, child),
        }
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        let id = self.add(Data::Doctype(name, public, system));
        self.insert(0, NONE, id);
    }

    fn get_template_contents(&self, target: &Id) -> Id {
        match &self.nodes.borrow()[*target as usize].data {
            Data::Element(element) if element.contents != NONE => element.contents,
            _ => *target,
        }
    }

    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.quirks.set(mode);
    }

    fn append_before_sibling(&self, sibling: &Id, new_node: NodeOrText<Id>) {
        let parent = self.nodes.borrow()[*sibling as usize].parent;
        if parent != NONE {
            self.place(parent, *sibling, new_node);
        }
    }

    fn add_attrs_if_missing(&self, target: &Id, attributes: Vec<Attribute>) {
        if let Data::Element(element) = &mut self.nodes.borrow_mut()[*target as usize].data {
            for attribute in attributes {
                if !element.attributes.iter().any(|existing| existing.name == attribute.name) {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        loop {
            let child = self.nodes.borrow()[*node as usize].first;
            if child == NONE {
                return;
            }
            self.place(*new_parent, NONE, NodeOrText::AppendNode(child));
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Id) -> bool {
        matches!(&self.nodes.borrow()[*handle as usize].data, Data::Element(element) if element.is_integration_point)
    }
}
