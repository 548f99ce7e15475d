//! Contracts: what a person of the house read in them, clause by clause, for each supplier.

use evidence::{Field, Kind, Record};

use super::each;
use crate::case::{Ask, plain};
use crate::ruling::{Ruling, Verdict};

/// What a clause says: that it is so, that it is not, or nothing.
type Clause<'c> = &'c dyn Fn(&Record) -> Option<(Verdict, String)>;

/// A clause in the contract of each supplier.
fn in_each(ask: &Ask<'_, '_>, clause: Clause<'_>) -> Ruling {
    let case = ask.case;
    each(&case.suppliers(), "supplier", |supplier| {
        let contracts = case.of_supplier(Kind::Contract, supplier);
        let ruling = case.newest(&contracts, clause);
        let mut ruling = ruling.unwrap_or_else(|| match contracts.first() {
            Some(contract) => {
                let why =
                    format!("the contract with {} does not say", case.shown(supplier));
                Ruling::new(Verdict::CannotTell, why.clone(), vec![contract.ground(why)])
            }
            None => case.lacking(Kind::Contract, "contract", (supplier, "")),
        });
        if ruling.verdict != Verdict::CannotTell {
            ruling.why = format!("{}: {}", case.shown(supplier), ruling.why);
        }
        ruling
    })
}

fn yes(
    record: &Record,
    field: Field,
    good: &str,
    bad: &str,
) -> Option<(Verdict, String)> {
    Some(match record.says(field)? {
        true => (Verdict::Met, good.to_owned()),
        false => (Verdict::NotMet, bad.to_owned()),
    })
}

/// B-01: conformity is warranted.
pub(super) fn conformity(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        let good = "conformity with guidance and standards is warranted";
        yes(record, Field::Conformity, good, "conformity is not warranted")
    })
}

/// The modelled loss of which a supplier is the cause, else of the whole house.
fn modelled(ask: &Ask<'_, '_>, supplier: &str) -> Option<i64> {
    let of_supplier = ask.case.of_supplier(Kind::Loss, &plain(supplier));
    let own = ask.case.own(Kind::Loss);
    of_supplier.iter().chain(&own).find_map(|fact| fact.record.number(Field::P95))
}

/// B-03: liability is adequate.
pub(super) fn liability(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        if record.says(Field::Uncapped) == Some(true) {
            return Some((
                Verdict::Met,
                "breaches of security stand outside the cap".to_owned(),
            ));
        }
        let cap = record.number(Field::Cap)?;
        Some(match modelled(ask, record.text(Field::Supplier)) {
            Some(loss) if cap >= loss => (
                Verdict::Met,
                format!("the cap of {cap} holds the modelled loss of {loss}"),
            ),
            Some(loss) => (
                Verdict::NotMet,
                format!("the cap of {cap} is below the modelled loss of {loss}"),
            ),
            None => (
                Verdict::PartlyMet,
                format!("there is a cap of {cap}, and no modelled loss"),
            ),
        })
    })
}

/// B-21: indemnity and caps fit the exposure.
pub(super) fn indemnity(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        let is_indemnified = record.says(Field::Indemnity)?;
        if !is_indemnified {
            return Some((Verdict::NotMet, "there is no indemnity".to_owned()));
        }
        let cap = record.number(Field::Cap);
        Some(match (cap, modelled(ask, record.text(Field::Supplier))) {
            _ if record.says(Field::Uncapped) == Some(true) => {
                (Verdict::Met, "there is an indemnity, and no cap on it".to_owned())
            }
            (Some(cap), Some(loss)) if cap >= loss => {
                (Verdict::Met, format!("there is an indemnity, and its cap holds {loss}"))
            }
            (Some(cap), Some(loss)) => (
                Verdict::PartlyMet,
                format!("there is an indemnity up to {cap}, below {loss}"),
            ),
            _ => (Verdict::PartlyMet, "there is an indemnity, of unknown fit".to_owned()),
        })
    })
}

