//! One question: what is asked, why, of which devices, and everything that was answered.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::encoded;
use operations::fleet::{Set, holdings, scope};
use operations::maker::{askable_question, put_question};
use operations::question::{
    History, Holds, Key, Question, QuestionError, Remembered, answer, history, take_back,
};
use operations::{Actor, Permission};
use serde::Serialize;
use store::Scope;

use super::form::{Chosen, Form, Typing};
use super::{Named, devices_of, effects};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::Fault;
use crate::form::Typed;
use crate::page::maker::put::Put;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{self, number};

#[derive(Template, Serialize)]
#[template(path = "question/show.html")]
struct Page {
    key: String,
    kind: &'static str,
    asked: String,
    subject: String,
    sentence: Sentence,
    is_open: bool,
    /// The component that it is about, by its key, or empty.
    component: String,
    effects: Vec<Sentence>,
    asked_by: Vec<AskedBy>,
    vulnerabilities: Vec<Named>,
    builds: Vec<Counted>,
    organisations: Vec<Counted>,
    answers: Vec<Answered>,
    #[serde(rename = "put_to_maker")]
    put: Put,
    #[serde(skip)]
    what: &'static str,
    #[serde(skip)]
    form: Option<Form>,
    #[serde(skip)]
    token: String,
}

/// Where it is asked.
#[derive(Serialize)]
struct AskedBy {
    advisory: String,
    product: String,
    place: String,
    #[serde(skip)]
    address: String,
}

/// Something with how many of the devices are of it.
#[derive(Serialize)]
struct Counted {
    what: String,
    devices: u64,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    address: String,
}

/// An answer.
#[derive(Serialize)]
struct Answered {
    id: i64,
    said: &'static str,
    by: String,
    organisation: String,
    at: Shown,
    /// About all that fits, or about so many that were chosen.
    covers: String,
    /// How many devices it decides now, of those that whoever asks sees.
    devices: u64,
    note: String,
    until: String,
    state: &'static str,
    ended: Option<Shown>,
    ended_by: String,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    may_be_taken_back: bool,
}

impl Show for Page {
    fn title(&self) -> String {
        self.asked.clone()
    }
}

/// `GET /questions/{question}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let key = Key::from_text(&key);
    let page = page(&house, &by, &key, &Typing::default(), None, face.clock()).await?;
    face.show(&page)
}

