//! OSCAL: controls, what is made of them, what was found and what is to be done, in the words
//! of NIST's Open Security Controls Assessment Language.
//!
//! Source: OSCAL 1.2 (NIST), JSON: catalog, profile, assessment results, plan of action and
//! milestones (POA&M), control mapping. [`parse`] is the front door; [`export`] writes what the
//! house has, [`import`] makes of what others wrote what the house takes.
//!
//! Fields that nothing here looks at are kept as they are (`other`), so what is read and written
//! again says the same. Ids that we make come of names (UUID version 5): the same input gives
//! the same file.
//!
//! Two rules carry over from the verdicts. What cannot be told is `not-satisfied`, with
//! *cannot tell* beside it: OSCAL has no third state. And what another assessor found is a claim
//! here, never a verdict.
//!
//! Not here: XML and YAML forms of OSCAL, system security plans, component definitions and
//! assessment plans.

pub mod catalog;
pub mod document;
pub mod export;
pub mod id;
pub mod import;
pub mod mapping;
pub mod metadata;
pub mod poam;
pub mod profile;
pub mod results;

pub use document::{Document, Model, is_oscal, parse};
pub use id::Id;

/// Members of an object that nothing here looks at, as they were read.
pub type Other = std::collections::BTreeMap<String, serde_json::Value>;

/// The edition in which we write.
pub const VERSION: &str = "1.2.1";

/// The namespace of the properties and parts that are ours.
pub const NAMESPACE: &str = "urn:lazaret:oscal";
