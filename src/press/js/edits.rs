//! What the owner of a site wants out of its scripts (`console` calls, `debugger`), and constants written in (`define`).
//!
//! Done on the tree before anything else: whatever must stay true of a script is then true of the edited one. A branch
//! that a constant decides goes, with what it names; variables that it declares stay.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use swc_core::{
    common::{DUMMY_SP, Mark, Span, Spanned, SyntaxContext},
    ecma::{
        ast::{
            BinExpr, BinaryOp, BindingIdent, BlockStmt, Bool, Callee, Decl, Expr, ForHead, Ident, KeyValueProp, Lit,
            MemberProp, MetaPropKind, Null, Number, Pat, Program, Prop, PropName, Stmt, UnaryExpr, UnaryOp, UpdateExpr,
            VarDecl, VarDeclKind, VarDeclarator,
        },
        utils::extract_var_ids,
        visit::{Visit, VisitMut, VisitMutWith, VisitWith},
    },
};

use crate::press::{KeptBecause, Note};

/// Whether something stays in a script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fate {
    /// It stays.
    #[default]
    Stays,
    /// It goes.
    Goes,
}

/// What is taken out of scripts, and what is written in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edits {
    /// Calls of `console` functions, with their arguments.
    pub console: Fate,
    /// `debugger` statements.
    pub debugger: Fate,
    /// Global names, such as `process.env.NODE_ENV`, and the constant that each stands for, written as JSON or as a name.
    pub define: BTreeMap<String, String>,
}

/// What became of a program.
#[derive(Debug, Default)]
pub(super) struct Edited {
    pub(super) is_edited: bool,
    /// What went.
    pub(super) removed: Vec<Span>,
}

impl Edits {
    /// As part of a cache key: empty when there is nothing to do.
    #[must_use]
    pub fn canonical(&self) -> String {
        if *self == Self::default() { String::new() } else { format!(" edits={self:?}") }
    }

    /// Whether `name` can be defined: identifiers and dots, or `import.meta` and dots.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        let rest = name.strip_prefix("import.meta.").unwrap_or(name);
        rest.split('.').all(is_identifier)
    }

    /// Whether `value` can be written in: a string, a number, true, false, null, or a name.
    #[must_use]
    pub fn is_value(value: &str) -> bool {
        is_identifier(value) || constant(value, Mark::root()).is_some()
    }

    pub(super) fn apply(&self, program: &mut Program, unresolved: Mark) -> Result<Edited, KeptBecause> {
        if *self == Self::default() {
            return Ok(Edited::default());
        }
        let mut define = BTreeMap::new();
        for (name, value) in &self.define {
            let value = constant(value, unresolved).ok_or_else(|| {
                KeptBecause::Unsupported(Note::new(format!("{name} is defined as {value:?}, which is no constant")))
            })?;
            define.insert(name.clone(), value);
        }
        let mut editor = Editor { edits: self, define, unresolved, edited: Edited::default() };
        program.visit_mut_with(&mut editor);
        Ok(editor.edited)
    }
}

fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// The expression for a value of `define`; its span tells it from everything that was in the source.
fn constant(value: &str, unresolved: Mark) -> Option<Expr> {
    let span = DUMMY_SP;
    Some(match serde_json::from_str(value) {
        Ok(serde_json::Value::String(text)) => Expr::Lit(Lit::Str(text.into())),
        Ok(serde_json::Value::Bool(value)) => Expr::Lit(Lit::Bool(Bool { span, value })),
        Ok(serde_json::Value::Null) => Expr::Lit(Lit::Null(Null { span })),
        Ok(serde_json::Value::Number(number)) => {
            let value = number.as_f64().filter(|value| *value >= 0.0 && value.is_finite())?;
            Expr::Lit(Lit::Num(Number { span, value, raw: None }))
        }
        Ok(_) => return None,
        Err(_) if is_identifier(value) => {
            let context = SyntaxContext::empty().apply_mark(unresolved);
            Expr::Ident(Ident::new(value.into(), span, context))
        }
        Err(_) => return None,
    })
}

