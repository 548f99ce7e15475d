//! What a maker's customers must hear of: which releases carry which flaw, who has heard of it,
//! and until when the rest does.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use fleet::encoded;
use jiff::civil::Date;
use operations::customer::{self, CarriedFlaw, Hearer, NewTelling, Telling, telling};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::CustomerTold;

use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::page::stretch::{Pages, Place, Stretch, Wanted};
use crate::problem::Problem;
use crate::words::counted;

/// Where they lie.
pub(crate) const HOME: &str = "/customers/flaws";

/// What is late: that customers hear of it, or that it is fixed.
const TELLING: &str = "telling";
const FIXING: &str = "fixing";

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Which: `waiting`, `to_tell`, `late` (customers should have heard), `unfixed` (a release
    /// without it should be there) or `all`; those that wait where it is empty.
    state: String,
    /// What a customer has yet to hear of, by its number.
    customer: String,
}

/// Which flaws a list shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// A time is running.
    Waiting,
    /// A listed customer has yet to hear of it.
    ToTell,
    /// The time until customers hear of it is over.
    Late,
    /// The time until it is fixed is over.
    Unfixed,
    All,
}

impl Asked {
    fn which(&self) -> Result<Which, Problem> {
        match self.state.as_str() {
            "" | "waiting" => Ok(Which::Waiting),
            "to_tell" => Ok(Which::ToTell),
            "late" => Ok(Which::Late),
            "unfixed" => Ok(Which::Unfixed),
            "all" => Ok(Which::All),
            _ => {
                let mend = "Ask for `waiting`, `to_tell`, `late`, `unfixed` or `all`, or \
                            leave it out.";
                Err(Problem::wrong_fields(vec![Fault::new("state", mend)]))
            }
        }
    }

    fn customer(&self) -> Result<Option<i64>, Problem> {
        match self.customer.as_str() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| Problem::not_found("customer", id)),
        }
    }
}

impl Which {
    fn has(self, flaw: &CarriedFlaw, today: Date) -> bool {
        match self {
            Self::Waiting => flaw.runs(),
            Self::ToTell => !flaw.untold.is_empty(),
            Self::Late => flaw.is_told_late(today),
            Self::Unfixed => flaw.is_fixed_late(today),
            Self::All => true,
        }
    }
}

/// A flaw that releases of one product carry.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) vulnerability: String,
    pub(crate) title: String,
    pub(crate) exploited: bool,
    pub(crate) score: Option<f64>,
    pub(crate) product: i64,
    pub(crate) product_name: String,
    /// The releases that carry it.
    pub(crate) releases: Vec<String>,
    /// From which day on the times are counted.
    pub(crate) since: Date,
    pub(crate) tell_by: Date,
    pub(crate) fix_by: Date,
    /// How many customers have yet to hear of it.
    pub(crate) untold: usize,
    pub(crate) told: usize,
    /// What should have happened already: `telling`, `fixing`.
    pub(crate) late: Vec<&'static str>,
    /// Later releases whose SBOMs list the component, and are known not to carry it.
    pub(crate) free: Vec<String>,
    /// Releases of which nobody can tell.
    pub(crate) unclear: Vec<String>,
    #[serde(skip)]
    pub(crate) address: String,
}

impl Row {
    pub(crate) fn of(flaw: &CarriedFlaw, today: Date) -> Self {
        let versions =
            |all: &[store::Release]| all.iter().map(|one| one.version.clone()).collect();
        Self {
            title: flaw.title.clone(),
            exploited: flaw.exploited,
            score: flaw.score,
            product: flaw.product.id,
            product_name: flaw.product.name.clone(),
            releases: flaw.versions().into_iter().map(str::to_owned).collect(),
            since: flaw.since(),
            tell_by: flaw.tell_by(),
            fix_by: flaw.fix_by(),
            untold: flaw.untold.len(),
            told: flaw.told.len(),
            late: [
                (TELLING, flaw.is_told_late(today)),
                (FIXING, flaw.is_fixed_late(today)),
            ]
            .into_iter()
            .filter_map(|(what, is_late)| is_late.then_some(what))
            .collect(),
            free: versions(&flaw.free),
            unclear: versions(&flaw.unclear),
            address: address(flaw),
            vulnerability: flaw.vulnerability.clone(),
        }
    }

