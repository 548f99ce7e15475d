//! The keys with which organisations sign their evidence packs: public halves and fingerprints,
//! those of before among them, and another key in the place of one.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::pack::{keys, renew};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::KeptKey;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults};
use crate::form::Typed;
use crate::page::report::pack::Key;
use crate::parts::Place;
use crate::problem::Problem;
use crate::words::counted;

/// Where they lie.
const HOME: &str = "/settings/keys";

/// What is chosen.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    organisation: String,
}

#[derive(Template, Serialize)]
#[template(path = "setting/keys.html")]
struct Page {
    sentence: String,
    keys: Vec<Row>,
    #[serde(skip)]
    form_token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    choice: Choice,
}

#[derive(Serialize)]
struct Row {
    organisation: i64,
    name: String,
    key: Key,
    made: Shown,
    replaced: Option<Shown>,
}

impl Row {
    fn of(key: KeptKey, name: String, clock: &Clock) -> Self {
        Self {
            organisation: key.organisation,
            name,
            key: Key::of(key.public),
            made: clock.show(&key.made),
            replaced: key.replaced.as_deref().map(|at| clock.show(at)),
        }
    }
}

impl Show for Page {
    fn title(&self) -> String {
        "Evidence packs".to_owned()
    }
}

/// `GET /settings/keys`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let page = page(&house, (&by, face.clock()), &Form::default(), None).await?;
    face.show(&page)
}

/// `POST /settings/keys`: another key takes the place of the one in use.
pub(crate) async fn make(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let Ok(organisation) = form.organisation.parse::<i64>() else {
        let fault = Fault::new("organisation", "Choose an organisation.");
        let problem = Problem::wrong_fields(vec![fault]);
        let shown = page(&house, (&by, face.clock()), &form, Some(&problem)).await?;
        return face.again(&shown, problem);
    };
    renew(&house.app, &by, organisation).await?;
    Ok(face.done(HOME))
}

async fn page(
    house: &House,
    (by, clock): (&Actor, &Clock),
    form: &Form,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let places = house.app.store.organisations(&by.scope(Permission::Administer)).await?;
    let name = |id: i64| {
        let found = places.iter().find(|one| one.id == id);
        found.map(|one| one.name.clone()).unwrap_or_default()
    };
    let all = keys(&house.app, by, Permission::Administer).await?;
    let rows = all.into_iter().map(|key| {
        let name = name(key.organisation);
        Row::of(key, name, clock)
    });
    let rows: Vec<Row> = rows.collect();
    let used = rows.iter().filter(|row| row.replaced.is_none()).count();
    let choice = Choice::new(
        "organisation",
        "Organisation",
        Place::options(&places),
        &form.organisation,
    )
    .judged(faults);
    Ok(Page {
        sentence: match used {
            0 => "No organisation has signed an evidence pack yet.".to_owned(),
            used => format!(
                "{} packs with a key of its own.",
                counted(used, "organisation signs", "organisations sign")
            ),
        },
        keys: rows,
        form_token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        choice,
    })
}
