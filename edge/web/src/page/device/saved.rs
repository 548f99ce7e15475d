//! Lists that somebody keeps under a name.

use axum::extract::State;
use axum::response::Response;
use operations::Actor;
use operations::fleet::{forget_view, save_view};
use serde::Deserialize;

use super::address::Asked;
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::field::{Fault, empty};
use crate::form::Typed;
use crate::problem::Problem;

/// How long a name may be.
const NAME_MAX: usize = 80;

/// What of saved lists a page shows.
pub(super) struct Saved {
    pub(super) views: Vec<View>,
    pub(super) token: String,
    pub(super) query: String,
}

/// A list that is kept.
pub(super) struct View {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) is_here: bool,
}

impl Saved {
    pub(super) async fn of(
        house: &House,
        by: &Actor,
        asked: &Asked,
    ) -> Result<Self, Problem> {
        let query = asked.query();
        let views = house.app.store.saved_views(by.head, by.person).await?;
        let views = views.into_iter().map(|view| View {
            id: view.id,
            name: view.name,
            address: format!("/devices?{}", view.query),
            is_here: view.query == query,
        });
        Ok(Self { views: views.collect(), token: by.form_token.clone(), query })
    }
}

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    name: String,
    query: String,
    view: i64,
}

/// `POST /devices/views`: keeps a list.
pub(crate) async fn save(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let mut faults =
        empty(&[("name", &form.name, "Enter what you want to call this list.")]);
    if form.name.chars().count() > NAME_MAX {
        faults.push(Fault::new(
            "name",
            format!("Choose a name of at most {NAME_MAX} letters."),
        ));
    }
    if !faults.is_empty() {
        return Err(
            Problem::wrong_fields(faults).next("Go back, and give the list a name.")
        );
    }
    // What is kept is an address that can be opened.
    let query = Asked::parse(&form.query)?.query();
    save_view(&house.app, &by, &form.name, &query).await?;
    Ok(face.done(&format!("/devices?{query}")))
}

/// `POST /devices/views/forgotten`: forgets one.
pub(crate) async fn forget(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    forget_view(&house.app, &by, form.view).await?;
    Ok(face.done("/devices"))
}