struct Editor<'a> {
    edits: &'a Edits,
    define: BTreeMap<String, Expr>,
    unresolved: Mark,
    edited: Edited,
}

impl Editor<'_> {
    fn is_global(&self, ident: &Ident) -> bool {
        ident.ctxt.outer() == self.unresolved
    }

    fn is_console_call(&self, expression: &Expr) -> bool {
        let Expr::Call(call) = expression else { return false };
        let Callee::Expr(callee) = &call.callee else { return false };
        let Expr::Member(member) = &**callee else { return false };
        matches!(&*member.obj, Expr::Ident(ident) if &*ident.sym == "console" && self.is_global(ident))
    }

    /// The dotted name of a global or of a part of `import.meta`.
    fn name(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Ident(ident) if self.is_global(ident) => Some(ident.sym.to_string()),
            Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta => Some("import.meta".to_owned()),
            Expr::Member(member) => match &member.prop {
                MemberProp::Ident(property) => Some(format!("{}.{}", self.name(&member.obj)?, property.sym)),
                _ => None,
            },
            _ => None,
        }
    }

    fn defined(&self, expression: &Expr) -> Option<Expr> {
        if self.define.is_empty() {
            return None;
        }
        self.define.get(&self.name(expression)?).cloned()
    }

    fn remove(&mut self, span: Span) {
        self.edited.is_edited = true;
        if !span.is_dummy() {
            self.edited.removed.push(span);
        }
    }

    /// What a constant of ours decides.
    fn folded(&mut self, expression: &mut Expr) -> Option<Expr> {
        match expression {
            Expr::Unary(UnaryExpr { op: UnaryOp::Bang, arg, .. }) => Some(boolean(!ours(arg).and_then(truth)?)),
            Expr::Bin(BinExpr { op: BinaryOp::LogicalAnd, left, right, .. }) => {
                let is_true = ours(left).and_then(truth)?;
                Some(self.chosen(right, left, is_true))
            }
            Expr::Bin(BinExpr { op: BinaryOp::LogicalOr, left, right, .. }) => {
                let is_true = ours(left).and_then(truth)?;
                Some(self.chosen(right, left, !is_true))
            }
            Expr::Bin(binary) => compared(binary).map(boolean),
            Expr::Cond(condition) => {
                let is_true = ours(&condition.test).and_then(truth)?;
                Some(self.chosen(&mut condition.cons, &mut condition.alt, is_true))
            }
            Expr::Paren(inner) => ours(&inner.expr).map(|literal| Expr::Lit(literal.clone())),
            _ => None,
        }
    }

    /// The first of two expressions, or the second; the other goes.
    fn chosen(&mut self, first: &mut Expr, second: &mut Expr, is_first: bool) -> Expr {
        let (taken, left) = if is_first { (first, second) } else { (second, first) };
        self.remove(left.span());
        taken.clone()
    }

    /// The branch that a constant of ours takes, with the variables that the other declares.
    fn decided(&mut self, statement: &Stmt) -> Option<Stmt> {
        let Stmt::If(branch) = statement else { return None };
        let is_true = ours(&branch.test).and_then(truth)?;
        let empty = Stmt::Empty(swc_core::ecma::ast::EmptyStmt { span: DUMMY_SP });
        let other = branch.alt.as_deref().unwrap_or(&empty);
        let (taken, gone) = if is_true { (&*branch.cons, other) } else { (other, &*branch.cons) };
        if has_function(gone) || has_function(taken) {
            return None;
        }
        self.remove(gone.span());
        let hoisted = extract_var_ids(gone);
        if hoisted.is_empty() {
            return Some(taken.clone());
        }
        let declared = |ident: Ident| VarDeclarator {
            span: DUMMY_SP,
            name: Pat::Ident(BindingIdent::from(ident)),
            init: None,
            definite: false,
        };
        let declaration = VarDecl {
            kind: VarDeclKind::Var,
            decls: hoisted.into_iter().map(declared).collect(),
            ..VarDecl::default()
        };
        let stmts = vec![Stmt::Decl(Decl::Var(Box::new(declaration))), taken.clone()];
        Some(Stmt::Block(BlockStmt { stmts, ..BlockStmt::default() }))
    }
}

