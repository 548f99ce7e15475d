//! Computers, networks and plans.

use std::collections::BTreeSet;

use evidence::firewall::{Action, Breadth, Policy, Way};
use evidence::{Field, Kind, Record, days_between};

use crate::case::{Ask, Document, Fact, plain};
use crate::ruling::{Lack, Ruling, Verdict, many, share};

/// anti-virus is current.
pub(super) fn protected(ask: &Ask<'_, '_>) -> Ruling {
    let facts = ask.case.live(Kind::Endpoint);
    let days = ask.limit("days");
    let state = |fact: &Fact<'_>| -> Option<bool> {
        let record = fact.record;
        if record.says(Field::Enabled) == Some(false) {
            return Some(false);
        }
        age(ask, fact, Field::Signatures).map(|age| age <= days)
    };
    let what = ("protection of computers", "computers are protected, signatures fresh");
    endpoints(ask, &facts, state, what)
}

/// patches are applied.
pub(super) fn patched(ask: &Ask<'_, '_>) -> Ruling {
    let facts = ask.case.live(Kind::Endpoint);
    let days = ask.limit("days");
    let state = |fact: &Fact<'_>| -> Option<bool> {
        let record = fact.record;
        let within = |field| age(ask, fact, field).map(|age| age <= days);
        match (record.number(Field::Missing), record.day(Field::OldestMissing)) {
            (Some(0), _) => Some(true),
            (_, Some(_)) => within(Field::OldestMissing),
            (Some(_), None) if record.day(Field::Patched).is_none() => Some(false),
            (_, None) => within(Field::Patched),
        }
    };
    let what = ("list of patches", "computers lack no patch for long");
    endpoints(ask, &facts, state, what)
}

/// How many days something lay back when the list was made; `None` where it is not said, and
/// where the day comes after the list: whatever made it did not know.
fn age(ask: &Ask<'_, '_>, fact: &Fact<'_>, field: Field) -> Option<i64> {
    let made = fact.day.unwrap_or(ask.case.today);
    let day = fact.record.day(field).filter(|day| *day <= made)?;
    Some(i64::from(days_between(day, made)))
}

