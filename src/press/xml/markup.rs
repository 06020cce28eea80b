//! XML as raw slices: text in, tokens that cover it without a gap out, read by quick-xml.
//!
//! Never decodes, never resolves entities, never builds a tree: what a pass does not touch it copies byte for byte.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use quick_xml::{Reader, events::Event};

use crate::{
    asset::Position,
    press::{KeptBecause, Note},
};

/// Deepest nesting of elements that is read: browsers stop at a few hundred, parsers with a stack at some thousands.
const MAX_DEPTH: usize = 1_000;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// `<a ..>`
    Start,
    /// `<a ../>`
    Empty,
    /// `</a>`
    End,
    /// Characters.
    Text,
    /// `&name;` or `&#1;` among characters.
    Entity,
    /// `<![CDATA[..]]>`
    CData,
    /// `<!--..-->`
    Comment,
    /// `<?xml ..?>`
    Declaration,
    /// `<?name ..?>`
    Instruction,
    /// `<!DOCTYPE ..>`
    Doctype,
}

/// One token and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) what: What,
    pub(crate) span: Range<usize>,
}

/// The document as read: its tokens, in order and without gaps.
#[derive(Debug)]
pub(crate) struct Markup<'a> {
    pub(crate) source: &'a str,
    pub(crate) tokens: Vec<Token>,
}

/// `source` as UTF-8 text, if it may be read as such.
pub(crate) fn decode(source: &[u8], limit: usize) -> Result<&str, KeptBecause> {
    if source.len() > limit {
        return Err(KeptBecause::TooLarge(Note::new(format!("larger than {} MB", limit / 1_000_000))));
    }
    std::str::from_utf8(source).map_err(|error| {
        let at = Position::of(source, error.valid_up_to());
        KeptBecause::Unsupported(Note::at("not UTF-8", at))
    })
}

impl<'a> Markup<'a> {
    /// Reads `source`; what its prolog says about encoding and entities is for [`Self::check_prolog`].
    pub(crate) fn read(source: &'a str) -> Result<Self, KeptBecause> {
        let tokens = catch_unwind(AssertUnwindSafe(|| tokens(source)))
            .map_err(|_| KeptBecause::Crashed(Note::new("the XML reader crashed")))??;
        Ok(Self { source, tokens })
    }

    /// The bytes of `token`.
    pub(crate) fn text(&self, token: &Token) -> &'a str {
        &self.source[token.span.clone()]
    }

    /// The first start or empty tag.
    pub(crate) fn root(&self) -> Option<Tag<'a>> {
        let token = self.tokens.iter().find(|t| matches!(t.what, What::Start | What::Empty))?;
        Some(Tag::new(self.text(token), token.span.start))
    }

    /// Whether the document says the same when it is read in `encoding` as it does in UTF-8.
    fn is_the_same_in(&self, encoding: &str) -> bool {
        is_utf8_name(encoding) || extends_ascii(encoding) && self.source.is_ascii()
    }

    /// Another encoding or version, or declarations that change what the document says, are beyond this reader.
    pub(crate) fn check_prolog(&self) -> Result<(), KeptBecause> {
        for token in &self.tokens {
            let text = self.text(token);
            let trouble = match token.what {
                What::Declaration if pseudo_attribute(text, "version").is_some_and(|v| v.0 != "1.0") => {
                    Some("an XML version other than 1.0")
                }
                What::Declaration if pseudo_attribute(text, "encoding").is_some_and(|v| !self.is_the_same_in(v.0)) => {
                    Some("declares an encoding other than UTF-8")
                }
                What::Doctype if text.contains("<!ENTITY") => Some("declares entities"),
                What::Doctype if text.contains("<!ATTLIST") => Some("declares attributes"),
                What::Doctype if text.contains('%') => Some("declares parameter entities"),
                What::Start | What::Empty => break,
                _ => None,
            };
            if let Some(trouble) = trouble {
                let at = Position::of(self.source.as_bytes(), token.span.start);
                return Err(KeptBecause::Unsupported(Note::at(trouble, at)));
            }
        }
        Ok(())
    }
}

fn is_utf8_name(name: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Single-byte encodings in which every ASCII byte is that character: what old drawing programs declare.
fn extends_ascii(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "latin1" || ["iso-8859-", "windows-125", "cp125"].iter().any(|family| name.starts_with(family))
}

fn tokens(source: &str) -> Result<Vec<Token>, KeptBecause> {
    let unparsable = |text: String, at| KeptBecause::Unparsable(Note::at(text, Position::of(source.as_bytes(), at)));
    let mut reader = Reader::from_str(source);
    let mut tokens = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    loop {
        let event = reader.read_event();
        let position = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(source.len());
        let event =
            event.map_err(|error| unparsable(one_line(&error.to_string()), position(reader.error_position())))?;
        let end = position(reader.buffer_position());
        let what = match event {
            Event::Start(_) => What::Start,
            Event::End(_) => What::End,
            Event::Empty(_) => What::Empty,
            Event::Text(_) => What::Text,
            Event::CData(_) => What::CData,
            Event::Comment(_) => What::Comment,
            Event::Decl(_) => What::Declaration,
            Event::PI(_) => What::Instruction,
            Event::DocType(_) => What::Doctype,
            Event::GeneralRef(_) => What::Entity,
            Event::Eof if depth > 0 => return Err(unparsable("an element that does not end".into(), source.len())),
            Event::Eof => return Ok(tokens),
        };
        match what {
            What::Start => depth += 1,
            What::End => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            let at = Position::of(source.as_bytes(), start);
            return Err(KeptBecause::TooLarge(Note::at(format!("nested deeper than {MAX_DEPTH}"), at)));
        }
        tokens.push(Token { what, span: start..end });
        start = end;
    }
}

/// Parser messages, made safe for one line of a report.
pub(crate) fn one_line(message: &str) -> String {
    message.split(char::is_control).collect::<Vec<_>>().join(" ")
}

/// Whether `text` is XML white space only.
pub(crate) fn is_space(text: &str) -> bool {
    text.bytes().all(is_space_byte)
}

/// Whether `byte` is XML white space.
pub(crate) fn is_space_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// A start, empty or end tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'a> {
    raw: &'a str,
    start: usize,
}

