//! Maps that stand in a comment of the text they map. They are part of its bytes, so they follow it at once.

use super::{
    Edit, GivenMap, MapError, Positions, Step,
    comment::{inline, is_inline, url_in, with_inline},
    compose,
};

/// A `sourceMappingURL` comment with the map in it composed with `positions`; `None` when no map stands in it.
#[must_use]
pub fn composed_inline(comment: &str, positions: &Positions) -> Option<Result<String, MapError>> {
    rewrite(comment, Step { positions: Some(positions), edits: &[] })
}

/// A `sourceMappingURL` comment with the map in it moved along with `edits`; `None` when no map stands in it, or none that
/// can be read.
#[must_use]
pub fn moved_inline(comment: &str, edits: &[Edit]) -> Option<String> {
    rewrite(comment, Step { positions: None, edits })?.ok()
}

fn rewrite(comment: &str, step: Step<'_>) -> Option<Result<String, MapError>> {
    let range = url_in(comment).filter(|range| is_inline(&comment[range.clone()]))?;
    let url = &comment[range.clone()];
    let new = || -> Result<String, MapError> {
        let text = inline(url)?;
        let given = GivenMap::read(&text)?;
        let (mappings, added) = compose(&given, step)?;
        let new = with_inline(url, &given.write(&mappings, &added, None));
        Ok(format!("{}{new}{}", &comment[..range.start], &comment[range.end..]))
    };
    Some(new())
}
