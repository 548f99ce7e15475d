//! What the store holds to, on both databases from one body.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

#[macro_use]
mod both;

mod analyses;
mod answers;
mod audit;
mod backups;
mod copy;
mod customers;
mod designations;
mod digests;
mod evidence;
mod exports;
mod identities;
mod interrupted_forms;
mod inventory;
mod jobs;
mod judgements;
mod life_cycle_tables;
mod makers;
mod mds2_forms;
mod originals;
mod people;
mod products;
mod projects;
mod purchases;
mod question_notes;
mod repeatables;
mod second_factors;
mod sign_in_tries;
mod signing_keys;
mod suppliers;
mod tokens;
mod tree;
mod typed;
mod uploads;
mod webhooks;
