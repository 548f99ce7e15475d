//! CPE names and applicability.
//!
//! Source: NISTIR 7695 (naming), NISTIR 7696 (name matching), NISTIR 7698 (applicability).

mod applicability;

pub use applicability::{Bounds, Configuration, Criterion, Negate, Node, Operator, Role};
