//! `Link:` lines of a site's own `_headers`: what they preload follows its new name, or it would be fetched twice.
//!
//! Text and names in, text out. Only the file name inside `<..>` changes; the rest of the file is not read.

use std::collections::BTreeMap;

use crate::asset::{
    AssetPath,
    url::{self, Target},
};

/// `text` with the published names of `names` (logical path to published path) in its `Link:` lines.
#[must_use]
pub(crate) fn renamed(text: &str, base: &str, names: &BTreeMap<&AssetPath, &AssetPath>) -> String {
    text.split_inclusive('\n').map(|line| line_renamed(line, base, names)).collect()
}

fn line_renamed(line: &str, base: &str, names: &BTreeMap<&AssetPath, &AssetPath>) -> String {
    let is_link = line.split_once(':').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case("link"));
    if !is_link {
        return line.to_owned();
    }
    let (mut renamed, mut rest) = (String::new(), line);
    while let Some((before, url, after)) = bracketed(rest) {
        renamed.push_str(before);
        renamed.push_str(&url_renamed(url, base, names));
        rest = after;
    }
    renamed + rest
}

/// What stands before the first `<..>` with its bracket, in it, and after it with its bracket.
fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('<')? + 1;
    let close = open + text[open..].find('>')?;
    Some((&text[..open], &text[open..close], &text[close..]))
}

fn url_renamed(url: &str, base: &str, names: &BTreeMap<&AssetPath, &AssetPath>) -> String {
    // Relative to the page that is answered with it, and that may be any.
    let target = if url.starts_with('/') { url::resolve(url, "", base) } else { Target::Elsewhere };
    let path = match target {
        Target::Site(path) => AssetPath::new(path).ok(),
        Target::Elsewhere | Target::Itself | Target::Outside => None,
    };
    match path.and_then(|path| names.get(&path).copied()) {
        Some(name) => {
            let range = url::file_name_range(url);
            format!("{}{}{}", &url[..range.start], url::encode_file_name(name.file_name()), &url[range.end..])
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_follow_and_the_rest_stays() {
        let path = |text: &str| AssetPath::new(text).unwrap();
        let (from, to) = (path("css/a.css"), path("css/a-3k7m2q9x.css"));
        let names = BTreeMap::from([(&from, &to)]);
        for (text, base, expected) in [
            (
                "/*\n  Link: </css/a.css>; rel=preload; as=style\n",
                "/",
                "/*\n  Link: </css/a-3k7m2q9x.css>; rel=preload; as=style\n",
            ),
            (
                "  link:</x/css/a.css?v>;rel=preload, </b.js>; rel=x",
                "/x/",
                "  link:</x/css/a-3k7m2q9x.css?v>;rel=preload, </b.js>; rel=x",
            ),
            ("/css/a.css\n  X-Link: </css/a.css>\r\n", "/", "/css/a.css\n  X-Link: </css/a.css>\r\n"),
            (
                "  Link: <https://x.test/css/a.css>, <css/a.css>, </css/a.css",
                "/",
                "  Link: <https://x.test/css/a.css>, <css/a.css>, </css/a.css",
            ),
        ] {
            assert_eq!(renamed(text, base, &names), expected);
            assert_eq!(renamed(expected, base, &names), expected, "once more");
        }
    }
}
