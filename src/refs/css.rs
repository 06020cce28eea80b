//! References in CSS: text in, every URL it names out, with the bytes that hold its file name.
//!
//! Works on the flat list of tokens, so no nesting can hurt it; comments and strings are never mistaken for code.

use super::Scan;
use crate::{
    asset::{Base, Decoded, Mention, MentionHow, Position, Reference, Role, Span},
    maps::is_inline,
    press::css::{
        CssPlace,
        token::{Token, TokenKind, is_space, pieces, tokens, unescape},
    },
};

/// Finds every reference of `source`. CSS has no syntax errors as such, so this never fails.
#[must_use]
pub fn scan(source: &str, place: CssPlace) -> Scan {
    let list = tokens(source).list;
    let mut scanner = Scanner::new(source, place);
    for (index, &token) in list.iter().enumerate() {
        scanner.step(token, list[index + 1..].iter().copied());
    }
    scanner.scan
}

/// What the statement in hand means for the strings and URLs in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Statement {
    /// Not yet known, or a rule, or an at-rule whose URLs are like any others.
    Plain,
    /// `@import` before its URL.
    Import,
    /// `@namespace`, `@charset` and kin: its URLs and strings name no assets.
    Unrelated,
    /// The value of a custom property.
    CustomProperty,
}

/// What the bracket in hand means for the strings in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    /// `url(` before a quote, and `src(`.
    Url,
    /// `image-set(` and `-webkit-image-set(`.
    ImageSet,
    /// Any other.
    Other,
}

struct Scanner<'a> {
    source: &'a str,
    place: CssPlace,
    scan: Scan,
    statement: Statement,
    /// Nothing of the statement has been read yet.
    at_start: bool,
    brackets: Vec<Bracket>,
    lines: Lines<'a>,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str, place: CssPlace) -> Self {
        Self {
            source,
            place,
            scan: Scan::default(),
            statement: Statement::Plain,
            at_start: true,
            brackets: Vec::new(),
            lines: Lines { source, at: 0, position: Position { line: 1, column: 1 } },
        }
    }

    fn step(&mut self, token: Token, following: impl Iterator<Item = Token>) {
        match token.kind {
            TokenKind::Whitespace => return,
            TokenKind::Comment => return self.comment(token),
            TokenKind::Semicolon if self.brackets.is_empty() => return self.start_statement(),
            TokenKind::OpenCurly | TokenKind::CloseCurly if !self.is_inside_custom_property(token) => {
                self.brackets.clear();
                return self.start_statement();
            }
            TokenKind::AtKeyword if self.at_start && self.place != CssPlace::Attribute => {
                self.statement = at_statement(&unescape(&token.text(self.source)[1..]));
            }
            TokenKind::Ident
                if self.at_start
                    && token.text(self.source).starts_with("--")
                    && following.map(|next| next.kind).find(|kind| !is_gap(*kind)) == Some(TokenKind::Colon) =>
            {
                self.statement = Statement::CustomProperty;
            }
            TokenKind::Function => self.brackets.push(bracket(&unescape(strip_paren(token.text(self.source))))),
            TokenKind::OpenParen | TokenKind::OpenSquare => self.brackets.push(Bracket::Other),
            TokenKind::CloseParen | TokenKind::CloseSquare => {
                self.brackets.pop();
            }
            TokenKind::Url => self.url_token(token),
            TokenKind::String => self.string(token),
            _ => {}
        }
        self.at_start = false;
    }

    /// Braces in the value of a custom property are text. Whether this one is in it cannot be known from the left
    /// alone: an opening one always is; a closing one is when the value has opened one.
    fn is_inside_custom_property(&mut self, token: Token) -> bool {
        if self.statement != Statement::CustomProperty {
            return false;
        }
        if token.kind == TokenKind::OpenCurly {
            self.brackets.push(Bracket::Other);
            return true;
        }
        self.brackets.pop().is_some()
    }

    fn start_statement(&mut self) {
        self.statement = Statement::Plain;
        self.at_start = true;
    }

    fn url_token(&mut self, token: Token) {
        let text = token.text(self.source);
        let Some(open) = text.find('(') else { return };
        let inner = text[open + 1..].strip_suffix(')').unwrap_or(&text[open + 1..]);
        let lead = inner.bytes().take_while(|&byte| is_space(byte)).count();
        self.reference(inner, token.start as usize + open + 1, lead);
    }

    fn string(&mut self, token: Token) {
        let text = token.text(self.source);
        let inner = text[1..].strip_suffix(&text[..1]).unwrap_or(&text[1..]);
        let start = token.start as usize + 1;
        match (self.statement, self.brackets.last()) {
            (Statement::Unrelated, _) => {}
            (_, Some(Bracket::Url | Bracket::ImageSet)) | (Statement::Import, None) => self.reference(inner, start, 0),
            _ => self.mention(&unescape(inner), token.start as usize),
        }
    }

    /// A URL written as `raw` at byte `start`, of which the first `lead` bytes are white space.
    fn reference(&mut self, raw: &str, start: usize, lead: usize) {
        if self.statement == Statement::Unrelated {
            return;
        }
        let pieces = pieces(&raw[lead..]);
        let start = start + lead;
        let decoded = Decoded::from_pieces(pieces.iter().map(|(text, at)| (&**text, at.start + start..at.end + start)));
        let at = self.lines.position(start);
        let role = if self.statement == Statement::Import { Role::Stylesheet } else { Role::Resource };
        if self.statement == Statement::Import {
            self.statement = Statement::Plain;
        }
        if self.statement == Statement::CustomProperty {
            // Engines disagree on the base: the sheet that declares it, or the one that uses it.
            self.scan.mentions.push(Mention { text: decoded.text().trim().into(), how: MentionHow::Whole, at });
        }
        self.scan.references.push(Reference::new(&decoded, role, Base::Own, at));
    }

    fn mention(&mut self, text: &str, start: usize) {
        if looks_like_a_file(text) {
            let at = self.lines.position(start);
            self.scan.mentions.push(Mention { text: text.into(), how: MentionHow::Whole, at });
        }
    }

    fn comment(&mut self, token: Token) {
        let text = token.text(self.source);
        if let Some(range) = source_map_url(text) {
            self.scan.source_map = Some(Span::new(token.range()));
            if is_inline(&text[range.clone()]) {
                return;
            }
            let start = token.start as usize + range.start;
            let at = self.lines.position(start);
            let decoded = Decoded::plain(&text[range], start);
            self.scan.references.push(Reference::new(&decoded, Role::SourceMap, Base::Own, at));
        }
    }
}

