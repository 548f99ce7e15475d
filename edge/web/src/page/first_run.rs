//! The first run: whoever holds the link that the server printed names the organisation and
//! becomes its administrator.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;
use operations::first_run::{self, FirstRunError, Founding};
use serde::{Deserialize, Serialize};
use store::Kind;

use crate::clock::zone_named;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds, empty};
use crate::form::Typed;
use crate::problem::Problem;
use crate::{House, session, words};

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    kind: String,
    organisation: String,
    name: String,
    address: String,
    password: String,
    zone: String,
}

#[derive(Template, Serialize)]
#[template(path = "first_run.html")]
struct FirstRun {
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    kind: Choice,
    #[serde(skip)]
    fields: Vec<Field>,
    fields_wanted: [&'static str; 6],
}

impl Show for FirstRun {
    fn title(&self) -> String {
        "Set up Lazaret".to_owned()
    }
}

impl FirstRun {
    fn new(form: &Form, faults: Faults, wrong: &[Fault]) -> Self {
        let kinds =
            Kind::ALL.map(|kind| (kind.word().to_owned(), words::kind(kind).to_owned()));
        let field = |name, label, holds, typed: &str| {
            Field::new(name, label, holds).typed(typed).judged(wrong)
        };
        Self {
            faults,
            kind: Choice::new("kind", "Kind of organisation", kinds, &form.kind)
                .hint("The topmost one; what is below it is added later.")
                .judged(wrong),
            fields: vec![
                field("organisation", "Organisation", Holds::Text, &form.organisation)
                    .hint("As its people call it."),
                field("name", "Your name", Holds::OwnName, &form.name),
                field("address", "Your e-mail address", Holds::Username, &form.address)
                    .hint("You sign in with it. It is stored encrypted."),
                field("password", "Password", Holds::NewPassword, "")
                    .hint("At least 15 characters; a sentence is easy to remember."),
                field("zone", "Time zone", Holds::Zone, &form.zone)
                    .hint("For example Europe/Berlin or America/Chicago."),
            ],
            fields_wanted: [
                "kind",
                "organisation",
                "name",
                "address",
                "password",
                "zone",
            ],
        }
    }
}

/// `GET /first-run/{secret}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    if !first_run::works(&house.app, &secret).await? {
        return Err(dead());
    }
    let form =
        Form { kind: "hospital".to_owned(), zone: "UTC".to_owned(), ..Form::default() };
    face.show(&FirstRun::new(&form, Faults::none(), &[]))
}

/// `POST /first-run/{secret}`.
pub(crate) async fn found(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    // Who has no link learns nothing about what is taken, and costs no password hash.
    if !first_run::works(&house.app, &secret).await? {
        return Err(dead());
    }
    match act(&house, &secret, &form).await {
        Ok(cookie) => {
            let mut response = face.done("/today");
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) => {
            let faults = Faults::of(&problem);
            face.again(&FirstRun::new(&form, faults, &problem.faults), problem)
        }
    }
}

async fn act(
    house: &House,
    secret: &str,
    form: &Form,
) -> Result<axum::http::HeaderValue, Problem> {
    let mut faults = empty(&[
        ("organisation", &form.organisation, "Enter the name of the organisation."),
        ("name", &form.name, "Enter your name."),
        ("address", &form.address, "Enter your e-mail address."),
        ("password", &form.password, "Choose a password."),
    ]);
    let kind = Kind::from_word(&form.kind);
    if kind.is_none() {
        faults.push(Fault::new("kind", "Choose what kind of organisation it is."));
    }
    if zone_named(&form.zone).is_none() {
        faults.push(Fault::new("zone", "Enter a time zone by its name, or UTC."));
    }
    let Some(kind) = kind.filter(|_| faults.is_empty()) else {
        return Err(Problem::wrong_fields(faults));
    };
    let founding = Founding {
        kind,
        organisation: &form.organisation,
        name: &form.name,
        address: &form.address,
        password: &form.password,
        zone: form.zone.trim(),
    };
    let new = first_run::found(&house.app, secret, founding).await?;
    Ok(session::begin(house.transport, &new))
}

fn dead() -> Problem {
    Problem::from(FirstRunError::Link).next(
        "If the house is set up already, sign in. If not, start the server again: it prints a new link.",
    )
}
