//! Flags 1, 3, 4, 5 and 14: sharing, and the ways by which flaws are taken in and told.

use reading::Place;
use supplier::Fault;
use supplier::cna::Partner;
use supplier::dossier::{Disclosure, Sought};
use supplier::provider::ProviderMetadata;
use supplier::security_txt::{SecurityTxt, Standing};

use crate::case::Case;
use crate::evidence::Held;
use crate::finding::{Ground, Ruling};
use crate::gate;
use crate::red_flag::Of;

/// 1: no proven membership in an ISAO.
pub(super) fn no_isao(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let gate = gate::isao(case);
    let change = "the confirmation of an ISAO with the day until which it holds";
    match gate.standing {
        gate::Standing::Passed => {
            Ruling::clear(gate.why, gate.grounds, "the end of the membership")
        }
        // One that begins later is none today: were it only in doubt, taking the day away
        // would clear it.
        gate::Standing::Expired | gate::Standing::NotBegun | gate::Standing::Absent => {
            Ruling::raised(gate.why, gate.grounds, change)
        }
        gate::Standing::Unbounded | gate::Standing::Claimed | gate::Standing::Unknown => {
            Ruling::cannot_tell(gate.why, gate.grounds, change)
        }
    }
}

/// 3: no policy for coordinated disclosure.
pub(super) fn no_policy(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let grounds = policies(case);
    let change =
        "the address of a policy, in security.txt or seen by a person of the house";
    if !grounds.is_empty() {
        return Ruling::clear("a policy is published", grounds, "that it is taken down");
    }
    match case.absence(Sought::DisclosurePolicy, "") {
        Some(absence) => Ruling::raised("no policy was found", vec![absence], change),
        None => Ruling::cannot_tell("no document names a policy", Vec::new(), change),
    }
}

/// Where a policy is named: security.txt in force, the list of CNAs, the dossier.
pub(super) fn policies(case: &Case<'_>) -> Vec<Ground> {
    let mut grounds = Vec::new();
    for held in in_force(case) {
        for field in &held.value.policy {
            let text = format!("policy: {}", field.value);
            let ground = Ground::observed(&held.file, field.place.clone(), text);
            grounds.push(ground.dated(None));
        }
    }
    for (file, partner) in partners(case) {
        for policy in &partner.policies {
            let text = format!("policy of {}: {policy}", partner.organization);
            grounds.push(Ground::documented(file, partner.place(), text));
        }
    }
    let kept = case.dossier().into_iter().flat_map(|(file, dossier)| {
        dossier.disclosures.iter().map(move |disclosure| (file, disclosure))
    });
    for (file, disclosure) in kept.filter(|(_, it)| !it.policy.trim().is_empty()) {
        let place = disclosure.place.clone().unwrap_or(Place::Document);
        let text = format!("policy: {}", disclosure.policy);
        let class = case.class(disclosure.origin, "");
        grounds.push(Ground::of(class, file, place, text).dated(disclosure.seen));
    }
    grounds
}

/// The files `security.txt` that may be believed today.
pub(super) fn in_force<'e>(
    case: &Case<'e>,
) -> impl Iterator<Item = &'e Held<SecurityTxt>> {
    let now = case.now();
    case.evidence.security_txts.iter().filter(move |held| {
        now.is_some_and(|now| held.value.standing(now) == Standing::InForce)
    })
}

/// The supplier's entries in lists of CVE numbering authorities.
pub(super) fn partners<'e>(case: &Case<'e>) -> Vec<(&'e str, &'e Partner)> {
    let lists = case.evidence.cnas.iter();
    let all = lists.flat_map(|held| {
        held.value.partners.iter().map(|partner| (held.file.as_str(), partner))
    });
    all.filter(|(_, partner)| case.supplier.is(&partner.organization)).collect()
}

/// 4: no security.txt, or one that has ended.
pub(super) fn no_security_txt(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let change = "a security.txt with a contact that has not ended";
    let valid: Vec<Ground> =
        in_force(case).map(|held| standing_ground(case, held)).collect();
    if !valid.is_empty() {
        return Ruling::clear("one is in force", valid, "the day on which it ends");
    }
    let held: Vec<Ground> = (case.evidence.security_txts.iter())
        .map(|held| standing_ground(case, held))
        .collect();
    if !held.is_empty() {
        return Ruling::raised(
            "the one that is at hand may not be believed",
            held,
            change,
        );
    }
    match case.absence(Sought::SecurityTxt, "") {
        Some(absence) => Ruling::raised("none was found", vec![absence], change),
        None => Ruling::cannot_tell("none was given", Vec::new(), change),
    }
}

