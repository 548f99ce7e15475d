//! Acts about a supplier that need no form of their own, and opening a dossier.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use operations::supplier::{Same, open, put, put_all, rename, settle};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};

use super::{HOME, number};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::parts::Place;
use crate::problem::Problem;

/// What is typed.
type Typing = BTreeMap<String, String>;

#[derive(Template, Serialize)]
#[template(path = "supplier/new.html")]
struct New {
    organisations: Vec<Place>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    name: Field,
    #[serde(skip)]
    organisation: Choice,
}

impl Show for New {
    fn title(&self) -> String {
        "Open a dossier".to_owned()
    }
}

/// Of whom.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    name: String,
}

/// `GET /suppliers/new`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let typed = Typing::from([("name".to_owned(), wanted.name)]);
    face.show(&page(&house, &by, &typed, None).await?)
}

/// `POST /suppliers/new`: opens the dossier.
pub(crate) async fn make(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let opened = match text("organisation").trim().parse() {
        Ok(place) => {
            open(&house.app, &by, place, text("name")).await.map_err(Problem::from)
        }
        Err(_) => Err(Problem::wrong_fields(vec![Fault::new(
            "organisation",
            "Choose whose dossier it is.",
        )])),
    };
    match opened {
        Ok(id) => Ok(face.done(&format!("{HOME}/{id}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = page(&house, &by, &typed, Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

async fn page(
    house: &House,
    by: &Actor,
    typed: &Typing,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let scope = by.scope(Permission::KeepSuppliers);
    let places = house.app.store.organisations(&scope).await?;
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let faults = crate::parts::faults(problem);
    let options = Place::options(&places);
    Ok(New {
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        name: Field::new("name", "Legal name", Holds::Text)
            .hint("As it stands in contracts. Brands and former names are added later.")
            .typed(text("name"))
            .judged(faults),
        organisation: Choice::new(
            "organisation",
            "Whose dossier?",
            options,
            text("organisation"),
        )
        .hint("That organisation and those above it see the dossier; those below it do not.")
        .judged(faults),
        organisations: Place::all(&places),
    })
}

/// `POST /suppliers/{supplier}/name`: gives it another legal name.
pub(crate) async fn name(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let id = number("supplier", &supplier)?;
    rename(&house.app, &by, id, text(&typed, "name")).await?;
    Ok(face.done(&format!("{HOME}/{id}")))
}

/// `POST /suppliers/{supplier}/names`: says of a name whether it is the supplier's.
pub(crate) async fn names(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let id = number("supplier", &supplier)?;
    let same = match text(&typed, "same") {
        "yes" => Same::Yes,
        "no" => Same::No,
        _ => {
            let fault = Fault::new("same", "Say `yes` or `no`.");
            return Err(Problem::wrong_fields(vec![fault]));
        }
    };
    settle(&house.app, &by, id, text(&typed, "name"), same).await?;
    Ok(face.done(&format!("{HOME}/{id}#history")))
}

/// `POST /suppliers/{supplier}/asked`: puts one question of a flag to its guest, or all that are
/// open.
pub(crate) async fn ask(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(supplier): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let id = number("supplier", &supplier)?;
    match text(&typed, "flag") {
        "" => put_all(&house.app, &by, id).await?,
        flag => put(&house.app, &by, id, flag, text(&typed, "product")).await?,
    };
    Ok(face.done(&format!("{HOME}/{id}#flags")))
}

fn text<'t>(typed: &'t Typing, name: &str) -> &'t str {
    typed.get(name).map_or("", String::as_str)
}
