//! Exports taken in: nothing twice, nothing lost, and what vanished is missing since.

use store::{
    Build, Complaint, Counts, Import, NewImport, NewOriginal, Noun, Organisation, Parcel,
    Progress, Scope, Store, StoreError, Told,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

pub(crate) fn device(key: usize, version: &str) -> Told {
    Told {
        key: key.to_string(),
        asset_tag: key.to_string(),
        build: Build {
            maker: "Invented Medical".to_owned(),
            model: "IM-400".to_owned(),
            version: version.to_owned(),
            ..Build::default()
        },
        department: "Ward 4B".to_owned(),
        reachable: key.is_multiple_of(2).then_some(true),
        ..Told::default()
    }
}

pub(crate) async fn begin(
    store: &Store,
    place: &Organisation,
    second: i64,
    rows: &[Told],
    complaints: &[Complaint],
) -> Import {
    let mut write = store.write(place.head, at(second)).await.unwrap();
    let bytes = format!("{rows:?}");
    let original = NewOriginal {
        organisation: place.id,
        name: "assets.csv",
        kind: "inventory",
        label: Tlp::UNLABELLED,
        by: 0,
        parcel: &Parcel::of(bytes.as_bytes()).unwrap(),
    };
    let original = write.keep_original(original).await.unwrap();
    let new = NewImport {
        source: "asset system",
        original,
        mapping: "{}",
        total: rows.len() as i64,
        complaints,
        complaint_count: complaints.len() as i64,
        by: 0,
        takes_back: None,
    };
    let id = write.begin_import(place, new).await.unwrap();
    write.commit(act(Noun::Import, id)).await.unwrap();
    store.import(&Scope::whole(place.head), id).await.unwrap()
}

pub(crate) async fn take_in(
    store: &Store,
    place: &Organisation,
    second: i64,
    rows: &[Told],
) -> Import {
    let mut import = begin(store, place, second, rows, &[]).await;
    for batch in rows.chunks(70) {
        let mut write = store.write(place.head, at(second)).await.unwrap();
        write.take_in(&import, batch).await.unwrap();
        write.commit_part(import.receipt()).await.unwrap();
        import = store.import(&Scope::whole(place.head), import.id).await.unwrap();
    }
    let mut write = store.write(place.head, at(second)).await.unwrap();
    write.end_import(&import).await.unwrap();
    write.commit_part(import.receipt()).await.unwrap();
    store.import(&Scope::whole(place.head), import.id).await.unwrap()
}

pub(crate) async fn all(store: &Store, head: i64) -> Vec<store::Device> {
    let mut all = store.devices_since(head, 0, 0).await.unwrap();
    // Each export that names a device is its newest; that alone changes nothing of it.
    all.iter_mut().for_each(|device| device.last_import = 0);
    all
}

on_both!(the_same_export_twice_changes_nothing, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let rows: Vec<Told> = (1..=150).map(|key| device(key, "2.1")).collect();
    let first = take_in(&fresh.store, &north, 1, &rows).await;
    assert_eq!(first.counts, Counts { added: 150, ..Counts::default() });
    assert_eq!((first.progress, first.done, first.missing), (Progress::Done, 150, 0));
    let before = all(&fresh.store, top.head).await;
    assert_eq!(
        before.iter().map(|device| &device.told).collect::<Vec<_>>(),
        rows.iter().collect::<Vec<_>>()
    );

    let again = take_in(&fresh.store, &north, 2, &rows).await;
    assert_eq!(again.counts, Counts { unchanged: 150, ..Counts::default() });
    assert_eq!(all(&fresh.store, top.head).await, before);
    // A hundred and fifty devices of one build.
    let builds = fresh.store.configurations_since(top.head, 0).await.unwrap();
    assert_eq!(builds.len(), 1);
});

on_both!(
    what_vanished_is_missing_and_what_comes_back_is_the_same_device,
    async |fresh: Fresh| {
        let (top, north, _) = hospital(&fresh.store).await;
        let rows: Vec<Told> = (1..=5).map(|key| device(key, "2.1")).collect();
        take_in(&fresh.store, &north, 1, &rows).await;
        let before = all(&fresh.store, top.head).await;

        let fewer = take_in(&fresh.store, &north, 2, &rows[..3]).await;
        assert_eq!(fewer.missing, 2);
        let missing = |device: &store::Device| device.missing_since.is_some();
        assert_eq!(
            all(&fresh.store, top.head).await.iter().filter(|d| missing(d)).count(),
            2
        );
        // Missing once is not missing anew.
        assert_eq!(take_in(&fresh.store, &north, 3, &rows[..3]).await.missing, 0);

        let back = take_in(&fresh.store, &north, 4, &rows).await;
        assert_eq!(
            (back.counts.returned, back.counts.unchanged, back.counts.added),
            (2, 5, 0)
        );
        assert_eq!(all(&fresh.store, top.head).await, before);
    }
);

