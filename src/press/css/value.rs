//! A squeezed value in, fewer bytes of the same meaning out: initial values by their names, gradients without what is
//! so anyway, character ranges joined.

use super::token::{TokenKind, tokens};

/// Fewer words for the value of `property`; none if we know none.
pub(super) fn shortest(property: &str, value: &str) -> Option<String> {
    let (bare, important) = match value.strip_suffix("!important") {
        Some(bare) => (bare, "!important"),
        None => (value, ""),
    };
    if bare.eq_ignore_ascii_case("initial") {
        return initial(property).map(|value| format!("{value}{important}"));
    }
    if property == "unicode-range" {
        return ranges(value);
    }
    gradients(value)
}

/// Initial values that are shorter than `initial`, of properties that never had another one.
fn initial(property: &str) -> Option<&'static str> {
    Some(match property {
        "margin" | "margin-top" | "margin-right" | "margin-bottom" | "margin-left" | "padding" | "padding-top"
        | "padding-right" | "padding-bottom" | "padding-left" | "text-indent" => "0",
        "opacity" | "flex-shrink" => "1",
        "flex-grow" | "order" => "0",
        "width" | "height" | "min-width" | "min-height" | "top" | "right" | "bottom" | "left" | "z-index"
        | "flex-basis" => "auto",
        "max-width" | "max-height" | "float" | "clear" | "transform" => "none",
        _ => return None,
    })
}

