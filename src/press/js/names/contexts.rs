//! What stands around each use of a name, as numbers: uses with equal surroundings share a context.

use rustc_hash::FxHashMap;

use super::problem::Problem;

/// Surroundings that are compared: so many bytes before and after the name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) before: usize,
    pub(crate) after: usize,
    /// Whether other names in them count as they are at the time, or all as one sign.
    pub(crate) sees_names: bool,
    /// What a repetition is worth.
    pub(crate) weight: i32,
}

/// The surroundings occur only here, or only around one binding: nothing can be learnt.
pub(crate) const NONE: u32 = u32::MAX;

/// For each use of `problem`, its context under each of `views`; contexts are numbered over all views.
pub(crate) fn of<const V: usize>(problem: &Problem, names: &[Vec<u8>], views: &[View; V]) -> Vec<[u32; V]> {
    let real = Text::of(problem, |binding| &names[binding as usize]);
    let blank = Text::of(problem, |_| b"\0");
    let mut of_use = vec![[NONE; V]; problem.slots.len()];
    let mut count = 0;
    let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
    // Of all surroundings of one view: whose they were first, and their context once others have them.
    let mut seen: Vec<(u32, u32)> = Vec::new();
    for (view_number, view) in views.iter().enumerate() {
        numbers.clear();
        seen.clear();
        let text = if view.sees_names { &real } else { &blank };
        for (number, slot) in problem.slots.iter().enumerate() {
            let next = u32::try_from(seen.len()).unwrap_or(NONE);
            let at = *numbers.entry(text.key(number, view)).or_insert(next);
            if at == next {
                seen.push((slot.binding, NONE));
            }
            let (first, context) = &mut seen[at as usize];
            if *first != slot.binding && *context == NONE {
                *context = count;
                count += 1;
            }
            of_use[number][view_number] = at;
        }
        for contexts in &mut of_use {
            contexts[view_number] = seen[contexts[view_number] as usize].1;
        }
    }
    of_use
}

/// The script with some names, and where they are.
struct Text {
    bytes: Vec<u8>,
    /// Start and end of each name, with [`MARGIN`] bytes before the first and after the last.
    ranges: Vec<(u32, u32)>,
}

/// Longest view.
const MARGIN: usize = 16;

impl Text {
    fn of<'a>(problem: &Problem, name: impl Fn(u32) -> &'a [u8]) -> Self {
        let mut bytes = vec![b'\n'; MARGIN];
        let mut ranges = Vec::with_capacity(problem.slots.len());
        let mut from = 0;
        for slot in &problem.slots {
            bytes.extend_from_slice(&problem.literals[from..slot.at as usize]);
            let start = bytes.len();
            bytes.extend_from_slice(name(slot.binding));
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            ranges.push((offset(start), offset(bytes.len())));
            from = slot.at as usize;
        }
        bytes.extend_from_slice(&problem.literals[from..]);
        bytes.extend_from_slice(&[b'\n'; MARGIN]);
        Self { bytes, ranges }
    }

    fn key(&self, number: usize, view: &View) -> u64 {
        let (start, end) = self.ranges[number];
        // The last bytes before and the first after: what lies beyond the view is shifted out.
        let before = shifted(self.window(start as usize - MARGIN).swap_bytes(), view.before);
        let after = shifted(self.window(end as usize), view.after);
        mixed(before).rotate_left(29) ^ mixed(after).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// [`MARGIN`] bytes from `at`, the first one lowest.
    fn window(&self, at: usize) -> u128 {
        self.bytes[at..].first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes))
    }
}

/// The lowest `bytes` bytes of `window`, moved up.
fn shifted(window: u128, bytes: usize) -> u128 {
    u32::try_from(8 * (MARGIN - bytes)).ok().and_then(|bits| window.checked_shl(bits)).unwrap_or(0)
}

fn mixed(bytes: u128) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "both halves are mixed")]
    [bytes as u64, (bytes >> 64) as u64].into_iter().fold(0x51, |state, word| {
        (state ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(31).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
    })
}
