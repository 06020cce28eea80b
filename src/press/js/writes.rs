//! Writes to variables of an enclosing function.
//!
//! swc's compressor merges `c = a[b]` into a later use of `c`; where it takes an expression for one without parts, it does
//! so even if that use stands in a function that runs later, or never. Functions that write to outer variables may be
//! copied, but no variable that only its own function wrote to may come to be written by another. They are compared by
//! name, before names change.

use std::collections::{BTreeSet, HashMap};

use swc_core::ecma::{
    ast::{
        ArrowExpr, AssignExpr, AssignTarget, CatchClause, ClassDecl, ClassProp, Constructor, FnDecl, FnExpr, Function,
        Id, Pat, PrivateProp, Program, SimpleAssignTarget, StaticBlock, UpdateExpr, VarDeclarator,
    },
    utils::find_pat_ids,
    visit::{Visit, VisitWith},
};

/// The names that are written from inside another function than the one that declares them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct OuterWrites(BTreeSet<String>);

impl OuterWrites {
    /// Of a program whose identifiers are resolved.
    pub(super) fn of(program: &Program) -> Self {
        let mut declarations = Walk { step: Declarations(HashMap::new()), functions: vec![0], count: 0 };
        program.visit_with(&mut declarations);
        let step = Writes { declared: declarations.step.0, outer: Self::default() };
        let mut writes = Walk { step, functions: vec![0], count: 0 };
        program.visit_with(&mut writes);
        writes.step.outer
    }

    /// The first name that is written from an inner function only in `after`.
    pub(super) fn first_new<'a>(&self, after: &'a Self) -> Option<&'a str> {
        after.0.iter().find(|name| !self.0.contains(*name)).map(String::as_str)
    }
}

/// Looks at each binding or write with the number of the function it stands in.
trait Step {
    fn declare(&mut self, id: Id, function: usize);
    fn write(&mut self, id: &Id, function: usize);
}

struct Declarations(HashMap<Id, usize>);

impl Step for Declarations {
    fn declare(&mut self, id: Id, function: usize) {
        self.0.insert(id, function);
    }

    fn write(&mut self, _id: &Id, _function: usize) {}
}

struct Writes {
    declared: HashMap<Id, usize>,
    outer: OuterWrites,
}

impl Step for Writes {
    fn declare(&mut self, _id: Id, _function: usize) {}

    fn write(&mut self, id: &Id, function: usize) {
        if self.declared.get(id).is_some_and(|&declared| declared != function) {
            self.outer.0.insert(id.0.to_string());
        }
    }
}

/// Numbers functions in the order of the text, so that two walks over one program agree.
struct Walk<S> {
    step: S,
    functions: Vec<usize>,
    count: usize,
}

impl<S: Step> Walk<S> {
    fn current(&self) -> usize {
        self.functions.last().copied().unwrap_or(0)
    }

    fn in_function(&mut self, visit: impl FnOnce(&mut Self)) {
        self.count += 1;
        self.functions.push(self.count);
        visit(self);
        self.functions.pop();
    }

    fn declare_pattern(&mut self, pattern: &Pat) {
        let current = self.current();
        for id in find_pat_ids::<_, Id>(pattern) {
            self.step.declare(id, current);
        }
    }

    fn write_pattern(&mut self, pattern: &impl VisitWith<swc_core::ecma::utils::DestructuringFinder<Id>>) {
        let current = self.current();
        for id in find_pat_ids::<_, Id>(pattern) {
            self.step.write(&id, current);
        }
    }
}

impl<S: Step> Visit for Walk<S> {
    fn visit_function(&mut self, function: &Function) {
        self.in_function(|walk| {
            for parameter in &function.params {
                walk.declare_pattern(&parameter.pat);
            }
            function.visit_children_with(walk);
        });
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.in_function(|walk| {
            arrow.params.iter().for_each(|parameter| walk.declare_pattern(parameter));
            arrow.visit_children_with(walk);
        });
    }

    fn visit_constructor(&mut self, constructor: &Constructor) {
        self.in_function(|walk| {
            for parameter in &constructor.params {
                if let Some(parameter) = parameter.as_param() {
                    walk.declare_pattern(&parameter.pat);
                }
            }
            constructor.visit_children_with(walk);
        });
    }

    fn visit_static_block(&mut self, block: &StaticBlock) {
        self.in_function(|walk| block.visit_children_with(walk));
    }

    fn visit_class_prop(&mut self, property: &ClassProp) {
        self.in_function(|walk| property.visit_children_with(walk));
    }

    fn visit_private_prop(&mut self, property: &PrivateProp) {
        self.in_function(|walk| property.visit_children_with(walk));
    }

    fn visit_fn_decl(&mut self, function: &FnDecl) {
        let current = self.current();
        self.step.declare(function.ident.to_id(), current);
        function.visit_children_with(self);
    }

    fn visit_fn_expr(&mut self, function: &FnExpr) {
        if let Some(name) = &function.ident {
            let current = self.current();
            self.step.declare(name.to_id(), current);
        }
        function.visit_children_with(self);
    }

    fn visit_class_decl(&mut self, class: &ClassDecl) {
        let current = self.current();
        self.step.declare(class.ident.to_id(), current);
        class.visit_children_with(self);
    }

    fn visit_var_declarator(&mut self, declarator: &VarDeclarator) {
        self.declare_pattern(&declarator.name);
        declarator.visit_children_with(self);
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        if let Some(parameter) = &clause.param {
            self.declare_pattern(parameter);
        }
        clause.visit_children_with(self);
    }

    fn visit_assign_expr(&mut self, assignment: &AssignExpr) {
        match &assignment.left {
            AssignTarget::Simple(SimpleAssignTarget::Ident(name)) => {
                let current = self.current();
                self.step.write(&name.id.to_id(), current);
            }
            AssignTarget::Pat(pattern) => self.write_pattern(pattern),
            AssignTarget::Simple(_) => {}
        }
        assignment.visit_children_with(self);
    }

    fn visit_update_expr(&mut self, update: &UpdateExpr) {
        if let Some(name) = update.arg.as_ident() {
            let current = self.current();
            self.step.write(&name.to_id(), current);
        }
        update.visit_children_with(self);
    }
}

#[cfg(test)]
mod tests {
    use swc_core::{
        common::Mark,
        ecma::{ast::Pass, transforms::base::resolver},
    };

    use super::*;
    use crate::{ecma, press::js::JsPlace};

    fn outer_writes(source: &str) -> Vec<String> {
        ecma::guarded(|| {
            let mut program = ecma::parse(source, JsPlace::File)?.program;
            resolver(Mark::new(), Mark::new(), false).process(&mut program);
            Ok(OuterWrites::of(&program).0.into_iter().collect())
        })
        .unwrap()
    }

    #[test]
    fn only_writes_to_an_enclosing_function_count() {
        for (source, names) in [
            ("function f() { var a; a = 1; a++ }", &[][..]),
            ("function f() { var a; return function () { a = 1 } }", &["a"]),
            ("function f() { let a, b; return () => { a++; [b] = [1] } }", &["a", "b"]),
            ("function f(a) { return () => { let a; a = 1 } }", &[]),
            ("var a; class C { static { a = 1 } }", &["a"]),
            ("function f() { a = 1 }", &[]),
        ] {
            assert_eq!(outer_writes(source), names, "{source}");
        }
    }
}
