//! What `scan`, `affected` and `explain` do alike: open the index, read documents and
//! statements, put findings into the shape in which they are printed, and say how old the
//! knowledge is.

mod age;
mod shown;

use std::collections::BTreeSet;
use std::path::PathBuf;

use matching::explain::Explanation;
use matching::statement::{self, Speaker, Standing, Statement};
use rayon::prelude::*;
use reading::{Note, Rejected};
use sbom::Bom;
use terms::vex::Status;

use advisory::index::Index;
use matching::statement::Statements;

use crate::cli::Failure;
use crate::input::{Input, Unreadable};
use crate::output::text;
use crate::{index, render};

pub(crate) use age::ages;
pub(crate) use shown::{Facts, Joined, because, component, finding, unknown};

/// Notes told for one document; the rest is counted.
const NOTES_TOLD_MAX: usize = 3;

/// Statements told that reached nothing; the rest is counted.
const UNHEARD_TOLD_MAX: usize = 10;

/// Where knowledge and statements come from.
#[derive(clap::Args)]
pub(crate) struct Sources {
    /// The index of advisories; without it the one that `feed build` keeps in your data folder
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Option<PathBuf>,
    /// Statements that you accept: OpenVEX, CSAF, CycloneDX, or the SBOM itself (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) vex: Vec<PathBuf>,
}

