use std::time::Instant;

use crate::report::{CacheUse, Report, Seconds, Stage};

/// How long each stage took.
#[derive(Debug)]
pub struct Stopwatch {
    start: Instant,
    /// Processor time of this process before: of an earlier build or, where `cargo run` became this program, of compilers.
    cpu_before: f64,
    stages: Vec<Stage>,
    /// The most memory that other processes of this run held.
    elsewhere: u64,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self { start: Instant::now(), cpu_before: super::report::cpu_seconds(), stages: Vec::new(), elsewhere: 0 }
    }
}

impl Stopwatch {
    /// Runs `work` as the stage `name`.
    pub fn time<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.stages.push(Stage { name: name.to_owned(), seconds: start.elapsed().as_secs_f64() });
        result
    }

    /// Seconds since it was made.
    #[must_use]
    pub fn wall(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Seconds of processor time since it was made, of all threads and of children that have ended.
    #[must_use]
    pub fn cpu(&self) -> f64 {
        (super::report::cpu_seconds() - self.cpu_before).max(0.0)
    }

    /// The report of an earlier run whose result still stands, with the effort of this one.
    #[must_use]
    pub fn nothing_to_do(&self, mut report: Report) -> Report {
        for file in report.files.iter_mut().filter(|file| file.cache.is_some()) {
            file.cache = Some(CacheUse::Hit);
        }
        Report {
            unchanged: true,
            seconds: Seconds { wall: self.wall(), cpu: self.cpu() },
            peak_rss: super::report::peak_rss(),
            stages: self.stages.clone(),
            ..report
        }
    }

    /// Other processes of this run held as much as `bytes` of memory.
    pub fn note_memory_elsewhere(&mut self, bytes: u64) {
        self.elsewhere = self.elsewhere.max(bytes);
    }

    /// The most memory that other processes of this run held, in bytes.
    #[must_use]
    pub fn memory_elsewhere(&self) -> u64 {
        self.elsewhere
    }

    /// The stages so far, in order.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_before_does_not_count() {
        let spin = |seconds: f64| {
            let before = super::super::report::cpu_seconds();
            while super::super::report::cpu_seconds() < before + seconds {}
        };
        spin(0.3);
        let stopwatch = Stopwatch::default();
        spin(0.1);
        let (cpu, all) = (stopwatch.cpu(), super::super::report::cpu_seconds());
        assert!(cpu > 0.09 && all - cpu > 0.29, "{cpu} of {all}");
    }
}
