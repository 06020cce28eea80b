//! Values that one property has several words for: in canonical words already, brought to one of them.

use std::collections::BTreeSet;

use super::{forms, rule::words};

/// Values that have two names each.
pub(super) fn special(name: &str, value: String) -> String {
    let bare = value.strip_suffix("!important").unwrap_or(&value);
    let rest = &value[bare.len()..];
    let other = match (name, bare) {
        (_, "initial") => forms::initial(name).unwrap_or(bare),
        ("font-weight", "bold") => "700",
        ("font-weight", "normal") => "400",
        ("background", "none" | "#00000000") => "0 0",
        ("font", _) => return format!("{}{rest}", font(bare)),
        ("font-family", _) => return format!("{}{rest}", families(bare)),
        ("background", _) if !bare.contains([',', '/', '(']) || is_one_layer(bare) => {
            return format!("{}{rest}", background(bare));
        }
        ("background-repeat", "no-repeat no-repeat") => "no-repeat",
        ("background-repeat", "repeat repeat") => "repeat",
        ("background-repeat", "no-repeat repeat") => "repeat-y",
        ("background-repeat", "repeat no-repeat") => "repeat-x",
        ("transform-origin" | "-webkit-transform-origin" | "-ms-transform-origin" | "background-position", _) => {
            return format!("{}{rest}", position(bare));
        }
        ("flex-flow" | "-webkit-flex-flow" | "-ms-flex-flow", _) => {
            let words: Vec<_> = bare.split(' ').filter(|word| !matches!(*word, "row" | "nowrap")).collect();
            return format!("{}{rest}", words.join(" "));
        }
        ("transition" | "-webkit-transition" | "-moz-transition" | "-o-transition", _) if !bare.contains("var(") => {
            return format!("{}{rest}", timed(bare, &["ease", "all"]));
        }
        ("animation" | "-webkit-animation" | "-moz-animation" | "-o-animation", _) if !bare.contains("var(") => {
            return format!("{}{rest}", timed(bare, &["ease", "normal", "running", "1"]));
        }
        ("box-shadow" | "-webkit-box-shadow" | "-moz-box-shadow" | "text-shadow", _) => {
            return format!("{}{rest}", shadows(bare));
        }
        ("flex" | "-webkit-flex" | "-ms-flex", "1 1 0%" | "1 1" | "1") => "1",
        ("flex" | "-webkit-flex" | "-ms-flex", "0 0 auto" | "none") => "none",
        ("flex" | "-webkit-flex" | "-ms-flex", "1 1 auto" | "auto") => "auto",
        _ => return value,
    };
    format!("{other}{rest}")
}

/// Without the words before the size that only say what is so anyway (CSS Fonts 4, section 3.7).
fn font(value: &str) -> String {
    let is_size = |word: &str| word.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let words: Vec<&str> = value.split(' ').collect();
    let Some(size) = words.iter().position(|word| is_size(word) && !is_weight(word)) else { return value.to_owned() };
    let mut kept: Vec<&str> = words[..size]
        .iter()
        .filter(|word| !matches!(**word, "normal" | "400"))
        .map(|word| if *word == "bold" { "700" } else { word })
        .collect();
    kept.sort_unstable();
    kept.extend(&words[size..]);
    kept.join(" ")
}

