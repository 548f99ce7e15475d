//! Accounts of the house that judges, beside what is known of all systems.
//!
//! They are one system of many: what is in order here shows no more than that, and never makes a
//! control about all of them *met*. What is not in order here is not in order.

use std::collections::BTreeSet;

use evidence::{Field, Ground, Kind, Pseudonym};

use crate::case::{Ask, Fact};
use crate::ruling::{Lack, Ruling, Verdict, many, share};

/// How what is not in order here weighs in the whole.
#[derive(Clone, Copy)]
pub(super) enum Weight {
    /// It is one part among others.
    Part,
    /// One is enough.
    Decides,
}

/// The ruling on all systems with that on this one. Without the latter it stays what it was, so
/// that no account that is taken away makes anything *met* that could not be told.
pub(super) fn beside(whole: Ruling, own: Option<Ruling>, weight: Weight) -> Ruling {
    let Some(own) = own else { return whole };
    let verdict = match (whole.verdict, own.verdict, weight) {
        (Verdict::NotApplicable, ..) => Verdict::NotApplicable,
        (_, Verdict::NotMet, Weight::Decides) => Verdict::NotMet,
        (Verdict::CannotTell, Verdict::NotMet, _) => Verdict::NotMet,
        (Verdict::CannotTell, Verdict::Met | Verdict::PartlyMet, _)
        | (Verdict::Met, Verdict::PartlyMet | Verdict::NotMet, _) => Verdict::PartlyMet,
        (whole, ..) => whole,
    };
    let lacks = match (verdict, own.verdict) {
        (Verdict::Met, _) => Lack::Nothing,
        (_, Verdict::Met) => whole.lacks.max(Lack::Evidence),
        _ => whole.lacks.max(own.lacks),
    };
    let why = match own.verdict {
        Verdict::Met | Verdict::CannotTell => format!("{}; {}", whole.why, own.why),
        _ => format!("{}; {}", own.why, whole.why),
    };
    let mut grounds = own.grounds;
    grounds.extend(whole.grounds);
    Ruling { verdict, why, grounds, lacks }
}

/// Accounts of the house that belong to the organisation or to one below it.
pub(super) fn accounts<'a, 'e>(ask: &Ask<'a, 'e>) -> Vec<&'a Fact<'e>> {
    let all = ask.case.live(Kind::HouseAccess).into_iter();
    all.filter(|fact| fact.record.value(Field::Holder).is_some()).collect()
}

fn in_use<'a, 'e>(ask: &Ask<'a, 'e>) -> Vec<&'a Fact<'e>> {
    let is_on = |fact: &&Fact<'_>| fact.record.says(Field::Enabled) == Some(true);
    accounts(ask).into_iter().filter(is_on).collect()
}

/// How many accounts of organisations above reach here: those are judged where they belong.
fn from_above(ask: &Ask<'_, '_>) -> Vec<Ground> {
    let all = ask.case.live(Kind::HouseAccess).into_iter();
    let counts = all.filter_map(|fact| {
        let count = usize::try_from(fact.record.number(Field::Count)?).ok()?;
        let reach = if count == 1 { "reaches" } else { "reach" };
        let accounts = many(count, "account");
        Some(fact.ground(format!("{accounts} of organisations above {reach} here")))
    });
    counts.collect()
}

fn with_above(ask: &Ask<'_, '_>, mut ruling: Ruling) -> Ruling {
    ruling.grounds.extend(from_above(ask));
    ruling
}

/// Whether rights lie unused: accounts into which nobody was let for long, tokens without use.
/// Where it is not known when somebody was last let in, that is said and decides nothing.
pub(super) fn rights(ask: &Ask<'_, '_>) -> Option<Ruling> {
    let accounts = in_use(ask);
    let tokens = ask.case.live(Kind::HouseToken);
    let last = |fact: &Fact<'_>| {
        // Into an account whose invitation waits nobody was let since it is there.
        let waits = fact.record.says(Field::Active) == Some(false);
        let made = fact.record.day(Field::From).filter(|_| waits);
        fact.record.day(Field::LastSignIn).or(made)
    };
    let unknown = accounts.iter().filter(|fact| last(fact).is_none()).count();
    let known = accounts.len() - unknown;
    if known == 0 && tokens.is_empty() {
        return None;
    }
    let is_unused = |fact: &&&Fact<'_>| {
        last(fact).is_some_and(|last| !ask.is_within(last, "dormant_days"))
    };
    let dormant = accounts.iter().filter(is_unused).count();
    let is_idle = |fact: &&&Fact<'_>| {
        let days = [Field::LastEvent, Field::From].map(|field| fact.record.day(field));
        let used = days.into_iter().flatten().max();
        used.is_some_and(|used| !ask.is_within(used, "dormant_days"))
    };
    let idle = tokens.iter().filter(is_idle).count();
    let is_awake = share(known - dormant, known, 100 - ask.limit("dormant_percent"));
    let verdict = match (is_awake, idle) {
        (Verdict::Met | Verdict::CannotTell, 0) => Verdict::Met,
        _ => Verdict::PartlyMet,
    };
    let days = ask.limit("dormant_days");
    let mut why = format!(
        "in this house {dormant} of {} in use and {idle} of {} lie unused for {days} days",
        many(known, "account"),
        many(tokens.len(), "token")
    );
    if unknown > 0 {
        why = format!("{why}; of {} that is not known", many(unknown, "account"));
    }
    let mut ruling = ask.counted(&accounts, (verdict, why), "account");
    let tokens = ask.counted(&tokens, (verdict, String::new()), "token");
    ruling.grounds.extend(tokens.grounds);
    Some(with_above(ask, ruling))
}

