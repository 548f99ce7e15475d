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

fn main() -> ExitCode {
    cli::run()
}
