//! A plan of action and milestones, as open points.

use crate::metadata::ours;
use crate::poam::{Item, Poam};
use crate::results::Risk;

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point<'p> {
    /// What, in a line.
    pub title: &'p str,
    /// What it is.
    pub description: &'p str,
    /// The controls of ours that it is about, and what other risks it names.
    pub about: Vec<&'p str>,
    /// How its risks stand, each word once: `open`, `deviation-approved`, `closed`.
    pub states: Vec<&'p str>,
    /// The first day by which it is to be done, as it is written.
    pub deadline: Option<&'p str>,
    /// What was accepted of it.
    pub accepted: Vec<Acceptance<'p>>,
}

/// That a risk was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance<'p> {
    /// Which.
    pub risk: &'p str,
    /// By whom, where that is said.
    pub approver: &'p str,
    /// Why, where that is said.
    pub reason: &'p str,
    /// Until when, where that is said.
    pub until: &'p str,
}

/// What a plan has to be done, in its order.
#[must_use]
pub fn points(poam: &Poam) -> Vec<Point<'_>> {
    poam.poam_items.iter().map(|item| point(poam, item)).collect()
}

fn point<'p>(poam: &'p Poam, item: &'p Item) -> Point<'p> {
    let related: Vec<&Risk> = item
        .related_risks
        .iter()
        .filter_map(|it| poam.risks.iter().find(|risk| risk.uuid == it.risk_uuid))
        .collect();
    let mut states: Vec<&str> = Vec::new();
    for risk in &related {
        if !states.contains(&risk.status.as_str()) {
            states.push(&risk.status);
        }
    }
    let accepted = related.iter().filter(|risk| risk.status == "deviation-approved");
    let mut about: Vec<&str> = item
        .props
        .iter()
        .filter(|prop| prop.is_ours("control"))
        .map(|prop| prop.value.as_str())
        .collect();
    if about.is_empty() {
        about = related.iter().map(|risk| risk.title.as_str()).collect();
    }
    Point {
        title: &item.title,
        description: &item.description,
        about,
        states,
        deadline: related.iter().filter_map(|risk| risk.deadline.as_deref()).min(),
        accepted: accepted.map(|risk| acceptance(risk)).collect(),
    }
}

fn acceptance(risk: &Risk) -> Acceptance<'_> {
    let until = match ours(&risk.props, "accepted-until") {
        "" => risk.deadline.as_deref().unwrap_or_default(),
        day => day,
    };
    Acceptance {
        risk: &risk.title,
        approver: ours(&risk.props, "accepted-by"),
        reason: ours(&risk.props, "accepted-because"),
        until,
    }
}
