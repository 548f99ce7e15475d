//! One organisation: what it is called, what belongs to it, and how it goes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::organisation::{self, told};
use operations::revision::Shown;
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Audience, Belonging, Organisation, Scope};

use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::page::meanwhile;
use crate::problem::Problem;
use crate::{House, words};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    name: String,
    /// The revision that was shown; without it nothing is compared.
    revision: String,
}

#[derive(Template, Serialize)]
#[template(path = "organisation/show.html")]
struct Page {
    id: i64,
    parent: Option<i64>,
    kind: &'static str,
    name: String,
    /// Of what it is called: sent back with another name.
    revision: i64,
    /// What those above it are called, as far as whoever asks sees them.
    above: Vec<String>,
    owns: Vec<Owned>,
    sentence: String,
    /// For whom the SBOMs of a product are that it has not seen before: `owner` or `below`.
    products_for: &'static str,
    #[serde(skip)]
    changing: Option<Changing>,
}

/// How many of something belong to it.
#[derive(Serialize)]
struct Owned {
    what: &'static str,
    count: i64,
}

/// What whoever runs it may do.
struct Changing {
    form_token: String,
    faults: Faults,
    name: Field,
    /// Where organisations stand below it.
    audience: Option<Choice>,
    may_go: bool,
}

impl Show for Page {
    fn title(&self) -> String {
        self.name.clone()
    }
}

/// `GET /organisations/{organisation}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let shown = page(&house, &by, number(&id)?, None).await?;
    face.show(&shown)
}

/// `POST /organisations/{organisation}`: calls it otherwise.
pub(crate) async fn rename(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let id = number(&id)?;
    let nameless = empty(&[("name", &form.name, "Enter what it is called.")]);
    let done = match nameless.is_empty() {
        true => {
            let shown = Shown::at(id, meanwhile::shown(&form.revision)?);
            let renamed = organisation::rename(&house.app, &by, shown, &form.name);
            renamed.await.map_err(Problem::from)
        }
        false => Err(Problem::wrong_fields(nameless)),
    };
    match done {
        Ok(()) => Ok(face.done(&format!("/organisations/{id}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let shown = page(&house, &by, id, Some((&form, &problem))).await?;
            face.again(&shown, problem)
        }
    }
}

/// `POST /organisations/{organisation}/removed`: takes it out, where it owns nothing.
pub(crate) async fn remove(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    organisation::remove(&house.app, &by, number(&id)?).await?;
    Ok(face.done("/organisations"))
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::not_found("organisation", id))
}

async fn page(
    house: &House,
    by: &Actor,
    id: i64,
    typed: Option<(&Form, &Problem)>,
) -> Result<Page, Problem> {
    let store = &house.app.store;
    let seen = by.scope(Permission::ViewDevices);
    let one = store.organisation(&seen, id).await?;
    let owned = store.belongings(&one).await?;
    let around = store.organisations(&seen).await?;
    let above =
        around.iter().filter(|other| other.id != id && other.path.holds(&one.path));
    let sentence = match (one.parent, owned.is_empty()) {
        (None, _) => "It is the house itself, so it cannot be removed.".to_owned(),
        (Some(_), true) => "It owns nothing, so it can be removed.".to_owned(),
        (Some(_), false) => {
            format!("It has {}, so it cannot be removed.", told(&owned))
        }
    };
    let is_above = around.iter().any(|other| other.parent == Some(id));
    let audience = is_above.then(|| audience(&one));
    let changing = changing(by, &one, audience, &owned, typed);
    Ok(Page {
        id,
        parent: one.parent,
        kind: words::kind(one.kind),
        above: above.map(|other| other.name.clone()).collect(),
        owns: owned
            .iter()
            .map(|one| Owned { what: one.several, count: one.count })
            .collect(),
        sentence,
        products_for: one.products_for.word(),
        revision: organisation::revision(&one),
        name: one.name,
        changing,
    })
}

/// For whom its SBOMs may be.
fn audience(one: &Organisation) -> Choice {
    let name = &one.name;
    let words = |audience: Audience| match audience {
        Audience::Owner => format!("{name} alone"),
        Audience::Below => format!("{name} and everything below it"),
    };
    let options = Audience::ALL.map(|one| (one.word().to_owned(), words(one)));
    Choice::new(
        "audience",
        "The SBOMs of a new product are for",
        options,
        one.products_for.word(),
    )
    .hint("Devices are judged by the SBOMs that are for their organisation, and whoever sees them may read these.")
}

/// The forms of whoever runs it.
fn changing(
    by: &Actor,
    one: &Organisation,
    audience: Option<Choice>,
    owned: &[Belonging],
    typed: Option<(&Form, &Problem)>,
) -> Option<Changing> {
    let run: Scope = by.scope(Permission::Administer);
    let faults = typed.map(|(_, problem)| problem.faults.as_slice()).unwrap_or_default();
    let name = typed.map_or(one.name.as_str(), |(form, _)| &form.name);
    run.admits(&one.path).then(|| Changing {
        form_token: by.form_token.clone(),
        faults: typed.map_or_else(Faults::none, |(_, problem)| Faults::of(problem)),
        name: Field::new("name", "Name", Holds::Text).typed(name).judged(faults),
        audience,
        may_go: owned.is_empty() && one.parent.is_some(),
    })
}
