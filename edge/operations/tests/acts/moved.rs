//! Devices that go from one organisation to another: on both databases.

use jiff::Timestamp;
use operations::action::accept;
use operations::fleet::{holdings, scope};
use operations::history::{Did, deeds_of_device};
use operations::inventory::{
    Away, Destination, Doubled, Insisted, InventoryError, MoveError, Moving, Sister,
    Wanted, arrive, move_to, see, take, take_back,
};
use operations::organisation::make_below;
use operations::{Actor, Permission};
use store::{Device, Import, Kind, NewOrganisation, Parcel, Role};
use worklist::State;

use crate::databases::{Fresh, on_both};
use crate::demo::inventory;
use crate::house::House;

const HEAD: &str = "Asset Tag,Serial,UDI,Maker,Model,Department,IP Address,Reachable\n";
const NORTH: [&str; 3] = ["N-1,SN-1,", "N-2,SN-2,", "N-3,,(01)00844588003288(21)L-3"];
const SOUTH: [&str; 1] = ["S-9,SN-9,"];

/// Pumps by tag, serial number and UDI.
fn export(rows: &[&str]) -> String {
    let row = |row: &&str| format!("{row},Acme Medical,IM 400,Ward 4B,10.0.0.4,no\n");
    format!("{HEAD}{}", rows.iter().map(row).collect::<String>())
}

/// A top organisation with two hospitals, each with an asset system.
struct Group {
    house: House,
    north: i64,
    south: i64,
}

impl Group {
    async fn of(fresh: Fresh) -> Self {
        let house = House::at(fresh, Timestamp::now).await;
        let below = async |name| {
            let new = NewOrganisation { kind: Kind::Hospital, name };
            make_below(&house.app, &house.ada, house.ada.head, new).await.unwrap().id
        };
        let (north, south) = (below("North").await, below("South").await);
        let group = Self { house, north, south };
        group.told(north, &NORTH).await;
        group.told(south, &SOUTH).await;
        group
    }

    /// An export comes in that nobody looks at before.
    async fn told(&self, place: i64, rows: &[&str]) -> Import {
        self.house.take_in_at(place, "AIMS", export(rows)).await
    }

    async fn looked_at(&self, by: &Actor, place: i64, rows: &[&str]) -> i64 {
        let parcel = Parcel::of(export(rows).as_bytes()).unwrap();
        arrive(&self.house.app, by, place, "AIMS.csv", parcel).await.unwrap()
    }

    async fn taken(&self, import: i64) -> Import {
        self.house.work().await;
        self.house.app.store.import(&self.house.scope(), import).await.unwrap()
    }

    async fn all(&self) -> Vec<Device> {
        self.house.app.store.devices_since(self.house.ada.head, 0, 0).await.unwrap()
    }

    async fn tagged(&self, tag: &str) -> Device {
        self.all().await.into_iter().find(|one| one.told.asset_tag == tag).unwrap()
    }

    async fn of_serial(&self, serial: &str) -> Device {
        self.all().await.into_iter().find(|one| one.told.serial == serial).unwrap()
    }

    async fn moved(&self, by: &Actor, device: i64, to: i64) -> Result<(), MoveError> {
        let to = Destination { organisation: to, source: "", reason: "Lent for a year" };
        move_to(&self.house.app, by, device, to).await
    }

    /// How many devices of an organisation are there and missing, as lists count them.
    async fn counted(&self, place: i64) -> (usize, usize) {
        let own: Vec<Device> = self.all().await;
        let own = own.iter().filter(|one| one.organisation == place);
        let (missing, there): (Vec<_>, Vec<_>) =
            own.partition(|one| one.missing_since.is_some());
        let ids = self.house.app.store.sources(&self.house.scope()).await.unwrap();
        let ids: Vec<i64> = ids
            .iter()
            .filter(|one| one.organisation == place)
            .map(|one| one.id)
            .collect();
        let held = self.house.app.store.held(&self.house.scope()).await.unwrap();
        let present: i64 =
            ids.iter().filter_map(|id| held.get(id)).map(|one| one.present).sum();
        assert_eq!(present, there.len() as i64);
        (there.len(), missing.len())
    }
}

