//! Bytes of a text to the lines and columns of a source map, and what an edit does to them.

use super::mappings::Segment;

/// A line and a column in UTF-16 units, both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0.
    pub column: u32,
}

/// Where the lines of a text start. A line ends with LF, CR or both.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Some bytes at which characters start, with the UTF-16 units before them: bundles have lines of megabytes. Empty
    /// when the text is ASCII.
    marks: Vec<(usize, usize)>,
}

/// How far marks are apart, in bytes.
const STRIDE: usize = 256;

impl<'a> Lines<'a> {
    /// Of `text`.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
        Self { text, starts, marks: if text.is_ascii() { Vec::new() } else { marks(text) } }
    }

    /// Of a byte of the text.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let column = self.units(offset).saturating_sub(self.units(self.starts[line]));
        Place { line: clamp(line), column: clamp(column) }
    }

    /// UTF-16 units before a byte.
    fn units(&self, offset: usize) -> usize {
        let Some(after) = self.marks.partition_point(|(at, _)| *at <= offset).checked_sub(1) else { return offset };
        let (at, units) = self.marks[after];
        units + self.text.get(at..offset).map_or(0, |text| text.encode_utf16().count())
    }

    /// The byte at a place, if the text has it.
    #[must_use]
    pub fn offset(&self, place: Place) -> Option<usize> {
        let start = *self.starts.get(place.line as usize)?;
        let end = self.starts.get(place.line as usize + 1).copied().unwrap_or(self.text.len());
        let wanted = self.units(start) + place.column as usize;
        let found = match self.marks.partition_point(|(_, units)| *units <= wanted).checked_sub(1) {
            None => Some(wanted),
            Some(before) => self.byte_after(self.marks[before], wanted),
        };
        found.filter(|&at| at <= end)
    }

    /// The byte before which there are `wanted` units, looked for from `mark` on.
    fn byte_after(&self, mark: (usize, usize), wanted: usize) -> Option<usize> {
        let (start, mut units) = mark;
        for (at, c) in self.text[start..].char_indices() {
            if units >= wanted {
                return (units == wanted).then_some(start + at);
            }
            units += c.len_utf16();
        }
        (units == wanted).then_some(self.text.len())
    }

    /// Whether exactly `word` stands at a place.
    pub(super) fn has_word(&self, place: Place, word: &str) -> bool {
        let text = self.offset(place).and_then(|offset| self.text[offset..].strip_prefix(word));
        text.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$'))
    }
}

fn marks(text: &str) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = Vec::with_capacity(text.len() / STRIDE + 1);
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if marks.last().is_none_or(|(last, _)| at >= last + STRIDE) {
            marks.push((at, units));
        }
        units += c.len_utf16();
    }
    marks
}

fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A part of one line that became longer or shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where it started and ended.
    pub from: Place,
    /// One past its end, on the same line.
    pub to: Place,
    /// How many columns stand there now.
    pub columns: u32,
}

/// Moves segments to where their text stands after `edits` (in order, not overlapping).
pub(super) fn shift(segments: &mut [Segment], edits: &[Edit]) {
    let mut next = edits.iter().peekable();
    let (mut line, mut delta) = (0, 0_i64);
    for segment in segments {
        let place = Place { line: segment.line, column: segment.column };
        while let Some(edit) = next.next_if(|edit| edit.to <= place) {
            if edit.to.line != line {
                (line, delta) = (edit.to.line, 0);
            }
            delta += i64::from(edit.columns) - i64::from(edit.to.column - edit.from.column);
        }
        if segment.line != line {
            (line, delta) = (segment.line, 0);
        }
        // A place inside what was replaced has no counterpart: its beginning stands for it.
        let inside = next.peek().filter(|edit| edit.from < place);
        let column = i64::from(inside.map_or(segment.column, |edit| edit.from.column));
        segment.column = u32::try_from(column + delta).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_bytes_agree() {
        for text in
            ["a\nbc\r\nd".to_owned(), "xä\u{1F600}y".repeat(300), format!("{}\né{}", "ü".repeat(500), "z".repeat(700))]
        {
            let lines = Lines::of(&text);
            let (mut line, mut column) = (0, 0);
            for (at, c) in text.char_indices() {
                assert_eq!(lines.place(at), Place { line, column });
                assert_eq!(lines.offset(Place { line, column }), Some(at));
                if c.len_utf16() == 2 {
                    assert_eq!(lines.offset(Place { line, column: column + 1 }), None, "inside a character");
                }
                column += u32::try_from(c.len_utf16()).unwrap();
                if c == '\n' {
                    (line, column) = (line + 1, 0);
                }
            }
            assert_eq!(lines.offset(Place { line, column }), Some(text.len()));
            assert_eq!(lines.offset(Place { line, column: column + 1 }), None);
            assert_eq!(lines.offset(Place { line: line + 1, column: 0 }), None);
        }
    }
}
