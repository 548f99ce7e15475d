//! `lazaret sbom show`: what a document says, as a tree for people or as JSON for programs.

mod json;
mod table;

use std::path::PathBuf;

use super::{Shown, read, tell_notes};
use crate::cli::{Failure, Outcome};
use crate::input::Input;
use crate::render;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The SBOM to show: CycloneDX or SPDX, recognised by content; `-` reads stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
    /// How many levels of the tree to print; what is deeper is counted
    #[arg(long, value_name = "LEVELS", default_value_t = 12)]
    depth: usize,
    /// Print every note of reading, not only the first few
    #[arg(long = "notes")]
    all_notes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For a person at a terminal
    Table,
    /// One JSON object
    Json,
}

/// Shows the document, and says on stderr what of it was set aside in reading; as JSON the
/// notes are part of it.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let input = Input::from(arguments.file.clone());
    let parsed = match read(&input) {
        Ok(parsed) => parsed,
        Err(why) => anyhow::bail!(input.refusal(&why)),
    };
    render::stream(|out| match arguments.format {
        Form::Table => table::write(out, &parsed.value, arguments.depth, render::width()),
        Form::Json => {
            serde_json::to_writer(&mut *out, &json::Shown(&parsed))?;
            out.write_all(b"\n")
        }
    })?;
    let shown = if arguments.all_notes { Shown::All } else { Shown::FirstFew };
    if arguments.format == Form::Table {
        tell_notes(&input.name(), &parsed.notes, shown);
    }
    Ok(Outcome::Nothing)
}
