//! By which table priorities are given: data of each organisation, seen before it is in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::Priority;
use operations::fleet::{Foreseen, Holdings, InForce, Moved, holdings};
use operations::priority_table::{PriorityTableError, foresee, revision, set, take_back};
use operations::{Actor, Permission};
use reading::{Place, Rejected, limits};
use serde::Serialize;
use store::Organisation;
use worklist::{Condition, Policy, Row};

use super::show::name_of;
use crate::House;
use crate::access::By;
use crate::clock::Clock;
use crate::face::{Face, Show};
use crate::field::{Fault, Faults};
use crate::form::Typed;
use crate::mark::Mark;
use crate::page::meanwhile;
use crate::problem::Problem;
use crate::words::number;

/// What is typed: `table` is all of it, or `priority_1` and `when_1` are its first row.
type Form = BTreeMap<String, String>;

#[derive(Template, Serialize)]
#[template(path = "work/priorities.html")]
struct Tables {
    rows: Vec<Seat>,
}

/// An organisation, and whose table is in force there.
#[derive(Serialize)]
struct Seat {
    organisation: i64,
    name: String,
    /// The number of the organisation whose table it is; none for the standard one.
    made_by: Option<i64>,
    #[serde(skip)]
    whose: String,
    /// How many rows it has.
    rows: usize,
}

#[derive(Template, Serialize)]
#[template(path = "work/priority.html")]
struct One {
    organisation: i64,
    name: String,
    /// The number of the organisation whose table it is; none for the standard one.
    made_by: Option<i64>,
    /// What whoever puts another table in force sends along.
    revision: i64,
    #[serde(skip)]
    sentence: String,
    /// The table in force.
    rows: Vec<Shown>,
    /// The same as text.
    table: String,
    /// What another table would change, where that was asked.
    foreseen: Option<Foresight>,
    #[serde(skip)]
    form: Option<Change>,
}

#[derive(Serialize)]
struct Shown {
    priority: Mark,
    when: String,
}

/// What another table would change.
#[derive(Serialize)]
struct Foresight {
    /// The table that was looked at, as text.
    table: String,
    devices: u64,
    actions: u64,
    moved_devices: u64,
    moved_actions: u64,
    /// From which priority to which.
    moves: Vec<Move>,
}

#[derive(Serialize)]
struct Move {
    from: Mark,
    to: Mark,
    devices: u64,
    actions: u64,
}

/// The form by which the table is changed.
struct Change {
    token: String,
    revision: String,
    faults: Faults,
    lines: Vec<Line>,
    is_own: bool,
    /// What the main button does: a table is looked at before it is in force.
    next: Next,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Looks at what is typed.
    Look,
    Keep,
    TakeBack,
}

/// A row as it is typed.
struct Line {
    number: usize,
    priority: String,
    when: String,
    fault: String,
}

impl Show for Tables {
    fn title(&self) -> String {
        "How soon things are to be done".to_owned()
    }
}

impl Show for One {
    fn title(&self) -> String {
        format!("How soon things are to be done: {}", self.name)
    }
}

/// `GET /work/priorities`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let places =
        house.app.store.organisations(&by.scope(Permission::ViewDevices)).await?;
    let held = holdings(&house.app, by.head).await?;
    let rows = places.into_iter().map(|place| {
        let InForce { policy, made_by } = held.in_force(place.id);
        Seat {
            organisation: place.id,
            whose: whose(&held, place.id, made_by),
            name: place.name,
            made_by,
            rows: policy.rows().len(),
        }
    });
    face.show(&Tables { rows: rows.collect() })
}

/// `GET /work/priorities/{organisation}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(organisation): Path<String>,
) -> Result<Response, Problem> {
    let page = Page::of(&house, &by, &organisation).await?;
    face.show(&page.plain())
}

