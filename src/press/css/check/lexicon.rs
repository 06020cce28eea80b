//! What was read so far, so that each selector list, block and declaration is brought to its normal form once, however
//! often it comes again: in the sheet, and in the candidates made of it. Parts that are compared often have numbers.
//!
//! What a text means depends on nothing but the text (and the targets), so remembering it changes no answer.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{
    anatomy::{Anatomy, Specificity},
    rule::{Declaration, by_family, has_wall, normal_block},
};

/// The number of a family, a selector or a part of a block: equal numbers, equal texts.
pub(super) type Number = u32;

/// A selector list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selectors {
    /// In canonical words, each once.
    pub(super) list: Vec<Rc<str>>,
    /// What engines may refuse in each of them, if it is the same in all.
    pub(super) unknown: Option<Rc<[String]>>,
    /// Which selectors stand or fall alone, in order, by how specific they are; none if that cannot be told.
    pub(super) units: Option<Vec<(Specificity, Rc<[Number]>)>>,
}

/// A block in its normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) declarations: Vec<Declaration>,
    /// What it says about each family of properties.
    pub(super) parts: Vec<(Number, Number)>,
    /// Whether nothing may pass it.
    pub(super) is_wall: bool,
}

/// A selector, taken apart.
#[derive(Clone, Debug)]
struct Selector {
    number: Number,
    specificity: Option<Specificity>,
    unknown: Rc<[String]>,
}

/// All that was read.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    lists: FxHashMap<Box<str>, Rc<Selectors>>,
    blocks: FxHashMap<Box<str>, Rc<Block>>,
    declarations: FxHashMap<Box<str>, Declaration>,
    selectors: FxHashMap<Rc<str>, Selector>,
    names: Vec<Rc<str>>,
    families: FxHashMap<Box<str>, Number>,
    parts: FxHashMap<Rc<[Declaration]>, Number>,
    parts_by_number: Vec<Rc<[Declaration]>>,
}

impl Lexicon {
    /// The list that was read from this text.
    pub(super) fn list(&self, text: &str) -> Option<Rc<Selectors>> {
        self.lists.get(text).cloned()
    }

    pub(super) fn remember_list(&mut self, text: &str, list: &Rc<Selectors>) {
        self.lists.insert(text.into(), list.clone());
    }

    /// The block that was read from this text.
    pub(super) fn block(&self, text: &str) -> Option<Rc<Block>> {
        self.blocks.get(text).cloned()
    }

    pub(super) fn remember_block(&mut self, text: &str, block: &Rc<Block>) {
        self.blocks.insert(text.into(), block.clone());
    }

    /// The declaration that was read from this text, or else what `read` makes of it.
    pub(super) fn declaration(
        &mut self,
        text: &str,
        read: impl FnOnce(&str) -> Option<Declaration>,
    ) -> Option<Declaration> {
        if let Some(known) = self.declarations.get(text) {
            return Some(known.clone());
        }
        let declaration = read(text)?;
        self.declarations.insert(text.into(), declaration.clone());
        Some(declaration)
    }

    /// The list of these selectors.
    pub(super) fn selectors(&mut self, texts: Vec<String>) -> Selectors {
        let list: Vec<Rc<str>> = texts.into_iter().map(Rc::from).collect();
        let known: Vec<Selector> = list.iter().map(|text| self.selector(text)).collect();
        let unknown = match &known[..] {
            [first, rest @ ..] if rest.iter().all(|other| other.unknown == first.unknown) => {
                Some(first.unknown.clone())
            }
            _ => None,
        };
        let units = self.units(&list, &known, unknown.is_some());
        Selectors { list, unknown, units }
    }

    fn units(
        &mut self,
        list: &[Rc<str>],
        known: &[Selector],
        stand_or_fall_alike: bool,
    ) -> Option<Vec<(Specificity, Rc<[Number]>)>> {
        let mut weights = known.iter().map(|one| Some((one.specificity?, one.number))).collect::<Option<Vec<_>>>()?;
        let (first, _) = *weights.first()?;
        if stand_or_fall_alike {
            weights.sort_unstable();
            let groups = weights.chunk_by(|one, other| one.0 == other.0);
            return Some(groups.map(|group| (group[0].0, group.iter().map(|one| one.1).collect())).collect());
        }
        // One list, whose members must all weigh the same to have one place among the others.
        let is_even = weights.iter().all(|(weight, _)| *weight == first);
        is_even.then(|| vec![(first, Rc::from([self.selector(&Rc::from(list.join(","))).number]))])
    }

    fn selector(&mut self, text: &Rc<str>) -> Selector {
        if let Some(known) = self.selectors.get(text) {
            return known.clone();
        }
        let anatomy = Anatomy::of(text);
        let number = next(self.names.len());
        let selector = Selector { number, specificity: anatomy.specificity, unknown: anatomy.unknown.into() };
        self.names.push(text.clone());
        self.selectors.insert(text.clone(), selector.clone());
        selector
    }

    /// The normal form of a block.
    pub(super) fn normal(&mut self, block: Vec<Declaration>) -> Block {
        let declarations = normal_block(block);
        let is_wall = has_wall(&declarations);
        let parts = by_family(&declarations);
        let parts = parts.into_iter().map(|(family, part)| (self.family(family), self.part(part))).collect();
        Block { declarations, parts, is_wall }
    }

    fn family(&mut self, name: &str) -> Number {
        if let Some(known) = self.families.get(name) {
            return *known;
        }
        let number = next(self.families.len());
        self.families.insert(name.into(), number);
        number
    }

    fn part(&mut self, declarations: Vec<Declaration>) -> Number {
        if let Some(known) = self.parts.get(&declarations[..]) {
            return *known;
        }
        let part: Rc<[Declaration]> = declarations.into();
        let number = next(self.parts_by_number.len());
        self.parts_by_number.push(part.clone());
        self.parts.insert(part, number);
        number
    }

    /// What two parts say of one family, one after the other.
    pub(super) fn joined(&mut self, first: Number, second: Number) -> Number {
        let block = [self.said(first), self.said(second)].concat();
        self.part(normal_block(block))
    }

    /// The declarations of a part.
    pub(super) fn said(&self, part: Number) -> &[Declaration] {
        self.parts_by_number.get(part as usize).map_or(&[], |part| part)
    }

    /// The selector of this number.
    pub(super) fn name(&self, selector: Number) -> &str {
        self.names.get(selector as usize).map_or("", |name| name)
    }
}

/// Sheets are shorter than 64 MiB, so there are fewer of anything.
fn next(count: usize) -> Number {
    Number::try_from(count).unwrap_or(Number::MAX)
}
