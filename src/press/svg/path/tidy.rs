//! Makes an outline simpler: rounds its places to a coarser step, and drops what no renderer can tell.

use std::collections::BTreeMap;

use super::{Arc, Outline, Point, Precision, Segment, Vertices};

/// How far, in steps, a control point may be from where a shorthand puts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slack(i64);

/// One step may make room for another; a second run must find nothing.
const MOST_ROUNDS: usize = 8;

/// `outline` as simple as `precision` lets it be.
pub(super) fn tidy(outline: Outline, precision: Precision) -> Outline {
    let (mut outline, mut slack) = round(outline, precision.digits);
    for _ in 0..MOST_ROUNDS {
        let straight = straighten(&outline, precision.vertices);
        let straight = if precision.opens { opened(straight) } else { straight };
        let next = on_its_grid(smooth(straight, slack));
        slack = Slack(0);
        if next == outline {
            break;
        }
        outline = next;
    }
    outline
}

/// `outline` in the coarsest steps that hold all its places.
fn on_its_grid(outline: Outline) -> Outline {
    let is_whole = |segment: &Segment| places(segment).iter().flatten().all(|p| p.x % 10 == 0 && p.y % 10 == 0);
    let mut outline = outline;
    while outline.digits > 0 && outline.segments.iter().all(is_whole) {
        outline.segments.iter_mut().for_each(|segment| *segment = rounded(*segment, 1));
        outline.missed = outline.missed.into_iter().map(|(place, side)| (place.rounded(1), side)).collect();
        outline.digits -= 1;
    }
    outline
}

fn places(segment: &Segment) -> [Option<Point>; 3] {
    match *segment {
        Segment::Move(to) | Segment::Line(to) | Segment::Arc(_, to) => [Some(to), None, None],
        Segment::Quadratic(handle, to) => [Some(handle), Some(to), None],
        Segment::Cubic(first, second, to) => [Some(first), Some(second), Some(to)],
        Segment::Close => [None; 3],
    }
}

/// `outline` with its places rounded to `digits`, unless an arc would not stay where it is. Radii are held to a tenth of a
/// step: borders of arcs are where a renderer shows less than that.
fn round(outline: Outline, digits: Option<u32>) -> (Outline, Slack) {
    let Some(digits) = digits else { return (outline, Slack(0)) };
    let by = outline.digits.saturating_sub(digits);
    if by == 0 {
        return (with_short_radii(outline, digits + 1), Slack(0));
    }
    let segments: Vec<_> = outline.segments.iter().map(|segment| rounded(*segment, by)).collect();
    let coarse = Outline { segments, digits, missed: BTreeMap::new() };
    if !arcs_stay(&outline, &coarse) {
        return (outline, Slack(0));
    }
    (with_short_radii(coarse, digits + 1), Slack(1))
}

fn rounded(segment: Segment, by: u32) -> Segment {
    let near = |point: Point| point.rounded(by);
    match segment {
        Segment::Move(to) => Segment::Move(near(to)),
        Segment::Line(to) => Segment::Line(near(to)),
        Segment::Quadratic(handle, to) => Segment::Quadratic(near(handle), near(to)),
        Segment::Cubic(first, second, to) => Segment::Cubic(near(first), near(second), near(to)),
        Segment::Arc(arc, to) => Segment::Arc(arc, near(to)),
        Segment::Close => Segment::Close,
    }
}