/// `U+0-FF` for `U+0000-00FF`, neighbours joined; with a wildcard where that is shorter.
fn ranges(value: &str) -> Option<String> {
    let mut found: Vec<(u32, u32)> = value.split(',').map(|part| range(part.trim())).collect::<Option<_>>()?;
    found.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::with_capacity(found.len());
    for (start, end) in found {
        match joined.last_mut() {
            Some(last) if start <= last.1 + 1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    let short = joined.into_iter().map(shortest_range).collect::<Vec<_>>().join(",");
    (short.len() < value.len()).then_some(short)
}

fn range(text: &str) -> Option<(u32, u32)> {
    let text = text.strip_prefix(['U', 'u'])?.strip_prefix('+')?;
    let number = |digits: &str| u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() <= 6);
    let (start, end) = match text.split_once('-') {
        Some((start, end)) => (number(start)?, number(end)?),
        None => (number(&text.replace('?', "0"))?, number(&text.replace('?', "f"))?),
    };
    (start <= end && end <= 0x10_FFFF && !text.contains("-?")).then_some((start, end))
}

fn shortest_range((start, end): (u32, u32)) -> String {
    if start == end {
        return format!("U+{start:X}");
    }
    let plain = format!("U+{start:X}-{end:X}");
    let wild = (1..=5).find(|digits| {
        let size = 1_u32 << (4 * digits);
        start % size == 0 && start.checked_add(size - 1) == Some(end)
    });
    let Some(digits) = wild else { return plain };
    let head = start >> (4 * digits);
    let head = if head == 0 { String::new() } else { format!("{head:X}") };
    let wild = format!("U+{head}{}", "?".repeat(digits));
    if wild.len() < plain.len() { wild } else { plain }
}

/// Each linear or radial gradient of a value without the direction and the positions that it has anyway.
fn gradients(value: &str) -> Option<String> {
    if !value.contains("gradient(") {
        return None;
    }
    let list = tokens(value).list;
    let mut out = String::with_capacity(value.len());
    let mut at = 0;
    while at < list.len() {
        let text = list[at].text(value);
        let is_linear = text.eq_ignore_ascii_case("linear-gradient(");
        if !is_linear && !text.eq_ignore_ascii_case("radial-gradient(") {
            out.push_str(text);
            at += 1;
            continue;
        }
        let close = partner(&list.iter().map(|token| token.kind).collect::<Vec<_>>(), at)?;
        let arguments = &value[list[at].end as usize..list[close].start as usize];
        out.push_str(text);
        out.push_str(&gradient(arguments, is_linear));
        out.push(')');
        at = close + 1;
    }
    (out.len() < value.len()).then_some(out)
}

fn partner(kinds: &[TokenKind], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, kind) in kinds.iter().enumerate().skip(open) {
        match kind {
            TokenKind::Function | TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen if depth == 1 => return Some(at),
            TokenKind::CloseParen => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

fn gradient(arguments: &str, is_linear: bool) -> String {
    let mut parts = split(arguments, TokenKind::Comma);
    if is_linear {
        match parts.first().map(|part| part.to_ascii_lowercase()).as_deref() {
            Some("to bottom" | "180deg") => drop(parts.remove(0)),
            Some("to right") => "90deg".clone_into(&mut parts[0]),
            Some("to left") => "270deg".clone_into(&mut parts[0]),
            Some("to top") => "0deg".clone_into(&mut parts[0]),
            _ => {}
        }
    }
    let Some(first) = parts.iter().position(|part| is_stop(part)) else { return parts.join(",") };
    if first > 1 || parts.len() < first + 2 || parts.iter().any(|part| part.contains("var(")) {
        return parts.join(",");
    }
    let head = parts[..first].to_vec();
    let stops: Vec<Vec<String>> = parts[first..].iter().map(|part| split(part, TokenKind::Whitespace)).collect();
    head.into_iter().chain(shortest_stops(stops).into_iter().map(|stop| stop.join(" "))).collect::<Vec<_>>().join(",")
}

/// Whether a part of a gradient starts with a colour.
fn is_stop(part: &str) -> bool {
    let first = split(part, TokenKind::Whitespace).into_iter().next().unwrap_or_default().to_ascii_lowercase();
    first.starts_with('#')
        || first.ends_with(')')
        || matches!(first.as_str(), "transparent" | "currentcolor")
        || cssparser::color::parse_named_color(&first).is_ok()
}

fn shortest_stops(mut stops: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let is_at = |stop: &Vec<String>, places: &[&str]| stop.len() == 2 && places.contains(&stop[1].as_str());
    // What comes before a stop has its colour anyway, and so has what comes after it.
    if stops.len() > 2 && is_at(&stops[0], &["0", "0%"]) && stops[1].len() == 2 && stops[0][0] == stops[1][0] {
        stops.remove(0);
    }
    let last = stops.len() - 1;
    if last > 1 && is_at(&stops[last], &["100%"]) && stops[last - 1].len() == 2 && stops[last][0] == stops[last - 1][0]
    {
        stops.pop();
    }
    let mut reached: Option<f64> = None;
    for stop in &mut stops {
        for place in stop.iter_mut().skip(1) {
            let percent = place.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
            match (percent, reached) {
                // A place before an earlier one means that one.
                (Some(percent), Some(reached)) if percent > 0.0 && percent <= reached => "0".clone_into(place),
                (Some(percent), _) => reached = Some(reached.map_or(percent, |reached| reached.max(percent))),
                (None, _) if place == "0" => {}
                (None, _) => reached = None,
            }
        }
    }
    if is_at(&stops[0], &["0", "0%"]) {
        stops[0].pop();
    }
    let last = stops.len() - 1;
    if is_at(&stops[last], &["100%"]) {
        stops[last].pop();
    }
    stops
}

/// The parts of `text` between separators that stand in no bracket.
fn split(text: &str, separator: TokenKind) -> Vec<String> {
    let (mut depth, mut found) = (0_usize, vec![String::new()]);
    for token in tokens(text).list {
        match token.kind {
            TokenKind::Function | TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            kind if kind == separator && depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push_str(token.text(text));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn values_are_said_in_fewer_words() {
        for (property, value, expected) in [
            ("opacity", "initial", Some("1")),
            ("margin", "initial!important", Some("0!important")),
            ("color", "initial", None),
            ("unicode-range", "U+0000-00FF, U+0131", Some("U+??,U+131")),
            ("unicode-range", "U+500-503,U+504-5FF", Some("U+5??")),
            ("unicode-range", "U+4??,U+399-500", Some("U+399-500")),
            ("unicode-range", "U+110000", None),
            ("background", "linear-gradient(180deg,red,blue)", Some("linear-gradient(red,blue)")),
            ("background", "linear-gradient(to right,red,blue)", Some("linear-gradient(90deg,red,blue)")),
            ("background", "linear-gradient(to top left,red,blue)", None),
            ("background", "linear-gradient(red 0%,tan 25%,#00f 100%)", Some("linear-gradient(red,tan 25%,#00f)")),
            ("background", "linear-gradient(red 0%,red 50%,tan 50%,tan 100%)", Some("linear-gradient(red 50%,tan 0)")),
            ("background", "linear-gradient(red 10px,tan 5%)", None),
            ("background", "linear-gradient(red 0%,var(--x))", None),
            ("background", "-webkit-linear-gradient(top,red 0%,blue 100%)", None),
            ("background", "repeating-linear-gradient(red 0%,blue 100%)", None),
            (
                "background",
                "radial-gradient(circle at 0% 0%,red 0%,blue 100%)",
                Some("radial-gradient(circle at 0% 0%,red,blue)"),
            ),
        ] {
            assert_eq!(shortest(property, value).as_deref(), expected, "{property}:{value}");
        }
    }
}
