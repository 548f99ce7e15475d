//! Work that comes back is told once on every path on which it does, and on no other: on both
//! databases.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use operations::action::{accept, own, plan, report};
use operations::fleet::{holdings, scope};
use operations::reindex::reindex;
use operations::webhook::Event;
use store::{Act, Noun};
use worklist::State;

use super::{Receiver, TURNED, now};
use crate::databases::{Fresh, on_both};
use crate::demo::inventory;
use crate::house::House;
use crate::work::updated;

/// The day of the clock that nobody turns.
const TODAY: Date = date(2026, 11, 26);

/// Days by which a clock was turned that one test alone looks at.
static DAYS: AtomicI64 = AtomicI64::new(0);

fn turned() -> Timestamp {
    now() + (24 * DAYS.load(Ordering::SeqCst)).hours()
}

/// A hospital with pumps of which something is to be done, and who is told when it comes back.
struct Told {
    house: House,
    receiver: Receiver,
    /// The update of the pumps.
    name: String,
}

impl Told {
    async fn at(fresh: Fresh, now: fn() -> Timestamp) -> Self {
        let house = House::sending_at(fresh, now).await;
        let receiver = Receiver::default();
        house.webhook(house.ada.head, &receiver.listen(), &[Event::Returned]).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        assert!(receiver.take().is_empty(), "what is new does not come back");
        Self { house, receiver, name }
    }

    async fn report(&self) {
        let (app, ada) = (&self.house.app, &self.house.ada);
        report(app, ada, &self.name, "work order 4711").await.unwrap();
        self.house.work().await;
        self.check(0, "that it was reported");
    }

    /// How many messages about the pumps came since the last look; where none should, that none
    /// came about anything.
    #[track_caller]
    fn check(&self, expected: usize, why: &str) {
        let mut got = self.receiver.take();
        if expected > 0 {
            got.retain(|one| one.json()["data"]["action"] == *self.name);
        }
        assert_eq!(got.len(), expected, "{why}: {got:?}");
        for one in &got {
            let json = one.json();
            assert_eq!(json["type"], "action.returned");
            let link = format!("https://lazaret.example/work/{}", self.name);
            assert_eq!(json["data"]["link"], *link, "{json}");
        }
    }
}

on_both!(
    what_is_reported_and_still_shown_is_told_once_after_each_report,
    async |fresh: Fresh| {
        let told = Told::at(fresh, now).await;
        let house = &told.house;
        told.report().await;
        house.take_in(inventory()).await;
        told.check(1, "the export still shows the old release");
        house.take_in(inventory()).await;
        told.check(0, "it has come back already");
        assert_eq!(house.state(&told.name, TODAY).await, State::CameBack);
        told.report().await;
        house.take_in(inventory()).await;
        told.check(1, "and it was reported once more");
        assert_eq!(
            house.happened(&told.name).await,
            ["seen", "reported", "returned", "reported", "returned"]
        );
    }
);

on_both!(
    what_was_done_and_is_undone_is_told_once_whatever_was_decided,
    async |fresh: Fresh| {
        let told = Told::at(fresh, now).await;
        let house = &told.house;
        house.take_in(updated()).await;
        assert_eq!(house.state(&told.name, TODAY).await, State::Done);
        house.take_in(inventory()).await;
        told.check(1, "nobody reported it, and it was done");
        told.report().await;
        house.take_in(updated()).await;
        told.check(0, "it is done");
        house.take_in(inventory()).await;
        told.check(1, "somebody put the old release back");
        house.take_in(inventory()).await;
        told.check(0, "it has come back already");
    }
);

on_both!(
    devices_that_vanished_and_are_there_again_are_told_once,
    async |fresh: Fresh| {
        let told = Told::at(fresh, now).await;
        let house = &told.house;
        told.report().await;
        let lines = |is_kept: &dyn Fn(&str) -> bool| -> String {
            let all = inventory();
            let kept = all.lines().filter(|line| is_kept(line));
            kept.map(|line| format!("{line}\n")).collect()
        };
        let pumps = ["IH-10001,", "IH-10002,", "IH-10003,"];
        house
            .take_in(lines(&|line| !pumps.iter().any(|tag| line.starts_with(tag))))
            .await;
        assert_eq!(house.state(&told.name, TODAY).await, State::Missing);
        told.check(0, "that devices are missing says nothing");
        house.take_in(inventory()).await;
        told.check(1, "they are there as they were");
    }
);

on_both!(
    an_advisory_that_returns_brings_work_back_and_what_is_made_again_does_not,
    async |fresh: Fresh| {
        let told = Told::at(fresh, now).await;
        let house = &told.house;
        told.report().await;
        house.use_advisories(|name| name != "amsa-2025-01.json", &[]).await;
        told.check(0, "nothing says any more that it is to be done");
        house.use_advisories(|_| true, &[]).await;
        told.check(1, "and something does again");
        // Everything derived is made again, before and after an export contradicts the report.
        for _ in 0..2 {
            let remade = reindex(&house.app, "test").await.unwrap();
            assert_eq!(remade.faults, Vec::<String>::new());
            house.work().await;
            told.check(0, "nothing has changed");
            house.take_in(inventory()).await;
            let _ = told.receiver.take();
        }
        assert_eq!(house.state(&told.name, TODAY).await, State::CameBack);
    }
);

on_both!(whoever_acts_before_the_job_notes_tells_it, async |fresh: Fresh| {
    let told = Told::at(fresh, now).await;
    let house = &told.house;
    let (app, ada) = (&house.app, &house.ada);
    // It was over when it was noted last, and no job has looked since it is not.
    let id = {
        let held = holdings(app, ada.head).await.unwrap();
        held.entry(&scope(ada), &told.name, TODAY).unwrap().kept.unwrap().id
    };
    let mut write = app.store.write(ada.head, now()).await.unwrap();
    write.close_actions(&[id], Some("unsaid")).await.unwrap();
    let (what, noun) = ("test", Noun::Action);
    write.commit(Act { by: 0, what, noun, id, facts: Vec::new() }).await.unwrap();
    own(app, ada, &told.name, Some(ada.person)).await.unwrap();
    house.work().await;
    told.check(1, "somebody acted on what had come back");
    house.take_in(inventory()).await;
    told.check(0, "the job finds it noted");
});

on_both!(a_window_and_an_acceptance_that_are_over_are_told_once, async |fresh: Fresh| {
    let _turned = TURNED.lock().await;
    let told = Told::at(fresh, turned).await;
    let house = &told.house;
    let (app, ada) = (&house.app, &house.ada);
    let today = operations::fleet::Holdings::day(turned());
    let tomorrow = today.tomorrow().unwrap();
    plan(app, ada, &told.name, (today, tomorrow), "").await.unwrap();
    house.take_in(inventory()).await;
    told.check(0, "the window is not over");
    DAYS.fetch_add(2, Ordering::SeqCst);
    house.take_in(inventory()).await;
    told.check(1, "the window is over");
    let until = today.saturating_add(5.days());
    accept(app, ada, &told.name, until, "behind a firewall").await.unwrap();
    house.take_in(inventory()).await;
    told.check(0, "the risk is accepted");
    DAYS.fetch_add(10, Ordering::SeqCst);
    house.take_in(inventory()).await;
    told.check(1, "its day is over");
    house.take_in(inventory()).await;
    told.check(0, "it has come back already");
});
