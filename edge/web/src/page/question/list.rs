//! The open questions, those whose answer changes most first.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fleet::encoded;
use operations::fleet::{Holdings, holdings, scope};
use operations::judging::Advisories;
use operations::question::{Kind, Question};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};

use super::{Named, devices_of, effects, some};
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::page::facet::{Facet, Value};
use crate::page::lesson::Lesson;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{self, number};

/// Advisories that a row names; the rest is counted.
const ADVISORIES_MAX: usize = 3;
/// Releases that a row names.
const WRITTEN_MAX: usize = 4;
/// Products that are offered to choose from, those with most questions first.
const PRODUCTS_MAX: usize = 12;

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Words of the question, the product or the zone.
    q: String,
    kind: String,
    /// The product or the zone, as the list shows it.
    product: String,
    /// The number of an organisation that has devices of the question.
    organisation: String,
    /// `not_known`: of which somebody said that nobody here knows.
    state: String,
}

#[derive(Template, Serialize)]
#[template(path = "question/list.html")]
struct List {
    sentence: Sentence,
    total: usize,
    rows: Vec<Row>,
    #[serde(skip)]
    asked: Asked,
    facets: Vec<Facet>,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    export: (String, String),
    #[serde(skip)]
    may_answer: bool,
    #[serde(skip)]
    lesson: Option<Lesson>,
}

#[derive(Serialize)]
struct Row {
    key: String,
    kind: &'static str,
    asked: String,
    subject: String,
    devices: u64,
    verdicts: u64,
    effects: Vec<Sentence>,
    advisories: Vec<Named>,
    not_known: u64,
    component: String,
    /// The organisation whose ward it is about, or empty.
    of: String,
    /// The releases of its devices as inventories write them, where another question reads alike;
    /// one that is not stated is empty.
    written: Vec<String>,
    /// What stands above it and those that follow, where several are about the same.
    #[serde(skip)]
    above: String,
    #[serde(skip)]
    asker: String,
    #[serde(skip)]
    what: &'static str,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    more: String,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    leads: String,
}

impl Show for List {
    fn title(&self) -> String {
        "Questions".to_owned()
    }
}

/// Where a question stands among the others: those of which the answer changes most first.
fn standing(one: &Question) -> Place {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Place::default()
        .falling(number(one.most))
        .text(one.group())
        .falling(number(one.weight()))
        .falling(number(one.devices))
        .falling(number(one.verdicts))
        .text(one.key.as_str())
}

/// `GET /questions`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let held = holdings(&house.app, by.head).await?;
    let all = held.open_questions(&scope(&by));
    let organisations: BTreeMap<i64, String> = all
        .iter()
        .flat_map(|question| question.organisations.keys())
        .map(|id| (*id, held.organisation(*id).to_owned()))
        .collect();
    let devices = held.fleet.within(&scope(&by)).len();
    let lesson = lesson(&by, held.advisories.as_deref(), devices);
    let found: Vec<&Question> = all.iter().filter(|one| asked.admits(one)).collect();
    let Stretch { rows: page, total, next, pages } =
        wanted.of("/questions", found, |one| standing(one));
    let rows: Vec<Row> = page
        .chunk_by(|one, other| one.is_beside(other))
        .flat_map(|beside| together(beside, &organisations, &held))
        .collect();
    drop(held);
    face.show(&List {
        sentence: sentence(&all),
        total,
        facets: facets(&all, &organisations, &asked),
        next,
        pages,
        export: match by.may(Permission::ExportDevices) {
            true => asked.exports(),
            false => Default::default(),
        },
        may_answer: by.may(Permission::AnswerQuestions),
        lesson: all.is_empty().then_some(lesson),
        rows,
        asked,
    })
}

fn lesson(by: &Actor, advisories: Option<&Advisories>, devices: u64) -> Lesson {
    match (devices, advisories) {
        (0, _) => Lesson::no_device(
            by,
            "There is no device yet. When an inventory is taken in, what it does not tell and \
             an advisory asks is asked here, once for all devices that it concerns.",
        ),
        (_, None) => Lesson::no_index(
            "No index of advisories is in use yet. What advisories ask and the inventory does \
             not tell is asked here, once for all devices that it concerns.",
        ),
        (_, Some(_)) => Lesson::new(
            "The inventory tells everything that the advisories in use ask, or it was \
             answered. Answers can be taken back on the page of any device that they are \
             about.",
            "/devices",
            "All devices",
        ),
    }
}