/// `POST /work/priorities/{organisation}`: changes what is typed, shows what it would change,
/// or puts it in force.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(organisation): Path<String>,
    Typed(form): Typed<Form>,
) -> Result<Response, Problem> {
    let mut page = Page::of(&house, &by, &organisation).await?;
    let typed_revision = form.get("revision").map_or("", String::as_str);
    let shown = meanwhile::shown(typed_revision)?;
    // While rows are moved and looked at, it stays what was shown first.
    page.shown = shown.unwrap_or(page.revision);
    let lines = lines(&form);
    let asked = form.get("act").map_or("", String::as_str);
    match asked {
        "take_back" => {
            return match take_back(&house.app, &by, page.place.id, shown).await {
                Ok(()) => Ok(face.done(&page.address())),
                Err(error) => {
                    let problem = others(&house, &by, error).await?;
                    page.shown = page.revision;
                    face.again(&page.wrong(page.lines(), &problem), problem)
                }
            };
        }
        "look_back" => {
            let foreseen = foresee(&house.app, &by, page.place.id, None).await?;
            let foresight = Foresight::new(&page.above, &foreseen);
            return face.show(&page.looked(page.lines(), foresight, Next::TakeBack));
        }
        "standard" => return face.show(&page.typed(typed(&Policy::standard()))),
        "look" | "keep" => {}
        _ => {
            return match moved(&lines, asked) {
                Some(lines) => face.show(&page.typed(lines)),
                None => Err(Problem::wrong_fields(vec![Fault::new("act", ACTS)])),
            };
        }
    }
    let policy = match read(&form, &lines) {
        Ok(policy) => policy,
        Err(problem) => return face.again(&page.wrong(lines, &problem), problem),
    };
    if asked == "keep" {
        return match set(&house.app, &by, page.place.id, shown, &policy).await {
            Ok(()) => Ok(face.done(&page.address())),
            Err(error) => {
                let problem = others(&house, &by, error).await?;
                page.shown = page.revision;
                face.again(&page.wrong(lines, &problem), problem)
            }
        };
    }
    let foreseen = foresee(&house.app, &by, page.place.id, Some(policy.clone())).await?;
    let foresight = Foresight::new(&policy, &foreseen);
    face.show(&page.looked(typed(&policy), foresight, Next::Keep))
}

/// What somebody else did to the table meanwhile; any other error is given back.
async fn others(
    house: &House,
    by: &Actor,
    error: PriorityTableError,
) -> Result<Problem, Problem> {
    let PriorityTableError::Changed(newest) = error else { return Err(error.into()) };
    let names = house.app.store.names_of(by.head, &[newest.changed_by]).await?;
    let who = name_of(&names, newest.changed_by);
    let what = match newest.written.is_empty() {
        true => "took the own table back",
        false => "put another table in force",
    };
    let at = Clock::new((house.app.now)(), &by.zone).show(&newest.changed).text;
    Ok(meanwhile::changed(&[format!("{who} {what} ({at})")]))
}

/// What may be asked of the form.
const ACTS: &str = "Ask for `look`, `keep`, `look_back` or `take_back`.";

/// The rows that are typed, as they were typed.
fn lines(form: &Form) -> Vec<Line> {
    let field = |name: String| form.get(&name).cloned().unwrap_or_default();
    (1..=limits::POLICY_ROWS_MAX + 1)
        .take_while(|number| form.contains_key(&format!("when_{number}")))
        .map(|number| Line {
            number,
            priority: field(format!("priority_{number}")),
            when: field(format!("when_{number}")),
            fault: String::new(),
        })
        .collect()
}

/// A table as it would be typed.
fn typed(policy: &Policy) -> Vec<Line> {
    let rows = (1..).zip(policy.rows());
    rows.map(|(number, row)| Line {
        number,
        priority: row.priority.word().to_owned(),
        when: row.when.to_string(),
        fault: String::new(),
    })
    .collect()
}

