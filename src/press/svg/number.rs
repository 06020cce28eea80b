//! Numbers in SVG: the shortest text of the same decimal value.
//!
//! Never rounds: digits are moved, zeros that say nothing go, and the value is the same in any arithmetic.

/// Reads the number at the start of `text`: its length, or `None` when there is none.
///
/// The grammar of SVG 2 and CSS: sign, digits with an optional point, exponent. A point with nothing after it
/// (`1.`) was allowed by SVG 1.1 and is not by SVG 2, so it is no number here and its attribute stays as it is.
pub(super) fn length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    Some(at + exponent_length(&bytes[at..]))
}

/// `e` starts a unit (`em`, `ex`) unless digits follow.
fn exponent_length(bytes: &[u8]) -> usize {
    let Some(b'e' | b'E') = bytes.first() else { return 0 };
    let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
    let digits = bytes[1 + sign..].iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 { 0 } else { 1 + sign + digits }
}

/// The shortest way to write `number`, which [`length`] found to be one.
pub(super) fn shorten(number: &str) -> String {
    let Some(decimal) = Decimal::parse(number) else { return number.to_owned() };
    let plain = decimal.plain();
    let scientific = decimal.scientific();
    // A plain number is read alike by every parser, so it wins a draw; and parsers that multiply by a power of ten are
    // exact only for powers that are whole, so no negative exponent is introduced.
    let may_be_scientific = decimal.exponent > 0 || number.contains(['e', 'E']);
    let best = if may_be_scientific && scientific.len() < plain.len() { scientific } else { plain };
    if best.len() <= number.len() { best } else { number.strip_prefix('+').unwrap_or(number).to_owned() }
}

/// As [`shorten`], without introducing an exponent: for lengths and boxes, which tools read with simpler parsers.
pub(super) fn shorten_plainly(number: &str) -> String {
    let short = shorten(number);
    match Decimal::parse(number) {
        Some(decimal) if short.contains('e') && !number.contains(['e', 'E']) => decimal.plain(),
        _ => short,
    }
}

/// A decimal number: `digits * 10^exponent`, without leading or trailing zeros among the digits.
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i32,
}

impl Decimal {
    /// `None` when the exponent is beyond what any renderer can hold: such a number stays as written.
    fn parse(number: &str) -> Option<Self> {
        let negative = number.starts_with('-');
        let unsigned = number.trim_start_matches(['+', '-']);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() < 400)?;
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        let dropped = i32::try_from(digits.len() - significant.len()).ok()?;
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?.checked_add(dropped)?;
        Some(Self { negative, digits: significant.trim_start_matches('0').to_owned(), exponent })
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    fn plain(&self) -> String {
        let (sign, digits) = (self.sign(), &self.digits);
        if digits.is_empty() {
            // Minus zero is zero: no coordinate, length or angle tells them apart.
            return "0".to_owned();
        }
        let behind = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        if self.exponent >= 0 {
            return format!("{sign}{digits}{}", "0".repeat(behind));
        }
        match digits.len().checked_sub(behind) {
            Some(point) => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
            None => format!("{sign}.{}{digits}", "0".repeat(behind - digits.len())),
        }
    }

    fn scientific(&self) -> String {
        format!("{}{}e{}", self.sign(), self.digits, self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::{length, shorten, shorten_plainly};

    #[test]
    fn finds_numbers() {
        for (text, expected) in [
            ("1", Some(1)),
            ("-1.5e3x", Some(6)),
            (".5.5", Some(2)),
            ("1em", Some(1)),
            ("1e-", Some(1)),
            ("+.1e+05", Some(7)),
            ("1.", None),
            ("1.e5", None),
            ("-", None),
            ("e5", None),
            ("", None),
        ] {
            assert_eq!(length(text), expected, "{text}");
        }
    }

    #[test]
    fn shortens_without_changing_the_value() {
        for (number, expected) in [
            ("0.50", ".5"),
            ("-0.50", "-.5"),
            ("+10", "10"),
            ("010", "10"),
            ("1.0", "1"),
            ("0.0", "0"),
            ("-0", "0"),
            ("100", "100"),
            ("1000", "1e3"),
            ("-12000", "-12e3"),
            ("1e2", "100"),
            ("1.5e1", "15"),
            ("1.5e-1", ".15"),
            (".001", ".001"),
            (".00012", ".00012"),
            ("1e-7", "1e-7"),
            ("1E5", "1e5"),
            ("123456.789", "123456.789"),
            ("9e999", "9e999"),
            ("0e5", "0"),
        ] {
            let short = shorten(number);
            assert_eq!(short, expected, "{number}");
            assert_eq!(shorten(&short), short, "{number} twice");
            assert!(number.contains(['e', 'E']) || !shorten_plainly(number).contains('e'), "{number}");
            let value = |text: &str| text.parse::<f64>().unwrap().abs().to_bits();
            assert_eq!(value(number), value(&short), "{number}");
        }
    }
}
