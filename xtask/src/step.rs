//! One step of the check: what it is called, what it runs, and how it ended.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// How a step ended.
pub(crate) enum End {
    Passed,
    Failed(String),
    /// Left out, and why; in CI this is a failure.
    LeftOut(String),
}

/// The steps done so far.
#[derive(Default)]
pub(crate) struct Steps {
    passed: usize,
    failed: Vec<String>,
    left_out: Vec<String>,
}

impl Steps {
    /// Runs one step and remembers how it ended.
    pub(crate) fn take(&mut self, name: &str, step: impl FnOnce() -> Result<End>) {
        println!("── {name}");
        let begin = Instant::now();
        let end = step().unwrap_or_else(|error| End::Failed(format!("{error:#}")));
        let seconds = begin.elapsed().as_secs_f32();
        match end {
            End::Passed => {
                println!("   passed in {seconds:.0} s");
                self.passed += 1;
            }
            End::LeftOut(why) if !crate::in_ci() => {
                println!("   LEFT OUT: {why}");
                self.left_out.push(format!("{name}: {why}"));
            }
            End::Failed(why) | End::LeftOut(why) => {
                println!("   FAILED after {seconds:.0} s: {why}");
                self.failed.push(format!("{name}: {why}"));
            }
        }
    }

    /// Prints the whole, and whether everything passed.
    pub(crate) fn finish(self) -> bool {
        println!();
        for step in &self.left_out {
            println!("left out: {step}");
        }
        for step in &self.failed {
            println!("failed: {step}");
        }
        println!(
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failed.len(),
            self.left_out.len()
        );
        self.failed.is_empty()
    }
}

/// Runs a command to its end with its output on our terminal.
pub(crate) fn end_of(command: &mut Command) -> Result<End> {
    let status =
        command.status().with_context(|| format!("could not start {command:?}"))?;
    Ok(if status.success() {
        End::Passed
    } else {
        End::Failed(format!("{command:?} ended with {status}"))
    })
}

/// Runs a command to its end and gives back what it wrote to stdout.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output =
        command.output().with_context(|| format!("could not start {command:?}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?} ended with {}: {}", output.status, words.trim());
    }
    Ok(output.stdout)
}

/// Whether a program answers when it is asked for its version.
pub(crate) fn has(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .output()
        .is_ok_and(|output| output.status.success())
}
