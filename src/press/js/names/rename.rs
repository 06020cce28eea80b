//! Names into the tree.

use rustc_hash::FxHashMap;
use swc_core::{
    atoms::Atom,
    ecma::{
        ast::{BreakStmt, ContinueStmt, Id, Ident, LabeledStmt, Pass, PrivateName, Program},
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
}
