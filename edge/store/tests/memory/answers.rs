//! Answers to questions.

use store::{
    Answer, AskedQuestion, Covers, NewAnswer, Noun, Organisation, Said, Scope, Store,
    StoreError,
};

use crate::both::{Fresh, act, at, hospital};

fn question() -> AskedQuestion {
    AskedQuestion {
        key: "a1".to_owned(),
        kind: "condition".to_owned(),
        maker: "Invented".to_owned(),
        model: "IM-400".to_owned(),
        ask: "condition fitted with the wireless option".to_owned(),
        asked: "Is this so on the device: fitted with the wireless option?".to_owned(),
        ..AskedQuestion::default()
    }
}

async fn say(
    store: &Store,
    of: &Organisation,
    said: Said,
    devices: Option<&[i64]>,
) -> i64 {
    let mut write = store.write(of.head, at(1)).await.unwrap();
    let question = question();
    let new = NewAnswer {
        organisation: of.id,
        question: &question,
        earlier: &[],
        said,
        devices,
        note: "ask J. Invented, extension 4711",
        until: Some("2027-06-30"),
        by: 9,
    };
    let id = write.answer(new).await.unwrap();
    write.commit(act(Noun::Answer, id)).await.unwrap();
    id
}

async fn holding(store: &Store, head: i64) -> Vec<(i64, Said, Vec<i64>)> {
    let answers = store.answers_since(head, 0).await.unwrap();
    let mut holding = Vec::new();
    for answer in answers.iter().filter(|answer| answer.ended.is_none()) {
        let devices = store.answered_devices(head, &[answer.id]).await.unwrap();
        let devices = devices.into_iter().map(|(_, device)| device).collect();
        holding.push((answer.id, answer.said, devices));
    }
    holding
}

on_both!(an_answer_is_kept_with_everything_about_it, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let id = say(&fresh.store, &north, Said::No, None).await;
    let scope = Scope::whole(top.head);
    let kept = fresh.store.answers_to(&scope, &["a1"]).await.unwrap();
    let [answer] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((answer.id, &answer.question), (id, &question()));
    assert_eq!((answer.said, answer.covers, answer.by), (Said::No, Covers::All, 9));
    assert_eq!(answer.note, "ask J. Invented, extension 4711");
    assert_eq!(answer.until.as_deref(), Some("2027-06-30"));
    assert_eq!(answer.path, north.path);
    assert_eq!(fresh.store.answers_to(&scope, &["a2"]).await.unwrap(), []);
    // A copy in memory has no use for what may name people.
    let copied = fresh.store.answers_since(top.head, 0).await.unwrap();
    assert_eq!(copied, [Answer { note: String::new(), ..answer.clone() }]);
});

on_both!(a_new_answer_takes_the_place_of_the_older_one, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let store = &fresh.store;
    let first = say(store, &north, Said::No, None).await;
    let beside = say(store, &south, Said::No, None).await;
    let some = say(store, &north, Said::Yes, Some(&[3, 4])).await;
    let second = say(store, &north, Said::Yes, None).await;
    let all = holding(store, top.head).await;
    assert_eq!(
        all,
        [
            (beside, Said::No, vec![]),
            (some, Said::Yes, vec![3, 4]),
            (second, Said::Yes, vec![])
        ]
    );
    // A device has one answer of its own; an answer about none any more has ended.
    let later = say(store, &north, Said::No, Some(&[4])).await;
    let other = say(store, &north, Said::NotKnown, Some(&[3])).await;
    let all = holding(store, top.head).await;
    assert_eq!(all[2..], [(later, Said::No, vec![4]), (other, Said::NotKnown, vec![3])]);
    let scope = Scope::whole(top.head);
    let history = store.answers_to(&scope, &["a1"]).await.unwrap();
    assert_eq!(history.len(), 6);
    let ended = |id: i64| {
        let answer = history.iter().find(|answer| answer.id == id).unwrap();
        (answer.end_reason.clone(), answer.ended_by)
    };
    for replaced in [first, some] {
        assert_eq!(ended(replaced), (Some("replaced".to_owned()), Some(9)));
    }
});