/// Positions of ever later bytes, without counting from the start each time.
struct Lines<'a> {
    source: &'a str,
    at: usize,
    position: Position,
}

impl Lines<'_> {
    fn position(&mut self, offset: usize) -> Position {
        let step = Position::of(&self.source.as_bytes()[self.at..], offset - self.at);
        if step.line > 1 {
            self.position = Position { line: self.position.line + step.line - 1, column: step.column };
        } else {
            self.position.column += step.column - 1;
        }
        self.at = offset;
        self.position
    }
}

fn is_gap(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Whitespace | TokenKind::Comment)
}

fn at_statement(name: &str) -> Statement {
    match name.to_ascii_lowercase().as_str() {
        "import" => Statement::Import,
        // `@document url()` names pages to match, not assets to fetch.
        "namespace" | "charset" | "document" | "-moz-document" => Statement::Unrelated,
        _ => Statement::Plain,
    }
}

fn bracket(name: &str) -> Bracket {
    match name.to_ascii_lowercase().as_str() {
        "url" | "src" => Bracket::Url,
        "image-set" | "-webkit-image-set" => Bracket::ImageSet,
        _ => Bracket::Other,
    }
}

fn strip_paren(function: &str) -> &str {
    function.strip_suffix('(').unwrap_or(function)
}

/// The URL of a `/*# sourceMappingURL=x */` comment (or its older form with `@`), as a range of the comment.
pub(crate) fn source_map_url(comment: &str) -> Option<std::ops::Range<usize>> {
    let body = comment.strip_prefix("/*")?.strip_suffix("*/")?;
    let mark = body.strip_prefix(['#', '@'])?;
    let url = mark.trim_start().strip_prefix("sourceMappingURL=")?;
    let start = comment.len() - 2 - url.len();
    let length = url.find(char::is_whitespace).unwrap_or(url.len());
    (length > 0).then_some(start..start + length)
}

