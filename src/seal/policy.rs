//! The Content-Security-Policy of a page: what its final bytes need, and nothing that cannot be derived from them.
//!
//! ```text
//! script-src 'self' HASHES ORIGINS; style-src 'self' HASHES ORIGINS; object-src 'none'; base-uri 'self'
//! ```
//!
//! Hashes are of the texts that a browser sees, so html5ever reads them: line breaks are normal, templates count, and
//! pages in `srcdoc` do too, because they inherit the policy. Scripts of a type that browsers run are governed by
//! `script-src`, as are import maps and speculation rules (CSP 3, HTML standard). Data blocks are not, but JSON-LD gets
//! its hash all the same: checkers ask for it, and it allows nothing. Directives that no page can prove (`img-src`,
//! `connect-src`, `frame-src`) are left out.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use html5ever::{Attribute, ns};
use sha2::{Digest as _, Sha256};

use super::{Context, MARK, attribute, edits, elements, position, sources, text};
use crate::{
    asset::{AssetPath, Position, Role, Span},
    finding::{Finding, Severity},
    press::html::oracle::tree::{self, Data, Element, Id, NONE, Scripting, Tree},
    refs::html::{
        entities::{EntityPlace, decode_text},
        events::{EventKind, Page, Tag, TextKind},
        scripts::{self, ScriptKind},
    },
    text::count,
};

/// Pages in `srcdoc` are followed this deep.
const DEEPEST: u8 = 2;

/// What a page needs to be allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    scripts: BTreeSet<String>,
    styles: BTreeSet<String>,
    script_origins: BTreeSet<String>,
    style_origins: BTreeSet<String>,
    /// Sources of plug-ins, when it has any.
    objects: BTreeSet<String>,
    /// Sources of `<base href>`, when it leads elsewhere.
    bases: BTreeSet<String>,
    pub(super) has_style_attributes: bool,
    has_wasm: bool,
}

impl Needs {
    /// What the page `source` needs.
    pub(super) fn of(source: &str, context: &Context) -> Result<Self, String> {
        let mut needs = Self { has_wasm: context.has_wasm, ..Self::default() };
        for (role, url) in &context.elsewhere {
            let origins = match role {
                Role::Script | Role::Module | Role::LazyModule => &mut needs.script_origins,
                Role::Stylesheet => &mut needs.style_origins,
                _ => continue,
            };
            origins.extend(sources::origin(url));
        }
        needs.page(source, 0)?;
        let bases = needs.bases.clone();
        needs.script_origins.extend(bases.iter().cloned());
        needs.style_origins.extend(bases);
        Ok(needs)
    }

    fn page(&mut self, source: &str, depth: u8) -> Result<(), String> {
        let source = source.trim_start_matches('\u{feff}');
        self.tree(&parsed(source, Scripting::On)?, depth)?;
        // Styles inside `noscript` count where scripts are turned off; no hash of theirs allows more.
        if source.to_ascii_lowercase().contains("<noscript") {
            self.tree(&parsed(source, Scripting::Off)?, depth)?;
        }
        Ok(())
    }

    fn tree(&mut self, tree: &Tree, depth: u8) -> Result<(), String> {
        for (id, element) in elements_of(tree) {
            self.element(tree, id, element, depth)?;
        }
        Ok(())
    }

