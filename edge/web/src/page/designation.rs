//! Who answers for security: who is named, who has accepted, where the office is vacant.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use operations::designation::{
    DesignationError, Named, Naming, Vacancy, accept, candidates, designate, end, offices,
};
use operations::{Actor, Permission};
use serde::Serialize;
use store::Office;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::page::evidence::enter::{audience, audience_of};
use crate::page::posture::Wanted;
use crate::page::supplier::day;
use crate::parts::{self, Place};
use crate::problem::{Problem, sentence as ended};
use crate::sentence::Sentence;

/// Where they lie.
pub(crate) const HOME: &str = "/designations";

type Typing = BTreeMap<String, String>;

#[derive(Template, Serialize)]
#[template(path = "designation/list.html")]
struct List {
    sentence: Sentence,
    vacant: Vec<Vacant>,
    designations: Vec<Row>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    can_name: bool,
}

#[derive(Serialize)]
struct Vacant {
    organisation: i64,
    name: String,
    since: Option<String>,
    #[serde(skip)]
    since_shown: String,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    organisation: i64,
    place: String,
    office: &'static str,
    person: i64,
    name: String,
    first_day: String,
    last_day: Option<String>,
    accepted: Option<Shown>,
    is_shared: bool,
    #[serde(skip)]
    days: String,
    /// What whoever looks may do about it.
    may: Vec<May>,
}

/// What may be done about a designation.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum May {
    Accept,
    End,
}

#[derive(Template, Serialize)]
#[template(path = "designation/new.html")]
struct New {
    organisations: Vec<Place>,
    offices: Vec<&'static str>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    choosing: Option<Choice>,
    #[serde(skip)]
    naming: Option<NamingForm>,
}

/// The form in which somebody is named, once it is known where.
struct NamingForm {
    organisation: i64,
    name: String,
    office: Choice,
    person: Choice,
    first_day: Field,
    last_day: Field,
    audience: Choice,
}

impl Show for List {
    fn title(&self) -> String {
        "Who answers for security".to_owned()
    }
}

impl Show for New {
    fn title(&self) -> String {
        "Name somebody".to_owned()
    }
}

impl From<DesignationError> for Problem {
    fn from(error: DesignationError) -> Self {
        let wrong = |field: &'static str, detail: String| {
            Self::wrong_fields(vec![Fault::new(field, detail)])
        };
        match error {
            DesignationError::Missing("person") => {
                wrong("person", "Choose somebody with a role there.".to_owned())
            }
            DesignationError::Missing(field) => wrong(field, "Enter this.".to_owned()),
            DesignationError::Wrong(field, what) => {
                wrong(field, format!("This is {what}."))
            }
            DesignationError::Held => {
                let detail = "Somebody holds that office then: end that first.";
                wrong("first_day", detail.to_owned())
            }
            DesignationError::NotAllowed => {
                Self::new(StatusCode::FORBIDDEN, ended(&error.to_string()))
                    .next("Choose another organisation.")
            }
            DesignationError::Store(error) => error.into(),
        }
    }
}

/// An office, as people call it.
pub(crate) const fn office(of: Office) -> &'static str {
    match of {
        Office::SecurityOfficer => "security officer",
        Office::Deputy => "deputy of the security officer",
        Office::PrivacyOfficer => "privacy officer",
    }
}

/// That an office is vacant, in a sentence.
pub(crate) fn told(vacancy: &Vacancy) -> Sentence {
    let name = &vacancy.place.name;
    match &vacancy.since {
        Some(since) => Sentence::new("")
            .link(format!("{name} has no security officer"), HOME.to_owned())
            .then(format!(": the last one answered until {}.", day(since))),
        None => Sentence::new("")
            .link(format!("{name} has no security officer"), HOME.to_owned())
            .then(": nobody was ever named."),
    }
}

impl Row {
    fn of(one: &Named, by: &Actor, clock: &Clock) -> Self {
        let it = &one.designation;
        let is_ended = it.ended.is_some();
        let keeps = by.scope(Permission::KeepEvidence).admits(&it.path);
        let last = it.last_day.as_deref().map(|last| format!(" to {}", day(last)));
        let may = [
            (May::Accept, it.person == by.person && it.accepted.is_none() && !is_ended),
            (May::End, keeps && !is_ended),
        ];
        Self {
            id: it.id,
            organisation: it.organisation,
            place: one.place.clone(),
            office: it.office.word(),
            person: it.person,
            name: match one.name.as_str() {
                "" => format!("number {}", it.person),
                name => name.to_owned(),
            },
            days: format!("from {}{}", day(&it.first_day), last.unwrap_or_default()),
            first_day: it.first_day.clone(),
            last_day: it.last_day.clone(),
            accepted: it.accepted.as_deref().map(|at| clock.show(at)),
            is_shared: it.is_shared,
            may: may.into_iter().filter(|(_, may)| *may).map(|(act, _)| act).collect(),
        }
    }

    fn may_accept(&self) -> bool {
        self.may.contains(&May::Accept)
    }

    fn may_end(&self) -> bool {
        self.may.contains(&May::End)
    }

