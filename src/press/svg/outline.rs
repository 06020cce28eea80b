//! What a path draws, for comparing two spellings: absolute segments in floating point, read with the standard
//! library's parser. Written apart from [`super::path`], so that a fault there shows here.

use super::meaning::number;

type Place = [f64; 2];

/// One absolute segment with its start.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stroke {
    Move(Place),
    Line(Place, Place),
    Quadratic(Place, Place, Place),
    Cubic(Place, Place, Place, Place),
    /// Start, both radii and the angle, both flags, end.
    Arc(Place, [f64; 3], [bool; 2], Place),
    Close(Place, Place),
}

/// The strokes of path data that can be read to its end.
pub(super) fn strokes(data: &str) -> Option<Vec<Stroke>> {
    let mut pen = Pen::default();
    let mut rest = data;
    let mut command = None;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        let Some(first) = rest.chars().next() else { return Some(pen.strokes) };
        let letter = if first.is_ascii_alphabetic() {
            rest = &rest[1..];
            first
        } else {
            match command? {
                'M' => 'L',
                'm' => 'l',
                letter => letter,
            }
        };
        let count = "zhvmltsqca".find(letter.to_ascii_lowercase()).map(|at| [0, 1, 1, 2, 2, 2, 4, 4, 6, 7][at])?;
        let mut arguments = [0.0; 7];
        for (index, argument) in arguments.iter_mut().enumerate().take(count) {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
            let flag = matches!(letter, 'a' | 'A') && (index == 3 || index == 4);
            (*argument, rest) =
                if flag { number(rest.get(..1)?).map(|(n, _)| (n, &rest[1..]))? } else { number(rest)? };
        }
        pen.draw(letter, arguments);
        command = (count > 0).then_some(letter);
    }
}

/// Where the pen stands, and the handle that a shorthand mirrors.
#[derive(Default)]
struct Pen {
    strokes: Vec<Stroke>,
    at: Place,
    start: Place,
    cubic: Option<Place>,
    quadratic: Option<Place>,
}

impl Pen {
    fn draw(&mut self, letter: char, n: [f64; 7]) {
        let at = self.at;
        let origin = if letter.is_ascii_lowercase() { at } else { [0.0; 2] };
        let place = |index: usize| [origin[0] + n[index], origin[1] + n[index + 1]];
        let mirrored = |handle: Option<Place>| handle.map_or(at, |[x, y]| [2.0 * at[0] - x, 2.0 * at[1] - y]);
        let stroke = match letter.to_ascii_lowercase() {
            'm' => Stroke::Move(place(0)),
            'l' => Stroke::Line(at, place(0)),
            'h' => Stroke::Line(at, [origin[0] + n[0], at[1]]),
            'v' => Stroke::Line(at, [at[0], origin[1] + n[0]]),
            'c' => Stroke::Cubic(at, place(0), place(2), place(4)),
            's' => Stroke::Cubic(at, mirrored(self.cubic), place(0), place(2)),
            'q' => Stroke::Quadratic(at, place(0), place(2)),
            't' => Stroke::Quadratic(at, mirrored(self.quadratic), place(0)),
            'a' => Stroke::Arc(at, [n[0].abs(), n[1].abs(), n[2]], [n[3] != 0.0, n[4] != 0.0], place(5)),
            _ => Stroke::Close(at, self.start),
        };
        (self.cubic, self.quadratic) = (None, None);
        self.at = stroke.end();
        match stroke {
            Stroke::Move(to) => self.start = to,
            Stroke::Cubic(_, _, handle, _) => self.cubic = Some(handle),
            Stroke::Quadratic(_, handle, _) => self.quadratic = Some(handle),
            _ => {}
        }
        self.strokes.push(stroke);
    }
}

impl Stroke {
    fn end(&self) -> Place {
        match *self {
            Self::Move(to)
            | Self::Line(_, to)
            | Self::Quadratic(_, _, to)
            | Self::Cubic(_, _, _, to)
            | Self::Arc(_, _, _, to)
            | Self::Close(_, to) => to,
        }
    }

