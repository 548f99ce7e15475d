//! Sharing: memberships, joint work, and what is done about advisories.

use evidence::{Field, Kind, days_between};

use crate::case::{Ask, Fact, plain};
use crate::ruling::{Ruling, Verdict, many, share};

/// D-01: the house is a member of an ISAO, and hears from it.
pub(super) fn member(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let memberships = case.own(Kind::Membership);
    let membership = case.newest(&memberships, |record| {
        let isao = record.text(Field::Isao);
        if isao.is_empty() {
            return None;
        }
        Some(match record.day(Field::Until) {
            Some(until) => (Verdict::Met, format!("member of {isao} until {until}")),
            None => {
                (Verdict::PartlyMet, format!("member of {isao}, for an unknown time"))
            }
        })
    });
    let membership = membership
        .unwrap_or_else(|| case.nothing(Kind::Membership, "membership of the house"));
    let feeds = case.live(Kind::Feed);
    let newest = feeds.iter().filter_map(|fact| fact.record.day(Field::LastEvent)).max();
    let heard = match newest {
        Some(day) => {
            let verdict =
                if ask.is_within(day, "days") { Verdict::Met } else { Verdict::NotMet };
            let why = format!("a feed last brought something on {day}");
            ask.counted(&feeds, (verdict, why), "feed")
        }
        None => case.nothing(Kind::Feed, "feed of advisories"),
    };
    Ruling::all(vec![membership, heard])
}

/// D-07: house and supplier work on cases together, patients first.
pub(super) fn joint_cases(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let parts: Vec<Ruling> = (case.live(Kind::Case).iter())
        .map(|fact| {
            let record = fact.record;
            let name = record.text(Field::Supplier);
            let both =
                record.day(Field::Ours).is_some() && record.day(Field::Theirs).is_some();
            match (both, record.says(Field::Patients)) {
                (true, Some(true)) => fact.ruling(
                    Verdict::Met,
                    format!("both sides acknowledged a case with {name}"),
                ),
                (true, _) => fact.ruling(
                    Verdict::PartlyMet,
                    format!(
                        "in a case with {name} nobody looked at the risk for patients"
                    ),
                ),
                (false, _) => fact.ruling(
                    Verdict::NotMet,
                    format!("a case with {name} was not acknowledged by both sides"),
                ),
            }
        })
        .collect();
    match parts.is_empty() {
        true => case.nothing(Kind::Case, "joint case"),
        false => Ruling::all(parts),
    }
}

/// D-08: it is settled who does what.
pub(super) fn responsibilities(ask: &Ask<'_, '_>) -> Ruling {
    mapped(
        ask,
        (Kind::Responsibility, "list of responsibilities"),
        "of the tasks have somebody",
    )
}

/// D-09: practice is aligned with standards.
pub(super) fn aligned(ask: &Ask<'_, '_>) -> Ruling {
    mapped(ask, (Kind::Alignment, "mapping to a standard"), "of the standard is mapped")
}

fn mapped(ask: &Ask<'_, '_>, (kind, what): (Kind, &str), of: &str) -> Ruling {
    let case = ask.case;
    let percent = ask.limit("percent");
    let facts = case.live(kind);
    let ruling = case.newest(&facts, |record| {
        let (on, complete) = (record.day(Field::On)?, record.number(Field::Complete)?);
        let verdict = match complete {
            it if it >= percent => Verdict::Met,
            it if it >= percent / 2 => Verdict::PartlyMet,
            _ => Verdict::NotMet,
        };
        Some((verdict, format!("{complete} % {of}, on {on}")))
    });
    ruling.unwrap_or_else(|| case.nothing(kind, what))
}

/// D-10: what is known of threats goes to others too.
pub(super) fn passed_on(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let shared = case.live(Kind::Shared);
    if shared.is_empty() {
        return case.nothing(Kind::Shared, "record of something that was shared");
    }
    let is_open = |fact: &Fact<'_>| {
        let label = plain(fact.record.text(Field::Tlp)).replace("tlp:", "");
        match label.trim() {
            "clear" | "white" | "green" => Some(true),
            "amber" | "amber+strict" | "red" => Some(false),
            _ => None,
        }
    };
    let parts = shared.iter().map(|fact| {
        let (label, to) =
            (fact.record.text(Field::Tlp), fact.record.text(Field::Audience));
        match is_open(fact) {
            Some(true) => {
                fact.ruling(Verdict::Met, format!("passed on to {to}, {label}"))
            }
            Some(false) => fact
                .ruling(Verdict::PartlyMet, format!("passed on to {to}, though {label}")),
            None => Ruling::cannot_tell(format!("passed on to {to}, without a label")),
        }
    });
    Ruling::all(parts.collect())
}

/// D-13: advisories are looked at in time, and incidents told.
pub(super) fn acted_on(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let log = case.live(Kind::AdvisoryLog);
    let triage = match log.is_empty() {
        true => case.nothing(Kind::AdvisoryLog, "log of advisories"),
        false => looked_at(ask, &log),
    };
    let incidents = case.live(Kind::Incident);
    let late = incidents.iter().filter_map(|fact| {
        let (happened, told) =
            (fact.record.day(Field::Happened)?, fact.record.day(Field::On)?);
        let waited = i64::from(days_between(happened, told));
        (waited > ask.limit("report_days")).then(|| {
            fact.ruling(
                Verdict::NotMet,
                format!("an incident was told after {waited} days"),
            )
        })
    });
    Ruling::all(std::iter::once(triage).chain(late).collect())
}

/// How long an advisory has waited, and whether anybody has looked at it.
enum Wait {
    /// Somebody looked at it after so many days.
    Seen(i64),
    /// Nobody has looked at it in so many days.
    Open(i64),
}

/// Advisories that were looked at in time, of those that were looked at or should have been. One
/// that still waits within the limit speaks neither for nor against the house.
fn looked_at(ask: &Ask<'_, '_>, log: &[&Fact<'_>]) -> Ruling {
    let case = ask.case;
    let days = ask.limit("days");
    let waited = |fact: &Fact<'_>| -> Option<Wait> {
        let published = fact.record.day(Field::Published)?;
        let until = |day| i64::from(days_between(published, day));
        // A day that is to come is none on which somebody looked.
        let triaged = fact.record.day(Field::Triaged).filter(|day| *day <= case.today);
        Some(match triaged {
            Some(day) => Wait::Seen(until(day)),
            None => Wait::Open(until(case.today)),
        })
    };
    let (mut good, mut all, mut waiting) = (0, 0, 0);
    for wait in log.iter().filter_map(|fact| waited(fact)) {
        match wait {
            Wait::Open(it) if it <= days => waiting += 1,
            Wait::Seen(it) => {
                good += usize::from(it <= days);
                all += 1;
            }
            Wait::Open(_) => all += 1,
        }
    }
    let waits = format!("still within {days} days and not looked at: {waiting}");
    let (verdict, why) = match (all, waiting) {
        (0, 0) => return case.nothing(Kind::AdvisoryLog, "log of advisories"),
        (0, _) => {
            (Verdict::CannotTell, format!("no advisory had to be looked at yet; {waits}"))
        }
        _ => {
            let verdict = share(good, all, ask.limit("percent"));
            let advisories = many(all, "advisory");
            let why = format!("{good} of {advisories} looked at within {days} days");
            match waiting {
                0 => (verdict, why),
                _ => (verdict, format!("{why}; {waits}")),
            }
        }
    };
    let known: Vec<&Fact<'_>> =
        log.iter().filter(|fact| waited(fact).is_some()).copied().collect();
    ask.counted(&known, (verdict, why), "advisory")
}
