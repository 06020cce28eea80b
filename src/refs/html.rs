//! References in HTML.
//!
//! Bytes of a page in, every URL attribute with its role out, with what inline styles, scripts, import maps, JSON
//! blocks, `srcdoc` pages and conditional comments name. Anything else that looks like a file name is a mention.
//! Never resolves, never rewrites.

pub(crate) mod encoding;
pub(crate) mod entities;
pub(crate) mod events;
pub(crate) mod json;
mod places;
mod roles;
pub(crate) mod scripts;
mod srcset;
mod strings;
mod text;

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{
    asset::{Base, Claim, Decoded, Mention, MentionHow, Position, Reference, Role, Span},
    press::{Note, css::CssPlace, js::JsPlace},
    refs::{Scan, css, js},
};

use encoding::Encoding;
use entities::EntityPlace;
use events::{EventKind, Name, Namespace, Page, Tag};
use places::{Places, within};
use roles::UrlAttribute;

/// Larger pages are not scanned: their places would not fit a [`Span`].
const LARGEST: usize = 1 << 30;

/// Pages within pages (`srcdoc`, `noscript`, conditional comments) are followed this deep.
const DEEPEST: u8 = 2;

/// Finds every reference of a page.
///
/// # Errors
/// When the page cannot be cut into tags and text; the note says why.
pub fn scan(source: &[u8]) -> Result<Scan, Note> {
    if source.len() > LARGEST {
        return Err(Note::new("larger than 1 GiB"));
    }
    if let Some(order) = encoding::utf16(source) {
        let text = encoding::from_utf16(source, order);
        return guarded(text.as_bytes()).map(as_mentions);
    }
    guarded(source)
}

/// The scanners of other languages and their parsers may crash on what a page holds.
fn guarded(source: &[u8]) -> Result<Scan, Note> {
    catch_unwind(AssertUnwindSafe(|| scan_part(source, 0)))
        .unwrap_or_else(|_| Err(Note::new("a scanner crashed on it")))
}

/// In an encoding we do not write, what was proven is a mention: its target keeps its name.
fn as_mentions(mut scan: Scan) -> Scan {
    let whole = |reference: Reference| Mention { text: reference.url, how: MentionHow::Whole, at: reference.at };
    scan.mentions.extend(scan.references.drain(..).map(whole));
    scan.mentions.sort_by_key(|mention| mention.at);
    scan
}

/// As [`scan`], of a page that was read before.
///
/// # Errors
/// When a scanner of another language crashes on what the page holds.
pub(crate) fn scan_page(page: &Page<'_>) -> Result<Scan, Note> {
    catch_unwind(AssertUnwindSafe(|| scan_events(page, 0))).map_err(|_| Note::new("a scanner crashed on it"))
}

fn scan_part(source: &[u8], depth: u8) -> Result<Scan, Note> {
    Ok(scan_events(&events::read(source)?, depth))
}

fn scan_events(page: &Page<'_>, depth: u8) -> Scan {
    let encoding = encoding::declared(page);
    let places = Places::new(page.source);
    let mut scanner = Scanner { page, places, scan: Scan::default(), depth, encoding };
    for (index, event) in page.events.iter().enumerate() {
        match &event.kind {
            EventKind::Start(tag) => scanner.element(index, tag),
            EventKind::Comment => scanner.comment(event.span),
            EventKind::End(_) | EventKind::Text(_) | EventKind::Doctype | EventKind::Other => {}
        }
    }
    let mut scan = scanner.scan;
    scan.references.sort_by_key(|reference| (reference.name, reference.at));
    scan.mentions.sort_by_key(|mention| mention.at);
    scan
}

/// One attribute of the tag at hand.
struct Value<'a> {
    name: Name,
    /// `None` when it is not UTF-8.
    raw: Option<&'a str>,
    span: Span,
}

