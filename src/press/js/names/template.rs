//! The program printed with a mark for each open name: where the names will stand, and what stands around them.

use swc_core::{
    atoms::Atom,
    common::{SourceMap, SyntaxContext, comments::SingleThreadedComments, sync::Lrc},
    ecma::ast::{Id, Program},
};

use super::{problem::Slot, rename::rename_all};
use crate::press::js::print;

/// A printed program whose names are open.
pub(super) struct Template {
    /// The text without those names.
    pub(super) literals: Vec<u8>,
    pub(super) slots: Vec<Slot>,
    /// What the bindings are called in the program meanwhile.
    pub(super) marks: Vec<Id>,
}

/// Gives `ids` marks for names in `program`, which was parsed from `text`, and prints it; `None` if the marks cannot be
/// found again.
pub(super) fn template(
    program: &mut Program,
    ids: &[Id],
    map: &Lrc<SourceMap>,
    text: &str,
    ascii_only: bool,
) -> Option<Template> {
    let mark = (0..100).map(|number| format!("${number}_mark$")).find(|mark| !text.contains(mark.as_str()))?;
    let marks: Vec<String> = (0..ids.len()).map(|number| format!("{mark}{number}$")).collect();
    rename_all(program, ids, &marks);
    let printed = print::print(program, map, &SingleThreadedComments::default(), ascii_only, false, None).ok()?;
    let (literals, slots) = split(&printed, &mark, ids.len())?;
    let marks = marks.into_iter().map(|mark| (Atom::from(mark), SyntaxContext::empty())).collect();
    Some(Template { literals, slots, marks })
}

fn split(text: &str, mark: &str, count: usize) -> Option<(Vec<u8>, Vec<Slot>)> {
    let (mut literals, mut slots) = (Vec::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        literals.extend_from_slice(&rest.as_bytes()[..at]);
        let (number, after) = rest[at + mark.len()..].split_once('$')?;
        let binding = number.parse().ok().filter(|&binding: &u32| (binding as usize) < count)?;
        slots.push(Slot { at: u32::try_from(literals.len()).ok()?, binding });
        rest = after;
    }
    literals.extend_from_slice(rest.as_bytes());
    Some((literals, slots))
}
