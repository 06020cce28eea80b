//! References in XML: bytes in, [`Scan`] out.
//!
//! In SVG the attributes that link, `url(..)` in style and presentation attributes, style sheets and scripts are read
//! by the scanners of their languages. In feeds, sitemaps and other XML whatever could name a file is a mention; only
//! `browserconfig.xml` proves its pictures. Never expands an entity, never resolves.

mod characters;

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use self::characters::Characters;
use super::{Scan, css, js, json::mention_of, positions::Positions};
use crate::{
    asset::{Base, Decoded, Kind, Mention, MentionHow, Reference, Role},
    press::{
        KeptBecause, Note,
        css::CssPlace,
        js::JsPlace,
        xml::{
            gate::parse,
            markup::{Attribute, Markup, Tag, Token, What, decode, pseudo_attribute, split_name},
        },
    },
};

/// Largest document that is read.
const MAX_BYTES: usize = 64_000_000;

/// Finds every reference of `source`, a document of `kind`.
///
/// # Errors
/// When `source` is not UTF-8 or not well formed; the note says why and where.
pub fn scan(source: &[u8], kind: Kind) -> Result<Scan, Note> {
    if source.is_empty() {
        return Ok(Scan::default());
    }
    let text = decode(source, MAX_BYTES).map_err(|why| note_of(&why))?;
    let markup = Markup::read(text).map_err(|why| note_of(&why))?;
    check_well_formed(&markup)?;
    let mut scanner = Scanner::new(text, kind, &markup);
    for token in &markup.tokens {
        scanner.see(&markup, token);
    }
    scanner.flush();
    scanner.scan.references.sort_by_key(|reference| reference.name);
    Ok(scanner.scan)
}

fn note_of(why: &KeptBecause) -> Note {
    why.note().cloned().unwrap_or_default()
}

/// Asks the second parser, unless the document declares entities, which must never be expanded.
fn check_well_formed(markup: &Markup<'_>) -> Result<(), Note> {
    if markup.check_prolog().is_err() {
        return Ok(());
    }
    catch_unwind(AssertUnwindSafe(|| parse(markup.source).map(drop)))
        .unwrap_or_else(|_| Err(Note::new("the XML parser crashed")))
}

/// What the characters at hand are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// CSS of a `<style>`.
    Style,
    /// JavaScript of a `<script>`.
    Script(JsPlace),
    /// Anything else.
    Text,
}

