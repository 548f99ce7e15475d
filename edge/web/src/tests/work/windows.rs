//! A window that has passed without the inventory showing the release comes back by itself, and
//! says why: on the list, on *Today*, in the digest, and as JSON.

use jiff::ToSpan as _;
use jiff::civil::Date;
use operations::action::plan;
use operations::digest::Brief;
use operations::fleet::{holdings, scope};
use store::Often;

use super::*;
use crate::page::today::digested;
use crate::page::work::Row;

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_passed_comes_back_and_says_what_the_inventory_shows() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let app = &fixture.app;
    let today = (app.now)().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let last = today.saturating_add(3.days());
    let day = last.strftime("%-d %b %Y").to_string();
    let mut names = Vec::new();
    for kind in ["update", "mitigate"] {
        let work = fixture.work(&browser, &format!("?kind={kind}")).await;
        let name = work["rows"][0]["action"].as_str().unwrap().to_owned();
        plan(app, &ada, &name, (today, last), "night shift").await.unwrap();
        names.push(name);
    }
    let row = async |name: &str, today: Date| -> Value {
        let held = holdings(app, ada.head).await.unwrap();
        let entry = held.entry(&scope(&ada), name, today).unwrap();
        serde_json::to_value(Row::new(&entry, &held, &Default::default(), today)).unwrap()
    };
    // Until the last day is over in the zone of whoever looks, it is planned.
    for name in &names {
        let planned = row(name, last).await;
        assert_eq!(
            (&planned["state"], &planned["returned"]),
            (&"planned".into(), &"".into())
        );
    }
    let after = last.saturating_add(1.days());
    let [update, mitigate] = names.as_slice() else { panic!() };
    let (back, other) = (row(update, after).await, row(mitigate, after).await);
    assert_eq!(back["state"], "window_over");
    let why = back["returned"].as_str().unwrap();
    let expected =
        format!("the window ended on {day}, and no export has come in since: ");
    let shown = why.strip_prefix(&expected).unwrap_or_else(|| panic!("{why}"));
    assert!(shown.starts_with("the inventory shows ") && shown.contains('2'), "{why}");
    // An inventory shows no firewall.
    let expected = format!("the window ended on {day}, and nobody has reported it done");
    assert_eq!(other["returned"], expected);

    // The digest of that day says the same, and *Today* that it cannot wait.
    let span = jiff::SignedDuration::from_hours(24);
    let found = digested(app, &ada, after, span).await.ok().flatten().unwrap();
    let told: Vec<&str> = found.rows.iter().map(|row| row.returned.as_str()).collect();
    assert!(told.contains(&why), "{told:?}");
    assert!(found.due >= 2, "{}", found.due);
    let brief = Brief {
        reader: ada.clone(),
        often: Often::Daily,
        day: after,
        way_out: String::new(),
    };
    let letter = crate::digest::compose(app.clone(), brief).await.unwrap().unwrap();
    assert!(letter.text.contains(why) && letter.page.contains("the window ended on"));

    // One that shows the release ends it.
    let mended = inventory()
        .replace("2.1,AM400113", "2.3,AM400113")
        .replace("v2.1,AM400114", "2.3,AM400114")
        .replace("SW 2.0.4", "2.3");
    take_in(app, &ada, ada.head, "assets", &mended).await;
    let over = fixture.value(&browser, &format!("/work/{update}")).await;
    assert_eq!((&over["state"], &over["returned"]), (&"done".into(), &"".into()));
}
