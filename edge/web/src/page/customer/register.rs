//! The list of a maker's customers: which products each has, what it asks, what it has yet to
//! hear of.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use operations::customer::{self, CustomerError, Telling, telling};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Customer, CustomerQuestion};

use super::flaw;
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Faults};
use crate::form::Kept;
use crate::page::stretch::{Pages, Place as At, Stretch, Wanted};
use crate::parts::Place;
use crate::problem::Problem;
use crate::words::counted;

/// Where they lie.
pub(crate) const HOME: &str = "/customers";

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typing {
    organisation: String,
    customers: String,
}

#[derive(Template, Serialize)]
#[template(path = "customer/register.html")]
struct Register {
    sentence: String,
    unread: String,
    customers: Vec<Row>,
    /// How many there are in all.
    total: usize,
    /// The cursor behind the last of these; `after` of the next page.
    next: Option<String>,
    /// Who asked something and is not listed.
    unlisted: Vec<String>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    form: Option<Form>,
}

/// A customer.
#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    /// Which products it has; all of them where none is named.
    products: Vec<String>,
    /// How many of its questions wait.
    waiting: usize,
    /// Of how many flaws it has yet to hear.
    to_hear: usize,
    added: Shown,
    #[serde(skip)]
    questions: String,
    #[serde(skip)]
    flaws: String,
    /// Whether whoever looks may take it off the list.
    #[serde(skip)]
    can_go: bool,
}

impl Row {
    fn has(&self) -> String {
        match self.products.is_empty() {
            true => "all products".to_owned(),
            false => self.products.join(", "),
        }
    }
}

struct Form {
    token: String,
    faults: Faults,
    organisation: Choice,
    customers: String,
    fault: String,
}

impl Show for Register {
    fn title(&self) -> String {
        "Customers".to_owned()
    }
}

/// `GET /customers`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let page = page(&house, &by, (&wanted, None), face.clock()).await?;
    face.show(&page)
}

/// `POST /customers`: lists customers, one on each line.
pub(crate) async fn add(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Kept(typing): Kept<Typing>,
) -> Result<Response, Problem> {
    let place = typing.organisation.trim();
    let added = match place.parse() {
        Ok(place) => customer::list(&house.app, &by, place, &typing.customers)
            .await
            .map_err(problem),
        Err(_) => Err(problem(CustomerError::NotAMaker)),
    };
    match added {
        Ok(_) => Ok(face.done(HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let wanted = Wanted::first(crate::page::stretch::ROWS);
            let again = Some((&typing, &problem));
            let page = page(&house, &by, (&wanted, again), face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

/// Here the field with the list is at fault, whatever it is.
fn problem(error: CustomerError) -> Problem {
    let mut problem = Problem::from(error);
    for fault in problem.faults.iter_mut().filter(|fault| fault.field != "organisation") {
        fault.field = "customers".into();
    }
    problem
}

/// `POST /customers/{customer}/removed`: takes it off the list.
pub(crate) async fn remove(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(customer): Path<String>,
) -> Result<Response, Problem> {
    let id = customer.parse().map_err(|_| Problem::not_found("customer", &customer))?;
    customer::remove(&house.app, &by, id).await?;
    Ok(face.done(HOME))
}

type Again<'a> = Option<(&'a Typing, &'a Problem)>;

async fn page(
    house: &House,
    by: &Actor,
    (wanted, again): (&Wanted, Again<'_>),
    clock: &Clock,
) -> Result<Register, Problem> {
    let app = &house.app;
    let all = telling(app, by, clock.today()).await?;
    let questions = customer::asked(app, by).await?;
    let mut to_hear: BTreeMap<i64, usize> = BTreeMap::new();
    for one in all.flaws.iter().flat_map(|flaw| &flaw.untold) {
        *to_hear.entry(one.customer).or_default() += 1;
    }
    let scope = by.scope(Permission::AnswerQuestions);
    let row = |one: &Customer| {
        let own = |it: &&CustomerQuestion| {
            it.organisation == one.organisation
                && customer::is_called(&it.customer, &one.name)
        };
        let asked: Vec<&CustomerQuestion> = questions.iter().filter(own).collect();
        let products = one.products.iter().filter_map(|id| all.products.get(id).cloned());
        Row {
            id: one.id,
            products: products.collect(),
            waiting: asked.iter().filter(|it| it.said.is_none()).count(),
            to_hear: to_hear.get(&one.id).copied().unwrap_or(0),
            added: clock.show(&one.added),
            questions: asked.first().map_or_else(String::new, |it| {
                format!("{}?customer={}", super::HOME, fleet::encoded(&it.customer))
            }),
            flaws: format!("{}?customer={}", flaw::HOME, one.id),
            can_go: scope.admits(&one.path),
            name: one.name.clone(),
        }
    };
    let rows: Vec<Row> = all.customers.values().map(row).collect();
    let sentence = sentence(&rows, &all);
    // Also whoever was taken off the list is known: nobody is offered again by itself.
    let known = customer::customers(app, by).await?;
    let is_known = |one: &CustomerQuestion| {
        known.iter().any(|it| {
            it.organisation == one.organisation
                && customer::is_called(&it.name, &one.customer)
        })
    };
    let unlisted: BTreeSet<String> = questions
        .iter()
        .filter(|one| !is_known(one))
        .map(|one| one.customer.clone())
        .collect();
    let form = form(house, by, again).await?;
    let Stretch { rows, total, next, pages } = wanted.of(HOME, rows, |one| {
        At::default()
            .number(i64::from(one.to_hear == 0))
            .text(one.name.as_str())
            .number(one.id)
    });
    Ok(Register {
        sentence,
        unread: flaw::unread(all.unread),
        customers: rows,
        total,
        next,
        unlisted: unlisted.into_iter().collect(),
        pages,
        form,
    })
}

fn sentence(rows: &[Row], telling: &Telling) -> String {
    let waiting = rows.iter().filter(|one| one.to_hear > 0).count();
    let all = counted(rows.len(), "customer", "customers");
    match (rows.len(), waiting) {
        (0, _) => {
            "No customer is listed yet: say who they are, and you see here who must \
                   hear of what."
                .to_owned()
        }
        (_, _) if !telling.has_index => format!(
            "{all}. No index of advisories is in use here, so nothing is known of which they \
             must hear."
        ),
        (_, 0) => {
            format!(
                "{all}, all of whom have heard of what {} to carry.",
                flaw::among(telling)
            )
        }
        (_, waiting) => {
            format!("{all}; {waiting} must hear of flaws that releases carry.")
        }
    }
}

/// The form in which customers are listed, for whoever may.
async fn form(
    house: &House,
    by: &Actor,
    again: Again<'_>,
) -> Result<Option<Form>, Problem> {
    let makers = customer::makers(&house.app, by).await?;
    if makers.is_empty() || !by.may(Permission::AnswerQuestions) {
        return Ok(None);
    }
    let faults = again.map(|(_, problem)| problem.faults.as_slice()).unwrap_or_default();
    let typed = again.map(|(typing, _)| typing);
    let chosen = typed.map_or("", |typing| typing.organisation.as_str());
    let options = Place::options(&makers);
    let fault = faults.iter().find(|fault| fault.field == "customers");
    Ok(Some(Form {
        token: by.form_token.clone(),
        faults: again.map_or_else(Faults::none, |(_, problem)| Faults::of(problem)),
        organisation: Choice::new("organisation", "Whose customers", options, chosen)
            .judged(faults),
        customers: typed.map_or_else(String::new, |typing| typing.customers.clone()),
        fault: fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
    }))
}
