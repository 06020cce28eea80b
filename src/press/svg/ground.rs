//! How fine the coordinates of an element must be: from the viewBox around it and the transforms between.
//!
//! A picture may be shown at any size, but in an icon nobody tells places apart that are nearer than 1/24,000 of its shorter
//! side: half of such a step, the most that rounding moves a place, is a twelfth of a pixel on a screen of 4,096. Larger
//! pictures are shown larger, and get ten times as many steps, so that not even their smoothed borders differ. Without
//! a viewBox the size in pixels stands for it, and where a picture says neither, nothing is known and nothing is rounded.
//! The glyphs of a font are drawn in the square of their em.

use crate::press::xml::markup::Tag;

/// Steps across the shorter side of an icon, and across the em of a font: three digits for icons of 24 units. Of 1,065
/// pictures that drawing programs wrote, 417 have more than a thousandth of their pixels smoothed otherwise at 10,000 steps,
/// 39 at 20,000, 16 at 24,000.
const ICON_STEPS: f64 = 24_000.0;

/// Steps across the shorter side of any other picture: at 24,000, Chromium smooths borders of an illustration of a thousand
/// units by one or two of 255 shades otherwise; at ten times as many it does not.
const STEPS: f64 = 240_000.0;

/// Icons have no more units than this.
const ICON: f64 = 100.0;

/// Units to the em of a font that does not say.
const EM: f64 = 1_000.0;

/// Where an element stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ground {
    /// The shorter side of the viewBox; zero where that is unknown.
    side: f64,
    /// What transforms make of a length; infinite where that is unknown.
    scale: f64,
    /// Whether it is the em of a font that counts.
    in_font: bool,
}

impl Ground {
    /// The ground of the root element.
    pub(super) fn root() -> Self {
        Self { side: 0.0, scale: 1.0, in_font: false }
    }

    /// The ground of what is in `element`, whose attributes are asked for by name.
    pub(super) fn inside<'v>(self, element: &str, attribute: impl Fn(&str) -> Option<&'v str>) -> Self {
        let mut ground = self;
        // Sizes in here depend on who uses it.
        let depends = matches!(element, "pattern" | "marker")
            || ["clipPathUnits", "maskContentUnits"].iter().any(|name| attribute(name) == Some("objectBoundingBox"));
        if depends {
            ground.scale = f64::INFINITY;
        }
        if element == "font" {
            return Self { scale: 1.0, in_font: true, ..ground };
        }
        if let Some(value) = attribute("transform") {
            ground.scale *= scale(value).unwrap_or(f64::INFINITY);
        }
        if matches!(element, "svg" | "symbol")
            && let Some(value) = attribute("viewBox")
        {
            match shorter_side(value) {
                Some(side) => {
                    let scale = if ground.scale.is_finite() { 1.0 } else { ground.scale };
                    ground = Self { side, scale, ..ground };
                }
                None => ground.scale = f64::INFINITY,
            }
        }
        if element == "svg" && ground.side == 0.0 {
            let pixels = |name| attribute(name).and_then(|value| value.trim_end_matches("px").parse::<f64>().ok());
            let side = pixels("width").zip(pixels("height")).map(|(width, height)| width.min(height));
            ground.side = side.filter(|side| *side > 0.0 && side.is_finite()).unwrap_or(0.0);
        }
        ground
    }

    /// As [`Self::inside`], for a tag as it was read.
    pub(super) fn inside_tag(self, tag: &Tag<'_>) -> Self {
        self.inside(tag.local_name(), |name| tag.attribute(name))
    }

    /// What transforms make of a length here.
    pub(super) fn scale(self) -> f64 {
        self.scale
    }

    /// The digits that coordinates need here when things that are pointed at may be drawn `reach` times as large;
    /// `None` when they need all they have.
    pub(super) fn digits(self, reach: Reach) -> Option<u32> {
        let scale = match reach.elsewhere {
            Elsewhere::Never => self.scale,
            Elsewhere::Scale(most) => self.scale.max(1.0) * most,
        };
        let length = if self.in_font { reach.em } else { self.side / scale };
        let is_icon = self.in_font || self.side <= ICON;
        let steps = if is_icon { ICON_STEPS } else { STEPS };
        let wanted = (steps / length).log10().ceil();
        let digits = (0..=u32::from(u8::MAX)).find(|&digits| f64::from(digits) >= wanted)?;
        (digits <= super::fixed::MAX_DIGITS).then_some(digits)
    }
}

/// How large things may be drawn that do not say so where they stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    elsewhere: Elsewhere,
    /// The fewest units to the em of any font.
    em: f64,
}

/// Whether parts of a picture are drawn elsewhere than where they stand, as `use`, clip paths and masks do.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Elsewhere {
    /// None is.
    Never,
    /// Under transforms that make them at most this much larger.
    Scale(f64),
}

impl Reach {
    /// The reach within `source`, whose elements are drawn at `scales`.
    pub(super) fn of(source: &str, scales: impl Iterator<Item = f64>) -> Self {
        Self { elsewhere: Elsewhere::of(source, scales), em: smallest_em(source) }
    }
}

impl Elsewhere {
    fn of(source: &str, scales: impl Iterator<Item = f64>) -> Self {
        // Style sheets may transform anything.
        let styled = ["transform:", "transform :", "scale:", "scale :", "zoom:", "zoom :", "matrix3d"];
        if styled.iter().any(|needle| source.contains(needle)) {
            return Self::Scale(f64::INFINITY);
        }
        if !source.contains("url(") && !source.contains("href") {
            return Self::Never;
        }
        // Something that is used may use something itself.
        let most = scales.fold(1.0, f64::max);
        Self::Scale(if source.contains("use") { most * most } else { most })
    }
}

