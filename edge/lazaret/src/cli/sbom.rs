//! `lazaret sbom`: what SBOMs say, and what they leave out.

mod check;

use super::{Failure, Outcome};

/// What can be done with SBOMs.
#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Check SBOMs against the minimum elements of NTIA and FDA
    Check(check::Arguments),
}

/// Does what the verb says.
pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Check(arguments) => check::run(arguments),
    }
}
