//! Suppliers: what each is held to, and what each shows.

use evidence::{Class, Field, Kind, Record, days_between};
use terms::Day;

use super::each;
use crate::case::{Ask, plain};
use crate::ruling::{Ruling, Verdict, many, share};

/// A ruling for each supplier, by records of a kind.
fn of_each(
    ask: &Ask<'_, '_>,
    (kind, what): (Kind, &str),
    judge: &dyn Fn(&Record) -> Option<(Verdict, String)>,
) -> Ruling {
    let case = ask.case;
    each(&case.suppliers(), "supplier", |supplier| {
        let facts = case.of_supplier(kind, supplier);
        let ruling = case.newest(&facts, judge);
        let mut ruling =
            ruling.unwrap_or_else(|| case.lacking(kind, what, (supplier, "")));
        if ruling.verdict != Verdict::CannotTell {
            ruling.why = format!("{}: {}", case.shown(supplier), ruling.why);
        }
        ruling
    })
}

/// Purchases, each as one ruling.
fn purchases(
    ask: &Ask<'_, '_>,
    judge: impl Fn(&Record) -> Option<(Verdict, String)>,
) -> Ruling {
    let case = ask.case;
    let facts = case.live(Kind::Purchase);
    let judged = facts.iter().map(|fact| {
        let unsaid = || (Verdict::CannotTell, "nobody says how it was bought".to_owned());
        let (verdict, why) = judge(fact.record).unwrap_or_else(unsaid);
        let name = fact.record.text(Field::Supplier);
        fact.ruling(verdict, format!("{name}: {why}"))
    });
    let parts: Vec<Ruling> = judged.collect();
    match parts.is_empty() {
        true => case.nothing(Kind::Purchase, "purchase"),
        false => Ruling::all(parts),
    }
}

/// B-02: nothing is bought without that assurance.
pub(super) fn bought_with_assurance(ask: &Ask<'_, '_>) -> Ruling {
    purchases(ask, |record| {
        let on = record.day(Field::On)?;
        Some(match record.says(Field::Passed)? {
            true => (Verdict::Met, format!("the gate was passed on {on}")),
            false => {
                (Verdict::NotMet, format!("bought on {on} though the gate was closed"))
            }
        })
    })
}

/// B-09: red flags are looked for before the first purchase.
pub(super) fn vetted(ask: &Ask<'_, '_>) -> Ruling {
    let bought = |supplier: &str| -> Vec<Option<Day>> {
        let purchases = ask.case.of_supplier(Kind::Purchase, &plain(supplier));
        purchases.iter().map(|fact| fact.record.day(Field::On)).collect()
    };
    // The newest counts its flags, and the earliest that is no claim tells whether it came in
    // time.
    let looked = |supplier: &str| {
        let vettings = ask.case.of_supplier(Kind::Vetting, &plain(supplier)).into_iter();
        let proven = vettings.filter(|fact| {
            let is_told = fact.record.number(Field::Blocking).is_some();
            is_told && fact.class != Class::Attested
        });
        proven.filter_map(|fact| fact.record.day(Field::On)).min()
    };
    of_each(ask, (Kind::Vetting, "vetting"), &|record| {
        let (on, blocking) = (record.day(Field::On)?, record.number(Field::Blocking)?);
        let supplier = record.text(Field::Supplier);
        let said = record.day(Field::FirstPurchase);
        let bought = bought(supplier);
        let first = bought.iter().flatten().copied().chain(said).min();
        let is_bought = first.is_some() || !bought.is_empty();
        let looked = looked(supplier).map_or(on, |earliest| earliest.min(on));
        let is_late = first.is_some_and(|first| looked > first);
        Some(match (blocking, is_late) {
            (0, false) if bought.contains(&None) => {
                let why = format!("vetted on {on}; of a purchase nobody says the day");
                (Verdict::PartlyMet, why)
            }
            (0, false) => (Verdict::Met, format!("no red flag that blocks, on {on}")),
            (0, true) => {
                (Verdict::PartlyMet, format!("vetted on {on}, after the first purchase"))
            }
            (count, _) if is_bought => {
                (Verdict::NotMet, format!("bought in spite of {}", blocking_flags(count)))
            }
            (count, _) => {
                (Verdict::Met, format!("{}; nothing was bought", blocking_flags(count)))
            }
        })
    })
}

fn blocking_flags(count: i64) -> String {
    let flags = many(usize::try_from(count).unwrap_or_default(), "red flag");
    format!("{flags} that {}", if count == 1 { "blocks" } else { "block" })
}

/// B-14: suppliers are held to a profile by their tier.
pub(super) fn held_to_profile(ask: &Ask<'_, '_>) -> Ruling {
    of_each(ask, (Kind::Supplier, "review"), &|record| {
        let (tier, profile) = (record.text(Field::Tier), record.text(Field::Scope));
        if tier.is_empty() {
            return None;
        }
        Some(match (profile.is_empty(), record.says(Field::Passed)) {
            (true, _) => (Verdict::PartlyMet, format!("tier {tier}, without a profile")),
            (false, Some(true)) => {
                (Verdict::Met, format!("tier {tier}, keeps to {profile}"))
            }
            (false, Some(false)) => {
                (Verdict::NotMet, format!("tier {tier}, does not keep to {profile}"))
            }
            (false, None) => {
                (Verdict::PartlyMet, format!("tier {tier}, not looked at by {profile}"))
            }
        })
    })
}

