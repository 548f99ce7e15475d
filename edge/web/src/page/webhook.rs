//! Webhooks: who else is told of what happens here, and how that goes.

pub(crate) mod deed;
mod form;
pub(crate) mod message;
pub(crate) mod show;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::webhook::{self, Event, Wish};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Fate, Message, Organisation, Webhook};

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Fault, Faults};
use crate::form::Typed;
use crate::page::people::name_of;
use crate::problem::Problem;
use crate::words::{self, counted};
use form::{Form, Making};

/// Where the list is.
pub(crate) const HOME: &str = "/settings/webhooks";

#[derive(Template, Serialize)]
#[template(path = "webhook/list.html")]
struct Webhooks {
    #[serde(skip)]
    sentence: String,
    webhooks: Vec<Row>,
    /// Of what one can be told, for whoever has none yet.
    #[serde(skip)]
    events: Vec<&'static str>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    organisation: i64,
    place: String,
    events: Vec<String>,
    paused: Option<Shown>,
    newest: Option<Newest>,
}

/// The newest message of a webhook.
#[derive(Serialize)]
struct Newest {
    message: i64,
    event: String,
    made: Shown,
    fate: &'static str,
    #[serde(skip)]
    words: String,
    #[serde(skip)]
    is_bad: bool,
}

impl Show for Webhooks {
    fn title(&self) -> String {
        "Webhooks".to_owned()
    }
}

/// `GET /settings/webhooks`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let clock = face.clock().clone();
    let places = places(&house, &by).await?;
    let all = webhook::all(&house.app, &by).await?;
    let newest = house.app.store.newest_webhook_messages(by.head).await?;
    let newest: BTreeMap<i64, Message> =
        newest.into_iter().map(|one| (one.webhook, one)).collect();
    let rows: Vec<Row> =
        all.iter().map(|one| row(one, newest.get(&one.id), &places, &clock)).collect();
    let events = Event::ALL.map(words::event).to_vec();
    face.show(&Webhooks { sentence: sentence(&rows), webhooks: rows, events })
}

fn sentence(rows: &[Row]) -> String {
    let bad = rows.iter().filter(|row| {
        row.newest.as_ref().is_some_and(|newest| newest.is_bad) || row.paused.is_some()
    });
    let all = counted(rows.len(), "webhook is", "webhooks are");
    match (rows.len(), bad.count()) {
        (0, _) => "Nobody else is told of what happens here.".to_owned(),
        (1, 0) => {
            format!("{all} told of what happens here, and took the newest message.")
        }
        (_, 0) => {
            format!("{all} told of what happens here, and each took the newest message.")
        }
        (_, bad) => format!(
            "{all} told of what happens here; {} a look.",
            counted(bad, "wants", "want")
        ),
    }
}

fn row(
    of: &Webhook,
    newest: Option<&Message>,
    places: &[Organisation],
    clock: &Clock,
) -> Row {
    Row {
        id: of.id,
        name: of.name.clone(),
        organisation: of.organisation,
        place: name_of(places, of.organisation),
        events: of.events.clone(),
        paused: of.paused.as_ref().map(|since| clock.show(since)),
        newest: newest.map(|message| Newest {
            message: message.id,
            event: message.event.clone(),
            made: clock.show(&message.made),
            fate: message.fate.word(),
            words: fate(message, clock),
            is_bad: is_bad(message),
        }),
    }
}

/// Whether somebody should look at it.
fn is_bad(message: &Message) -> bool {
    match message.fate {
        Fate::Taken => false,
        Fate::GivenUp => true,
        Fate::Waiting => message.attempts > 0,
    }
}

/// What became of a message, in words.
fn fate(message: &Message, clock: &Clock) -> String {
    match (message.fate, message.attempts, &message.again) {
        (Fate::Taken, ..) => "taken".to_owned(),
        (Fate::GivenUp, attempts, _) => {
            let attempts = usize::try_from(attempts).unwrap_or_default();
            format!("given up after {}", counted(attempts, "attempt", "attempts"))
        }
        (Fate::Waiting, 0, _) => "on its way".to_owned(),
        (Fate::Waiting, _, Some(again)) => {
            format!("not taken; tried again {}", clock.show(again).text)
        }
        (Fate::Waiting, _, None) => "not taken".to_owned(),
    }
}

/// The organisations whose webhooks somebody may make.
async fn places(house: &House, by: &Actor) -> Result<Vec<Organisation>, Problem> {
    let scope = by.scope(Permission::Administer);
    Ok(house.app.store.organisations(&scope).await?)
}

#[derive(Template, Serialize)]
#[template(path = "webhook/new.html")]
struct New {
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    making: Making,
    /// Of what one can be told.
    events: Vec<&'static str>,
}

impl Show for New {
    fn title(&self) -> String {
        "Add a webhook".to_owned()
    }
}

/// `GET /settings/webhooks/new`.
pub(crate) async fn new(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let shown = blank(&house, &by, &Form::ticked(&Event::ALL), None).await?;
    face.show(&shown)
}

async fn blank(
    house: &House,
    by: &Actor,
    form: &Form,
    problem: Option<&Problem>,
) -> Result<New, Problem> {
    let places = places(house, by).await?;
    Ok(New {
        faults: problem.map_or_else(Faults::none, Faults::of),
        making: Making::new(by, Some(&places), form, problem),
        events: Event::ALL.map(Event::word).to_vec(),
    })
}

/// A secret that was just made. It is shown once.
#[derive(Template, Serialize)]
#[template(path = "webhook/secret.html")]
struct Made {
    id: i64,
    name: String,
    secret: String,
    /// Whether the one before it signs too, for a day.
    is_exchanged: bool,
}

impl Show for Made {
    fn title(&self) -> String {
        match self.is_exchanged {
            true => "The new secret".to_owned(),
            false => "The webhook is ready".to_owned(),
        }
    }
}

/// `POST /settings/webhooks/new`: makes one, and shows its secret.
pub(crate) async fn make(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let form = Form::of(fields);
    match act(&house, &by, &form).await {
        Ok(made) => {
            let at = format!("{HOME}/{}", made.id);
            face.show_made(&made, &at)
        }
        Err(problem) => {
            let shown = blank(&house, &by, &form, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn act(house: &House, by: &Actor, form: &Form) -> Result<Made, Problem> {
    let Ok(organisation) = form.text("organisation").parse() else {
        let fault = "Choose of which organisation it is told.";
        return Err(Problem::wrong_fields(vec![Fault::new("organisation", fault)]));
    };
    let events = form.events();
    let wish = Wish { name: form.text("name"), url: form.text("url"), events: &events };
    let (id, secret) = webhook::make(&house.app, by, organisation, wish).await?;
    let name = form.text("name").trim().to_owned();
    Ok(Made { id, name, secret: secret.to_string(), is_exchanged: false })
}
