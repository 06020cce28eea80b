//! Interrupt: a flag that a signal handler or a caller raises, and that long work looks at between small steps.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A shared "please stop". Clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// A flag that is not raised.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everyone who holds a clone to stop.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether to stop.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The flag itself, in the shape that signal handlers are registered with.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_one_flag() {
        let (here, there) = (Interrupt::new(), Interrupt::new());
        let clone = here.clone();
        clone.flag().store(true, Ordering::Relaxed);
        assert!(here.is_raised());
        assert!(!there.is_raised());
    }
}
