//! `lazaret backup` and `lazaret restore`: the whole house in one file, and back.

use std::path::PathBuf;

use operations::backup;
use store::{Copying, Store};

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
it came from, and is opened with the root key under which it was sealed; any other is refused.
Everybody signs in anew. Tokens of programs that worked when it was written work again: they are
listed, and are taken back on the page of whoever holds them.")]
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
    let data = arguments.memory.data_folder()?;
    let is_new = !data.exists();
    let restored = take_back(arguments);
    if restored.is_err() && is_new {
        // It was made for this, and nothing lies in it.
        std::fs::remove_dir(&data).ok();
    }
    restored
}

fn take_back(arguments: &Restore) -> Result<Outcome, Failure> {
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
        let store = Store::open(&place.url, &place.root).await?;
        let told = tokens(&store).await;
        store.close().await;
        render::talk(&told?);
        Ok(Outcome::Nothing)
    })
}

/// Who has to sign in anew, and which programs need not.
async fn tokens(store: &Store) -> Result<String, Failure> {
    let live = store.live_tokens(jiff::Timestamp::now()).await?;
    let mut told = "everybody signs in anew".to_owned();
    match live.len() {
        0 => told.push_str("; no token of a program is live"),
        1 => told
            .push_str("; 1 token of a program is live; take it back if it leaked since:"),
        many => told.push_str(&format!(
            "; {many} tokens of programs are live; take back what leaked since:"
        )),
    }
    for token in live {
        let holder = store.person(token.head, token.person).await?;
        let until = token.expires.strftime("%Y-%m-%d");
        let (name, holder) = (token.name, holder.name);
        told.push_str(&format!("\n  `{name}` of {holder}, until {until}"));
    }
    Ok(told)
}
