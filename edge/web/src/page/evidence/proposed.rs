//! What a document of OSCAL proposes: what is made of controls, exceptions, and what is open.

use std::collections::BTreeMap;

use operations::evidence::{OpenPoint, Proposal, ProposedException};
use serde::Serialize;
use store::TailoredControl;

use crate::page::supplier::day;

/// What a profile would make of a control.
#[derive(Serialize)]
pub(super) struct ProposalRow {
    pub(super) control: &'static str,
    pub(super) title: &'static str,
    now: Made,
    then: Made,
}

/// What is made of a control.
#[derive(Serialize)]
struct Made {
    /// Why it does not apply; empty where it does.
    not_applicable: String,
    /// Who sees to it.
    owner: String,
    /// Other parameters than are usual.
    parameters: BTreeMap<String, i64>,
}

/// An exception that a plan speaks of.
#[derive(Serialize)]
pub(super) struct ExceptionRow {
    pub(super) control: &'static str,
    pub(super) title: &'static str,
    pub(super) reason: String,
    pub(super) until: String,
    /// Who approved it there.
    pub(super) approver: String,
    place: String,
    /// Why it cannot be asked for here; empty where it can.
    left_out: &'static str,
    #[serde(skip)]
    pub(super) day: String,
}

/// Something that a plan says is to be done.
#[derive(Serialize)]
pub(super) struct PointRow {
    pub(super) title: String,
    about: Vec<String>,
    states: Vec<String>,
    deadline: String,
}

impl Made {
    fn of(said: &TailoredControl) -> Self {
        Self {
            not_applicable: said.not_applicable.clone(),
            owner: said.owner.clone(),
            parameters: said.parameters.clone(),
        }
    }

    /// In a line.
    fn words(&self) -> String {
        let applies = match self.not_applicable.as_str() {
            "" => "applies".to_owned(),
            why => format!("does not apply: {why}"),
        };
        let mut parts = vec![applies];
        if !self.owner.is_empty() {
            parts.push(format!("seen to by {}", self.owner));
        }
        let set = self.parameters.iter().map(|(name, value)| format!("{name} {value}"));
        parts.extend(set);
        parts.join("; ")
    }
}

impl ProposalRow {
    pub(super) fn of(one: &Proposal) -> Self {
        Self {
            control: one.control.id(),
            title: one.control.title(),
            now: Made::of(&one.now),
            then: Made::of(&one.then),
        }
    }

    /// What is made of it now, and what would be.
    pub(super) fn words(&self) -> [String; 2] {
        [self.now.words(), self.then.words()]
    }
}

impl ExceptionRow {
    pub(super) fn of(one: &ProposedException) -> Self {
        let until = one.said.until.to_string();
        Self {
            control: one.said.control.id(),
            title: one.said.control.title(),
            reason: one.said.reason.clone(),
            approver: one.said.approver.clone(),
            place: one.said.place.to_string(),
            left_out: one.left_out.unwrap_or_default(),
            day: day(&until),
            until,
        }
    }

    /// What becomes of it.
    pub(super) fn becomes(&self) -> String {
        match self.left_out {
            "" => "asked for, and another approves it".to_owned(),
            why => format!("left out: {why}"),
        }
    }
}

impl PointRow {
    pub(super) fn of(one: &OpenPoint) -> Self {
        Self {
            title: one.title.clone(),
            about: one.about.clone(),
            states: one.states.clone(),
            deadline: one.deadline.clone(),
        }
    }

    pub(super) fn about(&self) -> String {
        self.about.join(", ")
    }

    pub(super) fn states(&self) -> String {
        self.states.join(", ")
    }

    /// The day of the deadline, else what is written there.
    pub(super) fn due(&self) -> String {
        let is_day = |text: &&str| terms::date::day(text).is_ok();
        match self.deadline.get(..10).filter(is_day) {
            Some(text) => day(text),
            None => self.deadline.clone(),
        }
    }
}
