//! How long software is supported, by a table that somebody brings: who may, what is refused, and
//! what it changes: red flags of suppliers, the budget for what nobody supports, what a page says
//! of an SBOM; and that taken back it says nothing.

use std::collections::BTreeMap;

use ::posture::{Verdict, catalog};
use controls::Verdict as Flag;
use lifecycle::Standing;
use operations::bills::{Placing, arrive, place};
use operations::life_cycle::{LifeCycleError, bring, of_bills, tables, withdraw};
use operations::organisation::make_below;
use operations::people::{Invitation, invite, set_password};
use operations::posture::judged;
use operations::{Actor, supplier};
use serde_json::json;
use store::{Kind, NewOrganisation, Parcel, Role};

use crate::databases::{Fresh, on_both};
use crate::house::{House, deliver};

fn now() -> jiff::Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

/// All products of endoflife.date, as its API gives them: of one the support of a line has ended.
fn table(ends: &str) -> String {
    json!({"schema_version": "1.2.0", "result": [
        {"name": "invented-tls", "label": "Invented TLS",
         "identifiers": [{"type": "purl", "id": "pkg:generic/invented-tls"}],
         "releases": [
            {"name": "3", "isEol": false, "eolFrom": null},
            {"name": "1.0", "isEol": true, "eolFrom": ends}]},
        {"name": "empty", "label": "Empty", "releases": []}]})
    .to_string()
}

impl House {
    async fn brings(&self, text: &str, as_of: &str) -> Result<i64, LifeCycleError> {
        let parcel = Parcel::of(text.as_bytes()).unwrap();
        let told = (self.ada.head, "full.json", as_of);
        bring(&self.app, &self.ada, told, parcel).await
    }

    /// Keeps an SBOM of the pump, with the library in a version; gives its number.
    async fn lists_tls(&self, version: &str) -> i64 {
        let bom = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "metadata": { "component": { "type": "device", "name": "Pump 9", "bom-ref": "p" } },
            "components": [
                { "type": "library", "name": "invented-tls", "version": version,
                  "purl": format!("pkg:generic/invented-tls@{version}"), "bom-ref": "t" },
                { "type": "library", "name": "own", "version": "1", "bom-ref": "o" }],
        });
        let parcel = Parcel::of(bom.to_string().as_bytes()).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let arrived = arrive(app, ada, ada.head, "x.cdx.json", parcel).await.unwrap();
        let placing = Placing {
            maker: "Acme".to_owned(),
            product: "Pump 9".to_owned(),
            version: version.to_owned(),
            builds: Vec::new(),
        };
        place(app, ada, arrived, &placing).await.unwrap();
        self.work().await;
        let carriers = app.store.carriers(ada.head).await.unwrap();
        carriers.iter().find(|one| one.version == version).unwrap().bill
    }

    async fn flag_of(&self, supplier: i64, number: u8) -> (Flag, String) {
        let (assessed, _) = supplier::one(&self.app, &self.ada, supplier).await.unwrap();
        let mut findings = assessed.vetted.findings.iter();
        let found = findings.find(|one| one.flag.number() == number).unwrap();
        (found.ruling.verdict, format!("{:?}", found.ruling.grounds))
    }

    async fn budget(&self) -> (Verdict, String) {
        let all = judged(&self.app, &self.ada, None).await.unwrap().assessed;
        let control = catalog().controls().find(|one| one.id() == "B-08").unwrap();
        let found = all.iter().find(|one| one.control == control).unwrap();
        let grounds = format!("{} {:?}", found.ruling.why, found.ruling.grounds);
        (found.ruling.verdict, grounds)
    }

    async fn administers(&self, organisation: i64, name: &str, role: Role) -> Actor {
        let address = format!("{name}@x.example");
        let invitation =
            Invitation { name, address: &address, zone: "UTC", role, organisation };
        let link = invite(&self.app, &self.ada, invitation).await.unwrap();
        let password = "a long sentence will do";
        let new = set_password(&self.app, &link, password).await.unwrap();
        let session = self.app.store.session(&new.secret, now()).await.unwrap().unwrap();
        Actor::of_session(&self.app, session).await.unwrap()
    }
}

