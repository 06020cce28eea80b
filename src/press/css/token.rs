//! Text in, a flat list of CSS tokens out (CSS Syntax 3, section 4), each with the bytes it was written as.
//!
//! Never recurses, never fails, never changes or copies text: every byte of the source belongs to exactly one token.

use std::{borrow::Cow, ops::Range};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Ident,
    /// `name(`, also `url(` before a quote.
    Function,
    AtKeyword,
    Hash,
    String,
    /// A string that a line break ends.
    BadString,
    /// `url(` to `)`, unquoted.
    Url,
    BadUrl,
    Number,
    Percentage,
    Dimension,
    Delim(u8),
    Whitespace,
    Comment,
    /// `<!--` or `-->`.
    HtmlComment,
    Colon,
    Semicolon,
    Comma,
    OpenParen,
    CloseParen,
    OpenSquare,
    CloseSquare,
    OpenCurly,
    CloseCurly,
}

/// One token: what it is and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    /// The bytes it stands on.
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text it was written as.
    pub(crate) fn text(self, source: &str) -> &str {
        &source[self.range()]
    }
}

/// All tokens of a text.
pub(crate) struct Tokens {
    pub(crate) list: Vec<Token>,
    /// Where a comment, string or `url(` starts that is still open at the end of the text.
    pub(crate) unclosed: Option<usize>,
}

/// Cuts `source` (below 4 GiB) into tokens.
pub(crate) fn tokens(source: &str) -> Tokens {
    let mut lexer = Lexer { source, bytes: source.as_bytes(), at: 0, unclosed: None };
    let mut list = Vec::with_capacity(source.len() / 4 + 1);
    while lexer.at < lexer.bytes.len() {
        let start = lexer.at;
        let kind = lexer.next_kind();
        list.push(Token { kind, start: offset(start), end: offset(lexer.at) });
    }
    Tokens { list, unclosed: lexer.unclosed }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    unclosed: Option<usize>,
}

