//! edgepress presses the finished output of any site build: smaller, hashed, compressed, labelled for every CDN,
//! held to budgets, and proved unbroken.

pub mod action;
pub mod asset;
pub mod body;
pub mod classify;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
mod ecma;
pub mod error;
pub mod finding;
pub mod interrupt;
pub mod judge;
pub mod last_build;
pub mod link;
pub mod maps;
pub mod memory;
pub mod pack;
mod parallel;
pub mod pipeline;
pub mod plan;
pub mod press;
pub mod progress;
pub mod publish;
pub mod refs;
pub mod report;
pub mod seal;
pub mod siblings;
pub mod snapshot;
pub mod standing;
pub mod text;
pub mod walk;
