//! Insurance, money and risks that somebody took.

use std::collections::{BTreeMap, BTreeSet};

use evidence::{Class, Field, Kind};

use crate::case::{Ask, Fact, plain};
use crate::ruling::{Lack, Ruling, Verdict, many};

/// The modelled loss of the house.
fn loss(ask: &Ask<'_, '_>) -> Option<i64> {
    ask.case.own(Kind::Loss).iter().find_map(|fact| fact.record.number(Field::P95))
}

/// B-05: insurance covers cyber risk.
pub(super) fn insured(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let policies = case.own(Kind::Policy);
    let ruling = case.newest(&policies, |record| {
        let limit = record.number(Field::Limit);
        Some(match (record.says(Field::Cyber)?, limit, loss(ask)) {
            (false, ..) => {
                (Verdict::NotMet, "the policy does not cover cyber risk".to_owned())
            }
            (true, Some(limit), Some(loss)) if limit >= loss => (
                Verdict::Met,
                format!("{limit} insured, against a modelled loss of {loss}"),
            ),
            (true, Some(limit), Some(loss)) => (
                Verdict::PartlyMet,
                format!("{limit} insured, less than the modelled loss of {loss}"),
            ),
            (true, Some(limit), None) => {
                (Verdict::PartlyMet, format!("{limit} insured; no loss is modelled"))
            }
            (true, None, _) => {
                (Verdict::PartlyMet, "insured, up to an unknown sum".to_owned())
            }
        })
    });
    ruling.unwrap_or_else(|| case.nothing(Kind::Policy, "insurance policy"))
}

/// B-23: what the policy excludes was held against what the house has.
pub(super) fn exclusions(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let products = case.live(Kind::Product);
    let is_legacy = |fact: &&Fact<'_>| {
        fact.record.says(Field::Legacy) == Some(true)
            || fact.record.number(Field::Unsupported).is_some_and(|count| count > 0)
    };
    let legacy: BTreeSet<String> = (products.iter().copied().filter(is_legacy))
        .map(|fact| plain(fact.record.text(Field::Product)))
        .collect();
    let legacy = legacy.len();
    let policies = case.own(Kind::Policy);
    let ruling = case.newest(&policies, |record| {
        let unpatched = record.says(Field::ExcludesUnpatched);
        let injury = record.says(Field::ExcludesInjury);
        let dependent = record.says(Field::ExcludesDependent);
        if (unpatched, injury, dependent) == (None, None, None) {
            return None;
        }
        let named = [
            (unpatched, "unpatched and unsupported software"),
            (injury, "bodily injury"),
            (dependent, "interruption at others"),
        ];
        let list = |answer| -> Vec<&str> {
            named
                .iter()
                .filter(|(said, _)| *said == answer)
                .map(|(_, what)| *what)
                .collect()
        };
        let (out, unsaid) = (list(Some(true)), list(None));
        Some(match (out.is_empty(), unsaid.is_empty()) {
            _ if unpatched == Some(true) && legacy > 0 => (
                Verdict::NotMet,
                format!(
                    "unsupported software is excluded, and here: {}",
                    many(legacy, "product")
                ),
            ),
            (true, true) => {
                (Verdict::Met, "the policy excludes none of what matters".to_owned())
            }
            (false, _) => {
                (Verdict::PartlyMet, format!("the policy excludes {}", out.join(", ")))
            }
            (true, false) => {
                (Verdict::PartlyMet, format!("of {} nothing is said", unsaid.join(", ")))
            }
        })
    });
    ruling.unwrap_or_else(|| case.nothing(Kind::Policy, "policy with its exclusions"))
}

/// B-08: devices whose software nobody supports are budgeted. What several documents say of one
/// product is said of one product, and the worst of it counts.
pub(super) fn budgeted(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let products = case.live(Kind::Product);
    let mut worst: BTreeMap<String, Option<i64>> = BTreeMap::new();
    for fact in &products {
        let name = plain(fact.record.text(Field::Product));
        let said = worst.entry(name).or_default();
        *said = (*said).max(fact.record.number(Field::Unsupported));
    }
    let told = |fact: &&&Fact<'_>| fact.record.number(Field::Unsupported).is_some();
    let known: Vec<&Fact<'_>> = products.iter().filter(told).copied().collect();
    if known.is_empty() {
        return Ruling::cannot_tell(
            "of no product it is known which of its software is supported",
        );
    }
    let unknown = worst.values().filter(|said| said.is_none()).count();
    let count = worst.values().filter(|said| said.is_some_and(|it| it > 0)).count();
    if count == 0 {
        let why = format!(
            "no product of {} relies on software that nobody supports",
            worst.len() - unknown
        );
        let mut ruling = ask.counted(&known, (Verdict::Met, why), "product");
        let is_proven = |fact: &&&Fact<'_>| fact.class != Class::Attested;
        let named = |fact: &&Fact<'_>| plain(fact.record.text(Field::Product));
        let proven: BTreeSet<String> =
            known.iter().filter(is_proven).map(named).collect();
        // What is proven of one product proves nothing of another.
        if known.iter().any(|fact| !proven.contains(&named(fact))) {
            ruling = ruling.capped(Lack::Proof, "of some it is only claimed");
        }
        return match unknown {
            0 => ruling,
            unknown => {
                ruling.capped(Lack::Evidence, &format!("{unknown} cannot be told"))
            }
        };
    }
    let budgets = case.live(Kind::Budget);
    let budget = case.newest(&budgets, |record| {
        let amount = record.number(Field::Amount)?;
        let covered = record.number(Field::Count);
        let is_enough =
            covered.is_some_and(|it| usize::try_from(it).is_ok_and(|it| it >= count));
        Some(match (amount > 0, is_enough) {
            (true, true) => {
                (Verdict::Met, format!("{amount} is set aside for all {count}"))
            }
            (true, false) => (
                Verdict::PartlyMet,
                format!("{amount} is set aside, not for all {count}"),
            ),
            (false, _) => (Verdict::NotMet, "nothing is set aside".to_owned()),
        })
    });
    budget.unwrap_or_else(|| {
        let why = format!(
            "software that nobody supports: {}; no budget is known",
            many(count, "product")
        );
        ask.counted(&known, (Verdict::NotMet, why), "product")
    })
}

/// B-13: risks that are left are looked at again.
pub(super) fn reviewed_risks(ask: &Ask<'_, '_>) -> Ruling {
    let case = ask.case;
    let begun = case.all(Kind::Acceptance).iter();
    let parts: Vec<Ruling> = begun
        .filter(|fact| fact.standing.has_begun())
        .map(|fact| {
            let name = fact.record.text(Field::Name);
            match fact.record.day(Field::Until) {
                Some(until) if until < case.today => fact.ruling(
                    Verdict::NotMet,
                    format!("{name}: taken until {until}, and not looked at again"),
                ),
                Some(until) => {
                    fact.ruling(Verdict::Met, format!("{name}: taken until {until}"))
                }
                None => {
                    fact.ruling(Verdict::NotMet, format!("{name}: taken without an end"))
                }
            }
        })
        .collect();
    match parts.is_empty() {
        true => case.nothing(Kind::Acceptance, "risk that was taken for a time"),
        false => Ruling::all(parts),
    }
}
