//! Sheet text in, the same rules in fewer blocks out: a rule moves up to an earlier one of equal declarations and
//! shares its block, wherever no element can tell.
//!
//! A rule may pass others when their properties cannot override one another, or when one is always more specific. It
//! may share a list only with selectors that engines refuse all together or not at all. The check proves both again
//! by other means. Never changes a declaration; at-rules, nested rules, comments and what cannot be read stay put.

use std::{borrow::Cow, ops::Range};

use rustc_hash::FxHashMap;

use super::{
    check::family,
    sheet::{Sheet, Statement},
    token::{TokenKind, tokens, unescape},
    vocabulary::{OLD_CLASSES, OLD_ELEMENTS},
};

type Specificity = (u32, u32, u32);

/// `text` with its rules gathered; none if nothing moved.
pub(super) fn gathered(text: &str) -> Option<String> {
    let sheet = Sheet::new(text, tokens(text)).ok()?;
    let mut gatherer = Gatherer { sheet: &sheet, out: String::with_capacity(text.len()), moved: 0 };
    gatherer.statements(0..sheet.tokens.len());
    (gatherer.moved > 0).then_some(gatherer.out)
}

struct Gatherer<'s, 'a> {
    sheet: &'s Sheet<'a>,
    out: String,
    moved: usize,
}

/// Rules that share a block.
struct Block<'a> {
    selectors: Vec<&'a str>,
    body: &'a str,
}

/// A stretch of rules that may pass one another.
#[derive(Default)]
struct Stretch<'a> {
    blocks: Vec<Block<'a>>,
    /// The last block with this body, for selectors with these unknown parts.
    latest: FxHashMap<(&'a str, String), usize>,
    /// The last block that sets a property of this family with this specificity.
    settled: FxHashMap<(Cow<'a, str>, Specificity), usize>,
}

/// What decides where a rule may go.
struct Reach<'a> {
    families: Vec<Cow<'a, str>>,
    specificities: Vec<Specificity>,
    unknown: String,
}

