//! The program as people meet it: real runs over whole sites, whole output trees asserted, one behaviour a file.
//!
//! The real sites are looked for in `EDGEPRESS_CORPUS` or `../shared/corpus`; without them those tests say so and pass.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests say what they skip, and a failed step ends them"
)]

mod harness;
mod picture;
mod tree;
#[cfg(target_os = "linux")]
mod wrapped;

mod budgets;
mod commands;
#[cfg(target_os = "linux")]
mod concurrent;
mod deep;
mod deploy;
mod fault_table;
#[cfg(target_os = "linux")]
mod faults;
mod hostile;
#[cfg(target_os = "linux")]
mod import_map;
mod indoors;
mod interrupted;
#[cfg(target_os = "linux")]
mod isolation;
mod languages;
mod manifests;
mod network;
mod peers;
mod pressed_again;
mod references;
mod reports;
mod same_bytes;
mod security;
mod settings;
mod unchanged;
mod usage;
mod watch;
