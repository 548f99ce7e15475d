//! The list of what is to be done.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use fleet::Priority;
use operations::fleet::{Entry, Holdings, holdings, scope};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Generation, ListOf};

use super::address::{Asked, By as Column, DUE, Order, Way};
use super::row::{Row, counted_devices};
use super::survey::{Counts, act, survey};
use super::{kind, state};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::facet::{Chip, Facet, Value};
use crate::page::lesson::Lesson;
use crate::page::saved::Saved;
use crate::page::stretch::{Pages, Place};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::number;

/// What webhooks ask for that want work orders.
const SENT: operations::webhook::Event = operations::webhook::Event::Sent;
#[derive(Template, Serialize)]
#[template(path = "work/list.html")]
struct Work {
    sentence: Sentence,
    total: usize,
    facets: Vec<Facet>,
    rows: Vec<Row>,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    chips: Vec<Chip>,
    #[serde(skip)]
    heads: Vec<Head>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    lesson: Option<Lesson>,
    #[serde(skip)]
    exports: Vec<(&'static str, String)>,
    /// What sends all rows that match to webhooks, where any wants them.
    #[serde(skip)]
    sending: Option<Sending>,
    #[serde(skip)]
    policy: bool,
    #[serde(flatten)]
    saved: Saved,
}

struct Head {
    label: &'static str,
    address: String,
    order: &'static str,
    arrow: &'static str,
    class: &'static str,
}

struct Sending {
    token: String,
    query: String,
}

impl Show for Work {
    fn title(&self) -> String {
        "Work".to_owned()
    }
}

/// What memory and the database answer about a list.
pub(super) struct Answered {
    pub(super) rows: Vec<Row>,
    /// How many stand before these.
    before: usize,
    /// Where the last of these stands; none where it is the last of all.
    next: Option<Place>,
    total: usize,
    all: usize,
    devices: u64,
    /// Devices that whoever asks sees, whether or not anything is to be done about them.
    seen: u64,
    waiting: usize,
    overdue: usize,
    act_now: usize,
    facets: Vec<Counts>,
    names: BTreeMap<i64, String>,
    organisations: BTreeMap<String, String>,
}

/// Asks a list; at most `most` rows of it, from where its address says.
pub(super) async fn answered(
    house: &House,
    by: &Actor,
    asked: &Asked,
    today: jiff::civil::Date,
    most: usize,
) -> Result<Answered, Problem> {
    let held = Arc::new(holdings(&house.app, by.head).await?);
    let (seen, known, asked) = (scope(by), Arc::clone(&held), asked.clone());
    // Whom an address names is not asked: only who sees to something that is seen is called by
    // name.
    let people: Vec<i64> = held.owners(&seen).into_iter().collect();
    let names = operations::people::owner_names(&house.app, by.head, &people).await?;
    blocking(move || answer(&known, &seen, &asked, today, most, names)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Problem::ours("a list of work was cut short"))
}

fn answer(
    held: &Holdings,
    seen: &fleet::Scope,
    asked: &Asked,
    today: jiff::civil::Date,
    most: usize,
    names: BTreeMap<i64, String>,
) -> Answered {
    let survey = survey(held, seen, asked, today);
    let entries = &survey.entries;
    let count =
        |is: &dyn Fn(&Entry<'_>) -> bool| entries.iter().filter(|one| is(one)).count();
    let mut alike = alike(entries);
    let before = survey.passed(asked);
    let shown = entries.iter().skip(before).take(most);
    let rows: Vec<Row> = shown
        .map(|entry| {
            let mut row = Row::new(entry, held, &names, today);
            // Above the first of them on the page.
            let several = act(entry).and_then(|act| alike.remove(&act));
            if let Some(several) = several.filter(|several| several.organisations > 1) {
                row.shown.above = several.above(&row);
            }
            row
        })
        .collect();
    let behind = before + rows.len();
    let last = behind.checked_sub(1).filter(|_| behind < entries.len());
    let last = last.filter(|_| !rows.is_empty());
    Answered {
        before,
        next: last.and_then(|last| survey.place(last)),
        rows,
        total: entries.len(),
        all: survey.all,
        devices: held.devices_of_entries(entries),
        seen: held.fleet.within(seen).len(),
        waiting: count(&|entry| entry.state.waits()),
        overdue: count(&|entry| entry.is_overdue(today)),
        act_now: count(&|entry| {
            entry.state.waits() && entry.priority == Some(Priority::ActNow)
        }),
        organisations: held
            .fleet
            .organisations(seen)
            .into_iter()
            .map(|id| (id.0.to_string(), held.organisation(id.0).to_owned()))
            .collect(),
        facets: survey.facets,
        names,
    }
}

/// The same act in several organisations.
#[derive(Default)]
struct Several {
    organisations: usize,
    devices: u64,
    /// Whether they install different releases of one line.
    differs: bool,
}

impl Several {
    fn above(&self, row: &Row) -> String {
        let what = match self.differs {
            true => format!("{}: updates", row.product),
            false => row.shown.title.clone(),
        };
        let devices = counted_devices(self.devices);
        format!("{what}: {devices} in {} organisations", self.organisations)
    }
}

/// What of the list is done by which organisations alike.
fn alike<'h>(entries: &[Entry<'h>]) -> BTreeMap<[&'h str; 4], Several> {
    let mut alike: BTreeMap<[&str; 4], Several> = BTreeMap::new();
    let mut steps: BTreeMap<[&str; 4], &worklist::Step> = BTreeMap::new();
    for entry in entries {
        let (Some(act), Some(action)) = (act(entry), entry.action) else { continue };
        let several = alike.entry(act).or_default();
        several.organisations += 1;
        several.devices += action.devices;
        several.differs |= *steps.entry(act).or_insert(&action.step) != &action.step;
    }
    alike
}

