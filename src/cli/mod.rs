//! The command line: what may be typed, how it is answered, which code a run ends with.
//!
//! Nothing here prints or ends the process but through what `main` does with the values that come back.

pub mod args;
pub mod exit;
pub mod explain;
pub mod generate;
pub mod init;
pub mod progress;
mod report_file;
pub mod run;
mod staged;
mod story;
pub mod talk;
mod watch;