/// A ruling with a complaint at each row that has a day after its own list.
fn after_the_list(
    ask: &Ask<'_, '_>,
    mut ruling: Ruling,
    facts: &[&Fact<'_>],
    fields: &[Field],
) -> Ruling {
    let mut count = 0;
    for fact in facts {
        let made = fact.day.unwrap_or(ask.case.today);
        let days = fields.iter().filter_map(|field| fact.record.day(*field));
        let Some(day) = days.into_iter().find(|day| *day > made) else { continue };
        count += 1;
        if count <= COMPLAINTS_MAX {
            let text = format!("{day} is after the day of the list, and is not read");
            ruling.grounds.push(fact.ground(text));
        }
    }
    if count > 0 {
        let rows = many(count, "row");
        ruling.why = format!("{}; {rows} with a day after that of the list", ruling.why);
    }
    ruling
}

/// Rows with a day that is to come which are shown.
const COMPLAINTS_MAX: usize = 5;

/// Those that are told of all that are not exempt.
fn endpoints(
    ask: &Ask<'_, '_>,
    facts: &[&Fact<'_>],
    state: impl Fn(&Fact<'_>) -> Option<bool>,
    (what, good): (&str, &str),
) -> Ruling {
    let is_exempt = |fact: &&&Fact<'_>| !fact.record.text(Field::Exempt).is_empty();
    let exempt = facts.iter().filter(is_exempt).count();
    let judged: Vec<&Fact<'_>> =
        facts.iter().filter(|it| !is_exempt(it)).copied().collect();
    let count = |answer| judged.iter().filter(|fact| state(fact) == answer).count();
    let (fine, unknown) = (count(Some(true)), count(None));
    let days = [Field::Signatures, Field::OldestMissing, Field::Patched];
    if judged.len() == unknown {
        let nothing = ask.case.nothing(Kind::Endpoint, what);
        return after_the_list(ask, nothing, &judged, &days);
    }
    let mut why = format!("{fine} of {} {good}", judged.len());
    if unknown > 0 {
        why = format!("{why}; unknown: {unknown}");
    }
    if exempt > 0 {
        why = format!("{why}; exempt with a reason: {exempt}");
    }
    let verdict = share(fine, judged.len(), ask.limit("percent"));
    let ruling = ask.counted(&judged, (verdict, why), "computer");
    after_the_list(ask, ruling, &judged, &days)
}

/// firewalls stand, and deny what nobody allowed.
pub(super) fn firewalls(ask: &Ask<'_, '_>) -> Ruling {
    let parts = boundaries(ask, |policy| {
        let open = policy.wide().find(|rule| rule.breadth == Breadth::Everything);
        match (policy.end(), open) {
            (_, Some(rule)) => Some(format!("lets everything pass ({})", rule.text)),
            (Action::Permit, None) => Some("lets pass what no rule names".to_owned()),
            (Action::Deny, None) => None,
        }
    });
    match parts.is_empty() {
        true => no_firewall(ask),
        false => Ruling::all(parts),
    }
}

fn no_firewall(ask: &Ask<'_, '_>) -> Ruling {
    match ask.case.firewalls.iter().find(|it| !it.counts()) {
        Some(old) => {
            let why = "the configuration of the firewall is too old";
            let mut ruling =
                old.ruling(Verdict::CannotTell, reading::Place::Document, why);
            ruling.verdict = Verdict::CannotTell;
            ruling
        }
        None => Ruling::cannot_tell("no configuration of a firewall is at hand"),
    }
}

/// A ruling for each boundary that judges what comes in; `wrong` says what is.
fn boundaries(
    ask: &Ask<'_, '_>,
    wrong: impl Fn(&Policy) -> Option<String>,
) -> Vec<Ruling> {
    let mut parts = Vec::new();
    for held in ask.case.firewalls.iter().filter(|held| held.counts()) {
        for policy in held.value.policies.iter().filter(|it| it.way == Way::In) {
            parts.push(boundary(held, policy, wrong(policy)));
        }
    }
    parts
}

fn boundary<T>(held: &Document<'_, T>, policy: &Policy, wrong: Option<String>) -> Ruling {
    let name = &policy.name;
    let place = policy.place.clone();
    match wrong {
        None => {
            let why = format!(
                "{name} denies what no rule names ({})",
                many(policy.rules.len(), "rule")
            );
            held.ruling(Verdict::Met, place, why)
        }
        Some(wrong) => held.ruling(Verdict::NotMet, place, format!("{name} {wrong}")),
    }
}

/// networks are parted.
pub(super) fn segmented(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let tests = case.live(Kind::ZoneTest);
    let test = case.newest(&tests, |record| {
        let on = record.day(Field::On)?;
        Some(match record.says(Field::Passed)? {
            true => (Verdict::Met, format!("a test of {on} found the zones apart")),
            false => (
                Verdict::NotMet,
                format!("a test of {on} came from one zone into another"),
            ),
        })
    });
    let test = test.unwrap_or_else(|| case.nothing(Kind::ZoneTest, "test between zones"));
    let rules = boundaries(ask, |policy| {
        let wide = policy.wide().next();
        match (policy.end(), wide) {
            (Action::Permit, None) => Some("lets pass what no rule names".to_owned()),
            (_, Some(rule)) => {
                Some(format!("lets a whole zone pass anywhere ({})", rule.text))
            }
            (Action::Deny, None) => None,
        }
    });
    let zones = rules.len();
    let rules = match zones {
        0 => no_firewall(ask),
        1 => {
            Ruling::all(rules).capped(Lack::Evidence, "one boundary alone parts no zones")
        }
        _ => Ruling::all(rules),
    };
    match test.verdict {
        Verdict::NotMet => Ruling::strictly(vec![test, rules]),
        _ => Ruling::all(vec![test, rules]),
    }
}

/// Methods that others know, by the words that name them.
const METHODS: [&str; 14] = [
    "nist", "csf", "800-30", "27005", "27001", "31000", "14971", "fair", "octave",
    "hitrust", "hicp", "80001", "ebios", "62443",
];

/// risk is assessed by a method that others know.
pub(super) fn method(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let is_whole =
        |fact: &&Fact<'_>| !plain(fact.record.text(Field::Scope)).contains("device");
    let facts: Vec<&Fact<'_>> =
        case.live(Kind::Assessment).into_iter().filter(is_whole).collect();
    let ruling = case.newest(&facts, |record| {
        let on = record.day(Field::On)?;
        let method = record.text(Field::Method);
        let scope = plain(record.text(Field::Scope));
        let is_known = METHODS.iter().any(|word| plain(method).contains(word));
        let is_all = ["all", "whole", "enterprise", "organisation", "organization"];
        let is_all = is_all.iter().any(|word| scope.contains(word));
        Some(match (is_known, is_all) {
            (true, true) => {
                (Verdict::Met, format!("assessed on {on} by {method}, all in scope"))
            }
            (true, false) => (
                Verdict::PartlyMet,
                format!("assessed on {on} by {method}, of {scope} alone"),
            ),
            (false, _) => (
                Verdict::PartlyMet,
                format!("assessed on {on} by a method of its own ({method})"),
            ),
        })
    });
    ruling.unwrap_or_else(|| {
        case.nothing(Kind::Assessment, "risk assessment of the organisation")
    })
}

/// every connected device is known.
pub(super) fn known_devices(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let of = |place: &str| -> Vec<&Fact<'_>> {
        let devices = case.live(Kind::Device).into_iter();
        devices.filter(|fact| fact.record.text(Field::Where) == place).collect()
    };
    let (kept, seen) = (of("inventory"), of("network"));
    if kept.is_empty() {
        return Ruling::cannot_tell("no inventory of devices is at hand");
    }
    if seen.is_empty() {
        // Where no scan is compared, the house counts its devices instead of naming each.
        let counts = kept.iter().map(|it| it.record.number(Field::Count).unwrap_or(1));
        let count = usize::try_from(counts.sum::<i64>()).unwrap_or_default();
        let why = format!(
            "the inventory holds {}; nothing shows which are on the network",
            many(count, "connected device")
        );
        return ask.counted(&kept, (Verdict::CannotTell, why), "record");
    }
    // What is only counted cannot be compared.
    let is_named = |it: &&Fact<'_>| it.record.number(Field::Count).is_none();
    let kept: Vec<&Fact<'_>> = kept.into_iter().filter(is_named).collect();
    if kept.is_empty() {
        let why =
            "the inventory is counted here, and compared with no scan of the network";
        return Ruling::cannot_tell(why);
    }
    let keys = |record: &Record| -> Vec<String> {
        record.text(Field::Name).split_whitespace().map(str::to_lowercase).collect()
    };
    let kept_keys: BTreeSet<String> =
        kept.iter().flat_map(|it| keys(it.record)).collect();
    let seen_keys: BTreeSet<String> =
        seen.iter().flat_map(|it| keys(it.record)).collect();
    let known =
        seen.iter().filter(|it| keys(it.record).iter().any(|it| kept_keys.contains(it)));
    let known = known.count();
    let connected = kept.iter().filter(|it| !keys(it.record).is_empty());
    let missing =
        connected.filter(|it| !keys(it.record).iter().any(|it| seen_keys.contains(it)));
    let missing = missing.count();
    let verdict = match (share(known, seen.len(), ask.limit("percent")), missing) {
        (Verdict::Met, missing) if missing * 10 > kept.len() => Verdict::PartlyMet,
        (verdict, _) => verdict,
    };
    let why = format!(
        "in the inventory {known} of {} on the network; of the inventory not seen: {missing}",
        many(seen.len(), "device")
    );
    let facts: Vec<&Fact<'_>> = kept.into_iter().chain(seen).collect();
    ask.counted(&facts, (verdict, why), "device")
}

/// the surroundings of devices are watched.
pub(super) fn watched(ask: &Ask<'_, '_>) -> Ruling {
    let facts = ask.case.live(Kind::LogSource);
    let is_heard = |fact: &&&Fact<'_>| {
        age(ask, fact, Field::LastEvent).is_some_and(|age| age <= ask.limit("days"))
    };
    if facts.is_empty() {
        return ask.case.nothing(Kind::LogSource, "list of log sources");
    }
    let heard = facts.iter().filter(is_heard).count();
    let watches_devices = |fact: &&Fact<'_>| {
        let scope = plain(fact.record.text(Field::Scope));
        ["device", "medical", "biomed", "clinical"]
            .iter()
            .any(|word| scope.contains(word))
    };
    let verdict = share(heard, facts.len(), ask.limit("percent"));
    let why = format!("{heard} of {} log sources are heard", facts.len());
    let ruling = ask.counted(&facts, (verdict, why), "log source");
    let ruling = after_the_list(ask, ruling, &facts, &[Field::LastEvent]);
    match facts.iter().any(watches_devices) {
        true => ruling,
        false => ruling.capped(Lack::Evidence, "none is said to be around devices"),
    }
}

