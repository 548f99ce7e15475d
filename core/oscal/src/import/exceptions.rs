//! What a plan of action accepts, as exceptions to be asked for.
//!
//! That somebody approved a deviation elsewhere approves nothing here: it is asked for, with the
//! reason and the last day as they are written, and another person decides.

use posture::Control;
use reading::{Notes, Parsed, Place};

use super::{control, register::day};
use crate::metadata::ours;
use crate::poam::Poam;
use crate::results::Risk;

/// An exception that a plan speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excepted {
    /// To which control.
    pub control: Control,
    /// Why, as it is written.
    pub reason: String,
    /// Until when.
    pub until: terms::Day,
    /// Who approved it there, as it is written; empty where nobody says.
    pub approver: String,
    /// Where it stands.
    pub place: Place,
}

/// The risks of a plan that are accepted (`deviation-approved`) and about a control of ours; of
/// others it is noted, with its place, why they are none.
#[must_use]
pub fn exceptions(poam: &Poam) -> Parsed<Vec<Excepted>> {
    let mut notes = Notes::new();
    let mut all = Vec::new();
    let accepted = poam.risks.iter().enumerate();
    let accepted = accepted.filter(|(_, risk)| risk.status == "deviation-approved");
    for (at, risk) in accepted {
        let place = Place::Pointer(format!("/plan-of-action-and-milestones/risks/{at}"));
        match excepted(risk, &place) {
            Ok(one) => all.push(one),
            Err(why) => notes.at(|| place, why),
        }
    }
    Parsed { value: all, notes: notes.finish() }
}

fn excepted(risk: &Risk, place: &Place) -> Result<Excepted, &'static str> {
    let control = control(ours(&risk.props, "control"))
        .ok_or("accepted there, and about no control of our catalog")?;
    let until = match ours(&risk.props, "accepted-until") {
        "" => risk.deadline.as_deref().and_then(day),
        text => terms::date::day(text).ok(),
    };
    let until = until.ok_or("accepted there without an end that can be read")?;
    let reason = match ours(&risk.props, "accepted-because") {
        "" => risk.description.trim(),
        reason => reason,
    };
    if reason.is_empty() {
        return Err("accepted there without a reason");
    }
    Ok(Excepted {
        control,
        reason: reason.to_owned(),
        until,
        approver: ours(&risk.props, "accepted-by").to_owned(),
        place: place.clone(),
    })
}
