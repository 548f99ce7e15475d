//! Imports that were a mistake: seen before they double a fleet, and taken back without losing
//! anything that somebody said: on both databases.

use std::sync::atomic::{AtomicI64, Ordering};

use fleet::Filter;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use operations::action::report;
use operations::fleet::scope;
use operations::inventory::{
    Answers, Doubled, Identifier, InventoryError, Undoing, Wanted, arrive,
    foresee_taking_back, see, settle, take, take_back,
};
use store::{Fact, Import, Parcel, Progress, Role, StoreError};
use worklist::State;

use crate::databases::{Fresh, on_both};
use crate::demo::inventory;
use crate::house::{House, deliver};

static SECOND: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let second = SECOND.fetch_add(1, Ordering::SeqCst);
    Timestamp::from_second(1_795_651_200 + second).unwrap()
}

const TODAY: Date = date(2026, 11, 26);

const HEADINGS: &str = "asset_tag,serial_number,manufacturer,model,department\n";

/// One device a word: its number, and the ward in which it stands.
fn export(devices: &[(u32, &str)]) -> String {
    let rows = devices.iter().map(|(number, ward)| {
        format!("IH-{number},SN-{number},Acme Medical,IM 400,{ward}\n")
    });
    format!("{HEADINGS}{}", rows.collect::<String>())
}

impl House {
    /// The asset tags of all devices that lists have, with their wards; a minus in front of
    /// those that are missing.
    async fn listed(&self) -> Vec<String> {
        let held = self.held().await;
        let view = held.view(&scope(&self.ada), &Filter::default()).unwrap();
        let ids: Vec<i64> = view.devices().iter().map(i64::from).collect();
        drop(held);
        let devices = self.app.store.devices(&self.scope(), &ids).await.unwrap();
        let mut all: Vec<String> = devices
            .iter()
            .map(|device| {
                let missing = if device.missing_since.is_some() { "-" } else { "" };
                format!("{missing}{} {}", device.told.asset_tag, device.told.department)
            })
            .collect();
        all.sort();
        all
    }

    async fn foresee(&self, wanted: Wanted) -> Undoing {
        foresee_taking_back(&self.app, &self.ada, wanted).await.unwrap()
    }

    /// Takes something back; checks that what was foreseen came.
    async fn undo(&self, wanted: Wanted) -> Import {
        let foreseen = self.foresee(wanted).await;
        let import = take_back(&self.app, &self.ada, wanted).await.unwrap();
        self.work().await;
        let import = self.app.store.import(&self.scope(), import).await.unwrap();
        assert_eq!(import.progress, Progress::Done);
        assert_eq!(
            (import.withdrawn, import.counts.changed, import.counts.returned),
            (foreseen.withdrawn, foreseen.changed, foreseen.returned)
        );
        assert_eq!(import.missing, foreseen.missing);
        assert_eq!(import.counts.added, 0);
        import
    }

    async fn again(&self, import: i64) -> Import {
        self.app.store.import(&self.scope(), import).await.unwrap()
    }

    async fn arrived(&self, name: &str, text: &str) -> i64 {
        let parcel = Parcel::of(text.as_bytes()).unwrap();
        arrive(&self.app, &self.ada, self.ada.head, name, parcel).await.unwrap()
    }
}

