//! Writes a picture from its tokens: raw slices copied, what says nothing left out. Never reorders anything.

use std::ops::Range;

use super::{
    ground::Ground,
    names,
    path::{Precision, Style, Vertices},
    survey::{Freedom, Survey},
    values::{self, Outlining},
};
use crate::press::{
    LegalComments, Options,
    xml::{
        goes,
        markup::{Attribute, Markup, Tag, Token, What, is_space, split_name},
        write_attribute,
    },
};

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// How far the writer goes.
    pub(super) freedom: Freedom,
    /// How paths are written.
    pub(super) style: Style,
    /// Whether places are rounded.
    pub(super) rounds: bool,
}

/// Writes `markup` as `plan` says.
pub(super) fn write(markup: &Markup<'_>, survey: &Survey<'_>, plan: Plan, options: &Options) -> String {
    let out = String::with_capacity(markup.source.len());
    let mut writer = Writer { markup, survey, plan, options, out, open: Vec::new() };
    let mut index = 0;
    while let Some(token) = markup.tokens.get(index) {
        if let Some(next) = writer.dropped_until(index) {
            index = next;
        } else {
            writer.token(token);
            index += 1;
        }
    }
    writer.out
}

struct Writer<'m, 'a> {
    markup: &'m Markup<'a>,
    survey: &'m Survey<'a>,
    plan: Plan,
    options: &'m Options,
    out: String,
    open: Vec<Frame>,
}

/// An open element.
struct Frame {
    content: Content,
    /// Where its content starts in the output.
    body: usize,
    /// Whether it may be written as an empty tag when nothing is in it.
    collapses: bool,
    ground: Ground,
}

/// What white space and values inside an element are worth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Only elements count.
    Elements,
    /// Characters count, here and in all descendants.
    Characters,
    /// Another vocabulary: nothing inside is known, so nothing but tags is touched.
    Foreign,
}