/// Whether the middle of every arc moves by less than a step: where the chord is nearly the diameter, a small change
/// of either moves the centre far.
fn arcs_stay(fine: &Outline, coarse: &Outline) -> bool {
    let step = step(coarse.digits);
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

/// `outline` with the shortest radii that leave every arc where it is, on a grid of `digits`.
fn with_short_radii(mut outline: Outline, digits: u32) -> Outline {
    let (mut at, mut start) = (Point::default(), Point::default());
    for segment in &mut outline.segments {
        let next = end(*segment, start);
        if let Segment::Arc(arc, _) = segment {
            *arc = with_short_radius(*arc, at, next, outline.digits, digits);
        }
        at = next;
        if matches!(segment, Segment::Move(_)) {
            start = at;
        }
    }
    outline
}

/// Shortens until nothing changes, so that a second run finds nothing: each time by less than half a step, by less than
/// a step in all.
fn with_short_radius(arc: Arc, from: Point, to: Point, places: u32, digits: u32) -> Arc {
    let away = |one: Arc, other: Arc| {
        let sides = if one.large { (radius(one) - radius(other)).abs() } else { 0.0 };
        (rise(one, from, to, places) - rise(other, from, to, places)).abs().max(sides)
    };
    // How an ellipse lies is not known so well.
    let fewest = if arc.radii.x == arc.radii.y { 0 } else { digits + 1 };
    let (mut best, half) = (arc, step(digits) / 2.0);
    loop {
        let shorter = (fewest..best.digits).find_map(|fewer| {
            let short = coarser(best, best.digits - fewer)?;
            (away(best, short) < half).then_some(short)
        });
        match shorter {
            Some(short) => best = short,
            None if away(arc, best) < step(digits) => return best,
            None => return arc,
        }
    }
}

/// `arc` with radii in steps that are `10^by` times as large; a radius of nothing would make a line of it.
fn coarser(arc: Arc, by: u32) -> Option<Arc> {
    let radii = arc.radii.rounded(by);
    let vanishes = |fine: i64, coarse: i64| fine != 0 && coarse == 0;
    let stays = !vanishes(arc.radii.x, radii.x) && !vanishes(arc.radii.y, radii.y);
    stays.then_some(Arc { radii, digits: arc.digits - by, ..arc })
}

fn step(digits: u32) -> f64 {
    10_f64.powi(-digits.cast_signed())
}

fn radius(arc: Arc) -> f64 {
    as_float(arc.radii.x.abs()) * step(arc.digits)
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
    let unit = |steps: i64, digits: u32| as_float(steps) * step(digits);
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

/// `outline` with straight curves as lines, lines that go on straight as one, and lines of no length gone, where
/// `vertices` are free: a curve whose handles lie in its ends points elsewhere than the line.
fn straighten(outline: &Outline, vertices: Vertices) -> Outline {
    if vertices == Vertices::Kept {
        return outline.clone();
    }
    let mut segments: Vec<Segment> = Vec::with_capacity(outline.segments.len());
    let (mut at, mut start) = (Point::default(), Point::default());
    // Where the last line began.
    let mut line = None;
    for segment in outline.segments.iter().copied() {
        let segment = straight(at, segment);
        match (segment, line) {
            // Nothing is drawn, unless it is all there is: that may be a dot.
            (Segment::Line(to), _) if to == at && draws(segments.last()) => continue,
            (Segment::Line(to), Some(from)) if goes_on(from, at, to) => {
                segments.pop();
                segments.push(segment);
            }
            // The line back to the start says what `z` says.
            (Segment::Close, Some(from)) if at == start && from != start => {
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
    Outline { segments, digits: outline.digits, missed: outline.missed.clone() }
}

/// `outline` without the closings that another outline or the end follows. Behind an arc they stay: renderers compute
/// its end, and only a closing puts the pen back exactly.
fn opened(mut outline: Outline) -> Outline {
    let segments = std::mem::take(&mut outline.segments);
    let mut has_arc = false;
    for (index, segment) in segments.iter().enumerate() {
        has_arc = matches!(segment, Segment::Arc(..)) || (has_arc && !matches!(segment, Segment::Move(_)));
        let ends = matches!(segments.get(index + 1), None | Some(Segment::Move(_)));
        if *segment != Segment::Close || !ends || has_arc || !draws(outline.segments.last()) {
            outline.segments.push(*segment);
        }
    }
    outline
}

fn draws(segment: Option<&Segment>) -> bool {
    !matches!(segment, None | Some(Segment::Move(_) | Segment::Close))
}

/// `outline` with the handles, that lie within `slack` of where a shorthand puts them, there.
fn smooth(mut outline: Outline, slack: Slack) -> Outline {
    if slack == Slack(0) {
        return outline;
    }
    let (mut at, mut start) = (Point::default(), Point::default());
    let (mut cubic, mut quadratic) = (None, None);
    for segment in &mut outline.segments {
        let mirrored = |handle: Option<Point>| handle.map_or(at, |handle| at.mirrored(handle));
        let (of_cubic, of_quadratic) = (mirrored(cubic), mirrored(quadratic));
        (cubic, quadratic) = (None, None);
        match segment {
            Segment::Cubic(first, second, _) => {
                *first = if is_near(*first, of_cubic, slack) { of_cubic } else { *first };
                cubic = Some(*second);
            }
            Segment::Quadratic(handle, _) => {
                *handle = if is_near(*handle, of_quadratic, slack) { of_quadratic } else { *handle };
                quadratic = Some(*handle);
            }
            _ => {}
        }
        at = end(*segment, start);
        if matches!(segment, Segment::Move(_)) {
            start = at;
        }
    }
    outline
}

fn is_near(one: Point, other: Point, slack: Slack) -> bool {
    let away = one.minus(other);
    away.x.abs().max(away.y.abs()) <= slack.0
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
