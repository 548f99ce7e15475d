//! Forms MDS2: kept once, placed, in force, ended, and seen by those for whom they are.

use store::{
    Audience, Mds2Said, Mds2Standing, NewMds2Form, NewOriginal, Noun, Organisation,
    Parcel, Scope, Store,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

fn said(model: &str) -> Mds2Said {
    Mds2Said {
        edition: "2019".to_owned(),
        medium: "workbook".to_owned(),
        made_by: "Acme".to_owned(),
        model: model.to_owned(),
        released: "20 March 2026".to_owned(),
        release_day: Some("2026-03-20".to_owned()),
        questions: 240,
        answered: 219,
        ..Mds2Said::default()
    }
}

/// Keeps a form of these bytes through the account of a maker; gives its number.
async fn kept(store: &Store, of: &Organisation, bytes: &[u8], maker: &str) -> i64 {
    let mut write = store.write(of.head, at(1)).await.unwrap();
    let parcel = Parcel::of(bytes).unwrap();
    let original = write
        .keep_original(NewOriginal {
            organisation: of.id,
            name: "drip.xlsx",
            kind: "mds2",
            label: Tlp::UNLABELLED,
            by: 7,
            parcel: &parcel,
        })
        .await
        .unwrap();
    let said = said("Drip 2");
    let new = NewMds2Form { organisation: of.id, original, maker, said: &said, by: 7 };
    let id = write.keep_mds2_form(new).await.unwrap();
    write.commit(act(Noun::Mds2Form, id)).await.unwrap();
    id
}

async fn standing(store: &Store, scope: &Scope, id: i64) -> Option<Mds2Standing> {
    let all = store.mds2_forms(scope).await.unwrap();
    all.iter().find(|one| one.id == id).map(|one| one.standing())
}

on_both!(
    a_form_waits_counts_is_replaced_and_is_seen_by_whom_its_product_is_for,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let of = |place: &Organisation| Scope::of(top.head, vec![place.path.clone()]);
        let (above, below) = (of(&top), of(&north).reading());
        let first = kept(store, &top, b"first", "").await;
        assert_eq!(kept(store, &top, b"first", "Acme").await, first, "it is known");
        let second = kept(store, &top, b"second", "").await;
        let read = store.mds2_form(&above, first).await.unwrap();
        assert_eq!((read.said, read.maker.as_str()), (said("Drip 2"), "Acme"));
        assert_eq!((read.product, read.file.as_str()), (None, "drip.xlsx"));
        assert_eq!(standing(store, &above, first).await, Some(Mds2Standing::Waiting));
        assert_eq!(standing(store, &of(&south), first).await, None);

        let mut write = store.write(top.head, at(2)).await.unwrap();
        // Without a product nothing is in force.
        write.put_mds2_form_in_force(second, 7).await.unwrap();
        let product = write.keep_product(top.id, "Acme", "Drip 2").await.unwrap();
        let release = write.keep_release(product, "2.1").await.unwrap();
        write.place_mds2_form(first, product, &[release, release]).await.unwrap();
        write.put_mds2_form_in_force(first, 7).await.unwrap();
        write.commit(act(Noun::Mds2Form, first)).await.unwrap();
        assert_eq!(standing(store, &above, second).await, Some(Mds2Standing::Waiting));
        let read = store.mds2_form(&above, first).await.unwrap();
        assert_eq!((read.product, read.releases), (Some(product), vec![release]));
        assert_eq!(standing(store, &below, first).await, None, "its owner's alone");

        let mut write = store.write(top.head, at(3)).await.unwrap();
        write.set_audience(product, Audience::Below).await.unwrap();
        write.place_mds2_form(second, product, &[]).await.unwrap();
        write.put_mds2_form_in_force(second, 7).await.unwrap();
        write.commit(act(Noun::Mds2Form, second)).await.unwrap();
        let in_force = Some(Mds2Standing::InForce);
        for id in [first, second] {
            assert_eq!(standing(store, &below, id).await, in_force);
            assert_eq!(standing(store, &of(&north), id).await, None, "not to change it");
        }

        let mut write = store.write(top.head, at(4)).await.unwrap();
        write.end_mds2_form(first, ("", Some(second)), 7).await.unwrap();
        write.end_mds2_form(second, ("the wrong one", None), 7).await.unwrap();
        // What has ended ends no second time.
        write.end_mds2_form(second, ("another reason", Some(first)), 7).await.unwrap();
        let mended = Mds2Said { answered: 200, ..said("Drip 3") };
        write.mend_mds2_form(second, &mended).await.unwrap();
        write.commit(act(Noun::Mds2Form, second)).await.unwrap();
        assert_eq!(standing(store, &above, first).await, Some(Mds2Standing::Replaced));
        let read = store.mds2_form(&above, second).await.unwrap();
        assert_eq!(read.standing(), Mds2Standing::Withdrawn);
        assert_eq!((read.reason.as_str(), read.said), ("the wrong one", mended));
        // What counts no more is its owner's alone.
        assert_eq!(standing(store, &below, first).await, None);

        let mut write = store.write(top.head, at(5)).await.unwrap();
        write.put_mds2_form_in_force(first, 7).await.unwrap();
        write.commit(act(Noun::Mds2Form, first)).await.unwrap();
        let read = store.mds2_form(&above, first).await.unwrap();
        assert_eq!((read.standing(), read.replaced_by), (Mds2Standing::InForce, None));
    }
);

on_both!(a_form_that_was_declined_and_comes_again_waits_again, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let store = &fresh.store;
    let scope = Scope::whole(top.head);
    let id = kept(store, &top, b"form", "Acme").await;
    let mut write = store.write(top.head, at(2)).await.unwrap();
    write.end_mds2_form(id, ("unreadable", None), 7).await.unwrap();
    write.commit(act(Noun::Mds2Form, id)).await.unwrap();
    assert_eq!(standing(store, &scope, id).await, Some(Mds2Standing::Declined));
    assert_eq!(kept(store, &top, b"form", "Acme").await, id);
    let read = store.mds2_form(&scope, id).await.unwrap();
    assert_eq!((read.standing(), read.reason.as_str()), (Mds2Standing::Waiting, ""));
});
