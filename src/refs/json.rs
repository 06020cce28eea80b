//! References in JSON: text in, [`Scan`] out, read token by token without a tree.
//!
//! In a web manifest the members that the standard says are URLs are proven references. Anywhere else a string that
//! could name a file is a mention. A source map names nothing: its `sources` are labels. Never resolves.

use std::{borrow::Cow, collections::HashSet, ops::Range};

use super::{Scan, digests, positions::Positions};
use crate::{
    asset::{Base, Decoded, Kind, Mention, MentionHow, Reference, Role},
    press::{
        Note,
        json::tokens::{Token, Tokens, What},
    },
};

/// Longer strings are data, not names.
const MAX_NAME: usize = 2_048;

/// Finds every reference of `source`, a text of `kind`.
///
/// # Errors
/// When `source` is not JSON; the note says why and where.
pub fn scan(source: &str, kind: Kind) -> Result<Scan, Note> {
    let body = source.strip_prefix('\u{feff}').unwrap_or(source);
    if body.is_empty() {
        return Ok(Scan::default());
    }
    let scanner = Scanner {
        source,
        shift: source.len() - body.len(),
        kind,
        open: Vec::new(),
        positions: Positions::new(source.as_bytes()),
        seen: HashSet::new(),
        scan: Scan::default(),
    };
    scanner.run(body)
}

struct Scanner<'a> {
    source: &'a str,
    /// Where the body starts in `source`: behind a byte order mark.
    shift: usize,
    kind: Kind,
    /// The way to the current value: one step for each open bracket.
    open: Vec<Step<'a>>,
    positions: Positions<'a>,
    /// Mentions already made: data repeats itself.
    seen: HashSet<Box<str>>,
    scan: Scan,
}

/// A step into a value.
enum Step<'a> {
    /// An item of an array.
    Item,
    /// The member of an object whose key came last. Only manifests need the key itself.
    Member(Cow<'a, str>),
}

impl<'a> Scanner<'a> {
    fn run(mut self, body: &'a str) -> Result<Scan, Note> {
        for token in Tokens::new(body) {
            let Token { what, span } = token?;
            let inner = span.start + self.shift + 1..(span.end + self.shift).saturating_sub(1);
            match what {
                What::ObjectStart => self.open.push(Step::Member(Cow::Borrowed(""))),
                What::ArrayStart => self.open.push(Step::Item),
                What::ObjectEnd | What::ArrayEnd => {
                    self.open.pop();
                }
                What::Key => self.key(inner),
                What::String => self.string(inner),
                What::Scalar | What::Colon | What::Comma => {}
            }
        }
        Ok(self.scan)
    }

    fn key(&mut self, inner: Range<usize>) {
        if self.kind == Kind::WebManifest {
            let raw = &self.source[inner.clone()];
            let key = if raw.contains('\\') { decode(raw, 0).text().to_owned().into() } else { Cow::Borrowed(raw) };
            if let Some(step) = self.open.last_mut() {
                *step = Step::Member(key);
            }
        } else {
            self.mention(inner);
        }
    }

    fn string(&mut self, inner: Range<usize>) {
        match self.role() {
            Some(role) => {
                let at = self.positions.of(inner.start);
                let decoded = decode(&self.source[inner.clone()], inner.start);
                self.scan.references.push(Reference::new(&decoded, role, Base::Own, at));
            }
            None => {
                self.digests(inner.clone());
                self.mention(inner);
            }
        }
    }

    /// What the manifest member at hand names, by its way from the top.
    fn role(&self) -> Option<Role> {
        if self.kind != Kind::WebManifest {
            return None;
        }
        // No member that names something is deeper than `shortcuts[].icons[].src`.
        let way = (self.open.len() <= 5).then(|| {
            let steps = self.open.iter().map(|step| match step {
                Step::Item => "[]",
                Step::Member(key) => key,
            });
            steps.collect::<Vec<_>>()
        })?;
        match way[..] {
            ["icons" | "screenshots", "[]", "src"]
            | ["shortcuts" | "file_handlers" | "widgets", "[]", "icons", "[]", "src"]
            | ["widgets", "[]", "screenshots", "[]", "src"] => Some(Role::Icon),
            ["start_url" | "scope"]
            | ["shortcuts" | "protocol_handlers" | "scope_extensions", "[]", "url"]
            | ["share_target" | "share_target_v2", "action"]
            | ["file_handlers", "[]", "action"]
            | ["note_taking", "new_note_url"]
            | ["lock_screen", "start_url"]
            | ["tab_strip", "new_tab_button", "url"] => Some(Role::Navigation),
            ["serviceworker", "src"] => Some(Role::ServiceWorker),
            ["widgets", "[]", "data" | "ms_ac_template"] => Some(Role::Resource),
            _ => None,
        }
    }

    /// What the text says of the bytes of others.
    fn digests(&mut self, inner: Range<usize>) {
        let raw = &self.source[inner.clone()];
        if self.kind == Kind::SourceMap || !raw.contains("sha") {
            return;
        }
        let decoded = decode(raw, inner.start);
        for range in digests::in_text(decoded.text()) {
            let at = self.positions.of(inner.start);
            self.scan.references.push(Reference::digest(&decoded.text()[range.clone()], decoded.raw(range), at));
        }
    }

    fn mention(&mut self, inner: Range<usize>) {
        let raw = &self.source[inner.clone()];
        if self.kind == Kind::SourceMap || raw.len() > MAX_NAME || !raw.contains(['.', '/', '\\']) {
            return;
        }
        let decoded = if raw.contains('\\') { decode(raw, 0).text().to_owned().into() } else { Cow::Borrowed(raw) };
        let Some(how) = mention_of(&decoded) else { return };
        if self.seen.insert(decoded.as_ref().into()) {
            let at = self.positions.of(inner.start);
            self.scan.mentions.push(Mention { text: decoded.as_ref().into(), how, at });
        }
    }
}

