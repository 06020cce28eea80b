//! A squeezed selector list in, its shortest words out: `odd` for `2n+1`, the old names of `:nth-child(1)`, one colon
//! where two are not needed, no `*` before more of a compound, each selector once.

use std::borrow::Cow;

use super::token::{Token, TokenKind, tokens};

/// The shortest words for `list`.
pub(super) fn shortest(list: &str) -> String {
    let found = tokens(list).list;
    let mut writer = Writer { list, tokens: &found, out: String::with_capacity(list.len()) };
    writer.run();
    each_once(&writer.out)
}

struct Writer<'a> {
    list: &'a str,
    tokens: &'a [Token],
    out: String,
}

impl Writer<'_> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text(self.list))
    }

    fn run(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at = match self.kind(at) {
                Some(TokenKind::Delim(b'*')) if self.says_nothing(at) => at + 1,
                Some(TokenKind::Colon) => self.pseudo(at),
                _ => {
                    let text = self.tokens[at].text(self.list);
                    self.out.push_str(text);
                    at + 1
                }
            };
        }
    }

    /// Whether the `*` starts a compound that goes on.
    fn says_nothing(&self, at: usize) -> bool {
        let starts = at == 0
            || matches!(
                self.kind(at - 1),
                Some(TokenKind::Whitespace | TokenKind::Comma | TokenKind::Delim(b'>' | b'+' | b'~'))
            );
        starts
            && matches!(
                self.kind(at + 1),
                Some(TokenKind::Colon | TokenKind::Hash | TokenKind::OpenSquare | TokenKind::Delim(b'.'))
            )
    }

    fn pseudo(&mut self, at: usize) -> usize {
        let is_double = self.kind(at + 1) == Some(TokenKind::Colon);
        let name = at + if is_double { 2 } else { 1 };
        let text = self.text(name).to_ascii_lowercase();
        if is_double && self.kind(name) == Some(TokenKind::Ident) && matches!(text.as_str(), "before" | "after") {
            self.out.push(':');
            return name;
        }
        if !is_double && self.kind(name) == Some(TokenKind::Function) && text.starts_with("nth-") {
            return self.nth(at, name, &text);
        }
        self.out.push_str(if is_double { "::" } else { ":" });
        name
    }

    fn nth(&mut self, colon: usize, name: usize, function: &str) -> usize {
        let rest = &self.tokens[name + 1..];
        let Some(close) = rest.iter().position(|token| token.kind == TokenKind::CloseParen).map(|at| name + 1 + at)
        else {
            self.out.push(':');
            return colon + 1;
        };
        let start = self.tokens[name].end as usize;
        let arguments = &self.list[start..self.tokens[close].start as usize];
        if arguments.contains(['(', ',']) || arguments.contains(" of ") {
            self.out.push(':');
            return name;
        }
        let short = shortest_steps(arguments);
        let kind = function.trim_start_matches("nth-").trim_end_matches('(');
        match (short.as_str(), kind) {
            ("1", "child" | "of-type") => self.out.extend([":first-", kind]),
            ("1", "last-child" | "last-of-type") => self.out.extend([":", kind]),
            _ => self.out.extend([":", function, &short, ")"]),
        }
        close + 1
    }
}

/// `2n + 1` as `odd`.
fn shortest_steps(arguments: &str) -> String {
    let bare: String = arguments.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>().to_ascii_lowercase();
    let whole = |text: &str| text.trim_start_matches('+').parse::<i64>().ok();
    match bare.as_str() {
        "even" => return "2n".to_owned(),
        "odd" | "2n+1" | "2n-1" => return "odd".to_owned(),
        _ => {}
    }
    let Some((step, offset)) = bare.split_once('n') else {
        return whole(&bare).map_or_else(|| arguments.to_owned(), |number| number.to_string());
    };
    let step = match step {
        "" | "+" => Some(1),
        "-" => Some(-1),
        _ => whole(step),
    };
    let offset = if offset.is_empty() { Some(0) } else { whole(offset) };
    let (Some(step), Some(offset)) = (step, offset) else { return arguments.to_owned() };
    let step = match step {
        0 => return offset.to_string(),
        1 => String::new(),
        -1 => "-".to_owned(),
        _ => step.to_string(),
    };
    if offset == 0 { format!("{step}n") } else { format!("{step}n{offset:+}") }
}

/// The selectors of a list without those that came before, in `:is()` and `:where()` as well.
fn each_once(list: &str) -> String {
    let (mut depth, mut start) = (0_usize, 0);
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    for token in tokens(list).list {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenSquare | TokenKind::Function => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseSquare => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => {
                parts.push(each_once_inside(&list[start..token.start as usize]));
                start = token.end as usize;
            }
            _ => {}
        }
    }
    parts.push(each_once_inside(&list[start..]));
    let mut seen = std::collections::HashSet::new();
    parts.retain(|part| seen.insert(part.clone()));
    parts.join(",")
}

/// A selector whose lists hold each selector once. Those lists forgive what an engine does not know, so nothing else in
/// them depends on what stands beside it (Selectors 4, section 4.2).
fn each_once_inside(selector: &str) -> Cow<'_, str> {
    let is_list = |name: &str| name.eq_ignore_ascii_case("is(") || name.eq_ignore_ascii_case("where(");
    let found = tokens(selector).list;
    let Some(open) = found.iter().position(|token| is_list(token.text(selector))) else {
        return Cow::Borrowed(selector);
    };
    let mut depth = 0_usize;
    for token in &found[open..] {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenSquare | TokenKind::Function => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseSquare => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let (start, end) = (found[open].end as usize, token.start as usize);
            let (list, rest) = (each_once(&selector[start..end]), each_once_inside(&selector[end..]));
            return Cow::Owned(format!("{}{list}{rest}", &selector[..start]));
        }
    }
    Cow::Borrowed(selector)
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn selectors_are_said_in_fewer_words() {
        for (list, expected) in [
            ("a:nth-child(2n + 1)", "a:nth-child(odd)"),
            ("a:nth-child(even)", "a:nth-child(2n)"),
            ("a:nth-child(+5)", "a:nth-child(5)"),
            ("a:nth-child(0n + 3)", "a:nth-child(3)"),
            ("a:nth-child(-n + 3)", "a:nth-child(-n+3)"),
            ("a:nth-child(1)", "a:first-child"),
            ("a:nth-last-of-type(1)", "a:last-of-type"),
            ("a:nth-child(2n + 1 of .b)", "a:nth-child(2n + 1 of .b)"),
            ("*#a,*.b *[c],*", "#a,.b [c],*"),
            ("a::before,a:before", "a:before"),
            ("a,b,a", "a,b"),
            ("a:is(b,c),a:is(b,c)", "a:is(b,c)"),
            (":is(.a,.a,b):where(c,d,c) e", ":is(.a,b):where(c,d) e"),
            (":is(a:where(b,b),a:where(b),c)", ":is(a:where(b),c)"),
            (":not(a,a),:is([b=\",\"],[b=\",\"])", ":not(a,a),:is([b=\",\"])"),
        ] {
            assert_eq!(shortest(list), expected, "{list}");
        }
    }
}