impl Lexer<'_> {
    /// The byte `ahead` of the current one; 0 past the end (a NUL in the text is handled as a name character).
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn next_kind(&mut self) -> TokenKind {
        let Some(byte) = self.peek(0) else { return TokenKind::Whitespace };
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0C => self.whitespace(),
            b'/' if self.peek(1) == Some(b'*') => self.comment(),
            b'"' | b'\'' => self.string(byte),
            b'#' if self.is_name_at(1) => self.after(1, Self::name, TokenKind::Hash),
            b'@' if self.starts_ident_at(1) => self.after(1, Self::name, TokenKind::AtKeyword),
            b'<' if self.bytes[self.at..].starts_with(b"<!--") => self.take(4, TokenKind::HtmlComment),
            b'-' if self.bytes[self.at..].starts_with(b"-->") => self.take(3, TokenKind::HtmlComment),
            _ if self.starts_number() => self.numeric(),
            _ if self.starts_ident_at(0) => self.ident_like(),
            _ => self.take(1, punctuation(byte)),
        }
    }

    fn take(&mut self, length: usize, kind: TokenKind) -> TokenKind {
        self.at += length;
        kind
    }

    fn after(&mut self, skip: usize, then: fn(&mut Self), kind: TokenKind) -> TokenKind {
        self.at += skip;
        then(self);
        kind
    }

    fn whitespace(&mut self) -> TokenKind {
        while self.peek(0).is_some_and(is_space) {
            self.at += 1;
        }
        TokenKind::Whitespace
    }

    fn comment(&mut self) -> TokenKind {
        let start = self.at;
        if let Some(found) = memchr::memmem::find(&self.bytes[start + 2..], b"*/") {
            self.at = start + 2 + found + 2;
        } else {
            self.unclosed = Some(start);
            self.at = self.bytes.len();
        }
        TokenKind::Comment
    }

    fn string(&mut self, quote: u8) -> TokenKind {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' | b'\r' | 0x0C => return TokenKind::BadString,
                b'\\' if self.peek(1) == Some(b'\r') && self.peek(2) == Some(b'\n') => self.at += 3,
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                _ => {
                    self.at += 1;
                    if byte == quote {
                        return TokenKind::String;
                    }
                }
            }
        }
        self.reach_char_boundary();
        self.unclosed = Some(start);
        TokenKind::String
    }

    /// An escaped character may be longer than one byte; its further bytes pass as name or string bytes.
    fn reach_char_boundary(&mut self) {
        while !self.source.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    fn is_escape_at(&self, ahead: usize) -> bool {
        self.peek(ahead) == Some(b'\\') && !matches!(self.peek(ahead + 1), Some(b'\n' | b'\r' | 0x0C))
    }

    fn is_name_at(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(is_name_byte) || self.is_escape_at(ahead)
    }

    fn starts_ident_at(&self, ahead: usize) -> bool {
        match self.peek(ahead) {
            Some(b'-') => {
                self.peek(ahead + 1).is_some_and(|byte| is_name_start(byte) || byte == b'-')
                    || self.is_escape_at(ahead + 1)
            }
            Some(byte) if is_name_start(byte) => true,
            _ => self.is_escape_at(ahead),
        }
    }

    fn starts_number(&self) -> bool {
        let digit = |ahead| self.peek(ahead).is_some_and(|byte: u8| byte.is_ascii_digit());
        match self.peek(0) {
            Some(b'+' | b'-') => digit(1) || (self.peek(1) == Some(b'.') && digit(2)),
            Some(b'.') => digit(1),
            _ => digit(0),
        }
    }

    fn numeric(&mut self) -> TokenKind {
        self.at += number_length(&self.bytes[self.at..]);
        if self.starts_ident_at(0) {
            self.name();
            TokenKind::Dimension
        } else if self.peek(0) == Some(b'%') {
            self.take(1, TokenKind::Percentage)
        } else {
            TokenKind::Number
        }
    }

    /// Moves past a name, escapes included.
    fn name(&mut self) {
        loop {
            if self.peek(0).is_some_and(is_name_byte) {
                self.at += 1;
            } else if self.is_escape_at(0) {
                self.escape();
            } else {
                return;
            }
        }
    }

    /// Moves past `\` and what it escapes, with the one white space that may end a hex escape.
    fn escape(&mut self) {
        self.at += 1;
        let hex = self.bytes[self.at..].iter().take(6).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if hex == 0 {
            self.at = (self.at + 1).min(self.bytes.len());
            self.reach_char_boundary();
            return;
        }
        self.at += hex;
        if self.bytes[self.at..].starts_with(b"\r\n") {
            self.at += 2;
        } else if self.peek(0).is_some_and(is_space) {
            self.at += 1;
        }
    }

    fn ident_like(&mut self) -> TokenKind {
        let start = self.at;
        self.name();
        if self.peek(0) != Some(b'(') {
            return TokenKind::Ident;
        }
        let is_url = is_url_name(&self.source[start..self.at]);
        self.at += 1;
        if !is_url {
            return TokenKind::Function;
        }
        let spaces = self.bytes[self.at..].iter().take_while(|&&byte| is_space(byte)).count();
        if matches!(self.peek(spaces), Some(b'"' | b'\'')) { TokenKind::Function } else { self.url(start) }
    }

    fn url(&mut self, start: usize) -> TokenKind {
        self.whitespace();
        let mut good = true;
        while let Some(byte) = self.peek(0) {
            match byte {
                b')' => return self.take(1, if good { TokenKind::Url } else { TokenKind::BadUrl }),
                _ if self.is_escape_at(0) => self.escape(),
                b'"' | b'\'' | b'(' | b'\\' | 0..=8 | 0x0B | 0x0E..=0x1F | 0x7F => {
                    good = false;
                    self.at += 1;
                }
                _ if is_space(byte) => {
                    self.whitespace();
                    good &= matches!(self.peek(0), Some(b')') | None);
                }
                _ => self.at += 1,
            }
        }
        self.unclosed = Some(start);
        if good { TokenKind::Url } else { TokenKind::BadUrl }
    }
}

/// How many bytes at the start of `bytes` are a number: `-1.5e3` of `-1.5e3px`.
pub(crate) fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    at += digits(at);
    if bytes.get(at) == Some(&b'.') && digits(at + 1) > 0 {
        at += 1 + digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

fn is_url_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("url") || (name.contains('\\') && unescape(name).eq_ignore_ascii_case("url"))
}

/// CSS white space.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 || byte == 0
}

fn is_name_byte(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'-'
}

fn punctuation(byte: u8) -> TokenKind {
    match byte {
        b':' => TokenKind::Colon,
        b';' => TokenKind::Semicolon,
        b',' => TokenKind::Comma,
        b'(' => TokenKind::OpenParen,
        b')' => TokenKind::CloseParen,
        b'[' => TokenKind::OpenSquare,
        b']' => TokenKind::CloseSquare,
        b'{' => TokenKind::OpenCurly,
        b'}' => TokenKind::CloseCurly,
        _ => TokenKind::Delim(byte),
    }
}

/// The pieces of escaped text: what each means, and the bytes of `raw` it was written as, in order and without gaps.
pub(crate) fn pieces(raw: &str) -> Vec<(Cow<'_, str>, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let plain = memchr::memchr(b'\\', &raw.as_bytes()[at..]).map_or(raw.len(), |slash| at + slash);
        if plain > at {
            found.push((Cow::Borrowed(&raw[at..plain]), at..plain));
        }
        at = plain;
        if at < raw.len() {
            let (text, length) = unescape_one(&raw[at..]);
            found.push((text, at..at + length));
            at += length;
        }
    }
    found
}

