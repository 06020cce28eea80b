//! JavaScript.

use super::{Draft, KeptBecause, Options};

/// What a piece of JavaScript is, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsPlace {
    /// A `.js` file: a module if it has `import`, `export` or `import.meta`, else a classic script.
    File,
    /// A `.mjs` file: a module.
    ModuleFile,
    /// The text of a classic `<script>` element.
    Script,
    /// The text of a `<script type=module>` element.
    Module,
    /// The (entity-decoded) value of an event handler attribute, or what follows `javascript:`. Only scanned.
    Handler,
}

/// Presses one script or module. Pure. Output for elements never contains `</script` or `<!--`.
///
/// # Errors
/// Why the source must stay as it is.
pub fn press(_source: &str, _place: JsPlace, _options: &Options) -> Result<Draft, KeptBecause> {
    Err(KeptBecause::NoPress)
}
