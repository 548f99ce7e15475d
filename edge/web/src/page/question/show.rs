//! One question: what is asked, why, of which devices, and everything that was answered.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::encoded;
use operations::fleet::{Holdings, Set, holdings, scope};
use operations::maker::{askable_question, from_question, put_question};
use operations::question::{
    History, Holds as Counts, Key, Kind, Question, QuestionError, Reader, Remembered,
    answer_shown, history, is_of_its_day, notes, take_back,
};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::Scope;

use super::form::{Chosen, Form, Typing};
use super::note::{Beside, NoteRow};
use super::{Named, devices_of, effects};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::page::maker::put::Put;
use crate::page::meanwhile;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{self, number};

#[derive(Template, Serialize)]
#[template(path = "question/show.html")]
pub(super) struct Page {
    key: String,
    /// What whoever answers sends along: it grows with each answer that is given or ends.
    revision: i64,
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
    notes: Vec<NoteRow>,
    #[serde(rename = "put_to_maker")]
    put: Put,
    #[serde(skip)]
    what: &'static str,
    #[serde(skip)]
    form: Option<Form>,
    /// Where a note is written, for whoever may.
    #[serde(skip)]
    noting: Option<Noting>,
    #[serde(skip)]
    token: String,
}

/// What is typed as a note.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NoteTyping {
    pub(super) text: String,
    /// `maker` for what the maker is to read too.
    pub(super) reader: String,
}

/// The form of a note.
struct Noting {
    faults: Faults,
    text: Field,
    is_for_maker: bool,
    /// Who may read it too; empty where no maker can.
    maker: String,
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
    let typing = (&Typing::default(), &NoteTyping::default());
    let page = page(&house, &by, &key, typing, None, face.clock()).await?;
    face.show(&page)
}

