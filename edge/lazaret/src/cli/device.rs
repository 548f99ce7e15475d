//! `lazaret device`.

use super::{Failure, Outcome};

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Not built
    Match,
}

pub(crate) fn run(_: &Verb) -> Result<Outcome, Failure> {
    anyhow::bail!("`device` is not built")
}
