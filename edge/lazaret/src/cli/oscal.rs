//! `lazaret oscal`: controls, verdicts and what is to be done, in NIST's OSCAL, out and in.

mod read;

use std::path::PathBuf;

use anyhow::Context as _;
use oscal::export::{self, Subject};
use oscal::{Document, Model};

use super::control::{Answer, judged};
use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Write the catalog, an organisation's profile, its assessment, its open points, crosswalks
    #[command(after_help = EXPORT_HELP)]
    Export(Export),
    /// Read a document of OSCAL, say what it holds, and make of it what is read here
    #[command(after_help = IMPORT_HELP)]
    Import(read::Arguments),
}

const EXPORT_HELP: &str = "\
OSCAL 1.2 as JSON, on standard output. `catalog` and `mapping` come with the program; the others
are of the evidence in FOLDER, as for `lazaret control assess`.

Only what is met is `satisfied`. Partly met and cannot tell are `not-satisfied`, each with its
word in the property `verdict`. An exception that holds is a risk with the status
`deviation-approved`, its approver and its last day.

Ids come of names: the same input gives the same file.";

const IMPORT_HELP: &str = "\
Catalogs, profiles, assessment results, plans of action (POA&M) and mappings of OSCAL 1.0 to 1.2
are read, as JSON.

With `--format toml` a profile becomes an `organisation.toml`, and assessment results become a
register of signed statements, both as `lazaret control assess` takes them. What somebody else
found is a claim: nothing is met by it alone.";

#[derive(clap::Args)]
pub(crate) struct Export {
    /// What is written
    #[arg(value_enum)]
    what: What,
    /// The evidence: files, folders, archives
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// Of which organisation, where the folders have several: its name
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// An index of advisories: how old its feeds are is evidence too
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// The day of which it is asked, `2026-11-26`; today, where it is not said
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The controls, in words of our own
    Catalog,
    /// What an organisation makes of them
    Profile,
    /// What the evidence says of each
    AssessmentResults,
    /// What is open, what to do, what was accepted
    Poam,
    /// Which parts of other catalogs each control belongs to
    Mapping,
}

impl From<What> for Model {
    fn from(what: What) -> Self {
        match what {
            What::Catalog => Self::Catalog,
            What::Profile => Self::Profile,
            What::AssessmentResults => Self::Results,
            What::Poam => Self::Poam,
            What::Mapping => Self::Mapping,
        }
    }
}

pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Export(arguments) => export(arguments),
        Verb::Import(arguments) => read::run(arguments),
    }
}

fn export(arguments: &Export) -> Result<Outcome, Failure> {
    let document = match Model::from(arguments.what) {
        Model::Catalog => without(arguments, export::catalog)?,
        Model::Mapping => without(arguments, export::mapping)?,
        model => of_organisation(arguments, model)?,
    };
    render::data(&document.write())?;
    Ok(Outcome::Nothing)
}

/// What comes with the program takes no evidence: whoever gives some expects something else.
fn without(arguments: &Export, write: fn() -> Document) -> Result<Document, Failure> {
    anyhow::ensure!(
        arguments.folders.is_empty(),
        "this comes with the program and is of no folder\nhelp: leave the folder out"
    );
    Ok(write())
}

fn of_organisation(arguments: &Export, model: Model) -> Result<Document, Failure> {
    anyhow::ensure!(
        !arguments.folders.is_empty(),
        "of which evidence?\nhelp: name the folder, as for `lazaret control assess`"
    );
    let as_of = arguments.as_of.as_deref();
    let answer = judged(&arguments.folders, arguments.index.as_deref(), as_of)?;
    // Nothing is written of evidence of which a part could not be read.
    answer.finish(&[])?;
    let at = organisation(&answer, arguments.organisation.as_deref())?;
    let names = answer.names();
    let name = names.get(at).copied().unwrap_or_default();
    let twins = names.iter().take(at).filter(|other| **other == name).count();
    let key = twins.to_string();
    let subject = Subject { name, key: &key, day: answer.today() };
    let group = answer.group();
    let member = group.members().get(at).context("there is no such organisation")?;
    match model {
        Model::Profile => Ok(export::profile(&subject, &member.tailoring)),
        Model::Poam => export::poam(&subject, group.assessed(at)).with_context(|| {
            format!("nothing is open in {name}, and OSCAL has no plan of nothing")
        }),
        _ => Ok(export::results(&subject, group.assessed(at))),
    }
}

/// The position of the organisation that is asked for.
fn organisation(answer: &Answer, named: Option<&str>) -> Result<usize, Failure> {
    let names = answer.names();
    let Some(named) = named else {
        anyhow::ensure!(
            names.len() == 1,
            "the folders have several organisations\nhelp: `--organisation` with one of: {}",
            names.join(", ")
        );
        return Ok(0);
    };
    let of_name = || names.iter().enumerate().filter(|(_, name)| **name == named);
    match (of_name().count(), of_name().next()) {
        (1, Some((at, _))) => Ok(at),
        (0, _) => anyhow::bail!(
            "there is no organisation `{named}`\nhelp: there are: {}",
            names.join(", ")
        ),
        _ => anyhow::bail!(
            "several organisations are called `{named}`\nhelp: give the folder of one alone"
        ),
    }
}
