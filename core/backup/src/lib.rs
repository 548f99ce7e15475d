//! A copy of everything that the house remembers, as lines of JSON.
//!
//! ```text
//! {"lazaret_backup":1,"made":"2026-11-26T10:00:00Z","migrations":[1,2]}
//! {"table":"head","columns":["id","sealed_key"]}
//! [1,{"b":"AAEC"}]
//! {"file":"index/0a1b.index"}
//! {"piece":"AAEC"}
//! {"end":{"tables":1,"rows":1,"files":["index/0a1b.index"],"digest":"…"}}
//! ```
//!
//! What it is, then table by table its columns and its rows, then files that lie beside the
//! database in pieces, then how many there were and the BLAKE3 digest of everything before.
//! Here is what a line says, in which order lines may stand, and that none of them is missing.
//!
//! What does not live here: which tables there are, and what a cell is in them (`store`); how
//! the lines are packed, and where files may go (`operations`).

mod cell;
mod line;
mod read;
mod write;

pub use cell::Cell;
pub use line::{Contents, Header, Line};
pub use read::{Reader, Refusal};
pub use write::{Unwritten, Writer};

/// The edition of the form.
const EDITION: u32 = 1;

#[cfg(test)]
mod tests;