/// What is known of the device, for priorities. What is left out is a question.
#[derive(Clone, Copy, clap::Args)]
pub(crate) struct Known {
    /// Whether the product sustains life
    #[arg(long, value_name = "yes|no")]
    life_sustaining: Option<Answer>,
    /// Whether the device can be reached from other zones
    #[arg(long, value_name = "yes|no")]
    reachable: Option<Answer>,
    /// Whether the product holds patient data (protected health information)
    #[arg(long, value_name = "yes|no")]
    holds_phi: Option<Answer>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Answer {
    Yes,
    No,
}

impl From<Known> for Facts {
    fn from(known: Known) -> Self {
        let said = |answer| match answer {
            Some(Answer::Yes) => worklist::Known::Yes,
            Some(Answer::No) => worklist::Known::No,
            None => worklist::Known::Unknown,
        };
        Self {
            life_sustaining: said(known.life_sustaining),
            reachable: said(known.reachable),
            holds_phi: said(known.holds_phi),
        }
    }
}

/// A document that was read.
pub(crate) struct Delivered {
    pub(crate) file: String,
    pub(crate) bom: Bom,
}

/// The documents that could be read, and whether all could.
pub(crate) struct Deliveries {
    pub(crate) documents: Vec<Delivered>,
    pub(crate) refused: usize,
}

/// Reads bills of materials. A document that is refused is told and left out.
///
/// # Errors
/// When none can be read: there is nothing to answer about.
pub(crate) fn read_boms(paths: &[PathBuf]) -> Result<Deliveries, Failure> {
    let inputs: Vec<Input> = paths.iter().cloned().map(Input::from).collect();
    let read = |input: &Input| -> Result<(Bom, Vec<Note>), Unreadable> {
        let bytes = input.read()?;
        let parsed = sbom::parse(&bytes)?;
        Ok((parsed.value, parsed.notes))
    };
    let results: Vec<_> = match inputs.as_slice() {
        // A pool of threads takes longer to start than one document to read.
        [one] => vec![read(one)],
        many => many.par_iter().map(read).collect(),
    };
    let mut deliveries = Deliveries { documents: Vec::new(), refused: 0 };
    for (input, result) in inputs.iter().zip(results) {
        match result {
            Ok((bom, notes)) => {
                tell_notes(&input.name(), &notes);
                deliveries.documents.push(Delivered { file: input.name(), bom });
            }
            Err(why) if inputs.len() == 1 => anyhow::bail!(input.refusal(&why)),
            Err(why) => {
                render::talk(&format!("error: {}", input.refusal(&why)));
                deliveries.refused += 1;
            }
        }
    }
    if deliveries.documents.is_empty() {
        anyhow::bail!(
            "none of the {} documents could be read\n\
             help: what to do about each stands above",
            inputs.len()
        );
    }
    Ok(deliveries)
}

fn tell_notes(file: &str, notes: &[Note]) {
    for note in notes.iter().take(NOTES_TOLD_MAX) {
        render::talk(&format!("note: {}\n  --> {file}, {}", note.message, note.place));
    }
    if let Some(more) = notes.len().checked_sub(NOTES_TOLD_MAX).filter(|more| *more > 0) {
        render::talk(&format!(
            "note: {file}: {more} more; `lazaret sbom check` shows all"
        ));
    }
}

/// The statements that an operator accepts, from files.
///
/// # Errors
/// When a file cannot be read, or holds no statements of a kind that is known.
pub(crate) fn accepted(paths: &[PathBuf]) -> Result<Vec<Statement>, Failure> {
    let standing = Standing::Accepted(Speaker::Hospital);
    let mut statements = Vec::new();
    for path in paths {
        let input = Input::from(path.clone());
        let refused = |why: Unreadable| anyhow::anyhow!(input.refusal(&why));
        let bytes = input.read().map_err(refused)?;
        let own = read_statements(&bytes, &input.name(), standing)
            .map_err(|why| refused(why.into()))?;
        if own.is_empty() {
            render::talk(&format!("warning: {} holds no statement", input.name()));
        }
        tell_unreasoned(&own, &input.name());
        statements.extend(own);
    }
    Ok(statements)
}

/// Says which accepted statements hide something and give no reason: the formats ask for a
/// justification or an impact statement.
fn tell_unreasoned(statements: &[Statement], file: &str) {
    let unreasoned = statements.iter().filter(|one| {
        one.status == Some(Status::NotAffected)
            && one.justification.is_none()
            && one.impact.trim().is_empty()
    });
    let places: Vec<String> =
        unreasoned.map(|one| one.origin.place.to_string()).collect();
    if let Some(first) = places.first() {
        render::talk(&format!(
            "note: {} says *not affected* without a justification or an impact statement; \
             accepted all the same\n  --> {file}, {first}",
            text::counted(places.len(), "statement")
        ));
    }
}

/// A CycloneDX or SPDX document carries its statements inside; everything else is an
/// advisory or VEX document.
fn read_statements(
    bytes: &[u8],
    file: &str,
    standing: Standing,
) -> Result<Vec<Statement>, Rejected> {
    let refused = match sbom::parse(bytes) {
        Ok(parsed) => return Ok(statement::of_bom(&parsed.value, file, standing)),
        Err(refused) => refused,
    };
    let records = match advisory::parse(bytes) {
        Ok(parsed) => {
            tell_notes(file, &parsed.notes);
            parsed.value
        }
        Err(other) if advisory::recognise::is_other(&other) => return Err(refused),
        Err(refused) => return Err(refused),
    };
    Ok(match records {
        advisory::Document::Record(record) => statement::of_record(&record, standing),
        advisory::Document::Records(_)
        | advisory::Document::Kev(_)
        | advisory::Document::Epss(_) => Vec::new(),
    })
}

/// Says how old the index is, source by source, and whether it holds anything.
pub(crate) fn warn(index: &Index<'_>) {
    let counts = index.counts();
    if let Some(warning) = index::warning(&counts, jiff::Timestamp::now()) {
        render::talk(&format!("warning: {warning}"));
    }
    if counts.sources.iter().all(|source| source.records == 0) {
        render::talk(
            "warning: the index holds no record: nothing found is nothing known",
        );
    }
}

/// Whether what was read of an index can be believed.
///
/// # Errors
/// When bytes of it were found damaged.
pub(crate) fn check(index: &Index<'_>) -> Result<(), Failure> {
    if index.is_damaged() {
        anyhow::bail!("the index is damaged; build it again with `lazaret feed build`");
    }
    Ok(())
}

/// Says which accepted statements reached nothing.
pub(crate) fn tell_unheard(statements: &Statements, heard: &BTreeSet<usize>) {
    let unheard = statements.iter().enumerate().filter(|(at, _)| !heard.contains(at));
    tell_matching_nothing(unheard.map(|(_, statement)| statement));
}

/// Says which accepted statements on what was explained reached nothing.
pub(crate) fn tell_unheard_of(statements: &Statements, explanations: &[Explanation<'_>]) {
    let unheard = statements.iter().enumerate().filter(|(at, statement)| {
        let mut of = explanations.iter().filter(|one| {
            let mut ids = one.aliases.iter().chain([&one.id]);
            ids.any(|id| statement.ids.iter().any(|own| own.eq_ignore_ascii_case(id)))
        });
        let about = of.next();
        about.is_some_and(|one| !one.heard.contains(at))
            && of.all(|one| !one.heard.contains(at))
    });
    tell_matching_nothing(unheard.map(|(_, statement)| statement));
}

fn tell_matching_nothing<'s>(unheard: impl Iterator<Item = &'s Statement>) {
    let unheard: Vec<&Statement> = unheard
        .filter(|statement| matches!(statement.standing, Standing::Accepted(_)))
        .collect();
    for statement in unheard.iter().take(UNHEARD_TOLD_MAX) {
        render::talk(&format!(
            "warning: the statement on {} matches nothing\n  --> {}, {}",
            statement.ids.first().map_or("no vulnerability", String::as_str),
            statement.origin.id,
            statement.origin.place,
        ));
    }
    if let Some(more) =
        unheard.len().checked_sub(UNHEARD_TOLD_MAX).filter(|more| *more > 0)
    {
        render::talk(&format!("warning: {more} more statements match nothing"));
    }
}