    /// The places whose hull holds the stroke, or nothing for an arc or a move.
    fn hull(&self) -> Vec<Place> {
        match *self {
            Self::Line(a, b) | Self::Close(a, b) => vec![a, b],
            Self::Quadratic(a, b, c) => vec![a, b, c],
            Self::Cubic(a, b, c, d) => vec![a, b, c, d],
            Self::Move(_) | Self::Arc(..) => Vec::new(),
        }
    }
}

/// Whether both draw the same within `tolerance`: stroke by stroke, but for curves and runs of lines of the first that
/// are one straight line in the second, and lines of no length in the first that are missing in the second.
///
/// Where both are only `filled`, closings count for nothing but where they put the pen.
pub(super) fn alike(before: &[Stroke], after: &[Stroke], tolerance: f64, filled: bool) -> bool {
    if filled {
        return alike(&opened(before), &opened(after), tolerance, false);
    }
    let mut at = 0;
    for stroke in after {
        let used = loop {
            match matching(&before[at..], stroke, tolerance) {
                Some(used) => break used,
                None if may_be_missing(before, at, tolerance) => at += 1,
                None => return false,
            }
        };
        at += used;
    }
    (at..before.len()).all(|at| may_be_missing(before, at, tolerance))
}

/// `strokes` with every outline closed, as filling does.
fn opened(strokes: &[Stroke]) -> Vec<Stroke> {
    let mut all = Vec::with_capacity(strokes.len());
    let mut start = [0.0; 2];
    for (index, stroke) in strokes.iter().enumerate() {
        if let Stroke::Move(to) = stroke {
            start = *to;
        }
        let ends = matches!(strokes.get(index + 1), None | Some(Stroke::Move(_)));
        match stroke {
            Stroke::Close(from, to) => all.push(Stroke::Close(*from, *to)),
            Stroke::Move(_) => all.push(stroke.clone()),
            _ => {
                all.push(stroke.clone());
                all.extend(ends.then(|| Stroke::Close(stroke.end(), start)));
            }
        }
    }
    all
}

/// Whether the stroke at `at` is no longer than `tolerance` and stands behind one that draws: alone it may be a dot.
fn may_be_missing(before: &[Stroke], at: usize, tolerance: f64) -> bool {
    let Some(stroke) = before.get(at).filter(|_| at > 0) else { return false };
    let hull = stroke.hull();
    let is_short = !hull.is_empty() && hull.iter().all(|place| near(*place, hull[0], tolerance));
    let follows = !matches!(before[at - 1], Stroke::Move(_) | Stroke::Close(..));
    is_short && follows && !matches!(stroke, Stroke::Close(..))
}

/// How many strokes at the start of `before` draw what `stroke` draws.
fn matching(before: &[Stroke], stroke: &Stroke, tolerance: f64) -> Option<usize> {
    let first = before.first()?;
    match *stroke {
        Stroke::Line(from, to) => straight_run(before, from, to, tolerance),
        // A line back to the start may be left to `z`.
        Stroke::Close(from, start) => {
            let run =
                if matches!(first, Stroke::Close(..)) { 0 } else { straight_run(before, from, start, tolerance)? };
            let close = (run..before.len()).find(|&at| !may_be_missing(before, at, tolerance))?;
            matches!(before[close], Stroke::Close(..)).then_some(close + 1)
        }
        _ => same(first, stroke, tolerance).then_some(1),
    }
}

/// How many strokes follow the line from `from` to `to`, never turning back, until they come nearest to its end.
fn straight_run(before: &[Stroke], from: Place, to: Place, tolerance: f64) -> Option<usize> {
    let (mut along, mut nearest) = (0.0, None);
    for (index, stroke) in before.iter().enumerate() {
        let hull = stroke.hull();
        let on_line = !hull.is_empty() && hull.iter().all(|place| distance_to_line(*place, from, to) <= tolerance);
        let reached = progress(stroke.end(), from, to);
        if !on_line || matches!(stroke, Stroke::Close(..)) || reached + tolerance < along {
            break;
        }
        along = reached;
        let [x, y] = stroke.end();
        let left = (x - to[0]).hypot(y - to[1]);
        if near(stroke.end(), to, tolerance) && nearest.is_none_or(|(_, least)| left + 1e-9 < least) {
            nearest = Some((index + 1, left));
        }
    }
    nearest.map(|(used, _)| used)
}