/// `POST /questions/{question}`: answers it.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(key): Path<String>,
    Typed(typing): Typed<Typing>,
) -> Result<Response, Problem> {
    let key = Key::from_text(&key);
    match given(&house, &by, &key, &typing).await {
        Ok(_) => Ok(face.done(&format!("/questions/{key}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some(&problem);
            let page = page(&house, &by, &key, &typing, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

/// `POST /questions/{question}/maker`: puts it to the maker.
pub(crate) async fn ask_maker(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let key = Key::from_text(&key);
    put_question(&house.app, &by, &key).await?;
    Ok(face.done(&format!("/questions/{key}")))
}

async fn given(
    house: &House,
    by: &Actor,
    key: &Key,
    typing: &Typing,
) -> Result<i64, Problem> {
    let chosen = Chosen::read(typing, by)?;
    Ok(answer(&house.app, by, key, chosen.reply(typing)).await?)
}

/// `POST /questions/{question}/answers/{answer}/taken-back`.
pub(crate) async fn withdraw(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("answer", &id))?;
    let key = take_back(&house.app, &by, id).await?;
    Ok(face.done(&format!("/questions/{key}")))
}

/// What was typed that cannot be taken is a fault of its field.
impl From<QuestionError> for Problem {
    fn from(error: QuestionError) -> Self {
        let wrong = |field, mend: &str| Self::wrong_fields(vec![Fault::new(field, mend)]);
        match error {
            QuestionError::NoDevice => wrong(
                "which",
                "No device of the organisation fits what you chose. Choose others, or all.",
            ),
            QuestionError::Until(_) => wrong(
                "until",
                "Enter a day from today on, such as 2027-06-30, or nothing.",
            ),
            QuestionError::Note => wrong("note", "Shorten the note to 2,000 characters."),
            QuestionError::Set(error) => error.into(),
            QuestionError::Fleet(error) => error.into(),
            QuestionError::Store(error) => error.into(),
        }
    }
}

async fn page(
    house: &House,
    by: &Actor,
    key: &Key,
    typing: &Typing,
    problem: Option<&Problem>,
    clock: &Clock,
) -> Result<Page, Problem> {
    let told = history(&house.app, by, key).await?;
    let key = &told.key;
    let offer = askable_question(&house.app, by, key).await?;
    let offer = (offer, format!("/questions/{key}/maker"));
    let about: Vec<String> =
        told.earlier.iter().chain([key]).map(from_question).collect();
    let put = Put::of(house, by, &about, offer, clock).await?;
    let notes = noted(house, by, &about, clock).await?;
    let may = by.scope(Permission::AnswerQuestions);
    let organisations = house.app.store.organisations(&may).await?;
    let held = holdings(&house.app, by.head).await?;
    let form = by.may(Permission::AnswerQuestions).then(|| {
        Form::new(by, &held, &scope(by), &told, &organisations, typing, problem)
    });
    let open = told.open.as_ref();
    let last = told.answers.first().map(|one| one.answer.question.zone_of);
    let zone_of = open.map(|open| open.zone_of).or(last).unwrap_or_default();
    let of = held.organisation(zone_of).to_owned();
    let build = |(id, count): (&i64, &u64)| {
        let build = held.fleet.configuration(fleet::ConfigurationId(*id))?;
        let what = match build.version.is_empty() {
            true => format!("{} {} (no version stated)", build.maker, build.model),
            false => build.label(),
        };
        let question = open.map(|open| devices_of(open, None)).unwrap_or_default();
        Some(counted(
            what.trim().to_owned(),
            *count,
            format!("{question}&configuration={id}"),
        ))
    };
    let organisation = |(id, count): (&i64, &u64)| {
        let question = open.map(|open| devices_of(open, None)).unwrap_or_default();
        let what = held.organisation(*id).to_owned();
        counted(what, *count, format!("{question}&organisation={id}"))
    };
    let builds = open.iter().flat_map(|open| &open.builds).filter_map(build).collect();
    let whose =
        open.iter().flat_map(|open| &open.organisations).map(organisation).collect();
    drop(held);
    let answers = told.answers.iter();
    Ok(Page {
        key: key.to_string(),
        kind: told.kind.word(),
        what: words::question_kind(told.kind),
        asked: told.asked.clone(),
        subject: told.subject.clone(),
        sentence: sentence(&told, &of),
        is_open: open.is_some(),
        component: open.map(|open| open.component.clone()).unwrap_or_default(),
        effects: open.map(effects).unwrap_or_default(),
        asked_by: open.map(asked_by).unwrap_or_default(),
        vulnerabilities: open
            .iter()
            .flat_map(|open| &open.vulnerabilities)
            .map(|id| Named::vulnerability(id))
            .collect(),
        builds,
        organisations: whose,
        answers: answers.map(|one| answered(one, &may, clock)).collect(),
        put,
        form,
        token: by.form_token.clone(),
    })
}

fn counted(what: String, devices: u64, address: String) -> Counted {
    Counted { what, devices, shown: number(devices), address }
}

fn asked_by(open: &Question) -> Vec<AskedBy> {
    let asked = open.asked_by.iter();
    asked
        .map(|by| AskedBy {
            advisory: by.advisory.to_string(),
            product: by.product.clone(),
            place: by.place.clone(),
            address: format!("/advisories/{}", encoded(&by.advisory)),
        })
        .collect()
}

/// `of` is the organisation whose ward it is about, or empty.
fn sentence(told: &History, of: &str) -> Sentence {
    let about = Sentence::new(match of {
        "" => format!("About {}: ", told.subject),
        of => format!("About {}, {of}: ", told.subject),
    });
    let decided: u64 = told
        .answers
        .iter()
        .filter(|one| one.holds == Holds::Yes)
        .map(|one| one.devices)
        .sum();
    match &told.open {
        Some(open) => {
            let waiting = words::devices(open.devices, "waits", "wait");
            let about =
                about.link(waiting, devices_of(open, None)).then(" for the answer");
            match decided {
                0 => about.then("."),
                _ => about.then("; others have theirs below."),
            }
        }
        None if decided > 0 => about.then("answered, and no device waits for it."),
        None => about.then("no device waits for the answer."),
    }
}

/// `may` is where whoever looks may answer.
fn answered(one: &Remembered, may: &Scope, clock: &Clock) -> Answered {
    let answer = &one.answer;
    let set = Set::Answered(answer.id).to_string();
    Answered {
        id: answer.id,
        said: words::said(answer.said),
        by: words::who(Some(&one.by)),
        organisation: one.organisation.clone(),
        at: clock.show(&answer.at),
        covers: match answer.covers {
            store::Covers::All if !one.spelling.is_empty() => {
                format!("all written “{}”, also those that come later", one.spelling)
            }
            store::Covers::All => "all, also those that come later".to_owned(),
            store::Covers::Devices => {
                words::many(answer.devices, "chosen device", "chosen devices")
            }
        },
        devices: one.devices,
        note: answer.note.clone(),
        until: answer.until.clone().unwrap_or_default(),
        state: match (one.holds, answer.end_reason.as_deref()) {
            (Holds::Yes, _) => "holds",
            (Holds::Expired, _) => "believed no longer",
            (Holds::Ended, Some("taken_back")) => "taken back",
            (Holds::Ended, _) => "replaced by a newer answer",
        },
        ended: answer.ended.as_deref().map(|at| clock.show(at)),
        ended_by: one.ended_by.clone(),
        shown: number(one.devices),
        address: format!("/devices?among={}", encoded(&set)),
        may_be_taken_back: one.holds != Holds::Ended && may.admits(&answer.path),
    }
}
