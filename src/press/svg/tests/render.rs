//! Draws two pictures with resvg and compares every pixel.

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};

/// Whether both are drawn alike at 128 and 512 pixels; two that cannot be drawn are alike.
pub(super) fn alike(before: &str, after: &str) -> bool {
    let tree = |source| Tree::from_str(source, &Options::default()).ok();
    match (tree(before), tree(after)) {
        (None, None) => true,
        (Some(before), Some(after)) => {
            before.size() == after.size()
                && [128, 512].into_iter().all(|edge| draw(&before, edge) == draw(&after, edge))
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
