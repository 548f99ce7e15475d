//! What is to be done, who decides what about it, and that nothing that is taken in,
//! withdrawn, joined or brought back loses a decision: on both databases.

mod analyses;
mod joined;
mod lost;
mod priorities;

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use operations::action::{
    Acceptance, ActionError, accept, approve, own, plan, reopen, report, set_policy,
};
use operations::fleet::{Approval, scope};
use store::Role;
use worklist::{Deadlines, Kind, Priority, State};

use crate::databases::{Fresh, on_both};
use crate::demo::inventory;
use crate::house::House;

/// Seconds since the beginning: each look at the clock is one later than the last.
static SECOND: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let second = SECOND.fetch_add(1, Ordering::SeqCst);
    Timestamp::from_second(1_795_651_200 + second).unwrap()
}

/// 26 November 2026 and some seconds.
const TODAY: Date = date(2026, 11, 26);

/// A flaw of a library of the pump, under an id, with others that name the same.
fn flaw(id: &str, aliases: &[&str]) -> String {
    format!(
        r#"{{"schema_version":"1.6.0","id":"{id}","modified":"2026-11-20T00:00:00Z",
            "aliases":{aliases:?},"summary":"An invented flaw of busybox",
            "affected":[{{"package":{{"ecosystem":"Debian:11","name":"busybox"}},
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}}]}}]}}]}}"#
    )
}

impl House {
    /// The name of the action of a kind about a product.
    async fn named(&self, kind: Kind, model: &str) -> String {
        let held = self.held().await;
        let entries = held.entries(&scope(&self.ada), TODAY);
        let found = entries.iter().find(|entry| {
            entry.action.is_some_and(|action| {
                action.key.kind == kind && *action.key.model == *model
            })
        });
        found.map(|entry| entry.slug.to_owned()).unwrap_or_else(|| {
            panic!(
                "no {kind:?} of {model}: {:?}",
                entries.iter().map(|e| &e.action).collect::<Vec<_>>()
            )
        })
    }

    pub(crate) async fn state(&self, name: &str, today: Date) -> State {
        self.held().await.entry(&scope(&self.ada), name, today).unwrap().state
    }

    pub(crate) async fn update(&self) -> String {
        self.named(Kind::Update, "meridian 400").await
    }

    pub(crate) async fn happened(&self, name: &str) -> Vec<String> {
        let id = {
            let held = self.held().await;
            held.entry(&scope(&self.ada), name, TODAY).unwrap().kept.unwrap().id
        };
        let turns = self.app.store.work_turns(self.ada.head, id).await.unwrap();
        turns.into_iter().map(|turn| turn.what).collect()
    }
}

/// The inventory after the pumps with 2.1 got 2.3.
pub(crate) fn updated() -> String {
    inventory()
        .replace("2.1,AM400113", "2.3,AM400113")
        .replace("v2.1,AM400114", "2.3,AM400114")
        .replace("SW 2.0.4", "2.3")
}

on_both!(
    one_update_is_one_thing_to_do_however_the_inventory_writes_the_pump,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        let held = house.held().await;
        let entry = held.entry(&scope(&house.ada), &name, TODAY).unwrap();
        let action = entry.action.unwrap();
        assert_eq!(action.step, worklist::Step::Update("2.3".to_owned()));
        // Aldermoor Medical 2.1, ALDERMOOR MED. v2.1, Aldermoor SW 2.0.4.
        assert_eq!((action.devices, action.builds.len()), (3, 3));
        let wards: Vec<(&str, u64)> =
            action.wards.iter().map(|(ward, count)| (&**ward, *count)).collect();
        assert_eq!(wards, [("ICU", 1), ("Ward 4B", 2)]);
        assert_eq!((action.vulnerabilities.len(), action.exploited.len()), (2, 1));
        assert_eq!((entry.priority, entry.state), (Some(Priority::ActNow), State::Open));
        assert_eq!(entry.due, Some(date(2026, 11, 28)));
        let (_, why) = held.because(action).unwrap();
        assert_eq!(why.priority, Priority::ActNow);
        assert!(!why.facts.is_empty());
        // What nobody can tell is a thing to do as well: answer the question.
        let entries = held.entries(&scope(&house.ada), TODAY);
        assert!(
            entries.iter().any(|entry| entry.action.unwrap().key.kind == Kind::Decide)
        );
    }
);

