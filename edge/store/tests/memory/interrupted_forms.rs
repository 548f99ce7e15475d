//! What somebody typed waits for them alone, for an hour.

use store::{NewPerson, Noun};

use crate::both::{Fresh, act, at, hospital};

on_both!(a_form_waits_for_whoever_typed_it_and_for_an_hour, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let mut write = store.write(head, at(0)).await.unwrap();
    let person = async |write: &mut store::Write<'_>, address: &str| {
        let new = NewPerson { name: "Ada", address, zone: "UTC" };
        write.make_person(new).await.unwrap()
    };
    let ada = person(&mut write, "ada@hospital.example").await;
    let bob = person(&mut write, "bob@hospital.example").await;
    write.commit(act(Noun::Person, ada)).await.unwrap();

    let secret = store.keep_form(head, ada, "a sentence of hers", at(1)).await.unwrap();
    let found = async |person, secret: &str, second| {
        store.kept_form(head, person, secret, at(second)).await.unwrap()
    };
    assert_eq!(found(ada, &secret, 2).await.as_deref(), Some("a sentence of hers"));
    assert_eq!(found(ada, &secret, 3600).await.as_deref(), Some("a sentence of hers"));
    for (person, secret, second) in
        [(bob, secret.as_str(), 2), (ada, "0000", 2), (ada, "", 2), (ada, &secret, 3601)]
    {
        assert_eq!(found(person, secret, second).await, None);
    }
    // Of somebody who never comes back a few are kept, the newest, and not those of others.
    let other = store.keep_form(head, bob, "his", at(4)).await.unwrap();
    let mut secrets = vec![secret];
    for second in 5..15 {
        secrets.push(store.keep_form(head, ada, "again", at(second)).await.unwrap());
    }
    for (number, secret) in secrets.iter().rev().enumerate() {
        assert_eq!(found(ada, secret, 20).await.is_some(), number < 5, "{number}");
    }
    assert!(found(bob, &other, 20).await.is_some());
    let mut write = store.write(head, at(21)).await.unwrap();
    write.erase_person(bob).await.unwrap();
    write.commit(act(Noun::Person, bob)).await.unwrap();
    assert_eq!(found(bob, &other, 22).await, None);
});