/// A literal that was written in, or follows from one.
fn ours(expression: &Expr) -> Option<&Lit> {
    match expression {
        Expr::Lit(literal) if literal.span().is_dummy() => Some(literal),
        _ => None,
    }
}

fn boolean(value: bool) -> Expr {
    Expr::Lit(Lit::Bool(Bool { span: DUMMY_SP, value }))
}

fn truth(literal: &Lit) -> Option<bool> {
    match literal {
        Lit::Str(text) => Some(!text.value.is_empty()),
        Lit::Bool(value) => Some(value.value),
        Lit::Null(_) => Some(false),
        Lit::Num(number) => Some(number.value != 0.0),
        _ => None,
    }
}

/// Whether two literals of one type, one of them ours, are equal by the operator between them.
fn compared(binary: &BinExpr) -> Option<bool> {
    let (Expr::Lit(left), Expr::Lit(right)) = (&*binary.left, &*binary.right) else { return None };
    if !left.span().is_dummy() && !right.span().is_dummy() {
        return None;
    }
    let is_equal = match (left, right) {
        (Lit::Str(left), Lit::Str(right)) => left.value == right.value,
        (Lit::Bool(left), Lit::Bool(right)) => left.value == right.value,
        (Lit::Null(_), Lit::Null(_)) => true,
        (Lit::Num(left), Lit::Num(right)) => left.value.to_bits() == right.value.to_bits(),
        _ => return None,
    };
    match binary.op {
        BinaryOp::EqEq | BinaryOp::EqEqEq => Some(is_equal),
        BinaryOp::NotEq | BinaryOp::NotEqEq => Some(!is_equal),
        _ => None,
    }
}

/// Whether a statement declares a function, whose name sloppy code sees outside of it.
fn has_function(statement: &Stmt) -> bool {
    struct Finder(bool);
    impl Visit for Finder {
        fn visit_decl(&mut self, declaration: &Decl) {
            self.0 |= matches!(declaration, Decl::Fn(_));
            declaration.visit_children_with(self);
        }

        fn visit_function(&mut self, _: &swc_core::ecma::ast::Function) {}
    }
    let mut finder = Finder(false);
    statement.visit_with(&mut finder);
    finder.0
}

