//! References in JavaScript: imports, workers, `new URL(.., import.meta.url)`, service workers and the tables of
//! bundlers; other strings are mentions.

mod bundlers;
mod lines;
mod lists;
mod literals;
mod patterns;
mod shapes;
mod words;

use std::collections::HashSet;

use swc_core::{
    common::Span as SwcSpan,
    ecma::{
        ast::{
            ArrayLit, AssignExpr, BinExpr, BinaryOp, CallExpr, Callee, ExportAll, Expr, ExprOrSpread, ImportDecl,
            ImportPhase, Lit, NamedExport, NewExpr, Regex, Str, SwitchCase, TaggedTpl, Tpl,
        },
        visit::{Visit, VisitWith},
    },
};

use self::{
    lines::LineCounter,
    lists::vite_base,
    literals::UrlText,
    patterns::Compared,
    shapes::{ends_in, ends_in_worklet, is_ident, is_import_meta, is_import_meta_url, is_member, is_service_worker},
    words::{has_extension, is_between_names, names_a_file, names_a_folder},
};
use super::{Scan, digests};
use crate::{
    asset::{Base, Decoded, Kind, Mention, MentionHow, Position, Reference, Role, Span},
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

impl Scanner<'_> {
    fn reference(&mut self, decoded: &Decoded, at: Position, role: Role, base: Base) {
        self.scan.references.push(Reference::new(decoded, role, base, at));
    }

    /// What the text says of the bytes of others.
    fn digests(&mut self, decoded: &Decoded, at: Position) {
        for range in digests::in_text(decoded.text()) {
            self.scan.references.push(Reference::digest(&decoded.text()[range.clone()], decoded.raw(range), at));
        }
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
        // Asked once: a text may be a whole program, with thousands of parts.
        let is_selector = patterns::is_selector(text);
        for part in text.split(is_between_names).filter(|part| names_a_file(part) && has_extension(part)) {
            if is_selector {
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

    fn swaps(&mut self, swaps: impl IntoIterator<Item = String>, at: Position) {
        let mention = |text: String| Mention { text: text.into(), how: MentionHow::Swap, at };
        self.scan.mentions.extend(swaps.into_iter().map(mention));
    }

    /// The text of a name that something is compared with, by the expression that `form` makes of it.
    fn name_looked_for(&mut self, text: &Str, form: impl Fn(&str) -> String) {
        if let Some((decoded, at)) = self.quoted(text.span)
            && names_a_file(decoded.text())
            && has_extension(decoded.text())
        {
            self.pattern(form(decoded.text()), at);
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
        let at = self.lines.position(self.parsed.range(call.span).start);
        self.swaps(patterns::swapped(call), at);
        match patterns::compared(call) {
            Some(Compared::Text(text)) => self.name_looked_for(text, regex::escape),
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

    fn visit_switch_case(&mut self, case: &SwitchCase) {
        if let Some(text) = case.test.as_deref().and_then(patterns::text) {
            self.name_looked_for(text, patterns::whole);
        }
        case.visit_children_with(self);
    }

    fn visit_bin_expr(&mut self, binary: &BinExpr) {
        for text in patterns::equal(binary) {
            self.name_looked_for(text, patterns::whole);
        }
        if let Some(list) = bundlers::table_of_or(binary) {
            self.listed(list, Role::Preload, vite_base);
        }
        if binary.op == BinaryOp::Add {
            for side in [&binary.left, &binary.right] {
                if let Expr::Lit(Lit::Str(text)) = &**side
                    && let Some((decoded, at)) = self.quoted(text.span)
                {
                    self.mention(decoded.text(), MentionHow::Prefix, at);
                    self.swaps(patterns::appended(decoded.text()), at);
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
                self.digests(&decoded, at);
                self.mention(decoded.text(), how, at);
                if how == MentionHow::Prefix {
                    self.mention(decoded.text(), MentionHow::Whole, at);
                    self.swaps(patterns::appended(decoded.text()), at);
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
        if !self.is_service_worker && !lists::is_digested(list) {
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
            self.digests(&decoded, at);
            let how = if decoded.text().ends_with('/') { MentionHow::Prefix } else { MentionHow::Whole };
            self.mention(decoded.text(), how, at);
        }
    }
}

#[cfg(test)]
mod tests;
