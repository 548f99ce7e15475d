//! Numbers that are in use no more lead somewhere for ever, and every page on which somebody
//! decides says how old it is what verdicts rest on.

use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use operations::judging::use_index;
use operations::{App, organisation, work_off};
use store::{FeedStanding, Kind, NewOrganisation, Role};

use super::devices::{demo, index};
use super::import::check_page;
use super::{Browser, Fixture};

const ADVISORY: &str = "amsa-2025-01.json";
const NUMBER: &str = "AMSA-2025-01";
const FLAW: &str = "CVE-2020-11896";

async fn judge_with(app: &App, index: &Path) {
    use_index(app, index).await.unwrap();
    assert_eq!(work_off(app, "test").await.unwrap(), Vec::<String>::new());
}

/// An index of the sample's advisories, one of them withdrawn by its issuer.
fn withdrawn(folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(demo().join("advisories").join(ADVISORY)).unwrap();
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    document["document"]["category"] = "csaf_withdrawn".into();
    document["document"]["tracking"]["current_release_date"] =
        "2026-02-03T00:00:00Z".into();
    let sources = folder.join("withdrawn");
    std::fs::create_dir_all(&sources).unwrap();
    for entry in std::fs::read_dir(demo().join("advisories")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, sources.join(path.file_name().unwrap())).unwrap();
    }
    std::fs::write(sources.join(ADVISORY), serde_json::to_vec(&document).unwrap())
        .unwrap();
    let file = folder.join("withdrawn.index");
    let order =
        feeds::Order { index: &file, sources: &[sources], cache: feeds::Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_or_is_gone_leads_to_what_was_judged_by_it() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let list = fixture.value(&browser, "/devices?asset_tag=IH-10001").await;
    let device = list["rows"][0]["id"].as_i64().unwrap();
    let explained = format!("/devices/{device}/vulnerabilities/{FLAW}");
    let advisory = format!("/advisories/{NUMBER}");
    let flaw = format!("/vulnerabilities/{FLAW}");
    for path in [&advisory, &flaw, &explained] {
        fixture.page(&browser, path).await;
    }
    // Its issuer takes it back.
    judge_with(&fixture.app, &withdrawn(&fixture.app.data)).await;
    let told = fixture.value(&browser, &advisory).await;
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.contains("Withdrawn on 3 Feb 2026 by Aldermoor Medical"), "{told}");
    assert_eq!(told["withdrawn"], "2026-02-03T00:00:00Z");
    let words: Vec<&str> = told["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"].as_str().unwrap())
        .collect();
    assert!(words.contains(&"no longer said") && words.contains(&"affected"), "{told}");
    for path in [&flaw, &explained] {
        fixture.page(&browser, path).await;
    }
    let found = fixture.ask(browser.get(&format!("/search?q={NUMBER}"))).await;
    assert_eq!(found.header("location"), advisory);

    // The index that is in use next has never heard of it.
    judge_with(&fixture.app, &index(&fixture.app.data, "less.index", ADVISORY)).await;
    for path in [&advisory, &flaw] {
        let told = fixture.value(&browser, path).await;
        let sentence = told["sentence"].as_str().unwrap();
        assert!(sentence.contains("do not hold this number any more"), "{path}: {told}");
        assert!(!told["history"].as_array().unwrap().is_empty(), "{path}: {told}");
        check_page(&fixture.ask(browser.get(path)).await);
    }
    fixture.page(&browser, &explained).await;
    for (q, expected) in [(NUMBER, &advisory), (FLAW, &flaw)] {
        let found = fixture.ask(browser.get(&format!("/search?q={q}"))).await;
        assert_eq!(found.header("location"), expected.as_str(), "{q}");
    }
    // What nobody here was ever judged by leads nowhere, and nothing is told by a pattern.
    for path in
        ["/advisories/AMSA-1999-01", "/advisories/%25", "/vulnerabilities/CVE-1999-9999"]
    {
        assert_eq!(
            fixture.ask(browser.get(path)).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }

    // Somebody of another hospital is told nothing of what was judged here.
    let new = NewOrganisation { kind: Kind::Hospital, name: "South" };
    let south =
        organisation::make_below(&fixture.app, &ada, ada.head, new).await.unwrap();
    let (_, bob) = fixture.invited(&ada, Role::Biomed, south.id).await;
    for path in [&advisory, &flaw] {
        assert_eq!(
            fixture.ask(bob.get(path)).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

/// The sample is of last year, though it was put in use just now.
async fn are_old_without_feeds(fixture: &Fixture, browser: &Browser, paths: &[String]) {
    for path in paths {
        let told = fixture.value(browser, path).await;
        let known = &told["advisories"];
        assert_eq!(known["is_old"], true, "{path}: {known}");
        assert!(
            known["newest"].is_string() && known["put_in_use"].is_string(),
            "{known}"
        );
        let warning = known["warning"].as_str().unwrap();
        assert!(warning.contains("put a newer index in use"), "{path}: {warning}");
        let page = fixture.page(browser, path).await;
        assert!(page.contains("<span class=\"flag\">old</span>"), "{path}");
        assert!(page.contains("Old: Advisories of "), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_somebody_decides_it_is_said_how_old_what_is_known_is() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.judged().await;
    let list = fixture.value(&browser, "/devices?asset_tag=IH-10001").await;
    let device = list["rows"][0]["id"].as_i64().unwrap();
    let paths = [
        "/today".to_owned(),
        "/feeds".to_owned(),
        format!("/devices/{device}"),
        format!("/devices/{device}/vulnerabilities/{FLAW}"),
    ];
    are_old_without_feeds(&fixture, &browser, &paths).await;
    let standing = |asked: jiff::Timestamp, gives: &str| FeedStanding {
        name: "kev".to_owned(),
        every: 3600,
        asked: Some(store::stored(asked)),
        is_failing: false,
        gives: gives.to_owned(),
        alone: None,
    };
    let now = (fixture.app.now)();
    // A feed that says nothing about devices makes no advisory of a device newer.
    let told = fixture.value(&browser, "/today").await;
    let held = told["advisories"]["sources"].as_array().unwrap().iter();
    let held: Vec<&str> = held.map(|one| one["source"].as_str().unwrap()).collect();
    assert!(held.contains(&"csaf"), "{told}");
    fixture.app.store.set_feed_standings(&[standing(now, "kev")]).await.unwrap();
    for path in &paths {
        let known = fixture.value(&browser, path).await["advisories"].clone();
        assert_eq!(known["is_old"], true, "{path}: {known}");
        let warning = known["warning"].as_str().unwrap();
        assert!(warning.contains("no feed that is followed renews"), "{path}: {warning}");
        let mut of = known["sources"].as_array().unwrap().iter();
        let csaf = of.find(|one| one["source"] == "csaf").unwrap();
        assert_eq!((&csaf["is_old"], &csaf["feed"]), (&true.into(), &().into()));
        let page = fixture.page(&browser, path).await;
        assert!(page.contains("Old: Advisories of "), "{path}");
        assert!(page.contains("<span class=\"flag\">old</span>"), "{path}");
    }
    let held = held.join(" ");
    fixture.app.store.set_feed_standings(&[standing(now, &held)]).await.unwrap();
    for path in &paths {
        let known = fixture.value(&browser, path).await["advisories"].clone();
        assert_eq!(
            (&known["is_old"], &known["warning"]),
            (&false.into(), &"".into()),
            "{path}"
        );
        assert!(known["answered"].is_string(), "{path}: {known}");
    }
    let late = now - jiff::SignedDuration::from_hours(24 * 9);
    fixture.app.store.set_feed_standings(&[standing(late, &held)]).await.unwrap();
    for path in &paths {
        let known = fixture.value(&browser, path).await["advisories"].clone();
        let warning = known["warning"].as_str().unwrap();
        assert!(warning.contains("The feed kev answered last 9 days ago"), "{warning}");
    }
    // A house that says so waits longer.
    let mut patient = fixture;
    patient.house.app =
        patient.app.clone().old_after(jiff::SignedDuration::from_hours(24 * 30));
    patient.router = crate::router(patient.house.clone());
    let known = patient.value(&browser, "/today").await["advisories"].clone();
    assert_eq!(known["is_old"], false, "{known}");
}

/// An index with what CISA's catalog says of one CVE, and nothing else of it.
fn with_kev_alone(folder: &std::path::Path) -> std::path::PathBuf {
    let catalog = serde_json::json!({
        "title": "CISA Catalog of Known Exploited Vulnerabilities",
        "catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T00:00:00Z", "count": 1,
        "vulnerabilities": [{
            "cveID": "CVE-2026-7777", "vendorProject": "Aldermoor Medical",
            "product": "Meridian", "vulnerabilityName": "An invented flaw",
            "dateAdded": "2026-11-18", "shortDescription": "Invented.",
            "requiredAction": "Apply mitigations.", "dueDate": "2026-12-09",
            "knownRansomwareCampaignUse": "Unknown", "notes": "", "cwes": []
        }]
    });
    let source = folder.join("kev.json");
    std::fs::write(&source, catalog.to_string()).unwrap();
    let file = folder.join("kev.index");
    let sources = [super::devices::demo().join("advisories/amsa-2025-01.json"), source];
    let order =
        feeds::Order { index: &file, sources: &sources, cache: feeds::Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_kev_alone_holds_nobody_can_tell_and_it_is_found() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.judged().await;
    let index = with_kev_alone(&fixture.app.data);
    use_index(&fixture.app, &index).await.unwrap();
    operations::work_off(&fixture.app, "test").await.unwrap();
    let path = "/vulnerabilities/CVE-2026-7777";
    let told = fixture.value(&browser, path).await;
    assert_eq!(told["is_listed_alone"], true, "{told}");
    assert!(!told["may_be"].as_array().unwrap().is_empty(), "{told}");
    let page = fixture.page(&browser, path).await;
    for expected in [
        "It is exploited",
        "nobody can tell",
        "names Aldermoor Medical Meridian",
        "2026-11-18",
        "2026-12-09",
        "by a maker of that name",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    for wrong in
        ["No device of yours is known to be affected", "No device that you may see"]
    {
        assert!(!page.contains(wrong), "{wrong} in {page}");
    }
    check_page(&fixture.ask(browser.get(path)).await);
    let found = fixture.ask(browser.get("/search?q=cve-2026-7777")).await;
    assert_eq!(found.header("location"), path);
    let device = fixture.device(&browser, "IH-10001").await;
    let path = format!("/devices/{device}/vulnerabilities/CVE-2026-7777");
    let why = fixture.value(&browser, &path).await;
    assert_eq!(why["verdict"], "cannot_tell", "{why}");
    assert!(why["sentence"].as_str().unwrap().contains("it is exploited"), "{why}");
    let absent = fixture.ask(browser.get("/vulnerabilities/CVE-2026-7778")).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}
