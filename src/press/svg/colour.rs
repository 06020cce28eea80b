//! Colours: the shortest way to write the same sRGB value.

/// Names that are shorter than their digits, with those digits.
const SHORT_NAMES: [(&str, &str); 31] = [
    ("#f00", "red"),
    ("#d2b48c", "tan"),
    ("#000080", "navy"),
    ("#008000", "green"),
    ("#008080", "teal"),
    ("#4b0082", "indigo"),
    ("#800000", "maroon"),
    ("#800080", "purple"),
    ("#808000", "olive"),
    ("#808080", "gray"),
    ("#a0522d", "sienna"),
    ("#a52a2a", "brown"),
    ("#c0c0c0", "silver"),
    ("#cd853f", "peru"),
    ("#da70d6", "orchid"),
    ("#dda0dd", "plum"),
    ("#ee82ee", "violet"),
    ("#f0e68c", "khaki"),
    ("#f0ffff", "azure"),
    ("#f5deb3", "wheat"),
    ("#f5f5dc", "beige"),
    ("#fa8072", "salmon"),
    ("#faf0e6", "linen"),
    ("#ff6347", "tomato"),
    ("#ff7f50", "coral"),
    ("#ffa500", "orange"),
    ("#ffc0cb", "pink"),
    ("#ffd700", "gold"),
    ("#ffe4c4", "bisque"),
    ("#fffafa", "snow"),
    ("#fffff0", "ivory"),
];

/// Names that are longer than their digits, with those digits.
const LONG_NAMES: [(&str, &str); 6] = [
    ("white", "#fff"),
    ("black", "#000"),
    ("yellow", "#ff0"),
    ("magenta", "#f0f"),
    ("fuchsia", "#f0f"),
    ("lightgray", "#d3d3d3"),
];

/// The shorter way to write `colour`; `None` when it is not an opaque colour that is known here.
pub(super) fn shorten(colour: &str) -> Option<String> {
    let colour = colour.trim_matches([' ', '\t', '\n', '\r']);
    let digits = hexadecimal(colour).or_else(|| components(colour)).or_else(|| {
        LONG_NAMES.iter().find(|(name, _)| colour.eq_ignore_ascii_case(name)).map(|(_, digits)| (*digits).to_owned())
    })?;
    let digits = halved(&digits).unwrap_or(digits);
    let name = SHORT_NAMES.iter().find(|(known, _)| *known == digits).map(|(_, name)| (*name).to_owned());
    Some(name.unwrap_or(digits))
}

fn hexadecimal(colour: &str) -> Option<String> {
    let digits = colour.strip_prefix('#')?;
    let known = matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    known.then(|| colour.to_ascii_lowercase())
}

/// `rgb(1, 2, 3)` with whole numbers; percentages and fractions would have to be rounded.
fn components(colour: &str) -> Option<String> {
    let inner = colour.strip_prefix("rgb(")?.strip_suffix(')')?;
    let parts: Vec<_> = inner.split(',').map(|part| part.trim().parse::<u8>()).collect::<Result<_, _>>().ok()?;
    let [red, green, blue] = parts[..] else { return None };
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}

/// `#aabbcc` as `#abc`.
fn halved(digits: &str) -> Option<String> {
    let [_, r1, r2, g1, g2, b1, b2] = *digits.as_bytes() else { return None };
    let doubled = r1 == r2 && g1 == g2 && b1 == b2;
    doubled.then(|| ['#', char::from(r1), char::from(g1), char::from(b1)].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn writes_the_same_colour_shorter() {
        for (colour, expected) in [
            ("#FFFFFF", Some("#fff")),
            ("#ff0000", Some("red")),
            ("#F00", Some("red")),
            ("#ABCDEF", Some("#abcdef")),
            ("White", Some("#fff")),
            ("rgb(255, 0,0)", Some("red")),
            ("rgb(1,2,3)", Some("#010203")),
            ("rgb(300,2,3)", None),
            ("rgb(10%,2%,3%)", None),
            ("#FFFFFF80", None),
            ("none", None),
            ("currentColor", None),
            ("url(#a)", None),
        ] {
            assert_eq!(shorten(colour).as_deref(), expected, "{colour}");
        }
    }
}