/// Rows that do not name whose they are where whoever looks sees one organisation alone.
pub(crate) fn plain(mut rows: Vec<Row>, organisations: usize) -> Vec<Row> {
    if organisations == 1 {
        rows.iter_mut().for_each(|row| row.shown.organisation.clear());
    }
    rows
}

/// `GET /work`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?;
    let today = face.clock().today();
    let answered = answered(&house, &by, &asked, today, asked.limit).await?;
    let labels = Labels { answered: &answered, by: &by };
    let facets = answered.facets.iter().map(|facet| labels.facet(facet, &asked));
    let facets: Vec<Facet> = facets.filter(Facet::tells).collect();
    let chips = labels.chips(&asked);
    let index = house.app.store.generation().await?;
    let sentence = sentence(&answered, &asked, index.as_ref());
    let rows = plain(answered.rows, answered.organisations.len());
    let answered = Answered { rows: Vec::new(), ..answered };
    let lesson = match (answered.seen, index) {
        (0, _) => Lesson::no_device(&by, "No inventory has been taken in yet."),
        (_, None) => Lesson::no_index(
            "No index of advisories is in use yet, so nothing has been judged.",
        ),
        (_, Some(_)) => Lesson::new(
            "No advisory in use and no SBOM says that one of your devices is affected, and \
             no question about one is open. That nobody has said anything is not the same \
             as safe.",
            "/advisories",
            "The advisories in use",
        ),
    };
    face.show(&Work {
        sentence,
        total: answered.total,
        facets,
        chips,
        heads: heads(&asked),
        next: answered.next.as_ref().map(Place::cursor),
        pages: pages(&answered, rows.len(), &asked),
        lesson: (answered.all == 0).then_some(lesson),
        exports: exports(&by, &asked),
        sending: sending(&house, &by, &asked).await?,
        policy: by.may(Permission::Administer),
        saved: Saved::of(&house, &by, ListOf::Work, asked.query()).await?,
        rows,
    })
}

fn sentence(answered: &Answered, asked: &Asked, index: Option<&Generation>) -> Sentence {
    let Answered { total, all, devices, waiting, overdue, act_now, .. } = answered;
    if *all == 0 && *total == 0 && (answered.seen == 0 || index.is_none()) {
        return Sentence::new("Nobody knows yet what is to be done.");
    }
    if *all == 0 && *total == 0 {
        return Sentence::new("Nothing is to be done about your devices.");
    }
    let things = |count: usize| match count {
        1 => "1 thing".to_owned(),
        count => format!("{} things", number(count as u64)),
    };
    let mut sentence = match asked.is.is_empty() {
        true => Sentence::new(format!(
            "{} to do about {}",
            things(*total),
            counted_devices(*devices)
        )),
        false => Sentence::new(format!(
            "{} of {}, about {}",
            things(*total),
            number((*all).max(*total) as u64),
            counted_devices(*devices)
        )),
    };
    let to = |by: Column, value: &str| match asked.has(by, value) {
        true => asked.address(),
        false => asked.turned(by, value).address(),
    };
    if *act_now > 0 {
        let words = if *act_now == 1 { "needs" } else { "need" };
        sentence = sentence.then("; ").link(
            format!("{} {words} somebody now", number(*act_now as u64)),
            to(Column::Priority, Priority::ActNow.word()),
        );
    }
    if *overdue > 0 {
        let words = if *overdue == 1 { "is" } else { "are" };
        sentence = sentence.then("; ").link(
            format!("{} {words} overdue", number(*overdue as u64)),
            to(Column::Due, "overdue"),
        );
    }
    match (*waiting, *total) {
        (0, total) if total > 0 => sentence.then("; nothing waits for anybody."),
        _ => sentence.then("."),
    }
}

/// What values are called.
struct Labels<'a> {
    answered: &'a Answered,
    by: &'a Actor,
}

