//! What organisations found out by themselves: kept once for each subject, with every remark.

use store::{Analysis, AnalysisSubject, FoundOut, Noun, Scope, Since, StoreError};

use crate::both::{Fresh, act, at, hospital};

fn about(vulnerability: &str) -> AnalysisSubject {
    AnalysisSubject {
        maker: "Acme".to_owned(),
        model: "Pump".to_owned(),
        version: "1".to_owned(),
        component: "pkg:npm/left-pad".to_owned(),
        vulnerability: vulnerability.to_owned(),
    }
}

fn triage() -> FoundOut {
    FoundOut {
        state: "in_triage".to_owned(),
        details: "seen".to_owned(),
        ..FoundOut::default()
    }
}

async fn all(fresh: &Fresh, head: i64) -> Vec<Analysis> {
    fresh.store.analyses_since(head, Since::default()).await.unwrap()
}

on_both!(an_analysis_is_kept_once_and_every_remark_stays, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let about = about("CVE-2026-0001");
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let one = ["one".to_owned()];
    let first = write.keep_analysis(north.id, &about, &triage(), 3, &one).await.unwrap();
    write.commit(act(Noun::Analysis, first)).await.unwrap();
    let later =
        FoundOut { state: "not_affected".to_owned(), is_suppressed: true, ..triage() };
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    let remarks = ["two".to_owned(), "three".to_owned()];
    let second =
        write.keep_analysis(north.id, &about, &later, 4, &remarks).await.unwrap();
    assert_eq!(first, second);
    // Of another organisation, and about another flaw, it is another one.
    let others = [(south.id, "CVE-2026-0001"), (north.id, "CVE-2026-0002")];
    for (organisation, flaw) in others {
        let about = AnalysisSubject { vulnerability: flaw.to_owned(), ..about.clone() };
        let other = write.keep_analysis(organisation, &about, &triage(), 4, &[]).await;
        assert_ne!(other.unwrap(), first);
    }
    write.commit(act(Noun::Analysis, first)).await.unwrap();

    let kept = all(&fresh, top.head).await;
    assert_eq!(kept.len(), 3);
    let own = kept.iter().find(|one| one.id == first).unwrap();
    assert_eq!((&own.about, &own.found), (&about, &later));
    assert_eq!((own.said.clone(), own.said_by), (store::stored(at(2)), 4));
    let scope = Scope::of(top.head, vec![north.path.clone()]);
    let remarks = fresh.store.remarks(&scope, first).await.unwrap();
    let told: Vec<(&str, i64)> =
        remarks.iter().map(|one| (one.remark.as_str(), one.by)).collect();
    assert_eq!(told, [("one", 3), ("two", 4), ("three", 4)]);
    let other = Scope::of(top.head, vec![south.path.clone()]);
    assert_eq!(fresh.store.remarks(&other, first).await.unwrap(), []);
});

on_both!(what_is_taken_back_is_kept_and_may_be_said_again, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let about = about("CVE-2026-0001");
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let id = write.keep_analysis(north.id, &about, &triage(), 3, &[]).await.unwrap();
    let elsewhere = write.withdraw_analysis(south.id, id, 3, "x").await;
    assert!(matches!(elsewhere, Err(StoreError::Absent { .. })));
    write.withdraw_analysis(north.id, id, 4, "Taken back: wrong").await.unwrap();
    let twice = write.withdraw_analysis(north.id, id, 4, "x").await;
    assert!(matches!(twice, Err(StoreError::Absent { .. })));
    write.commit(act(Noun::Analysis, id)).await.unwrap();
    let kept = all(&fresh, top.head).await;
    assert_eq!((kept.len(), kept[0].withdrawn_by), (1, Some(4)));
    assert_eq!(kept[0].withdrawn, Some(store::stored(at(1))));

    // A node that knows the page before learns of the change.
    let known = kept[0].at;
    let mut write = fresh.store.write(top.head, at(5)).await.unwrap();
    let again = write.keep_analysis(north.id, &about, &triage(), 3, &[]).await.unwrap();
    write.commit(act(Noun::Analysis, id)).await.unwrap();
    assert_eq!(again, id);
    let news = fresh.store.analyses_since(top.head, known).await.unwrap();
    assert_eq!((news.len(), &news[0].withdrawn), (1, &None));
    let scope = Scope::whole(top.head);
    let remarks = fresh.store.remarks(&scope, id).await.unwrap();
    assert_eq!(remarks.len(), 1, "{remarks:?}");
});