impl Value<'_> {
    fn decoded(&self) -> Decoded {
        entities::decode(self.raw.unwrap_or_default(), self.span.range().start, EntityPlace::Attribute)
    }

    fn text(&self) -> Cow<'_, str> {
        entities::decode_text(self.raw.unwrap_or_default(), EntityPlace::Attribute)
    }
}

struct Scanner<'a> {
    page: &'a Page<'a>,
    places: Places<'a>,
    scan: Scan,
    depth: u8,
    encoding: Encoding,
}

impl<'a> Scanner<'a> {
    fn element(&mut self, index: usize, tag: &Tag) {
        let values = self.values(tag);
        let name = self.page.name(tag.name);
        let name = name.as_str();
        for value in &values {
            if value.raw.is_none_or(|raw| !self.is_readable(raw)) {
                self.mention_unreadable(value);
            } else if tag.namespace == Namespace::Foreign {
                self.foreign_attribute(name, value, &values);
            } else {
                self.attribute(name, value, &values);
            }
        }
        match name {
            "style" => self.style_text(index),
            "script" => self.script_text(index, &values),
            "noscript" | "noframes" if tag.namespace == Namespace::Html => self.page_text(index),
            _ => {}
        }
    }

    /// The attributes of `tag` that have a value; of duplicates the first, as browsers do.
    fn values(&self, tag: &Tag) -> Vec<Value<'a>> {
        let mut values: Vec<Value<'a>> = Vec::new();
        for attribute in self.page.attributes(tag) {
            let name = self.page.name(attribute.name);
            let Some(span) = attribute.value.filter(|_| !values.iter().any(|value| value.name == name)) else {
                continue;
            };
            values.push(Value { name, raw: self.page.text(span), span });
        }
        values
    }

    /// Whether bytes that are UTF-8 mean that in this page.
    fn is_readable(&self, raw: &str) -> bool {
        raw.is_ascii() || matches!(self.encoding, Encoding::Utf8 | Encoding::Unsaid)
    }

    fn attribute(&mut self, tag: &str, value: &Value<'_>, all: &[Value<'_>]) {
        let name = value.name.as_str();
        match (tag, name) {
            ("link", "href") => self.url(value, roles::of_link(&text_of(all, "rel")), integrity(all)),
            ("link", "imagesrcset") => self.candidates(value, roles::of_link(&text_of(all, "rel"))),
            ("script", "src") => self.url(value, script_role(all), integrity(all)),
            ("iframe", "srcdoc") => self.srcdoc(value),
            ("meta", "content") => self.meta(value, all),
            _ => match roles::of_html(tag, name) {
                Some(UrlAttribute::One(role)) => {
                    if (tag, name) == ("base", "href") && self.scan.base.is_none() {
                        self.scan.base = Some(value.text().trim().into());
                    }
                    self.url(value, role, None);
                }
                Some(UrlAttribute::List(role)) => self.list(value, role),
                Some(UrlAttribute::Candidates(role)) => self.candidates(value, role),
                None => self.common_attribute(value),
            },
        }
    }

    fn foreign_attribute(&mut self, tag: &str, value: &Value<'_>, all: &[Value<'_>]) {
        match value.name.as_str() {
            "href" | "xlink:href" => self.url(value, roles::of_foreign(tag), integrity(all)),
            name if name.starts_with("on") || name == "style" => self.common_attribute(value),
            _ => {
                let decoded = value.decoded();
                for range in strings::css_urls(decoded.text()) {
                    self.reference(&text::part(&decoded, range), Role::Resource, None);
                }
            }
        }
    }

    /// Attributes that any element may have.
    fn common_attribute(&mut self, value: &Value<'_>) {
        let name = value.name.as_str();
        if name == "style" {
            let decoded = value.decoded();
            let inner = css::scan(decoded.text(), CssPlace::Attribute);
            self.adopt(inner, |span| decoded.raw(span.range()), value.span);
        } else if name.starts_with("on") {
            self.handler(&value.decoded(), value.span);
        } else if !names_no_file(name) {
            self.mention_value(name, &value.text(), value.span);
        }
    }

    fn handler(&mut self, decoded: &Decoded, span: Span) {
        match js::scan(decoded.text(), JsPlace::Handler) {
            Ok(inner) => self.adopt(inner, |span| decoded.raw(span.range()), span),
            Err(_) => self.mention_quoted(decoded.text(), span),
        }
    }

    fn url(&mut self, value: &Value<'_>, role: Role, integrity: Option<Span>) {
        let decoded = text::without_line_breaks(&value.decoded());
        let trimmed = decoded.text().trim();
        if trimmed.get(..11).is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript:")) {
            let start = decoded.text().len() - decoded.text().trim_start().len() + 11;
            self.handler(&text::part(&decoded, start..decoded.text().len()), value.span);
        } else {
            self.reference(&decoded, role, integrity);
        }
    }

    fn list(&mut self, value: &Value<'_>, role: Role) {
        let decoded = value.decoded();
        for range in text::words(decoded.text()) {
            self.reference(&text::part(&decoded, range), role, None);
        }
    }

    fn candidates(&mut self, value: &Value<'_>, role: Role) {
        let decoded = value.decoded();
        for range in srcset::candidates(decoded.text()) {
            self.reference(&text::part(&decoded, range), role, None);
        }
    }

    fn reference(&mut self, decoded: &Decoded, role: Role, integrity: Option<Span>) {
        let url = decoded.text().trim();
        if url.is_empty() || url.starts_with('#') || url.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("data:")) {
            return;
        }
        let at = self.places.at(decoded.raw(0..0).range().start);
        self.scan
            .references
            .push(Reference { claim: integrity.map(Claim::integrity), ..Reference::new(decoded, role, Base::Own, at) });
    }

    fn meta(&mut self, value: &Value<'_>, all: &[Value<'_>]) {
        match text_of(all, "http-equiv").trim().to_ascii_lowercase().as_str() {
            "refresh" => {
                let decoded = value.decoded();
                if let Some(range) = text::refresh_target(decoded.text()) {
                    self.reference(&text::part(&decoded, range), Role::Navigation, None);
                }
                return;
            }
            "content-security-policy" | "content-type" | "x-ua-compatible" => return,
            _ => {}
        }
        let role = ["property", "name", "itemprop"].iter().find_map(|key| roles::of_meta(text_of(all, key).trim()));
        let content = value.text();
        match role.filter(|_| !content.trim().contains(char::is_whitespace)) {
            Some(role) => self.url(value, role, None),
            None => self.mention_value("content", &content, value.span),
        }
    }

    fn srcdoc(&mut self, value: &Value<'_>) {
        let decoded = value.decoded();
        match self.inner_page(decoded.text().as_bytes()) {
            Some(inner) => self.adopt(inner, |span| decoded.raw(span.range()), value.span),
            None => self.mention_quoted(decoded.text(), value.span),
        }
    }

    fn inner_page(&self, source: &[u8]) -> Option<Scan> {
        if self.depth >= DEEPEST { None } else { scan_part(source, self.depth + 1).ok() }
    }

    /// The text of the element whose start tag is event `index`, when it is readable.
    fn text_after(&self, index: usize) -> Option<(Decoded, Span)> {
        let (kind, span) = self.page.events[index + 1..].iter().take(2).find_map(|event| match event.kind {
            EventKind::Text(kind) => Some((kind, event.span)),
            _ => None,
        })?;
        let raw = std::str::from_utf8(self.page.bytes(span)).ok()?;
        let decoded = match kind {
            events::TextKind::Raw => Decoded::plain(raw, span.range().start),
            events::TextKind::Data | events::TextKind::RcData => {
                entities::decode(raw, span.range().start, EntityPlace::Text)
            }
        };
        Some((decoded, span))
    }

    fn style_text(&mut self, index: usize) {
        if let Some((decoded, span)) = self.text_after(index) {
            let inner = css::scan(decoded.text(), CssPlace::Element);
            self.adopt(inner, |span| decoded.raw(span.range()), span);
        }
    }

    fn page_text(&mut self, index: usize) {
        let Some((decoded, span)) = self.text_after(index) else { return };
        if let Some(inner) = self.inner_page(decoded.text().as_bytes()) {
            self.adopt(inner, |span| decoded.raw(span.range()), span);
        }
    }

    fn script_text(&mut self, index: usize, all: &[Value<'_>]) {
        let Some((decoded, span)) = self.text_after(index) else { return };
        let place = match script_kind(all) {
            scripts::ScriptKind::Classic => JsPlace::Script,
            scripts::ScriptKind::Module => JsPlace::Module,
            scripts::ScriptKind::ImportMap => return self.import_map(&decoded),
            scripts::ScriptKind::OutsideJson => return self.outside_json(&decoded),
            scripts::ScriptKind::Json | scripts::ScriptKind::Data => return self.mention_quoted(decoded.text(), span),
        };
        match js::scan(decoded.text(), place) {
            Ok(inner) => self.adopt(inner, |span| decoded.raw(span.range()), span),
            Err(_) => self.mention_quoted(decoded.text(), span),
        }
    }

    fn import_map(&mut self, text: &Decoded) {
        let mut key_of_integrity: Option<usize> = None;
        for string in json::strings(text.text()) {
            let decoded = text::json_part(text, &string);
            let path: Vec<&str> = string.path.iter().map(|key| &**key).collect();
            let is_mapping = matches!(path[..], ["imports", ..] | ["scopes", _, ..]);
            let is_url = decoded.text().starts_with(['/', '.']) || decoded.text().contains("://");
            match (string.is_key, &path[..]) {
                // `"/js/": "/other/"` maps whole folders: what lies in them keeps its name.
                (_, ["imports" | "scopes", ..]) if is_url && decoded.text().ends_with('/') => {
                    if !string.is_key {
                        self.map_specifier(path.last().copied(), decoded.text());
                    }
                    self.mention(decoded.text(), MentionHow::Prefix, decoded.raw(0..0));
                }
                (false, _) if is_mapping => {
                    self.map_specifier(path.last().copied(), decoded.text());
                    self.reference(&decoded, Role::LazyModule, None);
                }
                (true, ["imports" | "scopes"] | ["scopes", _]) if is_url => {
                    self.reference(&decoded, Role::LazyModule, None);
                }
                (true, ["integrity"]) => {
                    key_of_integrity = Some(self.scan.references.len());
                    self.reference(&decoded, Role::LazyModule, None);
                }
                (false, ["integrity", _]) => {
                    let key = key_of_integrity.take().and_then(|index| self.scan.references.get_mut(index));
                    if let Some(reference) = key {
                        reference.claim = Some(Claim::integrity(decoded.raw(0..decoded.text().len())));
                    }
                }
                _ => {}
            }
        }
    }

    fn map_specifier(&mut self, specifier: Option<&str>, url: &str) {
        if let Some(specifier) = specifier {
            self.scan.import_map.push((specifier.into(), url.into()));
        }
    }

    fn outside_json(&mut self, text: &Decoded) {
        for string in json::strings(text.text()).iter().filter(|string| !string.is_key) {
            let decoded = text::json_part(text, string);
            let url = decoded.text();
            if !strings::could_name_a_file(url) || url.starts_with("https://schema.org") {
                continue;
            }
            if url.starts_with(['/', '.']) || url.contains("://") {
                self.reference(&decoded, Role::Outside, None);
            } else {
                self.mention(url, MentionHow::Whole, decoded.raw(0..0));
            }
        }
    }

    /// Old versions of one browser read what stands in `<!--[if IE]> .. <![endif]-->`.
    fn comment(&mut self, span: Span) {
        let Ok(comment) = std::str::from_utf8(self.page.bytes(span)) else { return };
        if !comment.starts_with("<!--[if") {
            return;
        }
        let (Some(open), Some(end)) = (comment.find("]>"), comment.rfind("<![endif]")) else { return };
        let Some(inside) = comment.get(open + 2..end) else { return };
        let start = span.range().start + open + 2;
        if let Some(inner) = self.inner_page(inside.as_bytes()) {
            self.adopt(inner, |span| span.shifted(start), Span::new(start..start));
        }
    }

    /// Takes over what was found in a text that stands at `place`, through the mapping of its bytes to the page's.
    fn adopt(&mut self, inner: Scan, raw: impl Fn(Span) -> Span, place: Span) {
        let origin = self.places.at(place.range().start);
        self.scan.references.extend(inner.references.into_iter().map(|reference| Reference {
            name: raw(reference.name),
            start: raw(Span { start: reference.start, end: reference.start }).start,
            claim: reference.claim.map(|claim| Claim { span: raw(claim.span), ..claim }),
            at: within(origin, reference.at),
            ..reference
        }));
        let mentions = inner.mentions.into_iter().map(|mention| Mention { at: within(origin, mention.at), ..mention });
        self.scan.mentions.extend(mentions);
    }

    fn mention(&mut self, text: &str, how: MentionHow, span: Span) {
        let at = self.places.at(span.range().start);
        self.push_mention(text, how, at);
    }

    fn push_mention(&mut self, text: &str, how: MentionHow, at: Position) {
        self.scan.mentions.push(Mention { text: text.into(), how, at });
    }

    fn mention_unreadable(&mut self, value: &Value<'_>) {
        let text = String::from_utf8_lossy(self.page.bytes(value.span)).into_owned();
        if strings::could_name_a_file(text.trim()) {
            self.mention(text.trim(), MentionHow::Whole, value.span);
        }
    }

    fn mention_quoted(&mut self, text: &str, span: Span) {
        let at = self.places.at(span.range().start);
        for piece in strings::quoted(text) {
            self.push_mention(&piece.replace("\\/", "/"), MentionHow::Whole, at);
        }
    }

    fn mention_value(&mut self, name: &str, text: &str, span: Span) {
        let text = text.trim();
        if name.ends_with("srcset") {
            for range in srcset::candidates(text) {
                self.mention(&text[range], MentionHow::Whole, span);
            }
        } else if text.contains("url(") {
            for range in strings::css_urls(text) {
                self.mention(&text[range], MentionHow::Whole, span);
            }
        } else if text.contains(['"', '\'', '`']) {
            self.mention_quoted(text, span);
        } else if strings::could_name_a_file(text) {
            self.mention(text, MentionHow::Whole, span);
        }
    }
}

