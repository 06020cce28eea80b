//! References in JavaScript: imports, workers, `new URL(.., import.meta.url)`, service workers and the tables of
//! bundlers; other strings are mentions.

mod bundlers;
mod patterns;
mod words;

use std::collections::HashSet;

use swc_core::{
    common::{Span as SwcSpan, Spanned},
    ecma::{
        ast::{
            ArrayLit, AssignExpr, BinExpr, BinaryOp, CallExpr, Callee, ExportAll, Expr, ExprOrSpread, ImportDecl,
            ImportPhase, Lit, MemberExpr, MemberProp, MetaPropKind, NamedExport, NewExpr, ObjectLit, Prop, PropName,
            Regex, Str, TaggedTpl, Tpl,
        },
        visit::{Visit, VisitWith},
    },
};

use self::{
    patterns::Compared,
    words::{has_extension, is_between_names, names_a_file, names_a_folder},
};
use super::Scan;
use crate::{
    asset::{Base, Claim, ClaimForm, Decoded, Kind, Mention, MentionHow, Position, Reference, Role, Span},
    ecma::{self, Parsed, decode_string},
    maps,
    press::{KeptBecause, Note, js::JsPlace},
};

/// Finds every reference of `source`.
///
/// # Errors
/// When `source` does not parse; the note says why and where.
pub fn scan(source: &str, place: JsPlace) -> Result<Scan, Note> {
    ecma::guarded(|| Ok(scan_parsed(source, &ecma::parse(source, place)?)))
        .map_err(|kept| kept.note().cloned().unwrap_or_default())
}

/// As [`scan`], also telling whether a file is a module or a script.
///
/// # Errors
/// Why `source` cannot be read.
pub fn scan_file(source: &str, place: JsPlace) -> Result<(Kind, Scan), KeptBecause> {
    ecma::guarded(|| {
        let parsed = ecma::parse(source, place)?;
        let kind = if parsed.is_module() { Kind::JsModule } else { Kind::JsScript };
        Ok((kind, scan_parsed(source, &parsed)))
    })
}

pub(crate) fn scan_parsed(source: &str, parsed: &Parsed) -> Scan {
    let is_service_worker = is_service_worker(source);
    let mut scanner = Scanner {
        source,
        parsed,
        lines: LineCounter::new(source),
        is_service_worker,
        listed: HashSet::new(),
        parts: HashSet::new(),
        scan: Scan::default(),
    };
    parsed.program.visit_with(&mut scanner);
    scanner.source_map_comment();
    let mut scan = scanner.scan;
    scan.references.sort_by_key(|reference| reference.name);
    scan
}

/// Positions of growing offsets without starting over each time.
struct LineCounter<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineCounter<'a> {
    fn new(source: &'a str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', source.as_bytes()).map(|i| i + 1)).collect();
        Self { source, starts }
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        // Minified lines run to megabytes: counting characters there would cost more than the column is worth.
        let column = if offset - start > 10_000 {
            offset - start
        } else {
            self.source.get(start..offset).map_or(offset - start, |text| text.chars().count())
        };
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: clamp(line), column: clamp(column + 1) }
    }
}

struct Scanner<'a> {
    source: &'a str,
    parsed: &'a Parsed,
    lines: LineCounter<'a>,
    /// Whether its lists of files are fetched ahead.
    is_service_worker: bool,
    /// Lists that are known for what a bundler wrote, so that their strings are no mentions.
    listed: HashSet<SwcSpan>,
    /// Parts of strings that were mentioned: libraries repeat themselves.
    parts: HashSet<Box<str>>,
    scan: Scan,
}

/// What an expression that stands for a URL turned out to be.
enum UrlText {
    Literal(Decoded, Position),
    Computed { head: String, at: Position },
}