    /// Who has yet to hear of it, in words.
    pub(crate) fn whom(&self) -> String {
        match (self.untold, self.told) {
            (0, 0) => "no customer is listed who has it".to_owned(),
            (0, told) => {
                counted(told, "customer has heard of it", "customers have heard of it")
            }
            (untold, 0) => counted(untold, "customer", "customers"),
            (untold, told) => format!("{untold} of {}", untold + told),
        }
    }

    /// Whether customers should have heard of it already.
    pub(crate) fn is_told_late(&self) -> bool {
        self.late.contains(&TELLING)
    }

    /// Whether a release without it should be there already.
    pub(crate) fn is_fixed_late(&self) -> bool {
        self.late.contains(&FIXING)
    }

    pub(crate) fn carriers(&self) -> String {
        self.releases.join(", ")
    }

    pub(crate) fn without(&self) -> String {
        self.free.join(", ")
    }

    pub(crate) fn in_doubt(&self) -> String {
        self.unclear.join(", ")
    }

    pub(crate) fn can_wait(&self) -> bool {
        self.untold == 0 && self.told > 0
    }
}

fn address(flaw: &CarriedFlaw) -> String {
    format!("{HOME}/{}/{}", flaw.product.id, encoded(&flaw.vulnerability))
}

#[derive(Template, Serialize)]
#[template(path = "customer/flaws.html")]
struct List {
    sentence: String,
    /// How many SBOMs were not looked into yet, in words; empty where all were.
    unread: String,
    /// How many releases of which something cannot be told, or without SBOM, in words.
    unclear: String,
    flaws: Vec<Row>,
    /// How many there are in all.
    total: usize,
    /// The cursor behind the last of these; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
    #[serde(skip)]
    which: Which,
    #[serde(skip)]
    customer: String,
}

/// A list of flaws, and what leads to it.
struct Narrowed {
    text: &'static str,
    state: &'static str,
    is_here: bool,
}

impl List {
    fn narrowed(&self) -> Vec<Narrowed> {
        [
            (Which::Waiting, "A time is running", "waiting"),
            (Which::ToTell, "Customers to tell", "to_tell"),
            (Which::Late, "Told late", "late"),
            (Which::Unfixed, "Fixed late", "unfixed"),
            (Which::All, "All", "all"),
        ]
        .map(|(which, text, state)| Narrowed {
            text,
            state,
            is_here: self.which == which,
        })
        .into()
    }
}

impl Show for List {
    fn title(&self) -> String {
        match self.customer.as_str() {
            "" => "What customers must hear of".to_owned(),
            name => format!("What {name} must hear of"),
        }
    }
}

/// Of how many SBOMs nobody knows yet what they carry; empty where there is none.
pub(crate) fn unread(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(
            "{} not looked into yet: load the page again to look into more.",
            counted(count, "SBOM is", "SBOMs are")
        ),
    }
}

