//! Pages that were rendered ahead and that a script takes over, node by node.
//!
//! React compares each text, blanks included, and draws everything anew where one differs (error 418); Vue complains.
//! So every blank of such a page stays, and every comment where a framework left its mark.

use crate::{
    asset::Span,
    refs::html::events::{Event, EventKind, Page, Tag},
};

/// Attributes that frameworks leave in such pages.
const ATTRIBUTES: [&str; 20] = [
    "data-reactroot",
    "data-reactid",
    "data-react-helmet",
    "data-rh",
    "data-has-hydrated",
    "data-server-rendered",
    "data-v-app",
    "data-vue-meta",
    "data-n-head",
    "data-n-head-ssr",
    "data-hk",
    "data-svelte-h",
    "data-marko-key",
    "ng-version",
    "ng-server-context",
    "ngh",
    "q:container",
    "data-astro-root",
    "c-id",
    "s-id",
];

/// Elements that hold what a script takes over.
const ELEMENTS: [&str; 1] = ["astro-island"];

/// Ids of the elements that they take over, or keep their data in.
const IDS: [&str; 12] = [
    "__next",
    "__nuxt",
    "__layout",
    "___gatsby",
    "__docusaurus",
    "__NEXT_DATA__",
    "__NUXT_DATA__",
    "__FRSH_STATE",
    "vike_pageContext",
    "ng-state",
    "serverApp-state",
    "fastboot-body-start",
];

/// Names under which inline scripts hand over the data.
const GLOBALS: [&str; 13] = [
    "__next_f",
    "__NUXT__",
    "__reactRouterContext",
    "__staticRouterHydrationData",
    "__remixContext",
    "__sveltekit_",
    "__VP_HASH_MAP__",
    "__INITIAL_STATE__",
    "__PRELOADED_STATE__",
    "__APOLLO_STATE__",
    "__NEXT_DATA__",
    "$_TSR",
    "_$HY",
];

/// Ids that build tools give to the element that the script fills.
const ROOTS: [&str; 5] = ["root", "app", "q-app", "svelte", "react-root"];

/// Whether a start tag shows that a script takes over the page.
pub(super) fn is_marked(page: &Page<'_>, tag: &Tag) -> bool {
    let has_mark = page.attributes(tag).iter().any(|attribute| {
        let name = page.bytes(attribute.name);
        let is = |wanted: &&str| name.eq_ignore_ascii_case(wanted.as_bytes());
        ATTRIBUTES.iter().any(is) || (is(&"id") && is_one_of(page, attribute.value, &IDS))
    });
    has_mark || ELEMENTS.contains(&page.name(tag.name).as_str())
}

/// Whether an inline script hands over the data of a page.
pub(super) fn hands_over(script: &[u8]) -> bool {
    GLOBALS.iter().any(|name| memchr::memmem::find(script, name.as_bytes()).is_some())
}

/// Whether the tag at `index` opens what scripts fill, and it is filled already: the script then takes over what is there.
pub(super) fn is_filled_root(page: &Page<'_>, index: usize, tag: &Tag) -> bool {
    let is_root = page.attributes(tag).iter().any(|attribute| {
        page.bytes(attribute.name).eq_ignore_ascii_case(b"id") && is_one_of(page, attribute.value, &ROOTS)
    });
    let is_content = |event: &&Event| match event.kind {
        EventKind::Comment => false,
        EventKind::Text(_) => !page.bytes(event.span).trim_ascii().is_empty(),
        _ => true,
    };
    is_root && page.events[index + 1..].iter().find(is_content).is_some_and(|e| !matches!(e.kind, EventKind::End(_)))
}

fn is_one_of(page: &Page<'_>, value: Option<Span>, ids: &[&str]) -> bool {
    value.is_some_and(|value| ids.iter().any(|id| page.bytes(value) == id.as_bytes()))
}
