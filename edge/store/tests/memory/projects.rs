//! Releases as programs name them.

use store::{Latest, NewBill, Noun, Scope, Wanted};

use crate::both::{Fresh, act, at, hospital};

on_both!(a_project_is_found_by_name_number_and_scope, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let mut releases = Vec::new();
    for (place, name, version) in [
        (&north, "Pump", "2"),
        (&north, "Pump", "1"),
        (&south, "Pump", "1"),
        (&south, "Bed", "3"),
    ] {
        let product = write.keep_product(place.id, "Acme", name).await.unwrap();
        releases.push(write.keep_release(product, version).await.unwrap());
    }
    write.set_parent(releases[0], releases[1]).await.unwrap();
    write.commit(act(Noun::Release, releases[0])).await.unwrap();

    let northern = Scope::of(top.head, vec![north.path.clone()]);
    let whole = Scope::whole(top.head);
    let found = async |scope: &Scope, wanted| {
        let found = fresh.store.projects(scope, wanted).await.unwrap();
        found.iter().map(|one| one.release.id).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&whole, Wanted::All).await,
        [releases[3], releases[1], releases[2], releases[0]]
    );
    assert_eq!(found(&northern, Wanted::All).await, [releases[1], releases[0]]);
    assert_eq!(found(&whole, Wanted::Named("Bed")).await, [releases[3]]);
    assert!(found(&northern, Wanted::Named("Bed")).await.is_empty());
    assert!(found(&whole, Wanted::Named("bed")).await.is_empty());
    assert!(found(&whole, Wanted::Named("Be%")).await.is_empty());
    assert_eq!(found(&whole, Wanted::Release(releases[2])).await, [releases[2]]);
    assert!(found(&northern, Wanted::Release(releases[2])).await.is_empty());
    assert!(found(&Scope::of(top.head, vec![]), Wanted::All).await.is_empty());
    let one = fresh.store.projects(&whole, Wanted::Release(releases[0])).await.unwrap();
    assert_eq!((one[0].parent, &one[0].delivered), (Some(releases[1]), &None));
});

on_both!(the_newest_delivery_is_noted_and_the_parent_stays, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let product = write.keep_product(north.id, "Acme", "Pump").await.unwrap();
    let release = write.keep_release(product, "1").await.unwrap();
    write.note_delivery(release, Some(77)).await.unwrap();
    let bill = write
        .keep_bill(NewBill {
            release,
            original: 5,
            subject: "pump",
            format: "CycloneDX",
            spec: "1.6",
            components: 1,
            with_purl: 1,
            with_cpe: 0,
            scores: "[]",
            by: 1,
        })
        .await
        .unwrap();
    write.commit(act(Noun::Bill, bill)).await.unwrap();
    let mut write = fresh.store.write(top.head, at(9)).await.unwrap();
    write.note_delivery(release, None).await.unwrap();
    write.commit(act(Noun::Release, release)).await.unwrap();
    let whole = Scope::whole(top.head);
    let found = fresh.store.projects(&whole, Wanted::Release(release)).await.unwrap();
    assert_eq!(found[0].delivered, Some(store::stored(at(9))));
    assert_eq!(found[0].parent, Some(77));
    assert_eq!(found[0].format.as_deref(), Some("CycloneDX 1.6"));
});

on_both!(one_release_of_a_product_is_the_newest_at_most, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let mut releases = Vec::new();
    for (place, version) in [(&north, "1"), (&north, "2"), (&south, "1")] {
        let product = write.keep_product(place.id, "Acme", "Pump").await.unwrap();
        releases.push(write.keep_release(product, version).await.unwrap());
    }
    let [one, two, other] = releases[..] else { panic!("three releases") };
    write.set_tags(one, &["a".to_owned(), "b c".to_owned()]).await.unwrap();
    write.set_latest(other, Latest::This).await.unwrap();
    write.commit(act(Noun::Release, one)).await.unwrap();
    let whole = Scope::whole(top.head);
    let newest = async || {
        let found = fresh.store.projects(&whole, Wanted::All).await.unwrap();
        let newest = found.iter().filter(|project| project.is_latest);
        newest.map(|project| project.release.id).collect::<Vec<_>>()
    };
    for (release, latest, expected) in [
        (one, Latest::This, vec![one, other]),
        (two, Latest::This, vec![other, two]),
        (one, Latest::Another, vec![other, two]),
        (two, Latest::Another, vec![other]),
    ] {
        let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
        write.set_latest(release, latest).await.unwrap();
        write.note_delivery(release, None).await.unwrap();
        write.commit(act(Noun::Release, release)).await.unwrap();
        let mut found = newest().await;
        found.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found, expected, "{release} {latest:?}");
    }
    let found = fresh.store.projects(&whole, Wanted::Release(one)).await.unwrap();
    assert_eq!(found[0].tags, ["a", "b c"], "a delivery leaves tags as they are");
    let found = fresh.store.projects(&whole, Wanted::Release(two)).await.unwrap();
    assert!(found[0].tags.is_empty());
});

on_both!(a_job_waits_until_it_has_ended, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let id = write.queue("test", "{}").await.unwrap();
    write.commit(act(Noun::Job, id)).await.unwrap();
    let waiting = fresh.store.waiting(top.head, id).await.unwrap();
    assert_eq!(waiting.as_deref(), Some("{}"));
    let job = fresh.store.take_job("here", at(2)).await.unwrap().unwrap();
    assert!(
        fresh.store.waiting(top.head, id).await.unwrap().is_some(),
        "it is being done"
    );
    let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
    write.end_job(&job).await.unwrap();
    write.commit(act(Noun::Job, id)).await.unwrap();
    assert_eq!(fresh.store.waiting(top.head, id).await.unwrap(), None);
    assert_eq!(fresh.store.waiting(top.head, 999_999).await.unwrap(), None);
});
