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
pub mod purl;
pub mod range;
pub mod version;
pub mod vex;

mod malformed;

pub use date::{Day, Instant};
pub use malformed::Malformed;
pub use purl::Purl;
