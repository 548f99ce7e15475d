//! One function per act: the only place where judgement and memory meet.
//!
//! Every act has one shape: read, keep, judge, keep, answer. It takes the [`App`] and the
//! [`Actor`] who asks for it, and ends with a leaf in the audit log. What does not live here:
//! rules about the domain (`core/`), statements (`store`), words for a screen (`web`).

pub mod account;
pub mod action;
mod actor;
mod address;
pub mod analysis;
mod app;
mod aside;
pub mod backup;
pub mod bills;
pub mod build;
mod called;
pub mod customer;
pub mod designation;
pub mod digest;
pub mod doctor;
pub mod evidence;
pub mod export;
pub mod feed;
pub mod first_run;
pub mod fleet;
pub mod groups;
pub mod history;
pub mod identity;
mod index_copy;
pub mod inventory;
pub mod judging;
pub mod knowledge;
pub mod life_cycle;
pub mod log;
pub mod maker;
pub mod mds2;
pub mod meters;
pub mod organisation;
pub mod pack;
mod packed;
mod password;
pub mod people;
pub mod posture;
pub mod priority_table;
pub mod project;
pub mod purchase;
pub mod question;
pub mod reindex;
pub mod replacement;
pub mod report;
pub mod revision;
pub mod sealing;
pub mod second_factor;
pub mod setting;
pub mod sign_in;
pub mod statement;
pub mod supplier;
pub mod token;
pub mod trial;
pub mod vulnerability;
pub mod webhook;
mod work;

pub use actor::{Actor, Permission};
pub use app::App;
pub use aside::CutShort;
pub use password::PasswordError;
pub use work::{send, work, work_off};

pub(crate) use work::causes;