on_both!(
    what_is_reported_comes_back_until_the_inventory_shows_it,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        report(&house.app, &house.ada, &name, "work order 4711").await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Reported);
        // The next export still shows the old release.
        house.take_in(inventory()).await;
        assert_eq!(house.state(&name, TODAY).await, State::CameBack);
        report(&house.app, &house.ada, &name, "now really").await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Reported);
        house.take_in(updated()).await;
        assert_eq!(house.state(&name, TODAY).await, State::Done);
        let happened = house.happened(&name).await;
        let expected = ["seen", "reported", "returned", "reported", "resolved"];
        assert_eq!(happened, expected);
        // And where somebody puts the old release back, it is the same thing to do again.
        house.take_in(inventory()).await;
        assert_eq!(house.state(&name, TODAY).await, State::CameBack);
        assert_eq!(house.happened(&name).await.last().unwrap(), "returned");
        let over = reopen(&house.app, &house.ada, &name, "").await;
        assert!(matches!(over, Err(ActionError::Reasonless)));
        reopen(&house.app, &house.ada, &name, "it was rolled back").await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Open);
    }
);

on_both!(devices_that_vanish_are_never_counted_as_done, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    house.take_in(inventory()).await;
    house.use_advisories(|_| true, &[]).await;
    let name = house.update().await;
    let without = |gone: &[&str]| -> String {
        let is_kept = |line: &&str| !gone.iter().any(|tag| line.starts_with(tag));
        inventory().lines().filter(is_kept).map(|line| format!("{line}\n")).collect()
    };
    report(&house.app, &house.ada, &name, "work order 4711").await.unwrap();
    house.take_in(without(&["IH-10001,", "IH-10002,"])).await;
    assert_eq!(house.state(&name, TODAY).await, State::CameBack, "one is still shown");
    house.take_in(without(&["IH-10001,", "IH-10002,", "IH-10003,"])).await;
    assert_eq!(house.state(&name, TODAY).await, State::Missing);
    assert_eq!(house.happened(&name).await.last().unwrap(), "missing");
    // One comes back as it was, the others with the fix: it is what it was before.
    house.take_in(inventory()).await;
    assert!(house.state(&name, TODAY).await.waits());
    house.take_in(updated()).await;
    assert_eq!(house.state(&name, TODAY).await, State::Done);
});

on_both!(
    neither_an_export_again_nor_an_advisory_that_goes_and_returns_loses_a_decision,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        own(&house.app, &house.ada, &name, Some(house.ada.person)).await.unwrap();
        let window = (date(2026, 12, 1), date(2026, 12, 3));
        plan(&house.app, &house.ada, &name, window, "").await.unwrap();
        let told = async || {
            let held = house.held().await;
            let entry = held.entry(&scope(&house.ada), &name, TODAY).unwrap();
            (entry.state, entry.owner(), entry.due, entry.since)
        };
        let before = told().await;
        assert_eq!((before.0, before.1), (State::Planned, Some(house.ada.person)));
        house.take_in(inventory()).await;
        assert_eq!(told().await, before);
        // The advisory is withdrawn, and comes back.
        house.use_advisories(|name| name != "amsa-2025-01.json", &[]).await;
        assert_eq!(told().await.0, State::Withdrawn);
        let refused = report(&house.app, &house.ada, &name, "").await;
        assert!(matches!(refused, Err(ActionError::Over)));
        house.use_advisories(|_| true, &[]).await;
        assert_eq!(told().await, before);
        assert_eq!(
            house.happened(&name).await,
            ["seen", "assigned", "planned", "unsaid", "returned"]
        );
        assert_eq!(house.state(&name, date(2026, 12, 3)).await, State::Planned);
        assert_eq!(house.state(&name, date(2026, 12, 4)).await, State::WindowOver);
    }
);

