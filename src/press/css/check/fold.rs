//! Functions whose result can be told without an element: the other words for the same computed value.

use super::value::hex;

/// What `name(arguments)` may also be written as. `lowers`: also words that more engines know than know these.
pub(super) fn function(name: &str, arguments: &str, lowers: bool) -> Option<String> {
    let parts: Vec<&str> = arguments.split(',').collect();
    match name {
        "rgb" | "rgba" if lowers => rgb(arguments),
        "hsl" | "hsla" if lowers || parts.len() > 2 => hsl(arguments),
        "hwb" if lowers => hwb(arguments),
        "rgb" | "rgba" if parts.len() > 2 => rgb(arguments),
        "calc" => calc(arguments),
        // CSS Easing 1, section 2.3.1.
        "steps" => match parts[..] {
            ["1", "start"] => Some("step-start".to_owned()),
            ["1" | "1 ", "end"] | ["1"] => Some("step-end".to_owned()),
            [count, "end"] => Some(format!("steps({count})")),
            _ => None,
        },
        _ => transform(name, &parts, lowers),
    }
}

/// CSS Transforms 1 section 13 and 2 section 12: these compute to the same matrix, whatever the element.
fn transform(name: &str, parts: &[&str], lowers: bool) -> Option<String> {
    match (name, parts) {
        ("translatex", [x]) => Some(format!("translate({x})")),
        ("translatey", [y]) => Some(format!("translate(0,{y})")),
        ("translate", [x, "0"]) => Some(format!("translate({x})")),
        ("translate3d", ["0", "0", z]) => Some(format!("translatez({z})")),
        ("scalex", [x]) => Some(scale(number(x, lowers)?, "1".to_owned())),
        ("scaley", [y]) => Some(scale("1".to_owned(), number(y, lowers)?)),
        ("scale", [both]) => number(both, lowers).map(|both| scale(both.clone(), both)),
        ("scale", [x, y]) => Some(scale(number(x, lowers)?, number(y, lowers)?)),
        ("rotatez", [angle]) | ("rotate3d", ["0", "0", "1", angle]) => Some(format!("rotate({angle})")),
        ("rotate3d", ["1", "0", "0", angle]) => Some(format!("rotatex({angle})")),
        ("rotate3d", ["0", "1", "0", angle]) => Some(format!("rotatey({angle})")),
        _ => None,
    }
}

fn scale(x: String, y: String) -> String {
    if x == y { format!("scale({x})") } else { format!("scale({x},{y})") }
}

/// A factor; percentages are newer (CSS Transforms 2).
fn number(text: &str, lowers: bool) -> Option<String> {
    match text.strip_suffix('%') {
        Some(percent) if lowers => Some(Fraction::read(percent)?.over(100)?.print()?),
        _ => Some(text.to_owned()),
    }
}

/// Red, green, blue and perhaps alpha, with commas or (CSS Color 4) without.
fn rgb(arguments: &str) -> Option<String> {
    let (colour, alpha) = channels(arguments)?;
    let byte = |text: &str| match text.strip_suffix('%') {
        Some("0") => Some(0),
        Some("100") => Some(255),
        Some(_) => None,
        None => text.parse::<u8>().ok(),
    };
    Some(hex(byte(colour[0])?, byte(colour[1])?, byte(colour[2])?, alpha))
}

/// The three channels, and alpha.
fn channels(arguments: &str) -> Option<([&str; 3], f32)> {
    let (colour, alpha) = match arguments.split_once('/') {
        Some((colour, alpha)) => (colour, Some(alpha)),
        None => (arguments, None),
    };
    let parts: Vec<&str> = if colour.contains(',') { colour.split(',').collect() } else { colour.split(' ').collect() };
    let (three, alpha) = match (&parts[..], alpha) {
        ([a, b, c], alpha) => ([*a, *b, *c], alpha),
        ([a, b, c, alpha], None) if colour.contains(',') => ([*a, *b, *c], Some(*alpha)),
        _ => return None,
    };
    let alpha = match alpha {
        None => 1.0,
        Some(text) => match text.strip_suffix('%') {
            Some(percent) => percent.parse::<f32>().ok()? / 100.0,
            None => text.parse::<f32>().ok()?,
        },
    };
    Some((three, alpha))
}