fn sentence(all: &[Question]) -> Sentence {
    let Some(first) = all.first() else {
        return Sentence::new("No question is open.");
    };
    let begin = match all.len() {
        1 => Sentence::new(
            "1 question is open. Its answer settles or changes something for ",
        ),
        count => Sentence::new(format!(
            "{} questions are open. The first one settles or changes something for ",
            number(count as u64)
        )),
    };
    begin.link(some(first.devices), devices_of(first, None)).then(".")
}

/// Rows of what is asked about the same: above several stands what that is. Those that read alike
/// are about devices whose release is written otherwise, which tells them apart.
fn together(
    beside: &[&Question],
    organisations: &BTreeMap<i64, String>,
    held: &Holdings,
) -> Vec<Row> {
    let mut rows: Vec<Row> =
        beside.iter().map(|question| row(question, organisations)).collect();
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    for question in beside {
        *alike.entry(&question.asked).or_default() += 1;
    }
    for (row, question) in rows.iter_mut().zip(beside) {
        if alike.get(question.asked.as_str()).is_some_and(|count| *count > 1) {
            row.written = written(question, held);
        }
    }
    if let ([first, _, ..], Some(row)) = (beside, rows.first_mut()) {
        row.above = match first.zone_of {
            0 => format!("{}: {} questions", first.subject(), beside.len()),
            _ if row.of.is_empty() => format!("{} wards", beside.len()),
            _ => format!("{}: {} wards", row.of, beside.len()),
        };
    }
    rows
}

/// The releases of the devices of a question, as inventories write them.
fn written(question: &Question, held: &Holdings) -> Vec<String> {
    let builds = question.builds.keys().map(|id| fleet::ConfigurationId(*id));
    let builds = builds.filter_map(|id| held.fleet.configuration(id));
    let releases: BTreeSet<&str> = builds.map(|build| build.version.trim()).collect();
    releases.into_iter().take(WRITTEN_MAX).map(str::to_owned).collect()
}

fn row(question: &Question, organisations: &BTreeMap<i64, String>) -> Row {
    let asked: BTreeSet<&str> =
        question.asked_by.iter().map(|by| &*by.advisory).collect();
    let more = asked.len().saturating_sub(ADVISORIES_MAX);
    Row {
        key: question.key.to_string(),
        kind: question.kind.word(),
        asked: question.asked.clone(),
        subject: question.subject(),
        devices: question.devices,
        verdicts: question.verdicts,
        effects: effects(question),
        not_known: question.not_known,
        // Wards of several hospitals are called alike.
        of: organisations.get(&question.zone_of).cloned().unwrap_or_default(),
        component: question.component.clone(),
        written: Vec::new(),
        above: String::new(),
        asker: match question.kind {
            Kind::Component => format!("an SBOM, of {}", question.component),
            Kind::Fact(_) | Kind::Device(_) => "the priority table".to_owned(),
        },
        what: words::question_kind(question.kind),
        shown: number(question.devices),
        more: if more > 0 { format!("and {more} more") } else { String::new() },
        address: format!("/questions/{}", question.key),
        leads: devices_of(question, None),
        advisories: asked.into_iter().take(ADVISORIES_MAX).map(Named::advisory).collect(),
    }
}

