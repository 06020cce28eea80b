//! Seal: a page with final names in it, and all that it loads, in; the page with integrity values and a
//! Content-Security-Policy made of those final bytes out.
//!
//! ```text
//! page > names in the import map > integrity in tags > in the import map > crossorigin > policy of what is there now > proof
//! ```
//!
//! A page is sealed after everything it loads is final, and nothing changes it afterwards. Each step finds its places
//! with the scanner of pages ([`events`]); html5ever, which shares no code with it, must then see the same page but for
//! what was added, and a browser's view of every inline script and style must be in the policy. What fails is published
//! without a seal, and a finding says why. Never reads or writes a disk.

mod cross_origin;
mod edits;
mod import_map;
mod integrity;
mod names;
mod policy;
mod proof;
mod sources;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};

pub use names::{Lead, can_take as can_take_names};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha384};

use crate::{
    asset::{
        AssetPath, Kind, Position, Role, Span,
        url::{self, Target},
    },
    body::Body,
    config::{ContentPolicy, Integrity, Security},
    finding::{Code, Finding, Severity},
    plan::media_type::is_xhtml,
    refs::html::{
        encoding::{self, Encoding},
        entities::{EntityPlace, decode_text},
        events::{self, EventKind, Namespace, Page, Tag},
    },
};

/// An attribute of the elements we add, by which a later run knows them.
const MARK: &str = "data-edgepress";

/// The value of that attribute on an import map that modules need to find each other: a later run leaves it there.
const NAMES: &str = "names";

/// Something that a page loads, with its published name and bytes.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub body: Body,
    /// Its integrity, once some page asked for it.
    pub integrity: Arc<OnceLock<String>>,
    /// Whether a script imports it.
    pub is_imported: bool,
    /// Whether the page itself names it as a module.
    pub is_module_of_page: bool,
    /// The queries that imports put behind its URL, each with its `?`; empty for none.
    pub queries: BTreeSet<Box<str>>,
    /// Whether it is asked for on the delivery network.
    pub is_on_network: bool,
}

impl Loaded {
    /// `sha384-...`.
    fn integrity(&self) -> io::Result<&str> {
        if self.integrity.get().is_none() {
            let hash = Sha384::digest(self.body.read()?);
            // Somebody else may have been quicker, with the same value.
            let _ = self.integrity.set(format!("sha384-{}", BASE64_STANDARD.encode(hash)));
        }
        Ok(self.integrity.get().map_or("", String::as_str))
    }
}

/// All that is known of a page besides its bytes.
#[derive(Clone, Debug)]
pub struct Context {
    /// The page as it came in, for findings.
    pub logical: AssetPath,
    /// The page as it is published.
    pub path: AssetPath,
    /// The URL path the site is served under.
    pub base: String,
    /// The address of the delivery network that part of the site is asked for at, with a `/` at its end.
    pub network: Option<String>,
    /// What its import map must lead to.
    pub leads: Vec<Lead>,
    /// What is to be done.
    pub security: Security,
    /// What the page loads, by published path.
    pub loaded: BTreeMap<AssetPath, Loaded>,
    /// URLs of other origins that it loads from.
    pub elsewhere: BTreeSet<(Role, Box<str>)>,
    /// Whether something it runs names WebAssembly.
    pub has_wasm: bool,
}

/// A sealed page.
#[derive(Debug, Default)]
pub struct Sealed {
    /// Its bytes, when they changed.
    pub bytes: Option<Vec<u8>>,
    /// Its policy, when that goes into a header.
    pub policy: Option<String>,
    /// What the seal does not cover.
    pub findings: Vec<Finding>,
}

