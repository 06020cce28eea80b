//! Code and data inside a page: `<style>`, `style=`, `<script>`, embedded JSON. Pressed by the press of its language;
//! what that refuses stays as written.

use std::collections::BTreeMap;

use crate::{
    press::{
        self, Options,
        css::{self, CssPlace},
        embedded,
        js::{self, JsPlace},
    },
    refs::html::{encoding::Encoding, scripts::ScriptKind},
};

/// A piece is pressed until nothing changes, at most this often.
const MOST_ROUNDS: usize = 3;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// The text of `<style>`.
    Style,
    /// The value of `style=`.
    StyleAttribute,
    /// The text of a classic script.
    Script,
    /// The text of a module.
    Module,
    /// The text of a JSON block.
    Json,
    /// A link to a picture that stands in the link itself.
    Picture,
}

impl Piece {
    /// The piece that the text of such a script is; `None` when only the page's own scripts know.
    pub(super) fn of_script(kind: ScriptKind) -> Option<Self> {
        match kind {
            ScriptKind::Classic => Some(Self::Script),
            ScriptKind::Module => Some(Self::Module),
            ScriptKind::ImportMap | ScriptKind::OutsideJson | ScriptKind::Json => Some(Self::Json),
            ScriptKind::Data => None,
        }
    }
}

/// Presses pieces and remembers what became of each.
pub(super) struct Inline<'a> {
    options: &'a Options,
    encoding: Encoding,
    pressed: BTreeMap<(Piece, String), Option<String>>,
}

impl<'a> Inline<'a> {
    pub(super) fn new(options: &'a Options, encoding: Encoding) -> Self {
        Self { options, encoding, pressed: BTreeMap::new() }
    }

    /// The pressed form of `text`, or `None` when it stays.
    pub(super) fn press(&mut self, piece: Piece, text: &str) -> Option<String> {
        // A server looks for what it fills in by its very text, quotes around it included.
        if text.trim().is_empty() || has_holes(text) {
            return None;
        }
        if let Some(known) = self.pressed.get(&(piece, text.to_owned())) {
            return known.clone();
        }
        let result = self.press_until_stable(piece, text);
        if let Some(pressed) = &result {
            self.pressed.insert((piece, pressed.clone()), None);
        }
        self.pressed.insert((piece, text.to_owned()), result.clone());
        result
    }

    fn press_until_stable(&self, piece: Piece, text: &str) -> Option<String> {
        let mut best: Option<String> = None;
        // A picture is pressed once for all, and that costs most.
        let rounds = if piece == Piece::Picture { 1 } else { MOST_ROUNDS };
        for _ in 0..rounds {
            let current = best.as_deref().unwrap_or(text);
            match self.press_once(piece, current) {
                Some(pressed) if pressed != current => best = Some(pressed),
                _ => break,
            }
        }
        best
    }

    fn press_once(&self, piece: Piece, text: &str) -> Option<String> {
        let draft = match piece {
            Piece::Style => css::press(text, CssPlace::Element, self.options),
            Piece::StyleAttribute => css::press(text, CssPlace::Attribute, self.options),
            Piece::Script => js::press(text, JsPlace::Script, self.options),
            Piece::Module => js::press(text, JsPlace::Module, self.options),
            Piece::Json => press::json::press(text),
            Piece::Picture => return embedded::press(text, self.options),
        };
        let pressed = String::from_utf8(draft.ok()?.bytes).ok()?;
        let is_writable = self.encoding == Encoding::Utf8 || pressed.is_ascii() || !text.is_ascii();
        let is_shorter = !pressed.trim().is_empty() && pressed.len() < text.len();
        (is_shorter && is_writable && !adds_markup(text, &pressed)).then_some(pressed)
    }

    /// Whether `after` is what pressing made of `before`.
    pub(super) fn made(&self, before: &str, after: &str) -> bool {
        const PIECES: [Piece; 6] =
            [Piece::Style, Piece::StyleAttribute, Piece::Script, Piece::Module, Piece::Json, Piece::Picture];
        PIECES.iter().any(|&piece| {
            let made = self.pressed.get(&(piece, before.to_owned()));
            made.is_some_and(|made| made.as_deref() == Some(after))
        })
    }
}

/// Whether a server fills something into `text`: `{{ name }}`, `{% if %}`, `<%= name %>`, `<?php ?>`.
fn has_holes(text: &str) -> bool {
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>"), ("<?", "?>")].into_iter().any(|(open, close)| {
        text.match_indices(open).any(|(at, _)| {
            let inside = &text[at + open.len()..];
            // Code has blocks in blocks, and those hold statements or other blocks.
            inside.find(close).is_some_and(|end| !inside[..end].contains(['{', '}', ';', '\n']) && end > 0)
        })
    })
}

/// Whether `pressed` has something that ends or changes how an element's text is read, which `text` had not.
fn adds_markup(text: &str, pressed: &str) -> bool {
    let (text, pressed) = (text.to_ascii_lowercase(), pressed.to_ascii_lowercase());
    ["</style", "</script", "<!--", "<script"].iter().any(|mark| pressed.contains(mark) && !text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_fills_in_stays() {
        for (text, expected) in [
            ("f ( '{{ config }}' )", true),
            ("var a = {% if b %}1{% else %}2{% endif %} ;", true),
            ("var a = <%= b %> ;", true),
            ("{{a()}}", true),
            ("function f(){{a();}}", false),
            ("var a={b:{}},c=[{},{}];f({{}})", false),
            ("a<b%c", false),
            ("{{}}", false),
        ] {
            assert_eq!(has_holes(text), expected, "{text}");
        }
        let options = Options::default();
        let mut inline = Inline::new(&options, Encoding::Utf8);
        assert_eq!(inline.press(Piece::Script, "window . x = Object . freeze ( '{{ x }}' ) ;"), None);
    }

    #[test]
    fn what_was_made_is_remembered() {
        let options = Options::default();
        let mut inline = Inline::new(&options, Encoding::Utf8);
        assert_eq!(inline.press(Piece::Json, "{ }").as_deref(), Some("{}"));
        assert!(inline.made("{ }", "{}"));
        assert!(!inline.made("{ }", "[]"));
        assert_eq!(inline.press(Piece::Json, "{}"), None);
    }
}
