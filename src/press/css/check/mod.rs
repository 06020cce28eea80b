//! The check after every press: both texts are read by another parser (`cssparser`) into ordered lists of (context,
//! selectors, declarations), brought to one normal form, and compared. Equal lists mean the same to a browser.
//!
//! The normal form forgets only what is listed in [`value`], [`rule`] and [`reader`]; whatever else differs, differs.

mod anatomy;
mod cascade;
mod fold;
mod forms;
mod lexicon;
mod property;
mod reader;
mod rule;
mod shorthands;
mod targets;
mod value;

use std::cell::RefCell;

use super::targets::Targets;
use cascade::{Stretch, stretches};
use lexicon::Lexicon;
use reader::read;
pub(super) use rule::{family, is_plain};

/// Whether `before` and `after` mean the same.
///
/// # Errors
/// The first difference, in a few words.
#[cfg(test)]
pub(crate) fn same(before: &str, after: &str) -> Result<(), String> {
    Check::new(None).same(before, after)
}

/// A check of one sheet and its parts. It remembers what it read, which only saves time.
pub(crate) struct Check {
    /// The browsers it must mean the same to; without them, all.
    targets: Option<Targets>,
    lexicon: RefCell<Lexicon>,
}

impl Check {
    pub(crate) fn new(targets: Option<Targets>) -> Self {
        Self { targets, lexicon: RefCell::default() }
    }

    /// Whether `before` and `after` mean the same.
    ///
    /// # Errors
    /// The first difference, in a few words.
    pub(crate) fn same(&self, before: &str, after: &str) -> Result<(), String> {
        let lexicon = &mut *self.lexicon.borrow_mut();
        // In plain ASCII no encoding makes a difference, unless sheets that this one imports take it over.
        let may_lose_charset = is_idle(before) && is_idle(after);
        let mut stretches = |text| -> Vec<Stretch> {
            let mut entries = read(text, self.targets, lexicon);
            entries.retain(|entry| !(may_lose_charset && entry.is_charset()));
            stretches(entries, lexicon)
        };
        let (before, after) = (stretches(before), stretches(after));
        match before.iter().zip(&after).find(|(before, after)| before != after) {
            Some((before, after)) => Err(shorten(&before.difference(after, lexicon))),
            None if before.len() == after.len() => Ok(()),
            None => {
                let longer = if before.len() > after.len() { &before } else { &after };
                Err(shorten(&longer[before.len().min(after.len())].to_string()))
            }
        }
    }
}

/// Whether the encoding of a sheet makes no difference.
pub(super) fn is_idle(text: &str) -> bool {
    const IMPORT: &[u8] = b"@import";
    let bytes = text.as_bytes();
    let is_import = |at: usize| bytes[at..].get(..IMPORT.len()).is_some_and(|word| word.eq_ignore_ascii_case(IMPORT));
    text.is_ascii() && !memchr::memchr_iter(b'@', bytes).any(is_import)
}

