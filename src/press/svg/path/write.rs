//! Writes an outline: each segment in the shorthand it allows, relative or absolute as the style says.

use super::{
    super::fixed::{self, Decimal, MAX_DIGITS},
    Arc, Outline, Point, Segment, Side, Style, THERE,
    drawn::{self, Drawn},
};

/// `outline` as path data.
pub(super) fn write(outline: &Outline, style: Style) -> String {
    let drawn = Drawn::new(outline.digits);
    let mut writer = Writer { digits: outline.digits, style, drawn, ..Writer::default() };
    for (index, segment) in outline.segments.iter().enumerate() {
        let to = super::tidy::end(*segment, writer.start);
        let side = outline.missed.get(&to).copied().unwrap_or(THERE);
        writer.segment(*segment, outline.segments.get(index + 1).copied(), side);
    }
    writer.out
}

struct Writer {
    out: String,
    digits: u32,
    style: Style,
    joint: Joint,
    at: Point,
    start: Point,
    drawn: Drawn,
    /// The control point that a renderer mirrors for `s`, and for `t`.
    cubic: Option<Point>,
    quadratic: Option<Point>,
    /// Scratch, kept to save allocations.
    relative: Form,
    absolute: Form,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            out: String::new(),
            digits: 0,
            style: Style::Relative,
            joint: Joint::default(),
            at: Point::default(),
            start: Point::default(),
            drawn: Drawn::new(0),
            cubic: None,
            quadratic: None,
            relative: Form::default(),
            absolute: Form::default(),
        }
    }
}

/// What the next number or letter joins on to.
#[derive(Clone, Copy, Debug, Default)]
struct Joint {
    /// What numbers without a letter would mean here.
    implied: Option<u8>,
    /// The last thing written was a number with a point and no exponent: a second point starts another number.
    after_point: bool,
    /// The last thing written was a letter or a flag.
    joins: bool,
}

/// One way of writing a segment.
#[derive(Clone, Debug, Default)]
struct Form {
    text: String,
    joint: Joint,
}

impl Form {
    fn begin(&mut self, joint: Joint, letter: u8) {
        self.text.clear();
        self.joint = joint;
        if joint.implied != Some(letter) {
            self.text.push(char::from(letter));
            self.joint.joins = true;
        }
        self.joint.implied = match letter {
            b'M' => Some(b'L'),
            b'm' => Some(b'l'),
            b'z' => None,
            letter => Some(letter),
        };
    }

    fn number(&mut self, steps: i64, digits: u32) {
        let gap = self.text.len();
        fixed::write(steps, digits, &mut self.text);
        let number = &self.text[gap..];
        let joins = self.joint.joins || number.starts_with('-') || (self.joint.after_point && number.starts_with('.'));
        self.joint.after_point = number.contains('.') && !number.contains('e');
        self.joint.joins = false;
        if !joins {
            self.text.insert(gap, ' ');
        }
    }

    fn point(&mut self, point: Point, digits: u32) {
        self.number(point.x, digits);
        self.number(point.y, digits);
    }

    fn flag(&mut self, flag: bool) {
        if !self.joint.joins {
            self.text.push(' ');
        }
        self.text.push(if flag { '1' } else { '0' });
        // A flag is one digit, so whatever stands behind it needs no gap.
        self.joint.joins = true;
        self.joint.after_point = false;
    }

    fn arc(&mut self, arc: &Arc) {
        self.point(arc.radii, arc.digits);
        let angle: Decimal = arc.angle;
        self.number(angle.steps(angle.digits()).unwrap_or_default(), angle.digits().min(MAX_DIGITS));
        self.flag(arc.large);
        self.flag(arc.sweep);
    }
}

impl Writer {
    fn segment(&mut self, segment: Segment, next: Option<Segment>, side: Side) {
        let short = self.shorthand(segment);
        let (mut relative, mut absolute) = (std::mem::take(&mut self.relative), std::mem::take(&mut self.absolute));
        self.form(segment, short, Point::default(), short.letter().to_ascii_uppercase(), &mut absolute);
        self.form(segment, short, self.at, short.letter(), &mut relative);
        let is_relative = self.is_relative(segment, next, side, [&relative, &absolute]);
        self.drawn.draw(segment, (self.at, self.start), is_relative);
        let best = if is_relative { &relative } else { &absolute };
        self.out.push_str(&best.text);
        self.joint = best.joint;
        (self.relative, self.absolute) = (relative, absolute);
        self.advance(segment);
    }

