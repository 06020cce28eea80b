//! Draws two pictures with resvg and looks for differences that can be seen.

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};

/// Whether both are drawn alike at 128 and 512 pixels; two that cannot be drawn are alike.
///
/// Edges may be smoothed a little differently: what counts is a pixel that is off by more than 16 from everything
/// around its place in the other picture, or one in a thousand that is off by more than 8.
pub(super) fn alike(before: &str, after: &str) -> bool {
    let tree = |source| Tree::from_str(source, &Options::default()).ok();
    match (tree(before), tree(after)) {
        (None, None) => true,
        (Some(before), Some(after)) => {
            before.size() == after.size()
                && [128, 512].into_iter().all(|edge| looks_alike(&draw(&before, edge), &draw(&after, edge)))
        }
        _ => false,
    }
}

fn draw(tree: &Tree, edge: u16) -> Pixmap {
    let size = tree.size();
    let scale = f32::from(edge) / size.width().max(size.height());
    let mut pixmap = Pixmap::new(edge.into(), edge.into()).unwrap();
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap
}

fn looks_alike(one: &Pixmap, other: &Pixmap) -> bool {
    let off = |(index, (a, b)): (usize, (&u8, &u8))| (a.abs_diff(*b) > 8).then_some(index);
    let off: Vec<usize> = one.data().iter().zip(other.data()).enumerate().filter_map(off).collect();
    let pixels: std::collections::BTreeSet<_> = off.iter().map(|index| index / 4).collect();
    pixels.len() * 1_000 <= one.data().len() / 4
        && off.iter().all(|&index| fits_around(one, other, index) && fits_around(other, one, index))
}

/// Whether the channel at `index` of `one` lies within what `other` has around that place.
fn fits_around(one: &Pixmap, other: &Pixmap, index: usize) -> bool {
    let width = usize::try_from(other.width()).unwrap();
    let (row, column, channel) = (index / 4 / width, index / 4 % width, index % 4);
    let near = |at: usize| at.saturating_sub(1)..=(at + 1).min(width - 1);
    let around =
        near(row).flat_map(|row| near(column).map(move |column| other.data()[(row * width + column) * 4 + channel]));
    let (low, high) = around.fold((u8::MAX, 0), |(low, high), value| (low.min(value), high.max(value)));
    (low.saturating_sub(16)..=high.saturating_add(16)).contains(&one.data()[index])
}
