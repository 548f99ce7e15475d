//! Makers in the house of others: guests, what they deliver, and what they are asked.

use store::{
    Delivered, MakerSaid, NewDelivery, NewMakerQuestion, NewPerson, Noun, Outcome, Role,
    Scope, Store,
};

use crate::both::{Fresh, act, at, hospital};

async fn pavel(store: &Store, place: &store::Organisation) -> i64 {
    let mut write = store.write(place.head, at(1)).await.unwrap();
    let new = NewPerson { name: "Pavel", address: "pavel@maker.example", zone: "UTC" };
    let id = write.make_person(new).await.unwrap();
    write.bind(id, Role::SupplierGuest, place).await.unwrap();
    write.set_guest(id, place.id, " Aldermoor ").await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    id
}

fn delivery(organisation: i64, document: i64) -> NewDelivery<'static> {
    NewDelivery {
        organisation,
        maker: "Aldermoor",
        noun: Delivered::Bill,
        document,
        product: 5,
        release: 6,
        title: "made.json",
        by: 7,
    }
}

on_both!(a_guest_is_one_while_it_has_the_role, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let id = pavel(store, &north).await;
    let guests = store.guests(head).await.unwrap();
    assert_eq!(guests.len(), 1);
    assert_eq!((guests[0].person, guests[0].maker.as_str()), (id, "Aldermoor"));
    assert_eq!(guests[0].path, north.path);
    let mut write = store.write(head, at(2)).await.unwrap();
    write.set_guest(id, north.id, "Brightwell").await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    assert_eq!(store.guests(head).await.unwrap()[0].maker, "Brightwell");
    // The role is taken and given again: for which maker is to be said again.
    let mut write = store.write(head, at(3)).await.unwrap();
    write.unbind(id, Role::SupplierGuest, north.id).await.unwrap();
    write.bind(id, Role::SupplierGuest, &north).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    assert_eq!(store.guests(head).await.unwrap(), []);
    // Who is forgotten is no guest.
    let mut write = store.write(head, at(4)).await.unwrap();
    write.set_guest(id, north.id, "Brightwell").await.unwrap();
    write.erase_person(id).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    assert_eq!(store.guests(head).await.unwrap(), []);
});

on_both!(a_delivery_waits_is_settled_and_waits_again, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let mut write = store.write(head, at(1)).await.unwrap();
    let first = write.keep_delivery(delivery(north.id, 20)).await.unwrap();
    let other = write.keep_delivery(delivery(south.id, 21)).await.unwrap();
    write.commit(act(Noun::MakerDelivery, first)).await.unwrap();
    assert_ne!(first, other);
    let north_only = Scope::of(head, vec![north.path.clone()]);
    let seen = store.maker_deliveries(&north_only).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (seen[0].id, seen[0].outcome, seen[0].title.as_str()),
        (first, None, "made.json")
    );

    for (outcome, again) in
        [(Outcome::Declined, None), (Outcome::Taken, Some(Outcome::Taken))]
    {
        let mut write = store.write(head, at(2)).await.unwrap();
        write.settle_delivery(first, outcome, "why", 9).await.unwrap();
        write.commit(act(Noun::MakerDelivery, first)).await.unwrap();
        let seen = store.maker_deliveries(&north_only).await.unwrap();
        assert_eq!((seen[0].outcome, seen[0].reason.as_str()), (Some(outcome), "why"));
        let mut write = store.write(head, at(3)).await.unwrap();
        assert_eq!(write.keep_delivery(delivery(north.id, 20)).await.unwrap(), first);
        write.commit(act(Noun::MakerDelivery, first)).await.unwrap();
        let seen = store.maker_deliveries(&north_only).await.unwrap();
        assert_eq!((seen[0].outcome, seen[0].reason.as_str()), (again, ""));
    }
});

on_both!(
    an_answer_of_a_maker_lies_sealed_and_is_read_where_it_was_asked,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let (store, head) = (&fresh.store, top.head);
        let mut write = store.write(head, at(1)).await.unwrap();
        let new = NewMakerQuestion {
            organisation: north.id,
            maker: "Aldermoor",
            product: "Meridian 400",
            about: "work:1",
            asked: "Will there be a fix?",
            by: 7,
        };
        let id = write.ask_maker(new).await.unwrap();
        write.commit(act(Noun::MakerQuestion, id)).await.unwrap();
        let scope =
            |place: &store::Organisation| Scope::of(head, vec![place.path.clone()]);
        assert_eq!(store.maker_questions(&scope(&south)).await.unwrap(), []);
        let asked = store.maker_questions(&scope(&north)).await.unwrap();
        assert_eq!((asked[0].said, asked[0].note.as_str()), (None, ""));
        for (said, note) in [(MakerSaid::Told, "ask Pavel"), (MakerSaid::No, "")] {
            let mut write = store.write(head, at(2)).await.unwrap();
            write.answer_as_maker(id, said, note, 8).await.unwrap();
            write.commit(act(Noun::MakerQuestion, id)).await.unwrap();
            let asked = store.maker_questions(&scope(&north)).await.unwrap();
            assert_eq!((asked[0].said, asked[0].note.as_str()), (Some(said), note));
            assert!(asked[0].answered.is_some());
        }
    }
);
