//! CSS.

use super::{Draft, KeptBecause, Options};

/// Where a piece of CSS stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CssPlace {
    /// A `.css` file.
    File,
    /// The text of a `<style>` element.
    Element,
    /// The (entity-decoded) value of a `style` attribute: declarations only.
    Attribute,
}

/// Presses one sheet. Pure.
///
/// # Errors
/// Why the sheet must stay as it is.
pub fn press(_source: &str, _place: CssPlace, _options: &Options) -> Result<Draft, KeptBecause> {
    Err(KeptBecause::NoPress)
}
