//! By when things are due, and how many people accept a risk: data of each organisation.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use fleet::Priority;
use operations::action::{PolicyError, set_policy};
use operations::fleet::{Approval, holdings};
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use worklist::{Deadlines, NotADeadline};

use super::show::name_of;
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Typed;
use crate::mark::Mark;
use crate::page::meanwhile;
use crate::problem::Problem;

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Form {
    organisation: String,
    act_now: String,
    this_week: String,
    next_window: String,
    watch: String,
    approval: String,
    /// The revision that was shown; without it nothing is compared.
    revision: String,
}

#[derive(Template, Serialize)]
#[template(path = "work/policy.html")]
struct Policies {
    rows: Vec<Row>,
    /// What whoever sets others sends along.
    revision: String,
    #[serde(skip)]
    form: Change,
}

#[derive(Serialize)]
struct Row {
    organisation: i64,
    name: String,
    /// Days by priority, the most urgent first; none where nothing is due.
    days: Vec<Option<u16>>,
    approval: &'static str,
    #[serde(skip)]
    shown: Vec<String>,
    #[serde(skip)]
    approved: &'static str,
    /// Whether it says so itself, and does not take it from the one above.
    is_own: bool,
    /// Whose it is where it is not its own, in words; empty where it is.
    #[serde(skip)]
    whose: &'static str,
}

impl Row {
    /// The days under their priorities, as a card shows them.
    fn labelled(&self) -> impl Iterator<Item = (&'static str, &String)> {
        Priority::ALL.map(Priority::label).into_iter().zip(&self.shown)
    }
}

struct Change {
    token: String,
    revision: String,
    faults: Faults,
    organisation: Choice,
    days: Vec<Field>,
    approval: Choice,
}

impl Show for Policies {
    fn title(&self) -> String {
        "By when things are due".to_owned()
    }
}

/// The field of each priority.
const FIELDS: [(&str, &str); 4] = [
    ("act_now", "Act now: days"),
    ("this_week", "This week: days"),
    ("next_window", "Next window: days"),
    ("watch", "Watch: days"),
];

/// `GET /work/policy`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let page = page(&house, &by, None, None).await?;
    face.show(&page)
}

