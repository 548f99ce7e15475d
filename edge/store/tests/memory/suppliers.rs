//! Dossiers of suppliers: who sees them, what lies sealed, and what became of an entry.

use std::collections::BTreeMap;

use store::{
    NewOriginal, NewSupplierEntry, Noun, Organisation, Parcel, Scope, Store, Withdrawn,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn of(place: &Organisation) -> Scope {
    Scope::of(place.head, vec![place.path.clone()])
}

fn contact<'a>(
    place: &Organisation,
    supplier: i64,
    fields: &'a BTreeMap<String, String>,
    maker: &'a str,
) -> NewSupplierEntry<'a> {
    NewSupplierEntry {
        organisation: place.id,
        supplier,
        kind: "contact",
        origin: "supplier",
        fields,
        document: None,
        maker,
        by: 7,
    }
}

async fn opened(store: &Store, place: &Organisation, name: &str) -> i64 {
    let mut write = store.write(place.head, at(1)).await.unwrap();
    let id = write.open_supplier(place.id, name, 7).await.unwrap();
    write.commit(act(Noun::Supplier, id)).await.unwrap();
    id
}

on_both!(a_dossier_is_seen_where_it_is_kept_and_above, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let store = &fresh.store;
    let own = opened(store, &north, "Aldermoor").await;
    let other = opened(store, &south, "Aldermoor").await;
    assert_ne!(own, other, "each keeps its own");
    assert_eq!(opened(store, &north, "Aldermoor").await, own, "and keeps it once");
    for (scope, seen) in [(of(&top), 2), (of(&north), 1), (of(&south), 1)] {
        assert_eq!(store.suppliers(&scope).await.unwrap().len(), seen);
    }
    assert_eq!(store.supplier(&of(&north), own).await.unwrap().name, "Aldermoor");
    assert!(store.supplier(&of(&south), own).await.is_err());
    assert!(store.supplier(&Scope::of(north.head, vec![]), own).await.is_err());
    let mut write = store.write(north.head, at(2)).await.unwrap();
    write.rename_supplier(own, "Aldermoor Medical").await.unwrap();
    write.commit(act(Noun::Supplier, own)).await.unwrap();
    assert_eq!(store.supplier(&of(&top), own).await.unwrap().name, "Aldermoor Medical");
    assert_eq!(store.supplier(&of(&top), other).await.unwrap().name, "Aldermoor");
});

on_both!(
    an_entry_is_sealed_confirmed_and_withdrawn_and_never_changed,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let (store, head) = (&fresh.store, top.head);
        let supplier = opened(store, &north, "Aldermoor").await;
        let said =
            fields(&[("person", "Petra Novak"), ("mail", "petra@aldermoor.example")]);
        let mut write = store.write(head, at(2)).await.unwrap();
        let parcel = Parcel::of(b"a letter").unwrap();
        let original = write
            .keep_original(NewOriginal {
                organisation: north.id,
                name: "letter.pdf",
                kind: "supplier document",
                label: Tlp::UNLABELLED,
                by: 7,
                parcel: &parcel,
            })
            .await
            .unwrap();
        let new = NewSupplierEntry {
            document: Some((original, "their letter.pdf")),
            ..contact(&north, supplier, &said, "Aldermoor")
        };
        let id = write.keep_supplier_entry(new).await.unwrap();
        write.commit(act(Noun::SupplierEntry, id)).await.unwrap();

        let entries =
            store.supplier_entries(&of(&north), Withdrawn::Without).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].fields, said);
        assert!(entries[0].waits());
        let document = entries[0].document.as_ref().unwrap();
        assert_eq!((document.name.as_str(), document.size), ("their letter.pdf", 8));
        assert_eq!(document.digest, blake3::hash(b"a letter").as_bytes());
        assert_eq!(document.label, Tlp::UNLABELLED);
        assert_eq!(
            store.supplier_entries(&of(&south), Withdrawn::OfGuests).await.unwrap(),
            []
        );

        // Whoever looks into a copy of the house finds no name.
        let mut copy = Vec::new();
        store.back_up(at(3), &|_| Vec::new(), &mut copy, &mut |_| {}).await.unwrap();
        let copy = String::from_utf8_lossy(&copy).into_owned();
        assert!(copy.contains("supplier_entry"), "the copy has the table");
        for word in ["Petra", "Novak", "petra@"] {
            assert!(!copy.contains(word), "{word} lies in the clear");
        }

        let mut write = store.write(head, at(4)).await.unwrap();
        write.confirm_supplier_entry(id, "third-party", 8).await.unwrap();
        write.commit(act(Noun::SupplierEntry, id)).await.unwrap();
        let entries =
            store.supplier_entries(&of(&north), Withdrawn::Without).await.unwrap();
        assert_eq!(
            (entries[0].origin.as_str(), entries[0].waits()),
            ("third-party", false)
        );

        let mut write = store.write(head, at(5)).await.unwrap();
        write.withdraw_supplier_entry(id, "it was of another", 8).await.unwrap();
        write.commit(act(Noun::SupplierEntry, id)).await.unwrap();
        for (withdrawn, seen) in [
            (Withdrawn::Without, 0),
            (Withdrawn::Of(supplier), 1),
            (Withdrawn::Of(supplier + 1), 0),
            (Withdrawn::OfGuests, 1),
        ] {
            let entries = store.supplier_entries(&of(&north), withdrawn).await.unwrap();
            assert_eq!(entries.len(), seen, "{withdrawn:?}");
            assert!(entries.iter().all(|one| one.reason == "it was of another"));
        }
    }
);

