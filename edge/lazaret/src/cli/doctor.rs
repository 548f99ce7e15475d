//! `lazaret doctor`: is the house well?

use operations::doctor::{Health, examine};

use super::house::{Memory, Opening, runtime};
use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Args)]
#[command(after_help = "\
It may run while the server runs, and changes nothing. Exit code 1 says that somebody should look.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    memory: Memory,
}

/// One line for each part: how it is, what was seen, what to do.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let findings = runtime()?.block_on(async {
        let app = arguments.memory.open(Opening::Existing).await?;
        let findings = examine(&app).await;
        app.store.close().await;
        Ok::<_, Failure>(findings?)
    })?;
    let mut lines = String::new();
    for one in &findings {
        let word = match one.health {
            Health::Well => "well",
            Health::Warning => "look",
            Health::Broken => "broken",
        };
        lines.push_str(&format!("{word:<6}  {:<10}  {}\n", one.part, one.seen));
        if !one.help.is_empty() {
            lines.push_str(&format!("{:<20}help: {}\n", "", one.help));
        }
    }
    render::data(&lines)?;
    let is_well = findings.iter().all(|one| one.health == Health::Well);
    Ok(if is_well { Outcome::Nothing } else { Outcome::Found })
}
