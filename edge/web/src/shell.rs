//! The frame around every page: the rail, the bar at the top, and what is printed with it.

use std::time::Duration;

use askama::Template;
use operations::{Actor, Permission, question};
use store::Scope;

use crate::clock::Clock;
use crate::field::Rendered;
use crate::{House, asset, words};

/// A place in the rail.
#[derive(Clone, Debug)]
struct Entry {
    name: &'static str,
    address: &'static str,
    key: &'static str,
    is_here: bool,
}

/// The rail: what there is, and who sees it. Organisations are reached by the name of one's
/// own, beside the sign.
const RAIL: [(&str, &str, &str, Option<Permission>); 10] = [
    ("Today", "/today", "t", None),
    ("Work", "/work", "w", Some(Permission::ViewDevices)),
    ("Questions", "/questions", "q", Some(Permission::ViewDevices)),
    ("Devices", "/devices", "d", Some(Permission::ViewDevices)),
    ("Products", "/products", "r", Some(Permission::ViewDevices)),
    ("Advisories", "/advisories", "v", Some(Permission::ViewDevices)),
    ("Imports", "/imports", "i", Some(Permission::ViewDevices)),
    ("People", "/people", "p", Some(Permission::ViewPeople)),
    ("Audit", "/audit", "a", Some(Permission::ViewAudit)),
    ("Settings", "/settings", "s", Some(Permission::Administer)),
];

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
    rail: Vec<Entry>,
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
            rail: Vec::new(),
            searches: false,
        }
    }

    pub(crate) async fn new(house: &House, actor: Option<&Actor>, path: &str) -> Self {
        let bare = Self::bare(house, actor);
        let Some(actor) = actor else { return bare };
        let whole = Scope::whole(actor.head);
        // The frame of a problem is shown even when the database is what failed.
        let organisation = house.app.store.organisation(&whole, actor.head).await;
        Self {
            organisation: organisation.map(|found| found.name).unwrap_or_default(),
            person: actor.name.clone(),
            knowledge: knowledge(house, &bare.clock).await,
            questions: questions(house, actor).await,
            rail: rail(actor, path),
            searches: actor.may(Permission::ViewDevices),
            ..bare
        }
    }

    /// The whole page with its content.
    pub(crate) fn around(self, title: String, content: String) -> Whole {
        let style = asset::style();
        let (script, sign) = (asset::script(), asset::sign());
        let printed = self.clock.now();
        let content = Rendered(content);
        Whole { title, style, script, sign, printed, content, shell: self }
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

fn rail(actor: &Actor, path: &str) -> Vec<Entry> {
    RAIL.into_iter()
        .filter(|(.., permission)| permission.is_none_or(|asked| actor.may(asked)))
        .map(|(name, address, key, _)| {
            let rest = path.strip_prefix(address);
            let is_here =
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            Entry { name, address, key, is_here }
        })
        .collect()
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
    content: Rendered,
    shell: Shell,
}
