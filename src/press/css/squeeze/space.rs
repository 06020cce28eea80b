//! White space between two tokens: where it goes, and where it stays.

use super::{Mode, Squeezer, Words};
use crate::press::css::{sheet::is_gap, token::TokenKind};

/// What stood between two tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    Comment,
    Space,
}

impl Squeezer<'_, '_> {
    pub(super) fn gap(&mut self, gap: Gap, previous: usize, next: usize, mode: Mode, is_opaque: bool) {
        match gap {
            Gap::None => {}
            Gap::Comment if self.may_touch(previous, next) => {}
            Gap::Comment => self.out.push_str("/**/"),
            Gap::Space if self.may_drop_space(previous, next, mode, is_opaque) => {}
            Gap::Space => self.out.push(' '),
        }
    }

    /// Whether two tokens stay two when nothing stands between them.
    fn may_touch(&self, previous: usize, next: usize) -> bool {
        use TokenKind::{
            CloseCurly, CloseParen, CloseSquare, Colon, Comma, OpenCurly, OpenParen, OpenSquare, Semicolon,
        };
        matches!(
            self.sheet.kind(previous),
            Comma | Semicolon | Colon | OpenCurly | CloseCurly | OpenParen | CloseParen | OpenSquare | CloseSquare
        ) || matches!(
            self.sheet.kind(next),
            Comma | Semicolon | Colon | OpenCurly | CloseCurly | CloseParen | OpenSquare | CloseSquare
        )
    }

    fn may_drop_space(&self, previous: usize, next: usize, mode: Mode, is_opaque: bool) -> bool {
        use TokenKind::{CloseParen, CloseSquare, Comma, Delim, Function, OpenParen, OpenSquare};
        let (left, right) = (self.sheet.kind(previous), self.sheet.kind(next));
        if mode == Mode::Unknown {
            return false;
        }
        if matches!(left, Comma | OpenParen | OpenSquare | Function)
            || matches!(right, Comma | CloseParen | CloseSquare)
        {
            return true;
        }
        if self.manner.words == Words::Shortest && self.needs_no_space(previous, next, mode, is_opaque) {
            return true;
        }
        match mode {
            Mode::Value => {
                let is_loose = |kind| matches!(kind, Delim(b'/' | b'!'));
                (is_loose(left) && !matches!(right, Delim(_))) || (is_loose(right) && !matches!(left, Delim(_)))
            }
            Mode::Selector => !is_opaque && self.is_combinator_space(previous, next),
            Mode::Condition => left == TokenKind::Colon && self.is_feature_colon(previous),
            Mode::Unknown => false,
        }
    }

    /// Where two tokens are the same two without white space, and it means nothing else here.
    fn needs_no_space(&self, previous: usize, next: usize, mode: Mode, is_opaque: bool) -> bool {
        use TokenKind::{AtKeyword, CloseParen, Colon, Delim, Function, Hash, Ident, OpenParen, String, Url};
        let (left, right) = (self.sheet.kind(previous), self.sheet.kind(next));
        let is_delim = |kind: TokenKind, wanted: &[u8]| matches!(kind, Delim(byte) if wanted.contains(&byte));
        match mode {
            Mode::Value => {
                let starts_word = matches!(right, Ident | Function | Url) && !self.sheet.text(next).starts_with('-');
                (matches!(left, CloseParen | Url) && starts_word)
                    || (right == Hash && !matches!(left, Delim(_)))
                    || (left == String && !matches!(right, Delim(_)))
                    || (right == String && !matches!(left, Delim(_)))
                    || (is_delim(left, b"*") && !matches!(right, Delim(_)))
                    || (is_delim(right, b"*") && !matches!(left, Delim(_)))
            }
            Mode::Condition => {
                (left == CloseParen && right == Ident)
                    || (left == AtKeyword && matches!(right, OpenParen | Colon | String))
                    || left == String
                    || (!is_opaque && (is_delim(left, b"<>=") || is_delim(right, b"<>=")))
            }
            Mode::Selector | Mode::Unknown => false,
        }
    }

    fn is_combinator_space(&self, previous: usize, next: usize) -> bool {
        use TokenKind::{Delim, Dimension, Number, Percentage};
        let (left, right) = (self.sheet.kind(previous), self.sheet.kind(next));
        let is_combinator = |kind| matches!(kind, Delim(b'>' | b'+' | b'~'));
        if is_combinator(left) {
            return !is_combinator(right) && !matches!(right, Number | Percentage | Dimension);
        }
        is_combinator(right) && self.sheet.text(previous) != "--"
    }

    /// Whether the colon is that of `(name:`.
    fn is_feature_colon(&self, colon: usize) -> bool {
        let before = |index: usize| (0..index).rev().find(|&i| !is_gap(self.sheet.kind(i)));
        before(colon)
            .filter(|&name| self.sheet.kind(name) == TokenKind::Ident)
            .and_then(before)
            .is_some_and(|open| self.sheet.kind(open) == TokenKind::OpenParen)
    }
}
