//! URLs of other origins, as sources of a Content-Security-Policy.

/// The origin of `url` as a source: `https://cdn.example.com`, or the host alone where the page's scheme counts.
/// `None` when it has none that a policy can name.
pub(super) fn origin(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = match url.strip_prefix("//") {
        Some(rest) => (None, rest),
        None => {
            let (scheme, rest) = url.split_once("://")?;
            (Some(scheme.to_ascii_lowercase()), rest)
        }
    };
    let authority = &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())];
    let host = authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase();
    let is_host =
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':' | b'_'));
    match scheme.as_deref() {
        _ if !is_host => None,
        None => Some(host),
        Some(scheme @ ("http" | "https" | "ws" | "wss")) => Some(format!("{scheme}://{host}")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn urls_become_sources() {
        for (url, expected) in [
            ("https://CDN.example.com/a.js?x", Some("https://cdn.example.com")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("//cdn.example.com/a.js", Some("cdn.example.com")),
            ("https://user:secret@x.org/", Some("https://x.org")),
            ("https://x.org;script-src *", None),
            ("https://x.org'unsafe-inline'", None),
            ("https:///a", None),
            ("data:text/javascript,1", None),
            ("ftp://x.org/a", None),
            ("/a.js", None),
        ] {
            assert_eq!(origin(url).as_deref(), expected, "{url}");
        }
    }
}
