//! The list of evidence: what counts, what waits, what has ended, how old it is.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fleet::encoded;
use operations::evidence::Stands;
use operations::{Permission, posture};
use serde::{Deserialize, Serialize};
use store::{Evidence, EvidenceListed};

use super::{HOME, mark, words};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::counted;

/// How many rows a page has.
const ROWS: usize = 50;
/// Days from which on evidence can be asked for by its age.
const AGES: [i64; 3] = [30, 92, 365];

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    kind: String,
    /// How it stands.
    stands: String,
    /// Older than so many days.
    older: String,
    organisation: String,
    from: usize,
}

#[derive(Template, Serialize)]
#[template(path = "evidence/list.html")]
struct List {
    sentence: Sentence,
    total: usize,
    pieces: Vec<Row>,
    #[serde(skip)]
    asked: Asked,
    #[serde(skip)]
    narrow: Vec<Chip>,
    #[serde(skip)]
    kinds: Vec<Chip>,
    #[serde(skip)]
    before: String,
    #[serde(skip)]
    after: String,
    #[serde(skip)]
    place: String,
    #[serde(skip)]
    can_keep: bool,
    #[serde(skip)]
    all: usize,
}

/// Something to narrow the list by.
struct Chip {
    text: String,
    address: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    kinds: Vec<String>,
    class: String,
    organisation: String,
    source: String,
    stands: Mark,
    records: i64,
    complaints: i64,
    /// Of which day it is; where nobody says so, when it came.
    day: String,
    /// How old it is, in days.
    age_days: i64,
    valid_until: Option<String>,
    brought: Shown,
    #[serde(skip)]
    day_shown: String,
    #[serde(skip)]
    until_shown: String,
}

impl Show for List {
    fn title(&self) -> String {
        "Evidence".to_owned()
    }

    fn sought(&self) -> &str {
        ""
    }
}

/// What a piece is called.
pub(super) fn name(piece: &Evidence) -> String {
    match (piece.words.file.as_str(), piece.kinds.first()) {
        ("", Some(kind)) => words::capital(words::kind(kind)),
        ("", None) => "Document".to_owned(),
        (file, _) => file.to_owned(),
    }
}

impl Row {
    fn of(piece: &Evidence, organisation: &str, clock: &Clock) -> Self {
        let day = piece.valid_from.clone();
        let day = day.unwrap_or_else(|| piece.brought.chars().take(10).collect());
        let shown = |day: &str| crate::page::supplier::day(day);
        Self {
            id: piece.id,
            name: name(piece),
            kinds: piece.kinds.iter().map(|kind| words::kind(kind).to_owned()).collect(),
            class: piece.class.clone(),
            organisation: organisation.to_owned(),
            source: piece.words.source.clone(),
            stands: mark(stands(piece, clock)),
            records: piece.records,
            complaints: piece.complaints,
            day_shown: shown(&day),
            until_shown: piece.valid_until.as_deref().map(shown).unwrap_or_default(),
            age_days: age(&day, clock),
            day,
            valid_until: piece.valid_until.clone(),
            brought: clock.show(&piece.brought),
        }
    }

    fn kinds_shown(&self) -> String {
        self.kinds.join(", ")
    }
}

fn stands(piece: &Evidence, clock: &Clock) -> Stands {
    Stands::of(piece, &clock.today().to_string())
}

/// Days since a day.
fn age(day: &str, clock: &Clock) -> i64 {
    let day: Result<jiff::civil::Date, _> = day.parse();
    let since = day.ok().and_then(|day| day.until(clock.today()).ok());
    since.map_or(0, |span| i64::from(span.get_days()))
}

/// `GET /evidence`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let scope = by.scope(Permission::ViewEvidence);
    let all = house.app.store.evidence_within(&scope, EvidenceListed::Ever).await?;
    let names = posture::places(&house.app, &by).await?;
    let clock = face.clock();
    let sentence = sentence(&all, clock);
    let row = |one: &Evidence| {
        let organisation = names.get(&one.organisation).map_or("", String::as_str);
        Row::of(one, organisation, clock)
    };
    let found: Vec<&Evidence> =
        all.iter().rev().filter(|one| asked.admits(one, clock)).collect();
    let total = found.len();
    let from = asked.from.min(total);
    let pieces: Vec<Row> = found.into_iter().skip(from).take(ROWS).map(row).collect();
    let to = from + pieces.len();
    let at = |from: usize| asked.address(&[("from", &from.to_string())]);
    face.show(&List {
        sentence,
        total,
        narrow: asked.chips(),
        kinds: asked.kinds(&all),
        before: if from > 0 { at(from.saturating_sub(ROWS)) } else { String::new() },
        after: if to < total { at(to) } else { String::new() },
        place: format!("{} to {to} of {total}", (from + 1).min(total)),
        can_keep: by.may(Permission::KeepEvidence),
        all: all.len(),
        pieces,
        asked,
    })
}

