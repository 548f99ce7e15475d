//! Notes on questions.

use store::{
    NewQuestionNote, Noun, Organisation, QuestionNote, Scope, Store, StoreError,
};

use crate::both::{Fresh, act, at, hospital};

async fn note(store: &Store, of: &Organisation, about: &str, maker: &str) -> i64 {
    let mut write = store.write(of.head, at(1)).await.unwrap();
    let new = NewQuestionNote {
        organisation: of.id,
        about,
        maker,
        note: "  J. Invented of the maker said: not before June ",
        by: 9,
    };
    let id = write.note_on_question(new).await.unwrap();
    write.commit(act(Noun::QuestionNote, id)).await.unwrap();
    id
}

fn ids(notes: &[QuestionNote]) -> Vec<i64> {
    notes.iter().map(|note| note.id).collect()
}

on_both!(a_note_is_kept_sealed_and_read_where_its_question_is, async |fresh: Fresh| {
    let store = &fresh.store;
    let (top, north, south) = hospital(store).await;
    let (one, two) = ("question:a".to_owned(), "question:b".to_owned());
    let of_north = note(store, &north, &one, "").await;
    let of_south = note(store, &south, &one, "").await;
    let of_top = note(store, &top, &one, "Halberd").await;
    let other = note(store, &north, &two, "Halberd").await;
    let seen = async |of: &Organisation, about: &[String]| {
        let scope = Scope::of(top.head, vec![of.path.clone()]);
        store.question_notes(&scope, about).await.unwrap()
    };
    let about = std::slice::from_ref(&one);
    assert_eq!(ids(&seen(&top, about).await), [of_top, of_south, of_north]);
    // What stands above is read below, and nothing of beside.
    let notes = seen(&north, about).await;
    assert_eq!(ids(&notes), [of_top, of_north]);
    let last = &notes[1];
    assert_eq!(last.note, "J. Invented of the maker said: not before June");
    assert_eq!((last.by, last.maker.as_str(), last.taken_back.as_deref()), (9, "", None));
    assert_eq!(ids(&seen(&north, &[two.clone(), one.clone()]).await).len(), 3);
    assert_eq!(ids(&seen(&south, &[two]).await), Vec::<i64>::new());
    assert_eq!(ids(&seen(&top, &[]).await), Vec::<i64>::new());
    // For makers alone what is meant for them, of the scope and of nothing above it.
    let of = async |of: &Organisation| {
        let scope = Scope::of(top.head, vec![of.path.clone()]);
        ids(&store.notes_for_makers(&scope).await.unwrap())
    };
    assert_eq!(of(&top).await, [other, of_top]);
    assert_eq!(of(&north).await, [other]);
    assert_eq!(of(&south).await, Vec::<i64>::new());
});

on_both!(what_is_taken_back_says_nothing_any_more, async |fresh: Fresh| {
    let store = &fresh.store;
    let (top, north, south) = hospital(store).await;
    let about = ["work:x".to_owned()];
    let id = note(store, &north, &about[0], "Halberd").await;
    let mut write = store.write(top.head, at(2)).await.unwrap();
    let theirs = write.take_note_back(south.id, id, 8).await;
    assert!(matches!(theirs, Err(StoreError::Absent { .. })), "{theirs:?}");
    write.take_note_back(north.id, id, 8).await.unwrap();
    let twice = write.take_note_back(north.id, id, 8).await;
    assert!(matches!(twice, Err(StoreError::Absent { .. })), "{twice:?}");
    write.commit(act(Noun::QuestionNote, id)).await.unwrap();
    let whole = Scope::whole(top.head);
    let notes = store.question_notes(&whole, &about).await.unwrap();
    let [gone] = notes.as_slice() else { panic!("{notes:?}") };
    assert_eq!((gone.note.as_str(), gone.taken_back.is_some()), ("", true));
    assert_eq!(store.notes_for_makers(&whole).await.unwrap(), []);
});

on_both!(a_note_opens_nowhere_but_where_it_was_written, async |fresh: Fresh| {
    let store = &fresh.store;
    let (top, north, _) = hospital(store).await;
    let about = ["question:a".to_owned()];
    let one = note(store, &north, &about[0], "").await;
    let other = note(store, &north, &about[0], "").await;
    fresh
        .behind_its_back(&format!(
            "UPDATE question_note
                SET sealed_note = (SELECT sealed_note FROM question_note WHERE id = {one})
              WHERE id = {other}"
        ))
        .await;
    let opened = store.question_notes(&Scope::whole(top.head), &about).await;
    assert!(matches!(opened, Err(StoreError::Key(_))), "{opened:?}");
});
