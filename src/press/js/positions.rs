//! Where each part of a printed script comes from: what swc tells while it prints, as [`Positions`].

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use swc_core::common::{BytePos, LineCol};

use crate::maps::{Lines, Origin, Place, Positions, Segment};

/// What swc told while it printed: where something comes from, and where it was put.
pub(super) struct Trace(Vec<(BytePos, LineCol)>);

impl Trace {
    /// Of a text that stands below `head` other lines.
    pub(super) fn below(head: usize, mut told: Vec<(BytePos, LineCol)>) -> Self {
        let head = u32::try_from(head).unwrap_or_default();
        told.iter_mut().for_each(|(_, printed)| printed.line += head);
        Self(told)
    }

    /// Of what was printed from `text`, whose first byte swc knows as `start`, and which was itself printed with the trace
    /// `before`: from the source of that to here. What starts at one place of `text` starts at one place of its source.
    pub(super) fn through(self, before: &Self, text: &str, start: BytePos) -> Self {
        let lines = Lines::of(text);
        let offset = |printed: &LineCol| lines.offset(Place { line: printed.line, column: printed.col });
        // Of several that were put at one place the last counts.
        let origins: FxHashMap<usize, BytePos> =
            before.0.iter().filter_map(|(origin, printed)| Some((offset(printed)?, *origin))).collect();
        let origin = |between: BytePos| origins.get(&(between.0.checked_sub(start.0)? as usize)).copied();
        Self(self.0.into_iter().filter_map(|(between, printed)| Some((origin(between)?, printed))).collect())
    }
}

/// Of `text`, which was printed with `trace` from `source`, whose first byte swc knows as `start`.
pub(super) fn of(trace: &Trace, source: &str, start: BytePos, text: &str) -> Positions {
    let (from, to) = (Lines::of(source), Lines::of(text));
    let mut names = Names::default();
    let mut segments = Vec::with_capacity(trace.0.len());
    for (position, printed) in &trace.0 {
        let Some(offset) = position.0.checked_sub(start.0).map(|offset| offset as usize) else { continue };
        if offset > source.len() || !source.is_char_boundary(offset) {
            continue;
        }
        let place = from.place(offset);
        let (line, column) = (printed.line, printed.col);
        let new = to.offset(Place { line, column }).map_or("", |at| word(&text[at..]));
        let old = word(&source[offset..]);
        let name = is_renamed(old, new).then(|| names.index(old));
        let origin = Some(Origin { source: 0, line: place.line, column: place.column, name });
        segments.push(Segment { line, column, origin });
    }
    Positions::new(segments, names.list)
}

/// The identifier that `text` starts with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    if text.starts_with(|c: char| c.is_ascii_digit()) { "" } else { &text[..end] }
}

fn is_renamed(old: &str, new: &str) -> bool {
    !old.is_empty() && !new.is_empty() && old != new && !is_keyword(old) && !is_keyword(new)
}

/// Words that are printed in the place of others without being names.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "async"
            | "await"
            | "break"
            | "case"
            | "catch"
            | "class"
            | "const"
            | "continue"
            | "default"
            | "delete"
            | "do"
            | "else"
            | "export"
            | "extends"
            | "false"
            | "finally"
            | "for"
            | "function"
            | "get"
            | "if"
            | "import"
            | "in"
            | "instanceof"
            | "let"
            | "new"
            | "null"
            | "of"
            | "return"
            | "set"
            | "static"
            | "super"
            | "switch"
            | "this"
            | "throw"
            | "true"
            | "try"
            | "typeof"
            | "undefined"
            | "var"
            | "void"
            | "while"
            | "with"
            | "yield"
    )
}

/// Names, each once.
#[derive(Default)]
struct Names {
    list: Vec<String>,
    known: HashMap<String, u32>,
}

