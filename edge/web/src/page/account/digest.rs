//! Whether somebody gets a digest by mail, and how often; and stopping it from the mail itself.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::Actor;
use operations::digest::{choose, send_now, stop};
use serde::{Deserialize, Serialize};
use store::{DigestFate, Often};

use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault};
use crate::form::Typed;
use crate::problem::Problem;

/// What an account says of digests.
pub(super) struct Digests {
    pub(super) form_token: String,
    /// None where this server sends no mail.
    pub(super) choice: Option<Choice>,
    pub(super) newest: String,
    pub(super) is_wanted: bool,
}

/// How often, as sent and as shown.
const OFTEN: [(&str, &str); 3] = [
    ("never", "Never"),
    ("daily", "Every day, at six in the morning"),
    ("weekly", "On Mondays"),
];

impl Digests {
    pub(super) async fn of(
        house: &House,
        by: &Actor,
        clock: &Clock,
    ) -> Result<(Self, &'static str), Problem> {
        let store = &house.app.store;
        let often = store.digest_choice(by.head, by.person).await?;
        let word = often.map_or("never", Often::word);
        let newest = match store.newest_digest(by.head, by.person).await? {
            None => String::new(),
            Some(newest) => {
                let at = clock.show(&newest.at).text;
                match newest.fate {
                    DigestFate::Waiting if newest.said.is_empty() => {
                        "The newest is on its way.".to_owned()
                    }
                    DigestFate::Waiting => {
                        format!("The newest waits: {}. It is tried again.", newest.said)
                    }
                    DigestFate::Sent => format!("The newest was sent {at}."),
                    DigestFate::Nothing => {
                        format!("{at} there was nothing to say, so nothing was sent.")
                    }
                    DigestFate::GivenUp => {
                        format!("The newest could not be sent: {}.", newest.said)
                    }
                }
            }
        };
        let options = OFTEN.map(|(often, text)| (often.to_owned(), text.to_owned()));
        let choice = house.app.mailing.is_some().then(|| {
            Choice::new("often", "A mail about what is due and what changed", options, word)
                .hint("With links, and nothing about other people. None comes where there is nothing to say.")
        });
        let digests = Self {
            form_token: by.form_token.clone(),
            choice,
            newest,
            is_wanted: often.is_some(),
        };
        Ok((digests, word))
    }
}

/// What is chosen.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    often: String,
}

/// `POST /account/digest`: `often` is `never`, `daily` or `weekly`.
pub(crate) async fn set(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let often = match form.often.as_str() {
        "never" => None,
        word => match Often::from_word(word) {
            Some(often) => Some(often),
            None => {
                let fault = "Choose never, every day, or on Mondays.";
                return Err(Problem::wrong_fields(vec![Fault::new("often", fault)]));
            }
        },
    };
    choose(&house.app, &by, often).await?;
    Ok(face.done("/account#digest"))
}

/// `POST /account/digest/sent`: sends one now.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    send_now(&house.app, &by).await?;
    Ok(face.done("/account#digest"))
}

#[derive(Template, Serialize)]
#[template(path = "digest/stop.html")]
struct Stop {
    is_stopped: bool,
}

impl Show for Stop {
    fn title(&self) -> String {
        match self.is_stopped {
            true => "No more mail".to_owned(),
            false => "Stop the mail".to_owned(),
        }
    }
}

/// `GET /digest/stop/{secret}`. Whoever fetches a page ahead must not stop anything.
pub(crate) async fn ask(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    match house.app.store.digests_stopped_by(&secret) {
        Some(_) => face.show(&Stop { is_stopped: false }),
        None => Err(dead()),
    }
}

/// `POST /digest/stop/{secret}`.
pub(crate) async fn end(
    face: Face,
    State(house): State<House>,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    match stop(&house.app, &secret).await? {
        true => face.show(&Stop { is_stopped: true }),
        false => Err(dead()),
    }
}

fn dead() -> Problem {
    Problem::new(axum::http::StatusCode::GONE, "This link stops nothing.")
        .next("Sign in, and stop the mail on the page of your account.")
}
