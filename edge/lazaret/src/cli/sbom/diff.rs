//! `lazaret sbom diff OLD NEW`: what changed.
//!
//! Exit code 1 means that something did.

mod json;
mod table;

use std::path::{Path, PathBuf};

use reading::Parsed;
use sbom::Bom;
use sbom::diff::{self, Difference};

use crate::cli::{Failure, Outcome};
use crate::input::Input;
use crate::render;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The SBOM of the earlier release; `-` reads stdin
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The SBOM of the later release
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
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

/// Two documents and what lies between them.
struct Compared {
    old: Document,
    new: Document,
    difference: Difference,
}

struct Document {
    file: String,
    parsed: Parsed<Bom>,
}

impl Document {
    fn bom(&self) -> &Bom {
        &self.parsed.value
    }
}

/// Compares two files.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let old = read(&arguments.old)?;
    let new = read(&arguments.new)?;
    let difference = diff::compare(old.bom(), new.bom());
    let outcome = if difference.is_empty() { Outcome::Nothing } else { Outcome::Found };
    let compared = Compared { old, new, difference };
    render::stream(|out| match arguments.format {
        Form::Table => table::write(out, &compared, render::width()),
        Form::Json => {
            serde_json::to_writer(&mut *out, &json::Object::new(&compared))?;
            out.write_all(b"\n")
        }
    })?;
    let shown =
        if arguments.all_notes { super::Shown::All } else { super::Shown::FirstFew };
    for document in [&compared.old, &compared.new] {
        super::tell_notes(&document.file, &document.parsed.notes, shown);
    }
    Ok(outcome)
}

fn read(path: &Path) -> Result<Document, Failure> {
    let input = Input::from(path.to_owned());
    match super::read(&input) {
        Ok(parsed) => Ok(Document { file: input.name(), parsed }),
        Err(why) => anyhow::bail!(input.refusal(&why)),
    }
}