/// The rows after a button beside one was pressed: `add`, `up_2`, `down_2`, `out_2`.
fn moved(lines: &[Line], asked: &str) -> Option<Vec<Line>> {
    let mut rows: Vec<(String, String)> =
        lines.iter().map(|line| (line.priority.clone(), line.when.clone())).collect();
    match asked.split_once('_') {
        None if asked == "add" => {
            let at = rows.len().saturating_sub(1);
            let above = at.checked_sub(1).and_then(|at| rows.get(at));
            let priority = above.map(|(priority, _)| priority.clone());
            let priority = priority.unwrap_or_else(|| Priority::ActNow.word().to_owned());
            rows.insert(at, (priority, String::new()));
        }
        Some((what, number)) => {
            let at = number.parse::<usize>().ok()?.checked_sub(1)?;
            match what {
                "up" if at > 0 && at < rows.len() => rows.swap(at - 1, at),
                "down" if at + 1 < rows.len() => rows.swap(at, at + 1),
                "out" if at < rows.len() => drop(rows.remove(at)),
                "up" | "down" | "out" => {}
                _ => return None,
            }
        }
        None => return None,
    }
    let rows = (1..).zip(rows);
    Some(
        rows.map(|(number, (priority, when))| {
            let fault = String::new();
            Line { number, priority, when, fault }
        })
        .collect(),
    )
}

/// The table that is typed.
fn read(form: &Form, lines: &[Line]) -> Result<Policy, Problem> {
    if let Some(text) = form.get("table").filter(|text| !text.trim().is_empty()) {
        return text.parse::<Policy>().map_err(|refused| {
            let place = match refused.place {
                Place::Document => String::new(),
                ref place => format!("{}: ", sentence_of(&place.to_string())),
            };
            let detail = format!("{place}{}", in_words(&refused));
            Problem::wrong_fields(vec![Fault::new("table", detail)])
        });
    }
    let mut faults = Vec::new();
    let mut rows = Vec::new();
    for line in lines {
        let priority = Priority::ALL.into_iter().find(|one| one.word() == line.priority);
        match (line.when.parse::<Condition>(), priority) {
            (Ok(when), Some(priority)) => rows.push(Row { when, priority }),
            (Err(refused), _) => faults.push(of_row(line.number, &refused)),
            (Ok(_), None) => {
                let number = line.number;
                let detail = format!("Row {number}: choose one of the four priorities.");
                faults.push(Fault::new(format!("when_{number}"), detail));
            }
        }
    }
    if !faults.is_empty() {
        return Err(Problem::wrong_fields(faults));
    }
    Policy::new(rows).map_err(|refused| {
        let row = match refused.place {
            Place::Line { line, .. } => line,
            _ => 1,
        };
        let refused = Rejected { place: Place::Document, ..refused };
        Problem::wrong_fields(vec![of_row(row, &refused)])
    })
}

fn of_row(row: usize, refused: &Rejected) -> Fault {
    let place = match refused.place {
        Place::Line { column, .. } if column > 0 => format!(", character {column}"),
        _ => String::new(),
    };
    let detail = format!("Row {row}{place}: {}", in_words(refused));
    Fault::new(format!("when_{row}"), detail)
}

fn in_words(refused: &Rejected) -> String {
    let words = format!("{}. {}", refused.message, refused.hint);
    words.replace('`', "“").trim().to_owned()
}

fn sentence_of(words: &str) -> String {
    crate::problem::sentence(words).trim_end_matches('.').to_owned()
}

/// Whose table is in force at an organisation, in words.
fn whose(held: &Holdings, organisation: i64, made_by: Option<i64>) -> String {
    match made_by {
        None => "the one that everybody starts with".to_owned(),
        Some(own) if own == organisation => "its own".to_owned(),
        Some(above) => format!("that of {}", held.organisation(above)),
    }
}

/// The organisation whose table is looked at.
struct Page<'a> {
    place: Organisation,
    in_force: InForce,
    whose: String,
    /// What counts where it has none of its own.
    above: Arc<Policy>,
    by: &'a Actor,
    may_change: bool,
    revision: i64,
    /// The revision of the table that whoever changes it was shown.
    shown: i64,
}

