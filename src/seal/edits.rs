//! Changes of a text, by place.

use std::ops::Range;

/// What stands in a range, and what is to stand there; an empty range is a place to insert at.
pub(super) type Edit = (Range<usize>, String);

/// `text` with all `edits`, which must not overlap and may come in any order.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut applied = String::with_capacity(text.len() + edits.iter().map(|(_, new)| new.len()).sum::<usize>());
    let mut at = 0;
    for (range, new) in edits {
        applied.push_str(text.get(at..range.start).unwrap_or_default());
        applied.push_str(&new);
        at = range.end;
    }
    applied.push_str(text.get(at..).unwrap_or_default());
    applied
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn edits_come_in_any_order() {
        let edits = vec![(3..3, "!".to_owned()), (0..1, "ü".to_owned()), (1..2, String::new())];
        assert_eq!(apply("abc", edits), "üc!");
        assert_eq!(apply("abc", Vec::new()), "abc");
    }
}
