//! What scripts compare addresses with: a library finds the folder it lies in by `/ckeditor\.js$/` among the scripts of the
//! page, or by the name of one of its pictures in what a sheet says. Whoever is found by its name must keep it.

use regex::bytes::{Regex, RegexBuilder};

use crate::asset::AssetPath;

/// Shorter words are in too many names.
const SHORTEST_WORD: usize = 3;

/// Words that are no name by themselves.
const COMMON: [&str; 16] = [
    "min", "css", "mjs", "html", "htm", "json", "png", "svg", "gif", "jpg", "jpeg", "webp", "https", "http", "src",
    "www",
];

/// Larger automata are not worth their memory.
const MAX_AUTOMATON: usize = 1 << 20;

/// What our hash may look like behind the stem of a name.
const HASHES: [&str; 2] = ["-3k7m2q9x", "-k3m7q29x"];

/// One regular expression of a script.
pub(super) struct Pattern {
    regex: Regex,
    /// Whatever it is meant for has one of these in its name, in lower case.
    words: Vec<String>,
}

impl Pattern {
    /// Reads `text`; `None` if it can be meant for no file in particular.
    pub(super) fn read(text: &str) -> Option<Self> {
        let words = words(text);
        if words.is_empty() {
            return None;
        }
        let regex = compiled(text).or_else(|| compiled(&names_in(text)?))?;
        Some(Self { regex, words })
    }

    /// Whether it could be meant for a file of this name, in lower case: a quick look before [`Self::needs`].
    pub(super) fn could_mean(&self, name: &str) -> bool {
        self.words.iter().any(|word| name.contains(word.as_str()))
    }

    /// Whether it finds the file at `path` of a site under `base` by its name, and not by one with our hash in it.
    pub(super) fn needs(&self, path: &AssetPath, base: &str) -> bool {
        let finds = |path: &str| forms(path, base).map(|form| self.regex.is_match(form.as_bytes()));
        let before = finds(path.as_str());
        let is_lost = |hash: &&str| {
            let after = finds(&with_hash(path, hash));
            before.iter().zip(after).any(|(before, after)| *before && !after)
        };
        before.contains(&true) && HASHES.iter().any(is_lost)
    }
}

fn compiled(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).unicode(false).size_limit(MAX_AUTOMATON).build().ok()
}

/// The ways in which a script may meet the address of a file.
fn forms(path: &str, base: &str) -> [String; 3] {
    let name = path.rsplit('/').next().unwrap_or(path);
    [format!("https://site.test{base}{path}"), format!("{base}{path}"), name.to_owned()]
}

fn with_hash(path: &AssetPath, hash: &str) -> String {
    let path = path.as_str();
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    let dot = path[name..].rfind('.').map_or(path.len(), |dot| name + dot);
    format!("{}{hash}{}", &path[..dot], &path[dot..])
}

/// The words of a regular expression that could be part of a name.
fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        // A letter behind a backslash is a class: `\\w`, `\\d`.
        let shown =
            if character == '\\' { characters.next().filter(|c| !c.is_ascii_alphanumeric()) } else { Some(character) };
        plain.push(shown.unwrap_or(' '));
    }
    let is_word = |word: &&str| word.len() >= SHORTEST_WORD && !COMMON.contains(word);
    let plain = plain.to_ascii_lowercase();
    plain.split(|c: char| !c.is_ascii_alphabetic()).filter(is_word).map(str::to_owned).collect()
}

/// What our engine cannot read (it looks around, or back) counts by the complete names in it.
fn names_in(text: &str) -> Option<String> {
    let text = text.replace('\\', "");
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let names = text.split(|c| !is_part(c)).filter(|part| part.len() > SHORTEST_WORD);
    let names =
        names.filter(|part| part.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && !end.is_empty()));
    let names: Vec<String> = names.map(regex::escape).collect();
    (!names.is_empty()).then(|| names.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_by_its_name_alone_needs_it() {
        for (pattern, path, needs) in [
            (r"(^|.*[\\\/])ckeditor\.js(?:\?.*|;.*)?$", "lib/ckeditor.js", true),
            (r"((?:.*\/)|^)Cesium\.js(?:\?|\#|$)", "Cesium.js", true),
            (r"tinymce(\.full|\.jquery|)(\.min|\.dev|)\.js", "t/tinymce.min.js", true),
            (r"^(.*)marker-icon\.png$", "images/marker-icon.png", true),
            (r"(?<=\/)app\.js(?!x)", "app.js", true),
            (r"(?i)CODEMIRROR\.js", "codemirror.js", true),
            // These find the new name, too.
            (r"^(.*)\/ace([\-.]\w+)?\.js(\?|$)", "src/ace.js", false),
            (r"marker-icon.*\.png", "images/marker-icon.png", false),
            // And these are meant for no file in particular, or for another.
            (r"\.min\.js$", "a.min.js", false),
            (r"[^\/]+\.js$", "word.js", false),
            (r"ckeditor\.js", "editor.js", false),
            (r"\\w+\.js", "word.js", false),
        ] {
            let read = Pattern::read(pattern);
            let path = AssetPath::new(path).unwrap();
            let is_needed = |read: Pattern| read.could_mean(&path.file_name().to_lowercase()) && read.needs(&path, "/");
            assert_eq!(read.is_some_and(is_needed), needs, "{pattern} {path}");
        }
    }
}
