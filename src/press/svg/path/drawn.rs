//! Where renderers put the pen: they add up distances in floating point, and end beside the exact place.

use std::cmp::Ordering;

use super::{Point, Segment, Side, tidy::end};

/// The pen of a renderer that parses and adds in double precision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    digits: u32,
    at: [f64; 2],
    start: [f64; 2],
}

impl Drawn {
    /// A pen at the origin, over places with so many `digits`.
    pub(super) fn new(digits: u32) -> Self {
        Self { digits, at: [0.0; 2], start: [0.0; 2] }
    }

    /// Draws `segment` with the pen at `at` in an outline that began at `start`, both exact.
    pub(super) fn draw(&mut self, segment: Segment, (at, start): (Point, Point), is_relative: bool) {
        let to = end(segment, start);
        let [x, y] = self.moved(at, to, is_relative);
        // What `h` and `v` leave out stays where it is.
        self.at = [if to.x == at.x { self.at[0] } else { x }, if to.y == at.y { self.at[1] } else { y }];
        match segment {
            Segment::Move(_) => self.start = self.at,
            Segment::Close => self.at = self.start,
            // The end of an arc is computed with angles; where that gets is not known here.
            Segment::Arc(..) => self.at = [f64::NAN; 2],
            _ => {}
        }
    }

    /// Where the way from `at` to `to`, both exact, leads.
    pub(super) fn moved(&self, at: Point, to: Point, is_relative: bool) -> [f64; 2] {
        if !is_relative {
            return [self.unit(to.x), self.unit(to.y)];
        }
        let by = to.minus(at);
        [self.at[0] + self.unit(by.x), self.at[1] + self.unit(by.y)]
    }

    /// On which side of zero the pen is where `at`, exact, lies on it.
    pub(super) fn side(&self, at: Point) -> Side {
        side(self.at, at)
    }

    #[expect(clippy::cast_precision_loss, reason = "renderers lose it too")]
    fn unit(&self, steps: i64) -> f64 {
        steps as f64 / 10_f64.powi(self.digits.cast_signed())
    }
}

/// On which side of zero `drawn` is where `exact` lies on it.
pub(super) fn side(drawn: [f64; 2], exact: Point) -> Side {
    let side = |exact: i64, drawn: f64| {
        let side = (exact == 0).then(|| drawn.partial_cmp(&0.0)).flatten();
        side.unwrap_or(Ordering::Equal)
    };
    [side(exact.x, drawn[0]), side(exact.y, drawn[1])]
}

#[cfg(test)]
mod tests {
    use super::{super::THERE, Drawn, Point, Segment};

    #[test]
    fn sums_miss_zero_and_closings_come_back() {
        let at = |x| Point { x, y: 0 };
        let mut pen = Drawn::new(1);
        let mut last = at(0);
        for (to, is_relative) in [(1, false), (3, true), (0, true)] {
            pen.draw(Segment::Line(at(to)), (last, at(0)), is_relative);
            last = at(to);
        }
        // 0.1 + 0.2 - 0.3
        assert_ne!(pen.side(at(0)), THERE);
        pen.draw(Segment::Close, (at(0), at(0)), true);
        assert_eq!(pen.side(at(0)), THERE);
    }
}
