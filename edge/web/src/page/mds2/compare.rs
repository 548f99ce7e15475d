//! Several forms side by side, as the command `lazaret mds2 compare` gives them.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use mds2::compare::{Agreement, compare};
use mds2::{Footnote, Form, Said};
use operations::mds2::{Side, compared};
use serde::Serialize;

use super::{Answered, name_of};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "mds2/compare.html")]
struct Page {
    sentence: String,
    forms: Vec<Head>,
    /// How many questions were compared.
    questions: usize,
    rows: Vec<Row>,
    /// Where the rest, or only what differs, is shown.
    #[serde(skip)]
    other: (String, &'static str),
}

/// One of the forms.
#[derive(Serialize)]
struct Head {
    id: i64,
    name: String,
    edition: String,
    released: String,
    answered: i64,
    questions: i64,
}

/// One question with what each form says to it.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) section: &'static str,
    pub(super) asks: &'static str,
    pub(super) agreement: &'static str,
    pub(super) said: Vec<Beside>,
}

/// What one form answers, all lines of the question together.
#[derive(Serialize)]
pub(super) struct Beside {
    #[serde(flatten)]
    pub(super) said: Answered,
    /// What the note says that it points at; none where the form has none of that number.
    pub(super) note: Option<String>,
}

fn beside((said, note): (&Said<'_>, &Option<&Footnote>)) -> Beside {
    Beside {
        said: Answered::of(said.answer(), said.entry()),
        note: note.map(|it| it.text.clone()),
    }
}

/// Which questions are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    All,
    Differing,
}

impl Show for Page {
    fn title(&self) -> String {
        "MDS2 forms side by side".to_owned()
    }
}

/// `GET /mds2/compare`: `form` names each of them.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut named = Vec::new();
    for (_, id) in asked.iter().filter(|(name, _)| name == "form") {
        named.push(super::number(id)?);
    }
    let shown = match asked.iter().any(|(name, on)| name == "all" && !on.is_empty()) {
        true => Shown::All,
        false => Shown::Differing,
    };
    let sides = compared(&house.app, &by, &named).await?;
    let forms: Vec<&Form> = sides.iter().map(|side| &side.read.value).collect();
    let (rows, differing, questions) = rows(&forms, shown);
    let these: Vec<String> =
        sides.iter().map(|side| format!("form={}", side.form.id)).collect();
    let here = format!("/mds2/compare?{}", these.join("&"));
    face.show(&Page {
        sentence: match differing {
            0 => format!("They answer all {questions} questions alike."),
            count => format!(
                "{} of {questions} {} answered differently.",
                counted(count, "question", "questions"),
                if count == 1 { "is" } else { "are" }
            ),
        },
        forms: sides.iter().map(head).collect(),
        questions,
        rows,
        other: match shown {
            Shown::All => (here, "Only what is answered differently"),
            Shown::Differing => (format!("{here}&all=1"), "All questions"),
        },
    })
}

/// The rows that are shown, how many differ, and how many there are.
pub(super) fn rows(forms: &[&Form], shown: Shown) -> (Vec<Row>, usize, usize) {
    let all = compare(forms);
    let differing = all.iter().filter(|row| row.agreement == Agreement::Different);
    let differing = differing.count();
    let rows = all
        .iter()
        .filter(|row| shown == Shown::All || row.agreement == Agreement::Different)
        .map(|row| Row {
            id: row.question.id,
            section: row.question.section(),
            asks: row.question.asks,
            agreement: match row.agreement {
                Agreement::Same => "same",
                Agreement::Different => "different",
            },
            said: row.said.iter().zip(&row.notes).map(beside).collect(),
        });
    (rows.collect(), differing, all.len())
}

fn head(side: &Side) -> Head {
    let product = side.product.as_ref();
    let said = &side.form.said;
    Head {
        id: side.form.id,
        name: product.map_or_else(
            || name_of(&side.form),
            |it| format!("{} {}", it.maker, it.name),
        ),
        edition: said.edition.clone(),
        released: said.released.clone(),
        answered: said.answered,
        questions: said.questions,
    }
}