on_both!(
    what_is_taken_back_holds_no_longer_and_is_not_forgotten,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let id = say(store, &north, Said::No, None).await;
        let known = store.newest_change(top.head).await.unwrap();
        let mut write = store.write(top.head, at(2)).await.unwrap();
        // Nobody takes back what another organisation said.
        let theirs = write.take_back(south.id, id, 8).await;
        assert!(matches!(theirs, Err(StoreError::Absent { .. })));
        write.take_back(north.id, id, 8).await.unwrap();
        let twice = write.take_back(north.id, id, 8).await;
        assert!(matches!(twice, Err(StoreError::Absent { .. })));
        write.commit(act(Noun::Answer, id)).await.unwrap();
        assert_eq!(holding(store, top.head).await, []);
        let changed = store.answers_since(top.head, known).await.unwrap();
        let [answer] = changed.as_slice() else { panic!("{changed:?}") };
        assert_eq!(answer.end_reason.as_deref(), Some("taken_back"));
        assert_eq!(answer.ended_by, Some(8));
    }
);

on_both!(
    nobody_reads_an_answer_of_beside_and_everybody_one_of_above,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let of_top = say(store, &top, Said::No, None).await;
        let of_north = say(store, &north, Said::No, None).await;
        let seen = async |of: &Organisation| -> Vec<i64> {
            let scope = Scope::of(top.head, vec![of.path.clone()]);
            let answers = store.answers_to(&scope, &["a1"]).await.unwrap();
            answers.iter().map(|answer| answer.id).collect()
        };
        assert_eq!(seen(&top).await, [of_north, of_top]);
        assert_eq!(seen(&north).await, [of_north, of_top]);
        assert_eq!(seen(&south).await, [of_top]);
    }
);

on_both!(
    an_answer_takes_the_place_of_those_under_earlier_keys_of_its_organisation,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let say_anew = async |earlier: &[String], devices: Option<&[i64]>| -> i64 {
            let question = AskedQuestion { key: "new".to_owned(), ..question() };
            let mut write = store.write(top.head, at(2)).await.unwrap();
            let new = NewAnswer {
                organisation: north.id,
                question: &question,
                earlier,
                said: Said::Yes,
                devices,
                note: "",
                until: None,
                by: 9,
            };
            let id = write.answer(new).await.unwrap();
            write.commit(act(Noun::Answer, id)).await.unwrap();
            id
        };
        let all = say(store, &north, Said::No, None).await;
        let some = say(store, &north, Said::No, Some(&[3, 4])).await;
        let beside = say(store, &south, Said::No, None).await;
        // Of a key that is not named nothing is ended.
        let apart = say_anew(&["other".to_owned()], None).await;
        let ids = async || -> Vec<i64> {
            holding(store, top.head).await.into_iter().map(|(id, ..)| id).collect()
        };
        assert_eq!(ids().await, [all, some, beside, apart]);
        let earlier = ["other".to_owned(), "a1".to_owned()];
        let one = say_anew(&earlier, Some(&[4])).await;
        let held = holding(store, top.head).await;
        assert!(held.contains(&(some, Said::No, vec![3])), "{held:?}");
        let two = say_anew(&earlier, None).await;
        assert_eq!(ids().await, [some, beside, one, two]);
        let three = say_anew(&earlier, Some(&[3, 4])).await;
        assert_eq!(ids().await, [beside, two, three]);
        let scope = Scope::whole(top.head);
        let told = store.answers_to(&scope, &["new", "a1"]).await.unwrap();
        let told: Vec<i64> = told.iter().map(|answer| answer.id).collect();
        assert_eq!(told, [three, two, one, apart, beside, some, all]);
        assert_eq!(store.answers_to(&scope, &[]).await.unwrap(), []);
    }
);

on_both!(a_note_stands_nowhere_in_the_clear, async |fresh: Fresh| {
    let (_, north, _) = hospital(&fresh.store).await;
    let id = say(&fresh.store, &north, Said::No, None).await;
    // Moved to another answer, the note does not open.
    let other = say(&fresh.store, &north, Said::Yes, Some(&[1])).await;
    fresh
        .behind_its_back(&format!(
            "UPDATE answer
                SET sealed_note = (SELECT sealed_note FROM answer WHERE id = {id})
              WHERE id = {other}"
        ))
        .await;
    let scope = Scope::whole(north.head);
    let opened = fresh.store.answers_to(&scope, &["a1"]).await;
    assert!(matches!(opened, Err(StoreError::Key(_))), "{opened:?}");
});
