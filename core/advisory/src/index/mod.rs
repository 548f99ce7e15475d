//! The compiled index of advisories: one immutable file, looked up in place.
//!
//! [`Entry`] is one thing that a source said, [`Builder`] writes entries in the order of
//! their keys, [`Index`] looks up in what was written. The bytes of an index depend on the
//! set of records alone, never on order, history or a clock. `docs/decisions/index_format.md`
//! says why it is our own format and lays out its sections.
//!
//! What does not live here: files. `edge/feeds` collects, writes, opens and maps.

mod aliases;
mod body;
mod build;
mod counts;
mod coverage;
mod cpe_key;
mod difference;
mod entry;
mod folded;
mod format;
mod look_up;
mod look_up_key;
mod octets;
mod product;
mod product_key;
mod view;
mod vulnerability;

#[cfg(test)]
mod tests;

pub use body::{
    BoundRef, Containment, ExactRef, ExtentRef, IdentityRef, Inclusion, IntervalRef,
    Sought, decode, encode,
};
pub use build::{Alone, Builder, compile};
pub use counts::{Catalog, Counts, RefusedJoin, SourceCount};
pub use coverage::{Coverage, Covered, Ecosystem};
pub use difference::{Change, Changed, DIFFERING_MAX, Difference};
pub use entry::{EDITION, Entry, Listing, Scoring};
pub use format::is_index;
pub use look_up::{Generation, Index, LAYERS_MAX};
pub use look_up_key::{KEYS_EDITION, LookUpKey};
pub use product::ProductWords;
pub use product_key::ProductKey;
pub use view::{AffectedRef, ConfigurationRef, RecordRef};
pub use vulnerability::{EpssRef, SeverityRef, VulnerabilityRef};
