//! A list that a customer gave away, on its way into the house of the maker.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::Response;
use device::questions;
use operations::Actor;
use operations::customer::{self, Asks, LeftOut, Which, bring};
use operations::question::{Fact, Kind};
use serde::Serialize;

use super::HOME;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Field, Holds};
use crate::page::question::answers::mend;
use crate::parts::{self, Asked, Form, Place, Takes};
use crate::problem::Problem;
use crate::words::{self, counted};

/// What is typed beside the file.
type Typing = BTreeMap<String, String>;

/// Lines that are left out and shown; the rest is counted.
const SHOWN: usize = 100;

#[derive(Template, Serialize)]
#[template(path = "customer/new.html")]
struct New {
    organisations: Vec<Place>,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    organisation: Option<Choice>,
    #[serde(skip)]
    customer: Field,
    #[serde(skip)]
    takes_all: bool,
}

/// What became of a list of which something was left out.
#[derive(Template, Serialize)]
#[template(path = "customer/brought.html")]
struct Outcome {
    sentence: String,
    taken: usize,
    left: Vec<Line>,
    #[serde(skip)]
    more: String,
}

/// A line that was left out.
#[derive(Serialize)]
struct Line {
    number: usize,
    asked: String,
    about: String,
    why: &'static str,
}

impl Show for New {
    fn title(&self) -> String {
        "Bring a customer's questions".to_owned()
    }
}

impl Show for Outcome {
    fn title(&self) -> String {
        "A customer's questions".to_owned()
    }
}

/// `GET /customers/questions/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    face.show(&page(&house, &by, &Typing::new(), None).await?)
}

/// `POST /customers/questions/new`: keeps the questions of a list.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typing = Typing::new();
    match keep(&house, &by, parts, &mut typing).await {
        Ok(outcome) if outcome.left.is_empty() => Ok(face.done(HOME)),
        Ok(outcome) => face.show(&outcome),
        Err(problem) => {
            let shown = page(&house, &by, &typing, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    typing: &mut Typing,
) -> Result<Outcome, Problem> {
    const ASKED: Asked = Asked {
        takes: Takes::Questions,
        organisation: "Choose who is asked.",
        file: "Choose the file that the customer gave you.",
        smaller: "Ask for the questions about your products alone.",
    };
    let file = parts::arrive_with(parts, &ASKED, typing).await?;
    let bytes = file.parcel.bytes()?;
    let wrong = |mend: &str| {
        Problem::wrong_fields(vec![Fault::new("file", format!("{}: {mend}", file.name))])
    };
    let content = String::from_utf8(bytes)
        .map_err(|_| wrong("The file is no text. Choose the CSV or JSON file."))?;
    let rows = questions::parse(&content).map_err(|refused| wrong(&mend(&refused)))?;
    let lines: Vec<customer::Line> = rows
        .iter()
        .map(|row| customer::Line {
            key: row.key.clone(),
            about: row.about.clone(),
            asked: row.asked.clone(),
            builds: row.builds.clone(),
            vulnerabilities: row.vulnerabilities.clone(),
            earlier: row.earlier.split(';').map(|key| key.trim().to_owned()).collect(),
            asks: asks(&row.kind),
        })
        .collect();
    let which = match typing.get("all").map(String::as_str) {
        Some("on") => Which::All,
        _ => Which::Own,
    };
    let customer = typing.get("customer").map_or("", String::as_str);
    let brought = bring(&house.app, by, file.place, customer, &lines, which).await?;
    let of = |(at, why): &(usize, LeftOut)| {
        let row = rows.get(*at)?;
        Some(Line {
            number: row.number,
            asked: row.asked.clone(),
            about: row.about.clone(),
            why: in_words(*why),
        })
    };
    let left = brought.left.len();
    Ok(Outcome {
        sentence: format!(
            "{} taken in; {} left out.",
            counted(brought.taken, "question was", "questions were"),
            counted(left, "line was", "lines were"),
        ),
        taken: brought.taken,
        left: brought.left.iter().take(SHOWN).filter_map(of).collect(),
        more: match left.saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("and {} more.", counted(more, "line", "lines")),
        },
    })
}

/// Whether a maker can know what is asked, by the word that a list has for its kind.
fn asks(kind: &str) -> Asks {
    let place = words::question_kind(Kind::Fact(Fact::Reachable));
    if kind.eq_ignore_ascii_case(place) { Asks::Place } else { Asks::Product }
}

const fn in_words(why: LeftOut) -> &'static str {
    match why {
        LeftOut::Empty => "It has no key, or asks nothing.",
        LeftOut::Long => "It is too long.",
        LeftOut::Place => {
            "It is about where devices stand, which the customer knows alone."
        }
        LeftOut::Others => "It names neither you nor a product that you keep here.",
        LeftOut::Before => "This customer asked it before.",
    }
}

async fn page(
    house: &House,
    by: &Actor,
    typing: &Typing,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let makers = customer::makers(&house.app, by).await?;
    let typed = |name: &str| typing.get(name).map_or("", String::as_str);
    let faults = parts::faults(problem);
    let options = Place::options(&makers);
    let choice =
        Choice::new("organisation", "Who is asked", options, typed("organisation"));
    Ok(New {
        organisation: (!makers.is_empty()).then(|| choice.judged(faults)),
        customer: Field::new("customer", "Who asks", Holds::Text)
            .hint("The customer whose list it is. With the same name a newer list adds what is new.")
            .typed(typed("customer"))
            .judged(faults),
        takes_all: typed("all") == "on",
        organisations: Place::all(&makers),
        form: Form::new(Takes::Questions, by, problem),
    })
}