/// Whether shapes in `source` are filled and nothing else: nobody strokes or marks them here, and without an id nobody
/// uses them elsewhere.
pub(super) fn only_fills(source: &str) -> bool {
    !["stroke", "marker", "<style", "<?xml-stylesheet", "id=", "id ="].iter().any(|mark| source.contains(mark))
}

/// The smallest that `source` says of units to the em; zero, for which no digit is too much, when one cannot be read.
fn smallest_em(source: &str) -> f64 {
    let value = |(at, name): (usize, &str)| {
        let rest = source[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let number = rest.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?;
        number.trim().parse().ok().filter(|units: &f64| *units > 0.0)
    };
    source.match_indices("units-per-em").map(|found| value(found).unwrap_or(0.0)).fold(EM, f64::min)
}

fn shorter_side(view_box: &str) -> Option<f64> {
    let numbers = numbers(view_box)?;
    let [_, _, width, height] = numbers[..] else { return None };
    let side = width.min(height);
    (side > 0.0).then_some(side)
}

fn numbers(list: &str) -> Option<Vec<f64>> {
    let parts = list.split(|c: char| c.is_ascii_whitespace() || c == ',').filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok().filter(|number: &f64| number.is_finite())).collect()
}

/// The most that a list of transforms makes of a length.
fn scale(transforms: &str) -> Option<f64> {
    let mut product = 1.0;
    for part in transforms.split(')').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, arguments) = part.trim_start_matches([',', ' ', '\t', '\n', '\r']).split_once('(')?;
        product *= match (name.trim(), loose_numbers(arguments)?.as_slice()) {
            ("translate" | "rotate", _) => 1.0,
            ("scale", [both]) => both.abs(),
            ("scale", [x, y]) => x.abs().max(y.abs()),
            ("matrix", [a, b, c, d, _, _]) => largest_stretch(*a, *b, *c, *d),
            ("skewX" | "skewY", [angle]) => largest_stretch(1.0, 0.0, angle.to_radians().tan(), 1.0),
            _ => return None,
        };
    }
    Some(product)
}

/// Numbers that may stand without a gap: `1-2.5.5`.
fn loose_numbers(list: &str) -> Option<Vec<f64>> {
    let mut all = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return Some(all);
        }
        let (number, after) = rest.split_at(super::number::length(rest)?);
        all.push(number.parse().ok()?);
        rest = after;
    }
}

/// The larger singular value of a matrix.
fn largest_stretch(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let (sum, determinant) = (a * a + b * b + c * c + d * d, a * d - b * c);
    let spread = (sum * sum - 4.0 * determinant * determinant).max(0.0).sqrt();
    f64::midpoint(sum, spread).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Elsewhere, Ground, Reach};

    const HERE: Reach = Reach { elsewhere: Elsewhere::Never, em: 512.0 };

    fn ground(steps: &[(&str, &str, &'static str)]) -> Ground {
        steps.iter().fold(Ground::root(), |ground, &(element, name, value)| {
            ground.inside(element, |asked| (asked == name).then_some(value))
        })
    }

    #[test]
    fn digits_follow_the_size_of_the_picture() {
        let box_of = |value| ("svg", "viewBox", value);
        for (steps, expected) in [
            (vec![], None),
            (vec![box_of("0 0 24 24")], Some(3)),
            (vec![box_of("0 0 16,16")], Some(4)),
            (vec![box_of("0 0 512 512")], Some(3)),
            (vec![box_of("0 0 2400 3000")], Some(2)),
            (vec![box_of("0 0 24000 24000")], Some(1)),
            (vec![box_of("0 0 0 24")], None),
            (vec![box_of("0 0 512 512"), ("g", "transform", "scale(10)")], Some(4)),
            (vec![box_of("0 0 512 512"), ("g", "transform", "matrix(.1 0 0 .1 5 5)")], Some(2)),
            (vec![box_of("0 0 512 512"), ("g", "transform", "rotate(45deg)")], None),
            (vec![box_of("0 0 512 512"), ("pattern", "id", "a")], None),
            (vec![("font", "id", "a"), ("glyph", "unicode", "a")], Some(2)),
            (vec![box_of("0 0 512 512"), ("clipPath", "clipPathUnits", "objectBoundingBox")], None),
        ] {
            assert_eq!(ground(&steps).digits(HERE), expected, "{steps:?}");
        }
    }

    #[test]
    fn what_is_drawn_elsewhere_stays_finer() {
        let small = ground(&[("svg", "viewBox", "0 0 512 512"), ("g", "transform", "scale(.01)")]);
        assert_eq!(small.digits(HERE), Some(1));
        let elsewhere = |most| Reach { elsewhere: Elsewhere::Scale(most), ..HERE };
        assert_eq!(small.digits(elsewhere(10.0)), Some(4));
        let reach = |source, scales: &[f64]| Elsewhere::of(source, scales.iter().copied());
        assert_eq!(reach("<svg/>", &[5.0]), Elsewhere::Never);
        assert_eq!(reach("<use href='#a'/>", &[0.5, 5.0]), Elsewhere::Scale(25.0));
        assert_eq!(reach("<g style='transform:scale(2)'/>", &[]), Elsewhere::Scale(f64::INFINITY));
    }

    #[test]
    fn the_em_of_a_font_is_read() {
        for (source, em) in [
            ("<font-face units-per-em='512'/><font-face units-per-em = \"2048\"/>", 512.0),
            ("<font-face units-per-em='2048'/>", 1_000.0),
            ("<font-face units-per-em='x'/>", 0.0),
            ("<svg/>", 1_000.0),
        ] {
            assert_eq!(Reach::of(source, std::iter::empty()).em.to_bits(), f64::to_bits(em), "{source}");
        }
    }
}
