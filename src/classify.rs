//! Classify: the path and first bytes of a file in, its [`Kind`] out. Content decides first, the name second.
//!
//! Pure: reads no file, keeps no state. Never guesses: a name that nobody knows, or content that contradicts the name
//! of a text, is [`Kind::Opaque`], which no press touches. [`remark`] says when name and content disagree.
//!
//! * A picture or font is what its content says, whatever its name.
//! * Other binary kinds (audio, video, archives, ...) need a name of that family as well.
//! * A text is what its name says, unless the content is something else: binary data, an error page that was saved
//!   under another name, or the note that Git LFS leaves in place of a file.
//! * `.js` is taken as a script here; the press finds out about modules when it parses.
//!
//! `.php`, `.shtml`, templates and all other names that a server treats in its own way stay opaque.

mod magic;
mod name;
mod text;

use crate::{
    asset::{AssetPath, Kind},
    finding::{Code, Finding, Severity},
};

/// How many of a file's first bytes [`kind`] and [`remark`] want; fewer only when the file is shorter.
pub const HEAD: usize = 4096;

/// What a file is. `head` are its first bytes, [`HEAD`] of them or, if `whole`, all there are.
#[must_use]
pub fn kind(path: &AssetPath, head: &[u8], whole: bool) -> Kind {
    let named = name::kind(path);
    match magic::of(head) {
        Some(kind) if is_picture_or_font(kind) => kind,
        Some(kind) if named.is_some_and(|named| is_related(named, kind)) => kind,
        Some(_) => Kind::Opaque,
        None => named.map_or(Kind::Opaque, |named| without_magic(named, path, head, whole)),
    }
}

/// The kind of content that has no signature.
fn without_magic(named: Kind, path: &AssetPath, head: &[u8], whole: bool) -> Kind {
    if named.is_text() {
        return if text::contradicts(named, head, whole) { Kind::Opaque } else { text::refine(named, path, head) };
    }
    match named {
        // These always begin with their signature.
        Kind::Png | Kind::Jpeg | Kind::Gif | Kind::WebP | Kind::Avif | Kind::Ico => Kind::Opaque,
        _ if text::is_lfs_pointer(head) || text::is_html_page(head) => Kind::Opaque,
        _ => named,
    }
}

fn is_picture_or_font(kind: Kind) -> bool {
    use Kind::{Avif, Gif, Ico, Jpeg, Otf, Png, Ttf, WebP, Woff, Woff2};
    matches!(kind, Png | Jpeg | Gif | WebP | Avif | Ico | Woff | Woff2 | Ttf | Otf)
}

/// Whether a name for `named` may hold `kind`: containers are shared between audio and video.
fn is_related(named: Kind, kind: Kind) -> bool {
    let is_media = |kind| matches!(kind, Kind::Audio | Kind::Video);
    named == kind || is_media(named) && is_media(kind)
}

/// What is worth telling about a file whose name and content disagree.
#[must_use]
pub fn remark(path: &AssetPath, head: &[u8], whole: bool) -> Option<Finding> {
    let finding = |code, message: String| Finding::new(code, path.as_str(), message);
    if text::is_lfs_pointer(head) {
        let message = "a Git LFS pointer instead of the file itself".to_owned();
        return Some(finding(Code::Unparsable, message).hint("run `git lfs pull` before the build"));
    }
    let named = name::kind(path)?;
    let kind = kind(path, head, whole);
    if kind == Kind::Opaque {
        let what = content_in_words(head);
        return Some(finding(Code::Unparsable, format!("named as {named}, but the content is {what}")));
    }
    if is_picture_or_font(kind) && kind != named {
        let message = format!("named as {named}, but the content is {kind}; treated as {kind}");
        return Some(finding(Code::Remark, message).severity(Severity::Info));
    }
    None
}

fn content_in_words(head: &[u8]) -> &'static str {
    match magic::of(head) {
        Some(kind) => kind.name(),
        None if head.is_empty() => "empty",
        None if text::is_html_page(head) => "an HTML page",
        None => "something else",
    }
}

#[cfg(test)]
mod tests;