on_both!(
    a_device_that_moves_stays_the_same_and_both_ends_tell_of_it_rightly,
    async |fresh: Fresh| {
        let group = Group::of(fresh).await;
        let (app, ada) = (&group.house.app, &group.house.ada);
        let before = group.tagged("N-1").await;
        group.moved(ada, before.id, group.south).await.unwrap();
        group.house.work().await;
        let after = group.tagged("N-1").await;
        assert_eq!((after.id, after.organisation), (before.id, group.south));
        // What told of where it stood is told of nothing any more.
        let told = [&after.told.department, &after.told.ip].map(String::as_str);
        assert_eq!((told, after.told.reachable), (["", ""], None));
        assert_eq!(group.counted(group.north).await, (2, 0));
        assert_eq!(group.counted(group.south).await, (2, 0));
        let held = holdings(app, ada.head).await.unwrap();
        let of = |id| held.fleet.of_organisation(fleet::OrganisationId(id)).len();
        assert_eq!((of(group.north), of(group.south)), (2, 2));
        drop(held);

        // Neither end calls it lost: one does not name it any more, the other not yet.
        assert_eq!(group.told(group.north, &NORTH[1..]).await.missing, 0);
        assert_eq!(group.told(group.south, &SOUTH).await.missing, 0);
        // Under the tag that it gets there it is the same, once and again.
        for named in ["S-1,sn 1,", "S-1,SN-1,", "S-1,SN-1,"] {
            let import = group.told(group.south, &[named, SOUTH[0]]).await;
            assert_eq!(
                (import.counts.added, import.missing, import.complaints),
                (0, 0, 0)
            );
            let there = group.tagged("S-1").await;
            assert_eq!((there.id, &*there.told.department), (before.id, "Ward 4B"));
        }
        // And is missing there once an export has named it and the next does not.
        assert_eq!(group.told(group.south, &SOUTH).await.missing, 1);
        assert_eq!(group.counted(group.south).await, (1, 1));
    }
);

on_both!(
    a_move_is_told_to_whoever_sees_the_device_and_may_see_the_ends,
    async |fresh: Fresh| {
        let group = Group::of(fresh).await;
        let (app, ada) = (&group.house.app, &group.house.ada);
        let device = group.tagged("N-1").await;
        let (bob, eve) = (
            group.house.somebody(Role::Biomed, group.north).await,
            group.house.somebody(Role::Biomed, group.south).await,
        );
        // Who may act at one end only moves nothing, in neither direction.
        let refused = group.moved(&bob, device.id, group.south).await;
        assert!(matches!(refused, Err(MoveError::Where)), "{refused:?}");
        let refused = group.moved(&eve, device.id, group.south).await;
        assert!(matches!(refused, Err(MoveError::Store(_))), "{refused:?}");
        let refused = group.moved(ada, device.id, group.north).await;
        assert!(matches!(refused, Err(MoveError::There)), "{refused:?}");
        let nowhere = Destination { organisation: ada.head, source: "", reason: "x" };
        let refused = move_to(app, ada, device.id, nowhere).await;
        assert!(matches!(refused, Err(MoveError::Source(ref known)) if known.is_empty()));
        let mute = Destination { organisation: group.south, source: "", reason: " " };
        let refused = move_to(app, ada, device.id, mute).await;
        assert!(matches!(refused, Err(MoveError::NoReason)), "{refused:?}");

        group.moved(ada, device.id, group.south).await.unwrap();
        for (by, sees) in [(ada, true), (&eve, true), (&bob, false)] {
            let scope = by.scope(Permission::ViewDevices);
            let found = app.store.moves_of(&scope, device.id).await;
            assert_eq!(found.is_ok(), sees);
            let told = found.unwrap_or_default();
            assert_eq!(told.len(), usize::from(sees));
            for one in told {
                assert_eq!(
                    (one.from, one.to, &*one.department),
                    (group.north, group.south, "Ward 4B")
                );
                assert_eq!(one.reason, "Lent for a year");
            }
        }
        let device = group.tagged("N-1").await;
        let situated = holdings(app, ada.head).await.unwrap().situated(&device);
        let deeds = deeds_of_device(app, ada, &device, &situated).await.unwrap();
        assert!(
            deeds.iter().any(|one| matches!(one.what, Did::Moved { .. })),
            "{deeds:?}"
        );
    }
);

