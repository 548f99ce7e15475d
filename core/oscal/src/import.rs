//! What others wrote, as the house takes it.
//!
//! A profile becomes a tailoring, assessment results become signed statements of the register,
//! a plan of action becomes open points, a catalog or a mapping a list with what of ours
//! belongs to it. What cannot be taken over is noted with its place, never dropped in silence.

mod exceptions;
mod listing;
mod points;
mod register;
mod tailoring;

use posture::{Control, catalog};
use reading::Note;

pub use exceptions::{Excepted, exceptions};
pub use listing::{Listed, Pair, controls, pairs};
pub use points::{Acceptance, Point, points};
pub use register::{Claim, Statement, claims, register, statements};
pub use tailoring::tailoring;

/// A file of ours that was made of a document of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The file (TOML).
    pub text: String,
    /// What is to be known of it, and what could not be taken over.
    pub notes: Vec<Note>,
}

/// The control of ours that an id names: the id as it is written, or a part of it (`A-01_obj`).
/// Other catalogs write ids much the same, so letters in another case are none of ours.
fn control(id: &str) -> Option<Control> {
    let id = id.split_once('_').map_or(id, |(control, _)| control);
    catalog().control(id).filter(|control| control.id() == id)
}

/// A text as TOML writes one, in a line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in crate::metadata::line(text).chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A text as a comment of TOML, in a line.
fn comment(text: &str) -> String {
    format!("# {}\n", crate::metadata::line(text))
}