impl VisitMut for Editor<'_> {
    fn visit_mut_stmt(&mut self, statement: &mut Stmt) {
        let goes = match statement {
            Stmt::Debugger(_) => self.edits.debugger == Fate::Goes,
            Stmt::Expr(inner) => self.edits.console == Fate::Goes && self.is_console_call(&inner.expr),
            _ => false,
        };
        if goes {
            self.remove(statement.span());
            *statement = Stmt::Empty(swc_core::ecma::ast::EmptyStmt { span: DUMMY_SP });
            return;
        }
        statement.visit_mut_children_with(self);
        if let Some(taken) = self.decided(statement) {
            *statement = taken;
        }
    }

    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        if self.edits.console == Fate::Goes && self.is_console_call(expression) {
            self.remove(expression.span());
            *expression = *Expr::undefined(DUMMY_SP);
            return;
        }
        if let Some(value) = self.defined(expression) {
            self.edited.is_edited = true;
            *expression = value;
            return;
        }
        expression.visit_mut_children_with(self);
        if !self.define.is_empty()
            && let Some(folded) = self.folded(expression)
        {
            *expression = folded;
        }
    }

    fn visit_mut_prop(&mut self, property: &mut Prop) {
        if let Prop::Shorthand(ident) = property
            && let Some(value) = self.defined(&Expr::Ident(ident.clone()))
        {
            self.edited.is_edited = true;
            let key = PropName::Ident(ident.clone().into());
            *property = Prop::KeyValue(KeyValueProp { key, value: Box::new(value) });
            return;
        }
        property.visit_mut_children_with(self);
    }

    // What is written to is no use of a value.
    fn visit_mut_update_expr(&mut self, _: &mut UpdateExpr) {}

    fn visit_mut_unary_expr(&mut self, unary: &mut UnaryExpr) {
        if unary.op != UnaryOp::Delete {
            unary.visit_mut_children_with(self);
        }
    }

    fn visit_mut_for_head(&mut self, head: &mut ForHead) {
        if !matches!(head, ForHead::Pat(_)) {
            head.visit_mut_children_with(self);
        }
    }

    fn visit_mut_pat(&mut self, pattern: &mut Pat) {
        if !matches!(pattern, Pat::Expr(_)) {
            pattern.visit_mut_children_with(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::{Options, js};

    fn pressed(source: &str, edits: Edits) -> Result<String, String> {
        let options = Options { script_edits: edits, ..Options::default() };
        let draft = js::press(source, js::JsPlace::File, &options).map_err(|kept| format!("{kept:?}"))?;
        let text = String::from_utf8(draft.bytes).unwrap();
        Ok(text.strip_suffix(';').unwrap_or(&text).to_owned())
    }

    fn define(name: &str, value: &str) -> Edits {
        Edits { define: [(name.to_owned(), value.to_owned())].into(), ..Edits::default() }
    }

    #[test]
    fn console_and_debugger_go_when_asked() {
        let edits = Edits { console: Fate::Goes, debugger: Fate::Goes, ..Edits::default() };
        for (source, expected) in [
            ("console.log(1); debugger; f(2);", "f(2)"),
            ("const x = console.log(a) ; f(x);", "const x=void 0;f(x)"),
            ("if (a) console.warn('x'); else f(1);", "a||f(1)"),
            ("var f = (console) => console.log(1);", "var f=a=>a.log(1)"),
            ("console.log(import('./a.js')) ; f(1);", "f(1)"),
            ("f(console) ; g( console.log );", "f(console),g(console.log)"),
        ] {
            assert_eq!(pressed(source, edits.clone()).as_deref(), Ok(expected), "{source}");
        }
        assert_eq!(
            pressed("debugger   ;  console.log( 1 )", Edits::default()).as_deref(),
            Ok("debugger;console.log(1)")
        );
    }

    #[test]
    fn constants_decide_branches() {
        let production = define("process.env.NODE_ENV", "\"production\"");
        for (source, expected) in [
            ("if (process.env.NODE_ENV !== 'production') { import('./dev.js') } f(1)", "f(1)"),
            ("f('production' === process.env.NODE_ENV ? 1 : import('./dev.js'))", "f(1)"),
            ("f(process.env.NODE_ENV)", "f(\"production\")"),
            ("process.env.NODE_ENV = 1   ;", "process.env.NODE_ENV=1"),
            ("(function(process){ f(process.env.NODE_ENV) })({   })", "(function(n){f(n.env.NODE_ENV)})({})"),
            ("function g(){ if (process.env.NODE_ENV !== 'production') { var x = 1 } return x }", "function g(){}"),
        ] {
            assert_eq!(pressed(source, production.clone()).as_deref(), Ok(expected), "{source}");
        }
        let debug = pressed("f({ DEBUG, x: !DEBUG && import('./a.js') })   ;", define("DEBUG", "true"));
        assert_eq!(debug.as_deref(), Ok("f({DEBUG:!0,x:!1})"));
    }

    #[test]
    fn names_and_values_are_checked() {
        for (name, good) in
            [("a", true), ("a.b", true), ("import.meta.env.X", true), ("a b", false), ("1a", false), ("", false)]
        {
            assert_eq!(Edits::is_name(name), good, "{name}");
        }
        for (value, good) in
            [("\"x\"", true), ("1", true), ("null", true), ("globalThis", true), ("x()", false), ("[1]", false)]
        {
            assert_eq!(Edits::is_value(value), good, "{value}");
        }
    }
}
