//! Values that are written in more than one way: what each means, told from the standard and not from how it is pressed.

use super::rule::words;

/// The arguments of `linear-gradient()` or `radial-gradient()`, in canonical words, with every direction as an angle
/// and every place that is so anyway left out (CSS Images 3, sections 3.1.1 and 3.5.3).
pub(super) fn gradient(name: &str, arguments: &str) -> Option<String> {
    let mut parts = parts(arguments);
    if name == "linear-gradient" && !is_colour(parts.first()?) {
        match parts[0].as_str() {
            "to bottom" | "180deg" => drop(parts.remove(0)),
            "to right" => "90deg".clone_into(&mut parts[0]),
            "to left" => "270deg".clone_into(&mut parts[0]),
            "to top" | "0" => "0deg".clone_into(&mut parts[0]),
            _ => {}
        }
    }
    let first = parts.iter().position(|part| is_colour(part))?;
    if first > 1 || arguments.contains("var(") {
        return Some(format!("{name}({})", parts.join(",")));
    }
    let mut stops: Vec<Stop> = parts[first..].iter().map(|part| Stop::read(part)).collect();
    place(&mut stops);
    trim(&mut stops);
    let head = parts[..first].iter().cloned();
    let stops = stops.iter().map(Stop::print);
    Some(format!("{name}({})", head.chain(stops).collect::<Vec<_>>().join(",")))
}

/// A colour and its places.
struct Stop {
    colour: String,
    places: Vec<String>,
}

impl Stop {
    fn read(part: &str) -> Self {
        let mut words = words(part).into_iter().map(str::to_owned);
        Self { colour: words.next().unwrap_or_default(), places: words.collect() }
    }

    fn print(&self) -> String {
        [std::slice::from_ref(&self.colour), &self.places].concat().join(" ")
    }
}

/// A place before an earlier one is that one: as long as all are percentages, this can be told.
fn place(stops: &mut [Stop]) {
    let mut largest: Option<f64> = None;
    for place in stops.iter_mut().flat_map(|stop| &mut stop.places) {
        let number = if place == "0" { Some(0.0) } else { place.strip_suffix('%').and_then(|text| text.parse().ok()) };
        let Some(number) = number else {
            largest = None;
            continue;
        };
        match largest {
            Some(largest) if number <= largest => *place = format!("{largest}%"),
            _ if place == "0" && largest.is_none() => {}
            _ => largest = Some(number),
        }
    }
}

/// Stops at the ends that only say what is so anyway.
fn trim(stops: &mut Vec<Stop>) {
    let is_at = |stop: &Stop, places: &[&str]| matches!(&stop.places[..], [place] if places.contains(&place.as_str()));
    if stops.len() > 2
        && is_at(&stops[0], &["0", "0%"])
        && stops[1].places.len() == 1
        && stops[0].colour == stops[1].colour
    {
        stops.remove(0);
    }
    let last = stops.len().saturating_sub(1);
    if last > 1
        && is_at(&stops[last], &["100%"])
        && stops[last - 1].places.len() == 1
        && stops[last].colour == stops[last - 1].colour
    {
        stops.pop();
    }
    if let Some(first) = stops.first_mut().filter(|stop| is_at(stop, &["0", "0%"])) {
        first.places.clear();
    }
    if let Some(last) = stops.last_mut().filter(|stop| is_at(stop, &["100%"])) {
        last.places.clear();
    }
}

fn is_colour(part: &str) -> bool {
    let first = words(part).first().copied().unwrap_or_default();
    first.starts_with('#') || first.ends_with(')') || first == "currentcolor"
}

/// The parts of arguments at their top-level commas.
fn parts(arguments: &str) -> Vec<String> {
    let (mut depth, mut found) = (0_usize, vec![String::new()]);
    for character in arguments.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(character);
        }
    }
    found
}

/// The initial value of a property, where it is the same in every level of its standard.
pub(super) fn initial(property: &str) -> Option<&'static str> {
    const ZERO: &[&str] = &["text-indent", "flex-grow", "order"];
    const AUTO: &[&str] =
        &["width", "height", "min-width", "min-height", "top", "right", "bottom", "left", "z-index", "flex-basis"];
    const NONE: &[&str] = &["max-width", "max-height", "float", "clear", "transform"];
    let is_side = |start: &str| {
        property.strip_prefix(start).is_some_and(|rest| matches!(rest, "" | "-top" | "-right" | "-bottom" | "-left"))
    };
    match property {
        _ if is_side("margin") || is_side("padding") || ZERO.contains(&property) => Some("0"),
        _ if AUTO.contains(&property) => Some("auto"),
        _ if NONE.contains(&property) => Some("none"),
        "opacity" | "flex-shrink" => Some("1"),
        _ => None,
    }
}

/// The code points of a `unicode-range`, joined (CSS Fonts 4, section 4.5); as it is if it cannot be read.
pub(super) fn code_points(value: &str) -> String {
    let mut found = Vec::new();
    for part in value.split(',').map(str::trim) {
        let Some(range) = code_point_range(part) else { return value.to_owned() };
        found.push(range);
    }
    found.sort_unstable();
    let mut out: Vec<(u32, u32)> = Vec::new();
    for (start, end) in found {
        match out.pop() {
            Some((from, to)) if to + 1 >= start => out.push((from, to.max(end))),
            Some(before) => out.extend([before, (start, end)]),
            None => out.push((start, end)),
        }
    }
    out.iter().map(|(start, end)| format!("u+{start:x}-{end:x}")).collect::<Vec<_>>().join(",")
}

fn code_point_range(part: &str) -> Option<(u32, u32)> {
    let lower = part.to_ascii_lowercase();
    let digits = lower.strip_prefix("u+")?;
    let (start, end) = match digits.split_once('-') {
        Some((start, end)) => (start.to_owned(), end.to_owned()),
        None => (digits.replace('?', "0"), digits.replace('?', "f")),
    };
    if start.len() > 6 || end.len() > 6 {
        return None;
    }
    let (start, end) = (u32::from_str_radix(&start, 16).ok()?, u32::from_str_radix(&end, 16).ok()?);
    (start <= end && end <= 0x10_FFFF).then_some((start, end))
}
