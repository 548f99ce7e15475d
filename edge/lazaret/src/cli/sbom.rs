//! `lazaret sbom`: what SBOMs say, what they leave out, and what changed between them.

mod check;
mod diff;
mod show;

use reading::{Note, Parsed};
use sbom::Bom;

use super::{Failure, Outcome};
use crate::input::{Input, Unreadable};
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
        render::talk(&clean(&format!("  {}: {}", note.place, note.message)));
    }
    if count > limit {
        render::talk(&format!("  … and {} more; `--notes` prints all", count - limit));
    }
}

/// Control characters of a document must not reach the terminal, nor may they turn the
/// direction of the text round.
fn clean(text: &str) -> String {
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')
            || matches!(letter, '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    text.chars().map(|letter| if hidden(letter) { ' ' } else { letter }).collect()
}

/// A text cut to `room` characters, the last of them an ellipsis.
fn clip(text: &str, room: usize) -> String {
    match text.char_indices().nth(room) {
        Some(_) => text.chars().take(room.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A count with its noun.
fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}
