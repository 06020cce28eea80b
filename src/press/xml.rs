//! XML that is neither a picture nor a page: feeds, sitemaps, browser configuration. Bytes in, fewer bytes out.
//!
//! Comments go, white space inside tags is folded, and white space between elements goes where the vocabulary is
//! known to give it no meaning. Never touches text, attribute values, declarations or instructions, and never presses
//! XHTML: its white space is on the page.

pub(crate) mod gate;
pub(crate) mod markup;
mod vocabulary;

use self::{
    markup::{Attribute, Markup, Tag, Token, What, is_space},
    vocabulary::Vocabulary,
};
use super::{Draft, KeptBecause, Note};

/// Largest document that is read.
const MAX_BYTES: usize = 64_000_000;

/// Presses one document. Pure.
///
/// # Errors
/// Why the document must stay as it is.
pub fn press(source: &[u8]) -> Result<Draft, KeptBecause> {
    if source.is_empty() {
        return Err(KeptBecause::NotSmaller);
    }
    let text = markup::decode(source, MAX_BYTES)?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let markup = Markup::read(body)?;
    markup.check_prolog()?;
    let vocabulary = vocabulary_of(&markup)?;
    let mut out = text[..text.len() - body.len()].to_owned();
    write(&markup, vocabulary, &mut out);
    if out.len() >= text.len() {
        return Err(KeptBecause::NotSmaller);
    }
    gate::check(body, &out, vocabulary)?;
    Ok(Draft { bytes: out.into_bytes(), notes: Vec::new() })
}

fn vocabulary_of(markup: &Markup<'_>) -> Result<Vocabulary, KeptBecause> {
    let root = markup.root().ok_or_else(|| KeptBecause::Unparsable(Note::new("has no root element")))?;
    // A sitemap with `xhtml:link` for other languages declares the prefix only.
    let own = root.name().split_once(':').map_or("xmlns".to_owned(), |(prefix, _)| format!("xmlns:{prefix}"));
    let is_page = root.local_name() == "html" || root.attribute(&own) == Some("http://www.w3.org/1999/xhtml");
    if is_page {
        return Err(KeptBecause::Unsupported(Note::new("an XHTML page, where white space may show")));
    }
    Ok(Vocabulary::of_root(root.name()))
}

fn write(markup: &Markup<'_>, vocabulary: Vocabulary, out: &mut String) {
    let mut open: Vec<Content> = Vec::new();
    let apart = holds_texts_apart(markup);
    for (index, token) in markup.tokens.iter().enumerate() {
        let text = markup.text(token);
        match token.what {
            What::Start => {
                let tag = Tag::new(text, token.span.start);
                open.push(content_of(&tag, vocabulary, open.last().copied()));
                write_tag(&tag, ">", out);
            }
            What::Empty => write_tag(&Tag::new(text, token.span.start), "/>", out),
            What::End => {
                open.pop();
                out.push_str("</");
                out.push_str(Tag::new(text, token.span.start).name());
                out.push('>');
            }
            What::Comment if goes(text) && !apart[index] => {}
            What::Text if is_space(text) && open.last().is_none_or(|content| *content == Content::Elements) => {}
            _ => out.push_str(text),
        }
    }
}

/// What the white space between an element's children is worth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Only elements count.
    Elements,
    /// Everything counts.
    Mixed,
    /// `xml:space="preserve"`, and everything inside.
    Preserved,
}

fn content_of(tag: &Tag<'_>, vocabulary: Vocabulary, parent: Option<Content>) -> Content {
    match tag.attribute("xml:space") {
        Some("preserve") => Content::Preserved,
        None if parent == Some(Content::Preserved) => Content::Preserved,
        _ if vocabulary.holds_only_elements(tag.name()) => Content::Elements,
        _ => Content::Mixed,
    }
}

/// Comments that a server or an old browser acts upon stay.
pub(crate) fn goes(comment: &str) -> bool {
    let inner = comment.trim_start_matches("<!--").trim_start();
    !(inner.starts_with(['!', '#'])
        || inner.starts_with("[if")
        || inner.starts_with("<![endif")
        || inner.starts_with("esi"))
}