/// `POST /work/policy`: sets what an organisation says.
pub(crate) async fn set(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let done = match read(&form) {
        Ok((place, deadlines, approval)) => {
            let shown = Some(form.revision.as_str()).filter(|shown| !shown.is_empty());
            match set_policy(&house.app, &by, place, shown, deadlines, approval).await {
                Ok(()) => Ok(()),
                Err(PolicyError::Store(error)) => Err(error.into()),
                Err(PolicyError::Changed(newest)) => {
                    let names =
                        house.app.store.names_of(by.head, &[newest.changed_by]).await?;
                    let who = name_of(&names, newest.changed_by);
                    let clock = Clock::new((house.app.now)(), &by.zone);
                    let at = clock.show(&newest.changed).text;
                    let done = format!("{who} set other deadlines or approvals ({at})");
                    Err(meanwhile::changed(&[done]))
                }
            }
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => Ok(face.done("/work/policy")),
        Err(problem) => {
            let page = page(&house, &by, Some(&form), Some(&problem)).await?;
            face.again(&page, problem)
        }
    }
}

fn read(form: &Form) -> Result<(i64, Deadlines, Approval), Problem> {
    let mut faults = Vec::new();
    let place = form.organisation.parse().ok();
    if place.is_none() {
        faults.push(Fault::new("organisation", "Choose whose deadlines they are."));
    }
    let approval = match form.approval.as_str() {
        "one" => Some(Approval::One),
        "two" => Some(Approval::Two),
        _ => None,
    };
    if approval.is_none() {
        faults.push(Fault::new("approval", "Choose how many people accept a risk."));
    }
    let days = [&form.act_now, &form.this_week, &form.next_window, &form.watch];
    let deadlines = Deadlines::parse(days.map(String::as_str));
    if let Err(wrong) = &deadlines {
        let (priority, mend) = match wrong {
            NotADeadline::Later(priority) => (
                *priority,
                "Enter fewer days: what is less urgent would be due before this.",
            ),
            NotADeadline::Days(priority) => (
                *priority,
                "Enter a number of days up to 3,650, or leave it empty: never due.",
            ),
            NotADeadline::Unreadable(_) => (Priority::ActNow, "Enter a number of days."),
        };
        let field = FIELDS.get(priority as usize).map_or("act_now", |(field, _)| *field);
        faults.push(Fault::new(field, mend));
    }
    match (place, deadlines, approval) {
        (Some(place), Ok(deadlines), Some(approval)) => Ok((place, deadlines, approval)),
        _ => Err(Problem::wrong_fields(faults)),
    }
}

async fn page(
    house: &House,
    by: &Actor,
    form: Option<&Form>,
    problem: Option<&Problem>,
) -> Result<Policies, Problem> {
    let scope = by.scope(Permission::Administer);
    let places = house.app.store.organisations(&scope).await?;
    let policies = house.app.store.work_policies(by.head).await?;
    let seen = policies
        .into_iter()
        .filter(|one| places.iter().any(|place| place.id == one.organisation));
    // Instants are compared as they are stored; what nobody has changed is older than all.
    let revision = seen.map(|one| one.changed).max().unwrap_or_else(|| "0".to_owned());
    let held = holdings(&house.app, by.head).await?;
    let rows: Vec<Row> = places
        .iter()
        .map(|place| {
            let policy = held.policy(place.id);
            let days = Priority::ALL.map(|priority| policy.deadlines.days(priority));
            let is_own = held.has_own_policy(place.id);
            Row {
                organisation: place.id,
                name: place.name.clone(),
                shown: days
                    .map(|days| match days {
                        None => "never".to_owned(),
                        Some(1) => "1 day".to_owned(),
                        Some(days) => format!("{days} days"),
                    })
                    .into(),
                days: days.into(),
                approval: policy.approval.word(),
                approved: match policy.approval {
                    Approval::One => "one person who may",
                    Approval::Two => "two people",
                },
                is_own,
                whose: match (is_own, place.parent) {
                    (true, _) => "",
                    (false, Some(_)) => "as above it",
                    // Nothing is above the top.
                    (false, None) => "as everybody starts with",
                },
            }
        })
        .collect();
    let first = rows.first();
    let blank = Form {
        organisation: first.map(|row| row.organisation.to_string()).unwrap_or_default(),
        act_now: days(first, 0),
        this_week: days(first, 1),
        next_window: days(first, 2),
        watch: days(first, 3),
        approval: first.map(|row| row.approval.to_owned()).unwrap_or_default(),
        revision: String::new(),
    };
    // Who is told what changed has been shown it; else it is what was shown first.
    let typed = form.map(|form| form.revision.clone());
    let is_told = problem.is_none_or(|problem| problem.status == StatusCode::CONFLICT);
    let shown = match typed.filter(|typed| !is_told && !typed.is_empty()) {
        Some(typed) => typed,
        None => revision.clone(),
    };
    let mut form = Change::new(by, &rows, form.unwrap_or(&blank), problem);
    form.revision = shown;
    Ok(Policies { rows, revision, form })
}

fn days(row: Option<&Row>, at: usize) -> String {
    let days = row.and_then(|row| row.days.get(at).copied().flatten());
    days.map(|days| days.to_string()).unwrap_or_default()
}

impl Change {
    fn new(by: &Actor, rows: &[Row], form: &Form, problem: Option<&Problem>) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        let places =
            rows.iter().map(|row| (row.organisation.to_string(), row.name.clone()));
        let typed = [&form.act_now, &form.this_week, &form.next_window, &form.watch];
        let days = FIELDS.into_iter().zip(typed).map(|((name, label), value)| {
            let field = Field::new(name, label, Holds::Number).typed(value);
            match name {
                "watch" => field.hint("Empty: never due."),
                _ => field,
            }
            .judged(wrong)
        });
        let approvals = [
            ("one".to_owned(), "One person who may accept risks".to_owned()),
            (
                "two".to_owned(),
                "Two people: one proposes, another one who may approves".to_owned(),
            ),
        ];
        Self {
            token: by.form_token.clone(),
            revision: String::new(),
            faults: problem.map_or_else(Faults::none, Faults::of),
            organisation: Choice::new(
                "organisation",
                "Whose",
                places,
                &form.organisation,
            )
            .hint("What an organisation does not say itself, the one above it says.")
            .judged(wrong),
            days: days.collect(),
            approval: Choice::new(
                "approval",
                "Who accepts a risk",
                approvals,
                &form.approval,
            )
            .judged(wrong),
        }
    }
}

/// What the columns are called.
fn heads() -> [Mark; 4] {
    Priority::ALL.map(|priority| Mark::priority(Some(priority)))
}
