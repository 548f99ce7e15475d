//! `lazaret sbom`: what SBOMs say, what they leave out, and what changed between them.

mod check;
mod diff;
mod show;

use reading::{Note, Parsed};
use sbom::Bom;

use super::{Failure, Outcome};
use crate::input::{Input, Unreadable};
use crate::output::text::{clean, clip, columns, counted};
use crate::render;

/// What can be done with SBOMs.
#[derive(clap::Subcommand)]
pub(crate) enum Verb {
    /// Check SBOMs against the minimum elements of NTIA and FDA
    Check(check::Arguments),
    /// Say what changed from one SBOM to the next
    Diff(diff::Arguments),
    /// Show what an SBOM says, as a tree
    Show(show::Arguments),
}

/// Does what the verb says.
pub(crate) fn run(verb: &Verb) -> Result<Outcome, Failure> {
    match verb {
        Verb::Check(arguments) => check::run(arguments),
        Verb::Diff(arguments) => diff::run(arguments),
        Verb::Show(arguments) => show::run(arguments),
    }
}

/// Reads one SBOM, whatever its format.
fn read(input: &Input) -> Result<Parsed<Bom>, Unreadable> {
    let bytes = input.read()?;
    Ok(sbom::parse(&bytes)?)
}

/// How many notes of reading are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    FirstFew,
    All,
}

/// Says on stderr what was set aside or repaired in reading.
fn tell_notes(file: &str, notes: &[Note], shown: Shown) {
    const FIRST: usize = 5;
    if notes.is_empty() {
        return;
    }
    let count = notes.len();
    let noun = if count == 1 { "note" } else { "notes" };
    render::talk(&format!("{count} {noun} on {file}:"));
    let limit = match shown {
        Shown::All => count,
        Shown::FirstFew => FIRST,
    };
    for note in notes.iter().take(limit) {
        let place = note.place.to_string();
        render::talk(&format!("  {}: {}", clean(&place), clean(&note.message)));
    }
    if count > limit {
        render::talk(&format!("  … and {} more; `--notes` prints all", count - limit));
    }
}
