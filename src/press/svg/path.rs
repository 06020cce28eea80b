//! Path data: the same segments, written in the fewest bytes that the grammar allows.
//!
//! Numbers keep their decimal value and curves their kind. Lines become `h` and `v` only where a coordinate provably
//! does not change; nothing is turned from absolute to relative, because sums of rounded numbers are not exact.

use super::number;

/// `data` rewritten; `None` when it is not path data from end to end (browsers draw such a path up to its fault, so it
/// stays as it is).
pub(super) fn rewrite(data: &str) -> Option<String> {
    let mut reader = Reader { rest: data };
    let mut writer = Writer::default();
    let mut command = None;
    while reader.skip_separator(command.is_some()) {
        let letter = match reader.letter() {
            Some(letter) => {
                command = Some(letter);
                letter
            }
            // Numbers that go on after a moveto are lines.
            None => match command? {
                'M' => 'L',
                'm' => 'l',
                'z' | 'Z' => return None,
                letter => letter,
            },
        };
        if writer.out.is_empty() && !matches!(letter, 'M' | 'm') {
            return None;
        }
        let arguments = reader.arguments(letter)?;
        writer.segment(letter, arguments);
    }
    Some(writer.out)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Skips white space and, where allowed, one comma; whether something is left.
    fn skip_separator(&mut self, comma: bool) -> bool {
        self.rest = skip_space(self.rest);
        let after = self.rest.strip_prefix(',').map(skip_space);
        if let Some(after) = after.filter(|after| comma && number::length(after).is_some()) {
            self.rest = after;
        }
        !self.rest.is_empty()
    }

    fn letter(&mut self) -> Option<char> {
        let letter = self.rest.chars().next().filter(|&letter| arity(letter).is_some())?;
        self.rest = &self.rest[1..];
        Some(letter)
    }

    fn arguments(&mut self, letter: char) -> Option<Vec<String>> {
        let mut arguments = Vec::with_capacity(arity(letter)?);
        for index in 0..arity(letter)? {
            self.rest = skip_space(self.rest);
            if let Some(after) = self.rest.strip_prefix(',').filter(|_| index > 0) {
                self.rest = skip_space(after);
            }
            let is_flag = is_arc(letter) && matches!(index, 3 | 4);
            let length =
                if is_flag { self.rest.starts_with(['0', '1']).then_some(1)? } else { number::length(self.rest)? };
            let (argument, rest) = self.rest.split_at(length);
            self.rest = rest;
            arguments.push(if is_flag { argument.to_owned() } else { number::shorten(argument) });
        }
        Some(arguments)
    }
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}'])
}

fn is_arc(letter: char) -> bool {
    matches!(letter, 'A' | 'a')
}

/// How many arguments one segment of this command has; `None` when it is no command.
fn arity(letter: char) -> Option<usize> {
    Some(match letter.to_ascii_lowercase() {
        'z' => 0,
        'h' | 'v' => 1,
        'm' | 'l' | 't' => 2,
        's' | 'q' => 4,
        'c' => 6,
        'a' => 7,
        _ => return None,
    })
}

/// A coordinate as it was written by an absolute command; `None` after a relative one.
type Known = Option<String>;

#[derive(Default)]
struct Writer {
    out: String,
    /// What numbers without a letter would mean here.
    implied: Option<char>,
    /// The last thing written was a number with a point and no exponent: a second point starts another number.
    after_point: bool,
    after_letter: bool,
    at: (Known, Known),
    start: (Known, Known),
}

impl Writer {
    fn segment(&mut self, letter: char, mut arguments: Vec<String>) {
        let letter = self.straighten(letter, &mut arguments);
        self.letter(letter);
        for (index, argument) in arguments.iter().enumerate() {
            // A flag is one digit, so whatever stands behind it needs no gap.
            let after_flag = is_arc(letter) && matches!(index, 4 | 5);
            self.argument(argument, after_flag);
        }
        self.advance(letter, &arguments);
    }

