//! Text in, the normal list of its rules out. Depth is limited by the caller.

use std::{collections::BTreeSet, fmt, rc::Rc};

use cssparser::{Delimiter, ParseError, Parser, ParserInput, Token};

use super::{
    forms::code_points,
    lexicon::{Block, Lexicon, Selectors},
    rule::{Declaration, Rule, settle},
    targets::{needed, ranged},
    value::{Canon, canonical},
};
use crate::press::css::targets::Targets;

/// One entry of a sheet, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    /// A rule with declarations, within its context (`@media print`).
    Rule(Rule),
    /// An at-rule without block, or the start of a group whose mere presence means something (a layer).
    Mark(Rc<str>, String),
}

impl Entry {
    pub(super) fn is_charset(&self) -> bool {
        matches!(self, Self::Mark(context, text) if context.is_empty() && text.starts_with("@charset "))
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mark(context, text) => write!(f, "{context} {text}"),
            Self::Rule(rule) => {
                write!(f, "{} {} {{", rule.context, rule.selectors.list.join(","))?;
                rule.block.declarations.iter().try_for_each(|d| write!(f, "{}:{};", d.name, d.value))
            }
        }
    }
}

/// Reads a whole sheet, with the help of what was read before.
pub(super) fn read(source: &str, targets: Option<Targets>, lexicon: &mut Lexicon) -> Vec<Entry> {
    let mut input = ParserInput::new(source);
    let mut parser = Parser::new(&mut input);
    let mut reader = Reader { entries: Vec::new(), anonymous: 0, targets, lexicon };
    reader.items(&mut parser, &Rc::from(""), None);
    reader.entries
}

struct Reader<'l> {
    entries: Vec<Entry>,
    /// How many unnamed layers there were: each is a layer of its own.
    anonymous: usize,
    targets: Option<Targets>,
    lexicon: &'l mut Lexicon,
}