fn shorten(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn the_same_in_other_words_is_the_same() {
        for (before, after) in [
            ("a { color : #FFFFFF ; }", "a{color:#fff}"),
            ("a{color:white}", "a{color:#fff}"),
            ("a{color:rgba(0,0,0,.5)}", "a{color:#00000080}"),
            ("a{margin:0px}", "a{margin:0}"),
            ("a{margin:1px 1px 1px 1px}", "a{margin:1px}"),
            ("a{margin-top:1px;margin-right:2px;margin-bottom:1px;margin-left:2px}", "a{margin:1px 2px}"),
            ("a{x:y}b{x:y}", "a,b{x:y}"),
            ("a{x:y}a{z:w}", "a{x:y;z:w}"),
            ("a{}b{x:y}", "b{x:y}"),
            ("a{transition:all .3s}", "a{transition:all 300ms}"),
            ("a::before{x:'y'}", "a:before{x:\"y\"}"),
            ("a[b='c']{x:y}", "a[b=c]{x:y}"),
            ("a{font-weight:bold}", "a{font-weight:700}"),
            ("@keyframes a{from{x:y}100%{x:z}}", "@keyframes a{0%{x:y}to{x:z}}"),
            ("a{background:none}", "a{background:0 0}"),
            (
                "a{background:linear-gradient(to right,red 0%,blue 100%)}",
                "a{background:linear-gradient(90deg,red,blue)}",
            ),
            ("a{background:linear-gradient(red 0,red 50%,tan 50%)}", "a{background:linear-gradient(red 50%,tan 0)}"),
            ("a{opacity:initial}", "a{opacity:1}"),
            ("@font-face{unicode-range:U+0000-00FF,U+100}", "@font-face{unicode-range:U+0-100}"),
            ("@media all and (x){a{b:c}}", "@media (x){a{b:c}}"),
            ("@property --a{syntax:'*'}a{b:c}", "a{b:c}"),
            ("@counter-style a{}b{c:d}", "b{c:d}"),
            ("@layer a;@layer a;b{c:d}", "@layer a;b{c:d}"),
            ("a{x:rotate(0deg)}", "a{x:rotate(0)}"),
            ("a::first-letter{b:c}", "a:first-letter{b:c}"),
            (":is(a,a,.b):where(c,c){x:y}", ":is(a,.b):where(c){x:y}"),
        ] {
            assert_eq!(same(before, after), Ok(()), "{before}");
        }
    }

    #[test]
    fn a_difference_is_seen() {
        for (before, after) in [
            ("a{x:y}", ""),
            ("a{x:y}", "b{x:y}"),
            ("a b{x:y}", "a>b{x:y}"),
            ("a :hover{x:y}", "a:hover{x:y}"),
            (":is(a,b){x:y}", ":is(a){x:y}"),
            ("a:not(b,b){x:y}", "a:not(b){x:y}"),
            ("a{height:100vh;height:100dvh}", "a{height:100dvh}"),
            ("a{overflow:hidden;overflow:clip}", "a{overflow:clip}"),
            ("a{width:33.333333%}", "a{width:33.3333%}"),
            ("a{width:calc(1px + 2px)}", "a{width:calc(1px +2px)}"),
            ("a{flex:1 1 0px}", "a{flex:1 1 0}"),
            ("a{transition:all 0s}", "a{transition:all 0}"),
            ("@media print{a{x:y}}", "a{x:y}"),
            ("@media (min-width:1px){a{x:y}}", "@media (width>=1px){a{x:y}}"),
            ("@layer a,b;", "@layer b,a;"),
            ("@layer a{}", ""),
            ("@import 'a';@import 'b';", "@import 'b';@import 'a';"),
            ("a{--x: a  b}", "a{--x:a b}"),
            ("a{x:url(a)}", "a{x:url(b)}"),
            ("a{x:y}b::-moz-z{x:y}", "a,b::-moz-z{x:y}"),
            ("a{top:0;right:0;bottom:0;left:0}", "a{inset:0}"),
            ("a{color:rgba(0,0,0,.5)}", "a{color:#00000081}"),
            ("a{x:y!important}", "a{x:y}"),
            ("a{-webkit-box-shadow:1px;box-shadow:2px}", "a{box-shadow:2px;-webkit-box-shadow:1px}"),
            ("a{margin-left:1px;margin-inline-start:2px}", "a{margin-inline-start:2px;margin-left:1px}"),
            ("a{content:'x'}", "a{content:x}"),
            ("a{background:linear-gradient(red 50%,tan 60%)}", "a{background:linear-gradient(red 50%,tan 0)}"),
            ("a{background:linear-gradient(to left,red,blue)}", "a{background:linear-gradient(90deg,red,blue)}"),
            (
                "a{background:-webkit-linear-gradient(180deg,red,blue)}",
                "a{background:-webkit-linear-gradient(red,blue)}",
            ),
            (
                "a{background:repeating-linear-gradient(red 0%,tan 9%)}",
                "a{background:repeating-linear-gradient(red,tan 9%)}",
            ),
            ("a{background:linear-gradient(red 10px,tan 5%)}", "a{background:linear-gradient(red 10px,tan 0)}"),
            ("a{color:initial}", "a{color:0}"),
            ("@font-face{unicode-range:U+0-FF}", "@font-face{unicode-range:U+0-FE}"),
            ("@media not all and (x){a{b:c}}", "@media not (x){a{b:c}}"),
            ("@property --a{syntax:'*';inherits:false}a{b:c}", "a{b:c}"),
            ("@counter-style a{symbols:'x'}b{c:d}", "b{c:d}"),
            ("@layer a;@layer b;@layer a;", "@layer a;@layer a;@layer b;"),
            ("a{filter:hue-rotate(0deg)}", "a{filter:hue-rotate(1deg)}"),
            ("@keyframes a{0%{x:y}}", "@keyframes b{0%{x:y}}"),
            ("@font-face{src:url(a)}@font-face{src:url(a)}", "@font-face{src:url(a)}"),
        ] {
            assert!(same(before, after).is_err(), "{before}");
        }
    }
}
