//! Pack: siblings (`x.js.br`, `x.js.gz`, `x.js.zst`) of published assets, each decoded again before it counts.

mod estimate;

pub use estimate::{brotli_size, wire_size};
