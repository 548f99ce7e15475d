//! What customers ask a maker in its own house.

use std::collections::BTreeSet;

use store::{
    NewCustomer, NewCustomerQuestion, NewCustomerTold, Noun, Organisation, Said, Scope,
};

use crate::both::{Fresh, act, at, hospital};

fn new<'a>(
    of: &Organisation,
    customer: &'a str,
    key: &'a str,
) -> NewCustomerQuestion<'a> {
    NewCustomerQuestion {
        organisation: of.id,
        customer,
        key,
        about: "Aldermoor Medical Meridian 400",
        asked: "Does it run Windows 7?",
        builds: "Aldermoor Medical Meridian 400 2.1",
        vulnerabilities: "CVE-2017-0144",
        by: 0,
    }
}

on_both!(
    a_question_of_a_customer_is_kept_once_and_answered_sealed,
    async |fresh: Fresh| {
        let store = &fresh.store;
        let (top, north, south) = hospital(store).await;
        let mut write = store.write(top.head, at(1)).await.unwrap();
        let first = write.bring_question(new(&north, "Harrow Vale", "k1")).await.unwrap();
        let first = first.unwrap();
        // The same again is the same; of another customer, or under another key, it is another.
        let again = write.bring_question(new(&north, "Harrow Vale", "k1")).await.unwrap();
        assert_eq!(again, None);
        let other = write.bring_question(new(&north, "Eastmere", "k1")).await.unwrap();
        let key = write.bring_question(new(&north, "Harrow Vale", "k2")).await.unwrap();
        let (other, key) = (other.unwrap(), key.unwrap());
        write.bring_question(new(&south, "Harrow Vale", "k1")).await.unwrap();
        write.commit(act(Noun::CustomerQuestion, first)).await.unwrap();

        let scope = Scope::of(top.head, vec![north.path.clone()]);
        let mut write = store.write(top.head, at(2)).await.unwrap();
        write.answer_customer(first, Said::No, " said by J. Doe ", 7).await.unwrap();
        write.commit(act(Noun::CustomerQuestion, first)).await.unwrap();
        let all = store.customer_questions(&scope).await.unwrap();
        let ids: Vec<i64> = all.iter().map(|one| one.id).collect();
        assert_eq!(ids, [other, key, first], "what waits comes first");
        let answered = &all[2];
        assert_eq!(
            (answered.said, answered.note.as_str()),
            (Some(Said::No), "said by J. Doe")
        );
        assert_eq!((all[0].said, all[0].answered.as_deref()), (None, None));
        assert_eq!(
            store.customer_questions(&Scope::whole(top.head)).await.unwrap().len(),
            4
        );

        // An answer is replaced, also by one without words.
        let mut write = store.write(top.head, at(3)).await.unwrap();
        write.answer_customer(first, Said::NotKnown, "  ", 7).await.unwrap();
        write.commit(act(Noun::CustomerQuestion, first)).await.unwrap();
        let all = store.customer_questions(&scope).await.unwrap();
        let answered = all.iter().find(|one| one.id == first).unwrap();
        assert_eq!((answered.said, answered.note.as_str()), (Some(Said::NotKnown), ""));
    }
);

on_both!(
    what_a_customer_was_told_lies_sealed_and_is_seen_where_its_maker_is,
    async |fresh: Fresh| {
        let store = &fresh.store;
        let (top, north, south) = hospital(store).await;
        let of = |organisation, name, products| NewCustomer {
            organisation,
            name,
            products,
            by: 7,
        };
        let (all, some) = (BTreeSet::new(), BTreeSet::from([41, 42]));
        let mut write = store.write(top.head, at(1)).await.unwrap();
        let vale = write.list_customer(of(north.id, "Harrow Vale", &all)).await.unwrap();
        let mere = write.list_customer(of(north.id, "Eastmere", &some)).await.unwrap();
        let other = write.list_customer(of(south.id, "Northbank", &all)).await.unwrap();
        write.commit(act(Noun::Customer, vale)).await.unwrap();

        let scope = Scope::of(top.head, vec![north.path.clone()]);
        let seen = store.customers(&scope).await.unwrap();
        let seen: Vec<_> =
            seen.iter().map(|one| (one.id, one.products.clone())).collect();
        assert_eq!(
            seen,
            [(mere, some.clone()), (vale, all.clone())],
            "by name, of its own alone"
        );

        let told = |organisation, customer, release| NewCustomerTold {
            organisation,
            customer,
            release,
            vulnerability: "CVE-2014-0160",
            told: "2026-11-20",
            note: " letter 12 to J. Doe ",
            by: 7,
        };
        let mut write = store.write(top.head, at(2)).await.unwrap();
        let first = write.note_customer_told(told(north.id, vale, 51)).await.unwrap();
        let second = write.note_customer_told(told(north.id, vale, 52)).await.unwrap();
        write.note_customer_told(told(south.id, other, 51)).await.unwrap();
        write.commit(act(Noun::Customer, vale)).await.unwrap();
        let known = store.customers_told(&scope).await.unwrap();
        let rows: Vec<_> = known.iter().map(|one| (one.id, one.release)).collect();
        assert_eq!(rows, [(second, 52), (first, 51)], "the newest first");
        assert_eq!(known[0].note, "", "notes are opened for whoever asks for them");
        let noted = store.notes_on_told(&scope, &[second]).await.unwrap();
        assert_eq!(noted[0].note, "letter 12 to J. Doe");
        let south = Scope::of(top.head, vec![south.path.clone()]);
        assert!(store.notes_on_told(&south, &[second]).await.unwrap().is_empty());
        assert_eq!(known[0].told, "2026-11-20");

        // What is said anew takes the place of what was said; what is taken back is not told.
        let mut write = store.write(top.head, at(3)).await.unwrap();
        write.set_products_of_customer(mere, &BTreeSet::from([43])).await.unwrap();
        write.take_back_told(second, vale, 7).await.unwrap();
        write.remove_customer(vale, 7).await.unwrap();
        write.commit(act(Noun::Customer, mere)).await.unwrap();
        let seen = store.customers(&scope).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].id, &seen[0].products), (mere, &BTreeSet::from([43])));
        let known = store.customers_told(&scope).await.unwrap();
        assert_eq!(known.iter().map(|one| one.id).collect::<Vec<_>>(), [first]);
        assert_eq!(store.customers_told(&Scope::whole(top.head)).await.unwrap().len(), 2);

        // Whoever was taken off is listed again under its number.
        let former = store.all_customers(&scope).await.unwrap();
        assert!(former.iter().any(|one| one.id == vale && one.removed.is_some()));
        let mut write = store.write(top.head, at(4)).await.unwrap();
        write.list_customer_again(vale, &some).await.unwrap();
        write.commit(act(Noun::Customer, vale)).await.unwrap();
        let again = store.customers(&scope).await.unwrap();
        let again = again.iter().find(|one| one.id == vale).unwrap();
        assert_eq!((&again.products, &again.removed), (&some, &None));
    }
);
