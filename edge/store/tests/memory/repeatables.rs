//! Requests that may be sent again.

use store::{Repeat, Repeated, Taken};
use terms::IdempotencyKey;

use crate::both::{Fresh, at, hospital};

on_both!(what_was_answered_is_answered_again_for_a_day, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let named = |key| IdempotencyKey::parse(key).unwrap();
    let (key, other) = (named("nightly 12"), named("nightly 13"));
    let one = Repeat { head: top.head, token: 7, key: &key };
    let take =
        async |repeat, second| fresh.store.take_key(repeat, at(second)).await.unwrap();
    assert_eq!(take(one, 0).await, Taken::New);
    assert_eq!(take(one, 1).await, Taken::Busy);
    let answered = Repeated {
        request: vec![1, 2, 3],
        status: 201,
        kind: "application/json".to_owned(),
        answer: b"{\"name\":\"Ada\"}".to_vec(),
    };
    fresh.store.keep_answer(one, &answered).await.unwrap();
    assert_eq!(take(one, 2).await, Taken::Answered(answered.clone()));
    // Another token's key of the same text is another key, and so is another text.
    assert_eq!(take(Repeat { token: 8, ..one }, 3).await, Taken::New);
    assert_eq!(take(Repeat { key: &other, ..one }, 3).await, Taken::New);
    assert_eq!(take(one, 24 * 3600).await, Taken::Answered(answered));
    assert_eq!(take(one, 24 * 3600 + 1).await, Taken::New);
});

on_both!(a_key_is_free_again_when_nothing_was_done_with_it, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let key = IdempotencyKey::parse("k").unwrap();
    let one = Repeat { head: top.head, token: 7, key: &key };
    let take = async |second| fresh.store.take_key(one, at(second)).await.unwrap();
    assert_eq!(take(0).await, Taken::New);
    fresh.store.give_key_back(one).await.unwrap();
    assert_eq!(take(1).await, Taken::New);
    // Whoever took it is gone for good.
    assert_eq!(take(20 * 60 + 1).await, Taken::Busy);
    assert_eq!(take(20 * 60 + 2).await, Taken::New);
});