/// Whether a string may be the name of a file: no white space, and an extension.
fn looks_like_a_file(text: &str) -> bool {
    let path = &text[..text.find(['?', '#']).unwrap_or(text.len())];
    let extension = path.rsplit_once('.').map_or("", |(stem, extension)| if stem.is_empty() { "" } else { extension });
    (1..=11).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !path.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each reference as `role url name-bytes`.
    fn found(source: &str, place: CssPlace) -> Vec<String> {
        let role = |role| match role {
            Role::Stylesheet => "sheet",
            Role::SourceMap => "map",
            _ => "file",
        };
        let references = scan(source, place).references;
        references.iter().map(|r| format!("{} {} {}", role(r.role), r.url, &source[r.name.range()])).collect()
    }

    #[test]
    fn references_are_found_where_the_grammar_has_them() {
        for (source, expected) in [
            ("a{b:url(i/a.png?v#x)}", vec!["file i/a.png?v#x a.png"]),
            ("a{b:url( \"i/a.png\" )}", vec!["file i/a.png a.png"]),
            ("a{b:URL(  a.png\n)}", vec!["file a.png a.png"]),
            ("a{b:src('a.png')}", vec!["file a.png a.png"]),
            ("a{b:url(i/a\\.p\\6e g)}", vec!["file i/a.png a\\.p\\6e g"]),
            ("a{b:url('a\\'b.png')}", vec!["file a'b.png a\\'b.png"]),
            ("@import 'a.css';", vec!["sheet a.css a.css"]),
            (
                "@import url(\"a.css\") layer(x) supports(b:url(c.png)) print;",
                vec!["sheet a.css a.css", "file c.png c.png"],
            ),
            ("@IMPORT url(a.css);", vec!["sheet a.css a.css"]),
            ("@namespace url(http://x/);@namespace s 'http://y';a{}", vec![]),
            ("@charset 'a.css';", vec![]),
            (
                "a{b:image-set('a.png' 1x, url(b.png) 2x type('image/png'))}",
                vec!["file a.png a.png", "file b.png b.png"],
            ),
            ("a{b:-webkit-image-set(url(a.png) 1x)}", vec!["file a.png a.png"]),
            ("@font-face{src:url(f.woff2) format('woff2'),local('A.b')}", vec!["file f.woff2 f.woff2"]),
            ("a{filter:url(#x)}", vec!["file #x "]),
            ("/* url(a.png) */a{b:'url(c.png)'}", vec![]),
            ("a{}/*# sourceMappingURL=a.css.map */", vec!["map a.css.map a.css.map"]),
            ("@media x{a{b:url(c.png)}}@import 'late.css';", vec!["file c.png c.png", "sheet late.css late.css"]),
            ("a{--x:url(a.png);b:url(c.png)}", vec!["file a.png a.png", "file c.png c.png"]),
            ("a{b:url(data:image/png;base64,AA==)}", vec!["file data:image/png;base64,AA== png;base64,AA=="]),
            ("a{b:url(a.png", vec!["file a.png a.png"]),
        ] {
            assert_eq!(found(source, CssPlace::File), expected, "{source}");
        }
        assert_eq!(found("background:url(a.png)", CssPlace::Attribute), ["file a.png a.png"]);
    }

    #[test]
    fn strings_that_look_like_files_are_mentions() {
        let mentions = |source: &str| -> Vec<String> {
            scan(source, CssPlace::File).mentions.into_iter().map(|m| m.text.into()).collect()
        };
        for (source, expected) in [
            ("a{content:'i/a.png'}", vec!["i/a.png"]),
            ("a{content:'end.'}b{content:'1.5'}c{content:'a b.png'}", vec![]),
            ("a{--x:url(a.png)}", vec!["a.png"]),
            ("a{--x:{b:'c.png'};d:'e.png'}", vec!["c.png", "e.png"]),
            ("@charset 'a.png';", vec![]),
        ] {
            assert_eq!(mentions(source), expected, "{source}");
        }
    }

    #[test]
    fn positions_are_those_of_the_source() {
        let scan = scan("a{b:url(x.png)}\né{c:url(y.png)}", CssPlace::File);
        let at: Vec<_> = scan.references.iter().map(|r| (r.at.line, r.at.column)).collect();
        assert_eq!(at, [(1, 9), (2, 9)]);
    }

    #[test]
    fn deep_nesting_does_not_overflow() {
        let source = format!("{}b:url(a.png)", "a{:is(".repeat(100_000));
        assert_eq!(found(&source, CssPlace::File).len(), 1);
    }
}
