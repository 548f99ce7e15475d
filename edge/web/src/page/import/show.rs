//! One import: how far it is, what it changed, and what to do next.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use operations::inventory::log_taken;
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Complaint, Generation, Import, Progress, TakesBack};

use super::{file_headers, id, named, names, places, taken_at};
use crate::House;
use crate::access::By;
use crate::clock::Shown;
use crate::face::{Face, Show};
use crate::problem::{Problem, sentence};
use crate::words::{self, figure, many};

/// How many complaints stand on the page of the import itself.
const COMPLAINTS: i64 = 10;

#[derive(Template, Serialize)]
#[template(path = "import/show.html")]
struct Page {
    id: i64,
    sentence: String,
    state: &'static str,
    source: String,
    organisation: String,
    file: String,
    size: i64,
    started: Shown,
    ended: Option<Shown>,
    by: String,
    total: i64,
    done: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    returned: i64,
    missing: i64,
    withdrawn: i64,
    /// What it takes back, where it brings nothing of its own.
    takes_back: Option<i64>,
    /// The import that took it back.
    taken_back_by: Option<i64>,
    complaint_count: i64,
    complaints: Vec<Complaint>,
    fault: Option<String>,
    /// Whether verdicts are still worked out.
    is_judging: bool,
    next: Vec<Next>,
    #[serde(skip)]
    size_words: String,
    /// Where its files are taken away, if whoever looks may.
    #[serde(skip)]
    taken_at: Option<String>,
}

/// What to do next.
#[derive(Serialize)]
struct Next {
    what: String,
    address: String,
}

impl Next {
    fn new(what: impl Into<String>, address: impl Into<String>) -> Self {
        Self { what: what.into(), address: address.into() }
    }
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Import {} from {}", self.id, self.source)
    }
}

impl Page {
    /// A number as it is read.
    fn read(&self, count: &i64) -> String {
        figure(*count)
    }
}

/// `GET /imports/{import}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ViewDevices);
    let import = store.import(&scope, id("import", &import)?).await?;
    let original = store.original(&scope, import.original).await?;
    let places = places(&house, &scope).await?;
    let people = names(&house, &by, BTreeSet::from([import.started_by])).await?;
    let complaints = store.complaints(&scope, import.id, 0, COMPLAINTS).await?;
    let is_judging = store.waiting_jobs(by.head).await? > 0;
    let index = store.generation().await?;
    let standing = store.standing_imports(&scope, import.source).await?;
    let newest = standing.first().map(|one| one.id);
    let clock = face.clock();
    let page = Page {
        id: import.id,
        sentence: told(&import),
        state: import.progress.word(),
        organisation: named(&places, import.organisation),
        size_words: words::size(original.size),
        taken_at: taken_at(&house, &by, import.id).await?,
        file: original.name,
        size: original.size,
        started: clock.show(&import.started),
        ended: import.ended.as_deref().map(|ended| clock.show(ended)),
        by: named(&people, import.started_by),
        total: import.total,
        done: import.done,
        added: import.counts.added,
        changed: import.counts.changed,
        unchanged: import.counts.unchanged,
        returned: import.counts.returned,
        missing: import.missing,
        withdrawn: import.withdrawn,
        takes_back: import.takes_back.map(|taken| taken.import),
        taken_back_by: import.taken_back_by,
        complaint_count: import.complaints,
        complaints,
        is_judging: is_judging && index.is_some(),
        next: next(&import, &by, index.as_ref(), newest),
        fault: import.fault,
        source: import.source_name,
    };
    face.show(&page)
}

/// `GET /imports/{import}/file`: the file, as it was delivered.
pub(crate) async fn file(
    State(house): State<House>,
    By(by): By,
    Path(import): Path<String>,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ExportDevices);
    let import = store.import(&scope, id("import", &import)?).await?;
    let original = store.original(&scope, import.original).await?;
    log_taken(&house.app, &by, &import, "export the file of an import").await?;
    let bytes = store.bytes_of(&scope, import.original).await?;
    // Never shown by a browser: what it holds is not ours.
    Ok((file_headers("application/octet-stream", &original.name), bytes).into_response())
}