on_both!(
    the_newest_import_is_taken_back_and_its_asset_system_stands_as_before,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(export(&[(1, "ICU"), (2, "ICU"), (3, "4B"), (5, "4B")])).await;
        let first = house.take_in(export(&[(1, "ICU"), (2, "ICU"), (3, "4B")])).await;
        let before = house.listed().await;
        assert_eq!(before, ["-IH-5 4B", "IH-1 ICU", "IH-2 ICU", "IH-3 4B"]);
        let tags = async || {
            let devices =
                house.app.store.devices_since(house.ada.head, 0, 0).await.unwrap();
            let all = devices.into_iter();
            all.map(|one| (one.told.asset_tag.clone(), one)).collect::<Vec<_>>()
        };
        let held = tags().await;

        // The mistake: 2 in another ward, 3 not named, 5 back, 4 that nobody has.
        let wrong = house
            .take_in(export(&[(1, "ICU"), (2, "Attic"), (4, "Cellar"), (5, "4B")]))
            .await;
        let mistaken = house.listed().await;
        assert_eq!(
            mistaken,
            ["-IH-3 4B", "IH-1 ICU", "IH-2 Attic", "IH-4 Cellar", "IH-5 4B"]
        );
        let four = tags().await.into_iter().find(|(tag, _)| tag == "IH-4").unwrap().1;

        // Only the newest, and only by who may take in.
        let older = Wanted::Import(first.id);
        let refused = take_back(&house.app, &house.ada, older).await.unwrap_err();
        assert!(
            matches!(refused, InventoryError::Newer(id) if id == wrong.id),
            "{refused}"
        );
        let viewer = house.somebody(Role::Viewer, house.ada.head).await;
        let wanted = Wanted::Import(wrong.id);
        let refused = take_back(&house.app, &viewer, wanted).await.unwrap_err();
        assert!(
            matches!(refused, InventoryError::Store(StoreError::Absent { .. })),
            "{refused}"
        );
        assert_eq!(house.listed().await, mistaken);

        let undoing = house.foresee(wanted).await;
        assert_eq!(undoing.back_to.as_ref().map(|one| one.id), Some(first.id));
        assert_eq!((undoing.withdrawn, undoing.changed), (1, 1));
        assert_eq!((undoing.returned, undoing.missing), (1, 1));
        let back = house.undo(wanted).await;
        assert_eq!(house.listed().await, before);

        // Each is the same device as before, in all that is kept of it.
        let restored = tags().await;
        for (tag, device) in &held {
            let now = &restored.iter().find(|(other, _)| other == tag).unwrap().1;
            assert_eq!((now.id, &now.told), (device.id, &device.told), "{tag}");
            assert_eq!(now.missing_since, device.missing_since, "{tag}");
            assert_eq!(now.first_import, device.first_import, "{tag}");
        }
        let source = house.app.store.held(&house.scope()).await.unwrap()[&first.source];
        assert_eq!((source.present, source.missing), (3, 1));
        let newest = house.app.store.newest_imports(house.ada.head).await.unwrap();
        assert_eq!(newest[0].1, first.id);

        // What was is told, in the list of imports, in the log and of each device.
        assert_eq!(house.again(wrong.id).await.taken_back_by, Some(back.id));
        assert_eq!(back.takes_back.unwrap().import, wrong.id);
        let log = house.app.store.leaves(&house.scope(), i64::MAX, 20).await.unwrap();
        let leaf = log.iter().find(|leaf| leaf.act == "take import back").unwrap();
        assert_eq!(leaf.facts["taken back"], Fact::Number(wrong.id));
        let gone = house.app.store.device(&house.scope(), four.id).await.unwrap();
        assert_eq!(gone.withdrawn, Some(back.id));
        let turns = house.app.store.device_turns(&house.scope(), four.id).await.unwrap();
        assert_eq!((turns[0].what.as_str(), turns[0].import), ("withdrawn", back.id));

        // Nothing is taken back twice.
        let twice = take_back(&house.app, &house.ada, wanted).await.unwrap_err();
        assert!(matches!(twice, InventoryError::NothingToTakeBack), "{twice}");

        // What comes next is held against what stands; who comes back is who it was.
        let next = house.take_in(export(&[(1, "ICU"), (2, "ICU"), (4, "ICU")])).await;
        assert_eq!((next.counts.added, next.counts.unchanged, next.missing), (1, 2, 1));
        let known = house.app.store.device(&house.scope(), four.id).await.unwrap();
        assert_eq!((known.withdrawn, known.first_import), (None, next.id));
        let at_last = house.undo(Wanted::Import(next.id)).await;
        assert_eq!(at_last.takes_back.unwrap().back_to, Some(first.id));
        assert_eq!(house.listed().await, before);
    }
);

on_both!(
    a_whole_asset_system_is_taken_back_and_decisions_outlive_it,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let right = house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        report(&house.app, &house.ada, &name, "work order 4711").await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Reported);
        let before = house.listed().await;

        // The same devices, as of another system.
        let head = house.ada.head;
        let twice = house.take_in_at(head, "AIMS new", inventory()).await;
        assert_eq!(house.listed().await.len(), 2 * before.len());
        let all = Wanted::Source { source: twice.source, shown: Some(twice.id) };
        let undoing = house.foresee(all).await;
        assert_eq!(undoing.back_to, None);
        assert_eq!(undoing.withdrawn, before.len() as i64);
        house.undo(all).await;
        assert_eq!(house.listed().await, before);
        let sources = house.app.store.sources(&house.scope()).await.unwrap();
        assert_eq!(sources.iter().map(|one| one.id).collect::<Vec<_>>(), [right.source]);
        assert_eq!(house.state(&name, TODAY).await, State::Reported);

        // Even the only one that there is.
        let all = Wanted::Source { source: right.source, shown: None };
        house.undo(all).await;
        assert_eq!(house.listed().await, Vec::<String>::new());
        house.take_in(inventory()).await;
        assert_eq!(house.listed().await, before);
        // The decision stands, and is held against the export that came after it.
        assert_eq!(house.state(&name, TODAY).await, State::CameBack);
        let happened = house.happened(&name).await;
        assert!(happened.contains(&"reported".to_owned()), "{happened:?}");

        // What was shown is what is taken back, and nothing newer.
        let newer = house.take_in(inventory()).await;
        let stale = Wanted::Source { source: newer.source, shown: Some(right.id) };
        let refused = take_back(&house.app, &house.ada, stale).await.unwrap_err();
        assert!(
            matches!(refused, InventoryError::Newer(id) if id == newer.id),
            "{refused}"
        );
    }
);

