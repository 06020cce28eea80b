//! Character data of XML with its references undone: raw text in, [`Decoded`] out, which still knows the raw bytes.

use std::ops::Range;

use crate::asset::Decoded;

/// Collects the parts of one text, then decodes them as a whole.
#[derive(Debug, Default)]
pub(super) struct Characters {
    pieces: Vec<(String, Range<usize>)>,
}

impl Characters {
    /// An attribute value or other text that stands raw at byte `start`.
    pub(super) fn of(raw: &str, start: usize) -> Decoded {
        if !raw.contains(['&', '\n', '\r', '\t']) {
            return Decoded::plain(raw, start);
        }
        let mut characters = Self::default();
        characters.push(raw, start);
        characters.decoded()
    }

    /// Adds text in which `&..;` stands for a character.
    pub(super) fn push(&mut self, raw: &str, start: usize) {
        let mut at = 0;
        while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
            let plain = rest.find('&').unwrap_or(rest.len());
            if plain > 0 {
                self.push_verbatim(&rest[..plain], start + at);
                at += plain;
                continue;
            }
            let (text, length) = reference(rest);
            self.pieces.push((text, start + at..start + at + length));
            at += length;
        }
    }

    /// Adds text that stands for itself, as in CDATA.
    pub(super) fn push_verbatim(&mut self, raw: &str, start: usize) {
        self.pieces.push((raw.to_owned(), start..start + raw.len()));
    }

    /// All of it.
    pub(super) fn decoded(&self) -> Decoded {
        Decoded::from_pieces(self.pieces.iter().map(|(text, range)| (text.as_str(), range.clone())))
    }
}

/// The character that the reference at the start of `rest` stands for, and its length. One that nobody here knows
/// stands for itself: entities of the document are never expanded.
fn reference(rest: &str) -> (String, usize) {
    let end = rest.bytes().take(12).position(|b| b == b';');
    let known = end.and_then(|end| Some((character(&rest[1..end])?.to_string(), end + 1)));
    known.unwrap_or_else(|| ("&".to_owned(), 1))
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Characters;

    #[test]
    fn undoes_references_and_knows_their_place() {
        for (raw, text) in [
            ("a&amp;b", "a&b"),
            ("&#47;&#x2F;&quot;", "//\""),
            ("&unknown;&", "&unknown;&"),
            ("&#xFFFFFF;", "&#xFFFFFF;"),
            ("", ""),
        ] {
            assert_eq!(Characters::of(raw, 7).text(), text, "{raw}");
        }
        assert_eq!(Characters::of("a&amp;b/c.png", 10).raw(4..9).range(), 18..23);
    }
}