on_both!(
    an_export_that_names_what_went_is_asked_about_and_brings_nothing,
    async |fresh: Fresh| {
        let group = Group::of(fresh).await;
        let (app, ada) = (&group.house.app, &group.house.ada);
        let (one, three) = (group.tagged("N-1").await, group.tagged("N-3").await);
        for device in [&one, &three] {
            group.moved(ada, device.id, group.south).await.unwrap();
        }
        // Whoever looks is asked; a program gets a refusal until it says that the rows stay out.
        let upload = group.looked_at(ada, group.north, &NORTH).await;
        let seen = see(app, ada, upload).await.unwrap();
        let away: Vec<(i64, &str)> =
            seen.away.iter().map(|one| (one.device, one.tag.as_str())).collect();
        assert_eq!(away, [(one.id, "N-1"), (three.id, "N-3")]);
        let (preview, change) = seen.outcome.unwrap();
        assert_eq!((preview.devices, preview.left_out, change.counts.added), (1, 2, 0));
        assert!(preview.complaints[0].message.contains("went to another organisation"));
        let refused = take(app, ada, upload, Doubled::Refused).await;
        assert!(
            matches!(&refused, Err(InventoryError::Away(away)) if away.len() == 2),
            "{refused:?}"
        );
        let left_out = Insisted { away: Away::LeftOut, ..Doubled::Refused.into() };
        let import = group.taken(take(app, ada, upload, left_out).await.unwrap()).await;
        assert_eq!((import.counts.added, import.missing, import.complaints), (0, 0, 2));
        // Without anybody who looks they stay out as well.
        let import = group.told(group.north, &NORTH).await;
        assert_eq!((import.total, import.done, import.complaints), (1, 1, 2));
        assert_eq!(group.counted(group.north).await, (1, 0));
        assert_eq!(group.tagged("N-1").await.organisation, group.south);
        // Under the tag of one that went hangs another one now: its serial number says so.
        let import = group.told(group.north, &["N-1,SN-77,", NORTH[1]]).await;
        assert_eq!((import.counts.added, import.complaints), (1, 0));
        // And what went is known by its serial number under whatever tag.
        let import =
            group.told(group.north, &["N-8,SN-1,", NORTH[1], "N-1,SN-77,"]).await;
        assert_eq!((import.counts.added, import.complaints), (0, 1));
        // Once it is back, it is named as any other.
        group.moved(ada, one.id, group.north).await.unwrap();
        let import =
            group.told(group.north, &["N-8,SN-1,", NORTH[1], "N-1,SN-77,"]).await;
        assert_eq!((import.counts.added, import.missing, import.complaints), (0, 0, 0));
        assert_eq!(group.tagged("N-8").await.id, one.id);
    }
);

on_both!(a_tag_alone_never_names_a_device_that_came, async |fresh: Fresh| {
    let group = Group::of(fresh).await;
    let ada = &group.house.ada;
    let device = group.tagged("N-1").await;
    group.moved(ada, device.id, group.south).await.unwrap();
    // The hospital has a device of its own under a tag that reads the same.
    let import = group.told(group.south, &["N-1,SN-50,", SOUTH[0]]).await;
    assert_eq!((import.counts.added, import.missing), (1, 0));
    assert_eq!(group.of_serial("SN-1").await.id, device.id);
    // It has a device of that number: two of them are never made of one.
    group.told(group.north, &["N-2,SN-2,", "N-4,SN-50,"]).await;
    let twice = group.of_serial("SN-2").await;
    group.told(group.south, &["N-1,SN-50,", "S-1,SN-1,", "S-2,SN-2,", SOUTH[0]]).await;
    let refused = group.moved(ada, twice.id, group.south).await;
    assert!(
        matches!(&refused, Err(MoveError::Twice(tag)) if tag == "S-2"),
        "{refused:?}"
    );
});

on_both!(what_a_sister_has_is_moved_by_a_tick_alone, async |fresh: Fresh| {
    let group = Group::of(fresh).await;
    let (app, ada) = (&group.house.app, &group.house.ada);
    // One is missing where it was, and the third has the tag of one alone.
    group.told(group.north, &NORTH[..2]).await;
    let (one, three) = (group.tagged("N-1").await, group.tagged("N-3").await);
    let label = "S-3,,]d20100844588003288172701011021A\u{1D}21L-3";
    let rows = [SOUTH[0], "S-1,SN-1,", label, "N-2,SN-22,"];
    let eve = group.house.somebody(Role::Biomed, group.south).await;
    // Who sees one of them alone learns nothing of the other.
    let upload = group.looked_at(&eve, group.south, &rows).await;
    assert_eq!(see(app, &eve, upload).await.unwrap().sisters, []);
    let seen = see(app, ada, upload).await.unwrap();
    let (organisation, name) = (group.north, "North".to_owned());
    let expected = [Sister { organisation, name, devices: 2, movable: 2 }];
    assert_eq!(seen.sisters, expected);
    let refused = take(app, ada, upload, Doubled::Refused).await;
    assert!(
        matches!(&refused, Err(InventoryError::Sisters(sisters)) if *sisters == expected),
        "{refused:?}"
    );
    let here = Insisted { moving: Moving::Here, ..Doubled::Refused.into() };
    let import = group.taken(take(app, ada, upload, here).await.unwrap()).await;
    assert_eq!((import.counts.added, import.missing, import.complaints), (1, 0, 0));
    for (tag, before) in [("S-1", &one), ("S-3", &three)] {
        let after = group.tagged(tag).await;
        assert_eq!((after.id, after.organisation), (before.id, group.south), "{tag}");
        assert_eq!(after.missing_since, None);
    }
    assert_eq!(group.counted(group.north).await, (1, 0));
    assert_eq!(group.counted(group.south).await, (4, 0));
    // Again it is an export like any other, at both ends.
    let upload = group.looked_at(ada, group.south, &rows).await;
    assert_eq!(see(app, ada, upload).await.unwrap().sisters, []);
    let import =
        group.taken(take(app, ada, upload, Doubled::Refused).await.unwrap()).await;
    assert_eq!((import.counts.unchanged, import.missing), (4, 0));
    assert_eq!(group.told(group.north, &NORTH[1..2]).await.missing, 0);
});

