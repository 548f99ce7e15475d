//! How urgent things are: one flaw counts once whatever it is called, and the table of
//! priorities of an organisation decides.

use std::collections::BTreeSet;

use fleet::{Column, Filter};
use operations::build::findings_of_device;
use operations::fleet::{Set, scope};
use operations::history;
use operations::organisation::make_below;
use operations::priority_table::{
    PriorityTableError, foresee, set, take_back as take_table_back,
};
use store::{Act, NewOrganisation, Noun, Role};
use worklist::{Policy, Priority};

use super::{TODAY, flaw, now};
use crate::databases::{Fresh, on_both};
use crate::demo::{demo, inventory};
use crate::house::House;

impl House {
    /// A device that is to be updated.
    async fn device_of_update(&self) -> i64 {
        let name = self.update().await;
        let held = self.held().await;
        let filter = Filter::default().among(&Set::Work(name).to_string());
        let view = held.view(&scope(&self.ada), &filter).unwrap();
        i64::from(view.devices().min().unwrap())
    }
}

/// The advisory about the pump with another id, of which the one flaw has no CVE.
fn without_cve(flaw: &str) -> String {
    let text = std::fs::read_to_string(demo().join("advisories/amsa-2025-01.json"));
    let text = text.unwrap().replace("AMSA-2025-01", "AMSA-2026-09");
    let mut advisory: serde_json::Value = serde_json::from_str(&text).unwrap();
    let flaws = advisory.get_mut("vulnerabilities").unwrap().as_array_mut().unwrap();
    flaws.retain(|one| one["cve"] == "CVE-2014-0160");
    let only = flaws.first_mut().and_then(serde_json::Value::as_object_mut).unwrap();
    only.remove("cve");
    only.insert(
        "ids".to_owned(),
        serde_json::json!([{"system_name": "GHSA", "text": flaw}]),
    );
    advisory.to_string()
}

on_both!(
    one_flaw_under_two_ids_counts_once_on_a_device_and_in_what_is_to_be_done,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        let (app, ada) = (&house.app, &house.ada);
        let counted = async || {
            let held = house.held().await;
            let name = house.update().await;
            let entry = held.entry(&scope(ada), &name, TODAY).unwrap();
            let action = entry.action.unwrap();
            let builds = entry.builds();
            let build = held.fleet.configuration(*builds.first().unwrap()).unwrap();
            let flaws: Vec<String> =
                action.vulnerabilities.iter().map(ToString::to_string).collect();
            (build.affected, build.cannot_tell, flaws)
        };
        house.use_advisories(|_| true, &[]).await;
        let before = counted().await;
        assert_eq!(before.0, 2, "{before:?}");

        let id = "GHSA-2222-3333-4444";
        let other = ("amsa-2026-09.json", without_cve(id));
        // As long as nobody says that they are one, they are two.
        house.use_advisories(|_| true, std::slice::from_ref(&other)).await;
        assert_eq!(counted().await.0, 3);
        let joined = [other, ("flaw.json", flaw(id, &["CVE-2014-0160"]))];
        house.use_advisories(|_| true, &joined).await;
        let all = app.store.judgements_since(ada.head, 0).await.unwrap();
        let open = all.iter().filter(|one| one.closed.is_none());
        assert!(open.clone().any(|one| one.subject.vulnerability == id), "judged by it");
        assert_eq!(counted().await, before);
        // The device says the same on its page.
        let held = house.held().await;
        let seen = ada.scope(operations::Permission::ViewDevices);
        let device =
            app.store.device(&seen, house.device_of_update().await).await.unwrap();
        let situated = held.situated(&device);
        let known = held.advisories.clone();
        drop(held);
        let found = findings_of_device(
            app,
            ada,
            device.configuration,
            &situated,
            known.as_deref(),
        );
        let found = found.await.unwrap();
        let flaws: BTreeSet<&str> = found.iter().map(|one| one.flaw()).collect();
        assert!(flaws.len() < found.len() || !flaws.contains(id), "{flaws:?}");
        // Either id names it to whoever found something out.
        let name = house.update().await;
        let held = house.held().await;
        let entry = held.entry(&scope(ada), &name, TODAY).unwrap();
        let subjects = held.subjects(entry.action.unwrap());
        let ids: BTreeSet<&str> = subjects
            .iter()
            .filter(|one| one.flaw == "CVE-2014-0160")
            .map(|one| one.vulnerability.as_str())
            .collect();
        assert_eq!(ids, BTreeSet::from(["CVE-2014-0160", id]));
    }
);