/// Seals `source`.
#[must_use]
pub fn seal(source: &[u8], context: &Context) -> Sealed {
    if is_xhtml(&context.path) {
        let findings = vec![context.finding("not sealed: it is XHTML, which needs tags of another form".to_owned())];
        return Sealed { findings, ..Sealed::default() };
    }
    let (named, finding) = match guarded(|| named(source, context)) {
        Ok(named) => (named, None),
        Err(why) => (None, Some(context.finding(format!("without its import map: {why}")).severity(Severity::Error))),
    };
    let attempt = guarded(|| Seal::new(context).attempt(named.as_deref().unwrap_or(source)));
    let mut sealed = attempt.unwrap_or_else(|why| Sealed {
        findings: vec![context.finding(format!("not sealed: {why}"))],
        ..Sealed::default()
    });
    sealed.bytes = sealed.bytes.or(named);
    sealed.findings.extend(finding);
    sealed
}

fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("a parser crashed on it".to_owned()))
}

/// `source` with the import map that its modules need, if they need one.
fn named(source: &[u8], context: &Context) -> Result<Option<Vec<u8>>, String> {
    if context.leads.is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(source).map_err(|_| "its text is not UTF-8")?;
    let named = names::with_leads(&read(text)?, text, context)?;
    proof::same_page(text, &named)?;
    Ok((named != text).then(|| named.into_bytes()))
}

impl Context {
    fn finding(&self, message: impl Into<String>) -> Finding {
        Finding::new(Code::Security, self.logical.as_str(), message)
    }

    /// What `href` of a page with this `<base href>` leads to, when the page loads it.
    fn find(&self, href: &str, base_href: Option<&str>) -> Option<(&AssetPath, &Loaded)> {
        let there = self.network.as_deref().and_then(|network| url::below(href, network));
        let target = match there {
            Some(inside) => url::resolve(&format!("/{inside}"), "", "/"),
            None => url::resolve(href, &self.folder(base_href)?, &self.base),
        };
        let Target::Site(path) = target else { return None };
        self.loaded.get_key_value(&AssetPath::new(path).ok()?)
    }

    /// The folder that relative URLs start from; `None` when `<base href>` leads to another site.
    fn folder(&self, base_href: Option<&str>) -> Option<String> {
        let own = self.path.folder();
        let Some(href) = base_href else { return Some(own.to_owned()) };
        match url::resolve(href, own, &self.base) {
            Target::Site(path) => Some(path[..path.rfind('/').map_or(0, |slash| slash + 1)].to_owned()),
            Target::Itself => Some(own.to_owned()),
            Target::Elsewhere | Target::Outside => None,
        }
    }
}

struct Seal<'a> {
    context: &'a Context,
    findings: Vec<Finding>,
}

impl<'a> Seal<'a> {
    fn new(context: &'a Context) -> Self {
        Self { context, findings: Vec::new() }
    }

    fn attempt(mut self, source: &[u8]) -> Result<Sealed, String> {
        let source = std::str::from_utf8(source).map_err(|_| "its text is not UTF-8")?;
        check_encoding(&read(source)?)?;
        let mut text = source.to_owned();
        if self.context.security.integrity == Integrity::Add {
            text = self.with_integrity(&text)?;
        }
        if let Some(network) = &self.context.network {
            let edits = cross_origin::attributes(&read(&text)?, network);
            text = edits::apply(&text, edits);
        }
        let policy = self.policy(&text)?;
        if let Some(policy) = policy.as_deref().filter(|_| self.context.security.policy == ContentPolicy::Meta) {
            text = policy::with_meta(&read(&text)?, policy);
        }
        proof::same_page(source, &text)?;
        if let Some(policy) = &policy {
            proof::covers(policy, &read(&text)?)?;
        }
        Ok(Sealed {
            bytes: (text != source).then(|| text.into_bytes()),
            policy: policy.filter(|_| self.context.security.policy == ContentPolicy::Header),
            findings: self.findings,
        })
    }

    fn with_integrity(&mut self, text: &str) -> Result<String, String> {
        let page = read(text)?;
        let tags = integrity::of_tags(&page, self.context)?;
        let tagged = edits::apply(text, tags.edits);
        import_map::with_integrity(&read(&tagged)?, self.context, &tags.covered)
    }

