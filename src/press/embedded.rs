//! Pictures in `data:` URLs. Comes in: the URL, or a text with such URLs. Goes out: the same pictures in fewer bytes, pressed
//! by the press of their kind, or nothing where none gets smaller.
//!
//! Base64 of a packed picture does not compress, so that fewer bytes here are as many fewer on the wire.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    Options,
    css::token::{TokenKind, tokens},
    jpeg, png,
    xml::markup::{Markup, Tag, What, split_name},
};

/// What stands between the media type and the bytes.
const CODING: &str = ";base64,";

/// A picture kind that has a press, by the media types it is embedded under.
const TYPES: [(&str, Embedded); 3] =
    [("image/png", Embedded::Png), ("image/jpeg", Embedded::Jpeg), ("image/jpg", Embedded::Jpeg)];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Embedded {
    Png,
    Jpeg,
}

/// Whether `url` may be one that [`press`] makes shorter.
pub(super) fn is_candidate(url: &str) -> bool {
    split(url).is_some()
}

/// `url` with its picture pressed; `None` when it stays. Pure.
pub(super) fn press(url: &str, options: &Options) -> Option<String> {
    let (head, kind, data) = split(url)?;
    let picture = decode(data)?;
    let draft = match kind {
        Embedded::Png => png::press(&picture, options),
        Embedded::Jpeg => jpeg::press(&picture, options),
    };
    let pressed = format!("{head}{}", BASE64_STANDARD.encode(draft.ok()?.bytes));
    (pressed.len() < url.len()).then_some(pressed)
}

/// Whether both URLs hold a picture of the same kind and pixels, asked of a decoder that pressed neither.
pub(super) fn same(before: &str, after: &str) -> bool {
    let (Some((old_head, _, old)), Some((new_head, _, new))) = (split(before), split(after)) else { return false };
    let pixels = |data| image::load_from_memory(&decode(data)?).ok().map(image::DynamicImage::into_rgba16);
    old_head == new_head && pixels(old).is_some_and(|old| Some(old) == pixels(new))
}

/// A URL as what stands before its bytes, the kind of picture, and the bytes in base64.
fn split(url: &str) -> Option<(&str, Embedded, &str)> {
    let media = url.strip_prefix("data:")?;
    let end = media.find(CODING)?;
    let (_, kind) = TYPES.into_iter().find(|(name, _)| *name == &media[..end])?;
    let (head, data) = url.split_at("data:".len() + end + CODING.len());
    Some((head, kind, data))
}

/// White space among the digits is allowed in URLs of markup, and programs that draw break lines there.
fn decode(data: &str) -> Option<Vec<u8>> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let digits: Cow<'_, str> =
        if data.bytes().any(is_space) { data.split_ascii_whitespace().collect::<String>().into() } else { data.into() };
    BASE64_STANDARD.decode(digits.as_bytes()).ok()
}

/// A sheet with the pictures of its `url()`s pressed; `None` when all stay.
pub(super) fn press_sheet(sheet: &str, options: &Options) -> Option<String> {
    if !sheet.contains("data:image/") {
        return None;
    }
    let list = tokens(sheet).list;
    let mut edits = Vec::new();
    for (index, token) in list.iter().enumerate() {
        let inner = match token.kind {
            TokenKind::Url => strip_url(token.text(sheet)),
            TokenKind::String if opens_url(&list, index, sheet) => {
                token.text(sheet).get(1..token.text(sheet).len() - 1)
            }
            _ => None,
        };
        edits.extend(inner.and_then(|inner| Some((inner, press(inner, options)?))));
    }
    replaced(sheet, edits)
}

fn strip_url(text: &str) -> Option<&str> {
    let inner = text.get(4..).filter(|_| text.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("url(")))?;
    Some(inner.strip_suffix(')')?.trim())
}

/// Whether what stands before the string at `index` is `url(`.
fn opens_url(list: &[super::css::token::Token], index: usize, sheet: &str) -> bool {
    let mut before = list[..index].iter().rev().filter(|token| token.kind != TokenKind::Whitespace);
    before.next().is_some_and(|token| token.text(sheet).eq_ignore_ascii_case("url("))
}

