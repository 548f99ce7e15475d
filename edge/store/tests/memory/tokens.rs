//! Tokens of the API.

use jiff::SignedDuration;
use store::{NewPerson, NewToken, Noun, Organisation, Store, StoreError, Token};

use crate::both::{Fresh, act, at, hospital};

const LIFE: SignedDuration = SignedDuration::from_hours(48);

/// A site with somebody who has a token for it.
async fn lent(store: &Store) -> (Organisation, i64, i64, String) {
    let (top, north, _) = hospital(store).await;
    let mut write = store.write(top.head, at(1)).await.unwrap();
    let new = NewPerson { name: "Ada", address: "ada@x.example", zone: "UTC" };
    let person = write.make_person(new).await.unwrap();
    let new = NewToken {
        person,
        name: " nightly build ",
        permissions: &["view_devices", "deliver_documents"],
        organisation: north.id,
        life: LIFE,
    };
    let (id, text) = write.make_token(new).await.unwrap();
    write.commit(act(Noun::Token, id)).await.unwrap();
    (north, person, id, text)
}

async fn found(store: &Store, text: &str, second: i64) -> Option<Token> {
    store.token(text, at(second)).await.unwrap()
}

on_both!(a_token_is_known_by_its_text_and_kept_as_a_digest, async |fresh: Fresh| {
    let (north, person, id, text) = lent(&fresh.store).await;
    let token = found(&fresh.store, &text, 2).await.unwrap();
    assert_eq!(
        (token.id, token.person, token.name.as_str()),
        (id, person, "nightly build")
    );
    assert_eq!(token.permissions, ["view_devices", "deliver_documents"]);
    assert_eq!((token.organisation, &token.path), (north.id, &north.path));
    let (sign, secret) = text.rsplit_once('_').unwrap();
    for wrong in [
        "",
        secret,
        sign,
        &format!("{sign}_{}", "0".repeat(64)),
        &format!("lzr_0{}_{secret}", north.head),
        &format!("lzr_{}_{secret}", north.head + 1),
        &text.to_uppercase(),
        &format!("{text} "),
    ] {
        assert_eq!(found(&fresh.store, wrong, 2).await, None, "{wrong}");
    }
});

on_both!(a_token_ends_by_itself_and_at_once_when_taken_back, async |fresh: Fresh| {
    let (north, person, id, text) = lent(&fresh.store).await;
    let end = 1 + LIFE.as_secs();
    assert!(found(&fresh.store, &text, end - 1).await.is_some());
    assert_eq!(found(&fresh.store, &text, end).await, None);

    let mut write = fresh.store.write(north.head, at(3)).await.unwrap();
    let other = write.revoke_token(person + 1, id).await;
    assert!(matches!(other, Err(StoreError::Absent { .. })), "{other:?}");
    write.revoke_token(person, id).await.unwrap();
    let again = write.revoke_token(person, id).await;
    assert!(matches!(again, Err(StoreError::Absent { .. })), "{again:?}");
    write.commit(act(Noun::Token, id)).await.unwrap();
    assert_eq!(found(&fresh.store, &text, 4).await, None);
    assert!(fresh.store.tokens(north.head, person).await.unwrap().is_empty());
});

on_both!(the_newest_day_of_use_is_noted, async |fresh: Fresh| {
    let (north, person, _, text) = lent(&fresh.store).await;
    let noted =
        async || fresh.store.tokens(north.head, person).await.unwrap()[0].used_on.clone();
    assert_eq!(noted().await, None);
    for second in [10, 20, 24 * 3600 + 10, 30] {
        assert!(found(&fresh.store, &text, second).await.is_some());
    }
    // 1,790,000,000 seconds are the afternoon of 21 September 2026.
    assert_eq!(noted().await.as_deref(), Some("2026-09-22"));
});

on_both!(who_is_erased_or_blocked_asks_with_no_token, async |fresh: Fresh| {
    let (north, person, _, text) = lent(&fresh.store).await;
    fresh.behind_its_back("UPDATE person SET blocked = '2026-01-01T00:00:00.000Z'").await;
    assert_eq!(found(&fresh.store, &text, 5).await, None);
    fresh.behind_its_back("UPDATE person SET blocked = NULL").await;
    assert!(found(&fresh.store, &text, 5).await.is_some());
    let mut write = fresh.store.write(north.head, at(6)).await.unwrap();
    write.erase_person(person).await.unwrap();
    write.commit(act(Noun::Person, person)).await.unwrap();
    assert_eq!(found(&fresh.store, &text, 7).await, None);
});
