//! Siblings that came with the site: `x.js.gz`, `x.js.br` and `x.js.zst` beside `x.js`.
//!
//! The list of files in, the pairs out. They are no assets of their own: a server sends them in place of the file they
//! stand beside, so they must hold its final bytes. Nothing is read or decided here: who publishes compares a sibling
//! with its file, keeps it when it still decodes to the published bytes, and replaces it with a `stale-sibling` finding
//! when it does not. A sibling that a page links to by its own name (a download) is an asset as well; the pairs are
//! plain data so that such a pair can be dropped.

use crate::{pack::Encoding, walk::Found};

/// One pair. Both are places in the list of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserSibling {
    /// The file it stands beside.
    pub of: usize,
    /// How it is encoded.
    pub encoding: Encoding,
    /// The sibling itself.
    pub file: usize,
}

/// All siblings among `files`, which are sorted by path as [`crate::walk::walk`] returns them. Sorted by the file they
/// stand beside.
#[must_use]
pub fn user_siblings(files: &[Found]) -> Vec<UserSibling> {
    let mut pairs: Vec<_> = (0..files.len()).filter_map(|file| pair(files, file)).collect();
    pairs.sort_unstable();
    pairs
}

fn pair(files: &[Found], file: usize) -> Option<UserSibling> {
    let (stem, encoding) = split(files[file].path.as_str())?;
    let of = files.binary_search_by(|found| found.path.as_str().cmp(stem)).ok()?;
    // `x.tar.gz` is an archive to download, also where `x.tar` is offered; and nothing is compressed twice.
    let is_archive = files[of].path.extension().eq_ignore_ascii_case("tar") || split(stem).is_some();
    (!is_archive).then_some(UserSibling { of, encoding, file })
}

fn split(path: &str) -> Option<(&str, Encoding)> {
    let stem = |encoding: Encoding| path.strip_suffix(encoding.extension())?.strip_suffix('.');
    Encoding::ALL.into_iter().find_map(|encoding| Some((stem(encoding)?, encoding)))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::asset::AssetPath;

    #[test]
    fn pairs_need_the_file_itself() {
        let mut names = [
            "a.js",
            "a.js.br",
            "a.js.gz",
            "a.js.zst",
            "b.css.gz",
            "c.tar",
            "c.tar.gz",
            "d/a.js.gz",
            "e.txt",
            "e.txt.gz",
            "e.txt.gz.br",
            "f",
            "f.gz",
        ];
        names.sort_unstable();
        let files: Vec<_> = names
            .iter()
            .map(|name| Found {
                path: AssetPath::new(*name).unwrap(),
                source: std::path::Path::new("").into(),
                bytes: 0,
                modified: SystemTime::UNIX_EPOCH,
                mode: 0o644,
            })
            .collect();
        let pairs: Vec<_> = user_siblings(&files).into_iter().map(|pair| (names[pair.of], names[pair.file])).collect();
        let expected =
            [("a.js", "a.js.br"), ("a.js", "a.js.gz"), ("a.js", "a.js.zst"), ("e.txt", "e.txt.gz"), ("f", "f.gz")];
        assert_eq!(pairs, expected);
    }
}