    fn element(&mut self, tree: &Tree, id: Id, element: &Element, depth: u8) -> Result<(), String> {
        let get = |name: &str| value(&element.attributes, name);
        self.has_style_attributes |= get("style").is_some_and(|style| !style.trim().is_empty());
        match &*element.name.local {
            "script" => {
                let source = if element.name.ns == ns!(svg) { get("href") } else { get("src") };
                if source.is_none() && needs_hash(scripts::kind_of(get("type"), get("language"))) {
                    self.scripts.extend(hash(&text_of(tree, id)));
                }
            }
            "style" => self.styles.extend(hash(&text_of(tree, id))),
            "link" => self.preload(&get),
            "object" => self.object(get("data")),
            "embed" => self.object(get("src")),
            "base" => self.bases.extend(get("href").and_then(sources::origin)),
            "iframe" => match get("srcdoc") {
                Some(inner) if depth < DEEPEST => self.page(inner, depth + 1)?,
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn preload<'t>(&mut self, get: &impl Fn(&str) -> Option<&'t str>) {
        let rel = get("rel").unwrap_or_default().to_ascii_lowercase();
        let rel: BTreeSet<&str> = rel.split_ascii_whitespace().collect();
        let origin = get("href").and_then(sources::origin);
        match get("as").unwrap_or_default().to_ascii_lowercase().as_str() {
            _ if rel.contains("modulepreload") => self.script_origins.extend(origin),
            "script" if rel.contains("preload") => self.script_origins.extend(origin),
            "style" if rel.contains("preload") => self.style_origins.extend(origin),
            _ => {}
        }
    }

    fn object(&mut self, url: Option<&str>) {
        let Some(url) = url else { return };
        self.objects.insert(sources::origin(url).unwrap_or_else(|| "'self'".to_owned()));
    }

    /// As the value of a header or of a `meta` element: no quotes but single ones, no line breaks.
    pub(super) fn policy(&self) -> String {
        let own = || std::iter::once("'self'".to_owned());
        let wasm = self.has_wasm.then(|| "'wasm-unsafe-eval'".to_owned());
        let scripts = own().chain(wasm).chain(self.scripts.iter().cloned()).chain(self.script_origins.iter().cloned());
        let styles = own().chain(self.styles.iter().cloned()).chain(self.style_origins.iter().cloned());
        let objects =
            if self.objects.is_empty() { vec!["'none'".to_owned()] } else { self.objects.iter().cloned().collect() };
        let mut directives = vec![directive("script-src", scripts), directive("style-src", styles)];
        if self.has_style_attributes {
            directives.push(directive("style-src-attr", ["'unsafe-inline'".to_owned()]));
        }
        directives.push(directive("object-src", objects));
        directives.push(directive("base-uri", own().chain(self.bases.iter().cloned())));
        directives.join("; ")
    }
}

fn directive(name: &str, sources: impl IntoIterator<Item = String>) -> String {
    std::iter::once(name.to_owned()).chain(sources).collect::<Vec<_>>().join(" ")
}

fn parsed(source: &str, scripting: Scripting) -> Result<Tree, String> {
    tree::parse(source, scripting).ok_or_else(|| "it makes far more nodes than it has bytes".to_owned())
}

/// Whether the inline text of a script of this kind gets its hash.
pub(super) fn needs_hash(kind: ScriptKind) -> bool {
    match kind {
        ScriptKind::Classic | ScriptKind::Module | ScriptKind::ImportMap | ScriptKind::OutsideJson => true,
        ScriptKind::Json | ScriptKind::Data => false,
    }
}

/// The source of an inline text; an empty one is not run and needs none.
pub(super) fn hash(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text))))
}

/// Every element of a tree in order of the document, contents of templates included.
pub(super) fn elements_of(tree: &Tree) -> Vec<(Id, &Element)> {
    let (mut found, mut open) = (Vec::new(), vec![0]);
    while let Some(id) = open.pop() {
        let node = tree.node(id);
        if node.next != NONE {
            open.push(node.next);
        }
        if let Data::Element(element) = &node.data {
            found.push((id, element));
            if element.contents != NONE {
                open.push(element.contents);
            }
        }
        if node.first != NONE {
            open.push(node.first);
        }
    }
    found
}

/// The text directly inside an element.
pub(super) fn text_of(tree: &Tree, id: Id) -> String {
    let mut text = String::new();
    let mut child = tree.node(id).first;
    while child != NONE {
        if let Data::Text(piece) = &tree.node(child).data {
            text.push_str(piece);
        }
        child = tree.node(child).next;
    }
    text
}

fn value<'t>(attributes: &'t [Attribute], name: &str) -> Option<&'t str> {
    attributes.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// Where `page` has a policy already.
pub(super) fn existing(page: &Page<'_>) -> Option<Position> {
    let (index, _) = elements(page).find(|(_, tag)| is_policy(page, tag))?;
    Some(position(page, page.events[index].span.range().start))
}

fn is_policy(page: &Page<'_>, tag: &Tag) -> bool {
    page.name(tag.name).as_str() == "meta"
        && attribute(page, tag, "http-equiv")
            .is_some_and(|name| name.trim().eq_ignore_ascii_case("content-security-policy"))
}

/// Whether `page` is only a piece of one, as scripts fetch them and put them into the page they run in: a `meta` element
/// would be one element too many there, and do nothing. Whole pages have a document type, or one of the elements that
/// only they can have, or the name that hosts look for.
pub(super) fn is_piece(page: &Page<'_>, path: &AssetPath) -> bool {
    let mut has_picture = false;
    let mut is_of_pages = |kind: &EventKind| match kind {
        EventKind::Doctype => true,
        EventKind::Start(tag) => match page.name(tag.name).as_str() {
            "svg" => {
                has_picture = true;
                false
            }
            // Pictures have titles, too, and the scanner takes them for those of pages.
            "title" => !has_picture,
            "html" | "head" | "body" | "frameset" | "base" | "meta" => true,
            _ => false,
        },
        _ => false,
    };
    !matches!(path.file_name(), "index.html" | "index.htm" | "404.html")
        && !page.events.iter().any(|event| is_of_pages(&event.kind))
}

