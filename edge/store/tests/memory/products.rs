//! Products, releases and bills of materials.

use store::{
    Bill, BillJudged, NewBill, NewOriginal, Noun, Organisation, Parcel, Scope,
    StoreError, Write,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

async fn original(write: &mut Write<'_>, of: &Organisation, bytes: &[u8]) -> i64 {
    let parcel = Parcel::of(bytes).unwrap();
    let new = NewOriginal {
        organisation: of.id,
        name: "pump.cdx.json",
        kind: "sbom",
        label: Tlp::UNLABELLED,
        by: 0,
        parcel: &parcel,
    };
    write.keep_original(new).await.unwrap()
}

fn bill(release: i64, original: i64, subject: &str) -> NewBill<'_> {
    NewBill {
        release,
        original,
        subject,
        format: "CycloneDX",
        spec: "1.6",
        components: 3,
        with_purl: 2,
        with_cpe: 1,
        scores: "{}",
        by: 0,
    }
}

fn in_force(bills: &[Bill]) -> Vec<i64> {
    bills.iter().filter(|bill| bill.replaced.is_none()).map(|bill| bill.id).collect()
}

on_both!(a_bill_replaces_the_one_about_the_same_and_no_other, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let product = write.keep_product(north.id, "Invented", "IM-400").await.unwrap();
    assert_eq!(
        write.keep_product(north.id, "Invented", "IM-400").await.unwrap(),
        product
    );
    let release = write.keep_release(product, "2.1").await.unwrap();
    assert_eq!(write.keep_release(product, "2.1").await.unwrap(), release);
    let first = original(&mut write, &north, b"one").await;
    let second = original(&mut write, &north, b"two").await;
    let other = original(&mut write, &north, b"three").await;
    let old = write.keep_bill(bill(release, first, "pump")).await.unwrap();
    let beside = write.keep_bill(bill(release, other, "system")).await.unwrap();
    let new = write.keep_bill(bill(release, second, "pump")).await.unwrap();
    write.commit(act(Noun::Bill, new)).await.unwrap();
    let scope = Scope::whole(top.head);
    let bills = fresh.store.bills(&scope, release).await.unwrap();
    assert_eq!((in_force(&bills), bills.len()), (vec![new, beside], 3));
    // Delivered again, the old one is in force again, under the number it had.
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    assert_eq!(write.keep_bill(bill(release, first, "pump")).await.unwrap(), old);
    write.commit(act(Noun::Bill, old)).await.unwrap();
    let bills = fresh.store.bills(&scope, release).await.unwrap();
    assert_eq!((in_force(&bills), bills.len()), (vec![beside, old], 3));
    let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
    write.withdraw_bill(old, 0).await.unwrap();
    write.commit(act(Noun::Bill, old)).await.unwrap();
    let bills = fresh.store.bills(&scope, release).await.unwrap();
    assert_eq!(in_force(&bills), [beside]);
});

on_both!(nobody_sees_a_product_of_another_organisation, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let product = write.keep_product(north.id, "Invented", "IM-400").await.unwrap();
    let release = write.keep_release(product, "2.1").await.unwrap();
    let document = original(&mut write, &north, b"one").await;
    let kept = write.keep_bill(bill(release, document, "pump")).await.unwrap();
    // The same product of the other site is another row.
    let own = write.keep_product(south.id, "Invented", "IM-400").await.unwrap();
    assert_ne!(own, product);
    write.set_builds(release, &[7, 9], 0).await.unwrap();
    write.commit(act(Noun::Bill, kept)).await.unwrap();
    let store = &fresh.store;
    let theirs = Scope::of(top.head, vec![south.path.clone()]);
    let absent = |outcome: Result<(), StoreError>| {
        assert!(matches!(outcome, Err(StoreError::Absent { .. })));
    };
    assert_eq!(store.products(&theirs).await.unwrap().len(), 1);
    absent(store.product(&theirs, product).await.map(drop));
    absent(store.releases(&theirs, product).await.map(drop));
    absent(store.release(&theirs, release).await.map(drop));
    absent(store.bills(&theirs, release).await.map(drop));
    absent(store.bills_of_product(&theirs, product).await.map(drop));
    absent(store.bill(&theirs, kept).await.map(drop));
    absent(store.builds_of_release(&theirs, release).await.map(drop));
    let ours = Scope::of(top.head, vec![north.path.clone()]);
    assert_eq!(store.bill(&ours, kept).await.unwrap().organisation, north.id);
    assert_eq!(store.builds_of_release(&ours, release).await.unwrap(), [7, 9]);
});

