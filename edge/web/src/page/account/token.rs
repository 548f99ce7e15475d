//! The tokens of an account: made, shown once, listed, and taken back.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::token::{self, DAYS_MAX, Wish};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Organisation, Token, stored};

use super::shown;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Field, Holds};
use crate::form::Typed;
use crate::page::people::name_of;
use crate::parts::Place;
use crate::problem::Problem;
use crate::{House, words};

/// A token as a list shows it.
#[derive(Clone, Serialize)]
pub(crate) struct TokenRow {
    id: i64,
    name: String,
    permissions: Vec<&'static str>,
    organisation: i64,
    place: String,
    made: Shown,
    expires: Shown,
    is_expired: bool,
    used_on: Option<String>,
    #[serde(skip)]
    lends: String,
}

/// The rows of tokens as kept.
pub(crate) fn rows(
    tokens: Vec<Token>,
    places: &[Organisation],
    clock: &Clock,
) -> Vec<TokenRow> {
    let row = |token: Token| {
        let lent = token.permissions.iter();
        let lent: Vec<_> = lent.filter_map(|word| Permission::from_word(word)).collect();
        let expires = clock.show(&stored(token.expires));
        TokenRow {
            id: token.id,
            permissions: lent.iter().map(|permission| permission.word()).collect(),
            lends: lent
                .iter()
                .map(|permission| words::permission(*permission))
                .collect::<Vec<_>>()
                .join(", "),
            place: name_of(places, token.organisation),
            organisation: token.organisation,
            made: clock.show(&stored(token.made)),
            is_expired: !clock.is_to_come(token.expires),
            expires,
            used_on: token.used_on,
            name: token.name,
        }
    };
    tokens.into_iter().map(row).collect()
}

/// The list of an account's tokens, with a way to take each back.
#[derive(Template)]
#[template(path = "account/tokens.html")]
pub(crate) struct TokenTable {
    rows: Vec<TokenRow>,
    action: String,
    form_token: String,
}

impl askama::filters::HtmlSafe for TokenTable {}

impl TokenTable {
    /// `action` takes one back; where it is empty, nobody can here.
    pub(crate) fn new(
        rows: &[TokenRow],
        action: impl Into<String>,
        form_token: &str,
    ) -> Self {
        let form_token = form_token.to_owned();
        Self { rows: rows.to_vec(), action: action.into(), form_token }
    }
}

/// What is typed: `permission-view_devices` ticks what its word says.
#[derive(Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    fn lends(&self, permission: Permission) -> bool {
        self.0.contains_key(&format!("permission-{}", permission.word()))
    }
}

/// The form that makes a token.
pub(super) struct Making {
    pub(super) form_token: String,
    pub(super) name: Field,
    pub(super) ticks: Vec<Tick>,
    pub(super) ticks_fault: String,
    pub(super) choices: [Choice; 2],
}

/// A permission to tick.
pub(super) struct Tick {
    pub(super) word: &'static str,
    pub(super) text: &'static str,
    pub(super) is_ticked: bool,
}

/// For how long a token may be made to work, on a page.
const LIVES: [(&str, &str); 5] = [
    ("7", "A week"),
    ("30", "30 days"),
    ("90", "90 days"),
    ("180", "Half a year"),
    ("365", "A year"),
];

impl Making {
    pub(super) fn new(
        by: &Actor,
        places: &[Organisation],
        form: &Form,
        problem: Option<&Problem>,
    ) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        let lending = by.lending();
        let mine =
            Permission::ALL.into_iter().filter(|one| one.is_lent() && lending.may(*one));
        let ticks = mine.map(|permission| Tick {
            word: permission.word(),
            text: words::permission(permission),
            is_ticked: form.lends(permission),
        });
        let ticks_fault = wrong.iter().find(|fault| fault.field == "permissions");
        let places = Place::options(places);
        let lives = LIVES.map(|(days, text)| (days.to_owned(), text.to_owned()));
        let days = Some(form.text("days")).filter(|days| !days.is_empty());
        Self {
            form_token: by.form_token.clone(),
            name: Field::new("name", "What is it for?", Holds::Text)
                .hint("For example: nightly build of the pump's firmware.")
                .typed(form.text("name"))
                .judged(wrong),
            ticks: ticks.collect(),
            ticks_fault: ticks_fault
                .map(|fault| fault.detail.clone())
                .unwrap_or_default(),
            choices: [
                Choice::new("organisation", "Where", places, form.text("organisation"))
                    .hint("It reaches nothing outside of it.")
                    .judged(wrong),
                Choice::new("days", "For how long", lives, days.unwrap_or("90"))
                    .judged(wrong),
            ],
        }
    }
}

/// A token that was just made. It is shown once.
#[derive(Template, Serialize)]
#[template(path = "account/made.html")]
struct Made {
    id: i64,
    name: String,
    token: String,
    days: i64,
}

impl Show for Made {
    fn title(&self) -> String {
        "The token is ready".to_owned()
    }
}

/// `POST /account/tokens`: makes one, and shows it.
pub(crate) async fn make(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let form = Form(fields);
    match act(&house, &by, &form).await {
        Ok(made) => face.show_made(&made, "/account"),
        Err(problem) => {
            let shown = shown(&face, &house, &by, &form, Some(&problem)).await?;
            face.again(&shown, problem)
        }
    }
}

async fn act(house: &House, by: &Actor, form: &Form) -> Result<Made, Problem> {
    let Ok(organisation) = form.text("organisation").parse() else {
        let fault = "Choose where it may be used.";
        return Err(Problem::wrong_fields(vec![Fault::new("organisation", fault)]));
    };
    let Ok(days) = form.text("days").parse() else {
        let fault = format!("Choose for how long it works: 1 to {DAYS_MAX} days.");
        return Err(Problem::wrong_fields(vec![Fault::new("days", fault)]));
    };
    let permissions = Permission::ALL.into_iter().filter(|one| form.lends(*one));
    let permissions: Vec<Permission> = permissions.collect();
    let wish =
        Wish { name: form.text("name"), permissions: &permissions, organisation, days };
    let (id, token) = token::make(&house.app, by, wish).await?;
    Ok(Made { id, name: form.text("name").trim().to_owned(), token, days })
}

/// `POST /account/tokens/taken-back`.
pub(crate) async fn take_back(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    token::revoke(&house.app, &by, named(&fields)?).await?;
    Ok(face.done("/account"))
}

/// The number of the token that a form names.
pub(crate) fn named(fields: &BTreeMap<String, String>) -> Result<i64, Problem> {
    let text = fields.get("token").map(String::as_str).unwrap_or_default();
    text.parse().map_err(|_| Problem::not_found("token", text))
}