struct Scanner<'a> {
    source: &'a str,
    kind: Kind,
    is_browser_config: bool,
    inside: Inside,
    characters: Characters,
    positions: Positions<'a>,
    /// Mentions already made: feeds repeat themselves.
    seen: HashSet<Box<str>>,
    scan: Scan,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str, kind: Kind, markup: &Markup<'_>) -> Self {
        Self {
            source,
            kind,
            is_browser_config: markup.root().is_some_and(|root| root.name() == "browserconfig"),
            inside: Inside::Text,
            characters: Characters::default(),
            positions: Positions::new(source.as_bytes()),
            seen: HashSet::new(),
            scan: Scan::default(),
        }
    }

    fn see(&mut self, markup: &Markup<'a>, token: &Token) {
        let (text, start) = (markup.text(token), token.span.start);
        match token.what {
            What::Start | What::Empty => {
                self.flush();
                let tag = Tag::new(text, start);
                self.tag(&tag);
                self.inside = if token.what == What::Start { self.inside_of(&tag) } else { Inside::Text };
            }
            What::End => {
                self.flush();
                self.inside = Inside::Text;
            }
            What::Text | What::Entity => self.characters.push(text, start),
            What::CData => {
                let inner = text.strip_prefix("<![CDATA[").and_then(|inner| inner.strip_suffix("]]>"));
                self.characters.push_verbatim(inner.unwrap_or_default(), start + "<![CDATA[".len());
            }
            What::Instruction if text.starts_with("<?xml-stylesheet") => {
                if let Some((value, at)) = pseudo_attribute(text, "href") {
                    self.refer(&Characters::of(value, start + at), start + at, Role::Stylesheet);
                }
            }
            _ => {}
        }
    }

    fn inside_of(&self, tag: &Tag<'_>) -> Inside {
        match tag.local_name() {
            _ if self.kind != Kind::Svg => Inside::Text,
            "style" => Inside::Style,
            "script" => match tag.attribute("type") {
                Some("module") => Inside::Script(JsPlace::Module),
                None
                | Some(
                    "" | "text/javascript" | "application/javascript" | "text/ecmascript" | "application/ecmascript",
                ) => Inside::Script(JsPlace::Script),
                Some(_) => Inside::Text,
            },
            _ => Inside::Text,
        }
    }

    /// Reads the characters since the last tag.
    fn flush(&mut self) {
        let characters = std::mem::take(&mut self.characters);
        let decoded = characters.decoded();
        if decoded.text().trim().is_empty() {
            return;
        }
        match self.inside {
            Inside::Style => self.adopt(css::scan(decoded.text(), CssPlace::Element), &decoded, 0),
            Inside::Script(place) => self.script(&decoded, place),
            Inside::Text if self.kind != Kind::Svg => self.mention(&decoded),
            Inside::Text => {}
        }
    }

    fn script(&mut self, decoded: &Decoded, place: JsPlace) {
        match js::scan(decoded.text(), place) {
            Ok(scan) => self.adopt(scan, decoded, 0),
            Err(_) => self.mention(decoded),
        }
    }

    fn tag(&mut self, tag: &Tag<'a>) {
        for attribute in tag.attributes() {
            let is_namespace = attribute.name == "xmlns" || attribute.name.starts_with("xmlns:");
            if is_namespace || attribute.value.is_empty() {
                continue;
            }
            let decoded = Characters::of(attribute.value, attribute.start);
            if self.kind == Kind::Svg {
                self.svg_attribute(tag, &attribute, &decoded);
            } else {
                self.other_attribute(tag, &attribute, &decoded);
            }
        }
    }

    fn svg_attribute(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>, decoded: &Decoded) {
        let local = split_name(attribute.name).1;
        let element = tag.local_name();
        if let Some(role) = role(tag, element, local) {
            let is_script = decoded.text().trim_start().to_ascii_lowercase().starts_with("javascript:");
            return if is_script { self.mention(decoded) } else { self.refer(decoded, attribute.start, role) };
        }
        match local {
            "style" => self.adopt(css::scan(decoded.text(), CssPlace::Attribute), decoded, 0),
            "srcset" | "values" | "from" | "to" | "by" => {
                self.mention_parts(decoded, |c| c.is_whitespace() || c == ';' || c == ',');
            }
            _ if local.starts_with("on") => self.script(decoded, JsPlace::Handler),
            _ if local.starts_with("data-") || local == "content" => self.mention(decoded),
            _ if decoded.text().to_ascii_lowercase().contains("url(") => {
                // As the value of a declaration, so that the scanner of CSS reads it.
                const BEFORE: &str = "fill:";
                let css = format!("{BEFORE}{}", decoded.text());
                self.adopt(css::scan(&css, CssPlace::Attribute), decoded, BEFORE.len());
            }
            _ => {}
        }
    }

    fn other_attribute(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>, decoded: &Decoded) {
        if self.is_browser_config && attribute.name == "src" {
            let role = if tag.name().starts_with("polling-uri") { Role::Navigation } else { Role::Icon };
            self.refer(decoded, attribute.start, role);
        } else {
            self.mention(decoded);
        }
    }

    fn refer(&mut self, decoded: &Decoded, start: usize, role: Role) {
        let at = self.positions.of(start);
        self.scan.references.push(Reference::new(decoded, role, Base::Own, at));
    }

    /// Takes over what another scanner found in `decoded`, which it saw behind `lead` other bytes.
    fn adopt(&mut self, found: Scan, decoded: &Decoded, lead: usize) {
        for reference in found.references {
            let range = reference.name.range();
            let inner = range.start.saturating_sub(lead)..range.end.saturating_sub(lead);
            let fits = inner.end <= decoded.text().len();
            let name = decoded.raw(if fits { inner.clone() } else { 0..0 });
            let start = (reference.start as usize).saturating_sub(lead).min(inner.start);
            let start = decoded.raw(if fits { start..start } else { 0..0 }).start;
            let at = self.positions.of(name.range().start);
            if fits && !self.source[name.range()].contains('<') {
                self.scan.references.push(Reference { name, start, claim: None, at, ..reference });
            } else {
                // A name that is interrupted by markup cannot be replaced.
                self.scan.mentions.push(Mention { text: reference.url, how: MentionHow::Whole, at });
            }
        }
        let at = self.positions.of(decoded.raw(0..0).range().start);
        self.scan.mentions.extend(found.mentions.into_iter().map(|mention| Mention { at, ..mention }));
    }

    /// Mentions a text, or, when it is more than one word, what stands in quotes inside: escaped HTML of a feed.
    fn mention(&mut self, decoded: &Decoded) {
        let trimmed = decoded.text().trim();
        if mention_of(trimmed).is_some() {
            self.mention_text(trimmed, decoded);
        } else {
            self.mention_parts(decoded, |c| matches!(c, '"' | '\'' | '`' | '(' | ')' | '<' | '>'));
        }
    }

    fn mention_parts(&mut self, decoded: &Decoded, is_end: impl Fn(char) -> bool) {
        for part in decoded.text().split(is_end) {
            self.mention_text(part.trim(), decoded);
        }
    }

    fn mention_text(&mut self, text: &str, decoded: &Decoded) {
        let Some(how) = mention_of(text) else { return };
        if self.seen.insert(text.into()) {
            let at = self.positions.of(decoded.raw(0..0).range().start);
            self.scan.mentions.push(Mention { text: text.into(), how, at });
        }
    }
}

