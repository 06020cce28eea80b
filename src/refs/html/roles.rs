//! Which attributes of which elements hold URLs, and what they are used for. Source: the attribute index of the HTML
//! standard and its chapter on obsolete features; SVG 2 for islands.

use crate::asset::Role;

/// How the value of an attribute names files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UrlAttribute {
    /// One URL.
    One(Role),
    /// URLs separated by white space.
    List(Role),
    /// Candidates of a `srcset`.
    Candidates(Role),
}

use UrlAttribute::{Candidates, List, One};

/// What the attribute `name` of the HTML element `tag` names; `None` when it is no URL attribute.
/// `link`, `meta` and `script` need more than the names: see [`of_link`] and the scanner.
pub(crate) fn of_html(tag: &str, name: &str) -> Option<UrlAttribute> {
    Some(match (tag, name) {
        ("a" | "area" | "base", "href") | ("iframe" | "frame" | "fencedframe" | "portal", "src") => {
            One(Role::Navigation)
        }
        ("a" | "area", "ping") => List(Role::Navigation),
        ("form", "action")
        | ("button" | "input", "formaction")
        | ("blockquote" | "q" | "ins" | "del", "cite")
        | ("img" | "iframe" | "frame", "longdesc") => One(Role::Navigation),
        ("img" | "image" | "source", "srcset") => Candidates(Role::Resource),
        ("img" | "image" | "source" | "audio" | "video" | "input" | "bgsound" | "model", "src") => One(Role::Resource),
        ("track" | "embed", "src")
        | ("object", "data")
        | ("html", "manifest")
        | ("applet", "code" | "archive" | "object") => One(Role::Embedded),
        ("video", "poster")
        | ("img", "lowsrc" | "dynsrc")
        | ("body" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th", "background") => One(Role::Resource),
        ("menuitem" | "command", "icon") => One(Role::Icon),
        _ => return None,
    })
}

/// What `href` of the SVG or `MathML` element `tag` is used for.
pub(crate) fn of_foreign(tag: &str) -> Role {
    match tag {
        "a" => Role::Navigation,
        "script" => Role::Script,
        "image" | "feimage" => Role::Resource,
        _ => Role::Embedded,
    }
}

/// What `href` of a `link` with this `rel` is used for. A link that does several things counts as the one that asks
/// most of its target.
pub(crate) fn of_link(rel: &str) -> Role {
    let has = |wanted: &[&str]| rel.split_ascii_whitespace().any(|t| wanted.iter().any(|w| t.eq_ignore_ascii_case(w)));
    if has(&["stylesheet"]) {
        Role::Stylesheet
    } else if has(&["manifest"]) {
        Role::Manifest
    } else if has(&[
        "icon",
        "apple-touch-icon",
        "apple-touch-icon-precomposed",
        "apple-touch-startup-image",
        "mask-icon",
        "fluid-icon",
    ]) {
        Role::Icon
    } else if has(&["preload", "modulepreload", "prefetch", "subresource", "compression-dictionary"]) {
        Role::Preload
    } else if has(&["image_src"]) {
        Role::Outside
    } else {
        // canonical, alternate, next, search, .. and what is not known: the target keeps its name.
        Role::Navigation
    }
}

/// What the `content` of a `meta` with this `name`, `property` or `itemprop` is used for; `None` when it is no URL.
pub(crate) fn of_meta(key: &str) -> Option<Role> {
    let key = key.to_ascii_lowercase();
    match key.as_str() {
        "image" | "thumbnailurl" | "contenturl" | "url" | "logo" | "thumbnail" | "msapplication-config" => {
            return Some(Role::Outside);
        }
        "msapplication-starturl" => return Some(Role::Navigation),
        _ => {}
    }
    if key.starts_with("msapplication-") && key.ends_with("logo") || key == "msapplication-tileimage" {
        return Some(Role::Icon);
    }
    let (family, rest) = key.split_once(':')?;
    let is_shared =
        matches!(family, "og" | "twitter" | "article" | "music" | "video" | "fb" | "al" | "vk" | "pinterest");
    let names_a_url = rest.split([':', '_']).any(|part| {
        matches!(part, "image" | "url" | "src" | "audio" | "video" | "player" | "stream" | "image0" | "image1")
    });
    let names_a_figure = rest.split([':', '_']).any(|part| matches!(part, "width" | "height" | "type" | "alt"));
    (is_shared && names_a_url && !names_a_figure).then_some(Role::Outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_by_rel() {
        for (rel, role) in [
            ("stylesheet", Role::Stylesheet),
            ("alternate STYLESHEET", Role::Stylesheet),
            ("shortcut icon", Role::Icon),
            ("apple-touch-icon", Role::Icon),
            ("modulepreload", Role::Preload),
            ("manifest", Role::Manifest),
            ("canonical", Role::Navigation),
            ("next", Role::Navigation),
            ("", Role::Navigation),
            ("whatever", Role::Navigation),
        ] {
            assert_eq!(of_link(rel), role, "{rel}");
        }
    }

    #[test]
    fn metas_are_told_by_key() {
        for (key, role) in [
            ("og:image", Some(Role::Outside)),
            ("og:image:secure_url", Some(Role::Outside)),
            ("og:image:width", None),
            ("twitter:image:src", Some(Role::Outside)),
            ("twitter:card", None),
            ("og:title", None),
            ("msapplication-TileImage", Some(Role::Icon)),
            ("msapplication-square70x70logo", Some(Role::Icon)),
            ("msapplication-TileColor", None),
            ("viewport", None),
        ] {
            assert_eq!(of_meta(key), role, "{key}");
        }
    }
}
