//! The browsers that sheets must work in, and whether all of them know a piece of CSS.
//!
//! Without targets nothing may be taken for known that is younger than fifteen years. With targets, what all of them
//! know needs no fallback. The table says since which version each engine knows what is written in its first column,
//! after MDN's compatibility data; what is not in it is known to nobody.

use serde::{Deserialize, Serialize};

/// The oldest version of each engine that sheets must work in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Zero for those that do not count. Small, as it travels with every file.
    oldest: [u16; ENGINES],
}

const ENGINES: usize = 8;

/// Where an engine stands in the rows of the table. Internet Explorer knows nothing of what is in it.
const CHROME: usize = 0;
const EDGE: usize = 1;
const FIREFOX: usize = 2;
const SAFARI: usize = 3;
const IOS: usize = 4;
const OPERA: usize = 5;
const SAMSUNG: usize = 6;
const EXPLORER: usize = 7;

/// Later than any version.
const NEVER: u16 = u16::MAX;

/// One row: how it is written, and since when (version 15.4 is 1504) Chrome, Edge, Firefox, Safari, iOS, Opera and
/// Samsung Internet know it.
type Row = (&'static [&'static str], [u16; ENGINES - 1]);

const KNOWN: &[Row] = &[
    // Notations.
    (&["#rgba"], [6200, 7900, 4900, 1000, 1000, 4900, 800]),
    (&["(width>=0)"], [10400, 10400, 6300, 1604, 1604, 9100, 2000]),
    (&["rgb(0 0 0)"], [6500, 7900, 5200, 1201, 1202, 5200, 900]),
    (&["red 0 1px"], [7200, 7900, 6400, 1201, 1202, 6000, 1100]),
    // Units.
    (&["rem"], [600, 1200, 306, 500, 500, 1500, 100]),
    (&["ch"], [2700, 1200, 300, 700, 700, 2000, 150]),
    (&["vw", "vh", "vmin"], [2600, 1200, 1900, 700, 800, 1500, 150]),
    (&["vmax"], [2600, 1600, 1900, 700, 800, 1500, 150]),
    (
        &["dvh", "dvw", "dvmin", "dvmax", "svh", "svw", "svmin", "svmax", "lvh", "lvw", "lvmin", "lvmax"],
        [10800, 10800, 10100, 1504, 1504, 9400, 2100],
    ),
    // Functions.
    (&["calc("], [2600, 1200, 1600, 700, 700, 1500, 150]),
    (&["min(", "max("], [7900, 7900, 7500, 1101, 1103, 6600, 1200]),
    (&["clamp("], [7900, 7900, 7500, 1301, 1304, 6600, 1200]),
    (&["var("], [4900, 1600, 3100, 1000, 1000, 3600, 500]),
    (&["linear-gradient(", "radial-gradient("], [2600, 1200, 1600, 700, 700, 1500, 150]),
    (&["conic-gradient("], [6900, 7900, 8300, 1201, 1202, 5600, 1000]),
    (&["lab(", "lch(", "oklab(", "oklch("], [11100, 11100, 11300, 1504, 1504, 9700, 2200]),
    (&["color-mix("], [11100, 11100, 11300, 1602, 1602, 9700, 2200]),
    // Words.
    (&["flex", "inline-flex"], [2900, 1200, 2800, 900, 900, 1600, 200]),
    (&["grid", "inline-grid"], [5700, 1600, 5200, 1001, 1003, 4400, 600]),
    (&["contents"], [6500, 7900, 3700, 1101, 1103, 5200, 900]),
    (&["flow-root"], [5800, 7900, 5300, 1300, 1300, 4500, 700]),
    (&["sticky"], [5600, 1600, 3200, 1300, 1300, 4300, 600]),
    (&["clip"], [9000, 9000, 8100, 1600, 1600, 7600, 1500]),
    (&["min-content", "max-content"], [4600, 7900, 6600, 1100, 1100, 3300, 500]),
    (&["fit-content"], [4600, 7900, 9400, 1100, 1100, 3300, 500]),
    // Properties.
    (&["inset:"], [8700, 8700, 6600, 1401, 1405, 7300, 1400]),
    (
        &["inset-inline:", "inset-block:", "margin-inline:", "margin-block:", "padding-inline:", "padding-block:"],
        [8700, 8700, 6600, 1401, 1405, 7300, 1400],
    ),
    (&["gap:"], [8400, 8400, 6300, 1401, 1405, 7000, 1400]),
    (&["place-items:", "place-content:", "place-self:"], [5900, 7900, 5300, 1100, 1100, 4600, 700]),
    (&["border-radius:", "box-shadow:", "box-sizing:"], [1000, 1200, 2900, 501, 500, 1500, 100]),
    (
        &["transition:", "transition-property:", "transition-duration:", "transition-delay:"],
        [2600, 1200, 1600, 700, 700, 1500, 150],
    ),
    (&["transition-timing-function:"], [2600, 1200, 1600, 700, 700, 1500, 150]),
    (
        &["transform:", "transform-origin:", "transform-style:", "perspective:", "perspective-origin:"],
        [3600, 1200, 1600, 900, 900, 2300, 300],
    ),
    (&["backface-visibility:"], [3600, 1200, 1600, 1504, 1504, 2300, 300]),
    (
        &[
            "animation:",
            "animation-name:",
            "animation-duration:",
            "animation-delay:",
            "animation-timing-function:",
            "animation-iteration-count:",
            "animation-direction:",
            "animation-fill-mode:",
            "animation-play-state:",
        ],
        [4300, 1200, 1600, 900, 900, 3000, 400],
    ),
    (
        &[
            "flex:",
            "flex-grow:",
            "flex-shrink:",
            "flex-basis:",
            "flex-direction:",
            "flex-wrap:",
            "flex-flow:",
            "align-items:",
            "align-self:",
            "align-content:",
            "justify-content:",
            "order:",
        ],
        [2900, 1200, 2800, 900, 900, 1600, 200],
    ),
    (&["columns:", "column-count:", "column-width:"], [5000, 1200, 5200, 900, 900, 3700, 500]),
    (&["filter:"], [5300, 1200, 3500, 901, 903, 4000, 600]),
    (&["backdrop-filter:"], [7600, 7900, 10300, 1800, 1800, 6300, 1200]),
    (&["appearance:"], [8400, 8400, 8000, 1504, 1504, 7300, 1400]),
    (&["user-select:"], [5400, 7900, 6900, NEVER, NEVER, 4100, 602]),
    (&["hyphens:"], [5500, 7900, 4300, 1700, 1700, 4400, 602]),
    (
        &["mask:", "mask-image:", "mask-size:", "mask-position:", "mask-repeat:"],
        [12000, 12000, 5300, 1504, 1504, 10600, 2500],
    ),
    (&["tab-size:"], [2100, 7900, 9100, 700, 700, 1500, 150]),
];

