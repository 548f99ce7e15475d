//! How long software is supported: the tables that were brought, with their age, and what they
//! say of the components of an SBOM.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use lifecycle::Standing;
use operations::Actor;
use operations::life_cycle::{
    Life, LifeCycleError, bring, may_bring, of_bills, supplement, tables, withdraw,
};
use serde::Serialize;
use store::{LifeCycleTable, Scope};
use terms::Day;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds};
use crate::page::supplier::{day, number};
use crate::parts::{self, Asked, Form, Takes};
use crate::problem::{Problem, sentence as ended};
use crate::words::{counted, who};

/// Where they lie.
const HOME: &str = "/life-cycles";
/// Components that a page shows; JSON has them all.
const SHOWN_MAX: usize = 50;

#[derive(Template, Serialize)]
#[template(path = "life_cycle/list.html")]
struct List {
    sentence: String,
    /// How many products the program itself tells of.
    supplement: usize,
    tables: Vec<Row>,
    /// Whose a table is that somebody brings.
    organisation: i64,
    #[serde(skip)]
    house: String,
    #[serde(skip)]
    can_bring: bool,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    form: Form,
    #[serde(skip)]
    as_of: Field,
}

/// A table that was brought.
#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    as_of: Option<Shown>,
    products: i64,
    cycles: i64,
    set_aside: i64,
    brought: Shown,
    by: String,
    /// `counts`, `replaced` or `withdrawn`.
    stands: &'static str,
}

impl Row {
    fn words(&self) -> &'static str {
        match self.stands {
            "counts" => "counts",
            "replaced" => "a newer one took its place",
            _ => "was taken back",
        }
    }

    fn is_withdrawn(&self) -> bool {
        self.stands == "withdrawn"
    }
}

impl Show for List {
    fn title(&self) -> String {
        "How long software is supported".to_owned()
    }
}

impl From<LifeCycleError> for Problem {
    fn from(error: LifeCycleError) -> Self {
        match error {
            LifeCycleError::NotAllowed => {
                Self::new(StatusCode::FORBIDDEN, ended(&error.to_string()))
            }
            LifeCycleError::Wrong(field, what) => {
                Self::wrong_fields(vec![Fault::new(field, format!("This is {what}."))])
            }
            LifeCycleError::Rejected(rejected) => parts::refused("The file", &rejected),
            LifeCycleError::CutShort(error) => Self::ours(error.to_string()),
            LifeCycleError::Fleet(error) => error.into(),
            LifeCycleError::Store(error) => error.into(),
        }
    }
}

const ASKED: Asked = Asked {
    takes: Takes::LifeCycles,
    organisation: "Choose whose table it is.",
    file: "Choose the file.",
    smaller: "Bring the products that you have, in an archive.",
};

/// `GET /life-cycles`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let clock = face.clock().clone();
    face.show(&page(&house, &by, &clock, ("", None)).await?)
}

