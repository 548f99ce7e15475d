//! People: who answers, what they learned, what their accounts may do.
//!
//! Nobody is named: counts, roles, rows. A role with few people is counted among others, since
//! a role of one is a name.

use std::collections::{BTreeMap, BTreeSet};

use evidence::{Field, Kind, Pseudonym, Value, days_between};

use super::house::{self, Weight, beside};
use crate::case::{Ask, Fact, plain};
use crate::ruling::{Lack, Ruling, Verdict, many, share};

/// People below which a role is not shown by itself.
const ROLE_MIN: usize = 5;

/// exactly one person answers for security.
pub(super) fn officer(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let is_officer = |fact: &&Fact<'_>| {
        let role = plain(fact.record.text(Field::Role));
        role.contains("security") && !role.contains("deputy")
    };
    let begun = |fact: &&Fact<'_>| fact.standing.has_begun();
    let all: Vec<&Fact<'_>> =
        case.all(Kind::Designation).iter().filter(is_officer).filter(begun).collect();
    let holds: Vec<&Fact<'_>> =
        all.iter().copied().filter(|fact| fact.counts()).collect();
    let [holder] = holds.as_slice() else {
        if let Some(first) = holds.first() {
            let why = format!("{} people hold the office at once", holds.len());
            return first.ruling(Verdict::PartlyMet, why);
        }
        let ended = |fact: &&Fact<'_>| fact.record.day(Field::Until);
        let Some(last) = all.iter().copied().max_by_key(|fact| ended(fact)) else {
            return case.nothing(Kind::Designation, "designation of a security officer");
        };
        let vacant = ended(&last).map_or(0, |until| days_between(until, case.today));
        let verdict = match i64::from(vacant) <= ask.limit("vacancy_days") {
            true => Verdict::PartlyMet,
            false => Verdict::NotMet,
        };
        return last.ruling(
            verdict,
            format!(
                "the office has been vacant for {}",
                many(usize::try_from(vacant).unwrap_or_default(), "day")
            ),
        );
    };
    let ruling = match holder.record.day(Field::Accepted) {
        Some(day) if day > case.today => holder.ruling(
            Verdict::PartlyMet,
            format!("one person is named, and the day of acceptance, {day}, is to come"),
        ),
        Some(day) => holder.ruling(
            Verdict::Met,
            format!("one person holds the office, and accepted it on {day}"),
        ),
        None => {
            holder.ruling(Verdict::PartlyMet, "one person is named, and has not accepted")
        }
    };
    let person = match holder.record.value(Field::Holder) {
        Some(Value::Person(person)) => Some(*person),
        _ => None,
    };
    let Some(blocked) = house::blocked(ask, person) else { return ruling };
    let mut ruling = ruling.capped(Lack::Mending, &blocked.text);
    ruling.grounds.push(blocked);
    ruling
}

/// Somebody on the roster who works there today.
fn works(fact: &Fact<'_>, today: terms::Day) -> bool {
    let record = fact.record;
    let has_left = record.day(Field::Until).is_some_and(|until| until < today);
    record.says(Field::Active) != Some(false) && !has_left
}

/// What is said of people of whom no register says what they need.
fn without_course(ruling: Ruling, untold: usize) -> Ruling {
    match untold {
        0 => ruling,
        _ => {
            let lack =
                format!("people whose role has no course in the register: {untold}");
            ruling.capped(Lack::Evidence, &lack)
        }
    }
}

