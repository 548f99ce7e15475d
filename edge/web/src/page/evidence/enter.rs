//! An entry of the register that is made by hand, with the document that proves it.

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Query, State};
use axum::response::Response;
use evidence::{Column, Form as CellForm, Kind};
use operations::evidence::{Entered, enter, may_be_entered};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::Audience;

use super::new::Typing;
use super::{HOME, words};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Field, Holds};
use crate::parts::{self, Asked, Form, Place, Takes};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "evidence/enter.html")]
struct Enter {
    kind: &'static str,
    organisations: Vec<Place>,
    fields: Vec<Told>,
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    organisation: Choice,
    #[serde(skip)]
    inputs: Vec<Input>,
    #[serde(skip)]
    source: Field,
    #[serde(skip)]
    audience: Choice,
}

/// A field, for programs.
#[derive(Serialize)]
struct Told {
    name: &'static str,
    is_needed: bool,
}

/// A field of the form, with what was typed.
enum Input {
    Line(Field),
    List(Choice),
}

impl Show for Enter {
    fn title(&self) -> String {
        self.title.clone()
    }
}

/// Of which kind.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    kind: String,
    organisation: String,
}

const ASKED: Asked = Asked {
    takes: Takes::Evidence,
    organisation: "Choose whose evidence it is.",
    file: "Choose the file.",
    smaller: "Keep a smaller copy of it.",
};

/// `GET /evidence/entries/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let kind = if wanted.kind.is_empty() { Kind::Policy.word() } else { &wanted.kind };
    let typed = Typing::from([
        ("kind".to_owned(), kind.to_owned()),
        ("organisation".to_owned(), wanted.organisation),
    ]);
    face.show(&page(&house, &by, &typed, None).await?)
}

/// `POST /evidence/entries/new`: keeps the entry, which counts at once.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = Typing::new();
    match keep(&house, &by, parts, &mut typed).await {
        Ok(id) => Ok(face.made(id, &format!("{HOME}/{id}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = page(&house, &by, &typed, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    typed: &mut Typing,
) -> Result<i64, Problem> {
    let (name, parcel) = parts::arrive_if_any(parts, &ASKED, typed).await?;
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let organisation = text("organisation").parse().map_err(|_| {
        Problem::wrong_fields(vec![Fault::new("organisation", ASKED.organisation)])
    })?;
    let entered = Entered {
        organisation,
        kind: kind_of(typed)?,
        fields: &*typed,
        source: text("source"),
        audience: audience_of(text("audience")),
        file: (parcel.size() > 0).then_some((name.as_str(), &parcel)),
    };
    Ok(enter(&house.app, by, entered).await?)
}

fn kind_of(typed: &Typing) -> Result<Kind, Problem> {
    let word = typed.get("kind").map_or("", String::as_str);
    let kind = Kind::named(word).filter(|kind| may_be_entered(*kind));
    kind.ok_or_else(|| Problem::not_found("kind of entry", word))
}

/// For whom a piece counts, by the word of the form.
pub(crate) fn audience_of(word: &str) -> Audience {
    match word {
        "below" => Audience::Below,
        _ => Audience::Owner,
    }
}

/// The question for whom a piece counts.
pub(crate) fn audience(chosen: &str) -> Choice {
    let options = [
        ("owner", "that organisation alone"),
        ("below", "and those below it, where it holds for a whole group"),
    ];
    let options = options.map(|(value, text)| (value.to_owned(), text.to_owned()));
    Choice::new("audience", "For whom it counts", options, chosen)
        .hint("Those for whom it counts see what it is called and what it tells.")
}

impl Input {
    fn of(column: &Column, typed: &Typing, faults: &[Fault]) -> Self {
        let (name, label) = (column.field.word(), words::field(column.field));
        let value = typed.get(name).map_or("", String::as_str);
        let holds = match column.field.form() {
            CellForm::Day => Holds::Day,
            CellForm::Number => Holds::Number,
            CellForm::Text | CellForm::Person => Holds::Text,
            CellForm::YesNo => {
                let options = [("", "nobody says"), ("yes", "yes"), ("no", "no")];
                let options =
                    options.map(|(value, text)| (value.to_owned(), text.to_owned()));
                let list = Choice::new(name, label, options, value);
                return Self::List(list.hint(hint(column)).judged(faults));
            }
        };
        if column.field == evidence::Field::Sought {
            let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Absence);
            let options = kinds.map(|kind| {
                (kind.word().to_owned(), words::kind(kind.word()).to_owned())
            });
            let list = Choice::new(name, label, options, value);
            return Self::List(list.judged(faults));
        }
        let line = Field::new(name, label, holds).hint(hint(column)).typed(value);
        Self::Line(line.judged(faults))
    }
}

const fn hint(column: &Column) -> &'static str {
    match (column.is_needed, column.field.form()) {
        (true, CellForm::Person) => "Needed. It names somebody: what is kept is sealed.",
        (false, CellForm::Person) => "It names somebody: what is kept is sealed.",
        (true, _) => "Needed.",
        (false, _) => "",
    }
}

async fn page(
    house: &House,
    by: &Actor,
    typed: &Typing,
    problem: Option<&Problem>,
) -> Result<Enter, Problem> {
    let kind = kind_of(typed)?;
    let scope = by.scope(Permission::KeepEvidence);
    let places = house.app.store.organisations(&scope).await?;
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let faults = parts::faults(problem);
    let columns: Vec<&Column> =
        kind.columns().iter().filter(|it| it.field != evidence::Field::Proof).collect();
    let told = |column: &&Column| Told {
        name: column.field.word(),
        is_needed: column.is_needed,
    };
    let choice = Choice::new(
        "organisation",
        words::label("organisation"),
        Place::options(&places),
        text("organisation"),
    );
    Ok(Enter {
        kind: kind.word(),
        organisations: Place::all(&places),
        fields: columns.iter().map(told).collect(),
        title: words::capital(words::kind(kind.word())),
        form: Form::new(Takes::Evidence, by, problem),
        organisation: choice.judged(faults),
        inputs: columns.iter().map(|it| Input::of(it, typed, faults)).collect(),
        source: Field::new("source", words::label("source"), Holds::Text)
            .typed(text("source"))
            .judged(faults),
        audience: audience(text("audience")).judged(faults),
    })
}
