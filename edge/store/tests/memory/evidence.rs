//! Evidence: who sees it, what lies sealed, that it waits, counts and is withdrawn, and how
//! organisations stood.

use std::collections::BTreeMap;

use store::{
    Audience, EvidenceListed, EvidenceWords, NewEvidence, NewOriginal, NotedVerdict,
    Noun, Organisation, Parcel, PostureDay, Scope, Store, TakenEvidence, stored,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};

fn of(place: &Organisation) -> Scope {
    Scope::of(place.head, vec![place.path.clone()])
}

fn words(file: &str) -> EvidenceWords {
    EvidenceWords {
        file: file.to_owned(),
        read: "roster".to_owned(),
        subject: "staff of Petra Novak".to_owned(),
        source: "personnel".to_owned(),
        signer: "Petra Novak".to_owned(),
        entry: BTreeMap::from([("holder".to_owned(), "petra@x.example".to_owned())]),
    }
}

async fn kept(
    store: &Store,
    place: &Organisation,
    words: &EvidenceWords,
    bytes: &[u8],
) -> i64 {
    let mut write = store.write(place.head, at(1)).await.unwrap();
    let parcel = Parcel::of(bytes).unwrap();
    let original = NewOriginal {
        organisation: place.id,
        name: "evidence",
        kind: "evidence",
        label: Tlp::UNLABELLED,
        by: 7,
        parcel: &parcel,
    };
    let original = write.keep_original(original).await.unwrap();
    let new = NewEvidence {
        organisation: place.id,
        kinds: &["person", "completion"],
        class: "documented",
        words,
        original: Some(original),
        records: 12,
        complaints: 1,
        by: 7,
    };
    let id = write.keep_evidence(new).await.unwrap();
    write.commit(act(Noun::Evidence, id)).await.unwrap();
    id
}

async fn take(
    store: &Store,
    place: &Organisation,
    id: i64,
    audience: Audience,
) -> Result<(), store::StoreError> {
    let mut write = store.write(place.head, at(2)).await.unwrap();
    let words = words("roster.csv");
    let taken = TakenEvidence {
        words: &words,
        valid_from: Some("2026-11-01"),
        valid_until: Some("2026-12-31"),
        audience,
        by: 7,
    };
    write.take_evidence(id, taken).await?;
    write.commit(act(Noun::Evidence, id)).await.unwrap();
    Ok(())
}

on_both!(evidence_is_its_owners_alone_unless_it_is_shared, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let store = &fresh.store;
    let words = words("roster Petra Novak.csv");
    let own = kept(store, &north, &words, b"north").await;
    let above = kept(store, &top, &words, b"top").await;
    for (scope, seen) in [(of(&top), 2), (of(&north), 1), (of(&south), 0)] {
        let all = store.evidence_within(&scope, EvidenceListed::Ever).await.unwrap();
        assert_eq!(all.len(), seen);
    }
    assert!(store.evidence(&of(&south), own).await.is_err());
    assert!(store.evidence(&of(&north), above).await.is_err());
    assert!(store.evidence(&Scope::of(north.head, vec![]), own).await.is_err());
    take(store, &top, above, Audience::Owner).await.unwrap();
    assert!(store.evidence(&of(&north), above).await.is_err(), "not shared");
    let shared = kept(store, &top, &words, b"shared").await;
    assert!(store.evidence(&of(&north), shared).await.is_err());
    take(store, &top, shared, Audience::Below).await.unwrap();
    assert!(store.evidence(&of(&north), shared).await.unwrap().is_shared);
    assert!(store.evidence(&Scope::of(top.head, vec![]), shared).await.is_err());
    let mut write = store.write(top.head, at(3)).await.unwrap();
    write.withdraw_evidence(shared, ("over", None), 7).await.unwrap();
    write.commit(act(Noun::Evidence, shared)).await.unwrap();
    assert!(store.evidence(&of(&north), shared).await.is_err(), "withdrawn");
});

