//! How deep a script nests, and what that costs, estimated without parsing it.

/// Open brackets that may enclose a token. Real bundles stay under 300.
const MAX_BRACKETS: usize = 1_200;

/// What one statement may cost: each operator, label or leading word in it may be one more level of the tree.
const MAX_CHAIN: usize = 12_000;

/// What an `else` costs: the compressor looks at the rest of its chain more than once.
const ELSE: usize = 4;

/// What is open. `(`, `[` and `{` stand for themselves: a parenthesis in an expression, an array, an object.
/// A block or body behind a head, which ends a statement.
const BODY: u8 = b'b';
/// Another block, or the body of a class.
const BLOCK: u8 = b's';
/// The head of a statement: what follows is no operand of it.
const HEAD: u8 = b'h';
/// The expression in a template.
const HOLE: u8 = b'$';

/// Words that an expression follows.
const BEFORE_EXPRESSIONS: &[&[u8]] = &[
    b"return",
    b"typeof",
    b"case",
    b"in",
    b"of",
    b"delete",
    b"void",
    b"throw",
    b"new",
    b"else",
    b"do",
    b"instanceof",
    b"yield",
    b"await",
    b"default",
    b"extends",
];

/// Whether a parser that recurses per nesting level could run out of stack on `source`, or a compressor would take
/// minutes.
///
/// Strings, templates, comments and regular expressions are told from code by what stands before them, as no parser
/// is to be asked yet. Where that errs, brackets are counted that are none, or not counted.
pub(crate) fn is_too_deep(source: &str) -> bool {
    let mut nesting = Nesting::of(source.as_bytes());
    while nesting.step() {
        if nesting.open.len() > MAX_BRACKETS || nesting.chain > MAX_CHAIN {
            return true;
        }
    }
    false
}

struct Nesting<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<u8>,
    chain: usize,
    /// What the statement had cost whose block ended last: an `else` may go on with it.
    ended: usize,
    /// The sign or the last byte of the word or text before, white space and comments apart.
    last: u8,
    /// Whether what stands before is an operand: then `/` divides.
    follows_operand: bool,
    /// The same before the last sign.
    followed_operand: bool,
    /// Whether the word before is the start of a statement with a head.
    expects_head: bool,
}

