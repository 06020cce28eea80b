//! What is too large to work on, for every picture kind alike, and what happens when a codec panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    asset::ByteSize,
    press::{KeptBecause, Note},
};

/// Working memory that one picture may need.
pub(in crate::press) const MOST_MEMORY: u64 = 1 << 30;

/// The refusal of a picture that is too large.
pub(in crate::press) fn too_large(width: u32, height: u32, weight: u64) -> KeptBecause {
    let weight = ByteSize(weight);
    KeptBecause::TooLarge(Note::new(format!("{width} x {height} pixels would need about {weight} of memory")))
}

/// Runs a codec of someone else; its panic costs this picture its pressing, never the run.
pub(in crate::press) fn guarded<T>(codec: &str, work: impl FnOnce() -> T) -> Result<T, KeptBecause> {
    // Nothing that `work` borrows is used after a panic: every caller gives up on the picture.
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
        KeptBecause::Crashed(Note::new(format!("{codec}: {line}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_reason() {
        let crashed = guarded("codec", || -> () { panic!("index {}\nout", 3) });
        assert_eq!(crashed, Err(KeptBecause::Crashed(Note::new("codec: index 3 out"))));
        assert_eq!(guarded("codec", || 1), Ok(1));
    }
}
