//! Parts of selectors that every engine of the last fifteen years knows (Selectors 3): a list may hold them without being
//! dropped for them.

/// Pseudo-classes without arguments.
pub(super) const OLD_CLASSES: &[&str] = &[
    "hover",
    "active",
    "focus",
    "visited",
    "link",
    "first-child",
    "last-child",
    "only-child",
    "first-of-type",
    "last-of-type",
    "only-of-type",
    "checked",
    "disabled",
    "enabled",
    "empty",
    "root",
    "target",
];

/// Pseudo-elements; one colon is enough for them.
pub(super) const OLD_ELEMENTS: &[&str] = &["before", "after", "first-line", "first-letter"];
