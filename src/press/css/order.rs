//! Sheet text in, the same rules with their declarations in an order that compresses better out.
//!
//! Declarations of different families cannot override one another (`family`), so a block may have them in any order;
//! those of one family keep theirs. Each order depends on what the sheet says, never on the order it came in, so that
//! pressing the result again finds the same. Where every declaration ends in `;`, also the last one of a block, it is
//! always the same bytes, wherever it stands. What [`blocks`] leaves out is copied.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    blocks::{Block, Declaration, blocks},
    sheet::Sheet,
    token::tokens,
};

/// In which order the declarations of a block stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As they came.
    AsWritten,
    /// Families that the sheet sets rarely first.
    Rare,
    /// Properties that take few different values first.
    Steady,
}

/// Where a `;` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// After every declaration: more bytes, but fewer under brotli.
    All,
    /// Between declarations only.
    Needed,
}

/// A sheet whose declarations can be put in order.
pub(super) struct Orderly<'a> {
    text: &'a str,
    blocks: Vec<Block<'a>>,
    /// How long it gets with a `;` between declarations only. The order makes no difference.
    length: usize,
}

impl<'a> Orderly<'a> {
    /// None if `text` cannot be read.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let sheet = Sheet::new(text, tokens(text)).ok()?;
        let blocks = blocks(&sheet);
        let written: usize = blocks.iter().map(|block| block.span.len()).sum();
        let needed: usize = blocks.iter().map(Block::needed).sum();
        Some(Self { text, blocks, length: text.len() - written + needed })
    }

    /// How long it gets.
    pub(super) fn length(&self, ends: Ends) -> usize {
        match ends {
            Ends::Needed => self.length,
            Ends::All => self.length + self.blocks.iter().filter(|block| !block.declarations.is_empty()).count(),
        }
    }

    /// The text in this order.
    pub(super) fn ordered(&self, order: Order, ends: Ends) -> String {
        let ranks = Ranks::new(&self.blocks, order);
        let mut out = String::with_capacity(self.length(ends));
        let mut copied = 0;
        for block in &self.blocks {
            out.push_str(&self.text[copied..block.span.start]);
            copied = block.span.end;
            let start = out.len();
            for text in ranks.sorted(&block.declarations) {
                out.push_str(text);
                out.push(';');
            }
            if ends == Ends::Needed && out.len() > start {
                out.pop();
            }
        }
        out.push_str(&self.text[copied..]);
        out
    }
}

/// What decides which declaration goes first.
struct Ranks<'a> {
    order: Order,
    /// For a family how often it is set; for a property in how many of a thousand times it takes a new value.
    of: FxHashMap<&'a str, usize>,
}

impl<'a> Ranks<'a> {
    fn new(blocks: &'a [Block], order: Order) -> Self {
        let all = || blocks.iter().flat_map(|block| &block.declarations);
        let mut of: FxHashMap<&str, usize> = FxHashMap::default();
        match order {
            Order::AsWritten => {}
            Order::Rare => all().for_each(|declaration| *of.entry(&declaration.family).or_default() += 1),
            Order::Steady => {
                let mut found: FxHashMap<&str, (usize, FxHashSet<&str>)> = FxHashMap::default();
                for declaration in all() {
                    let (count, texts) = found.entry(&declaration.name).or_default();
                    *count += 1;
                    texts.insert(declaration.text);
                }
                of.extend(found.into_iter().map(|(name, (count, texts))| (name, texts.len() * 1000 / count)));
            }
        }
        Self { order, of }
    }

    /// The declaration with the lowest rank first, again and again; one of a family waits for those before it.
    fn sorted<'b>(&self, declarations: &'b [Declaration<'b>]) -> Vec<&'b str> {
        if self.order == Order::AsWritten || declarations.len() > MAX_SORTED {
            return declarations.iter().map(|declaration| declaration.text).collect();
        }
        let mut waiting: Vec<_> = declarations.iter().map(|declaration| (self.key(declaration), declaration)).collect();
        let is_alone = |at: usize| declarations[..at].iter().all(|before| before.family != declarations[at].family);
        if (1..declarations.len()).all(is_alone) {
            waiting.sort_by_key(|(key, _)| *key);
            return waiting.into_iter().map(|(_, declaration)| declaration.text).collect();
        }
        let mut sorted = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let is_first = |at: usize| waiting[..at].iter().all(|(_, before)| before.family != waiting[at].1.family);
            let next = (0..waiting.len()).filter(|&at| is_first(at)).min_by_key(|&at| waiting[at].0);
            sorted.push(waiting.remove(next.unwrap_or(0)).1.text);
        }
        sorted
    }

    fn key<'b>(&self, declaration: &'b Declaration<'b>) -> (usize, &'b str, &'b str) {
        let rank = |name: &str| self.of.get(name).copied().unwrap_or(0);
        match self.order {
            Order::Rare => (rank(&declaration.family), &declaration.family, declaration.text),
            _ => (rank(&declaration.name), "", declaration.text),
        }
    }
}

/// Longer blocks keep their order, so that sorting takes no time.
const MAX_SORTED: usize = 100;

#[cfg(test)]
mod tests {
    use super::{Ends, Order, Orderly};

    fn ordered(source: &str, order: Order, ends: Ends) -> String {
        let Some(sheet) = Orderly::read(source) else { panic!("{source}") };
        sheet.ordered(order, ends)
    }

    #[test]
    fn a_last_semicolon_is_written_on_request() {
        for (source, expected) in [("a{b:c;d:e;}f{g:h}", "a{b:c;d:e}f{g:h}"), ("a{--b:{c:d;};}", "a{--b:{c:d;}}")] {
            assert_eq!(ordered(source, Order::AsWritten, Ends::Needed), expected, "{source}");
        }
    }

    #[test]
    fn families_change_places_and_their_members_do_not() {
        for (source, order, expected) in [
            ("a{z:1;b:2}", Order::AsWritten, "a{z:1;b:2;}"),
            ("a{z:1;b:2}c{z:3}", Order::Rare, "a{b:2;z:1;}c{z:3;}"),
            ("a{z:1;b:2}c{z:1}", Order::Steady, "a{z:1;b:2;}c{z:1;}"),
            ("a{b:2;b:1;a:1}", Order::Rare, "a{a:1;b:2;b:1;}"),
            ("a{margin-top:1px;color:red;margin:0}", Order::Rare, "a{color:red;margin-top:1px;margin:0;}"),
            ("a{z:1;all:unset;b:2}", Order::Rare, "a{z:1;all:unset;b:2}"),
            ("a{z:1;b{c:d}}", Order::Rare, "a{z:1;b{c:d}}"),
            ("a{z:1;*b:2}", Order::Rare, "a{z:1;*b:2}"),
            ("@font-face{z:1;b:2}", Order::Rare, "@font-face{z:1;b:2}"),
            ("@media x{a{z:1;b:2}}", Order::Rare, "@media x{a{b:2;z:1;}}"),
            ("@keyframes x{0%{z:1;b:2}to{z:3}}", Order::Rare, "@keyframes x{0%{b:2;z:1;}to{z:3;}}"),
            ("a{--x:{b:c};b:2}", Order::Rare, "a{--x:{b:c};b:2;}"),
            ("a{}", Order::Rare, "a{}"),
        ] {
            assert_eq!(ordered(source, order, Ends::All), expected, "{source}");
        }
    }
}
