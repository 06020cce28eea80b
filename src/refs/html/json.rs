//! The strings of a JSON text with their places. Lenient: broken JSON gives the strings before and after the damage.

use std::ops::Range;

use crate::asset::Decoded;

/// A string of a JSON text.
pub(crate) struct JsonString {
    /// Its bytes without quotes.
    pub(crate) raw: Range<usize>,
    /// Whether it is the key of a member.
    pub(crate) is_key: bool,
    /// The keys of the objects around it, outermost first, and its own key when it is a value.
    pub(crate) path: Vec<Box<str>>,
}

/// Paths are followed this deep; all that is looked for lies higher.
const DEEPEST: usize = 64;

/// What is open around a place.
struct Open {
    is_object: bool,
    is_key_next: bool,
    key: Option<Box<str>>,
}

/// Every string of `text`, in order.
pub(crate) fn strings(text: &str) -> Vec<JsonString> {
    let bytes = text.as_bytes();
    let (mut found, mut open, mut at) = (Vec::new(), Vec::<Open>::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => open.push(Open { is_object: byte == b'{', is_key_next: byte == b'{', key: None }),
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(top) = open.last_mut() {
                    (top.is_key_next, top.key) = (top.is_object, None);
                }
            }
            b'"' => {
                let raw = at..at + string_length(&bytes[at..]);
                at = raw.end + 1;
                let is_key = open.last().is_some_and(|top| top.is_key_next);
                let path = open.iter().take(DEEPEST).filter_map(|level| level.key.clone()).collect();
                if let Some(top) = open.last_mut().filter(|_| is_key) {
                    (top.is_key_next, top.key) = (false, Some(decode(&text[raw.clone()], 0).text().into()));
                }
                found.push(JsonString { raw, is_key, path });
            }
            _ => {}
        }
    }
    found
}

fn string_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `raw`, the inside of a JSON string written at byte `start`, with its escapes undone.
pub(crate) fn decode(raw: &str, start: usize) -> Decoded {
    if !raw.contains('\\') {
        return Decoded::plain(raw, start);
    }
    let mut pieces: Vec<(String, Range<usize>)> = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let (text, length) = match memchr::memchr(b'\\', &raw.as_bytes()[at..]) {
            Some(0) => escape(&raw[at..]),
            Some(plain) => (raw[at..at + plain].to_owned(), plain),
            None => (raw[at..].to_owned(), raw.len() - at),
        };
        pieces.push((text, start + at..start + at + length));
        at += length;
    }
    Decoded::from_pieces(pieces.iter().map(|(text, range)| (&**text, range.clone())))
}

/// What the escape that `text` begins with stands for, and its length.
fn escape(text: &str) -> (String, usize) {
    let unit = |at: usize| text.get(at + 2..at + 6).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    match text.chars().nth(1) {
        None => (String::new(), 1),
        Some('u') => {
            let Some(first) = unit(0) else { return (String::new(), 2) };
            let second = text.get(6..8).filter(|&next| next == "\\u").and_then(|_| unit(6));
            let pair = second.and_then(|second| String::from_utf16(&[first, second]).ok());
            match pair.filter(|pair| pair.chars().count() == 1) {
                Some(pair) => (pair, 12),
                None => (String::from_utf16_lossy(&[first]), 6),
            }
        }
        Some(letter) => {
            let meaning = match letter {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                other => other,
            };
            (meaning.to_string(), 1 + letter.len_utf8())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_know_their_path() {
        let text = r#"{"imports":{"a\u002f":"./b.js","c":["d",{"e":1}]},"f":"g"}"#;
        let found: Vec<_> = strings(text)
            .iter()
            .map(|string| {
                let mark = if string.is_key { "key" } else { "value" };
                format!("{mark} {} in {}", decode(&text[string.raw.clone()], 0).text(), string.path.join("."))
            })
            .collect();
        assert_eq!(
            found,
            [
                "key imports in ",
                "key a/ in imports",
                "value ./b.js in imports.a/",
                "key c in imports",
                "value d in imports.c",
                "key e in imports.c",
                "key f in ",
                "value g in f"
            ]
        );
    }

    #[test]
    fn escapes_keep_their_places() {
        let decoded = decode(r"a\/b\u00e9\ud83d\ude00.js", 5);
        assert_eq!(decoded.text(), "a/bé😀.js");
        assert_eq!(decoded.raw(1..2).range(), 6..8);
        assert_eq!(decode(r"\u12", 0).text(), "12");
        assert_eq!(decode("\\", 0).text(), "");
    }

    #[test]
    fn damage_is_survived() {
        for text in ["{\"a", "]]]{\"a\":", "\"\\", "{,,\"é\\u\"}"] {
            strings(text);
        }
        assert_eq!(strings(&"[".repeat(100_000)).len(), 0);
    }
}