/// B-04: security is warranted for as long as it is used.
pub(super) fn warranty(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        if !record.says(Field::SecurityWarranty)? {
            return Some((Verdict::NotMet, "security is not warranted".to_owned()));
        }
        if record.ends_before_it_begins() == Some(Field::WarrantyUntil) {
            let why = "security is warranted, and that ends before the contract begins";
            return Some((Verdict::PartlyMet, why.to_owned()));
        }
        Some(match (record.day(Field::WarrantyUntil), record.day(Field::UsedUntil)) {
            (Some(until), Some(used)) if until >= used => {
                (Verdict::Met, format!("security is warranted until {until}"))
            }
            (Some(until), Some(used)) => (
                Verdict::PartlyMet,
                format!("the warranty ends on {until}, the use on {used}"),
            ),
            _ => (
                Verdict::PartlyMet,
                "security is warranted, for an unknown time".to_owned(),
            ),
        })
    })
}

/// B-17: patches are promised with a time.
pub(super) fn patches(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        let days = record.number(Field::PatchDays)?;
        Some(at_most(days, ask.limit("days"), "days for a patch"))
    })
}

/// B-20: incidents are told in time.
pub(super) fn notice(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        let hours = record.number(Field::NoticeHours)?;
        Some(at_most(hours, ask.limit("hours"), "hours for the notice of an incident"))
    })
}

fn at_most(said: i64, most: i64, what: &str) -> (Verdict, String) {
    match said {
        ..=0 => (Verdict::NotMet, format!("no {what} are promised")),
        said if said <= most => (Verdict::Met, format!("{said} {what}")),
        said if said <= most * 2 => {
            (Verdict::PartlyMet, format!("{said} {what}, more than {most}"))
        }
        said => (Verdict::NotMet, format!("{said} {what}, more than {most}")),
    }
}

/// B-19: the house may audit and test.
pub(super) fn audit(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        let may = record.says(Field::Audit);
        let is_banned = record.says(Field::ScanBan);
        Some(match (may, is_banned) {
            (None, None) => return None,
            (_, Some(true)) => (Verdict::NotMet, "scanning is forbidden".to_owned()),
            (Some(false), _) => {
                (Verdict::NotMet, "there is no right to audit".to_owned())
            }
            (Some(true), Some(false)) => {
                (Verdict::Met, "the house may audit, scan and test".to_owned())
            }
            (Some(true), None) => (
                Verdict::PartlyMet,
                "the house may audit; of scanning nothing is said".to_owned(),
            ),
            (None, Some(false)) => (
                Verdict::PartlyMet,
                "scanning is allowed; of audits nothing is said".to_owned(),
            ),
        })
    })
}

/// B-26: duties go down to subcontractors.
pub(super) fn flow_down(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        let good = "duties are handed down to subcontractors";
        yes(record, Field::FlowDown, good, "duties are not handed down")
    })
}

/// D-04: nothing bars sharing.
pub(super) fn sharing(ask: &Ask<'_, '_>) -> Ruling {
    in_each(ask, &|record| {
        let good = "what is known of flaws may be shared";
        yes(record, Field::Sharing, good, "the terms bar sharing what is known of flaws")
    })
}

/// B-25: disposal is settled, and done.
pub(super) fn disposal(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let clause = in_each(ask, &|record| {
        let good = "disposal and destruction of data are settled";
        yes(record, Field::Disposal, good, "disposal is not settled")
    });
    let done = case.live(Kind::Disposal);
    let mut parts: Vec<Ruling> =
        done.iter()
            .filter_map(|fact| {
                let product = fact.record.text(Field::Product);
                Some(match fact.record.says(Field::Passed)? {
                    true => fact.ruling(
                        Verdict::Met,
                        format!("the data of {product} were destroyed"),
                    ),
                    false => fact
                        .ruling(Verdict::NotMet, format!("{product} left with its data")),
                })
            })
            .collect();
    if parts.is_empty() {
        parts.push(case.nothing(Kind::Disposal, "proof that data were destroyed"));
    }
    parts.push(clause);
    Ruling::all(parts)
}
