//! The `edgepress` command: parse, run, exit code.

use std::process::ExitCode;

/// Many threads allocate and free syntax trees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    edgepress::cli::run::main(std::env::args_os()).into()
}
