//! Affected devices of which an inventory says since what nobody can compare: never progress.

use fleet::Column;
use operations::action::report;
use operations::fleet::scope;
use operations::question::{self, Key, Reply, Which};
use store::Said;
use worklist::{Kind, State};

use super::{TODAY, flaw, now, updated};
use crate::databases::{Fresh, on_both};
use crate::demo::{inventory, pump};
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

/// A flaw that only the SBOM of the pumps with 2.1 tells of, and the thing to do about it.
async fn by_sbom(house: &House) -> String {
    house.take_in(inventory()).await;
    let alone = [("flaw.json", flaw("GHSA-2222-3333-4444", &[]))];
    house.use_advisories(|name| name.starts_with("amsa"), &alone).await;
    house.place(&pump(), "2.1").await;
    house.named(Kind::AskMaker, "meridian 400").await
}

/// The inventory with the pumps with 2.1 written so: maker, model, description and release.
fn pumps(written: &str) -> String {
    inventory()
        .replace("Aldermoor Medical,Meridian 400,INFUSION PUMP,2.1,", written)
        .replace("ALDERMOOR MED.,MERIDIAN 400,PUMP INFUSION,v2.1,", written)
}

/// The devices of a thing to do: lost and in all.
async fn counted(house: &House, name: &str) -> (u64, u64) {
    let held = house.held().await;
    let entry = held.entry(&scope(&house.ada), name, TODAY).unwrap();
    let action = entry.action.unwrap_or_else(|| panic!("{:?}", entry.state));
    let lost = held.lost_of(action);
    (lost.iter().map(|(_, devices)| devices).sum(), action.devices)
}

on_both!(an_sbom_holds_for_its_release_however_that_is_spelt, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let name = by_sbom(&house).await;
    let (_, all) = counted(&house, &name).await;
    assert_eq!(all, 2);
    for written in [
        "Aldermoor Medical Inc.,Meridian 400,PUMP,2.1.0,",
        "ALDERMOOR MEDICAL,meridian-400,,SW 2.1,",
        "Aldermoor Medical Ltd,Meridian400,INFUSION PUMP,v2.01.0.0,",
    ] {
        house.take_in(pumps(written)).await;
        assert_eq!(counted(&house, &name).await, (0, all), "{written}");
    }
});

on_both!(
    what_an_sbom_says_is_lost_with_no_word_that_leads_to_it,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let name = by_sbom(&house).await;
        let (_, all) = counted(&house, &name).await;
        for written in [
            "Aldermoor Medical,Meridian 400,INFUSION PUMP,,",
            "Aldermoor Medical,Meridian 400,INFUSION PUMP,2,",
            "Aldermoor Medical,Meridian 400,INFUSION PUMP,see label,",
            "Aldermoor Medical,Meridian Web,INFUSION PUMP,2.1,",
            "Aldermoor,Meridian 400,INFUSION PUMP,2.1,",
            ",Meridian 400,INFUSION PUMP,2.1,",
            // Of what an older release is made nobody has said anything.
            "Aldermoor Medical,Meridian 400,INFUSION PUMP,2.0,",
            "Aldermoor Medical,Meridian 400,INFUSION PUMP,0.21,",
        ] {
            house.take_in(pumps(written)).await;
            assert_eq!(counted(&house, &name).await, (all, all), "{written}");
            let state = house.state(&name, TODAY).await;
            assert!(
                matches!(state, State::Open | State::CameBack),
                "{written}: {state:?}"
            );
        }
        house.take_in(inventory()).await;
        assert_eq!(counted(&house, &name).await, (0, all));
    }
);

/// The pumps with 2.1 after they got a later release.
fn later() -> String {
    pumps("Aldermoor Medical,Meridian 400,INFUSION PUMP,2.3,")
}

/// The bill of a pump with a release, without the library that carries the flaw.
fn mended(version: &str) -> Vec<u8> {
    let bill = String::from_utf8(pump()).unwrap().replace("busybox", "toybox");
    bill.replace("\"version\": \"2.1\"", &format!("\"version\": \"{version}\""))
        .into_bytes()
}

/// One pump more, with a release.
fn spare(version: &str) -> String {
    format!(
        "NEW-1,Aldermoor Medical,Meridian 400,INFUSION PUMP,{version},N1,ICU,In Service,\
         2026-11-20,yes,no,no\n"
    )
}

impl House {
    /// How many devices the list shows as *cannot tell* that are of a release.
    async fn cannot_tell(&self, version: &str) -> u64 {
        let held = self.held().await;
        let filter = fleet::Filter::default()
            .is(Column::Verdict, "cannot_tell")
            .and_then(|filter| filter.is(Column::Version, version))
            .unwrap();
        held.view(&scope(&self.ada), &filter).unwrap().devices().len()
    }
}

