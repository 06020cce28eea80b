use std::fmt;

use serde::{Deserialize, Serialize};

/// What an asset is. Decided by content first and name second (see [`crate::classify`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Kind {
    Html,
    Css,
    JsModule,
    JsScript,
    Json,
    WebManifest,
    BuildManifest,
    SourceMap,
    Svg,
    Xml,
    Text,
    Png,
    Jpeg,
    Gif,
    #[serde(rename = "webp")]
    WebP,
    Avif,
    Ico,
    Woff,
    Woff2,
    Ttf,
    Otf,
    Eot,
    Wasm,
    Audio,
    Video,
    Pdf,
    Archive,
    Opaque,
}

impl Kind {
    /// Every kind, in the order of the report.
    pub const ALL: [Self; 28] = [
        Self::Html,
        Self::Css,
        Self::JsModule,
        Self::JsScript,
        Self::Json,
        Self::WebManifest,
        Self::BuildManifest,
        Self::SourceMap,
        Self::Svg,
        Self::Xml,
        Self::Text,
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::WebP,
        Self::Avif,
        Self::Ico,
        Self::Woff,
        Self::Woff2,
        Self::Ttf,
        Self::Otf,
        Self::Eot,
        Self::Wasm,
        Self::Audio,
        Self::Video,
        Self::Pdf,
        Self::Archive,
        Self::Opaque,
    ];

    /// The name in reports and configuration: `js-module`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Css => "css",
            Self::JsModule => "js-module",
            Self::JsScript => "js-script",
            Self::Json => "json",
            Self::WebManifest => "web-manifest",
            Self::BuildManifest => "build-manifest",
            Self::SourceMap => "source-map",
            Self::Svg => "svg",
            Self::Xml => "xml",
            Self::Text => "text",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Avif => "avif",
            Self::Ico => "ico",
            Self::Woff => "woff",
            Self::Woff2 => "woff2",
            Self::Ttf => "ttf",
            Self::Otf => "otf",
            Self::Eot => "eot",
            Self::Wasm => "wasm",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Pdf => "pdf",
            Self::Archive => "archive",
            Self::Opaque => "opaque",
        }
    }

    /// Whether the bytes are meant to be read as text.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Html
                | Self::Css
                | Self::JsModule
                | Self::JsScript
                | Self::Json
                | Self::WebManifest
                | Self::BuildManifest
                | Self::SourceMap
                | Self::Svg
                | Self::Xml
                | Self::Text
        )
    }

    /// Whether pages load it: scripts, sheets, pictures, fonts, sound and film. Data is left to the scripts that fetch it.
    #[must_use]
    pub fn is_loaded(self) -> bool {
        match self {
            Self::Css
            | Self::JsModule
            | Self::JsScript
            | Self::Svg
            | Self::Png
            | Self::Jpeg
            | Self::Gif
            | Self::WebP
            | Self::Avif
            | Self::Ico
            | Self::Woff
            | Self::Woff2
            | Self::Ttf
            | Self::Otf
            | Self::Eot
            | Self::Wasm
            | Self::Audio
            | Self::Video => true,
            Self::Html
            | Self::Json
            | Self::WebManifest
            | Self::BuildManifest
            | Self::SourceMap
            | Self::Xml
            | Self::Text
            | Self::Pdf
            | Self::Archive
            | Self::Opaque => false,
        }
    }

    /// Whether gzip or brotli pays for this kind: text, and formats that store without compressing.
    #[must_use]
    pub fn is_compressible(self) -> bool {
        self.is_text() || matches!(self, Self::Ico | Self::Ttf | Self::Otf | Self::Eot | Self::Wasm)
    }

    /// Whether this is JavaScript, module or script.
    #[must_use]
    pub fn is_js(self) -> bool {
        matches!(self, Self::JsModule | Self::JsScript)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_report() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
