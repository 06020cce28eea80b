//! Encoders that are kept for the next body.
//!
//! An encoder takes megabytes of working memory, and most bodies are small: to get that memory anew for each of them costs
//! more than to encode it. What an encoder makes does not depend on what it made before; [`super`] tests that.

use std::{cell::RefCell, thread::LocalKey};

/// The encoders that a thread keeps, each with the effort it was made for.
pub(super) type Kept<T> = RefCell<Vec<(u8, T)>>;

/// Bodies up to this size leave an encoder that is kept: working memory grows with them.
const MOST: usize = 512 << 10;

/// What `work` makes of `body` with an encoder for `effort`: a kept one, or a new one that `make` gives. An encoder that
/// failed or panicked is not used again.
///
/// # Errors
/// Those of `make` and `work`.
pub(super) fn with<T, R>(
    kept: &'static LocalKey<Kept<T>>,
    (effort, body): (u8, &[u8]),
    make: impl FnOnce() -> Result<T, String>,
    work: impl FnOnce(&mut T, &[u8]) -> Result<R, String>,
) -> Result<R, String> {
    let found = kept.with_borrow_mut(|kept| {
        let at = kept.iter().position(|(of, _)| *of == effort)?;
        Some(kept.swap_remove(at).1)
    });
    let mut encoder = found.map_or_else(make, Ok)?;
    let made = work(&mut encoder, body)?;
    if body.len() <= MOST {
        kept.with_borrow_mut(|kept| kept.push((effort, encoder)));
    }
    Ok(made)
}