on_both!(
    everything_follows_the_table_of_priorities_that_is_in_force,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let (app, ada) = (&house.app, &house.ada);
        let name = house.update().await;
        let counted = async |priority: Priority| {
            let held = house.held().await;
            let filter = Filter::default().is(Column::Priority, priority.word()).unwrap();
            held.view(&scope(ada), &filter).unwrap().devices().len()
        };
        let due = async || {
            let held = house.held().await;
            let entry = held.entry(&scope(ada), &name, TODAY).unwrap();
            let (_, why) = held.because(entry.action.unwrap()).unwrap();
            assert_eq!(Some(why.priority), entry.priority);
            (why.priority, why.row)
        };
        let before = (counted(Priority::ActNow).await, counted(Priority::Watch).await);
        assert!(before.0 > 0, "{before:?}");
        let calm: Policy =
            "next window: exploited\nwatch: anything else".parse().unwrap();
        let foreseen = foresee(app, ada, ada.head, Some(calm.clone())).await.unwrap();
        let from_now: u64 = foreseen
            .moved
            .iter()
            .filter(|((from, _), _)| *from == Some(Priority::ActNow))
            .map(|(_, devices)| devices)
            .sum();
        assert_eq!(from_now, before.0, "{foreseen:?}");
        assert!(foreseen.moved_actions.values().sum::<u64>() > 0, "{foreseen:?}");
        // Nothing is changed by looking.
        assert_eq!(counted(Priority::ActNow).await, before.0);
        let standard =
            foresee(app, ada, ada.head, Some(Policy::standard())).await.unwrap();
        assert!(standard.moved.is_empty() && standard.moved_actions.is_empty());

        set(app, ada, ada.head, None, &calm).await.unwrap();
        house.work().await;
        assert_eq!(counted(Priority::ActNow).await, 0);
        assert_eq!(due().await, (Priority::NextWindow, "exploited".to_owned()));
        for ((from, to), devices) in &foreseen.moved {
            let Some(to) = to else { panic!("{from:?} to nothing") };
            assert!(counted(*to).await >= *devices);
        }
        let held = house.held().await;
        assert_eq!(held.in_force(ada.head).made_by, Some(ada.head));
        drop(held);
        // A table that grows more urgent comes into force as well, and histories tell why.
        let strict: Policy = "act now: CVSS at least 1\nact now: always".parse().unwrap();
        set(app, ada, ada.head, None, &strict).await.unwrap();
        house.work().await;
        assert_eq!(due().await, (Priority::ActNow, "CVSS at least 1".to_owned()));
        let names = ["CVE-2014-0160".to_owned()].into();
        let told = history::of_vulnerability(app, ada, &names).await.unwrap();
        let told: Vec<&str> = told.iter().map(|event| event.why.as_str()).collect();
        let why = told.iter().filter(|why| why.contains("table of priorities"));
        assert_eq!(why.count(), 2, "{told:?}");

        take_table_back(app, ada, ada.head, None).await.unwrap();
        house.work().await;
        let after = (counted(Priority::ActNow).await, counted(Priority::Watch).await);
        assert_eq!(after, before);
        let bob = house.somebody(Role::Biomed, house.ada.head).await;
        assert!(set(app, &bob, ada.head, None, &calm).await.is_err());
        assert!(take_table_back(app, &bob, ada.head, None).await.is_err());
        assert!(foresee(app, &bob, ada.head, None).await.is_err());
        let all = store::Scope::whole(ada.head);
        let leaves = app.store.leaves(&all, i64::MAX, 1000).await.unwrap();
        let acts = leaves.iter().filter(|leaf| leaf.act.contains("priority table"));
        assert_eq!(acts.count(), 3, "{leaves:?}");
    }
);

