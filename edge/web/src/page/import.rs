//! Imports: which asset systems tell of devices, and what became of their exports.

pub(crate) mod arrival;
pub(crate) mod complaint;
pub(crate) mod events;
pub(crate) mod export;
pub(crate) mod show;
pub(crate) mod take_back;
pub(crate) mod upload;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Held, Import, Organisation, Progress, Scope, Source, StoreError, Upload};

use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::stretch::{Pages, Place, Wanted};
use crate::problem::Problem;
use crate::words::{figure, many};
use crate::{House, asset};

/// How many imports are looked at for what is going on, and for the newest of each system.
const NEWEST: i64 = 200;

#[derive(Template, Serialize)]
#[template(path = "import/list.html")]
struct Imports {
    sentence: String,
    /// What whoever looks may do.
    may: Vec<May>,
    waiting: Vec<Waiting>,
    sources: Vec<SourceRow>,
    imports: Vec<Row>,
    /// The cursor behind the last import; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    sample: &'static str,
}

/// What somebody may do with asset systems.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum May {
    Import,
    Export,
}

/// An export that somebody looks at.
#[derive(Serialize)]
struct Waiting {
    id: i64,
    file: String,
    organisation: String,
    arrived: Shown,
    by: String,
}

/// An asset system.
#[derive(Serialize)]
struct SourceRow {
    id: i64,
    name: String,
    organisation: String,
    devices: i64,
    missing: i64,
    newest: Option<Newest>,
}

#[derive(Serialize)]
struct Newest {
    import: i64,
    at: Shown,
}

/// One import in the list.
#[derive(Serialize)]
struct Row {
    id: i64,
    source: String,
    organisation: String,
    state: &'static str,
    #[serde(skip)]
    state_words: String,
    started: Shown,
    by: String,
    rows: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    /// How many of these were missing and are back.
    returned: i64,
    missing: i64,
    complaints: i64,
    /// The import that took it back.
    taken_back_by: Option<i64>,
}

impl Imports {
    fn can_import(&self) -> bool {
        self.may.contains(&May::Import)
    }

    fn can_export(&self) -> bool {
        self.may.contains(&May::Export)
    }
}

impl Show for Imports {
    fn title(&self) -> String {
        "Imports".to_owned()
    }
}

impl SourceRow {
    /// A number as it is read.
    fn read(&self, count: &i64) -> String {
        figure(*count)
    }
}

impl Row {
    /// A number as it is read.
    fn read(&self, count: &i64) -> String {
        figure(*count)
    }
}

fn may(by: &Actor) -> Vec<May> {
    let all = [
        (May::Import, Permission::ImportInventory),
        (May::Export, Permission::ExportDevices),
    ];
    all.into_iter().filter(|(_, needed)| by.may(*needed)).map(|(may, _)| may).collect()
}

/// `GET /imports`: the asset systems, what waits, and what was taken in.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let scope = by.scope(Permission::ViewDevices);
    let places = places(&house, &scope).await?;
    // What the page says of asset systems rests on the newest imports, whichever are listed.
    let newest = store.imports(&scope, NEWEST).await?;
    let below = wanted.below().unwrap_or(i64::MAX);
    let count = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    // One more tells whether there is another page.
    let mut imports = store.imports_below(&scope, below, count.saturating_add(1)).await?;
    let is_last = imports.len() <= wanted.limit;
    imports.truncate(wanted.limit);
    let last = imports.last().filter(|_| !is_last);
    let next = last.map(|last| Place::default().falling(last.id).cursor());
    let sources = store.sources(&scope).await?;
    let held = store.held(&scope).await?;
    let uploads = store.uploads(&by.scope(Permission::ImportInventory)).await?;
    let people = imports.iter().map(|import| import.started_by);
    let people = people.chain(uploads.iter().map(|upload| upload.made_by));
    let people = names(&house, &by, people.collect()).await?;
    let clock = face.clock();
    let waiting =
        uploads.into_iter().map(|upload| waiting(upload, &places, &people, clock));
    let shown = Imports {
        sentence: sentence(&sources, &held, &newest),
        may: may(&by),
        waiting: waiting.collect(),
        sources: sources
            .iter()
            .map(|source| source_row(source, &places, &held, &newest, clock))
            .collect(),
        imports: imports.iter().map(|one| row(one, &places, &people, clock)).collect(),
        pages: wanted.by_number("/imports", next.as_deref()),
        next,
        sample: asset::sample(),
    };
    face.show(&shown)
}

