//! `lazaret explain`: why, or why not, step by step.

use std::path::PathBuf;

use matching::statement::{Standing, Statements, Voices, of_bom};
use matching::{System, Verdict};

use super::affected::tell_unanalysed;
use super::{Failure, Outcome};
use crate::output::explanation::{self, Format};
use crate::{index, judging, render};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: judging::Sources,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// A bill of materials: CycloneDX or SPDX, `-` is standard input
    #[arg(value_name = "BOM")]
    bom: PathBuf,
    /// The vulnerability: a CVE, an alias, or the id of a record
    #[arg(value_name = "CVE")]
    id: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let id = arguments.id.trim();
    let opened = index::open(arguments.sources.index.as_deref())?;
    let index = opened.index()?;
    let accepted = Statements::from(judging::accepted(&arguments.sources.vex)?);
    let deliveries = judging::read_boms(std::slice::from_ref(&arguments.bom))?;
    let [delivered] = deliveries.documents.as_slice() else {
        anyhow::bail!("the document could not be read");
    };
    tell_unanalysed(&index, id);
    let system = System::new(&delivered.bom, &delivered.file);
    let claimed = of_bom(&delivered.bom, &delivered.file, Standing::Claimed);
    let claimed = Statements::from(claimed);
    let voices = Voices { accepted: &accepted, claimed: &claimed };
    let explanations = matching::explain::explain(&system, &index, &voices, id);
    judging::check(&index)?;
    let affected = explanations.iter().any(|one| one.verdict == Verdict::Affected);
    let file = index::path(arguments.sources.index.as_deref())?;
    let ages = judging::ages(&index, &file.display().to_string());
    let shown = explanation::shown(&explanations, &system, &delivered.file, ages);
    render::data(&explanation::write(&shown, arguments.format, render::width()))?;
    judging::tell_unheard_of(&accepted, &explanations);
    judging::warn(&index);
    Ok(if affected { Outcome::Found } else { Outcome::Nothing })
}
