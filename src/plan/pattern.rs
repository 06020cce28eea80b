//! Path patterns of `_headers` files, as the two dialects understand them: a pattern and a URL path in, a match out.
//!
//! Netlify: case-insensitive, an optional `/` at the end, a lone `*` segment makes the `/` before it optional, and text
//! beside a `*` in its segment is a regular expression (only `.` is understood here; we never write others).
//! Cloudflare: case-sensitive, anchored, one `*`, `:name` within a segment.

use std::collections::{BTreeSet, HashMap};

/// Whose grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dialect {
    Netlify,
    Cloudflare,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    AnyChar,
    OptionalSlash,
    AnyRun,
    SegmentRun,
}

/// A pattern that is ready to match.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// What a match must start with, folded as the dialect folds.
    prefix: String,
    tokens: Vec<Token>,
}

/// `text` as `dialect` compares it.
pub(super) fn fold(text: &str, dialect: Dialect) -> String {
    match dialect {
        // Upper case first: it joins more letters than lower case alone, and joining too many is the safe side.
        Dialect::Netlify => text.to_uppercase().to_lowercase(),
        Dialect::Cloudflare => text.to_owned(),
    }
}

impl Pattern {
    /// Reads `text`; `None` when the dialect drops such a pattern.
    pub(super) fn new(text: &str, dialect: Dialect) -> Option<Self> {
        let tokens = match dialect {
            Dialect::Netlify => netlify(&fold(text, dialect)),
            Dialect::Cloudflare => cloudflare(text)?,
        };
        let literal = tokens.iter().map_while(|token| match token {
            Token::Char(c) => Some(*c),
            _ => None,
        });
        let prefix: String = literal.collect();
        let tokens = tokens[prefix.chars().count()..].to_vec();
        Some(Self { prefix, tokens })
    }

    /// What every match starts with.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The one path that matches (and, for Netlify, the same with a `/` at its end), when there is no wildcard.
    pub(super) fn literal(&self) -> Option<&str> {
        matches!(self.tokens[..], [] | [Token::OptionalSlash]).then_some(&self.prefix)
    }

    /// Whether `folded`, a URL path after [`fold`], matches.
    pub(super) fn matches(&self, folded: &str) -> bool {
        folded.strip_prefix(&self.prefix).is_some_and(|rest| self.rest_matches(rest))
    }

    /// Walks all ways at once: `alive[i]` says that tokens before `i` may have eaten the text so far.
    fn rest_matches(&self, rest: &str) -> bool {
        match self.tokens[..] {
            [] => return rest.is_empty(),
            // Most patterns: a folder and all in it.
            [Token::AnyRun]
            | [Token::AnyRun, Token::OptionalSlash]
            | [Token::OptionalSlash, Token::AnyRun, Token::OptionalSlash] => return true,
            _ => {}
        }
        let mut alive = vec![false; self.tokens.len() + 1];
        let mut next = alive.clone();
        alive[0] = true;
        self.skip_optional(&mut alive);
        for c in rest.chars() {
            next.fill(false);
            for (i, token) in self.tokens.iter().enumerate().filter(|(i, _)| alive[*i]) {
                match token {
                    Token::Char(expected) => next[i + 1] |= *expected == c,
                    Token::AnyChar => next[i + 1] = true,
                    Token::OptionalSlash => next[i + 1] |= c == '/',
                    Token::AnyRun => next[i] = true,
                    Token::SegmentRun if c != '/' => (next[i], next[i + 1]) = (true, true),
                    Token::SegmentRun => {}
                }
            }
            std::mem::swap(&mut alive, &mut next);
            self.skip_optional(&mut alive);
        }
        alive[self.tokens.len()]
    }

    fn skip_optional(&self, alive: &mut [bool]) {
        for (i, token) in self.tokens.iter().enumerate() {
            if alive[i] && matches!(token, Token::OptionalSlash | Token::AnyRun) {
                alive[i + 1] = true;
            }
        }
    }
}

/// Patterns with wildcards, to be asked which of them match a path: there may be a thousand of them, and a site has a
/// hundred thousand paths.
#[derive(Debug, Default)]
pub(super) struct Wildcards {
    by_prefix: HashMap<String, Vec<(usize, Pattern)>>,
    /// How long the prefixes are, in bytes.
    lengths: BTreeSet<usize>,
}

impl Wildcards {
    /// Adds the pattern that is called `index`.
    pub(super) fn add(&mut self, index: usize, pattern: Pattern) {
        self.lengths.insert(pattern.prefix.len());
        self.by_prefix.entry(pattern.prefix.clone()).or_default().push((index, pattern));
    }

    /// What the patterns are called that match `folded`, in no order.
    pub(super) fn matching<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = usize> + 'a {
        let prefixes = self.lengths.iter().filter_map(|length| folded.get(..*length));
        prefixes
            .filter_map(|prefix| self.by_prefix.get(prefix))
            .flatten()
            .filter(|(_, pattern)| pattern.matches(folded))
            .map(|(index, _)| *index)
    }
}

