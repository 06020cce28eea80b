//! URLs as pages write them, against the paths of a site. Source: WHATWG URL, as far as same-site references need it.

use std::{borrow::Cow, ops::Range};

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::AssetPath;

/// What must be escaped in a file name so that it is safe inside a URL, an HTML attribute (quoted or not), a CSS
/// `url()`, a JS string and JSON alike.
const UNSAFE_IN_NAME: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'@').remove(b'+').remove(b',');

/// What browsers escape in a path, and what must be escaped so that a path stays a path, also in JSON inside a script.
pub(crate) const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%')
    .add(b'\\');

/// The path of `url` up to its query and fragment.
fn path_of(url: &str) -> &str {
    &url[..url.find(['?', '#']).unwrap_or(url.len())]
}

/// The last path segment of `url`, without query and fragment: `/i/p.svg?v=1` gives the range of `p.svg`.
#[must_use]
pub fn file_name_range(url: &str) -> Range<usize> {
    let path = path_of(url);
    path.rfind(['/', '\\']).map_or(0, |slash| slash + 1)..path.len()
}

/// `name` percent-encoded as one path segment that needs no further escaping in any language we write to.
#[must_use]
pub fn encode_file_name(name: &str) -> String {
    utf8_percent_encode(name, UNSAFE_IN_NAME).to_string()
}

/// `text` with percent-encoding undone; `None` when the result is not UTF-8.
#[must_use]
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

/// Where a URL leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A path of this site, percent-decoded; folders end in `/`, the top folder is `""`.
    Site(String),
    /// Another origin, or a scheme such as `data:` or `mailto:`.
    Elsewhere,
    /// Only a fragment or nothing at all: the document itself.
    Itself,
    /// Leaves the site by `..`, or is outside the configured base path, or cannot be decoded.
    Outside,
}

/// Resolves `url`, written in a file of folder `folder` (`""` or ending in `/`), on a site served under `base`
/// (a URL path that starts and ends with `/`).
#[must_use]
pub fn resolve(url: &str, folder: &str, base: &str) -> Target {
    let url = url.trim_matches(|c: char| c <= ' ');
    if url.is_empty() || url.starts_with('#') {
        return Target::Itself;
    }
    if has_scheme(url) || url.starts_with("//") || url.starts_with("\\\\") {
        return Target::Elsewhere;
    }
    let path = path_of(url);
    if path.is_empty() {
        return Target::Itself;
    }
    let path = path.replace('\\', "/");
    let joined = if let Some(absolute) = path.strip_prefix('/') {
        let base = base.trim_start_matches('/');
        match absolute.strip_prefix(base) {
            Some(inside) => inside.to_owned(),
            None if format!("{absolute}/") == base => String::new(),
            None => return Target::Outside,
        }
    } else {
        // The folder is a decoded path while the URL is not: decode after joining segments, so encode nothing here.
        return join(folder, &path);
    };
    join("", &joined)
}

fn join(folder: &str, path: &str) -> Target {
    let mut joined = String::with_capacity(folder.len() + path.len() + 1);
    // Where each segment starts: a decoded one may hold slashes.
    let mut starts = Vec::new();
    let add = |joined: &mut String, starts: &mut Vec<usize>, segment: &str| {
        starts.push(joined.len());
        joined.push_str(segment);
        joined.push('/');
    };
    let above = folder.split('/').filter(|segment| !segment.is_empty());
    above.for_each(|segment| add(&mut joined, &mut starts, segment));
    let mut is_folder = false;
    for segment in path.split('/') {
        let Some(decoded) = decode(segment) else { return Target::Outside };
        is_folder = matches!(&*decoded, "" | "." | "..");
        match &*decoded {
            "" | "." => {}
            ".." => match starts.pop() {
                Some(start) => joined.truncate(start),
                None => return Target::Outside,
            },
            segment => add(&mut joined, &mut starts, segment),
        }
    }
    if !is_folder {
        joined.pop();
    }
    Target::Site(joined)
}

/// What follows `base`, an address that ends in `/`, in `url`; the scheme and its `https:` may be in any case or missing.
#[must_use]
pub fn below<'u>(url: &'u str, base: &str) -> Option<&'u str> {
    let url = url.trim_matches(|c: char| c <= ' ');
    let host_end = base.find("//").and_then(|slashes| base[slashes + 2..].find('/').map(|end| slashes + 2 + end))?;
    let (origin, path) = base.split_at(host_end);
    let without_scheme = &origin[origin.find("//").unwrap_or(0)..];
    let is_at = |start: &&str| url.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let start = [origin, without_scheme].into_iter().find(is_at)?;
    url[start.len()..].strip_prefix(path)
}

fn has_scheme(url: &str) -> bool {
    let Some(colon) = url.find(':') else { return false };
    let scheme = &url[..colon];
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// The URL path of an asset from the top of its host: `/base/css/a%20b.css`.
#[must_use]
pub fn of_path(path: &AssetPath, base: &str) -> String {
    let segments: Vec<_> = path.as_str().split('/').map(encode_file_name).collect();
    format!("{base}{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_browsers_do() {
        let site = |s: &str| Target::Site(s.to_owned());
        for (url, folder, base, expected) in [
            ("a.css", "", "/", site("a.css")),
            ("./a.css?x#y", "css/", "/", site("css/a.css")),
            ("../i/%41.png", "css/", "/", site("i/A.png")),
            ("/i/a.png", "css/", "/", site("i/a.png")),
            ("/shop/i/a.png", "css/", "/shop/", site("i/a.png")),
            ("/shop", "", "/shop/", site("")),
            ("/other/a.png", "", "/shop/", Target::Outside),
            ("../../a", "css/", "/", Target::Outside),
            ("docs/", "a/", "/", site("a/docs/")),
            ("https://x/a", "", "/", Target::Elsewhere),
            ("//x/a", "", "/", Target::Elsewhere),
            ("data:,x", "", "/", Target::Elsewhere),
            ("#top", "", "/", Target::Itself),
            ("?q", "", "/", Target::Itself),
            ("/", "a/", "/", site("")),
            ("a\\b.png", "", "/", site("a/b.png")),
            ("100%.png", "", "/", site("100%.png")),
            ("%FF.png", "", "/", Target::Outside),
            ("a%2Fb/../c.png", "d/", "/", site("d/c.png")),
            ("..", "a/b/", "/", site("a/")),
            ("../..", "a/b/", "/", site("")),
        ] {
            assert_eq!(resolve(url, folder, base), expected, "{url} in {folder} under {base}");
        }
    }

    #[test]
    fn addresses_below_another() {
        let base = "https://cdn.test/x/";
        for (url, expected) in [
            ("https://cdn.test/x/js/a.js?v", Some("js/a.js?v")),
            ("HTTPS://CDN.test/x/a.js", Some("a.js")),
            ("//cdn.test/x/a.js", Some("a.js")),
            ("https://cdn.test/X/a.js", None),
            ("https://cdn.test/xa.js", None),
            ("https://cdn.test.evil/x/a.js", None),
            ("http://cdn.test/x/a.js", None),
            ("/x/a.js", None),
        ] {
            assert_eq!(below(url, base), expected, "{url}");
        }
    }

    #[test]
    fn encoded_names_need_no_other_escape() {
        assert_eq!(encode_file_name("a b'\"<>&()\\é.css"), "a%20b%27%22%3C%3E%26%28%29%5C%C3%A9.css");
        assert_eq!(encode_file_name("index-B7x_9.min@2x.js"), "index-B7x_9.min@2x.js");
    }
}
