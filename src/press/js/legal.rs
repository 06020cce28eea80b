//! Comments that carry a licence.

use swc_core::common::comments::{Comment, CommentKind, SingleThreadedComments};

use crate::press::LegalComments;

/// Whether `text` (without its marks) is a legal comment by the usual convention of minifiers.
fn is_legal(comment: &Comment) -> bool {
    let text = &*comment.text;
    comment.kind == CommentKind::Block && text.starts_with('!')
        || ["@license", "@licence", "@preserve", "@cc_on", "@copyright"].iter().any(|mark| text.contains(mark))
}

/// A comment that tools, not lawyers, need: where the source map is.
fn is_source_map(comment: &Comment) -> bool {
    comment.text.starts_with(['#', '@']) && comment.text.contains("sourceMappingURL=")
}

/// The comments that must be found again in the result, as they will be printed, in order of place.
pub(super) fn keep(comments: &SingleThreadedComments, policy: LegalComments) -> Vec<String> {
    let (leading, trailing) = comments.borrow_all();
    let mut kept: Vec<_> = leading
        .values()
        .chain(trailing.values())
        .flatten()
        .filter(|comment| stays(comment, policy))
        .map(|comment| (is_source_map(comment), comment.span.lo, written(comment)))
        .collect();
    kept.sort();
    kept.dedup();
    kept.into_iter().map(|(_, _, text)| text).collect()
}

fn stays(comment: &Comment, policy: LegalComments) -> bool {
    is_source_map(comment) || policy == LegalComments::Inline && is_legal(comment)
}

fn written(comment: &Comment) -> String {
    match comment.kind {
        CommentKind::Block => format!("/*{}*/", comment.text),
        CommentKind::Line => format!("//{}", comment.text),
    }
}

/// Removes every comment from `comments` that need not be printed, and the source map comment, which goes last.
pub(super) fn drop_others(comments: &SingleThreadedComments, policy: LegalComments) {
    let (mut leading, mut trailing) = comments.borrow_all_mut();
    for list in leading.values_mut().chain(trailing.values_mut()) {
        list.retain(|comment| stays(comment, policy) && !is_source_map(comment));
    }
    leading.retain(|_, list| !list.is_empty());
    trailing.retain(|_, list| !list.is_empty());
}

/// `text` with every comment of `kept` that printing lost (because its statement went) put back: licences at the
/// top, the source map comment at the end.
pub(super) fn restore(text: String, kept: &[String]) -> String {
    let mut head = String::new();
    let mut tail = String::new();
    for comment in kept.iter().filter(|comment| !text.contains(comment.as_str())) {
        if comment.contains("sourceMappingURL=") {
            tail = format!("\n{comment}");
        } else {
            head.push_str(comment);
            head.push('\n');
        }
    }
    if head.is_empty() && tail.is_empty() { text } else { format!("{head}{text}{tail}") }
}
