//! Names of makers and models as people write them.
//!
//! One maker has many names (legal ones, brands, former ones, those of what it bought), and
//! every inventory and advisory picks another. [`Makers`] tells whether two names mean one
//! maker, and how it knows. [`text::Text`] cuts free text into pieces that survive spelling
//! (`MR360`, `MR 360`, `mr-360`); [`text::Unit`] finds a word of a product name in them.
//!
//! Not here: what a product name means in an advisory (that is `matching`), and any
//! knowledge of models: a table of models would be a list of answers.

pub mod makers;
pub mod spelling;
pub mod text;

pub use makers::{Aliases, Maker, MakerMatch, Makers};
