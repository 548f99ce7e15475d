//! What records of awards say of how the house buys.
//!
//! A record tells the gates as they stood on the day of the award, and which of them two people
//! overrode. What it does not tell is left out: whether assurance was looked at where no gate asks
//! for it, and how many red flags block where a gate was unproven or not asked for. Gates are
//! known by what tells them, since a house may call its own otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use ::purchase::Tier;
use ::purchase::profile::{Profile, Tells};
use evidence::{Class, Field, Kind, Record, Value};
use posture::{Held, What};
use reading::Place;
use serde::Deserialize;
use store::{Award, Scope, StoreError};
use terms::Day;

use super::PostureError;
use super::house::day;
use crate::App;

/// With what the names of awards begin; the number of the purchase follows.
pub const AWARDS: &str = "house/awards/";

/// What stands for the name of an organisation of which a membership was proven.
const UNNAMED: &str = "an ISAO that the record does not name";

/// A record of an award, as far as controls ask about it.
#[derive(Debug, Deserialize)]
struct Awarded {
    as_of: String,
    #[serde(default)]
    tier: String,
    bidder: Bidder,
    #[serde(default)]
    gates: Vec<Gate>,
}

#[derive(Debug, Deserialize)]
struct Bidder {
    name: String,
    #[serde(default)]
    product: String,
}

#[derive(Debug, Deserialize)]
struct Gate {
    /// What tells it; empty in records that do not say it.
    #[serde(default)]
    tells: String,
    standing: String,
    #[serde(default)]
    isaos: Vec<String>,
}

impl Gate {
    fn is_passed(&self) -> bool {
        self.standing == "passed"
    }
}

/// The records of awards by top organisation and document, as read once: what is kept is never
/// changed. A few words of each are held, since nothing else is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Awards(Arc<Mutex<BTreeMap<Key, Option<Arc<Awarded>>>>>);

/// A top organisation, and the document.
type Key = (i64, i64);

impl Awards {
    /// What a record says; nothing where it cannot be read. Its bytes are asked for once.
    async fn read(
        &self,
        key: Key,
        bytes: impl Future<Output = Result<Vec<u8>, StoreError>>,
    ) -> Result<Option<Arc<Awarded>>, StoreError> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(awarded) = known().get(&key).cloned() {
            return Ok(awarded);
        }
        let awarded = match bytes.await {
            Ok(bytes) => serde_json::from_slice(&bytes).ok().map(Arc::new),
            // A damaged document may be put right from a copy, and is asked for again.
            Err(StoreError::Unreadable { .. } | StoreError::Absent { .. }) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        known().insert(key, awarded.clone());
        Ok(awarded)
    }
}

/// What the house bought, by organisation. A purchase whose record cannot be read stands there as
/// one of which nobody can say how it was bought.
pub(super) async fn awards(
    app: &App,
    head: i64,
) -> Result<BTreeMap<i64, Vec<Held>>, PostureError> {
    let whole = Scope::whole(head);
    let mut held: BTreeMap<i64, Vec<Held>> = BTreeMap::new();
    for purchase in app.store.purchases(&whole).await? {
        let Some(ended) = &purchase.ended else { continue };
        let Some(award) = &ended.award else { continue };
        let on = day(&ended.at);
        let bytes = app.store.bytes_of(&whole, award.record);
        let records = match app.awards.read((head, award.record), bytes).await? {
            Some(awarded) => awarded.records(on),
            None => vec![bought(&who(app, &whole, (purchase.id, award)).await?, on)],
        };
        let file = format!("{AWARDS}{}", purchase.id);
        let own = held.entry(purchase.organisation).or_default();
        own.push(Held::new(file, Some(Class::Documented), What::Records(records)));
    }
    Ok(held)
}

/// From whom something was bought of which the record cannot be read.
async fn who(
    app: &App,
    whole: &Scope,
    (purchase, award): (i64, &Award),
) -> Result<Bidder, StoreError> {
    let bidders = app.store.purchase_bidders(whole, purchase).await?;
    let bidder = bidders.into_iter().find(|bidder| bidder.id == award.bidder);
    let (name, product) =
        bidder.map(|bidder| (bidder.name, bidder.product)).unwrap_or_default();
    Ok(Bidder { name, product })
}