/// CSS Color 4, section 7.1.
fn hsl(arguments: &str) -> Option<String> {
    let ([hue, saturation, lightness], alpha) = channels(arguments)?;
    let (hue, saturation, lightness) = (angle(hue)?, share(saturation)?, share(lightness)?);
    let channel = |n: f64| {
        let k = (n + hue / 30.0).rem_euclid(12.0);
        lightness - saturation * lightness.min(1.0 - lightness) * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    };
    Some(hex(byte(channel(0.0))?, byte(channel(8.0))?, byte(channel(4.0))?, alpha))
}

/// CSS Color 4, section 8.1.
fn hwb(arguments: &str) -> Option<String> {
    let ([hue, white, black], alpha) = channels(arguments)?;
    let (hue, white, black) = (angle(hue)?, share(white)?, share(black)?);
    if white + black > 1.0 {
        return None;
    }
    let channel = |n: f64| {
        let k = (n + hue / 30.0).rem_euclid(12.0);
        let pure = 0.5 - 0.5 * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        pure * (1.0 - white - black) + white
    };
    Some(hex(byte(channel(0.0))?, byte(channel(8.0))?, byte(channel(4.0))?, alpha))
}

fn angle(text: &str) -> Option<f64> {
    text.strip_suffix("deg").unwrap_or(text).parse().ok()
}

fn share(text: &str) -> Option<f64> {
    let share = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok()? / 100.0;
    (0.0..=1.0).contains(&share).then_some(share)
}

/// A share of 255, unless it lies so close between two that engines may differ.
fn byte(share: f64) -> Option<u8> {
    let exact = (share * 255.0 * 1e6).round() / 1e6;
    let from_half = (exact.fract() - 0.5).abs();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
    let byte = exact.round().clamp(0.0, 255.0) as u8;
    (from_half == 0.0 || from_half > 1e-3).then_some(byte)
}

/// A number that may be divided without loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fraction {
    above: i128,
    below: i128,
}

impl Fraction {
    fn read(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if text.len() > 18 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let sign = if whole.starts_with('-') { -1 } else { 1 };
        let digits: i128 = format!("{}{fraction}", whole.trim_start_matches(['-', '+'])).parse().ok()?;
        let below = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        Some(Self { above: sign * digits, below }.reduced())
    }

    fn reduced(self) -> Self {
        let (mut a, mut b) = (self.above.unsigned_abs(), self.below.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let common = i128::try_from(a).unwrap_or(1).max(1);
        Self { above: self.above / common, below: self.below / common }
    }

    fn plus(self, other: Self, sign: i128) -> Option<Self> {
        let left = self.above.checked_mul(other.below)?;
        let right = other.above.checked_mul(self.below)?.checked_mul(sign)?;
        Some(Self { above: left.checked_add(right)?, below: self.below.checked_mul(other.below)? }.reduced())
    }

    fn times(self, other: Self) -> Option<Self> {
        let above = self.above.checked_mul(other.above)?;
        Some(Self { above, below: self.below.checked_mul(other.below)? }.reduced())
    }

    fn inverse(self) -> Option<Self> {
        match self.above {
            0 => None,
            above if above < 0 => Some(Self { above: -self.below, below: -above }),
            above => Some(Self { above: self.below, below: above }),
        }
    }

    fn over(self, divisor: i128) -> Option<Self> {
        self.times(Self { above: 1, below: divisor })
    }

    /// The shortest decimal, if six places say it exactly.
    fn print(self) -> Option<String> {
        let scaled = self.above.checked_mul(1_000_000)?;
        if scaled % self.below != 0 {
            return None;
        }
        let micros = (scaled / self.below).unsigned_abs();
        let sign = if self.above < 0 { "-" } else { "" };
        let (whole, fraction) = (micros / 1_000_000, format!("{:06}", micros % 1_000_000));
        let fraction = fraction.trim_end_matches('0');
        Some(match (whole, fraction) {
            (whole, "") => format!("{sign}{whole}"),
            (0, fraction) => format!("{sign}.{fraction}"),
            (whole, fraction) => format!("{sign}{whole}.{fraction}"),
        })
    }
}

/// A sum of numbers with units, by unit.
type Sum = Vec<(String, Fraction)>;

/// CSS Values 4, section 10.10 (simplification), exact or not at all.
fn calc(arguments: &str) -> Option<String> {
    let mut reader = Calc { text: arguments, at: 0 };
    let mut sum = reader.sum()?;
    if reader.at != arguments.len() {
        return None;
    }
    sum.sort_by(|a, b| a.0.cmp(&b.0));
    let terms =
        sum.iter().map(|(unit, value)| Some(format!("{}{unit}", value.print()?))).collect::<Option<Vec<_>>>()?;
    match (&terms[..], &sum[..]) {
        // Outside calc() a negative number may be invalid, and so may one that is no integer.
        ([term], [(unit, value)]) if value.above >= 0 && (!unit.is_empty() || value.below == 1) => Some(term.clone()),
        _ => Some(format!("calc({})", terms.join(" + "))),
    }
}

struct Calc<'a> {
    text: &'a str,
    at: usize,
}

