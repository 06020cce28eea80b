//! What targets let the normal form forget: declarations that none of them needs, and the two ways to write a range.

use cssparser::{Parser, ParserInput, Token};

use super::rule::{Declaration, words};
use crate::press::css::targets::{Targets, Word};

/// A block without what no target needs, shorthands that all of them know written out.
pub(super) fn needed(block: Vec<Declaration>, targets: Targets) -> Vec<Declaration> {
    let alive: Vec<bool> = (0..block.len()).map(|at| !is_dead(&block, at, targets)).collect();
    let kept = block.into_iter().zip(alive).filter(|(_, alive)| *alive);
    kept.flat_map(|(declaration, _)| expanded(declaration, targets)).collect()
}

fn is_dead(block: &[Declaration], at: usize, targets: Targets) -> bool {
    let this = &block[at];
    let name = &*this.name;
    if name.starts_with("--") || name == "?" {
        return false;
    }
    if targets.lack_prefix(name) {
        return true;
    }
    let (before, later) = (&block[..at], &block[at + 1..]);
    let is_overruled =
        |other: &Declaration| other.important == this.important && *other.name == *name && accepted(other, targets);
    let Some(known) = targets.known_as(name) else { return later.iter().any(is_overruled) };
    let is_twin = |other: &&Declaration| other.important == this.important && *other.name == *known;
    later.iter().any(is_overruled)
        || later.iter().any(|other| is_twin(&other))
        || before.iter().filter(is_twin).any(|other| other.value == this.value)
}

fn accepted(declaration: &Declaration, targets: Targets) -> bool {
    let value = declaration.strict.as_deref().unwrap_or(&declaration.value);
    let mut input = ParserInput::new(value);
    let mut parser = Parser::new(&mut input);
    let mut found = Vec::new();
    read(&mut parser, &mut found);
    let words: Vec<Word> = found.iter().map(Owned::word).collect();
    targets.accept(&declaration.name, &words)
}

/// A [`Word`] with text of its own.
enum Owned {
    Number(String),
    Keyword(String),
    Function(String),
    Plain(Word<'static>),
}

impl Owned {
    fn word(&self) -> Word<'_> {
        match self {
            Self::Number(unit) => Word::Number(unit),
            Self::Keyword(name) => Word::Keyword(name),
            Self::Function(name) => Word::Function(name),
            Self::Plain(word) => *word,
        }
    }
}

fn read(parser: &mut Parser<'_, '_>, found: &mut Vec<Owned>) {
    while let Ok(token) = parser.next() {
        let word = match token.clone() {
            Token::Number { .. } => Owned::Number(String::new()),
            Token::Percentage { .. } => Owned::Number("%".to_owned()),
            Token::Dimension { unit, .. } => Owned::Number(unit.to_ascii_lowercase()),
            Token::Hash(text) | Token::IDHash(text) if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Owned::Plain(Word::Hash(text.len()))
            }
            Token::Ident(name) => Owned::Keyword(name.to_ascii_lowercase()),
            Token::UnquotedUrl(_) => Owned::Plain(Word::Url),
            Token::Comma => Owned::Plain(Word::Comma),
            Token::Delim('+' | '-' | '*' | '/') => Owned::Plain(Word::Sign),
            Token::Function(name) => {
                found.push(Owned::Function(name.to_ascii_lowercase()));
                let _ = parser.parse_nested_block(|inner| {
                    read(inner, found);
                    Ok::<_, cssparser::ParseError<'_, ()>>(())
                });
                Owned::Plain(Word::Close)
            }
            _ => Owned::Plain(Word::Other),
        };
        found.push(word);
    }
}

/// Two-sided and four-sided shorthands of properties that older engines know one by one.
fn expanded(declaration: Declaration, targets: Targets) -> Vec<Declaration> {
    let name = &*declaration.name;
    let parts: Vec<String> = match name {
        _ if !targets.know(&format!("{name}:")) || declaration.value.contains("var(") => return vec![declaration],
        "inset" => ["top", "right", "bottom", "left"].map(str::to_owned).to_vec(),
        "margin-inline" | "margin-block" | "padding-inline" | "padding-block" | "inset-inline" | "inset-block" => {
            ["start", "end"].map(|side| format!("{name}-{side}")).to_vec()
        }
        _ => return vec![declaration],
    };
    let values = words(&declaration.value);
    let at = |place: usize| match (values.len(), parts.len(), place) {
        (1, ..) => Some(0),
        (2, 2 | 4, place) => Some(place % 2),
        (3, 4, 3) => Some(1),
        (3 | 4, 4, place) => Some(place),
        _ => None,
    };
    let Some(places) = (0..parts.len()).map(at).collect::<Option<Vec<usize>>>() else { return vec![declaration] };
    let part = |(name, place): (&String, usize)| Declaration {
        name: name.as_str().into(),
        value: values[place].into(),
        strict: None,
        important: declaration.important,
    };
    parts.iter().zip(places).map(part).collect()
}

/// `(width>=1px)` for `(min-width:1px)`, where all targets know that.
pub(super) fn ranged(condition: String, targets: Targets) -> String {
    if !targets.know("(width>=0)") {
        return condition;
    }
    let mut out = condition;
    for (old, new) in [
        ("(min-width:", "(width>="),
        ("(max-width:", "(width<="),
        ("(min-height:", "(height>="),
        ("(max-height:", "(height<="),
    ] {
        out = out.replace(old, new);
    }
    out
}