/// `POST /life-cycles`: brings a table, which counts from now on.
pub(crate) async fn send(
    face: Face,
    State(house): State<House>,
    By(by): By,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut typed = BTreeMap::new();
    match keep(&house, &by, parts, &mut typed).await {
        Ok(()) => Ok(face.done(HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let clock = face.clock().clone();
            let as_of = typed.get("as_of").map_or("", String::as_str);
            let page = page(&house, &by, &clock, (as_of, Some(&problem))).await?;
            face.again(&page, problem)
        }
    }
}

async fn keep(
    house: &House,
    by: &Actor,
    parts: Result<Multipart, MultipartRejection>,
    typed: &mut BTreeMap<String, String>,
) -> Result<(), Problem> {
    let arrived = parts::arrive_with(parts, &ASKED, typed).await?;
    let as_of = typed.get("as_of").map_or("", String::as_str);
    let told = (arrived.place, arrived.name.as_str(), as_of);
    match bring(&house.app, by, told, arrived.parcel).await {
        Ok(_) => Ok(()),
        Err(LifeCycleError::Rejected(rejected)) => {
            Err(parts::refused(&arrived.name, &rejected))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /life-cycles/{table}/withdrawn`: it counts no more.
pub(crate) async fn withdrawn(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(table): Path<String>,
) -> Result<Response, Problem> {
    withdraw(&house.app, &by, number("table of life cycles", &table)?).await?;
    Ok(face.done(HOME))
}

async fn page(
    house: &House,
    by: &Actor,
    clock: &Clock,
    (as_of, problem): (&str, Option<&Problem>),
) -> Result<List, Problem> {
    let all = tables(&house.app, by).await?;
    let people: Vec<i64> = all.iter().map(|one| one.brought_by).collect();
    let names = house.app.store.names_of(by.head, &people).await?;
    let counting = all.iter().find(|one| one.withdrawn.is_none()).map(|one| one.id);
    let rows: Vec<Row> = all
        .iter()
        .map(|one| row(one, counting, who(names.get(&one.brought_by)), clock))
        .collect();
    // Its name stands above every page of the house.
    let top = house.app.store.organisation(&Scope::whole(by.head), by.head).await?;
    Ok(List {
        sentence: sentence(rows.iter().find(|row| row.stands == "counts")),
        supplement: supplement(),
        tables: rows,
        organisation: by.head,
        house: top.name,
        can_bring: may_bring(&house.app, by).await?,
        faults: problem.map_or_else(Faults::none, Faults::of),
        form: Form::new(Takes::LifeCycles, by, problem),
        as_of: Field::new("as_of", "Of which day it is", Holds::Day)
            .hint("Empty where nobody knows: its age is told from it.")
            .typed(as_of)
            .judged(parts::faults(problem)),
    })
}

fn row(one: &LifeCycleTable, counting: Option<i64>, by: String, clock: &Clock) -> Row {
    let day = |day: &String| clock.show_day(&format!("{day}T00:00:00Z"));
    Row {
        id: one.id,
        name: one.name.clone(),
        as_of: one.as_of.as_ref().map(day),
        products: one.products,
        cycles: one.cycles,
        set_aside: one.set_aside,
        brought: clock.show(&one.brought),
        by,
        stands: match (&one.withdrawn, counting == Some(one.id)) {
            (Some(_), _) => "withdrawn",
            (None, true) => "counts",
            (None, false) => "replaced",
        },
    }
}

fn sentence(counts: Option<&Row>) -> String {
    let Some(row) = counts else {
        return "Nobody has brought a table of endoflife.date: the supplement in the program \
                alone tells how long software is supported."
            .to_owned();
    };
    let products =
        counted(usize::try_from(row.products).unwrap_or(0), "product", "products");
    match &row.as_of {
        Some(day) => format!(
            "A table of endoflife.date of {} ({}) tells of {products}.",
            day.text, day.age
        ),
        None => format!(
            "A table of endoflife.date of an unknown day, brought {}, tells of {products}.",
            row.brought.age
        ),
    }
}

/// What is known of the support of what SBOMs list.
#[derive(Template, Serialize)]
#[template(path = "life_cycle/support.html")]
pub(crate) struct Support {
    sentence: String,
    /// Those that SBOMs list.
    listed: usize,
    /// Those of which anything is known, what asks most first.
    components: Vec<Component>,
}

impl askama::filters::HtmlSafe for Support {}

/// A component of which something is known.
#[derive(Serialize)]
struct Component {
    name: String,
    version: String,
    /// What it is, with its cycle.
    product: String,
    /// `ended`, `ends_in_use` where somebody has to pay, `cannot_tell` or `goes_on`.
    standing: &'static str,
    ends: Option<String>,
    /// Until when support is to be had that is paid for besides.
    paid_until: Option<String>,
    /// What would have to be known; empty where it is.
    unknown: String,
    source: String,
}

impl Component {
    fn of(life: &Life, today: Day) -> Self {
        Self {
            name: life.component.clone(),
            version: life.version.clone(),
            product: life.product.clone(),
            standing: life.standing(today).word(),
            ends: life.ends().map(|day| day.to_string()),
            paid_until: life.paid_until().map(|day| day.to_string()),
            unknown: life.unknown().to_owned(),
            source: life.source.clone(),
        }
    }

    fn is_over(&self) -> bool {
        self.standing == Standing::Ended.word()
    }

    fn words(&self) -> String {
        let paid = match &self.paid_until {
            Some(until) => format!("; for whoever pays, until {}", day(until)),
            None => String::new(),
        };
        match (&self.ends, self.is_over(), self.unknown.as_str()) {
            (_, _, unknown) if !unknown.is_empty() => {
                format!("cannot tell: to be known is {unknown}")
            }
            (Some(ends), true, _) => format!("on {}{paid}", day(ends)),
            (Some(ends), false, _) => format!("until {}{paid}", day(ends)),
            (None, true, _) => "nobody says when".to_owned(),
            (None, false, _) => format!("it is supported, and no end is told{paid}"),
        }
    }
}

impl Support {
    /// What is known of SBOMs that the actor was shown to see; none where there is none, or
    /// none was read yet.
    pub(crate) async fn of(
        house: &House,
        by: &Actor,
        bills: &[i64],
    ) -> Result<Option<Self>, Problem> {
        if bills.is_empty() {
            return Ok(None);
        }
        let lives = of_bills(&house.app, by, bills).await?;
        let Ok(today) = terms::date::day(&house.app.today()) else { return Ok(None) };
        if lives.is_empty() {
            return Ok(None);
        }
        let listed = lives.values().map(|one| one.listed).sum();
        let mut known: Vec<&Life> = lives.values().flat_map(|one| &one.known).collect();
        known.sort_by_cached_key(|life| {
            let ends = life.ends().map(|day| day.to_string());
            let named = (life.component.clone(), life.version.clone());
            (life.standing(today), ends.is_none(), ends, named)
        });
        known.dedup();
        let components: Vec<Component> =
            known.iter().map(|life| Component::of(life, today)).collect();
        Ok(Some(Self { sentence: told(&components, listed), listed, components }))
    }

    fn first(&self) -> &[Component] {
        self.components.get(..SHOWN_MAX).unwrap_or(&self.components)
    }

    fn left(&self) -> usize {
        self.components.len().saturating_sub(SHOWN_MAX)
    }
}

/// What is said first. That no end is known is never that there is none.
fn told(components: &[Component], listed: usize) -> String {
    let of = |standing: Standing| {
        components.iter().filter(|one| one.standing == standing.word()).count()
    };
    let all = counted(listed, "component", "components");
    let open = listed.saturating_sub(of(Standing::Ended) + of(Standing::GoesOn));
    let open = match open {
        0 => String::new(),
        open => format!(" Of {open} nobody can tell how long."),
    };
    match of(Standing::Ended) {
        0 => format!("Of {all} none is known to be without support.{open}"),
        over => format!("{over} of {all} nobody supports any longer.{open}"),
    }
}
