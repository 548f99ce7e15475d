//! The advisories of the index in use, and how many devices each touches.

use std::collections::BTreeMap;
use std::sync::Arc;

use advisory::Record;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fleet::{Filter, encoded};
use matching::Verdict;
use operations::fleet::{About, holdings, scope};
use operations::judging::Advisories;
use operations::vulnerability::Urgency;
use serde::{Deserialize, Serialize};
use worklist::Known;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::page::device::devices_of;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words;

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    sort: String,
    /// Only those that touch somebody's devices.
    touching: String,
}

#[derive(Template, Serialize)]
#[template(path = "advisory/list.html")]
struct List {
    sentence: Sentence,
    total: usize,
    rows: Vec<Row>,
    #[serde(skip)]
    asked: Asked,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    heads: Vec<Head>,
    #[serde(skip)]
    other: (&'static str, String),
    #[serde(skip)]
    is_in_use: bool,
}

/// A column that can be sorted by.
struct Head {
    label: &'static str,
    address: String,
    order: &'static str,
    class: &'static str,
}

impl Head {
    fn arrow(&self) -> &'static str {
        match self.order {
            "ascending" => "↑",
            "descending" => "↓",
            _ => "",
        }
    }
}

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    issuer: String,
    revised: Shown,
    severity: String,
    exploited: bool,
    vulnerabilities: usize,
    affected: Count,
    cannot_tell: Count,
    #[serde(skip)]
    address: String,
}

#[derive(Serialize)]
struct Count {
    count: u64,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    address: String,
}

impl Show for List {
    fn title(&self) -> String {
        "Advisories".to_owned()
    }
}

/// `GET /advisories`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let held = holdings(&house.app, by.head).await?;
    let Some(known) = held.advisories.clone() else {
        let sentence = Sentence::new("No index of advisories is in use yet.");
        return face.show(&List::empty(sentence));
    };
    let view = held.view(&scope(&by), &Filter::default())?;
    let counts = held.by_advisory(&view);
    drop(view);
    drop(held);
    let clock = face.clock().clone();
    let made = tokio::task::spawn_blocking(move || {
        made(&known, &counts, asked, &wanted, &clock)
    });
    face.show(&made.await.map_err(|_| Problem::ours("a list was cut short"))?)
}

type Counts = BTreeMap<Arc<str>, (u64, u64)>;

fn made(
    known: &Advisories,
    counts: &Counts,
    asked: Asked,
    wanted: &Wanted,
    clock: &Clock,
) -> List {
    let count = |record: &Record| counts.get(&*record.id).copied().unwrap_or_default();
    let sought = asked.q.trim().to_lowercase();
    let found: Vec<&Record> = known
        .records
        .iter()
        .map(Arc::as_ref)
        .filter(|record| sought.is_empty() || mentions(record, &sought))
        .filter(|record| asked.touching.is_empty() || count(record) != (0, 0))
        .collect();
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let standing = |record: &&Record| {
        let (affected, open) = count(record);
        let place = Place::default();
        let place = match asked.sort.as_str() {
            "id" => place,
            "affected" => place.falling(number(affected)).falling(number(open)),
            "cannot_tell" => place.falling(number(open)),
            "-revised" => place.text(&*record.modified),
            _ => place.backwards(&*record.modified),
        };
        place.text(&*record.id)
    };
    let Stretch { rows: found, total, next, pages } =
        wanted.of("/advisories", found, standing);
    let index = known.file.index().ok();
    let rows: Vec<Row> = found
        .iter()
        .map(|record| {
            let urgencies: Vec<Urgency> = record
                .vulnerabilities
                .iter()
                .filter_map(|entry| {
                    Some(Urgency::of(entry.ids.first()?, index.as_ref()?))
                })
                .collect();
            row(record, &urgencies, count(record), clock)
        })
        .collect();
    let touching = known.records.iter().filter(|record| count(record).0 > 0).count();
    List {
        sentence: sentence(known, touching, &asked),
        total,
        next,
        pages,
        heads: heads(&asked),
        other: match asked.touching.is_empty() {
            true => (
                "Only those that touch your devices",
                asked.address(&[("touching", "yes")]),
            ),
            false => ("All advisories", asked.address(&[("touching", "")])),
        },
        is_in_use: true,
        rows,
        asked,
    }
}

