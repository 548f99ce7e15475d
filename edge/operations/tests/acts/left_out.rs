//! Rows that cannot be read, and the devices that they name all the same: on both databases.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use operations::inventory::{
    Doubled, Wanted, arrive, foresee_taking_back, see, take, take_back,
};
use store::{Import, Parcel};

use crate::databases::{Fresh, on_both};
use crate::house::{House, deliver};

static SECOND: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let second = SECOND.fetch_add(1, Ordering::SeqCst);
    Timestamp::from_second(1_795_651_200 + second).unwrap()
}

const HEADINGS: &str =
    "asset_tag,serial_number,manufacturer,model,description,software_version\n";

/// The devices of a ward; the third has no asset tag.
fn export() -> String {
    let rows = (1..=8).map(|at| {
        let tag = if at == 3 { String::new() } else { format!("L-{at}") };
        format!("{tag},SN-{at},Acme Medical,IM 400,PUMP,2.1\n")
    });
    format!("{HEADINGS}{}", rows.collect::<String>())
}

/// A separator too many in the rows of 2, 3 and 4; 4 has another tag there. 5 is gone.
fn ruined() -> String {
    export()
        .replace("SN-2,Acme Medical,IM 400,PUMP", "SN-2,Acme Medical,IM 400,PUMP, LARGE")
        .replace("SN-3,Acme Medical", "SN-3,Acme Medical, Ltd")
        .replace("L-4,SN-4,Acme Medical", "typo, L-4,SN-4,Acme Medical")
        .replace("L-5,SN-5,Acme Medical,IM 400,PUMP,2.1\n", "")
}

impl House {
    /// The serial numbers of those that are missing.
    async fn missing_serials(&self) -> Vec<String> {
        let devices = self.app.store.devices_since(self.ada.head, 0, 0).await.unwrap();
        let missing = devices.into_iter().filter(|one| one.missing_since.is_some());
        missing.map(|one| one.told.serial).collect()
    }

    async fn messages(&self, import: &Import) -> Vec<String> {
        let scope = self.scope();
        let complaints = self.app.store.complaints(&scope, import.id, 0, 100).await;
        complaints.unwrap().into_iter().map(|one| one.message).collect()
    }

    async fn ended(&self, import: i64) -> Import {
        self.work().await;
        self.app.store.import(&self.scope(), import).await.unwrap()
    }
}

const MESSAGES: [&str; 3] = [
    "7 cells where the headings are 6; the row is left out; the device L-2 that it names stays \
     as it was",
    "7 cells where the headings are 6; the row is left out; the device SN-3 that it names stays \
     as it was",
    "7 cells where the headings are 6; the row is left out; the device L-4 that it names stays \
     as it was",
];

on_both!(
    a_device_of_which_a_row_that_is_left_out_has_the_number_is_not_missing,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (by, head) = ((&house.app, &house.ada), house.ada.head);
        let first = deliver(by, head, "AIMS", export()).await;
        assert_eq!(house.ended(first).await.counts.added, 8);

        // By a program, and by a person who looks first.
        let import = deliver(by, head, "AIMS", ruined()).await;
        let import = house.ended(import).await;
        assert_eq!(house.messages(&import).await, MESSAGES);
        assert_eq!((import.missing, import.counts.unchanged), (1, 4));
        assert_eq!(house.missing_serials().await, ["SN-5"]);
        let again = deliver(by, head, "AIMS", export()).await;
        assert_eq!(house.ended(again).await.counts.returned, 1);

        let parcel = Parcel::of(ruined().as_bytes()).unwrap();
        let upload = arrive(by.0, by.1, head, "AIMS.csv", parcel).await.unwrap();
        let seen = see(by.0, by.1, upload).await.unwrap();
        let (preview, change) = seen.outcome.unwrap();
        assert_eq!(change.missing, 1);
        let told: Vec<&str> =
            preview.complaints.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(told, MESSAGES);
        let import = take(by.0, by.1, upload, Doubled::Refused).await.unwrap();
        let import = house.ended(import).await;
        assert_eq!(import.missing, change.missing);
        assert_eq!(house.messages(&import).await, MESSAGES);

        // Taken back to it, nothing more is missing either.
        let all = deliver(by, head, "AIMS", export()).await;
        let all = house.ended(all).await;
        let wanted = Wanted::Import(all.id);
        let foreseen = foresee_taking_back(by.0, by.1, wanted).await.unwrap();
        let back = take_back(by.0, by.1, wanted).await.unwrap();
        assert_eq!(house.ended(back).await.missing, foreseen.missing);
        assert_eq!((foreseen.missing, house.missing_serials().await.len()), (1, 1));
    }
);

on_both!(
    what_only_looks_like_a_number_of_another_asset_system_keeps_no_device,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (by, head) = ((&house.app, &house.ada), house.ada.head);
        for system in ["AIMS", "Other"] {
            let import = deliver(by, head, system, export()).await;
            house.ended(import).await;
        }
        // Of the other system's devices this one's export says nothing.
        let gone = export().replace("L-2,SN-2,", "L-22,SN-22,");
        let import = deliver(by, head, "AIMS", gone).await;
        assert_eq!(house.ended(import).await.missing, 1);
        assert_eq!(house.missing_serials().await, ["SN-2"]);
        // A device that is missing already stays so, until a row that can be read names it.
        let import = deliver(by, head, "AIMS", ruined()).await;
        let import = house.ended(import).await;
        assert_eq!(import.counts.returned, 0);
        assert!(house.messages(&import).await[0].ends_with("the row is left out"));
        assert_eq!(house.missing_serials().await, ["SN-2", "SN-5", "SN-22"]);
    }
);

