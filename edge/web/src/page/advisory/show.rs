//! One advisory: what it says, and whom it touches.

use std::collections::BTreeMap;

use advisory::Record;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::{Column, Filter, encoded};
use matching::Verdict;
use matching::device::extent::{Bound, End, Span};
use matching::device::leaf::{Leaf, Versions};
use operations::Actor;
use operations::fleet::{About, Holdings, NoSuchSet, Set, holdings, scope};
use operations::judging::Advisories;
use operations::vulnerability::Urgency;
use serde::Serialize;
use worklist::Known;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::advisory::Gone;
use crate::page::device::{devices_of, web_address};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words;

/// Wards and makers that are named.
const NAMED: usize = 8;

#[derive(Template, Serialize)]
#[template(path = "advisory/show.html")]
struct One {
    id: String,
    title: String,
    sentence: Sentence,
    issuer: String,
    published: Shown,
    revised: Shown,
    vulnerabilities: Vec<Flaw>,
    products: Vec<Product>,
    remedies: Vec<Remedy>,
    touched: Counted,
}

/// A vulnerability that it speaks about.
#[derive(Serialize)]
struct Flaw {
    id: String,
    title: String,
    severity: String,
    exploited: bool,
    #[serde(skip)]
    address: String,
}

/// A product as it is named, and which versions were read.
#[derive(Serialize)]
struct Product {
    name: String,
    versions: String,
    place: String,
}

/// What it tells to do.
#[derive(Serialize)]
struct Remedy {
    kind: &'static str,
    text: String,
    url: String,
    /// For which products, if not for all.
    products: String,
}

/// Whom it touches, within what whoever asks may see.
#[derive(Serialize)]
pub(crate) struct Counted {
    pub(crate) verdicts: Vec<OfVerdict>,
    pub(crate) wards: Vec<Group>,
    pub(crate) makers: Vec<Group>,
}

/// How many devices have a verdict.
#[derive(Serialize)]
pub(crate) struct OfVerdict {
    pub(crate) verdict: Mark,
    pub(crate) count: u64,
    #[serde(skip)]
    pub(crate) shown: String,
    #[serde(skip)]
    pub(crate) address: String,
}

/// How many of the affected devices, and those of which nobody can tell, are where.
#[derive(Serialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) count: u64,
    #[serde(skip)]
    pub(crate) shown: String,
    #[serde(skip)]
    pub(crate) address: String,
}

impl Show for One {
    fn title(&self) -> String {
        match self.title.is_empty() {
            true => self.id.clone(),
            false => format!("{} · {}", self.id, self.title),
        }
    }
}

/// `GET /advisories/{id}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let held = holdings(&house.app, by.head).await?;
    let known = held.advisories.clone();
    let at = known
        .as_ref()
        .and_then(|known| known.records.iter().position(|record| record.id == id));
    let found = known.as_ref().zip(at);
    let found = found.and_then(|(known, at)| Some((known, at, known.records.get(at)?)));
    let Some((known, at, record)) = found else {
        drop(held);
        return left(face, &house, &by, known.as_deref(), &id).await;
    };
    let touched = counted(&held, &scope(&by), &About::Advisory(id.clone()))?;
    drop(held);
    let shown = made(known, at, record, touched, face.clock());
    face.show(&shown)
}

/// Where the number of an advisory leads that is not in use: to what is left of it, or to the
/// vulnerability that it names.
async fn left(
    face: Face,
    house: &House,
    by: &Actor,
    known: Option<&Advisories>,
    id: &str,
) -> Result<Response, Problem> {
    let absent = || Problem::not_found("advisory", id);
    let taken_back = known.is_some_and(|known| known.taken_back(id).is_some());
    if !taken_back && known.is_some_and(|known| known.mentions(id)) {
        return Ok(face.done(&format!("/vulnerabilities/{}", encoded(id))));
    }
    let gone = Gone::advisory(&house.app, by, known, id, face.clock()).await?;
    face.show(&gone.ok_or_else(absent)?)
}

fn made(
    known: &Advisories,
    at: usize,
    record: &Record,
    touched: Counted,
    clock: &Clock,
) -> One {
    let index = known.file.index().ok();
    let flaws = record.vulnerabilities.iter().filter_map(|entry| {
        let id = entry.ids.first()?;
        let urgency = index.as_ref().map(|index| Urgency::of(id, index));
        let score = urgency.as_ref().and_then(Urgency::cvss);
        Some(Flaw {
            id: id.clone(),
            title: flaw_title(known, record, &entry.title, id),
            severity: score.map(|score| format!("{score:.1}")).unwrap_or_default(),
            exploited: urgency.is_some_and(|urgency| urgency.exploited == Known::Yes),
            address: format!("/vulnerabilities/{}", encoded(id)),
        })
    });
    One {
        id: record.id.clone(),
        title: record.title.clone(),
        sentence: sentence(record, &touched),
        issuer: record.publisher.clone(),
        published: clock.show_day(&record.published),
        revised: clock.show_day(&record.modified),
        vulnerabilities: flaws.collect(),
        products: products(known, at, record),
        remedies: remedies(record),
        touched,
    }
}

/// What a flaw is called, if it is called otherwise than its advisory or its number.
fn flaw_title(known: &Advisories, record: &Record, own: &str, id: &str) -> String {
    let title = if own.is_empty() { known.title(id) } else { own.to_owned() };
    let tells = title != record.title && title != id;
    if tells { title } else { String::new() }
}

