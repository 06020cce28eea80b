//! Which strings of a script could name files.

/// Longest string that is considered as the name of a file.
const MAX_MENTION: usize = 512;

/// Whether a complete string could name a file: its last segment ends in an extension.
pub(super) fn names_a_file(text: &str) -> bool {
    if text.len() > MAX_MENTION || text.contains(char::is_whitespace) {
        return false;
    }
    let path = &text[..text.find(['?', '#']).unwrap_or(text.len())];
    let name = &path[path.rfind('/').map_or(0, |slash| slash + 1)..];
    match name.rfind('.') {
        Some(dot) => {
            (1..=11).contains(&(name.len() - dot - 1)) && name[dot + 1..].bytes().all(|b| b.is_ascii_alphanumeric())
        }
        None => path.contains('/') && !name.is_empty(),
    }
}

/// What separates names from the text around them.
pub(super) fn is_between_names(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '{' | '}' | '[' | ']' | ',' | ';' | '=' | '\\'
        )
}

/// Whether what follows the last dot begins with a letter: `1.5` is a number, and `e.g.` ends a word.
pub(super) fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && extension.starts_with(|character: char| character.is_ascii_alphabetic())
    })
}

/// Whether the beginning of a string could lead into a folder.
pub(super) fn names_a_folder(text: &str) -> bool {
    text.len() <= MAX_MENTION
        && text.len() > 1
        && text.contains('/')
        && !text.contains("://")
        && !text.contains(char::is_whitespace)
}