/// For each token: whether it is a comment that holds two texts apart of which one is more than white space, so that
/// dropping it would join them.
fn holds_texts_apart(markup: &Markup<'_>) -> Vec<bool> {
    let is_comment = |token: &Token| token.what == What::Comment;
    let is_text = |token: &Token| match token.what {
        What::Text => !is_space(markup.text(token)),
        What::Entity | What::CData => true,
        _ => false,
    };
    let mut before = false;
    let mut apart = Vec::with_capacity(markup.tokens.len());
    for run in markup.tokens.chunk_by(|one, next| is_comment(one) == is_comment(next)) {
        let after = markup.tokens.get(apart.len() + run.len()).is_some_and(is_text);
        let holds = is_comment(&run[0]) && (before || after);
        apart.resize(apart.len() + run.len(), holds);
        before = run.last().is_some_and(is_text);
    }
    apart
}

fn write_tag(tag: &Tag<'_>, end: &str, out: &mut String) {
    out.push('<');
    out.push_str(tag.name());
    for attribute in tag.attributes() {
        write_attribute(&attribute, out);
    }
    out.push_str(end);
}

/// Writes ` name="value"`, in the quotes that the value needs; the raw value is copied.
pub(crate) fn write_attribute(attribute: &Attribute<'_>, out: &mut String) {
    let quote = if attribute.value.contains('"') { '\'' } else { '"' };
    out.push(' ');
    out.push_str(attribute.name);
    out.push('=');
    out.push(quote);
    out.push_str(attribute.value);
    out.push(quote);
}

#[cfg(test)]
mod tests {
    use super::press;

    fn pressed(source: &str) -> Result<String, &'static str> {
        press(source.as_bytes()).map(|draft| String::from_utf8(draft.bytes).unwrap()).map_err(|why| why.code())
    }

    #[test]
    fn presses_what_has_no_meaning() {
        for (source, expected) in [
            (
                "<?xml version=\"1.0\"?>\n<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\n <url >\n  <loc> /a </loc>\n </url>\n</urlset>\n",
                "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc> /a </loc></url></urlset>",
            ),
            (
                "<rss version=\"2.0\">\n <channel>\n <item>\n <title>a  b</title> <description><![CDATA[ <p> x ]]></description>\n</item></channel></rss>",
                "<rss version=\"2.0\"><channel><item><title>a  b</title><description><![CDATA[ <p> x ]]></description></item></channel></rss>",
            ),
            ("<a>\n <b  c='1'\n d='\"'/>\n</a>", "<a>\n <b c=\"1\" d='\"'/>\n</a>"),
            ("<a><!-- x --> <b/></a>", "<a> <b/></a>"),
            ("<a>x<!-- y --><b/><!-- z --></a>", "<a>x<!-- y --><b/></a>"),
            ("<a><!--#include --><!-- go --><!--[if IE]--></a>", "<a><!--#include --><!--[if IE]--></a>"),
            (
                "<rss xml:space=\"preserve\"> <channel > </channel> </rss>",
                "<rss xml:space=\"preserve\"> <channel> </channel> </rss>",
            ),
            ("\u{feff}<a  b=''/>", "\u{feff}<a b=\"\"/>"),
            (
                "<urlset xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n <url>\n <xhtml:link  href=\"/de\"/> </url> </urlset>",
                "<urlset xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"><url><xhtml:link href=\"/de\"/></url></urlset>",
            ),
        ] {
            assert_eq!(pressed(source).as_deref(), Ok(expected), "{source}");
            assert_eq!(pressed(expected), Err("not-smaller"), "{expected}");
        }
    }

    #[test]
    fn keeps_what_it_must_not_touch() {
        for (source, code) in [
            ("", "not-smaller"),
            ("<a b='c'  d='e' d='f'/>", "unparsable"),
            ("<html xmlns=\"http://www.w3.org/1999/xhtml\"> <body/> </html>", "unsupported"),
            ("<h:div xmlns:h=\"http://www.w3.org/1999/xhtml\"> <h:p/> </h:div>", "unsupported"),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]> <a/>", "unsupported"),
            ("plain text", "unparsable"),
            ("<a> &nbsp; <b /></a>", "unparsable"),
        ] {
            assert_eq!(pressed(source), Err(code), "{source}");
        }
    }
}
