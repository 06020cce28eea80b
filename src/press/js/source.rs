//! A script as it was read, with what must stay true of it.

use std::borrow::Cow;

use swc_core::{
    common::{BytePos, Mark, SourceMap, Span as SwcSpan, comments::SingleThreadedComments, sync::Lrc},
    ecma::{
        ast::{Pass, Program},
        transforms::base::resolver,
    },
};

use super::{Edits, JsPlace, facts::Facts};
use crate::{
    asset::Span,
    ecma::{self, Parsed},
    press::KeptBecause,
    refs::{self, Scan},
};

/// A script that was read: what must stay true of it.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) place: JsPlace,
    pub(super) is_module: bool,
    /// Where positions in its trees begin.
    pub(super) start: BytePos,
    pub(super) scan: Scan,
    pub(super) facts: Facts,
    /// Parts that the configuration took out.
    pub(super) removed: Vec<Span>,
    pub(super) is_edited: bool,
}

/// A tree to work on, with identifiers resolved.
pub(super) struct Tree {
    pub(super) program: Program,
    pub(super) is_module: bool,
    pub(super) marks: Marks,
    pub(super) comments: SingleThreadedComments,
    pub(super) map: Lrc<SourceMap>,
    /// Where positions in it begin.
    pub(super) start: BytePos,
}

impl Tree {
    /// Of `text`.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn read(text: &str, place: JsPlace) -> Result<Self, KeptBecause> {
        ecma::parse(text, place).map(Self::of)
    }

    fn of(parsed: Parsed) -> Self {
        let is_module = parsed.is_module();
        let Parsed { mut program, comments, map, start } = parsed;
        let marks = Marks::resolve(&mut program);
        Self { program, is_module, marks, comments, map, start }
    }
}

/// By what the resolver tells identifiers apart.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    pub(super) unresolved: Mark,
    pub(super) top_level: Mark,
}

impl Marks {
    /// Resolves the identifiers of `program`.
    fn resolve(program: &mut Program) -> Self {
        let marks = Self { unresolved: Mark::new(), top_level: Mark::new() };
        resolver(marks.unresolved, marks.top_level, false).process(program);
        marks
    }
}

impl<'a> Source<'a> {
    /// Reads `text` and applies `edits` to its tree.
    ///
    /// # Errors
    /// Why it cannot be read, or not be edited.
    pub(super) fn read(text: &'a str, place: JsPlace, edits: &Edits) -> Result<(Self, Tree), KeptBecause> {
        let parsed = ecma::parse(text, place)?;
        let scan = refs::js::scan_parsed(text, &parsed);
        let mut tree = Tree::of(parsed);
        // What must stay true is true of the program as its owner wants it.
        let edited = edits.apply(&mut tree.program, tree.marks.unresolved)?;
        let removed = edited.removed.iter().map(|span| asset_span(*span, tree.start)).collect();
        let facts = Facts::of(&tree.program, tree.marks.unresolved, tree.marks.top_level);
        let (is_module, start, is_edited) = (tree.is_module, tree.start, edited.is_edited);
        Ok((Self { text, place, is_module, start, scan, facts, removed, is_edited }, tree))
    }

    /// The comment that says where the source map is.
    pub(super) fn source_map_comment(&self) -> Option<&str> {
        self.scan.source_map.map(|span| &self.text[span.range()])
    }

    /// The text without the lines of `tail`, which stay as they are: the map of a script may stand in its comment, be many
    /// times the code, and says nothing of what pressing saves.
    pub(super) fn without(&self, tail: &str) -> Cow<'a, str> {
        let lines = tail.lines().filter(|line| !line.is_empty());
        lines.fold(Cow::Borrowed(self.text), |text, line| match text.rfind(line) {
            Some(at) => Cow::Owned(format!("{}{}", &text[..at], &text[at + line.len()..])),
            None => text,
        })
    }
}

/// A span of swc's in the text that it knows to begin at `start`.
fn asset_span(span: SwcSpan, start: BytePos) -> Span {
    let offset = |position: BytePos| position.0.saturating_sub(start.0) as usize;
    Span::new(offset(span.lo)..offset(span.hi))
}