on_both!(
    what_is_judged_again_is_every_bill_in_force_with_its_builds,
    async |fresh: Fresh| {
        let (top, north, _) = hospital(&fresh.store).await;
        let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
        let product = write.keep_product(north.id, "Invented", "IM-400").await.unwrap();
        let release = write.keep_release(product, "2.1").await.unwrap();
        let one = original(&mut write, &north, b"one").await;
        let two = original(&mut write, &north, b"two").await;
        write.keep_bill(bill(release, one, "pump")).await.unwrap();
        let kept = write.keep_bill(bill(release, two, "pump")).await.unwrap();
        write.set_builds(release, &[3], 0).await.unwrap();
        write.set_builds(release, &[7, 9], 0).await.unwrap();
        let bare = write.keep_release(product, "2.2").await.unwrap();
        let lone = write.keep_bill(bill(bare, one, "pump")).await.unwrap();
        let note = |generation, unknowns, unknown_count| BillJudged {
            bill: kept,
            due: 0,
            generation,
            unknowns,
            unknown_count,
            keys: &[3, 7],
            keys_edition: 1,
        };
        write.note_judged(note(5, "[1]", 1)).await.unwrap();
        // What was worked out with an older index does not take the place of the newer.
        write.note_judged(note(4, "[]", 0)).await.unwrap();
        write.commit(act(Noun::Bill, kept)).await.unwrap();
        let counted = fresh.store.products(&Scope::whole(top.head)).await.unwrap();
        let counted: Vec<_> =
            counted.iter().map(|one| (one.releases, one.bills, one.unknown)).collect();
        assert_eq!(counted, [(2, 2, 1)]);
        let of_product =
            fresh.store.bills_of_product(&Scope::whole(top.head), product).await.unwrap();
        assert_eq!(in_force(&of_product), [lone, kept]);
        let described = fresh.store.described(top.head).await.unwrap();
        let read: Vec<_> = described
            .iter()
            .map(|one| (one.bill, one.original, one.builds.clone()))
            .collect();
        assert_eq!(read, [(kept, two, vec![7, 9]), (lone, one, vec![])]);
        let keys = |edition| fresh.store.bill_keys(top.head, edition);
        assert_eq!(keys(1).await.unwrap(), [(kept, vec![3, 7])].into());
        assert!(keys(2).await.unwrap().is_empty());
        let bill = fresh.store.bill(&Scope::whole(top.head), kept).await.unwrap();
        assert_eq!(
            (bill.unknowns.as_str(), bill.unknown_count, bill.generation),
            ("[1]", 1, 5)
        );
    }
);

on_both!(a_bill_that_became_due_meanwhile_stays_due, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let product = write.keep_product(north.id, "Invented", "IM-400").await.unwrap();
    let release = write.keep_release(product, "2.1").await.unwrap();
    let one = original(&mut write, &north, b"one").await;
    let kept = write.keep_bill(bill(release, one, "pump")).await.unwrap();
    write.commit(act(Noun::Bill, kept)).await.unwrap();
    let read = async || fresh.store.described(top.head).await.unwrap().remove(0);
    let before = read().await;
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    write.judge_bills_again(release, "a statement was accepted").await.unwrap();
    write.commit(act(Noun::Bill, kept)).await.unwrap();
    let judged = |due| BillJudged {
        bill: kept,
        due,
        generation: 5,
        unknowns: "[]",
        unknown_count: 0,
        keys: &[],
        keys_edition: 1,
    };
    let note = async |due| {
        let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
        write.note_judged(judged(due)).await.unwrap();
        write.commit(act(Noun::Bill, kept)).await.unwrap();
    };
    note(before.due).await;
    let after = read().await;
    assert_eq!(
        (after.generation, after.due_why.as_str()),
        (0, "a statement was accepted")
    );
    note(after.due).await;
    assert_eq!(read().await.generation, 5);
});

