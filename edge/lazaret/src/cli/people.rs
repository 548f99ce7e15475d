//! `lazaret people`: a way back in for somebody who can show nobody who they are.

use operations::account;

use super::house::{Memory, Opening, runtime};
use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Make a link that sets a new password, and take the second factor away
    Rescue(Rescue),
}

#[derive(clap::Args)]
#[command(after_help = "\
It may run while the server runs. The link works once, for an hour. Sessions of the account, its
second factor, its recovery codes and older links are gone at once; roles and tokens stay. It
stands in the audit log as what nobody of the house did, but whoever holds the root key.")]
pub(crate) struct Rescue {
    #[command(flatten)]
    memory: Memory,
    /// Under which address people reach the house, as `https://lazaret.hospital.example`: the
    /// link begins with it
    #[arg(long = "address", value_name = "URL")]
    home: Option<String>,
    /// The e-mail address of the account
    #[arg(value_name = "ADDRESS")]
    whose: String,
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    let Verb::Rescue(rescue) = verb;
    runtime()?.block_on(async {
        let app = rescue.memory.open(Opening::Existing).await?;
        let made = account::rescue(&app, &rescue.whose).await;
        app.store.close().await;
        let path = format!("/password/{}", made?);
        let home = rescue.home.as_deref().unwrap_or_default().trim_end_matches('/');
        render::talk(match home {
            "" => "open this once, behind the address of the house, to set a new password (1 hour):",
            _ => "open this once to set a new password (1 hour):",
        });
        render::data(&format!("{home}{path}\n"))?;
        Ok(Outcome::Nothing)
    })
}