/// How `text` may name a file: whole, as the start of names (a folder), or not at all.
pub(super) fn mention_of(text: &str) -> Option<MentionHow> {
    let text_is_name = text.len() <= MAX_NAME
        && text.contains(['.', '/'])
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'))
        && !text.starts_with("data:");
    let how = if text.ends_with('/') { MentionHow::Prefix } else { MentionHow::Whole };
    text_is_name.then_some(how)
}

/// The inside of a string that the tokenizer found valid, with its escapes undone; `raw` stands at byte `start`.
pub(super) fn decode(raw: &str, start: usize) -> Decoded {
    if !raw.contains('\\') {
        return Decoded::plain(raw, start);
    }
    let mut pieces: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('\\').unwrap_or(rest.len());
        let (text, length) = if plain > 0 { (rest[..plain].to_owned(), plain) } else { escape(rest) };
        pieces.push((text, start + at..start + at + length));
        at += length;
    }
    Decoded::from_pieces(pieces.iter().map(|(text, range)| (text.as_str(), range.clone())))
}

/// The character of the escape at the start of `rest`, and its length. A lone surrogate is no character.
fn escape(rest: &str) -> (String, usize) {
    let unit = |at: usize| u16::from_str_radix(rest.get(at + 2..at + 6)?, 16).ok();
    let text = match rest.as_bytes().get(1) {
        Some(b'b') => "\u{8}",
        Some(b'f') => "\u{c}",
        Some(b'n') => "\n",
        Some(b'r') => "\r",
        Some(b't') => "\t",
        Some(b'u') => {
            let second = rest.get(6..8).filter(|next| *next == "\\u").and_then(|_| unit(6));
            let units = [unit(0).unwrap_or(0xFFFD), second.unwrap_or_default()];
            let paired = char::decode_utf16(units).next().and_then(Result::ok).filter(|c| c.len_utf16() == 2);
            let single = char::from_u32(units[0].into()).unwrap_or(char::REPLACEMENT_CHARACTER);
            return paired.map_or((single.into(), 6), |pair| (pair.into(), 12));
        }
        _ => rest.get(1..2).unwrap_or_default(),
    };
    (text.to_owned(), 2.min(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::scan;
    use crate::asset::{Kind, MentionHow, Role};

    #[test]
    fn a_manifest_names_its_icons_and_pages() {
        let source = r#"{"name":"a.b","start_url":".\/?pwa","scope":"/","icons":[{"src":"img\/p\u002epng","sizes":"1x1"}],
            "shortcuts":[{"url":"/new","icons":[{"src":"s.svg#x"}]}],"screenshots":[{"src":"\u0069/q.png?v=1"}],
            "share_target":{"action":"/share"},"file_handlers":[{"action":"/open"}],
            "protocol_handlers":[{"protocol":"web+x","url":"/x?u=%s"}],"other":{"src":"extra.js","folder":"a/"}}"#;
        let scan = scan(source, Kind::WebManifest).unwrap();
        let found: Vec<_> = scan.references.iter().map(|r| (&*r.url, &source[r.name.range()], r.role)).collect();
        let expected = [
            ("./?pwa", "", Role::Navigation),
            ("/", "", Role::Navigation),
            ("img/p.png", r"p\u002epng", Role::Icon),
            ("/new", "new", Role::Navigation),
            ("s.svg#x", "s.svg", Role::Icon),
            ("i/q.png?v=1", "q.png", Role::Icon),
            ("/share", "share", Role::Navigation),
            ("/open", "open", Role::Navigation),
            ("/x?u=%s", "x", Role::Navigation),
        ];
        assert_eq!(found, expected);
        let mentions: Vec<_> = scan.mentions.iter().map(|m| (&*m.text, m.how, m.at.line)).collect();
        let expected =
            [("a.b", MentionHow::Whole, 1), ("extra.js", MentionHow::Whole, 4), ("a/", MentionHow::Prefix, 4)];
        assert_eq!(mentions, expected);
    }

    #[test]
    fn other_json_mentions_what_could_be_a_file() {
        let source =
            r#"{"img/a.png":"x y.png","b":["c\/d.js","c/d.js","plain","data:,a.b","e/","\ud83d\ude00.png"],"n":1.5}"#;
        let scan = scan(source, Kind::Json).unwrap();
        assert!(scan.references.is_empty());
        let mentions: Vec<_> = scan.mentions.iter().map(|m| (&*m.text, m.how)).collect();
        let expected = [
            ("img/a.png", MentionHow::Whole),
            ("c/d.js", MentionHow::Whole),
            ("e/", MentionHow::Prefix),
            ("😀.png", MentionHow::Whole),
        ];
        assert_eq!(mentions, expected);
    }

    #[test]
    fn a_source_map_names_nothing() {
        let scan = scan(r#"{"file":"a.js","sources":["../b.ts"],"mappings":"A.B"}"#, Kind::SourceMap).unwrap();
        assert!(scan.references.is_empty() && scan.mentions.is_empty());
    }

    #[test]
    fn broken_text_is_an_error_with_a_place() {
        assert_eq!(scan("{\n x}", Kind::Json).unwrap_err().at.line, 2);
        assert!(scan("", Kind::WebManifest).unwrap().references.is_empty());
        let marked = scan("\u{feff}{\"icons\":[{\"src\":\"a.png\"}]}", Kind::WebManifest).unwrap();
        assert_eq!(marked.references[0].name.range(), 21..26);
    }
}
