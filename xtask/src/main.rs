//! Checks of the project that are not tests of one crate.
//!
//! `cargo xtask check` is what the README calls and what CI runs: format, lints, tests,
//! documentation, the acceptance scripts, judges that we did not write, dependencies, and
//! the fuzz targets. It sets up what it needs, and says aloud what it left out and why;
//! with `CI` set, leaving out is failing.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers, which talks to a terminal"
)]

mod browser;
mod check;
mod fuzz;
mod guide;
mod judges;
mod own_sbom;
mod postgres;
mod soak;
mod step;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["check"] => check::run(),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["guide"] => guide::draw(),
        ["soak", rest @ ..] => soak::run(rest),
        ["sbom", format] => own_sbom::print(format),
        _ => {
            eprintln!("usage: cargo xtask check");
            eprintln!("       cargo xtask fuzz [--seconds N] [--jobs N] [TARGET…]");
            eprintln!("       cargo xtask guide");
            eprintln!("       cargo xtask soak [--kills N]");
            eprintln!("       cargo xtask sbom cyclonedx|spdx");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// Where Cargo builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), PathBuf::from)
}

/// The folder of real documents and acceptance scripts beside the checkout, if it is there.
fn shared() -> Option<PathBuf> {
    let place = std::env::var_os("LAZARET_SHARED")
        .map_or_else(|| root().join("../shared"), PathBuf::from);
    place.is_dir().then_some(place)
}

/// Whether every service and tool is required.
fn in_ci() -> bool {
    std::env::var_os("CI").is_some()
}
