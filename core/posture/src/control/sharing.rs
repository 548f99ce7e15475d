//! Sharing: memberships, joint work, and what is done about advisories.

use evidence::{Field, Kind, days_between};

use crate::case::{Ask, Fact, plain};
use crate::ruling::{Ruling, Verdict, share};

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
    let days = ask.limit("days");
    let waited = |fact: &Fact<'_>| -> Option<i32> {
        let published = fact.record.day(Field::Published)?;
        let triaged = fact.record.day(Field::Triaged).unwrap_or(case.today);
        Some(days_between(published, triaged))
    };
    let in_time =
        |fact: &&&Fact<'_>| waited(fact).is_some_and(|it| i64::from(it) <= days);
    let known: Vec<&Fact<'_>> =
        log.iter().filter(|fact| waited(fact).is_some()).copied().collect();
    let triage = match known.is_empty() {
        true => case.nothing(Kind::AdvisoryLog, "log of advisories"),
        false => {
            let good = known.iter().filter(in_time).count();
            let verdict = share(good, known.len(), ask.limit("percent"));
            let why = format!(
                "{good} of {} advisories were looked at within {days} days",
                known.len()
            );
            ask.counted(&known, (verdict, why), "advisory")
        }
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
