//! Parentheses around what swc folds wrongly: it takes a parenthesised operand for one that it does not know.
//!
//! Whatever the options, swc turns texts to numbers (`+"INFINITY"` is no number, swc says it is one), orders texts by code
//! point instead of UTF-16 unit, and takes every object literal for an `instanceof Object`, also one without prototype. It drops
//! `= undefined` from parameters, which the `length` of the function tells.

use swc_core::{
    common::Spanned,
    ecma::{
        ast::{
            ArrowExpr, BinExpr, BinaryOp, Constructor, Expr, Function, Lit, ParamOrTsParamProp, ParenExpr, Pat,
            Program, UnaryExpr, UnaryOp,
        },
        visit::{VisitMut, VisitMutWith},
    },
};

/// Guards `program`, which must have no other parentheses: the compressor errs where statements meet in them.
pub(super) fn guard(program: &mut Program) {
    program.visit_mut_with(&mut Guard);
}

struct Guard;

impl VisitMut for Guard {
    fn visit_mut_bin_expr(&mut self, binary: &mut BinExpr) {
        binary.visit_mut_children_with(self);
        match binary.op {
            BinaryOp::InstanceOf if binary.left.is_object() => enclose(&mut binary.left),
            op if reads_numbers(op) => [&mut binary.left, &mut binary.right].into_iter().for_each(enclose_text),
            _ => {}
        }
    }

    fn visit_mut_unary_expr(&mut self, unary: &mut UnaryExpr) {
        unary.visit_mut_children_with(self);
        if matches!(unary.op, UnaryOp::Plus | UnaryOp::Minus | UnaryOp::Tilde) {
            enclose_text(&mut unary.arg);
        }
    }

    fn visit_mut_function(&mut self, function: &mut Function) {
        function.visit_mut_children_with(self);
        keep_length(function.params.iter_mut().map(|parameter| &mut parameter.pat));
    }

    fn visit_mut_arrow_expr(&mut self, arrow: &mut ArrowExpr) {
        arrow.visit_mut_children_with(self);
        keep_length(arrow.params.iter_mut());
    }

    fn visit_mut_constructor(&mut self, constructor: &mut Constructor) {
        constructor.visit_mut_children_with(self);
        keep_length(constructor.params.iter_mut().filter_map(|parameter| match parameter {
            ParamOrTsParamProp::Param(parameter) => Some(&mut parameter.pat),
            ParamOrTsParamProp::TsParamProp(_) => None,
        }));
    }
}

/// A function is as long as it has parameters before the first with a default (ECMAScript, `ExpectedArgumentCount`).
fn keep_length<'a>(parameters: impl Iterator<Item = &'a mut Pat>) {
    let mut defaults = parameters.filter_map(|parameter| match parameter {
        Pat::Assign(assign) => Some(&mut assign.right),
        _ => None,
    });
    if let Some(default) = defaults.next()
        && is_undefined(default)
    {
        enclose(default);
    }
}

fn is_undefined(value: &Expr) -> bool {
    match value {
        Expr::Ident(name) => &*name.sym == "undefined",
        Expr::Unary(unary) => unary.op == UnaryOp::Void && unary.arg.is_lit(),
        _ => false,
    }
}

/// Whether `op` turns texts to numbers or orders them.
fn reads_numbers(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Mod
            | BinaryOp::Exp
            | BinaryOp::Lt
            | BinaryOp::LtEq
            | BinaryOp::Gt
            | BinaryOp::GtEq
            | BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::LShift
            | BinaryOp::RShift
            | BinaryOp::ZeroFillRShift
    )
}

fn enclose_text(operand: &mut Box<Expr>) {
    if is_text(operand) {
        enclose(operand);
    }
}

fn is_text(operand: &Expr) -> bool {
    match operand {
        Expr::Lit(Lit::Str(_)) | Expr::Tpl(_) => true,
        Expr::Bin(BinExpr { op: BinaryOp::Add, left, right, .. }) => is_text(left) || is_text(right),
        _ => false,
    }
}

fn enclose(operand: &mut Box<Expr>) {
    let span = operand.span();
    let expr = std::mem::replace(operand, Expr::undefined(span));
    **operand = Expr::Paren(ParenExpr { span, expr });
}

#[cfg(test)]
mod tests {
    use crate::press::{
        Options,
        js::{JsPlace, press},
    };

    #[test]
    fn functions_stay_as_long_as_they_were() {
        for source in [
            "window.f = function (one, two = undefined, three) { return [ two, three ] }",
            "window.f = (one, two = void 0) => [ two ]    ;",
            "window.F = class { constructor ( one, two = undefined ) { this.two = two } }",
            "window.F = { f ( one = undefined, two ) { return two } }",
        ] {
            let draft = press(source, JsPlace::File, &Options::default()).unwrap();
            let text = String::from_utf8(draft.bytes).unwrap().replace(['(', ')'], "");
            assert!(text.contains("=void 0") || text.contains("=undefined"), "{text}");
        }
    }

    #[test]
    fn nothing_is_folded_wrongly() {
        for (source, part) in [
            ("window.x = (+'INFINITY')          ;", "+\"INFINITY\""),
            ("window.x = ('1_0' - 1)            ;", "\"1_0\"-1"),
            ("window.x = ({ __proto__: null }) instanceof Object      ;", "instanceof Object"),
            ("window.x = '\\u{10000}' < '\\uffff'      ;", "<"),
        ] {
            let draft = press(source, JsPlace::File, &Options::default()).unwrap();
            let text = String::from_utf8(draft.bytes).unwrap().replace(['(', ')'], "");
            assert!(text.contains(part), "{text}");
        }
    }
}
