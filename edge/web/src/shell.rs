//! The frame around every page: the rail, the bar at the top, and what is printed with it.

mod rail;

use std::time::Duration;

use askama::Template;
use operations::{Actor, Permission, question};
use terms::Tlp;

use crate::clock::Clock;
use crate::field::Rendered;
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
    /// How many questions are open; empty where that is not known at once.
    questions: String,
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
            questions: String::new(),
            rail: Rail::default(),
            searches: false,
        }
    }

    pub(crate) async fn new(house: &House, actor: Option<&Actor>, path: &str) -> Self {
        let bare = Self::bare(house, actor);
        let Some(actor) = actor else { return bare };
        // The frame of a problem is shown even when the database is what failed.
        let organisation = side::whose(&house.app, actor).await;
        Self {
            organisation: organisation.map(|found| found.name).unwrap_or_default(),
            person: actor.name.clone(),
            knowledge: knowledge(house, &bare.clock).await,
            questions: questions(house, actor).await,
            rail: rail(house, actor, path).await,
            searches: actor.may(Permission::ViewDevices),
            ..bare
        }
    }

    /// The whole page with its content.
    pub(crate) fn around(self, title: String, content: String) -> Whole {
        let style = asset::style();
        let (script, sign) = (asset::script(), asset::sign());
        let printed = self.clock.now();
        let label = Tlp::UNLABELLED.colour();
        let content = Rendered(content);
        Whole { title, style, script, sign, printed, label, content, shell: self }
    }
}

/// How old what we know is: always in the same corner.
async fn knowledge(house: &House, clock: &Clock) -> String {
    match house.app.store.generation().await {
        Ok(Some(generation)) => {
            format!("Advisories: index of {}", clock.show(&generation.made).age)
        }
        Ok(None) => "Advisories: no index yet".to_owned(),
        Err(_) => "Advisories: not known".to_owned(),
    }
}

/// How long a page waits for the number of open questions, which is nothing that anybody
/// came for.
const PATIENCE: Duration = Duration::from_millis(200);

async fn questions(house: &House, actor: &Actor) -> String {
    if !actor.may(Permission::ViewDevices) {
        return String::new();
    }
    match tokio::time::timeout(PATIENCE, question::list(&house.app, actor)).await {
        Ok(Ok(open)) => words::counted(open.len(), "question open", "questions open"),
        Ok(Err(_)) | Err(_) => String::new(),
    }
}

/// The rail is part of the frame of a problem too, even when the database is what failed.
async fn rail(house: &House, actor: &Actor, path: &str) -> Rail {
    match Side::of(&house.app, actor).await {
        Ok(side) => Rail::of(side, actor, path),
        Err(_) => Rail::of(Side::Hospital, actor, path),
    }
}

/// A whole page.
#[derive(Template)]
#[template(path = "shell.html")]
pub(crate) struct Whole {
    title: String,
    style: &'static str,
    script: &'static str,
    sign: &'static str,
    printed: String,
    /// What a page is labelled with on paper: it tells what of the organisation can be attacked.
    label: &'static str,
    content: Rendered,
    shell: Shell,
}
