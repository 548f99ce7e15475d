//! Devices that hang under another tag, as somebody says who knows: on both databases.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use operations::inventory::{
    Doubled, Insisted, InventoryError, NewTag, TagError, Unlike, Wanted, arrive,
    once_tagged, see, tag_anew, take, take_back, untag,
};
use store::{Counts, Import, Parcel};

use crate::databases::{Fresh, on_both};
use crate::house::{House, deliver};

static SECOND: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let second = SECOND.fetch_add(1, Ordering::SeqCst);
    Timestamp::from_second(1_795_651_200 + second).unwrap()
}

type Rows<'r> = [[&'r str; 2]];

/// Pumps by tag and serial number.
fn export(rows: &Rows<'_>) -> String {
    let head = "asset_tag,serial_number,manufacturer,model,software_version\n";
    let row =
        |[tag, serial]: &[&str; 2]| format!("{tag},{serial},Acme Medical,IM 400,2.1\n");
    format!("{head}{}", rows.iter().map(row).collect::<String>())
}

const WARD: [[&str; 2]; 5] =
    [["IH-1", "SN-1"], ["IH-2", "SN-2"], ["IH-3", ""], ["IH-4", "SN-4"], ["", "SN-5"]];
/// By its serial number; as it was; by its tag without the hyphen; as it was; one that got a tag.
const TAGGED: [[&str; 2]; 5] =
    [["NEW-1", "sn1"], ["IH-2", "SN-2"], ["IH3", ""], ["IH-4", "SN-4"], ["IH-5", "SN-5"]];

impl House {
    async fn with_pumps(fresh: Fresh) -> Self {
        let house = Self::at(fresh, now).await;
        house.delivers(&WARD).await;
        house
    }

    async fn delivers(&self, rows: &Rows<'_>) -> Import {
        let by = (&self.app, &self.ada);
        let import = deliver(by, self.ada.head, "AIMS", export(rows)).await;
        self.after(import).await
    }

    async fn after(&self, import: i64) -> Import {
        self.work().await;
        self.app.store.import(&self.scope(), import).await.unwrap()
    }

    async fn tags_arrive(&self, rows: &Rows<'_>) -> i64 {
        let parcel = Parcel::of(export(rows).as_bytes()).unwrap();
        arrive(&self.app, &self.ada, self.ada.head, "AIMS.csv", parcel).await.unwrap()
    }

    async fn tags_in(&self, rows: &Rows<'_>, renamed: Unlike) -> Import {
        let upload = self.tags_arrive(rows).await;
        let insisted = Insisted { renamed, ..Doubled::Refused.into() };
        let import = take(&self.app, &self.ada, upload, insisted).await.unwrap();
        self.after(import).await
    }

    async fn asks(&self, rows: &Rows<'_>) -> usize {
        let upload = self.tags_arrive(rows).await;
        see(&self.app, &self.ada, upload).await.unwrap().renamed.count
    }

    /// Every device by number: its tag, `-` before it where it is missing, `x` where it was
    /// withdrawn.
    async fn tags(&self) -> Vec<(i64, String)> {
        let devices = self.app.store.devices_since(self.ada.head, 0, 0).await.unwrap();
        let of = |one: store::Device| {
            let mark = match (one.withdrawn, one.missing_since) {
                (Some(_), _) => "x",
                (None, Some(_)) => "-",
                (None, None) => "",
            };
            (one.id, format!("{mark}{}", one.told.asset_tag))
        };
        devices.into_iter().map(of).collect()
    }

    async fn once(&self, tag: &str) -> Vec<i64> {
        let found = once_tagged(&self.app, &self.ada, tag).await.unwrap();
        found.into_iter().map(|one| one.id).collect()
    }
}

fn ids(all: &[(i64, String)]) -> Vec<i64> {
    all.iter().map(|one| one.0).collect()
}

fn tags(all: &[(i64, String)]) -> Vec<&str> {
    all.iter().map(|one| one.1.as_str()).collect()
}

