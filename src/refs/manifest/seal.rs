use std::{collections::BTreeMap, fmt::Write as _};

use md5::{Digest as _, Md5};

use super::leaves::{Leaf, leaves};
use crate::press::json::tokens::What;

/// The manifest `filled`, which was `source` before names were filled in, with the hash over its own paths that
/// Django's `staticfiles.json` ends in made anew. `None` when it has none, or one that is not made as Django makes it.
pub(crate) fn sealed(source: &[u8], filled: &[u8]) -> Option<Vec<u8>> {
    let (before, after) = (std::str::from_utf8(source).ok()?, std::str::from_utf8(filled).ok()?);
    let was = hash_leaf(&leaves(before).ok()?)?;
    if before[was.span] != *hash_of_paths(before)? {
        return None;
    }
    with_hash(after.as_bytes())
}

/// The manifest `made` with the right hash in the place of the one it has; `None` when it has no place for one.
pub(crate) fn with_hash(made: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(made).ok()?;
    let place = hash_leaf(&leaves(text).ok()?)?.span;
    Some([&text[..place.start], &hash_of_paths(text)?, &text[place.end..]].concat().into_bytes())
}

fn hash_leaf<'a>(leaves: &[Leaf<'a>]) -> Option<Leaf<'a>> {
    leaves.iter().find(|leaf| leaf.what == What::String && leaf.way.len() == 1 && leaf.way[0] == "hash").cloned()
}

/// MD5, cut to twelve digits, of `json.dumps(sorted(paths.items()))` of Python.
fn hash_of_paths(manifest: &str) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_str(manifest.trim_start_matches('\u{feff}')).ok()?;
    let paths = manifest.get("paths")?.as_object()?;
    let paths: BTreeMap<&str, &str> =
        paths.iter().map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect::<Option<_>>()?;
    let pairs: Vec<String> =
        paths.iter().map(|(key, value)| format!("[{}, {}]", python_string(key), python_string(value))).collect();
    let digest = Md5::digest(format!("[{}]", pairs.join(", ")));
    Some(hex(&digest)[..12].to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `text` as Python's `json` writes it: ASCII only.
fn python_string(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            '\u{8}' => written.push_str("\\b"),
            '\u{c}' => written.push_str("\\f"),
            ' '..='\u{7f}' => written.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(written, "\\u{unit:04x}");
                }
            }
        }
    }
    written.push('"');
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_written_as_python_does() {
        assert_eq!(python_string("a\"\\\n\u{1}é😀\u{7f}"), "\"a\\\"\\\\\\n\\u0001\\u00e9\\ud83d\\ude00\u{7f}\"");
    }

    #[test]
    fn only_a_hash_that_is_understood_is_made_anew() {
        // printf '[["a.css", "a.1.css"]]' | md5sum
        let manifest = |hash: &str, name: &str| {
            format!(r#"{{"paths":{{"a.css":"{name}"}},"version":"1.1","hash":"{hash}"}}"#).into_bytes()
        };
        let before = manifest("HASH", "a.1.css");
        let hash = hash_of_paths(std::str::from_utf8(&before).unwrap()).unwrap();
        assert_eq!(hash, "adba1bc29ea4");
        let after = manifest(&hash, "a.2.css");
        assert_eq!(sealed(&before, &after), None);
        let anew = sealed(&manifest(&hash, "a.1.css"), &after).unwrap();
        assert_ne!(anew, after);
        assert_eq!(sealed(&anew, &anew), Some(anew.clone()));
    }
}
