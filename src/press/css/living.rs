//! Rules in, the same rules without declarations that none of the targets needs out: other names of properties that
//! all know, values before one that all accept.

use super::{
    blocks::{Declaration, blocks},
    sheet::Sheet,
    targets::{Targets, Word},
    token::{Token, TokenKind, number_length, tokens},
};

/// `text` without what is dead; none if nothing is.
pub(super) fn living(text: &str, targets: Targets) -> Option<String> {
    let sheet = Sheet::new(text, tokens(text)).ok()?;
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut dropped) = (0, 0);
    for block in blocks(&sheet) {
        let all: Vec<Parts> = block.declarations.iter().map(Parts::of).collect();
        let kept: Vec<&str> =
            (0..all.len()).filter(|&at| !is_dead(&all, at, targets)).map(|at| block.declarations[at].text).collect();
        dropped += all.len() - kept.len();
        out.push_str(&text[copied..block.span.start]);
        out.push_str(&kept.join(";"));
        copied = block.span.end;
    }
    out.push_str(&text[copied..]);
    (dropped > 0).then_some(out)
}

/// A declaration, taken apart.
struct Parts<'a> {
    name: &'a str,
    value: String,
    important: bool,
}

impl<'a> Parts<'a> {
    fn of(declaration: &'a Declaration<'a>) -> Self {
        let value = declaration.text.split_once(':').map_or("", |(_, value)| value).trim().to_ascii_lowercase();
        let (value, important) = match value.strip_suffix("!important") {
            Some(bare) => (bare.trim_end().to_owned(), true),
            None => (value, false),
        };
        Self { name: &declaration.name, value, important }
    }
}

fn is_dead(all: &[Parts], at: usize, targets: Targets) -> bool {
    let this = &all[at];
    if this.name.starts_with("--") {
        return false;
    }
    let twin = targets.known_as(this.name);
    targets.lack_prefix(this.name)
        || all.iter().enumerate().any(|(place, other)| {
            let is_later = place > at;
            other.important == this.important
                && ((is_later && other.name == this.name && targets.accept(other.name, &words(&other.value)))
                    || (twin == Some(other.name) && (is_later || other.value == this.value)))
        })
}

/// The words of a value in lower case.
pub(super) fn words(value: &str) -> Vec<Word<'_>> {
    let list = tokens(value).list;
    list.iter().filter(|token| token.kind != TokenKind::Whitespace).map(|token| word(*token, value)).collect()
}

fn word(token: Token, value: &str) -> Word<'_> {
    let text = token.text(value);
    match token.kind {
        TokenKind::Number | TokenKind::Percentage | TokenKind::Dimension => {
            Word::Number(&text[number_length(text.as_bytes())..])
        }
        TokenKind::Hash if text[1..].bytes().all(|byte| byte.is_ascii_hexdigit()) => Word::Hash(text.len() - 1),
        TokenKind::Ident if !text.contains('\\') => Word::Keyword(text),
        TokenKind::Function if !text.contains('\\') => Word::Function(&text[..text.len() - 1]),
        TokenKind::Url => Word::Url,
        TokenKind::Comma => Word::Comma,
        TokenKind::CloseParen => Word::Close,
        TokenKind::Delim(b'+' | b'-' | b'*' | b'/') => Word::Sign,
        _ => Word::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::living;
    use crate::press::css::targets::Targets;

    #[test]
    fn what_no_target_needs_goes() {
        let targets = Targets::parse("chrome 100, edge 100, firefox 100, safari 15, ios_saf 15").unwrap();
        for (source, expected) in [
            ("a{-webkit-transition:x;transition:x}", Some("a{transition:x}")),
            ("a{transition:x;-webkit-transition:y}", None),
            ("a{-webkit-user-select:none;user-select:none}", None),
            ("a{-webkit-transition:x}", None),
            ("a{-ms-flex:1;b:c}", Some("a{b:c}")),
            ("a{width:90%;width:calc(100% - 1px)}", Some("a{width:calc(100% - 1px)}")),
            ("a{height:100vh;height:100dvh}", None),
            ("a{color:red!important;color:var(--x)}", None),
            ("a{color:red;color:var(--x)}", Some("a{color:var(--x)}")),
            ("a{display:-webkit-box;display:flex}", Some("a{display:flex}")),
            ("a{cursor:pointer;cursor:hand}", None),
            ("a{content:'x';content:'x'/''}", None),
            ("a{opacity:.5;opacity:50%}", None),
            ("a{--x:1;--x:2}", None),
            ("@keyframes a{to{-webkit-transform:x;transform:x}}", Some("@keyframes a{to{transform:x}}")),
        ] {
            assert_eq!(living(source, targets).as_deref(), expected, "{source}");
        }
    }
}