    fn office_words(&self) -> &'static str {
        Office::from_word(self.office).map_or("", office)
    }
}

/// `GET /designations`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let page = page(&house, &by, None, face.clock()).await?;
    face.show(&page)
}

async fn page(
    house: &House,
    by: &Actor,
    problem: Option<&Problem>,
    clock: &Clock,
) -> Result<List, Problem> {
    let known = offices(&house.app, by).await?;
    let vacant: Vec<Vacant> = known
        .vacant
        .iter()
        .map(|one| Vacant {
            organisation: one.place.id,
            name: one.place.name.clone(),
            since_shown: one.since.as_deref().map(day).unwrap_or_default(),
            since: one.since.clone(),
        })
        .collect();
    Ok(List {
        sentence: sentence(&known.named, vacant.len()),
        vacant,
        designations: known.named.iter().map(|one| Row::of(one, by, clock)).collect(),
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        can_name: by.may(Permission::KeepEvidence),
    })
}

fn sentence(named: &[Named], vacant: usize) -> Sentence {
    let open = named.iter().filter(|one| one.designation.ended.is_none()).count();
    match (named.is_empty(), vacant) {
        (true, _) => Sentence::new("Nobody is named to answer for security yet."),
        (false, 0) => Sentence::new(format!("{open} named, and no office is vacant.")),
        (false, 1) => Sentence::new(format!("{open} named; one office is vacant.")),
        (false, count) => {
            Sentence::new(format!("{open} named; {count} offices are vacant."))
        }
    }
}

/// `GET /designations/new`.
pub(crate) async fn show_new(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let typed = Typing::from([("organisation".to_owned(), wanted.organisation)]);
    face.show(&new(&house, &by, &typed, None).await?)
}

/// `POST /designations/new`: names somebody.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let Ok(organisation) = text("organisation").trim().parse() else {
        let fault = Fault::new("organisation", "Choose in which organisation.");
        let problem = Problem::wrong_fields(vec![fault]);
        let page = new(&house, &by, &typed, Some(&problem)).await?;
        return face.again(&page, problem);
    };
    let naming = Naming {
        organisation,
        office: text("office"),
        person: text("person").trim().parse().unwrap_or_default(),
        first_day: text("first_day"),
        last_day: text("last_day"),
        audience: audience_of(&text("audience")),
    };
    match designate(&house.app, &by, &naming).await.map_err(Problem::from) {
        Ok(id) => Ok(face.made_and_on(id, &format!("{HOME}#designation-{id}"), HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = new(&house, &by, &typed, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

async fn new(
    house: &House,
    by: &Actor,
    typed: &Typing,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let scope = by.scope(Permission::KeepEvidence);
    let places = house.app.store.organisations(&scope).await?;
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let chosen: Option<i64> = match places.as_slice() {
        [only] => Some(only.id),
        _ => text("organisation").trim().parse().ok(),
    };
    let place = places.iter().find(|place| Some(place.id) == chosen);
    let naming = match place {
        None => None,
        Some(place) => {
            let people = candidates(&house.app, by, place.id).await?;
            Some(NamingForm::of(place, people, typed, parts::faults(problem)))
        }
    };
    let choice = Choice::new(
        "organisation",
        "In which organisation?",
        Place::options(&places),
        text("organisation"),
    );
    Ok(New {
        organisations: Place::all(&places),
        offices: Office::ALL.map(Office::word).to_vec(),
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        choosing: naming.is_none().then(|| choice.judged(parts::faults(problem))),
        naming,
    })
}

impl NamingForm {
    fn of(
        place: &store::Organisation,
        people: BTreeMap<i64, String>,
        typed: &Typing,
        faults: &[Fault],
    ) -> Self {
        let text = |name: &str| typed.get(name).map_or("", String::as_str);
        let offices = Office::ALL.map(|it| (it.word().to_owned(), office(it).to_owned()));
        let people = people.into_iter().map(|(id, name)| (id.to_string(), name));
        Self {
            organisation: place.id,
            name: place.name.clone(),
            office: Choice::new("office", "What for", offices, text("office"))
                .judged(faults),
            person: Choice::new("person", "Who", people, text("person"))
                .hint("Somebody with an account and a role there. They have to accept.")
                .judged(faults),
            first_day: Field::new("first_day", "First day", Holds::Day)
                .typed(text("first_day"))
                .judged(faults),
            last_day: Field::new("last_day", "Last day", Holds::Day)
                .hint("Empty while it is open.")
                .typed(text("last_day"))
                .judged(faults),
            audience: audience(text("audience")).judged(faults),
        }
    }
}

/// `POST /designations/{designation}/accepted`: whoever is named accepts.
pub(crate) async fn accepted(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    accept(&house.app, &by, number(&id)?).await?;
    Ok(face.done(HOME))
}

/// `POST /designations/{designation}/ended`: it ends with a day.
pub(crate) async fn over(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let last_day = typed.get("last_day").map_or("", String::as_str);
    let done = end(&house.app, &by, number(&id)?, last_day).await;
    match done.map_err(Problem::from) {
        Ok(()) => Ok(face.done(HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = page(&house, &by, Some(&problem), face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::not_found("designation", id))
}