    fn policy(&mut self, text: &str) -> Result<Option<String>, String> {
        if self.context.security.policy == ContentPolicy::Off {
            return Ok(None);
        }
        let page = read(text)?;
        if let Some(at) = policy::existing(&page) {
            let finding = self.context.finding("has a Content-Security-Policy of its own, which stays as it is").at(at);
            self.findings.push(finding.hint("take it out to get one made of the final bytes"));
            return Ok(None);
        }
        if self.context.security.policy == ContentPolicy::Meta && policy::is_piece(&page, &self.context.logical) {
            let message = "got no Content-Security-Policy: nothing in it says that it is a page of its own and not a piece that is put into others";
            let finding = self.context.finding(message).severity(Severity::Info);
            self.findings.push(finding.hint("if it is a page, give it a doctype or a title"));
            return Ok(None);
        }
        let needs = policy::Needs::of(text, self.context)?;
        self.findings.extend(policy::not_covered(&page, &needs, self.context));
        Ok(Some(needs.policy()))
    }
}

fn read(text: &str) -> Result<Page<'_>, String> {
    events::read(text.as_bytes()).map_err(|note| note.text)
}

/// A policy's hashes are of the text as UTF-8, so a page must be read as that.
fn check_encoding(page: &Page<'_>) -> Result<(), String> {
    match encoding::declared(page) {
        Encoding::Utf8 | Encoding::Unsaid => Ok(()),
        Encoding::AsciiCompatible | Encoding::Other if page.source.is_ascii() => Ok(()),
        Encoding::AsciiCompatible | Encoding::Other => Err("it is not declared as UTF-8".to_owned()),
    }
}

/// The page `source` without the elements that an earlier run added, if there are any: they speak of other bytes, and
/// this run makes its own.
#[must_use]
pub fn unsealed(source: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find(source, MARK.as_bytes())?;
    let text = std::str::from_utf8(source).ok()?;
    let bare = without_ours(&read(text).ok()?);
    (bare != text).then(|| bare.into_bytes())
}

fn without_ours(page: &Page<'_>) -> String {
    let mut removed = Vec::new();
    let mut events = page.events.iter().peekable();
    while let Some(event) = events.next() {
        let EventKind::Start(tag) = &event.kind else { continue };
        let name = page.name(tag.name);
        let mark = attribute(page, tag, MARK);
        if !matches!(name.as_str(), "meta" | "script") || mark.is_none_or(|mark| mark == NAMES) {
            continue;
        }
        let mut end = event.span.range().end;
        if name.as_str() == "script" {
            while let Some(inside) = events.next_if(|event| matches!(event.kind, EventKind::Text(_))) {
                end = inside.span.range().end;
            }
            if let Some(close) = events.next_if(|event| matches!(event.kind, EventKind::End(_))) {
                end = close.span.range().end;
            }
        }
        removed.push((event.span.range().start..end, String::new()));
    }
    edits::apply(&String::from_utf8_lossy(page.source), removed)
}

/// The value of the first attribute `name` of `tag`, character references undone; empty when it has no value.
fn attribute(page: &Page<'_>, tag: &Tag, name: &str) -> Option<String> {
    let found = page.attributes(tag).iter().find(|attribute| page.name(attribute.name).as_str() == name)?;
    let raw = found.value.map_or("", |span| text(page, span));
    Some(decode_text(raw, EntityPlace::Attribute).into_owned())
}

fn text<'p>(page: &Page<'p>, span: Span) -> &'p str {
    page.source.get(span.range()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The first `<base href>`.
fn base_href(page: &Page<'_>) -> Option<String> {
    elements(page)
        .filter(|(_, tag)| page.name(tag.name).as_str() == "base")
        .find_map(|(_, t)| attribute(page, t, "href"))
}

/// The start tags of HTML elements, each with the index of its event.
fn elements<'p>(page: &'p Page<'_>) -> impl Iterator<Item = (usize, &'p Tag)> {
    page.events.iter().enumerate().filter_map(|(index, event)| match &event.kind {
        EventKind::Start(tag) if tag.namespace == Namespace::Html => Some((index, tag)),
        _ => None,
    })
}

fn position(page: &Page<'_>, offset: usize) -> Position {
    Position::of(page.source, offset)
}

#[cfg(test)]
mod tests;