/// Properties whose values are checked by their words alone, by what they take.
const SIZES: &[&str] = &[
    "width",
    "height",
    "min-width",
    "min-height",
    "max-width",
    "max-height",
    "top",
    "right",
    "bottom",
    "left",
    "margin",
    "margin-top",
    "margin-right",
    "margin-bottom",
    "margin-left",
    "padding",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "font-size",
];
const COLOURS: &[&str] = &[
    "color",
    "background-color",
    "border-color",
    "border-top-color",
    "border-right-color",
    "border-bottom-color",
    "border-left-color",
    "outline-color",
];
const IMAGES: &[&str] = &["background", "background-image"];
const DISPLAYS: &[&str] = &["block", "inline", "inline-block", "none", "table", "table-cell", "table-row", "list-item"];
const GRADIENTS: &[&str] = &["linear-gradient", "radial-gradient", "conic-gradient"];

/// A piece of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word<'a> {
    /// A number and its unit (`%`, or nothing).
    Number(&'a str),
    /// A colour in so many digits.
    Hash(usize),
    /// A keyword, in lower case.
    Keyword(&'a str),
    /// A function, in lower case.
    Function(&'a str),
    /// `url(..)`.
    Url,
    /// A comma.
    Comma,
    /// A closing parenthesis.
    Close,
    /// `+`, `-`, `*` or `/`.
    Sign,
    /// Anything else.
    Other,
}

impl Targets {
    /// The browsers that a browserslist query means. Those that are no engine of their own, or whose versions say
    /// nothing about what they know (Opera Mini, UC, QQ, Baidu, `KaiOS`), do not count.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn parse(query: &str) -> Result<Self, String> {
        let found = browserslist::resolve(&[query], &browserslist::Opts::default())
            .map_err(|error| format!("is not understood: {error}"))?;
        let mut targets = Self::default();
        for browser in &found {
            targets.include(browser.name(), browser.version());
        }
        if targets == Self::default() { Err("names no browser whose engine we know".to_owned()) } else { Ok(targets) }
    }

    fn include(&mut self, browser: &str, version: &str) {
        let engine = match browser {
            "chrome" | "and_chr" => CHROME,
            "edge" => EDGE,
            "firefox" | "and_ff" => FIREFOX,
            "safari" => SAFARI,
            "ios_saf" => IOS,
            "opera" | "op_mob" => OPERA,
            "samsung" => SAMSUNG,
            "ie" | "ie_mob" => EXPLORER,
            // Before it became Chrome it was an engine of its own, which knows nothing of what is in the table.
            "android" if number(version).is_some_and(|version| version < 3700) => EXPLORER,
            "android" => CHROME,
            _ => return,
        };
        // A version that is no number is one that is not out yet.
        let Some(version) = number(version) else { return };
        let oldest = &mut self.oldest[engine];
        *oldest = if *oldest == 0 { version } else { version.min(*oldest) };
    }

    /// Whether all of the browsers know what is written as `name` in the table.
    pub(super) fn know(&self, name: &str) -> bool {
        let Some((_, since)) = KNOWN.iter().find(|(names, _)| names.contains(&name)) else { return false };
        self.oldest[EXPLORER] == 0
            && since.iter().zip(&self.oldest).all(|(since, oldest)| *oldest == 0 || since <= oldest)
    }

    /// Whether none of the browsers knows properties with this prefix.
    pub(super) fn lack_prefix(&self, property: &str) -> bool {
        let is_after = |engine: usize, version| self.oldest[engine] == 0 || self.oldest[engine] >= version;
        if property.starts_with("-ms-") {
            return self.oldest[EXPLORER] == 0 && is_after(EDGE, 7900);
        }
        property.starts_with("-o-") && is_after(OPERA, 1500)
    }

    /// The property that `property` is another name of in all of the browsers, which know it under that name.
    pub(super) fn known_as<'a>(&self, property: &'a str) -> Option<&'a str> {
        let bare = ["-webkit-", "-moz-", "-ms-", "-o-"].iter().find_map(|prefix| property.strip_prefix(prefix))?;
        self.know(&format!("{bare}:")).then_some(bare)
    }

    /// Whether all of the browsers accept a value made of these words.
    pub(super) fn accept(&self, property: &str, words: &[Word]) -> bool {
        if words.is_empty() {
            return false;
        }
        let mut open: Vec<&str> = Vec::new();
        words.iter().all(|word| match word {
            Word::Function(name) => {
                open.push(name);
                self.accept_function(property, name)
            }
            Word::Close => open.pop().is_some(),
            word => self.accept_word(property, *word, &open),
        }) && (COLOURS.contains(&property)
            || SIZES.contains(&property)
            || IMAGES.contains(&property)
            || words.len() == 1)
    }

    fn accept_function(&self, property: &str, name: &str) -> bool {
        let is_known = || self.know(&format!("{name}("));
        match name {
            "calc" | "min" | "max" | "clamp" => SIZES.contains(&property) && is_known(),
            "rgb" | "rgba" | "hsl" | "hsla" => takes_colours(property) && self.know("rgb(0 0 0)"),
            "lab" | "lch" | "oklab" | "oklch" => takes_colours(property) && is_known(),
            _ if GRADIENTS.contains(&name) => IMAGES.contains(&property) && is_known(),
            "var" => is_known(),
            _ => false,
        }
    }

    fn accept_word(&self, property: &str, word: Word, open: &[&str]) -> bool {
        let in_function = !open.is_empty();
        match word {
            Word::Number(unit) => {
                (SIZES.contains(&property) || in_function || property == "background") && self.accept_unit(unit)
            }
            Word::Hash(3 | 6) => takes_colours(property),
            Word::Hash(4 | 8) => takes_colours(property) && self.know("#rgba"),
            Word::Keyword(word) if word.starts_with("--") => open.last() == Some(&"var"),
            Word::Keyword(word) => self.accept_keyword(property, word, in_function),
            Word::Url => IMAGES.contains(&property),
            Word::Comma => in_function || IMAGES.contains(&property),
            Word::Sign => in_function,
            Word::Hash(_) | Word::Function(_) | Word::Close | Word::Other => false,
        }
    }

    fn accept_unit(&self, unit: &str) -> bool {
        matches!(unit, "" | "%" | "px" | "em" | "ex" | "pt" | "pc" | "cm" | "mm" | "in" | "deg") || self.know(unit)
    }

    fn accept_keyword(&self, property: &str, word: &str, in_function: bool) -> bool {
        let is_colour =
            cssparser::color::parse_named_color(word).is_ok() || matches!(word, "transparent" | "currentcolor");
        match property {
            _ if takes_colours(property) && is_colour => true,
            "background" | "background-image" if word == "none" => true,
            "background" | "background-image" if in_function => {
                matches!(word, "to" | "top" | "right" | "bottom" | "left" | "at" | "center" | "circle" | "ellipse")
            }
            "background" => matches!(word, "no-repeat" | "center" | "top" | "right" | "bottom" | "left"),
            "display" => DISPLAYS.contains(&word) || (!is_position(word) && self.know(word)),
            "position" => {
                matches!(word, "static" | "relative" | "absolute" | "fixed") || (word == "sticky" && self.know(word))
            }
            "overflow" | "overflow-x" | "overflow-y" => {
                matches!(word, "visible" | "hidden" | "auto" | "scroll") || (word == "clip" && self.know(word))
            }
            "width" | "height" => word == "auto" || (word.ends_with("-content") && self.know(word)),
            "max-width" | "max-height" => word == "none",
            "margin" | "top" | "right" | "bottom" | "left" => word == "auto",
            _ => false,
        }
    }
}

