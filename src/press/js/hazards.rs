//! Shapes that a rewrite is known to get wrong.

use std::collections::BTreeSet;

use swc_core::ecma::{
    ast::{
        ArrowExpr, ArrowFunctionBody, BinExpr, BinaryOp, BlockStmt, CallExpr, Callee, ClassExpr, Decl, Expr, Function,
        Id, Ident, Lit, Pat, Program, Stmt, SwitchCase, VarDeclarator, WithStmt,
    },
    visit::{Visit, VisitWith},
};

use super::parameters;

/// What a program contains that limits what may be done to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one program")]
pub(super) struct Hazards {
    /// `with`, or a direct `eval`: code that looks bindings up by name.
    pub(super) sees_names: bool,
    /// Function declarations in blocks. swc's compressor moves them out of their block and folds `typeof` of their
    /// names, even in strict code; sloppy code also has the rules of Annex B.3.3.
    pub(super) functions_in_blocks: bool,
    /// Constant texts compared by order, with characters where UTF-16 units and code points are ordered differently. swc
    /// decides such a comparison by code points.
    pub(super) orders_texts: bool,
    /// A class expression that names itself in what it extends: swc takes that for a name from outside.
    pub(super) names_itself_early: bool,
    /// A function that says `arguments` and has a rest parameter that nobody uses. swc drops that, and outside of strict mode
    /// `arguments` shows writes to parameters where there is none.
    pub(super) unmaps_arguments: bool,
}

/// The first character whose order depends on how it is counted: from here to U+FFFF, units are above surrogates.
const FIRST_DISPUTED: char = '\u{e000}';

impl Hazards {
    pub(super) fn of(program: &Program) -> Self {
        let mut hazards = Self::default();
        program.visit_with(&mut hazards);
        hazards.orders_texts = orders_texts(program);
        hazards
    }

    /// Whether code must stay as it is, but for names.
    pub(super) fn err_in_rewriting(self) -> bool {
        self.functions_in_blocks || self.orders_texts || self.names_itself_early || self.unmaps_arguments
    }

    fn look_at_block(&mut self, statements: &[Stmt]) {
        self.functions_in_blocks |= statements.iter().any(|s| matches!(s, Stmt::Decl(Decl::Fn(_))));
    }
}

impl Visit for Hazards {
    fn visit_function(&mut self, function: &Function) {
        self.unmaps_arguments |= has_idle_rest(function) && parameters::says_arguments(&function.body);
        function.params.visit_with(self);
        function.decorators.visit_with(self);
        // A function's own body is no block.
        if let Some(body) = &function.body {
            body.stmts.visit_with(self);
        }
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        arrow.params.visit_with(self);
        match &*arrow.body {
            ArrowFunctionBody::FunctionBody(body) => body.stmts.visit_with(self),
            ArrowFunctionBody::Expr(body) => body.visit_with(self),
        }
    }

    fn visit_class_expr(&mut self, class: &ClassExpr) {
        if let (Some(name), Some(extended)) = (&class.ident, &class.class.super_class) {
            self.names_itself_early |= names_in(extended, &name.sym);
        }
        class.visit_children_with(self);
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.look_at_block(&block.stmts);
        block.visit_children_with(self);
    }

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        self.look_at_block(&case.cons);
        case.visit_children_with(self);
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        // `if (a) function f() {}` and labelled functions, which only sloppy code may have.
        let bare = |s: &Stmt| matches!(s, Stmt::Decl(Decl::Fn(_)));
        self.functions_in_blocks |= match statement {
            Stmt::If(branch) => bare(&branch.cons) || branch.alt.as_deref().is_some_and(bare),
            Stmt::Labeled(labeled) => bare(&labeled.body),
            _ => false,
        };
        statement.visit_children_with(self);
    }

    fn visit_with_stmt(&mut self, with: &WithStmt) {
        self.sees_names = true;
        with.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        self.sees_names |= matches!(&call.callee, Callee::Expr(callee)
            if matches!(&**callee, Expr::Ident(ident) if &*ident.sym == "eval"));
        call.visit_children_with(self);
    }
}

/// Whether the last parameter of `function` takes the rest, under a name that does not occur in it.
fn has_idle_rest(function: &Function) -> bool {
    let rest = function.params.last().and_then(|parameter| parameter.pat.as_rest());
    let name = rest.and_then(|rest| rest.arg.as_ident());
    name.is_some_and(|name| !names_in(&function.body, &name.sym))
}

/// Whether `name` occurs in a part of a program.
fn names_in<'a>(part: &impl VisitWith<Occurrence<'a>>, name: &'a str) -> bool {
    let mut occurrence = Occurrence { name, is_found: false };
    part.visit_with(&mut occurrence);
    occurrence.is_found
}

struct Occurrence<'a> {
    name: &'a str,
    is_found: bool,
}

impl Visit for Occurrence<'_> {
    fn visit_ident(&mut self, ident: &Ident) {
        self.is_found |= *ident.sym == *self.name;
    }
}