fn same(before: &Stroke, after: &Stroke, tolerance: f64) -> bool {
    let all_near = |pairs: &[(Place, Place)]| pairs.iter().all(|(a, b)| near(*a, *b, tolerance));
    match (before, after) {
        (Stroke::Move(a), Stroke::Move(b)) => near(*a, *b, tolerance),
        (Stroke::Quadratic(a, b, c), Stroke::Quadratic(d, e, f)) => all_near(&[(*a, *d), (*b, *e), (*c, *f)]),
        (Stroke::Cubic(a, b, c, d), Stroke::Cubic(e, f, g, h)) => all_near(&[(*a, *e), (*b, *f), (*c, *g), (*d, *h)]),
        (Stroke::Cubic(a, b, c, d), Stroke::Quadratic(e, f, g)) => {
            let third = |end: &Place| [0, 1].map(|axis| (end[axis] + 2.0 * f[axis]) / 3.0);
            all_near(&[(*a, *e), (*b, third(e)), (*c, third(g)), (*d, *g)])
        }
        (Stroke::Arc(a, shape, flags, b), Stroke::Arc(c, other_shape, other_flags, d)) => {
            let exact = tolerance == 0.0;
            flags == other_flags
                && all_near(&[(*a, *c), (*b, *d)])
                && (shape[2] - other_shape[2]).abs() <= tolerance
                && (!exact || shape.iter().zip(other_shape).all(|(one, other)| (one - other).abs() <= 1e-9))
                && arc_places(before).iter().zip(arc_places(after)).all(|(one, other)| near(*one, other, tolerance))
        }
        _ => false,
    }
}

/// Three places on the way of an arc, by the formulas of SVG's appendix on arcs; of one that is a line, its own.
fn arc_places(stroke: &Stroke) -> [Place; 3] {
    let &Stroke::Arc(from, [rx, ry, angle], [large, sweep], to) = stroke else { return [stroke.end(); 3] };
    #[expect(clippy::float_cmp, reason = "the same place, to the last bit, is what makes it no arc")]
    if rx == 0.0 || ry == 0.0 || from == to {
        return [0.25, 0.5, 0.75].map(|part| [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * part));
    }
    let (sin, cos) = angle.to_radians().sin_cos();
    let (hx, hy) = ((from[0] - to[0]) / 2.0, (from[1] - to[1]) / 2.0);
    // The chord's half, on the unit circle that the ellipse is a picture of.
    let (ux, uy) = ((cos * hx + sin * hy) / rx, (cos * hy - sin * hx) / ry);
    let length = ux.hypot(uy);
    let grown = length.max(1.0);
    let (ux, uy) = (ux / grown, uy / grown);
    let side = if large == sweep { -1.0 } else { 1.0 };
    let lift = side * (1.0 / (length / grown).powi(2) - 1.0).max(0.0).sqrt();
    let (cx, cy) = (lift * uy, -lift * ux);
    let start = (uy - cy).atan2(ux - cx);
    let mut turn = (-uy - cy).atan2(-ux - cx) - start;
    let full = std::f64::consts::TAU;
    if sweep && turn < 0.0 {
        turn += full;
    } else if !sweep && turn > 0.0 {
        turn -= full;
    }
    [0.25, 0.5, 0.75].map(|part| {
        let (y, x) = (start + turn * part).sin_cos();
        let (x, y) = ((x + cx) * rx * grown, (y + cy) * ry * grown);
        [cos * x - sin * y + f64::midpoint(from[0], to[0]), sin * x + cos * y + f64::midpoint(from[1], to[1])]
    })
}

fn near(a: Place, b: Place, tolerance: f64) -> bool {
    let slip = 1e-9 * (1.0 + a[0].abs().max(a[1].abs()));
    (a[0] - b[0]).abs() <= tolerance + slip && (a[1] - b[1]).abs() <= tolerance + slip
}

