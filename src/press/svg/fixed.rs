//! Decimal fixed point: coordinates as whole numbers of one small step, so that sums and differences are exact.

use super::number;

/// Most digits behind the point that are kept; what has more stays as it is written.
pub(super) const MAX_DIGITS: u32 = 14;

/// Larger sums than this are nobody's coordinates, and would not fit.
const LIMIT: i64 = 1 << 60;

/// A number as `mantissa / 10^digits`, without zeros at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    mantissa: i64,
    digits: u32,
}

impl Decimal {
    /// Zero.
    pub(super) const ZERO: Self = Self { mantissa: 0, digits: 0 };

    /// `number`, which [`number::length`] found to be one; `None` when it is too large or too fine.
    pub(super) fn parse(number: &str) -> Option<Self> {
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() < 40)?;
        let (mut value, mut behind, mut after_point) = (0_i64, 0_i32, false);
        for byte in mantissa.bytes() {
            match byte {
                b'.' => after_point = true,
                b'0'..=b'9' => {
                    value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                    behind += i32::from(after_point);
                }
                _ => {}
            }
        }
        behind -= exponent;
        while behind > 0 && value % 10 == 0 && value != 0 {
            value /= 10;
            behind -= 1;
        }
        while behind < 0 && value != 0 {
            value = value.checked_mul(10)?;
            behind += 1;
        }
        let digits = if value == 0 { 0 } else { u32::try_from(behind).ok()? };
        let mantissa = if mantissa.starts_with('-') { -value } else { value };
        (digits <= MAX_DIGITS).then_some(Self { mantissa, digits })
    }

    /// How many digits stand behind the point.
    pub(super) fn digits(self) -> u32 {
        self.digits
    }

    /// This number in steps of `10^-digits`, which must be as fine as the number is.
    pub(super) fn steps(self, digits: u32) -> Option<i64> {
        let factor = 10_i64.checked_pow(digits.checked_sub(self.digits)?)?;
        self.mantissa.checked_mul(factor).filter(|steps| steps.abs() < LIMIT)
    }
}

/// The number of `text` in steps of `10^-digits`, rounded to the nearest.
pub(super) fn rounded(text: &str, digits: u32) -> Option<i64> {
    let decimal = Decimal::parse(text)?;
    let fine = decimal.digits.max(digits);
    Some(coarser(decimal.steps(fine)?, fine - digits))
}

/// `steps` in steps that are `10^by` times as large, rounded to the nearest, halves away from zero.
pub(super) fn coarser(steps: i64, by: u32) -> i64 {
    let factor = 10_i64.pow(by.min(18));
    let half = factor / 2;
    (steps + steps.signum() * half) / factor
}

/// Whether a sum or difference still fits.
pub(super) fn fits(steps: i64) -> bool {
    steps.abs() < LIMIT
}

/// The shortest text of `steps * 10^-digits`.
pub(super) fn write(steps: i64, digits: u32, out: &mut String) {
    let mut buffer = [0_u8; 40];
    let mut at = buffer.len();
    let (mut rest, mut behind, mut seen) = (steps.unsigned_abs(), digits, false);
    let whole = 10_u64.pow(digits);
    if rest >= 1_000 && rest.is_multiple_of(whole.saturating_mul(1_000)) {
        // Three zeros at the end of a whole number: an exponent is shorter.
        out.push_str(&number::shorten(&format!("{}", steps / whole.cast_signed())));
        return;
    }
    while rest > 0 || behind > 0 {
        let digit = u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        if behind == 0 || seen || digit != 0 {
            seen = true;
            at -= 1;
            buffer[at] = b'0' + digit;
        }
        if behind == 1 && seen {
            at -= 1;
            buffer[at] = b'.';
        }
        behind = behind.saturating_sub(1);
    }
    if at == buffer.len() {
        out.push('0');
        return;
    }
    if steps < 0 {
        out.push('-');
    }
    out.extend(buffer[at..].iter().map(|&byte| char::from(byte)));
}

#[cfg(test)]
mod tests {
    use super::{Decimal, coarser, rounded, write};

    fn text(steps: i64, digits: u32) -> String {
        let mut out = String::new();
        write(steps, digits, &mut out);
        out
    }

    #[test]
    fn reads_and_writes_the_same_value() {
        for (number, expected) in [
            ("0.50", ".5"),
            ("-0.50", "-.5"),
            ("+10", "10"),
            ("007", "7"),
            ("-0", "0"),
            ("0.000", "0"),
            ("1e3", "1e3"),
            ("1500", "1500"),
            ("-12000", "-12e3"),
            ("1e-3", ".001"),
            ("12.345e1", "123.45"),
            ("100", "100"),
        ] {
            let decimal = Decimal::parse(number).unwrap();
            for finer in 0..3 {
                let digits = decimal.digits() + finer;
                assert_eq!(text(decimal.steps(digits).unwrap(), digits), expected, "{number}");
            }
        }
        for number in ["1e50", "123456789012345678901234567890", "1e-30"] {
            assert_eq!(Decimal::parse(number), None, "{number}");
        }
    }

    #[test]
    fn rounds_to_the_nearest() {
        for (steps, by, expected) in [(14, 1, 1), (15, 1, 2), (-15, 1, -2), (-14, 1, -1), (1_499, 3, 1), (7, 0, 7)] {
            assert_eq!(coarser(steps, by), expected, "{steps}");
        }
        assert_eq!(rounded("1.005", 2), Some(101));
        assert_eq!(rounded("2", 2), Some(200));
    }
}
