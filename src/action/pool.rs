//! The pool: heaviest work first, on as many threads as the quota allows, within a budget of memory.

use std::{
    any::Any,
    collections::{BinaryHeap, VecDeque},
    io,
    num::NonZeroUsize,
    panic::{self, AssertUnwindSafe},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::asset::ByteSize;

/// How the names of worker threads begin.
pub const WORKER_NAME: &str = "press-";

/// Parsers recurse. This much address space per thread costs nothing until it is touched.
const STACK_BYTES: usize = 512 << 20;

/// What a job is expected to need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Work from the start of this job until all that waits for it is done, in any unit: the heaviest starts first, so
    /// that no core is idle at the end.
    pub cost: u64,
    /// Peak of memory, in bytes.
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

    /// Calls `lead` with a crew that works for it, and waits for the crew to stop. Jobs that were not begun when `lead`
    /// returns are dropped.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn crew<'env, R: Send + 'env, T>(&self, lead: impl FnOnce(&Crew<'env, R>) -> T) -> io::Result<T> {
        let desk = Mutex::new(Desk::default());
        let crew = Crew { memory: self.memory, desk, jobs: Condvar::new(), results: Condvar::new() };
        thread::scope(|scope| {
            let _dismissed = Dismissed(&crew);
            start_workers(scope, self.threads, &crew)?;
            Ok(lead(&crew))
        })
    }
}

/// Starts up to `threads` workers; fewer are enough if the system refuses more.
fn start_workers<'scope, 'env, R: Send + 'env>(
    scope: &'scope thread::Scope<'scope, '_>,
    threads: usize,
    crew: &'scope Crew<'env, R>,
) -> io::Result<()> {
    for number in 0..threads {
        let builder = thread::Builder::new().name(format!("{WORKER_NAME}{number}")).stack_size(STACK_BYTES);
        match builder.spawn_scoped(scope, || crew.work()) {
            Ok(_) => {}
            Err(error) if number == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(())
}

/// Threads that take jobs at any time and hand back their results as they come.
pub struct Crew<'env, R> {
    memory: u64,
    desk: Mutex<Desk<'env, R>>,
    /// There may be a job for a thread that waits for one.
    jobs: Condvar,
    /// There is a result for the lead, or will be none.
    results: Condvar,
}

struct Desk<'env, R> {
    waiting: BinaryHeap<Job<'env, R>>,
    running: usize,
    /// Threads that wait for a job: without any, nobody is woken, which would cost more than many a job.
    idle: usize,
    /// Memory of what is running.
    memory: u64,
    /// Jobs submitted so far.
    submitted: u64,
    done: VecDeque<thread::Result<R>>,
    is_closed: bool,
}

impl<R> Default for Desk<'_, R> {
    fn default() -> Self {
        Self {
            waiting: BinaryHeap::new(),
            running: 0,
            idle: 0,
            memory: 0,
            submitted: 0,
            done: VecDeque::new(),
            is_closed: false,
        }
    }
}