impl<'a> Gatherer<'_, 'a> {
    fn statements(&mut self, range: Range<usize>) {
        let sheet = self.sheet;
        let mut stretch = Stretch::default();
        let mut open_group: Option<&str> = None;
        for statement in sheet.statements(range) {
            if !matches!(statement, Statement::Group { .. }) && open_group.take().is_some() {
                self.out.push('}');
            }
            match &statement {
                Statement::Rule { whole, body } => match self.reach(whole, body) {
                    Some(reach) => {
                        let selectors = sheet.slice(&(whole.start..body.start - 1));
                        self.moved += usize::from(stretch.add(selectors, sheet.slice(body), reach));
                    }
                    None => self.fixed(&mut stretch, sheet.slice(whole)),
                },
                Statement::Group { prelude, body } => {
                    self.fixed(&mut stretch, "");
                    let head = sheet.slice(prelude);
                    // Two layers of one name are one anyway, but their order is told by the first.
                    let is_open = open_group == Some(head) && !head.starts_with("@layer");
                    if is_open {
                        self.moved += 1;
                    } else {
                        if open_group.take().is_some() {
                            self.out.push('}');
                        }
                        self.out.push_str(head);
                        self.out.push('{');
                    }
                    self.statements(body.clone());
                    open_group = Some(head);
                }
                Statement::AtRule { whole } | Statement::Odd { whole } => self.fixed(&mut stretch, sheet.slice(whole)),
                Statement::Comment { token } => self.fixed(&mut stretch, sheet.text(*token)),
            }
        }
        if open_group.is_some() {
            self.out.push('}');
        }
        self.fixed(&mut stretch, "");
    }

    /// Ends a stretch with something that nothing passes.
    fn fixed(&mut self, stretch: &mut Stretch<'a>, text: &str) {
        for block in std::mem::take(stretch).blocks {
            self.out.push_str(&block.selectors.join(","));
            self.out.push('{');
            self.out.push_str(block.body);
            self.out.push('}');
        }
        self.out.push_str(text);
    }

    /// None for rules that must stay where they are.
    fn reach(&self, whole: &Range<usize>, body: &Range<usize>) -> Option<Reach<'a>> {
        let sheet = self.sheet;
        if sheet.at_name(whole.start).is_some() || sheet.has_odd(whole) {
            return None;
        }
        let mut reach = Reach { families: self.families(body)?, specificities: Vec::new(), unknown: String::new() };
        for (index, selector) in self.selectors(whole.start..body.start - 1).into_iter().enumerate() {
            let (specificity, unknown) = self.weigh(selector)?;
            if index > 0 && unknown != reach.unknown {
                return None;
            }
            reach.unknown = unknown;
            if !reach.specificities.contains(&specificity) {
                reach.specificities.push(specificity);
            }
        }
        Some(reach)
    }

    fn families(&self, body: &Range<usize>) -> Option<Vec<Cow<'a, str>>> {
        let sheet = self.sheet;
        let mut found: Vec<Cow<'a, str>> = Vec::new();
        let mut at = body.start;
        while at < body.end {
            let start = sheet.skip_gaps(&(at..body.end));
            let mut end = start;
            while end < body.end && sheet.kind(end) != TokenKind::Semicolon {
                end = sheet.partner(end) + 1;
            }
            if start < end {
                let colon = sheet.colon_after_name(&(start..end))?;
                let name = sheet.text(start);
                let is_block = (colon..end).any(|i| sheet.kind(i) == TokenKind::OpenCurly) && !name.starts_with("--");
                if is_block || name.contains('\\') || name.eq_ignore_ascii_case("all") {
                    return None;
                }
                let is_lower = name.starts_with("--") || !name.bytes().any(|byte| byte.is_ascii_uppercase());
                let family = if is_lower {
                    Cow::Borrowed(family(name))
                } else {
                    Cow::Owned(family(&name.to_ascii_lowercase()).to_owned())
                };
                if !found.contains(&family) {
                    found.push(family);
                }
            }
            at = end + 1;
        }
        (!found.is_empty()).then_some(found)
    }

    /// The selectors of a list, as ranges of tokens.
    fn selectors(&self, list: Range<usize>) -> Vec<Range<usize>> {
        let (mut found, mut start, mut at) = (Vec::new(), list.start, list.start);
        while at < list.end {
            if self.sheet.kind(at) == TokenKind::Comma {
                found.push(start..at);
                start = at + 1;
            }
            at = self.sheet.partner(at) + 1;
        }
        found.push(start..list.end);
        found
    }

    /// How specific a selector is, and which of its parts an engine may refuse.
    fn weigh(&self, selector: Range<usize>) -> Option<(Specificity, String)> {
        let sheet = self.sheet;
        let (mut ids, mut classes, mut types) = (0, 0, 0);
        let mut unknown: Vec<String> = Vec::new();
        let mut at = selector.start;
        while at < selector.end {
            match sheet.kind(at) {
                TokenKind::Hash => ids += 1,
                TokenKind::Ident => types += 1,
                TokenKind::OpenSquare => {
                    let close = sheet.partner(at);
                    let is_simple = (at..close).filter(|&i| sheet.kind(i) == TokenKind::Ident).count() <= 2
                        && (at..close).all(|i| sheet.kind(i) != TokenKind::Whitespace && sheet.text(i) != "|");
                    if !is_simple {
                        return None;
                    }
                    classes += 1;
                    at = close;
                }
                TokenKind::Delim(b'.') if sheet.kind(at + 1) == TokenKind::Ident => {
                    classes += 1;
                    at += 1;
                }
                TokenKind::Delim(b'>' | b'+' | b'~' | b'*') | TokenKind::Whitespace => {}
                TokenKind::Colon => {
                    let is_element = sheet.kind(at + 1) == TokenKind::Colon;
                    at += if is_element { 2 } else { 1 };
                    let name = unescape(sheet.text(at)).to_ascii_lowercase();
                    match sheet.kind(at) {
                        TokenKind::Ident => {
                            let is_element = is_element || OLD_ELEMENTS.contains(&name.as_str());
                            *(if is_element { &mut types } else { &mut classes }) += 1;
                            if !OLD_ELEMENTS.contains(&name.as_str())
                                && (is_element || !OLD_CLASSES.contains(&name.as_str()))
                            {
                                unknown.push(if is_element { format!("::{name}") } else { name });
                            }
                        }
                        TokenKind::Function if name.starts_with("nth-") && !is_element => {
                            classes += 1;
                            at = sheet.partner(at);
                        }
                        TokenKind::Function if name == "not(" => {
                            let close = sheet.partner(at);
                            let inner = self.weigh(at + 1..close)?;
                            let is_simple = !(at + 1..close).any(|i| {
                                matches!(
                                    sheet.kind(i),
                                    TokenKind::Whitespace
                                        | TokenKind::Comma
                                        | TokenKind::Function
                                        | TokenKind::Delim(b'>' | b'+' | b'~')
                                )
                            });
                            if !is_simple || !inner.1.is_empty() {
                                return None;
                            }
                            (ids, classes, types) = (ids + inner.0.0, classes + inner.0.1, types + inner.0.2);
                            at = close;
                        }
                        _ => return None,
                    }
                }
                _ => return None,
            }
            at += 1;
        }
        unknown.sort();
        Some(((ids, classes, types), unknown.join(" ")))
    }
}

