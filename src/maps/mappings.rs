//! The `mappings` of a source map: text in, segments out, and back.

/// One place of the generated text, and where it comes from. Lines and columns are from 0, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Line in the generated text.
    pub line: u32,
    /// Column in the generated text.
    pub column: u32,
    /// Where it comes from; `None` for text that nobody wrote.
    pub origin: Option<Origin>,
}

/// A place in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Index into `sources`.
    pub source: u32,
    /// Line in it.
    pub line: u32,
    /// Column in it.
    pub column: u32,
    /// Index into `names`.
    pub name: Option<u32>,
}

/// Segments, sorted by their place in the generated text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mappings {
    segments: Vec<Segment>,
}

impl Mappings {
    /// Sorts `segments`; of several at one place the last counts.
    #[must_use]
    pub fn sorted(mut segments: Vec<Segment>) -> Self {
        segments.sort_by_key(|segment| (segment.line, segment.column));
        segments.reverse();
        segments.dedup_by_key(|segment| (segment.line, segment.column));
        segments.reverse();
        Self { segments }
    }

    /// Every segment in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segment that covers a place: the last one at or before it on its line.
    #[must_use]
    pub fn covering(&self, line: u32, column: u32) -> Option<&Segment> {
        let after = self.segments.partition_point(|segment| (segment.line, segment.column) <= (line, column));
        self.segments[..after].last().filter(|segment| segment.line == line)
    }

    /// Reads a `mappings` text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn decode(text: &str) -> Result<Self, &'static str> {
        let mut decoder = Decoder::default();
        for (line, group) in text.split(';').enumerate() {
            let line = u32::try_from(line).map_err(|_| "it has too many lines")?;
            decoder.fields[COLUMN] = 0;
            for segment in group.split(',').filter(|_| !group.is_empty()) {
                decoder.segment(line, segment.as_bytes())?;
            }
        }
        let mut segments = decoder.segments;
        if !segments.is_sorted_by_key(|segment| (segment.line, segment.column)) {
            segments.sort_by_key(|segment| (segment.line, segment.column));
        }
        Ok(Self { segments })
    }

    /// Writes a `mappings` text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut out = String::with_capacity(self.segments.len() * 6);
        let (mut line, mut last) = (0, [0_i64; FIELDS]);
        for segment in &self.segments {
            if segment.line > line {
                out.extend(std::iter::repeat_n(';', (segment.line - line) as usize));
                (line, last[COLUMN]) = (segment.line, 0);
            } else if !out.is_empty() && !out.ends_with(';') {
                out.push(',');
            }
            let mut field = |index: usize, value: u32| {
                encode_vlq(i64::from(value) - last[index], &mut out);
                last[index] = i64::from(value);
            };
            field(COLUMN, segment.column);
            if let Some(origin) = segment.origin {
                field(SOURCE, origin.source);
                field(LINE, origin.line);
                field(ORIGINAL_COLUMN, origin.column);
                if let Some(name) = origin.name {
                    field(NAME, name);
                }
            }
        }
        out
    }
}

const COLUMN: usize = 0;
const SOURCE: usize = 1;
const LINE: usize = 2;
const ORIGINAL_COLUMN: usize = 3;
const NAME: usize = 4;
const FIELDS: usize = 5;

#[derive(Default)]
struct Decoder {
    /// The running values of all fields.
    fields: [i64; FIELDS],
    segments: Vec<Segment>,
}

impl Decoder {
    fn segment(&mut self, line: u32, text: &[u8]) -> Result<(), &'static str> {
        let (mut at, mut count) = (0, 0);
        while at < text.len() {
            let value = decode_vlq(text, &mut at)?;
            let field = self.fields.get_mut(count).ok_or("a segment has too many fields")?;
            *field += value;
            if !(0..=i64::from(i32::MAX)).contains(field) {
                return Err("a field is negative or too large");
            }
            count += 1;
        }
        let field = |index: usize| u32::try_from(self.fields[index]).unwrap_or_default();
        let name = (count == FIELDS).then(|| field(NAME));
        let origin = match count {
            1 => None,
            4 | 5 => Some(Origin { source: field(SOURCE), line: field(LINE), column: field(ORIGINAL_COLUMN), name }),
            _ => return Err("a segment has neither 1, 4 nor 5 fields"),
        };
        self.segments.push(Segment { line, column: field(COLUMN), origin });
        Ok(())
    }
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What each byte means as a digit; 255 for what is none.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut digit = 0;
    while digit < 64 {
        #[expect(clippy::cast_possible_truncation, reason = "digits are below 64")]
        {
            values[DIGITS[digit] as usize] = digit as u8;
        }
        digit += 1;
    }
    values
};

/// Base64 VLQ: five bits a digit, the lowest first, the very lowest being the sign.
fn decode_vlq(text: &[u8], at: &mut usize) -> Result<i64, &'static str> {
    let (mut value, mut shift) = (0_i64, 0);
    loop {
        let &byte = text.get(*at).ok_or("a number does not end")?;
        let digit = match VALUES[usize::from(byte)] {
            255 => return Err("a number has a character that is no digit"),
            digit => i64::from(digit),
        };
        *at += 1;
        if shift > 30 && digit & 31 != 0 {
            return Err("a number has more than 32 bits");
        }
        value |= (digit & 31) << shift.min(40);
        shift += 5;
        if digit & 32 == 0 {
            break;
        }
    }
    // A sign without a value stands for the least number there is, which no field can hold.
    Ok(match (value >> 1, value & 1) {
        (0, 1) => i64::from(i32::MIN),
        (magnitude, 1) => -magnitude,
        (magnitude, _) => magnitude,
    })
}

fn encode_vlq(value: i64, out: &mut String) {
    let mut rest = value.unsigned_abs() << 1 | u64::from(value < 0);
    loop {
        let digit = usize::try_from(rest & 31).unwrap_or_default();
        rest >>= 5;
        out.push(char::from(DIGITS[digit | if rest > 0 { 32 } else { 0 }]));
        if rest == 0 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decoded_is_encoded_again() {
        for text in ["", "AAAA", "AAAA,CAAA;;CACAA,C", ";;A", "AAAA;AACA,SAASA,SAAS", "gggggE"] {
            assert_eq!(Mappings::decode(text).unwrap().encode(), text.trim_end_matches(';'), "{text}");
        }
    }

    #[test]
    fn segments_out_of_order_are_sorted() {
        let mappings = Mappings::decode("UAAA,FAAC").unwrap();
        assert_eq!(mappings.segments().iter().map(|s| s.column).collect::<Vec<_>>(), [8, 10]);
    }

    #[test]
    fn damage_is_refused() {
        for text in ["A!", "A=", "AA", "AAA", "AAAAAA", "D", "g", "AADA", "ggggggggggggB", "AAAA.AAAA"] {
            assert!(Mappings::decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn covering_stays_on_its_line() {
        let mappings = Mappings::decode("EAAA,EAAE;EACA").unwrap();
        let column = |line, column| mappings.covering(line, column).map(|segment| segment.column);
        assert_eq!(
            [column(0, 1), column(0, 2), column(0, 9), column(1, 0), column(1, 2)],
            [None, Some(2), Some(4), None, Some(2)]
        );
    }
}
