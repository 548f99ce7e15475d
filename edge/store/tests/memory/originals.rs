//! Delivered documents.

use store::{NewOriginal, Noun, Parcel, Scope, StoreError};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

on_both!(
    bytes_come_back_as_they_went_in_and_only_to_whom_they_belong,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let bytes: Vec<u8> = (0..3_000_000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        // It comes in pieces of odd sizes.
        let mut parcel = Parcel::default();
        for piece in bytes.chunks(700_001) {
            parcel.push(piece).unwrap();
        }
        assert_eq!(
            (parcel.size(), parcel.bytes().unwrap()),
            (bytes.len(), bytes.clone())
        );
        let new = NewOriginal {
            organisation: north.id,
            name: "assets.csv",
            kind: "inventory",
            label: Tlp::UNLABELLED,
            by: 0,
            parcel: &parcel,
        };
        let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
        let id = write.keep_original(new).await.unwrap();
        // Delivered twice, kept once.
        assert_eq!(write.keep_original(new).await.unwrap(), id);
        write.commit(act(Noun::Original, id)).await.unwrap();

        let scope = |path: &store::Path| Scope::of(top.head, vec![path.clone()]);
        assert_eq!(fresh.store.bytes_of(&scope(&north.path), id).await.unwrap(), bytes);
        let hidden = fresh.store.bytes_of(&scope(&south.path), id).await;
        assert!(matches!(hidden, Err(StoreError::Absent { .. })));

        // Piece by piece it is the same.
        let (mut told, mut pieces) = (Vec::new(), 0);
        let mut take = |piece: &[u8]| {
            pieces += 1;
            told.extend_from_slice(piece);
            Ok(())
        };
        fresh.store.tell_original(&scope(&north.path), id, &mut take).await.unwrap();
        assert!(told == bytes && pieces > 1, "{pieces}");
        let mut nobody = |_: &[u8]| -> std::io::Result<()> { panic!("nothing is told") };
        let hidden =
            fresh.store.tell_original(&scope(&south.path), id, &mut nobody).await;
        assert!(hidden.is_err());

        let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
        write.label_original(id, Tlp::Red).await.unwrap();
        write.commit(act(Noun::Original, id)).await.unwrap();
        let read = fresh.store.original(&scope(&north.path), id).await.unwrap();
        assert_eq!(read.label, Tlp::Red);
    }
);

on_both!(a_changed_byte_is_told, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let parcel = Parcel::of(b"asset_tag\n1\n").unwrap();
    let new = NewOriginal {
        organisation: north.id,
        name: "a",
        kind: "inventory",
        label: Tlp::Clear,
        by: 0,
        parcel: &parcel,
    };
    let id = write.keep_original(new).await.unwrap();
    write.commit(act(Noun::Original, id)).await.unwrap();
    fresh
        .behind_its_back("UPDATE original SET digest = (SELECT house_key FROM instance)")
        .await;
    let damaged = fresh.store.bytes_of(&Scope::whole(top.head), id).await;
    assert!(matches!(damaged, Err(StoreError::Unreadable { .. })));
});