fn told(import: &Import) -> String {
    let counts = import.counts;
    let devices = many(import.total, "device", "devices");
    if let (Progress::Done, Some(by)) = (import.progress, import.taken_back_by) {
        return format!("Import {by} took it back: nothing of it stands any more.");
    }
    if let (Progress::Done, Some(taken)) = (import.progress, import.takes_back) {
        return took_back(import, taken);
    }
    match import.progress {
        Progress::Running => {
            format!("{} of {devices} are in; the rest follows.", figure(import.done))
        }
        Progress::Failed => format!(
            "It stopped after {} of {devices}. What is in stays in, and nothing was marked as \
             missing.",
            figure(import.done)
        ),
        Progress::Done if counts.added + counts.changed + import.missing == 0 => {
            match counts.returned {
                0 => format!("Nothing changed: all {devices} are as they were."),
                back => format!("{devices} are in; {} came back.", figure(back)),
            }
        }
        Progress::Done => {
            let mut parts = Vec::new();
            for (count, what) in [
                (counts.added, "new"),
                (counts.changed, "changed"),
                (counts.unchanged, "as they were"),
            ] {
                if count > 0 {
                    parts.push(format!("{} {what}", figure(count)));
                }
            }
            let back = match counts.returned {
                0 => String::new(),
                1 => "; 1 that was missing is back".to_owned(),
                count => format!("; {} that were missing are back", figure(count)),
            };
            let missing = match import.missing {
                0 => String::new(),
                1 => "; 1 that was known is missing from now on".to_owned(),
                count => {
                    format!("; {} that were known are missing from now on", figure(count))
                }
            };
            format!("{devices} are in: {}{back}{missing}.", parts.join(", "))
        }
    }
}

/// What an import did that took others back.
fn took_back(import: &Import, taken: TakesBack) -> String {
    let name = &import.source_name;
    let stands = match taken.back_to {
        None => format!("All imports of {name} are taken back"),
        Some(back) => format!(
            "Import {} is taken back: {name} stands as import {back} left it",
            taken.import
        ),
    };
    let counts = import.counts;
    let parts = [
        (import.withdrawn, "gone"),
        (counts.changed, "told as before"),
        (counts.returned, "back again"),
        (import.missing, "missing again"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> =
        parts.map(|(count, what)| format!("{} {what}", figure(count))).collect();
    match parts.is_empty() {
        true => format!("{stands}."),
        false => format!("{stands}; of its devices {}.", parts.join(", ")),
    }
}

fn next(
    import: &Import,
    by: &Actor,
    index: Option<&Generation>,
    newest: Option<i64>,
) -> Vec<Next> {
    let mut next = Vec::new();
    if import.progress == Progress::Running {
        return next;
    }
    if import.progress == Progress::Failed && by.may(Permission::ImportInventory) {
        next.push(Next::new("Take the file in again", "/imports/new"));
    }
    if import.progress == Progress::Done && index.is_some() {
        next.push(Next::new(
            "See what touches your devices",
            "/devices?verdict=affected",
        ));
    }
    if import.complaints > 0 {
        let complaints = many(import.complaints, "complaint", "complaints");
        next.push(Next::new(
            format!("Mend {complaints} in the asset system, then export again"),
            format!("/imports/{}/complaints", import.id),
        ));
    }
    if newest == Some(import.id) && by.may(Permission::ImportInventory) {
        next.push(Next::new(
            "If it was a mistake: see what taking it back would change",
            format!("/imports/{}/taken-back", import.id),
        ));
    }
    next
}

impl Page {
    /// Whether there will be more to say.
    fn is_live(&self) -> bool {
        self.is_judging || self.state == Progress::Running.word()
    }

    /// Why it stopped, as a sentence.
    fn fault_words(&self) -> String {
        self.fault.as_deref().map(sentence).unwrap_or_default()
    }
}