/// plans are rehearsed, and backups brought back.
pub(super) fn rehearsed(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let exercises = case.live(Kind::Exercise);
    let exercise = case.newest(&exercises, |record| {
        let (on, scope) = (record.day(Field::On)?, record.text(Field::Scope));
        Some(match record.says(Field::Devices)? {
            true => (Verdict::Met, format!("{scope} was rehearsed with devices on {on}")),
            false => (
                Verdict::PartlyMet,
                format!("{scope} was rehearsed on {on}, without devices"),
            ),
        })
    });
    let exercise = exercise.unwrap_or_else(|| case.nothing(Kind::Exercise, "rehearsal"));
    let tests = case.live(Kind::RestoreTest);
    let restored = case.newest(&tests, |record| {
        let on = record.day(Field::On)?;
        Some(match record.says(Field::Passed)? {
            true => (Verdict::Met, format!("a backup was brought back on {on}")),
            false => {
                (Verdict::NotMet, format!("a backup could not be brought back on {on}"))
            }
        })
    });
    let restored =
        restored.unwrap_or_else(|| case.nothing(Kind::RestoreTest, "test of a backup"));
    Ruling::all(vec![exercise, restored])
}

/// access of suppliers from outside is controlled.
pub(super) fn remote(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let facts = case.live(Kind::RemoteSession);
    let says = |fact: &Fact<'_>, field| fact.record.says(field);
    let told: Vec<&Fact<'_>> =
        facts.iter().copied().filter(|it| says(it, Field::Mfa).is_some()).collect();
    if told.is_empty() {
        return case.nothing(Kind::RemoteSession, "list of sessions from outside");
    }
    let is_good = |fact: &&&Fact<'_>| {
        says(fact, Field::Mfa) == Some(true)
            && says(fact, Field::Approved) != Some(false)
            && says(fact, Field::Recorded) != Some(false)
    };
    let is_whole = |fact: &&Fact<'_>| {
        says(fact, Field::Approved).is_some() && says(fact, Field::Recorded).is_some()
    };
    let good = facts.iter().filter(is_good).count();
    let verdict = share(good, facts.len(), ask.limit("percent"));
    let why = format!(
        "{good} of {} sessions had a second factor and nothing against them",
        facts.len()
    );
    let ruling = ask.counted(&facts, (verdict, why), "session");
    match facts.iter().all(is_whole) {
        true => ruling,
        false => ruling.capped(
            Lack::Evidence,
            "of some it is not said whether they were approved and recorded",
        ),
    }
}
