//! Devices, advisories and vulnerabilities over HTTP: every number leads to the rows that it
//! counts, nothing of another organisation is in any of them, and memory follows the store.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use operations::fleet::About;
use operations::inventory::{Delivery, deliver};
use operations::judging::use_index;
use operations::people::invite;
use operations::{Actor, App, organisation, work_off};
use serde_json::Value;
use store::{Kind, NewOrganisation, Role};

use super::{Browser, Fixture, quick_session};
use crate::page::device::devices_of;

pub(super) fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo")
}

/// An index of the sample's advisories, but for some.
pub(super) fn index(folder: &Path, name: &str, leave_out: &str) -> PathBuf {
    let entries = std::fs::read_dir(demo().join("advisories")).unwrap();
    let sources: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| leave_out.is_empty() || !path.ends_with(leave_out))
        .collect();
    let file = folder.join(name);
    let order =
        feeds::Order { index: &file, sources: &sources, cache: feeds::Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    file
}

pub(super) fn inventory() -> String {
    std::fs::read_to_string(demo().join("inventory.csv")).unwrap()
}

/// Puts an index of the sample's advisories in use.
pub(super) async fn use_demo(app: &App) {
    let file = index(&app.data, "one.index", "");
    use_index(app, &file).await.unwrap();
}

pub(super) async fn take_in(
    app: &App,
    by: &Actor,
    organisation: i64,
    source: &str,
    csv: &str,
) {
    let delivery = Delivery {
        organisation,
        source: source.to_owned(),
        name: "inventory.csv".to_owned(),
        bytes: csv.as_bytes().to_vec(),
        mapping: device::inventory::Mapping::default(),
    };
    deliver(app, by, delivery).await.unwrap();
    assert_eq!(work_off(app, "test").await.unwrap(), Vec::<String>::new());
}

impl Fixture {
    /// A house with the sample's devices and advisories.
    pub(super) async fn judged(&self) -> (Actor, Browser) {
        let (ada, browser) = self.founded().await;
        use_demo(&self.app).await;
        take_in(&self.app, &ada, ada.head, "assets", &inventory()).await;
        (ada, browser)
    }