on_both!(
    a_table_counts_for_suppliers_and_controls_until_it_is_taken_back,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let devices =
            "asset_tag,manufacturer,model,version\n1,Acme,Pump 9,1.0.3\n2,Acme,Drip,1\n";
        deliver((app, ada), ada.head, "assets", devices).await;
        house.work().await;
        let acme = supplier::open(app, ada, ada.head, "Acme").await.unwrap();
        let bill = house.lists_tls("1.0.3").await;
        assert_eq!(house.flag_of(acme, 22).await.0, Flag::CannotTell);
        assert_eq!(house.budget().await.0, Verdict::CannotTell);
        let before = of_bills(app, ada, &[bill]).await.unwrap();
        assert_eq!((before[&bill].listed, before[&bill].known.len()), (3, 0));

        let first = house.brings(&table("2020-01-01"), "2026-08-22").await.unwrap();
        let (verdict, grounds) = house.flag_of(acme, 22).await;
        assert_eq!(verdict, Flag::Raised, "{grounds}");
        for words in ["Invented TLS 1.0", "2020-01-01", "endoflife.date", "of 2026-08-22"]
        {
            assert!(grounds.contains(words), "{words} in {grounds}");
        }
        let (verdict, grounds) = house.budget().await;
        assert_eq!(verdict, Verdict::NotMet, "{grounds}");
        assert!(grounds.contains("house/support"), "{grounds}");
        let today = terms::date::day("2026-11-26").unwrap();
        let lives = of_bills(app, ada, &[bill]).await.unwrap();
        let life = &lives[&bill].known[0];
        assert_eq!(life.standing(today), Standing::Ended);
        assert_eq!(life.ends(), terms::date::day("2020-01-01").ok());
        assert_eq!(lives[&bill].unsupported(today), Some(1));

        // A newer one rules; that of one component an end lies ahead is not that all are fine.
        let second = house.brings(&table("2030-01-01"), "").await.unwrap();
        assert_eq!(house.flag_of(acme, 22).await.0, Flag::CannotTell);
        assert_eq!(house.budget().await.0, Verdict::CannotTell);
        let lives = of_bills(app, ada, &[bill]).await.unwrap();
        assert_eq!(lives[&bill].unsupported(today), None, "of `own` nobody knows");
        withdraw(app, ada, second).await.unwrap();
        assert_eq!(house.flag_of(acme, 22).await.0, Flag::Raised, "the one before");
        withdraw(app, ada, first).await.unwrap();
        assert!(matches!(
            withdraw(app, ada, first).await,
            Err(LifeCycleError::Store(store::StoreError::Absent { .. }))
        ));
        assert_eq!(house.flag_of(acme, 22).await.0, Flag::CannotTell);
        assert_eq!(house.budget().await.0, Verdict::CannotTell);
        let all = tables(app, ada).await.unwrap();
        let told: BTreeMap<i64, (i64, i64, i64)> = all
            .iter()
            .map(|one| (one.id, (one.products, one.cycles, one.set_aside)))
            .collect();
        assert_eq!(told[&first], (1, 2, 0));
    }
);

on_both!(
    who_does_not_administer_the_whole_house_brings_nothing_and_wrong_files_are_refused,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let new = NewOrganisation { kind: Kind::Site, name: "North" };
        let north = make_below(app, ada, ada.head, new).await.unwrap().id;
        let below = house.administers(north, "below", Role::Administrator).await;
        let viewer = house.administers(ada.head, "viewer", Role::Security).await;
        let parcel = || Parcel::of(table("2020-01-01").as_bytes()).unwrap();
        for (by, at) in [
            (&below, north),
            (&below, ada.head),
            (&viewer, ada.head),
            (ada, north),
            (ada, 999),
        ] {
            let done = bring(app, by, (at, "full.json", ""), parcel()).await;
            assert!(matches!(done, Err(LifeCycleError::NotAllowed)), "{at}: {done:?}");
        }
        for text in ["", "{}", "[]", "{\"result\":[]}", "no json", "{\"components\":[]}"]
        {
            let done = house.brings(text, "").await;
            assert!(matches!(done, Err(LifeCycleError::Rejected(_))), "{text}: {done:?}");
        }
        for day in ["soon", "2026-13-01", "2026-11-27"] {
            let done = house.brings(&table("2020-01-01"), day).await;
            assert!(matches!(done, Err(LifeCycleError::Wrong("as_of", _))), "{day}");
        }
        assert_eq!(tables(app, ada).await.unwrap(), [], "nothing is left of any");
        let id = house.brings(&table("2020-01-01"), "2026-11-26").await.unwrap();
        for by in [&below, &viewer] {
            let done = withdraw(app, by, id).await;
            assert!(matches!(done, Err(LifeCycleError::NotAllowed)));
        }
        assert_eq!(tables(app, &below).await.unwrap().len(), 1, "it is public");
    }
);
