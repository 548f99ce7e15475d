//! What is open and what is to be done about it, as a plan of action and milestones.
//!
//! Each control that applies and is not met is a risk; an exception that holds makes it an
//! accepted one (`deviation-approved`), with who approved it and until when. One that has ended
//! makes nothing: the risk is open again.

use posture::actions::best;
use posture::{Assessed, Verdict};

use super::results::Seen;
use super::{Subject, back_matter, local, moment, origins};
use crate::metadata::{Property, line};
use crate::poam::{Item, Poam, SystemId};
use crate::results::{RelatedObservation, RelatedRisk, Response, Risk};
use crate::{Document, Id, Other};

/// What kind of id an organisation has here.
const IDENTIFIER: &str = "http://ietf.org/rfc/rfc4122";

/// What an organisation has to do; `None` where nothing is open, of which OSCAL has no plan.
#[must_use]
pub fn poam(subject: &Subject<'_>, assessed: &[Assessed]) -> Option<Document> {
    let is_open = |one: &&Assessed| {
        let verdict = one.ruling.verdict;
        matches!(verdict, Verdict::NotMet | Verdict::PartlyMet | Verdict::CannotTell)
    };
    let open: Vec<&Assessed> = assessed.iter().filter(is_open).collect();
    let items = items(subject, assessed, &open);
    if items.is_empty() {
        return None;
    }
    let mut seen = Seen::default();
    let risks = open.iter().map(|one| risk(subject, one, &mut seen)).collect();
    let party = subject.id(&["party"]);
    let document = Poam {
        uuid: Id::NIL,
        metadata: subject.metadata(&format!("What {} has to do", subject.name)),
        system_id: Some(SystemId {
            identifier_type: Some(IDENTIFIER.to_owned()),
            id: party.to_string(),
            other: Other::new(),
        }),
        local_definitions: Some(local()),
        observations: seen.observations,
        risks,
        findings: Vec::new(),
        poam_items: items,
        back_matter: back_matter(seen.resources),
        other: Other::new(),
    };
    Some(Document::Poam(Box::new(document)).identified())
}

fn risk_id(subject: &Subject<'_>, control: &str) -> Id {
    subject.id(&["risk", control])
}

fn risk(subject: &Subject<'_>, one: &Assessed, seen: &mut Seen) -> Risk {
    let control = one.control;
    let mut props = vec![
        Property::ours("control", control.id()),
        Property::ours("verdict", one.ruling.verdict.word()),
    ];
    if !one.owner.is_empty() {
        props.push(Property::ours("owner", &one.owner));
    }
    let holds = one.is_excepted(subject.day);
    if let Some(exception) = &one.exception {
        let until = if holds { "accepted-until" } else { "accepted-before" };
        props.push(Property::ours("accepted-by", &exception.approver));
        props.push(Property::ours(until, &exception.expires.to_string()));
        props.push(Property::ours("accepted-because", &exception.reason));
    }
    let related =
        |uuid| RelatedObservation { observation_uuid: uuid, other: Other::new() };
    let grounds = one.ruling.grounds.iter();
    let deadline = one.exception.as_ref().filter(|_| holds);
    Risk {
        uuid: risk_id(subject, control.id()),
        title: line(&format!("{} {}", control.id(), control.title())),
        description: one.ruling.why.clone(),
        statement: format!(
            "No evidence bears out in full that this is so: {}",
            control.title()
        ),
        props,
        status: if holds { "deviation-approved" } else { "open" }.to_owned(),
        origins: origins(),
        deadline: deadline.map(|exception| moment(exception.expires)),
        remediations: one
            .steps
            .iter()
            .map(|step| Response {
                uuid: subject.id(&["response", control.id(), &step.key]),
                lifecycle: "recommendation".to_owned(),
                title: line(&step.text),
                description: format!("{}.", step.text),
                other: Other::new(),
            })
            .collect(),
        related_observations: grounds
            .map(|ground| related(seen.see(subject, ground)))
            .collect(),
        other: Other::new(),
    }
}

/// What brings most is to be done first; what was accepted stands behind.
fn items(subject: &Subject<'_>, assessed: &[Assessed], open: &[&Assessed]) -> Vec<Item> {
    let mut items: Vec<Item> = best(assessed, subject.day, usize::MAX)
        .into_iter()
        .map(|action| {
            let description = format!("Needed for {}.", action.controls.join(", "));
            let key = ["action", action.step.key.as_str()];
            item(subject, key, (&action.step.text, description), &action.controls)
        })
        .collect();
    for one in open {
        let id = one.control.id();
        let exception = one.exception.as_ref().filter(|_| one.is_excepted(subject.day));
        if let Some(exception) = exception {
            let title = format!("{id} is accepted until {}", exception.expires);
            let description =
                format!("{} (approved by {})", exception.reason, exception.approver);
            items.push(item(subject, ["accepted", id], (&title, description), &[id]));
        } else if one.steps.is_empty() {
            let description = format!("{}.", one.control.change());
            let told = (one.control.mend(), description);
            items.push(item(subject, ["control", id], told, &[id]));
        }
    }
    items
}

fn item(
    subject: &Subject<'_>,
    [kind, key]: [&str; 2],
    (title, description): (&str, String),
    controls: &[&str],
) -> Item {
    let risk =
        |id: &&str| RelatedRisk { risk_uuid: risk_id(subject, id), other: Other::new() };
    Item {
        uuid: Some(subject.id(&["item", kind, key])),
        title: line(title),
        description,
        props: controls.iter().map(|id| Property::ours("control", id)).collect(),
        origins: origins(),
        related_observations: Vec::new(),
        related_risks: controls.iter().map(risk).collect(),
        remarks: None,
        other: Other::new(),
    }
}
