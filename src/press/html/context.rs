//! What the elements of HTML mean for the white space and the nesting around them. The pass and the oracle both ask
//! here, so that what one may change is exactly what the other lets pass.

use crate::refs::html::events::Namespace;

/// Whether `tag` never has content nor an end tag.
pub(super) fn is_void(tag: &str) -> bool {
    matches!(
        tag,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether `tag` may stand in a head without ending it.
pub(super) fn belongs_in_head(tag: &str) -> bool {
    matches!(
        tag,
        "html"
            | "head"
            | "base"
            | "basefont"
            | "bgsound"
            | "link"
            | "meta"
            | "noframes"
            | "noscript"
            | "script"
            | "style"
            | "template"
            | "title"
    )
}

/// Whether text of blanks only directly inside this element makes no box, whatever CSS says: structure of heads, tables
/// and choices, fallback content of players, and SVG outside its text.
pub(super) fn drops_blanks(namespace: Namespace, tag: &str) -> bool {
    match namespace {
        Namespace::Html => matches!(
            tag,
            "html"
                | "head"
                | "table"
                | "thead"
                | "tbody"
                | "tfoot"
                | "tr"
                | "colgroup"
                | "select"
                | "optgroup"
                | "datalist"
                | "video"
                | "audio"
                | "frameset"
        ),
        Namespace::Foreign => {
            let lower = tag.to_ascii_lowercase();
            matches!(
                lower.as_str(),
                "svg"
                    | "g"
                    | "defs"
                    | "symbol"
                    | "clippath"
                    | "mask"
                    | "lineargradient"
                    | "radialgradient"
                    | "pattern"
                    | "marker"
                    | "filter"
                    | "femerge"
                    | "switch"
            )
        }
    }
}

/// Whether white space inside this element shows, or may be read, as written by its very name.
pub(super) fn keeps_white_space(namespace: Namespace, tag: &str) -> bool {
    match namespace {
        Namespace::Html => matches!(
            tag,
            "pre"
                | "textarea"
                | "listing"
                | "xmp"
                | "plaintext"
                | "style"
                | "script"
                | "title"
                | "noscript"
                | "iframe"
                | "noembed"
                | "noframes"
        ),
        Namespace::Foreign => matches!(tag, "text" | "style" | "script" | "title" | "desc" | "annotation"),
    }
}

/// Whether a line ends before this element of HTML and another begins behind it, unless a sheet says otherwise.
pub(super) fn is_block(tag: &str) -> bool {
    let is_more = matches!(
        tag,
        "body"
            | "br"
            | "caption"
            | "frameset"
            | "html"
            | "legend"
            | "optgroup"
            | "option"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
    );
    is_more || closes_paragraph(tag)
}

/// Whether a start tag `tag` ends the open element `open` without an end tag, when that is the innermost.
pub(super) fn implies_end(open: &str, tag: &str) -> bool {
    match open {
        "p" => closes_paragraph(tag),
        "li" => tag == "li",
        "dt" | "dd" => matches!(tag, "dt" | "dd"),
        "option" => matches!(tag, "option" | "optgroup"),
        "optgroup" => tag == "optgroup",
        "td" | "th" => matches!(tag, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot"),
        "tr" => matches!(tag, "tr" | "tbody" | "thead" | "tfoot"),
        "tbody" | "thead" | "tfoot" => matches!(tag, "tbody" | "thead" | "tfoot"),
        "colgroup" => matches!(tag, "colgroup" | "tr" | "tbody" | "thead" | "tfoot"),
        "rt" | "rp" => matches!(tag, "rt" | "rp"),
        "head" => tag == "body" || !belongs_in_head(tag),
        _ => false,
    }
}

fn closes_paragraph(tag: &str) -> bool {
    matches!(
        tag,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "ul"
            | "xmp"
    )
}

/// White space that CSS collapses. Form feed is not among it.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// How a run of white space is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// As one space.
    Space,
    /// As one line break when it holds one, else as a space: between wide characters browsers drop a line break but
    /// not a space, and templates compiled in the page tell the two apart.
    LineBreak,
}

impl Runs {
    /// What `run` is written as.
    pub(super) fn fold(self, has_line_break: bool) -> char {
        if has_line_break && self == Self::LineBreak { '\n' } else { ' ' }
    }
}

/// Whether two texts are equal once each run of white space is folded.
pub(super) fn same_folded(a: &str, b: &str, runs: Runs) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        let same = a.iter().zip(b).take_while(|(a, b)| a == b && !is_blank(**a)).count();
        (a, b) = (&a[same..], &b[same..]);
        match (take_run(&mut a, runs), take_run(&mut b, runs)) {
            (Some(one), Some(other)) if one == other => {}
            (None, None) => return a.is_empty() && b.is_empty(),
            _ => return false,
        }
    }
}

/// Takes the white space that `rest` begins with; what it is folded to.
fn take_run(rest: &mut &[u8], runs: Runs) -> Option<char> {
    let length = rest.iter().take_while(|b| is_blank(**b)).count();
    let (run, behind) = rest.split_at(length);
    *rest = behind;
    (length > 0).then(|| runs.fold(memchr::memchr2(b'\n', b'\r', run).is_some()))
}

/// The tokens of a `class` attribute, separated by one space.
pub(super) fn fold_tokens(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
