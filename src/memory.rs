//! How much memory big work may take.

use std::fs;

use crate::{asset::ByteSize, config::Memory};

/// When nothing tells how much there is.
const UNKNOWN: u64 = 2 << 30;

/// The budget in bytes: what is configured, else half of what the container or the machine has.
#[must_use]
pub fn budget(memory: Memory) -> ByteSize {
    match memory {
        Memory::AtMost(size) => size,
        Memory::Share => ByteSize(available().map_or(UNKNOWN, |bytes| bytes / 2)),
    }
}

/// The smallest limit that applies: cgroup v2, cgroup v1, physical memory.
fn available() -> Option<u64> {
    let cgroups = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let limits = cgroups.iter().filter_map(|path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    limits.chain(physical()).min()
}

fn physical() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured_counts() {
        assert_eq!(budget(Memory::AtMost(ByteSize(7))), ByteSize(7));
        assert!(budget(Memory::Share).0 > 0);
    }
}