impl Calc<'_> {
    fn take(&mut self, expected: &str) -> bool {
        let found = self.text[self.at..].starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    fn sum(&mut self) -> Option<Sum> {
        let mut sum = self.product()?;
        loop {
            let sign = match () {
                () if self.take(" + ") => 1,
                () if self.take(" - ") => -1,
                () => return Some(sum),
            };
            for (unit, value) in self.product()? {
                match sum.iter_mut().find(|(known, _)| *known == unit) {
                    Some((_, total)) => *total = total.plus(value, sign)?,
                    None => sum.push((unit, Fraction { above: 0, below: 1 }.plus(value, sign)?)),
                }
            }
        }
    }

    fn product(&mut self) -> Option<Sum> {
        let mut product = self.atom()?;
        loop {
            let factor = match () {
                () if self.take("*") => self.atom()?,
                () if self.take("/") => match &self.atom()?[..] {
                    [(unit, value)] if unit.is_empty() => vec![(String::new(), value.inverse()?)],
                    _ => return None,
                },
                () => return Some(product),
            };
            product = match (&product[..], &factor[..]) {
                (_, [(unit, factor)]) if unit.is_empty() => scaled(&product, *factor)?,
                ([(unit, first)], _) if unit.is_empty() => scaled(&factor, *first)?,
                _ => return None,
            };
        }
    }

    fn atom(&mut self) -> Option<Sum> {
        if self.take("calc(") || self.take("(") {
            let sum = self.sum()?;
            return self.take(")").then_some(sum);
        }
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-')).unwrap_or(rest.len());
        let value = Fraction::read(&rest[..end])?;
        let unit: String = rest[end..].chars().take_while(|c| c.is_ascii_alphabetic() || *c == '%').collect();
        self.at += end + unit.len();
        Some(vec![(unit, value)])
    }
}

fn scaled(sum: &[(String, Fraction)], factor: Fraction) -> Option<Sum> {
    sum.iter().map(|(unit, value)| Some((unit.clone(), value.times(factor)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn results_are_told() {
        for (name, arguments, expected) in [
            ("calc", "100px*2", Some("200px")),
            ("calc", "2*(50px + 25px)", Some("150px")),
            ("calc", "calc(100% - 20px) + 10px", Some("calc(100% + -10px)")),
            ("calc", "10px + 50%", Some("calc(50% + 10px)")),
            ("calc", "100%/3", None),
            ("calc", "10px - 20px", Some("calc(-10px)")),
            ("calc", "1/2", Some("calc(.5)")),
            ("calc", "e*1px", None),
            ("hsl", "120,100%,25%", Some("#008000")),
            ("hwb", "0 0 0", Some("#ff0000")),
            ("rgb", "255 0 0/1", Some("#ff0000")),
            ("rotate3d", "0,1,0,3deg", Some("rotatey(3deg)")),
            ("scale", "50%", Some("scale(.5)")),
        ] {
            assert_eq!(function(name, arguments, true).as_deref(), expected, "{name}({arguments})");
        }
    }
}
