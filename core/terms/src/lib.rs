//! Words that an outside standard defines and that two crates of Lazaret speak.
//!
//! Each word is a type whose only constructor is its grammar: it has no `Default`, no
//! public field, and prints what it read. All of them refuse bad input in one way,
//! [`Malformed`].
//!
//! What does not live here: anything with a meaning of our own (verdicts, priorities),
//! and anything that reads a whole document.

pub mod cpe;
pub mod cvss;
pub mod date;
pub mod digest;
pub mod osv_id;
pub mod purl;
pub mod range;
pub mod spdx_license;
pub mod udi;
pub mod version;
pub mod vex;

mod cve;
mod cwe;
mod idempotency_key;
mod mac;
mod malformed;
mod tlp;
mod uuid;

pub use cve::CveId;
pub use cwe::CweId;
pub use date::{Day, Instant};
pub use digest::Digest;
pub use idempotency_key::IdempotencyKey;
pub use mac::Mac;
pub use malformed::Malformed;
pub use osv_id::OsvId;
pub use purl::Purl;
pub use tlp::Tlp;
pub use udi::Udi;
pub use uuid::Uuid;
