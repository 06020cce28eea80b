//! Makes an outline simpler: rounds its places to a coarser step, and drops what no renderer can tell.

use super::{Arc, Outline, Point, Segment, Vertices};

/// How far, in steps, a control point may be from where a shorthand puts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slack(pub(super) i64);

/// `outline` with its places rounded to `digits`, unless an arc would not stay where it is.
pub(super) fn round(outline: Outline, digits: Option<u32>) -> (Outline, Slack) {
    let Some(by) = digits.and_then(|digits| outline.digits.checked_sub(digits)).filter(|by| *by > 0) else {
        return (outline, Slack(0));
    };
    let digits = outline.digits - by;
    let segments: Vec<_> = outline.segments.iter().map(|segment| rounded(*segment, by)).collect();
    let coarse = Outline { segments, digits };
    if arcs_stay(&outline, &coarse) { (coarse, Slack(1)) } else { (outline, Slack(0)) }
}

fn rounded(segment: Segment, by: u32) -> Segment {
    let near = |point: Point| point.rounded(by);
    match segment {
        Segment::Move(to) => Segment::Move(near(to)),
        Segment::Line(to) => Segment::Line(near(to)),
        Segment::Quadratic(handle, to) => Segment::Quadratic(near(handle), near(to)),
        Segment::Cubic(first, second, to) => Segment::Cubic(near(first), near(second), near(to)),
        Segment::Arc(arc, to) => Segment::Arc(near_arc(arc, by), near(to)),
        Segment::Close => Segment::Close,
    }
}

/// Radii are rounded to one digit more than places.
fn near_arc(arc: Arc, by: u32) -> Arc {
    let by = by - 1;
    let radii = arc.radii.rounded(by);
    // A radius of nothing would make a line of the arc.
    let vanishes = |fine: i64, coarse: i64| fine != 0 && coarse == 0;
    if vanishes(arc.radii.x, radii.x) || vanishes(arc.radii.y, radii.y) {
        return arc;
    }
    Arc { radii, digits: arc.digits - by, ..arc }
}

/// Whether the middle of every arc moves by less than a step: where the chord is nearly the diameter, a small change
/// of either moves the centre far.
fn arcs_stay(fine: &Outline, coarse: &Outline) -> bool {
    let step = 10_f64.powi(-coarse.digits.cast_signed());
    let (mut before, mut after) = (Point::default(), Point::default());
    let (mut starts, mut stay) = ((before, after), true);
    for (old, new) in fine.segments.iter().zip(&coarse.segments) {
        let next = (end(*old, starts.0), end(*new, starts.1));
        if let (Segment::Arc(old, _), Segment::Arc(new, _)) = (old, new) {
            let old = rise(*old, before, next.0, fine.digits);
            let new = rise(*new, after, next.1, coarse.digits);
            stay &= (old - new).abs() < step;
        }
        (before, after) = next;
        if matches!(old, Segment::Move(_)) {
            starts = next;
        }
    }
    stay
}

pub(super) fn end(segment: Segment, start: Point) -> Point {
    match segment {
        Segment::Move(to)
        | Segment::Line(to)
        | Segment::Quadratic(_, to)
        | Segment::Cubic(_, _, to)
        | Segment::Arc(_, to) => to,
        Segment::Close => start,
    }
}

/// How far the middle of an arc lies from its chord, taking the ellipse as a circle stretched along its longer radius.
fn rise(arc: Arc, from: Point, to: Point, digits: u32) -> f64 {
    let unit = |steps: i64, digits: u32| as_float(steps) * 10_f64.powi(-digits.cast_signed());
    let (rx, ry) = (unit(arc.radii.x, arc.digits).abs(), unit(arc.radii.y, arc.digits).abs());
    let chord = to.minus(from);
    let (dx, dy) = (unit(chord.x, digits), unit(chord.y, digits));
    let angle = (as_float(arc.angle.steps(super::fixed::MAX_DIGITS).unwrap_or_default()) * 1e-14).to_radians();
    let (sin, cos) = angle.sin_cos();
    if rx == 0.0 || ry == 0.0 {
        return 0.0;
    }
    // In the space where the ellipse is the unit circle.
    let half = ((cos * dx + sin * dy) / rx).hypot((cos * dy - sin * dx) / ry) / 2.0;
    let distance = (1.0 - half * half).max(0.0).sqrt();
    let rise = if arc.large { half.max(1.0) + distance } else { half.max(1.0) - distance };
    rise * rx.max(ry)
}

#[expect(clippy::cast_precision_loss, reason = "an estimate: the gate measures")]
fn as_float(steps: i64) -> f64 {
    steps as f64
}

/// `outline` with straight curves as lines and lines that go on straight as one, where `vertices` are free: a curve
/// whose handles lie in its ends points elsewhere than the line.
pub(super) fn straighten(outline: Outline, vertices: Vertices) -> Outline {
    let mut segments: Vec<Segment> = Vec::with_capacity(outline.segments.len());
    let (mut at, mut start) = (Point::default(), Point::default());
    // Where the last line began.
    let mut line = None;
    for segment in outline.segments {
        let free = vertices == Vertices::Free;
        let segment = if free { straight(at, segment) } else { segment };
        match (segment, line) {
            (Segment::Line(to), Some(from)) if free && goes_on(from, at, to) => {
                segments.pop();
                segments.push(segment);
            }
            // The line back to the start says what `z` says.
            (Segment::Close, Some(from)) if free && at == start && from != start => {
                segments.pop();
                segments.push(segment);
            }
            _ => {
                line = matches!(segment, Segment::Line(_)).then_some(at);
                segments.push(segment);
            }
        }
        at = end(segment, start);
        if matches!(segment, Segment::Move(_)) {
            start = at;
        }
        if segment == Segment::Close {
            line = None;
        }
    }
    Outline { segments, digits: outline.digits }
}

fn straight(from: Point, segment: Segment) -> Segment {
    match segment {
        Segment::Cubic(first, second, to) if between(from, first, to) && between(from, second, to) => Segment::Line(to),
        Segment::Quadratic(handle, to) if between(from, handle, to) => Segment::Line(to),
        _ => segment,
    }
}

/// Whether `point` lies on the line from `from` to `to`, which has a length.
fn between(from: Point, point: Point, to: Point) -> bool {
    let (along, line) = (point.minus(from), to.minus(from));
    let length = dot(line, line);
    length > 0 && cross(along, line) == 0 && (0..=length).contains(&dot(along, line))
}

/// Whether the line from `at` to `to` goes on where that from `from` to `at` stopped, both having a length.
fn goes_on(from: Point, at: Point, to: Point) -> bool {
    let (before, after) = (at.minus(from), to.minus(at));
    cross(before, after) == 0 && dot(before, after) > 0
}

fn cross(a: Point, b: Point) -> i128 {
    i128::from(a.x) * i128::from(b.y) - i128::from(a.y) * i128::from(b.x)
}

fn dot(a: Point, b: Point) -> i128 {
    i128::from(a.x) * i128::from(b.x) + i128::from(a.y) * i128::from(b.y)
}
