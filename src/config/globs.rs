//! Globs over the paths of a site: `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` and `[a-z]` choose.

use std::fmt;

use globset::{GlobBuilder, GlobMatcher};

use super::Complaint;

/// Some globs, compiled, in the order they were written.
#[derive(Clone, Default)]
pub struct Globs(Vec<Glob>);

/// One glob, compiled.
#[derive(Clone)]
pub struct Glob {
    text: String,
    matcher: GlobMatcher,
}

impl Glob {
    /// Compiles `text`.
    ///
    /// # Errors
    /// When `text` is no glob, or one that can never match a path of a site.
    pub fn new(text: &str) -> Result<Self, Complaint> {
        never_matches(text)?;
        let problem = |error: globset::Error| Complaint { message: error.kind().to_string(), hint: String::new() };
        let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build().map_err(problem)?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// Whether `path`, `/`-separated from the top of the site, matches.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Refuses what is well formed but matches nothing, the usual slips.
fn never_matches(text: &str) -> Result<(), Complaint> {
    let problem = |message: &str, hint: String| Err(Complaint { message: message.to_owned(), hint });
    if text.is_empty() {
        return problem("is empty", "write ** for every file".to_owned());
    }
    if let Some(rest) = text.strip_prefix("./").or_else(|| text.strip_prefix('/')) {
        return problem("starts at the top of the site already", format!("write {rest:?}"));
    }
    if text.ends_with('/') {
        return problem("names a folder", format!("write \"{text}**\" for all files in it"));
    }
    if text.split('/').any(|segment| segment == "..") {
        return problem("leaves the site", "paths are relative to the top of the site".to_owned());
    }
    Ok(())
}

impl Globs {
    /// Compiles `texts`.
    ///
    /// # Errors
    /// With the index of the first that is no glob.
    pub fn new<T: AsRef<str>>(texts: &[T]) -> Result<Self, (usize, Complaint)> {
        let compile = |(i, text): (usize, &T)| Glob::new(text.as_ref()).map_err(|problem| (i, problem));
        texts.iter().enumerate().map(compile).collect::<Result<_, _>>().map(Self)
    }

    /// The globs that match every path.
    #[must_use]
    pub fn everything() -> Self {
        Self(Glob::new("**").into_iter().collect())
    }

    /// Whether any of them matches `path`.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        self.0.iter().any(|glob| glob.is_match(path))
    }

    /// As they were written.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Glob::as_str)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl fmt::Debug for Globs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_within_a_folder_and_double_stars_do_not() {
        for (glob, path, expected) in [
            ("assets/*.js", "assets/a.js", true),
            ("assets/*.js", "assets/x/a.js", false),
            ("**/*.html", "index.html", true),
            ("**/*.html", "a/b/index.html", true),
            ("**", ".well-known/x", true),
            ("drafts/**", "drafts/a/b.html", true),
            ("*.{js,mjs}", "a.mjs", true),
            ("A.js", "a.js", false),
        ] {
            assert_eq!(Glob::new(glob).unwrap().is_match(path), expected, "{glob} on {path}");
        }
    }

    #[test]
    fn globs_that_can_never_match_are_refused_with_advice() {
        for (text, hint) in [
            ("", "write ** for every file"),
            ("/assets/*", "write \"assets/*\""),
            ("./a", "write \"a\""),
            ("drafts/", "write \"drafts/**\" for all files in it"),
            ("../x", "paths are relative to the top of the site"),
            ("a[", ""),
        ] {
            assert_eq!(Glob::new(text).unwrap_err().hint, hint, "{text}");
        }
    }
}
