//! The program: the server and the command line.
//!
//! Data goes to stdout, talk to stderr. Exit codes: 0 nothing found, 1 something found, 2
//! could not be done.

mod cli;
mod index;
mod input;
mod judging;
mod output;
mod render;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A scan makes thousands of small pieces of memory: the system's allocator takes an eighth
/// longer for the whole of it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
