//! Request paths: a published path in, the URL paths in which browsers ask for it out, and the pattern for each.

use percent_encoding::{AsciiSet, utf8_percent_encode};

use crate::asset::{AssetPath, url};

/// Newer browsers escape this as well.
const BROWSER: &AsciiSet = &url::IN_PATH.add(b'^');

/// Spellings of `path` (decoded, inside the base): as browsers write it and as our own references do.
pub(super) fn spellings(path: &str, base: &str) -> Vec<String> {
    let encode = |segment: &str| utf8_percent_encode(segment, BROWSER).to_string();
    let browser: Vec<_> = path.split('/').map(encode).collect();
    let ours: Vec<_> = path.split('/').map(url::encode_file_name).collect();
    let mut spellings = vec![format!("{base}{}", browser.join("/")), format!("{base}{}", ours.join("/"))];
    spellings.dedup();
    spellings
}

/// The forms that hosts with pretty addresses answer with status 200: `a.html` is `/a`, `d/index.html` is `/d/`.
pub(super) fn pretty(path: &AssetPath, base: &str) -> Vec<String> {
    let text = path.as_str();
    match text.strip_suffix(".html").filter(|_| path.extension() == "html") {
        Some("index") => vec![base.to_owned()],
        Some(stem) => spellings(stem.strip_suffix("/index").map_or(stem, |_| path.folder()), base),
        None => spellings(text, base),
    }
}

/// The forms that such hosts answer with a redirect or with the file, depending on settings of the site.
pub(super) fn plain(path: &AssetPath, base: &str) -> Vec<String> {
    // Hosts compare the extension with case.
    if path.extension() == "html" { spellings(path.as_str(), base) } else { Vec::new() }
}

/// `url_path` as a literal pattern of `_headers`, or `None` when the grammar would read something else into it.
pub(super) fn literal_pattern(url_path: &str) -> Option<&str> {
    let has_wildcard = url_path.contains('*');
    let has_placeholder = url_path.match_indices(':').any(|(at, _)| {
        let next = url_path[at + 1..].chars().next();
        url_path[..at].ends_with('/') || next.is_some_and(|c| c.is_ascii_alphabetic())
    });
    (!has_wildcard && !has_placeholder && url_path.is_ascii()).then_some(url_path)
}

/// Whether a path may stand in a configuration file at all: control characters could end a line.
pub(super) fn is_writable(path: &str) -> bool {
    !path.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_pretty_forms() {
        for (path, forms) in [
            ("index.html", vec!["/shop/"]),
            ("a/index.html", vec!["/shop/a/"]),
            ("a/b.html", vec!["/shop/a/b"]),
            ("myindex.html", vec!["/shop/myindex"]),
            ("x.css", vec!["/shop/x.css"]),
            ("d/.html", vec!["/shop/d/.html"]),
            ("a b(1).js", vec!["/shop/a%20b(1).js", "/shop/a%20b%281%29.js"]),
            ("ü%.js", vec!["/shop/%C3%BC%25.js"]),
        ] {
            assert_eq!(pretty(&AssetPath::new(path).unwrap(), "/shop/"), forms, "{path}");
        }
    }

    #[test]
    fn only_literal_paths_become_patterns() {
        for (path, literal) in
            [("/a.js", true), ("/12:30.js", true), ("/a:b.js", false), ("/:1", false), ("/a*", false), ("/é", false)]
        {
            assert_eq!(literal_pattern(path).is_some(), literal, "{path}");
        }
    }
}
