//! What bundlers write into their output to load the rest of it later: shapes of syntax, never names of variables,
//! because minifiers change those.

use swc_core::ecma::ast::{
    ArrayLit, ArrowExpr, ArrowFunctionBody, AssignExpr, AssignOp, AssignTarget, BinExpr, BinaryOp, BlockStmt, CallExpr,
    Callee, Expr, ExprOrSpread, Lit, MemberExpr, MemberProp, Pat, Prop, PropName, PropOrSpread, SimpleAssignTarget,
    Stmt, Str,
};

/// The files of Vite's `__vite__mapDeps`: `m.f || (m.f = [..])`, and `m.f ||= [..]` after minifying.
pub(super) fn table_of_or(binary: &BinExpr) -> Option<&ArrayLit> {
    if binary.op != BinaryOp::LogicalOr {
        return None;
    }
    let (Expr::Member(read), Expr::Assign(assign)) = (unwrapped(&binary.left), unwrapped(&binary.right)) else {
        return None;
    };
    let is_same = assign.op == AssignOp::Assign && is_named(read, "f") && is_target_named(assign, "f");
    is_same.then(|| files(&assign.right)).flatten()
}

/// The files of Vite's tables that are assigned: `m.f ||= [..]`, `g.viteFileDeps = [..]`.
pub(super) fn table_of_assignment(assign: &AssignExpr) -> Option<&ArrayLit> {
    let is_table = match assign.op {
        AssignOp::OrAssign => is_target_named(assign, "f"),
        AssignOp::Assign => is_target_named(assign, "viteFileDeps"),
        _ => false,
    };
    is_table.then(|| files(&assign.right)).flatten()
}

/// The list in `preload(() => import("./a.js"), ["assets/a.js", "assets/a.css"])`, as Vite wrote it up to version 4:
/// it names the module that is imported as well.
pub(super) fn preload_list(call: &CallExpr) -> Option<&ArrayLit> {
    let [import, list, ..] = call.args.as_slice() else { return None };
    let name = file_name(imported(&import.expr)?);
    let list = files(&list.expr)?;
    let names_it = |text: &Str| file_name(text) == name;
    strings(list).any(names_it).then_some(list)
}

/// Whether a call hands a chunk to webpack's run time, which finds it under a computed name:
/// `(self.webpackChunk = self.webpackChunk || []).push([[1], {..}])`.
pub(super) fn is_webpack_chunk(call: &CallExpr) -> bool {
    let Callee::Expr(callee) = &call.callee else { return false };
    let Expr::Member(push) = &**callee else { return false };
    if !is_named(push, "push") {
        return false;
    }
    let Expr::Assign(assign) = unwrapped(&push.obj) else { return false };
    let AssignTarget::Simple(SimpleAssignTarget::Member(list)) = &assign.left else { return false };
    property(list).is_some_and(|name| name.starts_with("webpackChunk") || name.starts_with("webpackJsonp"))
}

/// The list of modules in Rollup's `System.register([..], f)` or `System.register("name", [..], f)`.
pub(super) fn system_modules(call: &CallExpr) -> Option<&ArrayLit> {
    let Callee::Expr(callee) = &call.callee else { return None };
    let Expr::Member(member) = &**callee else { return None };
    let is_system =
        is_named(member, "register") && matches!(&*member.obj, Expr::Ident(object) if &*object.sym == "System");
    let lists = call.args.iter().take(2).filter_map(|argument| argument.expr.as_array());
    is_system.then(|| lists.into_iter().next()).flatten()
}

/// The function that computes the names of chunks, `r.u = e => "js/" + {1: "a"}[e] + ".js"`, of webpack and rspack.
pub(super) fn chunk_names(assign: &AssignExpr) -> Option<Names> {
    let is_names = ["u", "k", "miniCssF"].iter().any(|name| is_target_named(assign, name));
    if assign.op != AssignOp::Assign || !is_names {
        return None;
    }
    let (parameter, steps) = body(unwrapped(&assign.right))?;
    let mut keys = Vec::new();
    steps.iter().for_each(|step| step.keys(parameter, &mut keys));
    keys.sort();
    keys.dedup();
    let named: Vec<String> = keys.iter().filter_map(|key| value(&steps, parameter, key)).collect();
    if named.is_empty() {
        return None;
    }
    // No chunk is called so: whoever has a name for it has one for any.
    let is_closed = value(&steps, parameter, "\0").is_none_or(|name| !name.contains('\0'));
    let fallback = value(&steps, parameter, "\0").filter(|name| !name.contains('\0'));
    Some(Names { named: named.into_iter().chain(fallback).collect(), is_closed })
}