on_both!(an_update_moves_a_device_to_another_build, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    take_in(&fresh.store, &north, 1, &[device(1, "2.1"), device(2, "2.1")]).await;
    let seq = fresh.store.write(top.head, at(1)).await.unwrap().seq();
    let second =
        take_in(&fresh.store, &north, 2, &[device(1, "2.3"), device(2, "2.1")]).await;
    assert_eq!((second.counts.changed, second.counts.unchanged), (1, 1));
    let changed = fresh.store.devices_since(top.head, seq, 0).await.unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].told.build.version, "2.3");
    let builds = fresh.store.configurations_since(top.head, 0).await.unwrap();
    assert_eq!(builds.len(), 2);
});

on_both!(builds_that_are_held_are_those_that_are_kept, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    assert!(fresh.store.builds(top.head).await.unwrap().is_empty());
    take_in(&fresh.store, &north, 1, &[device(1, "2.3"), device(2, "2.1")]).await;
    assert_eq!(fresh.store.builds(top.head).await.unwrap().len(), 2);
    // Another node takes in one more, and one that was there.
    let other = Store::open(&fresh.url, &fresh.root).await.unwrap();
    take_in(&other, &north, 2, &[device(1, "2.3"), device(2, "1.0")]).await;
    let held = fresh.store.builds(top.head).await.unwrap();
    let kept = fresh.store.configurations_since(top.head, 0).await.unwrap();
    assert_eq!((held.len(), &*held), (3, &kept));
    assert_eq!(*other.builds(top.head).await.unwrap(), kept);
    assert!(fresh.store.builds(top.head + 1).await.unwrap().is_empty());
});

on_both!(sources_do_not_take_each_others_devices, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    take_in(&fresh.store, &north, 1, &[device(1, "2.1"), device(2, "2.1")]).await;
    let other = take_in(&fresh.store, &south, 2, &[device(1, "2.1")]).await;
    assert_eq!((other.counts.added, other.missing), (1, 0));
    let devices = all(&fresh.store, top.head).await;
    assert_eq!(devices.len(), 3);
    // Whoever sees the north alone sees two of them, and not the third by its number.
    let scope = Scope::of(top.head, vec![north.path]);
    let ids: Vec<i64> = devices.iter().map(|device| device.id).collect();
    assert_eq!(fresh.store.devices(&scope, &ids).await.unwrap().len(), 2);
    let hidden = devices.iter().find(|device| device.organisation == south.id).unwrap();
    assert!(matches!(
        fresh.store.device(&scope, hidden.id).await,
        Err(StoreError::Absent { .. })
    ));
    assert_eq!(fresh.store.imports(&scope, 10).await.unwrap().len(), 1);
    // What came since a time, all of it and of the north alone.
    let whole = Scope::whole(top.head);
    let since = async |scope: &Scope, day: i64| {
        let since = store::stored(at(day));
        let found = fresh.store.imports_since(scope, &since).await.unwrap();
        found.iter().map(|import| import.organisation).collect::<Vec<i64>>()
    };
    assert_eq!(since(&whole, 1).await, [south.id, north.id]);
    assert_eq!(since(&whole, 2).await, [south.id]);
    assert_eq!(since(&whole, 3).await, [0; 0]);
    assert_eq!(since(&scope, 1).await, [north.id]);
    assert_eq!(since(&scope, 2).await, [0; 0]);
    assert!(fresh.store.import(&scope, other.id).await.is_err());
    assert!(fresh.store.complaints(&scope, other.id, 0, 10).await.is_err());
});

on_both!(an_import_that_was_cut_short_goes_on_where_it_was, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let rows: Vec<Told> = (1..=150).map(|key| device(key, "2.1")).collect();
    let complaint = Complaint {
        place: "row 7".to_owned(),
        row: 7,
        heading: "Tag".to_owned(),
        cell: "?".to_owned(),
        message: "no asset tag".to_owned(),
        mend: "Give it one.".to_owned(),
    };
    let import =
        begin(&fresh.store, &north, 1, &rows, std::slice::from_ref(&complaint)).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    write.take_in(&import, &rows[..100]).await.unwrap();
    write.commit_part(import.receipt()).await.unwrap();
    // Killed in the midst of the second batch: it is undone.
    let cut = fresh.store.import(&Scope::whole(top.head), import.id).await.unwrap();
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    write.take_in(&cut, &rows[100..]).await.unwrap();
    drop(write);

    let unfinished = fresh.store.unfinished_imports(top.head).await.unwrap();
    assert_eq!(unfinished, std::slice::from_ref(&cut));
    assert_eq!((cut.done, cut.complaints), (100, 1));
    // A node that still believes it is at the beginning is refused.
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    assert!(matches!(
        write.take_in(&import, &rows[..100]).await,
        Err(StoreError::Taken(_))
    ));
    drop(write);
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    write.take_in(&cut, &rows[100..]).await.unwrap();
    write.end_import(&cut).await.unwrap();
    write.commit_part(cut.receipt()).await.unwrap();
    let whole = Scope::whole(top.head);
    assert_eq!(all(&fresh.store, top.head).await.len(), 150);
    assert_eq!(fresh.store.complaints(&whole, cut.id, 0, 10).await.unwrap(), [complaint]);
    assert!(fresh.store.unfinished_imports(top.head).await.unwrap().is_empty());
});