/// How far along the line `place` is, as a length.
fn progress(place: Place, from: Place, to: Place) -> f64 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy);
    if length == 0.0 { 0.0 } else { ((place[0] - from[0]) * dx + (place[1] - from[1]) * dy) / length }
}

fn distance_to_line(place: Place, from: Place, to: Place) -> f64 {
    let length = (to[0] - from[0]).hypot(to[1] - from[1]);
    let along = progress(place, from, to).clamp(0.0, length);
    let part = if length == 0.0 { 0.0 } else { along / length };
    let nearest = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
    let slip = 1e-9 * (1.0 + place[0].abs().max(place[1].abs()));
    ((place[0] - nearest[0]).hypot(place[1] - nearest[1]) - slip).max(0.0) / std::f64::consts::SQRT_2
}

#[cfg(test)]
mod tests {
    use super::{alike, strokes};

    #[test]
    fn tells_other_outlines_from_other_spellings() {
        let same = true;
        for (before, after, tolerance, expected) in [
            ("M0,0 L1.50 0", "M0 0H1.5", 0.0, same),
            ("m1 1 2 2L5 3", "m1 1 2 2h2", 0.0, same),
            ("M0 0C0 1 2 3 4 4C6 5 7 7 9 9", "M0 0c0 1 2 3 4 4s3 3 5 5", 0.0, same),
            ("M0 0C0 1 2 3 4 4C6 5.1 7 7 9 9", "M0 0c0 1 2 3 4 4s3 3 5 5", 0.0, !same),
            ("M0 0h1h2", "M0 0h3", 0.0, same),
            ("M0 0h4h-1", "M0 0h3", 0.0, !same),
            ("M0 0h1v1h2", "M0 0h3", 0.0, !same),
            ("M0 0C1 1 2 2 3 3", "M0 0 3 3", 0.0, same),
            ("M0 0C1 2 2 2 3 3", "M0 0 3 3", 0.0, !same),
            ("M0 0h1v1L0 0z", "M0 0h1v1z", 0.0, same),
            ("M0 0h1v1h2z", "M0 0h1v1z", 0.0, !same),
            ("M0 0h1v1", "M0 0h1v1z", 0.0, !same),
            ("M0 0h1v1z", "M0 0h1v1", 0.0, !same),
            ("M0 0h1.04", "M0 0h1", 0.05, same),
            ("M0 0h1.06", "M0 0h1", 0.05, !same),
            ("M0 0a5 5 0 0110 0", "M0 0A5 5 0 0 1 10 0", 0.0, same),
            ("M0 0a5 5 0 0110 0", "M0 0a5 5 0 1110 0", 0.0, !same),
            ("M0 0a5 5 0 019.98 0", "M0 0a5 5 0 0110 0", 0.02, !same),
            ("M0 0a50 50 0 019.98 0", "M0 0a50 50 0 0110 0", 0.02, same),
        ] {
            let (old, new) = (strokes(before).unwrap(), strokes(after).unwrap());
            assert_eq!(alike(&old, &new, tolerance, false), expected, "{before} and {after}");
        }
        let same =
            |before: &str, after: &str, filled| alike(&strokes(before).unwrap(), &strokes(after).unwrap(), 0.0, filled);
        assert!(same("M0 0h1v1zM5 5h1v1L5 5z", "M0 0h1v1M5 5h1v1", true));
        assert!(!same("M0 0h1v1zM5 5h1v1z", "M0 0h1v1M5 5h1v1", false));
        assert!(!same("M0 0h1v1zl5 5", "M0 0h1v1l5 5", true));
        assert_eq!(strokes("M1 x"), None);
    }

    #[test]
    fn an_arc_passes_where_geometry_says() {
        let arc = strokes("M0 0a5 5 0 0110 0").unwrap();
        let [_, [x, y], _] = super::arc_places(&arc[1]);
        assert!((x - 5.0).abs() < 1e-9 && (y + 5.0).abs() < 1e-9, "{x} {y}");
    }
}