on_both!(what_rests_on_nothing_that_changed_is_not_asked_again, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let before = store.newest_change(head).await.unwrap();
    let nouns = [Noun::Supplier, Noun::SupplierEntry];
    assert!(!store.has_changed(head, before, &nouns).await.unwrap());
    let supplier = opened(store, &north, "Aldermoor").await;
    assert!(store.has_changed(head, before, &nouns).await.unwrap());
    assert!(!store.has_changed(head, before, &[Noun::Bill]).await.unwrap());
    let now = store.newest_change(head).await.unwrap();
    let mut write = store.write(head, at(2)).await.unwrap();
    write.set_guest(9, north.id, "Aldermoor").await.unwrap();
    write.commit(act(Noun::Person, 9)).await.unwrap();
    assert!(!store.has_changed(head, now, &nouns).await.unwrap());
    let said = fields(&[("mail", "a@b.example")]);
    let mut write = store.write(head, at(3)).await.unwrap();
    write.keep_supplier_entry(contact(&north, supplier, &said, "")).await.unwrap();
    write.commit(act(Noun::SupplierEntry, supplier)).await.unwrap();
    assert!(store.has_changed(head, now, &nouns).await.unwrap());
});

on_both!(
    an_answer_that_nobody_asked_for_is_offered_and_taken_back,
    async |fresh: Fresh| {
        use store::{MakerSaid, NewMakerQuestion};

        let (top, north, south) = hospital(&fresh.store).await;
        let (store, head) = (&fresh.store, top.head);
        let new = |organisation| NewMakerQuestion {
            organisation,
            maker: "Aldermoor",
            product: "",
            about: "flag:no-isao",
            asked: "Of which ISAO are you a member?",
            by: 7,
        };
        let mut write = store.write(head, at(1)).await.unwrap();
        let offered = write.offer_as_maker(new(north.id)).await.unwrap();
        write.answer_as_maker(offered, MakerSaid::Yes, "of Petra's", 8).await.unwrap();
        let asked = write.ask_maker(new(south.id)).await.unwrap();
        write.commit(act(Noun::MakerQuestion, offered)).await.unwrap();
        let north_sees = store.maker_questions(&of(&north)).await.unwrap();
        assert_eq!(
            (north_sees[0].offered, north_sees[0].note.as_str()),
            (true, "of Petra's")
        );
        let south_sees = store.maker_questions(&of(&south)).await.unwrap();
        assert_eq!(south_sees.len(), 1);
        assert_eq!(
            (south_sees[0].id, south_sees[0].offered, south_sees[0].said),
            (asked, false, None)
        );

        let mut write = store.write(head, at(2)).await.unwrap();
        write.take_answer_back(offered).await.unwrap();
        write.ask_offered(offered).await.unwrap();
        write.commit(act(Noun::MakerQuestion, offered)).await.unwrap();
        let north_sees = store.maker_questions(&of(&north)).await.unwrap();
        let one = &north_sees[0];
        assert_eq!((one.offered, one.said, one.note.as_str()), (false, None, ""));
        assert_eq!(one.answered, None);
    }
);