/// `page` with `policy` at the beginning of its head.
pub(super) fn with_meta(page: &Page<'_>, policy: &str) -> String {
    let at = beginning(page);
    let meta = format!("<meta {MARK} http-equiv=content-security-policy content=\"{policy}\">");
    edits::apply(text(page, Span::new(0..page.source.len())), vec![(at..at, meta)])
}

/// Where the head begins; behind a declaration of the encoding when nothing but titles and other metadata comes before
/// that, as browsers look for it in the first 1024 bytes only.
fn beginning(page: &Page<'_>) -> usize {
    let mut first = None;
    for event in &page.events {
        let range = event.span.range();
        match &event.kind {
            EventKind::Start(tag) => match page.name(tag.name).as_str() {
                "html" if first.is_none() => {}
                "head" if first.is_none() => first = Some(range.end),
                "meta" if declares_encoding(page, tag) => return range.end,
                "meta" if attribute(page, tag, "http-equiv").is_none() => drop(first.get_or_insert(range.start)),
                "title" => drop(first.get_or_insert(range.start)),
                _ => return first.unwrap_or(range.start),
            },
            EventKind::End(name) if page.name(*name).as_str() != "title" => return first.unwrap_or(range.start),
            EventKind::Text(TextKind::Data) => {
                let written = text(page, event.span);
                let blank =
                    written.len() - written.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r', '\u{c}']).len();
                if blank < written.len() {
                    return first.unwrap_or(range.start + blank);
                }
            }
            _ => {}
        }
    }
    first.unwrap_or(page.source.len())
}

fn declares_encoding(page: &Page<'_>, tag: &Tag) -> bool {
    attribute(page, tag, "charset").is_some()
        || attribute(page, tag, "http-equiv").is_some_and(|name| name.trim().eq_ignore_ascii_case("content-type"))
}

/// What of `page` will not work under its policy, and what the policy had to allow.
pub(super) fn not_covered(page: &Page<'_>, needs: &Needs, context: &Context) -> Vec<Finding> {
    let (mut handlers, mut urls) = (Tally::default(), Tally::default());
    for event in &page.events {
        let EventKind::Start(tag) = &event.kind else { continue };
        for attribute in page.attributes(tag) {
            let name = page.name(attribute.name);
            let raw = attribute.value.map_or("", |span| text(page, span));
            let at = attribute.name.range().start;
            if name.as_str().len() > 2 && name.as_str().starts_with("on") && !raw.trim().is_empty() {
                handlers.note(at, name.as_str());
            } else if matches!(name.as_str(), "href" | "src" | "action" | "formaction" | "xlink:href") && is_script(raw)
            {
                urls.note(at, name.as_str());
            }
        }
    }
    let told = |tally: Tally, [one, many]: [&str; 2], hint: &str| {
        let (at, first) = tally.first?;
        let what = count(tally.count as u64, one, many);
        let message = format!("{what} will not run under the Content-Security-Policy, the first in {first:?}");
        Some(context.finding(message).at(position(page, at)).hint(hint))
    };
    let handlers = told(
        handlers,
        ["event handler attribute", "event handler attributes"],
        "add the handler in a script, with addEventListener",
    );
    let urls = told(urls, ["javascript: URL", "javascript: URLs"], "use a button, and add its handler in a script");
    let styles = needs.has_style_attributes.then(|| {
        let message = "it has style attributes, so its Content-Security-Policy allows all of them";
        context.finding(message).severity(Severity::Info)
    });
    handlers.into_iter().chain(urls).chain(styles).collect()
}

#[derive(Default)]
struct Tally {
    count: usize,
    first: Option<(usize, String)>,
}

impl Tally {
    fn note(&mut self, at: usize, name: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| (at, name.to_owned()));
    }
}

/// Whether browsers take the URL for a script: they pass over blanks and control characters before and line breaks in
/// its scheme.
fn is_script(raw: &str) -> bool {
    let url = decode_text(raw, EntityPlace::Attribute);
    let scheme: String = url.chars().filter(|c| *c > ' ').take(11).collect();
    scheme.eq_ignore_ascii_case("javascript:")
}
