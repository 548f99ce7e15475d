//! How we read what others wrote.
//!
//! Every format has the same front door: `parse(bytes) -> Result<Parsed<T>, Rejected>`.
//! [`Rejected`]: the document is not what it claims to be, or passes a limit.
//! [`Parsed`]: everything understood, and a [`Note`] for each part set aside. A part
//! skipped without a note is a bug. Both say where, in the medium's own address.

pub mod encoding;
pub mod json;
pub mod limits;
pub mod pdf;
pub mod separated;
pub mod text;
pub mod workbook;
pub mod xml;

mod legible;
mod parsed;
mod place;

pub use legible::{Legible, legible};
pub use parsed::{Note, Notes, Parsed, Rejected};
pub use place::Place;
