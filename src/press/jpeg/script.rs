//! Which scans a file has, and in which order. Comes in: a frame. Goes out: the scans that say all of it.

use super::frame::Frame;

/// Blocks that one MCU may have.
const MOST_BLOCKS: usize = 10;

/// One scan: some coefficients of some components, down to some bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    /// Indices into the frame.
    pub(super) components: Vec<usize>,
    /// First and last coefficient.
    pub(super) band: (u8, u8),
    /// The bit that was written before; 0: none.
    pub(super) high: u8,
    /// The lowest bit that is written now.
    pub(super) low: u8,
}

/// Everything at once, from top to bottom.
pub(super) fn sequential(frame: &Frame) -> Vec<Scan> {
    together(frame).into_iter().map(|components| Scan { components, band: (0, 63), high: 0, low: 0 }).collect()
}

/// Rough first, fine later: the scans that libjpeg made customary, which few pictures could improve on.
pub(super) fn progressive(frame: &Frame) -> Vec<Scan> {
    let dc =
        |high, low| together(frame).into_iter().map(move |components| Scan { components, band: (0, 0), high, low });
    let each = 0..frame.components.len();
    let ac = |component, first, last, high, low| Scan { components: vec![component], band: (first, last), high, low };
    let all = |first, last, high, low| each.clone().map(move |component| ac(component, first, last, high, low));
    // Of three components that are no colours of their own, the second and third tint the first.
    let fine = if frame.components.len() == 3 && !is_rgb(frame) {
        let rough = [ac(0, 1, 5, 0, 2), ac(2, 1, 63, 0, 1), ac(1, 1, 63, 0, 1), ac(0, 6, 63, 0, 2), ac(0, 1, 63, 2, 1)];
        let last = [ac(2, 1, 63, 1, 0), ac(1, 1, 63, 1, 0), ac(0, 1, 63, 1, 0)];
        rough.into_iter().chain(dc(1, 0)).chain(last).collect::<Vec<_>>()
    } else {
        let rough = all(1, 5, 0, 2).chain(all(6, 63, 0, 2)).chain(all(1, 63, 2, 1));
        rough.chain(dc(1, 0)).chain(all(1, 63, 1, 0)).collect()
    };
    dc(0, 1).chain(fine).collect()
}

/// Whether no component is more important than another.
pub(super) fn is_rgb(frame: &Frame) -> bool {
    frame.components.iter().map(|component| component.id).eq(*b"RGB")
}

/// All components, in one scan if the format has room for that.
fn together(frame: &Frame) -> Vec<Vec<usize>> {
    let each = 0..frame.components.len();
    let blocks = |sampling: (u8, u8)| usize::from(sampling.0) * usize::from(sampling.1);
    if frame.components.iter().map(|component| blocks(component.sampling)).sum::<usize>() <= MOST_BLOCKS {
        vec![each.collect()]
    } else {
        each.map(|component| vec![component]).collect()
    }
}