impl<'a> Writer<'_, 'a> {
    fn token(&mut self, token: &Token) {
        let text = self.markup.text(token);
        match token.what {
            What::Start => self.start(&Tag::new(text, token.span.start)),
            What::Empty => {
                self.tag(&Tag::new(text, token.span.start));
                self.out.push_str("/>");
            }
            What::End => self.end(&Tag::new(text, token.span.start)),
            What::Comment if self.comment_goes(text) => {}
            What::Text if is_space(text) && self.space_goes() => {}
            What::Declaration => {}
            What::Doctype if !text.contains('[') => {}
            _ => self.out.push_str(text),
        }
    }

    fn content(&self) -> Content {
        self.open.last().map_or(Content::Elements, |frame| frame.content)
    }

    fn ground(&self) -> Ground {
        self.open.last().map_or_else(Ground::root, |frame| frame.ground)
    }

    fn start(&mut self, tag: &Tag<'a>) {
        let content = self.content_of(tag);
        let ground = self.ground().inside_tag(tag);
        self.tag(tag);
        self.out.push('>');
        let collapses = self.plan.freedom >= Freedom::Layout && content == Content::Elements;
        self.open.push(Frame { content, body: self.out.len(), collapses, ground });
    }

    fn end(&mut self, tag: &Tag<'a>) {
        let frame = self.open.pop();
        if frame.is_some_and(|frame| frame.collapses && frame.body == self.out.len()) {
            self.out.pop();
            self.out.push_str("/>");
            return;
        }
        self.out.push_str("</");
        self.out.push_str(tag.name());
        self.out.push('>');
    }

    fn content_of(&self, tag: &Tag<'a>) -> Content {
        let inherited = self.content();
        if inherited == Content::Foreign || is_foreign(tag) {
            return Content::Foreign;
        }
        let preserves = tag.attribute("xml:space") == Some("preserve") && self.survey.has_text;
        if inherited == Content::Characters || preserves || names::holds_characters(tag.name()) {
            return Content::Characters;
        }
        Content::Elements
    }

    fn space_goes(&self) -> bool {
        self.open.is_empty() || (self.plan.freedom >= Freedom::Layout && self.content() == Content::Elements)
    }

    fn comment_goes(&self, text: &str) -> bool {
        let legal = self.options.legal_comments == LegalComments::Inline
            && ["@license", "@preserve", "@cc_on"].iter().any(|mark| text.contains(mark));
        let free = self.open.is_empty() || self.content() == Content::Elements;
        self.plan.freedom >= Freedom::Layout && goes(text) && !legal && free
    }

    /// Writes a tag up to, not including, its end.
    fn tag(&mut self, tag: &Tag<'a>) {
        let own = self.content() != Content::Foreign && !is_foreign(tag);
        // The direction of a marker hangs on the smallest distances.
        let free = self.plan.rounds && self.survey.vertices == Vertices::Free;
        let digits = self.ground().inside_tag(tag).digits(self.survey.reach).filter(|_| free);
        let precision = Precision { digits, vertices: self.survey.vertices, opens: self.survey.only_fills };
        let outlining = Outlining { precision, style: self.plan.style };
        self.out.push('<');
        self.out.push_str(tag.name());
        let mut attributes: Vec<_> = tag.attributes().collect();
        if own && self.plan.freedom == Freedom::Values {
            attributes.sort_by_key(|attribute| names::place_of(attribute.name));
        }
        for attribute in attributes {
            if own && self.plan.freedom >= Freedom::Layout && self.attribute_goes(tag, &attribute) {
                continue;
            }
            let short = (own && self.plan.freedom == Freedom::Values)
                .then(|| values::shorten(tag.name(), attribute.name, attribute.value, outlining))
                .flatten();
            let value = short.as_deref().unwrap_or(attribute.value);
            write_attribute(&Attribute { value, ..attribute }, &mut self.out);
        }
    }

    fn attribute_goes(&self, tag: &Tag<'a>, attribute: &Attribute<'a>) -> bool {
        let (prefix, local) = split_name(attribute.name);
        match prefix {
            "xmlns" if self.survey.unused_prefixes.contains(&local) => true,
            "xmlns" => self.plan.freedom == Freedom::Values && self.survey.editor_prefixes.contains(&local),
            "xml" => self.plan.freedom == Freedom::Values && local == "space" && !self.survey.has_text,
            "" => {
                self.plan.freedom == Freedom::Values && values::goes_without_saying(tag.name(), local, attribute.value)
            }
            _ => self.plan.freedom == Freedom::Values && self.survey.editor_prefixes.contains(&prefix),
        }
    }

    /// When the element that starts at `index` goes as a whole: the index behind its end.
    fn dropped_until(&self, index: usize) -> Option<usize> {
        let token = &self.markup.tokens[index];
        let is_element = matches!(token.what, What::Start | What::Empty);
        if !is_element
            || self.plan.freedom < Freedom::Values
            || self.content() != Content::Elements
            || self.open.is_empty()
        {
            return None;
        }
        let tag = Tag::new(self.markup.text(token), token.span.start);
        let (prefix, _) = split_name(tag.name());
        let goes = (tag.name() == "metadata" && !is_foreign(&tag)) || self.survey.editor_prefixes.contains(&prefix);
        if !goes {
            return None;
        }
        let end = self.end_of(index);
        (!self.is_pointed_into(index..end)).then_some(end)
    }

    /// The index behind the end tag of the element that starts at `index`.
    fn end_of(&self, index: usize) -> usize {
        let mut depth = 0_usize;
        for (at, token) in self.markup.tokens.iter().enumerate().skip(index) {
            match token.what {
                What::Start => depth += 1,
                What::End => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        self.markup.tokens.len()
    }

    /// Whether anything says `#id` of an element among the tokens of `range`.
    fn is_pointed_into(&self, range: Range<usize>) -> bool {
        let tags = self.markup.tokens[range].iter().filter(|t| matches!(t.what, What::Start | What::Empty));
        let mut ids = tags.filter_map(|t| Tag::new(self.markup.text(t), t.span.start).attribute("id"));
        ids.any(|id| self.survey.pointers.contains(id))
    }
}

/// An element that is not SVG's, or declares that what follows is not: a prefixed name, or another default namespace.
fn is_foreign(tag: &Tag<'_>) -> bool {
    tag.name().contains(':') || tag.attribute("xmlns").is_some_and(|uri| uri != names::SVG)
}