impl Reader<'_> {
    /// The items of a sheet or block; `owner` is whose declarations these are (none in a sheet or group).
    fn items(&mut self, parser: &mut Parser<'_, '_>, context: &Rc<str>, owner: Option<&Rc<Selectors>>) {
        let mut declarations = Vec::new();
        loop {
            parser.skip_whitespace();
            let start = parser.state();
            let token = match parser.next() {
                Ok(token) => token.clone(),
                Err(_) => break,
            };
            match token {
                Token::Semicolon if owner.is_some() => {}
                Token::CDO | Token::CDC if owner.is_none() => {}
                Token::AtKeyword(name) => {
                    self.flush(context, owner, &mut declarations);
                    self.at_rule(parser, &name.to_ascii_lowercase(), context, owner);
                }
                _ => {
                    parser.reset(&start);
                    if owner.is_some() && is_declaration(parser) {
                        declarations.extend(declaration(parser));
                    } else {
                        self.flush(context, owner, &mut declarations);
                        self.style_rule(parser, context, owner);
                    }
                }
            }
        }
        self.flush(context, owner, &mut declarations);
    }

    fn flush(&mut self, context: &Rc<str>, owner: Option<&Rc<Selectors>>, declarations: &mut Vec<Declaration>) {
        let block = std::mem::take(declarations);
        if let Some(owner) = owner
            && !block.is_empty()
        {
            let block = self.normal(block);
            self.rule(context, owner, block);
        }
    }

    fn rule(&mut self, context: &Rc<str>, owner: &Rc<Selectors>, block: Rc<Block>) {
        self.entries.push(Entry::Rule(Rule { context: context.clone(), selectors: owner.clone(), block }));
    }

    fn normal(&mut self, block: Vec<Declaration>) -> Rc<Block> {
        let block = match self.targets {
            Some(targets) => needed(block, targets),
            None => block,
        };
        Rc::new(self.lexicon.normal(settle(block)))
    }

    fn style_rule(&mut self, parser: &mut Parser<'_, '_>, context: &Rc<str>, owner: Option<&Rc<Selectors>>) {
        let (start, from) = (parser.state(), parser.position());
        let is_rule = loop {
            match parser.next() {
                Ok(Token::CurlyBracketBlock) => break true,
                Ok(_) => {}
                Err(_) => break false,
            }
        };
        let text = parser.slice_from(from);
        if !is_rule {
            return self.entries.push(Entry::Mark(context.clone(), text.trim().to_owned()));
        }
        // Where frames have names of their own, the same text means something else.
        let is_plain = !context.contains("keyframes ");
        let selectors = match self.lexicon.list(text).filter(|_| is_plain) {
            Some(known) => known,
            None => {
                parser.reset(&start);
                let prelude = prelude(parser);
                let _ = parser.next();
                let selectors = keyframe_selectors(context, split_selectors(&prelude));
                let selectors = Rc::new(self.lexicon.selectors(selectors));
                if is_plain {
                    self.lexicon.remember_list(text, &selectors);
                }
                selectors
            }
        };
        let context = match owner {
            Some(owner) => Rc::from(format!("{context}&{}{{", owner.list.join(","))),
            None => context.clone(),
        };
        self.block(parser, &context, &selectors);
    }

    fn block(&mut self, parser: &mut Parser<'_, '_>, context: &Rc<str>, owner: &Rc<Selectors>) {
        let _ = parser.parse_nested_block(|inner| {
            let start = inner.state();
            match plain_block(inner) {
                Some((_, texts)) if texts.is_empty() => {}
                Some((text, texts)) => {
                    let block = self.known_block(text, &texts);
                    self.rule(context, owner, block);
                }
                None => {
                    inner.reset(&start);
                    self.items(inner, context, Some(owner));
                }
            }
            Ok::<_, ParseError<'_, ()>>(())
        });
    }

    /// The block of these declarations.
    fn known_block(&mut self, text: &str, texts: &[&str]) -> Rc<Block> {
        if let Some(known) = self.lexicon.block(text) {
            return known;
        }
        let mut declarations = Vec::with_capacity(texts.len());
        for text in texts {
            declarations.extend(self.lexicon.declaration(text, declaration_of));
        }
        let block = self.normal(declarations);
        self.lexicon.remember_block(text, &block);
        block
    }

    fn at_rule(&mut self, parser: &mut Parser<'_, '_>, name: &str, context: &Rc<str>, owner: Option<&Rc<Selectors>>) {
        let prelude = parser.parse_until_before(Delimiter::CurlyBracketBlock | Delimiter::Semicolon, |parser| {
            Ok::<_, ParseError<'_, ()>>(canonical(parser, Canon::Condition))
        });
        let mut head = format!("@{name} {}", prelude.unwrap_or_default());
        if name == "media" {
            head = without_all(&head);
            if let Some(targets) = self.targets {
                head = ranged(head, targets);
            }
        }
        if !matches!(parser.next(), Ok(Token::CurlyBracketBlock)) {
            let mark = Entry::Mark(context.clone(), head);
            // Saying again what was just said changes no order.
            let is_said = name == "layer" && self.entries.last() == Some(&mark);
            if !is_said {
                self.entries.push(mark);
            }
            return;
        }
        let is_layer = name == "layer";
        // What stands in a rule is as specific as the rule says.
        let nested = if owner.is_some() { "&" } else { "" };
        let mut inner: String = format!("{context}{nested}{head}{{");
        if is_layer && head.trim_end() == "@layer" {
            self.anonymous += 1;
            inner = format!("{context}{nested}@layer #{}{{", self.anonymous);
        }
        let inner: Rc<str> = Rc::from(inner);
        match name {
            "media" | "supports" | "container" | "layer" | "scope" | "starting-style" | "document"
            | "-moz-document" => {
                if is_layer {
                    self.entries.push(Entry::Mark(inner.clone(), String::new()));
                }
                let _ = parser.parse_nested_block(|parser| {
                    self.items(parser, &inner, owner);
                    Ok::<_, ParseError<'_, ()>>(())
                });
            }
            "keyframes" | "-webkit-keyframes" | "-moz-keyframes" | "-o-keyframes" => {
                self.entries.push(Entry::Mark(inner.clone(), String::new()));
                let _ = parser.parse_nested_block(|parser| {
                    self.items(parser, &inner, None);
                    Ok::<_, ParseError<'_, ()>>(())
                });
                // Two blocks of one name are two, even side by side.
                self.entries.push(Entry::Mark(context.clone(), "}".to_owned()));
            }
            _ => {
                let start = self.entries.len();
                self.entries.push(Entry::Mark(context.clone(), head));
                self.block(parser, &inner, &Rc::new(Selectors::default()));
                if is_void(name, &self.entries[start + 1..]) {
                    self.entries.truncate(start);
                }
            }
        }
    }
}

/// Whether an at-rule has not what it needs to be one, so that every browser ignores it (CSS Properties and Values 1,
/// section 2; CSS Counter Styles 3, section 3).
fn is_void(name: &str, entries: &[Entry]) -> bool {
    let has = |wanted: &str| {
        entries.iter().any(
            |entry| matches!(entry, Entry::Rule(rule) if rule.block.declarations.iter().any(|d| *d.name == *wanted)),
        )
    };
    match name {
        "property" => !has("syntax") || !has("inherits"),
        "counter-style" => entries.is_empty(),
        _ => false,
    }
}

/// `(x)` for `all and (x)` in each media query of a list.
fn without_all(head: &str) -> String {
    let list = head.strip_prefix("@media ").unwrap_or(head);
    let queries = list.split(',').map(|query| match query.strip_prefix("all and ") {
        Some(rest) if rest.starts_with('(') => rest,
        _ => query,
    });
    format!("@media {}", queries.collect::<Vec<_>>().join(","))
}

