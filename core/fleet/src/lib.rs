//! Who has what, answered in memory at a million devices.
//!
//! A [`Fleet`] holds the devices of one top organisation by column. A [`Filter`] becomes a
//! bitmap, a sort is one permutation or a list of values, a facet is an intersection; the
//! rows themselves are fetched elsewhere, by their ordinals. Every answer takes a [`Scope`]
//! and depends on nothing outside it.
//!
//! ```
//! use fleet::{Column, Entry, Filter, Fleet, OrganisationId, Scope, Sets, Sort, Start};
//!
//! let mut fleet = Fleet::new();
//! fleet.put(&Entry { ordinal: 7, department: "Ward 2", ..Entry::default() });
//! let filter = Filter::parse("department=Ward%202").unwrap();
//! let scope = Scope::of([OrganisationId::default()]);
//! let view = fleet.view(&scope, &filter, &Sets::new()).unwrap();
//! let page = view.page(Sort::up(Column::AssetTag), &Start::First, 50);
//! assert_eq!((page.ordinals, page.total), (vec![7], 1));
//! ```
//!
//! What does not live here: the texts as they were written (the store keeps them), the
//! judgements behind a configuration's worst verdict, and who may see what; a scope says
//! only which organisations.

mod alike;
mod codes;
mod collate;
mod column;
mod devices;
mod entry;
mod filter;
mod find;
mod groups;
mod holdings;
mod numbers;
mod order;
mod page;
mod query;
mod repeating;
mod scope;
mod situation;
mod sort;
mod spelt;
mod tables;
mod texts;
mod view;

pub use alike::Alike;
pub use column::Column;
pub use entry::{
    Answer, Configuration, ConfigurationId, Entry, Organisation, OrganisationId,
    Priorities, Priority, Standing, Table,
};
pub use filter::{Filter, NotAValue, Part, Presence};
pub use find::{How, Met};
pub use groups::counts_as;
pub use holdings::Fleet;
pub use numbers::Numbers;
pub use page::{Page, Start};
pub use query::{decoded, encoded};
pub use scope::Scope;
pub use situation::{Situation, Tally, Variant};
pub use sort::{Cursor, Direction, Sort};
pub use view::{Facet, Facets, NoSuchSet, Sets, View};