/// Whether two texts with disputed characters may be compared: written there, or in variables.
fn orders_texts(program: &Program) -> bool {
    let mut texts = Texts::default();
    program.visit_with(&mut texts);
    texts.compared.iter().any(|pair| pair.iter().all(|ids| ids.as_ref().is_none_or(|id| texts.variables.contains(id))))
}

#[derive(Default)]
struct Texts {
    /// Variables that are given such a text somewhere.
    variables: BTreeSet<Id>,
    /// What is compared by order: variables, or (`None`) such texts.
    compared: Vec<[Option<Id>; 2]>,
}

/// Whether an expression is made of texts, one of them with a disputed character.
fn is_disputed(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(Lit::Str(text)) => text.value.to_string_lossy().chars().any(|c| c >= FIRST_DISPUTED),
        Expr::Tpl(template) => {
            template.quasis.iter().any(|part| part.raw.chars().any(|c| c >= FIRST_DISPUTED || c == '\\'))
        }
        Expr::Bin(sum) if sum.op == BinaryOp::Add => is_disputed(&sum.left) || is_disputed(&sum.right),
        Expr::Paren(inner) => is_disputed(&inner.expr),
        _ => false,
    }
}

/// The parameters of a function that is called where it stands: they are variables with the values of the arguments.
fn parameters(callee: &Expr) -> Vec<Option<Id>> {
    let name = |pattern: &Pat| pattern.as_ident().map(|name| name.id.to_id());
    match callee {
        Expr::Paren(inner) => parameters(&inner.expr),
        Expr::Fn(function) => function.function.params.iter().map(|parameter| name(&parameter.pat)).collect(),
        Expr::Arrow(arrow) => arrow.params.iter().map(name).collect(),
        _ => Vec::new(),
    }
}

impl Visit for Texts {
    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        if let (Pat::Ident(name), Some(value)) = (&declarator.name, &declarator.init)
            && is_disputed(value)
        {
            self.variables.insert(name.to_id());
        }
        declarator.visit_children_with(self);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        if let Callee::Expr(callee) = &call.callee {
            for (name, argument) in parameters(callee).into_iter().zip(&call.args) {
                if is_disputed(&argument.expr) {
                    self.variables.extend(name);
                }
            }
        }
        call.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, binary: &BinExpr) {
        if matches!(binary.op, BinaryOp::Lt | BinaryOp::LtEq | BinaryOp::Gt | BinaryOp::GtEq) {
            let operand = |side: &Expr| match side {
                Expr::Ident(name) => Some(Some(name.to_id())),
                side => is_disputed(side).then_some(None),
            };
            if let (Some(left), Some(right)) = (operand(&binary.left), operand(&binary.right)) {
                self.compared.push([left, right]);
            }
        }
        binary.visit_children_with(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ecma, press::js::JsPlace};

    fn hazards_of(source: &str) -> Hazards {
        ecma::guarded(|| Ok(Hazards::of(&ecma::parse(source, JsPlace::File)?.program))).unwrap()
    }

    #[test]
    fn are_found() {
        for (source, sees_names, functions_in_blocks) in [
            ("function f(){ function g(){} }", false, false),
            ("const f = () => { function g(){} }", false, false),
            ("{ function g(){} }", false, true),
            ("if (a) { function g(){} }", false, true),
            ("switch (a) { case 1: function g(){} }", false, true),
            ("with (a) b", true, false),
            ("eval('a')", true, false),
            ("(0, eval)('a'); window.eval('a')", false, false),
        ] {
            assert_eq!(
                hazards_of(source),
                Hazards { sees_names, functions_in_blocks, ..Hazards::default() },
                "{source}"
            );
        }
    }

    #[test]
    fn scopes_that_swc_gets_wrong_are_found() {
        for (source, names_itself_early, unmaps_arguments) in [
            ("x = class C extends f(() => C) {}", true, false),
            ("x = class C extends D { m() { return C } }; class E extends f(() => E) {}", false, false),
            ("function f(a, ...b) { arguments[0] = 1; return a }", false, true),
            ("function f(a, ...b) { arguments[0] = 1; return b }", false, false),
            ("function f(a, ...b) { return a }", false, false),
        ] {
            assert_eq!(
                hazards_of(source),
                Hazards { names_itself_early, unmaps_arguments, ..Hazards::default() },
                "{source}"
            );
        }
    }

    #[test]
    fn texts_in_disputed_order_are_found() {
        for (source, expected) in [
            (r"'\u{10000}' < '\uffff'", true),
            (r"const a = '\u{1F600}', b = '\ue900'; a > b", true),
            (r"let a = '\ue900' + x; a <= `\u{1F600}`", true),
            (r"((a, b) => a < b)('\u{10000}', '\uffff')", true),
            (r"'\u{1F600}' === '\ue900'; a < '\ue900'", false),
            ("'a' < 'b'; x < y", false),
        ] {
            assert_eq!(hazards_of(source).orders_texts, expected, "{source}");
        }
    }
}
