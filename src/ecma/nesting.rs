//! How deep a script nests, and what that costs, estimated without parsing it.

/// Open brackets that may enclose a token. Real bundles stay under 300.
const MAX_BRACKETS: usize = 1_200;

/// What one statement may cost: each operator, label or leading word in it may be one more level of the tree.
const MAX_CHAIN: usize = 12_000;

/// What an `else` costs: the compressor looks at the rest of its chain more than once.
const ELSE: usize = 4;

/// An open block or body, which ends a statement.
const BLOCK: u8 = b'b';

/// Whether a parser that recurses per nesting level could run out of stack on `source`, or a compressor would take
/// minutes.
///
/// Strings, comments and regular expressions are not told from code, so brackets in them count too: their depth is
/// reset wherever a closing bracket has no partner, and in doubt the answer is yes.
pub(crate) fn is_too_deep(source: &str) -> bool {
    let mut nesting = Nesting::default();
    let bytes = source.as_bytes();
    bytes.iter().enumerate().any(|(at, &byte)| {
        nesting.quote(byte);
        if nesting.quote.is_none() {
            nesting.word(byte, &bytes[..at]);
        }
        nesting.sign(byte);
        nesting.previous = byte;
        if !byte.is_ascii_whitespace() {
            nesting.last = byte;
        }
        nesting.open.len() > MAX_BRACKETS || nesting.chain > MAX_CHAIN
    })
}

#[derive(Default)]
struct Nesting {
    open: Vec<u8>,
    chain: usize,
    /// What the statement had cost whose block ended last: an `else` may go on with it.
    ended: usize,
    previous: u8,
    /// The byte before, white space apart.
    last: u8,
    /// Long tables of text are full of signs: a quotation up to the end of its line is no chain.
    quote: Option<u8>,
    /// Where the word before this byte starts, if one stands there.
    word: Option<usize>,
}

impl Nesting {
    fn quote(&mut self, byte: u8) {
        self.quote = match (self.quote, byte) {
            (None, b'"' | b'\'') => Some(byte),
            (Some(open), _) if open == byte && self.previous != b'\\' => None,
            (Some(_), b'\n') => None,
            (quote, _) => quote,
        };
    }

    /// Counts the word that ends before `byte`, if it takes what follows into its own part of the tree.
    fn word(&mut self, byte: u8, before: &[u8]) {
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' {
            self.word = self.word.or(Some(before.len()));
        } else if let Some(start) = self.word.take() {
            if before[start..] == *b"else" {
                self.chain += std::mem::take(&mut self.ended);
            }
            let is_member = before[..start].ends_with(b".") && !before[start].is_ascii_digit();
            self.chain += cost(&before[start..], byte).max(usize::from(is_member));
        }
    }

    fn sign(&mut self, byte: u8) {
        match byte {
            b'{' if self.last == b')' => self.open.push(BLOCK),
            b'(' | b'[' | b'{' => self.open.push(byte),
            b')' | b']' | b'}' => self.close(),
            b',' => self.chain = 0,
            // The head of a loop ends no statement.
            b';' if self.open.last() != Some(&b'(') => self.chain = 0,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'?' | b'!' | b'~' | b'=' | b'>'
                if self.previous != byte && self.quote.is_none() =>
            {
                self.chain += 1;
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        if self.open.pop() == Some(BLOCK) {
            self.ended = std::mem::take(&mut self.chain);
        }
    }
}

/// What `word` costs where `next` follows it.
fn cost(word: &[u8], next: u8) -> usize {
    match word {
        b"else" => ELSE,
        b"if" | b"for" | b"while" | b"with" | b"do" | b"new" | b"typeof" | b"void" | b"delete" | b"await"
        | b"yield" => 1,
        // A label, or a key of an object or a case: those come with signs that end chains.
        _ => usize::from(next == b':'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_long_or_deep_stacks_is_refused() {
        let labels: String = (0..20_000).map(|number| format!("l{number}:")).collect();
        for source in [
            format!("{labels};"),
            "if(a){}else ".repeat(3_500) + ";",
            "if(a)".repeat(20_000) + "f()",
            "for(;;)".repeat(20_000) + "f()",
            "typeof ".repeat(20_000) + "a",
            format!("a{}", ".b".repeat(20_000)),
            "[".repeat(2_000),
        ] {
            assert!(is_too_deep(&source), "{}", &source[..40]);
        }
    }

    #[test]
    fn what_real_bundles_hold_is_not() {
        let cases: String = (0..9_000).map(|number| format!("case {number}:")).collect();
        for source in [
            format!("switch(a){{{cases}f()}}"),
            "if(a==1){f()}else ".repeat(600) + ";",
            "for(;;){f()}".repeat(20_000),
            "if(a)f();".repeat(20_000),
            format!("f('{}')", "+-*/".repeat(20_000)),
            format!("x={{{}}}", "key:typeof a.b,".repeat(20_000)),
            "\"use strict\"\na.b()\nfunction f(){return new A()}\n".repeat(2_000),
        ] {
            assert!(!is_too_deep(&source), "{}", &source[..40]);
        }
    }
}
