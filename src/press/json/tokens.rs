//! Tokens of a JSON text: text in, spans out, strictly as RFC 8259 has it.
//!
//! Never builds a tree, never recurses (nesting costs one bit a level), never looks inside numbers or strings further
//! than their grammar asks.

use std::ops::Range;

use crate::{asset::Position, press::Note};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// A string before a colon, with its quotes.
    Key,
    /// A string anywhere else, with its quotes.
    String,
    /// A number, `true`, `false` or `null`.
    Scalar,
    /// `:`
    Colon,
    /// `,`
    Comma,
}

/// One token and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) what: What,
    pub(crate) span: Range<usize>,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrArrayEnd,
    Key,
    KeyOrObjectEnd,
    Colon,
    CommaOrEnd,
    Nothing,
}

/// The tokens of one text; stops after the first error.
pub(crate) struct Tokens<'a> {
    source: &'a str,
    at: usize,
    next: Next,
    /// One bit for each open bracket: whether it is an object.
    open: BitStack,
    failed: bool,
}

/// A stack of bits.
#[derive(Default)]
struct BitStack {
    words: Vec<u64>,
    len: usize,
}

impl BitStack {
    fn push(&mut self, bit: bool) {
        let (word, shift) = (self.len / 64, self.len % 64);
        if word == self.words.len() {
            self.words.push(0);
        }
        self.words[word] = self.words[word] & !(1 << shift) | u64::from(bit) << shift;
        self.len += 1;
    }

    fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
    }

    fn last(&self) -> Option<bool> {
        let index = self.len.checked_sub(1)?;
        Some(self.words[index / 64] >> (index % 64) & 1 == 1)
    }
}

impl<'a> Tokens<'a> {
    /// The tokens of `source`.
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, at: 0, next: Next::Value, open: BitStack::default(), failed: false }
    }

    fn bytes(&self) -> &'a [u8] {
        self.source.as_bytes()
    }

    fn read(&mut self) -> Result<Option<Token>, Note> {
        self.skip_space();
        let Some(&byte) = self.bytes().get(self.at) else {
            return if self.next == Next::Nothing { Ok(None) } else { Err(self.error("the text ends too early")) };
        };
        let start = self.at;
        let what = match byte {
            b'{' | b'[' => self.open(byte == b'{')?,
            b'}' | b']' => self.close(byte == b'}')?,
            b':' => self.punctuation(Next::Colon, Next::Value, What::Colon)?,
            b',' => {
                let then = if self.open.last() == Some(true) { Next::Key } else { Next::Value };
                self.punctuation(Next::CommaOrEnd, then, What::Comma)?
            }
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            b't' | b'f' | b'n' => self.word()?,
            _ => return Err(self.unexpected()),
        };
        Ok(Some(Token { what, span: start..self.at }))
    }

    fn skip_space(&mut self) {
        let rest = &self.bytes()[self.at..];
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn open(&mut self, object: bool) -> Result<What, Note> {
        self.expect_value()?;
        self.at += 1;
        self.open.push(object);
        self.next = if object { Next::KeyOrObjectEnd } else { Next::ValueOrArrayEnd };
        Ok(if object { What::ObjectStart } else { What::ArrayStart })
    }

    fn close(&mut self, object: bool) -> Result<What, Note> {
        let empty = if object { Next::KeyOrObjectEnd } else { Next::ValueOrArrayEnd };
        let fits = self.open.last() == Some(object) && (self.next == empty || self.next == Next::CommaOrEnd);
        if !fits {
            return Err(self.unexpected());
        }
        self.at += 1;
        self.open.pop();
        self.value_done();
        Ok(if object { What::ObjectEnd } else { What::ArrayEnd })
    }

    fn punctuation(&mut self, now: Next, then: Next, what: What) -> Result<What, Note> {
        if self.next != now {
            return Err(self.unexpected());
        }
        self.at += 1;
        self.next = then;
        Ok(what)
    }

    fn value_done(&mut self) {
        self.next = if self.open.len == 0 { Next::Nothing } else { Next::CommaOrEnd };
    }

    fn expect_value(&self) -> Result<(), Note> {
        if matches!(self.next, Next::Value | Next::ValueOrArrayEnd) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn string(&mut self) -> Result<What, Note> {
        let is_key = matches!(self.next, Next::Key | Next::KeyOrObjectEnd);
        if !is_key {
            self.expect_value()?;
        }
        self.string_body()?;
        if is_key {
            self.next = Next::Colon;
            return Ok(What::Key);
        }
        self.value_done();
        Ok(What::String)
    }

    fn string_body(&mut self) -> Result<(), Note> {
        let opened = self.at;
        self.at += 1;
        loop {
            let rest = &self.bytes()[self.at..];
            let Some(plain) = rest.iter().position(|&b| b == b'"' || b == b'\\' || b < b' ') else {
                self.at = opened;
                return Err(self.error("a string that does not end"));
            };
            self.at += plain;
            match rest[plain] {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => self.escape()?,
                _ => return Err(self.error("a control character inside a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Note> {
        let rest = &self.bytes()[self.at..];
        let length = match rest.get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if rest.get(2..6).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => 6,
            _ => return Err(self.error("an escape that JSON does not have")),
        };
        self.at += length;
        Ok(())
    }

    fn number(&mut self) -> Result<What, Note> {
        self.expect_value()?;
        let rest = &self.bytes()[self.at..];
        let length = number_length(rest).ok_or_else(|| self.error("a number that JSON does not have"))?;
        self.at += length;
        self.value_done();
        Ok(What::Scalar)
    }

    fn word(&mut self) -> Result<What, Note> {
        self.expect_value()?;
        let rest = &self.source[self.at..];
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word));
        let word = word.filter(|word| !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'));
        self.at += word.ok_or_else(|| self.unexpected())?.len();
        self.value_done();
        Ok(What::Scalar)
    }

    fn error(&self, text: impl Into<String>) -> Note {
        Note::at(text, Position::of(self.bytes(), self.at))
    }

    /// Says what stands here, by name where people are used to writing it in a configuration file.
    fn unexpected(&self) -> Note {
        let rest = &self.source[self.at..];
        let before = self.source[..self.at].trim_end();
        self.error(match rest.chars().next() {
            _ if rest.starts_with("//") || rest.starts_with("/*") => "a comment; JSON has none".to_owned(),
            Some('}' | ']') if before.ends_with(',') => "a trailing comma; JSON allows none".to_owned(),
            Some('\'') => "a string in single quotes; JSON has none".to_owned(),
            _ if self.next == Next::Nothing => "more text after the end of the value".to_owned(),
            Some(character) => format!("{character:?} is not expected here"),
            None => "the text ends too early".to_owned(),
        })
    }
}

impl Iterator for Tokens<'_> {
    type Item = Result<Token, Note>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let token = self.read().transpose();
        self.failed = matches!(token, Some(Err(_)));
        token
    }
}

/// How many bytes the number at the start of `bytes` takes; `None` when it is not one.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && bytes[at] == b'0') {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        at += (fraction > 0).then_some(1 + fraction)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        at += (exponent > 0).then_some(exponent)?;
    }
    let ends = !matches!(bytes.get(at), Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-'));
    ends.then_some(at)
}