impl<'a> Nesting<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            open: Vec::new(),
            chain: 0,
            ended: 0,
            last: 0,
            follows_operand: false,
            followed_operand: false,
            expects_head: false,
        }
    }

    /// Goes past one token; false at the end.
    fn step(&mut self) -> bool {
        let Some(&byte) = self.bytes.get(self.at) else { return false };
        let next = self.bytes.get(self.at + 1);
        match (byte, next) {
            (b'"' | b'\'', _) => self.skip_text(byte),
            (b'`', _) => self.skip_template(),
            (b'/', Some(b'/')) => self.at = self.end_of(b"\n"),
            (b'/', Some(b'*')) => self.at = self.end_of(b"*/"),
            (b'/', _) if !self.follows_operand && self.skip_pattern() => {}
            _ if is_of_word(byte) => self.word(),
            _ => {
                self.at += 1;
                if !byte.is_ascii_whitespace() {
                    self.sign(byte);
                }
            }
        }
        true
    }

    fn end_of(&self, end: &[u8]) -> usize {
        memchr::memmem::find(&self.bytes[self.at..], end).map_or(self.bytes.len(), |found| self.at + found + end.len())
    }

    /// Goes past an operand that ends before `end`.
    fn operand(&mut self, end: usize) {
        self.at = end;
        self.last = self.bytes[end - 1];
        self.follows_operand = true;
        self.expects_head = false;
    }

    fn skip_text(&mut self, quote: u8) {
        let mut end = self.at + 1;
        while let Some(&byte) = self.bytes.get(end) {
            end += if byte == b'\\' { 2 } else { 1 };
            if byte == quote || byte == b'\n' {
                break;
            }
        }
        self.operand(end.min(self.bytes.len()));
    }

    /// Goes past a template from its start, or from the end of an expression in it, to its end or the next expression.
    fn skip_template(&mut self) {
        let mut end = self.at + 1;
        while let Some(&byte) = self.bytes.get(end) {
            end += if byte == b'\\' { 2 } else { 1 };
            if byte == b'`' {
                break;
            }
            if byte == b'$' && self.bytes.get(end) == Some(&b'{') {
                self.operand(end + 1);
                self.follows_operand = false;
                self.open.push(HOLE);
                return;
            }
        }
        self.operand(end.min(self.bytes.len()));
    }

    /// Goes past a regular expression, if that is what starts here.
    fn skip_pattern(&mut self) -> bool {
        let (mut end, mut is_in_class) = (self.at + 1, false);
        while let Some(&byte) = self.bytes.get(end) {
            end += if byte == b'\\' { 2 } else { 1 };
            match byte {
                b'\n' => return false,
                b'[' => is_in_class = true,
                b']' => is_in_class = false,
                b'/' if !is_in_class => {
                    self.operand(end.min(self.bytes.len()));
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Goes past a word and counts it, if it takes what follows into its own part of the tree.
    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| !is_of_word(byte)).unwrap_or(rest.len());
        let (word, next) = (&rest[..length], rest.get(length).copied().unwrap_or_default());
        let is_member = self.last == b'.' && !word[0].is_ascii_digit();
        if word == b"else" && !is_member {
            self.chain += std::mem::take(&mut self.ended);
        }
        self.chain += if is_member { 1 } else { cost(word, next) };
        self.operand(self.at + length);
        if !is_member {
            self.follows_operand = !BEFORE_EXPRESSIONS.contains(&word);
            self.expects_head = matches!(word, b"if" | b"for" | b"while" | b"with");
        }
    }

    fn sign(&mut self, byte: u8) {
        let is_operand = match byte {
            b'(' => self.push(if self.expects_head { HEAD } else { b'(' }),
            b'[' => self.push(b'['),
            b'{' => self.push(self.brace()),
            b')' | b']' | b'}' => self.close(),
            // Behind an operand, `++` belongs to it.
            b'+' | b'-' if self.last == byte => self.followed_operand,
            _ => false,
        };
        match byte {
            b',' => self.chain = 0,
            // The head of a loop ends no statement.
            b';' if !matches!(self.open.last(), Some(&(HEAD | b'('))) => self.chain = 0,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'?' | b'!' | b'~' | b'=' | b'>'
                if self.last != byte =>
            {
                self.chain += 1;
            }
            _ => {}
        }
        self.followed_operand = std::mem::replace(&mut self.follows_operand, is_operand);
        self.last = byte;
        self.expects_head = false;
    }

    fn push(&mut self, bracket: u8) -> bool {
        self.open.push(bracket);
        false
    }

    /// What a brace opens here.
    fn brace(&self) -> u8 {
        match self.last {
            b')' => BODY,
            // The body of an arrow function, or what can only be a statement.
            b'>' | b';' | b'{' | b'}' | 0 => BLOCK,
            last if self.follows_operand || is_of_word(last) && self.is_behind_block_word() => BLOCK,
            _ => b'{',
        }
    }

    fn is_behind_block_word(&self) -> bool {
        let before = self.bytes[..self.at - 1].trim_ascii_end();
        before.ends_with(b"else") || before.ends_with(b"do")
    }

    /// Whether what is closed by this is an operand.
    fn close(&mut self) -> bool {
        match self.open.pop() {
            Some(BODY) => {
                self.ended = std::mem::take(&mut self.chain);
                false
            }
            Some(HOLE) => {
                self.at -= 1;
                self.skip_template();
                self.follows_operand
            }
            Some(BLOCK | HEAD) => false,
            _ => true,
        }
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'@') || !byte.is_ascii()
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
            "a=/[\"'(]/,b='((',c=`[[${d+'{'}(`;if(e)/\"(/.test(f);// ((\n".repeat(2_000),
            "a=/[\"'(]/,b='((',c=`[[${d+'{'}(`;if(e)/\"(/.test(f);/* (( */".repeat(2_000),
            "a=b++/c,d=(e)/f,g=h[0]/i;{j='('}/'('/.test(k);".repeat(2_000),
            format!("x={{{}}}", "key:typeof a.b,".repeat(20_000)),
            "\"use strict\"\na.b()\nfunction f(){return new A()}\n".repeat(2_000),
        ] {
            assert!(!is_too_deep(&source), "{}", &source[..40]);
        }
    }
}
