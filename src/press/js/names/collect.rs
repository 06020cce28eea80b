//! Scopes, bindings and uses of a resolved program.
//!
//! Which identifiers are one binding is the resolver's word; this walk adds where each is declared and used. It errs
//! on the side of more exclusion: a function has one scope for its parameters and its body, and a function in a block of
//! sloppy code belongs to the enclosing function.

use rustc_hash::{FxHashMap, FxHashSet};
use swc_core::{
    atoms::Atom,
    ecma::{
        ast::{
            ArrowExpr, BlockStmt, BreakStmt, CatchClause, Class, ClassDecl, ClassExpr, Constructor, ContinueStmt, Decl,
            DefaultDecl, ExportDecl, ExportDefaultDecl, ExportNamedSpecifier, FnDecl, FnExpr, ForInStmt, ForOfStmt,
            ForStmt, Function, Id, Ident, ImportDecl, LabeledStmt, ModuleExportName, NamedExport, Pat, Program,
            StaticBlock, SwitchStmt, UsingDecl, VarDecl, VarDeclKind,
        },
        utils::find_pat_ids,
        visit::{Visit, VisitWith},
    },
};

use super::problem::{Binding, Fixed};
use crate::press::js::facts::has_strict_directive;

/// Steps from uses up to declarations; a program that needs more is left to swc.
const MAX_STEPS: usize = 50_000_000;

/// The bindings of a program.
pub(super) struct Collected {
    /// Of each binding that may be renamed.
    pub(super) ids: Vec<Id>,
    pub(super) bindings: Vec<Binding>,
    pub(super) fixed: Vec<Fixed>,
    pub(super) parents: Vec<u32>,
}

/// Collects; `None` when a program nests so that it would take too long.
pub(super) fn collect(program: &Program) -> Option<Collected> {
    let (keeps_root, is_strict) = match program {
        Program::Module(_) => (false, true),
        Program::Script(script) => (true, has_strict_directive(&script.body)),
    };
    let mut walk = Walk { keeps_root, is_strict, parents: vec![0], ..Walk::default() };
    program.visit_with(&mut walk);
    walk.finish()
}

/// What is known of one identifier.
#[derive(Default)]
struct Found {
    declared: Option<u32>,
    is_fixed: bool,
    uses: Vec<u32>,
}

#[derive(Default)]
struct Walk {
    /// Whether names of the root scope are visible to other scripts.
    keeps_root: bool,
    parents: Vec<u32>,
    scope: u32,
    /// The scope that `var` declares in.
    function: u32,
    numbers: FxHashMap<Id, u32>,
    found: Vec<(Id, Found)>,
    /// Whether the code here is strict: functions in blocks are then visible there only.
    is_strict: bool,
    /// Names of functions in blocks, which sloppy code sees outside of the block too.
    loose: FxHashSet<Atom>,
}

impl Walk {
    fn found(&mut self, id: Id) -> &mut Found {
        let next = u32::try_from(self.found.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(id.clone()).or_insert(next);
        if number == next {
            self.found.push((id, Found::default()));
        }
        &mut self.found[number as usize].1
    }

    fn declare(&mut self, id: Id, scope: u32) {
        let before = self.found(id.clone()).declared;
        let scope = before.map_or(scope, |before| self.common(before, scope));
        self.found(id).declared = Some(scope);
    }

    fn declare_patterns<'a>(&mut self, patterns: impl IntoIterator<Item = &'a Pat>, scope: u32) {
        for pattern in patterns {
            for id in find_pat_ids::<_, Id>(pattern) {
                self.declare(id, scope);
            }
        }
    }

    /// The innermost scope that holds both; parents have smaller numbers.
    fn common(&self, mut one: u32, mut other: u32) -> u32 {
        while one != other {
            if one < other {
                other = self.parents[other as usize];
            } else {
                one = self.parents[one as usize];
            }
        }
        one
    }

    fn in_scope(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = self.scope;
        let inner = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(outer);
        self.scope = inner;
        visit(self);
        self.scope = outer;
    }

    fn in_function(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = self.function;
        self.in_scope(|walk| {
            walk.function = walk.scope;
            visit(walk);
        });
        self.function = outer;
    }

    fn finish(self) -> Option<Collected> {
        let mut stamps = vec![u32::MAX; self.parents.len()];
        let mut steps = 0;
        let mut collected = Collected { ids: vec![], bindings: vec![], fixed: vec![], parents: vec![] };
        for (number, (id, found)) in (0_u32..).zip(self.found) {
            let top = found.declared.unwrap_or(0);
            let mut live = Vec::new();
            for &used in found.uses.iter().chain(&found.declared) {
                let mut scope = used;
                while stamps[scope as usize] != number {
                    stamps[scope as usize] = number;
                    live.push(scope);
                    steps += 1;
                    if scope == top || scope == 0 {
                        break;
                    }
                    scope = self.parents[scope as usize];
                }
            }
            if steps > MAX_STEPS {
                return None;
            }
            let is_fixed = found.is_fixed
                || found.declared.is_none()
                || &*id.0 == "arguments"
                || self.keeps_root && (live.contains(&0) || self.loose.contains(&id.0));
            if is_fixed {
                collected.fixed.push(Fixed { name: id.0.to_string(), live });
            } else {
                collected.ids.push(id);
                collected.bindings.push(Binding { scope: top, live });
            }
        }
        collected.parents = self.parents;
        Some(collected)
    }
}

