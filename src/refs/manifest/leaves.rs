use std::{borrow::Cow, ops::Range};

use crate::{
    press::{
        Note,
        json::tokens::{Tokens, What},
    },
    refs::json::decode,
};

/// Deeper values are in no manifest.
const DEEPEST: usize = 64;

/// A key, string or scalar of a JSON text.
#[derive(Clone, Debug)]
pub(super) struct Leaf<'a> {
    /// The keys that lead to it, `[]` for an item of a list. The way of a key is that of its object.
    pub(super) way: Vec<Cow<'a, str>>,
    pub(super) what: What,
    /// Its bytes, of a string without quotes.
    pub(super) span: Range<usize>,
}

/// Every leaf of `source`, in order.
pub(super) fn leaves(source: &str) -> Result<Vec<Leaf<'_>>, Note> {
    let body = source.strip_prefix('\u{feff}').unwrap_or(source);
    let shift = source.len() - body.len();
    let mut found = Vec::new();
    // One step for each open bracket: the key whose value is being read.
    let mut open: Vec<Cow<'_, str>> = Vec::new();
    for token in Tokens::new(body) {
        let token = token?;
        let span = token.span.start + shift..token.span.end + shift;
        let inside = span.start + 1..span.end.saturating_sub(1);
        match token.what {
            What::ObjectStart => open.push(Cow::Borrowed("")),
            What::ArrayStart => open.push(Cow::Borrowed("[]")),
            What::ObjectEnd | What::ArrayEnd => drop(open.pop()),
            What::Key => {
                let way = open[..open.len().saturating_sub(1).min(DEEPEST)].to_vec();
                if let Some(step) = open.last_mut() {
                    *step = key(&source[inside.clone()]);
                }
                found.push(Leaf { way, what: token.what, span: inside });
            }
            What::String => found.push(Leaf { way: way(&open), what: token.what, span: inside }),
            What::Scalar => found.push(Leaf { way: way(&open), what: token.what, span }),
            What::Colon | What::Comma => {}
        }
    }
    Ok(found)
}

fn way<'a>(open: &[Cow<'a, str>]) -> Vec<Cow<'a, str>> {
    open[..open.len().min(DEEPEST)].to_vec()
}

fn key(raw: &str) -> Cow<'_, str> {
    if raw.contains('\\') { Cow::Owned(decode(raw, 0).text().to_owned()) } else { Cow::Borrowed(raw) }
}