/// everybody has the training of their role.
pub(super) fn trained(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let people = case.live(Kind::Person);
    let people: Vec<&Fact<'_>> =
        people.into_iter().filter(|fact| works(fact, case.today)).collect();
    if people.is_empty() {
        return case.nothing(Kind::Person, "roster");
    }
    let done = completions(ask);
    if done.facts.is_empty() {
        return case.nothing(Kind::Completion, "export of completed courses");
    }
    let courses = case.live(Kind::Course);
    let mut roles: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut untold = 0;
    for person in &people {
        let role = plain(person.record.text(Field::Role));
        // Of whom no register says what they need, nobody can say that they have it.
        if !courses.is_empty() && !courses.iter().any(|course| is_for(course, &role)) {
            untold += 1;
            continue;
        }
        let taken: BTreeSet<&str> = person
            .record
            .people()
            .filter_map(|it| done.by.get(&it))
            .flatten()
            .copied()
            .collect();
        let required = courses.iter().filter(|course| is_for(course, &role));
        let mut required =
            required.map(|course| plain(course.record.text(Field::Course)));
        let is_trained = match courses.is_empty() {
            true => !taken.is_empty(),
            false => required.all(|course| taken.iter().any(|it| plain(it) == course)),
        };
        let count = roles.entry(role).or_default();
        count.0 += usize::from(is_trained);
        count.1 += 1;
    }
    let percent = ask.limit("percent");
    let good: usize = roles.values().map(|(good, _)| good).sum();
    let all = people.len() - untold;
    let behind = behind(&roles, percent);
    let verdict = match (share(good, all, percent), behind.is_empty()) {
        (Verdict::Met, false) => Verdict::PartlyMet,
        (verdict, _) => verdict,
    };
    let mut why = match all {
        0 => "the register names no course for any role on the roster".to_owned(),
        _ => format!("{good} of {all} people have what their role needs"),
    };
    if !behind.is_empty() {
        why = format!("{why}; behind: {}", behind.join(", "));
    }
    let facts: Vec<&Fact<'_>> = people.into_iter().chain(done.facts).collect();
    let ruling = without_course(ask.counted(&facts, (verdict, why), "row"), untold);
    match courses.is_empty() {
        true => {
            ruling.capped(Lack::Evidence, "no register says which course is for whom")
        }
        false if courses.iter().all(|it| it.class == evidence::Class::Attested) => {
            ruling.capped(Lack::Proof, "which course is for whom is only claimed")
        }
        false => ruling,
    }
}

/// Roles that lack too much; those of few people together.
fn behind(roles: &BTreeMap<String, (usize, usize)>, percent: i64) -> Vec<String> {
    let mut behind = Vec::new();
    let mut few = (0, 0);
    for (role, (good, all)) in roles {
        if *all < ROLE_MIN || role.is_empty() {
            few = (few.0 + good, few.1 + all);
        } else if share(*good, *all, percent) != Verdict::Met {
            behind.push(format!("{role} ({good} of {all})"));
        }
    }
    if few.1 > 0 && share(few.0, few.1, percent) != Verdict::Met {
        behind.push(format!("roles of few people ({} of {})", few.0, few.1));
    }
    behind
}

fn is_for(course: &Fact<'_>, role: &str) -> bool {
    let roles = plain(course.record.text(Field::Roles));
    roles.is_empty()
        || roles.split(',').map(str::trim).any(|it| !it.is_empty() && role.contains(it))
}

/// Courses that were completed in time, by whom.
struct Done<'a, 'e> {
    facts: Vec<&'a Fact<'e>>,
    by: BTreeMap<Pseudonym, Vec<&'e str>>,
}

fn completions<'a, 'e>(ask: &Ask<'a, 'e>) -> Done<'a, 'e> {
    let today = ask.case.today;
    let facts: Vec<&Fact<'_>> = (ask.case.live(Kind::Completion).into_iter())
        .filter(|fact| fact.record.says(Field::Completed) != Some(false))
        .filter(|fact| {
            let on = fact.record.day(Field::On);
            on.is_some_and(|on| on <= today && ask.is_within(on, "days"))
        })
        .collect();
    let mut by: BTreeMap<Pseudonym, Vec<&str>> = BTreeMap::new();
    for fact in &facts {
        for person in fact.record.people() {
            by.entry(person).or_default().push(fact.record.text(Field::Course));
        }
    }
    Done { facts, by }
}

/// what was learned is assessed.
pub(super) fn assessed(ask: &Ask<'_, '_>) -> Ruling {
    let done = completions(ask);
    if done.facts.is_empty() {
        return ask.case.nothing(Kind::Completion, "export of completed courses");
    }
    let courses = ask.case.live(Kind::Course);
    let marks: BTreeMap<String, i64> = (courses.iter().rev())
        .filter_map(|course| {
            let mark = course.record.number(Field::PassMark)?;
            Some((plain(course.record.text(Field::Course)), mark))
        })
        .collect();
    let usual = ask.limit("pass_mark");
    let mark = |course: &str| marks.get(&plain(course)).copied().unwrap_or(usual);
    let scored = |fact: &&&Fact<'_>| fact.record.number(Field::Score).is_some();
    let passed = |fact: &&&Fact<'_>| {
        let score = fact.record.number(Field::Score);
        score.is_some_and(|score| score >= mark(fact.record.text(Field::Course)))
    };
    let all = done.facts.len();
    let scored = done.facts.iter().filter(scored).count();
    let passed = done.facts.iter().filter(passed).count();
    if scored == 0 {
        let why = format!(
            "none of {all} completed courses has a score: attendance alone is kept"
        );
        return ask.counted(&done.facts, (Verdict::NotMet, why), "completed course");
    }
    let verdict = share(passed, all, ask.limit("percent"));
    let why = format!("{passed} of {all} completed courses were passed by a score");
    ask.counted(&done.facts, (verdict, why), "completed course")
}

