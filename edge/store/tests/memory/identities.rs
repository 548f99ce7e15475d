//! Names by which an identity provider knows people.

use store::{NewPerson, Noun, StoreError, Voucher};

use crate::both::{Fresh, act, at, hospital};

const ISSUER: &str = "https://provider.example";

on_both!(an_identity_signs_in_to_one_account_and_goes_with_it, async |fresh: Fresh| {
    let store = &fresh.store;
    let (top, ..) = hospital(store).await;
    let head = top.head;
    let mut write = store.write(head, at(1)).await.unwrap();
    let new = |address| NewPerson { name: "Ada", address, zone: "UTC" };
    let ada = write.make_person(new("ada@x.example")).await.unwrap();
    let bob = write.make_person(new("bob@x.example")).await.unwrap();
    write.join_identity(ada, ISSUER, "1").await.unwrap();
    write.join_identity(ada, ISSUER, "1").await.unwrap();
    write.join_identity(ada, ISSUER, "2").await.unwrap();
    write.commit(act(Noun::Person, ada)).await.unwrap();
    for (issuer, subject, whose) in [
        (ISSUER, "1", Some(ada)),
        (ISSUER, "2", Some(ada)),
        (ISSUER, "3", None),
        (ISSUER, "", None),
        ("https://provider.example1", "", None),
        ("https://other.example", "1", None),
        ("", "https://provider.example1", None),
    ] {
        let found = store.person_by_identity(issuer, subject).await.unwrap();
        assert_eq!(found.map(|person| person.id), whose, "{issuer} {subject}");
    }
    let mut write = store.write(head, at(2)).await.unwrap();
    let taken = write.join_identity(bob, ISSUER, "1").await;
    assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
    drop(write);
    assert_eq!(store.identities(head, ada).await.unwrap().len(), 2);
    assert!(store.identities(head, bob).await.unwrap().is_empty());
    let joined = store.people_with_identity(head).await.unwrap();
    assert_eq!(joined.into_iter().collect::<Vec<_>>(), [ada]);

    let mut write = store.write(head, at(3)).await.unwrap();
    assert_eq!(write.part_identities(ada).await.unwrap(), 2);
    write.join_identity(bob, ISSUER, "1").await.unwrap();
    write.erase_person(bob).await.unwrap();
    write.commit(act(Noun::Person, bob)).await.unwrap();
    assert!(store.person_by_identity(ISSUER, "1").await.unwrap().is_none());
});

on_both!(
    what_somebody_was_sent_for_is_read_by_this_house_in_time,
    async |fresh: Fresh| {
        let errand = fresh.store.errand("go on at /people", at(0)).unwrap();
        let read = |text: &str, now| fresh.store.errand_of(text, at(now));
        assert_eq!(read(&errand, 899).as_deref(), Some("go on at /people"));
        assert_eq!(read(&errand, 900), None, "it is too old");
        assert_eq!(read(&errand[2..], 1), None);
        assert_eq!(read("", 1), None);
        assert_eq!(read("zz", 1), None);
        // A ticket for a second factor is no errand, and an errand no ticket.
        let ticket = fresh.store.ticket(1, 1, Voucher::House, at(0)).unwrap();
        assert_eq!(read(&ticket, 1), None);
        assert_eq!(fresh.store.ticket_of(&errand, at(1)), None);
    }
);
