//! Where an organisation stands: four categories, what to do first, every control in a row; and
//! those below it side by side.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use operations::Permission;
use operations::posture::{Judged, Overview, Standing, judged, overview, past};
use posture::actions::best;
use posture::{Assessed, Category, Posture, Tally, Verdict, catalog};
use report::{Noted, weeks};
use serde::Serialize;
use store::TurnedVerdict;
use terms::Day;

use super::{HOME, Wanted};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::report::drawn::Drawn;
use crate::page::report::posture::noted;
use crate::page::supplier::day;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::counted;

/// How many actions are shown.
const ACTIONS: usize = 7;

#[derive(Template, Serialize)]
#[template(path = "posture/overview.html")]
struct Page {
    organisation: i64,
    name: String,
    as_of: String,
    sentence: Sentence,
    percent: Option<usize>,
    categories: Vec<CategoryRow>,
    /// The organisations that whoever looks sees, side by side, each with those below it.
    members: Vec<MemberRow>,
    actions: Vec<Action>,
    /// What changed this week.
    turned: Vec<Turned>,
    /// How far it was at the end of each week, as far as that was noted; the oldest first.
    trend: Vec<Week>,
    #[serde(skip)]
    plot: Option<Drawn>,
    #[serde(skip)]
    as_of_shown: String,
    #[serde(skip)]
    query: String,
    #[serde(skip)]
    can_keep: bool,
}

#[derive(Serialize)]
struct CategoryRow {
    category: &'static str,
    title: &'static str,
    counts: Counts,
    controls: Vec<ControlRow>,
}

/// How many have which verdict.
#[derive(Serialize)]
struct Counts {
    percent: Option<usize>,
    met: usize,
    partly_met: usize,
    not_met: usize,
    cannot_tell: usize,
    not_applicable: usize,
    /// Of those that are not met, how many have an exception that holds.
    excepted: usize,
}

#[derive(Serialize)]
struct ControlRow {
    id: &'static str,
    title: &'static str,
    verdict: Mark,
    why: String,
    owner: String,
    /// Until when an exception holds.
    excepted_until: Option<String>,
    next: Vec<String>,
}

#[derive(Serialize)]
struct MemberRow {
    organisation: i64,
    name: String,
    counts: Counts,
    /// How many organisations it is, with those below it.
    organisations: usize,
    with_those_below: Counts,
    /// The same in each of the four categories.
    categories: Vec<Rolled>,
    #[serde(skip)]
    depth: usize,
    #[serde(skip)]
    is_chosen: bool,
}

/// How an organisation stands in a category, with those below it.
#[derive(Serialize)]
struct Rolled {
    category: &'static str,
    counts: Counts,
    #[serde(skip)]
    title: &'static str,
}

#[derive(Serialize)]
struct Action {
    action: String,
    controls: Vec<&'static str>,
    could_reach_percent: usize,
}

/// How far an organisation was at the end of a week.
#[derive(Serialize)]
struct Week {
    day: String,
    percent: Option<usize>,
}

#[derive(Serialize)]
struct Turned {
    control: String,
    title: &'static str,
    before: Mark,
    after: Mark,
    at: Shown,
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Where {} stands", self.name)
    }
}

impl Counts {
    fn of(tally: &Tally) -> Self {
        let count = |verdict| tally.count(verdict);
        Self {
            percent: tally.percent(),
            met: count(Verdict::Met),
            partly_met: count(Verdict::PartlyMet),
            not_met: count(Verdict::NotMet),
            cannot_tell: count(Verdict::CannotTell),
            not_applicable: count(Verdict::NotApplicable),
            excepted: tally.excepted,
        }
    }

    fn percent_shown(&self) -> String {
        self.percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"))
    }
}

impl CategoryRow {
    fn of(category: Category, posture: &Posture, all: &[Assessed], today: Day) -> Self {
        let own = all.iter().filter(|one| one.control.category() == category);
        Self {
            category: category.word(),
            title: category.words(),
            counts: Counts::of(&posture.category(category)),
            controls: own.map(|one| ControlRow::of(one, today)).collect(),
        }
    }
}

impl ControlRow {
    fn of(one: &Assessed, today: Day) -> Self {
        let exception = one.exception.as_ref().filter(|_| one.is_excepted(today));
        Self {
            id: one.control.id(),
            title: one.control.title(),
            verdict: Mark::control(one.ruling.verdict),
            why: one.ruling.why.clone(),
            owner: one.owner.clone(),
            excepted_until: exception.map(|exception| exception.expires.to_string()),
            next: one.steps.iter().map(|step| step.text.clone()).collect(),
        }
    }

