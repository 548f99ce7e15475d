//! Accounts of the house as evidence: who is let in, by what, when last, and which tokens work.
//!
//! Judged in an organisation are the accounts and tokens that have a role there or below. Those
//! that reach it from above are counted, and judged where they belong. Nobody is named: in a
//! record a person is a hash whose key the process forgets.

use std::collections::{BTreeMap, BTreeSet};

use evidence::{Class, Field, Kind, Pseudonyms, Record, Value};
use posture::{Held, What};
use reading::Place;
use store::{Access, LivingToken, Organisation, Role, ShownBy};
use terms::Day;

use super::PostureError;
use super::house::day;
use crate::{App, Permission};

/// What accounts of the house are called among grounds.
pub const ACCESS: &str = "house/accounts";

/// Accounts and tokens as records, by the organisations where they are judged.
pub(super) async fn accesses(
    app: &App,
    head: i64,
    places: &[Organisation],
    (today, names): (Day, &Pseudonyms),
) -> Result<BTreeMap<i64, Vec<Held>>, PostureError> {
    let all = app.store.accesses(head, (app.now)()).await?;
    let mut accounts: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    let mut tokens: BTreeMap<i64, Vec<Record>> = BTreeMap::new();
    // Who has a role in an organisation itself, and who there or below.
    let mut rooted: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    let mut within: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for one in &all {
        let mut reached: BTreeMap<i64, Power> = BTreeMap::new();
        for reach in &one.reaches {
            // A guest answers where it has its role, and reaches nothing below.
            if reach.role != Role::SupplierGuest {
                rooted.entry(reach.path.organisation()).or_default().insert(one.person);
            }
            let power = power(reach.role);
            for place in reach.path.organisations() {
                let known = reached.entry(place).or_insert(power);
                *known = power.max(*known);
            }
        }
        for (place, power) in reached {
            within.entry(place).or_default().insert(one.person);
            let record = account(one, power, (today, names));
            accounts.entry(place).or_default().push(record);
        }
        for lent in &one.tokens {
            for place in lent.path.organisations() {
                tokens.entry(place).or_default().push(token(lent, today));
            }
        }
    }
    let mut held: BTreeMap<i64, Vec<Held>> = BTreeMap::new();
    for place in places {
        let own = held.entry(place.id).or_default();
        let inside = within.get(&place.id);
        let above = place.path.organisations().filter(|id| *id != place.id);
        let above = above.filter_map(|id| rooted.get(&id)).flatten();
        let above = above.filter(|id| inside.is_none_or(|inside| !inside.contains(id)));
        let above: BTreeSet<&i64> = above.collect();
        let records = [
            ("", accounts.remove(&place.id).unwrap_or_default()),
            ("/above", counted(above.len(), today)),
            ("/tokens", tokens.remove(&place.id).unwrap_or_default()),
        ];
        let records = records.into_iter().filter(|(_, records)| !records.is_empty());
        own.extend(records.map(|(name, records)| {
            let what = What::Records(records);
            Held::new(format!("{ACCESS}{name}"), Some(Class::Observed), what).own()
        }));
    }
    Ok(held)
}

/// How much a role may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Power {
    /// What a program may be lent.
    Usual,
    /// What is done in person alone: it gives rights, or hides flaws.
    Privileged,
}

fn power(role: Role) -> Power {
    let is_grave = |it: &Permission| !it.is_lent() && it.is_of(role);
    match Permission::ALL.iter().any(is_grave) {
        true => Power::Privileged,
        false => Power::Usual,
    }
}

fn account(one: &Access, power: Power, (today, names): (Day, &Pseudonyms)) -> Record {
    let answer = |is_so| if is_so { Value::Yes } else { Value::No };
    let holder = names.of(&super::house::account_name(one.person));
    let mut record = Record::new(Kind::HouseAccess, Place::Document)
        .with(Field::On, Value::Day(today))
        .with(Field::Holder, Value::Person(holder))
        .with(Field::Mail, Value::Person(names.of(&one.address)))
        .with(Field::Enabled, answer(one.blocked.is_none()))
        .with(Field::Privileged, answer(power == Power::Privileged));
    match one.shown_by {
        ShownBy::SecondFactor => record.put(Field::Mfa, Value::Yes),
        ShownBy::Password => record.put(Field::Mfa, Value::No),
        // What the provider asks for is not seen here.
        ShownBy::Provider => {}
        ShownBy::Nothing => record.put(Field::Active, Value::No),
    }
    let days = [
        (Field::From, Some(one.made.as_str())),
        (Field::LastSignIn, one.entered_on.as_deref()),
        (Field::Disabled, one.blocked.as_deref()),
    ];
    put_days(&mut record, &days);
    record
}

fn token(one: &LivingToken, today: Day) -> Record {
    let mut record =
        Record::new(Kind::HouseToken, Place::Document).with(Field::On, Value::Day(today));
    let days = [
        (Field::From, Some(one.made.as_str())),
        (Field::LastEvent, one.used_on.as_deref()),
        (Field::Until, Some(one.expires.as_str())),
    ];
    put_days(&mut record, &days);
    record
}

fn put_days(record: &mut Record, days: &[(Field, Option<&str>)]) {
    for (field, stored) in days {
        if let Some(day) = stored.and_then(day) {
            record.put(*field, Value::Day(day));
        }
    }
}

/// How many there are, without a word about any of them.
fn counted(count: usize, today: Day) -> Vec<Record> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let record = || {
        Record::new(Kind::HouseAccess, Place::Document)
            .with(Field::On, Value::Day(today))
            .with(Field::Count, Value::Number(count))
    };
    (count > 0).then(record).into_iter().collect()
}
