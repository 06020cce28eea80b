//! Reads what every identifier of a program means.
//!
//! Declarations are visible in their whole scope, so identifiers are noted with their scope first and looked up when all
//! declarations are known. Where the language has two bindings of one name that cannot be told apart by a rewriting
//! here (a function in a block and its variable outside, Annex B.3.3), they are one: what is refused for it is little.

use rustc_hash::FxHashMap;
use swc_core::{
    atoms::Atom,
    ecma::{
        ast::{
            ArrowExpr, AssignPatProp, BlockStmt, BreakStmt, CatchClause, Class, ClassDecl, ClassExpr, Constructor,
            ContinueStmt, Decl, DefaultDecl, ExportDecl, ExportDefaultDecl, ExportNamedSpecifier, ExportSpecifier,
            FnDecl, FnExpr, ForInStmt, ForOfStmt, ForStmt, Function, Id, Ident, IdentName, ImportDecl, ImportSpecifier,
            LabeledStmt, ModuleExportName, NamedExport, Pat, PrivateName, Program, Prop, PropName, StaticBlock,
            SwitchStmt, UsingDecl, VarDecl, VarDeclKind,
        },
        utils::find_pat_ids,
        visit::{Visit, VisitWith},
    },
};

use super::{Event, Identity, Meaning, Scope, seen};
use crate::press::js::facts::has_strict_directive;

/// Reads `program`.
pub(super) fn read(program: &Program, identity: Identity) -> Meaning {
    let mut walk = Walk {
        identity,
        is_script: matches!(program, Program::Script(_)),
        is_strict: match program {
            Program::Module(_) => true,
            Program::Script(script) => has_strict_directive(&script.body),
        },
        scopes: vec![Names::default()],
        here: 0,
        function: 0,
        notes: Vec::new(),
        labels: Vec::new(),
        private: FxHashMap::default(),
        bindings: 0,
        public: FxHashMap::default(),
        raised: Vec::new(),
    };
    program.visit_with(&mut walk);
    walk.finish()
}

/// The names that one scope declares, and the scope around it.
#[derive(Default)]
struct Names {
    around: Option<usize>,
    declared: FxHashMap<Id, u32>,
    /// Whether it has the one name that `catch` gives, which a `var` inside may have as well.
    is_of_catch: bool,
}

/// A function in a block of sloppy code, which is a variable of the function around as well (Annex B.3.3).
struct Raised {
    id: Id,
    /// The block.
    from: usize,
    /// The scope of the function around.
    to: usize,
}

/// An event, or an identifier that is still to be looked up from its scope.
enum Noted {
    Done(Event),
    Use(Id, usize),
}

struct Walk {
    identity: Identity,
    is_script: bool,
    /// Whether the code here is strict: functions in blocks are then visible there only.
    is_strict: bool,
    scopes: Vec<Names>,
    /// The innermost scope.
    here: usize,
    /// The innermost scope that `var` declares in.
    function: usize,
    notes: Vec<Noted>,
    labels: Vec<Atom>,
    private: FxHashMap<Atom, u32>,
    bindings: u32,
    public: FxHashMap<u32, Atom>,
    raised: Vec<Raised>,
}

impl Walk {
    fn note(&mut self, event: Event) {
        self.notes.push(Noted::Done(event));
    }

    fn property(&mut self, name: &Atom) {
        self.note(Event::Property(name.clone()));
    }

    fn using(&mut self, ident: &Ident) {
        let id = seen(ident.to_id(), self.identity);
        self.notes.push(Noted::Use(id, self.here));
    }

    fn declare(&mut self, id: Id, scope: usize) -> u32 {
        let (next, name) = (self.bindings, id.0.clone());
        let number = *self.scopes[scope].declared.entry(seen(id, self.identity)).or_insert(next);
        if number == next {
            self.bindings += 1;
            if self.is_script && scope == 0 {
                self.public.insert(number, name);
            }
        }
        number
    }

