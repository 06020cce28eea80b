//! Comments that carry a licence.

use swc_core::common::comments::{Comment, CommentKind, SingleThreadedComments};

use crate::press::LegalComments;

/// Whether `text` (without its marks) is a legal comment by the usual convention of minifiers.
fn is_legal(comment: &Comment) -> bool {
    let text = &*comment.text;
    comment.kind == CommentKind::Block && text.starts_with('!')
        || ["@license", "@licence", "@preserve", "@cc_on", "@copyright"].iter().any(|mark| text.contains(mark))
}

/// The identity of a script and its source map for error reporters.
fn is_debug_id(comment: &Comment) -> bool {
    comment.text.strip_prefix('#').is_some_and(|text| text.trim_start().starts_with("debugId="))
}

/// The comments that must be found again in the result, as they will be printed, in order of place.
pub(super) fn keep(comments: &SingleThreadedComments, policy: LegalComments) -> Vec<String> {
    let (leading, trailing) = comments.borrow_all();
    let mut kept: Vec<_> = leading
        .values()
        .chain(trailing.values())
        .flatten()
        .filter(|comment| stays(comment, policy))
        .map(|comment| (comment.span.lo, written(comment)))
        .collect();
    kept.sort();
    kept.dedup();
    kept.into_iter().map(|(_, text)| text).collect()
}

/// What tools, not lawyers, need at the end: the last debug id, and the comment that says where the source map is.
pub(super) fn tail(comments: &SingleThreadedComments, source_map: Option<&str>) -> String {
    let (leading, trailing) = comments.borrow_all();
    let ids = leading.values().chain(trailing.values()).flatten().filter(|comment| is_debug_id(comment));
    let id = ids.max_by_key(|comment| comment.span.lo).map(written);
    id.as_deref().into_iter().chain(source_map).map(|line| format!("\n{line}")).collect()
}

fn stays(comment: &Comment, policy: LegalComments) -> bool {
    policy == LegalComments::Inline && is_legal(comment)
}

fn written(comment: &Comment) -> String {
    match comment.kind {
        CommentKind::Block => format!("/*{}*/", comment.text),
        CommentKind::Line => format!("//{}", comment.text),
    }
}

/// Removes every comment from `comments` that need not be printed.
pub(super) fn drop_others(comments: &SingleThreadedComments, policy: LegalComments) {
    let (mut leading, mut trailing) = comments.borrow_all_mut();
    for list in leading.values_mut().chain(trailing.values_mut()) {
        list.retain(|comment| stays(comment, policy));
    }
    leading.retain(|_, list| !list.is_empty());
    trailing.retain(|_, list| !list.is_empty());
}

/// The comments of `kept` that printing lost (because their statement went), to stand before `text`.
pub(super) fn head(text: &str, kept: &[String]) -> String {
    let lost = kept.iter().filter(|comment| !text.contains(comment.as_str()));
    lost.map(|comment| format!("{comment}\n")).collect()
}
