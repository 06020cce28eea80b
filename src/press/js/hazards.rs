//! Shapes that a rewrite is known to get wrong.

use swc_core::ecma::{
    ast::{
        ArrowExpr, ArrowFunctionBody, BlockStmt, CallExpr, Callee, Decl, Expr, Function, Program, Stmt, SwitchCase,
        WithStmt,
    },
    visit::{Visit, VisitWith},
};

/// What a program contains that limits what may be done to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hazards {
    /// `with`, or a direct `eval`: code that looks bindings up by name.
    pub(super) sees_names: bool,
    /// Function declarations in blocks. swc's compressor moves them out of their block and folds `typeof` of their
    /// names, even in strict code; sloppy code also has the rules of Annex B.3.3.
    pub(super) functions_in_blocks: bool,
}

impl Hazards {
    pub(super) fn of(program: &Program) -> Self {
        let mut hazards = Self::default();
        program.visit_with(&mut hazards);
        hazards
    }

    fn look_at_block(&mut self, statements: &[Stmt]) {
        self.functions_in_blocks |= statements.iter().any(|s| matches!(s, Stmt::Decl(Decl::Fn(_))));
    }
}

impl Visit for Hazards {
    fn visit_function(&mut self, function: &Function) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ecma, press::js::JsPlace};

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
            let hazards = ecma::guarded(|| Ok(Hazards::of(&ecma::parse(source, JsPlace::File)?.program))).unwrap();
            assert_eq!(hazards, Hazards { sees_names, functions_in_blocks }, "{source}");
        }
    }
}
