//! Verdicts, as assessment results.
//!
//! OSCAL knows `satisfied` and `not-satisfied`. Only *met* is satisfied. *Partly met* and
//! *cannot tell* are not, each with its own word in a property and in the reason: whoever reads
//! nothing but the state errs towards asking.

use std::collections::BTreeSet;

use evidence::{Class, Ground};
use posture::{Assessed, Verdict};
use reading::Place;

use super::{
    Subject, back_matter, local, moment, objective, origins, reference, resource,
};
use crate::metadata::{Property, Resource, line};
use crate::results::{
    AssessmentResults, Chosen, Evidence, Finding, ImportAp, Observation, Outcome,
    RelatedObservation, Reviewed, Selected, State, Target,
};
use crate::{Document, Id, Other};

/// What was found about an organisation on a day.
#[must_use]
pub fn results(subject: &Subject<'_>, assessed: &[Assessed]) -> Document {
    let plan = resource(
        subject.id(&["plan"]),
        "No plan of assessment",
        "All controls that apply are judged, always, by the evidence at hand; each control says \
         in the catalog how.",
    );
    let mut seen = Seen::default();
    let applies = |one: &&Assessed| one.ruling.verdict != Verdict::NotApplicable;
    let findings: Vec<Finding> = assessed
        .iter()
        .filter(applies)
        .map(|one| finding(subject, one, &mut seen))
        .collect();
    let out = assessed.iter().filter(|one| !applies(one));
    let props = out.map(|one| {
        Property::ours("not-applicable", &one.ruling.why).of(one.control.id())
    });
    let outcome = Outcome {
        uuid: subject.id(&["result", &subject.day.to_string()]),
        title: line(&format!("{} on {}", subject.name, subject.day)),
        description: "Satisfied is what evidence bears out. What somebody only says, and what \
                      cannot be told, is not satisfied; the property `verdict` tells them apart."
            .to_owned(),
        start: subject.moment(),
        end: Some(subject.moment()),
        props: props.collect(),
        local_definitions: Some(local()),
        reviewed_controls: reviewed(assessed.iter().filter(applies)),
        observations: seen.observations,
        risks: Vec::new(),
        findings,
        other: Other::new(),
    };
    let mut resources = vec![plan];
    let href = resources.first().map_or_else(String::new, |it| reference(it.uuid));
    resources.extend(seen.resources);
    let document = AssessmentResults {
        uuid: Id::NIL,
        metadata: subject
            .metadata(&format!("Controls of {}, judged by evidence", subject.name)),
        import_ap: ImportAp { href, remarks: None, other: Other::new() },
        results: vec![outcome],
        back_matter: back_matter(resources),
        other: Other::new(),
    };
    Document::Results(Box::new(document)).identified()
}

fn reviewed<'a>(applying: impl Iterator<Item = &'a Assessed>) -> Reviewed {
    let chosen = applying.map(|one| Chosen {
        control_id: one.control.id().to_owned(),
        other: Other::new(),
    });
    let chosen: Vec<Chosen> = chosen.collect();
    let selected = Selected {
        include_all: None,
        include_controls: chosen,
        exclude_controls: Vec::new(),
        other: Other::new(),
    };
    Reviewed {
        props: Vec::new(),
        control_selections: vec![selected],
        other: Other::new(),
    }
}

fn finding(subject: &Subject<'_>, one: &Assessed, seen: &mut Seen) -> Finding {
    let control = one.control;
    let verdict = one.ruling.verdict;
    let mut props = vec![Property::ours("verdict", verdict.word())];
    if !one.owner.is_empty() {
        props.push(Property::ours("owner", &one.owner));
    }
    if let Some(exception) =
        one.exception.as_ref().filter(|_| one.is_excepted(subject.day))
    {
        props.push(Property::ours("accepted-until", &exception.expires.to_string()));
    }
    let related =
        |uuid| RelatedObservation { observation_uuid: uuid, other: Other::new() };
    let grounds = one.ruling.grounds.iter();
    Finding {
        uuid: subject.id(&["finding", control.id()]),
        title: line(&format!("{} {}", control.id(), control.title())),
        description: one.ruling.why.clone(),
        props,
        origins: origins(),
        target: Target {
            kind: "objective-id".to_owned(),
            target_id: objective(control),
            title: None,
            props: Vec::new(),
            status: state(verdict),
            remarks: None,
            other: Other::new(),
        },
        related_observations: grounds
            .map(|ground| related(seen.see(subject, ground)))
            .collect(),
        related_risks: Vec::new(),
        remarks: None,
        other: Other::new(),
    }
}

/// How a verdict stands in OSCAL.
fn state(verdict: Verdict) -> State {
    let (state, reason, remarks) = match verdict {
        Verdict::Met => ("satisfied", "pass", None),
        Verdict::NotMet => ("not-satisfied", "fail", None),
        Verdict::PartlyMet => ("not-satisfied", "other", Some("partly met")),
        Verdict::CannotTell => {
            let told = "cannot tell: the evidence at hand shows neither that it is so nor that \
                        it is not";
            ("not-satisfied", "other", Some(told))
        }
        // No finding is made of it; were one made, it would claim nothing.
        Verdict::NotApplicable => ("not-satisfied", "other", Some("not applicable")),
    };
    State {
        state: state.to_owned(),
        reason: Some(reason.to_owned()),
        remarks: remarks.map(str::to_owned),
        other: Other::new(),
    }
}

/// What was seen, each fact once however many controls rest on it.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) observations: Vec<Observation>,
    pub(super) resources: Vec<Resource>,
    ids: BTreeSet<Id>,
}

impl Seen {
    /// The observation of a fact.
    pub(super) fn see(&mut self, subject: &Subject<'_>, ground: &Ground) -> Id {
        let place = match &ground.place {
            Place::Document => String::new(),
            place => place.to_string(),
        };
        let date = ground.date.map_or_else(String::new, |day| day.to_string());
        let class = ground.class.word();
        let words = ["observation", class, &ground.document, &place, &ground.text, &date];
        let id = subject.id(&words);
        if self.ids.insert(id) {
            let document = self.document(subject, &ground.document);
            self.observations.push(observation(
                (subject, id),
                ground,
                (document, &place),
            ));
        }
        id
    }

    fn document(&mut self, subject: &Subject<'_>, name: &str) -> Id {
        let id = subject.id(&["evidence", name]);
        if self.ids.insert(id) {
            self.resources.push(resource(id, name, ""));
        }
        id
    }
}

fn observation(
    (subject, uuid): (&Subject<'_>, Id),
    ground: &Ground,
    (document, place): (Id, &str),
) -> Observation {
    let mut props = vec![Property::ours("class", ground.class.word())];
    if ground.date.is_none() {
        // OSCAL needs a moment; that nobody knows it is said beside.
        props.push(Property::ours("collected", "unknown"));
    }
    let where_in = match place {
        "" => line(&ground.document),
        place => format!("{}, {place}", line(&ground.document)),
    };
    let method = match ground.class {
        Class::Attested => "INTERVIEW",
        Class::Documented | Class::Observed => "EXAMINE",
    };
    Observation {
        uuid,
        title: None,
        description: ground.text.clone(),
        props,
        methods: vec![method.to_owned()],
        types: Vec::new(),
        origins: origins(),
        relevant_evidence: vec![Evidence {
            href: Some(reference(document)),
            description: where_in,
            props: Vec::new(),
            remarks: None,
            other: Other::new(),
        }],
        collected: moment(ground.date.unwrap_or(subject.day)),
        expires: None,
        remarks: None,
        other: Other::new(),
    }
}
