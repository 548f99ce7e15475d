//! Documents of OSCAL as evidence: what an assessor found, what a profile asks, what a plan
//! accepts.
//!
//! Assessment results are statements of whoever assessed, and count as claims. A profile proposes
//! what an organisation makes of the catalog, a plan of action proposes exceptions; neither is
//! evidence of anything, and both become something only by whoever takes them in. What cannot be
//! placed is said with its JSON pointer.

use std::collections::BTreeMap;

use evidence::{Field, Kind, Pseudonyms, Record, Value, days_between};
use oscal::import::{Excepted, exceptions, points, statements, tailoring};
use oscal::{Document, Model};
use posture::{Tailored, Tailoring, What, catalog};
use reading::{Note, Place, Rejected};
use store::{NewControlException, Scope, StoreError, TailoredControl, Write};
use terms::Day;

use super::EvidenceError;
use super::read::Told;
use crate::App;
use crate::posture::{DAYS_MAX, TEXT_MAX};

/// The kind of a piece that proposes what an organisation makes of the catalog, by word.
pub(super) const PROFILE: &str = "profile";
/// The kind of a piece that says what is open, by word.
pub(super) const PLAN: &str = "poam";

/// What a document proposes, beside what it says.
#[derive(Clone, Debug, Default)]
pub(crate) enum Proposes {
    /// Nothing.
    #[default]
    Nothing,
    /// What is made of the catalog.
    Tailoring(Box<Tailoring>),
    /// Exceptions, and what is open.
    Plan {
        /// What was accepted.
        excepted: Vec<Excepted>,
        /// What is to be done.
        open: Vec<OpenPoint>,
    },
}

/// Something that a plan says is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPoint {
    /// What.
    pub title: String,
    /// The controls or risks that it is about, as they are written.
    pub about: Vec<String>,
    /// How its risks stand, as it is written.
    pub states: Vec<String>,
    /// By when, as it is written; empty where nobody says.
    pub deadline: String,
}

/// What would be made of a control by a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The control.
    pub control: posture::Control,
    /// What is made of it now.
    pub now: TailoredControl,
    /// What would be.
    pub then: TailoredControl,
}

/// An exception that a plan speaks of, and whether it can be asked for here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedException {
    /// What the plan says.
    pub said: Excepted,
    /// Why it cannot be asked for; none where it can.
    pub left_out: Option<&'static str>,
}

/// What a document of OSCAL says; none where it is none.
///
/// # Errors
/// When it is broken, of a model that says nothing of an organisation, or nothing of it can be
/// taken in.
pub(super) fn told(
    bytes: &[u8],
    names: &Pseudonyms,
) -> Result<Option<Told>, EvidenceError> {
    let is_one = reading::text::decode(bytes).is_ok_and(|text| oscal::is_oscal(&text));
    if !is_one {
        return Ok(None);
    }
    let parsed = oscal::parse(bytes)?;
    let mut notes = parsed.notes;
    let told = match &parsed.value {
        Document::Results(results) => {
            let said = statements(results)?;
            notes.extend(said.notes);
            let records: Vec<Record> =
                said.value.into_iter().map(|one| record(one, names)).collect();
            let counts = BTreeMap::from([(Kind::Attestation.word(), records.len())]);
            Told {
                words: "assessment results of OSCAL",
                kinds: vec![Kind::Attestation.word()],
                class: "attested",
                counts,
                what: Some(What::Records(records)),
                notes,
                proposes: Proposes::Nothing,
            }
        }
        Document::Profile(profile) => {
            let made = tailoring(profile)?;
            notes.extend(made.notes);
            let own = Tailoring::parse(made.text.as_bytes())?.value;
            expect_short(&own)?;
            if profile.metadata.props.iter().any(|prop| prop.is_ours("age-days")) {
                notes.push(Note {
                    place: Place::Pointer("/profile/metadata/props".to_owned()),
                    message: "for how long evidence counts is not taken over here".into(),
                });
            }
            let proposes = Proposes::Tailoring(Box::new(own));
            proposing(("a profile of OSCAL", PROFILE), notes, proposes)
        }
        Document::Poam(poam) => {
            let excepted = exceptions(poam);
            notes.extend(excepted.notes);
            let open = points(poam).iter().map(OpenPoint::of).collect();
            let plan = Proposes::Plan { excepted: excepted.value, open };
            proposing(("a plan of action of OSCAL", PLAN), notes, plan)
        }
        Document::Catalog(_) | Document::Mapping(_) => {
            return Err(refused(parsed.value.model()).into());
        }
    };
    Ok(Some(told))
}

fn refused(model: Model) -> Rejected {
    let message = format!("a {} of OSCAL says nothing of an organisation", model.word());
    Rejected::new(
        Place::Pointer(format!("/{}", model.root())),
        message,
        "assessment results, a profile and a plan of action are taken in; \
         `lazaret oscal import` lists others",
    )
}

