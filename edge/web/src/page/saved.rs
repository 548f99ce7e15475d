//! Lists that somebody keeps under a name: of devices, and of what is to be done about them.

use axum::extract::State;
use axum::response::Response;
use operations::Actor;
use operations::fleet::{forget_view, save_view};
use serde::{Deserialize, Serialize};
use store::ListOf;

use super::{device, work};
use crate::House;
use crate::access::By;
use crate::face::Face;
use crate::field::{Fault, empty};
use crate::form::Typed;
use crate::problem::Problem;

/// How long a name may be.
const NAME_MAX: usize = 80;

/// What of saved lists a page shows.
#[derive(Serialize)]
pub(crate) struct Saved {
    /// The lists that whoever looks keeps.
    pub(crate) views: Vec<View>,
    #[serde(skip)]
    pub(crate) token: String,
    #[serde(skip)]
    pub(crate) query: String,
    /// Where the list lies, and where it is kept.
    #[serde(skip)]
    pub(crate) path: &'static str,
    /// What is said below the field for the name.
    #[serde(skip)]
    pub(crate) hint: &'static str,
}

/// A list that is kept.
#[derive(Serialize)]
pub(crate) struct View {
    pub(crate) id: i64,
    /// What it is called.
    pub(crate) name: String,
    pub(crate) address: String,
    /// Whether it is the list that is shown.
    pub(crate) is_here: bool,
}

/// Where a list lies.
const fn path(list: ListOf) -> &'static str {
    match list {
        ListOf::Devices => "/devices",
        ListOf::Work => "/work",
    }
}

/// The address of a list with a query.
fn address(list: ListOf, query: &str) -> String {
    match query {
        "" => path(list).to_owned(),
        query => format!("{}?{query}", path(list)),
    }
}

impl Saved {
    /// What somebody keeps of a list, and where they are in it.
    pub(crate) async fn of(
        house: &House,
        by: &Actor,
        list: ListOf,
        query: String,
    ) -> Result<Self, Problem> {
        let views = house.app.store.saved_views(by.head, by.person, list).await?;
        let views = views.into_iter().map(|view| View {
            id: view.id,
            name: view.name,
            address: address(list, &view.query),
            is_here: view.query == query,
        });
        Ok(Self {
            views: views.collect(),
            token: by.form_token.clone(),
            query,
            path: path(list),
            hint: match list {
                ListOf::Devices => {
                    "Filter, order and columns are kept for you; the devices are looked up \
                     anew each time."
                }
                ListOf::Work => {
                    "Filter and order are kept for you; what is to be done is looked up anew \
                     each time."
                }
            },
        })
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

/// `POST /devices/views`: keeps a list of devices.
pub(crate) async fn save_devices(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let query = |form: &Form| Ok(device::address::Asked::parse(&form.query)?.query());
    save(&face, &house, &by, ListOf::Devices, &form, query).await
}

/// `POST /work/views`: keeps a list of what is to be done.
pub(crate) async fn save_work(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let query = |form: &Form| Ok(work::Asked::parse(&form.query)?.query());
    save(&face, &house, &by, ListOf::Work, &form, query).await
}

/// What is kept is an address that can be opened: `query` reads what was typed and writes it
/// in the one way in which it is compared.
async fn save(
    face: &Face,
    house: &House,
    by: &Actor,
    list: ListOf,
    form: &Form,
    query: impl Fn(&Form) -> Result<String, Problem>,
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
    let query = query(form)?;
    let view = save_view(&house.app, by, list, &form.name, &query).await?;
    Ok(face.made(view, &address(list, &query)))
}

/// `POST /devices/views/forgotten`: forgets a list of devices.
pub(crate) async fn forget_devices(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    forget_view(&house.app, &by, form.view).await?;
    Ok(face.done(path(ListOf::Devices)))
}

/// `POST /work/views/forgotten`: forgets a list of what is to be done.
pub(crate) async fn forget_work(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    forget_view(&house.app, &by, form.view).await?;
    Ok(face.done(path(ListOf::Work)))
}
