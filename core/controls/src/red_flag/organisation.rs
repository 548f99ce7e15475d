//! Flags 44, 52, 55, 57 and 59: the organisation behind the products.

use reading::Place;
use supplier::breaches::Breach;
use supplier::dossier::{Cover, OwnershipChange, Sought};
use supplier::fda::{Class as Gravity, Recall};
use terms::Day;

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::Held;
use crate::finding::{Class, Ground, Ruling};
use crate::red_flag::Of;
use crate::red_flag::disclosure::{in_force, partners};

/// Words of a recall that is about software or security.
const SOFTWARE: [&str; 8] = [
    "software",
    "firmware",
    "cybersecurity",
    "cyber security",
    "vulnerab",
    "unauthorized",
    "network",
    "malware",
];

/// 44: a recall for software or security.
pub(super) fn security_recall(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let own: Vec<(&str, &Recall)> = (case.evidence.fda.iter())
        .flat_map(|held| held.value.recalls.iter().map(|it| (held.file.as_str(), it)))
        .filter(|(_, recall)| case.supplier.is(&recall.firm))
        .collect();
    let is_grave = |recall: &Recall| matches!(recall.class, Gravity::I | Gravity::II);
    let is_software = |recall: &Recall| {
        let text = format!("{} {}", recall.reason, recall.cause).to_lowercase();
        SOFTWARE.iter().any(|word| text.contains(word))
    };
    let ground = |(file, recall): &(&str, &Recall)| {
        let text =
            format!("{} {}: {}", recall.number, recall.class.words(), recall.reason);
        Ground::documented(file, recall.place.clone(), text).dated(recall.begun)
    };
    let grave: Vec<Ground> = own
        .iter()
        .filter(|(_, recall)| is_grave(recall) && is_software(recall))
        .map(ground)
        .collect();
    let change = "further answers of openFDA";
    if !grave.is_empty() {
        let why =
            format!("{} recalls of class I or II name software or security", grave.len());
        let shown = grave.into_iter().take(GROUNDS_MAX).collect();
        return Ruling::raised(why, shown, change);
    }
    let classed: Vec<Ground> = own
        .iter()
        .filter(|(_, recall)| recall.class != Gravity::Unstated)
        .take(GROUNDS_MAX)
        .map(ground)
        .collect();
    if !classed.is_empty() {
        let why = format!("none of {} recalls names software or security", own.len());
        return Ruling::clear(why, classed, change);
    }
    let mut grounds: Vec<Ground> = own.iter().take(GROUNDS_MAX).map(ground).collect();
    let change = "the answer of openFDA's endpoint device/enforcement for this firm";
    match (case.absence(Sought::Recalls, ""), own.is_empty()) {
        (Some(absence), true) => {
            Ruling::clear("no recall was found", vec![absence], change)
        }
        (Some(absence), false) => {
            grounds.push(absence);
            let why = "recalls without a class are at hand, though none was found";
            Ruling::raised(why, grounds, change)
        }
        (None, true) => {
            Ruling::cannot_tell("no recall of its own was given", grounds, change)
        }
        (None, false) => {
            let why = format!("{} recalls have no class", own.len());
            Ruling::cannot_tell(why, grounds, change)
        }
    }
}

