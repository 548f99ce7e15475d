//! The frame around every page: the rail, the bar at the top, and what is printed with it.

mod rail;

use std::time::Duration;

use askama::Template;
use operations::fleet::FleetError;
use operations::{Actor, App, Permission, customer, maker, question};
use terms::Tlp;

use crate::clock::Clock;
use crate::field::Rendered;
use crate::page::customer::HOME as OF_CUSTOMERS;
use crate::page::knowledge::Known;
use crate::page::maker::question::HOME as OF_GUESTS;
use crate::side::{self, Side};
use crate::{House, asset, words};
use rail::Rail;

/// What the frame of a page holds.
#[derive(Debug)]
pub(crate) struct Shell {
    form_token: String,
    pub(crate) clock: Clock,
    organisation: String,
    person: String,
    knowledge: String,
    /// What whoever looks has to answer; nothing where that is not known at once.
    questions: Vec<Open>,
    rail: Rail,
    /// Whether there is a box to search in.
    searches: bool,
}

impl Shell {
    /// The frame without what only a page shows.
    pub(crate) fn bare(house: &House, actor: Option<&Actor>) -> Self {
        let zone = actor.map_or("UTC", |actor| actor.zone.as_str());
        Self {
            form_token: actor.map(|actor| actor.form_token.clone()).unwrap_or_default(),
            clock: Clock::new((house.app.now)(), zone),
            organisation: String::new(),
            person: String::new(),
            knowledge: String::new(),
            questions: Vec::new(),
            rail: Rail::default(),
            searches: false,
        }
    }

    pub(crate) async fn new(house: &House, actor: Option<&Actor>, path: &str) -> Self {
        let bare = Self::bare(house, actor);
        let Some(actor) = actor else { return bare };
        // The frame of a problem is shown even when the database is what failed.
        let organisation = side::whose(&house.app, actor).await;
        let side = Side::of(&house.app, actor).await.unwrap_or(Side::Hospital);
        Self {
            organisation: organisation.map(|found| found.name).unwrap_or_default(),
            person: actor.name.clone(),
            knowledge: knowledge(house, &bare.clock).await,
            questions: questions(&house.app, actor, side).await,
            rail: Rail::of(side, actor, path),
            searches: actor.may(Permission::ViewDevices),
            ..bare
        }
    }

    /// The whole page with its content; `sought` stays in the box.
    pub(crate) fn around(self, title: String, sought: &str, content: String) -> Whole {
        let style = asset::style();
        let (script, sign) = (asset::script(), asset::sign());
        let printed = self.clock.now();
        let label = Tlp::UNLABELLED.colour();
        let content = Rendered(content);
        let sought = sought.to_owned();
        Whole { title, sought, style, script, sign, printed, label, content, shell: self }
    }
}

/// How old what we know is: always in the same corner.
async fn knowledge(house: &House, clock: &Clock) -> String {
    match Known::of(&house.app, clock).await {
        Ok(known) => known.in_short(),
        Err(_) => "Advisories: not known".to_owned(),
    }
}

/// How long a page waits for the number of open questions, which is nothing that anybody
/// came for.
const PATIENCE: Duration = Duration::from_millis(200);

/// Questions that wait, and where they are answered.
#[derive(Debug)]
struct Open {
    shown: String,
    address: &'static str,
}

impl Open {
    fn of(count: usize, what: [&str; 2], address: &'static str) -> Self {
        let [one, many] = what;
        Self { shown: words::counted(count, one, many), address }
    }
}

async fn questions(app: &App, by: &Actor, side: Side) -> Vec<Open> {
    let open = tokio::time::timeout(PATIENCE, open(app, by, side)).await;
    open.ok().and_then(Result::ok).unwrap_or_default()
}

/// What somebody has to answer: about devices, and a maker what it is asked.
async fn open(app: &App, by: &Actor, side: Side) -> Result<Vec<Open>, FleetError> {
    const QUESTIONS: [&str; 2] = ["question open", "questions open"];
    const OF_DEVICES: [&str; 2] = ["device question open", "device questions open"];
    if side == Side::Guest {
        let waiting = maker::waiting_questions(app, by).await?;
        return Ok(vec![Open::of(waiting, QUESTIONS, OF_GUESTS)]);
    }
    if !by.may(Permission::ViewDevices) {
        return Ok(Vec::new());
    }
    let own = question::list(app, by).await?.len();
    if side != Side::Maker {
        return Ok(vec![Open::of(own, QUESTIONS, "/questions")]);
    }
    let waiting = customer::waiting(app, by).await?;
    let mut open = vec![Open::of(waiting, QUESTIONS, OF_CUSTOMERS)];
    if own > 0 {
        open.push(Open::of(own, OF_DEVICES, "/questions"));
    }
    Ok(open)
}

/// A whole page.
#[derive(Template)]
#[template(path = "shell.html")]
pub(crate) struct Whole {
    title: String,
    /// What was searched for.
    sought: String,
    style: &'static str,
    script: &'static str,
    sign: &'static str,
    printed: String,
    /// What a page is labelled with on paper: it tells what of the organisation can be attacked.
    label: &'static str,
    content: Rendered,
    shell: Shell,
}