fn is_weight(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Each family once: the second is never reached. Only `monospace` alone makes browsers start from a smaller size, which is why
/// many sheets say it twice.
fn families(value: &str) -> String {
    if value.contains('(') {
        return value.to_owned();
    }
    let mut seen = BTreeSet::new();
    let once: Vec<_> = value.split(',').filter(|name| seen.insert(*name)).collect();
    match once[..] {
        [only] if only.len() < value.len() && only.eq_ignore_ascii_case("monospace") => value.to_owned(),
        _ => once.join(","),
    }
}

/// Whether a background is one picture at most, with nothing computed in it.
fn is_one_layer(value: &str) -> bool {
    value.matches('(').count() == 1 && value.contains("url(") && !value.contains([',', '/', '"'])
}

/// Without what a background starts from anyway (CSS Backgrounds 3, section 3.10).
fn background(value: &str) -> String {
    let spaced = value.replace(')', ") ");
    let mut words: Vec<&str> = spaced.split_ascii_whitespace().collect();
    if let Some(at) = words.windows(2).position(|pair| matches!(pair, ["0" | "0%", "0" | "0%"]))
        && words.len() > 2
    {
        words.drain(at..at + 2);
    }
    let says_something = |word: &&str| !matches!(*word, "repeat" | "scroll");
    match words.iter().copied().filter(says_something).collect::<Vec<_>>() {
        kept if kept.is_empty() => value.to_owned(),
        kept => kept.join(" "),
    }
}

/// Each transition or animation without its defaults, its times last and in order, its other words in any order: only
/// one of them can be a name. (CSS Transitions 1, section 2.5; CSS Animations 1, section 3.10.)
fn timed(value: &str, defaults: &[&str]) -> String {
    const KEYWORDS: &[&str] = &[
        "ease",
        "linear",
        "ease-in",
        "ease-out",
        "ease-in-out",
        "step-start",
        "step-end",
        "infinite",
        "normal",
        "reverse",
        "alternate",
        "alternate-reverse",
        "none",
        "forwards",
        "backwards",
        "both",
        "running",
        "paused",
    ];
    let starts_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    let is_time = |word: &&str| word.ends_with('s') && starts_number(word) && !word.starts_with("--");
    let is_name = |word: &&str| {
        !KEYWORDS.contains(word) && !word.contains('(') && !word.starts_with(|c: char| c.is_ascii_digit())
    };
    let normal = |part: &str| {
        let (mut times, words): (Vec<&str>, Vec<&str>) = words(part).into_iter().partition(is_time);
        if words.iter().filter(|word| is_name(word)).count() > 1 || words.contains(&"none") {
            return part.to_owned();
        }
        // Time passes only where it is said.
        while times.last() == Some(&"0s") {
            times.pop();
        }
        let mut kept: Vec<&str> = words.iter().copied().filter(|word| !defaults.contains(word)).collect();
        kept.sort_unstable();
        kept.extend(times);
        kept.join(" ")
    };
    layers(value).into_iter().map(normal).collect::<Vec<_>>().join(",")
}

/// Shadows with lengths first, and without a spread or blur of nothing (CSS Backgrounds 3, section 6.1).
fn shadows(value: &str) -> String {
    let normal = |part: &str| {
        let is_length = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
        let (mut lengths, mut others): (Vec<&str>, Vec<&str>) = words(part).into_iter().partition(is_length);
        if part.contains("calc(") || part.contains("var(") || others.len() > 2 {
            return part.to_owned();
        }
        while lengths.len() > 2 && lengths.last() == Some(&"0") {
            lengths.pop();
        }
        others.sort_unstable();
        lengths.extend(others);
        lengths.join(" ")
    };
    layers(value).into_iter().map(normal).collect::<Vec<_>>().join(",")
}

/// The parts of a value at its top-level commas.
fn layers(value: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.push(&value[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&value[start..]);
    found
}

fn position(value: &str) -> String {
    let percent = |word: &str, is_first: bool| match (word, is_first) {
        ("left", true) | ("top", false) | ("0%", _) => "0".to_owned(),
        ("center", _) => "50%".to_owned(),
        ("right", true) | ("bottom", false) => "100%".to_owned(),
        _ => word.to_owned(),
    };
    match value.split(' ').collect::<Vec<_>>()[..] {
        ["left"] => "0 50%".to_owned(),
        ["right"] => "100% 50%".to_owned(),
        ["top"] => "50% 0".to_owned(),
        ["bottom"] => "50% 100%".to_owned(),
        [one] if !one.contains(',') => format!("{} 50%", percent(one, true)),
        [y @ ("top" | "bottom"), x] | [x, y] => {
            format!("{} {}", percent(x, true), percent(y, false))
        }
        _ => value.to_owned(),
    }
}
