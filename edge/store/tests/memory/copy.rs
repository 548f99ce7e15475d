//! What a copy in memory reads: every change once, in the order of commit; and the lists
//! that people keep.

use std::collections::{BTreeMap, BTreeSet};

use store::{Judged, ListedPage, Noun, Since, Subject};

use crate::both::{Fresh, act, at, hospital};
use crate::inventory::{begin, device, take_in};

on_both!(a_copy_reads_each_change_once_and_in_order, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let none = store.listed_since(head, Since::default()).await.unwrap();
    assert!(ids(&none).is_empty());
    let rows: Vec<_> = (0..7000).map(|key| device(key, "2.1")).collect();
    take_in(store, &north, 1, &rows).await;

    let (mut since, mut seen, mut pages) = (Since::default(), BTreeSet::new(), 0);
    loop {
        let page = store.listed_since(head, since).await.unwrap();
        let mut ats = page.devices().map(|listed| listed.unwrap().at);
        assert!(ats.all(|at| since < at && Some(at) <= page.last()));
        let Some(last) = page.last() else { break };
        since = last;
        pages += 1;
        assert!(ids(&page).into_iter().all(|id| seen.insert(id)));
    }
    assert_eq!((seen.len(), pages), (7000, 2));
    let newest = store.newest_change(head).await.unwrap();
    assert!(since.seq <= newest);
    let end = store.listed_since(head, Since::all_of(newest)).await.unwrap();
    assert!(ids(&end).is_empty() && end.last().is_none());

    // One device that changes comes again, and alone.
    let mut changed = device(17, "2.3");
    changed.department = "Ward 9".to_owned();
    let import = begin(store, &north, 2, &[changed.clone()], &[]).await;
    let mut write = store.write(head, at(3)).await.unwrap();
    write.take_in(&import, &[changed]).await.unwrap();
    write.commit_part(import.receipt()).await.unwrap();
    let page = store.listed_since(head, since).await.unwrap();
    let [listed] = page.devices().collect::<Result<Vec<_>, _>>().unwrap()[..] else {
        panic!("one device")
    };
    assert_eq!(listed.department, "Ward 9");
    assert!(seen.contains(&listed.id) && listed.at > since);
});

fn ids(page: &ListedPage) -> Vec<i64> {
    page.devices().map(|listed| listed.unwrap().id).collect()
}

on_both!(a_page_gives_each_field_as_it_is_kept, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    // What stands between the fields of a page, between those of a device too; and nothing.
    let mut odd = device(1, "2.1");
    odd.asset_tag = "A\u{1f}1\u{1f}2".to_owned();
    odd.serial = "'Ö\n,\"\u{1e}".to_owned();
    odd.department = String::new();
    (odd.life_sustaining, odd.holds_phi, odd.reachable) = (Some(true), Some(false), None);
    let mut bare = device(2, "2.1");
    bare.asset_tag = String::new();
    take_in(store, &north, 1, &[odd, bare]).await;
    let page = store.listed_since(head, Since::default()).await.unwrap();
    let mut devices = page.devices().collect::<Result<Vec<_>, _>>().unwrap();
    devices.sort_by_key(|device| device.id);
    let [odd, bare] = devices[..] else { panic!("two devices, not {devices:?}") };
    assert_eq!((odd.asset_tag, odd.serial), ("A 1 2", "'Ö\n,\"\u{1e}"));
    assert_eq!((odd.department, odd.missing_since), ("", None));
    let facts = (odd.life_sustaining, odd.holds_phi, odd.reachable);
    assert_eq!(facts, (Some(true), Some(false), None));
    assert_eq!((bare.asset_tag, bare.organisation), ("", north.id));
});

on_both!(a_verdict_that_holds_no_longer_is_told_too, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let subject = Subject {
        view: 0,
        configuration: 7,
        vulnerability: "CVE-2026-0001".to_owned(),
        component: String::new(),
    };
    let judged = Judged {
        verdict: "affected",
        confidence: "exact".to_owned(),
        fixed_in: String::new(),
        question: String::new(),
        grounds: "[]".to_owned(),
    };
    let mut since = Since::default();
    for (generation, found, verdict) in [
        (1, BTreeMap::from([(subject, judged)]), Some("affected".to_owned())),
        (2, BTreeMap::new(), None),
    ] {
        let mut write = store.write(head, at(generation)).await.unwrap();
        write
            .update_judgements(0, &[7], generation, &found, &"why".into())
            .await
            .unwrap();
        write.commit(act(Noun::Judgement, 0)).await.unwrap();
        let page = store.rulings_since(head, since).await.unwrap();
        assert_eq!(page.len(), 1);
        assert_eq!((page[0].configuration, page[0].verdict()), (7, verdict.as_deref()));
        since = page[0].at;
    }
    let turns = store.turns_of_builds(head, &[7].into()).await.unwrap();
    let words: Vec<&str> = turns.iter().map(|one| one.turn.verdict.as_str()).collect();
    assert_eq!(words, ["affected", "closed"]);
    assert_eq!(store.turns_of_builds(head, &[8].into()).await.unwrap(), []);
    let names = turns.iter().map(|one| one.vulnerability.clone()).collect();
    assert_eq!(store.turns_about(head, &names).await.unwrap(), turns);
});

on_both!(a_list_is_its_owners_and_its_name_is_there_once, async |fresh: Fresh| {
    use store::ListOf::{Devices, Work};

    let (top, ..) = hospital(&fresh.store).await;
    let (store, head) = (&fresh.store, top.head);
    let mut write = store.write(head, at(1)).await.unwrap();
    let first = write.save_view(7, Devices, " Pumps ", "model=A").await.unwrap();
    let again = write.save_view(7, Devices, "Pumps", "model=B").await.unwrap();
    let other = write.save_view(8, Devices, "Pumps", "model=C").await.unwrap();
    let work = write.save_view(7, Work, "Pumps", "ward=ICU").await.unwrap();
    assert!(write.forget_view(7, other).await.is_err(), "it is somebody else's");
    write.commit(act(Noun::SavedView, first)).await.unwrap();
    assert_eq!(first, again);
    assert_ne!(first, work, "a list of work of the same name is another");
    let views = store.saved_views(head, 7, Work).await.unwrap();
    assert_eq!(views.iter().map(|view| &*view.query).collect::<Vec<_>>(), ["ward=ICU"]);
    let views = store.saved_views(head, 7, Devices).await.unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!((views[0].name.as_str(), views[0].query.as_str()), ("Pumps", "model=B"));
    let mut write = store.write(head, at(2)).await.unwrap();
    write.forget_view(7, first).await.unwrap();
    write.commit(act(Noun::SavedView, first)).await.unwrap();
    assert_eq!(store.saved_views(head, 7, Devices).await.unwrap(), []);
    assert_eq!(store.saved_views(head, 8, Devices).await.unwrap().len(), 1);
});