/// phishing tests are run.
pub(super) fn phished(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let in_time = |fact: &&Fact<'_>| {
        let on = fact.record.day(Field::On);
        on.is_some_and(|on| on <= case.today && ask.is_within(on, "days"))
    };
    let facts: Vec<&Fact<'_>> =
        case.live(Kind::Phish).into_iter().filter(in_time).collect();
    if facts.is_empty() {
        return case.nothing(Kind::Phish, "result of simulated phishing");
    }
    let campaign = |fact: &&Fact<'_>| match fact.record.text(Field::Campaign) {
        "" => fact.record.day(Field::On).map(|day| day.to_string()).unwrap_or_default(),
        name => name.to_owned(),
    };
    let campaigns: BTreeSet<String> = facts.iter().map(campaign).collect();
    let count = |field: Field| {
        facts.iter().filter(|fact| fact.record.says(field) == Some(true)).count()
    };
    let reached: BTreeSet<Pseudonym> =
        facts.iter().flat_map(|fact| fact.record.people()).collect();
    let people = case.live(Kind::Person);
    let people: Vec<&Fact<'_>> =
        people.into_iter().filter(|fact| works(fact, case.today)).collect();
    let tested =
        people.iter().filter(|it| it.record.people().any(|it| reached.contains(&it)));
    let tested = tested.count();
    let wanted = usize::try_from(ask.limit("campaigns")).unwrap_or(1);
    let verdict = match (
        campaigns.len() >= wanted,
        share(tested, people.len(), ask.limit("percent")),
    ) {
        (true, Verdict::Met | Verdict::CannotTell) => Verdict::Met,
        _ => Verdict::PartlyMet,
    };
    let mut why = format!(
        "{} of {wanted} campaigns in {} days; of {} mails {} were reported and {} followed",
        campaigns.len(),
        ask.limit("days"),
        facts.len(),
        count(Field::Reported),
        count(Field::Clicked)
    );
    if !people.is_empty() {
        why = format!("{why}; {tested} of {} people were reached", people.len());
    }
    let ruling = ask.counted(&facts, (verdict, why), "mail");
    match people.is_empty() {
        true => ruling.capped(
            Lack::Evidence,
            "without a roster it is not known how many people were reached",
        ),
        false => ruling,
    }
}

/// What everybody should have heard of.
const TOPICS: [&str; 5] = ["phishing", "password", "update", "report", "data"];

/// basic hygiene is taught.
pub(super) fn hygiene(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let courses = case.live(Kind::Course);
    let taught = |topic: &str| {
        courses
            .iter()
            .find(|it| plain(it.record.text(Field::Topics)).contains(topic))
            .copied()
    };
    if courses.is_empty() {
        return case.nothing(Kind::Course, "register of courses");
    }
    let missing: Vec<&str> =
        TOPICS.into_iter().filter(|topic| taught(topic).is_none()).collect();
    let done = completions(ask);
    let is_taken = |course: &Fact<'_>| {
        let name = plain(course.record.text(Field::Course));
        done.facts.iter().any(|it| plain(it.record.text(Field::Course)) == name)
    };
    let covering: Vec<&Fact<'_>> = TOPICS.into_iter().filter_map(taught).collect();
    let verdict = match (missing.len(), covering.iter().all(|course| is_taken(course))) {
        (0, true) => Verdict::Met,
        (5, _) => Verdict::NotMet,
        _ => Verdict::PartlyMet,
    };
    let why = match (missing.as_slice(), verdict) {
        ([], Verdict::Met) => {
            "the courses teach all of basic hygiene, and were taken".to_owned()
        }
        ([], _) => {
            "the courses teach all of basic hygiene; nobody is shown to have taken them"
                .to_owned()
        }
        (missing, _) => format!("no course teaches {}", missing.join(", ")),
    };
    let facts = if covering.is_empty() { &courses } else { &covering };
    ask.counted(facts, (verdict, why), "course")
}