/// One attribute: its name, its raw value without quotes, and where the value stands in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    pub(crate) start: usize,
}

impl<'a> Tag<'a> {
    /// A tag that was written as `raw` at byte `start`.
    pub(crate) fn new(raw: &'a str, start: usize) -> Self {
        Self { raw, start }
    }

    /// The qualified name.
    pub(crate) fn name(&self) -> &'a str {
        let inner = self.raw.trim_start_matches(['<', '/']);
        &inner[..inner.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(inner.len())]
    }

    /// The name without its prefix.
    pub(crate) fn local_name(&self) -> &'a str {
        split_name(self.name()).1
    }

    /// The attributes, in order.
    pub(crate) fn attributes(&self) -> Attributes<'a> {
        let name_end = self.raw.len() - self.raw.trim_start_matches(['<', '/']).len() + self.name().len();
        Attributes { raw: self.raw, at: name_end, start: self.start }
    }

    /// The raw value of the attribute `name`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes().find(|attribute| attribute.name == name).map(|attribute| attribute.value)
    }
}

/// `prefix:local` as its two parts; the prefix is empty when there is none.
pub(crate) fn split_name(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// Iterates over the attributes of one tag. Stops at the first thing that is not `name="value"`: such documents are
/// not well formed, and the gate refuses them.
#[derive(Clone, Debug)]
pub(crate) struct Attributes<'a> {
    raw: &'a str,
    at: usize,
    start: usize,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.raw.get(self.at..)?;
        let equals = rest.find('=')?;
        let name = rest[..equals].trim();
        let after = &rest[equals + 1..];
        let quoted = after.trim_start();
        let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let from = self.at + equals + 1 + (after.len() - quoted.len()) + 1;
        let length = self.raw[from..].find(quote)?;
        self.at = from + length + 1;
        Some(Attribute { name, value: &self.raw[from..from + length], start: self.start + from })
    }
}

/// The value of `name` in a declaration or processing instruction, and where it stands within `text`.
pub(crate) fn pseudo_attribute<'a>(text: &'a str, name: &str) -> Option<(&'a str, usize)> {
    let body = text.trim_start_matches("<?");
    let target = body.find(|c: char| c.is_ascii_whitespace()).map(|n| n + text.len() - body.len())?;
    let mut attributes = Attributes { raw: text, at: target, start: 0 };
    attributes.find(|attribute| attribute.name == name).map(|attribute| (attribute.value, attribute.start))
}

#[cfg(test)]
mod tests {
    use super::{Attribute, Markup, Tag, What, pseudo_attribute};
    use crate::press::KeptBecause;

    #[test]
    fn tokens_cover_the_source_without_gaps() {
        let source =
            "<?xml version='1.0'?>\n<!DOCTYPE svg><!-- c --><a b = 'x>y' >t&amp;u<![CDATA[<>]]><?p i?><c/></a >\n";
        let markup = Markup::read(source).unwrap();
        let parts: Vec<_> = markup.tokens.iter().map(|token| markup.text(token)).collect();
        assert_eq!(parts.concat(), source);
        let expected = [
            What::Declaration,
            What::Text,
            What::Doctype,
            What::Comment,
            What::Start,
            What::Text,
            What::Entity,
            What::Text,
            What::CData,
            What::Instruction,
            What::Empty,
            What::End,
            What::Text,
        ];
        assert_eq!(markup.tokens.iter().map(|token| token.what).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn splits_attributes() {
        let tag = Tag::new("<a:b\n c = 'd\"=' e=\"\" f='/>'/>", 10);
        assert_eq!((tag.name(), tag.local_name()), ("a:b", "b"));
        let attributes: Vec<_> = tag.attributes().collect();
        let expected = [("c", "d\"=", 21), ("e", "", 29), ("f", "/>", 34)];
        assert_eq!(attributes, expected.map(|(name, value, start)| Attribute { name, value, start }));
        assert_eq!(Tag::new("</x >", 0).name(), "x");
        assert_eq!(pseudo_attribute("<?xml-stylesheet href='a.css' type=\"x\"?>", "href"), Some(("a.css", 23)));
    }

    #[test]
    fn refuses_what_it_cannot_read_faithfully() {
        let deep = format!("{}{}", "<g>".repeat(50_000), "</g>".repeat(50_000));
        for (source, code) in [
            ("<?xml version=\"1.1\"?><a/>", "unsupported"),
            ("<?xml version=\"1.0\" encoding=\"latin1\"?><a>\u{e9}</a>", "unsupported"),
            ("<?xml version=\"1.0\" encoding=\"shift_jis\"?><a/>", "unsupported"),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "unsupported"),
            ("<!DOCTYPE a [<!ATTLIST b c CDATA #FIXED 'd'>]><a/>", "unsupported"),
            ("<a><b></a>", "unparsable"),
            ("<a>", "unparsable"),
            ("<a b='", "unparsable"),
            (&deep, "too-large"),
        ] {
            let read = Markup::read(source).and_then(|markup| markup.check_prolog());
            let refused = read.map_err(|why: KeptBecause| why.code());
            assert_eq!(refused.err(), Some(code), "{}", &source[..source.len().min(80)]);
        }
    }
}
