use std::path::Path;

use swc_core::{
    common::Mark,
    ecma::{
        ast::Pass,
        transforms::base::{fixer::fixer, resolver},
    },
};

use super::*;
use crate::{
    ecma,
    press::js::{
        JsPlace, print,
        proof::{Identity, Meaning},
    },
};

/// `source` with the names chosen for it, and whether it still means the same.
fn named(source: &str) -> (String, Result<(), String>) {
    ecma::guarded(|| {
        let mut parsed = ecma::parse(source, JsPlace::File)?;
        let before = Meaning::of(&parsed.program, Identity::Name);
        resolver(Mark::new(), Mark::new(), false).process(&mut parsed.program);
        assert!(rename(&mut parsed.program, &parsed.map, source, true, Level::Default));
        fixer(None).process(&mut parsed.program);
        let text = print::print(&parsed.program, &parsed.map, &parsed.comments, true, false, None).unwrap();
        let after = Meaning::of(&ecma::parse(&text, JsPlace::File)?.program, Identity::Name);
        Ok((text, before.compare(&after)))
    })
    .unwrap()
}

#[test]
fn only_names_change() {
    for source in [
        "function f(one, two = () => one, { three, four: [five] = two }, ...rest) { var one; return { three, five, rest } }",
        "(function own(one) { var two = own; { let three = two; { var four = three } } return four + one })()",
        "function f(one) { try { g() } catch (error) { var error = 1, two = error; return two + one } return error }",
        "function f(one) { for (let two of one) { let two = one } for (const two in one) for (var three of two) three }",
        "class A { static one = A; static { var two = A } m(A) { return A } } (class B extends A { n() { return B } })",
        "import d, { a, b as c } from 'm'; import * as e from 'n'; export { a as default, c }; export const x = d(e, x => x);",
        "export default function one() { return one } function two(e) { return one(two, e) } export { two }; export class K {}",
        "function f(arguments_) { return arguments.length + arguments_ } function g() { var arguments = 1; return arguments }",
        "function f() { { function inner() {} } return inner } function g(e) { if (e) { function f2() {} } return e }",
        "'use strict'; { function one() { return two } function two() { return one } one() } function three() {}",
        "export function f(e) { { function one() {} one(e) } { function one() {} one(two) } if (e) { function two() {} two() } }",
        "function f(a) { switch (a) { case 1: let b = a; return () => b; default: const c = a; return c } }",
        "function f() { return typeof e + a + t + n + r + i + o } function g(x, y) { e = x; return y.e }",
        "outer: for (var i of [1]) { const f = async (one, { two }) => { for await (const three of one) two(three, i) }; continue outer }",
        "const { one, two: { three = one } = {}, ...four } = g(), [five, , six = five] = four; export default [three, six]",
    ] {
        let (text, proof) = named(source);
        assert_eq!(proof, Ok(()), "{source}\n{text}");
        assert_eq!(named(source).0, text, "{source}");
    }
}

#[test]
fn equal_shapes_get_equal_names() {
    let shape = |name: &str, (one, two, three): (&str, &str, &str)| {
        format!(
            "function {name}({one},{two}){{var {three}={one}.size({two});return {three}>4?{three}.first:{two}.last({one})}}"
        )
    };
    let source = [shape("x", ("alpha", "beta", "gamma")), shape("y", ("size", "own", "rest"))].concat();
    let (text, proof) = named(&source);
    assert_eq!(proof, Ok(()));
    let bodies: Vec<&str> = text.split("function ").skip(1).map(|body| &body[1..]).collect();
    assert_eq!(bodies[0], bodies[1], "{text}");
}

/// `{a as e}` is not written for an import that can be called as it is exported.
#[test]
fn imports_and_exports_keep_their_letters() {
    let (text, proof) = named(
        "import { a as first, t as second, long as third } from 'm'; var one = first(second), two = third(one);
        export { one as x, two }",
    );
    assert_eq!(proof, Ok(()));
    assert!(text.starts_with("import{a,t,long as "), "{text}");
    assert!(text.contains("export{x,"), "{text}");
}

#[test]
fn more_bindings_than_short_names() {
    use std::fmt::Write;
    let mut source = String::from("(function(){");
    for number in 0..9000 {
        write!(source, "var v{number}=f({number});g(v{number},as,ab,abc);").unwrap();
    }
    source.push_str("})()");
    let (text, proof) = named(&source);
    assert_eq!(proof, Ok(()));
    assert!(text.len() < source.len());
}

#[test]
#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn only_names_change_in_real_scripts() {
    let Some(corpus) = std::env::var_os("EDGEPRESS_CORPUS") else {
        eprintln!("skipped: EDGEPRESS_CORPUS is not set");
        return;
    };
    for folder in ["site-small", "site-vite"] {
        let files = walkdir::WalkDir::new(Path::new(&corpus).join(folder)).sort_by_file_name();
        let files = files.into_iter().filter_map(Result::ok);
        let is_script = |file: &walkdir::DirEntry| {
            file.file_type().is_file() && file.path().extension().is_some_and(|extension| extension == "js")
        };
        for file in files.filter(is_script) {
            let source = std::fs::read_to_string(file.path()).unwrap();
            if source.len() < 200_000 && !source.contains("eval(") {
                assert_eq!(named(&source).1, Ok(()), "{}", file.path().display());
            }
        }
    }
}