fn standing_ground(case: &Case<'_>, held: &Held<SecurityTxt>) -> Ground {
    let file = &held.value;
    let place = file.expires.as_ref().map_or(Place::Document, |(_, place)| place.clone());
    let standing = case.now().map(|now| file.standing(now));
    let mut text = match (standing, &file.expires) {
        (Some(Standing::InForce), Some((expires, _))) => {
            format!("in force until {}", expires.day())
        }
        (Some(Standing::Expired(at)), _) => format!("ended on {}", at.day()),
        _ => "it lacks a contact, or the day until which it holds".to_owned(),
    };
    if let Some(more) = faults(&file.faults) {
        text.push_str("; ");
        text.push_str(&more);
    }
    Ground::observed(&held.file, place, text)
}

/// The first fault, and how many more there are.
fn faults(faults: &[Fault]) -> Option<String> {
    let (first, rest) = faults.split_first()?;
    let more = match rest.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("{} (at {}){more}", first.message, first.place))
}

/// 5: no valid metadata of a CSAF provider.
pub(super) fn no_provider(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let change = "metadata that are valid by the schema of CSAF 2.0";
    let own = |held: &&Held<ProviderMetadata>| {
        let name = &held.value.publisher.name;
        name.is_empty() || case.supplier.is(name)
    };
    let files: Vec<&Held<ProviderMetadata>> =
        case.evidence.providers.iter().filter(own).collect();
    let ground = |held: &Held<ProviderMetadata>| {
        let text = match faults(&held.value.faults) {
            Some(faults) => faults,
            None => format!("valid; {}", held.value.canonical_url),
        };
        let place =
            held.value.faults.first().map_or(Place::Document, |it| it.place.clone());
        let day = held.value.updated.map(terms::Instant::day);
        Ground::observed(&held.file, place, text).dated(day)
    };
    let is_valid = |held: &&&Held<ProviderMetadata>| {
        held.value.faults.is_empty() && case.supplier.is(&held.value.publisher.name)
    };
    let valid: Vec<Ground> =
        files.iter().filter(is_valid).map(|held| ground(held)).collect();
    if !valid.is_empty() {
        return Ruling::clear("they are valid", valid, "that they are taken down");
    }
    let broken: Vec<Ground> = files.iter().map(|held| ground(held)).collect();
    if !broken.is_empty() {
        return Ruling::raised("what is at hand is not valid", broken, change);
    }
    match case.absence(Sought::ProviderMetadata, "") {
        Some(absence) => Ruling::raised("none were found", vec![absence], change),
        None => Ruling::cannot_tell(
            match case.evidence.providers.is_empty() {
                true => "none were given",
                false => "those that were given are of another publisher",
            },
            Vec::new(),
            change,
        ),
    }
}

/// 14: it neither assigns CVE ids nor names who does.
pub(super) fn no_cna(case: &Case<'_>, _: Of<'_>) -> Ruling {
    let change =
        "an entry in the list of the CVE Program, or who assigns the ids instead";
    let entries: Vec<Ground> = partners(case)
        .into_iter()
        .map(|(file, partner)| {
            let text = format!("{} ({})", partner.organization, partner.id);
            Ground::documented(file, partner.place(), text)
        })
        .collect();
    if !entries.is_empty() {
        return Ruling::clear(
            "it assigns CVE ids",
            entries,
            "that it leaves the programme",
        );
    }
    let named = named_cnas(case);
    if !named.is_empty() {
        return Ruling::clear("it is named who assigns them", named, change);
    }
    let lists: Vec<Ground> = (case.evidence.cnas.iter())
        .map(|held| {
            let text = format!("not among {} authorities", held.value.partners.len());
            Ground::documented(&held.file, Place::Document, text)
        })
        .chain(case.absence(Sought::Cna, ""))
        .collect();
    match lists.is_empty() {
        false => Ruling::raised("it is not in the list", lists, change),
        true => Ruling::cannot_tell("no list was given", Vec::new(), change),
    }
}

/// Who assigns the ids in its place, as the dossier names it.
fn named_cnas(case: &Case<'_>) -> Vec<Ground> {
    let kept = case.dossier().into_iter().flat_map(|(file, dossier)| {
        dossier.disclosures.iter().map(move |disclosure| (file, disclosure))
    });
    let named = kept.filter(|(_, disclosure)| !disclosure.cna.trim().is_empty());
    let ground = |(file, disclosure): (&str, &Disclosure)| {
        let place = disclosure.place.clone().unwrap_or(Place::Document);
        let text = format!("{} assigns its CVE ids", disclosure.cna);
        let class = case.class(disclosure.origin, "");
        Ground::of(class, file, place, text).dated(disclosure.seen)
    };
    named.map(ground).collect()
}
