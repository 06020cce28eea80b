//! Publishing under faults: killed, refused by the system, out of room, many at once. Whatever happens, the output is
//! the old tree or the new one, and the next run clears away what was left.
//!
//! Each run is a process of its own, since only a process can be killed: this very program, started again with just
//! the test `child`, which does nothing unless it is told to by the environment.

#![cfg(unix)]
#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "tests say what they skip, and a failed step ends them")]

mod child;
mod faults;
mod kill;
mod parallel;
mod tree;
