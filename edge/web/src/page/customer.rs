//! What customers ask a maker in its own house: the list, bringing one, answering, and giving the
//! answers back.

pub(crate) mod answer;
pub(crate) mod bring;
pub(crate) mod export;
pub(crate) mod flaw;
pub(crate) mod register;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fleet::encoded;
use operations::customer::{self, CustomerError, is_same};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::CustomerQuestion;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::Fault;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::{Problem, sentence};
use crate::words::{self, counted};

/// Where they lie.
pub(crate) const HOME: &str = "/customers/questions";

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Of which customer; all where it is empty.
    customer: String,
}

impl Asked {
    fn admits(&self, one: &CustomerQuestion) -> bool {
        self.customer.is_empty() || customer::is_called(&self.customer, &one.customer)
    }
}

/// A question, once for all customers that ask it in the same words.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) asked: String,
    pub(crate) about: String,
    pub(crate) customers: Vec<String>,
    pub(crate) builds: String,
    pub(crate) vulnerabilities: String,
    pub(crate) brought: Shown,
    /// In words; empty while it waits.
    pub(crate) said: &'static str,
    pub(crate) note: String,
    pub(crate) answered: Option<Shown>,
    #[serde(skip)]
    pub(crate) address: String,
}

impl Row {
    /// `all` are those that are one question for whoever answers.
    fn of(all: &[&CustomerQuestion], clock: &Clock) -> Option<Self> {
        let first = all.first()?;
        let mut customers: Vec<String> =
            all.iter().map(|one| one.customer.clone()).collect();
        customers.sort();
        customers.dedup();
        Some(Self {
            id: first.id,
            asked: first.asked.clone(),
            about: first.about.clone(),
            customers,
            builds: first.builds.clone(),
            vulnerabilities: first.vulnerabilities.clone(),
            brought: clock.show(&first.brought),
            said: first.said.map(words::said).unwrap_or_default(),
            note: first.note.clone(),
            answered: first.answered.as_deref().map(|at| clock.show(at)),
            address: format!("{HOME}/{}", first.id),
        })
    }

    pub(crate) fn waits(&self) -> bool {
        self.answered.is_none()
    }

    pub(crate) fn who(&self) -> String {
        self.customers.join(", ")
    }
}

/// The questions, each once, in the order in which they are given.
pub(crate) fn rows(all: &[CustomerQuestion], clock: &Clock) -> Vec<Row> {
    let mut groups: Vec<Vec<&CustomerQuestion>> = Vec::new();
    let mut known: BTreeMap<(i64, &str, &str, bool), usize> = BTreeMap::new();
    for one in all {
        let key =
            (one.organisation, one.key.as_str(), one.asked.as_str(), one.said.is_some());
        let at = *known.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            debug_assert!(group.first().is_none_or(|first| is_same(first, one)));
            group.push(one);
        }
    }
    groups.iter().filter_map(|group| Row::of(group, clock)).collect()
}

#[derive(Template, Serialize)]
#[template(path = "customer/list.html")]
struct List {
    sentence: String,
    customers: Vec<Customer>,
    questions: Vec<Row>,
    /// How many there are in all.
    total: usize,
    /// The cursor behind the last of these; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    asked: Asked,
    /// Whether whoever looks may bring a list.
    #[serde(skip)]
    may_bring: bool,
}

/// A customer, and how far its questions are.
#[derive(Serialize)]
struct Customer {
    name: String,
    waiting: usize,
    answered: usize,
    #[serde(skip)]
    address: String,
    /// Where its answers are taken away; empty where whoever looks may not.
    #[serde(skip)]
    export: String,
}

impl List {
    fn waiting(&self) -> impl Iterator<Item = &Row> {
        self.questions.iter().filter(|one| one.waits())
    }

    fn answered(&self) -> impl Iterator<Item = &Row> {
        self.questions.iter().filter(|one| !one.waits())
    }

    /// Whether answers may be taken away.
    fn gives_back(&self) -> bool {
        self.customers.iter().any(|one| !one.export.is_empty())
    }

    fn any_waits(&self) -> bool {
        self.waiting().next().is_some()
    }

    fn any_answered(&self) -> bool {
        self.answered().next().is_some()
    }
}

impl Show for List {
    fn title(&self) -> String {
        match self.asked.customer.is_empty() {
            true => "Questions of customers".to_owned(),
            false => format!("Questions of {}", self.asked.customer),
        }
    }
}

/// `GET /customers/questions`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let all = customer::asked(&house.app, &by).await?;
    let customers = customers(&all, &by);
    let shown: Vec<CustomerQuestion> =
        all.into_iter().filter(|one| asked.admits(one)).collect();
    let questions = rows(&shown, face.clock());
    let is_maker = !customer::makers(&house.app, &by).await?.is_empty();
    let waiting = questions.iter().filter(|one| one.waits()).count();
    let sentence = match (questions.len(), waiting) {
        (0, _) if !is_maker => {
            "Customers ask a maker in its own house, and nobody here is one for whom you \
             answer."
                .to_owned()
        }
        (0, _) => "No customer has asked you anything yet.".to_owned(),
        (_, 0) => "Everything that customers asked is answered.".to_owned(),
        (_, count) => format!(
            "{} for an answer.",
            counted(count, "question waits", "questions wait")
        ),
    };
    let Stretch { rows: questions, total, next, pages } =
        wanted.of(HOME, questions, |one| {
            let waits = i64::from(!one.waits());
            let brought = one.brought.stored.as_str();
            Place::default().number(waits).backwards(brought).number(one.id)
        });
    let may_bring = is_maker;
    let shown =
        List { sentence, customers, questions, total, next, pages, asked, may_bring };
    face.show(&shown)
}

fn customers(all: &[CustomerQuestion], by: &Actor) -> Vec<Customer> {
    let may_export = by.may(Permission::ExportDevices);
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in all {
        let (waiting, answered) = counts.entry(&one.customer).or_default();
        *(if one.said.is_none() { waiting } else { answered }) += 1;
    }
    let customer = |(name, (waiting, answered)): (&str, (usize, usize))| Customer {
        address: format!("{HOME}?customer={}", encoded(name)),
        export: match may_export {
            true => format!("{HOME}/export?customer={}", encoded(name)),
            false => String::new(),
        },
        name: name.to_owned(),
        waiting,
        answered,
    };
    counts.into_iter().map(customer).collect()
}

/// What was typed that cannot be taken is a fault of its field.
impl From<CustomerError> for Problem {
    fn from(error: CustomerError) -> Self {
        let wrong = |field, error: &CustomerError| {
            Self::wrong_fields(vec![Fault::new(field, sentence(&error.to_string()))])
        };
        match error {
            CustomerError::NotAMaker => wrong("organisation", &error),
            CustomerError::Nobody => {
                Self::wrong_fields(vec![Fault::new("customer", "Enter who asks.")])
            }
            CustomerError::Long(most) if most < 1000 => wrong("customer", &error),
            CustomerError::Long(_) => wrong("note", &error),
            CustomerError::Line(..) | CustomerError::ManyLines(_) => {
                wrong("customers", &error)
            }
            CustomerError::NobodyTold => Self::wrong_fields(vec![Fault::new(
                "customers",
                "Choose who was told and had not heard of it.",
            )]),
            CustomerError::Unread(_) => {
                Self::new(axum::http::StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next("Load the page again: forty more are looked into each time.")
            }
            CustomerError::Day => wrong("told", &error),
            CustomerError::Bill(error) => (*error).into(),
            CustomerError::Store(error) => error.into(),
        }
    }
}
