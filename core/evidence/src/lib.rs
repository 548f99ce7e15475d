//! What an organisation can show for itself: exports of its systems, results of scanners,
//! rules of firewalls, and the register that it keeps by hand.
//!
//! [`parse`] is the front door: a document is recognised by content, never by its name.
//! Tables (CSV, workbooks) and the register (TOML) become [`Record`]s of a [`Kind`]; a
//! firewall becomes a [`RuleSet`], a scanner's result a [`Scan`].
//!
//! **People.** No name, address or login of a person outlives the reading of its cell: what is
//! needed to join two exports is a keyed hash ([`Pseudonyms`]), whose key the caller makes and
//! forgets. A place (a row) is what leads whoever holds the file back to the person.
//!
//! Not here: inventories of devices, SBOMs, advisories, what suppliers show (nouns of their
//! own); and any verdict.

pub mod cell;
pub mod firewall;
pub mod phishing;
pub mod register;
pub mod scan;
pub mod scim;
pub mod table;

mod field;
mod ground;
mod kind;
mod recognise;
mod record;

pub use field::{Field, Form};
pub use firewall::RuleSet;
pub use ground::{Class, Ground, days_between};
pub use kind::{Column, Kind, Nature};
pub use recognise::{Format, Read, format, parse};
pub use record::{Pseudonym, Pseudonyms, Record, Value};
pub use scan::Scan;
