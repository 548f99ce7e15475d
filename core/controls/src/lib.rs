//! What the evidence supports: red flags of a supplier, the gate before a purchase.
//!
//! [`Evidence`] is what was delivered and kept about one supplier; [`vet()`] judges it. Each
//! red flag is a pure function of the evidence ([`red_flag`]); the wording is data. Verdicts
//! are four: raised, clear, cannot tell, not applicable; an attestation alone never clears,
//! and what is missing is asked.
//!
//! Two laws hold, and tests hold them: taking a piece of evidence away never turns *cannot
//! tell* into *clear*; and the same evidence gives the same verdicts in whatever order it
//! came.
//!
//! Not here: reading files, and what a person decides about a verdict.

pub mod baseline;
pub mod gate;
pub mod observation;
pub mod red_flag;
pub mod supplier_history;

mod case;
mod evidence;
mod exposure;
mod finding;
mod fit;
mod vet;

pub use evidence::{
    Answered, Evidence, Held, KnownExploited, Likeness, Named, ProductEvidence,
    Published, Supplier,
};
pub use exposure::{Exposure, Flaw, Listed, Listing, Open, exposed, exposure};
pub use finding::{Class, Finding, Ground, Ruling, Subject, Verdict};
pub use fit::{Fit, Fitted, fit_of_sbom_to_form};
pub use observation::Observation;
pub use vet::{ANSWER, Measures, Vetted, vet};
