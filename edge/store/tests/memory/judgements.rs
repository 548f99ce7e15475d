//! Verdicts keep their identity, and their history is told.

use std::collections::BTreeMap;

use store::{Changed, Judged, Noun, Store, Subject};

use crate::both::{Fresh, act, at, hospital};

fn about(vulnerability: &str) -> Subject {
    Subject {
        view: 0,
        configuration: 7,
        vulnerability: vulnerability.to_owned(),
        component: String::new(),
    }
}

fn judged(verdict: &'static str, grounds: &str) -> Judged {
    Judged {
        verdict,
        confidence: "exact".to_owned(),
        fixed_in: "2.3".to_owned(),
        question: String::new(),
        grounds: grounds.to_owned(),
    }
}

async fn update(
    store: &Store,
    head: i64,
    generation: i64,
    found: &[(&str, &'static str, &str)],
) -> Changed {
    let found: BTreeMap<Subject, Judged> = found
        .iter()
        .map(|(id, verdict, grounds)| (about(id), judged(verdict, grounds)))
        .collect();
    let mut write = store.write(head, at(generation)).await.unwrap();
    let changed = write
        .update_judgements(0, &[7], generation, &found, &"a new index".into())
        .await
        .unwrap();
    write.commit(act(Noun::Judgement, 0)).await.unwrap();
    changed
}

on_both!(
    a_verdict_that_goes_and_comes_back_is_the_same_judgement,
    async |fresh: Fresh| {
        let (top, ..) = hospital(&fresh.store).await;
        let (store, head) = (&fresh.store, top.head);
        let one = [("CVE-2026-0001", "affected", "leaf 1")];
        assert_eq!(update(store, head, 1, &one).await.opened, 1);
        let first = store.judgements_of(head, 7).await.unwrap();

        assert_eq!(update(store, head, 2, &[]).await.closed, 1);
        let closed = store.judgements_of(head, 7).await.unwrap();
        assert_eq!(closed[0].close_reason.as_deref(), Some("a new index"));
        assert!(closed[0].closed.is_some());
        // Closed once is not closed again.
        assert_eq!(update(store, head, 3, &[]).await, Changed::default());

        assert_eq!(update(store, head, 4, &one).await.turned, 1);
        let back = store.judgements_of(head, 7).await.unwrap();
        assert_eq!((back[0].id, &back[0].opened), (first[0].id, &first[0].opened));
        assert_eq!(back[0].closed, None);
        let turns = store.turns(head, back[0].id).await.unwrap();
        let verdicts: Vec<&str> =
            turns.iter().map(|turn| turn.verdict.as_str()).collect();
        assert_eq!(verdicts, ["affected", "closed", "affected"]);
    }
);

on_both!(other_grounds_are_no_turn_and_the_same_are_no_change, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    update(store, head, 1, &[("CVE-2026-0001", "cannot_tell", "leaf 1")]).await;
    let same =
        update(store, head, 2, &[("CVE-2026-0001", "cannot_tell", "leaf 1")]).await;
    assert_eq!(same, Changed::default());
    let other =
        update(store, head, 3, &[("CVE-2026-0001", "cannot_tell", "leaf 2")]).await;
    assert_eq!(other, Changed { refined: 1, ..Changed::default() });
    let turned = update(store, head, 4, &[("CVE-2026-0001", "affected", "leaf 2")]).await;
    assert_eq!(turned, Changed { turned: 1, ..Changed::default() });
    let kept = store.judgements_of(head, 7).await.unwrap();
    assert_eq!(kept[0].grounds, "leaf 2");
    assert_eq!(store.turns(head, kept[0].id).await.unwrap().len(), 2);
});

on_both!(an_older_index_overwrites_nothing, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    update(store, head, 5, &[("CVE-2026-0001", "affected", "new")]).await;
    let late = update(store, head, 4, &[("CVE-2026-0001", "not_affected", "old")]).await;
    assert_eq!(late, Changed::default());
    assert_eq!(update(store, head, 4, &[]).await, Changed::default());
    assert_eq!(store.judgements_of(head, 7).await.unwrap()[0].verdict, "affected");
    // Found again as it was with index 7: what was worked out with 6 comes too late.
    let one = [("CVE-2026-0001", "affected", "new")];
    assert_eq!(update(store, head, 7, &one).await, Changed::default());
    assert_eq!(update(store, head, 6, &[]).await, Changed::default());
});
