//! Settings: what the house runs with, and the ways to everything that an administrator sets.

pub(crate) mod export;
pub(crate) mod key;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use operations::feed::standings;
use operations::{Actor, Permission};
use serde::Serialize;
use store::Scope;

use crate::House;
use crate::access::By;
use crate::clock::Shown;
use crate::face::{Face, Show};
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "setting/show.html")]
struct Settings {
    sentence: String,
    organisations: usize,
    webhooks: usize,
    feeds: Feeds,
    /// The newest backup; only who runs a top organisation is told of the house.
    backup: Option<Shown>,
    identity_provider: Option<String>,
    #[serde(skip)]
    may_see_house: bool,
    settings: Vec<Row>,
}

#[derive(Serialize)]
struct Feeds {
    followed: usize,
    failing: Vec<String>,
    #[serde(skip)]
    words: String,
    index: Option<Shown>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    about: String,
    value: Option<String>,
    origin: String,
}

impl Show for Settings {
    fn title(&self) -> String {
        "Settings".to_owned()
    }
}

/// `GET /settings`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let app = &house.app;
    let scope = by.scope(Permission::Administer);
    let may_see_house = runs_the_top(&by);
    let index = app.store.generation().await?;
    let index = index.map(|newest| face.clock().show(&newest.made));
    let backup = match may_see_house {
        false => None,
        true => newest_backup(&house).await?.map(|at| face.clock().show(&at)),
    };
    let settings = app.settings.iter().filter(|_| may_see_house).map(|one| Row {
        name: one.name.clone(),
        about: one.about.clone(),
        value: one.value.clone(),
        origin: one.origin.clone(),
    });
    let feeds = feeds(&house, index);
    let lacks = match may_see_house && backup.is_none() {
        true => " Nobody has made a backup yet.",
        false => "",
    };
    let shown = Settings {
        sentence: sentence(&feeds, lacks),
        organisations: app.store.organisations(&scope).await?.len(),
        webhooks: operations::webhook::all(app, &by).await?.len(),
        feeds,
        backup,
        identity_provider: app.provider.as_ref().map(|one| one.name().to_owned()),
        may_see_house,
        settings: settings.collect(),
    };
    face.show(&shown)
}

/// Whoever runs a top organisation is told what the house runs with; who runs one hospital of
/// it is not.
fn runs_the_top(by: &Actor) -> bool {
    let scope = by.scope(Permission::Administer);
    Scope::whole(by.head).roots().iter().all(|top| scope.admits(top))
}

/// When the house was last copied, by its own log.
async fn newest_backup(house: &House) -> Result<Option<String>, Problem> {
    let leaves = house.app.store.leaves(&Scope::whole(0), i64::MAX, LEAVES).await?;
    let copied = leaves.into_iter().find(|leaf| leaf.act == "back up");
    Ok(copied.map(|leaf| leaf.at))
}

/// How far back a copy is looked for: the house itself acts seldom.
const LEAVES: i64 = 1000;

fn feeds(house: &House, index: Option<Shown>) -> Feeds {
    let standings = standings(&house.app);
    let failing: Vec<String> = standings
        .iter()
        .filter(|(_, standing)| standing.fault.is_some())
        .map(|(feed, _)| feed.name.clone())
        .collect();
    let followed = standings.len();
    let words = match (followed, failing.as_slice()) {
        (0, _) => "This server follows no feed.".to_owned(),
        (_, []) => format!(
            "{} followed, and each answered the last time.",
            counted(followed, "feed is", "feeds are")
        ),
        (_, failing) => format!(
            "{} followed; the last time there was no answer from {}.",
            counted(followed, "feed is", "feeds are"),
            failing.join(", ")
        ),
    };
    Feeds { followed, failing, words, index }
}

/// `lacks` says what the house lacks, to whoever may know.
fn sentence(feeds: &Feeds, lacks: &'static str) -> String {
    match feeds.failing.len() {
        0 => format!("What this house runs with, and where you set the rest.{lacks}"),
        failing => format!(
            "{} not answer the last time.{lacks}",
            counted(failing, "feed did", "feeds did")
        ),
    }
}