    pub(super) async fn value(&self, browser: &Browser, path: &str) -> Value {
        let answer = self.ask(browser.json(path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.json()
    }

    pub(super) async fn page(&self, browser: &Browser, path: &str) -> String {
        let answer = self.ask(browser.get(path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    /// The number of the device with an asset tag.
    pub(super) async fn device(&self, browser: &Browser, tag: &str) -> i64 {
        let list = self.value(browser, &format!("/devices?asset_tag={tag}")).await;
        list["rows"][0]["id"].as_i64().unwrap()
    }

    pub(super) async fn somebody(&self, by: &Actor, role: Role, place: i64) -> Browser {
        let address = format!("{}{place}@x.example", role.word());
        let invitation = operations::people::Invitation {
            name: role.word(),
            address: &address,
            zone: "UTC",
            role,
            organisation: place,
        };
        let link = invite(&self.app, by, invitation).await.unwrap();
        Browser::with(&quick_session(self, &link).await)
    }
}

/// The links of a piece of a page, each with its text.
pub(super) fn links(page: &str) -> Vec<(String, String)> {
    let parts = page.split("<a ").skip(1);
    parts
        .map(|part| {
            let (_, rest) = part.split_once("href=\"").unwrap();
            let (address, rest) = rest.split_once('"').unwrap();
            let (_, rest) = rest.split_once('>').unwrap();
            let text = rest.split('<').next().unwrap();
            (address.replace("&#38;", "&").replace("&amp;", "&"), text.to_owned())
        })
        .collect()
}

pub(super) fn number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_the_list_leads_to_the_rows_that_it_counts() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    let page = fixture.page(&ada, "/devices").await;
    let lead =
        page.split("class=\"lead\">").nth(1).unwrap().split("</p>").next().unwrap();
    let counted = links(lead);
    assert_eq!(counted.len(), 3, "{lead}");
    for (address, text) in counted {
        let list = fixture.value(&ada, &address).await;
        assert_eq!(list["total"].as_u64(), number(&text), "{address}: {text}");
    }
    let facets = page.split("class=\"facets\"").nth(1).unwrap();
    let facets = facets.split("</details>").next().unwrap();
    let mut seen = 0;
    for part in
        facets.split("<li>").skip(1).filter(|part| part.contains("class=\"count\""))
    {
        let (address, _) = links(part).remove(0);
        let count =
            part.split("class=\"count\">").nth(1).unwrap().split('<').next().unwrap();
        let list = fixture.value(&ada, &address).await;
        assert_eq!(list["total"].as_u64(), number(count), "{address}");
        seen += 1;
    }
    assert!(seen > 20, "{seen} values");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_and_any_page_shows_each_device_once() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let mut csv = String::from("Asset Tag,Manufacturer,Model,Version,IP\n");
    for number in 0..130 {
        let (maker, version) = (number % 7, number % 11);
        csv.push_str(&format!(
            "T-{number},Maker {maker},IM-{maker},{version},10.0.0.{number}\n"
        ));
    }
    take_in(&fixture.app, &ada, ada.head, "assets", &csv).await;
    for sort in ["asset_tag", "-asset_tag", "maker", "-version", "priority", "ip", "-udi"]
    {
        let (mut seen, mut after) = (BTreeSet::new(), String::new());
        for _ in 0..4 {
            let path = format!("/devices?sort={sort}{after}");
            let list = fixture.value(&browser, &path).await;
            assert_eq!(list["total"], 130);
            let rows = list["rows"].as_array().unwrap();
            seen.extend(rows.iter().map(|row| row["id"].as_i64().unwrap()));
            let Some(next) = list["next"].as_str() else { break };
            after = format!("&after={}", fleet::encoded(next));
        }
        assert_eq!(seen.len(), 130, "{sort}");
        let page = fixture.page(&browser, &format!("/devices?sort={sort}")).await;
        let order = if sort.starts_with('-') { "descending" } else { "ascending" };
        let shown = !["ip", "-udi"].contains(&sort);
        assert_eq!(page.contains(&format!("aria-sort=\"{order}\"")), shown, "{sort}");
        assert!(page.contains("rel=\"next\"") && page.len() < 100_000, "{sort}");
    }
    // What a page leads to, back and forth.
    let second = fixture.page(&browser, "/devices?from=50").await;
    assert!(second.contains("51 to 100 of 130") && second.contains("rel=\"prev\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_understood_is_refused_in_words() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    for path in [
        "/devices?ward=2",
        "/devices?verdict=maybe",
        "/devices?sort=colour",
        "/devices?among=nothing",
        "/devices?among=advisory%3Amaybe%3Ax",
        "/devices?column=x",
        "/devices?maker=%zz",
        "/devices/export?ward=2",
    ] {
        let answer = fixture.ask(ada.get(path)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.body);
    }
    let none = fixture.page(&ada, "/devices?maker=Nobody").await;
    assert!(none.contains("No device fits these conditions"), "{none}");
    assert!(none.contains("Maker: Nobody"), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_teaches_what_to_do() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let page = fixture.page(&browser, "/devices").await;
    assert!(page.contains("Take in an inventory"), "{page}");
    let viewer = fixture.somebody(&ada, Role::Viewer, ada.head).await;
    let page = fixture.page(&viewer, "/devices").await;
    assert!(!page.contains("Take in an inventory") && page.contains("Ask a biomedical"));
    let advisories = fixture.page(&browser, "/advisories").await;
    assert!(advisories.contains("lazaret feed build"), "{advisories}");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_rows_that_match_can_be_taken_away_by_whoever_may() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let path = "/devices/export?maker=Ostrava%20Sonics";
    let csv = fixture.ask(browser.get(path)).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = csv.body.lines().collect();
    // However the maker is written.
    assert_eq!(lines.len(), 5, "{}", csv.body);
    assert!(csv.body.contains(",OSTRAVA SONICS s.r.o.,"), "{}", csv.body);
    assert!(lines[0].starts_with("id,organisation,"), "{}", lines[0]);
    let json = fixture.ask(browser.get(&format!("{path}&format=json"))).await.json();
    assert_eq!(json.as_array().unwrap().len(), 4);
    assert!(json[0]["verdict"].is_string() && json[0]["maker"] == "Ostrava Sonics");
    let log = fixture.value(&browser, "/audit").await;
    assert_eq!(log["acts"][0]["act"], "export devices");
    assert_eq!(log["acts"][0]["facts"][0]["value"], "4");

    let viewer = fixture.somebody(&ada, Role::Viewer, ada.head).await;
    assert_eq!(fixture.ask(viewer.get(path)).await.status, StatusCode::FORBIDDEN);
    assert!(!fixture.page(&viewer, "/devices").await.contains("/devices/export"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_says_what_to_do_and_why() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    let id = fixture.device(&ada, "IH-10001").await;
    let path = format!("/devices/{id}");
    let device = fixture.value(&ada, &path).await;
    assert_eq!(device["verdict"], "affected");
    assert_eq!(device["to_do"][0]["what"], "Update to 2.3", "{device}");
    let affected = device["affected"].as_array().unwrap();
    assert_eq!(affected.len(), 2, "{device}");
    assert!(device["sentence"].as_str().unwrap().contains("updating to 2.3 clears all"));
    let page = fixture.page(&ada, &path).await;
    for shown in ["Update to 2.3", "AM400113", "Ward 4B", "AMSA-2025-01", "History"] {
        assert!(page.contains(shown), "{shown} in {page}");
    }

    // A question stands beside what nobody can tell.
    let id = fixture.device(&ada, "IH-10006").await;
    let device = fixture.value(&ada, &format!("/devices/{id}")).await;
    assert_eq!(device["verdict"], "cannot_tell");
    assert!(device["cannot_tell"][0]["question"].as_str().unwrap().contains('?'));
    assert!(device["to_do"][0]["what"].as_str().unwrap().ends_with('?'), "{device}");

    // What no advisory names is not called safe.
    let id = fixture.device(&ada, "IH-10030").await;
    let device = fixture.value(&ada, &format!("/devices/{id}")).await;
    assert_eq!(device["verdict"], "none");
    assert!(device["sentence"].as_str().unwrap().contains("not the same as safe"));

    for absent in ["/devices/99999", "/devices/x", "/devices/-1"] {
        assert_eq!(fixture.ask(ada.get(absent)).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_lost_its_name_says_what_it_was_and_that_nothing_is_mended() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let id = fixture.device(&browser, "IH-10001").await;
    let path = format!("/devices/{id}");
    assert_eq!(fixture.value(&browser, &path).await["was"], serde_json::json!([]));
    let other = inventory().replace(
        "Medical,Meridian 400,INFUSION PUMP,2.1,",
        "Medical,Meridian Web,,unknown,",
    );
    let source = fixture.value(&browser, "/imports").await["sources"][0]["name"].clone();
    take_in(&fixture.app, &ada, ada.head, source.as_str().unwrap(), &other).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let device = fixture.value(&browser, &path).await;
    let sentence = device["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("It was Aldermoor Medical Meridian 400"), "{device}");
    assert!(sentence.contains("nothing says that it is mended"), "{sentence}");
    assert_eq!(device["verdict"], "cannot_tell");
    let work = device["was"][0]["address"].as_str().unwrap();
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains(&format!("href=\"{work}\"")), "{page}");
    assert!(fixture.page(&browser, work).await.contains("Meridian"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_with_a_later_release_without_sbom_asks_for_that_sbom() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    super::products::place_pump(&fixture, &browser, ada.head).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let id = fixture.device(&browser, "IH-10001").await;
    let path = format!("/devices/{id}");
    let later = inventory().replace("PUMP,2.1,AM400113", "PUMP,2.3,AM400113");
    let source = fixture.value(&browser, "/imports").await["sources"][0]["name"].clone();
    take_in(&fixture.app, &ada, ada.head, source.as_str().unwrap(), &later).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let device = fixture.value(&browser, &path).await;
    let sentence = device["sentence"].as_str().unwrap();
    assert!(sentence.contains("nobody has an SBOM"), "{device}");
    assert_eq!(device["verdict"], "cannot_tell");
    let question = device["cannot_tell"][0]["question"].as_str().unwrap();
    assert!(question.contains("still in 2.3?"), "{device}");
    let what = device["to_do"][0]["what"].as_str().unwrap();
    assert!(what.starts_with("Deliver the SBOM of Aldermoor Medical Meridian 400 2.3"));
    // The list says the same, and so does what is to be done.
    let list = fixture.value(&browser, "/devices?verdict=cannot_tell").await;
    let names: Vec<&str> = list["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["name"].as_str())
        .collect();
    assert!(names.contains(&"IH-10001"), "{list}");
    let work = device["was"][0]["address"].as_str().unwrap();
    let page = fixture.page(&browser, work).await;
    assert!(page.contains("nobody has an SBOM of what it is now"), "{page}");
    assert!(page.contains("Deliver its SBOM, or ask the maker"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advisory_is_not_said_to_say_what_only_follows_from_its_ranges() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let inventory = "Asset Tag,Maker,Model,Version\n\
                     X-1,Aldermoor Medical,Meridian 400,2.2\n";
    take_in(&fixture.app, &ada, ada.head, "other", inventory).await;
    let device = fixture.device(&browser, "X-1").await;
    let address = format!("/devices/{device}/vulnerabilities/CVE-2014-0160");
    let told = fixture.value(&browser, &address).await;
    assert_eq!(told["verdict"], "not_affected", "{told}");
    let spoken = &told["spoken"][0];
    assert_eq!(
        (&spoken["says"], &spoken["range"]),
        (&"out_of_range".into(), &"up to and including 2.1".into()),
        "{told}"
    );
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.contains("does not reach release 2.2"), "{sentence}");
    let page = fixture.ask(browser.get(&address)).await.body;
    assert!(page.contains("says does not reach this release"), "{page}");
    assert!(page.contains("<b>up to and including 2.1</b>"), "{page}");
    assert!(!page.contains("</a> says <span class=\"mark not_affected\">"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_verdict_leads_to_its_grounds() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    let explain = async |tag: &str, id: &str| {
        let device = fixture.device(&ada, tag).await;
        fixture.value(&ada, &format!("/devices/{device}/vulnerabilities/{id}")).await
    };
    let told = explain("IH-10001", "CVE-2014-0160").await;
    assert_eq!(told["verdict"], "affected");
    let spoken = &told["spoken"][0];
    assert_eq!(spoken["advisory"], "AMSA-2025-01");
    assert!(spoken["place"].as_str().unwrap().starts_with("/product_tree/"), "{told}");
    assert!(spoken["rules"].as_array().unwrap().len() >= 3, "{told}");
    assert!(told["because"]["row"].is_string() && told["since"].is_string(), "{told}");

    // The release that holds the fix.
    let told = explain("IH-10004", "CVE-2014-0160").await;
    assert_eq!(told["verdict"], "not_affected", "{told}");
    assert_eq!(told["spoken"][0]["says"], "fixed", "{told}");
    // The advisory names the product for the other flaw alone.
    let told = explain("IH-10005", "CVE-2014-0160").await;
    assert_eq!(told["verdict"], "not_affected", "{told}");
    assert_eq!(told["spoken"][0]["says"], "other_flaws", "{told}");
    // The flaw is of another maker's product: why not.
    let told = explain("IH-10030", "CVE-2014-0160").await;
    assert_eq!(told["verdict"], "none");
    assert_eq!(told["elsewhere"][0]["advisory"], "AMSA-2025-01", "{told}");
    // Known, and no device advisory speaks about it.
    let told = explain("IH-10030", "CVE-2018-25032").await;
    assert_eq!(
        (&told["verdict"], told["spoken"].as_array().unwrap().len()),
        (&"none".into(), 0)
    );
    assert!(told["sentence"].as_str().unwrap().contains("not the same as not affected"));

    let device = fixture.device(&ada, "IH-10001").await;
    let unknown = format!("/devices/{device}/vulnerabilities/CVE-1999-9999");
    assert_eq!(fixture.ask(ada.get(&unknown)).await.status, StatusCode::NOT_FOUND);
    // Every row of a device leads to a page that gives the same verdict.
    for tag in ["IH-10001", "IH-10006", "IH-10004", "IH-10011", "IH-10023"] {
        let id = fixture.device(&ada, tag).await;
        let device = fixture.value(&ada, &format!("/devices/{id}")).await;
        for group in ["affected", "cannot_tell", "others"] {
            for row in device[group].as_array().unwrap() {
                let told = explain(tag, row["vulnerability"].as_str().unwrap()).await;
                assert_eq!(told["verdict"], row["verdict"], "{tag} {row}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advisory_counts_exactly_the_devices_that_it_leads_to() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    let list = fixture.value(&ada, "/advisories").await;
    assert_eq!(list["total"], 3, "{list}");
    let mut affected = 0;
    for row in list["rows"].as_array().unwrap() {
        let id = row["id"].as_str().unwrap();
        let advisory = fixture.value(&ada, &format!("/advisories/{id}")).await;
        assert!(!advisory["products"].as_array().unwrap().is_empty());
        assert!(!advisory["remedies"].as_array().unwrap().is_empty());
        for count in advisory["touched"]["verdicts"].as_array().unwrap() {
            let about = About::Advisory(id.to_owned());
            let word = count["verdict"].as_str().unwrap();
            let verdict =
                matching::Verdict::ALL.into_iter().find(|verdict| verdict.word() == word);
            let devices = fixture.value(&ada, &devices_of(&about, verdict)).await;
            assert_eq!(devices["total"], count["count"], "{id} {count}");
            if word == "affected" {
                assert_eq!(row["affected"]["count"], count["count"]);
                affected += count["count"].as_u64().unwrap();
            }
        }
    }
    assert!(affected > 5, "{affected}");
    let page = fixture.page(&ada, "/advisories/AMSA-2025-01").await;
    for shown in
        ["up to and including 2.1", "before 2.3", "Fix by the maker", "CVE-2014-0160"]
    {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    for (query, total) in
        [("q=meridian", 1), ("q=cve-2017", 1), ("q=nobody", 0), ("touching=yes", 3)]
    {
        let list = fixture.value(&ada, &format!("/advisories?{query}")).await;
        assert_eq!(list["total"], total, "{query}");
    }
    assert_eq!(
        fixture.ask(ada.get("/advisories/none")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vulnerability_is_every_record_about_it_and_whom_it_touches() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    let flaw = fixture.value(&ada, "/vulnerabilities/CVE-2017-0144").await;
    let sources: BTreeSet<&str> = flaw["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["source"].as_str().unwrap())
        .collect();
    assert!(sources.contains("csaf") && sources.contains("nvd"), "{flaw}");
    assert!(!flaw["listing"].as_array().unwrap().is_empty(), "it is in KEV");
    for count in flaw["touched"]["verdicts"].as_array().unwrap() {
        let about = About::Vulnerability("CVE-2017-0144".to_owned());
        let word = count["verdict"].as_str().unwrap();
        let verdict = matching::Verdict::ALL.into_iter().find(|one| one.word() == word);
        let devices = fixture.value(&ada, &devices_of(&about, verdict)).await;
        assert_eq!(devices["total"], count["count"], "{count}");
    }
    // Nothing says what the others are made of, so that nobody knows.
    let all = fixture.value(&ada, "/devices").await["total"].as_u64().unwrap();
    let told = flaw["touched"]["verdicts"].as_array().unwrap().iter();
    let told: u64 = told.map(|one| one["count"].as_u64().unwrap()).sum();
    let unsaid = &flaw["unsaid"];
    assert_eq!(unsaid["count"].as_u64().unwrap(), all - told, "{flaw}");
    let others = fixture.value(&ada, unsaid["address"].as_str().unwrap()).await;
    assert_eq!(others["total"], unsaid["count"]);
    let page = fixture.page(&ada, "/vulnerabilities/CVE-2017-0144").await;
    assert!(page.contains("nobody knows whether it is in them"), "{page}");
    let advisory = fixture.ask(ada.get("/vulnerabilities/HBSA-2025-07")).await;
    assert_eq!(advisory.header("location"), "/advisories/HBSA-2025-07");
    let none = fixture.ask(ada.get("/vulnerabilities/CVE-1999-9999")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_in_hand_is_found() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    use_index(&fixture.app, &index(&fixture.app.data, "one.index", "")).await.unwrap();
    let csv = "Asset Tag,Serial,Manufacturer,Model,MAC,IP,UDI\n\
               T-1,S-100,Invented Medical,IM-400,00:1A:2B:3C:4D:5E,10.0.0.7,(01)00844588003288(21)S-100\n\
               T-2,S-200,Invented Medical,IM-500,00-1a-2b-3c-4d-5f,10.0.0.8,00844588003288\n\
               T-3,S-300,Other Works,OW-9,,10.0.0.9,+A999XYZ10012\n";
    take_in(&fixture.app, &ada, ada.head, "assets", csv).await;
    let one = fixture.device(&browser, "T-1").await;
    let two = fixture.device(&browser, "T-2").await;
    let three = fixture.device(&browser, "T-3").await;
    for (typed, device) in [
        ("T-1", one),
        ("t-1", one),
        ("S-200", two),
        ("001a.2b3c.4d5e", one),
        ("00:1A:2B:3C:4D:5F", two),
        ("10.0.0.9", three),
        ("(01)00844588003288(21)S-100", one),
        ("]d201008445880032882\u{1D}1S-100", one),
        ("+A999XYZ10012", three),
        ("A999XYZ1001", three),
        ("OW-9", three),
        // The label of a piece whose model alone is in the inventory.
        ("(01)00844588003288(21)S-200", two),
    ] {
        let answer = fixture
            .ask(browser.get(&format!("/search?q={}", fleet::encoded(typed))))
            .await;
        let to = answer.header("location");
        assert_eq!(to, format!("/devices/{device}"), "{typed}: {}", answer.body);
    }
    // Another piece of a known model, a known number of another product, and numbers of which the
    // rest is missing mean no device that is here.
    for typed in [
        "(01)00844588003288(21)S-999",
        "(01)00999999999993(21)S-100",
        "T-",
        "S-10",
        "10.0.0",
    ] {
        let answer = fixture
            .ask(browser.get(&format!("/search?q={}", fleet::encoded(typed))))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{typed}");
        let names_piece = answer.body.contains("No device is known here with this label");
        assert_eq!(names_piece, typed.starts_with('('), "{typed}: {}", answer.body);
    }
    for (typed, to) in [
        ("CVE-2017-0144", "/vulnerabilities/CVE-2017-0144"),
        ("AMSA-2025-01", "/advisories/AMSA-2025-01"),
    ] {
        let answer = fixture.ask(browser.get(&format!("/search?q={typed}"))).await;
        assert_eq!(answer.header("location"), to, "{typed}");
    }
    let several = fixture.value(&browser, "/search?q=invented").await;
    assert_eq!(several["groups"][0]["hits"].as_array().unwrap().len(), 2, "{several}");
    let none = fixture.value(&browser, "/search?q=zzzz").await;
    assert!(none["sentence"].as_str().unwrap().contains("Nothing that you may see"));
    assert!(fixture.page(&browser, "/search?q=").await.contains("Type or scan"));
}

/// Numbers in an address that somebody counts up name nothing that is not theirs: builds,
/// organisations, people.
async fn nothing_is_named_by_its_number(fixture: &Fixture, bob: &Browser) {
    for number in 1..60 {
        for path in [
            format!("/devices?configuration={number}"),
            format!("/devices.json?configuration={number}"),
            format!("/devices?organisation={number}"),
            format!("/work?owner={number}"),
        ] {
            let page = fixture.ask(bob.get(&path)).await.body;
            for foreign in ["ZZ400", "South", "Ada"] {
                assert!(!page.contains(foreign), "{foreign} in {path}: {page}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_hospital_is_seen_or_counted() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    use_index(&fixture.app, &index(&fixture.app.data, "one.index", "")).await.unwrap();
    let mut places = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Hospital, name };
        let made = organisation::make_below(&fixture.app, &ada, ada.head, new).await;
        places.push(made.unwrap().id);
    }
    let [north, south] = places[..] else { panic!("two hospitals") };
    take_in(&fixture.app, &ada, north, "north", &inventory()).await;
    let south_csv = inventory()
        .replace("IH-1", "SO-1")
        .replace("AM400", "ZZ400")
        .replace("Ward 4B", "Secret ward");
    take_in(&fixture.app, &ada, south, "south", &south_csv).await;
    let bob = fixture.somebody(&ada, Role::Biomed, north).await;

    let secret = fixture.device(&browser, "SO-10001").await;
    let own = fixture.device(&bob, "IH-10001").await;
    assert_eq!(fixture.value(&browser, "/devices").await["total"], 32);
    assert_eq!(fixture.value(&bob, "/devices").await["total"], 16);
    for path in [
        format!("/devices/{secret}"),
        format!("/devices/{secret}/vulnerabilities/CVE-2014-0160"),
    ] {
        assert_eq!(
            fixture.ask(bob.get(&path)).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let seen = [
        "/devices".to_owned(),
        "/devices?column=organisation&column=source&facet=department".to_owned(),
        "/devices?asset_tag=SO-10001".to_owned(),
        format!("/devices?within={south}"),
        format!("/devices?organisation={south}"),
        format!("/devices.json?organisation={south}"),
        format!("/devices.json?within={south}"),
        format!("/work?organisation={south}"),
        "/devices?among=text%3AZZ400".to_owned(),
        "/devices?among=advisory%3Aaffected%3AAMSA-2025-01".to_owned(),
        "/devices/export?format=json".to_owned(),
        "/advisories".to_owned(),
        "/advisories/AMSA-2025-01".to_owned(),
        "/vulnerabilities/CVE-2014-0160".to_owned(),
        "/search?q=meridian".to_owned(),
        "/search?q=SO-10001".to_owned(),
        format!("/devices/{own}"),
    ];
    for path in seen {
        let page = fixture.ask(bob.get(&path)).await.body;
        for foreign in ["SO-10002", "ZZ400113", "Secret ward", ">South<"] {
            assert!(!page.contains(foreign), "{foreign} in {path}: {page}");
        }
    }
    nothing_is_named_by_its_number(&fixture, &bob).await;
    // The counts of an advisory are halves of what whoever sees both counts.
    let whole = fixture.value(&browser, "/advisories/AMSA-2025-01").await;
    let half = fixture.value(&bob, "/advisories/AMSA-2025-01").await;
    let counts = |value: &Value| -> Vec<u64> {
        let verdicts = value["touched"]["verdicts"].as_array().unwrap().iter();
        verdicts.map(|one| one["count"].as_u64().unwrap()).collect()
    };
    let doubled: Vec<u64> = counts(&half).iter().map(|count| count * 2).collect();
    assert_eq!(counts(&whole), doubled);
    assert_eq!(
        fixture.value(&bob, &format!("/devices?within={south}")).await["total"],
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_follows_the_store_on_every_node() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    // Another node on the same database, with memory of its own.
    let app =
        App::new(fixture.app.store.clone(), &fixture.app.data, jiff::Timestamp::now);
    let house = crate::House::new(app.clone(), crate::Transport::Loopback, super::tell);
    let router = crate::router(house.clone());
    let other = Fixture { _folder: tempfile::tempdir().unwrap(), app, house, router };
    let affected = "/devices?verdict=affected";
    let before = fixture.value(&browser, affected).await["total"].as_u64().unwrap();
    assert_eq!(other.value(&browser, affected).await["total"], before);

    // An export without one device: it is missing, and comes back.
    let less: String = inventory()
        .lines()
        .filter(|line| !line.contains("IH-10001"))
        .fold(String::new(), |all, line| all + line + "\n");
    take_in(&fixture.app, &ada, ada.head, "assets", &less).await;
    for node in [&fixture, &other] {
        assert_eq!(node.value(&browser, "/devices?missing=yes").await["total"], 1);
        assert!(
            node.page(&browser, "/devices").await.contains("missing from the newest")
        );
    }
    take_in(&other.app, &ada, ada.head, "assets", &inventory()).await;
    for node in [&fixture, &other] {
        assert_eq!(node.value(&browser, "/devices?missing=yes").await["total"], 0);
    }

    // An advisory that is taken back, and returns.
    let less = index(&fixture.app.data, "two.index", "amsa-2025-01.json");
    use_index(&fixture.app, &less).await.unwrap();
    work_off(&other.app, "other").await.unwrap();
    for node in [&fixture, &other] {
        let now = node.value(&browser, affected).await["total"].as_u64().unwrap();
        assert!(now < before, "{now} of {before}");
        let gone = node.page(&browser, "/advisories/AMSA-2025-01").await;
        assert!(gone.contains("do not hold this number any more"), "{gone}");
    }
    let id = fixture.device(&browser, "IH-10001").await;
    let device = other.value(&browser, &format!("/devices/{id}")).await;
    assert_eq!(device["verdict"], "none", "{device}");
    assert!(device["history"].to_string().contains("no longer said"), "{device}");
    let back = index(&fixture.app.data, "three.index", "");
    use_index(&other.app, &back).await.unwrap();
    work_off(&fixture.app, "test").await.unwrap();
    for node in [&fixture, &other] {
        assert_eq!(node.value(&browser, affected).await["total"], before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_kept_for_its_owner_alone() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let bob = fixture.somebody(&ada, Role::Viewer, ada.head).await;
    let query = fleet::encoded("verdict=affected&sort=-model");
    let save = browser.post("/devices/views", &format!("name=My+pumps&query={query}"));
    let saved = fixture.ask(save).await;
    assert_eq!(saved.header("location"), "/devices?verdict=affected&sort=-model");
    let page = fixture.page(&browser, "/devices").await;
    assert!(page.contains("My pumps"), "{page}");
    assert!(!fixture.page(&bob, "/devices").await.contains("My pumps"));
    let view = page.split("name=\"view\" value=\"").nth(1).unwrap();
    let view = view.split('"').next().unwrap();
    let forget =
        |who: &Browser| who.post("/devices/views/forgotten", &format!("view={view}"));
    assert_eq!(fixture.ask(forget(&bob)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.ask(forget(&browser)).await.status, StatusCode::SEE_OTHER);
    assert!(!fixture.page(&browser, "/devices").await.contains("My pumps"));
    for fields in
        ["name=&query=", "name=x&query=ward%3D2", &format!("name={}", "x".repeat(99))]
    {
        let refused = fixture.ask(browser.post("/devices/views", fields)).await;
        assert!(refused.status.is_client_error(), "{fields}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_inventory_says_is_escaped_on_every_page() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    use_index(&fixture.app, &index(&fixture.app.data, "one.index", "")).await.unwrap();
    let evil = "<script>alert(1)</script>";
    let csv = format!(
        "Asset Tag,Serial,Manufacturer,Model,Version,Ward,Description,Host\n\
         {evil},{evil},Aldermoor Medical,Meridian 400 {evil},2.1,{evil},{evil},{evil}\n\
         T-2,S-2,{evil},{evil},{evil},{evil},x,y\n"
    );
    take_in(&fixture.app, &ada, ada.head, "assets", &csv).await;
    let id = fixture.device(&browser, "T-2").await;
    let encoded = fleet::encoded(evil);
    for path in [
        "/devices".to_owned(),
        "/devices?column=description&column=serial".to_owned(),
        format!("/devices?department={encoded}"),
        format!("/devices?q={encoded}"),
        format!("/devices/{id}"),
        format!("/devices/{id}/vulnerabilities/CVE-2014-0160"),
        format!("/search?q={encoded}{encoded}"),
        format!("/advisories?q={encoded}"),
        "/advisories/AMSA-2025-01".to_owned(),
        "/vulnerabilities/CVE-2014-0160".to_owned(),
    ] {
        let page = fixture.page(&browser, &path).await;
        assert!(!page.contains("<script>"), "{path}: {page}");
        assert!(!page.contains(" style=") && !page.contains("javascript:"), "{path}");
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
    }
}
