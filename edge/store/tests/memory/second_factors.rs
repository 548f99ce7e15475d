//! What stands behind a second factor.

use store::{NewPerson, Noun, Store, Voucher};

use crate::both::{Fresh, act, at, hospital};

async fn ada(store: &Store) -> (i64, i64) {
    let (top, ..) = hospital(store).await;
    let mut write = store.write(top.head, at(1)).await.unwrap();
    let new = NewPerson { name: "Ada", address: "ada@x.example", zone: "UTC" };
    let person = write.make_person(new).await.unwrap();
    let codes = ["AAAA".to_owned(), "BBBB".to_owned()];
    write.set_recovery_codes(person, &codes).await.unwrap();
    write.commit(act(Noun::Person, person)).await.unwrap();
    (top.head, person)
}

on_both!(a_recovery_code_lets_in_once, async |fresh: Fresh| {
    let (head, person) = ada(&fresh.store).await;
    let mut write = fresh.store.write(head, at(2)).await.unwrap();
    for (code, fits) in
        [("CCCC", false), ("aaaa", false), ("AAAA", true), ("AAAA", false)]
    {
        let used = write.use_recovery_code(person, code).await.unwrap();
        assert_eq!(used, fits, "{code}");
        assert!(!write.use_recovery_code(person + 1, code).await.unwrap(), "{code}");
    }
    write.commit(act(Noun::Person, person)).await.unwrap();
    assert_eq!(fresh.store.recovery_codes(head, person).await.unwrap(), 1);
    let mut write = fresh.store.write(head, at(3)).await.unwrap();
    write.set_recovery_codes(person, &["AAAA".to_owned()]).await.unwrap();
    assert!(!write.use_recovery_code(person, "BBBB").await.unwrap(), "it was replaced");
    assert!(write.use_recovery_code(person, "AAAA").await.unwrap());
    write.commit(act(Noun::Person, person)).await.unwrap();
    let mut write = fresh.store.write(head, at(4)).await.unwrap();
    write.erase_person(person).await.unwrap();
    write.commit(act(Noun::Person, person)).await.unwrap();
    assert_eq!(fresh.store.recovery_codes(head, person).await.unwrap(), 0);
});

on_both!(a_ticket_is_this_house_s_and_works_for_minutes, async |fresh: Fresh| {
    let store = &fresh.store;
    for voucher in [Voucher::House, Voucher::Provider] {
        let ticket = store.ticket(3, 7, voucher, at(0)).unwrap();
        assert_eq!(store.ticket_of(&ticket, at(299)), Some((3, 7, voucher)));
        assert_eq!(store.ticket_of(&ticket, at(300)), None);
    }
    let ticket = store.ticket(3, 7, Voucher::House, at(0)).unwrap();
    let changed = format!("0{}", &ticket[1..]);
    let changed = if changed == ticket { format!("1{}", &ticket[1..]) } else { changed };
    for wrong in ["", "0", "zz", "é", &ticket[2..], &format!("{ticket}00"), &changed] {
        assert_eq!(store.ticket_of(wrong, at(1)), None, "{wrong}");
    }
});

on_both!(
    an_organisation_asks_for_a_second_factor_until_it_does_not,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
        for place in [north.id, south.id, north.id] {
            write.ask_for_second_factor(place).await.unwrap();
        }
        write.ask_for_no_second_factor(south.id).await.unwrap();
        write.commit(act(Noun::Organisation, north.id)).await.unwrap();
        let rules = fresh.store.second_factor_rules(top.head).await.unwrap();
        assert_eq!(rules, [north.path]);
    }
);
