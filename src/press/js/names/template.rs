//! The program printed with a mark for each open name: where the names will stand, and what stands around them.

use swc_core::{
    atoms::Atom,
    common::{SourceMap, comments::SingleThreadedComments, sync::Lrc},
    ecma::{
        ast::{Id, Pass, Program},
        transforms::base::rename::{RenameMap, rename},
    },
};

use super::problem::Slot;
use crate::press::js::print;

/// Prints `program` without the names `ids`; `None` if the marks cannot be found again.
pub(super) fn template(
    program: &Program,
    ids: &[Id],
    map: &Lrc<SourceMap>,
    ascii_only: bool,
) -> Option<(Vec<u8>, Vec<Slot>)> {
    let plain = printed(program, map, ascii_only)?;
    let mark = (0..100).map(|number| format!("${number}_mark$")).find(|mark| !plain.contains(mark.as_str()))?;
    let mut marked = program.clone();
    let marks: RenameMap =
        ids.iter().enumerate().map(|(number, id)| (id.clone(), Atom::from(format!("{mark}{number}$")))).collect();
    rename(&marks).process(&mut marked);
    split(&printed(&marked, map, ascii_only)?, &mark, ids.len())
}

fn printed(program: &Program, map: &Lrc<SourceMap>, ascii_only: bool) -> Option<String> {
    print::print(program, map, &SingleThreadedComments::default(), ascii_only, false, None).ok()
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