on_both!(a_bill_waits_until_it_is_placed_or_set_aside, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let scope = Scope::whole(top.head);
    let waiting = async |scope: &Scope| -> Vec<i64> {
        let all = fresh.store.waiting_bills(scope).await.unwrap();
        all.iter().map(|one| one.original).collect()
    };
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let first = original(&mut write, &north, b"one").await;
    write.await_placing(first, north.id, 0).await.unwrap();
    write.commit(act(Noun::Original, first)).await.unwrap();
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    let second = original(&mut write, &south, b"two").await;
    write.await_placing(second, south.id, 0).await.unwrap();
    write.commit(act(Noun::Original, second)).await.unwrap();
    assert_eq!(waiting(&scope).await, [second, first]);
    assert_eq!(waiting(&Scope::of(top.head, vec![north.path.clone()])).await, [first]);
    let seen = fresh.store.waiting_bills(&scope).await.unwrap();
    assert_eq!((seen[0].name.as_str(), seen[0].size), ("pump.cdx.json", 3));

    let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
    let product = write.keep_product(north.id, "Invented", "IM-400").await.unwrap();
    let release = write.keep_release(product, "2.1").await.unwrap();
    // What a maker offers is not in force, and waits for whoever placed nothing yet.
    write.offer_bill(bill(release, first, "pump")).await.unwrap();
    write.await_no_placing(second).await.unwrap();
    write.commit(act(Noun::Release, release)).await.unwrap();
    assert_eq!(waiting(&scope).await, [first]);
    let mut write = fresh.store.write(top.head, at(4)).await.unwrap();
    let kept = write.keep_bill(bill(release, first, "pump")).await.unwrap();
    // What comes again waits again, but for what is in force.
    write.await_placing(first, north.id, 0).await.unwrap();
    write.await_placing(second, south.id, 0).await.unwrap();
    write.await_placing(second, south.id, 0).await.unwrap();
    write.commit(act(Noun::Bill, kept)).await.unwrap();
    assert_eq!(waiting(&scope).await, [second]);
    let mut write = fresh.store.write(top.head, at(5)).await.unwrap();
    write.withdraw_bill(kept, 0).await.unwrap();
    write.await_placing(first, north.id, 0).await.unwrap();
    write.commit(act(Noun::Bill, kept)).await.unwrap();
    assert_eq!(waiting(&scope).await, [first, second]);
});

