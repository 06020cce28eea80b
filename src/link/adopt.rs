//! Names that carry a bundler's content hash already.

use std::collections::HashMap;

use crate::asset::AssetPath;

/// Folders into which bundlers write hashed files only (or, for Next and `SvelteKit`, files under a versioned folder).
const HASHED_FOLDERS: [&str; 7] =
    ["assets/", "_astro/", "_next/static/", "_nuxt/", "_app/immutable/", "build/assets/", "static/"];

/// Folders that a framework serves as immutable itself, whatever the names in them look like: Turbopack's hashes have
/// no shape of their own, and its run time knows its chunks by the addresses in the page.
const IMMUTABLE_FOLDERS: [&str; 4] = ["_next/static/", "_app/immutable/", "_astro/", "_nuxt/"];

/// Inside of those: what `Nuxt` asks for again and again, to see whether there is a new build.
const CHANGING_FOLDER: &str = "_nuxt/builds/";

/// How sure a file name is about being hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    No,
    /// Looks like a word: counts in a known folder whose other files of this type are hashed.
    Weak,
    /// Could be a word as well: counts in a known folder, or among others of its kind.
    Maybe,
    Sure,
}

/// Which of `paths` have a name that changes with their content.
pub fn is_adopted<'a>(paths: impl Iterator<Item = &'a AssetPath> + Clone) -> Vec<bool> {
    let mut folders: HashMap<(&str, &str), (usize, usize)> = HashMap::new();
    for path in paths.clone() {
        let (hashed, all) = folders.entry((path.folder(), path.extension())).or_default();
        *hashed += usize::from(sign(path.file_name()) >= Sign::Maybe);
        *all += 1;
    }
    paths
        .map(|path| match sign(path.file_name()) {
            _ if is_below(path.folder(), CHANGING_FOLDER) => false,
            _ if IMMUTABLE_FOLDERS.iter().any(|known| is_below(path.folder(), known)) => true,
            Sign::Sure => true,
            Sign::No => false,
            Sign::Weak => {
                let (hashed, all) = folders[&(path.folder(), path.extension())];
                is_hashed_folder(path.folder()) && hashed >= 2 && (hashed + 1 >= all || hashed * 10 >= all * 8)
            }
            Sign::Maybe => {
                let (hashed, all) = folders[&(path.folder(), path.extension())];
                is_hashed_folder(path.folder()) || hashed >= 3 && hashed * 10 >= all * 9
            }
        })
        .collect()
}

/// `path` without the hash that its name carries; `None` when nothing else would be left of its stem.
pub(super) fn without_hash(path: &AssetPath) -> Option<AssetPath> {
    let name = path.file_name();
    let end = name.len() - path.extension().len() - 1;
    let parts = name.get(..end)?.match_indices(['.', '-', '_']).map(|(at, _)| at);
    let hash = |start: &usize| {
        let part = &name[start + 1..name[start + 1..].find('.').map_or(end, |dot| start + 1 + dot)];
        hex(part).max(base64(part)).max(base32(part))
    };
    // Of several that are as sure, the last.
    let start = parts.filter(|start| *start > 0 && hash(start) > Sign::No).max_by_key(hash)?;
    let rest = name[start + 1..].find('.').map(|dot| &name[start + 1 + dot..])?;
    path.with_file_name(&format!("{}{rest}", &name[..start])).ok()
}

fn is_hashed_folder(folder: &str) -> bool {
    HASHED_FOLDERS.iter().any(|known| is_below(folder, known))
}

/// Whether `folder` is `known` or in it, wherever that lies.
fn is_below(folder: &str, known: &str) -> bool {
    folder.starts_with(known) || folder.contains(&format!("/{known}"))
}

fn sign(file_name: &str) -> Sign {
    let Some((stem, _extension)) = file_name.split_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return Sign::No;
    };
    let parts = file_name.split('.').skip(1);
    let in_dots = parts
        .clone()
        .take(parts.count().saturating_sub(1))
        .map(|part| hex(part).max(base64(part)))
        .max()
        .unwrap_or(Sign::No);
    let tail = stem.char_indices().filter(|(_, c)| matches!(c, '-' | '_')).map(|(at, _)| &stem[at + 1..]);
    in_dots.max(tail.map(|tail| hex(tail).max(base64(tail)).max(base32(tail))).max().unwrap_or(Sign::No)).max(hex(stem))
}

