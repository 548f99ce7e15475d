//! What somebody has in hand who does not write as the records do, and what nobody sees to.

use axum::http::StatusCode;
use operations::judging::use_index;
use operations::work_off;
use serde_json::Value;

use super::devices::take_in;
use super::import::check_page;
use super::products::place_pump;
use super::{Browser, Fixture};

/// A distribution's record of a flaw of a library of the pump, under its own number.
const RECORD: &str = r#"{"schema_version":"1.6.0","id":"DEBIAN-CVE-2022-28391",
    "modified":"2026-11-20T00:00:00Z","upstream":["CVE-2022-28391"],
    "summary":"An invented flaw of busybox",
    "affected":[{"package":{"ecosystem":"Debian:11","name":"busybox"},
    "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#;

/// A house with two pumps of which an SBOM is placed, and one that has none.
async fn house() -> (Fixture, Browser) {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let sources = fixture.app.data.join("records");
    std::fs::create_dir_all(&sources).unwrap();
    std::fs::write(sources.join("debian.json"), RECORD).unwrap();
    let file = fixture.app.data.join("records.index");
    let order =
        feeds::Order { index: &file, sources: &[sources], cache: feeds::Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    use_index(&fixture.app, &file).await.unwrap();
    let inventory = "Asset Tag,Maker,Model,Version,Serial,Department\n\
        1,Aldermoor Medical,Meridian 400,2.1,AM113,Ward 4B\n\
        2,Aldermoor Medical,Meridian 400,2.1,SN002,ICU\n\
        3,Aldermoor Medical,Meridian 400,2.3,AM219,ICU\n";
    take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    place_pump(&fixture, &browser, ada.head).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    (fixture, browser)
}

fn hits(answer: &Value) -> Vec<&Value> {
    let groups = answer["groups"].as_array().unwrap();
    groups.iter().flat_map(|group| group["hits"].as_array().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cve_leads_to_the_records_that_are_about_it_under_numbers_of_their_own() {
    let (fixture, browser) = house().await;
    let told = "Debian's record about it: 2 devices affected";
    let address = "/vulnerabilities/DEBIAN-CVE-2022-28391";
    for typed in ["CVE-2022-28391", "cve 2022 28391"] {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.value(&browser, &path).await;
        let hits = hits(&answer);
        let hit = hits.iter().find(|hit| hit["text"] == "DEBIAN-CVE-2022-28391");
        let hit = hit.unwrap_or_else(|| panic!("{typed}: {answer}"));
        assert_eq!(hit["address"], address);
        assert!(hit["detail"].as_str().unwrap().starts_with(told), "{answer}");
    }
    // The number itself is none that a record goes by: the page says so, and leads on.
    let page = fixture.ask(browser.get("/vulnerabilities/CVE-2022-28391")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // On a page the apostrophe is written otherwise.
    let on_page = told.split_once("s ").unwrap().1;
    assert!(page.body.contains(address) && page.body.contains(on_page), "{}", page.body);
    let program = fixture.ask(browser.json("/vulnerabilities/CVE-2022-28391")).await;
    assert_eq!(program.status, StatusCode::NOT_FOUND);
    let next = program.json()["next"].as_str().unwrap().to_owned();
    assert!(next.contains(told) && next.contains(address), "{next}");
    let device = fixture.value(&browser, "/devices?asset_tag=1").await;
    let id = device["rows"][0]["id"].as_i64().unwrap();
    let path = format!("/devices/{id}/vulnerabilities/CVE-2022-28391");
    let explained = fixture.ask(browser.json(&path)).await;
    assert_eq!(explained.status, StatusCode::NOT_FOUND, "{}", explained.body);
    assert!(explained.body.contains(address), "{}", explained.body);
    // Of what no record is about, nothing is made up.
    let none = fixture.ask(browser.json("/vulnerabilities/CVE-2022-28392")).await;
    assert!(none.body.contains("Check the number"), "{}", none.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn wards_sites_and_serial_numbers_as_labels_say_them_are_found() {
    let (fixture, browser) = house().await;
    for (typed, ward, devices) in
        [("Ward 4B", "Ward 4B", "1 device"), ("icu", "ICU", "2 devices")]
    {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.value(&browser, &path).await;
        let first = hits(&answer).into_iter().next().unwrap().clone();
        assert_eq!((&first["text"], &first["detail"]), (&ward.into(), &devices.into()));
        let list = fixture.value(&browser, first["address"].as_str().unwrap()).await;
        let count = list["rows"].as_array().unwrap().len();
        assert_eq!(
            devices,
            if count == 1 { "1 device".to_owned() } else { format!("{count} devices") }
        );
        check_page(&fixture.ask(browser.get(&path)).await);
    }
    for typed in ["s/n: AM113", "SN AM113", "Serial No. am113"] {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.ask(browser.get(&path)).await;
        assert!(
            answer.header("location").starts_with("/devices/"),
            "{typed}: {}",
            answer.body
        );
    }
    let list = fixture.ask(browser.json("/devices.json?limit=100")).await;
    assert_eq!(list.status, StatusCode::BAD_REQUEST);
    let told = list.json();
    assert_eq!(told["detail"], "Devices cannot be chosen by `limit`.");
    assert!(told["next"].as_str().unwrap().contains("asset_tag"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_sees_to_is_said_before_that_nothing_is_due() {
    let (fixture, browser) = house().await;
    let page = fixture.page(&browser, "/today").await;
    assert!(page.contains("Nobody sees to "), "{page}");
    assert!(!page.contains("Nothing needs you today"), "{page}");
}
