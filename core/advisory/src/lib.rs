//! What is known to be wrong, and who says so.
//!
//! A [`Record`] is what one source says in one document, whatever its format: which
//! vulnerabilities, which packages, which CPE configurations, which products of makers,
//! and what to do. Each format has a module with one front door, `parse`.

mod applicability;
mod record;
mod wire;

pub mod csaf;
pub mod cve5;
pub mod cyclonedx_vex;
pub mod epss;
pub mod index;
pub mod kev;
pub mod nvd;
pub mod openvex;
pub mod osv;
pub mod package;
pub mod recognise;

pub use recognise::{Document, parse};

pub use record::{
    Affected, Bound, Extent, Identity, Impact, Interval, Note, Product, ProductBranch,
    ProductStatus, Record, Remediation, RemediationKind, Scorer, Severity, Source, State,
    Statement, StatementProduct, Vulnerability,
};