/// That something was bought on a day.
fn bought(from: &Bidder, on: Option<Day>) -> Record {
    let text = |text: &str| Value::Text(text.trim().to_owned());
    let record = Record::new(Kind::Purchase, Place::Document)
        .with(Field::Supplier, text(&from.name))
        .with(Field::Product, text(&from.product));
    match on {
        Some(on) => record.with(Field::On, Value::Day(on)),
        None => record,
    }
}

impl Awarded {
    /// The gates that a kind of evidence tells.
    fn told_by(&self, tells: Tells) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(move |gate| gate.tells == tells.word())
    }

    /// Whether it was bought with every gate passed; nothing where no gate asked for assurance.
    fn passed(&self) -> Option<Value> {
        let is_whole = self.gates.iter().all(Gate::is_passed);
        match (is_whole, self.told_by(Tells::Warranty).next()) {
            (false, _) => Some(Value::No),
            (true, Some(_)) => Some(Value::Yes),
            (true, None) => None,
        }
    }

    /// Of whom a membership was proven; nothing where none was, or no gate asked for it.
    fn isaos(&self) -> Option<String> {
        let gates: Vec<&Gate> = self.told_by(Tells::Membership).collect();
        if gates.is_empty() || !gates.iter().all(|gate| gate.is_passed()) {
            return None;
        }
        let names = gates.iter().flat_map(|gate| &gate.isaos).map(|isao| isao.trim());
        let names: BTreeSet<&str> = names.filter(|isao| !isao.is_empty()).collect();
        Some(match names.is_empty() {
            true => UNNAMED.to_owned(),
            false => names.into_iter().collect::<Vec<_>>().join(", "),
        })
    }

    fn records(&self, on: Option<Day>) -> Vec<Record> {
        let mut bought = bought(&self.bidder, on);
        if let Some(passed) = self.passed() {
            bought.put(Field::Passed, passed);
        }
        if let Some(isaos) = self.isaos() {
            bought.put(Field::Isao, Value::Text(isaos));
        }
        let mut records = vec![bought];
        records.extend(self.vetting());
        records
    }

    /// That red flags were looked for before it was bought.
    fn vetting(&self) -> Option<Record> {
        let looked = terms::date::day(&self.as_of).ok()?;
        let mut vetting = Record::new(Kind::Vetting, Place::Pointer("/gates".to_owned()))
            .with(Field::Supplier, Value::Text(self.bidder.name.trim().to_owned()))
            .with(Field::On, Value::Day(looked));
        if let Some(blocking) = self.blocking() {
            vetting.put(Field::Blocking, Value::Number(blocking));
        }
        Some(vetting)
    }

    /// How many red flags blocked: each kind of gate stands for one. Nobody can tell where a gate
    /// was unproven, or one that we ask for of such a device was not asked for.
    fn blocking(&self) -> Option<i64> {
        let is_told = |gate: &Gate| gate.is_passed() || gate.standing == "closed";
        let mut asked = Profile::standard().gates.iter().filter(|gate| {
            let tier = Tier::ALL.into_iter().find(|tier| tier.word() == self.tier);
            gate.is_asked(tier.unwrap_or(Tier::LifeSustaining))
        });
        let is_whole = asked.all(|gate| self.told_by(gate.tells).next().is_some());
        if !is_whole || !self.gates.iter().all(is_told) {
            return None;
        }
        let closed = self.gates.iter().filter(|gate| !gate.is_passed());
        let closed: BTreeSet<&str> = closed.map(|gate| gate.tells.as_str()).collect();
        i64::try_from(closed.len()).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn records(tier: &str, gates: &str) -> Vec<Record> {
        let text = format!(
            r#"{{"as_of":"2026-11-25","tier":"{tier}","bidder":{{"name":"Acme","product":"Drip"}},
            "gates":[{gates}]}}"#
        );
        let awarded: Awarded = serde_json::from_str(&text).unwrap();
        awarded.records(terms::date::day("2026-11-26").ok())
    }

    /// Gates by what tells them, each under a name of the house's own.
    fn gates(gates: &[(&str, &str)]) -> String {
        let gates = gates.iter().map(|(tells, standing)| {
            let isaos = if *tells == "membership" { r#""Health-ISAC""# } else { "" };
            format!(
                r#"{{"id":"ours-{tells}","tells":"{tells}","standing":"{standing}",
                "why":"a membership is proven and holds today","isaos":[{isaos}]}}"#
            )
        });
        gates.collect::<Vec<_>>().join(",")
    }

    const ALONE: [(&str, &str); 3] =
        [("membership", "passed"), ("warranty", "passed"), ("sharing", "passed")];

    #[track_caller]
    fn check(
        tier: &str,
        gates: &str,
        (passed, isao, blocking): (Option<bool>, &str, Option<i64>),
    ) {
        let records = records(tier, gates);
        let [bought, vetting] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!(bought.says(Field::Passed), passed, "{gates}");
        assert_eq!(bought.text(Field::Isao), isao, "{gates}");
        assert_eq!(bought.day(Field::On).unwrap().to_string(), "2026-11-26");
        assert_eq!(vetting.number(Field::Blocking), blocking, "{gates}");
        assert_eq!(vetting.day(Field::On).unwrap().to_string(), "2026-11-25");
    }

    #[test]
    fn an_award_says_no_more_than_its_record() {
        let of = |tells: &str, standing: &'static str| {
            let mut all = ALONE;
            let gate = all.iter_mut().find(|gate| gate.0 == tells).unwrap();
            gate.1 = standing;
            gates(&all)
        };
        let isao = "Health-ISAC";
        check("standalone", &gates(&ALONE), (Some(true), isao, Some(0)));
        check("standalone", &of("warranty", "closed"), (Some(false), isao, Some(1)));
        check("standalone", &of("membership", "closed"), (Some(false), "", Some(1)));
        check("standalone", &of("membership", "unproven"), (Some(false), "", None));
        check("standalone", "", (None, "", None));
    }

    #[test]
    fn where_a_gate_was_not_asked_for_nobody_can_tell_how_many_red_flags_block() {
        // Of a device that can join a network an SBOM and exploited flaws are asked for too.
        for tier in ["networked", "life_sustaining", "", "grave"] {
            check(tier, &gates(&ALONE), (Some(true), "Health-ISAC", None));
            let all = [&ALONE[..], &[("sbom", "passed"), ("exploited", "closed")]];
            let expected = (Some(false), "Health-ISAC", Some(1));
            check(tier, &gates(&all.concat()), expected);
        }
        let [membership, warranty, _] = ALONE;
        let fewer = gates(&[membership, warranty]);
        check("standalone", &fewer, (Some(true), "Health-ISAC", None));
        check("standalone", &gates(&[membership]), (None, "Health-ISAC", None));
        check("standalone", &gates(&[warranty]), (Some(true), "", None));
    }

    #[test]
    fn a_record_that_does_not_say_what_its_gates_ask_tells_nothing_by_their_names() {
        let gate = |id: &str, standing: &str| {
            format!(r#"{{"id":"{id}","standing":"{standing}","why":"member of H"}}"#)
        };
        let all = ["isao", "warranty", "sharing"].map(|id| gate(id, "passed"));
        check("standalone", &all.join(","), (None, "", None));
        check("standalone", &gate("warranty", "closed"), (Some(false), "", None));
        let bare = r#"{"id":"x","tells":"membership","standing":"passed"}"#;
        check("standalone", bare, (None, UNNAMED, None));
    }

    #[tokio::test]
    async fn each_record_is_read_once_and_a_damaged_one_again() {
        let (awards, asked) = (Awards::default(), AtomicUsize::new(0));
        let read = async |key: Key, bytes: Result<&str, StoreError>| {
            let bytes = async {
                asked.fetch_add(1, Ordering::Relaxed);
                bytes.map(|text| text.as_bytes().to_vec())
            };
            awards.read(key, bytes).await
        };
        let good = r#"{"as_of":"2026-11-25","bidder":{"name":"Acme"}}"#;
        for _ in 0..3 {
            let known = read((1, 7), Ok(good)).await.unwrap().unwrap();
            assert_eq!(known.bidder.name, "Acme");
            assert!(read((1, 8), Ok("no record")).await.unwrap().is_none());
        }
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        // A document of that number in another house is another one.
        assert!(read((2, 7), Ok("no record")).await.unwrap().is_none());
        assert_eq!(asked.load(Ordering::Relaxed), 3);

        let damaged = || StoreError::Unreadable { what: "bytes", held: String::new() };
        assert!(read((1, 9), Err(damaged())).await.unwrap().is_none());
        assert!(read((1, 9), Ok(good)).await.unwrap().is_some());
        assert!(read((1, 10), Err(StoreError::Newer)).await.is_err());
    }
}