fn sentence(known: &Advisories, touching: usize, asked: &Asked) -> Sentence {
    let begin = Sentence::new(format!(
        "{} advisories about devices are in use; ",
        words::number(known.records.len() as u64)
    ));
    match touching {
        0 => begin.then("none of them calls a device of yours affected."),
        count => begin
            .link(
                format!("{} of them", words::number(count as u64)),
                Asked { q: String::new(), sort: "affected".to_owned(), ..asked.clone() }
                    .address(&[("touching", "yes")]),
            )
            .then(if count == 1 {
                " calls devices of yours affected."
            } else {
                " call devices of yours affected."
            }),
    }
}

/// Whether an advisory says a text, in small letters, of itself, its flaws or its products.
pub(crate) fn mentions(record: &Record, sought: &str) -> bool {
    let holds = |text: &str| text.to_lowercase().contains(sought);
    holds(&record.id)
        || holds(&record.title)
        || holds(&record.publisher)
        || record.vulnerabilities.iter().any(|entry| entry.ids.iter().any(|id| holds(id)))
        || record.products.iter().any(|product| holds(&product.name))
}

fn row(
    record: &Record,
    urgencies: &[Urgency],
    (affected, cannot_tell): (u64, u64),
    clock: &Clock,
) -> Row {
    let about = About::Advisory(record.id.clone());
    let count = |count: u64, verdict| Count {
        count,
        shown: words::number(count),
        address: devices_of(&about, Some(verdict)),
    };
    let worst = urgencies.iter().filter_map(Urgency::cvss).reduce(f64::max);
    Row {
        id: record.id.clone(),
        title: record.title.clone(),
        issuer: record.publisher.clone(),
        revised: clock.show_day(&record.modified),
        severity: worst.map(|score| format!("{score:.1}")).unwrap_or_default(),
        exploited: urgencies.iter().any(|urgency| urgency.exploited == Known::Yes),
        vulnerabilities: record.vulnerabilities.len(),
        affected: count(affected, Verdict::Affected),
        cannot_tell: count(cannot_tell, Verdict::CannotTell),
        address: format!("/advisories/{}", encoded(&record.id)),
    }
}

fn heads(asked: &Asked) -> Vec<Head> {
    let sort = asked.sort.as_str();
    let revised = !["id", "affected", "cannot_tell", "-revised"].contains(&sort);
    let head = |label, word: &str, order, class| Head {
        label,
        address: asked.address(&[("sort", word)]),
        order,
        class,
    };
    vec![
        head("Advisory", "id", if sort == "id" { "ascending" } else { "" }, ""),
        match revised {
            true => head("Revised", "-revised", "descending", ""),
            false if sort == "-revised" => head("Revised", "revised", "ascending", ""),
            false => head("Revised", "revised", "", ""),
        },
        Head { label: "CVSS", address: String::new(), order: "", class: "number" },
        head(
            "Affected",
            "affected",
            if sort == "affected" { "descending" } else { "" },
            "number",
        ),
        head(
            "Cannot tell",
            "cannot_tell",
            if sort == "cannot_tell" { "descending" } else { "" },
            "number",
        ),
    ]
}

impl Asked {
    /// The address with some of its fields changed.
    fn address(&self, changed: &[(&str, &str)]) -> String {
        let fields =
            [("q", self.q.as_str()), ("sort", &self.sort), ("touching", &self.touching)];
        let parts = fields.iter().filter_map(|(key, value)| {
            let new = changed.iter().find(|(name, _)| name == key);
            let value = new.map_or(*value, |(_, value)| *value);
            let is_default = value.is_empty() || (*key, value) == ("sort", "revised");
            (!is_default).then(|| format!("{key}={}", encoded(value)))
        });
        match parts.collect::<Vec<_>>().join("&") {
            query if query.is_empty() => "/advisories".to_owned(),
            query => format!("/advisories?{query}"),
        }
    }
}

impl List {
    fn empty(sentence: Sentence) -> Self {
        Self {
            sentence,
            total: 0,
            rows: Vec::new(),
            asked: Asked::default(),
            next: None,
            pages: Pages::default(),
            heads: Vec::new(),
            other: ("", String::new()),
            is_in_use: false,
        }
    }
}
