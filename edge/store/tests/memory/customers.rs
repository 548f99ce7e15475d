//! What customers ask a maker in its own house.

use store::{NewCustomerQuestion, Noun, Organisation, Said, Scope};

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
