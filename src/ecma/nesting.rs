//! How deep a script nests, estimated without parsing it.

/// Open brackets that may enclose a token. Real bundles stay under 300.
const MAX_BRACKETS: usize = 1_200;

/// Operators, `else`s, `.`s or opening brackets in one statement without a `;` or `,`: each may be one more level of the tree.
const MAX_CHAIN: usize = 12_000;

/// Whether a parser that recurses per nesting level could run out of stack on `source`.
///
/// Strings, comments and regular expressions are not told from code, so brackets in them count too: their depth is
/// reset wherever a closing bracket has no partner, and in doubt the answer is yes.
pub(crate) fn is_too_deep(source: &str) -> bool {
    let (mut depth, mut chain, mut previous) = (0_usize, 0_usize, b' ');
    // Long tables of text are full of signs: a quotation up to the end of its line is no chain.
    let mut quote = None;
    for (index, &byte) in source.as_bytes().iter().enumerate() {
        quote = match (quote, byte) {
            (None, b'"' | b'\'') => Some(byte),
            (Some(open), _) if open == byte && previous != b'\\' => None,
            (Some(_), b'\n') => None,
            (quote, _) => quote,
        };
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' | b',' => chain = 0,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'?' | b'!' | b'~' | b'=' | b'>'
                if previous != byte && quote.is_none() =>
            {
                chain += 1;
            }
            b'e' if quote.is_none() && source.as_bytes()[index..].starts_with(b"else") => chain += 1,
            _ => {}
        }
        if depth > MAX_BRACKETS || chain > MAX_CHAIN {
            return true;
        }
        previous = byte;
    }
    false
}