impl Names {
    fn index(&mut self, name: &str) -> u32 {
        if let Some(&index) = self.known.get(name) {
            return index;
        }
        let index = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_owned());
        self.known.insert(name.to_owned(), index);
        index
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::word;
    use crate::{
        maps::{Lines, Mappings, Place},
        press::{
            Options, Tracing,
            js::{JsPlace, press_scanned},
        },
    };

    /// Checks everything that `source`, pressed, says of itself; returns how many places that were, and what was wrong.
    fn check(source: &str) -> Option<(usize, Vec<String>)> {
        let options = Options { tracing: Tracing::On, ..Options::default() };
        let done = press_scanned(source, JsPlace::File, &options).ok()?.drafted.ok()?;
        let text = String::from_utf8(done.draft.bytes).unwrap();
        let positions = done.positions.unwrap();
        let (from, to) = (Lines::of(source), Lines::of(&text));
        let mappings = Mappings::decode(&positions.mappings).unwrap();
        let mut wrong = Vec::new();
        for segment in mappings.segments() {
            let origin = segment.origin.unwrap();
            let new = to.offset(Place { line: segment.line, column: segment.column }).unwrap();
            let old = from.offset(Place { line: origin.line, column: origin.column }).unwrap();
            let name = origin.name.map(|name| positions.names[name as usize].as_str());
            if !fits(&text, new, &source[old..], name) {
                let show = |text: &str| text.chars().take(20).collect::<String>();
                wrong.push(format!("{:?} leads to {:?} ({name:?})", show(&text[new..]), show(&source[old..])));
            }
        }
        Some((mappings.segments().len(), wrong))
    }

    /// Whether what stands at `new` of `text` may come from the beginning of `old`.
    fn fits(text: &str, new: usize, old: &str, name: Option<&str>) -> bool {
        let is_property = text[..new].ends_with('.') && !text[..new].ends_with("..");
        let (new, old_word) = (&text[new..], word(old));
        let new_word = word(new);
        if let Some(name) = name {
            return name == old_word;
        }
        if is_property && !new_word.is_empty() && !old_word.is_empty() {
            return new_word == old_word;
        }
        let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        if digits(new) && digits(old) && new.len() > 1 {
            return new.as_bytes()[0] == old.as_bytes()[0] || new.starts_with("1e") || old.starts_with("0x");
        }
        true
    }

    #[test]
    fn what_is_mapped_stands_there_in_the_source() {
        let source = "/*! x */\n// note\nfunction compute(argument, other) {\n  const total = argument.alpha + other['beta'] + 12345;\n  \
            if (total > 10) { return total.gamma } else { return `é${other}ü` + total }\n}\nwindow.result = compute({ alpha: 1 }, 'text');\n";
        let (count, wrong) = check(source).unwrap();
        assert!(count > 30 && wrong.is_empty(), "{count}: {wrong:#?}");
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "says that it was skipped")]
    fn what_is_mapped_in_real_scripts_stands_there() {
        let Some(corpus) = std::env::var_os("EDGEPRESS_CORPUS").map(PathBuf::from) else {
            eprintln!("skipped: EDGEPRESS_CORPUS is not set");
            return;
        };
        let (mut places, mut misses) = (0, Vec::new());
        for folder in ["site-vite/js", "site-small", "site-photo/assets/js"] {
            let scripts = fs::read_dir(corpus.join(folder)).into_iter().flatten().flatten().map(|entry| entry.path());
            let mut scripts: Vec<_> = scripts.filter(|path| path.extension().is_some_and(|e| e == "js")).collect();
            scripts.sort();
            for path in scripts {
                let source = fs::read_to_string(&path).unwrap_or_default();
                if source.len() < 60_000
                    && let Some((count, wrong)) = check(&source)
                {
                    places += count;
                    misses.extend(wrong);
                }
            }
        }
        eprintln!("{places} places, {} misses: {:#?}", misses.len(), &misses[..misses.len().min(20)]);
        assert!(places == 0 || misses.len() * 1000 < places, "{} of {places}: {misses:#?}", misses.len());
    }
}
