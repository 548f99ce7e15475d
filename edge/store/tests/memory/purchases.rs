//! Purchases: kept, seen by those who buy along and by nobody else, and ended once.

use store::{
    Award, NewBidder, NewGateOverride, NewOriginal, NewPurchase, NewPurchaseFile, Noun,
    Organisation, Parcel, PurchaseEnd, PurchaseSaid, Scope, Store, StoreError,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

fn said(title: &str) -> PurchaseSaid {
    PurchaseSaid {
        title: title.to_owned(),
        tier: "networked".to_owned(),
        used_until: Some("2037-12-31".to_owned()),
        profile: String::new(),
    }
}

/// A purchase with one bidder; their numbers.
async fn bought(store: &Store, of: &Organisation, members: &[i64]) -> (i64, i64) {
    let mut write = store.write(of.head, at(1)).await.unwrap();
    let said = said("Pumps");
    let new = NewPurchase { organisation: of.id, said: &said, members, by: 7 };
    let purchase = write.make_purchase(new).await.unwrap();
    let bidder = write
        .add_bidder(NewBidder {
            purchase,
            name: "Aldermoor",
            product: "Flow 7",
            version: "",
            supplier: None,
            by: 7,
        })
        .await
        .unwrap();
    write.commit(act(Noun::Purchase, purchase)).await.unwrap();
    (purchase, bidder)
}

on_both!(
    a_purchase_is_seen_at_its_organisation_above_and_by_members_alone,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let of = |place: &Organisation| Scope::of(top.head, vec![place.path.clone()]);
        let (group, _) = bought(store, &top, &[north.id, north.id]).await;
        let (own, _) = bought(store, &south, &[]).await;
        let seen = async |scope: Scope| -> Vec<i64> {
            let all = store.purchases(&scope).await.unwrap();
            all.iter().map(|one| one.id).collect()
        };
        assert_eq!(seen(of(&top)).await, [own, group]);
        assert_eq!(seen(of(&north)).await, [group], "named as a member");
        assert_eq!(seen(of(&south)).await, [own], "not named");
        assert_eq!(seen(of(&south).reading()).await, [own], "what is shared is not more");
        assert_eq!(seen(Scope::of(top.head, Vec::new())).await, [0_i64; 0]);
        // What hangs on it is told to nobody who may not see it.
        let strange = of(&south);
        let absent = |found: Result<usize, StoreError>| {
            assert!(matches!(found, Err(StoreError::Absent { .. })), "{found:?}");
        };
        absent(store.purchase_bidders(&strange, group).await.map(|it| it.len()));
        absent(store.purchase_files(&strange, group).await.map(|it| it.len()));
        absent(store.gate_overrides(&strange, group).await.map(|it| it.len()));
        let read = store.purchase(&of(&north), group).await.unwrap();
        assert_eq!((read.said, read.members.len()), (said("Pumps"), 1));

        let mut write = store.write(top.head, at(2)).await.unwrap();
        let other = PurchaseSaid { used_until: None, ..said("Infusion pumps") };
        write.change_purchase(group, &other, &[south.id]).await.unwrap();
        write.commit(act(Noun::Purchase, group)).await.unwrap();
        assert_eq!(seen(of(&north)).await, [0_i64; 0], "no member any more");
        let read = store.purchase(&of(&south), group).await.unwrap();
        assert_eq!((read.said, read.revision), (other, 2));
    }
);

