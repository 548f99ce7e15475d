//! Where an organisation stands: the four categories, what to do first, what changed, what is
//! accepted for a time, and every control with its verdict and what that rests on.

use posture::actions::best;
use posture::{Assessed, Category, Posture, Tally, Verdict, catalog};
use terms::Day;

use crate::members::{Member, members};
use crate::{
    Align, Bar, Bars, Block, Fact, Finding, Frame, Kind, Line, Plot, Report, Step, Table,
    Word, capital, counted, shown,
};

/// Actions that are told.
const ACTIONS: usize = 7;

/// Where an organisation stands, and stood.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The verdicts.
    pub assessed: &'a [Assessed],
    /// Which verdicts changed this week, the newest first.
    pub turned: Vec<Turned>,
    /// How many there were of each, the oldest day first.
    pub noted: Vec<Noted>,
    /// It and the organisations below it, each before those below.
    pub members: Vec<Member>,
}

/// A verdict that changed.
#[derive(Clone, Debug)]
pub struct Turned {
    /// The id of the control.
    pub control: String,
    /// What it was, as on the wire.
    pub before: String,
    /// What it is.
    pub after: String,
    /// Since when.
    pub day: String,
}

/// How many controls had which verdict at the end of a day.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The day.
    pub day: Day,
    /// Met.
    pub met: usize,
    /// Partly met.
    pub partly_met: usize,
    /// Not met.
    pub not_met: usize,
    /// Nobody could tell.
    pub cannot_tell: usize,
}

impl Noted {
    /// The number, in hundredths, by the rule of [`Tally::percent`].
    #[must_use]
    pub fn percent(&self) -> Option<usize> {
        let all = self.met + self.partly_met + self.not_met + self.cannot_tell;
        ((self.met * 2 + self.partly_met) * 100).checked_div(all * 2)
    }
}

/// The report.
#[must_use]
pub fn posture(frame: &Frame<'_>, standing: &Standing<'_>) -> Report {
    let all = standing.assessed;
    let title = format!("Where {} stands", frame.organisation);
    let mut report = Report::new(Kind::Posture, title, frame);
    let counts = Posture::of(all, frame.day);
    report.lead = lead(&counts.whole());
    report.note = "Met counts whole, partly met half. The number says what the evidence \
                   bears out, not how safe anybody is: what nobody shows counts like what \
                   is not so."
        .to_owned();
    report.add("The four categories", vec![Block::Plot(categories(&counts))]);
    report.add("What to do first", first(all, frame.day, ACTIONS));
    report.add("What changed this week", changed(&standing.turned));
    report.add(
        "How it went",
        trend(&standing.noted).map(Block::Plot).into_iter().collect(),
    );
    report.add("With those below", members(&standing.members));
    report.add("What is accepted for a time", exceptions(all, frame.day));
    for category in Category::ALL {
        let own = all.iter().filter(|one| one.control.category() == category);
        let findings = own.map(|one| Block::Finding(finding(one, frame)));
        report.add(&capital(category.words()), findings.collect());
    }
    report
}

/// The whole in one sentence.
pub(crate) fn lead(tally: &Tally) -> String {
    let count = |verdict| tally.count(verdict);
    let met = count(Verdict::Met);
    let reached = tally.percent().map_or_else(String::new, |it| {
        format!(" With partly met as half, {it} % is reached.")
    });
    format!(
        "Of {} that apply, {met} {} met, {} partly met, {} not met; of {} nobody \
         can tell with the evidence at hand.{reached}",
        counted(tally.applicable(), "control", "controls"),
        if met == 1 { "is" } else { "are" },
        count(Verdict::PartlyMet),
        count(Verdict::NotMet),
        count(Verdict::CannotTell),
    )
}

const COUNTED: [Verdict; 4] =
    [Verdict::Met, Verdict::PartlyMet, Verdict::NotMet, Verdict::CannotTell];

/// Verdicts by category, drawn.
pub(crate) fn categories(posture: &Posture) -> Plot {
    let rows: Vec<Bar> = Category::ALL
        .into_iter()
        .map(|category| {
            let tally = posture.category(category);
            Bar {
                label: capital(category.words()),
                values: COUNTED.map(|verdict| Some(tally.count(verdict))).into(),
            }
        })
        .collect();
    let told = Category::ALL.map(|category| {
        let tally = posture.category(category);
        format!(
            "{}: {} of {} met",
            category.words(),
            tally.count(Verdict::Met),
            tally.applicable()
        )
    });
    let whole = Category::ALL.iter().map(|one| posture.category(*one).applicable()).max();
    Plot {
        title: "Controls by verdict in each category".to_owned(),
        alt: format!("Bars of controls by verdict. {}.", told.join("; ")),
        bars: Bars::Stacked,
        series: COUNTED.map(|verdict| verdict.words().to_owned()).into(),
        whole: whole.unwrap_or_default().max(1),
        unit: "controls".to_owned(),
        rows,
    }
}