    /// Turns a line that keeps one coordinate into `h` or `v`.
    fn straighten(&self, letter: char, arguments: &mut Vec<String>) -> char {
        let keeps = |index: usize, known: &Known| match letter {
            'l' => arguments[index] == "0",
            'L' => known.as_deref() == Some(&arguments[index]),
            _ => false,
        };
        if keeps(1, &self.at.1) {
            arguments.pop();
            if letter == 'l' { 'h' } else { 'H' }
        } else if keeps(0, &self.at.0) {
            arguments.remove(0);
            if letter == 'l' { 'v' } else { 'V' }
        } else {
            letter
        }
    }

    fn letter(&mut self, letter: char) {
        if self.implied != Some(letter) {
            self.out.push(letter);
            self.after_letter = true;
        }
        self.implied = match letter {
            'M' => Some('L'),
            'm' => Some('l'),
            'z' | 'Z' => None,
            letter => Some(letter),
        };
    }

    fn argument(&mut self, argument: &str, after_flag: bool) {
        let joins = self.after_letter
            || after_flag
            || argument.starts_with('-')
            || (self.after_point && argument.starts_with('.'));
        if !joins {
            self.out.push(' ');
        }
        self.out.push_str(argument);
        self.after_letter = false;
        self.after_point = argument.contains('.') && !argument.contains('e');
    }

    fn advance(&mut self, letter: char, arguments: &[String]) {
        let last = |back: usize| arguments.len().checked_sub(back).map(|index| arguments[index].clone());
        match letter {
            'H' => self.at.0 = last(1),
            'V' => self.at.1 = last(1),
            'h' => self.at.0 = None,
            'v' => self.at.1 = None,
            'z' | 'Z' => self.at = self.start.clone(),
            letter if letter.is_ascii_uppercase() => self.at = (last(2), last(1)),
            _ => self.at = (None, None),
        }
        if matches!(letter, 'M' | 'm') {
            self.start = self.at.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn writes_the_same_segments_shorter() {
        for (data, expected) in [
            ("M 10,20 L 30 , 40.50 Z", "M10 20 30 40.5Z"),
            ("m0.5 0.5 l -1 -2 3 0 0 4 z m 1 1", "m.5.5-1-2h3v4zm1 1"),
            ("M0 0 L0 5 L7 5 L7 8 Z L 0 9", "M0 0V5H7V8ZV9"),
            ("M0 0 l1 1 L1 9", "M0 0l1 1L1 9"),
            ("M1 1 M2 2 3 3", "M1 1M2 2 3 3"),
            ("m1 1 2 2 m3 3", "m1 1 2 2m3 3"),
            ("M0 0A1 1 0 0 1 5 5", "M0 0A1 1 0 015 5"),
            ("M0 0a1 1 0 01.5.5 1 1 0 1010 0", "M0 0a1 1 0 01.5.5 1 1 0 1010 0"),
            ("M0 0C1,2 3,4 5,6 7,8 9,10 11,12S1 2 3 4", "M0 0C1 2 3 4 5 6 7 8 9 10 11 12S1 2 3 4"),
            ("M.5-.5 1e3 2E-1", "M.5-.5 1e3 .2"),
            ("  ", ""),
            ("", ""),
        ] {
            let short = rewrite(data);
            assert_eq!(short.as_deref(), Some(expected), "{data}");
            assert_eq!(rewrite(expected).as_deref(), Some(expected), "{expected} twice");
        }
    }

    #[test]
    fn leaves_faulty_data_alone() {
        for data in [
            "L1 1",
            "M1",
            "M1 1 L2",
            "M1 1 X2 2",
            "M1 1,",
            ",M1 1",
            "M,1 1",
            "M1 1z1 1",
            "M1. 1",
            "M1 1A1 1 0 2 0 1 1",
            "none",
            "M1 1 é",
        ] {
            assert_eq!(rewrite(data), None, "{data}");
        }
    }
}
