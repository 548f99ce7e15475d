//! `lazaret sbom`.

use super::{Failure, Outcome};

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Not built
    Check,
}

pub(crate) fn run(_: &Verb) -> Result<Outcome, Failure> {
    anyhow::bail!("`sbom` is not built")
}