/// The canonical words before a block.
fn prelude(parser: &mut Parser<'_, '_>) -> String {
    let found = parser.parse_until_before(Delimiter::CurlyBracketBlock, |parser| {
        Ok::<_, ParseError<'_, ()>>(canonical(parser, Canon::Selector))
    });
    found.unwrap_or_default()
}

/// The text of a block and of each of its declarations, if it holds nothing else.
fn plain_block<'i>(parser: &mut Parser<'i, '_>) -> Option<(&'i str, Vec<&'i str>)> {
    let from = parser.position();
    let mut texts = Vec::new();
    loop {
        parser.skip_whitespace();
        let start = parser.position();
        let mut is_custom = match parser.next() {
            Err(_) => return Some((parser.slice_from(from), texts)),
            Ok(Token::Semicolon) => continue,
            Ok(Token::AtKeyword(_) | Token::CurlyBracketBlock) => return None,
            Ok(Token::Ident(name)) => name.starts_with("--"),
            Ok(_) => false,
        };
        let mut token = parser.next();
        is_custom &= matches!(token, Ok(Token::Colon));
        loop {
            match token {
                Ok(Token::CurlyBracketBlock) if !is_custom => return None,
                Ok(Token::Semicolon) => {
                    let text = parser.slice_from(start);
                    texts.push(text.strip_suffix(';').unwrap_or(text));
                    break;
                }
                Err(_) => {
                    texts.push(parser.slice_from(start));
                    break;
                }
                Ok(_) => token = parser.next(),
            }
        }
    }
}

fn declaration_of(text: &str) -> Option<Declaration> {
    declaration(&mut Parser::new(&mut ParserInput::new(text)))
}

/// Whether a `;`, or the end, comes before a `{`, or a custom property starts here.
fn is_declaration(parser: &mut Parser<'_, '_>) -> bool {
    let start = parser.state();
    let is_custom = matches!(parser.next(), Ok(Token::Ident(name)) if name.starts_with("--"))
        && matches!(parser.next(), Ok(Token::Colon));
    parser.reset(&start);
    if is_custom {
        return true;
    }
    let verdict = loop {
        match parser.next() {
            Ok(Token::CurlyBracketBlock) => break false,
            Ok(Token::Semicolon) | Err(_) => break true,
            Ok(_) => {}
        }
    };
    parser.reset(&start);
    verdict
}

fn declaration(parser: &mut Parser<'_, '_>) -> Option<Declaration> {
    parser
        .parse_until_after(Delimiter::Semicolon, |parser| {
            let start = parser.state();
            let name = match parser.next() {
                Ok(Token::Ident(name)) => name.to_string(),
                _ => String::new(),
            };
            if name.is_empty() || parser.expect_colon().is_err() {
                parser.reset(&start);
                let value = canonical(parser, Canon::Text);
                let (name, value) = (Rc::from("?"), Rc::from(value));
                return Ok::<_, ParseError<'_, ()>>(Declaration { name, value, strict: None, important: false });
            }
            Ok(named(parser, name))
        })
        .ok()
}

fn named(parser: &mut Parser<'_, '_>, name: String) -> Declaration {
    if name.starts_with("--") {
        let start = parser.position();
        while parser.next_including_whitespace_and_comments().is_ok() {}
        // One space and none are two different empty values, one of them invalid in older engines.
        let raw = parser.slice_from(start);
        let value = if raw.trim().is_empty() && !raw.is_empty() { " " } else { raw.trim() };
        return Declaration { name: name.into(), value: value.into(), strict: None, important: false };
    }
    let name: Rc<str> = name.to_ascii_lowercase().into();
    if &*name == "unicode-range" {
        let start = parser.position();
        while parser.next_including_whitespace_and_comments().is_ok() {}
        let value = code_points(parser.slice_from(start)).into();
        return Declaration { name, value, strict: None, important: false };
    }
    let start = parser.state();
    let value = canonical(parser, Canon::Value(&name));
    let strict = value.contains('(').then(|| {
        parser.reset(&start);
        canonical(parser, Canon::Strict(&name))
    });
    let strict = strict.filter(|strict| *strict != value);
    let important = value.ends_with("!important");
    let bare = |value: String| value.strip_suffix("!important").map_or(&*value, str::trim_end).into();
    Declaration { name, value: bare(value), strict: strict.map(bare), important }
}

/// The parts of a canonical selector list, at its top-level commas, each once.
pub(super) fn split_selectors(list: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped, mut found) = (0_usize, false, false, vec![String::new()]);
    for character in list.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' if !quoted => depth += 1,
            ')' | ']' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(character);
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|selector| seen.insert(selector.clone()));
    found
}

fn keyframe_selectors(context: &str, selectors: Vec<String>) -> Vec<String> {
    if !context.contains("keyframes ") {
        return selectors;
    }
    let normal = |selector: String| match selector.to_ascii_lowercase().as_str() {
        "from" => "0%".to_owned(),
        "to" => "100%".to_owned(),
        _ => selector,
    };
    selectors.into_iter().map(normal).collect()
}
