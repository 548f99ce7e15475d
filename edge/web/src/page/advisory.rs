//! Advisories about devices: what they say is public, whom they touch is not.

mod gone;
mod list;
mod show;

pub(crate) use gone::Gone;
pub(crate) use list::{list, mentions};
pub(crate) use show::{Counted, counted, show, versions};
