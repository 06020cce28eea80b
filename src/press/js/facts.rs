//! What must be true of a program before and after it is rewritten.

use std::collections::BTreeSet;

use swc_core::{
    atoms::Atom,
    common::Mark,
    ecma::{
        ast::{
            Class, ClassMember, Decl, ExportNamedSpecifier, ExportSpecifier, Expr, Id, Ident, ImportDecl,
            ImportSpecifier, Lit, ModuleDecl, ModuleExportName, NamedExport, PrivateName, Program, Stmt,
        },
        utils::{collect_decls, find_pat_ids},
        visit::{Visit, VisitWith},
    },
};

/// The facts of one program.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    is_module: bool,
    /// Names that are used but not declared: globals.
    free: BTreeSet<String>,
    /// Names that a classic script declares for everyone.
    top_level: BTreeSet<String>,
    /// Specifiers and the names imported from them.
    imports: BTreeSet<(String, String)>,
    exports: BTreeSet<String>,
    /// Whether the program, and how many of its functions, are strict by directive.
    strict_program: bool,
    strict_functions: usize,
    /// Whether a private name stands where no class declares it, which no browser runs.
    loses_private_names: bool,
}

impl Facts {
    /// Of a program whose identifiers are resolved with these marks.
    pub(super) fn of(program: &Program, unresolved: Mark, top_level: Mark) -> Self {
        let is_module = matches!(program, Program::Module(_));
        let facts = Self { is_module, ..Self::default() };
        let mut collector = Collector { unresolved, facts, private: Vec::new() };
        program.visit_with(&mut collector);
        let mut facts = collector.facts;
        if let Program::Script(script) = program {
            facts.strict_program = has_strict_directive(&script.body);
            let top = swc_core::common::SyntaxContext::empty().apply_mark(top_level);
            let declared = collect_decls::<Id, _>(program).into_iter();
            facts.top_level =
                declared.filter(|(_, context)| *context == top).map(|(name, _)| name.to_string()).collect();
        }
        facts
    }

    /// Compares `self` (before) with `after`; the error names the first difference.
    pub(super) fn compare(&self, after: &Self) -> Result<(), String> {
        if self.is_module != after.is_module {
            return Err("a module would become a script".to_owned());
        }
        equal("imports", &self.imports, &after.imports)?;
        equal("exports", &self.exports, &after.exports)?;
        equal("top-level names", &self.top_level, &after.top_level)?;
        if let Some(name) = after.free.difference(&self.free).next() {
            return Err(format!("the global {name:?} would be used where it was not"));
        }
        if self.strict_program != after.strict_program || after.strict_functions > self.strict_functions {
            return Err("strict mode would change".to_owned());
        }
        if after.loses_private_names && !self.loses_private_names {
            return Err("a private name would stand outside of its class".to_owned());
        }
        Ok(())
    }
}

fn equal<T: Ord + std::fmt::Debug>(what: &str, before: &BTreeSet<T>, after: &BTreeSet<T>) -> Result<(), String> {
    match before.symmetric_difference(after).next() {
        Some(difference) => Err(format!("{what} would change: {difference:?}")),
        None => Ok(()),
    }
}

/// Whether these statements of a script or function start with `"use strict"`.
pub(super) fn has_strict_directive(statements: &[Stmt]) -> bool {
    statements
        .iter()
        .map_while(|statement| match statement {
            Stmt::Expr(expression) => match &*expression.expr {
                Expr::Lit(Lit::Str(text)) => Some(text),
                _ => None,
            },
            _ => None,
        })
        .any(|text| text.value.as_str() == Some("use strict"))
}

struct Collector {
    unresolved: Mark,
    facts: Facts,
    /// The private names of each class around.
    private: Vec<BTreeSet<Atom>>,
}

impl Collector {
    fn import(&mut self, source: &swc_core::ecma::ast::Str, name: &str) {
        self.facts.imports.insert((source.value.to_string_lossy().into_owned(), name.to_owned()));
    }
}

