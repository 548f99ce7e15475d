//! One message of a webhook: what is told, and how each attempt went.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::webhook;
use serde::Serialize;
use store::{Attempt, Fate};

use super::deed::number;
use super::fate;
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::problem::Problem;

#[derive(Template, Serialize)]
#[template(path = "webhook/message.html")]
struct ShownMessage {
    id: i64,
    webhook: i64,
    webhook_name: String,
    /// By what the receiver knows it again.
    webhook_id: String,
    event: String,
    made: Shown,
    fate: &'static str,
    attempts: Vec<Row>,
    payload: String,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    sentence: String,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    is_waiting: bool,
}

#[derive(Serialize)]
struct Row {
    at: Shown,
    milliseconds: i64,
    status: Option<i64>,
    said: String,
}

impl Show for ShownMessage {
    fn title(&self) -> String {
        format!("Message {}", self.id)
    }
}

/// `GET /settings/webhooks/{webhook}/messages/{message}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((id, message)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let clock = face.clock().clone();
    let seen = webhook::seen(&house.app, &by, number("webhook", &id)?).await?;
    let message = webhook::of(&house.app, &seen, number("message", &message)?).await?;
    let attempts = house.app.store.webhook_attempts(by.head, message.id).await?;
    let shown = serde_json::from_str::<serde_json::Value>(&message.payload)
        .and_then(|value| serde_json::to_string_pretty(&value));
    face.show(&ShownMessage {
        id: message.id,
        webhook: seen.id,
        webhook_name: seen.name,
        webhook_id: format!("msg_{}_{}", by.head, message.id),
        sentence: format!("{}: {}.", message.event, fate(&message, &clock)),
        event: message.event,
        made: clock.show(&message.made),
        fate: message.fate.word(),
        is_waiting: message.fate == Fate::Waiting && message.attempts == 0,
        attempts: attempts.into_iter().map(|attempt| row(attempt, &clock)).collect(),
        shown: shown.unwrap_or_else(|_| message.payload.clone()),
        payload: message.payload,
        token: by.form_token.clone(),
    })
}

fn row(attempt: Attempt, clock: &Clock) -> Row {
    Row {
        at: clock.show(&attempt.at),
        milliseconds: attempt.milliseconds,
        status: attempt.status,
        said: attempt.said,
    }
}
