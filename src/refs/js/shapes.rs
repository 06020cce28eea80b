//! Shapes of expressions that references are known by.

use swc_core::ecma::ast::{Expr, Lit, MemberExpr, MemberProp, MetaPropKind, ObjectLit, Prop, PropName, Str};

/// The member `name` of an object, if it is a string.
pub(super) fn text_property<'a>(object: &'a ObjectLit, name: &str) -> Option<&'a Str> {
    object.props.iter().find_map(|property| {
        let Prop::KeyValue(pair) = property.as_prop()?.as_ref() else { return None };
        let is_it = match &pair.key {
            PropName::Ident(key) => &*key.sym == name,
            PropName::Str(key) => key.value.as_str() == Some(name),
            _ => false,
        };
        match &*pair.value {
            Expr::Lit(Lit::Str(text)) if is_it => Some(text),
            _ => None,
        }
    })
}

pub(super) fn is_ident(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Ident(ident) if &*ident.sym == name)
        || matches!(expression, Expr::Member(member) if is_member(member, name)
            && matches!(&*member.obj, Expr::Ident(object) if matches!(&*object.sym, "self" | "window" | "globalThis")))
}

pub(super) fn is_member(member: &MemberExpr, name: &str) -> bool {
    matches!(&member.prop, MemberProp::Ident(property) if &*property.sym == name)
}

/// Whether the last step of `a.b.c` is `name`.
pub(super) fn ends_in(expression: &Expr, name: &str) -> bool {
    match expression {
        Expr::Member(member) => is_member(member, name),
        Expr::Ident(ident) => &*ident.sym == name,
        _ => false,
    }
}

pub(super) fn ends_in_worklet(expression: &Expr) -> bool {
    match expression {
        Expr::Member(member) => {
            matches!(&member.prop, MemberProp::Ident(property) if property.sym.ends_with("orklet"))
        }
        Expr::Ident(ident) => ident.sym.ends_with("orklet"),
        _ => false,
    }
}

pub(super) fn is_import_meta(expression: &Expr) -> bool {
    matches!(expression, Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta)
}

pub(super) fn is_import_meta_url(expression: &Expr) -> bool {
    matches!(expression, Expr::Member(member) if is_member(member, "url") && is_import_meta(&member.obj))
}

/// Whether a script installs itself as a service worker that fills a cache, by hand or through Workbox.
pub(super) fn is_service_worker(source: &str) -> bool {
    let has = |text: &str| memchr::memmem::find(source.as_bytes(), text.as_bytes()).is_some();
    let by_hand = has("caches") && has("addEventListener") && (has("\"install\"") || has("'install'"));
    by_hand || has("precacheAndRoute(") || has("__precacheManifest") || has("__WB_MANIFEST")
}
