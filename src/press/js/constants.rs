//! Constant texts where they are used.
//!
//! swc's own folding stays off (it is known to err), but a `const` (or a `let` that nothing writes to) that is a short
//! plain text is that text wherever it is visible: `` `${NAME}.show` `` is `"modal.show"`. Texts repeat at almost no cost on
//! the wire. As everywhere in minifiers, a use before the declaration has run would throw and then no longer does.

use rustc_hash::{FxHashMap, FxHashSet};
use swc_core::ecma::{
    ast::{
        AssignTarget, BinExpr, BinaryOp, Expr, ForHead, Id, Lit, Pat, Program, Str, TaggedTpl, Tpl, TplElement,
        UnaryExpr, UnaryOp, UpdateExpr, VarDecl, VarDeclKind,
    },
    utils::find_pat_ids,
    visit::{Visit, VisitMut, VisitMutWith, VisitWith},
};

/// Longer texts are not copied: what a browser reads would grow.
const LONGEST: usize = 24;

/// Names that mean something else as the key of an object or class than computed.
const SPECIAL_KEYS: [&str; 3] = ["__proto__", "constructor", "prototype"];

/// Puts the constant texts of `program`, whose identifiers are resolved, in place; false if it has none.
pub(super) fn fold(program: &mut Program) -> bool {
    let mut written = Written::default();
    program.visit_with(&mut written);
    let mut texts = Texts { written: written.0, known: FxHashMap::default() };
    program.visit_with(&mut texts);
    let folds = !texts.known.is_empty();
    if folds {
        program.visit_mut_with(&mut texts);
    }
    folds
}

/// The variables that are written to after their declaration.
#[derive(Default)]
struct Written(FxHashSet<Id>);

impl Visit for Written {
    fn visit_assign_target(&mut self, target: &AssignTarget) {
        self.0.extend(find_pat_ids::<_, Id>(target));
        target.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        self.0.extend(update.arg.as_ident().map(swc_core::ecma::ast::Ident::to_id));
        update.visit_children_with(self);
    }

    fn visit_for_head(&mut self, head: &ForHead) {
        if let ForHead::Pat(pattern) = head {
            self.0.extend(find_pat_ids::<_, Id>(pattern));
        }
        head.visit_children_with(self);
    }
}

/// The text of each constant.
struct Texts {
    written: FxHashSet<Id>,
    known: FxHashMap<Id, String>,
}

impl Texts {
    /// The text that `expression` always is, if that is known.
    fn of(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Lit(Lit::Str(text)) => text.value.as_str().map(str::to_owned),
            Expr::Ident(name) => self.known.get(&name.to_id()).cloned(),
            Expr::Paren(inner) => self.of(&inner.expr),
            Expr::Bin(BinExpr { op: BinaryOp::Add, left, right, .. }) => Some(self.of(left)? + &self.of(right)?),
            Expr::Tpl(template) => self.of_template(template),
            _ => None,
        }
    }

    fn of_template(&self, template: &Tpl) -> Option<String> {
        let mut text = String::new();
        for (index, part) in template.quasis.iter().enumerate() {
            text += part.cooked.as_ref()?.as_str()?;
            if let Some(expression) = template.exprs.get(index) {
                text += &self.of(expression)?;
            }
        }
        Some(text)
    }

    /// Takes the texts that are known into the parts of `template` around them.
    fn fill(&self, template: &mut Tpl) {
        let mut parts = std::mem::take(&mut template.quasis).into_iter();
        let mut filled: Vec<TplElement> = parts.next().into_iter().collect();
        let mut open = Vec::new();
        for (expression, part) in std::mem::take(&mut template.exprs).into_iter().zip(parts) {
            match (filled.last_mut(), self.of(&expression).filter(|text| is_plain(text))) {
                (Some(last), Some(text)) if !ends_in_digit_escape(&last.raw) => join(last, &text, &part),
                _ => {
                    open.push(expression);
                    filled.push(part);
                }
            }
        }
        (template.quasis, template.exprs) = (filled, open);
    }

    /// What `expression` is with the texts that are known; its parts have been seen to.
    fn replaced(&self, expression: &mut Expr) -> Option<Expr> {
        match expression {
            Expr::Ident(name) => self.known.get(&name.to_id()).map(|text| literal(text)),
            Expr::Tpl(template) => {
                self.fill(template);
                self.of_template(template).filter(|text| is_plain(text)).map(|text| literal(&text))
            }
            Expr::Bin(sum) if sum.op == BinaryOp::Add => Some(self.of(&sum.left)? + &self.of(&sum.right)?)
                .filter(|text| is_plain(text))
                .map(|text| literal(&text)),
            _ => None,
        }
    }
}

