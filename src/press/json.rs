//! JSON, web manifests, source maps: text in, the same tokens without the white space between them out.
//!
//! Never parses a number, never touches a string, never drops or sorts keys: readers differ in what they make of
//! `1.0`, of `12345678901234567890` and of a key that comes twice, so all of them stay as written.

pub(crate) mod tokens;

use self::tokens::Tokens;
use super::{Draft, KeptBecause, Note};

/// Presses one JSON text of any size and depth. Pure.
///
/// # Errors
/// Why the text must stay as it is.
pub fn press(source: &str) -> Result<Draft, KeptBecause> {
    if source.is_empty() {
        return Err(KeptBecause::NotSmaller);
    }
    if source.starts_with('\u{feff}') {
        return Err(KeptBecause::Unsupported(Note::new("starts with a byte order mark")));
    }
    let mut bytes = Vec::with_capacity(source.len());
    for token in Tokens::new(source) {
        bytes.extend_from_slice(&source.as_bytes()[token.map_err(KeptBecause::Unparsable)?.span]);
    }
    if bytes.len() == source.len() {
        return Err(KeptBecause::NotSmaller);
    }
    Ok(Draft { bytes, notes: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::press;
    use crate::press::KeptBecause;

    fn pressed(source: &str) -> Result<String, String> {
        press(source).map(|draft| String::from_utf8(draft.bytes).unwrap()).map_err(|why| match why.note() {
            Some(note) => format!("{}:{} {}", note.at.line, note.at.column, note.text),
            None => why.code().to_owned(),
        })
    }

    #[test]
    fn only_white_space_goes() {
        for (source, expected) in [
            ("{ \"a\" : 1 }\n", r#"{"a":1}"#),
            ("[ 1.0 , -0.0, 1E400 ,12345678901234567890 ]", "[1.0,-0.0,1E400,12345678901234567890]"),
            (r#"{"dup": 1, "dup": 2}"#, r#"{"dup":1,"dup":2}"#),
            (r#"[ "\ud800\/\u00e9  é", "" ]"#, r#"["\ud800\/\u00e9  é",""]"#),
            ("\t[ ] \r\n", "[]"),
            (" { } ", "{}"),
            (" true ", "true"),
            ("[true, false, null]", "[true,false,null]"),
            ("[ {\"a\": [ ]}, [[ ]] ]", r#"[{"a":[]},[[]]]"#),
        ] {
            assert_eq!(pressed(source).as_deref(), Ok(expected), "{source}");
            assert_eq!(pressed(expected), Err("not-smaller".into()), "{expected}");
        }
    }

    #[test]
    fn what_is_not_json_is_kept_with_a_place() {
        for (source, expected) in [
            ("// c\n{}", "1:1 a comment; JSON has none"),
            ("{\"a\": 1 /* x */}", "1:9 a comment; JSON has none"),
            ("{\"a\": [1,\n 2,]}", "2:4 a trailing comma; JSON allows none"),
            ("{\"a\":1,}", "1:8 a trailing comma; JSON allows none"),
            ("{'a':1}", "1:2 a string in single quotes; JSON has none"),
            ("{a:1}", "1:2 'a' is not expected here"),
            ("[1 2]", "1:4 '2' is not expected here"),
            ("[1}", "1:3 '}' is not expected here"),
            ("{} {}", "1:4 more text after the end of the value"),
            ("[1", "1:3 the text ends too early"),
            ("  ", "1:3 the text ends too early"),
            ("[01]", "1:2 a number that JSON does not have"),
            ("[1.]", "1:2 a number that JSON does not have"),
            ("[.5]", "1:2 '.' is not expected here"),
            ("[1e]", "1:2 a number that JSON does not have"),
            ("[-]", "1:2 a number that JSON does not have"),
            ("[+1]", "1:2 '+' is not expected here"),
            ("[0x10]", "1:2 a number that JSON does not have"),
            ("[truely]", "1:2 't' is not expected here"),
            ("[NaN]", "1:2 'N' is not expected here"),
            ("[\"a\nb\"]", "1:4 a control character inside a string"),
            ("[\"\\x41\"]", "1:3 an escape that JSON does not have"),
            ("[\"\\u00g0\"]", "1:3 an escape that JSON does not have"),
            ("[\"abc]", "1:2 a string that does not end"),
            ("{\"a\"}", "1:5 '}' is not expected here"),
            ("{\"a\":}", "1:6 '}' is not expected here"),
            ("[\u{a0}1]", "1:2 '\\u{a0}' is not expected here"),
            ("", "not-smaller"),
        ] {
            assert_eq!(pressed(source), Err(expected.to_owned()), "{source}");
        }
        assert!(matches!(press("\u{feff}{ }"), Err(KeptBecause::Unsupported(_))));
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{} 1 {}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(press(&deep).unwrap().bytes.len(), 2_000_001);
    }

    #[test]
    fn agrees_with_another_parser() {
        let pieces = ["{", "}", "[", "]", ",", ":", " ", "1", "-2.5", "\"a\"", "\"\\n\"", "true", "nul", "\n"];
        let mut state = 12345_u32;
        for _ in 0..60_000 {
            let mut source = String::new();
            for _ in 0..=state % 9 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                source.push_str(pieces[(state >> 16) as usize % pieces.len()]);
            }
            state = state.wrapping_mul(1_664_525).wrapping_add(7);
            let theirs = serde_json::from_str::<serde_json::Value>(&source).ok();
            let refused = !source.is_empty() && matches!(press(&source), Err(KeptBecause::Unparsable(_)));
            assert_eq!(theirs.is_none(), refused || source.is_empty(), "{source:?}");
            if let Ok(draft) = press(&source) {
                assert_eq!(theirs, serde_json::from_slice(&draft.bytes).ok(), "{source:?}");
            }
        }
    }
}
