//! What each act does to a house, from its arrival to what everybody sees of it; on both
//! databases where the database could make a difference.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../databases/mod.rs"]
mod databases;
mod demo;
#[path = "../house/mod.rs"]
mod house;
#[path = "../receivers/mod.rs"]
mod receivers;

mod account;
mod audience;
mod bills;
mod blocked;
mod designations;
mod devices_stated;
mod evidence;
mod feeds;
mod groups;
mod imports;
mod left_out;
mod legible;
mod life_cycles;
mod mds2;
mod moved;
mod nodes;
mod organisations;
mod pack;
mod projects;
mod purchases;
mod questions;
mod reindex;
mod rejudging;
mod related;
mod renamed;
mod sealing;
mod statements;
mod suppliers;
mod taken_back;
mod tokens;
mod typed;
mod verdicts;
mod webhooks;
mod work;
