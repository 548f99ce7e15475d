//! What a product is made of, as its maker wrote it.
//!
//! A [`Bom`] is one delivered document: its [`Component`]s, how they depend on each other,
//! and the statements about vulnerabilities that it carries. [`parse`] is the front door:
//! the format is recognised by content, never by the file's name.

pub mod contradiction;
pub mod diff;
pub mod listing;
pub mod quality;
pub mod spdx;
pub mod tree;

mod bom;
mod circles;
mod cyclonedx;
mod recognise;

pub use bom::{
    Aggregate, Bom, Component, Composition, Contact, ContactKind, Context, Format, Hash,
    Kind, Patch, Phase, Relationship, RelationshipKind, SourcePackage, Statement,
    StatementVersion, Subject, Support,
};
pub use recognise::parse;
