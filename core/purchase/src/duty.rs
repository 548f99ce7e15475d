//! What law and guidance ask of a device and its maker, one by one; and the two timers of the
//! postmarket guidance, worked out of advisories.
//!
//! Sources: section 524B of the FD&C Act (21 USC 360n-2), in force since 2023-03-29; FDA,
//! "Cybersecurity in Medical Devices: Quality Management System Considerations and Content of
//! Premarket Submissions" (2026-02-03); FDA, "Postmarket Management of Cybersecurity in
//! Medical Devices" (2016): of a risk that is not controlled customers are told within 30 days
//! of learning of it, and it is fixed within 60. On which day a maker learned of a flaw nobody
//! outside knows; the day on which its CVE was published is taken, which is the latest.

use std::sync::LazyLock;

use advisory::RemediationKind;
use controls::Class;
use controls::supplier_history::Advisory;
use evidence::{Ground, days_between};
use reading::Place;
use serde::Deserialize;
use terms::{CveId, Day};

use crate::bid::Bid;
use crate::cell::{Cell, Found, Part, Weight};
use crate::check::{Case, parts};
use crate::event::Tier;
use crate::paper::PaperKind;
use crate::profile::{Checks, Observed, WireChecks};

/// Days within which customers are told.
pub const TELL_DAYS: i32 = 30;
/// Days within which a flaw is fixed.
pub const FIX_DAYS: i32 = 60;

/// The day since which section 524B is in force.
const IN_FORCE: &str = "2023-03-29";

/// Which source asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Set {
    /// Section 524B of the FD&C Act.
    #[serde(rename = "524b")]
    Section524b,
    /// FDA's premarket guidance.
    #[serde(rename = "premarket")]
    Premarket,
    /// FDA's postmarket guidance.
    #[serde(rename = "postmarket")]
    Postmarket,
}

impl Set {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Section524b => "524b",
            Self::Premarket => "premarket",
            Self::Postmarket => "postmarket",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Section524b => "section 524B",
            Self::Premarket => "premarket guidance",
            Self::Postmarket => "postmarket guidance",
        }
    }
}

/// One duty of one bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Which source asks.
    pub set: Set,
    /// Its identifier there, or ours.
    pub id: String,
    /// What is asked, in a line.
    pub title: String,
    /// What the evidence says.
    pub cell: Cell,
}

/// How long a maker took to tell of one flaw, and to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// The advisory.
    pub advisory: String,
    /// Its file.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The flaw.
    pub cve: String,
    /// The day from which is counted: on which the CVE was published.
    pub known: Day,
    /// The day on which customers were told.
    pub told: Day,
    /// The day on which there was a fix at the latest; `None` where none is offered.
    pub fixed: Option<Day>,
    /// Whether they were told in time.
    pub telling: Pace,
    /// Whether it was fixed in time.
    pub fixing: Pace,
}

/// Whether something was in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// It was late, or is overdue.
    Late,
    /// It may have been late: the day is not known.
    CannotTell,
    /// The time runs.
    Running,
    /// It was in time.
    Kept,
}

impl Pace {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::CannotTell => "cannot_tell",
            Self::Running => "running",
            Self::Kept => "kept",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    duty: Vec<WireDuty>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireDuty {
    set: Set,
    id: String,
    title: String,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    form: Vec<String>,
    #[serde(default)]
    papers: Vec<PaperKind>,
    #[serde(default)]
    observed: Vec<Observed>,
    ask: String,
}

struct Asked {
    set: Set,
    id: String,
    title: String,
    checks: Checks,
    ask: String,
}

const DATA: &str = include_str!("../data/duties.toml");

/// Were the data broken, no duty would be shown; a test reads them.
static DUTIES: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let file: Option<File> = toml::from_str(DATA).ok();
    file.into_iter().flat_map(|file| file.duty).filter_map(asked).collect()
});

/// Whether there is a duty with that identifier.
pub(crate) fn is_duty(id: &str) -> bool {
    DUTIES.iter().any(|duty| duty.id == id)
}

fn asked(wire: WireDuty) -> Option<Asked> {
    let WireDuty { set, id, title, flags, form, papers, observed, ask } = wire;
    let wire = WireChecks { flags, form, papers, records: false, observed };
    let checks = Checks::read(wire, &Place::Document).ok()?;
    Some(Asked { set, id, title, checks, ask })
}

