//! References: what one asset's text says about other assets, found by the parser of its language.
//!
//! Bytes in, [`Scan`] out. Never resolves, never rewrites; spans point into the bytes that were scanned.

pub mod css;
mod digests;
pub mod html;
pub mod js;
pub mod json;
pub mod manifest;
pub(crate) mod positions;
pub mod xml;

use crate::{
    asset::{Kind, Mention, Position, Reference, Span},
    press::{KeptBecause, Note, css::CssPlace, js::JsPlace},
};

/// What a scanner found in one text, in order of place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Proven references.
    pub references: Vec<Reference>,
    /// Texts that may name assets, unproven.
    pub mentions: Vec<Mention>,
    /// The page's `<base href>`, as written.
    pub base: Option<Box<str>>,
    /// The entries of the page's import maps: specifier and URL, both as written.
    pub import_map: Vec<(Box<str>, Box<str>)>,
    /// The comment of a script or sheet that says where its source map is.
    pub source_map: Option<Span>,
}

/// Scans an asset of `kind`; the kind comes back refined (a `.js` file turns out to be a module or a script).
///
/// # Errors
/// Why the text cannot be read; what it names is then unknown.
pub fn scan(kind: Kind, source: &[u8]) -> Result<(Kind, Scan), KeptBecause> {
    match kind {
        Kind::Html => Ok((kind, html::scan(source).map_err(KeptBecause::Unparsable)?)),
        Kind::Css => Ok((kind, css::scan(text(source)?, CssPlace::File))),
        Kind::JsScript => js::scan_file(text(source)?, JsPlace::File),
        Kind::JsModule => js::scan_file(text(source)?, JsPlace::ModuleFile),
        Kind::Json | Kind::WebManifest | Kind::SourceMap => {
            Ok((kind, json::scan(text(source)?, kind).map_err(KeptBecause::Unparsable)?))
        }
        Kind::BuildManifest => scan_manifest(text(source)?).map_err(KeptBecause::Unparsable),
        Kind::Svg | Kind::Xml => Ok((kind, xml::scan(source, kind).map_err(KeptBecause::Unparsable)?)),
        _ => Ok((kind, Scan::default())),
    }
}

/// A file that has the name of a manifest and the shape of none is other JSON.
fn scan_manifest(source: &str) -> Result<(Kind, Scan), Note> {
    match manifest::scan(source)? {
        Some(scan) => Ok((Kind::BuildManifest, scan)),
        None => Ok((Kind::Json, json::scan(source, Kind::Json)?)),
    }
}

fn text(source: &[u8]) -> Result<&str, KeptBecause> {
    std::str::from_utf8(source).map_err(|error| {
        KeptBecause::Unsupported(Note::at("it is not UTF-8", Position::of(source, error.valid_up_to())))
    })
}
