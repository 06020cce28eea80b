use super::*;
use crate::{
    press::{Options, html::survey},
    refs::html::events,
};

fn compared(before: &str, after: &str) -> Result<(), String> {
    let options = Options::default();
    let facts = survey::survey(&events::read(before.as_bytes()).unwrap(), &options.white_space, &options).unwrap();
    let inline = Inline::new(&options, facts.encoding);
    let rules = Rules { facts: &facts, legal: options.legal_comments };
    Oracle::of(before, &facts).unwrap().compare(&Oracle::of(after, &facts).unwrap(), rules, &inline)
}

#[test]
fn what_no_reader_sees_is_passed_over() {
    for (before, after) in [
        ("<p>a  b\n c", "<p>a b c"),
        ("<body>\n <p>a</p>\n </body>\n</html>\n", "<body><p>a</p> </body>"),
        ("<p>a<!-- note --> b", "<p>a b"),
        ("<p>a <!-- note --> b", "<p>a b"),
        ("<table>\n<tr>\n<td>a</td>\n</tr></table>", "<table><tr><td>a</td></tr></table>"),
        ("<p class=' a\n b '>", "<p class='a b'>"),
        ("<P ID=x>a&amp;b</P>", "<p id=\"x\">a&b</p>"),
        ("<svg>\n<g/>\n</svg>", "<svg><g/></svg>"),
    ] {
        assert_eq!(compared(before, after), Ok(()), "{before:?} {after:?}");
    }
}

#[test]
fn what_a_reader_sees_is_not() {
    for (before, after) in [
        ("<b>a</b> <b>c</b>", "<b>a</b><b>c</b>"),
        ("<p>a b", "<p>ab"),
        ("<body><p>a</p>\n</body>", "<body><p>a</p></body>"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<p style='white-space:pre'>a  b", "<p style='white-space:pre'>a b"),
        ("<style>p{white-space:pre}</style><p>a  b", "<style>p{white-space:pre}</style><p>a b"),
        ("<p>a", "<p>a<p>"),
        ("<!doctype html><p>", "<p>"),
        ("<a href=a>", "<a href=b>"),
        ("<a href=a>", "<a href=a id=b>"),
        ("<a id=b href=a>", "<a href=a id=b>"),
        ("<!--! keep -->", ""),
        ("<template><!-- x -->a</template>", "<template>a</template>"),
        ("<template><p>a</template>", "<template><p>b</template>"),
        ("<script>a( )</script>", "<script>a()</script>"),
        ("<noscript><p>a</noscript>", "<noscript><p>b</noscript>"),
        ("<p>a\u{a0}b", "<p>a b"),
        ("<p>a\u{c}b", "<p>a b"),
        ("<svg><text>a  b</text></svg>", "<svg><text>a b</text></svg>"),
        ("<p>你\n好", "<p>你 好"),
        ("<p>a<!--$-->  b", "<p>a<!--$--> b"),
    ] {
        assert!(compared(before, after).is_err(), "{before:?} {after:?}");
    }
}

#[test]
fn reopened_formatting_cannot_fill_the_memory() {
    let opened = (0..900).fold(String::new(), |page, i| page + &format!("<font size={i}>"));
    let page = format!("<p>{opened}{}", "<p>x".repeat(50_000));
    let options = Options::default();
    let facts = survey::survey(&events::read(page.as_bytes()).unwrap(), &options.white_space, &options).unwrap();
    assert!(matches!(Oracle::of(&page, &facts), Err(KeptBecause::TooLarge(_))));
}
