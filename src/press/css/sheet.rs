//! Tokens in, statements out: where each rule, at-rule and comment of a sheet stands.
//!
//! Nothing is copied or dropped; what the grammar cannot place becomes a [`Statement::Odd`], to be left as it is.

use std::ops::Range;

use super::token::{Token, TokenKind, Tokens, unescape};

/// A sheet as tokens, with each opening bracket paired with its closing one.
pub(crate) struct Sheet<'a> {
    pub(crate) source: &'a str,
    pub(crate) tokens: Vec<Token>,
    /// For each opening bracket the token that closes it; for other tokens their own place.
    partner: Vec<usize>,
    /// Tokens that fit nowhere: broken strings and URLs, closing brackets that close nothing.
    odd: Vec<usize>,
}

/// One statement, as ranges of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Statement {
    /// A style rule, `@font-face` or `@keyframes`: the whole of it, and what stands between its braces.
    Rule { whole: Range<usize>, body: Range<usize> },
    /// `@media`, `@supports`, `@container` or `@layer` with rules inside.
    Group { prelude: Range<usize>, body: Range<usize> },
    /// Any other at-rule.
    AtRule { whole: Range<usize> },
    /// A comment (to be kept or not).
    Comment { token: usize },
    /// What the grammar cannot place.
    Odd { whole: Range<usize> },
}