impl Scanner<'_> {
    /// The inside of a quoted literal.
    fn quoted(&self, span: SwcSpan) -> Option<(Decoded, Position)> {
        let range = self.parsed.range(span);
        if range.len() < 2 {
            return None;
        }
        let raw = self.source.get(range.start + 1..range.end - 1)?;
        Some((decode_string(raw, range.start + 1)?, self.lines.position(range.start)))
    }

    fn url_text(&self, expression: &Expr) -> UrlText {
        let at = self.lines.position(self.parsed.range(expression.span()).start);
        let computed = |head: String| UrlText::Computed { head, at };
        match expression {
            Expr::Lit(Lit::Str(text)) => match self.quoted(text.span) {
                Some((decoded, at)) => UrlText::Literal(decoded, at),
                None => computed(String::new()),
            },
            Expr::Tpl(template) if template.exprs.is_empty() => match self.quoted(template.span) {
                Some((decoded, at)) => UrlText::Literal(decoded, at),
                None => computed(String::new()),
            },
            Expr::Tpl(template) => computed(self.head_of(template)),
            Expr::Paren(inner) => self.url_text(&inner.expr),
            Expr::Bin(BinExpr { op: BinaryOp::Add, left, .. }) => match self.url_text(left) {
                UrlText::Literal(decoded, _) => computed(decoded.text().to_owned()),
                UrlText::Computed { head, .. } => computed(head),
            },
            _ => computed(String::new()),
        }
    }

    fn head_of(&self, template: &Tpl) -> String {
        let Some(first) = template.quasis.first() else { return String::new() };
        let range = self.parsed.range(first.span);
        let raw = self.source.get(range.clone()).unwrap_or_default();
        decode_string(raw, range.start).map(|decoded| decoded.text().to_owned()).unwrap_or_default()
    }

    fn reference(&mut self, decoded: &Decoded, at: Position, role: Role, base: Base) {
        self.scan.references.push(Reference::new(decoded, role, base, at));
    }

    fn mention(&mut self, text: &str, how: MentionHow, at: Position) {
        let likely = match how {
            MentionHow::Whole => names_a_file(text),
            MentionHow::Prefix => names_a_folder(text),
            MentionHow::ComputedImport | MentionHow::Itself | MentionHow::Pattern | MentionHow::Swap => true,
        };
        if likely {
            self.scan.mentions.push(Mention { text: text.into(), how, at });
        }
        // A name may have brackets of its own, but `{"a":"b.png?v=1"}` has a name in it, too.
        if how != MentionHow::ComputedImport {
            self.mention_parts(text, at);
        }
    }

    /// Markup, style, JSON and lists in strings: `<img src="a.png">`, `url(a.png)`, `{"1":"a.js"}`, `a.png 1x, b.png 2x`.
    fn mention_parts(&mut self, text: &str, at: Position) {
        if !text.contains('.') || !text.contains(is_between_names) {
            return;
        }
        for part in text.split(is_between_names).filter(|part| names_a_file(part) && has_extension(part)) {
            if patterns::is_selector(text) {
                self.pattern(regex::escape(part), at);
            }
            if self.parts.insert(part.into()) {
                self.scan.mentions.push(Mention { text: part.into(), how: MentionHow::Whole, at });
            }
        }
    }

    fn pattern(&mut self, text: String, at: Position) {
        self.scan.mentions.push(Mention { text: text.into(), how: MentionHow::Pattern, at });
    }

    /// The text of a name that something is compared with.
    fn name_looked_for(&mut self, text: &Str) {
        if let Some((decoded, at)) = self.quoted(text.span)
            && names_a_file(decoded.text())
            && has_extension(decoded.text())
        {
            self.pattern(regex::escape(decoded.text()), at);
        }
    }

    /// A regular expression that is written as a text.
    fn expression(&mut self, text: &Str) {
        if let Some((decoded, at)) = self.quoted(text.span)
            && patterns::could_find_a_file(decoded.text())
        {
            self.pattern(decoded.text().to_owned(), at);
        }
    }

    fn import_specifier(&mut self, source: &Str, role: Role) {
        if let Some((decoded, at)) = self.quoted(source.span) {
            self.reference(&decoded, at, role, Base::Specifier);
        }
    }

    /// `import(x)` and `import.meta.resolve(x)`: every branch of a conditional counts.
    fn lazy_module(&mut self, expression: &Expr) {
        match expression {
            Expr::Cond(condition) => {
                condition.test.visit_with(self);
                self.lazy_module(&condition.cons);
                self.lazy_module(&condition.alt);
                return;
            }
            Expr::Paren(inner) => return self.lazy_module(&inner.expr),
            _ => {}
        }
        match self.url_text(expression) {
            UrlText::Literal(decoded, at) => self.reference(&decoded, at, Role::LazyModule, Base::Specifier),
            UrlText::Computed { head, at } => {
                self.mention(&head, MentionHow::ComputedImport, at);
                expression.visit_children_with(self);
            }
        }
    }

    /// A URL argument of `role`: a literal, or `new URL(literal, import.meta.url)`. Anything else is only visited.
    fn url_argument(&mut self, argument: &ExprOrSpread, role: Role, base: Base) {
        if let Expr::New(new) = &*argument.expr
            && self.own_url(new, role)
        {
            return;
        }
        match self.url_text(&argument.expr) {
            UrlText::Literal(decoded, at) => self.reference(&decoded, at, role, base),
            UrlText::Computed { .. } => argument.visit_with(self),
        }
    }

    /// `new URL(x, import.meta.url)`. Returns whether it was one and has been dealt with.
    fn own_url(&mut self, new: &NewExpr, role: Role) -> bool {
        let Some([url, base]) = new.args.as_deref() else { return false };
        if !is_ident(&new.callee, "URL") || !is_import_meta_url(&base.expr) {
            return false;
        }
        match self.url_text(&url.expr) {
            UrlText::Literal(decoded, at) => self.reference(&decoded, at, role, Base::Own),
            UrlText::Computed { head, at } => {
                self.mention(&head, MentionHow::Prefix, at);
                url.expr.visit_children_with(self);
            }
        }
        true
    }

    /// One entry of a list: `"a.css"`, or `{ url: "a.css", revision: null }` as Workbox writes it.
    fn precached(&mut self, entry: &Expr) {
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
        match quoted.filter(|(decoded, _)| revision.is_some() || names_a_file(decoded.text()) && !is_module(decoded)) {
            Some((decoded, at)) => {
                let claim = revision.map(|text| Claim { span: self.inside(text.span), form: ClaimForm::Md5 });
                let reference = Reference::new(&decoded, Role::Precache, Base::Own, at);
                self.scan.references.push(Reference { claim, ..reference });
            }
            None => entry.visit_with(self),
        }
    }

    /// Every string of a list that a bundler wrote.
    fn listed(&mut self, list: &ArrayLit, role: Role, base: impl Fn(&str) -> Base) {
        for (decoded, at) in bundlers::strings(list).filter_map(|text| self.quoted(text.span)).collect::<Vec<_>>() {
            let base = base(decoded.text());
            self.reference(&decoded, at, role, base);
        }
        self.listed.insert(list.span);
    }

    /// Names that webpack's run time puts together: the asset keeps the one it has.
    fn computed_chunks(&mut self, assign: &AssignExpr) -> bool {
        let Some(names) = bundlers::chunk_names(assign) else { return false };
        let at = self.lines.position(self.parsed.range(assign.span).start);
        for name in &names.named {
            self.mention(name, MentionHow::Whole, at);
        }
        names.is_closed
    }

    /// The bytes of a string literal without its quotes.
    fn inside(&self, span: SwcSpan) -> Span {
        let range = self.parsed.range(span);
        Span::new(range.start + 1..range.end.saturating_sub(1).max(range.start + 1))
    }

    /// The comment that counts: the last one, if no code comes after it (ECMA-426, extraction from JavaScript).
    fn source_map_comment(&mut self) {
        let end = self.parsed.end_of_code();
        let (leading, trailing) = self.parsed.comments.borrow_all();
        let all = leading.values().chain(trailing.values()).flatten().map(|comment| self.parsed.range(comment.span));
        let found = all.filter(|range| range.start >= end).filter_map(|range| {
            let url = maps::url_in(self.source.get(range.clone())?)?;
            Some((range.start, range.start + url.start..range.start + url.end, range.end))
        });
        let last = found.max_by_key(|(start, ..)| *start);
        drop((leading, trailing));
        let Some((start, url, end)) = last else { return };
        self.scan.source_map = Some(Span::new(start..end));
        let text = &self.source[url.clone()];
        if !maps::is_inline(text) {
            let at = self.lines.position(url.start);
            self.scan.references.push(Reference::new(&Decoded::plain(text, url.start), Role::SourceMap, Base::Own, at));
        }
    }
}

