//! `lazaret audit`: proves that nothing in the audit logs was changed.

use super::house::{Memory, Opening, runtime};
use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Work out every audit log again, and say where it is not as it was written
    Verify(Memory),
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    let Verb::Verify(memory) = verb;
    runtime()?.block_on(verify(memory))
}

/// One line per log on stdout: the organisation's number, how long the log is, and its root
/// or what is wrong with it.
async fn verify(memory: &Memory) -> Result<Outcome, Failure> {
    let app = memory.open(Opening::Existing).await?;
    // 0 is the house itself.
    let mut heads = vec![0];
    heads.extend(app.store.heads().await?);
    let mut outcome = Outcome::Nothing;
    let mut lines = String::new();
    for head in heads {
        match app.store.verify_log(head).await? {
            Ok(log) => {
                let root: String =
                    log.root.iter().map(|byte| format!("{byte:02x}")).collect();
                lines.push_str(&format!("{head}\t{}\t{root}\n", log.size));
            }
            Err(tampering) => {
                outcome = Outcome::Found;
                lines.push_str(&format!("{head}\t-\t{tampering}\n"));
                render::talk(&format!(
                    "error: the log of organisation {head}: {tampering}"
                ));
            }
        }
    }
    render::data(&lines)?;
    app.store.close().await;
    Ok(outcome)
}