fn sentence(all: &[Evidence], clock: &Clock) -> Sentence {
    let count =
        |wanted: Stands| all.iter().filter(|one| stands(one, clock) == wanted).count();
    if all.is_empty() {
        return Sentence::new("No evidence is kept here yet.");
    }
    let link = |stands: Stands| format!("{HOME}?stands={}", stands.word());
    let (counts, waiting, ended) =
        (count(Stands::InForce), count(Stands::Waiting), count(Stands::Expired));
    let words = if counts == 1 { "piece counts" } else { "pieces count" };
    let mut sentence =
        Sentence::default().link(format!("{counts} {words}"), link(Stands::InForce));
    if waiting > 0 {
        let words = if waiting == 1 { "waits" } else { "wait" };
        sentence = sentence
            .then("; ")
            .link(format!("{waiting} {words} for a look"), link(Stands::Waiting));
    }
    if ended > 0 {
        let words = if ended == 1 { "has ended" } else { "have ended" };
        sentence =
            sentence.then("; ").link(format!("{ended} {words}"), link(Stands::Expired));
    }
    sentence.then(".")
}

impl Asked {
    fn admits(&self, one: &Evidence, clock: &Clock) -> bool {
        let stands = stands(one, clock);
        let is_wanted = match self.stands.as_str() {
            "" => stands != Stands::Withdrawn,
            word => stands.word() == word,
        };
        let sought = self.q.trim().to_lowercase();
        let texts = [&name(one), &one.words.source, &one.words.subject];
        let is_found = sought.is_empty()
            || texts.iter().any(|text| text.to_lowercase().contains(&sought));
        let is_kind = match self.kind.as_str() {
            "" => true,
            "document" => one.kinds.is_empty(),
            kind => one.kinds.iter().any(|own| own == kind),
        };
        let day = one.valid_from.as_deref().or(one.brought.get(..10));
        let is_old = match self.older.parse::<i64>() {
            Ok(days) => day.is_some_and(|day| age(day, clock) > days),
            Err(_) => true,
        };
        let is_whose = self.organisation.is_empty()
            || self.organisation == one.organisation.to_string();
        is_wanted && is_found && is_kind && is_old && is_whose
    }

    fn chips(&self) -> Vec<Chip> {
        let chip = |text: String, key: &str, value: &str, current: &str| {
            let is_chosen = value == current;
            let value = if is_chosen { "" } else { value };
            Chip { text, address: self.address(&[(key, value)]), is_chosen }
        };
        let stands = [
            ("waits for a look", Stands::Waiting),
            ("counts", Stands::InForce),
            ("ended", Stands::Expired),
            ("withdrawn", Stands::Withdrawn),
        ];
        let stands = stands.into_iter().map(|(text, stands)| {
            chip(text.to_owned(), "stands", stands.word(), &self.stands)
        });
        let ages = AGES.into_iter().map(|days| {
            let text = format!("older than {days} days");
            chip(text, "older", &days.to_string(), &self.older)
        });
        stands.chain(ages).collect()
    }

    /// The kinds that there are.
    fn kinds(&self, all: &[Evidence]) -> Vec<Chip> {
        let there: BTreeSet<&str> =
            all.iter().flat_map(|one| &one.kinds).map(String::as_str).collect();
        let chip = |word: &str| {
            let is_chosen = word == self.kind;
            let value = if is_chosen { "" } else { word };
            Chip {
                text: words::kind(word).to_owned(),
                address: self.address(&[("kind", value)]),
                is_chosen,
            }
        };
        there.into_iter().map(chip).collect()
    }

    /// The address with some of its fields changed; another list begins at its beginning.
    fn address(&self, changed: &[(&str, &str)]) -> String {
        let fields = [
            ("q", self.q.as_str()),
            ("kind", &self.kind),
            ("stands", &self.stands),
            ("older", &self.older),
            ("organisation", &self.organisation),
            ("from", ""),
        ];
        let changed: BTreeMap<&str, &str> = changed.iter().copied().collect();
        let parts = fields.iter().filter_map(|(key, value)| {
            let value = changed.get(key).copied().unwrap_or(value);
            let is_default = value.is_empty() || (*key, value) == ("from", "0");
            (!is_default).then(|| format!("{key}={}", encoded(value)))
        });
        match parts.collect::<Vec<_>>().join("&") {
            query if query.is_empty() => HOME.to_owned(),
            query => format!("{HOME}?{query}"),
        }
    }
}

impl List {
    fn told(&self) -> String {
        counted(self.total, "piece", "pieces")
    }
}
