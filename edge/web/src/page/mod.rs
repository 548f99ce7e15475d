//! The pages, one file per noun.

pub(crate) mod account;
pub(crate) mod advisory;
pub(crate) mod audit;
pub(crate) mod confirm;
pub(crate) mod device;
pub(crate) mod facet;
pub(crate) mod feed;
pub(crate) mod first_run;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod organisation;
pub(crate) mod own;
pub(crate) mod password;
pub(crate) mod people;
pub(crate) mod product;
pub(crate) mod provider;
pub(crate) mod question;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod setting;
pub(crate) mod sign_in;
pub(crate) mod today;
pub(crate) mod vulnerability;
pub(crate) mod webhook;
pub(crate) mod welcome;
pub(crate) mod work;