on_both!(a_table_of_one_hospital_is_none_of_the_others, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let new = |name| NewOrganisation { kind: store::Kind::Hospital, name };
    let north = make_below(app, ada, ada.head, new("North")).await.unwrap().id;
    let south = make_below(app, ada, ada.head, new("South")).await.unwrap().id;
    for (at, source) in [(north, "N"), (south, "S"), (ada.head, "AIMS")] {
        house.take_in_at(at, source, inventory()).await;
    }
    house.use_advisories(|_| true, &[]).await;
    let urgent = async |at: i64| {
        let held = house.held().await;
        let filter = Filter::default()
            .is(Column::Priority, Priority::ActNow.word())
            .and_then(|filter| filter.is(Column::Organisation, &at.to_string()));
        held.view(&scope(ada), &filter.unwrap()).unwrap().devices().len()
    };
    let first = urgent(south).await;
    assert!(first > 0);
    let calm: Policy = "watch: always".parse().unwrap();
    set(app, ada, north, None, &calm).await.unwrap();
    assert_eq!((urgent(north).await, urgent(south).await), (0, first));
    let strict: Policy = "act now: always".parse().unwrap();
    let foreseen = foresee(app, ada, ada.head, Some(strict.clone())).await.unwrap();
    let held = house.held().await;
    let all = held.entries(&scope(ada), TODAY);
    let others = all.iter().filter(|entry| entry.organisation != north).count();
    let expected = others as u64;
    drop(all);
    assert_eq!(foreseen.actions, expected, "North has its own");
    drop(held);
    set(app, ada, ada.head, None, &strict).await.unwrap();
    assert_eq!(urgent(north).await, 0);
    assert!(urgent(south).await > first);
    take_table_back(app, ada, north, None).await.unwrap();
    assert_eq!(urgent(north).await, urgent(south).await);
    assert_eq!(house.held().await.in_force(north).made_by, Some(ada.head));
});

on_both!(
    a_house_keeps_so_many_tables_and_says_so_when_another_is_made,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let calm: Policy = "watch: always".parse().unwrap();
        set(app, ada, ada.head, None, &calm).await.unwrap();
        let others = i64::try_from(reading::limits::POLICY_TABLES_MAX).unwrap() - 1;
        let fill = async |written: &str, count: i64| {
            let mut write = app.store.write(ada.head, now()).await.unwrap();
            for other in 0..count {
                write
                    .set_priority_table(1_000_000 + other, written, ada.person)
                    .await
                    .unwrap();
            }
            let (what, noun) = ("fill", Noun::Organisation);
            let act = Act { by: ada.person, what, noun, id: 1, facts: Vec::new() };
            write.commit(act).await.unwrap();
        };
        fill("watch: always", others).await;
        let new = NewOrganisation { kind: store::Kind::Hospital, name: "North" };
        let north = make_below(app, ada, ada.head, new).await.unwrap().id;
        let refused = set(app, ada, north, None, &calm).await;
        assert!(matches!(refused, Err(PriorityTableError::TooMany)), "{refused:?}");
        // One that is there is changed all the same, and one that went makes room.
        set(app, ada, ada.head, None, &calm).await.unwrap();
        fill("", 1).await;
        set(app, ada, north, None, &calm).await.unwrap();
        // Whoever does not run the place is told so, and not how many there are.
        let bob = house.somebody(Role::Biomed, ada.head).await;
        let refused = set(app, &bob, north, None, &calm).await;
        assert!(matches!(refused, Err(PriorityTableError::Store(_))), "{refused:?}");
    }
);