impl<'env, R: Send + 'env> Crew<'env, R> {
    /// Hands a job in.
    pub fn submit(&self, weight: Weight, work: impl FnOnce() -> R + Send + 'env) {
        self.submit_as(Urgency::Needed, weight, work);
    }

    /// Hands in a job of some urgency.
    pub fn submit_as(&self, urgency: Urgency, weight: Weight, work: impl FnOnce() -> R + Send + 'env) {
        let mut desk = self.desk();
        let number = desk.submitted;
        desk.submitted += 1;
        desk.waiting.push(Job { urgency, weight, number, work: Box::new(work) });
        self.wake(&desk);
    }

    /// From now on, the guesses that wait are as good as other jobs.
    pub fn trust_guesses(&self) {
        let mut desk = self.desk();
        let waiting = std::mem::take(&mut desk.waiting).into_iter();
        desk.waiting = waiting.map(|job| Job { urgency: Urgency::Needed, ..job }).collect();
        self.wake(&desk);
    }

    /// Wakes who waits for a job. All of them: which job fits into the memory is for each to see.
    fn wake(&self, desk: &Desk<'env, R>) {
        if desk.idle > 0 && !desk.waiting.is_empty() {
            self.jobs.notify_all();
        }
    }

    /// The next result, in the order in which jobs end; `None` when every result was handed out.
    ///
    /// # Panics
    /// Goes on with the panic of a job.
    pub fn next(&self) -> Option<R> {
        let is_waited_for = |desk: &mut Desk<R>| desk.done.is_empty() && (desk.running > 0 || !desk.waiting.is_empty());
        let mut desk = self.results.wait_while(self.desk(), is_waited_for).unwrap_or_else(PoisonError::into_inner);
        let done = desk.done.pop_front()?;
        drop(desk);
        Some(done.unwrap_or_else(|panic: Box<dyn Any + Send>| panic::resume_unwind(panic)))
    }

    fn desk(&self) -> MutexGuard<'_, Desk<'env, R>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(job) = self.take() {
            let result = panic::catch_unwind(AssertUnwindSafe(job.work));
            let mut desk = self.desk();
            desk.running -= 1;
            desk.memory -= job.weight.memory;
            desk.done.push_back(result);
            self.results.notify_one();
            self.wake(&desk);
        }
    }

    /// The heaviest job, once there is memory for it; `None` when no more will come.
    fn take(&self) -> Option<Job<'env, R>> {
        let must_wait = |desk: &mut Desk<R>| {
            let fits = |job: &Job<R>| desk.running == 0 || desk.memory + job.weight.memory <= self.memory;
            !desk.is_closed && !desk.waiting.peek().is_some_and(fits)
        };
        let mut desk = self.desk();
        desk.idle += 1;
        let mut desk = self.jobs.wait_while(desk, must_wait).unwrap_or_else(PoisonError::into_inner);
        desk.idle -= 1;
        if desk.is_closed {
            return None;
        }
        let job = desk.waiting.pop()?;
        desk.running += 1;
        desk.memory += job.weight.memory;
        Some(job)
    }
}

/// Sends the crew home, also when the lead panics: or its threads would be waited for forever.
struct Dismissed<'a, 'env, R: Send + 'env>(&'a Crew<'env, R>);

impl<'env, R: Send + 'env> Drop for Dismissed<'_, 'env, R> {
    fn drop(&mut self) {
        self.0.desk().is_closed = true;
        self.0.jobs.notify_all();
    }
}

/// Whether a job is to be done in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Its result may turn out to be of no use: a thread takes it when there is nothing else to do.
    Guess,
    /// It is.
    Needed,
}

struct Job<'env, R> {
    urgency: Urgency,
    weight: Weight,
    number: u64,
    work: Box<dyn FnOnce() -> R + Send + 'env>,
}

/// What is needed comes before all guesses. The heaviest is the greatest; of equals, the one that came first.
impl<R> Ord for Job<'_, R> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let rank = |job: &Self| (job.urgency, job.weight.cost);
        rank(self).cmp(&rank(other)).then_with(|| other.number.cmp(&self.number))
    }
}

