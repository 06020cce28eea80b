//! Texts: whether the content can be what the name says, and which of two related kinds it is.

use memchr::{memchr, memmem};

use crate::asset::{AssetPath, Kind};

/// Whether content that begins with `head` cannot be the text that its name claims.
pub(super) fn contradicts(named: Kind, head: &[u8], whole: bool) -> bool {
    if is_lfs_pointer(head) || (has_nul(head) && !is_utf16(head)) {
        return true;
    }
    match named {
        Kind::Html | Kind::Text => false,
        Kind::Svg => !may_be_svg(head, whole),
        // Feeds may carry XHTML and JSON may not begin with `<` at all: a page in their place is a saved error.
        _ => is_html_page(head),
    }
}

/// The exact kind of a text whose name says `named`.
pub(super) fn refine(named: Kind, path: &AssetPath, head: &[u8]) -> Kind {
    match named {
        // Bundlers that follow `<link rel=manifest>` put a hash into its name, sites a language or a theme.
        Kind::Json if path.file_name().to_ascii_lowercase().contains("manifest") && is_app_manifest(head) => {
            Kind::WebManifest
        }
        // Whether it has the shape of one is seen when it is read.
        Kind::Json if is_build_manifest(path.file_name()) && !has_key(head, "manifest_version") => Kind::BuildManifest,
        // Image maps, as Doxygen writes them, game maps and others share the extension.
        Kind::SourceMap if !is_source_map(head) => {
            let is_of_a_file = path.file_name().matches('.').count() > 1;
            let is_text = !is_of_a_file && is_plain(head) && !is_html_page(head);
            if is_text { Kind::Text } else { Kind::Opaque }
        }
        _ => named,
    }
}

/// Whether the file is the note that Git LFS leaves when the real content was not fetched.
pub(super) fn is_lfs_pointer(head: &[u8]) -> bool {
    head.starts_with(b"version https://git-lfs.github.com/spec/")
        || head.starts_with(b"version https://hawser.github.com/spec/")
}

/// Whether the content is an HTML page beyond doubt.
pub(super) fn is_html_page(head: &[u8]) -> bool {
    let start = trimmed(head);
    begins_with_word(start, b"<!doctype html") || begins_with_word(start, b"<html")
}

/// Whether `text` begins with `prefix` in any case, and a name does not go on after it.
fn begins_with_word(text: &[u8], prefix: &[u8]) -> bool {
    let Some((start, rest)) = text.split_at_checked(prefix.len()) else { return false };
    start.eq_ignore_ascii_case(prefix) && rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>')
}

/// `head` without byte order mark and leading space.
fn trimmed(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start()
}

/// Whether `head` is UTF-8, but for a character that its end may cut.
fn is_plain(head: &[u8]) -> bool {
    !has_nul(head) && std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
}

fn has_nul(head: &[u8]) -> bool {
    memchr(0, head).is_some()
}

fn is_utf16(head: &[u8]) -> bool {
    head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF])
}

/// Whether the root element is `svg`, under any prefix; or may be, where it lies beyond a long comment or doctype.
fn may_be_svg(head: &[u8], whole: bool) -> bool {
    let text = trimmed(head);
    if is_utf16(head) || text.is_empty() {
        // Another encoding, or nothing at all: for the press to refuse, which says so.
        return true;
    }
    match root_element(text) {
        Root::Named(name) => name.rsplit(|byte| *byte == b':').next() == Some(b"svg"),
        Root::Beyond => !whole,
        Root::None => false,
    }
}

/// What the first element of an XML text is.
#[derive(Debug, PartialEq, Eq)]
enum Root<'a> {
    Named(&'a [u8]),
    /// Not within the bytes that were looked at.
    Beyond,
    /// The text is no XML.
    None,
}

fn root_element(mut text: &[u8]) -> Root<'_> {
    loop {
        text = text.trim_ascii_start();
        let after = match text {
            [b'<', b'?', ..] => past(text, b"?>"),
            [b'<', b'!', b'-', b'-', rest @ ..] => past(rest, b"-->"),
            [b'<', b'!', ..] => past_doctype(text),
            [b'<', rest @ ..] => {
                let end = rest.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
                return end.map_or(Root::Beyond, |end| Root::Named(&rest[..end]));
            }
            [] => return Root::Beyond,
            _ => return Root::None,
        };
        let Some(after) = after else { return Root::Beyond };
        text = after;
    }
}

fn past<'a>(text: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    memmem::find(text, end).map(|at| &text[at + end.len()..])
}

/// Past a doctype, whose internal subset (in brackets) may contain `>`.
fn past_doctype(text: &[u8]) -> Option<&[u8]> {
    let end = memchr(b'>', text)?;
    match memchr(b'[', &text[..end]) {
        Some(subset) => past(&text[subset..], b"]").and_then(|rest| past(rest, b">")),
        None => Some(&text[end + 1..]),
    }
}

fn has_key(head: &[u8], key: &str) -> bool {
    memmem::find(head, format!("\"{key}\"").as_bytes()).is_some()
}

fn is_app_manifest(head: &[u8]) -> bool {
    let has = |key| has_key(head, key);
    let is_other_manifest = has("manifest_version") || has("isEntry") || has("entrypoints");
    let is_app = has("start_url") || has("display") || has("icons") && (has("name") || has("short_name"));
    trimmed(head).starts_with(b"{") && is_app && !is_other_manifest
}

/// Names under which bundlers and frameworks write which file is published under which name.
fn is_build_manifest(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "manifest.json",
        ".manifest.json",
        "mix-manifest.json",
        "rev-manifest.json",
        "asset-manifest.json",
        "assets-manifest.json",
        "webpack-manifest.json",
        "entrypoints.json",
        "staticfiles.json",
        "ngsw.json",
    ];
    NAMES.contains(&name) || name.starts_with(".sprockets-manifest-") || name.starts_with("manifest-")
}

fn is_source_map(head: &[u8]) -> bool {
    // Some servers put a line against script inclusion before the JSON.
    let text = trimmed(head);
    let text = text.strip_prefix(b")]}'").map_or(text, trimmed);
    let has = |key| has_key(head, key);
    // A long list of names may stand before everything else.
    let is_map =
        ["mappings", "sections", "sourcesContent", "sources"].into_iter().any(has) || has("version") && has("names");
    text.is_empty() || text.starts_with(b"{") && is_map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_root_element() {
        for (text, root) in [
            ("<svg>", Root::Named(b"svg")),
            ("<?xml version='1.0'?>\n<!-- > <x> -->\n<svg:svg a='b'>", Root::Named(b"svg:svg")),
            ("<!DOCTYPE svg PUBLIC \"-//W3C\" \"http://x/svg.dtd\"><svg/>", Root::Named(b"svg")),
            ("<!DOCTYPE svg [<!ENTITY a \"<b>\"> ] ><svg/>", Root::Named(b"svg")),
            ("<!-- never ends", Root::Beyond),
            ("<sv", Root::Beyond),
            ("", Root::Beyond),
            ("{}", Root::None),
        ] {
            assert_eq!(root_element(text.as_bytes()), root, "{text}");
        }
    }
}