impl<'a> Page<'a> {
    async fn of(house: &House, by: &'a Actor, id: &str) -> Result<Self, Problem> {
        let number = id.parse().map_err(|_| Problem::not_found("organisation", id))?;
        let store = &house.app.store;
        let place =
            store.organisation(&by.scope(Permission::ViewDevices), number).await?;
        let own = store.organisations(&by.scope(Permission::Administer)).await?;
        let may_change = own.iter().any(|one| one.id == number);
        let revision = revision(&house.app, by, number).await?;
        let held = holdings(&house.app, by.head).await?;
        let in_force = held.in_force(number);
        let whose = whose(&held, number, in_force.made_by);
        let above = held.above(number).policy;
        let shown = revision;
        Ok(Self { place, in_force, whose, above, by, may_change, revision, shown })
    }

    fn address(&self) -> String {
        format!("/work/priorities/{}", self.place.id)
    }

    /// The table in force, as it would be typed.
    fn lines(&self) -> Vec<Line> {
        typed(&self.in_force.policy)
    }

    fn plain(&self) -> One {
        self.typed(self.lines())
    }

    fn typed(&self, lines: Vec<Line>) -> One {
        self.made(lines, Faults::none(), None, Next::Look)
    }

    fn wrong(&self, mut lines: Vec<Line>, problem: &Problem) -> One {
        for line in &mut lines {
            let name = format!("when_{}", line.number);
            let fault = problem.faults.iter().find(|fault| fault.field == name);
            line.fault = fault.map(|fault| fault.detail.clone()).unwrap_or_default();
        }
        self.made(lines, Faults::of(problem), None, Next::Look)
    }

    fn looked(&self, lines: Vec<Line>, foresight: Foresight, next: Next) -> One {
        self.made(lines, Faults::none(), Some(foresight), next)
    }

    fn made(
        &self,
        lines: Vec<Line>,
        faults: Faults,
        foreseen: Option<Foresight>,
        next: Next,
    ) -> One {
        let InForce { policy, made_by } = &self.in_force;
        let is_own = *made_by == Some(self.place.id);
        let rows = policy.rows().iter().map(|row| Shown {
            priority: Mark::priority(Some(row.priority)),
            when: row.when.to_string(),
        });
        One {
            organisation: self.place.id,
            name: self.place.name.clone(),
            made_by: *made_by,
            revision: self.revision,
            sentence: format!(
                "In force is {}. The first row that fits decides; what nobody knows counts \
                 as the worse.",
                self.whose
            ),
            rows: rows.collect(),
            table: policy.to_string(),
            foreseen,
            form: self.may_change.then(|| Change {
                token: self.by.form_token.clone(),
                revision: self.shown.to_string(),
                faults,
                lines,
                is_own,
                next,
            }),
        }
    }
}

impl Foresight {
    fn new(policy: &Policy, foreseen: &Foreseen) -> Self {
        let both = foreseen.moved.keys().chain(foreseen.moved_actions.keys());
        let mut moves: BTreeMap<Moved, (u64, u64)> =
            both.map(|moved| (*moved, (0, 0))).collect();
        for (moved, counts) in &mut moves {
            let of = |all: &BTreeMap<Moved, u64>| all.get(moved).copied().unwrap_or(0);
            *counts = (of(&foreseen.moved), of(&foreseen.moved_actions));
        }
        let moves = moves.into_iter().map(|((from, to), (devices, actions))| Move {
            from: Mark::priority(from),
            to: Mark::priority(to),
            devices,
            actions,
        });
        Self {
            table: policy.to_string(),
            devices: foreseen.devices,
            actions: foreseen.actions,
            moved_devices: foreseen.moved.values().sum(),
            moved_actions: foreseen.moved_actions.values().sum(),
            moves: moves.collect(),
        }
    }

