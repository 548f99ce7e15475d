//! The page for people: where each organisation stands, what keeps it from better, what to do
//! first.

use posture::actions::best;
use posture::crosswalk::crosswalks;
use posture::{Assessed, Category, Control, Posture, Ruling, Tally, Verdict, changes};

use super::Answer;
use crate::output::page::{Page, Style};
use crate::output::text::{counted, pad};
use crate::render;

/// Grounds of one control that are shown on a page of all.
const GROUNDS: usize = 3;

/// The page of all controls.
pub(super) fn page(answer: &Answer) -> Page {
    let mut page = render::blank();
    let rolled = answer.group.rolled();
    for (at, (organisation, rolled)) in
        answer.organisations.iter().zip(&rolled).enumerate()
    {
        let assessed = answer.group.assessed(at);
        page.heading(&format!("{}, as of {}", organisation.name, answer.today));
        page.gap();
        let posture = Posture::of(assessed, answer.today);
        standing(&posture, &mut page);
        if rolled.organisations > 1 {
            page.gap();
            let text = format!(
                "with {} below it",
                counted(rolled.organisations - 1, "organisation")
            );
            page.line(&text, 0, 2);
            standing(&rolled.posture, &mut page);
        }
        page.gap();
        trend(answer, at, &mut page);
        for verdict in [Verdict::NotMet, Verdict::PartlyMet] {
            listed(answer, assessed, verdict, &mut page);
        }
        unknown(assessed, &mut page);
        actions(answer, assessed, &mut page);
    }
    let files = answer.delivery.documents().len();
    let text = "percent: met counts whole, partly met half, of all that applies; it says what the \
                evidence bears out, not how safe anybody is";
    page.line(text, 0, 2);
    page.line(&format!("{} read", counted(files, "document")), 0, 2);
    page
}

fn standing(posture: &Posture, page: &mut Page) {
    let head = ["", "percent", "met", "partly", "not met", "can't tell", "n/a"];
    page.line(&row(head.map(str::to_owned)), 0, 2);
    for category in Category::ALL {
        page.line(&counts(category.words(), &posture.category(category)), 0, 2);
    }
    page.line(&counts("together", &posture.whole()), 0, 2);
}

fn counts(name: &str, tally: &Tally) -> String {
    let count = |verdict| tally.count(verdict).to_string();
    row([
        name.to_owned(),
        tally.percent().map_or("-".to_owned(), |percent| format!("{percent} %")),
        count(Verdict::Met),
        count(Verdict::PartlyMet),
        count(Verdict::NotMet),
        count(Verdict::CannotTell),
        count(Verdict::NotApplicable),
    ])
}

fn row(cells: [String; 7]) -> String {
    let [name, rest @ ..] = cells;
    let rest: String =
        rest.iter().zip([9, 6, 8, 9, 12, 4]).map(|(it, room)| pad(it, room)).collect();
    format!("{}{rest}", pad(&name, 31)).trim_end().to_owned()
}

fn trend(answer: &Answer, at: usize, page: &mut Page) {
    let Some((since, before)) = &answer.before else { return };
    let (before, after) = (before.assessed(at), answer.group.assessed(at));
    let percent =
        |assessed, day| Posture::of(assessed, day).whole().percent().unwrap_or_default();
    page.heading(&format!("SINCE {since}"));
    page.gap();
    let (was, is) = (percent(before, *since), percent(after, answer.today));
    page.line(&format!("{was} % then, {is} % now"), 0, 2);
    for change in changes(before, after) {
        let text = format!(
            "{} {} → {}: {}",
            change.control.id(),
            change.before.words(),
            change.after.words(),
            change.why
        );
        page.line(&text, 0, 5);
    }
    page.gap();
}

fn listed(answer: &Answer, assessed: &[Assessed], verdict: Verdict, page: &mut Page) {
    let found: Vec<&Assessed> =
        assessed.iter().filter(|one| one.ruling.verdict == verdict).collect();
    if found.is_empty() {
        return;
    }
    page.heading(&verdict.words().to_uppercase());
    page.gap();
    for one in found {
        page.marked(mark(verdict), &headline(one), 0, 2);
        page.line(&one.ruling.why, 4, 4);
        grounds(answer, &one.ruling, GROUNDS, page);
        excepted(answer, one, page);
        for step in &one.steps {
            page.marked(("→ ", Style::Question), &step.text, 4, 6);
        }
    }
    page.gap();
}

const fn mark(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::NotMet => ("■ ", Style::ActNow),
        Verdict::PartlyMet => ("▪ ", Style::ThisWeek),
        Verdict::CannotTell => ("? ", Style::Question),
        Verdict::Met => ("✓ ", Style::Heading),
        Verdict::NotApplicable => ("· ", Style::Quiet),
    }
}

