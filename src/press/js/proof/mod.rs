//! Proof that two programs differ only in the names of their bindings.
//!
//! Both are read by the same walk, which shares nothing with what chooses names: it resolves every identifier by the
//! scope rules of the language and writes down, in order of place, what each one means. The program before names were
//! chosen and the printed result parsed again must then tell the same story: equal scopes, equal global names, equal
//! property names, and one binding on the one side for each binding on the other.

mod walk;

use rustc_hash::FxHashMap;
use swc_core::{
    atoms::Atom,
    ecma::ast::{Id, Program},
};

/// What tells two identifiers of one text apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Their text alone: of a program as it was parsed.
    Name,
    /// Also the mark of the resolver: of a program that a compressor rewrote, where equal names may need to differ.
    Marked,
}

/// One thing that names decide about, in order of place.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    /// A scope begins.
    Open(Scope),
    Close,
    /// An identifier of a binding, by number.
    Bound(u32),
    /// An identifier that no scope declares.
    Free(Atom),
    /// A name of a property or the like, which must stay.
    Property(Atom),
    /// A private name, by number.
    Private(u32),
    /// A label, by how many others enclose it.
    Label(usize),
}

/// What kind of scope begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Function,
    Arrow,
    /// The name of a function or class expression.
    OwnName,
    Class,
    Block,
    Catch,
}

/// What the names of a program mean.
#[derive(Debug)]
pub(super) struct Meaning {
    events: Vec<Event>,
    /// Names that other scripts see, by number of the binding.
    public: FxHashMap<u32, Atom>,
}

impl Meaning {
    /// Of `program`.
    pub(super) fn of(program: &Program, identity: Identity) -> Self {
        walk::read(program, identity)
    }

    /// Whether `after` differs from `self` in the names of bindings alone; the error says where it does not.
    pub(super) fn compare(&self, after: &Self) -> Result<(), String> {
        if self.events.len() != after.events.len() {
            return Err("the names chosen would change how many uses there are".to_owned());
        }
        let (mut there, mut back) = (FxHashMap::default(), FxHashMap::default());
        for (before, after) in self.events.iter().zip(&after.events) {
            let same = match (before, after) {
                (Event::Bound(one), Event::Bound(other)) => {
                    *there.entry(*one).or_insert(*other) == *other && *back.entry(*other).or_insert(*one) == *one
                }
                (one, other) => one == other,
            };
            if !same {
                return Err(format!("the names chosen would turn {before:?} into {after:?}"));
            }
        }
        let stays =
            |(number, name): (&u32, &Atom)| there.get(number).and_then(|number| after.public.get(number)) == Some(name);
        if self.public.len() == after.public.len() && self.public.iter().all(stays) {
            Ok(())
        } else {
            Err("a name that other scripts see would change".to_owned())
        }
    }
}

