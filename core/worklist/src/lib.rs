//! What a person does next: how soon, and for which reason.
//!
//! [`Policy`] is a table of rows, of which the first that fits decides. An organisation may
//! change its table; [`Policy::standard`] is the one that everybody starts with.
//!
//! What does not live here: KEV and EPSS themselves. They belong to vulnerabilities and are
//! joined when a priority is worked out, since EPSS changes daily.

mod action;
mod policy;
mod priority;

pub use action::{Order, Update, update};
/// The words are those of the columns of a fleet.
pub use fleet::{Answer as Known, Priority};
pub use policy::{Condition, Policy, Row};
pub use priority::{Assessment, Control, Fact, Facts, Lowered, priority};
