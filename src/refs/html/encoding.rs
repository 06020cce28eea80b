//! Which character encoding a page is in, as far as its own bytes say.

use super::{
    entities::{EntityPlace, decode_text},
    events::{EventKind, Page},
};

/// What a page says about its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// It has a byte order mark or says `charset=utf-8`.
    Utf8,
    /// It says nothing: the server decides, or the reader's locale.
    Unsaid,
    /// It names an encoding in which ASCII bytes mean ASCII characters.
    AsciiCompatible,
    /// It names one where they need not.
    Other,
}

/// How the bytes of a UTF-16 text are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Utf16 {
    /// Low byte first.
    Little,
    /// High byte first.
    Big,
}

/// Whether `source` begins with a UTF-16 byte order mark, or looks like UTF-16 without one.
pub(crate) fn utf16(source: &[u8]) -> Option<Utf16> {
    match source {
        [0xFF, 0xFE, ..] | [b'<', 0, _, 0, ..] => Some(Utf16::Little),
        [0xFE, 0xFF, ..] | [0, b'<', 0, _, ..] => Some(Utf16::Big),
        _ => None,
    }
}

/// The text of UTF-16 bytes; what is no character becomes the replacement character.
pub(crate) fn from_utf16(source: &[u8], order: Utf16) -> String {
    let units = source.chunks_exact(2).map(|pair| match order {
        Utf16::Little => u16::from_le_bytes([pair[0], pair[1]]),
        Utf16::Big => u16::from_be_bytes([pair[0], pair[1]]),
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
}

/// The encoding that `page` declares: its byte order mark, else the first `meta` that names one.
pub(crate) fn declared(page: &Page<'_>) -> Encoding {
    if page.source.starts_with(b"\xEF\xBB\xBF") {
        return Encoding::Utf8;
    }
    let labels = page.events.iter().filter_map(|event| match &event.kind {
        EventKind::Start(tag) if page.name(tag.name).as_str() == "meta" => label(page, page.attributes(tag)),
        _ => None,
    });
    labels.map(|label| of_label(&label)).next().unwrap_or(Encoding::Unsaid)
}

fn label(page: &Page<'_>, attributes: &[super::events::Attribute]) -> Option<String> {
    let value = |name: &str| {
        let attribute = attributes.iter().find(|attribute| page.name(attribute.name).as_str() == name)?;
        let raw = std::str::from_utf8(page.bytes(attribute.value?)).ok()?;
        Some(decode_text(raw, EntityPlace::Attribute).into_owned())
    };
    if let Some(charset) = value("charset") {
        return Some(charset);
    }
    if !value("http-equiv")?.trim().eq_ignore_ascii_case("content-type") {
        return None;
    }
    let content = value("content")?.to_ascii_lowercase();
    let after = content.split_once("charset")?.1.trim_start().strip_prefix('=')?.trim_start().to_owned();
    Some(after.split([';', ' ', '"', '\'']).find(|part| !part.is_empty())?.to_owned())
}

fn of_label(label: &str) -> Encoding {
    let label = label.trim().to_ascii_lowercase();
    match label.as_str() {
        "utf-8" | "utf8" | "unicode-1-1-utf-8" => Encoding::Utf8,
        "us-ascii" | "ascii" | "latin1" | "l1" => Encoding::AsciiCompatible,
        _ if label.starts_with("iso-8859-") || label.starts_with("windows-125") => Encoding::AsciiCompatible,
        _ => Encoding::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refs::html::events;

    #[test]
    fn encodings_are_read_from_the_page() {
        for (page, encoding) in [
            ("<p>", Encoding::Unsaid),
            ("\u{feff}<meta charset=latin1>", Encoding::Utf8),
            ("<META CHARSET=' UTF-8 '>", Encoding::Utf8),
            ("<meta http-equiv=Content-Type content='text/html; charset=\"Shift_JIS\"'>", Encoding::Other),
            ("<meta http-equiv=content-type content='text/html;charset=iso-8859-1'>", Encoding::AsciiCompatible),
            ("<meta name=x content='charset=latin1'><meta charset=utf8>", Encoding::Utf8),
        ] {
            assert_eq!(declared(&events::read(page.as_bytes()).unwrap()), encoding, "{page}");
        }
    }

    #[test]
    fn utf16_is_seen_and_read() {
        let bytes: Vec<u8> = "\u{feff}<p>é".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf16(&bytes), Some(Utf16::Big));
        assert_eq!(from_utf16(&bytes, Utf16::Big), "\u{feff}<p>é");
        assert_eq!(utf16(b"<p>"), None);
    }
}