/// What the escape at the start of `raw` means, and how many bytes it takes.
fn unescape_one(raw: &str) -> (Cow<'_, str>, usize) {
    let rest = &raw[1..];
    let hex = rest.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
    if hex > 0 {
        let code = u32::from_str_radix(&rest[..hex], 16).unwrap_or(0);
        let character = char::from_u32(code).filter(|&c| c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER);
        let after = &rest.as_bytes()[hex..];
        let space =
            if after.starts_with(b"\r\n") { 2 } else { usize::from(after.first().copied().is_some_and(is_space)) };
        return (Cow::Owned(character.to_string()), 1 + hex + space);
    }
    match rest.chars().next() {
        None => (Cow::Borrowed(""), 1),
        Some('\r') if rest.as_bytes().get(1) == Some(&b'\n') => (Cow::Borrowed(""), 3),
        Some('\n' | '\r' | '\u{C}') => (Cow::Borrowed(""), 2),
        Some(character) => (Cow::Borrowed(&rest[..character.len_utf8()]), 1 + character.len_utf8()),
    }
}

/// `raw` with its escapes undone.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(pieces(raw).into_iter().map(|(text, _)| text).collect())
}

/// How deep brackets of any kind nest.
pub(crate) fn depth(list: &[Token]) -> usize {
    let (mut deepest, mut now) = (0_usize, 0_usize);
    for token in list {
        match token.kind {
            TokenKind::Function | TokenKind::OpenParen | TokenKind::OpenSquare | TokenKind::OpenCurly => now += 1,
            TokenKind::CloseParen | TokenKind::CloseSquare | TokenKind::CloseCurly => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<(TokenKind, &str)> {
        tokens(source).list.into_iter().map(|token| (token.kind, token.text(source))).collect()
    }

    #[test]
    fn tokens_are_cut_as_the_standard_says() {
        use TokenKind::{
            BadString, BadUrl, Comment, Delim, Dimension, Function, Hash, HtmlComment, Ident, Number, Percentage,
            String, Url, Whitespace,
        };
        for (source, expected) in [
            ("a+.5", vec![(Ident, "a"), (Number, "+.5")]),
            ("1e3px", vec![(Dimension, "1e3px")]),
            ("1em", vec![(Dimension, "1em")]),
            ("1e-x", vec![(Dimension, "1e-x")]),
            ("5.", vec![(Number, "5"), (Delim(b'.'), ".")]),
            ("50%", vec![(Percentage, "50%")]),
            ("#1a", vec![(Hash, "#1a")]),
            ("-->", vec![(HtmlComment, "-->")]),
            ("--x", vec![(Ident, "--x")]),
            ("\\39 a b", vec![(Ident, "\\39 a"), (Whitespace, " "), (Ident, "b")]),
            ("red\\9 ", vec![(Ident, "red\\9 ")]),
            ("url( a\\)b )", vec![(Url, "url( a\\)b )")]),
            ("u\\72l(a)", vec![(Url, "u\\72l(a)")]),
            ("url(a b)c", vec![(BadUrl, "url(a b)"), (Ident, "c")]),
            ("url( 'a'", vec![(Function, "url("), (Whitespace, " "), (String, "'a'")]),
            ("'a\n", vec![(BadString, "'a"), (Whitespace, "\n")]),
            ("'a\\\nb'", vec![(String, "'a\\\nb'")]),
            ("/**//", vec![(Comment, "/**/"), (Delim(b'/'), "/")]),
        ] {
            assert_eq!(kinds(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_open_at_the_end_is_reported() {
        for (source, expected) in
            [("a/*", Some(1)), ("'a", Some(0)), ("url(a", Some(0)), ("'\\é", Some(0)), ("a", None)]
        {
            assert_eq!(tokens(source).unclosed, expected, "{source}");
        }
    }

    #[test]
    fn every_byte_is_in_one_token() {
        for source in ["\\", "a\\", "'\\", "url(\\", "é'\\é\n\\é", "\u{0}#\\\n", "<!-- @é -a --", "+.-.e1.e+"] {
            let mut end = 0;
            for token in tokens(source).list {
                assert_eq!(token.start, end, "{source}");
                assert!(source.is_char_boundary(token.end as usize), "{source}");
                end = token.end;
            }
            assert_eq!(end as usize, source.len(), "{source}");
        }
    }

    #[test]
    fn escapes_are_undone() {
        for (raw, expected) in
            [("a\\62 c", "abc"), ("\\0", "\u{FFFD}"), ("a\\\nb", "ab"), ("\\é\\\"", "é\""), ("\\1F600\r\nx", "😀x")]
        {
            assert_eq!(unescape(raw), expected, "{raw}");
        }
    }
}