    fn declare_patterns<'a>(&mut self, patterns: impl IntoIterator<Item = &'a Pat>, scope: usize) {
        for id in patterns.into_iter().flat_map(find_pat_ids::<Pat, Id>) {
            self.declare(id, scope);
        }
    }

    fn scope(&mut self, kind: Scope, visit: impl FnOnce(&mut Self)) {
        self.note(Event::Open(kind));
        let outer = self.here;
        self.here = self.scopes.len();
        self.scopes.push(Names { around: Some(outer), ..Names::default() });
        visit(self);
        self.here = outer;
        self.note(Event::Close);
    }

    fn function(&mut self, kind: Scope, visit: impl FnOnce(&mut Self)) {
        let outer = self.function;
        let labels = std::mem::take(&mut self.labels);
        self.scope(kind, |walk| {
            walk.function = walk.here;
            visit(walk);
        });
        self.function = outer;
        self.labels = labels;
    }

    fn jump(&mut self, label: Option<&Ident>) {
        let depth = label.and_then(|label| self.labels.iter().rposition(|outer| *outer == label.sym));
        if let Some(depth) = depth {
            self.note(Event::Label(depth));
        }
    }

    fn own_name(&mut self, name: Option<&Ident>) {
        if let Some(name) = name {
            self.declare(name.to_id(), self.here);
            self.using(name);
        }
    }

    fn module_name(&mut self, name: &ModuleExportName) {
        self.property(&name.atom());
    }

    /// What `id` means in `scope`: only the root has nothing around it.
    fn meaning(&self, id: Id, scope: usize) -> Event {
        // Even declared, it may be the object that every function has.
        if &*id.0 == "arguments" {
            return Event::Free(id.0);
        }
        let mut scope = Some(scope);
        while let Some(names) = scope.map(|scope| &self.scopes[scope]) {
            if let Some(&number) = names.declared.get(&id) {
                return Event::Bound(number);
            }
            scope = names.around;
        }
        Event::Free(id.0)
    }

    /// Makes one of a function in a block and the variable outside, unless that would stand in the scope of a `let` of the
    /// same name: then there is no such variable.
    fn raise(&mut self, Raised { id, from, to }: &Raised) {
        let mut between = self.scopes[*from].around;
        while let Some(scope) = between.filter(|scope| scope != to) {
            let names = &self.scopes[scope];
            if names.declared.contains_key(id) && !names.is_of_catch {
                return;
            }
            between = names.around;
        }
        let inside = self.scopes[*from].declared[id];
        let number = *self.scopes[*to].declared.entry(id.clone()).or_insert(inside);
        self.scopes[*from].declared.insert(id.clone(), number);
        if self.is_script && *to == 0 {
            self.public.insert(number, id.0.clone());
        }
    }

    fn finish(mut self) -> Meaning {
        for raised in std::mem::take(&mut self.raised) {
            self.raise(&raised);
        }
        let notes = std::mem::take(&mut self.notes);
        let look_up = |noted| match noted {
            Noted::Done(event) => event,
            Noted::Use(id, scope) => self.meaning(id, scope),
        };
        Meaning { events: notes.into_iter().map(look_up).collect(), public: self.public.clone() }
    }
}

impl Visit for Walk {
    fn visit_ident(&mut self, ident: &Ident) {
        self.using(ident);
    }

    fn visit_ident_name(&mut self, name: &IdentName) {
        self.property(&name.sym);
    }

    fn visit_private_name(&mut self, name: &PrivateName) {
        let next = u32::try_from(self.private.len()).unwrap_or(u32::MAX);
        let number = *self.private.entry(name.name.clone()).or_insert(next);
        self.note(Event::Private(number));
    }

    fn visit_prop_name(&mut self, name: &PropName) {
        match name {
            // Printing may add or drop quotes.
            PropName::Str(text) => {
                if let Some(text) = text.value.as_str() {
                    self.property(&Atom::from(text));
                }
            }
            other => other.visit_children_with(self),
        }
    }

    fn visit_prop(&mut self, property: &Prop) {
        if let Prop::Shorthand(name) = property {
            self.property(&name.sym);
        }
        property.visit_children_with(self);
    }

    fn visit_assign_pat_prop(&mut self, property: &AssignPatProp) {
        self.property(&property.key.id.sym);
        self.using(&property.key.id);
        property.value.visit_with(self);
    }

    fn visit_function(&mut self, function: &Function) {
        let outer = self.is_strict;
        self.is_strict |= function.body.as_ref().is_some_and(|body| has_strict_directive(&body.stmts));
        self.function(Scope::Function, |walk| {
            walk.declare_patterns(function.params.iter().map(|parameter| &parameter.pat), walk.here);
            function.visit_children_with(walk);
        });
        self.is_strict = outer;
    }

    fn visit_arrow_expr(&mut self, arrow: &ArrowExpr) {
        self.function(Scope::Arrow, |walk| {
            walk.declare_patterns(&arrow.params, walk.here);
            arrow.visit_children_with(walk);
        });
    }

    fn visit_constructor(&mut self, constructor: &Constructor) {
        self.function(Scope::Function, |walk| {
            let parameters = constructor.params.iter().filter_map(|parameter| parameter.as_param());
            walk.declare_patterns(parameters.map(|parameter| &parameter.pat), walk.here);
            constructor.visit_children_with(walk);
        });
    }

    fn visit_static_block(&mut self, block: &StaticBlock) {
        self.function(Scope::Function, |walk| block.body.stmts.visit_with(walk));
    }

    fn visit_class(&mut self, class: &Class) {
        let outer = std::mem::replace(&mut self.is_strict, true);
        self.scope(Scope::Class, |walk| class.visit_children_with(walk));
        self.is_strict = outer;
    }

    fn visit_block_stmt(&mut self, block: &BlockStmt) {
        // The printer drops the braces of blocks that declare nothing.
        let declares = block.stmts.iter().any(|statement| match statement.as_decl() {
            Some(Decl::Var(variables)) => variables.kind != VarDeclKind::Var,
            Some(_) => true,
            None => false,
        });
        if declares {
            self.scope(Scope::Block, |walk| block.visit_children_with(walk));
        } else {
            block.visit_children_with(self);
        }
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause) {
        self.scope(Scope::Catch, |walk| {
            walk.declare_patterns(&clause.param, walk.here);
            walk.scopes[walk.here].is_of_catch = clause.param.as_ref().is_some_and(Pat::is_ident);
            clause.visit_children_with(walk);
        });
    }

