//! `lazaret explain`.

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Result<Outcome, Failure> {
    anyhow::bail!("`explain` is not built")
}
