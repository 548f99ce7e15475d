//! Devices: the list, one of them, and why it is judged as it is.

pub(crate) mod address;
mod answered;
pub(crate) mod explain;
pub(crate) mod export;
mod facet;
mod history;
pub(crate) mod list;
mod lost;
mod made_of;
pub(crate) mod moved;
pub(crate) mod replaced;
mod row;
pub(crate) mod show;

pub(crate) use address::devices_of;
pub(crate) use explain::{listed_as, urgency};
pub(crate) use history::urgency as urgency_changed;
pub(crate) use row::name;
pub(crate) use show::{Fact, Link, Remedy, to_advisory, udi};

/// A link of a document, if it is one that a browser may follow; empty otherwise.
pub(crate) fn web_address(url: &str) -> String {
    let url = url.trim();
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web { url.to_owned() } else { String::new() }
}
