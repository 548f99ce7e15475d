//! People, sessions and links.

use jiff::SignedDuration;
use store::{Given, NewPerson, Noun, Purpose, Role, Scope, Store, StoreError, Voucher};

use crate::both::{Fresh, act, at, hospital};

const ADA: NewPerson<'_> = NewPerson {
    name: "Ada Lovelace",
    address: "Ada@hospital.example",
    zone: "Europe/London",
};

async fn ada(store: &Store) -> (store::Organisation, store::Organisation, i64) {
    let (top, north, _) = hospital(store).await;
    let mut write = store.write(top.head, at(1)).await.unwrap();
    let id = write.make_person(ADA).await.unwrap();
    write.bind(id, Role::Biomed, &north).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    (top, north, id)
}

on_both!(somebody_is_found_by_address_in_any_case, async |fresh: Fresh| {
    let (top, north, id) = ada(&fresh.store).await;
    for address in ["ada@hospital.example", " ADA@HOSPITAL.EXAMPLE "] {
        let found = fresh.store.person_by_address(address).await.unwrap().unwrap();
        assert_eq!((found.id, found.name.as_str()), (id, ADA.name));
        assert_eq!(found.address, ADA.address);
    }
    assert_eq!(
        fresh.store.person_by_address("bob@hospital.example").await.unwrap(),
        None
    );
    let bindings = fresh.store.bindings(top.head, id).await.unwrap();
    assert_eq!((bindings[0].role, &bindings[0].path), (Role::Biomed, &north.path));
    assert_eq!(fresh.store.people(&Scope::whole(top.head)).await.unwrap().len(), 1);
});