/// The duties of a bid for a device of a tier, and the timers of the maker's advisories.
pub(crate) fn duties(case: &Case<'_>, tier: Tier) -> (Vec<Duty>, Vec<Timer>) {
    let timers = timers(case);
    let mut duties: Vec<Duty> = DUTIES
        .iter()
        .map(|asked| Duty {
            set: asked.set,
            id: asked.id.clone(),
            title: asked.title.clone(),
            cell: match (asked.set, applies(case.bid, tier)) {
                (Set::Section524b, Applies::Not(why)) => Cell::not_applicable(why),
                _ => Cell::join(parts(case, &asked.checks, &asked.id, None), &asked.ask),
            },
        })
        .collect();
    let timed = [
        ("30-days", "Customers are told of a flaw within 30 days", Kind::Telling),
        ("60-days", "A flaw is fixed within 60 days", Kind::Fixing),
    ];
    duties.extend(timed.into_iter().map(|(id, title, kind)| Duty {
        set: Set::Postmarket,
        id: id.to_owned(),
        title: title.to_owned(),
        cell: timed_cell(case, &timers, kind),
    }));
    (duties, timers)
}

/// Whether section 524B reaches a device.
enum Applies {
    Yes,
    Not(&'static str),
}

/// It reaches what can join a network and was cleared since it is in force; where nobody says
/// when the device was cleared, it is asked.
fn applies(bid: &Bid, tier: Tier) -> Applies {
    if tier == Tier::Standalone {
        return Applies::Not("the device cannot join a network");
    }
    let products = bid.proven.products.iter();
    let cleared: Vec<Day> = products.filter_map(|it| it.kept.as_ref()?.cleared).collect();
    let since = terms::date::day(IN_FORCE).ok();
    let is_older = |day: &Day| since.is_some_and(|since| *day < since);
    match !cleared.is_empty() && cleared.iter().all(is_older) {
        true => Applies::Not("the device was cleared before section 524B was in force"),
        false => Applies::Yes,
    }
}

// --- timers --------------------------------------------------------------------------------

/// Timers that are kept, the newest first.
const TIMERS_MAX: usize = 500;

fn timers(case: &Case<'_>) -> Vec<Timer> {
    let evidence = &case.bid.shown;
    let mut timers = Vec::new();
    for at in &case.shown.history.own.advisories {
        let Some(advisory) = evidence.advisories.get(*at) else { continue };
        let Some(told) = advisory.released() else { continue };
        for (number, flaw) in advisory.record.vulnerabilities.iter().enumerate() {
            for id in flaw.ids.iter().filter(|id| CveId::parse(id).is_ok()) {
                let Some(published) = evidence.published.get(id) else { continue };
                let known = published.day;
                let (fixed, fixing) = fixing(advisory, number, known, case.today);
                timers.push(Timer {
                    advisory: advisory.record.id.clone(),
                    document: advisory.file.clone(),
                    place: Place::Pointer(format!("/vulnerabilities/{number}")),
                    cve: id.clone(),
                    known,
                    told,
                    fixed,
                    telling: within(known, told, TELL_DAYS),
                    fixing,
                });
            }
        }
    }
    timers.sort_by(|a, b| {
        (b.told, &a.advisory, &a.cve).cmp(&(a.told, &b.advisory, &b.cve))
    });
    timers.truncate(TIMERS_MAX);
    timers
}

fn within(known: Day, done: Day, days: i32) -> Pace {
    match days_between(known, done) > days {
        true => Pace::Late,
        false => Pace::Kept,
    }
}

/// Whether a flaw was fixed in time. An advisory that was revised says that there is a fix,
/// and not since when: between its first and its last day.
fn fixing(
    advisory: &Advisory,
    number: usize,
    known: Day,
    today: Day,
) -> (Option<Day>, Pace) {
    let has_fix = advisory.record.remediations.iter().any(|it| {
        it.vulnerability.is_none_or(|of| of == number)
            && matches!(
                it.kind,
                RemediationKind::VendorFix | RemediationKind::OptionalPatch
            )
    });
    if !has_fix {
        let pace = match days_between(known, today) > FIX_DAYS {
            true => Pace::Late,
            false => Pace::Running,
        };
        return (None, pace);
    }
    let last = terms::date::instant(&advisory.record.modified).ok();
    let last = last.map(terms::Instant::day).or(advisory.released());
    let (Some(first), Some(last)) = (advisory.released(), last) else {
        return (None, Pace::CannotTell);
    };
    let pace = match (within(known, first, FIX_DAYS), within(known, last, FIX_DAYS)) {
        (_, Pace::Kept) => Pace::Kept,
        (Pace::Late, _) => Pace::Late,
        _ => Pace::CannotTell,
    };
    (Some(last), pace)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Telling,
    Fixing,
}

/// Flaws that are named as grounds.
const SHOWN: usize = 6;

/// What timers come to. Late once is not met. That all were in time is *met* only where the
/// house brought the advisories: a bidder may choose which to send.
fn timed_cell(case: &Case<'_>, timers: &[Timer], kind: Kind) -> Cell {
    let pace = |timer: &Timer| match kind {
        Kind::Telling => timer.telling,
        Kind::Fixing => timer.fixing,
    };
    let ask = match kind {
        Kind::Telling => {
            "How long after you learned of the flaws named here did you tell customers?"
        }
        Kind::Fixing => "When did each of the flaws named here have a fix?",
    };
    let count = |wanted: Pace| timers.iter().filter(|it| pace(it) == wanted).count();
    let (late, kept) = (count(Pace::Late), count(Pace::Kept));
    let shown = |wanted: Pace| -> Vec<Ground> {
        let of = timers.iter().filter(|it| pace(it) == wanted).take(SHOWN);
        of.map(|it| ground(it, kind, it.told)).collect()
    };
    let all = timers.len();
    let is_of_house = !case.proven.history.own.advisories.is_empty()
        && case.proven.history.own.advisories.len()
            == case.shown.history.own.advisories.len();
    let part = match (all, late) {
        (0, _) => Part::nothing(
            Weight::Proof,
            "no advisory of the maker names a flaw whose day of publication is known",
        ),
        (_, 1..) => {
            let why = format!("{late} of {all} flaws were late");
            Part::new(Weight::Proof, Found::Not, why, shown(Pace::Late))
        }
        _ if kept == all => {
            let why = format!("all {all} flaws were in time");
            let found = if is_of_house { Found::So } else { Found::Partly };
            Part::new(Weight::Proof, found, why, shown(Pace::Kept))
        }
        _ => {
            let why = format!("of {} of {all} flaws it is not known", all - kept);
            let found = if kept > 0 { Found::Partly } else { Found::Nothing };
            Part::new(Weight::Proof, found, why, shown(Pace::CannotTell))
        }
    };
    Cell::join(vec![part], ask)
}

fn ground(timer: &Timer, kind: Kind, on: Day) -> Ground {
    let days = |to: Day| days_between(timer.known, to);
    let text = match (kind, timer.fixed) {
        (Kind::Telling, _) => {
            format!("{}: told {} days after its CVE", timer.cve, days(timer.told))
        }
        (Kind::Fixing, Some(fixed)) => format!(
            "{}: fixed at the latest {} days after its CVE",
            timer.cve,
            days(fixed)
        ),
        (Kind::Fixing, None) => format!("{}: no fix is offered", timer.cve),
    };
    Ground::of(Class::Documented, &timer.document, timer.place.clone(), text)
        .dated(Some(on))
}

/// The version of the duties.
#[must_use]
pub fn version() -> String {
    let file: Option<File> = toml::from_str(DATA).ok();
    file.map(|file| file.version).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_duties_are_read_and_each_can_be_told() {
        let file: File = toml::from_str(DATA).unwrap();
        assert_eq!(file.duty.len(), DUTIES.len());
        let ids: BTreeSet<&str> = DUTIES.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.len(), DUTIES.len());
        let of = |set| DUTIES.iter().filter(|it| it.set == set).count();
        assert_eq!(of(Set::Section524b), 3);
        assert_eq!(of(Set::Premarket), 8);
        for duty in DUTIES.iter() {
            assert!(duty.ask.ends_with(['?', '.']) && !duty.title.ends_with('.'));
        }
    }

    #[test]
    fn the_last_day_is_still_in_time() {
        let day = |text| terms::date::day(text).unwrap();
        assert_eq!(within(day("2026-01-01"), day("2026-01-31"), TELL_DAYS), Pace::Kept);
        assert_eq!(within(day("2026-01-01"), day("2026-02-01"), TELL_DAYS), Pace::Late);
        assert_eq!(within(day("2026-01-31"), day("2026-01-01"), TELL_DAYS), Pace::Kept);
    }
}
