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

/// Devices whose numbers people write in many ways, and two alike.
const LIKE: &str = "\
Asset Tag,Serial,Manufacturer,Model,Version,MAC,IP,UDI
IH-10020,QB7 0042 11,Aldermoor Medical,Meridian 400,2.3,00:01:2B:03:4D:5E,10.0.0.7,(01)00844588003288(21)S-100
IH-10030,QB7-0042-12,Aldermoor Medical,Meridian 400,2.1,,fe80::1,00844588003288
IH-10031,S-300,Aldermoor Medical,Meridian 400,2.31,00-00-5E-00-53-01;00-00-5E-00-53-02,10.0.1.9;10.0.1.10,+A999XYZ10012
21004567,S-400,Other Works,OW-9,1.0,,,
";

async fn house_of_like() -> (Fixture, Browser) {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let file = super::devices::index(&fixture.app.data, "like.index", "");
    use_index(&fixture.app, &file).await.unwrap();
    take_in(&fixture.app, &ada, ada.head, "AIMS", LIKE).await;
    (fixture, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_the_same_leads_there_however_it_is_written() {
    let (fixture, browser) = house_of_like().await;
    let [one, three, four] = [
        fixture.device(&browser, "IH-10020").await,
        fixture.device(&browser, "IH-10031").await,
        fixture.device(&browser, "21004567").await,
    ];
    for (typed, device) in [
        ("https://id.gs1.org/01/00844588003288/21/S-100", one),
        ("https://m.example/01/00844588003288/10/B7/21/s-100?17=270101&x=y", one),
        ("id.gs1.org/01/00844588003288/21/S-100#top", one),
        ("]d20100844588003288172701011021A\u{1D}21S-100", one),
        ("0100844588003288172701011021A<GS>21S-100", one),
        ("0100844588003288172701011021A^]21s-100", one),
        ("(01)00844588003288(17)270101(10)21A(21)S-100", one),
        ("(21)S-100(01)00844588003288", one),
        ("UDI: (01)00844588003288(21)S-100", one),
        ("+a999xyz10012", three),
        ("0:1:2b:3:4d:5e", one),
        ("00 01 2B 03 4D 5E", one),
        ("MAC 00012b034d5e", one),
        ("http://10.0.0.7/login", one),
        ("010.000.000.007", one),
        ("10.0.0.7:443", one),
        ("IP 10.0.0.7/24", one),
        ("10.0.1.9", three),
        ("10.0.1.10", three),
        ("0000.5e00.5302", three),
        ("asset tag IH-10020", one),
        // A tag of digits reads as a serial number of GS1 too; it is the tag.
        ("21004567", four),
        ("Meridian 400 2.3", one),
        ("aldermoor meridian version v2.31", three),
    ] {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.ask(browser.get(&path)).await;
        let to = answer.header("location");
        assert_eq!(to, format!("/devices/{device}"), "{typed}: {}", answer.body);
    }
    let (flaw, advisory) = ("/vulnerabilities/CVE-2017-0144", "/advisories/AMSA-2025-01");
    for (typed, expected) in [
        ("CVE-2017-0144", flaw),
        ("cve−2017−0144", flaw),
        ("amsa 2025 01", advisory),
        ("AMSA‑2025–01", advisory),
        ("amsa202501", advisory),
    ] {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.ask(browser.get(&path)).await;
        assert_eq!(answer.header("location"), expected, "{typed}: {}", answer.body);
    }
    for typed in ["2017-0144", "https://nvd.nist.gov/vuln/detail/CVE-2017-0144"] {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.value(&browser, &path).await;
        let named = hits(&answer).into_iter().any(|hit| hit["text"] == "CVE-2017-0144");
        assert!(named, "{typed}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_like_it_is_listed_and_leads_to_no_device() {
    let (fixture, browser) = house_of_like().await;
    for (typed, what, tags) in [
        ("10020", "Asset tag is like it: 1 device", &["IH-10020"][..]),
        ("1003", "Asset tag is like it: 2 devices", &["IH-10030", "IH-10031"]),
        ("ih10030", "Asset tag is so, with other separators: 1 device", &["IH-10030"]),
        ("HOSP-IH-10030", "Asset tag is like it: 1 device", &["IH-10030"]),
        (
            "QB7004211",
            "Serial number is so, with other separators: 1 device",
            &["IH-10020"],
        ),
        (
            "qb7 0042-12",
            "Serial number is so, with other separators: 1 device",
            &["IH-10030"],
        ),
        ("S/N 004212", "Serial number is like it: 1 device", &["IH-10030"]),
        ("IH-1003", "Asset tag begins so: 2 devices", &["IH-10030", "IH-10031"]),
    ] {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.value(&browser, &path).await;
        let group = &answer["groups"][0];
        assert_eq!(group["what"], what, "{typed}: {answer}");
        let found: Vec<&str> =
            hits(&answer).into_iter().map(|hit| hit["text"].as_str().unwrap()).collect();
        assert!(
            tags.iter().all(|tag| found.iter().any(|text| text.contains(tag))),
            "{typed}: {answer}"
        );
        let told = answer["sentence"].as_str().unwrap();
        assert!(told.starts_with("No device has the number"), "{typed}: {told}");
        // The list behind it has those devices and no others.
        let list = fixture.value(&browser, group["all"].as_str().unwrap()).await;
        assert_eq!(list["total"], tags.len(), "{typed}: {list}");
        check_page(&fixture.ask(browser.get(&path)).await);
        check_page(&fixture.ask(browser.get(group["all"].as_str().unwrap())).await);
    }
    // Another piece of a known model, in each way that a label is written.
    for typed in [
        "https://id.gs1.org/01/00844588003288/21/S-999",
        "]d20100844588003288172701011021A\u{1D}21S-999",
        "(01)00844588003288(17)270101(21)S-999",
        "Meridian 400 9.9",
    ] {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let answer = fixture.ask(browser.get(&path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{typed}: {}", answer.body);
        let is_label = !typed.starts_with('M');
        let told = answer.body.contains("No device is known here with this label");
        assert_eq!(told, is_label, "{typed}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_advisories_is_that_of_the_list_behind_it() {
    let (fixture, browser) = house_of_like().await;
    let answer = fixture.value(&browser, "/search?q=meridian").await;
    let groups = answer["groups"].as_array().unwrap();
    let advisories = groups.iter().find(|group| {
        group["all"].as_str().is_some_and(|all| all.starts_with("/advisories"))
    });
    let advisories = advisories.unwrap_or_else(|| panic!("{answer}"));
    let list = fixture.value(&browser, advisories["all"].as_str().unwrap()).await;
    let count = list["total"].as_u64().unwrap();
    let what = advisories["what"].as_str().unwrap();
    assert!(what.starts_with(&format!("{count} advisor")), "{what}: {list}");
}