on_both!(
    a_risk_is_accepted_by_who_may_and_comes_back_after_its_day,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        let (app, ada) = (&house.app, &house.ada);
        let until = date(2026, 12, 31);
        for wrong in [date(2026, 11, 25), date(2020, 1, 1), date(2028, 1, 1)] {
            let refused = accept(app, ada, &name, wrong, "x").await;
            assert!(matches!(refused, Err(ActionError::Until)), "{wrong}");
        }
        let refused = accept(app, ada, &name, until, " ").await;
        assert!(matches!(refused, Err(ActionError::Reasonless)));
        // Who keeps devices running may propose it.
        let bob = house.somebody(Role::Biomed, house.ada.head).await;
        let proposed = accept(app, &bob, &name, until, "it is behind a firewall").await;
        assert_eq!(proposed.unwrap(), Acceptance::Proposed);
        assert_eq!(house.state(&name, TODAY).await, State::Proposed);
        assert!(matches!(approve(app, &bob, &name).await, Err(ActionError::NotThere)));
        let eve = house.somebody(Role::Security, house.ada.head).await;
        approve(app, &eve, &name).await.unwrap();
        assert_eq!(house.state(&name, until).await, State::Accepted);
        assert_eq!(house.state(&name, date(2027, 1, 1)).await, State::AcceptanceOver);
        assert!(matches!(approve(app, &eve, &name).await, Err(ActionError::Unproposed)));
        // Where it takes two, nobody approves what they proposed.
        set_policy(app, ada, ada.head, None, Deadlines::standard(), Approval::Two)
            .await
            .unwrap();
        let proposed = accept(app, &eve, &name, until, "again").await.unwrap();
        assert_eq!(proposed, Acceptance::Proposed);
        assert!(matches!(approve(app, &eve, &name).await, Err(ActionError::SamePerson)));
        approve(app, ada, &name).await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Accepted);
        // Others look, and do nothing.
        let viewer = house.somebody(Role::Viewer, house.ada.head).await;
        let refused = report(app, &viewer, &name, "").await;
        assert!(matches!(refused, Err(ActionError::NotThere)));
        let refused = own(app, ada, &name, Some(viewer.person)).await;
        assert!(matches!(refused, Err(ActionError::Owner(_))));
        let absent = own(app, ada, "0000", None).await;
        assert!(matches!(absent, Err(ActionError::Absent(_))));
        // The log is whole, and each act is in it.
        let scope = store::Scope::whole(ada.head);
        let leaves = app.store.leaves(&scope, i64::MAX, 1000).await.unwrap();
        let acts = leaves.iter().filter(|leaf| leaf.noun == "action").count();
        assert_eq!(acts, 4, "{leaves:?}");
    }
);

on_both!(a_risk_is_accepted_until_a_day_of_whoever_accepts_it, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    house.take_in(inventory()).await;
    house.use_advisories(|_| true, &[]).await;
    let name = house.update().await;
    let in_zone = async |zone: &str| {
        let mut actor = house.somebody(Role::Security, house.ada.head).await;
        actor.zone = zone.to_owned();
        actor
    };
    // It is the 26th in London, and still the 25th on the western coast.
    let west = in_zone("America/Los_Angeles").await;
    let yesterday = date(2026, 11, 25);
    let app = &house.app;
    let refused = accept(app, &house.ada, &name, yesterday, "x").await;
    assert!(matches!(refused, Err(ActionError::Until)));
    let refused = accept(app, &west, &name, date(2026, 11, 24), "x").await;
    assert!(matches!(refused, Err(ActionError::Until)));
    accept(app, &west, &name, yesterday, "until the shift ends").await.unwrap();
    assert_eq!(house.state(&name, yesterday).await, State::Accepted);
    assert_eq!(house.state(&name, TODAY).await, State::AcceptanceOver);
    // Whose day it is already means it through its end.
    accept(app, &house.ada, &name, TODAY, "until the shift ends").await.unwrap();
    assert_eq!(house.state(&name, TODAY).await, State::Accepted);
});

on_both!(a_deadline_follows_the_policy_of_the_organisation, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    house.take_in(inventory()).await;
    house.use_advisories(|_| true, &[]).await;
    let name = house.update().await;
    let due = async || {
        let held = house.held().await;
        held.entry(&scope(&house.ada), &name, TODAY).unwrap().due
    };
    assert_eq!(due().await, Some(date(2026, 11, 28)));
    let tight = Deadlines::parse(["0", "3", "14", "90"]).unwrap();
    let (app, ada) = (&house.app, &house.ada);
    set_policy(app, ada, ada.head, None, tight, Approval::One).await.unwrap();
    assert_eq!(due().await, Some(TODAY));
    let bob = house.somebody(Role::Biomed, house.ada.head).await;
    let refused = set_policy(app, &bob, ada.head, None, tight, Approval::One).await;
    assert!(refused.is_err());
    let held = house.held().await;
    let entry = held.entry(&scope(ada), &name, date(2026, 11, 27)).unwrap();
    assert!(entry.is_overdue(date(2026, 11, 27)));
});