/// `GET /customers/flaws`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let (which, customer) = (asked.which()?, asked.customer()?);
    let today = face.clock().today();
    let all = telling(&house.app, &by, today).await?;
    let name = match customer {
        None => String::new(),
        Some(id) => {
            let found = all.customers.get(&id);
            let found =
                found.ok_or_else(|| Problem::not_found("customer", &asked.customer))?;
            found.name.clone()
        }
    };
    let rows: Vec<Row> = all
        .flaws
        .iter()
        .filter(|flaw| match customer {
            Some(id) => flaw.untold.iter().any(|one| one.customer == id),
            None => which.has(flaw, today),
        })
        .map(|flaw| Row::of(flaw, today))
        .collect();
    let sentence = match (name.as_str(), rows.len()) {
        ("", _) => sentence(&all, &rows, which),
        (name, 0) => format!("{name} has heard of all that {} to carry.", among(&all)),
        (name, count) => {
            format!("{name} must hear of {}.", counted(count, "flaw", "flaws"))
        }
    };
    let Stretch { rows, total, next, pages } = wanted.of(HOME, rows, |one| {
        Place::default()
            .number(i64::from(one.can_wait()))
            .number(i64::from(!one.exploited))
            .text(one.tell_by.to_string())
            .number(one.product)
            .text(one.vulnerability.as_str())
    });
    face.show(&List {
        sentence,
        unread: unread(all.unread),
        unclear: unclear(all.unclear),
        flaws: rows,
        total,
        next,
        pages,
        which,
        customer: name,
    })
}

/// Of how many releases something cannot be told; empty where there is none.
fn unclear(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(
            "Of {} nobody can tell everything: there is no SBOM, or it does not say what each \
             component is. What they carry beside this stands nowhere here.",
            counted(count, "release", "releases")
        ),
    }
}

/// Of which releases something is said: those whose SBOMs were looked into.
pub(crate) fn among(all: &Telling) -> &'static str {
    match all.unread {
        0 => "your releases are known",
        _ => "the releases whose SBOMs were looked into are known",
    }
}

fn sentence(all: &Telling, rows: &[Row], which: Which) -> String {
    if !all.has_index {
        return "No index of advisories is in use here, so nothing is known of what your \
                releases carry."
            .to_owned();
    }
    let (count, among) = (counted(rows.len(), "flaw", "flaws"), among(all));
    let late = match rows.iter().filter(|one| one.is_told_late()).count() {
        0 => String::new(),
        late => format!("; of {late} customers should have heard already"),
    };
    match (rows.len(), which) {
        (0, Which::Waiting) => format!(
            "Customers have heard of every flaw that {among} to carry, and each has a later \
             release without it."
        ),
        (0, Which::ToTell) => {
            format!("No listed customer has yet to hear of a flaw that {among} to carry.")
        }
        (0, Which::Late | Which::Unfixed) => "Nothing is late.".to_owned(),
        (0, Which::All) => format!("There is no flaw that {among} to carry."),
        (_, Which::Waiting) => format!("{count} for which a time is running{late}."),
        (_, Which::ToTell) => {
            format!("{count} of which customers have yet to hear{late}.")
        }
        (_, Which::Late) => {
            format!("{count} of which customers should have heard already.")
        }
        (_, Which::Unfixed) => {
            format!(
                "{count} without a later release that is known not to carry it, in time."
            )
        }
        (_, Which::All) => format!("{count} that {among} to carry{late}."),
    }
}

#[derive(Template, Serialize)]
#[template(path = "customer/flaw.html")]
struct One {
    #[serde(flatten)]
    row: Row,
    sentence: String,
    /// How many SBOMs were not looked into yet, in words; empty where all were.
    unread: String,
    /// By which other names the vulnerability goes.
    also: Vec<String>,
    carriers: Vec<Carrier>,
    to_hear: Vec<Customer>,
    heard: Vec<Heard>,
    /// With which forms are sent; empty where whoever looks may send none.
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    form: Option<Form>,
}

#[derive(Serialize)]
struct Carrier {
    release: i64,
    version: String,
    component: String,
    component_version: String,
    fixed_in: String,
    since: Date,
}

/// A customer who has yet to hear of it.
#[derive(Serialize)]
struct Customer {
    customer: i64,
    name: String,
    /// Of which releases it has heard.
    heard: Vec<String>,
    #[serde(skip)]
    is_chosen: bool,
}

impl Customer {
    fn already(&self) -> String {
        self.heard.join(", ")
    }
}

