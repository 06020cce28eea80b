//! The check after every press: both texts are read by another parser (`cssparser`) into ordered lists of (context,
//! selectors, declarations), brought to one normal form, and compared. Equal lists mean the same to a browser.
//!
//! The normal form forgets only what is listed in [`value`], [`rule`] and [`reader`]; whatever else differs, differs.

mod anatomy;
mod cascade;
mod fold;
mod forms;
mod reader;
mod rule;
mod targets;
mod value;

use super::targets::Targets;
use cascade::stretches;
use reader::read;
pub(super) use rule::{family, is_plain};

/// Whether `before` and `after` mean the same.
///
/// # Errors
/// The first difference, in a few words.
#[cfg(test)]
pub(crate) fn same(before: &str, after: &str) -> Result<(), String> {
    same_for(None, before, after)
}

/// Whether `before` and `after` mean the same to the targets, or without them to every browser.
///
/// # Errors
/// The first difference, in a few words.
pub(crate) fn same_for(targets: Option<Targets>, before: &str, after: &str) -> Result<(), String> {
    let is_idle = |text: &str| text.is_ascii() && !text.to_ascii_lowercase().contains("@import");
    // In plain ASCII no encoding makes a difference, unless sheets that this one imports take it over.
    let may_lose_charset = is_idle(before) && is_idle(after);
    let read = |text| {
        let mut entries = read(text, targets);
        entries.retain(|entry| !(may_lose_charset && entry.is_charset()));
        stretches(entries)
    };
    let (before, after) = (read(before), read(after));
    match before.iter().zip(&after).find(|(before, after)| before != after) {
        Some((before, after)) => Err(shorten(&before.difference(after))),
        None if before.len() == after.len() => Ok(()),
        None => {
            let longer = if before.len() > after.len() { &before } else { &after };
            Err(shorten(&longer[before.len().min(after.len())].to_string()))
        }
    }
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
