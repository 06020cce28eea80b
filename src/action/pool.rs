//! The pool: heaviest work first, on as many threads as the quota allows, within a budget of memory.

use std::{
    io,
    num::NonZeroUsize,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::asset::ByteSize;

/// How the names of worker threads begin.
pub const WORKER_NAME: &str = "press-";

/// Parsers recurse. This much address space per thread costs nothing until it is touched.
const STACK_BYTES: usize = 512 << 20;

/// One piece of work.
#[derive(Debug)]
pub struct Weighted<T> {
    /// What to work on.
    pub item: T,
    /// Expected cost, in any unit: the heaviest starts first, so that no core is idle at the end.
    pub cost: u64,
    /// Expected peak of memory, in bytes.
    pub memory: u64,
}

/// How many threads, and how much memory they may use together.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    threads: usize,
    memory: u64,
}

impl Pool {
    /// A pool of `jobs` threads (default: what the machine or its cgroup quota offers) and `memory` bytes.
    #[must_use]
    pub fn new(jobs: Option<NonZeroUsize>, memory: ByteSize) -> Self {
        let threads = jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        Self { threads, memory: memory.0 }
    }

    /// How many threads it has.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Applies `work` to every item. Results come back in the order of `items`, whatever ran when.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn map<T: Sync, R: Send>(&self, items: &[Weighted<T>], work: impl Fn(&T) -> R + Sync) -> io::Result<Vec<R>> {
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_key(|&index| (std::cmp::Reverse(items[index].cost), index));
        let next = AtomicUsize::new(0);
        let gate = Gate::new(self.memory);
        let worker = || {
            let mut done = Vec::new();
            while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                let _admitted = gate.admit(items[index].memory);
                done.push((index, work(&items[index].item)));
            }
            done
        };
        let mut done = thread::scope(|scope| run_workers(scope, self.threads.min(items.len()), &worker))?;
        done.sort_unstable_by_key(|(index, _)| *index);
        Ok(done.into_iter().map(|(_, result)| result).collect())
    }
}

/// Starts up to `threads` workers; fewer are enough if the system refuses more.
fn run_workers<'scope, R: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    threads: usize,
    worker: &'scope (impl Fn() -> Vec<(usize, R)> + Sync),
) -> io::Result<Vec<(usize, R)>> {
    let mut handles = Vec::new();
    for number in 0..threads {
        let builder = thread::Builder::new().name(format!("{WORKER_NAME}{number}")).stack_size(STACK_BYTES);
        match builder.spawn_scoped(scope, worker) {
            Ok(handle) => handles.push(handle),
            Err(error) if handles.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    let mut done = Vec::new();
    for handle in handles {
        match handle.join() {
            Ok(part) => done.extend(part),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    Ok(done)
}

/// Lets work in while the sum of what is inside stays within the budget; one piece is always let in.
struct Gate {
    budget: u64,
    inside: Mutex<u64>,
    left: Condvar,
}

impl Gate {
    fn new(budget: u64) -> Self {
        Self { budget, inside: Mutex::new(0), left: Condvar::new() }
    }

    fn admit(&self, memory: u64) -> Admitted<'_> {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |inside: &mut u64| *inside > 0 && *inside + memory > self.budget;
        let mut inside = self.left.wait_while(inside, full).unwrap_or_else(PoisonError::into_inner);
        *inside += memory;
        Admitted { gate: self, memory }
    }
}

struct Admitted<'a> {
    gate: &'a Gate,
    memory: u64,
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        *self.gate.inside.lock().unwrap_or_else(PoisonError::into_inner) -= self.memory;
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: u64, memory: u64) -> Vec<Weighted<u64>> {
        (0..count).map(|item| Weighted { item, cost: item % 7, memory }).collect()
    }

    #[test]
    fn results_keep_the_order_of_items() {
        for threads in [1, 2, 8] {
            let pool = Pool::new(NonZeroUsize::new(threads), ByteSize(u64::MAX));
            let squares = pool.map(&items(100, 0), |n| n * n).unwrap();
            assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn memory_stays_within_its_budget() {
        let (inside, peak) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let pool = Pool::new(NonZeroUsize::new(8), ByteSize(25));
        pool.map(&items(200, 10), |_| {
            peak.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::yield_now();
            inside.fetch_sub(1, Ordering::SeqCst);
        })
        .unwrap();
        assert!(peak.into_inner() <= 2);
    }

    #[test]
    fn one_piece_over_budget_still_runs() {
        let pool = Pool::new(NonZeroUsize::new(2), ByteSize(1));
        assert_eq!(pool.map(&items(3, 100), |n| *n).unwrap(), [0, 1, 2]);
    }
}