on_both!(evidence_waits_counts_is_withdrawn_and_never_changes, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let before = store.newest_change(head).await.unwrap();
    let said = words("roster Petra Novak.csv");
    let id = kept(store, &north, &said, b"bytes").await;
    let one = store.evidence(&of(&north), id).await.unwrap();
    assert_eq!((one.words.clone(), one.records, one.complaints), (said, 12, 1));
    assert_eq!(one.kinds, ["person", "completion"]);
    assert!(one.waits() && !one.is_in_force());
    assert_eq!(
        store.changed_since(head, before, Noun::Evidence).await.unwrap(),
        vec![id]
    );
    let mut write = store.write(head, at(2)).await.unwrap();
    let nothing = write.withdraw_evidence(id, ("no", None), 7).await;
    assert!(nothing.is_err(), "what waits is thrown away, not withdrawn");
    drop(write);
    take(store, &north, id, Audience::Owner).await.unwrap();
    assert!(take(store, &north, id, Audience::Below).await.is_err(), "taken in once");
    let one = store.evidence(&of(&north), id).await.unwrap();
    assert!(one.is_in_force() && !one.is_over("2026-12-31") && one.is_over("2027-01-01"));
    assert_eq!(one.words.file, "roster.csv");

    // Whoever looks into a copy of the house finds no name.
    let mut copy = Vec::new();
    store.back_up(at(3), &|_| Vec::new(), &mut copy, &mut |_| {}).await.unwrap();
    let copy = String::from_utf8_lossy(&copy).into_owned();
    assert!(copy.contains("sealed_evidence"), "the copy has the table");
    for word in ["Petra", "Novak", "petra@", "personnel"] {
        assert!(!copy.contains(word), "{word} lies in the clear");
    }

    let newer = kept(store, &north, &words("b.csv"), b"newer").await;
    let mut write = store.write(head, at(4)).await.unwrap();
    write.drop_evidence(&store.evidence(&of(&top), id).await.unwrap()).await.unwrap_err();
    drop(write);
    let mut write = store.write(head, at(5)).await.unwrap();
    write.withdraw_evidence(id, ("a newer one", Some(newer)), 8).await.unwrap();
    write.commit(act(Noun::Evidence, id)).await.unwrap();
    let now = store.evidence_within(&of(&top), EvidenceListed::Now).await.unwrap();
    assert_eq!(now.iter().map(|one| one.id).collect::<Vec<_>>(), [newer]);
    let ever = store.evidence_within(&of(&top), EvidenceListed::Ever).await.unwrap();
    assert_eq!(
        (ever[0].replaced_by, ever[0].reason.as_str()),
        (Some(newer), "a newer one")
    );
});

on_both!(
    bytes_that_are_thrown_away_are_gone_unless_more_rests_on_them,
    async |fresh: Fresh| {
        let (_, north, _) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let one = kept(store, &north, &words("a.csv"), b"same bytes").await;
        let other = kept(store, &north, &words("b.csv"), b"same bytes").await;
        let original =
            |piece: &store::Evidence| piece.document.as_ref().unwrap().original;
        let first = store.evidence(&of(&north), one).await.unwrap();
        let second = store.evidence(&of(&north), other).await.unwrap();
        assert_eq!(original(&first), original(&second));
        for (piece, is_there) in [(first, true), (second, false)] {
            let mut write = store.write(north.head, at(2)).await.unwrap();
            write.drop_evidence(&piece).await.unwrap();
            write.commit(act(Noun::Evidence, piece.id)).await.unwrap();
            let bytes = store.bytes_of(&of(&north), original(&piece)).await;
            assert_eq!(bytes.is_ok(), is_there);
        }
    }
);

on_both!(it_is_noted_how_organisations_stood, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let noted = |place: &Organisation, verdict: &str| NotedVerdict {
        organisation: place.id,
        control: "A-01".to_owned(),
        verdict: verdict.to_owned(),
    };
    let day = |met| PostureDay {
        organisation: north.id,
        day: "2026-11-26".to_owned(),
        met,
        cannot_tell: 64 - met,
        ..PostureDay::default()
    };
    for (second, verdict, met) in [(1, "cannot_tell", 0), (100, "met", 1)] {
        let mut write = store.write(head, at(second)).await.unwrap();
        let now = [noted(&north, verdict), noted(&south, verdict)];
        write.note_verdicts(&now).await.unwrap();
        if met == 1 {
            let turned = [(noted(&north, "cannot_tell"), "met")];
            write.turn_verdicts(&turned).await.unwrap();
        }
        write.note_posture_days(&[day(met)]).await.unwrap();
        write.commit(act(Noun::Job, 1)).await.unwrap();
    }
    let verdicts = store.noted_verdicts(head).await.unwrap();
    assert_eq!(verdicts, [noted(&north, "met"), noted(&south, "met")]);
    let turned = store.turned_verdicts(head, north.id, &stored(at(50))).await.unwrap();
    assert_eq!(turned.len(), 1);
    assert_eq!(
        (turned[0].before.as_str(), turned[0].after.as_str()),
        ("cannot_tell", "met")
    );
    let none = store.turned_verdicts(head, north.id, &stored(at(200))).await.unwrap();
    assert!(none.is_empty());
    assert!(store.turned_verdicts(head, south.id, "").await.unwrap().is_empty());
    assert_eq!(store.posture_days(head, "2026-11-26").await.unwrap(), [day(1)]);
    assert!(store.posture_days(head, "2026-11-27").await.unwrap().is_empty());
});
