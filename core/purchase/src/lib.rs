//! A purchase: what bidders delivered, held side by side against what the house asks for.
//!
//! [`recognise()`] says of each file what it is, by content, and loses none. [`Bid`] puts the
//! files of one bidder, and what the house keeps about that bidder, where they belong.
//! [`judge()`] makes of a bid a verdict for each of the sixty-four considerations, with the
//! file and the place on which it rests; gates that stay closed until somebody proves
//! something; contradictions between what is claimed and what is observed; the duties of the
//! law and of guidance, with their timers; and the questions that are open.
//!
//! What is asked of whom is data: [`Profile`], `data/profile.toml`, or a house's own.
//!
//! Laws, which tests hold: what a bidder says of itself is never *met*; taking one of its files
//! away never turns *cannot tell* into *met*, nor opens a gate; a bid is judged by its own
//! files and those of the house alone, so that nothing of another bidder can reach it.
//!
//! Not here: opening folders and archives, whether a person overrides a gate, and the award.

pub mod answer;
pub mod cross_check;
pub mod duty;
pub mod event;
pub mod gate;
pub mod paper;
pub mod profile;
pub mod question;
pub mod support;

mod bid;
mod cell;
mod check;
mod exposure;
mod judge;
mod no_sbom;
mod recognise;

pub use bid::{Bid, Fate, Filed, Side};
pub use cell::Cell;
pub use event::{Event, Tier};
pub use exposure::{Beside, Hearing};
pub use gate::Gate;
pub use judge::{Judged, Row, Setting, judge};
pub use paper::{Paper, PaperKind};
pub use profile::Profile;
pub use recognise::{Content, Taken, recognise};