impl<'a> Stretch<'a> {
    /// Adds a rule at the end, or to an earlier block; tells whether it moved.
    fn add(&mut self, selectors: &'a str, body: &'a str, reach: Reach<'a>) -> bool {
        let body = body.strip_suffix(';').unwrap_or(body);
        let key = (body, reach.unknown.clone());
        let places: Vec<_> = reach
            .families
            .iter()
            .flat_map(|family| reach.specificities.iter().map(move |weight| (family.clone(), *weight)))
            .collect();
        let floor = places.iter().filter_map(|place| self.settled.get(place)).max();
        let home = self.latest.get(&key).copied().filter(|home| floor.is_none_or(|floor| floor <= home));
        let at = match home {
            Some(home) => {
                if !self.blocks[home].selectors.contains(&selectors) {
                    self.blocks[home].selectors.push(selectors);
                }
                home
            }
            None => {
                self.blocks.push(Block { selectors: vec![selectors], body });
                self.blocks.len() - 1
            }
        };
        self.latest.insert(key, at);
        for place in places {
            self.settled.insert(place, at);
        }
        home.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::gathered;

    #[test]
    fn rules_move_only_where_no_element_can_tell() {
        for (source, expected) in [
            ("a{x:y}b{x:y}", Some("a,b{x:y}")),
            (".a{x:y}.b{x:z}.c:hover{x:y}", Some(".a,.c:hover{x:y}.b{x:z}")),
            (".a{x:y}.b{x:z}.c{x:y}", None),
            (".a{x:y}.b{z:w}.c{x:y}", Some(".a,.c{x:y}.b{z:w}")),
            (".a{x:y}b{all:unset}.c{x:y}", None),
            ("a{x:y}a::-moz-b{x:y}", None),
            ("a::-moz-b{x:y}c::-moz-b{x:y}", Some("a::-moz-b,c::-moz-b{x:y}")),
            ("a:-ms-b{x:y}a::-ms-b{x:y}", None),
            ("a{x:y}@import 'z';b{x:y}", None),
            ("a{x:y}b:is(c,d){x:z}e{x:y}", None),
            ("@media print{a{x:y}}@media print{b{x:y}}c{x:y}", Some("@media print{a{x:y}b{x:y}}c{x:y}")),
            ("@layer a{a{x:y}}@layer a{b{x:y}}", None),
            (".\\31 {x:y}a{x:z}.\\32 {x:y}", Some(".\\31 ,.\\32 {x:y}a{x:z}")),
        ] {
            assert_eq!(gathered(source).as_deref(), expected, "{source}");
        }
    }
}