    fn excepted_shown(&self) -> String {
        self.excepted_until.as_deref().map(day).unwrap_or_default()
    }
}

impl MemberRow {
    fn of(one: &Standing, top: usize, chosen: i64) -> Self {
        let rolled = |category: Category| Rolled {
            category: category.word(),
            counts: Counts::of(&one.rolled.posture.category(category)),
            title: category.words(),
        };
        Self {
            categories: Category::ALL.map(rolled).into(),
            organisation: one.organisation.id,
            name: one.organisation.name.clone(),
            counts: Counts::of(&one.posture.whole()),
            organisations: one.rolled.organisations,
            with_those_below: Counts::of(&one.rolled.posture.whole()),
            depth: one.organisation.path.depth().saturating_sub(top),
            is_chosen: one.organisation.id == chosen,
        }
    }

    /// How deep it stands, for whoever sees the list.
    fn indent(&self) -> String {
        "– ".repeat(self.depth)
    }
}

impl Turned {
    fn of(one: &TurnedVerdict, clock: &Clock) -> Self {
        let control = catalog().control(&one.control);
        Self {
            title: control.map_or("", posture::Control::title),
            control: one.control.clone(),
            before: Mark::control_of(&one.before),
            after: Mark::control_of(&one.after),
            at: clock.show(&one.at),
        }
    }
}

/// `GET /posture`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let one = judged(&house.app, &by, wanted.number()?).await?;
    let all = overview(&house.app, &by).await?;
    let (turned, days) = past(&house.app, &by, one.organisation.id).await?;
    let days = noted(&days);
    let week = |one: &Noted| Week { day: one.day.to_string(), percent: one.percent() };
    let trend: Vec<Week> = weeks(&days).into_iter().map(week).collect();
    let plot = ::report::trend(&days).as_ref().map(Drawn::of);
    let clock = face.clock();
    let turned = turned.iter().map(|one| Turned::of(one, clock)).collect();
    let can_keep = by.may(Permission::KeepEvidence);
    face.show(&Page { turned, trend, plot, can_keep, ..Page::of(&one, &all) })
}

impl Page {
    fn of(one: &Judged, all: &Overview) -> Self {
        let posture = Posture::of(&one.assessed, one.day);
        let categories = Category::ALL
            .into_iter()
            .map(|it| CategoryRow::of(it, &posture, &one.assessed, one.day));
        let top = all.standings.iter().map(|it| it.organisation.path.depth()).min();
        let place = &one.organisation;
        let mut tree: Vec<&Standing> = all.standings.iter().collect();
        tree.sort_by(|one, other| one.organisation.path.cmp(&other.organisation.path));
        let members: Vec<MemberRow> = tree
            .into_iter()
            .map(|it| MemberRow::of(it, top.unwrap_or_default(), place.id))
            .collect();
        let actions = best(&one.assessed, one.day, ACTIONS).into_iter();
        let tally = posture.whole();
        Self {
            organisation: place.id,
            name: place.name.clone(),
            as_of: one.day.to_string(),
            as_of_shown: day(&one.day.to_string()),
            sentence: sentence(&tally, place.id),
            percent: tally.percent(),
            categories: categories.collect(),
            members: if members.len() > 1 { members } else { Vec::new() },
            actions: actions
                .map(|action| Action {
                    action: action.step.text,
                    controls: action.controls,
                    could_reach_percent: action.could_reach,
                })
                .collect(),
            turned: Vec::new(),
            trend: Vec::new(),
            plot: None,
            query: format!("?organisation={}", place.id),
            can_keep: false,
        }
    }
}

fn sentence(tally: &Tally, organisation: i64) -> Sentence {
    let count = |verdict| tally.count(verdict);
    let link = |category: &str| format!("{HOME}?organisation={organisation}#{category}");
    let met = count(Verdict::Met);
    let mut sentence = Sentence::new(format!(
        "Of {} that apply, {met} {} met",
        counted(tally.applicable(), "control", "controls"),
        if met == 1 { "is" } else { "are" }
    ));
    let rest =
        [(count(Verdict::PartlyMet), "partly met"), (count(Verdict::NotMet), "not met")];
    for (count, words) in rest.into_iter().filter(|(count, _)| *count > 0) {
        sentence = sentence.then(format!(", {count} {words}"));
    }
    let sentence = match count(Verdict::CannotTell) {
        0 => sentence.then("."),
        unknown => sentence
            .then("; of ")
            .link(unknown.to_string(), link("first"))
            .then(" nobody can tell with the evidence at hand."),
    };
    match tally.percent() {
        Some(percent) => {
            sentence.then(format!(" With partly met as half, {percent} % is reached."))
        }
        None => sentence,
    }
}
