//! Where each word of a pressed sheet comes from.
//!
//! What rewrites sheets merges and splits rules and cannot tell. So words are looked up instead: a name, number or string
//! of the result leads to the same word of the source where both stand in the same order. What has no counterpart
//! belongs to the word before it. Thus whatever is mapped stands there in the source, letter for letter.

use super::token::{TokenKind, tokens};
use crate::maps::{Lines, Origin, Positions, Segment, align};

/// From `after`, the pressed form, to `before`.
pub(crate) fn positions(before: &str, after: &str) -> Positions {
    let (old, new) = (words(before), words(after));
    let texts = |words: &[(usize, String)]| words.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
    let (from, to) = (Lines::of(before), Lines::of(after));
    let segment = |(left, right): (usize, usize)| {
        let (source, place) = (from.place(old[left].0), to.place(new[right].0));
        let origin = Origin { source: 0, line: source.line, column: source.column, name: None };
        Segment { line: place.line, column: place.column, origin: Some(origin) }
    };
    Positions::new(align(&texts(&old), &texts(&new)).into_iter().map(segment).collect(), Vec::new())
}

/// What is neither punctuation nor white space, with the byte it starts at; numbers without zeros that say nothing.
fn words(sheet: &str) -> Vec<(usize, String)> {
    let is_word = |kind: TokenKind| {
        !matches!(
            kind,
            TokenKind::Whitespace
                | TokenKind::Comment
                | TokenKind::HtmlComment
                | TokenKind::Delim(_)
                | TokenKind::Colon
                | TokenKind::Semicolon
                | TokenKind::Comma
                | TokenKind::OpenParen
                | TokenKind::CloseParen
                | TokenKind::OpenSquare
                | TokenKind::CloseSquare
                | TokenKind::OpenCurly
                | TokenKind::CloseCurly
        )
    };
    let list = tokens(sheet).list.into_iter().filter(|token| is_word(token.kind));
    list.map(|token| (token.start as usize, normal(token.text(sheet)))).collect()
}

fn normal(word: &str) -> String {
    match word.strip_prefix("0.") {
        Some(rest) => format!(".{rest}"),
        None => word.replace('"', "'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps::{Mappings, Place};

    #[test]
    fn every_mapped_word_stands_there_in_the_source() {
        let before =
            "/* x */\n.a , .b { color : red ;\n  margin : 0.5px 1px }\n@media print { .é { top : 0 } .a{left:0} }\n";
        let after = ".a,.b{color:red;margin:.5px 1px}@media print{.é{top:0}.a{left:0}}";
        let positions = positions(before, after);
        let (from, to) = (Lines::of(before), Lines::of(after));
        let mappings = Mappings::decode(&positions.mappings).unwrap();
        assert_eq!(mappings.segments().len(), words(after).len());
        for segment in mappings.segments() {
            let origin = segment.origin.unwrap();
            let old = from.offset(Place { line: origin.line, column: origin.column }).unwrap();
            let new = to.offset(Place { line: segment.line, column: segment.column }).unwrap();
            let word = |text: &str| words(text)[0].1.clone();
            assert_eq!(word(&before[old..]), word(&after[new..]));
        }
    }
}