/// How the attribute `attribute` of `element` is used, if it links.
fn role(tag: &Tag<'_>, element: &str, attribute: &str) -> Option<Role> {
    Some(match (element, attribute) {
        ("a" | "area", "href") | ("iframe", "src") | ("form", "action") => Role::Navigation,
        ("script", "href" | "src") if tag.attribute("type") == Some("module") => Role::Module,
        ("script", "href" | "src") => Role::Script,
        ("link", "href") => match tag.attribute("rel") {
            Some("stylesheet") => Role::Stylesheet,
            Some("preload" | "prefetch" | "modulepreload") => Role::Preload,
            Some("icon") => Role::Icon,
            _ => Role::Navigation,
        },
        ("image" | "feImage", "href")
        | ("img" | "image" | "audio" | "video" | "source", "src")
        | ("video", "poster") => Role::Resource,
        ("track" | "embed", "src") | ("object", "data") | (_, "href") => Role::Embedded,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Scanner, scan};
    use crate::{
        asset::{Base, Decoded, Kind, MentionHow, Position, Reference, Role},
        press::xml::markup::Markup,
        refs::Scan,
    };

    fn references(source: &str, kind: Kind) -> Vec<(String, &str, Role)> {
        let scan = scan(source.as_bytes(), kind).unwrap();
        scan.references.into_iter().map(|r| (r.url.into(), &source[r.name.range()], r.role)).collect()
    }

    fn mentions(source: &str, kind: Kind) -> Vec<String> {
        scan(source.as_bytes(), kind).unwrap().mentions.into_iter().map(|mention| mention.text.into()).collect()
    }

    #[test]
    fn svg_links() {
        for (source, url, name, role) in [
            ("<svg><image xlink:href='a&amp;b/c.png'/></svg>", "a&b/c.png", "c.png", Role::Resource),
            ("<svg><use href=\"/i/s.svg#x\"/></svg>", "/i/s.svg#x", "s.svg", Role::Embedded),
            ("<svg><use href=\"#x\"/></svg>", "#x", "", Role::Embedded),
            ("<svg><a href='page.html'/></svg>", "page.html", "page.html", Role::Navigation),
            ("<svg><script href='a.js'/></svg>", "a.js", "a.js", Role::Script),
            ("<svg><script type='module' href='a.js'/></svg>", "a.js", "a.js", Role::Module),
            ("<svg><feImage href='f.png'/></svg>", "f.png", "f.png", Role::Resource),
            ("<svg><feImage href='f&#46;png'/></svg>", "f.png", "f&#46;png", Role::Resource),
            ("<?xml-stylesheet type='text/css' href='s/a.css'?><svg/>", "s/a.css", "a.css", Role::Stylesheet),
            (
                "<svg><foreignObject><img xmlns='x' src='é/p.png'/></foreignObject></svg>",
                "é/p.png",
                "p.png",
                Role::Resource,
            ),
        ] {
            let source = source.replace("<svg", "<svg xmlns:xlink='http://www.w3.org/1999/xlink'");
            assert_eq!(references(&source, Kind::Svg), [(url.to_owned(), name, role)], "{source}");
        }
    }

    #[test]
    fn found_css_is_mapped_back() {
        let source = "<svg><style>a{b:url(x&amp;y/n.png)}</style></svg>";
        let markup = Markup::read(source).unwrap();
        let decoded = super::Characters::of("a{b:url(x&amp;y/n.png)}", 12);
        let at = decoded.text().find("n.png").unwrap() + 5;
        // As the scanner of CSS would report it, had it seen five other bytes first.
        let inner = Decoded::plain("x&y/n.png", at - 4);
        let found = Reference::new(&inner, Role::Resource, Base::Own, Position::default());
        let mut scanner = Scanner::new(source, Kind::Svg, &markup);
        scanner.adopt(Scan { references: vec![found], ..Scan::default() }, &decoded, 5);
        let mapped = &scanner.scan.references[0];
        assert_eq!(&source[mapped.name.range()], "n.png");
        assert_eq!((mapped.at.line, mapped.at.column), (1, 29));
    }

    #[test]
    fn other_xml_mentions() {
        let feed = "<rss><channel><link>https://x.test/a.html</link><title>Some words.</title><item><description>&lt;img src=&quot;/i/p.png&quot;&gt; <![CDATA[<a href='q/'>]]></description><enclosure url='m.mp3'/></item></channel></rss>";
        assert_eq!(mentions(feed, Kind::Xml), ["https://x.test/a.html", "/i/p.png", "q/", "m.mp3"]);
        assert!(references(feed, Kind::Xml).is_empty());
        let how = scan(b"<a>q/</a>", Kind::Xml).unwrap().mentions[0].how;
        assert_eq!(how, MentionHow::Prefix);
    }

    #[test]
    fn browser_config_proves_its_pictures() {
        let source = "<browserconfig><msapplication><tile><square70x70logo src=\"/t/s.png\"/></tile></msapplication></browserconfig>";
        assert_eq!(references(source, Kind::Xml), [("/t/s.png".to_owned(), "s.png", Role::Icon)]);
    }

    #[test]
    fn faults_are_errors_with_a_place() {
        for source in [&b"<svg>\n<g></svg>"[..], b"<svg a='1' a='2'/>", b"\xff<svg/>", b"<svg>&nope;</svg>"] {
            let Err(note) = scan(source, Kind::Svg) else { panic!("{source:?}") };
            assert!(note.at.line > 0 && !note.text.contains('\n'), "{note:?}");
        }
        // Entities are not expanded, and what stands beside them is still found.
        let entities = "<!DOCTYPE svg [<!ENTITY e 'x'>]><svg a='&e;'><use href='s.svg#a'/></svg>";
        assert_eq!(references(entities, Kind::Svg).len(), 1);
        assert!(scan(b"", Kind::Xml).unwrap().references.is_empty());
    }
}