    fn visit_switch_stmt(&mut self, switch: &SwitchStmt) {
        switch.discriminant.visit_with(self);
        self.scope(Scope::Block, |walk| switch.cases.visit_with(walk));
    }

    fn visit_for_stmt(&mut self, each: &ForStmt) {
        self.scope(Scope::Block, |walk| each.visit_children_with(walk));
    }

    fn visit_for_in_stmt(&mut self, each: &ForInStmt) {
        self.scope(Scope::Block, |walk| each.visit_children_with(walk));
    }

    fn visit_for_of_stmt(&mut self, each: &ForOfStmt) {
        self.scope(Scope::Block, |walk| each.visit_children_with(walk));
    }

    fn visit_var_decl(&mut self, declaration: &VarDecl) {
        let scope = if declaration.kind == VarDeclKind::Var { self.function } else { self.here };
        self.declare_patterns(declaration.decls.iter().map(|declarator| &declarator.name), scope);
        declaration.visit_children_with(self);
    }

    fn visit_using_decl(&mut self, declaration: &UsingDecl) {
        self.declare_patterns(declaration.decls.iter().map(|declarator| &declarator.name), self.here);
        declaration.visit_children_with(self);
    }

    fn visit_fn_decl(&mut self, function: &FnDecl) {
        self.declare(function.ident.to_id(), self.here);
        if !self.is_strict && self.here != self.function {
            let id = seen(function.ident.to_id(), self.identity);
            self.raised.push(Raised { id, from: self.here, to: self.function });
        }
        function.visit_children_with(self);
    }

    fn visit_fn_expr(&mut self, function: &FnExpr) {
        self.scope(Scope::OwnName, |walk| {
            walk.own_name(function.ident.as_ref());
            function.function.visit_with(walk);
        });
    }

    fn visit_class_decl(&mut self, class: &ClassDecl) {
        self.declare(class.ident.to_id(), self.here);
        class.visit_children_with(self);
    }

    fn visit_class_expr(&mut self, class: &ClassExpr) {
        self.scope(Scope::OwnName, |walk| {
            walk.own_name(class.ident.as_ref());
            class.class.visit_with(walk);
        });
    }

    fn visit_export_default_decl(&mut self, export: &ExportDefaultDecl) {
        // Its name is one of the module, though it is written like an expression.
        match &export.decl {
            DefaultDecl::Class(class) => {
                self.own_name(class.ident.as_ref());
                class.class.visit_with(self);
            }
            DefaultDecl::Fn(function) => {
                self.own_name(function.ident.as_ref());
                function.function.visit_with(self);
            }
            DefaultDecl::TsInterfaceDecl(_) => {}
        }
    }

    fn visit_export_decl(&mut self, export: &ExportDecl) {
        let names: Vec<Id> = match &export.decl {
            Decl::Class(class) => vec![class.ident.to_id()],
            Decl::Fn(function) => vec![function.ident.to_id()],
            Decl::Var(variables) => find_pat_ids(&variables.decls),
            _ => vec![],
        };
        names.iter().for_each(|(name, _)| self.property(name));
        export.visit_children_with(self);
    }

    fn visit_named_export(&mut self, export: &NamedExport) {
        for specifier in &export.specifiers {
            match specifier {
                ExportSpecifier::Named(ExportNamedSpecifier { orig, exported, .. }) => {
                    match orig {
                        ModuleExportName::Ident(local) if export.src.is_none() => self.using(local),
                        name => self.module_name(name),
                    }
                    self.module_name(exported.as_ref().unwrap_or(orig));
                }
                ExportSpecifier::Namespace(namespace) => self.module_name(&namespace.name),
                ExportSpecifier::Default(default) => self.property(&default.exported.sym),
            }
        }
    }

    fn visit_import_decl(&mut self, import: &ImportDecl) {
        for specifier in &import.specifiers {
            let local = specifier.local();
            if let ImportSpecifier::Named(named) = specifier {
                let imported = named.imported.as_ref().map(|name| name.atom().into_owned());
                self.property(&imported.unwrap_or_else(|| local.sym.clone()));
            }
            self.declare(local.to_id(), 0);
            self.using(local);
        }
    }

    fn visit_labeled_stmt(&mut self, labeled: &LabeledStmt) {
        self.note(Event::Label(self.labels.len()));
        self.labels.push(labeled.label.sym.clone());
        labeled.body.visit_with(self);
        self.labels.pop();
    }

    fn visit_break_stmt(&mut self, statement: &BreakStmt) {
        self.jump(statement.label.as_ref());
    }

    fn visit_continue_stmt(&mut self, statement: &ContinueStmt) {
        self.jump(statement.label.as_ref());
    }
}
