//! What a name claims. Unknown names claim nothing.

use crate::asset::{AssetPath, Kind};

/// The kind that files of this extension have, if it is one we know.
pub(super) fn kind(path: &AssetPath) -> Option<Kind> {
    Some(match path.extension().to_ascii_lowercase().as_str() {
        // XHTML names its assets as HTML does. Its press has to see by the content that XML rules hold.
        "html" | "htm" | "xhtml" | "xht" => Kind::Html,
        "css" => Kind::Css,
        "mjs" => Kind::JsModule,
        "js" | "cjs" => Kind::JsScript,
        "json" | "geojson" | "topojson" | "jsonld" => Kind::Json,
        "webmanifest" => Kind::WebManifest,
        "map" => Kind::SourceMap,
        "svg" => Kind::Svg,
        "xml" | "rss" | "atom" | "rdf" | "xsl" | "xslt" | "xsd" | "opml" | "kml" | "gpx" => Kind::Xml,
        "txt" | "text" | "md" | "markdown" | "csv" | "tsv" | "vtt" | "srt" | "ics" | "vcf" | "yaml" | "yml"
        | "toml" | "glsl" | "wgsl" => Kind::Text,
        "png" | "apng" => Kind::Png,
        "jpg" | "jpeg" | "jpe" | "jfif" | "pjpeg" | "pjp" => Kind::Jpeg,
        "gif" => Kind::Gif,
        "webp" => Kind::WebP,
        "avif" => Kind::Avif,
        "ico" | "cur" => Kind::Ico,
        "woff" => Kind::Woff,
        "woff2" => Kind::Woff2,
        "ttf" | "ttc" => Kind::Ttf,
        "otf" | "otc" => Kind::Otf,
        "eot" => Kind::Eot,
        "wasm" => Kind::Wasm,
        "mp3" | "m4a" | "aac" | "oga" | "ogg" | "opus" | "wav" | "flac" | "weba" | "aif" | "aiff" => Kind::Audio,
        "mp4" | "m4v" | "webm" | "ogv" | "mov" | "avi" | "mkv" | "mpg" | "mpeg" => Kind::Video,
        "pdf" => Kind::Pdf,
        "zip" | "gz" | "tgz" | "bz2" | "xz" | "zst" | "br" | "7z" | "rar" | "tar" | "svgz" => Kind::Archive,
        _ => return None,
    })
}