/// `3f2a9c1b`: 8 to 64 hexadecimal digits in lower case.
fn hex(text: &str) -> Sign {
    let is_hex = (8..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hex {
        return Sign::No;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match digits {
        // A date or a number on the one side, a word on the other. Of ten digits in base 16, all are below 10 once in a
        // hundred times.
        0 => Sign::No,
        _ if digits == text.len() && digits > 8 => Sign::Weak,
        _ if digits == text.len() => Sign::No,
        _ => Sign::Sure,
    }
}

/// `W1erjkBN`, `DB_ReeJG`: eight characters of base64url, as Rollup and Vite write them.
fn base64(text: &str) -> Sign {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Sign::No;
    }
    let inner_capital = text.bytes().skip(1).any(|b| b.is_ascii_uppercase());
    let lower = text.bytes().any(|b| b.is_ascii_lowercase());
    let digit = text.bytes().any(|b| b.is_ascii_digit());
    match (inner_capital && lower, digit) {
        (true, true) => Sign::Sure,
        (true, false) | (false, true) => Sign::Maybe,
        (false, false) => Sign::Weak,
    }
}

/// `QW3RTYUI`: eight characters of base32, as esbuild writes them.
fn base32(text: &str) -> Sign {
    let is_base32 = text.len() == 8 && text.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'));
    match text.bytes().filter(u8::is_ascii_digit).count() {
        _ if !is_base32 => Sign::No,
        0 => Sign::Maybe,
        _ => Sign::Sure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adopted(paths: &[&str]) -> Vec<bool> {
        let paths: Vec<_> = paths.iter().map(|path| AssetPath::new(*path).unwrap()).collect();
        is_adopted(paths.iter())
    }

    #[test]
    fn names_of_bundlers_are_known() {
        for path in [
            "assets/index-W1erjkBN.js",
            "assets/main-v4-DB_ReeJG.css",
            "assets/favicon--PZ4cBiP.ico",
            "assets/logo-CXf-crI0.svg",
            "main.3f2a9c1b.css",
            "js/app-1a2b3c4d.js",
            "runtime.0a1b2c3d4e5f.js",
            "_next/static/chunks/4bd1b696-f785427dddbba9fb.js",
            "chunk-QW3RTYUI.js",
            "app/s.147ff06cc686.css",
            "_astro/hoisted.DLdXc8l2.js",
            "_next/static/chunks/00votin-joli4.css",
            "docs/_next/static/media/photo.1rqbp5gv3tq1o.jpg",
            "_next/static/chunks/turbopack-2u1d16houkiyo.js",
            "_astro/ec.0vx5m.js",
        ] {
            assert_eq!(adopted(&[path]), [true], "{path}");
        }
    }

    #[test]
    fn a_hash_can_be_taken_out() {
        for (path, bare) in [
            ("assets/index-W1erjkBN.js", Some("assets/index.js")),
            ("assets/main-v4-DB_ReeJG.css", Some("assets/main-v4.css")),
            ("main.3f2a9c1b.css", Some("main.css")),
            ("main.3f2a9c1b.chunk.js", Some("main.chunk.js")),
            ("4bd1b696-f785427dddbba9fb.js", Some("4bd1b696.js")),
            ("3f2a9c1b.js", None),
            ("app.js", None),
        ] {
            let found = without_hash(&AssetPath::new(path).unwrap());
            assert_eq!(found.as_ref().map(AssetPath::as_str), bare, "{path}");
        }
    }

    #[test]
    fn plain_names_are_not_taken_for_hashed() {
        for path in [
            "js/jquery.min.js",
            "css/style-overview.css",
            "img/photo-20240131.jpg",
            "img/team-Overview.png",
            "deadbeef.js",
            "js/bootstrap.bundle.min.js",
            "fonts/fa-solid-900.woff2",
            "img/screenshot-1920x1080.png",
            "js/app-v2.js",
            "favicon.ico",
            "_nuxt/builds/latest.json",
            "static/js/report.1234567890.js",
        ] {
            assert_eq!(adopted(&[path]), [false], "{path}");
        }
    }

    #[test]
    fn words_count_among_hashed_files_of_a_bundler() {
        let hashed = ["assets/a-W1erjkBN.js", "assets/b-DB_ReeJG.js", "assets/c-CXf-crI0.js", "assets/e-B7xk2QmZ.js"];
        let chunks = [&hashed[..], &["assets/d-Dfcbgjhg.js"]].concat();
        assert_eq!(adopted(&chunks), [true; 5]);
        assert_eq!(adopted(&chunks[4..]), [false]);
        assert!(!adopted(&["js/a-W1erjkBN.js", "js/b-DB_ReeJG.js", "js/c-CXf-crI0.js", "js/d-overview.js"])[3]);
    }

    #[test]
    fn numbers_count_among_hashes() {
        let chunks = ["static/js/a.65cf6246e7.js", "static/js/b.1b62d0d7d2.js", "static/js/lib.8270546612.js"];
        assert_eq!(adopted(&chunks), [true; 3]);
        assert_eq!(adopted(&chunks[1..]), [true, false]);
    }

    #[test]
    fn doubtful_names_count_in_company() {
        let chunks = ["c/a-ABCDEFGH.js", "c/b-QRSTUVWX.js", "c/d-HGFEDCBA.js"];
        assert_eq!(adopted(&chunks[..1]), [false]);
        assert_eq!(adopted(&chunks), [true; 3]);
    }
}
