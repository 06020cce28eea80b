//! Lines and columns of many places of one text, asked for in rising order: each byte is counted once.

use crate::asset::Position;

/// Counts along a text.
pub(crate) struct Positions<'a> {
    text: &'a [u8],
    at: usize,
    position: Position,
}

impl<'a> Positions<'a> {
    /// Starts at the first byte of `text`.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, position: Position { line: 1, column: 1 } }
    }

    /// The position of byte `offset`. Cheap while offsets rise; a step back counts from the start again.
    pub(crate) fn of(&mut self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        if offset < self.at {
            *self = Self::new(self.text);
        }
        for &byte in &self.text[self.at..offset] {
            if byte == b'\n' {
                self.position = Position { line: self.position.line.saturating_add(1), column: 1 };
            } else if byte & 0xC0 != 0x80 {
                self.position.column = self.position.column.saturating_add(1);
            }
        }
        self.at = offset;
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::Positions;
    use crate::asset::Position;

    #[test]
    fn agrees_with_counting_from_the_start() {
        let text = "aé\n\nxyz\r\nü".as_bytes();
        let mut positions = Positions::new(text);
        for offset in [0, 1, 3, 4, 5, 9, 12, 2, 99] {
            assert_eq!(positions.of(offset), Position::of(text, offset), "{offset}");
        }
    }
}