impl Labels<'_> {
    fn label(&self, by: Column, value: &str) -> String {
        match by {
            Column::Priority => {
                let priority = Priority::ALL.into_iter().find(|one| one.word() == value);
                Mark::priority(priority).label().to_owned()
            }
            Column::Due => {
                let known = DUE.into_iter().find(|(word, _)| *word == value);
                known.map_or_else(
                    || format!("week of {value}"),
                    |(_, label)| label.to_owned(),
                )
            }
            Column::Kind => {
                let known =
                    worklist::Kind::ALL.into_iter().find(|one| one.word() == value);
                known.map_or_else(|| value.to_owned(), |one| kind(one).to_owned())
            }
            Column::State => {
                let known =
                    worklist::State::ALL.into_iter().find(|one| one.word() == value);
                known.map_or_else(|| value.to_owned(), |one| state(one).to_owned())
            }
            Column::Owner => match value.parse::<i64>() {
                Err(_) => "nobody yet".to_owned(),
                Ok(person) if person == self.by.person => "me".to_owned(),
                Ok(person) => match self.answered.names.get(&person) {
                    Some(name) if !name.is_empty() => name.clone(),
                    _ => "somebody who has nothing to do here".to_owned(),
                },
            },
            Column::Ward if value.is_empty() => "not stated".to_owned(),
            Column::Ward => value.to_owned(),
            Column::Organisation => {
                let known = self.answered.organisations.get(value);
                known
                    .cloned()
                    .unwrap_or_else(|| "an organisation that you do not see".into())
            }
        }
    }

    fn facet(&self, counts: &Counts, asked: &Asked) -> Facet {
        let by = counts.by;
        let values = counts.values.iter().map(|(value, count)| Value {
            label: self.label(by, value),
            count: *count,
            shown: number(*count),
            also: String::new(),
            is_chosen: asked.has(by, value),
            address: asked.turned(by, value).address(),
            value: value.clone(),
        });
        let all = Asked { facet: Some(by), ..asked.first() };
        let named = (by.word(), by.label());
        Facet::new(named, values.collect(), counts.distinct, || all.address())
    }

    fn chips(&self, asked: &Asked) -> Vec<Chip> {
        let all = asked.is.iter().flat_map(|(by, values)| {
            values.iter().map(move |value| (*by, value.as_str()))
        });
        all.map(|(by, value)| Chip {
            text: format!("{}: {}", by.label(), self.label(by, value)),
            address: asked.turned(by, value).address(),
        })
        .collect()
    }
}

fn heads(asked: &Asked) -> Vec<Head> {
    let heads = [
        ("What to do", Order::Product, ""),
        ("Priority", Order::Urgency, ""),
        ("Devices", Order::Devices, ""),
        ("Flaws", Order::Flaws, ""),
        ("Due", Order::Due, ""),
        ("State", Order::State, ""),
    ];
    heads
        .map(|(label, order, class)| {
            let (sorted, arrow) = match (asked.order == order, asked.way) {
                (false, _) => ("", ""),
                (true, Way::Up) => ("ascending", "↑"),
                (true, Way::Down) => ("descending", "↓"),
            };
            let address = asked.sorted(order).address();
            Head { label, address, order: sorted, arrow, class }
        })
        .into()
}

fn pages(answered: &Answered, shown: usize, asked: &Asked) -> Pages {
    let (before, total) = (answered.before, answered.total);
    let at = |from: usize| Asked { from, ..asked.first() }.address();
    Pages {
        place: format!(
            "{} to {} of {}",
            number((before + 1).min(total) as u64),
            number((before + shown) as u64),
            number(total as u64)
        ),
        before: match before {
            0 => String::new(),
            before => at(before.saturating_sub(asked.limit)),
        },
        after: match &answered.next {
            Some(last) => Asked { after: Some(last.clone()), ..asked.first() }.address(),
            None => String::new(),
        },
        ..Pages::default()
    }
}

async fn sending(
    house: &House,
    by: &Actor,
    asked: &Asked,
) -> Result<Option<Sending>, Problem> {
    if !by.may(Permission::ExportDevices) {
        return Ok(None);
    }
    let all = house.app.store.webhooks(&store::Scope::whole(by.head)).await?;
    let wants =
        |one: &store::Webhook| one.events.iter().any(|event| event == SENT.word());
    let token = by.form_token.clone();
    Ok(all.iter().any(wants).then(|| Sending { token, query: asked.query() }))
}

fn exports(by: &Actor, asked: &Asked) -> Vec<(&'static str, String)> {
    if !by.may(Permission::ExportDevices) {
        return Vec::new();
    }
    let asked = asked.first();
    [("CSV", "csv"), ("JSON", "json")]
        .map(|(label, format)| (label, asked.at("/work/export", &[("format", format)])))
        .into()
}
