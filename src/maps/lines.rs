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
    is_ascii: bool,
}

impl<'a> Lines<'a> {
    /// Of `text`.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
        Self { text, starts, is_ascii: text.is_ascii() }
    }

    /// Of a byte of the text.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let start = self.starts[line];
        let column = if self.is_ascii {
            offset - start
        } else {
            self.text.get(start..offset).map_or(0, |text| text.encode_utf16().count())
        };
        Place { line: clamp(line), column: clamp(column) }
    }

    /// The byte at a place, if the text has it.
    #[must_use]
    pub fn offset(&self, place: Place) -> Option<usize> {
        let start = *self.starts.get(place.line as usize)?;
        let end = self.starts.get(place.line as usize + 1).copied().unwrap_or(self.text.len());
        let mut left = place.column as usize;
        if self.is_ascii {
            return Some(start + left).filter(|&at| at <= end);
        }
        for (at, c) in self.text[start..end].char_indices() {
            match left.checked_sub(c.len_utf16()) {
                _ if left == 0 => return Some(start + at),
                Some(rest) => left = rest,
                None => return None,
            }
        }
        (left == 0).then_some(end)
    }

    /// Whether exactly `word` stands at a place.
    pub(super) fn has_word(&self, place: Place, word: &str) -> bool {
        let text = self.offset(place).and_then(|offset| self.text[offset..].strip_prefix(word));
        text.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$'))
    }
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