/// Another row with the tag of device 2, in front of its own: another piece, and a newer release.
fn disputed() -> String {
    export().replacen("L-1,", "L-2,SN-99,Acme Medical,IM 400,PUMP,2.3\nL-1,", 1)
}

impl House {
    /// Serial number and release of the device with a tag.
    async fn serial_and_release(&self, tag: &str) -> [String; 2] {
        let devices = self.app.store.devices_since(self.ada.head, 0, 0).await.unwrap();
        let of_tag: Vec<_> =
            devices.into_iter().filter(|one| one.told.asset_tag == tag).collect();
        assert_eq!(of_tag.len(), 1, "{tag}");
        let told = &of_tag[0].told;
        [told.serial.clone(), told.build.version.clone()]
    }
}

on_both!(
    of_two_rows_that_contradict_each_other_the_one_of_the_known_device_is_taken,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (by, head) = ((&house.app, &house.ada), house.ada.head);
        let first = deliver(by, head, "AIMS", export()).await;
        house.ended(first).await;
        let told = "row 4 says something else of the same device (serial number, release), \
                    and fits what was known of it; the row is left out";

        // By a program, and by a person who looks first.
        let import = deliver(by, head, "AIMS", disputed()).await;
        let import = house.ended(import).await;
        assert_eq!(house.messages(&import).await, [told]);
        assert_eq!((import.total, import.counts.unchanged, import.missing), (8, 8, 0));
        assert_eq!(house.serial_and_release("L-2").await, ["SN-2", "2.1"]);

        let parcel = Parcel::of(disputed().as_bytes()).unwrap();
        let upload = arrive(by.0, by.1, head, "AIMS.csv", parcel).await.unwrap();
        let seen = see(by.0, by.1, upload).await.unwrap();
        let (preview, change) = seen.outcome.unwrap();
        assert_eq!(preview.complaints[0].message, told);
        assert_eq!((change.counts.unchanged, change.missing), (8, 0));
        let import = take(by.0, by.1, upload, Doubled::Refused).await.unwrap();
        assert_eq!(house.ended(import).await.counts.unchanged, 8);
        assert_eq!(house.serial_and_release("L-2").await, ["SN-2", "2.1"]);
    }
);

on_both!(
    where_nobody_can_tell_which_of_two_rows_is_right_the_device_stays_as_it_was,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (by, head) = ((&house.app, &house.ada), house.ada.head);
        let first = deliver(by, head, "AIMS", export()).await;
        house.ended(first).await;
        // Both have its serial number, and the releases differ.
        let both = disputed().replace("SN-99", "SN-2");
        let import = deliver(by, head, "AIMS", both).await;
        let import = house.ended(import).await;
        let of = |other: i64| {
            format!(
                "row {other} says something else of the same device (release), and nobody can \
                 tell which is right; the row is left out; the device L-2 that it names stays \
                 as it was"
            )
        };
        assert_eq!(house.messages(&import).await, [of(4), of(2)]);
        assert_eq!((import.total, import.missing), (7, 0));
        assert_eq!(house.serial_and_release("L-2").await, ["SN-2", "2.1"]);

        // Of a device that nobody knew neither is believed, and none is made of it.
        let import = deliver(by, head, "Other", disputed()).await;
        let import = house.ended(import).await;
        assert_eq!((import.counts.added, import.complaints), (7, 2));
    }
);

on_both!(
    a_formula_without_a_value_takes_no_release_from_a_device,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (by, head) = ((&house.app, &house.ada), house.ada.head);
        let known = "Asset Tag,Serial,Manufacturer,Model,Version,Department\n\
            A1,S1,Acme,Pump 4,2.1,ICU\nA2,S2,Acme,Pump 4,2.1,ICU\nA3,S3,Acme,Pump 4,2.1,ICU\n";
        let import = deliver(by, head, "AIMS", known).await;
        house.ended(import).await;
        let file = include_bytes!("../../../../fixtures/inventory/formulas.xlsx");
        let import = deliver(by, head, "AIMS", file.as_slice()).await;
        let import = house.ended(import).await;
        let messages = house.messages(&import).await;
        let why =
            "the formula in the cell has no value that was computed; the row is left out";
        assert_eq!(
            messages,
            [
                format!("{why}; the device A1 that it names stays as it was"),
                "the formula in the cell has no value that was computed; the field is left empty"
                    .to_owned(),
                format!("{why}; the device A3 that it names stays as it was"),
                why.to_owned(),
            ]
        );
        assert_eq!(
            (import.missing, import.counts.changed, import.counts.added),
            (0, 1, 1)
        );
        let devices = house.app.store.devices_since(head, 0, 0).await.unwrap();
        let told = devices.iter().map(|one| {
            let told = &one.told;
            assert!(one.missing_since.is_none(), "{one:?}");
            (told.asset_tag.as_str(), told.build.version.as_str())
        });
        let told: std::collections::BTreeSet<_> = told.collect();
        let expected = [("A1", "2.1"), ("A2", "2.3"), ("A3", "2.1"), ("A4", "2.1")];
        assert_eq!(told, expected.into());
    }
);
