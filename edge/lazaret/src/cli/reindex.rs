//! `lazaret reindex`: everything that is derived is made again.

use operations::reindex::reindex;

use super::house::{Memory, Opening, runtime};
use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Args)]
#[command(after_help = "\
It may run while the server runs, which helps. Made again: what was read of SBOMs, verdicts with
their grounds, how urgent they are, and what is to be done. Kept as they are: documents, rows of
inventories, decisions, answers, statements and the audit log; what an older version kept of them
in the clear is sealed. Exit code 1 says that something could not be made again.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    memory: Memory,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let remade = runtime()?.block_on(async {
        let app = arguments.memory.open(Opening::Existing).await?;
        let remade = reindex(&app, &format!("reindex {}", std::process::id())).await;
        app.store.close().await;
        Ok::<_, Failure>(remade?)
    })?;
    for fault in &remade.faults {
        render::talk(&format!("warning: {fault}"));
    }
    render::talk(&format!(
        "made again for {} top organisations; {} SBOMs read again, {} of them mended, and {} builds filed anew",
        remade.organisations, remade.bills, remade.mended_bills, remade.misfiled_builds
    ));
    let is_whole = remade.faults.is_empty();
    Ok(if is_whole { Outcome::Nothing } else { Outcome::Found })
}
