//! One question of customers, and its answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::customer::{self, is_same};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{CustomerQuestion, Said};

use super::{HOME, Row};
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::problem::Problem;
use crate::words;

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typing {
    said: String,
    note: String,
}

#[derive(Template, Serialize)]
#[template(path = "customer/question.html")]
struct Question {
    #[serde(flatten)]
    row: Row,
    #[serde(skip)]
    form: Option<Form>,
}

struct Form {
    token: String,
    faults: Faults,
    said: Choice,
    note: Field,
}

impl Show for Question {
    fn title(&self) -> String {
        self.row.asked.clone()
    }
}

/// `GET /customers/questions/{question}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(question): Path<String>,
) -> Result<Response, Problem> {
    let page = page(&house, &by, &question, None, face.clock()).await?;
    face.show(&page)
}

/// `POST /customers/questions/{question}`: answers it.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(question): Path<String>,
    Kept(typing): Kept<Typing>,
) -> Result<Response, Problem> {
    let given = match Said::from_word(typing.said.trim()) {
        Some(said) => {
            let id = number(&question)?;
            let given = customer::answer(&house.app, &by, id, said, &typing.note).await;
            given.map_err(Problem::from)
        }
        None => Err(Problem::wrong_fields(vec![Fault::new("said", "Choose an answer.")])),
    };
    match given {
        Ok(()) => Ok(face.done(HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some((&typing, &problem));
            let page = page(&house, &by, &question, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

fn number(question: &str) -> Result<i64, Problem> {
    question.parse().map_err(|_| Problem::not_found("question", question))
}

async fn page(
    house: &House,
    by: &Actor,
    question: &str,
    again: Option<(&Typing, &Problem)>,
    clock: &Clock,
) -> Result<Question, Problem> {
    let id = number(question)?;
    let all = customer::asked(&house.app, by).await?;
    let absent = || Problem::not_found("question", question);
    let one = all.iter().find(|one| one.id == id).ok_or_else(absent)?;
    let same: Vec<&CustomerQuestion> =
        all.iter().filter(|other| is_same(other, one)).collect();
    let row = Row::of(&same, clock).ok_or_else(absent)?;
    let may = by.scope(Permission::AnswerQuestions).admits(&one.path);
    let form = may.then(|| Form::new(by, one, again));
    Ok(Question { row: Row { id, address: format!("{HOME}/{id}"), ..row }, form })
}

impl Form {
    fn new(
        by: &Actor,
        one: &CustomerQuestion,
        again: Option<(&Typing, &Problem)>,
    ) -> Self {
        let faults = again.map(|(_, problem)| problem.faults.as_slice());
        let faults = faults.unwrap_or_default();
        let (said, note) = match again {
            Some((typing, _)) => (typing.said.as_str(), typing.note.as_str()),
            None => (one.said.map(Said::word).unwrap_or_default(), one.note.as_str()),
        };
        let none = (String::new(), "not answered yet".to_owned());
        let options =
            Said::ALL.map(|said| (said.word().to_owned(), words::said(said).to_owned()));
        let options = std::iter::once(none).chain(options);
        Self {
            token: by.form_token.clone(),
            faults: again.map_or_else(Faults::none, |(_, problem)| Faults::of(problem)),
            said: Choice::new("said", "Your answer", options, said).judged(faults),
            note: Field::new("note", "In your words", Holds::Text)
                .hint("What holds for which release, and where it can be read. It goes back with the answer.")
                .typed(note)
                .judged(faults),
        }
    }
}
