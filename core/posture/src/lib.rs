//! Where an organisation stands: the sixty-four controls, each judged by evidence, and what
//! they come to together.
//!
//! [`mod@catalog`] says what each control means, in words of our own; [`crosswalk`] which parts of
//! other catalogs it belongs to; [`Tailoring`] what an organisation makes of it. [`assess()`]
//! judges all of them: each is a pure function (module `control`) of [`Holdings`] to a [`Ruling`]
//! with the facts used, their age and what would change it. [`Posture`] counts them over the
//! four categories, [`Group`] over a tree of organisations, and keeps up with one new piece of
//! evidence without judging everything anew.
//!
//! Laws, which tests hold over all sixty-four: what is only claimed is never met; taking one
//! piece of evidence away never turns *cannot tell* into *met*; evidence past its validity
//! decays to *cannot tell*.
//!
//! Not here: reading files of evidence (`evidence`), a supplier's red flags (`controls`), and
//! what a person decides about a verdict.

pub mod actions;
pub mod catalog;
pub mod crosswalk;
pub mod derive;

mod assess;
mod case;
mod control;
mod group;
mod holdings;
mod posture;
mod ruling;
mod tailoring;

pub use assess::{Assessed, assess, assess_one};
pub use catalog::{Audience, Basis, Category, Control, catalog};
pub use group::{Exchange, Group, Member, Rolled};
pub use holdings::{Held, Holdings, Reach, What};
pub use posture::{Changed, Posture, Tally, changes};
pub use ruling::{Lack, Ruling, Verdict};
pub use tailoring::{EXAMPLE as TAILORING_EXAMPLE, Exception, Side, Tailored, Tailoring};