fn proposing(
    (words, kind): (&'static str, &'static str),
    notes: Vec<Note>,
    proposes: Proposes,
) -> Told {
    Told {
        words,
        kinds: vec![kind],
        class: "attested",
        counts: BTreeMap::new(),
        what: None,
        notes,
        proposes,
    }
}

fn record(one: oscal::import::Statement, names: &Pseudonyms) -> Record {
    Record::new(Kind::Attestation, one.place)
        .with(Field::Control, Value::Text(one.control.id().to_owned()))
        .with(Field::Statement, Value::Text(one.text))
        .with(Field::Signer, Value::Person(names.of(&one.signer)))
        .with(Field::On, Value::Day(one.day))
}

/// Refuses reasons and owners that are longer than somebody could type.
fn expect_short(own: &Tailoring) -> Result<(), Rejected> {
    for (control, said) in own.said() {
        let is_long = |text: &str| text.chars().count() > TEXT_MAX;
        if is_long(&said.not_applicable) || is_long(&said.owner) {
            let message = format!(
                "what is said of {} has more than {TEXT_MAX} letters",
                control.id()
            );
            let place = Place::Pointer("/profile".to_owned());
            return Err(Rejected::new(place, message, "shorten the reason or the owner"));
        }
    }
    Ok(())
}

impl OpenPoint {
    fn of(point: &oscal::import::Point<'_>) -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect();
        Self {
            title: point.title.to_owned(),
            about: texts(&point.about),
            states: texts(&point.states),
            deadline: point.deadline.unwrap_or_default().to_owned(),
        }
    }
}

/// Where a profile says otherwise than an organisation makes of the catalog now. Who sees to a
/// control stays where the profile names nobody.
pub(super) async fn proposals(
    app: &App,
    (head, organisation): (i64, i64),
    profile: &Tailoring,
) -> Result<Vec<Proposal>, StoreError> {
    let mut now = app.store.tailored_controls(head).await?;
    let said: BTreeMap<&str, &Tailored> =
        profile.said().map(|(control, said)| (control.id(), said)).collect();
    let all = catalog().controls().filter_map(|control| {
        let now = now.remove(&(organisation, control.id().to_owned()));
        let now = now.unwrap_or_default();
        let mut then = TailoredControl { owner: now.owner.clone(), ..Default::default() };
        if let Some(said) = said.get(control.id()) {
            then.not_applicable.clone_from(&said.not_applicable);
            if !said.owner.is_empty() {
                then.owner.clone_from(&said.owner);
            }
            then.parameters.clone_from(&said.parameters);
            then.parameters.retain(|name, value| control.parameter(name) != Some(*value));
        }
        (now != then).then_some(Proposal { control, now, then })
    });
    Ok(all.collect())
}

/// The exceptions of a plan, each with why it cannot be asked for, where it cannot.
pub(super) async fn askable(
    app: &App,
    (head, organisation): (i64, i64),
    excepted: Vec<Excepted>,
) -> Result<Vec<ProposedException>, StoreError> {
    let there = app.store.control_exceptions(&Scope::whole(head)).await?;
    let today = terms::date::day(&app.today()).ok();
    let mut named: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    for said in excepted {
        let is_there = there.iter().any(|one| {
            one.organisation == organisation
                && one.control == said.control.id()
                && one.ended.is_none()
                && one.last_day >= app.today()
        });
        let left_out = match today {
            _ if is_there => Some("one is there, or asked for"),
            _ if named.contains(&said.control.id()) => Some("the plan names it twice"),
            Some(today) => unfit(&said, today),
            None => Some("the clock of the house shows no day"),
        };
        named.push(said.control.id());
        all.push(ProposedException { said, left_out });
    }
    Ok(all)
}

fn unfit(said: &Excepted, today: Day) -> Option<&'static str> {
    let days = days_between(today, said.until);
    match said.reason.chars().count() > TEXT_MAX {
        true => Some("its reason is too long"),
        false if days < 0 => Some("it is over"),
        false if days > DAYS_MAX => Some("it ends in more than a year"),
        false => None,
    }
}

/// Makes of the catalog what was proposed; how much that was.
pub(super) async fn tailor(
    write: &mut Write<'_>,
    (organisation, by): (i64, i64),
    proposals: &[Proposal],
) -> Result<usize, StoreError> {
    for one in proposals {
        let of = (organisation, one.control.id());
        write.tailor_control(of, &one.then, by).await?;
    }
    Ok(proposals.len())
}

/// Asks for the exceptions that can be asked for; how many those were.
pub(super) async fn ask(
    write: &mut Write<'_>,
    (organisation, by): (i64, i64),
    proposed: &[ProposedException],
) -> Result<usize, StoreError> {
    let mut asked = 0;
    for one in proposed.iter().filter(|one| one.left_out.is_none()) {
        let new = NewControlException {
            organisation,
            control: one.said.control.id(),
            reason: &one.said.reason,
            last_day: &one.said.until.to_string(),
            by,
        };
        write.ask_exception(new).await?;
        asked += 1;
    }
    Ok(asked)
}