fn sentence(
    sources: &[Source],
    held: &BTreeMap<i64, Held>,
    imports: &[Import],
) -> String {
    if sources.is_empty() {
        return "No inventory has been taken in yet, so no device is known.".to_owned();
    }
    let present: i64 = held.values().map(|held| held.present).sum();
    let missing: i64 = held.values().map(|held| held.missing).sum();
    let running =
        imports.iter().filter(|import| import.progress == Progress::Running).count();
    let running = match running {
        0 => String::new(),
        count => format!(" {} is going on.", many(count as i64, "import", "imports")),
    };
    let missing = match missing {
        0 => "none is missing".to_owned(),
        count => format!("{} missing", figure(count)),
    };
    format!(
        "{} from {}; {missing}.{running}",
        many(present, "device", "devices"),
        many(sources.len() as i64, "asset system", "asset systems"),
    )
}

fn waiting(
    upload: Upload,
    places: &BTreeMap<i64, String>,
    people: &BTreeMap<i64, String>,
    clock: &Clock,
) -> Waiting {
    Waiting {
        id: upload.id,
        organisation: named(places, upload.organisation),
        arrived: clock.show(&upload.made),
        by: named(people, upload.made_by),
        file: upload.name,
    }
}

fn source_row(
    source: &Source,
    places: &BTreeMap<i64, String>,
    held: &BTreeMap<i64, Held>,
    imports: &[Import],
    clock: &Clock,
) -> SourceRow {
    let held = held.get(&source.id).copied().unwrap_or_default();
    let mut brought = imports.iter().filter(|import| import.takes_back.is_none());
    let newest =
        brought.find(|one| one.source == source.id && one.taken_back_by.is_none());
    SourceRow {
        id: source.id,
        name: source.name.clone(),
        organisation: named(places, source.organisation),
        devices: held.present,
        missing: held.missing,
        newest: newest
            .map(|import| Newest { import: import.id, at: clock.show(&import.started) }),
    }
}

fn row(
    import: &Import,
    places: &BTreeMap<i64, String>,
    people: &BTreeMap<i64, String>,
    clock: &Clock,
) -> Row {
    let state_words = match import.progress {
        Progress::Running => {
            format!("going on: {} of {}", figure(import.done), figure(import.total))
        }
        _ if import.taken_back_by.is_some() => "taken back".to_owned(),
        Progress::Done if import.takes_back.is_some() => "took others back".to_owned(),
        Progress::Done => "taken in".to_owned(),
        Progress::Failed => "stopped, not finished".to_owned(),
    };
    Row {
        id: import.id,
        source: import.source_name.clone(),
        organisation: named(places, import.organisation),
        state: import.progress.word(),
        state_words,
        started: clock.show(&import.started),
        by: named(people, import.started_by),
        rows: import.total,
        added: import.counts.added,
        changed: import.counts.changed,
        unchanged: import.counts.unchanged,
        returned: import.counts.returned,
        missing: import.missing,
        complaints: import.complaints,
        taken_back_by: import.taken_back_by,
    }
}

/// The names of the organisations within a scope.
async fn places(house: &House, scope: &Scope) -> Result<BTreeMap<i64, String>, Problem> {
    let seen = house.app.store.organisations(scope).await?;
    Ok(seen.into_iter().map(|one: Organisation| (one.id, one.name)).collect())
}

/// What people are called, as long as they are known.
async fn names(
    house: &House,
    by: &Actor,
    ids: BTreeSet<i64>,
) -> Result<BTreeMap<i64, String>, Problem> {
    let mut names = BTreeMap::new();
    for id in ids {
        let name = match id {
            0 => "the house".to_owned(),
            id => house.app.store.person(by.head, id).await?.name,
        };
        if !name.is_empty() {
            names.insert(id, name);
        }
    }
    Ok(names)
}

fn named(names: &BTreeMap<i64, String>, id: i64) -> String {
    names.get(&id).cloned().unwrap_or_else(|| format!("number {id}"))
}

/// The address below which the files of an import are, for somebody who may take them away.
async fn taken_at(
    house: &House,
    by: &Actor,
    import: i64,
) -> Result<Option<String>, Problem> {
    let scope = by.scope(Permission::ExportDevices);
    match house.app.store.import(&scope, import).await {
        Ok(import) => Ok(Some(format!("/imports/{}", import.id))),
        Err(StoreError::Absent { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A number in an address; what is none leads nowhere.
fn id(noun: &str, text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun, text))
}

/// The headers of a file that is taken away. Its name is told twice: RFC 6266 §4.3 for those
/// who read other letters, and without them for the others.
pub(crate) fn file_headers(
    kind: &'static str,
    name: &str,
) -> [(HeaderName, HeaderValue); 2] {
    let is_plain =
        |letter: char| letter.is_ascii_alphanumeric() || "._- ()".contains(letter);
    let plain: String =
        name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let value = HeaderValue::from_str(&text);
    let value = value.unwrap_or(HeaderValue::from_static("attachment"));
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, value),
    ]
}
