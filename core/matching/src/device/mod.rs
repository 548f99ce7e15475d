//! Judging devices against device advisories.
//!
//! Medical advisories carry neither CPE nor purl: a leaf of a product tree names a vendor,
//! a product and versions in words. [`leaf`] reads such a leaf, [`judge`] compares it with
//! a row of an inventory, [`Matcher`] does so for many rows and many advisories and says
//! on what grounds. The rules are in `docs/decisions/device_matching.md`.
//!
//! Not here: reading inventories and advisories, and any list of products: a rule that
//! knows a model by name would be an answer, not a rule.

pub mod extent;
pub mod judge;
pub mod leaf;
mod limits;
pub mod product;
pub mod remedy;
pub mod shown;

mod advice;
mod ask;
mod basis;
mod matcher;
mod source;
mod wording;

pub use advice::{Advice, Vendors};
pub use ask::{Ask, Means, Replies, Reply, Topic, is_of_unstated_release};
pub use basis::Basis;
pub use judge::Configuration;
pub use matcher::{Answer, Asked, Confidence, Matcher, Verdict, releases};