fn text_of(all: &[Value<'_>], name: &str) -> String {
    all.iter().find(|value| value.name.as_str() == name).map(|value| value.text().into_owned()).unwrap_or_default()
}

fn integrity(all: &[Value<'_>]) -> Option<Span> {
    all.iter()
        .find(|value| value.name.as_str() == "integrity" && !value.span.range().is_empty())
        .map(|value| value.span)
}

fn script_kind(all: &[Value<'_>]) -> scripts::ScriptKind {
    let text = |name: &str| all.iter().find(|value| value.name.as_str() == name).map(Value::text);
    scripts::kind_of(text("type").as_deref(), text("language").as_deref())
}

fn script_role(all: &[Value<'_>]) -> Role {
    match script_kind(all) {
        scripts::ScriptKind::Module => Role::Module,
        scripts::ScriptKind::Classic => Role::Script,
        _ => Role::Resource,
    }
}

/// Attributes whose values look like file names and never are.
fn names_no_file(name: &str) -> bool {
    name.starts_with("aria-")
        || name.starts_with("xmlns")
        || matches!(
            name,
            "accept"
                | "alt"
                | "class"
                | "content-type"
                | "crossorigin"
                | "d"
                | "enctype"
                | "for"
                | "height"
                | "id"
                | "integrity"
                | "lang"
                | "media"
                | "nonce"
                | "pattern"
                | "points"
                | "rel"
                | "sizes"
                | "transform"
                | "type"
                | "viewbox"
                | "width"
        )
}

#[cfg(test)]
mod tests;
