//! Why a list is empty, and the one act that changes it.

use askama::Template;
use operations::{Actor, Permission};

/// Why there is nothing, and what would change it.
#[derive(Template)]
#[template(path = "lesson.html")]
pub(crate) struct Lesson {
    why: &'static str,
    /// Where to go; empty where whoever looks can do nothing about it.
    address: &'static str,
    link: &'static str,
}

impl askama::filters::HtmlSafe for Lesson {}

impl Lesson {
    pub(crate) const fn new(
        why: &'static str,
        address: &'static str,
        link: &'static str,
    ) -> Self {
        Self { why, address, link }
    }

    /// That nothing was taken in: whoever may is led there.
    pub(crate) fn no_device(by: &Actor, why: &'static str) -> Self {
        match by.may(Permission::ImportInventory) {
            true => Self::new(why, "/imports/new", "Take in an inventory"),
            false => Self::new(why, "", ""),
        }
    }

    /// That nothing is judged.
    pub(crate) const fn no_index(why: &'static str) -> Self {
        Self::new(why, "/feeds", "Feeds of advisories")
    }

    fn leads_on(&self) -> bool {
        !self.address.is_empty()
    }
}
