//! A progress bar on stderr: bytes done, bytes ahead, time left. Silent when stderr is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress::Progress;

/// Redraws a second; more would only cost.
const FRAMES: u8 = 12;

/// A stage whose bytes are known.
const KNOWN: &str = "{prefix:>9} {bar:30} {decimal_bytes:>9} of {decimal_total_bytes:9} {eta:>4} left";
/// A stage whose bytes are not.
const UNKNOWN: &str = "{prefix:>9} {spinner} {elapsed}";

/// A bar that shows one stage after the other.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar, which shows nothing unless `visible`.
    #[must_use]
    pub fn new(visible: bool) -> Self {
        if !visible {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(FRAMES));
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    /// Takes the bar off the screen, so that the report begins on a clean line. Also happens when it is dropped.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, total: u64) {
        let template = if total == 0 { UNKNOWN } else { KNOWN };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        // In this order no frame shows the bytes of one stage under the name of another.
        self.0.reset();
        self.0.set_length(total);
        self.0.set_prefix(name.to_owned());
        self.0.set_style(style.progress_chars("=> "));
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_threads_may_advance_one_stage() {
        let bar = Bar::new(false);
        bar.stage("press", 4_000);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| bar.advance(10)));
            }
        });
        assert_eq!(bar.0.position(), 4_000);
        bar.stage("pack", 0);
        assert_eq!(bar.0.position(), 0);
    }

    #[test]
    fn templates_are_well_formed() {
        for template in [KNOWN, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