impl Scanner<'_> {
    /// What a call is to a bundler. Its arguments are visited as those of any other call.
    fn bundled(&mut self, call: &CallExpr) {
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

/// Against what the entries of Vite's lists are resolved: its output folder, unless they are relative.
fn vite_base(url: &str) -> Base {
    if url.starts_with("./") || url.starts_with("../") { Base::Own } else { Base::Above }
}

impl Visit for Scanner<'_> {
    fn visit_import_decl(&mut self, import: &ImportDecl) {
        if import.phase == ImportPhase::Evaluation || import.phase == ImportPhase::Source {
            self.import_specifier(&import.src, Role::Module);
        }
    }

    fn visit_named_export(&mut self, export: &NamedExport) {
        if let Some(source) = &export.src {
            self.import_specifier(source, Role::Module);
        }
    }

    fn visit_export_all(&mut self, export: &ExportAll) {
        self.import_specifier(&export.src, Role::Module);
    }

    fn visit_call_expr(&mut self, call: &CallExpr) {
        let Some((first, others)) = call.args.split_first() else { return call.visit_children_with(self) };
        self.bundled(call);
        if let Some(text) = patterns::swapped(call) {
            let at = self.lines.position(self.parsed.range(call.span).start);
            self.scan.mentions.push(Mention { text: text.into(), how: MentionHow::Swap, at });
        }
        match patterns::compared(call) {
            Some(Compared::Text(text)) => self.name_looked_for(text),
            Some(Compared::Expression(text)) => self.expression(text),
            None => {}
        }
        match &call.callee {
            Callee::Import(_) => self.lazy_module(&first.expr),
            Callee::Expr(callee) if is_ident(callee, "importScripts") => {
                for argument in &call.args {
                    self.url_argument(argument, Role::Script, Base::Own);
                }
                return;
            }
            Callee::Expr(callee) => match &**callee {
                Expr::Member(member) if is_member(member, "register") && ends_in(&member.obj, "serviceWorker") => {
                    self.url_argument(first, Role::ServiceWorker, Base::Page);
                }
                Expr::Member(member) if is_member(member, "addModule") && ends_in_worklet(&member.obj) => {
                    self.url_argument(first, Role::Worker, Base::Page);
                }
                Expr::Member(member) if is_member(member, "import") && ends_in(&member.obj, "System") => {
                    self.url_argument(first, Role::LazyModule, Base::Page);
                }
                Expr::Member(member) if is_member(member, "resolve") && is_import_meta(&member.obj) => {
                    self.lazy_module(&first.expr);
                }
                _ => return call.visit_children_with(self),
            },
            Callee::Super(_) => return call.visit_children_with(self),
        }
        if let Callee::Expr(callee) = &call.callee {
            callee.visit_with(self);
        }
        others.visit_with(self);
    }

    fn visit_new_expr(&mut self, new: &NewExpr) {
        let is_worker = is_ident(&new.callee, "Worker") || is_ident(&new.callee, "SharedWorker");
        if is_ident(&new.callee, "RegExp")
            && let Some([ExprOrSpread { expr, .. }, ..]) = new.args.as_deref()
            && let Expr::Lit(Lit::Str(text)) = &**expr
        {
            self.expression(text);
        }
        match new.args.as_deref() {
            Some([first, others @ ..]) if is_worker => {
                self.url_argument(first, Role::Worker, Base::Page);
                others.visit_with(self);
            }
            _ if self.own_url(new, Role::Resource) => {}
            _ => new.visit_children_with(self),
        }
    }

    fn visit_assign_expr(&mut self, assign: &AssignExpr) {
        if let Some(list) = bundlers::table_of_assignment(assign) {
            self.listed(list, Role::Preload, vite_base);
        }
        if !self.computed_chunks(assign) {
            assign.visit_children_with(self);
        }
    }

    fn visit_bin_expr(&mut self, binary: &BinExpr) {
        if let Some(list) = bundlers::table_of_or(binary) {
            self.listed(list, Role::Preload, vite_base);
        }
        if binary.op == BinaryOp::Add {
            for side in [&binary.left, &binary.right] {
                if let Expr::Lit(Lit::Str(text)) = &**side
                    && let Some((decoded, at)) = self.quoted(text.span)
                {
                    self.mention(decoded.text(), MentionHow::Prefix, at);
                }
            }
        }
        binary.visit_children_with(self);
    }

    fn visit_tpl(&mut self, template: &Tpl) {
        let how = if template.exprs.is_empty() { MentionHow::Whole } else { MentionHow::Prefix };
        for quasi in &template.quasis {
            let range = self.parsed.range(quasi.span);
            let Some(raw) = self.source.get(range.clone()) else { continue };
            if let Some(decoded) = decode_string(raw, range.start) {
                let at = self.lines.position(range.start);
                self.mention(decoded.text(), how, at);
                if how == MentionHow::Prefix {
                    self.mention(decoded.text(), MentionHow::Whole, at);
                }
            }
        }
        template.exprs.visit_with(self);
    }

    fn visit_tagged_tpl(&mut self, tagged: &TaggedTpl) {
        tagged.visit_children_with(self);
    }

    fn visit_array_lit(&mut self, list: &ArrayLit) {
        if self.listed.contains(&list.span) {
            return;
        }
        if !self.is_service_worker {
            return list.visit_children_with(self);
        }
        for entry in list.elems.iter().flatten() {
            self.precached(&entry.expr);
        }
    }

    fn visit_regex(&mut self, regex: &Regex) {
        if let Some(text) = patterns::of_literal(regex) {
            let at = self.lines.position(self.parsed.range(regex.span).start);
            self.pattern(text, at);
        }
    }

    fn visit_str(&mut self, text: &Str) {
        if let Some((decoded, at)) = self.quoted(text.span) {
            let how = if decoded.text().ends_with('/') { MentionHow::Prefix } else { MentionHow::Whole };
            self.mention(decoded.text(), how, at);
        }
    }
}

