//! Devices that an export names otherwise than they are known: on both databases.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use operations::inventory::{
    Doubled, Fewer, Insisted, InventoryError, Unlike, arrive, see, take,
};
use store::{Import, Parcel};

use crate::databases::{Fresh, on_both};
use crate::house::{House, deliver};

static SECOND: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let second = SECOND.fetch_add(1, Ordering::SeqCst);
    Timestamp::from_second(1_795_651_200 + second).unwrap()
}

/// Pumps by tag and serial number.
fn export(rows: &[[&str; 2]]) -> String {
    let head = "asset_tag,serial_number,manufacturer,model,software_version\n";
    let row =
        |[tag, serial]: &[&str; 2]| format!("{tag},{serial},Acme Medical,IM 400,2.1\n");
    format!("{head}{}", rows.iter().map(row).collect::<String>())
}

const WARD: [[&str; 2]; 5] =
    [["IH-1", "SN-1"], ["IH-2", "SN-2"], ["IH-3", ""], ["IH-4", "SN-4"], ["", "SN-5"]];

/// The ward with other rows in the places of the first.
fn ward(others: &[[&'static str; 2]]) -> Vec<[&'static str; 2]> {
    others.iter().copied().chain(WARD.into_iter().skip(others.len())).collect()
}

impl House {
    async fn with_ward(fresh: Fresh) -> Self {
        let house = Self::at(fresh, now).await;
        let by = (&house.app, &house.ada);
        deliver(by, house.ada.head, "AIMS", export(&WARD)).await;
        house.work().await;
        house
    }

    async fn looked_at(&self, rows: &[[&str; 2]]) -> i64 {
        let parcel = Parcel::of(export(rows).as_bytes()).unwrap();
        arrive(&self.app, &self.ada, self.ada.head, "AIMS.csv", parcel).await.unwrap()
    }

    async fn taken_in(&self, import: i64) -> Import {
        self.work().await;
        self.app.store.import(&self.scope(), import).await.unwrap()
    }

    /// Every device by number, with its tag, and `-` where it is missing.
    async fn numbered(&self) -> Vec<(i64, String)> {
        let devices = self.app.store.devices_since(self.ada.head, 0, 0).await.unwrap();
        let of = |one: store::Device| {
            let missing = if one.missing_since.is_some() { "-" } else { "" };
            (one.id, format!("{missing}{}", one.told.asset_tag))
        };
        devices.into_iter().map(of).collect()
    }
}

on_both!(
    a_tag_in_other_capitals_or_with_another_dash_is_that_of_the_same_device,
    async |fresh: Fresh| {
        let house = House::with_ward(fresh).await;
        let before = house.numbered().await;
        let written = ward(&[["ih-1", "SN-1"], ["IH\u{2013}2", "SN-2"]]);
        let upload = house.looked_at(&written).await;
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        assert_eq!(seen.renamed.count, 0);
        let (preview, change) = seen.outcome.unwrap();
        assert_eq!(
            (change.counts.added, change.counts.changed, change.missing),
            (0, 2, 0)
        );
        let note = preview.notes.iter().find(|note| note.contains("other capitals"));
        assert!(note.unwrap().starts_with("2 devices are written"), "{note:?}");
        let import =
            take(&house.app, &house.ada, upload, Doubled::Refused).await.unwrap();
        let import = house.taken_in(import).await;
        assert_eq!((import.counts.changed, import.missing, import.complaints), (2, 0, 0));
        let after = house.numbered().await;
        let ids = |all: &[(i64, String)]| all.iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(ids(&after), ids(&before));
        assert_eq!(after[0].1, "ih-1");
        // Again so, and as it was: always the same one.
        for rows in [written, WARD.to_vec()] {
            deliver((&house.app, &house.ada), house.ada.head, "AIMS", export(&rows))
                .await;
            house.work().await;
            assert_eq!(ids(&house.numbered().await), ids(&before));
        }
    }
);

on_both!(two_devices_that_are_both_in_the_house_are_never_one, async |fresh: Fresh| {
    let house = House::with_ward(fresh).await;
    let both: Vec<_> = WARD.into_iter().chain([["ih-1", "SN-9"]]).collect();
    let by = (&house.app, &house.ada);
    let import = deliver(by, house.ada.head, "AIMS", export(&both)).await;
    assert_eq!(house.taken_in(import).await.counts.added, 1);
    // One of them goes, and the other one stays what it is.
    let one = ward(&[["ih-1", "SN-9"]]);
    let import = deliver(by, house.ada.head, "AIMS", export(&one)).await;
    let import = house.taken_in(import).await;
    assert_eq!((import.counts.unchanged, import.missing, import.complaints), (5, 1, 0));
    let tags: Vec<String> = house.numbered().await.into_iter().map(|one| one.1).collect();
    assert_eq!(tags, ["-IH-1", "IH-2", "IH-3", "IH-4", "", "ih-1"]);
    // Of a third writing nobody can tell which of the two it is.
    deliver(by, house.ada.head, "AIMS", export(&both)).await;
    house.work().await;
    let upload = house.looked_at(&ward(&[["Ih-1", "SN-8"]])).await;
    let seen = see(&house.app, &house.ada, upload).await.unwrap();
    assert_eq!(seen.renamed.count, 2);
});

on_both!(
    a_device_that_may_be_known_under_another_number_comes_as_a_new_one_only_when_somebody_says_so,
    async |fresh: Fresh| {
        let house = House::with_ward(fresh).await;
        // By its serial number; by its tag without the hyphen; one that gets a tag.
        let mut rows = ward(&[["NEW-1", "sn1"], ["IH-2", "SN-2"], ["IH3", ""]]);
        rows[4] = ["IH-5", "SN-5"];
        let upload = house.looked_at(&rows).await;
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        let asked: Vec<String> =
            seen.renamed.shown.iter().map(|one| one.asked()).collect();
        assert_eq!(
            asked,
            [
                "the device with the serial number sn1 is known under the asset tag IH-1, and \
                 comes under the asset tag NEW-1 now: the same device?",
                "the asset tag IH3 is new, and IH-3 would be missing: the same device?",
                "the device with the serial number SN-5 is known without an asset tag, and \
                 comes under the asset tag IH-5 now: the same device?",
            ]
        );
        let (preview, change) = seen.outcome.unwrap();
        assert_eq!((change.counts.added, change.missing), (3, 3));
        assert_eq!(preview.complaints.len(), 3);

        let gone = |renamed| Insisted {
            fewer: Fewer::Meant,
            renamed,
            ..Doubled::Refused.into()
        };
        let refused = take(&house.app, &house.ada, upload, gone(Unlike::Refused)).await;
        let Err(InventoryError::Renamed(renamed)) = refused else { panic!("{refused:?}") };
        assert_eq!(renamed.count, 3);
        assert_eq!(house.numbered().await.len(), 5);
        let import =
            take(&house.app, &house.ada, upload, gone(Unlike::Meant)).await.unwrap();
        let import = house.taken_in(import).await;
        assert_eq!((import.counts.added, import.missing, import.complaints), (3, 3, 3));
        // A program is told by the complaints of its import.
        let back = deliver((&house.app, &house.ada), house.ada.head, "AIMS", export(&WARD));
        let back = house.taken_in(back.await).await;
        assert_eq!((back.counts.returned, back.complaints), (3, 0));
    }
);

on_both!(what_is_another_device_is_taken_in_without_a_question, async |fresh: Fresh| {
    let house = House::with_ward(fresh).await;
    // Neither the number of another model, nor one that another row has, says anything.
    let others =
        export(&WARD).replace("IH-1,SN-1,Acme Medical,IM 400", "N-1,SN-1,Acme,IM 500");
    let parcel = Parcel::of(others.as_bytes()).unwrap();
    let upload = arrive(&house.app, &house.ada, house.ada.head, "AIMS.csv", parcel).await;
    let seen = see(&house.app, &house.ada, upload.unwrap()).await.unwrap();
    assert_eq!(seen.renamed.count, 0);
    let more: Vec<_> = WARD.into_iter().chain([["N-2", "SN-2"]]).collect();
    let upload = house.looked_at(&more).await;
    let seen = see(&house.app, &house.ada, upload).await.unwrap();
    assert_eq!(seen.renamed.count, 0);
});