/// rights are as narrow as the work.
pub(super) fn need_based(ask: &Ask<'_, '_>) -> Ruling {
    beside(narrow(ask), house::rights(ask), Weight::Part)
}

fn narrow(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let reviews = case.live(Kind::AccessReview);
    let review = case.newest(&reviews, |record| {
        let on = record.day(Field::On)?;
        let scope = plain(record.text(Field::Scope));
        let verdict =
            if scope.contains("all") { Verdict::Met } else { Verdict::PartlyMet };
        Some((verdict, format!("the rights of accounts ({scope}) were reviewed on {on}")))
    });
    let review =
        review.unwrap_or_else(|| case.nothing(Kind::AccessReview, "review of rights"));
    let accounts = case.live(Kind::Account);
    let is_on = |fact: &&Fact<'_>| fact.record.says(Field::Enabled) != Some(false);
    let on: Vec<&Fact<'_>> = accounts.into_iter().filter(is_on).collect();
    let told = on.iter().filter(|fact| is_privileged(fact).is_some()).count();
    if told == 0 {
        let rights = case.nothing(Kind::Account, "export of accounts with their rights");
        return Ruling::all(vec![review, rights]);
    }
    let privileged = on.iter().filter(|fact| is_privileged(fact) == Some(true)).count();
    let is_dormant = |fact: &&&Fact<'_>| {
        let last = fact.record.day(Field::LastSignIn);
        last.is_some_and(|last| !ask.is_within(last, "dormant_days"))
    };
    let dormant = on.iter().filter(is_dormant).count();
    let is_narrow =
        share(on.len() - privileged, on.len(), 100 - ask.limit("privileged_percent"));
    let is_awake =
        share(on.len() - dormant, on.len(), 100 - ask.limit("dormant_percent"));
    let verdict = match (is_narrow, is_awake, told == on.len()) {
        (Verdict::Met, Verdict::Met, true) => Verdict::Met,
        (Verdict::NotMet, ..) => Verdict::NotMet,
        _ => Verdict::PartlyMet,
    };
    let why = format!(
        "of {} accounts in use {privileged} are privileged and {dormant} unused for {} days",
        on.len(),
        ask.limit("dormant_days")
    );
    let rights = ask.counted(&on, (verdict, why), "account");
    Ruling::all(vec![review, rights])
}

/// Whether an account may administer: by its mark, else by the names of its roles.
fn is_privileged(fact: &Fact<'_>) -> Option<bool> {
    let said = fact.record.says(Field::Privileged);
    let roles = plain(fact.record.text(Field::Roles));
    said.or_else(|| {
        (!roles.is_empty()).then(|| roles.contains("admin") || roles.contains("root"))
    })
}

/// no password that everybody knows, and a second factor where much may be done.
pub(super) fn credentials(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let accounts = case.live(Kind::Account);
    let is_on = |fact: &&Fact<'_>| fact.record.says(Field::Enabled) != Some(false);
    let privileged = |fact: &&Fact<'_>| is_privileged(fact) == Some(true);
    let admins: Vec<&Fact<'_>> =
        accounts.into_iter().filter(is_on).filter(privileged).collect();
    let says =
        |answer| admins.iter().filter(|it| it.record.says(Field::Mfa) == answer).count();
    let (with, unknown) = (says(Some(true)), says(None));
    let factor = match admins.len() == unknown {
        true => case
            .nothing(Kind::Account, "export of privileged accounts with their factors"),
        false => {
            let why = format!(
                "a second factor is set for {with} of {}",
                many(admins.len(), "privileged account")
            );
            let verdict = share(with, admins.len(), ask.limit("percent"));
            ask.counted(&admins, (verdict, why), "privileged account")
        }
    };
    let devices = case.live(Kind::Credentials);
    let mut parts: Vec<Ruling> = devices
        .iter()
        .filter_map(|fact| {
            let product = fact.record.text(Field::Product);
            Some(match fact.record.says(Field::Passed)? {
                true => fact.ruling(
                    Verdict::Met,
                    format!("{product} has no password as it came"),
                ),
                false => fact.ruling(
                    Verdict::NotMet,
                    format!("{product} has passwords as it came"),
                ),
            })
        })
        .collect();
    if parts.is_empty() {
        parts.push(case.nothing(Kind::Credentials, "check of the passwords of devices"));
    }
    parts.push(factor);
    parts.extend(known_passwords(ask));
    beside(Ruling::strictly(parts), house::factors(ask), Weight::Decides)
}

