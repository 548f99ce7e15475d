//! What a guest is asked, and what it answers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::Actor;
use operations::maker::{self, answer, asked};
use serde::{Deserialize, Serialize};
use store::MakerSaid;

use super::flag;
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::page::question::note::OfAsker;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::words::{self, counted};

/// Where they lie.
pub(crate) const HOME: &str = "/maker/questions";

/// Something that is asked.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) asked: String,
    pub(crate) product: String,
    pub(crate) put: Shown,
    /// In words; empty while it waits.
    pub(crate) said: &'static str,
    pub(crate) note: String,
    pub(crate) answered: Option<Shown>,
    /// What those who asked noted for the maker.
    pub(crate) notes: Vec<OfAsker>,
    #[serde(skip)]
    pub(crate) address: String,
}

impl Row {
    pub(crate) fn of(one: maker::Asked, clock: &Clock) -> Self {
        Self {
            address: format!("{HOME}/{}", one.id),
            id: one.id,
            asked: one.asked,
            product: one.product,
            put: clock.show(&one.put),
            said: one.said.map(words::maker_said).unwrap_or_default(),
            note: one.note,
            answered: one.answered.as_deref().map(|at| clock.show(at)),
            notes: one.notes.into_iter().map(|note| OfAsker::of(note, clock)).collect(),
        }
    }

    fn waits(&self) -> bool {
        self.answered.is_none()
    }
}

#[derive(Template, Serialize)]
#[template(path = "maker/questions.html")]
struct Questions {
    sentence: String,
    questions: Vec<Row>,
    /// How many there are in all.
    total: usize,
    /// The cursor behind the last of these; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    /// What buyers want to know before they buy.
    of_buyers: Vec<flag::Row>,
}

impl Questions {
    fn waiting(&self) -> impl Iterator<Item = &Row> {
        self.questions.iter().filter(|one| one.waits())
    }

    fn answered(&self) -> impl Iterator<Item = &Row> {
        self.questions.iter().filter(|one| !one.waits())
    }

    fn any_waits(&self) -> bool {
        self.waiting().next().is_some()
    }

    fn any_answered(&self) -> bool {
        self.answered().next().is_some()
    }
}

impl Show for Questions {
    fn title(&self) -> String {
        "Questions".to_owned()
    }
}

/// `GET /maker/questions`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let all = asked(&house.app, &by).await?.into_iter();
    let questions: Vec<Row> = all.map(|one| Row::of(one, face.clock())).collect();
    let of_buyers = maker::flag_questions(&house.app, &by).await?;
    let of_buyers: Vec<flag::Row> =
        of_buyers.iter().map(|one| flag::Row::of(one, face.clock())).collect();
    let asked = of_buyers.iter().filter(|one| one.waits).count();
    let waiting = questions.iter().filter(|one| one.waits()).count() + asked;
    let sentence = match (questions.len() + asked, waiting) {
        (0, _) => "Nobody has asked you anything yet.".to_owned(),
        (_, 0) => "You have answered everything that you were asked.".to_owned(),
        (_, count) => format!(
            "{} for your answer.",
            counted(count, "question waits", "questions wait")
        ),
    };
    let Stretch { rows: questions, total, next, pages } =
        wanted.of(HOME, questions, |one| {
            let waits = i64::from(!one.waits());
            let put = one.put.stored.as_str();
            Place::default().number(waits).backwards(put).falling(one.id)
        });
    face.show(&Questions { sentence, questions, total, next, pages, of_buyers })
}

#[derive(Template, Serialize)]
#[template(path = "maker/question.html")]
struct Question {
    #[serde(flatten)]
    row: Row,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    said: Choice,
    #[serde(skip)]
    answer: Field,
}

impl Show for Question {
    fn title(&self) -> String {
        self.row.asked.clone()
    }
}

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    said: String,
    answer: String,
}

/// `GET /maker/questions/{question}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(question): Path<String>,
) -> Result<Response, Problem> {
    let page = page(&house, &by, &question, None, face.clock()).await?;
    face.show(&page)
}

/// `POST /maker/questions/{question}`: answers it.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(question): Path<String>,
    Kept(form): Kept<Form>,
) -> Result<Response, Problem> {
    match given(&house, &by, &question, &form).await {
        Ok(()) => Ok(face.done(HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some((&form, &problem));
            let page = page(&house, &by, &question, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

async fn given(
    house: &House,
    by: &Actor,
    question: &str,
    form: &Form,
) -> Result<(), Problem> {
    let id = number(question)?;
    // Whether there is such a question for whoever asks is found out first.
    let Some(said) = MakerSaid::from_word(&form.said) else {
        page(house, by, question, None, &Clock::new((house.app.now)(), &by.zone)).await?;
        return Err(Problem::wrong_fields(vec![Fault::new("said", "Choose an answer.")]));
    };
    Ok(answer(&house.app, by, id, said, &form.answer).await?)
}

fn number(question: &str) -> Result<i64, Problem> {
    question.parse().map_err(|_| Problem::not_found("question", question))
}

async fn page(
    house: &House,
    by: &Actor,
    question: &str,
    again: Option<(&Form, &Problem)>,
    clock: &Clock,
) -> Result<Question, Problem> {
    let id = number(question)?;
    let mut all = asked(&house.app, by).await?.into_iter();
    let one = all.find(|one| one.id == id);
    let one = one.ok_or_else(|| Problem::not_found("question", question))?;
    let faults = again.map(|(_, problem)| problem.faults.as_slice()).unwrap_or_default();
    let (said, text) = match again {
        Some((form, _)) => (form.said.clone(), form.answer.clone()),
        None => (one.said.unwrap_or(MakerSaid::Told).word().to_owned(), one.note.clone()),
    };
    let options = MakerSaid::ALL
        .map(|said| (said.word().to_owned(), words::maker_said(said).to_owned()));
    Ok(Question {
        token: by.form_token.clone(),
        faults: again.map_or_else(Faults::none, |(_, problem)| Faults::of(problem)),
        said: Choice::new("said", "Your answer", options, &said).judged(faults),
        answer: Field::new("answer", "In your words", Holds::Text)
            .hint("What holds for which release, and where it can be read. Whoever asked sees it.")
            .typed(&text)
            .judged(faults),
        row: Row::of(one, clock),
    })
}
