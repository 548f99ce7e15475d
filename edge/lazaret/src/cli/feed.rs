//! `lazaret feed`.

use super::{Failure, Outcome};

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Not built
    Build,
}

pub(crate) fn run(_: &Verb) -> Result<Outcome, Failure> {
    anyhow::bail!("`feed` is not built")
}
