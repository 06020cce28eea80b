//! The byte order mark at the beginning of a script, which says that the script is UTF-8 whatever the page and the server
//! say. Plain ASCII is the same in all their encodings, so a result that is ASCII needs none.

use super::{Pressed, Shrunk};
use crate::asset::Span;

/// The mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// What follows the mark, if there is one.
pub(super) fn split(source: &[u8]) -> Option<&[u8]> {
    source.strip_prefix(MARK)
}

/// What became of a script that was pressed without its mark, with the mark again where it is needed. Lines and columns stay:
/// browsers and source maps do not count the mark.
pub(super) fn put_back(mut pressed: Pressed) -> Pressed {
    if let Shrunk::Smaller(bytes) = &mut pressed.shrunk {
        if bytes.is_ascii() {
            return pressed;
        }
        bytes.splice(0..0, MARK.iter().copied());
    }
    for reference in &mut pressed.references {
        reference.start += u32::try_from(MARK.len()).unwrap_or_default();
        reference.name = behind(reference.name);
        if let Some(claim) = &mut reference.claim {
            claim.span = behind(claim.span);
        }
    }
    pressed.source_map = pressed.source_map.map(behind);
    pressed
}

fn behind(span: Span) -> Span {
    span.shifted(MARK.len())
}

#[cfg(test)]
mod tests {
    use crate::{
        asset::Kind,
        press::{Options, Pressed, Shrunk, press},
    };

    /// The published bytes of a script, and what its spans hold there.
    fn published(source: &str) -> (String, Pressed, Vec<String>) {
        let pressed = press(Kind::JsScript, source.as_bytes(), &Options::default());
        let text = match &pressed.shrunk {
            Shrunk::Smaller(bytes) => String::from_utf8(bytes.clone()).unwrap(),
            Shrunk::Kept(_) => source.to_owned(),
        };
        let spans = pressed.references.iter().map(|reference| reference.name).chain(pressed.source_map);
        let held = spans.map(|span| text[span.range()].to_owned()).collect();
        (text, pressed, held)
    }

    #[test]
    fn a_mark_goes_where_the_rest_is_ascii() {
        let (text, _, held) =
            published("\u{feff}import( './lazy.js' ) ;\nvar longName = 'x'  ;\n//# sourceMappingURL=a.js.map");
        assert!(text.is_ascii() && text.starts_with("import("), "{text}");
        assert_eq!(held, ["lazy.js", "a.js.map", "//# sourceMappingURL=a.js.map"]);
    }

    #[test]
    fn a_mark_stays_where_the_rest_needs_it() {
        let (text, pressed, held) =
            published("\u{feff}import( './lazy.js' ) ;\nvar longName = 'é'  ;\n//# sourceMappingURL=a.js.map");
        assert!(matches!(pressed.shrunk, Shrunk::Smaller(_)) && text.starts_with("\u{feff}import("), "{text}");
        assert_eq!(held, ["lazy.js", "a.js.map", "//# sourceMappingURL=a.js.map"]);
    }

    #[test]
    fn a_script_that_stays_keeps_its_mark() {
        let (text, pressed, held) = published("\u{feff}import(\"./lazy.js\")");
        assert!(matches!(pressed.shrunk, Shrunk::Kept(_)) && text.starts_with('\u{feff}'), "{text}");
        assert_eq!(held, ["lazy.js"]);
    }
}
