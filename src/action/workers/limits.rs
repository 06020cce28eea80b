//! What one action may take, and what a worker may do at all.

use std::{fs, time::Duration};

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::{action::Action, asset::ByteSize, press::Level};

/// The most that one action may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Memory of one worker.
    pub memory: ByteSize,
    /// Processor time that an action has for nothing, before its bytes count.
    pub time: Duration,
}

impl Limits {
    /// The usual time, and `memory`.
    #[must_use]
    pub fn new(memory: ByteSize) -> Self {
        Self { memory, time: Duration::from_secs(30) }
    }

    /// Processor time for `action` on so many bytes: measured work takes a tenth of this.
    pub(super) fn processor(&self, action: &Action, bytes: usize) -> Duration {
        let level = match action {
            Action::Press { options, .. } => options.level,
            Action::Pack { level, .. } => *level,
        };
        let factor = if level == Level::Max { 10 } else { 1 };
        let longer = self.time.saturating_mul(u32::try_from(bytes / 2_000_000).unwrap_or(u32::MAX));
        (self.time + longer).saturating_mul(factor).min(LONGEST)
    }

    /// Time on the clock: a busy machine is no fault of the file.
    pub(super) fn clock(processor: Duration) -> Duration {
        processor * 10
    }
}

/// No action may take longer.
const LONGEST: Duration = Duration::from_mins(30);

/// A worker that has worked this long makes room for a new one, well before its own limit.
pub(super) const RETIREMENT: Duration = LONGEST;

/// The allocator takes address space in steps of this (see `process::ALLOCATOR`), used or not: without room for one, small
/// limits would be used up before the first file.
const ALLOCATOR_STEP: u64 = 64 << 20;

/// Binds this process for good: memory, processor time, no core file, and where the kernel offers it, no file and no
/// network. `stack` bytes will be mapped for the thread that does the work.
pub(super) fn bind(memory: u64, stack: u64) {
    // What is mapped already (the program itself, what the allocator reserves) is not what files need.
    let mapped = statm().map_or(1 << 30, |[mapped, _]| mapped);
    limit(Resource::As, memory.saturating_add(mapped).saturating_add(stack).saturating_add(ALLOCATOR_STEP));
    limit(Resource::Cpu, (LONGEST + RETIREMENT).as_secs() + 60);
    limit(Resource::Core, 0);
    shut_in();
}

/// A limit that the system refuses is one that is lower already.
fn limit(resource: Resource, most: u64) {
    let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
}

/// Bytes mapped and resident in this process.
pub(super) fn statm() -> Option<[u64; 2]> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    let mut pages = text.split(' ').map(|pages| pages.parse::<u64>().ok().map(|pages| pages * 4096));
    Some([pages.next()??, pages.next()??])
}

/// No path can be opened any more and no port connected to. Kernels without Landlock let it be.
#[cfg(target_os = "linux")]
fn shut_in() {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, Scope};
    let abi = ABI::V6;
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(abi)))
        .and_then(|rules| rules.scope(Scope::from_all(abi)))
        .and_then(Ruleset::create);
    if let Ok(rules) = rules {
        let _ = rules.restrict_self();
    }
}

#[cfg(not(target_os = "linux"))]
fn shut_in() {}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::{asset::Kind, press::Options};

    #[test]
    fn larger_files_and_harder_work_have_longer() {
        let limits = Limits::new(ByteSize(1 << 30));
        let press =
            |level| Action::Press { kind: Kind::Css, options: Cow::Owned(Options { level, ..Options::default() }) };
        let seconds = |level, bytes| limits.processor(&press(level), bytes).as_secs();
        assert_eq!(seconds(Level::Default, 1000), 30);
        assert_eq!(seconds(Level::Default, 50_000_000), 780);
        assert_eq!(seconds(Level::Max, 1000), 300);
        assert_eq!(seconds(Level::Max, usize::MAX), 1800);
    }
}