/// What a function of names was seen to return.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// The names.
    pub(super) named: Vec<String>,
    /// Whether it can return no other.
    pub(super) is_closed: bool,
}

/// One step of a function: `if (e === 1) return x;`, or `return x` without a condition.
struct Step<'a> {
    condition: Option<&'a Expr>,
    result: &'a Expr,
}

impl Step<'_> {
    fn keys(&self, parameter: &str, keys: &mut Vec<String>) {
        if let Some(condition) = self.condition {
            keys.extend(compared(condition, parameter));
        }
        collect_keys(self.result, parameter, keys, 0);
    }
}

/// Expressions are followed this deep.
const DEEPEST: usize = 400;

fn body(function: &Expr) -> Option<(&str, Vec<Step<'_>>)> {
    let (pattern, block) = match function {
        Expr::Arrow(ArrowExpr { params, body, .. }) => match &**body {
            ArrowFunctionBody::Expr(result) => {
                return Some((ident(params.first()?)?, vec![Step { condition: None, result }]));
            }
            ArrowFunctionBody::FunctionBody(block) => (params.first()?, block),
        },
        Expr::Fn(function) => (&function.function.params.first()?.pat, function.function.body.as_ref()?),
        _ => return None,
    };
    let steps: Option<Vec<Step<'_>>> = block.stmts.iter().map(step).collect();
    Some((ident(pattern)?, steps?))
}

fn step(statement: &Stmt) -> Option<Step<'_>> {
    match statement {
        Stmt::Return(returned) => Some(Step { condition: None, result: returned.arg.as_deref()? }),
        Stmt::If(branch) if branch.alt.is_none() => {
            let inner = match &*branch.cons {
                Stmt::Block(BlockStmt { stmts, .. }) if stmts.len() == 1 => step(&stmts[0])?,
                other => step(other)?,
            };
            inner.condition.is_none().then_some(Step { condition: Some(&branch.test), result: inner.result })
        }
        _ => None,
    }
}

fn value(steps: &[Step<'_>], parameter: &str, key: &str) -> Option<String> {
    let fits = |step: &&Step<'_>| {
        step.condition.is_none_or(|condition| compared(condition, parameter).is_some_and(|compared| compared == key))
    };
    steps.iter().find(fits).and_then(|step| evaluate(step.result, parameter, key, 0))
}

/// What `expression` is when `parameter` is `key`; `None` when that is `undefined` or not to be told.
fn evaluate(expression: &Expr, parameter: &str, key: &str, depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let inner = |expression: &Expr| evaluate(expression, parameter, key, depth + 1);
    match expression {
        Expr::Paren(parenthesised) => inner(&parenthesised.expr),
        Expr::Ident(name) => (&*name.sym == parameter).then(|| key.to_owned()),
        Expr::Bin(BinExpr { op: BinaryOp::Add, left, right, .. }) => Some(inner(left)? + &inner(right)?),
        Expr::Bin(BinExpr { op: BinaryOp::LogicalOr | BinaryOp::NullishCoalescing, left, right, .. }) => {
            inner(left).filter(|text| !text.is_empty()).or_else(|| inner(right))
        }
        Expr::Cond(condition) => {
            let is_met = compared(&condition.test, parameter)? == key;
            inner(if is_met { &condition.cons } else { &condition.alt })
        }
        Expr::Member(member) => {
            let entry = table(member, parameter)?.into_iter().find(|(name, _)| name == key)?;
            inner(entry.1)
        }
        Expr::Tpl(template) => {
            let mut text = String::new();
            for (index, quasi) in template.quasis.iter().enumerate() {
                text.push_str(quasi.cooked.as_ref()?.as_str()?);
                if let Some(expression) = template.exprs.get(index) {
                    text.push_str(&inner(expression)?);
                }
            }
            Some(text)
        }
        other => literal(other),
    }
}

fn collect_keys(expression: &Expr, parameter: &str, keys: &mut Vec<String>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    let mut inner = |expression: &Expr| collect_keys(expression, parameter, keys, depth + 1);
    match expression {
        Expr::Paren(parenthesised) => inner(&parenthesised.expr),
        Expr::Bin(binary) => {
            inner(&binary.left);
            inner(&binary.right);
        }
        Expr::Cond(condition) => {
            inner(&condition.cons);
            inner(&condition.alt);
            keys.extend(compared(&condition.test, parameter));
        }
        Expr::Tpl(template) => template.exprs.iter().for_each(|expression| inner(expression)),
        Expr::Member(member) => keys.extend(table(member, parameter).into_iter().flatten().map(|(name, _)| name)),
        _ => {}
    }
}

