//! Lines and columns of a script.

use crate::asset::Position;

/// Positions of growing offsets without starting over each time.
pub(super) struct LineCounter<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineCounter<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', source.as_bytes()).map(|i| i + 1)).collect();
        Self { source, starts }
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        // Minified lines run to megabytes: counting characters there would cost more than the column is worth.
        let column = if offset - start > 10_000 {
            offset - start
        } else {
            self.source.get(start..offset).map_or(offset - start, |text| text.chars().count())
        };
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: clamp(line), column: clamp(column + 1) }
    }
}