fn headline(one: &Assessed) -> String {
    let owner = match one.owner.as_str() {
        "" => String::new(),
        owner => format!(" ({owner})"),
    };
    format!("{} {}{owner}", one.control.id(), one.control.title())
}

fn excepted(answer: &Answer, one: &Assessed, page: &mut Page) {
    let Some(exception) = &one.exception else { return };
    let text = match one.is_excepted(answer.today) {
        true => format!("excepted until {}", exception.expires),
        false => format!("its exception ended on {}", exception.expires),
    };
    let text = format!("{text}, by {}: {}", exception.approver, exception.reason);
    page.marked(("", Style::Quiet), &text, 4, 6);
}

fn grounds(answer: &Answer, ruling: &Ruling, shown: usize, page: &mut Page) {
    let Ruling { grounds, why, .. } = ruling;
    for ground in grounds.iter().take(shown) {
        let age = match ground.age_days(answer.today) {
            Some(days) => {
                format!(", {} old", counted(days.unsigned_abs() as usize, "day"))
            }
            None => ", of unknown age".to_owned(),
        };
        // The reason may be the one fact.
        let text = if why.contains(&ground.text) { "" } else { &ground.text };
        let text = format!(
            "{text} [{}{age}] {}, {}",
            ground.class.word(),
            ground.document,
            ground.place
        );
        page.line(text.trim_start(), 4, 6);
    }
    if let Some(more @ 1..) = grounds.len().checked_sub(shown) {
        page.line(&format!("and {more} more"), 4, 6);
    }
}

/// What cannot be told, each in a line.
fn unknown(assessed: &[Assessed], page: &mut Page) {
    let found: Vec<&Assessed> =
        assessed.iter().filter(|one| one.ruling.verdict == Verdict::CannotTell).collect();
    if found.is_empty() {
        return;
    }
    page.heading("CANNOT TELL");
    page.gap();
    for one in found {
        let text = format!("{}: {}", headline(one), one.ruling.why);
        page.marked(mark(Verdict::CannotTell), &text, 0, 2);
    }
    page.gap();
}

fn actions(answer: &Answer, assessed: &[Assessed], page: &mut Page) {
    let actions = best(assessed, answer.today, answer.actions);
    if actions.is_empty() {
        return;
    }
    page.heading("TO DO FIRST");
    page.gap();
    for (number, action) in (1..).zip(&actions) {
        let text = format!(
            "{} (up to {} %: {})",
            action.step.text,
            action.could_reach,
            action.controls.join(", ")
        );
        page.marked((&format!("{number}. "), Style::Heading), &text, 0, 3);
    }
    page.gap();
}

/// The page of one control.
pub(super) fn explained(answer: &Answer, control: Control) -> Page {
    let mut page = render::blank();
    page.heading(&format!("{} {}", control.id(), control.title()));
    page.gap();
    page.line(&format!("{}.", control.about()), 0, 0);
    let needs = [control.needs(), control.also()].concat();
    page.line(&format!("It looks at: {}.", needs.join(", ")), 0, 2);
    if !control.parameters().is_empty() {
        page.line("Usual parameters:", 0, 2);
        for (name, value) in control.parameters() {
            let measure = control.measure(name).unwrap_or_default();
            page.line(&format!("{name} {value}: {measure}"), 2, 4);
        }
    }
    page.gap();
    for crosswalk in crosswalks() {
        for identifier in crosswalk.of(control.id()) {
            let means = crosswalk.means.get(identifier).map_or("", String::as_str);
            page.line(&format!("{} {identifier}: {means}", crosswalk.name), 0, 4);
        }
    }
    page.gap();
    for (at, organisation) in answer.organisations.iter().enumerate() {
        let Some(one) = answer.one(at, control) else { continue };
        let verdict = one.ruling.verdict;
        page.heading(&format!("{}, as of {}", organisation.name, answer.today));
        page.gap();
        let text = format!("{}: {}", verdict.words(), one.ruling.why);
        page.marked(mark(verdict), &text, 0, 2);
        grounds(answer, &one.ruling, usize::MAX, &mut page);
        excepted(answer, one, &mut page);
        if !one.steps.is_empty() {
            let change = format!("would change it: {}", control.change());
            page.marked(("", Style::Quiet), &change, 4, 6);
        }
        for step in &one.steps {
            page.marked(("→ ", Style::Question), &step.text, 4, 6);
        }
        page.gap();
    }
    page
}
