//! Exports that somebody looks at before they are taken in.

use store::{
    Counts, Held, NewImport, NewOriginal, NewUpload, Noun, Organisation, Parcel, Scope,
    Store, StoreError, Told,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

const FILE: &[u8] = b"asset_tag\n1\n";

async fn upload(store: &Store, place: &Organisation, name: &str) -> i64 {
    let mut write = store.write(place.head, at(1)).await.unwrap();
    let parcel = Parcel::of(FILE).unwrap();
    let original = NewOriginal {
        organisation: place.id,
        name,
        kind: "inventory",
        label: Tlp::UNLABELLED,
        by: 0,
        parcel: &parcel,
    };
    let original = write.keep_original(original).await.unwrap();
    let new = NewUpload { original, name, source: " AIMS ", mapping: "", by: 0 };
    let id = write.begin_upload(place, new).await.unwrap();
    write.commit(act(Noun::Upload, id)).await.unwrap();
    id
}

on_both!(what_is_thrown_away_is_gone_with_its_bytes, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let whole = Scope::whole(top.head);
    let first = upload(&fresh.store, &north, "a.csv").await;
    let second = upload(&fresh.store, &north, "b.csv").await;
    let seen = fresh.store.uploads(&whole).await.unwrap();
    let names: Vec<&str> = seen.iter().map(|upload| upload.name.as_str()).collect();
    assert_eq!(names, ["b.csv", "a.csv"]);
    let elsewhere = Scope::of(top.head, vec![south.path]);
    assert!(fresh.store.uploads(&elsewhere).await.unwrap().is_empty());
    assert!(matches!(
        fresh.store.upload(&elsewhere, first).await,
        Err(StoreError::Absent { .. })
    ));

    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    write.settle_upload(first, "Nuvolo ", "{}").await.unwrap();
    write.commit(act(Noun::Upload, first)).await.unwrap();
    let settled = fresh.store.upload(&whole, first).await.unwrap();
    assert_eq!((settled.source.as_str(), settled.mapping.as_str()), ("Nuvolo", "{}"));

    // Both are the same bytes: they stay until the second is gone too.
    for (id, is_left) in [(first, true), (second, false)] {
        let found = fresh.store.upload(&whole, id).await.unwrap();
        let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
        write.drop_upload(&found).await.unwrap();
        write.commit(act(Noun::Upload, id)).await.unwrap();
        let bytes = fresh.store.bytes_of(&whole, found.original).await;
        assert_eq!(bytes.is_ok(), is_left);
        let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
        for again in [write.end_upload(id).await, write.settle_upload(id, "", "").await] {
            assert!(matches!(again, Err(StoreError::Absent { .. })));
        }
    }
});

on_both!(what_an_import_rests_on_is_not_thrown_away, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let whole = Scope::whole(top.head);
    let id = upload(&fresh.store, &north, "a.csv").await;
    let found = fresh.store.upload(&whole, id).await.unwrap();
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    let new = NewImport {
        source: "AIMS",
        original: found.original,
        mapping: "{}",
        total: 1,
        complaints: &[],
        complaint_count: 0,
        by: 0,
        takes_back: None,
    };
    let import = write.begin_import(&north, new).await.unwrap();
    write.drop_upload(&found).await.unwrap();
    write.commit(act(Noun::Import, import)).await.unwrap();
    assert_eq!(fresh.store.bytes_of(&whole, found.original).await.unwrap(), FILE);
});

fn device(tag: u32, version: &str) -> Told {
    let mut told = Told { key: format!("tag:{tag}"), ..Told::default() };
    version.clone_into(&mut told.build.version);
    told
}

on_both!(what_would_change_is_what_changes, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let whole = Scope::whole(top.head);
    let mut counts = Vec::new();
    for (second, rows) in [
        (1, [device(1, "1"), device(2, "1"), device(3, "1")]),
        (2, [device(1, "1"), device(2, "2"), device(4, "1")]),
        (3, [device(1, "1"), device(3, "1"), device(4, "2")]),
    ] {
        let mut write = fresh.store.write(top.head, at(second)).await.unwrap();
        let new = NewImport {
            source: "AIMS",
            original: 0,
            mapping: "{}",
            total: 3,
            complaints: &[],
            complaint_count: 0,
            by: 0,
            takes_back: None,
        };
        let id = write.begin_import(&north, new).await.unwrap();
        write.commit(act(Noun::Import, id)).await.unwrap();
        let import = fresh.store.import(&whole, id).await.unwrap();
        let foreseen = fresh.store.foresee(top.head, import.source, &rows).await.unwrap();
        let mut write = fresh.store.write(top.head, at(second)).await.unwrap();
        let done = write.take_in(&import, &rows).await.unwrap();
        assert_eq!(done, foreseen);
        write.end_import(&import).await.unwrap();
        write.commit_part(import.receipt()).await.unwrap();
        counts.push(done);

        let held = fresh.store.held(&whole).await.unwrap();
        assert_eq!(held[&import.source].present, 3);
        let named =
            fresh.store.devices_of_source(&whole, import.source, 0).await.unwrap();
        assert_eq!(named.len(), 3);
        let elsewhere = Scope::of(top.head, vec![south.path.clone()]);
        assert!(fresh.store.held(&elsewhere).await.unwrap().is_empty());
        let hidden = fresh.store.devices_of_source(&elsewhere, import.source, 0).await;
        assert!(hidden.unwrap().is_empty());
    }
    let expected = [(3, 0, 0, 0), (1, 1, 1, 0), (0, 1, 2, 1)].map(
        |(added, changed, unchanged, returned)| Counts {
            added,
            changed,
            unchanged,
            returned,
        },
    );
    assert_eq!(counts, expected);
    let held = fresh.store.held(&whole).await.unwrap();
    assert_eq!(held.into_values().collect::<Vec<_>>(), [Held { present: 3, missing: 1 }]);
});