/// The identifier as `identity` sees it.
fn seen(id: Id, identity: Identity) -> Id {
    match identity {
        Identity::Name => (id.0, swc_core::common::SyntaxContext::empty()),
        Identity::Marked => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ecma, press::js::JsPlace};

    fn same(before: &str, after: &str) -> bool {
        let meaning = |source: &str| {
            ecma::guarded(|| Ok(Meaning::of(&ecma::parse(source, JsPlace::File)?.program, Identity::Name))).unwrap()
        };
        meaning(before).compare(&meaning(after)).is_ok()
    }

    #[test]
    fn renamed_bindings_are_the_same_program() {
        for (before, after) in [
            ("'use strict'; { function one() {} one() }", "'use strict'; { function a() {} a() }"),
            (
                "export function f() { { function one() {} one() } { function one() {} one() } }",
                "export function f() { { function a() {} a() } { function b() {} b() } }",
            ),
            ("function f(one, two) { return one + two }", "function f(a, b) { return a + b }"),
            ("function f(one) { return two => one + two }", "function f(a) { return b => a + b }"),
            ("function f(one) { { let two = one; g(two) } let three }", "function f(a) { { let b = a; g(b) } let b }"),
            (
                "function f({ one, two = 1 }) { return { one, two } }",
                "function f({ one: a, two: b = 1 }) { return { one: a, two: b } }",
            ),
            ("(function own() { return own })()", "(function a() { return a })()"),
            ("(class Own { static m = Own })", "(class a { static m = a })"),
            ("function f() { try {} catch (e) { e } }", "function f() { try {} catch (a) { a } }"),
            ("import { one } from 'm'; export { one }", "import { one as a } from 'm'; export { a as one }"),
            (
                "import one from 'm'; export default function two() { one(two) }",
                "import a from 'm'; export default function b() { a(b) }",
            ),
            ("one: for (;;) { two: for (;;) break one }", "a: for (;;) { b: for (;;) break a }"),
            ("class C { #one; m() { this.#one } }", "class C { #a; m() { this.#a } }"),
            (
                "function f(one, two = () => one) { var one; return two }",
                "function f(a, b = () => a) { var a; return b }",
            ),
            (
                "function f() { for (let i of g()) for (const j of i) j }",
                "function f() { for (let a of g()) for (const b of a) b }",
            ),
            ("function f() { switch (a) { case 1: let b; b } }", "function f() { switch (a) { case 1: let c; c } }"),
            ("function f() { { function one() {} } return one }", "function f() { { function a() {} } return a }"),
            (
                "function g() { f(); { let f; { function f() {} f() } } }",
                "function g() { f(); { let a; { function b() {} b() } } }",
            ),
            (
                "function f() { try {} catch (one) { { function one() {} } } return one }",
                "function f() { try {} catch (a) { { function a() {} } } return a }",
            ),
            (
                "const f = async ({ a: [b, ...c] }) => ({ b, ...c })",
                "const f = async ({ a: [d, ...e] }) => ({ b: d, ...e })",
            ),
        ] {
            assert!(same(before, after), "{before}  {after}");
        }
    }

    #[test]
    fn other_programs_are_not() {
        for (before, after) in [
            // Two bindings become one, or one two.
            ("function f(one, two) { return one + two }", "function f(a, b) { return a + a }"),
            ("function f(one) { return two => one + two }", "function f(a) { return a => a + a }"),
            ("function f(one) { var two; return one + two }", "function f(a) { var a; return a + a }"),
            // A global is caught, or a local becomes one.
            ("function f(one) { return g(one) }", "function f(g) { return g(g) }"),
            ("function f(one) { return one }", "function f(a) { return b }"),
            // Names that others see.
            ("var one; one", "var a; a"),
            ("function one() {}", "function a() {}"),
            ("export function one() {}", "export function a() {}"),
            ("export { one }; var one", "export { a }; var a"),
            ("import { one } from 'm'; one", "import { a } from 'm'; a"),
            ("x = { one }", "x = { a }"),
            ("function f(o) { return o.one }", "function f(o) { return o.a }"),
            // Labels and private names.
            ("one: for (;;) { two: for (;;) break one }", "a: for (;;) { b: for (;;) break b }"),
            ("class C { #one; #two; m() { this.#one } }", "class C { #a; #b; m() { this.#b } }"),
            // Scopes.
            (
                "function f() { { let one } return two => { var one } }",
                "function f() { { let a } return a => { let a } }",
            ),
            (
                "function f() { try {} catch (one) { var two } return two }",
                "function f() { try {} catch (a) { var a } return a }",
            ),
            ("function f() { return arguments }", "function f(arguments) { return arguments }"),
            ("function f(one) { return arguments }", "function f(a) { return a }"),
            // A function in a block is also a variable of its function, in sloppy code.
            ("function f() { { function one() {} } return one }", "function f() { { function a() {} } return one }"),
            ("function f() { var one; for (let two of one) two }", "function f() { var a; for (let a of a) a }"),
            // It is none where a `let` of its name is in the way: `f` outside is another.
            (
                "function g() { f(); { let f; { function f() {} } } }",
                "function g() { b(); { let a; { function b() {} } } }",
            ),
        ] {
            assert!(!same(before, after), "{before}  {after}");
        }
    }
}
