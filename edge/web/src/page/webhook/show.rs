//! One webhook: what it was told, and what can be done with it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use operations::Actor;
use operations::webhook::{self, Wish};
use serde::{Deserialize, Serialize};
use store::{Message, Webhook};

use super::deed::number;
use super::form::{Form, Making};
use super::{HOME, Made, fate, is_bad, places};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::Faults;
use crate::form::Typed;
use crate::page::people::name_of;
use crate::page::stretch::{Pages, Place, Start, Wanted};
use crate::problem::{Problem, sentence};

/// From where on a page reads, in an address of earlier versions.
#[derive(Deserialize)]
pub(crate) struct Before {
    before: Option<i64>,
}

#[derive(Template, Serialize)]
#[template(path = "webhook/show.html")]
struct ShownWebhook {
    id: i64,
    name: String,
    organisation: i64,
    place: String,
    url: String,
    events: Vec<String>,
    made: Shown,
    paused: Option<Shown>,
    #[serde(skip_serializing_if = "String::is_empty")]
    paused_why: String,
    /// Until when the secret before the newest signs too.
    before_until: Option<Shown>,
    messages: Vec<Row>,
    older: Option<i64>,
    /// The cursor behind the last message; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    sentence: String,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    making: Making,
}

/// A message as a list shows it.
#[derive(Serialize)]
struct Row {
    id: i64,
    event: String,
    made: Shown,
    fate: &'static str,
    attempts: i64,
    again: Option<Shown>,
    status: Option<i64>,
    said: String,
    #[serde(skip)]
    words: String,
    #[serde(skip)]
    is_bad: bool,
}

impl Show for ShownWebhook {
    fn title(&self) -> String {
        self.name.clone()
    }
}

/// `GET /settings/webhooks/{webhook}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Query(page): Query<Before>,
    mut wanted: Wanted,
) -> Result<Response, Problem> {
    if let (Start::First, Some(before)) = (&wanted.start, page.before) {
        wanted.start = Start::After(Place::default().falling(before));
    }
    let webhook = webhook::seen(&house.app, &by, number("webhook", &id)?).await?;
    let form = Form::kept(&webhook);
    let shown = shown(&face, &house, &by, webhook, &form, &wanted, None).await?;
    face.show(&shown)
}

async fn shown(
    face: &Face,
    house: &House,
    by: &Actor,
    webhook: Webhook,
    form: &Form,
    wanted: &Wanted,
    problem: Option<&Problem>,
) -> Result<ShownWebhook, Problem> {
    let clock = face.clock().clone();
    let store = &house.app.store;
    let below = wanted.below().unwrap_or(i64::MAX);
    let count = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let messages = store.webhook_messages(by.head, webhook.id, below, count).await?;
    let is_full = messages.len() == wanted.limit;
    let older = messages.last().map(|last| last.id).filter(|_| is_full);
    let next = older.map(|id| Place::default().falling(id).cursor());
    let pages = wanted.by_number(&format!("{HOME}/{}", webhook.id), next.as_deref());
    let rows: Vec<Row> = messages.iter().map(|message| row(message, &clock)).collect();
    let places = places(house, by).await?;
    Ok(ShownWebhook {
        id: webhook.id,
        place: name_of(&places, webhook.organisation),
        organisation: webhook.organisation,
        sentence: sentence_of(&webhook, &rows, &clock),
        made: clock.show(&webhook.made),
        paused: webhook.paused.as_ref().map(|since| clock.show(since)),
        paused_why: webhook.paused_why,
        before_until: webhook
            .before_until
            .filter(|until| *until > store::stored((house.app.now)()))
            .map(|until| clock.show(&until)),
        name: webhook.name,
        url: webhook.url,
        events: webhook.events,
        messages: rows,
        older,
        next,
        pages,
        token: by.form_token.clone(),
        faults: problem.map_or_else(Faults::none, Faults::of),
        making: Making::new(by, None, form, problem),
    })
}

fn row(message: &Message, clock: &Clock) -> Row {
    Row {
        id: message.id,
        event: message.event.clone(),
        made: clock.show(&message.made),
        fate: message.fate.word(),
        attempts: message.attempts,
        again: message.again.as_ref().map(|again| clock.show(again)),
        status: message.status,
        said: message.said.clone(),
        words: fate(message, clock),
        is_bad: is_bad(message),
    }
}

fn sentence_of(webhook: &Webhook, rows: &[Row], clock: &Clock) -> String {
    if let Some(since) = &webhook.paused {
        let since = clock.show(since).text;
        let why = match webhook.paused_why.as_str() {
            "" => String::new(),
            why => format!(" {}", sentence(why)),
        };
        return format!(
            "Nothing is sent since {since}.{why} What happens meanwhile waits."
        );
    }
    let bad = rows.iter().filter(|row| row.is_bad).count();
    match (rows.len(), bad) {
        (0, _) => "Nothing has happened yet of which it is told.".to_owned(),
        (_, 0) => "Each message was taken, or is on its way.".to_owned(),
        (all, bad) if all == bad => "No message was taken.".to_owned(),
        (_, 1) => "One message was not taken.".to_owned(),
        (_, bad) => format!("{bad} messages were not taken."),
    }
}

/// `POST /settings/webhooks/{webhook}`: says what it is from now on.
pub(crate) async fn change(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let seen = webhook::seen(&house.app, &by, number("webhook", &id)?).await?;
    let form = Form::of(fields);
    let events = form.events();
    let wish = Wish { name: form.text("name"), url: form.text("url"), events: &events };
    match webhook::change(&house.app, &by, seen.id, wish).await.map_err(Problem::from) {
        Ok(()) => Ok(face.done(&format!("{HOME}/{}", seen.id))),
        Err(problem) => {
            let shown = shown(
                &face,
                &house,
                &by,
                seen,
                &form,
                &Wanted::default(),
                Some(&problem),
            )
            .await?;
            face.again(&shown, problem)
        }
    }
}

/// `POST /settings/webhooks/{webhook}/secret`: gives it another, which is shown once.
pub(crate) async fn exchange(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let seen = webhook::seen(&house.app, &by, number("webhook", &id)?).await?;
    let secret = webhook::exchange(&house.app, &by, seen.id).await?;
    let secret = secret.to_string();
    face.show(&Made { id: seen.id, name: seen.name, secret, is_exchanged: true })
}
