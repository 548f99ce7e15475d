//! What of ours is touched by what is known.
//!
//! A [`System`] is one bill of materials with its terms read; [`component::judge`] asks the
//! index of advisories about everything in it and gives a [`Judgement`]: findings, each
//! with the [`Ground`]s on which it rests, and [`Unknown`]s, each with the question that
//! would settle it. What is not known is never a silent "no". [`device`] does the same
//! for rows of an inventory and device advisories.
//!
//! What does not live here: priorities, KEV and EPSS (they belong to vulnerabilities and
//! are joined when a priority is worked out), and who acts by when.

pub mod component;
pub mod device;
pub mod explain;
pub mod statement;

mod cpe_names;
mod extent;
mod finding;
mod grounds;
mod part_of;
mod reach;
mod severity;
mod system;
mod unknown;
mod verdict;

pub use finding::{Finding, Judgement};
pub use grounds::{Document, Ground, Name, Origin, Rule};
pub use severity::{Severity, severities};
pub use system::{Candidate, Package, Position, Role, Share, System};
pub use unknown::{Scope, Settles, Unknown, Why};
pub use verdict::Verdict;
