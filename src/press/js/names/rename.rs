//! Names into the tree.

use rustc_hash::FxHashMap;
use swc_core::{
    atoms::Atom,
    ecma::{
        ast::{
            AssignPat, AssignPatProp, BreakStmt, ContinueStmt, ExportNamedSpecifier, Id, Ident, ImportNamedSpecifier,
            KeyValuePatProp, LabeledStmt, ModuleExportName, ObjectPatProp, Pass, Pat, PrivateName, Program, Prop,
            PropName,
        },
        transforms::base::rename::{RenameMap, rename},
        visit::{VisitMut, VisitMutWith},
    },
};

/// Gives each of `ids` its name.
pub(super) fn rename_all(program: &mut Program, ids: &[Id], names: &[impl AsRef<[u8]>]) {
    let atom = |name: &_| Atom::from(String::from_utf8_lossy(AsRef::<[u8]>::as_ref(name)));
    let map: RenameMap = ids.iter().cloned().zip(names.iter().map(atom)).collect();
    rename(&map).process(program);
}

/// Writes a name once where it is both that of a property, import or export and that of the variable.
pub(crate) fn write_once(program: &mut Program) {
    program.visit_mut_with(&mut Once);
}

struct Once;

/// Whether a key written as a word is `name`; `__proto__: __proto__` sets a prototype, the short form does not.
fn is_key(key: &PropName, name: &Ident) -> bool {
    key.as_ident().is_some_and(|key| key.sym == name.sym && &*key.sym != "__proto__")
}

impl VisitMut for Once {
    fn visit_mut_prop(&mut self, property: &mut Prop) {
        property.visit_mut_children_with(self);
        if let Prop::KeyValue(pair) = property
            && let Some(name) = pair.value.as_ident().filter(|name| is_key(&pair.key, name))
        {
            *property = Prop::Shorthand(name.clone());
        }
    }

    fn visit_mut_object_pat_prop(&mut self, property: &mut ObjectPatProp) {
        property.visit_mut_children_with(self);
        let ObjectPatProp::KeyValue(KeyValuePatProp { key, value }) = property else { return };
        let (name, default) = match &**value {
            Pat::Ident(name) => (name, None),
            Pat::Assign(AssignPat { left, right, .. }) => match &**left {
                Pat::Ident(name) => (name, Some(right.clone())),
                _ => return,
            },
            _ => return,
        };
        if is_key(key, &name.id) {
            *property = ObjectPatProp::Assign(AssignPatProp { span: name.id.span, key: name.clone(), value: default });
        }
    }

    fn visit_mut_import_named_specifier(&mut self, specifier: &mut ImportNamedSpecifier) {
        if matches!(&specifier.imported, Some(ModuleExportName::Ident(name)) if name.sym == specifier.local.sym) {
            specifier.imported = None;
        }
    }

    fn visit_mut_export_named_specifier(&mut self, specifier: &mut ExportNamedSpecifier) {
        if let (ModuleExportName::Ident(local), Some(ModuleExportName::Ident(name))) =
            (&specifier.orig, &specifier.exported)
            && local.sym == name.sym
        {
            specifier.exported = None;
        }
    }
}

/// Shortens what is neither a binding nor visible outside: labels, by how deep they nest, and private names, in order
/// of place.
pub(super) fn shorten_labels(program: &mut Program) {
    program.visit_mut_with(&mut Shorten::default());
}

#[derive(Default)]
struct Shorten {
    labels: Vec<Atom>,
    private: FxHashMap<Atom, Atom>,
}

impl Shorten {
    fn label(&self, label: &mut Ident) {
        if let Some(depth) = self.labels.iter().rposition(|outer| *outer == label.sym) {
            label.sym = short(depth);
        }
    }
}

impl VisitMut for Shorten {
    fn visit_mut_labeled_stmt(&mut self, labeled: &mut LabeledStmt) {
        self.labels.push(labeled.label.sym.clone());
        self.label(&mut labeled.label);
        labeled.body.visit_mut_with(self);
        self.labels.pop();
    }

    fn visit_mut_break_stmt(&mut self, statement: &mut BreakStmt) {
        if let Some(label) = &mut statement.label {
            self.label(label);
        }
    }

    fn visit_mut_continue_stmt(&mut self, statement: &mut ContinueStmt) {
        if let Some(label) = &mut statement.label {
            self.label(label);
        }
    }

    fn visit_mut_private_name(&mut self, name: &mut PrivateName) {
        let next = self.private.len();
        name.name = self.private.entry(name.name.clone()).or_insert_with(|| short(next)).clone();
    }
}

/// A short name: `a` to `z`, then `a1`, `b1` and so on: none of them is a word.
fn short(number: usize) -> Atom {
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
    Atom::from(if number < 26 { letter.to_string() } else { format!("{letter}{}", number / 26) })
}

#[cfg(test)]
mod tests {
    use swc_core::ecma::transforms::base::resolver;

    use super::*;
    use crate::{
        ecma,
        press::js::{JsPlace, print},
    };

    fn shortened(source: &str) -> String {
        ecma::guarded(|| {
            let mut parsed = ecma::parse(source, JsPlace::File)?;
            resolver(swc_core::common::Mark::new(), swc_core::common::Mark::new(), false).process(&mut parsed.program);
            shorten_labels(&mut parsed.program);
            Ok(print::print(&parsed.program, &parsed.map, &parsed.comments, true, false, None).unwrap())
        })
        .unwrap()
    }

    #[test]
    fn labels_and_private_names() {
        for (source, expected) in [
            ("outer:for(;;){inner:for(;;){continue outer}break outer}", "a:for(;;){b:for(;;)continue a;break a}"),
            ("one:for(;;)break one;two:for(;;)break two", "a:for(;;)break a;a:for(;;)break a"),
            ("one:for(;;)(()=>{two:for(;;)break two})()", "a:for(;;)(()=>{b:for(;;)break b})()"),
            ("class C{#first;m(o){return o.#first+this.#second}#second}", "class C{#a;m(o){return o.#a+this.#b}#b}"),
        ] {
            let essence = |text: &str| text.replace(['{', '}', ';'], "");
            assert_eq!(essence(&shortened(source)), essence(expected), "{source}");
        }
    }

    #[test]
    fn equal_names_are_written_once() {
        for (source, expected) in [
            ("import{t as t,u as v}from\"m\"", "import{t,u as v}from\"m\""),
            ("export{a as a,b as c};var a,b", "export{a,b as c};var a,b"),
            ("f({a:a,b:c})", "f({a,b:c})"),
            ("var{a:a,b:b=1,c:d}=e", "var{a,b=1,c:d}=e"),
            ("f({__proto__:__proto__})", "f({__proto__:__proto__})"),
        ] {
            let text = ecma::guarded(|| {
                let mut parsed = ecma::parse(source, JsPlace::File)?;
                write_once(&mut parsed.program);
                Ok(print::print(&parsed.program, &parsed.map, &parsed.comments, true, false, None).unwrap())
            });
            assert_eq!(text.unwrap().trim_end_matches(';'), expected);
        }
    }
}
