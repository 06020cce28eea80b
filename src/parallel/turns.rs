//! Work that leads to more work, on several threads, such as walking through folders.

use std::{
    collections::VecDeque,
    panic,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Starting a thread takes as long as some work.
const WORTH_MORE_THREADS: usize = 4;

/// What is still to be done.
pub(crate) struct Turns<W> {
    state: Mutex<State<W>>,
    has_changed: Condvar,
}

struct State<W> {
    waiting: VecDeque<W>,
    /// How many threads are at work, and may bring more.
    busy: usize,
    has_failed: bool,
}

impl<W: Send> Turns<W> {
    /// Does `first` and all that it leads to on up to `threads` threads, this one among them. `work` gives results, and
    /// may add more to do. After a failure no more is begun.
    ///
    /// # Errors
    /// A failure of `work`; which one, where several threads fail at a time, is left to chance.
    pub(crate) fn take<R: Send, E: Send>(
        threads: usize,
        first: W,
        work: impl Fn(W, &Self) -> Result<Vec<R>, E> + Sync,
    ) -> Result<Vec<R>, E> {
        let state = State { waiting: VecDeque::from([first]), busy: 0, has_failed: false };
        let turns = Self { state: Mutex::new(state), has_changed: Condvar::new() };
        let serve = |most_waiting: usize| {
            let mut results = Vec::new();
            while let Some(turn) = turns.next(most_waiting) {
                results.append(&mut turn.done_by(&work)?);
            }
            Ok(results)
        };
        let alone = serve(if threads > 1 { WORTH_MORE_THREADS } else { usize::MAX })?;
        if turns.lock().waiting.is_empty() {
            return Ok(alone);
        }
        let parts = thread::scope(|scope| {
            let start = |_| thread::Builder::new().spawn_scoped(scope, || serve(usize::MAX)).ok();
            // Where the system gives no more threads, those that there are do all of it.
            let others: Vec<_> = (1..threads).map_while(start).collect();
            let mut parts = vec![Ok(alone), serve(usize::MAX)];
            let ends = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
            parts.extend(ends);
            parts
        });
        parts.into_iter().collect::<Result<Vec<_>, E>>().map(|parts| parts.into_iter().flatten().collect())
    }

    /// Adds what is to be done before all that waits.
    pub(crate) fn add_first(&self, work: W) {
        self.lock().waiting.push_front(work);
        self.has_changed.notify_one();
    }

    /// Adds what is to be done after all that waits.
    pub(crate) fn add_last(&self, work: W) {
        self.lock().waiting.push_back(work);
        self.has_changed.notify_one();
    }

    /// The next to do; `None` when nothing is left or can turn up any more, or so much waits.
    fn next(&self, most_waiting: usize) -> Option<Turn<'_, W>> {
        let mut state = self.lock();
        loop {
            if state.has_failed || state.waiting.len() >= most_waiting {
                return None;
            }
            if let Some(work) = state.waiting.pop_front() {
                state.busy += 1;
                return Some(Turn { turns: self, work: Some(work) });
            }
            if state.busy == 0 {
                return None;
            }
            state = self.has_changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread at work; its end is noticed, also when it panics.
struct Turn<'a, W: Send> {
    turns: &'a Turns<W>,
    work: Option<W>,
}

impl<W: Send> Turn<'_, W> {
    fn done_by<R, E>(mut self, work: impl Fn(W, &Turns<W>) -> Result<Vec<R>, E>) -> Result<Vec<R>, E> {
        let results = self.work.take().map_or(Ok(Vec::new()), |item| work(item, self.turns));
        self.turns.lock().has_failed |= results.is_err();
        results
    }
}

impl<W: Send> Drop for Turn<'_, W> {
    fn drop(&mut self) {
        self.turns.lock().busy -= 1;
        self.turns.has_changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Numbers lead to smaller ones: n to n / 2 and n / 3, down to 0, which is counted.
    fn leaves(threads: usize, from: usize) -> usize {
        let work = |n: usize, turns: &Turns<usize>| {
            if n == 0 {
                return Ok::<_, ()>(vec![n]);
            }
            turns.add_first(n / 2);
            turns.add_last(n / 3);
            Ok(Vec::new())
        };
        Turns::take(threads, from, work).unwrap().len()
    }

    #[test]
    fn all_is_done_once() {
        let counted = leaves(1, 100_000);
        assert!(counted > 1_000, "{counted}");
        for threads in [2, 3, 8] {
            assert_eq!(leaves(threads, 100_000), counted, "{threads}");
        }
        assert_eq!(leaves(4, 0), 1);
    }

    #[test]
    fn a_failure_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let failed = Turns::take(4, 0, |n: usize, turns: &Turns<usize>| {
            (0..8).for_each(|_| turns.add_last(n + 1));
            if begun.fetch_add(1, Ordering::Relaxed) == 1_000 { Err("no") } else { Ok(vec![n]) }
        });
        assert_eq!(failed.unwrap_err(), "no");
        assert!(begun.load(Ordering::Relaxed) < 1_100);
    }

    #[test]
    fn a_panic_goes_on() {
        let run = || {
            Turns::take(2, 0, |n: usize, turns: &Turns<usize>| {
                (0..8).filter(|_| n < 3).for_each(|_| turns.add_last(n + 1));
                assert!(n < 3, "an item");
                Ok::<_, ()>(vec![n])
            })
        };
        assert!(panic::catch_unwind(run).is_err());
    }
}