/// Passwords that a scanner found.
fn known_passwords(ask: &Ask<'_, '_>) -> Vec<Ruling> {
    let scans = ask.case.scans.iter().filter(|scan| scan.counts());
    let found = scans.filter_map(|scan| {
        let worst = scan.value.worst(evidence::scan::About::Credentials)?;
        let is_grave = worst.level >= evidence::scan::Level::Medium;
        is_grave.then(|| {
            let why = format!("a scan found on {}: {}", worst.subject, worst.text);
            scan.ruling(Verdict::NotMet, worst.place.clone(), why)
        })
    });
    found.collect()
}

/// accounts go when people go.
pub(super) fn left(ask: &Ask<'_, '_>) -> Ruling {
    let roster = Roster::of(ask);
    let own = house::leavers(ask, (&roster.here, &roster.gone));
    beside(gone(ask, &roster), own, Weight::Decides)
}

/// Who is on the roster, and who was and has left.
struct Roster<'a, 'e> {
    people: Vec<&'a Fact<'e>>,
    here: BTreeSet<Pseudonym>,
    gone: BTreeSet<Pseudonym>,
}

impl<'a, 'e> Roster<'a, 'e> {
    fn of(ask: &Ask<'a, 'e>) -> Self {
        let people = ask.case.live(Kind::Person);
        let (mut here, mut gone) = (BTreeSet::new(), BTreeSet::new());
        for fact in &people {
            let is_gone = !works(fact, ask.case.today) && is_past(ask, fact);
            let names = if is_gone { &mut gone } else { &mut here };
            names.extend(fact.record.people());
        }
        Self { people, here, gone }
    }
}

/// Whether the days are over by which an account is off, of somebody who has left.
fn is_past(ask: &Ask<'_, '_>, fact: &Fact<'_>) -> bool {
    let until = fact.record.day(Field::Until);
    until.is_none_or(|until| !ask.is_within(until, "days"))
}

fn gone(ask: &Ask<'_, '_>, roster: &Roster<'_, '_>) -> Ruling {
    let case = ask.case;
    let Roster { people, here, gone } = roster;
    let accounts = case.live(Kind::Account);
    if accounts.is_empty() {
        return case.nothing(Kind::Account, "export of accounts");
    }
    let has_end = |fact: &&&Fact<'_>| fact.record.day(Field::Until).is_some();
    if people.is_empty() && accounts.iter().find(has_end).is_none() {
        return case.nothing(Kind::Person, "roster");
    }
    let is_of = |fact: &Fact<'_>, names: &BTreeSet<Pseudonym>| {
        fact.record.people().any(|name| names.contains(&name))
    };
    let has_gone = |fact: &Fact<'_>| {
        let own = fact.record.day(Field::Until);
        let is_over = own.is_some_and(|until| until < case.today) && is_past(ask, fact);
        is_over || (is_of(fact, gone) && !is_of(fact, here))
    };
    let leavers: Vec<&Fact<'_>> =
        accounts.iter().copied().filter(|it| has_gone(it)).collect();
    let state = |answer| {
        leavers.iter().filter(|it| it.record.says(Field::Enabled) == answer).count()
    };
    let (open, unknown) = (state(Some(true)), state(None));
    let nobodys = |fact: &&&Fact<'_>| {
        fact.record.says(Field::Enabled) == Some(true)
            && !people.is_empty()
            && !is_of(fact, here)
            && !is_of(fact, gone)
    };
    let nobodys = accounts.iter().filter(nobodys).count();
    let verdict = match (open, unknown, nobodys) {
        (0, 0, 0) => Verdict::Met,
        (0, ..) => Verdict::PartlyMet,
        _ if open * 2 < leavers.len() => Verdict::PartlyMet,
        _ => Verdict::NotMet,
    };
    let mut why = format!(
        "of {} of people who left, switched on: {open}",
        many(leavers.len(), "account")
    );
    if unknown > 0 {
        why = format!("{why}, unknown: {unknown}");
    }
    if nobodys > 0 {
        why = format!("{why}; in use and of nobody on the roster: {nobodys}");
    }
    let facts: Vec<&Fact<'_>> = people.iter().copied().chain(accounts).collect();
    ask.counted(&facts, (verdict, why), "row")
}
