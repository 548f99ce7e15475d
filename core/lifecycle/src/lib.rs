//! How long software is supported, and by whom that is said.
//!
//! A [`Catalog`] holds products with their cycles: those of endoflife.date as somebody gives
//! them ([`endoflife`]), and a supplement of ours for what that lacks (`data/supplement.toml`),
//! each row with its source. [`Catalog::support`] joins it to a component of an SBOM.
//!
//! *Unknown* stays unknown: a product that is not here, a version that fits no cycle, an
//! edition that is not told apart (Windows 10 LTSC, of which IoT Enterprise and Enterprise end
//! five years apart) is never *supported*. A product is known by package URL, by the vendor
//! and product of a CPE name, or by a name that is exactly one of those listed; names that are
//! only like each other join nothing.

pub mod endoflife;

mod catalog;
mod supplement;

pub use catalog::{Catalog, Cycle, End, Known, Named, Product, Standing, Support};