on_both!(
    what_may_be_seen_and_not_moved_is_said_to_be_another_or_left,
    async |fresh: Fresh| {
        let group = Group::of(fresh).await;
        let (app, ada) = (&group.house.app, &group.house.ada);
        // Two rows with the number of one device: which of them it is, nobody can tell.
        let rows = [SOUTH[0], "S-1,SN-1,", "S-2,SN-1,"];
        let upload = group.looked_at(ada, group.south, &rows).await;
        let seen = see(app, ada, upload).await.unwrap().sisters;
        assert_eq!(
            seen.iter().map(|one| (one.devices, one.movable)).collect::<Vec<_>>(),
            [(1, 0)]
        );
        let here = Insisted { moving: Moving::Here, ..Doubled::Refused.into() };
        let refused = take(app, ada, upload, here).await;
        assert!(matches!(refused, Err(InventoryError::Sisters(_))), "{refused:?}");
        let import = take(app, ada, upload, Doubled::Meant).await.unwrap();
        assert_eq!(group.taken(import).await.counts.added, 2);
        assert_eq!(group.tagged("N-1").await.organisation, group.north);
    }
);

on_both!(taking_back_an_import_leaves_what_came_from_elsewhere, async |fresh: Fresh| {
    let group = Group::of(fresh).await;
    let (app, ada) = (&group.house.app, &group.house.ada);
    group.told(group.north, &["N-1,SN-1,", "N-7,SN-7,"]).await;
    let device = group.tagged("N-7").await;
    group.moved(ada, device.id, group.south).await.unwrap();
    let import = group.told(group.south, &[SOUTH[0], "S-7,SN-7,"]).await;
    take_back(app, ada, Wanted::Import(import.id)).await.unwrap();
    group.house.work().await;
    let after = group.of_serial("SN-7").await;
    assert_eq!((after.withdrawn, after.missing_since), (None, None));
    assert_eq!(after.organisation, group.south);
});

on_both!(
    an_acceptance_of_the_old_hospital_binds_nobody_at_the_new_one,
    async |fresh: Fresh| {
        let group = Group::of(fresh).await;
        let (app, ada) = (&group.house.app, &group.house.ada);
        group.house.take_in_at(group.north, "CMMS", inventory()).await;
        group.house.use_advisories(|_| true, &[]).await;
        let today = operations::fleet::Holdings::day((app.now)());
        let updates = async |place: i64| -> Vec<(String, State, u64)> {
            let held = holdings(app, ada.head).await.unwrap();
            let entries = held.entries(&scope(ada), today);
            let of = entries.iter().filter(|entry| entry.organisation == place);
            of.filter_map(|entry| {
                let action = entry.action?;
                let is_it = action.key.kind == worklist::Kind::Update
                    && *action.key.model == *"meridian 400";
                is_it.then(|| (entry.slug.to_owned(), entry.state, action.devices))
            })
            .collect()
        };
        let first = updates(group.north).await;
        let [(name, _, 3)] = first.as_slice() else { panic!("{first:?}") };
        let until = today.saturating_add(jiff::ToSpan::days(30));
        accept(app, ada, name.as_str(), until, "behind a firewall").await.unwrap();
        let to = Destination { organisation: group.south, source: "", reason: "merged" };
        move_to(app, ada, group.tagged("IH-10001").await.id, to).await.unwrap();
        group.house.work().await;
        let there = updates(group.south).await;
        assert_eq!(
            there.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>(),
            [(State::Open, 1)]
        );
        let here = updates(group.north).await;
        assert_eq!(
            here.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>(),
            [(State::Accepted, 2)]
        );
        // The last ones go too: nothing was mended by that.
        for tag in ["IH-10002", "IH-10003"] {
            move_to(app, ada, group.tagged(tag).await.id, to).await.unwrap();
        }
        group.house.work().await;
        let held = holdings(app, ada.head).await.unwrap();
        let entry = held.entry(&scope(ada), name, today).unwrap();
        assert_eq!(entry.state, State::Missing);
    }
);