/// The shortest list that raises the number most.
pub(crate) fn first(all: &[Assessed], today: Day, most: usize) -> Vec<Block> {
    let steps: Vec<Step> = best(all, today, most)
        .into_iter()
        .map(|action| Step {
            text: action.step.text,
            beside: format!(
                "up to {} %: {}",
                action.could_reach,
                action.controls.join(", ")
            ),
        })
        .collect();
    if steps.is_empty() {
        return Vec::new();
    }
    let text = "The shortest list that raises the number most. What could be reached is an \
                upper bound: what is delivered may show that it is not so.";
    vec![Block::Paragraph { text: text.to_owned() }, Block::Steps { steps }]
}

fn word_of(word: &str) -> &'static str {
    let verdict = Verdict::ALL.into_iter().find(|it| it.word() == word);
    verdict.unwrap_or(Verdict::CannotTell).words()
}

fn changed(turned: &[Turned]) -> Vec<Block> {
    let columns = [
        ("Control", Align::Text),
        ("Before", Align::Text),
        ("Now", Align::Text),
        ("Since", Align::Text),
    ];
    let mut table = Table::new("Verdicts that changed", &columns);
    table.rows.extend(turned.iter().map(|one| {
        let title = catalog().control(&one.control).map_or("", posture::Control::title);
        vec![
            format!("{} {title}", one.control),
            word_of(&one.before).to_owned(),
            word_of(&one.after).to_owned(),
            one.day.clone(),
        ]
    }));
    table.block().into_iter().collect()
}

/// Weeks that a trend shows.
const WEEKS: i32 = 12;

/// The last word of each span of seven days, counted back from the newest; the oldest first.
#[must_use]
pub fn weeks(noted: &[Noted]) -> Vec<&Noted> {
    let mut weeks: Vec<&Noted> = Vec::new();
    let Some(newest) = noted.last().map(|one| one.day) else { return weeks };
    let back = |one: &Noted| evidence::days_between(one.day, newest);
    for one in noted.iter().filter(|one| back(one) < WEEKS * 7) {
        match weeks.last_mut() {
            Some(last) if back(last) / 7 == back(one) / 7 => *last = one,
            _ => weeks.push(one),
        }
    }
    weeks
}

/// The number at the end of each week, drawn; none before the second, since one bar tells
/// nothing.
#[must_use]
pub fn trend(noted: &[Noted]) -> Option<Plot> {
    let weeks = weeks(noted);
    let (begin, end) = (weeks.first()?, weeks.last()?);
    if weeks.len() < 2 {
        return None;
    }
    let figure = |one: &Noted| {
        one.percent().map_or_else(|| "nothing".to_owned(), |it| format!("{it} %"))
    };
    let alt = format!(
        "Bars of the number by week. From {} on {} to {} on {}.",
        figure(begin),
        shown(begin.day),
        figure(end),
        shown(end.day)
    );
    Some(Plot {
        title: "How much was borne out at the end of each week".to_owned(),
        alt,
        bars: Bars::Beside,
        series: vec!["reached".to_owned()],
        whole: 100,
        unit: "percent".to_owned(),
        rows: weeks
            .iter()
            .map(|one| Bar { label: shown(one.day), values: vec![one.percent()] })
            .collect(),
    })
}

fn exceptions(all: &[Assessed], today: Day) -> Vec<Block> {
    let columns = [
        ("Control", Align::Text),
        ("Verdict", Align::Text),
        ("Why it may stay so", Align::Text),
        ("Approved by", Align::Text),
        ("Until", Align::Text),
    ];
    let mut table = Table::new("Exceptions", &columns);
    table.rows.extend(all.iter().filter_map(|one| {
        let exception = one.exception.as_ref()?;
        let until = shown(exception.expires);
        Some(vec![
            format!("{} {}", one.control.id(), one.control.title()),
            one.ruling.verdict.words().to_owned(),
            exception.reason.clone(),
            exception.approver.clone(),
            match one.is_excepted(today) {
                true => until,
                false => format!("ended on {until}"),
            },
        ])
    }));
    table.block().into_iter().collect()
}

/// A control, and what was found.
fn finding(one: &Assessed, frame: &Frame<'_>) -> Finding {
    let verdict = one.ruling.verdict;
    let steps: Vec<&str> = one.steps.iter().map(|step| step.text.as_str()).collect();
    let excepted = one.exception.as_ref().filter(|_| one.is_excepted(frame.day));
    let until = excepted.map(|it| format!("until {}: {}", shown(it.expires), it.reason));
    let lines = [
        Line::of("Next", steps.join("; ")),
        Line::of("Seen to by", one.owner.as_str()),
        Line::of("Excepted", until.unwrap_or_default()),
    ];
    Finding {
        name: format!("{} {}", one.control.id(), one.control.title()),
        verdict: Word { word: verdict.word(), label: verdict.words() },
        why: one.ruling.why.clone(),
        lines: lines.into_iter().flatten().collect(),
        facts: Fact::all(&one.ruling.grounds, frame),
    }
}