on_both!(
    a_device_stays_the_one_that_it_is_under_another_tag_where_somebody_says_so,
    async |fresh: Fresh| {
        let house = House::with_pumps(fresh).await;
        let before = house.tags().await;
        assert_eq!(house.asks(&TAGGED).await, 3);
        let import = house.tags_in(&TAGGED, Unlike::Same).await;
        let changed = Counts { changed: 3, unchanged: 2, ..Counts::default() };
        assert_eq!((import.counts, import.missing, import.complaints), (changed, 0, 0));
        let after = house.tags().await;
        assert_eq!(ids(&after), ids(&before));
        assert_eq!(tags(&after), ["NEW-1", "IH-2", "IH3", "IH-4", "IH-5"]);
        // It is found by what it was called, and its page tells of it.
        assert_eq!(house.once("ih1").await, [before[0].0]);
        assert_eq!(house.once("IH-2").await, [0_i64; 0]);
        let told = house.app.store.tags_of(&house.scope(), before[0].0).await.unwrap();
        let [told] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((told.before.as_str(), told.tag.as_str()), ("IH-1", "NEW-1"));
        assert_eq!((told.import, told.by), (Some(import.id), house.ada.person));
        // The same again, and as it was: always the same devices, and nobody is asked.
        let unchanged = Counts { unchanged: 5, ..Counts::default() };
        assert_eq!(house.asks(&TAGGED).await, 0);
        let again = house.delivers(&TAGGED).await;
        assert_eq!((again.counts, again.complaints), (unchanged, 0));
        assert_eq!(house.asks(&WARD).await, 0);
        let back = house.delivers(&WARD).await;
        assert_eq!((back.counts, back.missing, back.complaints), (changed, 0, 0));
        assert_eq!(house.tags().await, before);
    }
);

on_both!(
    what_was_said_with_an_import_goes_when_it_is_taken_back,
    async |fresh: Fresh| {
        let house = House::with_pumps(fresh).await;
        let before = house.tags().await;
        let import = house.tags_in(&TAGGED, Unlike::Same).await;
        let back = take_back(&house.app, &house.ada, Wanted::Import(import.id)).await;
        let back = house.after(back.unwrap()).await;
        assert_eq!((back.missing, back.withdrawn), (0, 0));
        assert_eq!(house.tags().await, before);
        assert_eq!(house.once("IH-1").await, [0_i64; 0]);
        let told = house.app.store.tags_of(&house.scope(), before[0].0).await.unwrap();
        assert!(told[0].ended.is_some(), "{told:?}");
        // It is asked anew, and may be said anew.
        assert_eq!(house.asks(&TAGGED).await, 3);
        let import = house.tags_in(&TAGGED, Unlike::Same).await;
        assert_eq!((import.counts.changed, import.missing), (3, 0));
        assert_eq!(ids(&house.tags().await), ids(&before));
    }
);

on_both!(
    a_tag_that_hangs_on_another_device_now_is_not_the_first_one,
    async |fresh: Fresh| {
        let house = House::with_pumps(fresh).await;
        let before = house.tags().await;
        let one = before[0].0;
        house.tags_in(&TAGGED, Unlike::Same).await;
        // By its serial number it is another one, and nobody needs to be asked.
        let both: Vec<_> = TAGGED.into_iter().chain([["IH-1", "SN-9"]]).collect();
        assert_eq!(house.asks(&both).await, 0);
        let import = house.delivers(&both).await;
        assert_eq!(
            (import.counts.added, import.counts.unchanged, import.missing),
            (1, 5, 0)
        );
        let after = house.tags().await;
        assert_eq!(
            (after[0].clone(), after[5].1.as_str()),
            ((one, "NEW-1".into()), "IH-1")
        );
        let again = house.delivers(&both).await;
        assert_eq!((again.counts.unchanged, again.missing), (6, 0));
        // Whichever of the two is not named any more, the other stays what it is.
        let second: Vec<_> = both[1..].to_vec();
        assert_eq!(house.asks(&second).await, 0);
        let import = house.delivers(&second).await;
        assert_eq!((import.counts.unchanged, import.missing), (5, 1));
        assert_eq!(house.tags().await[0].1, "-NEW-1");
        let unnumbered: Vec<_> =
            TAGGED[1..].iter().copied().chain([["ih-1", ""]]).collect();
        let import = house.delivers(&unnumbered).await;
        assert_eq!((import.counts.changed, import.counts.added), (1, 0));
        assert_eq!(
            tags(&house.tags().await),
            ["-NEW-1", "IH-2", "IH3", "IH-4", "IH-5", "ih-1"]
        );
        let import = house.delivers(&TAGGED).await;
        assert_eq!((import.counts.returned, import.missing), (1, 1));
        assert_eq!(house.tags().await[0], (one, "NEW-1".into()));
    }
);

