use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A file's place in the site: `/`-separated, never empty, never absolute, never with `.` or `..` segments.
///
/// The text is UTF-8; files whose names are not UTF-8 never become an `AssetPath` (see [`crate::walk`]). Every stage
/// keeps the paths of the whole site, so clones share one text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssetPath(Arc<str>);

/// Why a text is not an [`AssetPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a relative path of plain segments")]
pub struct AssetPathError(String);

impl AssetPath {
    /// Checks and takes `text`.
    ///
    /// # Errors
    /// When `text` is empty, absolute, or has an empty, `.` or `..` segment or a NUL.
    pub fn new(text: impl Into<String>) -> Result<Self, AssetPathError> {
        let text = text.into();
        let plain = |segment: &str| !matches!(segment, "" | "." | "..") && !segment.contains('\0');
        if text.split('/').all(plain) { Ok(Self(text.into())) } else { Err(AssetPathError(text)) }
    }

    /// The whole path, `/`-separated.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder with its trailing `/`, or `""` at the top: `css/a.css` gives `css/`.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rfind('/').map_or("", |slash| &self.0[..=slash])
    }

    /// The last segment: `css/a.css` gives `a.css`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.0[self.folder().len()..]
    }

    /// What follows the last dot of the file name, as written; `""` without one. A leading dot is no extension.
    #[must_use]
    pub fn extension(&self) -> &str {
        match self.file_name().rfind('.') {
            Some(0) | None => "",
            Some(dot) => &self.file_name()[dot + 1..],
        }
    }

    /// The same folder with another file name.
    ///
    /// # Errors
    /// When `file_name` is not one plain segment.
    pub fn with_file_name(&self, file_name: &str) -> Result<Self, AssetPathError> {
        if file_name.contains('/') {
            return Err(AssetPathError(file_name.to_owned()));
        }
        Self::new(format!("{}{file_name}", self.folder()))
    }
}

impl fmt::Display for AssetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AssetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl TryFrom<String> for AssetPath {
    type Error = AssetPathError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<AssetPath> for String {
    fn from(path: AssetPath) -> Self {
        path.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_leave_the_site() {
        for text in ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/\0"] {
            assert!(AssetPath::new(text).is_err(), "{text:?}");
        }
        for text in ["a", "a/b.css", ".well-known/x", "...", "a b/ü.js", "dot..dot.css"] {
            assert!(AssetPath::new(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn splits_into_folder_name_and_extension() {
        for (text, folder, name, extension) in [
            ("a.css", "", "a.css", "css"),
            ("x/y/a.min.js", "x/y/", "a.min.js", "js"),
            (".htaccess", "", ".htaccess", ""),
            ("d.ir/none", "d.ir/", "none", ""),
        ] {
            let path = AssetPath::new(text).unwrap();
            assert_eq!((path.folder(), path.file_name(), path.extension()), (folder, name, extension));
        }
    }
}
