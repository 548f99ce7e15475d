//! `lazaret export`: all that one organisation owns, in one file.

use std::path::PathBuf;

use operations::export::{self, Exported};

use super::house::{Memory, Opening, runtime};
use super::under_way::UnderWay;
use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Args)]
#[command(after_help = "\
It may run while the server runs, and holds the state of one moment: a ZIP with a table each as
CSV, the delivered documents byte by byte, and a manifest with the SHA-256 of each. Names of
people are in the clear in it; what opens the house is not in it.")]
pub(crate) struct Export {
    #[command(flatten)]
    memory: Memory,
    /// The organisation, by its name or number; everything below it comes along
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// The file to write, which must not be there yet
    #[arg(value_name = "FILE")]
    to: PathBuf,
}

pub(crate) fn run(arguments: &Export) -> Result<Outcome, Failure> {
    runtime()?.block_on(async {
        let app = arguments.memory.open(Opening::Existing).await?;
        let bar = UnderWay::begin();
        let exported = async {
            let organisation = export::named(&app, &arguments.organisation).await?;
            let there = bar.clone();
            let told = Box::new(move |far: Exported| {
                let Exported { tables, rows, documents } = far;
                let of = export::tables();
                there.tell(format!(
                    "table {tables} of {of}, {rows} rows and {documents} documents so far"
                ));
            });
            export::export(&app, &organisation, &arguments.to, told).await
        };
        let exported = exported.await;
        bar.end();
        app.store.close().await;
        let exported = exported?;
        render::talk(&format!(
            "{}: {} rows of {} tables, and {} documents",
            arguments.to.display(),
            exported.rows,
            exported.tables,
            exported.documents
        ));
        Ok(Outcome::Nothing)
    })
}