/// Adds `text` and then `part` to `last`.
fn join(last: &mut TplElement, text: &str, part: &TplElement) {
    last.raw = format!("{}{text}{}", last.raw, part.raw).into();
    let cooked = |element: &TplElement| element.cooked.as_ref().and_then(|cooked| cooked.as_str().map(str::to_owned));
    last.cooked = cooked(last).zip(cooked(part)).map(|(before, after)| format!("{before}{text}{after}").into());
    last.tail = part.tail;
}

/// Whether a digit after `raw` would be read as part of `\0`.
fn ends_in_digit_escape(raw: &str) -> bool {
    raw.ends_with("\\0")
}

/// Whether `text` is written the same in a template as in quotes.
fn is_plain(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\\`${/".contains(&byte))
}

fn literal(text: &str) -> Expr {
    Expr::Lit(Lit::Str(Str::from(text)))
}

impl Visit for Texts {
    fn visit_var_decl(&mut self, declaration: &VarDecl) {
        declaration.visit_children_with(self);
        if declaration.kind == VarDeclKind::Var {
            return;
        }
        for declarator in &declaration.decls {
            if let (Pat::Ident(name), Some(value)) = (&declarator.name, &declarator.init)
                && !self.written.contains(&name.to_id())
                && let Some(text) =
                    self.of(value).filter(|text| is_plain(text) && !SPECIAL_KEYS.contains(&text.as_str()))
            {
                self.known.insert(name.to_id(), text);
            }
        }
    }
}

impl VisitMut for Texts {
    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        expression.visit_mut_children_with(self);
        if let Some(text) = self.replaced(expression) {
            *expression = text;
        }
    }

    // The parts of a tagged template are seen by its function.
    fn visit_mut_tagged_tpl(&mut self, tagged: &mut TaggedTpl) {
        tagged.tag.visit_mut_with(self);
        tagged.tpl.exprs.visit_mut_with(self);
    }

    // A variable cannot be deleted, a text can.
    fn visit_mut_unary_expr(&mut self, unary: &mut UnaryExpr) {
        if unary.op != UnaryOp::Delete || !matches!(&*unary.arg, Expr::Ident(_) | Expr::Paren(_)) {
            unary.visit_mut_children_with(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use swc_core::{
        common::Mark,
        ecma::{ast::Pass, transforms::base::resolver},
    };

    use super::*;
    use crate::{
        ecma,
        press::js::{JsPlace, print},
    };

    /// `source` with its constant texts in place.
    fn after(source: &str) -> String {
        ecma::guarded(|| {
            let mut parsed = ecma::parse(source, JsPlace::File)?;
            resolver(Mark::new(), Mark::new(), false).process(&mut parsed.program);
            fold(&mut parsed.program);
            let program = parsed.program;
            let text = print::print(&program, &parsed.map, &parsed.comments, true, false, None).unwrap();
            Ok(text.strip_suffix(';').unwrap_or(&text).to_owned())
        })
        .unwrap()
    }

    #[test]
    fn constant_texts_are_written_where_they_are_used() {
        for (source, expected) in [
            ("const A='x';f(`${A}.b`,A)", "const A=\"x\";f(\"x.b\",\"x\")"),
            ("const A='x',B=`.${A}`,C=`c${B}`;f(C)", "const A=\"x\",B=\".x\",C=\"c.x\";f(\"c.x\")"),
            ("let A='x';f('a'+A+b,b+A)", "let A=\"x\";f(\"ax\"+b,b+\"x\")"),
            ("const A='x';f(`\\n${A}${b}${A}`)", "const A=\"x\";f(`\\nx${b}x`)"),
            ("const A='x';f({[A]:1,[`${A}y`]:A})", "const A=\"x\";f({[\"x\"]:1,[\"xy\"]:\"x\"})"),
            ("const A='1';f(`\\0${A}`)", "const A=\"1\";f(`\\0${\"1\"}`)"),
            ("const A='x';{const A=b;f(A)}", "const A=\"x\";{const A=b;f(A)}"),
        ] {
            assert_eq!(after(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_constant_text_stays() {
        for source in [
            "let A=\"x\";A=b;f(A)",
            "let A=\"x\";[A]=b;f(A)",
            "let A=\"x\";for(A of b)f(A)",
            "let A=\"x\";A++;f(A)",
            "var A=\"x\";f(A)",
            "const A=\"__proto__\";f({[A]:1})",
            "const A=\"./a.js\";import(A)",
            "const A=\"x\";f`${b}y`",
            "const A=1;f(`${A}`)",
        ] {
            assert_eq!(after(source), source);
        }
        assert_eq!(after("const A='x';f`a${A}`"), "const A=\"x\";f`a${\"x\"}`");
        assert_eq!(after("const A='x';typeof A;delete A"), "const A=\"x\";typeof\"x\";delete A");
    }
}