impl Visit for Walk {
    fn visit_ident(&mut self, ident: &Ident) {
        let scope = self.scope;
        self.found(ident.to_id()).uses.push(scope);
    }

    fn visit_function(&mut self, function: &Function) {
        let outer = self.is_strict;
        self.is_strict |= function.body.as_ref().is_some_and(|body| has_strict_directive(&body.stmts));
        self.in_function(|walk| {
            walk.declare_patterns(function.params.iter().map(|parameter| &parameter.pat), walk.scope);
            function.visit_children_with(walk);
        });
        self.is_strict = outer;
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.in_function(|walk| {
            walk.declare_patterns(&arrow.params, walk.scope);
            arrow.visit_children_with(walk);
        });
    }

    fn visit_constructor(&mut self, constructor: &Constructor) {
        self.in_function(|walk| {
            let parameters = constructor.params.iter().filter_map(|parameter| parameter.as_param());
            walk.declare_patterns(parameters.map(|parameter| &parameter.pat), walk.scope);
            constructor.visit_children_with(walk);
        });
    }

    fn visit_static_block(&mut self, block: &StaticBlock) {
        self.in_function(|walk| block.visit_children_with(walk));
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        self.in_scope(|walk| block.visit_children_with(walk));
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        // One scope for both: the body may not redeclare the parameter.
        self.in_scope(|walk| {
            walk.declare_patterns(&clause.param, walk.scope);
            clause.param.visit_with(walk);
            clause.body.stmts.visit_with(walk);
        });
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        switch.discriminant.visit_with(self);
        self.in_scope(|walk| switch.cases.visit_with(walk));
    }

    fn visit_for_stmt(&mut self, each: &ForStmt) {
        self.in_scope(|walk| each.visit_children_with(walk));
    }

    fn visit_for_in_stmt(&mut self, each: &ForInStmt) {
        self.in_scope(|walk| each.visit_children_with(walk));
    }

    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        self.in_scope(|walk| each.visit_children_with(walk));
    }

    fn visit_var_decl(&mut self, declaration: &VarDecl) {
        let scope = if declaration.kind == VarDeclKind::Var { self.function } else { self.scope };
        self.declare_patterns(declaration.decls.iter().map(|declarator| &declarator.name), scope);
        declaration.visit_children_with(self);
    }

    fn visit_using_decl(&mut self, declaration: &UsingDecl) {
        self.declare_patterns(declaration.decls.iter().map(|declarator| &declarator.name), self.scope);
        declaration.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, function: &FnDecl) {
        let scope = if self.is_strict { self.scope } else { self.function };
        self.declare(function.ident.to_id(), scope);
        if self.scope != scope {
            self.loose.insert(function.ident.sym.clone());
        }
        function.visit_children_with(self);
    }

    fn visit_fn_expr(&mut self, function: &FnExpr) {
        self.in_scope(|walk| {
            if let Some(name) = &function.ident {
                walk.declare(name.to_id(), walk.scope);
            }
            function.visit_children_with(walk);
        });
    }

    fn visit_class(&mut self, class: &Class) {
        let outer = std::mem::replace(&mut self.is_strict, true);
        class.visit_children_with(self);
        self.is_strict = outer;
    }

    fn visit_class_decl(&mut self, class: &ClassDecl) {
        self.declare(class.ident.to_id(), self.scope);
        class.visit_children_with(self);
    }

    fn visit_class_expr(&mut self, class: &ClassExpr) {
        self.in_scope(|walk| {
            if let Some(name) = &class.ident {
                walk.declare(name.to_id(), walk.scope);
            }
            class.visit_children_with(walk);
        });
    }

    fn visit_export_default_decl(&mut self, export: &ExportDefaultDecl) {
        // Written like an expression, but its name is one of the module.
        let name = match &export.decl {
            DefaultDecl::Class(class) => class.ident.as_ref(),
            DefaultDecl::Fn(function) => function.ident.as_ref(),
            DefaultDecl::TsInterfaceDecl(_) => None,
        };
        if let Some(name) = name {
            self.declare(name.to_id(), self.scope);
            self.visit_ident(name);
        }
        match &export.decl {
            DefaultDecl::Class(class) => class.class.visit_with(self),
            DefaultDecl::Fn(function) => function.function.visit_with(self),
            DefaultDecl::TsInterfaceDecl(_) => {}
        }
    }

    fn visit_export_decl(&mut self, export: &ExportDecl) {
        let ids: Vec<Id> = match &export.decl {
            Decl::Class(class) => vec![class.ident.to_id()],
            Decl::Fn(function) => vec![function.ident.to_id()],
            Decl::Var(variables) => find_pat_ids(&variables.decls),
            _ => vec![],
        };
        for id in ids {
            self.found(id).is_fixed = true;
        }
        export.visit_children_with(self);
    }

    fn visit_named_export(&mut self, export: &NamedExport) {
        if export.src.is_none() {
            export.specifiers.visit_with(self);
        }
    }

    fn visit_export_named_specifier(&mut self, specifier: &ExportNamedSpecifier) {
        if let ModuleExportName::Ident(name) = &specifier.orig {
            self.visit_ident(name);
        }
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        for specifier in &import.specifiers {
            self.declare(specifier.local().to_id(), self.scope);
            self.visit_ident(specifier.local());
        }
    }

    fn visit_labeled_stmt(&mut self, labeled: &LabeledStmt) {
        labeled.body.visit_with(self);
    }

    fn visit_break_stmt(&mut self, _: &BreakStmt) {}

    fn visit_continue_stmt(&mut self, _: &ContinueStmt) {}
}