/// Whether a script installs itself as a service worker that fills a cache, by hand or through Workbox.
fn is_service_worker(source: &str) -> bool {
    let has = |text: &str| memchr::memmem::find(source.as_bytes(), text.as_bytes()).is_some();
    let by_hand = has("caches") && has("addEventListener") && (has("\"install\"") || has("'install'"));
    by_hand || has("precacheAndRoute(") || has("__precacheManifest") || has("__WB_MANIFEST")
}

/// The member `name` of an object, if it is a string.
fn text_property<'a>(object: &'a ObjectLit, name: &str) -> Option<&'a Str> {
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

fn is_ident(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Ident(ident) if &*ident.sym == name)
        || matches!(expression, Expr::Member(member) if is_member(member, name)
            && matches!(&*member.obj, Expr::Ident(object) if matches!(&*object.sym, "self" | "window" | "globalThis")))
}

fn is_member(member: &MemberExpr, name: &str) -> bool {
    matches!(&member.prop, MemberProp::Ident(property) if &*property.sym == name)
}

/// Whether the last step of `a.b.c` is `name`.
fn ends_in(expression: &Expr, name: &str) -> bool {
    match expression {
        Expr::Member(member) => is_member(member, name),
        Expr::Ident(ident) => &*ident.sym == name,
        _ => false,
    }
}

fn ends_in_worklet(expression: &Expr) -> bool {
    match expression {
        Expr::Member(member) => {
            matches!(&member.prop, MemberProp::Ident(property) if property.sym.ends_with("orklet"))
        }
        Expr::Ident(ident) => ident.sym.ends_with("orklet"),
        _ => false,
    }
}

fn is_import_meta(expression: &Expr) -> bool {
    matches!(expression, Expr::MetaProp(meta) if meta.kind == MetaPropKind::ImportMeta)
}

fn is_import_meta_url(expression: &Expr) -> bool {
    matches!(expression, Expr::Member(member) if is_member(member, "url") && is_import_meta(&member.obj))
}

#[cfg(test)]
mod tests;
