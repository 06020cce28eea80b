//! A sheet in, the blocks of its rules out, as lists of declarations that may be moved or dropped one by one.
//!
//! At-rules with descriptors, blocks with rules or comments inside and whatever cannot be read are left out.

use std::{borrow::Cow, ops::Range};

use super::{
    check::family,
    sheet::{Sheet, Statement},
    token::TokenKind,
};

/// The declarations of one rule, and the bytes they stand on.
pub(super) struct Block<'a> {
    pub(super) span: Range<usize>,
    pub(super) declarations: Vec<Declaration<'a>>,
}

impl Block<'_> {
    /// How many bytes its declarations take, with a `;` between them.
    pub(super) fn needed(&self) -> usize {
        let texts: usize = self.declarations.iter().map(|declaration| declaration.text.len() + 1).sum();
        texts.saturating_sub(1)
    }
}

pub(super) struct Declaration<'a> {
    pub(super) text: &'a str,
    /// In lower case, unless it is one that authors make up.
    pub(super) name: Cow<'a, str>,
    pub(super) family: Cow<'a, str>,
}

/// The blocks of a sheet that hold nothing but declarations that can be told apart.
pub(super) fn blocks<'a>(sheet: &Sheet<'a>) -> Vec<Block<'a>> {
    let mut reader = Reader { sheet, blocks: Vec::new() };
    reader.statements(0..sheet.tokens.len());
    reader.blocks
}

struct Reader<'s, 'a> {
    sheet: &'s Sheet<'a>,
    blocks: Vec<Block<'a>>,
}

impl<'a> Reader<'_, 'a> {
    fn statements(&mut self, range: Range<usize>) {
        for statement in self.sheet.statements(range) {
            match statement {
                Statement::Group { body, .. } => self.statements(body),
                Statement::Rule { whole, body } => match self.sheet.at_name(whole.start) {
                    Some(name) if name.ends_with("keyframes") => self.statements(body),
                    Some(_) => {}
                    None => self.blocks.extend(self.block(body)),
                },
                Statement::AtRule { .. } | Statement::Comment { .. } | Statement::Odd { .. } => {}
            }
        }
    }

    /// None for blocks that are copied.
    fn block(&self, body: Range<usize>) -> Option<Block<'a>> {
        let sheet = self.sheet;
        if body.is_empty() || sheet.has_odd(&body) {
            return None;
        }
        let span = sheet.start(&body)..sheet.start(&(body.end..body.end));
        let mut declarations = Vec::new();
        let mut at = body.start;
        while at < body.end {
            let mut end = at;
            while end < body.end && sheet.kind(end) != TokenKind::Semicolon {
                end = sheet.partner(end) + 1;
            }
            if at < end {
                declarations.push(self.declaration(at..end)?);
            }
            at = end + 1;
        }
        Some(Block { span, declarations })
    }

    fn declaration(&self, range: Range<usize>) -> Option<Declaration<'a>> {
        let sheet = self.sheet;
        sheet.colon_after_name(&range)?;
        let name = sheet.text(range.start);
        let is_custom = name.starts_with("--");
        let is_strange = |i: usize| match sheet.kind(i) {
            TokenKind::OpenCurly => !is_custom,
            TokenKind::Comment => true,
            _ => false,
        };
        if name.contains('\\') || name.eq_ignore_ascii_case("all") || range.clone().any(is_strange) {
            return None;
        }
        let text = sheet.slice(&range);
        if is_custom || !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Some(Declaration { text, family: Cow::Borrowed(family(name)), name: Cow::Borrowed(name) });
        }
        let name = name.to_ascii_lowercase();
        Some(Declaration { text, family: Cow::Owned(family(&name).to_owned()), name: Cow::Owned(name) })
    }
}