fn export_name(name: &ModuleExportName) -> String {
    match name {
        ModuleExportName::Ident(ident) => ident.sym.to_string(),
        ModuleExportName::Str(text) => text.value.to_string_lossy().into_owned(),
    }
}

/// What a declaration declares, without what is declared inside of functions.
fn declared(declaration: &Decl) -> Vec<String> {
    match declaration {
        Decl::Fn(function) => vec![function.ident.sym.to_string()],
        Decl::Class(class) => vec![class.ident.sym.to_string()],
        Decl::Var(variables) => {
            let names = variables.decls.iter().flat_map(|one| find_pat_ids::<_, Id>(&one.name));
            names.map(|(name, _)| name.to_string()).collect()
        }
        _ => Vec::new(),
    }
}

/// The private name that a part of a class declares.
fn private_name(member: &ClassMember) -> Option<Atom> {
    match member {
        ClassMember::PrivateMethod(method) => Some(method.key.name.clone()),
        ClassMember::PrivateProp(field) => Some(field.key.name.clone()),
        ClassMember::AutoAccessor(accessor) => accessor.key.as_private().map(|key| key.name.clone()),
        _ => None,
    }
}

impl Visit for Collector {
    fn visit_ident(&mut self, ident: &Ident) {
        if ident.ctxt.outer() == self.unresolved {
            self.facts.free.insert(ident.sym.to_string());
        }
    }

    fn visit_function(&mut self, function: &swc_core::ecma::ast::Function) {
        if function.body.as_ref().is_some_and(|body| has_strict_directive(&body.stmts)) {
            self.facts.strict_functions += 1;
        }
        function.visit_children_with(self);
    }

    fn visit_class(&mut self, class: &Class) {
        // What a class extends is outside of it.
        class.super_class.visit_with(self);
        self.private.push(class.body.iter().filter_map(private_name).collect());
        class.decorators.visit_with(self);
        class.body.visit_with(self);
        self.private.pop();
    }

    fn visit_private_name(&mut self, name: &PrivateName) {
        self.facts.loses_private_names |= !self.private.iter().any(|declared| declared.contains(&name.name));
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        self.import(&import.src, "");
        // Unused names of an import may go, so only the specifiers themselves are compared; a namespace import stays one.
        for specifier in &import.specifiers {
            if let ImportSpecifier::Namespace(_) = specifier {
                specifier.visit_children_with(self);
            }
        }
    }

    fn visit_named_export(&mut self, export: &NamedExport) {
        // The names seen from outside are no uses, though the resolver marks them as if they were.
        for specifier in export.specifiers.iter().filter(|_| export.src.is_none()) {
            if let ExportSpecifier::Named(ExportNamedSpecifier { orig: ModuleExportName::Ident(local), .. }) = specifier
            {
                self.visit_ident(local);
            }
        }
    }

    fn visit_module_decl(&mut self, declaration: &ModuleDecl) {
        match declaration {
            ModuleDecl::ExportDecl(export) => {
                self.facts.exports.extend(declared(&export.decl));
            }
            ModuleDecl::ExportNamed(export) => {
                for specifier in &export.specifiers {
                    let name = match specifier {
                        ExportSpecifier::Named(named) => export_name(named.exported.as_ref().unwrap_or(&named.orig)),
                        ExportSpecifier::Namespace(namespace) => export_name(&namespace.name),
                        ExportSpecifier::Default(_) => "default".to_owned(),
                    };
                    self.facts.exports.insert(name);
                }
                if let Some(source) = &export.src {
                    self.import(source, "");
                }
                // What a name is exported as is no use of a variable, though the resolver marks it like one.
                for specifier in &export.specifiers {
                    if let ExportSpecifier::Named(named) = specifier
                        && export.src.is_none()
                    {
                        named.orig.visit_with(self);
                    }
                }
                return;
            }
            ModuleDecl::ExportDefaultDecl(_) | ModuleDecl::ExportDefaultExpr(_) => {
                self.facts.exports.insert("default".to_owned());
            }
            ModuleDecl::ExportAll(export) => self.import(&export.src, "*"),
            _ => {}
        }
        declaration.visit_children_with(self);
    }
}
