//! Literals of a script: what they say, and where.

use swc_core::{
    common::{Span as SwcSpan, Spanned},
    ecma::ast::{BinExpr, BinaryOp, Expr, Lit, Tpl},
};

use super::Scanner;
use crate::{
    asset::{Decoded, Position, Span},
    ecma::decode_string,
};

/// What an expression that stands for a URL turned out to be.
pub(super) enum UrlText {
    Literal(Decoded, Position),
    Computed { head: String, at: Position },
}

impl Scanner<'_> {
    /// The inside of a quoted literal.
    pub(super) fn quoted(&self, span: SwcSpan) -> Option<(Decoded, Position)> {
        let range = self.parsed.range(span);
        if range.len() < 2 {
            return None;
        }
        let raw = self.source.get(range.start + 1..range.end - 1)?;
        Some((decode_string(raw, range.start + 1)?, self.lines.position(range.start)))
    }

    pub(super) fn url_text(&self, expression: &Expr) -> UrlText {
        let at = self.lines.position(self.parsed.range(expression.span()).start);
        let computed = |head: String| UrlText::Computed { head, at };
        match expression {
            Expr::Lit(Lit::Str(text)) => match self.quoted(text.span) {
                Some((decoded, at)) => UrlText::Literal(decoded, at),
                None => computed(String::new()),
            },
            Expr::Tpl(template) if template.exprs.is_empty() => match self.quoted(template.span) {
                Some((decoded, at)) => UrlText::Literal(decoded, at),
                None => computed(String::new()),
            },
            Expr::Tpl(template) => computed(self.head_of(template)),
            Expr::Paren(inner) => self.url_text(&inner.expr),
            Expr::Bin(BinExpr { op: BinaryOp::Add, left, .. }) => match self.url_text(left) {
                UrlText::Literal(decoded, _) => computed(decoded.text().to_owned()),
                UrlText::Computed { head, .. } => computed(head),
            },
            _ => computed(String::new()),
        }
    }

    fn head_of(&self, template: &Tpl) -> String {
        let Some(first) = template.quasis.first() else { return String::new() };
        let range = self.parsed.range(first.span);
        let raw = self.source.get(range.clone()).unwrap_or_default();
        decode_string(raw, range.start).map(|decoded| decoded.text().to_owned()).unwrap_or_default()
    }

    /// The bytes of a string literal without its quotes.
    pub(super) fn inside(&self, span: SwcSpan) -> Span {
        let range = self.parsed.range(span);
        Span::new(range.start + 1..range.end.saturating_sub(1).max(range.start + 1))
    }
}