    fn sentence(&self) -> String {
        if self.moves.is_empty() {
            return format!(
                "Nothing would change: {} devices and {} things to do keep their priority.",
                number(self.devices),
                number(self.actions)
            );
        }
        format!(
            "The priority of {} of {} devices would be another one, and of {} of {} things \
             to do.",
            number(self.moved_devices),
            number(self.devices),
            number(self.moved_actions),
            number(self.actions)
        )
    }
}

impl Change {
    fn keeps(&self) -> bool {
        self.next == Next::Keep
    }

    fn takes_back(&self) -> bool {
        self.next == Next::TakeBack
    }
}

impl Line {
    /// What may be chosen: word, label, and whether it is.
    fn choices(&self) -> Vec<(&'static str, &'static str, bool)> {
        Priority::ALL
            .into_iter()
            .map(|one| (one.word(), one.label(), one.word() == self.priority))
            .collect()
    }
}

/// Conditions that are offered while one is typed.
fn offered() -> [&'static str; 12] {
    [
        "exploited",
        "life-sustaining",
        "reachable",
        "holds PHI",
        "discloses data",
        "EPSS at least 0.1",
        "CVSS at least 7",
        "CVSS at least 9",
        "exploited and reachable",
        "exploited and (life-sustaining or reachable)",
        "holds PHI and discloses data",
        "anything else",
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.when.as_str()).collect()
    }

    fn form(rows: &[(&str, &str)]) -> Form {
        let rows = (1..).zip(rows);
        rows.flat_map(|(number, (priority, when))| {
            [
                (format!("priority_{number}"), (*priority).to_owned()),
                (format!("when_{number}"), (*when).to_owned()),
            ]
        })
        .collect()
    }

    #[test]
    fn rows_are_moved_taken_out_and_added_before_the_last() {
        #[track_caller]
        fn check(asked: &str, expected: Option<&[&str]>) {
            let form = form(&[("act_now", "a"), ("watch", "b"), ("watch", "c")]);
            let moved = moved(&lines(&form), asked);
            assert_eq!(moved.as_deref().map(shown).as_deref(), expected, "{asked}");
        }

        check("up_2", Some(&["b", "a", "c"]));
        check("down_2", Some(&["a", "c", "b"]));
        check("out_1", Some(&["b", "c"]));
        check("add", Some(&["a", "b", "", "c"]));
        for nothing in ["up_1", "down_3", "out_9", "up_9", "down_99999"] {
            check(nothing, Some(&["a", "b", "c"]));
        }
        for unknown in ["", "up", "up_", "up_0", "up_-1", "away_1", "adds"] {
            check(unknown, None);
        }
        assert_eq!(moved(&[], "add").as_deref().map(shown).as_deref(), Some(&[""][..]));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_row() {
        #[track_caller]
        fn check(rows: &[(&str, &str)], field: &str, detail: &str) {
            let form = form(rows);
            let problem = read(&form, &lines(&form)).unwrap_err();
            let fault = &problem.faults[0];
            assert_eq!(fault.field, field);
            assert!(fault.detail.starts_with(detail), "{}", fault.detail);
        }

        let last = ("watch", "anything else");
        check(&[], "when_1", "Row 1: the last row is not");
        check(&[("act_now", "exploited or"), last], "when_1", "Row 1, character 13: ");
        check(&[("soon", "exploited"), last], "when_1", "Row 1: choose one of the four");
        check(
            &[("watch", "exploited"), ("act_now", "reachable"), last],
            "when_2",
            "Row 2: ",
        );
        let text = |text: &str| Form::from([("table".to_owned(), text.to_owned())]);
        let problem = read(&text("act now: x"), &[]).unwrap_err();
        assert_eq!(problem.faults[0].field, "table");
        assert!(problem.faults[0].detail.starts_with("Line 1, column 10: "));
        assert_eq!(read(&text("watch: always"), &[]).unwrap().rows().len(), 1);
    }

    #[test]
    fn everything_that_is_offered_is_read() {
        for when in offered() {
            assert_eq!(
                when.parse::<Condition>().map(|read| read.to_string()),
                Ok(when.to_owned())
            );
        }
    }
}
