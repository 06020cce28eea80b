//! What a canonical selector is made of: how specific it is, and what in it an engine may refuse.
//!
//! An engine that refuses one selector drops the whole list it stands in (Selectors 4, section 3.9), so selectors may
//! share a list only when engines refuse all of them or none.

use crate::press::css::vocabulary::{OLD_CLASSES, OLD_ELEMENTS};

/// Ids; classes, attributes and pseudo-classes; types and pseudo-elements.
pub(super) type Specificity = [u32; 3];

/// One selector, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Anatomy {
    /// None where it depends on more than the selector's own words.
    pub(super) specificity: Option<Specificity>,
    /// What not every engine of the last fifteen years knows, sorted.
    pub(super) unknown: Vec<String>,
}

impl Anatomy {
    pub(super) fn of(selector: &str) -> Self {
        let mut reader = Reader { text: selector, at: 0, counts: Some([0; 3]), unknown: Vec::new(), is_in_not: false };
        reader.run();
        reader.unknown.sort();
        reader.unknown.dedup();
        Self { specificity: reader.counts, unknown: reader.unknown }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    counts: Option<Specificity>,
    unknown: Vec<String>,
    is_in_not: bool,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'#' => self.simple(0),
                b'.' if self.text[self.at + 1..].starts_with(|c: char| c.is_ascii_digit()) => return,
                b'.' => self.simple(1),
                b'[' => self.attribute(),
                b':' => self.pseudo(),
                b' ' | b'>' | b'+' | b'~' if self.is_in_not => self.strange(),
                b' ' | b'>' | b'+' | b'~' | b'*' => self.at += 1,
                // A keyframe's percentage.
                b'0'..=b'9' => return,
                b'|' | b'&' | b',' | b'(' | b')' | b'"' | b'%' => self.strange(),
                _ => {
                    self.count(2);
                    self.name();
                }
            }
        }
    }

    fn count(&mut self, place: usize) {
        if let Some(counts) = &mut self.counts {
            counts[place] += 1;
        }
    }

    /// What we do not understand: all of the selector is a thing of its own.
    fn strange(&mut self) {
        self.counts = None;
        self.unknown.push(self.text.to_owned());
        self.at = self.text.len();
    }

    fn simple(&mut self, place: usize) {
        self.count(place);
        self.at += 1;
        self.name();
    }

    /// Moves past a name, escapes included; never stands still.
    fn name(&mut self) -> &'a str {
        let start = self.at;
        while let Some(character) = self.text[self.at..].chars().next() {
            if character == '\\' {
                let escaped = self.text[self.at + 1..].chars().next().map_or(0, char::len_utf8);
                self.at += 1 + escaped;
            } else if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') || !character.is_ascii() {
                self.at += character.len_utf8();
            } else {
                break;
            }
        }
        if self.at == start {
            self.strange();
            return "";
        }
        &self.text[start..self.at]
    }

    fn attribute(&mut self) {
        let end = self.partner();
        let inner = &self.text[self.at..end];
        if inner.contains(['|', '\\']) || inner.ends_with(" i") || inner.ends_with(" s") {
            self.unknown.push(inner.to_owned());
        }
        self.count(1);
        self.at = end + 1;
    }

    /// Where the bracket at `at` closes, or the end of the text.
    fn partner(&self) -> usize {
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        for (offset, byte) in self.text.bytes().enumerate().skip(self.at) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                b'(' | b'[' if !quoted => depth += 1,
                b')' | b']' if !quoted => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return offset;
                    }
                }
                _ => {}
            }
        }
        self.text.len() - 1
    }

    fn pseudo(&mut self) {
        let is_element = self.text[self.at..].starts_with("::");
        self.at += if is_element { 2 } else { 1 };
        let name = self.name().to_ascii_lowercase();
        if self.text[self.at..].starts_with('(') {
            let end = self.partner();
            let arguments = &self.text[self.at + 1..end];
            self.at = end + 1;
            return self.function(&name, arguments, is_element);
        }
        let is_old_element = OLD_ELEMENTS.contains(&name.as_str());
        if !is_old_element && (is_element || !OLD_CLASSES.contains(&name.as_str())) {
            self.unknown.push(format!("{}{name}", if is_element { "::" } else { ":" }));
        }
        self.count(if is_element || is_old_element { 2 } else { 1 });
    }

    fn function(&mut self, name: &str, arguments: &str, is_element: bool) {
        match name {
            "not" if !is_element && !self.is_in_not => {
                let mut inner =
                    Reader { text: arguments, at: 0, counts: Some([0; 3]), unknown: Vec::new(), is_in_not: true };
                inner.run();
                self.unknown.append(&mut inner.unknown);
                self.counts = match (self.counts, inner.counts) {
                    (Some(a), Some(b)) => Some([a[0] + b[0], a[1] + b[1], a[2] + b[2]]),
                    _ => None,
                };
            }
            "nth-child" | "nth-last-child" | "nth-of-type" | "nth-last-of-type" | "lang"
                if !is_element && !arguments.contains([' ', ',']) =>
            {
                self.count(1);
            }
            _ => {
                self.counts = None;
                self.unknown.push(format!("{name}({arguments})"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Anatomy;

    #[test]
    fn selectors_are_weighed() {
        for (selector, counts, unknown) in [
            ("a", Some([0, 0, 1]), vec![]),
            ("*", Some([0, 0, 0]), vec![]),
            ("#a .b>c:hover", Some([1, 2, 1]), vec![]),
            (".hover\\:a:hover", Some([0, 2, 0]), vec![]),
            ("a[b=\"]\"]:before", Some([0, 1, 2]), vec![]),
            ("a:not(.b)", Some([0, 1, 1]), vec![]),
            (".a::-moz-b", Some([0, 1, 1]), vec!["::-moz-b"]),
            (".a:focus-within", Some([0, 2, 0]), vec![":focus-within"]),
            ("a:is(b,c)", None, vec!["is(b,c)"]),
            ("a:not(b,c)", None, vec!["b,c"]),
            ("li:nth-child(odd)", Some([0, 1, 1]), vec![]),
            ("50%", Some([0, 0, 0]), vec![]),
            ("&.a", None, vec!["&.a"]),
        ] {
            let anatomy = Anatomy::of(selector);
            assert_eq!(
                (anatomy.specificity, anatomy.unknown),
                (counts, unknown.into_iter().map(String::from).collect()),
                "{selector}"
            );
        }
    }
}