    fn is_relative(
        &self,
        segment: Segment,
        next: Option<Segment>,
        side: Side,
        [relative, absolute]: [&Form; 2],
    ) -> bool {
        let to = super::tidy::end(segment, self.start);
        let gets_there = |is_relative| drawn::side(self.drawn.moved(self.at, to, is_relative), to) == side;
        match segment {
            // The first place is the same either way: its letter is chosen for the line that follows.
            Segment::Move(from) if self.out.is_empty() => next.is_some_and(|next| self.leads_to_relative(from, next)),
            Segment::Close => true,
            // What touches the border of the picture must not lie a rounding error beyond it where it did not, nor the
            // other way round: renderers draw what is beyond with other code.
            _ if !gets_there(true) => false,
            _ if !gets_there(false) => true,
            _ => relative.text.len() <= absolute.text.len().saturating_add(self.style.lead()),
        }
    }

    fn leads_to_relative(&self, from: Point, next: Segment) -> bool {
        let Segment::Line(to) = next else { return false };
        let turns = (from.x != to.x && from.y != to.y) || from == to;
        let mut forms = (Form::default(), Form::default());
        let joint = Joint { implied: Some(b'l'), ..Joint::default() };
        forms.0.begin(joint, b'l');
        forms.0.point(to.minus(from), self.digits);
        forms.1.begin(joint, b'l');
        forms.1.point(to, self.digits);
        turns && forms.0.text.len() <= forms.1.text.len().saturating_add(self.style.lead())
    }

    fn shorthand(&self, segment: Segment) -> Shorthand {
        let mirrored = |handle: Option<Point>| handle.map_or(self.at, |handle| self.at.mirrored(handle));
        match segment {
            Segment::Move(_) => Shorthand::Move,
            Segment::Line(to) if to == self.at => self.nothing(),
            Segment::Line(to) if to.y == self.at.y => Shorthand::Horizontal,
            Segment::Line(to) if to.x == self.at.x => Shorthand::Vertical,
            Segment::Line(_) => Shorthand::Line,
            Segment::Cubic(first, _, _) if first == mirrored(self.cubic) => Shorthand::SmoothCubic,
            Segment::Cubic(..) => Shorthand::Cubic,
            Segment::Quadratic(handle, _) if handle == mirrored(self.quadratic) => Shorthand::SmoothQuadratic,
            Segment::Quadratic(..) => Shorthand::Quadratic,
            Segment::Arc(..) => Shorthand::Arc,
            Segment::Close => Shorthand::Close,
        }
    }

    /// A line of no length, in the letter that is there already.
    fn nothing(&self) -> Shorthand {
        match self.joint.implied.map(|letter| letter.to_ascii_lowercase()) {
            Some(b'l') => Shorthand::Line,
            Some(b'v') => Shorthand::Vertical,
            _ => Shorthand::Horizontal,
        }
    }

    fn form(&self, segment: Segment, short: Shorthand, origin: Point, letter: u8, form: &mut Form) {
        form.begin(self.joint, letter);
        let digits = self.digits;
        match segment {
            Segment::Line(to) if short == Shorthand::Horizontal => form.number(to.x - origin.x, digits),
            Segment::Line(to) if short == Shorthand::Vertical => form.number(to.y - origin.y, digits),
            Segment::Move(to) | Segment::Line(to) => form.point(to.minus(origin), digits),
            Segment::Quadratic(handle, to) => {
                if short == Shorthand::Quadratic {
                    form.point(handle.minus(origin), digits);
                }
                form.point(to.minus(origin), digits);
            }
            Segment::Cubic(first, second, to) => {
                if short == Shorthand::Cubic {
                    form.point(first.minus(origin), digits);
                }
                form.point(second.minus(origin), digits);
                form.point(to.minus(origin), digits);
            }
            Segment::Arc(arc, to) => {
                form.arc(&arc);
                form.point(to.minus(origin), digits);
            }
            Segment::Close => form.text.make_ascii_lowercase(),
        }
    }

    fn advance(&mut self, segment: Segment) {
        (self.cubic, self.quadratic) = (None, None);
        match segment {
            Segment::Move(to) => (self.at, self.start) = (to, to),
            Segment::Line(to) | Segment::Arc(_, to) => self.at = to,
            Segment::Cubic(_, second, to) => (self.at, self.cubic) = (to, Some(second)),
            Segment::Quadratic(handle, to) => (self.at, self.quadratic) = (to, Some(handle)),
            Segment::Close => self.at = self.start,
        }
    }
}

/// The command that a segment is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shorthand {
    Move,
    Line,
    Horizontal,
    Vertical,
    Cubic,
    SmoothCubic,
    Quadratic,
    SmoothQuadratic,
    Arc,
    Close,
}

impl Shorthand {
    /// Its letter, relative.
    fn letter(self) -> u8 {
        match self {
            Self::Move => b'm',
            Self::Line => b'l',
            Self::Horizontal => b'h',
            Self::Vertical => b'v',
            Self::Cubic => b'c',
            Self::SmoothCubic => b's',
            Self::Quadratic => b'q',
            Self::SmoothQuadratic => b't',
            Self::Arc => b'a',
            Self::Close => b'z',
        }
    }
}