/// A picture in SVG with the pictures of its references pressed; `None` when all stay.
pub(super) fn press_markup(markup: &Markup<'_>, options: &Options) -> Option<String> {
    if !markup.source.contains("data:image/") {
        return None;
    }
    let starts = markup.tokens.iter().filter(|token| matches!(token.what, What::Start | What::Empty));
    let attributes = starts.flat_map(|token| Tag::new(markup.text(token), token.span.start).attributes());
    let links = attributes.filter(|attribute| split_name(attribute.name).1 == "href");
    let edits = links.filter_map(|link| Some((link.value, press(link.value, options)?))).collect();
    replaced(markup.source, edits)
}

/// `text` with each part, which is a slice of it, replaced.
fn replaced(text: &str, edits: Vec<(&str, String)>) -> Option<String> {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for (part, new) in &edits {
        let at = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        out.push_str(text.get(from..at)?);
        out.push_str(new);
        from = at + part.len();
    }
    out.push_str(text.get(from..)?);
    (!edits.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};

    use super::{is_candidate, press, press_sheet, same};
    use crate::press::{Kind, Options, Shrunk};

    /// A PNG of `side` black pixels squared, stored as loosely as the format allows.
    fn loose(side: u32) -> String {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_compression(png::Compression::NoCompression);
        let pixels = vec![0xff; (side * side * 4) as usize];
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        format!("data:image/png;base64,{}", BASE64_STANDARD.encode(bytes))
    }

    #[test]
    fn pictures_get_smaller_and_stay_the_same() {
        let url = loose(16);
        let pressed = press(&url, &Options::default()).unwrap();
        assert!(pressed.len() * 2 < url.len() && same(&url, &pressed));
        assert_eq!(press(&pressed, &Options::default()), None);
        assert!(!same(&loose(15), &pressed));
        let broken = format!("{} \n{}", &url[..60], &url[60..]);
        assert_eq!(press(&broken, &Options::default()), Some(pressed));
    }

    #[test]
    fn what_is_no_picture_stays() {
        for url in [
            "",
            "a.png",
            "data:,a",
            "data:image/png,a",
            "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
            "data:text/html;base64,AAAA",
        ] {
            assert!(!is_candidate(url), "{url}");
        }
        for url in ["data:image/png;base64,AAAA", "data:image/png;base64,%41", "data:image/png;base64,"] {
            assert_eq!(press(url, &Options::default()), None, "{url}");
        }
    }

    #[test]
    fn sheets_and_drawings_keep_all_but_their_pictures() {
        let (url, options) = (loose(16), Options::default());
        let pressed = press(&url, &options).unwrap();
        let sheet = |url: &str| format!("a{{b:url({url});c:url( \"{url}\" )}}d::before{{content:\"x\"}}");
        assert_eq!(press_sheet(&sheet(&url), &options), Some(sheet(&pressed)));
        assert_eq!(press_sheet(&format!("a::before{{content:\"{url}\"}}"), &options), None);
        let drawing = |url: &str| format!("<svg><image id=\"a\" href=\"{url}\"/></svg>");
        let page = |url: &str| format!("<!doctype html><img src=\"{url}\">");
        for (kind, before, after) in [
            (Kind::Svg, drawing(&url), drawing(&pressed)),
            (Kind::Css, format!("a{{b:url({url})}}"), format!("a{{b:url({pressed})}}")),
            (Kind::Html, page(&url), page(&pressed)),
        ] {
            let Shrunk::Smaller(bytes) = crate::press::press(kind, before.as_bytes(), &options).shrunk else {
                panic!("{kind:?} stays");
            };
            assert_eq!(String::from_utf8(bytes).unwrap(), after, "{kind:?}");
            let again = crate::press::press(kind, after.as_bytes(), &options).shrunk;
            assert!(matches!(again, Shrunk::Kept(_)), "{kind:?} twice: {again:?}");
        }
    }
}
