//! CPE names and applicability.
//!
//! Source: NISTIR 7695 (naming), NISTIR 7696 (name matching), NISTIR 7698 (applicability).
//!
//! A [`Name`] is read from any of the three bindings; [`Configuration::evaluate`] says
//! what an applicability statement means for one whole system.
//!
//! Not here: the dictionary (NISTIR 7697), and which language tags exist (RFC 5646).

mod applicability;
mod binding;
mod evaluate;
mod name;
mod order;
mod relation;
mod system;

pub use applicability::{Bounds, Configuration, Criterion, Negate, Node, Operator, Role};
pub use evaluate::{Doubt, Evaluation, Truth, Why};
pub use name::{Attribute, Name, Value};
pub use order::compare as compare_versions;
pub use relation::Relation;
pub use system::{Names, System};
