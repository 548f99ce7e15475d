//! Affected devices of which an inventory says since what nobody can compare: never progress.

use operations::action::report;
use operations::fleet::scope;
use worklist::State;

use super::{TODAY, now, updated};
use crate::databases::{Fresh, on_both};
use crate::demo::inventory;
use crate::house::House;

/// The inventory after the three affected pumps lost what they were: the model, the maker, the
/// release.
fn unnamed() -> String {
    inventory()
        .replace(
            "Medical,Meridian 400,INFUSION PUMP,2.1,",
            "Medical,Meridian Web,,unknown,",
        )
        .replace("ALDERMOOR MED.,MERIDIAN 400,", "Unknown,MERIDIAN,")
        .replace("SW 2.0.4", "see label")
}

/// The devices of a thing to do, as its page, its list and its work orders count them: lost and
/// in all.
async fn devices(house: &House, name: &str) -> (u64, u64) {
    let held = house.held().await;
    let entry = held.entry(&scope(&house.ada), name, TODAY).unwrap();
    let action = entry.action.unwrap();
    let shares = held.shares(&[action]);
    let ordered: u64 = shares.iter().flatten().map(|share| share.devices.len()).sum();
    let all = held.devices_of_entries(std::slice::from_ref(&entry));
    assert_eq!((action.devices, ordered), (all, all));
    let targets = shares.iter().flatten().all(|share| share.target == "2.3");
    assert!(targets, "each device has its release");
    let lost = held.lost_of(action);
    (lost.iter().map(|(_, devices)| devices).sum(), all)
}

on_both!(losing_a_name_is_never_counted_as_done, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    house.take_in(inventory()).await;
    house.use_advisories(|_| true, &[]).await;
    let name = house.update().await;
    assert_eq!(devices(&house, &name).await, (0, 3));
    report(&house.app, &house.ada, &name, "work order 4711").await.unwrap();
    house.take_in(unnamed()).await;
    assert_eq!(house.state(&name, TODAY).await, State::CameBack);
    assert_eq!(devices(&house, &name).await, (3, 3));
    assert_eq!(house.happened(&name).await.last().unwrap(), "returned");
    // Nor where it is said once more, or another name is found that says as little.
    house.take_in(unnamed().replace("Meridian Web", "Meridian Net")).await;
    assert_eq!(house.state(&name, TODAY).await, State::CameBack);
    // A release that is compared ends it, one that is affected leaves it as it was.
    house.take_in(inventory()).await;
    assert_eq!(devices(&house, &name).await, (0, 3));
    house.take_in(updated()).await;
    assert_eq!(house.state(&name, TODAY).await, State::Done);
});

on_both!(
    one_device_that_loses_its_name_stays_beside_those_that_keep_theirs,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        let one = inventory().replace(
            "Medical,Meridian 400,INFUSION PUMP,2.1,",
            "Medical,Meridian Web,,unknown,",
        );
        house.take_in(one).await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        assert_eq!(devices(&house, &name).await, (1, 3));
    }
);

on_both!(
    a_device_that_was_missing_and_comes_back_under_another_name_is_not_done,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        report(&house.app, &house.ada, &name, "work order 4711").await.unwrap();
        let is_kept = |line: &&str| {
            !["IH-10001,", "IH-10002,", "IH-10003,"]
                .iter()
                .any(|tag| line.starts_with(tag))
        };
        let without: String =
            inventory().lines().filter(is_kept).map(|line| format!("{line}\n")).collect();
        house.take_in(without).await;
        assert_eq!(house.state(&name, TODAY).await, State::Missing);
        house.take_in(unnamed()).await;
        assert_eq!(house.state(&name, TODAY).await, State::CameBack);
        assert_eq!(devices(&house, &name).await, (3, 3));
    }
);
