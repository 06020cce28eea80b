//! Names that not every system can hold, and names that are one where case or Unicode form does not count.

use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Found;
use crate::finding::{Code, Finding};

/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: &[&str] = &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// What is wrong with `name` elsewhere, if anything.
pub(super) fn trouble(name: &str) -> Option<String> {
    if let Some(bad) = name.chars().find(|c| matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\') || *c < ' ') {
        return Some(format!("{} in a name is refused by Windows", shown(bad)));
    }
    if name.ends_with(['.', ' ']) {
        return Some("Windows drops a dot or space at the end of a name".to_owned());
    }
    is_device(name).then(|| "Windows keeps this name for a device".to_owned())
}

fn shown(c: char) -> String {
    match c {
        '\n' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_uppercase();
    let numbered = |prefix: &str| {
        let mut rest = stem.strip_prefix(prefix).unwrap_or_default().chars();
        matches!((rest.next(), rest.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
    };
    DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

/// A finding for each file that shares its name with an earlier one where case or Unicode form does not count.
///
/// Sixteen bytes a file while it runs: a map of folded names would weigh as much as the tree itself.
pub(super) fn twins(files: &[Found]) -> Vec<Finding> {
    let mut order: Vec<(u64, usize)> = files.iter().enumerate().map(|(at, file)| (hash(file), at)).collect();
    order.sort_unstable();
    let same_hash = order.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    same_hash.flat_map(|group| twins_among(files, group)).collect()
}

fn hash(file: &Found) -> u64 {
    let mut hasher = DefaultHasher::new();
    fold(file.path.as_str()).hash(&mut hasher);
    hasher.finish()
}

fn twins_among(files: &[Found], group: &[(u64, usize)]) -> Vec<Finding> {
    let name = |at: usize| files[at].path.as_str();
    let mut findings = Vec::new();
    for (nth, &(_, at)) in group.iter().enumerate() {
        let folded = fold(name(at));
        let Some(&(_, first)) = group[..nth].iter().find(|(_, earlier)| fold(name(*earlier)) == folded) else {
            continue;
        };
        let differ = if unicode_form(name(first)) == unicode_form(name(at)) { "Unicode form" } else { "case" };
        let message = format!("differs from {} by {differ} alone", name(first));
        findings.push(
            Finding::new(Code::NamePortability, name(at), message)
                .hint("one of the two is lost on macOS or Windows: rename one"),
        );
    }
    findings
}

fn unicode_form(text: &str) -> String {
    text.nfc().collect()
}

/// `text` as file systems see it that ignore case and Unicode form.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = if is_nfc(text) { text.to_lowercase() } else { unicode_form(text).to_lowercase() };
    unicode_form(&lower)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::asset::AssetPath;

    #[test]
    fn names_that_windows_refuses() {
        for name in [
            "a?b.css",
            "a\"b",
            "a*b",
            "co:lon.css",
            "a<b",
            "a>b",
            "a|b",
            "a\\b",
            "a\nb",
            "a\tb",
            "a\u{1}b",
            "end.",
            "end ",
            "CON.css",
            "con",
            "aux.tar.gz",
            "nul",
            "com1.js",
            "LPT9",
            "com².txt",
            "con .txt",
        ] {
            assert!(trouble(name).is_some(), "{name:?}");
        }
        for name in
            ["a.css", "console.js", "com0", "com10", "auxiliary", "a b", ".hidden", "ünï", "lpt", "_headers", "$"]
        {
            assert_eq!(trouble(name), None, "{name:?}");
        }
    }

    fn found(path: &str) -> Found {
        let path = AssetPath::new(path).unwrap();
        Found { path, source: std::path::Path::new("").into(), bytes: 0, modified: SystemTime::UNIX_EPOCH, mode: 0o644 }
    }

    #[test]
    fn twins_by_case_and_by_form() {
        let files: Vec<_> =
            ["A/x.css", "a/X.css", "a/x.css", "b/caf\u{e9}.css", "b/cafe\u{301}.css", "b/CAFE\u{301}.css", "c/ok.css"]
                .map(found)
                .into();
        let mut found: Vec<_> = twins(&files).into_iter().map(|f| (f.path, f.message)).collect();
        found.sort();
        let expected = [
            ("a/X.css", "differs from A/x.css by case alone"),
            ("a/x.css", "differs from A/x.css by case alone"),
            ("b/CAFE\u{301}.css", "differs from b/caf\u{e9}.css by case alone"),
            ("b/cafe\u{301}.css", "differs from b/caf\u{e9}.css by Unicode form alone"),
        ];
        assert_eq!(found, expected.map(|(path, message)| (path.to_owned(), message.to_owned())));
    }
}