/// `POST /questions/{question}`: answers it.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(key): Path<String>,
    Kept(typing): Kept<Typing>,
) -> Result<Response, Problem> {
    let key = Key::from_text(&key);
    match given(&house, &by, &key, &typing).await {
        Ok(answer) => Ok(face.made(answer, &format!("/questions/{key}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some(&problem);
            let typing = (&typing, &NoteTyping::default());
            let page = page(&house, &by, &key, typing, again, face.clock()).await?;
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
    Kept(typed): Kept<Beside>,
) -> Result<Response, Problem> {
    let key = Key::from_text(&key);
    let asked = put_question(&house.app, &by, &key, &typed.note).await?;
    Ok(face.made(asked, &format!("/questions/{key}")))
}

async fn given(
    house: &House,
    by: &Actor,
    key: &Key,
    typing: &Typing,
) -> Result<i64, Problem> {
    let chosen = Chosen::read(typing, by)?;
    let shown = meanwhile::shown(&typing.revision)?;
    let reply = chosen.reply(typing);
    match answer_shown(&house.app, by, key, shown, reply).await {
        Err(QuestionError::Changed) => {
            let told = history(&house.app, by, key).await?;
            let clock = Clock::new((house.app.now)(), &by.zone);
            let newest = told.answers.first().map(|one| {
                let at = one.answer.ended.as_ref().unwrap_or(&one.answer.at);
                let (who, what) = match one.answer.ended {
                    Some(_) => (&one.ended_by, "ended"),
                    None => (&one.by, "gave"),
                };
                let said = words::said(one.answer.said);
                format!("{who} {what} the answer “{said}” ({})", clock.show(at).text)
            });
            Err(meanwhile::changed(&newest.into_iter().collect::<Vec<_>>()))
        }
        done => Ok(done?),
    }
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
            QuestionError::NoNote => wrong("note", "Write what is to be noted."),
            QuestionError::NoMaker => wrong("note", "No maker is asked this."),
            QuestionError::Changed => meanwhile::changed(&[]),
            QuestionError::Set(error) => error.into(),
            QuestionError::Fleet(error) => error.into(),
            QuestionError::Store(error) => error.into(),
        }
    }
}

pub(super) async fn page(
    house: &House,
    by: &Actor,
    key: &Key,
    (typing, note): (&Typing, &NoteTyping),
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
    let is_of_note =
        |problem: &&Problem| problem.faults.iter().any(|fault| fault.field == NOTED);
    let (of_note, of_answer) =
        (problem.filter(is_of_note), problem.filter(|problem| !is_of_note(problem)));
    let form = by.may(Permission::AnswerQuestions).then(|| {
        Form::new(by, &held, &scope(by), &told, &organisations, typing, of_answer)
    });
    let noting = form.is_some().then(|| Noting::of(note, &told.maker, of_note));
    let open = told.open.as_ref();
    let last = told.answers.first().map(|one| one.answer.question.zone_of);
    let zone_of = open.map(|open| open.zone_of).or(last).unwrap_or_default();
    let of = held.organisation(zone_of).to_owned();
    let (builds, whose) = waiting(&held, open);
    drop(held);
    let answers = told.answers.iter();
    Ok(Page {
        key: key.to_string(),
        revision: told.revision,
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
        notes,
        put,
        form,
        noting,
        token: by.form_token.clone(),
    })
}

/// What is noted on a question.
async fn noted(
    house: &House,
    by: &Actor,
    about: &[String],
    clock: &Clock,
) -> Result<Vec<NoteRow>, Problem> {
    let may = (by, Permission::AnswerQuestions);
    let notes = notes(&house.app, by, about).await?.into_iter();
    Ok(notes.map(|one| NoteRow::of(one, may, clock)).collect())
}

/// The builds and the organisations of which devices wait.
fn waiting(held: &Holdings, open: Option<&Question>) -> (Vec<Counted>, Vec<Counted>) {
    let Some(open) = open else { return Default::default() };
    let all = devices_of(open, None);
    let build = |(id, count): (&i64, &u64)| {
        let build = held.fleet.configuration(fleet::ConfigurationId(*id))?;
        let what = match build.version.is_empty() {
            true => format!("{} {} (no version stated)", build.maker, build.model),
            false => build.label(),
        };
        let address = format!("{all}&configuration={id}");
        Some(counted(what.trim().to_owned(), *count, address))
    };
    let organisation = |(id, count): (&i64, &u64)| {
        let what = held.organisation(*id).to_owned();
        counted(what, *count, format!("{all}&organisation={id}"))
    };
    let builds = open.builds.iter().filter_map(build).collect();
    (builds, open.organisations.iter().map(organisation).collect())
}

/// The field of a note; that of an answer's note is another.
const NOTED: &str = "text";

impl Noting {
    fn of(typed: &NoteTyping, maker: &str, problem: Option<&Problem>) -> Self {
        let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        Self {
            faults: problem.map_or_else(Faults::none, Faults::of),
            text: Field::new(NOTED, "Note", Holds::Text)
                .hint("What you saw, or whom you called. It is kept sealed.")
                .typed(&typed.text)
                .judged(faults),
            is_for_maker: typed.reader == Reader::Maker.word(),
            maker: maker.to_owned(),
        }
    }
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
        .filter(|one| one.holds == Counts::Yes)
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
            store::Covers::All
                if Kind::from_word(&answer.question.kind)
                    .is_some_and(|kind| is_of_its_day(kind, &answer.question.ask)) =>
            {
                "all that were there then".to_owned()
            }
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
            (Counts::Yes, _) => "holds",
            (Counts::Expired, _) => "believed no longer",
            (Counts::Ended, Some("taken_back")) => "taken back",
            (Counts::Ended, _) => "replaced by a newer answer",
        },
        ended: answer.ended.as_deref().map(|at| clock.show(at)),
        ended_by: one.ended_by.clone(),
        shown: number(one.devices),
        address: format!("/devices?among={}", encoded(&set)),
        may_be_taken_back: one.holds != Counts::Ended && may.admits(&answer.path),
    }
}