fn sentence(record: &Record, touched: &Counted) -> Sentence {
    let of = |wanted: Verdict| {
        touched.verdicts.iter().find(|one| one.verdict == Mark::verdict(Some(wanted)))
    };
    let flaws = words::counted(record.vulnerabilities.len(), "flaw", "flaws");
    let begin = Sentence::new(format!("It speaks about {flaws}; "));
    let begin = match of(Verdict::Affected) {
        Some(one) => begin
            .link(
                words::devices(one.count, "of yours is", "of yours are"),
                one.address.clone(),
            )
            .then(" affected"),
        None => begin.then("no device of yours is known to be affected"),
    };
    match of(Verdict::CannotTell) {
        Some(one) => begin
            .then(", and of ")
            .link(words::number(one.count), one.address.clone())
            .then(" nobody can tell."),
        None => begin.then("."),
    }
}

/// The products that it speaks of, with their versions as they were read.
fn products(known: &Advisories, at: usize, record: &Record) -> Vec<Product> {
    let read: BTreeMap<usize, &Leaf> =
        known.leaves(at).map(|leaf| (leaf.product, leaf)).collect();
    let products = record.products.iter().enumerate();
    products
        .filter(|(_, product)| !product.statuses.is_empty())
        .map(|(at, product)| Product {
            name: product.name.clone(),
            place: product.place.to_string(),
            versions: match read.get(&at) {
                Some(leaf) => versions(leaf),
                None => "not compared with devices".to_owned(),
            },
        })
        .collect()
}

/// Which versions of a leaf are meant, in words.
pub(crate) fn versions(leaf: &Leaf) -> String {
    let listed = |spans: &[Span]| spans.iter().map(span).collect::<Vec<_>>().join("; ");
    let mut words = match &leaf.versions {
        Versions::All => "every version".to_owned(),
        Versions::Some(spans, None) => listed(spans),
        Versions::Some(spans, Some(others)) => {
            format!("{}, and at once {}", listed(spans), listed(others))
        }
        Versions::Unreadable(text) => format!("not readable by a rule: {text}"),
    };
    if !leaf.maybe.is_empty() {
        words.push_str(&format!("; perhaps {}", listed(&leaf.maybe)));
    }
    if !leaf.without.is_empty() {
        words.push_str(&format!("; not {}", listed(&leaf.without)));
    }
    for condition in &leaf.conditions {
        words.push_str(&format!("; {}", condition.written));
    }
    words
}

fn span(span: &Span) -> String {
    match span {
        Span::Listed(_, text) => text.clone(),
        Span::Between { lower, upper } => {
            let lower = lower.as_ref().map(|bound| match bound {
                Bound { end: End::In, text, .. } => format!("from {text}"),
                Bound { text, .. } => format!("after {text}"),
            });
            let upper = upper.as_ref().map(|bound| match bound {
                Bound { end: End::In, text, .. } => format!("up to and including {text}"),
                Bound { text, .. } => format!("before {text}"),
            });
            let bounds: Vec<String> = lower.into_iter().chain(upper).collect();
            if bounds.is_empty() { "every version".to_owned() } else { bounds.join(" ") }
        }
    }
}

fn remedies(record: &Record) -> Vec<Remedy> {
    let mut shown: Vec<Remedy> = Vec::new();
    for remedy in &record.remediations {
        // One text for each of ten vulnerabilities is one thing to do.
        if shown.iter().any(|one| one.text == remedy.text) {
            continue;
        }
        let products = remedy.products.iter();
        let names = products.filter_map(|at| record.products.get(*at));
        let names: Vec<&str> = names.map(|product| product.name.as_str()).collect();
        let all = names.is_empty() || names.len() == record.products.len();
        shown.push(Remedy {
            kind: words::remedy(remedy.kind),
            text: remedy.text.clone(),
            url: web_address(&remedy.url),
            products: if all { String::new() } else { names.join("; ") },
        });
    }
    shown
}

/// How many devices something touches, by verdict, ward and maker.
pub(crate) fn counted(
    held: &Holdings,
    scope: &fleet::Scope,
    about: &About,
) -> Result<Counted, NoSuchSet> {
    let mut verdicts = Vec::new();
    for verdict in Verdict::ALL {
        let set = Set::Touched(about.clone(), Some(verdict)).to_string();
        let count = held.view(scope, &Filter::default().among(&set))?.total();
        if count > 0 {
            verdicts.push(OfVerdict {
                verdict: Mark::verdict(Some(verdict)),
                count,
                shown: words::number(count),
                address: devices_of(about, Some(verdict)),
            });
        }
    }
    let set = Set::Touched(about.clone(), Some(Verdict::Affected)).to_string();
    let affected = Filter::default().among(&set);
    let view = held.view(scope, &affected)?;
    let groups = |column: Column| -> Vec<Group> {
        let values = view.facets(column, NAMED).values.into_iter();
        values
            .map(|facet| {
                let filter = affected.clone().is(column, &facet.value);
                Group {
                    name: words::value(column, &facet.label),
                    count: facet.count,
                    shown: words::number(facet.count),
                    address: format!("/devices?{}", filter.unwrap_or_default()),
                }
            })
            .collect()
    };
    Ok(Counted {
        wards: groups(Column::Department),
        makers: groups(Column::Maker),
        verdicts,
    })
}
