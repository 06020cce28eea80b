//! Small things on several threads: one function over a long list, results in the order of the list; two things at a time;
//! and [`Turns`], where what is done leads to more.

mod turns;

use std::{
    convert::Infallible,
    panic,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

pub(crate) use turns::Turns;

/// How many items a thread takes at a time, at most.
const MOST: usize = 64;

/// Calls `work` for every item on up to `threads` threads, this one among them; a thread is started for `worthwhile`
/// items or more. After a failure no more items are begun.
///
/// # Errors
/// The first failure in the order of the list.
pub(crate) fn try_map<T: Sync, R: Send, E: Send>(
    threads: usize,
    worthwhile: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let threads = threads.min(items.len().div_ceil(worthwhile.max(1))).max(1);
    let step = (items.len() / threads / 8).clamp(1, MOST);
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let take_turns = || {
        let mut parts = Vec::new();
        // What was taken is done: so all before a failure is done as well, and the first failure is always the same.
        while !has_failed.load(Ordering::Relaxed) {
            let start = next.fetch_add(step, Ordering::Relaxed);
            if start >= items.len() {
                break;
            }
            let part: Result<Vec<R>, E> = items[start..items.len().min(start + step)].iter().map(&work).collect();
            has_failed.fetch_or(part.is_err(), Ordering::Relaxed);
            parts.push((start, part));
        }
        parts
    };
    let mut parts = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, take_turns).ok();
        // Where the system gives no more threads, those that there are do all of it.
        let others: Vec<_> = (1..threads).map_while(start).collect();
        let mut parts = take_turns();
        for other in others {
            parts.append(&mut other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
        }
        parts
    });
    parts.sort_unstable_by_key(|(start, _)| *start);
    let mut results = Vec::with_capacity(items.len());
    for (_, part) in parts {
        results.append(&mut part?);
    }
    Ok(results)
}

/// [`try_map`] of what cannot fail.
pub(crate) fn map<T: Sync, R: Send>(
    threads: usize,
    worthwhile: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let Ok(results) = try_map(threads, worthwhile, items, |item| Ok::<_, Infallible>(work(item)));
    results
}

/// Two things at the same time, if the system gives a thread for the first.
pub(crate) fn both<A: Send, B>(a: impl Fn() -> A + Sync, b: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, &a);
        let b = b();
        (other.map_or_else(|_| a(), |other| other.join().unwrap_or_else(|panic| panic::resume_unwind(panic))), b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for (threads, length) in [(1, 0), (1, 5), (2, 1), (4, 1_000), (8, 3), (3, 10_007)] {
            let items: Vec<usize> = (0..length).collect();
            let doubled = try_map(threads, 1, &items, |item| Ok::<_, ()>(item * 2));
            assert_eq!(doubled.unwrap(), items.iter().map(|item| item * 2).collect::<Vec<_>>(), "{threads} {length}");
        }
    }

    #[test]
    fn the_first_failure_counts_and_ends_the_work() {
        let items: Vec<usize> = (0..100_000).collect();
        let begun = AtomicUsize::new(0);
        let failed = try_map(4, 1, &items, |item| {
            begun.fetch_add(1, Ordering::Relaxed);
            if item % 1_000 == 7 { Err(*item) } else { Ok(()) }
        });
        assert_eq!(failed.unwrap_err(), 7);
        assert!(begun.load(Ordering::Relaxed) < 50_000);
    }

    #[test]
    fn a_panic_goes_on() {
        let run = || try_map(2, 1, &[1, 2, 3], |item| if *item == 2 { panic!("an item") } else { Ok::<_, ()>(()) });
        assert!(panic::catch_unwind(run).is_err());
    }
}
