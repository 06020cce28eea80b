//! Progress: stages say how much work lies ahead and how much is done; whoever listens may show it.

/// Listens to the work. Called from many threads.
pub trait Progress: Sync {
    /// A stage begins, with `total` bytes ahead of it; 0 when that is not known.
    fn stage(&self, name: &str, total: u64);

    /// `bytes` more of the stage are done.
    fn advance(&self, bytes: u64);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str, _total: u64) {}
    fn advance(&self, _bytes: u64) {}
}
