//! Lines and columns of many places of one text, without counting from its beginning each time.

use crate::asset::Position;

/// Counts on from the last place it was asked about.
pub(crate) struct Places<'a> {
    text: &'a [u8],
    offset: usize,
    last: Position,
}

impl<'a> Places<'a> {
    /// Places of `text`.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, offset: 0, last: Position { line: 1, column: 1 } }
    }

    /// The position of byte `offset`.
    pub(crate) fn at(&mut self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        if offset < self.offset {
            return Position::of(self.text, offset);
        }
        let step = Position::of(&self.text[self.offset..], offset - self.offset);
        self.last = within(self.last, step);
        self.offset = offset;
        self.last
    }
}

/// The position in the whole of a position in a part that begins at `origin`.
pub(crate) fn within(origin: Position, part: Position) -> Position {
    match part.line {
        0 => origin,
        1 => Position { line: origin.line, column: (origin.column + part.column).saturating_sub(1) },
        _ => Position { line: (origin.line + part.line).saturating_sub(1), column: part.column },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_on_gives_what_counting_anew_gives() {
        let text = "aé\nb\n\nüc".as_bytes();
        let mut places = Places::new(text);
        for offset in [0, 1, 3, 3, 5, 6, 9, 2, 8] {
            assert_eq!(places.at(offset), Position::of(text, offset), "{offset}");
        }
    }
}