on_both!(
    a_later_release_without_an_sbom_does_not_end_what_the_sbom_before_said,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let name = by_sbom(&house).await;
        let (_, all) = counted(&house, &name).await;
        assert_eq!(house.cannot_tell("2.3").await, 0);
        house.take_in(later()).await;
        assert_eq!(counted(&house, &name).await, (all, all));
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        assert_eq!(house.cannot_tell("2.3").await, all, "the list says so too");
        let held = house.held().await;
        let entry = held.entry(&scope(&house.ada), &name, TODAY).unwrap();
        for (lost, _) in held.lost_of(entry.action.unwrap()) {
            assert_eq!(held.loss(&lost), operations::fleet::Loss::Parts);
        }
        drop(held);
        // Nor does a release after that one, of which there is no SBOM either.
        let third = pumps("Aldermoor Medical,Meridian 400,INFUSION PUMP,2.4,");
        house.take_in(third).await;
        assert_eq!(counted(&house, &name).await, (all, all));
        house.take_in(later()).await;
        // Its own SBOM ends it, and where that is taken away nobody can tell again.
        let placed = house.place(&mended("2.3"), "2.3").await;
        assert_eq!(house.state(&name, TODAY).await, State::Done);
        assert_eq!(house.cannot_tell("2.3").await, 0);
        let bill = placed.bill;
        operations::bills::withdraw(&house.app, &house.ada, bill).await.unwrap();
        house.work().await;
        assert_eq!(counted(&house, &name).await, (all, all));
        assert_eq!(house.cannot_tell("2.3").await, all);
    }
);

on_both!(
    what_an_sbom_says_of_a_release_that_devices_had_is_heard_when_it_comes_late,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        let alone = [("flaw.json", flaw("GHSA-2222-3333-4444", &[]))];
        house.use_advisories(|name| name.starts_with("amsa"), &alone).await;
        house.take_in(inventory() + &spare("2.1")).await;
        house.take_in(later() + &spare("2.1")).await;
        assert_eq!(house.cannot_tell("2.3").await, 0);
        house.place(&pump(), "2.1").await;
        assert!(house.cannot_tell("2.3").await > 0);
        house.place(&mended("2.3"), "2.3").await;
        assert_eq!(house.cannot_tell("2.3").await, 0);
    }
);

on_both!(
    an_update_between_releases_of_which_there_are_sboms_ends_as_ever,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let name = by_sbom(&house).await;
        // The SBOM of the release to come is there before any device has it.
        house.take_in(inventory() + &spare("2.3")).await;
        house.place(&mended("2.3"), "2.3").await;
        house.take_in(later()).await;
        assert_eq!(house.state(&name, TODAY).await, State::Done);
        assert_eq!(house.cannot_tell("2.3").await, 0);
    }
);

on_both!(
    an_sbom_of_what_a_device_is_called_now_ends_what_another_said,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let name = by_sbom(&house).await;
        let (_, all) = counted(&house, &name).await;
        house.take_in(pumps("Aldermoor,Meridian 400,INFUSION PUMP,2.1,")).await;
        assert_eq!(counted(&house, &name).await, (all, all));
        let mended = String::from_utf8(pump()).unwrap();
        let mended =
            mended.replace("busybox", "toybox").replace("Aldermoor Medical", "Aldermoor");
        house.place(mended.as_bytes(), "2.1").await;
        assert_eq!(house.state(&name, TODAY).await, State::Done);
    }
);

/// The pump of which no release is stated.
const NONE: &str = "IH-10006,Aldermoor Medical,Meridian 400,INFUSION PUMP,,";
const OLD: &str = "IH-10006,Aldermoor Medical,Meridian 400,INFUSION PUMP,2.1,";

impl House {
    /// The questions for the release of a pump, without a release stated, that are open.
    async fn releases_asked(&self) -> Vec<Key> {
        let all = question::list(&self.app, &self.ada).await.unwrap();
        let asked = all.iter().filter(|one| {
            one.kind.word() == "version"
                && one.model == "Meridian 400"
                && one.ask.ends_with('\n')
        });
        asked.map(|one| one.key.clone()).collect()
    }

    async fn says_no(&self, which: Which<'_>) {
        let organisation = self.ada.head;
        for key in self.releases_asked().await {
            let (said, which) = (Said::No, which.clone());
            let reply = Reply { organisation, said, which, note: "", until: "" };
            question::answer(&self.app, &self.ada, &key, reply).await.unwrap();
        }
        self.work().await;
        assert_eq!(self.releases_asked().await, []);
    }
}

on_both!(
    an_answer_of_a_device_without_release_ends_with_the_next_release_that_is_stated,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        let everything = fleet::Filter::default();
        for which in [Which::Today(&everything), Which::All] {
            house.says_no(which.clone()).await;
            assert_eq!(devices(&house, &name).await, (0, 3), "{which:?}");
            house.take_in(inventory().replace(NONE, OLD)).await;
            assert_eq!(devices(&house, &name).await, (0, 4), "{which:?}");
            house.take_in(inventory()).await;
            assert_eq!(devices(&house, &name).await, (1, 4), "{which:?}");
            assert_ne!(house.releases_asked().await, [], "{which:?}");
        }
        // What is answered now is about the device as it is now.
        house.says_no(Which::All).await;
        assert_eq!(devices(&house, &name).await, (0, 3));
    }
);

on_both!(
    an_answer_of_a_device_without_release_is_of_none_that_comes_later,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        house.says_no(Which::All).await;
        let late = format!(
            "{}LATE-1{}LT1,ICU,In Service,2026-11-20,yes,no,no\n",
            inventory(),
            NONE.trim_start_matches("IH-10006")
        );
        house.take_in(late).await;
        let asked = house.releases_asked().await;
        assert_ne!(asked, []);
        let all = question::list(&house.app, &house.ada).await.unwrap();
        let waiting = all.iter().find(|one| asked.contains(&one.key)).unwrap().devices;
        assert_eq!(waiting, 1, "only the one that came");
    }
);