on_both!(
    what_a_bill_lists_is_kept_and_told_with_what_carries_it,
    async |fresh: Fresh| {
        let (top, north, _) = hospital(&fresh.store).await;
        let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
        let product = write.keep_product(north.id, "Invented", "IM-400").await.unwrap();
        let release = write.keep_release(product, "2.1").await.unwrap();
        let first = original(&mut write, &north, b"one").await;
        let other = original(&mut write, &north, b"two").await;
        let kept = write.keep_bill(bill(release, first, "pump")).await.unwrap();
        let beside = write.keep_bill(bill(release, other, "system")).await.unwrap();
        write.set_builds(release, &[7, 9], 0).await.unwrap();
        let before = write.seq();
        write.commit(act(Noun::Bill, kept)).await.unwrap();
        let open = fresh.store.unlisted_bills(top.head, 1).await.unwrap();
        assert_eq!(open, [(kept, first), (beside, other)]);

        let lines = "zlib:zlib\tzlib\t1.2.11\tzlib:zlib\n".repeat(2000);
        let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
        write.list_bill(kept, 1, "old").await.unwrap();
        write.list_bill(kept, 1, &lines).await.unwrap();
        let seq = write.seq();
        write.commit(act(Noun::Bill, kept)).await.unwrap();
        assert!(fresh.store.has_changed(top.head, before, &[Noun::Bill]).await.unwrap());
        assert_eq!(
            fresh.store.unlisted_bills(top.head, 1).await.unwrap(),
            [(beside, other)]
        );
        // Another edition of the reader reads all again.
        assert_eq!(fresh.store.unlisted_bills(top.head, 2).await.unwrap().len(), 2);
        let read = fresh.store.listings(top.head, &[kept, beside]).await.unwrap();
        assert_eq!(read, [(kept, lines)]);
        assert_eq!(fresh.store.listings(top.head + 1, &[kept]).await.unwrap(), []);
        let carriers = fresh.store.carriers(top.head).await.unwrap();
        assert_eq!(carriers.len(), 2);
        assert_eq!((carriers[0].bill, carriers[0].listed), (kept, Some(seq)));
        assert_eq!((carriers[1].bill, carriers[1].listed), (beside, None));
        assert_eq!((&carriers[0].builds, &*carriers[0].version), (&vec![7, 9], "2.1"));

        let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
        write.withdraw_bill(kept, 0).await.unwrap();
        write.list_bills_anew().await.unwrap();
        write.commit(act(Noun::Bill, kept)).await.unwrap();
        assert_eq!(fresh.store.carriers(top.head).await.unwrap().len(), 1);
        assert_eq!(
            fresh.store.unlisted_bills(top.head, 1).await.unwrap(),
            [(beside, other)]
        );
    }
);

on_both!(
    what_became_of_bills_and_builds_is_told_with_who_and_when,
    async |fresh: Fresh| {
        use store::ReleaseTurned::{InForce, Replaced, Said, TakenBack, Withdrawn};

        let (top, north, south) = hospital(&fresh.store).await;
        let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
        let product = write.keep_product(north.id, "Invented", "IM-400").await.unwrap();
        let release = write.keep_release(product, "2.1").await.unwrap();
        let first = original(&mut write, &north, b"one").await;
        let second = original(&mut write, &north, b"two").await;
        let by = |by: i64, bill: NewBill<'static>| NewBill { by, ..bill };
        let old = write.keep_bill(by(3, bill(release, first, "pump"))).await.unwrap();
        write.set_builds(release, &[7, 9], 3).await.unwrap();
        write.commit(act(Noun::Bill, old)).await.unwrap();
        let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
        let new = write.keep_bill(by(4, bill(release, second, "pump"))).await.unwrap();
        // The same again is nothing that happened.
        write.keep_bill(by(4, bill(release, second, "pump"))).await.unwrap();
        write.set_builds(release, &[7], 4).await.unwrap();
        write.commit(act(Noun::Bill, new)).await.unwrap();
        let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
        write.withdraw_bill(new, 5).await.unwrap();
        write.withdraw_bill(new, 5).await.unwrap();
        write.commit(act(Noun::Bill, new)).await.unwrap();

        let whole = Scope::whole(top.head);
        let told = async |scope: &Scope, build: i64| {
            let turns = fresh.store.release_turns(scope, &[build].into()).await.unwrap();
            turns.into_iter().map(|one| (one.what, one.bill, one.by)).collect::<Vec<_>>()
        };
        let expected = [
            (InForce, old, 3),
            (Said, 0, 3),
            (InForce, new, 4),
            (Replaced, old, 4),
            (Withdrawn, new, 5),
        ];
        assert_eq!(told(&whole, 7).await, expected);
        assert!(told(&whole, 9).await.contains(&(TakenBack, 0, 4)));
        assert_eq!(told(&whole, 8).await, []);
        let of_south = Scope::of(top.head, vec![south.path.clone()]);
        assert_eq!(told(&of_south, 7).await, []);
    }
);
