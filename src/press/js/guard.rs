//! Parentheses around what swc folds wrongly: it takes a parenthesised operand for one that it does not know.
//!
//! Whatever the options, swc turns texts to numbers (`+"INFINITY"` is no number, swc says it is one), orders texts by code
//! point instead of UTF-16 unit, and takes every object literal for an `instanceof Object`, also one without prototype. It drops
//! `= undefined` from parameters, which the `length` of the function tells.
//!
//! A tagged template is no call to it, so that it moves assignments over one whose tag it can see through; and it takes what is
//! written to a global for what will be read (`name = 1` makes a text of it). A mark of another language around the tag
//! and the global prevents that; it goes when the compressor is done.

use swc_core::{
    common::{Mark, Spanned, util::take::Take},
    ecma::{
        ast::{
            ArrowExpr, BinExpr, BinaryOp, Constructor, Expr, Function, Lit, ParamOrTsParamProp, ParenExpr, Pat,
            Program, SimpleAssignTarget, TaggedTpl, TsNonNullExpr, UnaryExpr, UnaryOp, UpdateExpr,
        },
        visit::{VisitMut, VisitMutWith},
    },
};

/// Guards `program`, which must have no other parentheses: the compressor errs where statements meet in them.
/// Identifiers are resolved, and those without a declaration have the mark `unresolved`.
pub(super) fn guard(program: &mut Program, unresolved: Mark) {
    program.visit_mut_with(&mut Guard { unresolved });
}

/// Takes the marks of tags and globals away.
pub(super) fn unguard(program: &mut Program) {
    program.visit_mut_with(&mut Unguard);
}

struct Unguard;

impl VisitMut for Unguard {
    fn visit_mut_expr(&mut self, expression: &mut Expr) {
        if let Expr::TsNonNull(marked) = expression {
            *expression = *marked.expr.take();
        }
        expression.visit_mut_children_with(self);
    }

    fn visit_mut_simple_assign_target(&mut self, target: &mut SimpleAssignTarget) {
        if let SimpleAssignTarget::TsNonNull(marked) = target
            && let Expr::Ident(name) = &*marked.expr
        {
            *target = SimpleAssignTarget::Ident(name.clone().into());
        }
        target.visit_mut_children_with(self);
    }
}

struct Guard {
    unresolved: Mark,
}

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

    fn visit_mut_tagged_tpl(&mut self, template: &mut TaggedTpl) {
        template.visit_mut_children_with(self);
        if is_path(&template.tag) {
            mark(&mut template.tag);
        }
    }

    fn visit_mut_simple_assign_target(&mut self, target: &mut SimpleAssignTarget) {
        target.visit_mut_children_with(self);
        if let SimpleAssignTarget::Ident(name) = target
            && name.ctxt.outer() == self.unresolved
        {
            let expr = Box::new(Expr::Ident(name.id.clone()));
            *target = SimpleAssignTarget::TsNonNull(TsNonNullExpr { span: name.span, expr });
        }
    }

    fn visit_mut_update_expr(&mut self, update: &mut UpdateExpr) {
        update.visit_mut_children_with(self);
        if update.arg.as_ident().is_some_and(|name| name.ctxt.outer() == self.unresolved) {
            mark(&mut update.arg);
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

fn mark(expression: &mut Box<Expr>) {
    let (span, expr) = (expression.span(), expression.take());
    **expression = Expr::TsNonNull(TsNonNullExpr { span, expr });
}

/// Whether an expression is made of names alone: `html`, `this.a.b`. What calls is no secret to swc.
fn is_path(expression: &Expr) -> bool {
    match expression {
        Expr::Ident(_) | Expr::This(_) => true,
        Expr::Member(member) => member.prop.is_ident() && is_path(&member.obj),
        _ => false,
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
        Level, Options,
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
    fn a_tag_is_called_where_it_stands() {
        let source = "var seen = null; function tag(parts) { seen = parts }\n\
            tag`one`; first = seen; seen = null; tag`two`; check(seen !== null);";
        for level in [Level::Fast, Level::Default] {
            let draft = press(source, JsPlace::File, &Options { level, ..Options::default() }).unwrap();
            let text = String::from_utf8(draft.bytes).unwrap();
            let (reset, call) = (text.find("seen=null,tag`two`"), text.find("check(null!==seen)"));
            assert!(reset < call && reset.is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_read_of_a_global_is_not_what_was_written() {
        let source = "name = 1; show(name);   ready = function () { return 1 }; count++; show(count)    ;";
        for level in [Level::Fast, Level::Default] {
            let draft = press(source, JsPlace::File, &Options { level, ..Options::default() }).unwrap();
            let text = String::from_utf8(draft.bytes).unwrap();
            assert!(text.contains("name=1,show(name)") && text.contains("ready=function(){"), "{text}");
            assert!(text.contains("count++,show(count)") || text.contains("++count,show(count)"), "{text}");
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