/// The entries of `{1: "a", b: "c"}[e]`.
fn table<'a>(member: &'a MemberExpr, parameter: &str) -> Option<Vec<(String, &'a Expr)>> {
    let MemberProp::Computed(computed) = &member.prop else { return None };
    let is_parameter = matches!(&*computed.expr, Expr::Ident(name) if &*name.sym == parameter);
    let Expr::Object(object) = unwrapped(&member.obj) else { return None };
    let entry = |property: &'a PropOrSpread| {
        let Prop::KeyValue(pair) = property.as_prop()?.as_ref() else { return None };
        let name = match &pair.key {
            PropName::Ident(name) => name.sym.to_string(),
            PropName::Str(name) => name.value.as_str()?.to_owned(),
            PropName::Num(number) => number.value.to_string(),
            PropName::Computed(_) | PropName::BigInt(_) => return None,
        };
        Some((name, &*pair.value))
    };
    is_parameter.then(|| object.props.iter().map(entry).collect()).flatten()
}

/// The literal in `e === 1` or `"a" == e`.
fn compared(test: &Expr, parameter: &str) -> Option<String> {
    let Expr::Bin(BinExpr { op: BinaryOp::EqEq | BinaryOp::EqEqEq, left, right, .. }) = unwrapped(test) else {
        return None;
    };
    match (&**left, &**right) {
        (Expr::Ident(name), other) | (other, Expr::Ident(name)) if &*name.sym == parameter => literal(other),
        _ => None,
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(Lit::Str(text)) => Some(text.value.as_str()?.to_owned()),
        Expr::Lit(Lit::Num(number)) => Some(number.value.to_string()),
        _ => None,
    }
}

fn ident(pattern: &Pat) -> Option<&str> {
    match pattern {
        Pat::Ident(name) => Some(&name.id.sym),
        _ => None,
    }
}

fn unwrapped(mut expression: &Expr) -> &Expr {
    while let Expr::Paren(inner) = expression {
        expression = &inner.expr;
    }
    expression
}

/// `.name` or `["name"]`.
fn property(member: &MemberExpr) -> Option<&str> {
    match &member.prop {
        MemberProp::Ident(name) => Some(&name.sym),
        MemberProp::Computed(computed) => match &*computed.expr {
            Expr::Lit(Lit::Str(text)) => text.value.as_str(),
            _ => None,
        },
        MemberProp::PrivateName(_) => None,
    }
}

fn is_named(member: &MemberExpr, name: &str) -> bool {
    property(member) == Some(name)
}

fn is_target_named(assign: &AssignExpr, name: &str) -> bool {
    matches!(&assign.left, AssignTarget::Simple(SimpleAssignTarget::Member(member)) if is_named(member, name))
}

/// A list of nothing but names of scripts and style sheets.
fn files(expression: &Expr) -> Option<&ArrayLit> {
    let Expr::Array(list) = unwrapped(expression) else { return None };
    let is_file = |element: &Option<ExprOrSpread>| {
        let Some(ExprOrSpread { spread: None, expr }) = element else { return false };
        let Expr::Lit(Lit::Str(text)) = &**expr else { return false };
        let extension = text.value.as_str().and_then(|text| text.rsplit_once('.'));
        matches!(extension, Some((_, "js" | "mjs" | "css")))
    };
    (!list.elems.is_empty() && list.elems.iter().all(is_file)).then_some(list)
}

/// The strings of a list.
pub(super) fn strings(list: &ArrayLit) -> impl Iterator<Item = &Str> {
    list.elems.iter().flatten().filter_map(|element| match &*element.expr {
        Expr::Lit(Lit::Str(text)) => Some(text),
        _ => None,
    })
}

/// What `() => import("./a.js")` imports; whatever is done with it afterwards.
fn imported(function: &Expr) -> Option<&Str> {
    let result = match unwrapped(function) {
        Expr::Arrow(arrow) => match &*arrow.body {
            ArrowFunctionBody::Expr(result) => result,
            ArrowFunctionBody::FunctionBody(_) => return None,
        },
        _ => return None,
    };
    let mut expression = unwrapped(result);
    loop {
        let Expr::Call(call) = expression else { return None };
        match &call.callee {
            Callee::Import(_) => break,
            Callee::Expr(callee) => expression = unwrapped(callee.as_member().map(|member| &*member.obj)?),
            Callee::Super(_) => return None,
        }
    }
    let Expr::Call(call) = expression else { return None };
    match &*call.args.first()?.expr {
        Expr::Lit(Lit::Str(text)) => Some(text),
        _ => None,
    }
}

fn file_name(text: &Str) -> Option<&str> {
    text.value.as_str().map(|text| text.rsplit('/').next().unwrap_or(text))
}