/// Whether accounts that may do much have a second factor. What a provider asks for beside a
/// password is not seen here, and stays unknown.
pub(super) fn factors(ask: &Ask<'_, '_>) -> Option<Ruling> {
    let mut admins = in_use(ask);
    admins.retain(|fact| fact.record.says(Field::Privileged) == Some(true));
    let says =
        |answer| admins.iter().filter(|it| it.record.says(Field::Mfa) == answer).count();
    let (with, without, unknown) = (says(Some(true)), says(Some(false)), says(None));
    if with + without == 0 {
        return None;
    }
    let verdict = share(with, with + without, ask.limit("percent"));
    let mut why = format!(
        "in this house a second factor is set for {with} of {}",
        many(with + without, "privileged account")
    );
    if unknown > 0 {
        let others = many(unknown, "other");
        why = format!("{why}; of {others} the identity provider knows it alone");
    }
    let ruling = ask.counted(&admins, (verdict, why), "privileged account");
    Some(with_above(ask, ruling))
}

/// Whether somebody who left can still get in: told where somebody of the roster has an account.
pub(super) fn leavers(
    ask: &Ask<'_, '_>,
    (here, gone): (&BTreeSet<Pseudonym>, &BTreeSet<Pseudonym>),
) -> Option<Ruling> {
    let is_of = |fact: &Fact<'_>, names: &BTreeSet<Pseudonym>| {
        fact.record.people().any(|name| names.contains(&name))
    };
    let mut known = accounts(ask);
    known.retain(|fact| is_of(fact, here) || is_of(fact, gone));
    if known.is_empty() {
        return None;
    }
    let is_open = |fact: &&&Fact<'_>| {
        fact.record.says(Field::Enabled) == Some(true)
            && is_of(fact, gone)
            && !is_of(fact, here)
    };
    let open = known.iter().filter(is_open).count();
    let verdict = if open == 0 { Verdict::Met } else { Verdict::NotMet };
    let why = format!(
        "in this house, of {} of people on the roster, switched on after they left: {open}",
        many(known.len(), "account")
    );
    Some(with_above(ask, ask.counted(&known, (verdict, why), "account")))
}

/// That the account of whoever holds an office is blocked.
pub(super) fn blocked(ask: &Ask<'_, '_>, holder: Option<Pseudonym>) -> Option<Ground> {
    let holder = holder?;
    let all = accounts(ask).into_iter();
    let mut own = all.filter(|fact| fact.record.people().any(|name| name == holder));
    let fact = own.find(|fact| fact.record.says(Field::Enabled) == Some(false))?;
    Some(fact.ground("the account of whoever holds the office is blocked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_system_in_order_is_never_met_and_one_that_is_not_is_told() {
        use Verdict::{CannotTell, Met, NotMet, PartlyMet};
        #[track_caller]
        fn check(whole: Verdict, own: Verdict, part: Verdict, decides: Verdict) {
            let ruling = |it: Verdict| Ruling::new(it, it.words(), Vec::new());
            let told = |weight| beside(ruling(whole), Some(ruling(own)), weight).verdict;
            assert_eq!(told(Weight::Part), part, "{whole:?} {own:?}");
            assert_eq!(told(Weight::Decides), decides, "{whole:?} {own:?}");
            assert_eq!(beside(ruling(whole), None, Weight::Part).verdict, whole);
        }

        check(CannotTell, Met, PartlyMet, PartlyMet);
        check(CannotTell, PartlyMet, PartlyMet, PartlyMet);
        check(CannotTell, NotMet, NotMet, NotMet);
        check(Met, Met, Met, Met);
        check(Met, PartlyMet, PartlyMet, PartlyMet);
        check(Met, NotMet, PartlyMet, NotMet);
        check(PartlyMet, Met, PartlyMet, PartlyMet);
        check(PartlyMet, NotMet, PartlyMet, NotMet);
        check(NotMet, Met, NotMet, NotMet);
    }
}
