//! `lazaret backup` and `lazaret restore`: the whole house in one file, and back.

use std::path::PathBuf;

use operations::backup;
use store::Copying;

use super::house::{Memory, Opening, runtime};
use super::under_way::UnderWay;
use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Args)]
#[command(after_help = "\
It may run while the server runs, and holds the state of one moment. The root key is not in it:
keep a copy of that elsewhere. What feeds gave is not in it either; they give it again.")]
pub(crate) struct Backup {
    #[command(flatten)]
    memory: Memory,
    /// The file to write, which must not be there yet
    #[arg(value_name = "FILE")]
    to: PathBuf,
}

#[derive(clap::Args)]
#[command(after_help = "\
It goes into a folder and a database in which nobody lives yet, SQLite or PostgreSQL, whichever
it came from, and is opened with the root key under which it was sealed; any other is refused.")]
pub(crate) struct Restore {
    #[command(flatten)]
    memory: Memory,
    /// The file that `lazaret backup` wrote
    #[arg(value_name = "FILE")]
    from: PathBuf,
}

pub(crate) fn back_up(arguments: &Backup) -> Result<Outcome, Failure> {
    runtime()?.block_on(async {
        let app = arguments.memory.open(Opening::Existing).await?;
        let bar = UnderWay::begin();
        let copied = backup::back_up(&app, &arguments.to, &mut |far| {
            let Copying { table, number, tables, rows } = far;
            bar.tell(format!("table {number} of {tables}, {table}: {rows} rows so far"));
        })
        .await;
        bar.end();
        app.store.close().await;
        let contents = copied?;
        render::talk(&format!(
            "{}: {} rows of {} tables{}",
            arguments.to.display(),
            contents.rows,
            contents.tables,
            if contents.files.is_empty() { "" } else { ", and the index in use" }
        ));
        Ok(Outcome::Nothing)
    })
}

pub(crate) fn restore(arguments: &Restore) -> Result<Outcome, Failure> {
    let place = arguments.memory.place()?;
    runtime()?.block_on(async {
        let contents =
            backup::restore(&arguments.from, &place.url, &place.data, &place.root).await?;
        render::talk(&format!(
            "{} rows of {} tables are back in {}; `lazaret audit verify` works the audit logs out again",
            contents.rows,
            contents.tables,
            place.told()
        ));
        Ok(Outcome::Nothing)
    })
}
