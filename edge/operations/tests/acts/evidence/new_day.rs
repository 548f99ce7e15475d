//! A new day: what was read is judged by it, and tells what a fresh reading would.

use operations::evidence::{Answers, arrive, take};
use operations::posture::judged;
use store::Parcel;

use super::{DONE, EvidenceKind, ROSTER};
use crate::databases::{Fresh, on_both};
use crate::house::House;

fn much_later() -> jiff::Timestamp {
    "2027-02-01T12:00:00Z".parse().unwrap()
}

on_both!(
    a_new_day_judges_by_what_was_read_and_tells_what_a_fresh_reading_would,
    async |fresh: Fresh| {
        let house = House::on_that_day(fresh).await;
        let north = house.another("North").await;
        house.takes(north, "people.csv", ROSTER).await;
        let done = house.arrives(north, "done.csv", DONE).await.unwrap().id();
        let until = Answers { valid_until: "2026-12-31".into(), ..Answers::default() };
        take(&house.app, &house.ada, done, &until).await.unwrap();
        let assessment = [("method", "NIST CSF"), ("on", "2026-03-01"), ("scope", "all")];
        let kind = EvidenceKind::Assessment;
        house.enters_evidence(north, kind, &assessment, "report.pdf").await.unwrap();
        let told = async |app: &operations::App| {
            let all = judged(app, &house.ada, Some(north)).await.unwrap();
            let told = |one: &::posture::Assessed| {
                (one.control.id(), one.ruling.verdict, one.ruling.why.clone())
            };
            (all.day, all.assessed.iter().map(told).collect::<Vec<_>>())
        };
        let before = told(&house.app).await;
        let mut later = house.app.clone();
        later.now = much_later;
        let after = told(&later).await;
        let data = house.folder.path();
        let read = operations::App::new(house.fresh.store.clone(), data, much_later);
        assert_eq!(after, told(&read).await);
        assert_ne!(before.1, after.1, "evidence aged, and a document ended");
        // What comes on the later day counts beside what was read before.
        let newer = DONE.replace("2026-11", "2027-01").replace("Hygiene", "Phishing");
        let parcel = Parcel::of(newer.as_bytes()).unwrap();
        let id = arrive(&later, &house.ada, north, "new.csv", parcel).await.unwrap().id();
        take(&later, &house.ada, id, &Answers::default()).await.unwrap();
        let read = operations::App::new(house.fresh.store.clone(), data, much_later);
        assert_eq!(told(&later).await, told(&read).await);
    }
);
