//! Reads path data: text in, absolute segments in fixed point out.

use std::collections::BTreeMap;

use super::{
    super::{fixed::Decimal, number},
    Arc, Outline, Point, Segment, Side, THERE,
    drawn::Drawn,
};

/// Most segments that are read.
const MAX_SEGMENTS: usize = 1_000_000;

/// Reads `data` to its end, or not at all.
pub(super) fn read(data: &str) -> Option<Outline> {
    let (commands, numbers, digits) = commands(data)?;
    let (at, drawn) = (Point::default(), Drawn::new(digits));
    let mut pen = Pen { numbers: &numbers, digits, at, start: at, handle: None, drawn, missed: BTreeMap::new() };
    let segments = commands.into_iter().map(|letter| pen.segment(letter)).collect::<Option<_>>()?;
    Some(Outline { segments, digits, missed: pen.missed })
}

/// The letter of each segment, implied ones too, all numbers in order, and the digits that the finest place has.
fn commands(data: &str) -> Option<(Vec<u8>, Vec<Decimal>, u32)> {
    let mut reader = Reader { rest: data, digits: 0 };
    let (mut letters, mut numbers) = (Vec::new(), Vec::with_capacity(data.len() / 3));
    let mut command = None;
    while reader.skip_separator(command.is_some()) {
        let letter = match reader.letter() {
            Some(letter) => letter,
            // Numbers that go on after a moveto are lines.
            None => match command? {
                b'M' => b'L',
                b'm' => b'l',
                b'z' | b'Z' => return None,
                letter => letter,
            },
        };
        if letters.is_empty() && !matches!(letter, b'M' | b'm') || letters.len() == MAX_SEGMENTS {
            return None;
        }
        reader.arguments(letter, &mut numbers)?;
        letters.push(letter);
        command = Some(letter);
    }
    Some((letters, numbers, reader.digits))
}

struct Reader<'a> {
    rest: &'a str,
    digits: u32,
}

impl Reader<'_> {
    /// Skips white space and, where allowed, one comma; whether something is left.
    fn skip_separator(&mut self, comma: bool) -> bool {
        self.rest = skip_space(self.rest);
        let after = self.rest.strip_prefix(',').map(skip_space);
        if let Some(after) = after.filter(|after| comma && number::length(after).is_some()) {
            self.rest = after;
        }
        !self.rest.is_empty()
    }

    fn letter(&mut self) -> Option<u8> {
        let letter = *self.rest.as_bytes().first().filter(|letter| arity(**letter).is_some())?;
        self.rest = &self.rest[1..];
        Some(letter)
    }

    fn arguments(&mut self, letter: u8, numbers: &mut Vec<Decimal>) -> Option<()> {
        for index in 0..arity(letter)? {
            self.rest = skip_space(self.rest);
            if let Some(after) = self.rest.strip_prefix(',').filter(|_| index > 0) {
                self.rest = skip_space(after);
            }
            let is_flag = matches!(letter, b'a' | b'A') && matches!(index, 3 | 4);
            let length =
                if is_flag { self.rest.starts_with(['0', '1']).then_some(1)? } else { number::length(self.rest)? };
            let (argument, rest) = self.rest.split_at(length);
            self.rest = rest;
            let number = Decimal::parse(argument)?;
            let is_place = !matches!(letter, b'a' | b'A') || index > 4;
            self.digits = if is_place { self.digits.max(number.digits()) } else { self.digits };
            numbers.push(number);
        }
        Some(())
    }
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}'])
}

/// How many arguments one segment of this command has; `None` when it is no command.
fn arity(letter: u8) -> Option<usize> {
    Some(match letter.to_ascii_lowercase() {
        b'z' => 0,
        b'h' | b'v' => 1,
        b'm' | b'l' | b't' => 2,
        b's' | b'q' => 4,
        b'c' => 6,
        b'a' => 7,
        _ => return None,
    })
}

/// Turns letters and numbers into absolute segments.
struct Pen<'n> {
    numbers: &'n [Decimal],
    digits: u32,
    at: Point,
    start: Point,
    /// The last control point, and whether it is a cubic's.
    handle: Option<(Point, Curve)>,
    drawn: Drawn,
    missed: BTreeMap<Point, Side>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Curve {
    Quadratic,
    Cubic,
}

impl Pen<'_> {
    fn next(&mut self) -> Option<Decimal> {
        let (first, rest) = self.numbers.split_first()?;
        self.numbers = rest;
        Some(*first)
    }

    fn steps(&mut self) -> Option<i64> {
        let digits = self.digits;
        self.next()?.steps(digits)
    }

    /// The next two numbers as a place, seen from `origin`.
    fn point(&mut self, origin: Point) -> Option<Point> {
        let point = Point { x: self.steps()?, y: self.steps()? }.plus(origin);
        point.fits().then_some(point)
    }

    /// The control point that a shorthand leaves out.
    fn mirrored(&self, curve: Curve) -> Point {
        self.handle.filter(|(_, kind)| *kind == curve).map_or(self.at, |(handle, _)| self.at.mirrored(handle))
    }

    fn segment(&mut self, letter: u8) -> Option<Segment> {
        let origin = if letter.is_ascii_lowercase() { self.at } else { Point::default() };
        let segment = match letter.to_ascii_lowercase() {
            b'm' => Segment::Move(self.point(origin)?),
            b'l' => Segment::Line(self.point(origin)?),
            b'h' => Segment::Line(Point { x: self.steps()? + origin.x, y: self.at.y }),
            b'v' => Segment::Line(Point { x: self.at.x, y: self.steps()? + origin.y }),
            b'c' => Segment::Cubic(self.point(origin)?, self.point(origin)?, self.point(origin)?),
            b's' => Segment::Cubic(self.mirrored(Curve::Cubic), self.point(origin)?, self.point(origin)?),
            b'q' => Segment::Quadratic(self.point(origin)?, self.point(origin)?),
            b't' => Segment::Quadratic(self.mirrored(Curve::Quadratic), self.point(origin)?),
            b'a' => Segment::Arc(self.arc()?, self.point(origin)?),
            _ => Segment::Close,
        };
        self.drawn.draw(segment, (self.at, self.start), letter.is_ascii_lowercase());
        self.advance(segment)?;
        let side = self.drawn.side(self.at);
        if side != THERE {
            self.missed.insert(self.at, side);
        }
        Some(segment)
    }

    fn arc(&mut self) -> Option<Arc> {
        let (rx, ry) = (self.next()?, self.next()?);
        let digits = rx.digits().max(ry.digits());
        let radii = Point { x: rx.steps(digits)?, y: ry.steps(digits)? };
        let angle = self.next()?;
        let (large, sweep) = (self.next()? != Decimal::ZERO, self.next()? != Decimal::ZERO);
        Some(Arc { radii, angle, large, sweep, digits })
    }

    fn advance(&mut self, segment: Segment) -> Option<()> {
        self.handle = None;
        match segment {
            Segment::Move(to) => (self.at, self.start) = (to, to),
            Segment::Line(to) | Segment::Arc(_, to) => self.at = to,
            Segment::Quadratic(handle, to) => (self.at, self.handle) = (to, Some((handle, Curve::Quadratic))),
            Segment::Cubic(_, handle, to) => (self.at, self.handle) = (to, Some((handle, Curve::Cubic))),
            Segment::Close => self.at = self.start,
        }
        let handle = self.handle.is_none_or(|(handle, _)| handle.fits());
        (self.at.fits() && handle).then_some(())
    }
}
