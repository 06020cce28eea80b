//! Text that is about to be shown. Names of files may hold anything: what a terminal or a log would obey is escaped.

use std::borrow::Cow;

/// Whether a character may change what a reader sees of the text around it: control characters (line breaks and escape
/// sequences among them) and the marks that turn the direction of writing.
fn is_disruptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` as one line that no terminal obeys: disruptive characters become Rust-like escapes (`\n`, `\u{1b}`).
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_disruptive) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| if is_disruptive(c) { c.escape_default().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(escape).collect())
}

/// The columns that `text` takes on a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// `text` cut in its middle to at most `columns`, keeping its end (file names say most there).
#[must_use]
pub fn shorten(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(1);
    let head_room = room / 3;
    let head = take_columns(text.chars(), head_room);
    let tail: String = take_columns(text.chars().rev(), room - head_room).chars().rev().collect();
    Cow::Owned(format!("{head}\u{2026}{tail}"))
}

fn take_columns(characters: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    characters
        .take_while(|&c| {
            used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            used <= columns
        })
        .collect()
}

/// `words` broken into lines of at most `columns` (a longer word gets a line of its own).
#[must_use]
pub fn wrap(words: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `number` with a comma between each three digits.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 file`, `2 files`.
#[must_use]
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_escapes_what_terminals_obey() {
        for (text, expected) in [
            ("css/a b.css", "css/a b.css"),
            ("a\nb", "a\\nb"),
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("gpj\u{202e}.exe", "gpj\\u{202e}.exe"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("ü.js", "ü.js"),
        ] {
            assert_eq!(one_line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn shortening_keeps_the_end_and_counts_columns() {
        assert_eq!(shorten("assets/app.js", 13), "assets/app.js");
        assert_eq!(shorten("assets/very/long/app.js", 13), "asse\u{2026}g/app.js");
        for columns in 0..20 {
            assert!(width(&shorten("图片/很长的名字.png", columns)) <= columns.max(1), "{columns}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), expected);
        }
        assert_eq!(count(1, "file", "files"), "1 file");
    }

    #[test]
    fn wrapping_breaks_between_words() {
        assert_eq!(wrap("a bb ccc dddddd", 4), ["a bb", "ccc", "dddddd"]);
    }
}
