//! Bills of materials that arrive, are placed, judged, replaced and taken back.

use std::collections::BTreeMap;

use operations::bills::{
    BillError, Placed, Placing, arrive, describe, held_beside, look, place, withdraw,
};
use operations::fleet::fitting;
use store::{Judgement, Parcel, StoreError};

use crate::databases::{Fresh, on_both};
use crate::demo::{inventory, pump};
use crate::house::House;

/// A hospital with the inventory of the demo.
async fn house() -> House {
    let house = House::new().await;
    house.take_in(inventory()).await;
    house
}

impl House {
    async fn arrive(&self, bytes: &[u8]) -> Result<i64, BillError> {
        let parcel = Parcel::of(bytes).unwrap();
        arrive(&self.app, &self.ada, self.ada.head, "pump.cdx.json", parcel).await
    }

    /// What is known in the hospital's own view, by vulnerability and component.
    async fn judged(&self) -> Vec<Judgement> {
        let head = self.ada.head;
        let all = self.app.store.judgements_since(head, 0).await.unwrap();
        all.into_iter().filter(|one| one.subject.view == head).collect()
    }

    async fn open_verdicts(&self) -> BTreeMap<(String, String), String> {
        let judged = self.judged().await.into_iter().filter(|one| one.closed.is_none());
        judged
            .map(|one| ((one.subject.vulnerability, one.subject.component), one.verdict))
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_looked_at_placed_and_judged_for_the_builds_it_describes() {
    let house = house().await;
    house.use_advisories(|_| true, &[]).await;
    let original = house.arrive(&pump()).await.unwrap();
    let seen = look(&house.app, &house.ada, original).await.unwrap();
    assert_eq!(
        (seen.subject.maker.as_str(), seen.subject.name.as_str()),
        ("Aldermoor Medical", "Meridian 400")
    );
    assert_eq!(
        (seen.counted.format.as_str(), seen.counted.spec.as_str()),
        ("CycloneDX", "1.6")
    );
    assert_eq!(seen.quality.len(), 2);
    let agreeing: Vec<_> = seen.proposed.iter().filter(|build| build.agrees).collect();
    // `Aldermoor Medical` 2.1 and `ALDERMOOR MED.` v2.1, and no other release or model.
    assert!(!agreeing.is_empty());
    assert!(agreeing.iter().all(|build| build.version.ends_with("2.1")), "{agreeing:?}");
    assert!(!agreeing.iter().any(|build| build.model.contains("Plus")), "{agreeing:?}");
    house.place(&pump(), "2.1").await;
    let judged = house.judged().await;
    let affected = judged.iter().filter(|one| one.verdict == "affected").count();
    assert!(affected > 0, "{judged:?}");
    assert!(
        judged.iter().all(|one| !one.subject.component.contains('@')),
        "keys have no version"
    );
    let builds: std::collections::BTreeSet<i64> =
        judged.iter().map(|one| one.subject.configuration).collect();
    assert_eq!(builds.len(), agreeing.len());
    let ground = &judged.iter().find(|one| one.verdict == "affected").unwrap().grounds;
    assert!(ground.contains("\"place\":\"/components/"), "{ground}");
}

on_both!(
    a_bill_that_lists_less_than_half_clears_nothing_by_itself,
    async |fresh: Fresh| {
        let house = House::at(fresh, jiff::Timestamp::now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let full = house.place(&pump(), "2.1").await;
        let before = house.open_verdicts().await;
        let listed = parts(&pump()).len();
        assert!(listed > 2, "{listed}");
        // All but half of it, rounded up: that is another build, and takes the place of the first.
        for (kept, holds) in
            [(0, 2), (listed.div_ceil(2) - 1, 2), (listed.div_ceil(2), 1)]
        {
            let less = house.place(&first(kept), "2.1").await;
            house.work().await;
            let own = house.ada.scope(operations::Permission::DeliverDocuments);
            let bills = house.app.store.bills(&own, less.release).await.unwrap();
            let in_force = bills.iter().filter(|bill| bill.replaced.is_none()).count();
            assert_eq!(in_force, holds, "{kept} of {listed}");
            let beside = held_beside(&house.app, &house.ada).await.unwrap();
            let counts: Vec<_> =
                beside.iter().map(|one| (one.components, one.before)).collect();
            match holds {
                1 => assert!(counts.is_empty(), "{counts:?}"),
                _ => {
                    assert_eq!(counts, [(kept as i64, listed as i64)]);
                    assert_eq!(house.open_verdicts().await, before, "{kept} of {listed}");
                }
            }
        }
        // A person takes the older out of force, and what only that one listed is said no more.
        let less = house.place(&first(0), "2.1").await;
        house.place(&pump(), "2.1").await;
        let less_again = house.place(&first(0), "2.1").await;
        assert_eq!(less.bill, less_again.bill);
        house.work().await;
        assert_eq!(house.open_verdicts().await, before);
        withdraw(&house.app, &house.ada, full.bill).await.unwrap();
        house.work().await;
        assert_eq!(house.open_verdicts().await, BTreeMap::new());
        assert!(held_beside(&house.app, &house.ada).await.unwrap().is_empty());
    }
);

on_both!(
    a_bill_that_nobody_can_look_up_clears_nothing_by_itself,
    async |fresh: Fresh| {
        let house = House::at(fresh, jiff::Timestamp::now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        house.place(&pump(), "2.1").await;
        let before = house.open_verdicts().await;
        let mut bill: serde_json::Value = serde_json::from_slice(&pump()).unwrap();
        for part in bill["components"].as_array_mut().unwrap() {
            let part = part.as_object_mut().unwrap();
            part.remove("purl");
            part.remove("cpe");
        }
        house.place(bill.to_string().as_bytes(), "2.1").await;
        house.work().await;
        assert_eq!(house.open_verdicts().await, before);
        let beside = held_beside(&house.app, &house.ada).await.unwrap();
        let [one] = beside.as_slice() else { panic!("{beside:?}") };
        assert_eq!((one.components, one.identified), (one.before, 0));
        assert!(one.identified_before > 0);
    }
);

fn parts(bill: &[u8]) -> Vec<serde_json::Value> {
    let bill: serde_json::Value = serde_json::from_slice(bill).unwrap();
    bill["components"].as_array().unwrap().clone()
}

/// The pump's bill with that many of its components.
fn first(kept: usize) -> Vec<u8> {
    let mut bill: serde_json::Value = serde_json::from_slice(&pump()).unwrap();
    let mut all = parts(&pump());
    all.truncate(kept);
    bill["components"] = all.into();
    bill.to_string().into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bill_again_changes_nothing_and_a_new_one_closes_what_it_clears() {
    let house = house().await;
    house.use_advisories(|_| true, &[]).await;
    let placed = house.place(&pump(), "2.1").await;
    let before = house.judged().await;
    let once_more = house.place(&pump(), "2.1").await;
    assert_eq!(once_more, Placed { job: once_more.job, ..placed });
    assert_eq!(house.judged().await, before);
    // The maker delivers it again with one library replaced.
    let text = String::from_utf8(pump()).unwrap();
    let zlib = before.iter().find(|one| one.subject.component.contains("zlib")).unwrap();
    let newer = text.replace("1.2.11", "1.3.1");
    assert_ne!(newer, text, "the pump holds the old zlib");
    let again = house.place(newer.as_bytes(), "2.1").await;
    assert_eq!((again.product, again.release), (placed.product, placed.release));
    assert_ne!(again.bill, placed.bill);
    let after = house.judged().await;
    let same = after.iter().find(|one| one.id == zlib.id).unwrap();
    assert!(same.closed.is_some() || same.verdict != "affected", "{same:?}");
    assert_eq!(after.len(), before.len(), "nothing is made anew");
    // Back to the old one: the verdict returns under the number it had.
    house.place(&pump(), "2.1").await;
    let back = house.judged().await;
    let same = back.iter().find(|one| one.id == zlib.id).unwrap();
    assert_eq!((same.closed.as_ref(), &same.verdict), (None, &zlib.verdict));
    let turns = house.app.store.turns(house.ada.head, zlib.id).await.unwrap();
    assert!(turns.len() >= 3, "{turns:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advisory_that_goes_and_returns_loses_no_verdict() {
    let house = house().await;
    house.use_advisories(|_| true, &[]).await;
    house.place(&pump(), "2.1").await;
    let before = house.judged().await;
    let lost = &before
        .iter()
        .find(|one| one.verdict == "affected")
        .unwrap()
        .subject
        .vulnerability;
    house.use_advisories(|name| !name.contains(lost.as_str()), &[]).await;
    let open = house.open_verdicts().await;
    assert!(!open.keys().any(|(vulnerability, _)| vulnerability == lost), "{open:?}");
    house.use_advisories(|_| true, &[]).await;
    let after = house.judged().await;
    let ids = |all: &[Judgement]| all.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(&after), ids(&before));
    assert!(after.iter().all(|one| one.closed.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_was_the_wrong_one_is_taken_back_with_its_verdicts() {
    let house = house().await;
    house.use_advisories(|_| true, &[]).await;
    let placed = house.place(&pump(), "2.1").await;
    assert!(!house.open_verdicts().await.is_empty());
    withdraw(&house.app, &house.ada, placed.bill).await.unwrap();
    house.work().await;
    assert!(house.open_verdicts().await.is_empty());
    let bills = house.app.store.bills(&house.scope(), placed.release).await.unwrap();
    assert!(bills[0].replaced.is_some());
    // And where no build is of the release any more nothing hangs on it either.
    house.place(&pump(), "2.1").await;
    assert!(!house.open_verdicts().await.is_empty());
    describe(&house.app, &house.ada, placed.release, &[]).await.unwrap();
    house.work().await;
    assert!(house.open_verdicts().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_comes_before_the_index_is_judged_when_it_comes() {
    let house = house().await;
    let placed = house.place(&pump(), "2.1").await;
    assert!(house.judged().await.is_empty());
    house.use_advisories(|_| true, &[]).await;
    assert!(!house.open_verdicts().await.is_empty());
    let scope = house.scope();
    let bill = house.app.store.bill(&scope, placed.bill).await.unwrap();
    assert!(bill.generation > 0);
    let asked: serde_json::Value = serde_json::from_str(&bill.unknowns).unwrap();
    assert_eq!(asked.as_array().unwrap().len() as i64, bill.unknown_count);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_bill_and_who_may_not_are_refused_and_nothing_is_kept() {
    let house = house().await;
    for rubbish in [&b"{}"[..], b"", b"asset_tag,model\n1,x\n"] {
        assert!(matches!(house.arrive(rubbish).await, Err(BillError::Rejected(_))));
    }
    let original = house.arrive(&pump()).await.unwrap();
    let with = |maker: &str, builds: Vec<i64>| Placing {
        maker: maker.to_owned(),
        product: "Meridian 400".to_owned(),
        version: "2.1".to_owned(),
        builds,
    };
    let placed = place(&house.app, &house.ada, original, &with(" ", vec![])).await;
    assert!(matches!(placed, Err(BillError::Missing("maker"))));
    let placed =
        place(&house.app, &house.ada, original, &with("Aldermoor", vec![999_999])).await;
    assert!(matches!(placed, Err(BillError::NoBuild(999_999))));
    let gone =
        place(&house.app, &house.ada, original + 1000, &with("Aldermoor", vec![])).await;
    assert!(matches!(gone, Err(BillError::Store(StoreError::Absent { .. }))));
    assert!(house.app.store.products(&house.scope()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sbom_that_fits_devices_of_which_nobody_said_so_is_told() {
    let house = house().await;
    let fits = async || -> Vec<(i64, u64)> {
        let all = fitting(&house.app, &house.ada).await.unwrap();
        all.into_iter().map(|one| (one.release, one.devices)).collect()
    };
    // The release came before any device had it.
    let text = String::from_utf8(pump()).unwrap();
    let original = house.arrive(text.as_bytes()).await.unwrap();
    let placing = Placing {
        maker: "Aldermoor Medical".to_owned(),
        product: "Meridian 400".to_owned(),
        version: "9.4".to_owned(),
        builds: Vec::new(),
    };
    let placed = house.place_as(original, &placing).await;
    assert_eq!(fits().await, []);
    let updated = inventory().replace("2.1,AM400113", "9.4,AM400113");
    assert_ne!(updated, inventory());
    house.take_in(updated).await;
    assert_eq!(fits().await, [(placed.release, 1)]);
    let builds = house.app.store.builds(house.ada.head).await.unwrap();
    let build = builds.iter().find(|one| one.build.version == "9.4").unwrap().id;
    describe(&house.app, &house.ada, placed.release, &[build]).await.unwrap();
    house.work().await;
    assert_eq!(fits().await, []);
    // Whoever may not say it is told of nothing.
    let viewer = house.somebody(store::Role::Viewer, house.ada.head).await;
    assert_eq!(fitting(&house.app, &viewer).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_one_site_is_not_proposed_for_devices_of_another() {
    let house = House::new().await;
    let site = async |name| {
        let new = store::NewOrganisation { kind: store::Kind::Site, name };
        let made = operations::organisation::make_below(
            &house.app,
            &house.ada,
            house.ada.head,
            new,
        );
        made.await.unwrap().id
    };
    let (north, south) = (site("North").await, site("South").await);
    house.take_in_at(north, "AIMS", inventory()).await;
    let proposed = async |owner| {
        let parcel = Parcel::of(&pump()).unwrap();
        let (app, ada) = (&house.app, &house.ada);
        let original = arrive(app, ada, owner, "pump.cdx.json", parcel).await.unwrap();
        look(app, ada, original).await.unwrap().proposed.len()
    };
    assert!(proposed(north).await > 0);
    assert!(proposed(house.ada.head).await > 0);
    assert_eq!(proposed(south).await, 0);
}