on_both!(
    a_tag_that_was_anothers_makes_no_second_device_without_a_question,
    async |fresh: Fresh| {
        let house = House::with_pumps(fresh).await;
        let one = house.tags().await[0].0;
        house.tags_in(&TAGGED, Unlike::Same).await;
        let both: Vec<_> = TAGGED.into_iter().chain([["IH-1", ""]]).collect();
        let upload = house.tags_arrive(&both).await;
        let seen = see(&house.app, &house.ada, upload).await.unwrap();
        let asked: Vec<String> =
            seen.renamed.shown.iter().map(|one| one.asked()).collect();
        assert_eq!(
            asked,
            [
                "the device that hung under the asset tag IH-1 before is known under the asset \
              tag NEW-1: is it another device that hangs under IH-1 now?"
            ]
        );
        let as_said = |renamed| Insisted { renamed, ..Doubled::Refused.into() };
        let refused =
            take(&house.app, &house.ada, upload, as_said(Unlike::Refused)).await;
        assert!(matches!(refused, Err(InventoryError::Renamed(_))), "{refused:?}");
        // Both rows cannot be the same one.
        let refused = take(&house.app, &house.ada, upload, as_said(Unlike::Same)).await;
        assert!(matches!(refused, Err(InventoryError::Unclear(_))), "{refused:?}");
        assert_eq!(house.tags().await.len(), 5);
        let import =
            take(&house.app, &house.ada, upload, as_said(Unlike::Meant)).await.unwrap();
        assert_eq!(house.after(import).await.counts.added, 1);
        assert_eq!(house.tags().await[0], (one, "NEW-1".into()));
        assert_eq!(house.asks(&both).await, 0);
    }
);

on_both!(
    another_tag_is_said_on_the_page_before_any_export_has_it,
    async |fresh: Fresh| {
        let house = House::with_pumps(fresh).await;
        let before = house.tags().await;
        let (app, ada, one) = (&house.app, &house.ada, before[0].0);
        let said =
            async |tag, reason| tag_anew(app, ada, one, NewTag { tag, reason }).await;
        assert!(matches!(said(" ", "seen").await, Err(TagError::Tag)));
        assert!(matches!(said("NEW-1", " ").await, Err(TagError::NoReason)));
        assert!(matches!(said("ih-1", "seen").await, Err(TagError::Same)));
        assert!(matches!(said("IH-2", "seen").await, Err(TagError::Twice(_))));
        let reason = "Wilhelmina Quackenbush saw it";
        said("NEW-1", reason).await.unwrap();
        let other = NewTag { tag: "new-1", reason: "seen" };
        let twice = tag_anew(app, ada, before[1].0, other).await;
        assert!(matches!(twice, Err(TagError::Twice(_))), "{twice:?}");
        assert_eq!(house.found(&[reason]).await, [""; 0]);
        let told = app.store.tags_of(&house.scope(), one).await.unwrap();
        assert_eq!((told[0].reason.as_str(), told[0].import), (reason, None));
        // No serial number tells of it: what somebody said does.
        let mut rows = WARD;
        rows[0] = ["new-1", ""];
        assert_eq!(house.asks(&rows).await, 0);
        untag(app, ada, one, told[0].id).await.unwrap();
        assert!(untag(app, ada, one, told[0].id).await.is_err(), "it counts no more");
        let alone = house.tags_arrive(&rows).await;
        let seen = see(app, ada, alone).await.unwrap();
        assert_eq!(
            seen.outcome.unwrap().1.counts.added,
            1,
            "a new one, once that is taken back"
        );
        said("NEW-1", reason).await.unwrap();
        let import = house.delivers(&rows).await;
        assert_eq!(
            (import.counts.changed, import.counts.added, import.missing),
            (1, 0, 0)
        );
        assert_eq!(house.tags().await[0], (one, "new-1".into()));
    }
);