on_both!(an_address_has_one_account, async |fresh: Fresh| {
    let (top, ..) = ada(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    let again =
        write.make_person(NewPerson { address: "ada@HOSPITAL.example", ..ADA }).await;
    assert!(matches!(again, Err(StoreError::Taken(_))));
});

on_both!(an_erased_person_is_a_number_without_a_name, async |fresh: Fresh| {
    let (top, _, id) = ada(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    let session = write.begin_session(id).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();

    let mut write = fresh.store.write(top.head, at(3)).await.unwrap();
    write.erase_person(id).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();

    let person = fresh.store.person(top.head, id).await.unwrap();
    assert_eq!((person.name.as_str(), person.address.as_str()), ("", ""));
    assert_eq!(fresh.store.person_by_address(ADA.address).await.unwrap(), None);
    assert_eq!(fresh.store.session(&session.secret, at(4)).await.unwrap(), None);
    assert!(fresh.store.bindings(top.head, id).await.unwrap().is_empty());
});

on_both!(another_root_key_opens_nothing, async |fresh: Fresh| {
    ada(&fresh.store).await;
    fresh.store.close().await;
    let other = store::RootKey::make().unwrap();
    let refused = Store::open(&fresh.url, &other).await;
    assert!(matches!(refused, Err(StoreError::Key(store::KeyError::WrongRoot))));
    let again = Store::open(&fresh.url, &fresh.root).await.unwrap();
    assert!(again.person_by_address(ADA.address).await.unwrap().is_some());
    again.close().await;
});

on_both!(a_session_ends_by_itself_and_at_once_when_ended, async |fresh: Fresh| {
    let (top, _, id) = ada(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(0)).await.unwrap();
    let session = write.begin_session(id).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();

    let hours = |hours: i64| at(hours * 3600);
    let found = fresh.store.session(&session.secret, hours(7)).await.unwrap().unwrap();
    assert_eq!((found.person, found.form_token), (id, session.form_token.clone()));
    // Used after seven hours, it lives on; unused for eight, it is over.
    assert!(fresh.store.session(&session.secret, hours(14)).await.unwrap().is_some());
    assert!(fresh.store.session(&session.secret, hours(23)).await.unwrap().is_none());
    assert!(fresh.store.session("0000", hours(1)).await.unwrap().is_none());

    let mut write = fresh.store.write(top.head, hours(15)).await.unwrap();
    write.end_session(&session.secret).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    assert!(fresh.store.session(&session.secret, hours(15)).await.unwrap().is_none());
});

on_both!(a_link_works_once_and_not_for_ever, async |fresh: Fresh| {
    let mut write = fresh.store.write(0, at(0)).await.unwrap();
    let life = SignedDuration::from_hours(1);
    let secret = write.make_link(Purpose::FirstRun, 0, life).await.unwrap();
    write.commit(act(Noun::Link, 0)).await.unwrap();
    assert!(fresh.store.link(&secret, at(3600)).await.unwrap().is_none());
    let link = fresh.store.link(&secret, at(60)).await.unwrap().unwrap();
    assert_eq!((link.purpose, link.head), (Purpose::FirstRun, 0));

    let mut write = fresh.store.write(0, at(60)).await.unwrap();
    assert!(write.use_link(&secret).await.unwrap());
    assert!(!write.use_link(&secret).await.unwrap());
    write.commit(act(Noun::Link, 0)).await.unwrap();
    assert!(fresh.store.link(&secret, at(61)).await.unwrap().is_none());
});

on_both!(a_step_of_the_second_factor_is_taken_once, async |fresh: Fresh| {
    let (top, _, id) = ada(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    write.set_totp(id, Some(b"twenty bytes of seed")).await.unwrap();
    assert!(write.use_totp(id, 100).await.unwrap());
    assert!(!write.use_totp(id, 100).await.unwrap());
    assert!(!write.use_totp(id, 99).await.unwrap());
    assert!(write.use_totp(id, 101).await.unwrap());
    write.commit(act(Noun::Person, id)).await.unwrap();
    let person = fresh.store.person(top.head, id).await.unwrap();
    assert_eq!(person.totp.as_deref(), Some(b"twenty bytes of seed".as_slice()));
});

on_both!(a_role_may_come_from_somebody_and_from_groups, async |fresh: Fresh| {
    let (top, north, id) = ada(&fresh.store).await;
    let store = &fresh.store;
    let group = |name: &str| Given::ByGroup(name.to_owned());
    let mut write = store.write(top.head, at(2)).await.unwrap();
    for given in [group("b"), group("a"), group("a"), Given::ByHand] {
        write.give(id, Role::Biomed, north.id, &given).await.unwrap();
    }
    write.commit(act(Noun::Person, id)).await.unwrap();
    let given = async || {
        let bindings = store.bindings(top.head, id).await.unwrap();
        bindings.into_iter().map(|one| one.given).collect::<Vec<_>>()
    };
    assert_eq!(given().await, [Given::ByHand, group("a"), group("b")]);
    assert_eq!(store.people(&Scope::whole(top.head)).await.unwrap().len(), 1);
    let of_groups = store.bindings_of_groups(top.head).await.unwrap();
    assert_eq!(of_groups.len(), 2);
    assert!(
        of_groups.iter().all(|(person, one)| (*person, one.role) == (id, Role::Biomed))
    );

    let take = async |group: Option<&str>| {
        let mut write = store.write(top.head, at(3)).await.unwrap();
        match group {
            None => write.unbind(id, Role::Biomed, north.id).await.unwrap(),
            Some(group) => {
                write.take_from_group(id, Role::Biomed, north.id, group).await.unwrap();
            }
        }
        write.commit(act(Noun::Person, id)).await.unwrap();
        given().await
    };
    // No group has an empty name, so by it nothing is taken that was given by hand.
    assert_eq!(take(Some("")).await, [Given::ByHand, group("a"), group("b")]);
    assert_eq!(take(Some("c")).await, [Given::ByHand, group("a"), group("b")]);
    assert_eq!(take(Some("a")).await, [Given::ByHand, group("b")]);
    assert_eq!(take(None).await, [group("b")]);
    assert_eq!(take(None).await, [group("b")]);
    assert_eq!(take(Some("b")).await, []);
});

on_both!(a_session_knows_who_vouches_for_it, async |fresh: Fresh| {
    let (top, _, id) = ada(&fresh.store).await;
    let store = &fresh.store;
    let mut write = store.write(top.head, at(0)).await.unwrap();
    let own = write.begin_session(id).await.unwrap();
    let other = write.begin_session_by(id, Voucher::Provider).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    let voucher = async |secret: &str| {
        let session = store.session(secret, at(60)).await.unwrap().unwrap();
        (session.voucher, session.confirmed)
    };
    assert_eq!(voucher(&own.secret).await, (Voucher::House, at(0)));
    assert_eq!(voucher(&other.secret).await, (Voucher::Provider, at(0)));
    let mut write = store.write(top.head, at(30)).await.unwrap();
    write.confirm_session(&other.secret).await.unwrap();
    write.vouch_for_session(&own.secret).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    assert_eq!(voucher(&own.secret).await, (Voucher::Provider, at(30)));
    assert_eq!(voucher(&other.secret).await, (Voucher::Provider, at(30)));
});
