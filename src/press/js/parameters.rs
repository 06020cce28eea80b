//! Variables that are parameters.
//!
//! In `function f(a) { var a = a || 1; return arguments[0] }` the variable is the parameter, and outside of strict mode
//! `arguments` shows what is written to it. swc takes such a declaration for a variable that nobody reads, but knows that an
//! assignment to a parameter shows: so declarations of parameters become assignments.

use rustc_hash::FxHashSet;
use swc_core::{
    common::DUMMY_SP,
    ecma::{
        ast::{
            AssignExpr, AssignOp, BindingIdent, Decl, EmptyStmt, Expr, ExprStmt, ForHead, Function, Id, Ident, Lit,
            Pat, Program, SeqExpr, Stmt, VarDecl, VarDeclKind, VarDeclOrExpr, VarDeclarator,
        },
        visit::{Visit, VisitMut, VisitMutWith, VisitWith},
    },
};

/// Rewrites `program`, whose identifiers are resolved.
pub(super) fn assign(program: &mut Program) {
    program.visit_mut_with(&mut Functions);
}

struct Functions;

impl VisitMut for Functions {
    fn visit_mut_function(&mut self, function: &mut Function) {
        function.visit_mut_children_with(self);
        let Some(parameters) = simple_parameters(function) else { return };
        let Some(body) = function.body.as_mut().filter(|_| !parameters.is_empty()) else { return };
        if !says_arguments(&body.stmts) {
            return;
        }
        let mut declarations = Declarations { parameters, others: Vec::new() };
        body.stmts.visit_mut_with(&mut declarations);
        if !declarations.others.is_empty() {
            let start = body.stmts.iter().take_while(|statement| is_directive(statement)).count();
            let declared = VarDecl { kind: VarDeclKind::Var, decls: declarations.others, ..VarDecl::default() };
            body.stmts.insert(start, Stmt::Decl(Decl::Var(Box::new(declared))));
        }
    }
}

fn is_directive(statement: &Stmt) -> bool {
    statement.as_expr().is_some_and(|statement| matches!(&*statement.expr, Expr::Lit(Lit::Str(_))))
}

/// The parameters of a function, unless some have defaults or parts: then `var` declares another variable.
fn simple_parameters(function: &Function) -> Option<FxHashSet<Id>> {
    function.params.iter().map(|parameter| parameter.pat.as_ident().map(BindingIdent::to_id)).collect()
}

/// Whether a function with this body says `arguments` itself, not in another inside of it.
pub(super) fn says_arguments(body: &impl VisitWith<MentionsArguments>) -> bool {
    let mut mention = MentionsArguments(false);
    body.visit_with(&mut mention);
    mention.0
}

pub(super) struct MentionsArguments(bool);

impl Visit for MentionsArguments {
    fn visit_function(&mut self, _: &Function) {}

    fn visit_ident(&mut self, name: &Ident) {
        self.0 |= &*name.sym == "arguments";
    }
}

/// Turns declarations of parameters into assignments.
struct Declarations {
    parameters: FxHashSet<Id>,
    /// What was declared beside them.
    others: Vec<VarDeclarator>,
}

impl Declarations {
    /// `declared` as assignments, if a parameter is among its names.
    fn assigned(&mut self, declared: &VarDecl) -> Option<Vec<Expr>> {
        let names: Option<Vec<&BindingIdent>> = declared.decls.iter().map(|one| one.name.as_ident()).collect();
        let names = names.filter(|_| declared.kind == VarDeclKind::Var)?;
        if !names.iter().any(|name| self.parameters.contains(&name.to_id())) {
            return None;
        }
        let others = names.iter().filter(|name| !self.parameters.contains(&name.to_id()));
        self.others.extend(others.map(|name| VarDeclarator {
            span: DUMMY_SP,
            name: Pat::Ident((*name).clone()),
            init: None,
            definite: false,
        }));
        let assignments = declared.decls.iter().zip(&names).filter_map(|(one, name)| {
            let (right, left) = (one.init.clone()?, (*name).clone().into());
            Some(Expr::Assign(AssignExpr { span: one.span, op: AssignOp::Assign, left, right }))
        });
        Some(assignments.collect())
    }
}

/// All of `assignments`, one after the other.
fn joined(assignments: Vec<Expr>) -> Option<Box<Expr>> {
    let mut exprs: Vec<Box<Expr>> = assignments.into_iter().map(Box::new).collect();
    match exprs.len() {
        0 | 1 => exprs.pop(),
        _ => Some(Box::new(Expr::Seq(SeqExpr { span: DUMMY_SP, exprs }))),
    }
}

impl VisitMut for Declarations {
    fn visit_mut_function(&mut self, _: &mut Function) {}

    fn visit_mut_stmt(&mut self, statement: &mut Stmt) {
        statement.visit_mut_children_with(self);
        if let Stmt::Decl(Decl::Var(declared)) = statement
            && let Some(assigned) = self.assigned(declared)
        {
            let span = declared.span;
            let empty = Stmt::Empty(EmptyStmt { span });
            *statement = joined(assigned).map_or(empty, |expr| Stmt::Expr(ExprStmt { span, expr }));
        }
    }

    fn visit_mut_for_stmt(&mut self, statement: &mut swc_core::ecma::ast::ForStmt) {
        statement.visit_mut_children_with(self);
        if let Some(VarDeclOrExpr::VarDecl(declared)) = &statement.init
            && let Some(assigned) = self.assigned(declared)
        {
            statement.init = joined(assigned).map(VarDeclOrExpr::Expr);
        }
    }

    fn visit_mut_for_head(&mut self, head: &mut ForHead) {
        head.visit_mut_children_with(self);
        if let ForHead::VarDecl(declared) = head
            && let [one] = declared.decls.as_slice()
            && let (Pat::Ident(name), None) = (&one.name, &one.init)
            && self.parameters.contains(&name.to_id())
        {
            *head = ForHead::Pat(Box::new(Pat::Ident(name.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ecma,
        press::js::{JsPlace, print, source::Tree},
    };

    fn assigned(source: &str) -> String {
        ecma::guarded(|| {
            let mut tree = Tree::read(source, JsPlace::File)?;
            assign(&mut tree.program);
            Ok(print::print(&tree.program, &tree.map, &tree.comments, true, false, None).unwrap())
        })
        .unwrap()
    }

    #[test]
    fn declarations_of_parameters_are_assignments() {
        for (before, after) in [
            ("function f(a){var a=a||1;g(arguments)}", "function f(a){a=a||1;g(arguments)}"),
            (
                "function f(a){'use strict';var b=2,a=b;g(arguments)}",
                "function f(a){\"use strict\";var b;b=2,a=b;g(arguments)}",
            ),
            ("function f(a){for(var a=0,i=1;;)g(arguments)}", "function f(a){var i;for(a=0,i=1;;)g(arguments)}"),
            ("function f(a){for(var a in o)g(arguments)}", "function f(a){for(a in o)g(arguments)}"),
            ("function f(a){var a;g(()=>arguments)}", "function f(a){;g(()=>arguments)}"),
            // Nobody sees these, or they are other variables.
            ("function f(a){var a=1;g(a)}", "function f(a){var a=1;g(a)}"),
            ("function f(a=1){var a=2;g(arguments)}", "function f(a=1){var a=2;g(arguments)}"),
            (
                "function f(a){(function(){var a=1})();g(arguments)}",
                "function f(a){(function(){var a=1})();g(arguments)}",
            ),
        ] {
            assert_eq!(assigned(before), after);
        }
    }
}