/// 52: no cover against what its flaws cost others.
pub(super) fn no_cover(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let entries = case.dossier().into_iter().flat_map(|(file, dossier)| {
        dossier.covers.iter().map(move |cover| (file, cover))
    });
    let fault = |cover: &Cover| match (cover.expires, cover.limit, cover.required) {
        (Some(day), _, _) if case.is_over(day) => Some("has ended"),
        (_, Some(limit), Some(required)) if limit < required => {
            Some("pays less than is asked")
        }
        _ => None,
    };
    let is_whole = |cover: &Cover| cover.expires.is_some() && cover.limit.is_some();
    let ground = |file: &str, cover: &Cover| {
        let limit = cover.limit.map_or_else(|| "?".to_owned(), |limit| limit.to_string());
        let until = match cover.expires {
            Some(day) => format!(", until {day}"),
            None => ", with no day on which it ends".to_owned(),
        };
        let fault =
            fault(cover).map_or_else(String::new, |fault| format!("; it {fault}"));
        let text = format!("{}: {limit} {}{until}{fault}", cover.kind, cover.currency);
        let class = case.class(cover.origin, &cover.proof);
        Ground::of(class, file, cover.place.clone(), text)
    };
    let (mut good, mut bad, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for (file, cover) in entries {
        let list = match (fault(cover), is_whole(cover)) {
            (Some(_), _) => &mut bad,
            (None, true) => &mut good,
            (None, false) => &mut open,
        };
        list.push(ground(file, cover));
    }
    let change = "a certificate that has not ended, with its limit";
    if !good.is_empty() {
        return Ruling::clear("there is cover", good, "the end of the cover");
    }
    bad.extend(case.absence(Sought::Insurance, ""));
    match (bad.is_empty(), open.is_empty()) {
        (false, _) => Ruling::raised("no cover is enough", bad, change),
        (true, false) => Ruling::cannot_tell("limit or end are not known", open, change),
        (true, true) => {
            Ruling::cannot_tell("no certificate is known", Vec::new(), change)
        }
    }
}

/// 55: a breach of health information was reported.
pub(super) fn breach(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let months = case.thresholds.breach_months;
    let days = months.saturating_mul(30);
    let is_recent = |day: Day| case.age(day) <= days;
    let mut own = Vec::new();
    let mut fresh = Vec::new();
    let mut old = Vec::new();
    for held in &case.evidence.breaches {
        let rows = held.value.rows.iter().filter(|row| case.supplier.is(&row.entity));
        let recent = rows.filter(|row| row.reported.is_some_and(is_recent));
        own.extend(recent.map(|row| breach_ground(&held.file, row)));
        let Some((first, last)) = held.value.span() else { continue };
        let rows = held.value.rows.len();
        let text = format!("{rows} breaches from {first} to {last}; none is its own");
        let ground =
            Ground::documented(&held.file, Place::Document, text).dated(Some(last));
        let covers =
            case.age(last) <= case.thresholds.fresh_days && case.age(first) >= days;
        if covers { fresh.push(ground) } else { old.push(ground) }
    }
    let change = "a new export of the breach portal";
    if !own.is_empty() {
        let why = match own.len() {
            1 => format!("1 breach was reported in {months} months"),
            count => format!("{count} breaches were reported in {months} months"),
        };
        let shown = own.into_iter().take(GROUNDS_MAX).collect();
        return Ruling::raised(why, shown, change);
    }
    if !fresh.is_empty() {
        return Ruling::clear("none is in the portal", fresh, change);
    }
    match old.is_empty() {
        true => {
            Ruling::cannot_tell("no export of the breach portal was given", old, change)
        }
        false => {
            let why = format!("the export does not reach over the last {months} months");
            Ruling::cannot_tell(why, old, change)
        }
    }
}

fn breach_ground(file: &str, row: &Breach) -> Ground {
    let people = match row.individuals {
        Some(people) => format!("{people} people"),
        None => "an unknown number of people".to_owned(),
    };
    let text = format!("{} ({}): {people}, {}", row.entity, row.kind, row.cause);
    Ground::documented(file, row.place.clone(), text).dated(row.reported)
}

/// 57: it changed hands, and nobody answers for security since.
pub(super) fn ownership(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let change = "who answers for security since the change";
    let Some((file, dossier)) = case.dossier() else {
        return Ruling::cannot_tell("nothing is known of its owners", Vec::new(), change);
    };
    if dossier.changes.is_empty() {
        return match case.absence(Sought::OwnershipChange, "") {
            Some(absence) => Ruling::clear("no change was found", vec![absence], change),
            None => {
                Ruling::cannot_tell("nothing is known of its owners", Vec::new(), change)
            }
        };
    }
    let grounds: Vec<Ground> = dossier
        .changes
        .iter()
        .map(|change| change_ground(case, file, change))
        .chain(case.absence(Sought::OwnershipChange, ""))
        .collect();
    let documented = |ground: &&Ground| ground.class > Class::Attested;
    if grounds.len() > dossier.changes.len()
        && grounds.iter().filter(documented).count() > 1
    {
        let why = "a change is known, and none was found: the dossier contradicts itself";
        return Ruling::raised(why, grounds, change);
    }
    if dossier.changes.iter().all(|it| !it.psirt.trim().is_empty()) {
        return Ruling::clear("somebody answers for security", grounds, change);
    }
    // That it changed hands may be a record; who answers since must be one too.
    let contacts = contacts(case);
    let all = |contacts: Vec<Ground>| grounds.iter().cloned().chain(contacts).collect();
    match (contacts.is_empty(), contacts.iter().any(|it| documented(&it))) {
        (_, true) => Ruling::clear(
            "it changed hands, and a contact is named",
            all(contacts),
            change,
        ),
        (false, false) => {
            Ruling::cannot_tell("only claimed: a contact is named", all(contacts), change)
        }
        (true, false) => Ruling::raised("nobody answers for security", grounds, change),
    }
}

fn change_ground(case: &Case<'_>, file: &str, change: &OwnershipChange) -> Ground {
    let on = change.on.map_or_else(String::new, |day| format!(" on {day}"));
    let psirt = match change.psirt.trim() {
        "" => "nobody is named for security".to_owned(),
        psirt => format!("{psirt} answers for security"),
    };
    let class = case.class(change.origin, "");
    let text = format!("{}{on}; {psirt}", change.what);
    Ground::of(class, file, change.place.clone(), text).dated(change.on)
}

/// 59: nobody is named who answers for security.
pub(super) fn no_contact(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let grounds = contacts(case);
    let change = "a contact, in security.txt or seen by a person of the house";
    if !grounds.is_empty() {
        return Ruling::clear("somebody is named", grounds, "that nobody answers there");
    }
    match case.absence(Sought::SecurityContact, "") {
        Some(absence) => Ruling::raised("nobody was found", vec![absence], change),
        None => Ruling::cannot_tell("no document names anybody", Vec::new(), change),
    }
}

/// Where somebody is named who answers for security.
fn contacts(case: &Case<'_>) -> Vec<Ground> {
    let mut grounds = Vec::new();
    for held in in_force(case) {
        for field in held.value.contacts.iter().take(1) {
            let text = format!("contact: {}", field.value);
            grounds.push(Ground::observed(&held.file, field.place.clone(), text));
        }
    }
    grounds
        .extend(case.evidence.providers.iter().filter_map(|held| provider(case, held)));
    for (file, partner) in partners(case) {
        if let Some(contact) = partner.contacts.first() {
            let text = format!("contact: {contact}");
            grounds.push(Ground::documented(file, partner.place(), text));
        }
    }
    let kept = case.dossier().into_iter().flat_map(|(file, dossier)| {
        dossier.contacts.iter().map(move |contact| (file, contact))
    });
    for (file, contact) in kept {
        let ways = [&contact.mail, &contact.page];
        let Some(how) = ways.into_iter().find(|it| !it.is_empty()) else { continue };
        let place = contact.place.clone().unwrap_or(Place::Document);
        let who = if contact.role.is_empty() { &contact.person } else { &contact.role };
        let class = case.class(contact.origin, "");
        let ground = Ground::of(class, file, place, format!("contact: {who} {how}"));
        grounds.push(ground.dated(contact.seen));
    }
    grounds
}

fn provider(
    case: &Case<'_>,
    held: &Held<supplier::provider::ProviderMetadata>,
) -> Option<Ground> {
    let publisher = &held.value.publisher;
    if publisher.contact.is_empty() || !case.supplier.is(&publisher.name) {
        return None;
    }
    let place = Place::Pointer("/publisher/contact_details".to_owned());
    Some(Ground::observed(&held.file, place, format!("contact: {}", publisher.contact)))
}
