//! `lazaret term`.

use super::{Failure, Outcome};

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Not built
    Version,
}

pub(crate) fn run(_: &Verb) -> Result<Outcome, Failure> {
    anyhow::bail!("`term` is not built")
}