fn facets(
    all: &[Question],
    organisations: &BTreeMap<i64, String>,
    asked: &Asked,
) -> Vec<Facet> {
    let kinds = values(all, asked, "kind", &asked.kind, |question| {
        vec![(
            question.kind.word().to_owned(),
            words::question_kind(question.kind).to_owned(),
        )]
    });
    let mut facets = vec![facet(("kind", "Kind"), kinds)];
    let mut products = values(all, asked, "product", &asked.product, |question| {
        let subject = question.subject();
        vec![(subject.clone(), subject)]
    });
    products.truncate(PRODUCTS_MAX);
    facets.push(facet(("product", "Product or ward"), products));
    if organisations.len() > 1 {
        let held = values(all, asked, "organisation", &asked.organisation, |question| {
            let named = question.organisations.keys();
            named
                .filter_map(|id| Some((id.to_string(), organisations.get(id)?.clone())))
                .collect()
        });
        facets.push(facet(("organisation", "Organisation"), held));
    }
    if all.iter().any(|question| question.not_known > 0) {
        let open = values(all, asked, "state", &asked.state, |question| {
            let is_open = question.not_known == 0;
            let value = ("not_known".to_owned(), "Nobody here knows".to_owned());
            if is_open { Vec::new() } else { vec![value] }
        });
        facets.push(facet(("state", "Somebody else has to be asked"), open));
    }
    facets
}

/// The first values of a property, all that there are to choose from.
fn facet(named: (&'static str, &'static str), values: Vec<Value>) -> Facet {
    let distinct = values.len();
    Facet::new(named, values, distinct, String::new)
}

/// The values of a property with how many questions have each under the other conditions.
fn values(
    all: &[Question],
    asked: &Asked,
    name: &'static str,
    chosen: &str,
    of: impl Fn(&Question) -> Vec<(String, String)>,
) -> Vec<Value> {
    let others = asked.without(name);
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for question in all.iter().filter(|question| others.admits(question)) {
        for value in of(question) {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut values: Vec<((String, String), u64)> = counts.into_iter().collect();
    values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    values
        .into_iter()
        .map(|((value, text), count)| {
            let is_chosen = value == chosen;
            let to = if is_chosen { "" } else { value.as_str() };
            Value {
                label: text,
                count,
                shown: number(count),
                address: asked.address(&[(name, to)]),
                also: String::new(),
                is_chosen,
                value,
            }
        })
        .collect()
}

impl Asked {
    fn without(&self, name: &str) -> Self {
        let mut rest = self.clone();
        match name {
            "kind" => rest.kind.clear(),
            "product" => rest.product.clear(),
            "organisation" => rest.organisation.clear(),
            "state" => rest.state.clear(),
            _ => {}
        }
        rest
    }

    /// Whether a question is among those that are asked for. What is not understood lets
    /// nothing through.
    pub(super) fn admits(&self, question: &Question) -> bool {
        let sought = self.q.trim().to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&sought);
        let is_kind =
            self.kind.is_empty() || Kind::from_word(&self.kind) == Some(question.kind);
        let is_of = self.organisation.is_empty()
            || self
                .organisation
                .parse()
                .is_ok_and(|id: i64| question.organisations.contains_key(&id));
        let is_in_state = match self.state.as_str() {
            "" => true,
            "not_known" => question.not_known > 0,
            _ => false,
        };
        let is_found = sought.is_empty()
            || holds(&question.asked)
            || holds(&question.subject())
            || holds(&question.component)
            || question
                .asked_by
                .iter()
                .any(|by| holds(&by.advisory) || holds(&by.product))
            || question.vulnerabilities.iter().any(|id| holds(id));
        let is_about = self.product.is_empty() || question.subject() == self.product;
        is_kind && is_about && is_of && is_in_state && is_found
    }

    /// The addresses of the same list as files: CSV, and JSON.
    fn exports(&self) -> (String, String) {
        let list = self.address(&[]);
        let file = list.replacen("/questions", "/questions/export", 1);
        let and = if file.contains('?') { "&" } else { "?" };
        (file.clone(), format!("{file}{and}format=json"))
    }

    /// The address with some of its fields changed.
    fn address(&self, changed: &[(&str, &str)]) -> String {
        let fields = [
            ("q", self.q.as_str()),
            ("kind", &self.kind),
            ("product", &self.product),
            ("organisation", &self.organisation),
            ("state", &self.state),
        ];
        let parts = fields.iter().filter_map(|(key, value)| {
            let new = changed.iter().find(|(name, _)| name == key);
            let value = new.map_or(*value, |(_, value)| *value);
            (!value.is_empty()).then(|| format!("{key}={}", encoded(value)))
        });
        match parts.collect::<Vec<_>>().join("&") {
            query if query.is_empty() => "/questions".to_owned(),
            query => format!("/questions?{query}"),
        }
    }
}