on_both!(
    an_export_of_known_devices_is_of_the_asset_system_that_tells_of_them,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let devices: Vec<(u32, &str)> = (1..=10).map(|number| (number, "ICU")).collect();
        let known = house.take_in(export(&devices)).await;
        // Other headings, another name, other capitals; one device more, and one less.
        let rows = (2..=11).map(|number| {
            format!("ih-{number};Acme Medical;IM 400;sn-{number};{number}\n")
        });
        let other = format!("Inventarnummer;Hersteller;Modell;Seriennummer;Lfd\n{}", {
            rows.collect::<String>()
        });
        let upload = house.arrived("Geräteliste 2026.csv", &other).await;
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        assert_eq!(seen.known.as_ref().map(|one| one.id), Some(known.source));
        assert_eq!(seen.elsewhere, None);

        // Somebody says that it is a new one.
        let answers = Answers {
            source: "Liste".to_owned(),
            other: String::new(),
            columns: Vec::new(),
        };
        settle(&house.app, &house.ada, upload, answers).await.unwrap();
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        assert!(seen.known.is_none());
        let elsewhere = seen.elsewhere.unwrap();
        assert_eq!(elsewhere.source.id, known.source);
        assert_eq!(elsewhere.identifier, Identifier::AssetTag);
        assert_eq!((elsewhere.shared, elsewhere.of), (9, 10));
        let refused =
            take(&house.app, &house.ada, upload, Doubled::Refused).await.unwrap_err();
        assert!(matches!(refused, InventoryError::Elsewhere(_)), "{refused}");
        assert_eq!(house.listed().await.len(), 10);
        take(&house.app, &house.ada, upload, Doubled::Meant).await.unwrap();
        house.work().await;
        assert_eq!(house.listed().await.len(), 20);

        // Where two tell of the same, a name decides.
        let upload = house.arrived("Liste.csv", &other).await;
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        assert_eq!(seen.known.unwrap().name, "Liste");
        assert_eq!(seen.elsewhere, None);
    }
);

on_both!(
    what_tells_no_device_from_another_makes_no_asset_system_the_same,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(export(&[(1, "ICU"), (2, "ICU"), (3, "ICU"), (4, "ICU")])).await;
        // Others, whose serial number is the same words for all.
        let text = "asset_tag,serial_number,manufacturer,model\n\
            X-1,SN-1,Acme Medical,IM 400\nX-2,SN-1,Acme Medical,IM 400\n\
            X-3,SN-1,Acme Medical,IM 400\nIH-4,SN-1,Acme Medical,IM 400\n";
        let upload = house.arrived("Other.csv", text).await;
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        assert_eq!(seen.upload.source, "Other");
        assert_eq!(seen.elsewhere, None);
        take(&house.app, &house.ada, upload, Doubled::Refused).await.unwrap();
        house.work().await;

        // Without tags, serial numbers tell.
        let text =
            "Serial,Maker,Model\nSN-1,Acme,IM 400\nSN-2,Acme,IM 400\nSN-3,Acme,IM 400\n";
        let upload = house.arrived("No tags.csv", text).await;
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        assert_eq!(seen.known.unwrap().name, "AIMS");

        // And one hospital's numbers say nothing of another's.
        let new = store::NewOrganisation { kind: store::Kind::Site, name: "North" };
        let make = operations::organisation::make_below;
        let north = make(&house.app, &house.ada, house.ada.head, new).await.unwrap();
        let parcel = Parcel::of(export(&[(1, "ICU"), (2, "ICU")]).as_bytes()).unwrap();
        let upload =
            arrive(&house.app, &house.ada, north.id, "N.csv", parcel).await.unwrap();
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        assert!(seen.known.is_none() && seen.elsewhere.is_none());
        let by = (&house.app, &house.ada);
        deliver(by, north.id, "North", export(&[(1, "ICU")])).await;
        house.work().await;
    }
);