impl<R> PartialOrd for Job<'_, R> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<R> PartialEq for Job<'_, R> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<R> Eq for Job<'_, R> {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn pool(threads: usize, memory: u64) -> Pool {
        Pool::new(NonZeroUsize::new(threads), ByteSize(memory))
    }

    fn collect<'env, R: Send + 'env>(crew: &Crew<'env, R>) -> Vec<R> {
        std::iter::from_fn(|| crew.next()).collect()
    }

    #[test]
    fn every_result_is_handed_out_once() {
        for threads in [1, 2, 8] {
            let squares = pool(threads, u64::MAX).crew(|crew| {
                (0..100_u64).for_each(|n| crew.submit(Weight { cost: n % 7, memory: 0 }, move || n * n));
                collect(crew)
            });
            let mut squares = squares.unwrap();
            squares.sort_unstable();
            assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn results_may_lead_to_more_jobs() {
        let sum = pool(2, u64::MAX).crew(|crew| {
            crew.submit(Weight { cost: 1, memory: 0 }, || 10_u64);
            let mut sum = 0;
            while let Some(n) = crew.next() {
                sum += n;
                (0..n.min(2)).for_each(|_| crew.submit(Weight { cost: 1, memory: 0 }, move || n / 3));
            }
            sum
        });
        assert_eq!(sum.unwrap(), 10 + 2 * 3 + 4);
    }

    #[test]
    fn the_heaviest_goes_first() {
        let order = pool(1, u64::MAX).crew(|crew| {
            let (tell, told) = std::sync::mpsc::channel::<()>();
            // Keeps the only thread busy until all others wait.
            crew.submit(Weight { cost: 0, memory: 0 }, move || told.recv().map_or(0, |()| 0));
            while !crew.desk().waiting.is_empty() {
                thread::yield_now();
            }
            for cost in [3, 9, 1, 5] {
                crew.submit(Weight { cost, memory: 0 }, move || cost);
            }
            tell.send(()).unwrap();
            collect(crew)
        });
        assert_eq!(order.unwrap(), [0, 9, 5, 3, 1]);
    }

    #[test]
    fn guesses_come_last_until_they_are_trusted() {
        for (trusts, expected) in [(false, [0, 5, 1, 9, 3]), (true, [0, 9, 5, 3, 1])] {
            let order = pool(1, u64::MAX).crew(|crew| {
                let (tell, told) = std::sync::mpsc::channel::<()>();
                crew.submit(Weight { cost: 0, memory: 0 }, move || told.recv().map_or(0, |()| 0));
                while !crew.desk().waiting.is_empty() {
                    thread::yield_now();
                }
                for cost in [3, 9] {
                    crew.submit_as(Urgency::Guess, Weight { cost, memory: 0 }, move || cost);
                }
                for cost in [1, 5] {
                    crew.submit(Weight { cost, memory: 0 }, move || cost);
                }
                if trusts {
                    crew.trust_guesses();
                }
                tell.send(()).unwrap();
                collect(crew)
            });
            assert_eq!(order.unwrap(), expected);
        }
    }

    #[test]
    fn memory_stays_within_its_budget() {
        let (inside, peak) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let job = || {
            peak.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::yield_now();
            inside.fetch_sub(1, Ordering::SeqCst);
        };
        let done = pool(8, 25).crew(|crew| {
            (0..200).for_each(|_| crew.submit(Weight { cost: 1, memory: 10 }, job));
            collect(crew).len()
        });
        assert_eq!(done.unwrap(), 200);
        assert!(peak.load(Ordering::SeqCst) <= 2);
    }

    #[test]
    fn one_job_over_budget_still_runs() {
        let done = pool(2, 1).crew(|crew| {
            (0..3).for_each(|n| crew.submit(Weight { cost: 1, memory: 100 }, move || n));
            collect(crew).len()
        });
        assert_eq!(done.unwrap(), 3);
    }

    #[test]
    fn a_panic_of_a_job_is_a_panic_of_the_lead() {
        let run = || {
            pool(2, u64::MAX).crew(|crew| {
                crew.submit(Weight { cost: 1, memory: 0 }, || panic!("a job"));
                collect(crew).len()
            })
        };
        assert!(panic::catch_unwind(run).is_err());
    }

    #[test]
    fn jobs_are_dropped_when_the_lead_leaves() {
        let begun = AtomicUsize::new(0);
        let job = || {
            begun.fetch_add(1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_millis(5));
        };
        pool(1, u64::MAX)
            .crew(|crew| (0..1_000).for_each(|_| crew.submit(Weight { cost: 1, memory: 0 }, job)))
            .unwrap();
        assert!(begun.load(Ordering::SeqCst) < 1_000);
    }
}
