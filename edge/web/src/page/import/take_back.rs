//! Taking imports back: what will change, shown before it is done.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::Actor;
use operations::inventory::{self, Undoing, Wanted, foresee_taking_back};
use serde::{Deserialize, Serialize};
use store::Import;

use super::id;
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::form::Typed;
use crate::page::meanwhile;
use crate::problem::Problem;
use crate::words::{figure, many};

#[derive(Template, Serialize)]
#[template(path = "import/take_back.html")]
struct Page {
    sentence: String,
    source: String,
    /// What is taken back, the newest first.
    imports: Vec<Brought>,
    /// The import at which the asset system stands then; none where it is to be as if it had
    /// never been.
    back_to: Option<Brought>,
    /// The newest import that stands: sent back, so that nothing newer is taken back unseen.
    newest: i64,
    /// Devices that go, since only these imports named them.
    withdrawn: i64,
    changed: i64,
    returned: i64,
    missing: i64,
    #[serde(skip)]
    to: String,
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    form_token: String,
}

/// An import, and when it was begun.
#[derive(Serialize)]
struct Brought {
    import: i64,
    at: Shown,
}

impl Show for Page {
    fn title(&self) -> String {
        self.title.clone()
    }
}

impl Page {
    /// A number as it is read.
    fn read(&self, count: &i64) -> String {
        figure(*count)
    }
}

/// What somebody was shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    newest: String,
}

/// `GET /imports/{import}/taken-back`: what taking it back would change.
pub(crate) async fn show_import(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let import = id("import", &import)?;
    let to = format!("/imports/{import}/taken-back");
    show(face, &house, &by, (Wanted::Import(import), to)).await
}

/// `POST /imports/{import}/taken-back`.
pub(crate) async fn import(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let wanted = Wanted::Import(id("import", &import)?);
    let made = inventory::take_back(&house.app, &by, wanted).await?;
    Ok(face.made(made, &format!("/imports/{made}")))
}

/// `GET /imports/sources/{source}/taken-back`: what taking all of it back would change.
pub(crate) async fn show_source(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(source): Path<String>,
) -> Result<Response, Problem> {
    let source = id("asset system", &source)?;
    let to = format!("/imports/sources/{source}/taken-back");
    show(face, &house, &by, (Wanted::Source { source, shown: None }, to)).await
}

/// `POST /imports/sources/{source}/taken-back`.
pub(crate) async fn source(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(source): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let source = id("asset system", &source)?;
    let shown = meanwhile::shown(&form.newest)?;
    let wanted = Wanted::Source { source, shown };
    let made = inventory::take_back(&house.app, &by, wanted).await?;
    Ok(face.made(made, &format!("/imports/{made}")))
}

async fn show(
    face: Face,
    house: &House,
    by: &Actor,
    (wanted, to): (Wanted, String),
) -> Result<Response, Problem> {
    let undoing = foresee_taking_back(&house.app, by, wanted).await?;
    let shown = page(undoing, (wanted, to), by.form_token.clone(), face.clock());
    face.show(&shown)
}

fn page(
    undoing: Undoing,
    (wanted, to): (Wanted, String),
    form_token: String,
    clock: &Clock,
) -> Page {
    let brought =
        |import: &Import| Brought { import: import.id, at: clock.show(&import.started) };
    let newest = undoing.imports.first().map_or(0, |import| import.id);
    Page {
        sentence: sentence(&undoing),
        title: match wanted {
            Wanted::Import(id) => format!("Take import {id} back"),
            Wanted::Source { .. } => format!("Take all of {} back", undoing.source.name),
        },
        imports: undoing.imports.iter().map(brought).collect(),
        back_to: undoing.back_to.as_ref().map(brought),
        source: undoing.source.name,
        newest,
        withdrawn: undoing.withdrawn,
        changed: undoing.changed,
        returned: undoing.returned,
        missing: undoing.missing,
        to,
        form_token,
    }
}

/// What will be, in one sentence.
fn sentence(undoing: &Undoing) -> String {
    let name = &undoing.source.name;
    let stands = match &undoing.back_to {
        None => format!("{name} will be as if nothing had ever come of it"),
        Some(import) => format!("{name} will stand as import {} left it", import.id),
    };
    let parts = [
        (undoing.withdrawn, "goes", "go"),
        (undoing.changed, "is told as before", "are told as before"),
        (undoing.returned, "comes back", "come back"),
        (undoing.missing, "is missing again", "are missing again"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, one, more)| {
            let verb = if count == 1 { one } else { more };
            format!("{} {verb}", many(count, "device", "devices"))
        })
        .collect();
    match parts.is_empty() {
        true => format!("{stands}; no device changes by it."),
        false => format!("{stands}: {}.", parts.join(", ")),
    }
}