impl<'a> Sheet<'a> {
    /// Pairs the brackets.
    ///
    /// # Errors
    /// The byte where a bracket opens that nothing closes.
    pub(crate) fn new(source: &'a str, tokens: Tokens) -> Result<Self, usize> {
        let tokens = tokens.list;
        let mut partner: Vec<usize> = (0..tokens.len()).collect();
        let (mut open, mut odd) = (Vec::new(), Vec::new());
        for (index, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::BadString | TokenKind::BadUrl => odd.push(index),
                kind if closer(kind).is_some() => open.push(index),
                TokenKind::CloseParen | TokenKind::CloseSquare | TokenKind::CloseCurly => match open.last() {
                    Some(&start) if closer(tokens[start].kind) == Some(token.kind) => {
                        partner[start] = index;
                        open.pop();
                    }
                    _ => odd.push(index),
                },
                _ => {}
            }
        }
        match open.first() {
            Some(&start) => Err(tokens[start].start as usize),
            None => Ok(Self { source, tokens, partner, odd }),
        }
    }

    pub(crate) fn kind(&self, index: usize) -> TokenKind {
        self.tokens[index].kind
    }

    pub(crate) fn text(&self, index: usize) -> &'a str {
        self.tokens[index].text(self.source)
    }

    /// The source text of a range of tokens.
    pub(crate) fn slice(&self, range: &Range<usize>) -> &'a str {
        if range.is_empty() {
            return "";
        }
        &self.source[self.start(range)..self.tokens[range.end - 1].end as usize]
    }

    /// The byte where a range of tokens starts.
    pub(crate) fn start(&self, range: &Range<usize>) -> usize {
        self.tokens.get(range.start).map_or(self.source.len(), |token| token.start as usize)
    }

    /// The token that closes the bracket at `index` (or `index` itself if it is none).
    pub(crate) fn partner(&self, index: usize) -> usize {
        self.partner[index]
    }

    /// Whether a token in `range` fits nowhere.
    pub(crate) fn has_odd(&self, range: &Range<usize>) -> bool {
        let first = self.odd.partition_point(|&at| at < range.start);
        self.odd.get(first).is_some_and(|&at| at < range.end)
    }

    /// The first token of `range` that is no white space and no comment, or its end.
    pub(crate) fn skip_gaps(&self, range: &Range<usize>) -> usize {
        range.clone().find(|&i| !is_gap(self.kind(i))).unwrap_or(range.end)
    }

    /// `range` without white space at its end.
    pub(crate) fn trim_end(&self, range: Range<usize>) -> Range<usize> {
        let blank = range.clone().rev().take_while(|&i| self.kind(i) == TokenKind::Whitespace).count();
        range.start..range.end - blank
    }

    /// The first `;` or `{` of `range` that is in no bracket of another kind, or its end.
    pub(crate) fn find_end(&self, range: &Range<usize>) -> usize {
        let mut at = range.start;
        while at < range.end && !matches!(self.kind(at), TokenKind::Semicolon | TokenKind::OpenCurly) {
            at = self.partner(at) + 1;
        }
        at.min(range.end)
    }

    /// Whether `range` starts with `name :`, and if so, where the colon is.
    pub(crate) fn colon_after_name(&self, range: &Range<usize>) -> Option<usize> {
        if range.is_empty() || self.kind(range.start) != TokenKind::Ident {
            return None;
        }
        let next = self.skip_gaps(&(range.start + 1..range.end));
        (next < range.end && self.kind(next) == TokenKind::Colon).then_some(next)
    }

    /// The lower-case name of the at-rule that starts at `index`, if one does.
    pub(crate) fn at_name(&self, index: usize) -> Option<String> {
        (self.kind(index) == TokenKind::AtKeyword).then(|| unescape(&self.text(index)[1..]).to_ascii_lowercase())
    }

    /// The statements of `range`: of a whole sheet or of what stands between the braces of a group.
    pub(crate) fn statements(&self, range: Range<usize>) -> Vec<Statement> {
        let mut found = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let (statement, next) = self.statement(at..range.end);
            found.extend(statement);
            at = next;
        }
        found
    }

    fn statement(&self, range: Range<usize>) -> (Option<Statement>, usize) {
        let start = range.start;
        match self.kind(start) {
            TokenKind::Whitespace | TokenKind::HtmlComment => (None, start + 1),
            TokenKind::Comment => (Some(Statement::Comment { token: start }), start + 1),
            TokenKind::AtKeyword => self.at_rule(range),
            _ => self.rule(range),
        }
    }

    fn at_rule(&self, range: Range<usize>) -> (Option<Statement>, usize) {
        let start = range.start;
        let end = self.find_end(&range);
        let has_block = end < range.end && self.kind(end) == TokenKind::OpenCurly;
        let next = if has_block { self.partner(end) + 1 } else { (end + 1).min(range.end) };
        let whole = start..next;
        let name = self.at_name(start).unwrap_or_default();
        let statement = match name.as_str() {
            _ if self.has_odd(&whole) => Statement::Odd { whole },
            "media" | "supports" | "container" | "layer" if has_block => {
                Statement::Group { prelude: start..end, body: end + 1..next - 1 }
            }
            "font-face" | "keyframes" | "-webkit-keyframes" | "-moz-keyframes" | "-o-keyframes" if has_block => {
                Statement::Rule { whole, body: end + 1..next - 1 }
            }
            _ => Statement::AtRule { whole },
        };
        (Some(statement), next)
    }

    fn rule(&self, range: Range<usize>) -> (Option<Statement>, usize) {
        let mut open = range.start;
        while open < range.end && self.kind(open) != TokenKind::OpenCurly {
            open = self.partner(open) + 1;
        }
        if open >= range.end {
            return (Some(Statement::Odd { whole: self.trim_end(range.clone()) }), range.end);
        }
        let next = self.partner(open) + 1;
        let whole = range.start..next;
        // Old and new engines end such a rule at different places.
        let is_odd = self.has_odd(&whole)
            || (range.start..open).any(|i| matches!(self.kind(i), TokenKind::Semicolon | TokenKind::HtmlComment))
            || (self.text(range.start).starts_with("--") && self.colon_after_name(&whole).is_some());
        if is_odd {
            return (Some(Statement::Odd { whole }), next);
        }
        (Some(Statement::Rule { whole, body: open + 1..next - 1 }), next)
    }
}

/// White space or a comment.
pub(crate) fn is_gap(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Whitespace | TokenKind::Comment)
}

fn closer(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::Function | TokenKind::OpenParen => Some(TokenKind::CloseParen),
        TokenKind::OpenSquare => Some(TokenKind::CloseSquare),
        TokenKind::OpenCurly => Some(TokenKind::CloseCurly),
        _ => None,
    }
}
