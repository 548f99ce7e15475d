//! Devices that an organisation above or below has already: on both databases.

use jiff::Timestamp;
use operations::inventory::{Doubled, InventoryError, Related, arrive, see, take};
use operations::organisation::make_below;
use operations::{Actor, App};
use store::{Kind, NewOrganisation, Parcel, Role};

use crate::databases::{Fresh, on_both};
use crate::house::{House, deliver};

const HEAD: &str = "Asset Tag,Serial,Maker,Model,UDI,MAC\n";

/// What the hospital has: by serial number, by label, by MAC address.
const HOSPITAL: &str = "\
H-1,SN-1,Acme Medical,IM 400,,
H-2,,Acme Medical,IM 400,(01)00844588003288(21)L-2,
H-3,,Other Works,OW 9,,00:00:5e:00:53:03
H-4,SN-4,Acme Medical,IM 400,,
";

/// The same three pieces under other tags and spellings, and three that are others: another model
/// with a serial number that is known, the label of another piece, and an address that is no
/// maker's.
const SITE: &str = "\
N-1,sn-1,ACME Medical Inc.,IM-400,,
N-2,,Acme Medical,IM 400,]d20100844588003288172701011021A\u{1D}21L-2,
N-3,,Other Works,OW 9,,00-00-5E-00-53-03
N-4,SN-4,Acme Medical,IM 500,,
N-5,,Acme Medical,IM 400,(01)00844588003288(21)L-5,
N-6,,Acme Medical,IM 400,,02:00:5e:00:53:03
";

fn export(rows: &str) -> String {
    format!("{HEAD}{rows}")
}

async fn house(fresh: Fresh) -> House {
    House::made(fresh, |store, folder| App::new(store, folder, Timestamp::now)).await
}

impl House {
    async fn site_below(&self, above: i64, name: &str) -> i64 {
        let new = NewOrganisation { kind: Kind::Site, name };
        make_below(&self.app, &self.ada, above, new).await.unwrap().id
    }

    async fn came(&self, by: &Actor, place: i64, rows: &str) -> i64 {
        let parcel = Parcel::of(export(rows).as_bytes()).unwrap();
        arrive(&self.app, by, place, "North.csv", parcel).await.unwrap()
    }

    /// Which organisations tell of its devices already, on the page and when it is taken in.
    async fn known_elsewhere(&self, by: &Actor, upload: i64) -> Vec<Related> {
        let seen = see(&self.app, by, upload).await.unwrap().related;
        match take(&self.app, by, upload, Doubled::Refused).await {
            Err(InventoryError::Related(refused)) => assert_eq!(refused, seen),
            Ok(_) => assert_eq!(seen, []),
            Err(other) => panic!("{other}"),
        }
        seen
    }
}

on_both!(devices_that_are_above_are_there_twice_only_by_a_tick, async |fresh: Fresh| {
    let house = house(fresh).await;
    let top = house.ada.head;
    let north = house.site_below(top, "North").await;
    deliver((&house.app, &house.ada), top, "AIMS", export(HOSPITAL)).await;
    house.work().await;
    let upload = house.came(&house.ada, north, SITE).await;
    let told = house.known_elsewhere(&house.ada, upload).await;
    let name = "Invented Hospital".to_owned();
    assert_eq!(told, [Related { organisation: top, name, devices: 3 }]);
    take(&house.app, &house.ada, upload, Doubled::Meant).await.unwrap();
    house.work().await;
    // Of those it was said that they are others: the next export asks about new ones alone.
    let next = format!("{SITE}N-7,SN-4,Acme Medical,IM 400,,\n");
    let upload = house.came(&house.ada, north, &next).await;
    let told = house.known_elsewhere(&house.ada, upload).await;
    assert_eq!(told.iter().map(|one| one.devices).collect::<Vec<_>>(), [1]);
    // The hospital's next export names what the site has too, and nothing new.
    let upload = house.came(&house.ada, top, HOSPITAL).await;
    assert_eq!(house.known_elsewhere(&house.ada, upload).await, []);
});

on_both!(only_what_may_be_seen_is_told_of_other_organisations, async |fresh: Fresh| {
    let house = house(fresh).await;
    let top = house.ada.head;
    let (north, south) =
        (house.site_below(top, "North").await, house.site_below(top, "South").await);
    let ward = house.site_below(north, "Ward").await;
    for place in [top, south] {
        deliver((&house.app, &house.ada), place, "AIMS", export(HOSPITAL)).await;
    }
    deliver((&house.app, &house.ada), ward, "AIMS", export("W-1,SN-1,Acme,IM 400,,\n"))
        .await;
    house.work().await;
    // Who sees the site sees what is below it, and learns nothing of the hospital.
    let bob = house.somebody(Role::Biomed, north).await;
    let upload = house.came(&bob, north, SITE).await;
    let told = house.known_elsewhere(&bob, upload).await;
    let of = |one: &Related| (one.organisation, one.name.clone(), one.devices);
    assert_eq!(told.iter().map(of).collect::<Vec<_>>(), [(ward, "Ward".to_owned(), 1)]);
    // Who sees all of them learns of both, and nothing of what stands beside.
    let told = see(&house.app, &house.ada, upload).await.unwrap().related;
    let told: Vec<i64> = told.iter().map(|one| one.organisation).collect();
    assert_eq!(told, [top, ward]);
    // What is missing there is not there twice.
    let rest = "H-4,SN-4,Acme Medical,IM 400,,\n";
    deliver((&house.app, &house.ada), top, "AIMS", export(rest)).await;
    house.work().await;
    let told = see(&house.app, &house.ada, upload).await.unwrap().related;
    assert_eq!(told.iter().map(of).collect::<Vec<_>>(), [(ward, "Ward".to_owned(), 1)]);
});