/// B-22: suppliers carry cover, and show the certificate.
pub(super) fn insured(ask: &Ask<'_, '_>) -> Ruling {
    let least = ask.limit("amount");
    of_each(ask, (Kind::Policy, "certificate of insurance"), &|record| {
        Some(match (record.says(Field::Cyber)?, record.number(Field::Limit)) {
            (false, _) => (Verdict::NotMet, "cyber risk is not covered".to_owned()),
            (true, Some(limit)) if limit >= least => {
                (Verdict::Met, format!("cyber risk is covered up to {limit}"))
            }
            (true, Some(limit)) => {
                (Verdict::PartlyMet, format!("covered up to {limit}, less than {least}"))
            }
            (true, None) => {
                (Verdict::PartlyMet, "covered, up to an unknown sum".to_owned())
            }
        })
    })
}

/// D-02: suppliers are members of an ISAO.
pub(super) fn member(ask: &Ask<'_, '_>) -> Ruling {
    of_each(ask, (Kind::Membership, "membership in an ISAO"), &|record| {
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
    })
}

/// For so many days a membership that an award was shown counts: they are renewed by the year.
const MEMBERSHIP_DAYS: i32 = 366;

/// D-03: nothing is bought from those who are no member.
pub(super) fn only_members(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let parts: Vec<Ruling> = (case.live(Kind::Purchase).iter())
        .map(|fact| {
            let name = fact.record.text(Field::Supplier);
            let on = fact.record.day(Field::On);
            let memberships = case.of_supplier(Kind::Membership, &plain(name));
            let held = memberships.iter().find(|it| {
                let from = it.record.day(Field::From);
                it.record.day(Field::Until).is_some()
                    && from.zip(on).is_none_or(|(from, on)| from <= on)
            });
            match held {
                Some(held) => {
                    let isao = held.record.text(Field::Isao);
                    let why = format!("{name} is a member of {isao}");
                    Ruling::all(vec![
                        held.ruling(Verdict::Met, why),
                        fact.ruling(Verdict::Met, format!("bought from {name}")),
                    ])
                }
                // The record of the award keeps what was proven on its day.
                None if !fact.record.text(Field::Isao).is_empty() => {
                    let isao = fact.record.text(Field::Isao);
                    let age = on.map(|on| days_between(on, case.today));
                    let verdict = match age {
                        Some(age) if age <= MEMBERSHIP_DAYS => Verdict::Met,
                        _ => Verdict::CannotTell,
                    };
                    let why = format!("bought from {name}, a member then: {isao}");
                    fact.ruling(verdict, why)
                }
                None => {
                    let why =
                        format!("bought from {name}, of whom no membership is shown");
                    match fact.record.says(Field::Passed) {
                        Some(_) => fact.ruling(Verdict::NotMet, why),
                        None => {
                            let why = format!("{why}; nobody says how it was bought");
                            fact.ruling(Verdict::CannotTell, why)
                        }
                    }
                }
            }
        })
        .collect();
    match parts.is_empty() {
        true => case.nothing(Kind::Purchase, "purchase"),
        false => Ruling::all(parts),
    }
}

/// D-05: flaws are told in time.
pub(super) fn timely(ask: &Ask<'_, '_>) -> Ruling {
    counted(ask, Field::Late, "were told late")
}

/// D-06: advisories say what to do.
pub(super) fn guidance(ask: &Ask<'_, '_>) -> Ruling {
    counted(ask, Field::Lacking, "lack mitigation and fix")
}

fn counted(ask: &Ask<'_, '_>, field: Field, what: &str) -> Ruling {
    let most = ask.limit("percent");
    of_each(ask, (Kind::History, "history of advisories"), &|record| {
        let (count, bad) = (record.number(Field::Count)?, record.number(field)?);
        let (count, bad) = (usize::try_from(count).ok()?, usize::try_from(bad).ok()?);
        if count == 0 {
            return None;
        }
        let verdict = share(count.saturating_sub(bad), count, 100 - most);
        Some((verdict, format!("{bad} of {count} advisories {what}")))
    })
}

/// D-11: there is a channel for reports of flaws.
pub(super) fn channel(ask: &Ask<'_, '_>) -> Ruling {
    of_each(ask, (Kind::Channel, "channel for reports"), &|record| {
        Some(match (record.says(Field::Contact)?, record.day(Field::Until)) {
            (true, Some(until)) => {
                (Verdict::Met, format!("a channel is open until {until}"))
            }
            (true, None) => {
                (Verdict::PartlyMet, "a channel is open, for an unknown time".to_owned())
            }
            (false, _) => (Verdict::NotMet, "nobody can be reached".to_owned()),
        })
    })
}

/// D-12: advisories are there for machines.
pub(super) fn provider(ask: &Ask<'_, '_>) -> Ruling {
    of_each(ask, (Kind::Provider, "metadata of advisories"), &|record| {
        Some(match record.says(Field::Valid)? {
            true => (Verdict::Met, "advisories are published for machines".to_owned()),
            false => {
                (Verdict::NotMet, "the metadata of its advisories are broken".to_owned())
            }
        })
    })
}