on_both!(files_stand_once_in_a_bid_and_are_taken_out_again, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let (store, scope) = (&fresh.store, Scope::whole(top.head));
    let (purchase, bidder) = bought(store, &top, &[]).await;
    let mut write = store.write(top.head, at(2)).await.unwrap();
    let parcel = Parcel::of(b"{}").unwrap();
    let original = write
        .keep_original(NewOriginal {
            organisation: top.id,
            name: "a.json",
            kind: "bid",
            label: Tlp::UNLABELLED,
            by: 7,
            parcel: &parcel,
        })
        .await
        .unwrap();
    let new = NewPurchaseFile {
        purchase,
        bidder,
        original,
        side: "bidder",
        name: "a.json",
        sha256: "44136f",
        by: 7,
    };
    let first = write.keep_purchase_file(new).await.unwrap();
    let again = NewPurchaseFile { name: "b.json", ..new };
    assert_eq!(write.keep_purchase_file(again).await.unwrap(), first);
    let house = NewPurchaseFile { side: "house", ..new };
    let house = write.keep_purchase_file(house).await.unwrap();
    write.commit(act(Noun::Purchase, purchase)).await.unwrap();
    let files = store.purchase_files(&scope, purchase).await.unwrap();
    let told: Vec<(i64, &str, &str, i64)> = files
        .iter()
        .map(|it| (it.id, it.side.as_str(), it.name.as_str(), it.size))
        .collect();
    assert_eq!(told, [(first, "bidder", "a.json", 2), (house, "house", "a.json", 2)]);

    let mut write = store.write(top.head, at(3)).await.unwrap();
    write.remove_purchase_file(purchase, first, 7).await.unwrap();
    let back = write.keep_purchase_file(new).await.unwrap();
    write.leave_bidder_out(purchase, bidder, 7).await.unwrap();
    write.commit(act(Noun::Purchase, purchase)).await.unwrap();
    assert_ne!(back, first, "what was taken out may come again");
    let files = store.purchase_files(&scope, purchase).await.unwrap();
    let out: Vec<bool> = files.iter().map(|it| it.removed.is_some()).collect();
    assert_eq!(out, [true, false, false]);
    let bidders = store.purchase_bidders(&scope, purchase).await.unwrap();
    assert!(bidders[0].left_out.is_some());
});

on_both!(
    an_override_takes_a_second_person_and_a_purchase_ends_once,
    async |fresh: Fresh| {
        let (top, ..) = hospital(&fresh.store).await;
        let (store, scope) = (&fresh.store, Scope::whole(top.head));
        let (purchase, bidder) = bought(store, &top, &[]).await;
        let mut write = store.write(top.head, at(2)).await.unwrap();
        let new = NewGateOverride {
            purchase,
            bidder,
            gate: "isao",
            standing: "unproven",
            reason: "the letter is on its way",
            last_day: "2026-12-31",
            by: 7,
        };
        let id = write.ask_gate_override(new).await.unwrap();
        let own = write.approve_gate_override(purchase, id, 7).await;
        assert!(matches!(own, Err(StoreError::Taken(_))), "{own:?}");
        write.commit(act(Noun::Purchase, purchase)).await.unwrap();
        let all = store.gate_overrides(&scope, purchase).await.unwrap();
        assert_eq!(all[0].approved, None, "by whoever asked for it");
        let mut write = store.write(top.head, at(3)).await.unwrap();
        write.approve_gate_override(purchase, id, 8).await.unwrap();
        write.commit(act(Noun::Purchase, purchase)).await.unwrap();
        let all = store.gate_overrides(&scope, purchase).await.unwrap();
        assert_eq!((all[0].asked_by, all[0].approved_by), (7, Some(8)));

        let award = Award { bidder, last_day: "2027-11-26".to_owned(), record: 12 };
        let end = PurchaseEnd { reason: "price", award: Some(&award), by: 7 };
        let looked_at = store.purchase(&scope, purchase).await.unwrap().revision;
        let mut write = store.write(top.head, at(4)).await.unwrap();
        write.end_gate_override(purchase, id, 7).await.unwrap();
        // An override is gone since somebody looked at the purchase.
        let unseen = write.end_purchase((purchase, looked_at), end).await;
        assert!(matches!(unseen, Err(StoreError::Taken(_))), "{unseen:?}");
        drop(write);
        let mut write = store.write(top.head, at(4)).await.unwrap();
        write.end_gate_override(purchase, id, 7).await.unwrap();
        write.end_purchase((purchase, looked_at + 1), end).await.unwrap();
        write.commit(act(Noun::Purchase, purchase)).await.unwrap();
        let ended = store.purchase(&scope, purchase).await.unwrap().revision;
        let mut write = store.write(top.head, at(5)).await.unwrap();
        let late = PurchaseEnd { reason: "no money", award: None, by: 8 };
        let again = write.end_purchase((purchase, ended), late).await;
        assert!(matches!(again, Err(StoreError::Taken(_))), "{again:?}");
        let other = write.change_purchase(purchase, &said("Other"), &[]).await;
        assert!(matches!(other, Err(StoreError::Taken(_))), "{other:?}");
        drop(write);
        let read = store.purchase(&scope, purchase).await.unwrap();
        let ended = read.ended.unwrap();
        assert_eq!((ended.reason.as_str(), ended.award), ("price", Some(award)));
        assert_eq!(read.said.title, "Pumps", "what has ended stays as it is");
        assert!(store.gate_overrides(&scope, purchase).await.unwrap()[0].ended.is_some());
    }
);
