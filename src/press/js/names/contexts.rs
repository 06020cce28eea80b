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

/// The contexts of all uses under all views.
pub(crate) struct Contexts {
    /// For each use, one context per view; [`NONE`] where nothing can be learnt.
    pub(crate) of_use: Vec<u32>,
    /// How many contexts there are.
    pub(crate) count: usize,
    /// The view of each context.
    pub(crate) view: Vec<u8>,
}

/// The surroundings occur only here, or only around one binding.
pub(crate) const NONE: u32 = u32::MAX;

impl Contexts {
    pub(crate) fn of(problem: &Problem, names: &[Vec<u8>], views: &[View]) -> Self {
        let real = Text::of(problem, |binding| &names[binding as usize]);
        let blank = Text::of(problem, |_| b"\0");
        let uses = problem.slots.len();
        let mut of_use = vec![NONE; uses * views.len()];
        let (mut count, mut view_of) = (0_u32, Vec::new());
        let mut seen: FxHashMap<u64, (u32, u32)> = FxHashMap::default();
        for (number, view) in views.iter().enumerate() {
            seen.clear();
            let text = if view.sees_names { &real } else { &blank };
            let keys: Vec<u64> = (0..uses).map(|at| text.key(at, view)).collect();
            for (key, slot) in keys.iter().zip(&problem.slots) {
                let entry = seen.entry(*key).or_insert((slot.binding, NONE));
                if entry.0 != slot.binding && entry.1 == NONE {
                    entry.1 = count;
                    count += 1;
                    view_of.push(u8::try_from(number).unwrap_or(u8::MAX));
                }
            }
            for (at, key) in keys.iter().enumerate() {
                of_use[at * views.len() + number] = seen[key].1;
            }
        }
        Self { of_use, count: count as usize, view: view_of }
    }
}

/// The script with some names, and where they are.
struct Text {
    bytes: Vec<u8>,
    /// Start and end of each name, with [`MARGIN`] bytes before the first and after the last.
    ranges: Vec<(u32, u32)>,
}

/// Longest view.
const MARGIN: usize = 32;

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
        let (start, end) = (start as usize, end as usize);
        let before = hash(&self.bytes[start - view.before..start]);
        let after = hash(&self.bytes[end..end + view.after]);
        before.rotate_left(29) ^ after.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// Mixes up to [`MARGIN`] bytes.
fn hash(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(bytes.len() as u64, |state, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        (state ^ u64::from_le_bytes(word))
            .wrapping_mul(0xff51_afd7_ed55_8ccd)
            .rotate_left(31)
            .wrapping_mul(0xc4ce_b9fe_1a85_ec53)
    })
}
