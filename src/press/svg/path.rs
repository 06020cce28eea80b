//! Path data: the same outline in fewer bytes.
//!
//! Coordinates become whole numbers of a small step, so moving between absolute and relative is exact. Rounding, where
//! a [`Precision`] allows it, rounds absolute places only: errors never add up. Curves keep their kind unless they are
//! straight; arcs keep their radii.

mod drawn;
mod read;
mod tidy;
mod write;

use std::{cmp::Ordering, collections::BTreeMap};

use super::fixed;

/// How exact a path must stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Precision {
    /// Digits behind the point; `None` keeps all of them.
    pub(super) digits: Option<u32>,
    /// Whether vertices on a straight line may go: nothing in the file counts or marks them.
    pub(super) vertices: Vertices,
    /// Whether an outline that is only filled may be left open: filling closes it.
    pub(super) opens: bool,
}

/// Whether vertices are free to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vertices {
    /// Markers may stand on them.
    Kept,
    /// Nothing stands on them.
    Free,
}

/// Which way of writing is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Relative throughout: few letters, which travels well.
    Relative,
    /// Absolute only where that is more than two bytes shorter: the best of the three on the wire, most of the time.
    Balanced,
    /// Each segment in its shortest form.
    Shortest,
}

impl Style {
    /// How many bytes longer the relative form may be.
    fn lead(self) -> usize {
        match self {
            Self::Relative => usize::MAX,
            Self::Balanced => 2,
            Self::Shortest => 0,
        }
    }
}

/// A place, in steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    x: i64,
    y: i64,
}

impl Point {
    fn minus(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }

    fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }

    /// `other` on the far side of this point.
    fn mirrored(self, other: Self) -> Self {
        self.plus(self.minus(other))
    }

    fn fits(self) -> bool {
        fixed::fits(self.x) && fixed::fits(self.y)
    }

    fn rounded(self, by: u32) -> Self {
        Self { x: fixed::coarser(self.x, by), y: fixed::coarser(self.y, by) }
    }
}

/// One segment, in absolute places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Segment {
    Move(Point),
    Line(Point),
    Quadratic(Point, Point),
    Cubic(Point, Point, Point),
    Arc(Arc, Point),
    Close,
}

/// An elliptical arc without its end. Its numbers are kept in their own, finer steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Arc {
    radii: Point,
    angle: fixed::Decimal,
    large: bool,
    sweep: bool,
    /// Digits of `radii`.
    digits: u32,
}

/// A path as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outline {
    segments: Vec<Segment>,
    /// Digits behind the point of every place.
    digits: u32,
    /// Places on a line through zero that sums in floating point miss.
    missed: BTreeMap<Point, Side>,
}

/// On which side of zero sums in floating point put a place that lies there exactly, across and down.
type Side = [Ordering; 2];

/// Exactly there, or who knows.
const THERE: Side = [Ordering::Equal; 2];

/// `data` rewritten; `None` when it is not path data from end to end (browsers draw such a path up to its fault, so it
/// stays as it is), or has numbers that are too large or too fine to be exact.
pub(super) fn rewrite(data: &str, precision: Precision, style: Style) -> Option<String> {
    let outline = tidy::tidy(read::read(data)?, precision);
    Some(write::write(&outline, style))
}

#[cfg(test)]
mod tests {
    use super::{Precision, Style, Vertices, rewrite};

    const EXACT: Precision = Precision { digits: None, vertices: Vertices::Free, opens: false };

    #[test]
    fn writes_the_same_segments_shorter() {
        for (data, expected) in [
            ("M 10,20 L 30 , 40.50 Z", "m10 20 20 20.5z"),
            ("m0.5 0.5 l -1 -2 3 0 0 4 z m 1 1", "m.5.5-1-2h3v4zm1 1"),
            ("M0 0 L0 5 L7 5 L7 8 Z L 0 9", "M0 0v5h7v3zv9"),
            ("M1 1 M2 2 3 3", "M1 1m1 1 1 1"),
            ("M0 0A1 1 0 0 1 5 5", "M0 0a1 1 0 015 5"),
            ("M0 0a1 1 0 01.5.5 1 1 0 1010 0", "M0 0a1 1 0 01.5.5 1 1 0 1010 0"),
            ("M0 0C0 1 2 3 4 4C6 5 7 7 9 9", "M0 0c0 1 2 3 4 4s3 3 5 5"),
            ("M0 0c0 0 1 2 3 4", "M0 0s1 2 3 4"),
            ("M0 0Q1 2 4 4T9 9", "M0 0q1 2 4 4t5 5"),
            ("M0 0h5h3v0", "M0 0h8"),
            ("M0 0h0h5v0z", "m0 0 0 0h5z"),
            ("M0 0h5h-3", "M0 0h5-3"),
            ("M0 0h5v5L0 0z", "M0 0h5v5z"),
            ("M0 0L0 0z", "m0 0 0 0z"),
            ("M0 0C1 1 2 2 3 3", "m0 0 3 3"),
            ("M0.1 0.2L0.3 0.4", "m.1.2.2.2"),
            ("  ", ""),
            ("", ""),
        ] {
            let short = rewrite(data, EXACT, Style::Relative);
            assert_eq!(short.as_deref(), Some(expected), "{data}");
            assert_eq!(rewrite(expected, EXACT, Style::Relative).as_deref(), Some(expected), "{expected} twice");
        }
    }

    #[test]
    fn leaves_outlines_open_that_filling_closes() {
        let filled = Precision { opens: true, ..EXACT };
        for (data, expected) in [
            ("M0 0h5v5zM9 9h1v1z", "M0 0h5v5m4 4h1v1"),
            ("M0 0a5 5 0 015 5zM9 9h1v1z", "M0 0a5 5 0 015 5zm9 9h1v1"),
            ("M0 0h5v5L0 0zm9 9h1v1z", "M0 0h5v5m4 4h1v1"),
            ("M0 0h5v5zL9 9z", "M0 0h5v5zl9 9"),
            ("M0 0z", "M0 0z"),
        ] {
            assert_eq!(rewrite(data, filled, Style::Relative).as_deref(), Some(expected), "{data}");
            assert_eq!(rewrite(expected, filled, Style::Relative).as_deref(), Some(expected), "{expected} twice");
        }
    }

    #[test]
    fn chooses_the_shorter_of_absolute_and_relative() {
        for (data, expected) in [
            ("M100 100L9 8", "M100 100 9 8"),
            ("M100.5 100.5L101 101", "m100.5 100.5.5.5"),
            ("M500 500h1V9", "M500 500h1V9"),
        ] {
            assert_eq!(rewrite(data, EXACT, Style::Shortest).as_deref(), Some(expected), "{data}");
        }
    }

    #[test]
    fn rounds_places_not_distances() {
        let precision = Precision { digits: Some(1), vertices: Vertices::Kept, opens: false };
        let data = "M0 0l.04.04.04.04.04.04.04.04.04.04";
        assert_eq!(rewrite(data, precision, Style::Relative).as_deref(), Some("m0 0 0 0 .1.1 0 0 .1.1 0 0"));
        // A half circle whose radius is just its half chord: a rounded end would lift or sink it.
        let data = "M0 0a5 5 0 01.04 9.98";
        assert_eq!(rewrite(data, precision, Style::Relative).as_deref(), Some(data));
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
            "M1e30 1",
        ] {
            assert_eq!(rewrite(data, EXACT, Style::Relative), None, "{data}");
        }
    }
}
