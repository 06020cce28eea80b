//! Media types: a kind, a path and what is known of the text encoding in, the value of `Content-Type` out.
//!
//! The kind decides where it says all there is to say; otherwise the extension does. A charset is named only when the
//! text is known to be UTF-8: the header beats a page's own `<meta charset>`, so a wrong one would break the page.

use super::{Charset, PublishedFile};
use crate::asset::{AssetPath, Kind};

const XHTML: &str = "application/xhtml+xml";

/// What extensions mean, for kinds that do not say it all, and for servers that go by extension. Sorted.
pub(super) const BY_EXTENSION: &[(&str, &str)] = &[
    ("3gp", "video/3gpp"),
    ("7z", "application/x-7z-compressed"),
    ("aac", "audio/aac"),
    ("apng", "image/apng"),
    ("appcache", "text/cache-manifest"),
    ("atom", "application/atom+xml"),
    ("avif", "image/avif"),
    ("bin", "application/octet-stream"),
    ("bmp", "image/bmp"),
    ("br", "application/octet-stream"),
    ("bz2", "application/x-bzip2"),
    ("cjs", "text/javascript"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("cur", "image/x-icon"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("eot", "application/vnd.ms-fontobject"),
    ("epub", "application/epub+zip"),
    ("flac", "audio/flac"),
    ("geojson", "application/geo+json"),
    ("gif", "image/gif"),
    ("glb", "model/gltf-binary"),
    ("gltf", "model/gltf+json"),
    ("gz", "application/gzip"),
    ("heic", "image/heic"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ico", "image/x-icon"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("jsonld", "application/ld+json"),
    ("jxl", "image/jxl"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("map", "application/json"),
    ("md", "text/markdown"),
    ("mjs", "text/javascript"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("mpd", "application/dash+xml"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("ogv", "video/ogg"),
    ("opus", "audio/ogg"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("rar", "application/vnd.rar"),
    ("rss", "application/rss+xml"),
    ("rtf", "application/rtf"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tgz", "application/gzip"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("ts", "video/mp2t"),
    ("ttf", "font/ttf"),
    ("txt", "text/plain"),
    ("vcf", "text/vcard"),
    ("vtt", "text/vtt"),
    ("wasm", "application/wasm"),
    ("wav", "audio/wav"),
    ("weba", "audio/webm"),
    ("webm", "video/webm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("xht", XHTML),
    ("xhtml", XHTML),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("xsd", "application/xml"),
    ("xsl", "application/xml"),
    ("xslt", "application/xslt+xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("zip", "application/zip"),
    ("zst", "application/zstd"),
];

/// The value of `Content-Type` for `file`.
#[must_use]
pub fn content_type(file: &PublishedFile) -> String {
    let essence = essence(file.kind, &file.path);
    with_charset(essence, file.kind.is_text() && file.charset == Charset::Utf8)
}

/// `essence` with `; charset=utf-8` when it is text, is known to be UTF-8 and takes that parameter.
pub(super) fn with_charset(essence: &str, is_utf8: bool) -> String {
    if is_utf8 && takes_charset(essence) { format!("{essence}; charset=utf-8") } else { essence.to_owned() }
}

/// JSON has no charset parameter: it is UTF-8 by definition. XML types have one, and it beats the declaration.
pub(super) fn takes_charset(essence: &str) -> bool {
    essence.starts_with("text/") || essence.ends_with("+xml") || essence == "application/xml"
}

/// The type that an extension stands for; none for an extension that is not in our list.
pub(super) fn by_extension(extension: &str) -> Option<&'static str> {
    let extension = extension.to_ascii_lowercase();
    let found = BY_EXTENSION.binary_search_by(|(known, _)| (*known).cmp(&extension)).ok()?;
    Some(BY_EXTENSION[found].1)
}

/// Whether a host that goes by extension gives `file` a type that means something else than the table's.
pub(super) fn needs_telling(file: &PublishedFile) -> bool {
    by_extension(file.path.extension()) != Some(essence(file.kind, &file.path))
}

/// Whether servers say of a page at `path` that it is XHTML.
pub(crate) fn is_xhtml(path: &AssetPath) -> bool {
    by_extension(path.extension()) == Some(XHTML)
}

fn essence(kind: Kind, path: &AssetPath) -> &'static str {
    let by_extension = by_extension(path.extension());
    match kind {
        Kind::Html if by_extension == Some(XHTML) => XHTML,
        Kind::Html => "text/html",
        Kind::Css => "text/css",
        Kind::JsModule | Kind::JsScript => "text/javascript",
        Kind::WebManifest => "application/manifest+json",
        Kind::Svg => "image/svg+xml",
        Kind::Png if by_extension == Some("image/apng") => "image/apng",
        Kind::Png => "image/png",
        Kind::Jpeg => "image/jpeg",
        Kind::Gif => "image/gif",
        Kind::WebP => "image/webp",
        Kind::Avif => "image/avif",
        Kind::Ico => "image/x-icon",
        Kind::Woff => "font/woff",
        Kind::Woff2 => "font/woff2",
        Kind::Ttf => "font/ttf",
        Kind::Otf => "font/otf",
        Kind::Eot => "application/vnd.ms-fontobject",
        Kind::Wasm => "application/wasm",
        Kind::Pdf => "application/pdf",
        Kind::Json | Kind::BuildManifest | Kind::SourceMap => {
            by_extension.filter(|t| t.ends_with("json")).unwrap_or("application/json")
        }
        Kind::Xml => by_extension.filter(|t| t.ends_with("xml")).unwrap_or("application/xml"),
        Kind::Text => by_extension.unwrap_or_else(|| text_without_extension(path)),
        Kind::Audio | Kind::Video | Kind::Archive | Kind::Opaque => by_extension.unwrap_or("application/octet-stream"),
    }
}

fn text_without_extension(path: &AssetPath) -> &'static str {
    // Apple asks for JSON under a name without extension.
    if path.file_name() == "apple-app-site-association" { "application/json" } else { "text/plain" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Naming, testing::file};

    #[test]
    fn the_list_is_sorted() {
        assert!(BY_EXTENSION.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn kind_first_then_extension() {
        for (path, kind, expected) in [
            ("a.html", Kind::Html, "text/html; charset=utf-8"),
            ("a.xhtml", Kind::Html, "application/xhtml+xml; charset=utf-8"),
            ("a.php", Kind::Html, "text/html; charset=utf-8"),
            ("a.JS", Kind::JsScript, "text/javascript; charset=utf-8"),
            ("a.mjs", Kind::JsModule, "text/javascript; charset=utf-8"),
            ("a.map", Kind::SourceMap, "application/json"),
            ("a.geojson", Kind::Json, "application/geo+json"),
            ("manifest.json", Kind::WebManifest, "application/manifest+json"),
            ("feed.rss", Kind::Xml, "application/rss+xml; charset=utf-8"),
            ("x.txt", Kind::Text, "text/plain; charset=utf-8"),
            (".well-known/apple-app-site-association", Kind::Text, "application/json"),
            (".well-known/apple-app-site-association", Kind::Json, "application/json"),
            ("a.woff2", Kind::Woff2, "font/woff2"),
            ("a.jpg", Kind::Png, "image/png"),
            ("a.glb", Kind::Opaque, "model/gltf-binary"),
            ("a.unknown", Kind::Opaque, "application/octet-stream"),
            ("LICENSE", Kind::Text, "text/plain; charset=utf-8"),
        ] {
            assert_eq!(content_type(&file(path, kind, Naming::Fixed)), expected, "{path}");
        }
    }

    #[test]
    fn no_charset_for_text_of_unknown_encoding() {
        let mut old = file("old.html", Kind::Html, Naming::Fixed);
        old.charset = Charset::Unknown;
        assert_eq!(content_type(&old), "text/html");
    }

    #[test]
    fn hosts_are_told_only_what_the_extension_does_not_say() {
        for (path, kind, telling) in [
            ("a.js", Kind::JsScript, false),
            ("a.PNG", Kind::Png, false),
            ("manifest.json", Kind::WebManifest, true),
            ("api/data", Kind::Json, true),
            ("a.php", Kind::JsScript, true),
        ] {
            assert_eq!(needs_telling(&file(path, kind, Naming::Fixed)), telling, "{path}");
        }
    }
}
