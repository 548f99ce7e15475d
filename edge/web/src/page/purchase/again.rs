//! A form of a page that shows more than forms, shown again alone where something in it is wrong:
//! what was typed stands there still.

use askama::Template;
use serde::Serialize;

use super::Fields;
use crate::face::Show;
use crate::field::{Choice, Faults, Field, Holds};
use crate::parts;
use crate::problem::Problem;

/// The form, with what is wrong in it. Only people see it: a program is told the problem.
#[derive(Template, Serialize)]
#[template(path = "purchase/again.html")]
pub(super) struct Again {
    #[serde(skip)]
    pub(super) title: String,
    /// Where it is sent.
    #[serde(skip)]
    pub(super) action: String,
    #[serde(skip)]
    pub(super) token: String,
    /// What is sent unseen: names and values.
    #[serde(skip)]
    pub(super) hidden: Vec<(&'static str, String)>,
    #[serde(skip)]
    pub(super) faults: Faults,
    #[serde(skip)]
    pub(super) choice: Option<Choice>,
    #[serde(skip)]
    pub(super) fields: Vec<Field>,
    #[serde(skip)]
    pub(super) button: &'static str,
    /// Where the page is that it was sent from.
    #[serde(skip)]
    pub(super) back: String,
}

impl Show for Again {
    fn title(&self) -> String {
        self.title.clone()
    }
}

/// What is wrong with the form, at its top.
pub(super) fn faults(problem: &Problem) -> Faults {
    Faults::of(problem)
}

/// A field that holds what was typed, with what is wrong with it.
pub(super) fn field(
    (name, label): (&'static str, &'static str),
    holds: Holds,
    (typed, problem): (&Fields, &Problem),
) -> Field {
    let value = typed.get(name).map_or("", String::as_str);
    Field::new(name, label, holds).typed(value).judged(parts::faults(Some(problem)))
}
