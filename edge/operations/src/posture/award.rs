//! What records of awards say of how the house buys.
//!
//! A record tells the gates as they stood on the day of the award, and which of them two people
//! overrode. What it does not tell is left out: whether assurance was looked at where no gate asks
//! for it, and how many red flags block where a gate was unproven.

use std::collections::BTreeMap;

use evidence::{Class, Field, Kind, Record, Value};
use posture::{Held, What};
use reading::Place;
use serde::Deserialize;
use store::Scope;
use terms::Day;

use super::PostureError;
use super::house::day;
use crate::App;

/// With what the names of awards begin; the number of the purchase follows.
pub const AWARDS: &str = "house/awards/";

/// The gates of which the record of a purchase speaks.
const ISAO: &str = "isao";
const WARRANTY: &str = "warranty";

/// A record of an award, as far as controls ask about it.
#[derive(Deserialize)]
struct Awarded {
    as_of: String,
    bidder: Bidder,
    #[serde(default)]
    gates: Vec<Gate>,
}

#[derive(Deserialize)]
struct Bidder {
    name: String,
    #[serde(default)]
    product: String,
}

#[derive(Deserialize)]
struct Gate {
    id: String,
    standing: String,
    #[serde(default)]
    why: String,
}

impl Gate {
    fn is_passed(&self) -> bool {
        self.standing == "passed"
    }
}

/// What the house bought, by organisation.
pub(super) async fn awards(
    app: &App,
    head: i64,
) -> Result<BTreeMap<i64, Vec<Held>>, PostureError> {
    let whole = Scope::whole(head);
    let mut held: BTreeMap<i64, Vec<Held>> = BTreeMap::new();
    for purchase in app.store.purchases(&whole).await? {
        let Some(ended) = &purchase.ended else { continue };
        let (Some(award), Some(on)) = (&ended.award, day(&ended.at)) else { continue };
        let bytes = app.store.bytes_of(&whole, award.record).await?;
        // It was written by this program; one that it does not know any more says nothing.
        let Ok(awarded) = serde_json::from_slice::<Awarded>(&bytes) else { continue };
        let what = What::Records(awarded.records(on));
        let file = format!("{AWARDS}{}", purchase.id);
        let own = held.entry(purchase.organisation).or_default();
        own.push(Held::new(file, Some(Class::Documented), what));
    }
    Ok(held)
}

impl Awarded {
    fn gate(&self, id: &str) -> Option<&Gate> {
        self.gates.iter().find(|gate| gate.id == id)
    }

    /// Whether it was bought with every gate passed; nothing where no gate asked for assurance.
    fn passed(&self) -> Option<Value> {
        let is_whole = self.gates.iter().all(Gate::is_passed);
        match (is_whole, self.gate(WARRANTY)) {
            (false, _) => Some(Value::No),
            (true, Some(_)) => Some(Value::Yes),
            (true, None) => None,
        }
    }

    fn records(&self, on: Day) -> Vec<Record> {
        let text = |text: &str| Value::Text(text.trim().to_owned());
        let about = |kind| {
            Record::new(kind, Place::Document)
                .with(Field::Supplier, text(&self.bidder.name))
                .with(Field::Product, text(&self.bidder.product))
        };
        let mut bought = about(Kind::Purchase).with(Field::On, Value::Day(on));
        if let Some(passed) = self.passed() {
            bought.put(Field::Passed, passed);
        }
        if let Some(gate) = self.gate(ISAO).filter(|gate| gate.is_passed()) {
            bought.put(Field::Isao, text(&gate.why));
        }
        let mut records = vec![bought];
        records.extend(self.vetting());
        records
    }

    /// That red flags were looked for before it was bought: each gate stands for one that blocks.
    /// Where one was unproven, nobody can tell how many there were.
    fn vetting(&self) -> Option<Record> {
        let looked = terms::date::day(&self.as_of).ok()?;
        let mut vetting = Record::new(Kind::Vetting, Place::Pointer("/gates".to_owned()))
            .with(Field::Supplier, Value::Text(self.bidder.name.trim().to_owned()))
            .with(Field::On, Value::Day(looked));
        let is_told = |gate: &Gate| gate.is_passed() || gate.standing == "closed";
        if !self.gates.is_empty() && self.gates.iter().all(is_told) {
            let closed = self.gates.iter().filter(|gate| !gate.is_passed()).count();
            let closed = i64::try_from(closed).unwrap_or(i64::MAX);
            vetting.put(Field::Blocking, Value::Number(closed));
        }
        Some(vetting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(gates: &str, exceptions: &str) -> Vec<Record> {
        let text = format!(
            r#"{{"as_of":"2026-11-25","bidder":{{"name":"Acme","product":"Drip"}},
            "exceptions":[{exceptions}],"gates":[{gates}]}}"#
        );
        let awarded: Awarded = serde_json::from_str(&text).unwrap();
        awarded.records(terms::date::day("2026-11-26").unwrap())
    }

    #[test]
    fn an_award_says_no_more_than_its_record() {
        #[track_caller]
        fn check(
            gates: &str,
            exceptions: &str,
            (passed, isao, blocking): (Option<bool>, &str, Option<i64>),
        ) {
            let records = records(gates, exceptions);
            let [bought, vetting] = records.as_slice() else { panic!("{records:?}") };
            assert_eq!(bought.says(Field::Passed), passed, "{gates}");
            assert_eq!(bought.text(Field::Isao), isao, "{gates}");
            assert_eq!(bought.day(Field::On).unwrap().to_string(), "2026-11-26");
            assert_eq!(vetting.number(Field::Blocking), blocking, "{gates}");
            assert_eq!(vetting.day(Field::On).unwrap().to_string(), "2026-11-25");
        }

        let isao = r#"{"id":"isao","standing":"passed","why":"member of H"}"#;
        let warranty = r#"{"id":"warranty","standing":"passed"}"#;
        let both = format!("{isao},{warranty}");
        check(&both, "", (Some(true), "member of H", Some(0)));
        check(isao, "", (None, "member of H", Some(0)));
        check("", "", (None, "", None));
        let closed = r#"{"id":"warranty","standing":"closed"}"#;
        let over = format!("{isao},{closed}");
        check(&over, "{}", (Some(false), "member of H", Some(1)));
        let unproven = r#"{"id":"isao","standing":"unproven"}"#;
        check(&format!("{unproven},{warranty}"), "{}", (Some(false), "", None));
        // Somebody overrode a gate that had passed by the day of the award.
        check(&both, "{}", (Some(true), "member of H", Some(0)));
    }
}
