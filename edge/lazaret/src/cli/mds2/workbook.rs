//! `lazaret mds2 workbook`: a clean workbook, empty or with what a form says.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context;

use super::{FORMS, read_form, tell_notes};
use crate::cli::{Failure, Outcome};
use crate::input::Input;

#[derive(clap::Args)]
#[command(after_help = FORMS)]
pub(crate) struct Arguments {
    /// A form whose answers are carried over; an empty workbook where none is given
    #[arg(value_name = "FORM")]
    file: Option<PathBuf>,
    /// The workbook to write; a file that is there already is left alone
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let form = match &arguments.file {
        None => None,
        Some(path) => {
            let input = Input::from(path.clone());
            let parsed = read_form(&input, None)?;
            tell_notes(&input.name(), &parsed.notes);
            Some(parsed.value)
        }
    };
    let bytes = mds2::workbook::write(form.as_ref())?;
    let name = arguments.output.display();
    let mut file = std::fs::File::create_new(&arguments.output)
        .with_context(|| format!("{name} cannot be written"))?;
    file.write_all(&bytes).with_context(|| format!("{name} cannot be written"))?;
    Ok(Outcome::Nothing)
}
