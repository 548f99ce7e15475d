//! A device that was affected as what it was, is called something else now, and about which
//! something was answered as such.

use super::*;

const MONITOR: Told<'static> =
    Told { id: "INV-2026-02", cve: "CVE-2019-0708", product: "IM-900", condition: "" };
/// As [`PUMPS`], those that are pumps.
const PUMPS_ALONE: &str = "IH-1,Invented,IM-400,PUMP,2.1,Ward 4B,yes\n\
     IH-2,Invented,IM-400,PUMP,2.1,Ward 4B,yes\n";

impl House {
    /// No pump has the wireless option; then the monitor is called a pump.
    async fn with_monitor_renamed(fresh: Fresh, monitor: &Told<'_>) -> Self {
        let house = Self::at(fresh, Timestamp::now).await;
        let ada = house.ada.head;
        let rows = format!("{PUMPS_ALONE}IH-9,Invented,IM-900,MONITOR,1.0,ICU,no\n");
        house.bring(ada, "AIMS", &rows).await;
        house.publish(&[&PUMP, monitor]).await;
        let key = house.asked(&house.ada).await.key;
        house.answer(&house.ada, &key, Said::No).await;
        assert_eq!(house.with(&house.ada, "verdict=affected").await, ["IH-9"]);
        let rows = format!("{PUMPS_ALONE}IH-9,Invented,IM-400,PUMP,2.1,ICU,no\n");
        house.bring(ada, "AIMS", &rows).await;
        house
    }
}

on_both!(
    an_answer_clears_a_device_of_no_flaw_that_it_does_not_speak_of,
    async |fresh: Fresh| {
        let house = House::with_monitor_renamed(fresh, &MONITOR).await;
        let ada = &house.ada;
        if house.is_asked(ada).await {
            let key = house.asked(ada).await.key;
            house.answer(ada, &key, Said::No).await;
        }
        assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1", "IH-2"]);
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, ["IH-9"]);
        let app = App::new(house.app.store.clone(), house.folder.path(), Timestamp::now);
        let held = holdings(&app, ada.head).await.unwrap();
        let view = held.view(&scope(ada), &Filter::parse("verdict=cannot_tell").unwrap());
        assert_eq!(
            view.unwrap().devices().len(),
            1,
            "a node that starts now says so too"
        );
    }
);

on_both!(an_answer_about_the_flaw_itself_ends_what_was_lost, async |fresh: Fresh| {
    let same = Told { cve: PUMP.cve, ..MONITOR };
    let house = House::with_monitor_renamed(fresh, &same).await;
    let ada = &house.ada;
    if house.is_asked(ada).await {
        assert_eq!(house.with(ada, "verdict=cannot_tell").await, ["IH-9"]);
        let key = house.asked(ada).await.key;
        house.answer(ada, &key, Said::No).await;
    }
    assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1", "IH-2", "IH-9"]);
});
