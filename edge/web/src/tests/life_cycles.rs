//! Tables of how long software is supported, over HTTP: brought by whoever administers the house,
//! refused at their field, shown with their age; and what they say on the pages of a release and
//! of a device.

use axum::http::StatusCode;
use operations::work_off;
use store::Role;

use super::Fixture;
use super::devices::take_in;
use super::products::place_pump;

const TABLE: &[u8] = br#"{"title":"OpenSSL","identifiers":[{"cpe":"cpe:2.3:a:openssl:openssl"}],
    "releases":[{"releaseCycle":"1.0.1","eol":"2016-12-31"},{"releaseCycle":"3.0","eol":false}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_brought_and_says_what_nobody_supports_any_longer() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let inventory = "Asset Tag,Maker,Model,Version\n1,Aldermoor Medical,Meridian 400,2.1\n\
        2,Aldermoor Medical,Meridian 400,9.9\n";
    take_in(&fixture.app, &ada, ada.head, "AIMS", inventory).await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let none = fixture.value(&browser, "/life-cycles").await;
    assert!(none["supplement"].as_u64().unwrap() > 20, "{none}");
    assert_eq!(none["tables"].as_array().unwrap().len(), 0);
    let shown = fixture.value(&browser, &release).await;
    let listed = shown["support"]["listed"].as_u64().unwrap();
    assert!(listed > 1, "{shown}");
    let said = shown["support"]["sentence"].as_str().unwrap();
    assert!(said.contains("none is known to be without support"), "{said}");
    assert!(said.contains("nobody can tell how long"), "never supported: {said}");

    let send = async |fields: &[(&str, &str)], bytes: &[u8]| {
        fixture.deliver(&browser, "/life-cycles", ada.head, fields, bytes).await
    };
    for (fields, bytes, told) in [
        (&[][..], &b"{}"[..], "No product of endoflife.date"),
        (&[], b"", "is empty"),
        (&[("as_of", "soon")], TABLE, "no day"),
        (&[("as_of", "2199-01-01")], TABLE, "a day to come"),
    ] {
        let answer = send(fields, bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(answer.body.contains(told), "{told} in {}", answer.body);
    }
    let done = send(&[("as_of", "2026-08-22")], TABLE).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let list = fixture.value(&browser, "/life-cycles").await;
    let one = &list["tables"][0];
    assert_eq!((&one["products"], &one["cycles"]), (&1.into(), &2.into()));
    assert_eq!((&one["stands"], &one["by"]), (&"counts".into(), &"Ada".into()));
    let page = fixture.page(&browser, "/life-cycles").await;
    assert!(page.contains("22 Aug 2026"), "its day: {page}");

    let pump = format!("/devices/{}", fixture.device(&browser, "1").await);
    for address in [release.as_str(), &pump] {
        let page = fixture.page(&browser, address).await;
        for words in ["nobody supports any longer", "31 Dec 2016", "of 2026-08-22"] {
            assert!(page.contains(words), "{words} on {address}: {page}");
        }
    }
    let device = fixture.value(&browser, &pump).await;
    let first = &device["made_of"]["support"]["components"][0];
    assert_eq!(first["standing"], "ended", "{device}");
    assert_eq!(first["ends"], "2016-12-31");
    let other = format!("/devices/{}", fixture.device(&browser, "2").await);
    let other = fixture.value(&browser, &other).await;
    assert!(other["made_of"]["support"].is_null(), "no SBOM is of it: {other}");

    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let page = fixture.page(&viewer, "/life-cycles").await;
    assert!(!page.contains("Bring it") && !page.contains("Take back"), "{page}");
    let north = fixture.site(&ada, "North").await;
    let (_, below) = fixture.invited(&ada, Role::Administrator, north).await;
    let done = fixture.deliver(&below, "/life-cycles", ada.head, &[], TABLE).await;
    assert_eq!(done.status, StatusCode::FORBIDDEN);
    let back = format!("/life-cycles/{}/withdrawn", one["id"]);
    assert_eq!(fixture.ask(below.post(&back, "")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(fixture.ask(browser.post(&back, "")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(fixture.ask(browser.post(&back, "")).await.status, StatusCode::NOT_FOUND);
    let page = fixture.page(&browser, "/life-cycles").await;
    assert!(page.contains("was taken back"), "{page}");
    let shown = fixture.value(&browser, &release).await;
    assert_eq!(shown["support"]["sentence"], said, "it says nothing more");
    let log = fixture.page(&browser, "/audit").await;
    assert!(log.contains("withdraw table of life cycles"), "{log}");
}