/// A customer who has heard of it.
#[derive(Serialize)]
struct Heard {
    customer: i64,
    name: String,
    /// On which day.
    told: Shown,
    note: String,
}

struct Form {
    token: String,
    faults: Faults,
    day: Field,
    note: Field,
    /// The releases that whoever tells sees.
    releases: BTreeSet<i64>,
    fault: String,
}

impl Show for One {
    fn title(&self) -> String {
        format!("{} in {}", self.row.vulnerability, self.row.product_name)
    }
}

/// What is typed: beside the day and the note `customer_7` for each who was told, and
/// `release_7` for each release that was shown.
type Typing = BTreeMap<String, String>;

fn chosen(typed: &Typing, what: &str) -> BTreeSet<i64> {
    let keys = typed.keys().filter_map(|key| key.strip_prefix(what));
    keys.filter_map(|id| id.parse().ok()).collect()
}

/// `GET /customers/flaws/{product}/{vulnerability}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(of): Path<(String, String)>,
) -> Result<Response, Problem> {
    let page = page(&house, &by, &of, None, face.clock()).await?;
    face.show(&page)
}

/// `POST /customers/flaws/{product}/{vulnerability}`: notes who was told of it.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(of): Path<(String, String)>,
    Kept(typed): Kept<Typing>,
) -> Result<Response, Problem> {
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let new = NewTelling {
        product: number(&of)?,
        vulnerability: &of.1,
        releases: &chosen(&typed, "release_"),
        customers: &chosen(&typed, "customer_"),
        day: text("told"),
        note: text("note"),
    };
    let told = customer::tell(&house.app, &by, new, face.clock().today()).await;
    match told.map_err(Problem::from) {
        Ok(_) => Ok(face.done(&format!("{HOME}/{}/{}", of.0, encoded(&of.1)))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some((&typed, &problem));
            let page = page(&house, &by, &of, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

/// Who was not told after all.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct TakenBack {
    customer: String,
}

/// `POST /customers/flaws/{product}/{vulnerability}/taken-back`.
pub(crate) async fn take_back(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(of): Path<(String, String)>,
    Kept(typed): Kept<TakenBack>,
) -> Result<Response, Problem> {
    let customer = typed.customer.trim();
    let id = customer.parse().map_err(|_| Problem::not_found("customer", customer))?;
    let flaw = (number(&of)?, of.1.as_str());
    customer::take_back(&house.app, &by, flaw, id, face.clock().today()).await?;
    Ok(face.done(&format!("{HOME}/{}/{}", of.0, encoded(&of.1))))
}

fn number((product, _): &(String, String)) -> Result<i64, Problem> {
    product.parse().map_err(|_| Problem::not_found("product", product))
}

async fn page(
    house: &House,
    by: &Actor,
    of: &(String, String),
    again: Option<(&Typing, &Problem)>,
    clock: &Clock,
) -> Result<One, Problem> {
    let today = clock.today();
    let all = telling(&house.app, by, today).await?;
    let flaw = customer::flaw(&all, number(of)?, &of.1)?;
    let typed = again.map(|(typed, _)| chosen(typed, "customer_"));
    let scope = by.scope(Permission::AnswerQuestions);
    let may = scope.admits(&flaw.path);
    let name = |id: i64| all.customers.get(&id).map_or("", |one| one.name.as_str());
    let heard_of = |hearer: &Hearer| {
        let of = |told: &CustomerTold| {
            let mut carriers = flaw.carriers.iter();
            let found = carriers.find(|one| one.release.id == told.release)?;
            Some(found.release.version.clone())
        };
        hearer.heard.iter().filter_map(of).collect()
    };
    let newest = flaw.told.iter().filter_map(|one| Some((one, one.heard.first()?)));
    let newest: Vec<(&Hearer, &CustomerTold)> = newest.collect();
    let ids: Vec<i64> = newest.iter().map(|(_, told)| told.id).collect();
    let notes = customer::notes(&house.app, by, &ids).await?;
    let row = Row::of(flaw, today);
    let mut also = flaw.names.clone();
    also.remove(&flaw.vulnerability);
    Ok(One {
        sentence: about(&row, flaw),
        unread: unread(all.unread),
        also: also.into_iter().collect(),
        carriers: flaw.carriers.iter().map(Carrier::of).collect(),
        to_hear: flaw
            .untold
            .iter()
            .map(|one| Customer {
                customer: one.customer,
                name: name(one.customer).to_owned(),
                heard: heard_of(one),
                is_chosen: typed.as_ref().is_some_and(|it| it.contains(&one.customer)),
            })
            .collect(),
        heard: newest
            .into_iter()
            .map(|(one, told)| Heard {
                customer: one.customer,
                name: name(one.customer).to_owned(),
                told: clock.show_day(&told.told),
                note: notes.get(&told.id).cloned().unwrap_or_default(),
            })
            .collect(),
        token: if may { by.form_token.clone() } else { String::new() },
        form: (may && !flaw.untold.is_empty())
            .then(|| Form::new(by, (flaw, again), today)),
        row,
    })
}

impl Carrier {
    fn of(one: &customer::Carrier) -> Self {
        Self {
            release: one.release.id,
            version: one.release.version.clone(),
            component: one.component.clone(),
            component_version: one.version.clone(),
            fixed_in: one.fixed_in.clone(),
            since: one.since,
        }
    }
}

/// What has to be done about a flaw, in a sentence.
fn about(row: &Row, flaw: &CarriedFlaw) -> String {
    let told = match (flaw.is_to_be_told(), row.untold, row.is_told_late()) {
        (false, ..) => "Every customer has heard of it".to_owned(),
        (true, 0, _) => "No customer is listed who has this product".to_owned(),
        (true, count, true) => format!(
            "{} of it, and should have by {}",
            counted(count, "customer has not heard", "customers have not heard"),
            row.tell_by
        ),
        (true, count, false) => format!(
            "{} of it: by {}",
            counted(count, "customer has yet to hear", "customers have yet to hear"),
            row.tell_by
        ),
    };
    let fixed = match (row.free.is_empty(), row.is_fixed_late()) {
        (false, _) => {
            format!("{} lists the component and is known not to carry it", row.without())
        }
        (true, true) => {
            format!(
                "no later release without it is known, and one was due by {}",
                row.fix_by
            )
        }
        (true, false) => {
            format!(
                "no later release without it is known yet: one is due by {}",
                row.fix_by
            )
        }
    };
    let doubt = match row.unclear.is_empty() {
        true => String::new(),
        false => format!(" Of {} nobody can tell.", row.in_doubt()),
    };
    format!("{told}; {fixed}.{doubt}")
}

impl Form {
    fn new(
        by: &Actor,
        (flaw, again): (&CarriedFlaw, Option<(&Typing, &Problem)>),
        today: Date,
    ) -> Self {
        let faults = again.map(|(_, problem)| problem.faults.as_slice());
        let faults = faults.unwrap_or_default();
        let typed = |name: &str, known: String| match again {
            Some((typed, _)) => typed.get(name).cloned().unwrap_or_default(),
            None => known,
        };
        let fault = faults.iter().find(|fault| fault.field == "customers");
        Self {
            token: by.form_token.clone(),
            faults: again.map_or_else(Faults::none, |(_, problem)| Faults::of(problem)),
            day: Field::new("told", "On which day", Holds::Day)
                .typed(&typed("told", today.to_string()))
                .judged(faults),
            note: Field::new("note", "How, and with which document", Holds::Text)
                .hint("The number of the advisory or letter, and where it can be read.")
                .typed(&typed("note", String::new()))
                .judged(faults),
            releases: flaw.releases(),
            fault: fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
        }
    }
}