fn is_position(word: &str) -> bool {
    matches!(word, "sticky" | "clip" | "min-content" | "max-content" | "fit-content")
}

fn takes_colours(property: &str) -> bool {
    COLOURS.contains(&property) || IMAGES.contains(&property)
}

/// `15.4` of `15.4-15.6` as 1504.
fn number(version: &str) -> Option<u16> {
    let first = version.split('-').next()?;
    let (major, minor) = first.split_once('.').unwrap_or((first, "0"));
    let minor = minor.split('.').next()?.parse::<u16>().ok()?;
    // What is too new for this is as new as can be.
    Some(major.parse::<u16>().ok()?.saturating_mul(100).saturating_add(minor.min(99)))
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, Targets};

    #[test]
    fn queries_name_engines() {
        for (query, known, unknown) in [
            ("chrome 120, firefox 120, safari 17", "dvh", "user-select:"),
            ("chrome >= 50", "flex", "grid"),
            ("ie 11, chrome 120", "nothing", "flex"),
            ("android 4.4", "nothing", "calc("),
            ("ios_saf 15.4", "oklch(", "color-mix("),
            ("edge 18", "grid", "#rgba"),
        ] {
            let targets = Targets::parse(query).unwrap();
            assert!(known == "nothing" || targets.know(known), "{query} knows {known}");
            assert!(!targets.know(unknown), "{query} does not know {unknown}");
        }
        assert!(Targets::parse("defaults").unwrap().know("var("));
        assert!(
            Targets::parse("chrom 3").is_err() && Targets::parse("op_mini all").is_err() && Targets::parse("").is_err()
        );
    }

    #[test]
    fn prefixes_die_with_their_engines() {
        let new = Targets::parse("edge 90, chrome 90, safari 15").unwrap();
        let old = Targets::parse("edge 18, ie 11").unwrap();
        assert!(new.lack_prefix("-ms-flex") && new.lack_prefix("-o-transform") && !new.lack_prefix("-webkit-mask"));
        assert!(!old.lack_prefix("-ms-flex"));
        assert_eq!(new.known_as("-webkit-transform"), Some("transform"));
        assert_eq!((new.known_as("-webkit-user-select"), old.known_as("-webkit-transform")), (None, None));
    }

    #[test]
    fn the_table_names_each_thing_once() {
        let mut names: Vec<&str> = KNOWN.iter().flat_map(|(names, _)| names.iter().copied()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
