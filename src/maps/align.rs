//! Which words of one text stand in another, in the same order.
//!
//! For texts whose rewriting cannot tell where each part came from. Patience diff: what stands exactly once in both texts
//! is an anchor if the order agrees; what lies between two anchors is aligned the same way.

use std::{collections::HashMap, hash::Hash, ops::Range};

/// Stretches without anchors are compared word by word up to this many pairs.
const MAX_PAIRS: usize = 1 << 14;

/// How often each word may be looked at on average: texts made to defeat the method stay partly unaligned.
const MAX_LOOKS: usize = 64;

/// Pairs of equal words, rising in both texts.
#[must_use]
pub fn align<T: Eq + Hash>(before: &[T], after: &[T]) -> Vec<(usize, usize)> {
    let mut looks = (before.len() + after.len() + 64) * MAX_LOOKS;
    let mut pairs = Vec::new();
    let mut open = vec![(0..before.len(), 0..after.len())];
    while let Some((left, right)) = open.pop() {
        let (left, right) = trim(before, after, left, right, &mut pairs);
        let size = left.len() + right.len();
        if left.is_empty() || right.is_empty() || size > looks {
            continue;
        }
        looks -= size;
        let anchors = anchors(before, after, &left, &right);
        if anchors.is_empty() {
            pairwise(before, after, &left, &right, &mut pairs);
            continue;
        }
        let (mut from_left, mut from_right) = (left.start, right.start);
        for (a, b) in anchors {
            pairs.push((a, b));
            open.push((from_left..a, from_right..b));
            (from_left, from_right) = (a + 1, b + 1);
        }
        open.push((from_left..left.end, from_right..right.end));
    }
    pairs.sort_unstable();
    pairs
}

/// Takes the common beginning and end off both stretches.
fn trim<T: Eq>(
    before: &[T],
    after: &[T],
    mut left: Range<usize>,
    mut right: Range<usize>,
    pairs: &mut Vec<(usize, usize)>,
) -> (Range<usize>, Range<usize>) {
    while !left.is_empty() && !right.is_empty() && before[left.start] == after[right.start] {
        pairs.push((left.start, right.start));
        left.start += 1;
        right.start += 1;
    }
    while !left.is_empty() && !right.is_empty() && before[left.end - 1] == after[right.end - 1] {
        left.end -= 1;
        right.end -= 1;
        pairs.push((left.end, right.end));
    }
    (left, right)
}

/// Words that stand once in each stretch: the longest list of them that rises in both.
fn anchors<T: Eq + Hash>(before: &[T], after: &[T], left: &Range<usize>, right: &Range<usize>) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&T, (u32, usize, u32, usize)> = HashMap::new();
    for index in left.clone() {
        let entry = seen.entry(&before[index]).or_default();
        (entry.0, entry.1) = (entry.0 + 1, index);
    }
    for index in right.clone() {
        if let Some(entry) = seen.get_mut(&after[index]) {
            (entry.2, entry.3) = (entry.2 + 1, index);
        }
    }
    let mut once: Vec<(usize, usize)> =
        seen.into_values().filter(|entry| entry.0 == 1 && entry.2 == 1).map(|entry| (entry.1, entry.3)).collect();
    once.sort_unstable();
    rising(&once)
}

/// The longest part of `pairs` (sorted by the first) whose seconds rise: patience sorting.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut below = vec![usize::MAX; pairs.len()];
    for (index, pair) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|&top| pairs[top].1 < pair.1);
        if let Some(pile) = pile.checked_sub(1) {
            below[index] = tops[pile];
        }
        if pile == tops.len() {
            tops.push(index);
        } else {
            tops[pile] = index;
        }
    }
    let mut longest = Vec::with_capacity(tops.len());
    let mut at = tops.last().copied().unwrap_or(usize::MAX);
    while let Some(pair) = pairs.get(at) {
        longest.push(*pair);
        at = below[at];
    }
    longest.reverse();
    longest
}

/// The longest common subsequence of two short stretches.
fn pairwise<T: Eq>(
    before: &[T],
    after: &[T],
    left: &Range<usize>,
    right: &Range<usize>,
    pairs: &mut Vec<(usize, usize)>,
) {
    let (rows, columns) = (left.len(), right.len());
    if rows * columns > MAX_PAIRS {
        return;
    }
    let width = columns + 1;
    let mut longest = vec![0_u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[row * width + column] = if before[left.start + row] == after[right.start + column] {
                longest[(row + 1) * width + column + 1] + 1
            } else {
                longest[(row + 1) * width + column].max(longest[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        if before[left.start + row] == after[right.start + column] {
            pairs.push((left.start + row, right.start + column));
            row += 1;
            column += 1;
        } else if longest[(row + 1) * width + column] >= longest[row * width + column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::align;

    #[test]
    fn words_are_paired_in_order() {
        for (before, after, expected) in [
            ("a b c", "a b c", "a b c"),
            ("a b c d", "a c d", "a c d"),
            ("a x b x c", "b x c", "b x c"),
            ("x y", "y x", "x"),
            ("p q p q p", "q p p", "q p p"),
            ("", "a", ""),
            ("a b", "c d", ""),
        ] {
            let (before, after): (Vec<_>, Vec<_>) = (before.split(' ').collect(), after.split(' ').collect());
            let pairs = align(&before, &after);
            let words: Vec<_> =
                pairs.iter().map(|&(a, b)| (before[a], after[b])).filter(|(a, _)| !a.is_empty()).collect();
            assert!(words.iter().all(|(a, b)| a == b) && pairs.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1));
            if expected == "x" {
                assert_eq!(words.len(), 1);
            } else {
                assert_eq!(words.iter().map(|(a, _)| *a).collect::<Vec<_>>().join(" "), expected);
            }
        }
    }

    #[test]
    fn texts_without_anchors_cost_no_time() {
        let before: Vec<usize> = (0..40_000).map(|i| i % 7).collect();
        let after: Vec<usize> = (0..40_000).map(|i| i % 5 + 7).collect();
        assert!(align(&before, &after).is_empty());
    }
}