fn netlify(text: &str) -> Vec<Token> {
    let mut tokens = vec![Token::Char('/')];
    for (i, part) in text.split('/').map(str::trim_end).filter(|part| !part.is_empty()).enumerate() {
        if part == "*" {
            // The `/` before a lone `*` is optional.
            if i > 0 {
                tokens.push(Token::OptionalSlash);
            } else {
                tokens[0] = Token::OptionalSlash;
            }
            tokens.push(Token::AnyRun);
            continue;
        }
        if i > 0 {
            tokens.push(Token::Char('/'));
        }
        netlify_part(part, &mut tokens);
    }
    tokens.push(Token::OptionalSlash);
    tokens
}

fn netlify_part(part: &str, tokens: &mut Vec<Token>) {
    if part.starts_with(':') {
        tokens.push(Token::SegmentRun);
    } else if part.contains('*') {
        tokens.extend(part.chars().map(|c| match c {
            '*' => Token::AnyRun,
            '.' => Token::AnyChar,
            other => Token::Char(other),
        }));
    } else {
        tokens.extend(part.chars().map(Token::Char));
    }
}

fn cloudflare(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let name = placeholder(rest);
        if let Some(name) = name {
            names.push(name);
            tokens.push(Token::SegmentRun);
            rest = &rest[1 + name.len()..];
            continue;
        }
        if c == '*' {
            names.push("splat");
        }
        tokens.push(if c == '*' { Token::AnyRun } else { Token::Char(c) });
        rest = &rest[c.len_utf8()..];
    }
    // Two groups of one name are no regular expression: such a rule is dropped.
    names.sort_unstable();
    names.windows(2).all(|pair| pair[0] != pair[1]).then_some(tokens)
}

/// The name of a placeholder at the start of `text`: a letter, then letters, digits and `_`.
pub(super) fn placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix(':')?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(&name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, url: &str, dialect: Dialect) -> bool {
        Pattern::new(pattern, dialect).is_some_and(|pattern| pattern.matches(&fold(url, dialect)))
    }

    #[test]
    fn netlify_matches_as_its_parser() {
        for (pattern, url, expected) in [
            ("/a.js", "/a.js", true),
            ("/a.js", "/A.JS", true),
            ("/a.js", "/a.js/", true),
            ("/a.js", "/axjs", false),
            ("/assets/*", "/assets/x/y.js", true),
            ("/assets/*", "/assets", true),
            ("/assets/*", "/assets-old.js", true),
            ("/assets/*.js", "/assets/x/y.js", true),
            ("/assets/*.js", "/assets/xyjs", true),
            ("/assets/*.js", "/assets/y.jsx", false),
            ("/:any/x", "/b/x", true),
            ("/:any/x", "/b/c/x", false),
            ("/*", "/", true),
            ("/*", "/anything", true),
            ("/", "/", true),
            ("/a b/c", "/a b/c", true),
        ] {
            assert_eq!(matches(pattern, url, Dialect::Netlify), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn wildcards_together_match_as_each_alone() {
        let texts = ["/*", "/a/*", "/a/*.js", "/ab*", "/:any/x", "/*.css", "/ü/*", "/a/b/*"];
        let urls = ["/", "/a", "/a/x.js", "/A/b/c.css", "/abc", "/b/x", "/ü/é", "/ü", "/é.css", ""];
        for dialect in [Dialect::Netlify, Dialect::Cloudflare] {
            let patterns: Vec<Pattern> = texts.iter().filter_map(|text| Pattern::new(text, dialect)).collect();
            let mut wildcards = Wildcards::default();
            patterns.iter().enumerate().for_each(|(index, pattern)| wildcards.add(index, pattern.clone()));
            for url in urls.map(|url| fold(url, dialect)) {
                let mut together: Vec<usize> = wildcards.matching(&url).collect();
                together.sort_unstable();
                let alone: Vec<usize> = (0..patterns.len()).filter(|&index| patterns[index].matches(&url)).collect();
                assert_eq!(together, alone, "{url}");
            }
        }
    }

    #[test]
    fn cloudflare_matches_as_its_parser() {
        for (pattern, url, expected) in [
            ("/a.js", "/a.js", true),
            ("/a.js", "/A.js", false),
            ("/a.js", "/a.js/", false),
            ("/a.js", "/axjs", false),
            ("/assets/*", "/assets/x/y.js", true),
            ("/assets/*", "/assets/", true),
            ("/assets/*", "/assets", false),
            ("/*.js", "/x/y.js", true),
            ("/*/*", "/x/y.js", false),
            ("/:a/x", "/b/x", true),
            ("/:a/:a", "/b/b", false),
            ("/x:1", "/x:1", true),
            ("/p:name.js", "/pfoo.js", true),
            ("/(a)+", "/(a)+", true),
        ] {
            assert_eq!(matches(pattern, url, Dialect::Cloudflare), expected, "{pattern} {url}");
        }
    }
}
