//! Tables of pictures before and after, and properties over real ones: drawn alike, never larger, a second run
//! changes nothing, every id lives.

mod contest;
mod corpus;
mod render;
mod suite;

use super::press;
use crate::press::{Level, Options};

fn fast() -> Options {
    Options { level: Level::Fast, ..Options::default() }
}

fn pressed(source: &str) -> Result<String, &'static str> {
    press(source.as_bytes(), &fast()).map(|draft| String::from_utf8(draft.bytes).unwrap()).map_err(|why| why.code())
}

#[test]
fn drops_what_says_nothing() {
    for (source, expected) in [
        (
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\">\n<!-- made by -->\n<svg>\n <g>\n </g>\n</svg>\n",
            "<svg><g/></svg>",
        ),
        (
            "<svg xmlns:sodipodi='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd' sodipodi:x='1'><sodipodi:namedview id='n'><a/></sodipodi:namedview><metadata>m</metadata><g id='a'/></svg>",
            "<svg><g id=\"a\"/></svg>",
        ),
        ("<svg xmlns:x='http://www.w3.org/1999/xlink'><g/></svg>", "<svg><g/></svg>"),
        (
            "<svg><rect x='0' y=\"0.0\"  width='10px' height=\"1.50\" fill='#FF0000'></rect></svg>",
            "<svg><rect width=\"10\" height=\"1.5\" fill=\"red\"/></svg>",
        ),
        ("<svg><!--! licence --><!-- @license --><!-- x --></svg>", "<svg><!--! licence --><!-- @license --></svg>"),
        ("<svg xml:space=\"preserve\"> <g/> </svg>", "<svg><g/></svg>"),
        ("<svg> <g stroke='red' class='a' id='b'/></svg>", "<svg><g id=\"b\" stroke=\"red\" class=\"a\"/></svg>"),
        ("<svg><style type='text/css'>a{}</style></svg>", "<svg><style>a{}</style></svg>"),
        (
            "<svg xmlns:r='urn:r'><metadata><r:a/></metadata><path d='M0 0h1v1z'/></svg>",
            "<svg><path d=\"M0 0h1v1\"/></svg>",
        ),
        ("<svg xmlns:r='urn:r'><path id='a' d='M0 0h1v1z'  /></svg>", "<svg><path id=\"a\" d=\"M0 0h1v1z\"/></svg>"),
        ("\u{feff}<svg> </svg>", "\u{feff}<svg/>"),
    ] {
        assert_eq!(pressed(source).as_deref(), Ok(expected), "{source}");
        assert_eq!(pressed(expected), Err("not-smaller"), "{expected} twice");
    }
}

#[test]
fn keeps_what_means_something() {
    for source in [
        r#"<svg xml:space="preserve"><text> a <tspan> b </tspan> </text> <g/> </svg>"#,
        r##"<svg xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/"><i:pgf id="p">x</i:pgf><use href="#p"/></svg>"##,
        r#"<svg id="a" class="b" viewBox="0 0 1 1" role="img" aria-label="c" data-d="1.0" tabindex="0"><title>t</title></svg>"#,
        r"<svg><style> g[id] { } <![CDATA[ a > b ]]> </style></svg>",
        r#"<svg><text x="1.0 2.0" y="1">a  b</text></svg>"#,
        r#"<svg xmlns:v="urn:v"><v:x> <v:y a=" 1.0 "/> </v:x></svg>"#,
        r#"<svg><g onclick="f()"> <!-- c --> <path d="M 0 0"/> </g></svg>"#,
        r"<svg><script>1 < 2</script></svg>",
        r#"<svg><path d="M 0 0 L 1 x"/><rect width="var(--a)" fill="URL(#b)"/></svg>"#,
        r#"<svg width="1000" height="1e3"/>"#,
    ] {
        let kept = matches!(pressed(source), Err("not-smaller" | "unparsable"));
        assert!(kept, "{source}: {:?}", pressed(source));
    }
}

#[test]
fn goes_only_as_far_as_the_picture_allows() {
    for (source, expected) in [
        // Scripts may look at every node: tags and prolog only.
        (
            "<!-- a --><svg ><script  href='x.js'/> <metadata/> <path d='M 0 0'/></svg>",
            "<!-- a --><svg><script href=\"x.js\"/> <metadata/> <path d=\"M 0 0\"/></svg>",
        ),
        // A style sheet that looks at attributes: no value and no element changes.
        (
            "<svg> <style>[d]{fill:red}</style> <metadata/> <path d='M 0 0'/></svg>",
            "<svg><style>[d]{fill:red}</style><metadata/><path d=\"M 0 0\"/></svg>",
        ),
        (
            "<svg> <path d='M 0 0'> <animate attributeName='d'/> </path></svg>",
            "<svg><path d=\"M 0 0\"><animate attributeName=\"d\"/></path></svg>",
        ),
        (
            "<svg> <style>.a{fill:red}</style> <path d='M 0 0'/></svg>",
            "<svg><style>.a{fill:red}</style><path d=\"M0 0\"/></svg>",
        ),
    ] {
        assert_eq!(pressed(source).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn refuses_what_it_cannot_press() {
    let deep = format!("<svg>{}{}</svg>", "<g>".repeat(2_000), "</g>".repeat(2_000));
    for (source, code) in [
        ("", "not-smaller"),
        ("<html><body> </body></html>", "unparsable"),
        ("<svg xmlns='http://www.w3.org/1999/xhtml'> </svg>", "unsupported"),
        ("<svg> <g></svg>", "unparsable"),
        ("<svg a='1'  a='2'/>", "unparsable"),
        ("<svg> &unknown; </svg>", "unparsable"),
        ("<svg> <x:g/> </svg>", "unparsable"),
        ("<!DOCTYPE svg [<!ENTITY a 'b'>]> <svg>&a;</svg>", "unsupported"),
        ("<?xml version='1.0' encoding='latin1'?><svg> \u{e9} </svg>", "unsupported"),
        ("<?xml version='1.0' encoding='utf-16'?><svg> </svg>", "unsupported"),
        (&deep, "too-large"),
    ] {
        assert_eq!(pressed(source), Err(code), "{}", &source[..source.len().min(80)]);
    }
    assert_eq!(press(b"<svg>\xff</svg>", &fast()).map_err(|why| why.code()), Err("unsupported"));
}
