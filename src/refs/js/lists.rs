//! Lists of files that bundlers and tools for service workers write into scripts.

use swc_core::ecma::{
    ast::{ArrayLit, AssignExpr, CallExpr, Expr, Lit, ObjectLit, Str},
    visit::VisitWith,
};

use super::{
    Scanner, bundlers,
    shapes::text_property,
    words::{has_extension, names_a_file},
};
use crate::asset::{Base, Claim, ClaimForm, Decoded, Mention, MentionHow, Reference, Role};
use crate::refs::digests;

impl Scanner<'_> {
    /// One entry of a list: `"a.css"`, `{ url: "a.css", revision: null }` as Workbox writes it, or with a digest as `hash`, as
    /// Blazor does.
    pub(super) fn precached(&mut self, entry: &Expr) {
        let url = match entry {
            Expr::Lit(Lit::Str(text)) => Some(text),
            Expr::Object(object) => text_property(object, "url"),
            _ => None,
        };
        let quoted = url.and_then(|text| self.quoted(text.span));
        // Workbox names the module of its run time without an extension: what is loaded is put together later.
        let is_module = |decoded: &Decoded| decoded.text().starts_with("./") && !has_extension(decoded.text());
        // Whatever an entry with a revision names is a file or a page: `/` as well.
        let revision = entry.as_object().and_then(|object| text_property(object, "revision"));
        let digest = entry.as_object().and_then(digest_of);
        let is_entry = revision.is_some() || digest.is_some();
        match quoted.filter(|(decoded, _)| is_entry || names_a_file(decoded.text()) && !is_module(decoded)) {
            Some((decoded, at)) => {
                let claim = revision.map(|text| Claim { span: self.inside(text.span), form: ClaimForm::Md5 });
                let reference = Reference::new(&decoded, Role::Precache, Base::Own, at);
                self.scan.references.push(Reference { claim, ..reference });
                digest.into_iter().for_each(|text| text.visit_with(self));
            }
            None => entry.visit_with(self),
        }
    }

    /// Every string of a list that a bundler wrote.
    pub(super) fn listed(&mut self, list: &ArrayLit, role: Role, base: impl Fn(&str) -> Base) {
        for (decoded, at) in bundlers::strings(list).filter_map(|text| self.quoted(text.span)).collect::<Vec<_>>() {
            let base = base(decoded.text());
            self.reference(&decoded, at, role, base);
        }
        self.listed.insert(list.span);
    }

    /// Names that webpack's run time puts together: the asset keeps the one it has.
    pub(super) fn computed_chunks(&mut self, assign: &AssignExpr) -> bool {
        let Some(names) = bundlers::chunk_names(assign) else { return false };
        let at = self.lines.position(self.parsed.range(assign.span).start);
        for name in &names.named {
            self.mention(name, MentionHow::Whole, at);
        }
        names.is_closed
    }

    /// What a call is to a bundler. Its arguments are visited as those of any other call.
    pub(super) fn bundled(&mut self, call: &CallExpr) {
        if let Some(list) = bundlers::preload_list(call) {
            self.listed(list, Role::Preload, vite_base);
        } else if let Some(list) = bundlers::system_modules(call) {
            self.listed(list, Role::Module, |_| Base::Specifier);
        } else if bundlers::is_webpack_chunk(call) {
            let at = self.lines.position(self.parsed.range(call.span).start);
            self.scan.mentions.push(Mention { text: "".into(), how: MentionHow::Itself, at });
        }
    }
}

/// What an entry of a list says its file must be.
fn digest_of(entry: &ObjectLit) -> Option<&Str> {
    let texts = ["hash", "integrity"].into_iter().filter_map(|name| text_property(entry, name));
    texts.into_iter().find(|text| text.value.as_str().is_some_and(digests::is_one))
}

/// Whether each entry of a list is an object with a URL and the digest of what is there.
pub(super) fn is_digested(list: &ArrayLit) -> bool {
    let is_entry = |object: &ObjectLit| text_property(object, "url").is_some() && digest_of(object).is_some();
    let objects = || list.elems.iter().map(|entry| entry.as_ref().and_then(|entry| entry.expr.as_object()));
    !list.elems.is_empty() && objects().all(|object| object.is_some_and(is_entry))
}

/// Against what the entries of Vite's lists are resolved: its output folder, unless they are relative.
pub(super) fn vite_base(url: &str) -> Base {
    if url.starts_with("./") || url.starts_with("../") { Base::Own } else { Base::Above }
}
